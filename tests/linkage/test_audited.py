"""Audits from the command line: what is written, what is logged beside the use, with which exit status."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.audit.leaks import assert_no_people
from tests.linkage.conftest import Made, Typed
from tests.linkage.left import leaves, states
from tests.linkage.town import TODAY, USE

pytestmark = pytest.mark.long

DAY = TODAY.isoformat()


def truth_of(case: Made, to: Path) -> Path:
    """Who is behind each row, as a file."""
    rows = sorted(case.town.owner)
    owners = [f"true-person-{case.town.owner[row]}" for row in rows]
    pl.DataFrame({"row": rows, "person": owners}).write_csv(to)
    return to


def audits(case: Made) -> list[dict[str, object]]:
    return [body for kind, body in leaves(case) if kind == "audit"]


def test_a_linkage_audit_is_written_and_logged(linked: Made, tmp_path: Path, typed: Typed) -> None:
    case = linked.again(tmp_path / "town")
    truth, out = truth_of(case, tmp_path / "truth.csv"), tmp_path / "out"
    run = str(case.root / USE)
    said = typed("audit", "linkage", run, "--truth", str(truth), "--by", "sex", "--today", DAY,
                 "--out", str(out))  # fmt: skip
    assert said.returncode == 4, said.stderr
    told = " ".join(said.stdout.split())
    assert "no group is compared: it takes 300 pairs in a group and as many outside it" in told
    assert "Logged beside: early-help" in said.stderr
    document = json.loads((out / "linkage-audit.json").read_text(encoding="utf-8"))
    assert document["standing"] == "UNDETERMINED" and document["tolerance"] == {
        "gap": 0.02,
        "missed": 0.1,
        "false": 0.02,
    }
    assert {path.suffix for path in out.iterdir()} >= {".html", ".json", ".csv"}
    assert_no_people(out, [*case.town.owner, *pl.read_csv(truth)["person"].unique()])
    (logged,) = audits(case)
    assert (logged["audit"], logged["standing"]) == ("linkage", "undetermined")
    assert document["truth"]["hash"] == logged["truth"] and len(str(logged["truth"])) == 64
    assert document["truth"]["truth_rows"] % 5 == 0
    assert states(case) == ["released"]


@pytest.mark.long
def test_truth_of_rows_of_no_run_is_refused(linked: Made, tmp_path: Path, typed: Typed) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("row,person\nmoon/1,a\nmoon/2,a\n", encoding="utf-8")
    said = typed("audit", "linkage", str(linked.root / USE), "--truth", str(truth), "--today", DAY)
    assert said.returncode == 2
    assert "2 rows are of no run" in said.stderr.replace("\n", " ").replace("  ", " ")
    for option, value in (("--gap", "2"), ("--missed", "0.5"), ("--false", "0.03")):
        said = typed("audit", "linkage", str(linked.root / USE), option, value, "--today", DAY)
        assert said.returncode == 2 and option in said.stderr, said.stderr


def plan(folder: Path, use: str = USE, more: str = "") -> tuple[Path, Path]:
    """A plan for the use, and made-up scores in which one group is wrongly flagged far more often."""
    draw = np.random.default_rng(3)
    group = draw.choice(["a", "b"], 4000)
    y = draw.random(4000) < 0.3
    chance = np.where(y, 0.6, np.where(group == "a", 0.5, 0.1))
    flag = draw.random(4000) < chance
    data = folder / "scored.csv"
    columns = {"person": [f"nobody-{n}" for n in range(4000)], "group": group,
               "y": y.astype(int), "flag": flag.astype(int)}  # fmt: skip
    pl.DataFrame(columns).write_csv(data)
    path = folder / "plan.toml"
    path.write_text(
        f'id = "made-up"\ntitle = "Made up"\noutcome_means = "Had it."\nuse = "{use}"\n'
        f'by = ["group"]\ndraws = 200\n{more}\n[columns]\nperson = "person"\noutcome = "y"\n'
        'flag = "flag"\n',
        encoding="utf-8",
    )
    return path, data


@pytest.mark.long
def test_a_forecast_that_fails_suspends_its_use(linked: Made, tmp_path: Path, typed: Typed) -> None:
    case = linked.again(tmp_path / "town")
    (case.root / "audits").mkdir()
    path, data = plan(case.root / "audits")
    said = typed("audit", "forecast", str(path), "--data", str(data), "--today", DAY)
    assert said.returncode == 3, said.stderr
    assert "G4 FAIL" in said.stdout and "No evidence that it works well" in said.stdout
    kinds = [kind for kind, _ in leaves(case)]
    assert kinds[-4:] == ["audit_plan", "audit", "suspension", "sealed"]
    assert "G4" in audits(case)[0]["failed"]
    assert states(case) == ["sealed"]
    out = case.root / "reports" / USE / "forecast-made-up"
    assert_no_people(out, [f"nobody-{n}" for n in range(4000)])
    again = typed("link", str(case.use), "--today", DAY)
    assert again.returncode == 3 and "suspended" in (again.stdout + again.stderr)


@pytest.mark.long
def test_another_plan_on_the_same_data_is_refused_after_the_outcomes_were_opened(
    linked: Made, tmp_path: Path, typed: Typed
) -> None:
    path, data = plan(tmp_path, use="")
    out = str(tmp_path / "out")
    typed("audit", "forecast", str(path), "--data", str(data), "--today", DAY, "--out", out)
    plan(tmp_path, use="", more="least_cases = 50")
    said = typed("audit", "forecast", str(path), "--data", str(data), "--today", DAY, "--out", out)
    assert said.returncode == 2 and "amends" in said.stderr


def test_contacts_are_evidence_of_a_concern_and_no_verdict(
    linked: Made, tmp_path: Path, typed: Typed
) -> None:
    case = linked.again(tmp_path / "town")
    lines = ["period,contacts,people"]
    for place in range(30):
        month = f"20{24 + place // 12}-{place % 12 + 1:02d}-01"
        lines.append(f"{month},{400 - (80 if place >= 18 else 0) + place % 5},5000")
    file = tmp_path / "contacts.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = typed("audit", "contact", str(file), "--before", "2025-07-01", "--use", str(case.use),
                 "--today", DAY, "--out", str(tmp_path / "out"))  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert [(one["audit"], one["standing"]) for one in audits(case)] == [("contact", "evidence")]


def test_a_source_is_audited_for_every_use_of_its_service(
    linked: Made, tmp_path: Path, typed: Typed
) -> None:
    case = linked.again(tmp_path / "town")
    feed = case.root / "feeds" / "education.toml"
    said = typed("audit", "source", str(feed), "--today", DAY, "--out", str(tmp_path / "out"))
    assert said.returncode == 0, said.stderr
    assert [(one["audit"], one["standing"]) for one in audits(case)] == [("source", "undetermined")]
    assert_no_people(tmp_path / "out", list(case.town.owner))


AROUND: dict[str, str] = {
    "another name": 'id = "made-up-2"',
    "the record deleted": 'id = "made-up"',
}


@pytest.mark.parametrize("name", AROUND)
def test_in_a_workspace_the_log_knows_that_the_outcomes_were_opened(
    name: str, linked: Made, tmp_path: Path, typed: Typed
) -> None:
    case = linked.again(tmp_path / "town")
    (case.root / "audits").mkdir()
    path, data = plan(case.root / "audits")
    first = ("audit", "forecast", str(path), "--data", str(data), "--today", DAY)
    typed(*first)
    for record in case.root.rglob("*.opened.json"):
        record.unlink()
    softer = path.read_text(encoding="utf-8").replace('id = "made-up"', AROUND[name])
    other = case.root / "audits" / "softer.toml"
    other.write_text(softer.replace("draws = 200", "draws = 201"), encoding="utf-8")
    said = typed("audit", "forecast", str(other), "--data", str(data), "--today", DAY)
    told = " ".join(said.stderr.split())
    assert said.returncode == 2 and "were opened with another plan before" in told
    assert not list(case.root.rglob("*.opened.json"))
    assert typed(*first).returncode == 3
