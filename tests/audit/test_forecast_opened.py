"""The outcomes stay closed until the plan's hash is kept, and a changed plan says so or is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.audit.forecast import EXPLORATORY
from licet.audit.plan import Plan
from licet.chapters.auditing_forecast import UNRECORDED, audit_forecast
from licet.errors import BadInput
from licet.files.audit_opened import Closed, Opening, hash_of, opening_of
from tests.audit.planned import frame, plan

TODAY = date(2026, 6, 1)
LATER = date(2026, 6, 9)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "scored.csv"
    frame(500).write_csv(path)
    return path


def record(folder: Path, name: str = "early-help-score") -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((folder / f"{name}.opened.json").read_text("utf-8"))[
        "openings"
    ]
    return found


def amended(before: Plan, **changes: Any) -> Plan:
    return plan(amends=before.hash(), because="the cut was mistyped", **changes)


def test_plan_data_and_day_are_kept_before_the_outcomes_are_opened(
    tmp_path: Path, data: Path
) -> None:
    seen: list[tuple[bool, Opening]] = []
    out = tmp_path / "out"
    found = audit_forecast(
        plan(), data, today=TODAY, folder=out,
        log=lambda opening: seen.append(((out / "early-help-score.opened.json").exists(), opening)),
    )  # fmt: skip
    (kept,) = record(out)
    assert kept["plan_hash"] == plan().hash() and kept["day"] == "2026-06-01"
    assert kept["data_hash"] == found.data_hash and found.opened == "2026-06-01"
    assert seen[0][0] and seen[0][1].plan_hash == plan().hash()


def test_wrong_outcomes_are_found_after_the_record_and_all_else_before_it(tmp_path: Path) -> None:
    def tried(out: Path, **columns: Any) -> None:
        data = frame(500).with_columns(**{"w": pl.lit(1.0), **columns})
        declared = plan(columns={"outcome": "y", "score": "score", "weight": "w"})
        audit_forecast(declared, data, today=TODAY, folder=out)

    with pytest.raises(BadInput, match="negative"):
        tried(tmp_path / "a", w=pl.lit(-1.0), y=pl.lit(1))
    assert not (tmp_path / "a").exists()
    with pytest.raises(BadInput, match="had it"):
        tried(tmp_path / "b", y=pl.lit(1))
    assert record(tmp_path / "b"), "the outcomes were opened, and that is kept"


def test_the_frame_is_checked_before_the_outcomes_are_opened(tmp_path: Path, data: Path) -> None:
    counts = pl.DataFrame({"by": ["all"], "group": [""], "people": [0]})
    with pytest.raises(BadInput, match="may be suppressed"):
        audit_forecast(plan(), data, counts, today=TODAY, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_same_plan_may_be_run_again(tmp_path: Path, data: Path) -> None:
    audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    again = audit_forecast(plan(), data, today=LATER, folder=tmp_path)
    assert len(record(tmp_path)) == 1 and again.opened == "2026-06-01"


@pytest.mark.parametrize("changes", [
    {"tolerances": {"gap": 0.2}}, {"id": "another-name"}, {"flagged": {"at_least": 0.4}},
])  # fmt: skip
def test_a_changed_plan_is_refused(tmp_path: Path, data: Path, changes: dict[str, Any]) -> None:
    audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    with pytest.raises(
        BadInput, match="changed after these data were opened on 2026-06-01"
    ) as refused:
        audit_forecast(plan(**changes), data, today=LATER, folder=tmp_path)
    assert plan().hash() in str(refused.value), "the message says what to write"
    assert len(record(tmp_path)) == 1


def test_an_amended_plan_is_exploratory(tmp_path: Path, data: Path) -> None:
    audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    second = amended(plan(), flagged={"at_least": 0.4})
    found = audit_forecast(second, data, today=LATER, folder=tmp_path)
    assert found.exploratory and any(EXPLORATORY in note for note in found.notes)
    assert any("the cut was mistyped" in note for note in found.notes)
    assert [one["amends"] for one in record(tmp_path)] == ["", plan().hash()]
    third = amended(plan(), flagged={"at_least": 0.3})
    with pytest.raises(BadInput, match="not the last"):
        audit_forecast(third, data, today=LATER, folder=tmp_path)
    audit_forecast(amended(second, flagged={"at_least": 0.3}), data, today=LATER, folder=tmp_path)
    assert len(record(tmp_path)) == 3


def test_other_data_may_be_opened_with_another_plan(tmp_path: Path, data: Path) -> None:
    audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    other = frame(500, seed=6)
    audit_forecast(plan(flagged={"at_least": 0.4}), other, today=LATER, folder=tmp_path)
    assert len({one["data_hash"] for one in record(tmp_path)}) == 2


def test_a_damaged_record_is_no_way_round(tmp_path: Path, data: Path) -> None:
    audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    (tmp_path / "early-help-score.opened.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadInput, match="damaged"):
        audit_forecast(plan(flagged={"at_least": 0.4}), data, today=LATER, folder=tmp_path)


def test_closed_data_give_no_outcome_without_the_right_record() -> None:
    declared = plan(columns={"outcome": "y", "score": "score", "known_at": "age"})
    closed = Closed(declared, frame(), "a" * 64)
    assert not {"y", "age"} & set(closed.others.columns) and "score" in closed.others.columns
    with pytest.raises(ValueError, match="another plan"):
        closed.open(opening_of(plan(draws=300), "a" * 64, TODAY))
    with pytest.raises(ValueError, match="another plan"):
        closed.open(opening_of(declared, "b" * 64, TODAY))
    assert "y" in closed.open(opening_of(declared, "a" * 64, TODAY)).columns


def test_without_a_folder_it_is_said_that_nothing_was_kept() -> None:
    found = audit_forecast(plan(), frame(500), today=TODAY)
    assert UNRECORDED in found.notes and found.opened == ""


def test_the_hash_of_a_table_is_that_of_its_values() -> None:
    assert (
        hash_of(frame()) == hash_of(frame()) != hash_of(frame().with_columns(age=pl.col("age") + 1))
    )
    assert hash_of(frame()) != hash_of(frame().rename({"age": "years"}))


def test_the_record_holds_nothing_of_anybody(tmp_path: Path, data: Path) -> None:
    audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    assert set(record(tmp_path)[0]) == {
        "plan",
        "plan_hash",
        "data_hash",
        "day",
        "amends",
        "because",
    }


def test_a_wrong_name_of_the_outcome_is_refused_before_anything_is_kept(
    tmp_path: Path, data: Path
) -> None:
    declared = plan(columns={"outcome": "not_there", "score": "score"})
    with pytest.raises(BadInput, match="unknown column 'not_there'") as refused:
        audit_forecast(declared, data, today=TODAY, folder=tmp_path / "out")
    (fault,) = [one for one in refused.value.faults if "not_there" in one.what]
    assert "not_there" not in fault.allowed.split(", ")
    assert not (tmp_path / "out").exists()
