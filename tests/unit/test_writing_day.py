"""A day that is still to come: looked ahead to, never written by, where evidence is of real people."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from licet import cli
from licet.chapters.workspaces import decides_about_people, init

TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011 - the clock is what is tested
USE = "uses/early-help.toml"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose evidence is of real people."""
    root = tmp_path_factory.mktemp("ahead") / "town"
    init(root)
    assert not decides_about_people(root), "an example to try things on"
    for codebook in root.glob("evidence/*/codebook.toml"):
        text = codebook.read_text("utf-8").replace("example_only = true", "example_only = false")
        codebook.write_text(text, encoding="utf-8")
    assert decides_about_people(root / USE)
    return root


WRITES = {
    "publish": ["publish", "."],
    "link": ["link", USE],
    "decide": ["decide", USE, "--as", "Head", "--decision", "stop", "--because", "Nobody is free."],
    "runs keep": ["runs", "keep", "."],
    "audit linkage": ["audit", "linkage", "early-help"],
    "audit sample": ["audit", "sample", "early-help", "--out", "r.csv", "--reviewer", "Desk"],
    "audit reviewed": ["audit", "reviewed", "early-help", "--out", "r.csv"],
    "audit forecast": ["audit", "forecast", "plan.toml", "--data", "data.csv"],
    "audit source": ["audit", "source", "feeds/education.toml"],
    "audit entitlement": ["audit", "entitlement", USE, "--as-of", "2026-01-01"],
    "identify": ["identify", USE, "--as-of", "2026-01-01"],
    "audit contact": ["audit", "contact", "c.csv", "--before", "2026-01-01", "--use", USE],
    "explain": ["explain", "education/1", "education/2", "--as", "Desk"],
    "permission record": ["permission", "record", "education/1", "no", "--everything"],
    "permission invite": ["permission", "invite", USE],
    "permission batch": ["permission", "batch"],
}


@pytest.mark.parametrize("name", WRITES)
def test_a_command_that_writes_refuses_a_day_to_come(
    name: str, town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town)
    with pytest.raises(SystemExit) as left:
        cli.main([*WRITES[name], "--today", TOMORROW])
    assert left.value.code == 2 and f"{TOMORROW} is still to come" in capsys.readouterr().err
    assert not (town / "store" / "licet.sqlite3").exists(), "nothing was written"


@pytest.mark.parametrize(
    "words", [["status", "."], ["assess", USE, "--no-report"], ["decide", USE]]
)
def test_a_command_that_reads_looks_ahead(
    words: list[str],
    town: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(town)
    monkeypatch.setattr(sys, "argv", ["licet"])
    with suppress(SystemExit):
        cli.main([*words, "--today", TOMORROW])
    assert "still to come" not in capsys.readouterr().err
