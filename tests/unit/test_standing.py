"""What status and check say of the evidence: old, expiring, or an example beside the real."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from licet import cli
from licet.evidence import Evidence
from licet.report.ruling.standing import check_text, evidence_lines, standing_text
from tests import factories

TODAY = date(2026, 6, 15)


def asked(end: date, expires: date, name: str = "wave-1", **changes: object) -> Evidence:
    start = end.replace(day=1)
    found = factories.evidence(factories.LICENSED, id=name, start=start, end=end, expires=expires)
    return found.model_copy(update=changes)


def said(*evidence: Evidence) -> list[str]:
    return evidence_lines(evidence, TODAY)


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        (date(2026, 6, 14), ["wave-1 expired on 2026-06-14: ask again."]),
        (date(2026, 6, 15), ["wave-1 expires on 2026-06-15, in less than a month: start the next survey."]),
        (date(2026, 7, 15), ["wave-1 expires on 2026-07-15, in 1 month: start the next survey."]),
        (date(2026, 12, 14), ["wave-1 expires on 2026-12-14, in 5 months: start the next survey."]),
        (date(2026, 12, 15), ["wave-1 expires on 2026-12-15, in 6 months: start the next survey."]),
        (date(2026, 12, 16), ["wave-1 expires on 2026-12-16: plan the next survey."]),
        (date(2027, 6, 15), []),
    ],
)  # fmt: skip
def test_evidence_that_expires_is_announced(expires: date, expected: list[str]) -> None:
    assert said(asked(date(2026, 1, 31), expires)) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (date(2023, 6, 15), []),
        (date(2023, 6, 14), ["wave-1: fieldwork ended 3 years ago."]),
        (date(2021, 6, 16), ["wave-1: fieldwork ended 4 years ago."]),
        (date(2021, 6, 15), ["wave-1: fieldwork ended 5 years ago."]),
    ],
)
def test_fieldwork_of_more_than_three_years_ago_is_marked(end: date, expected: list[str]) -> None:
    assert said(asked(end, date(2029, 1, 1))) == expected


def test_a_leap_day_has_a_day_three_years_before() -> None:
    old = asked(date(2025, 2, 27), date(2031, 1, 1))
    assert evidence_lines([old], date(2028, 2, 29)) == ["wave-1: fieldwork ended 3 years ago."]


RECENT = (date(2026, 1, 31), date(2029, 1, 1))


@pytest.mark.parametrize(
    ("mark", "kind"), [("example_only", "an example"), ("synthetic", "synthetic")]
)
def test_an_example_beside_real_evidence_is_warned_of(mark: str, kind: str) -> None:
    example = asked(*RECENT, "parents-2021", **{mark: True})
    own = asked(*RECENT, "town-2026")
    assert said(example) == [] and said(own) == []
    (line,) = said(example, own)
    assert line.startswith(
        f"Warning: parents-2021 is {kind} and goes on counting beside town-2026."
    )


def test_check_and_status_say_so() -> None:
    both = [asked(*RECENT, "parents-2021", example_only=True), asked(*RECENT, "town-2026")]
    for text in (check_text("No fault.", both, TODAY), standing_text("Town", TODAY, [], both)):
        assert "Warning: parents-2021" in text
    assert check_text("No fault.", both[1:], TODAY) == "No fault."


def test_the_command_warns_and_still_finds_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = factories.town(tmp_path / "w")
    folder = root / "evidence" / "example"
    folder.mkdir()
    text = factories.PRINTED_CODEBOOK.replace(
        'id = "parents"', 'id = "example"\nexample_only = true', 1
    )
    (folder / "codebook.toml").write_text(text, encoding="utf-8")
    printed = (root / "evidence" / "parents" / "figures.csv").read_bytes()
    (folder / "figures.csv").write_bytes(printed)
    with pytest.raises(SystemExit) as left:
        cli.main(["check", str(root), "--today", "2027-12-01"])
    assert left.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "no fault in licet.toml" in shown
    assert "Warning: example is an example and goes on counting beside parents." in shown
    assert "parents expires on 2028-02-01, in 2 months" in shown
