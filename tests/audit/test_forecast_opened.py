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
from licet.files.audit_known import KEY, Key, hash_of, keyed, same_rows, sketch_of
from licet.files.audit_opened import Closed, Opening, opening_of
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


SECRET = Key(bytes(32))


def test_the_hash_of_data_is_that_of_what_was_scored_and_came_in_any_order() -> None:
    def told(data: pl.DataFrame, key: Key = SECRET) -> str:
        return hash_of(plan(), data, key)

    data = frame()
    padded = data.with_columns(padding=pl.lit("x"), age=pl.col("age") + 1)
    texts = data.with_columns(pl.col("y", "score").cast(pl.String))
    assert told(data) == told(data.reverse()) == told(padded) == told(texts)
    assert told(data) != told(data.with_columns(y=1 - pl.col("y")))
    assert told(data) != told(data, Key(bytes(31) + b"1")), "nobody guesses it without the key"
    assert keyed(data, SECRET) == keyed(data.reverse(), SECRET) != keyed(padded, SECRET)


@pytest.mark.parametrize(("first", "last", "share"), [
    (0, 3000, 1.0), (0, 6000, 1.0), (0, 2500, 1.0), (1500, 4500, 0.5), (3000, 6000, 0.0),
])  # fmt: skip
def test_a_sketch_tells_how_many_rows_are_the_same(first: int, last: int, share: float) -> None:
    every = frame(6000)
    declared = plan(columns={"outcome": "y", "score": "score", "person": "id"})
    one, other = (
        sketch_of(declared, every.slice(start, stop - start).sample(fraction=1, shuffle=True, seed=2), SECRET)
        for start, stop in ((0, 3000), (first, last))
    )  # fmt: skip
    assert same_rows(one, other) == pytest.approx(share, abs=0.1)
    assert same_rows(one, ()) == 0


def test_rows_that_were_opened_with_another_plan_are_said_to_be(tmp_path: Path) -> None:
    people = {"outcome": "y", "score": "score", "person": "id"}
    first = audit_forecast(plan(columns=people), frame(500), today=TODAY, folder=tmp_path)
    assert not any("opened before" in note for note in first.notes)
    fewer = frame(500).head(450).with_columns(score=1 - pl.col("score"))
    again = plan(id="other", columns=people, flagged={"at_least": 0.4})
    found = audit_forecast(again, fewer, today=LATER, folder=tmp_path)
    (said,) = (note for note in found.notes if "opened before" in note)
    assert said.startswith("Exploratory") and "2026-06-01" in said and "early-help-score" in said


def test_a_sorted_padded_copy_with_other_groups_is_the_same_data(
    tmp_path: Path, data: Path
) -> None:
    audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    copy = pl.read_csv(data).sort("age", "score").with_columns(padding=pl.lit(1))
    with pytest.raises(BadInput, match="changed after these data were opened"):
        audit_forecast(plan(by=["town"]), copy, today=LATER, folder=tmp_path)


def test_the_key_is_its_owners_alone(tmp_path: Path, data: Path) -> None:
    found = audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    key = (tmp_path / KEY).read_text()
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    assert key not in json.dumps(record(tmp_path)) and key != found.data_hash
    (tmp_path / KEY).write_text("damaged")
    with pytest.raises(BadInput, match="key of the audited data is damaged"):
        audit_forecast(plan(), data, today=TODAY, folder=tmp_path)


def test_the_record_holds_nothing_of_anybody(tmp_path: Path, data: Path) -> None:
    audit_forecast(plan(), data, today=TODAY, folder=tmp_path)
    assert set(record(tmp_path)[0]) == {
        "plan",
        "plan_hash",
        "data_hash",
        "day",
        "amends",
        "because",
        "sketch",
    }
    held = {str(one) for one in pl.read_csv(data)["id"]}
    assert not held & set(record(tmp_path)[0]["sketch"])


def test_a_wrong_name_of_the_outcome_is_refused_before_anything_is_kept(
    tmp_path: Path, data: Path
) -> None:
    declared = plan(columns={"outcome": "not_there", "score": "score"})
    with pytest.raises(BadInput, match="unknown column 'not_there'") as refused:
        audit_forecast(declared, data, today=TODAY, folder=tmp_path / "out")
    (fault,) = [one for one in refused.value.faults if "not_there" in one.what]
    assert "not_there" not in fault.allowed.split(", ")
    assert not (tmp_path / "out").exists()
