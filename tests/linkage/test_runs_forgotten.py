"""What must not be forgotten: a run whose use is declared no more, and rows that came with ``--arrived``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from licet.chapters.arriving import arrive, follow, follow_undeclared, refuse_to_lose
from licet.chapters.grounds import permitted_ground
from licet.chapters.linking import link
from licet.engines import zone_rows, zone_tables
from licet.engines.zone import Zone, read_rows
from licet.errors import BadInput
from licet.files.runs import RunPlace, current
from licet.files.workspace import read_workspace
from tests.linkage.conftest import Made
from tests.linkage.left import delivery, last, leaves, states, withdraw
from tests.linkage.town import NOW, TODAY, USE, event, store_of, write_feed


def followed(case: Made) -> list[int]:
    """How many rows left the runs of uses that are declared no more."""
    found = follow_undeclared(read_workspace(case.root), today=TODAY)
    return [change.rows for _, change in found]


def rows_of(case: Made) -> set[str]:
    return set(read_rows(RunPlace(case.root, USE, current(case.root, USE)).folder)["row"])


def test_a_run_whose_use_is_gone_is_sealed_and_still_followed(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    case.use.unlink()
    theirs = case.town.rows_of(set(withdraw(case, 2)))
    there = rows_of(case)
    (gone,) = followed(case)
    assert gone >= len(theirs & there) > 0
    assert not rows_of(case) & theirs
    assert states(case) == ["sealed"]
    sealed = [body for kind, body in leaves(case) if kind == "sealed"]
    assert [body["why"] for body in sealed] == ["undeclared"]
    # nothing is said, so nothing is done
    before = last(case)
    assert followed(case) == [0] and last(case) == before


def test_the_rules_are_those_it_was_made_with(linked: Made, tmp_path: Path) -> None:
    """Feeds and floor as they were: nobody leaves because the document does."""
    case = linked.again(tmp_path / "town")
    there = rows_of(case)
    case.use.unlink()
    for path in (case.root / "feeds").glob("*.toml"):
        path.unlink()
    assert followed(case) == [0]
    assert rows_of(case) == there


def test_a_run_of_a_declared_use_is_left_to_that(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    withdraw(case, 1)
    assert followed(case) == []
    assert states(case) == ["released"]


def test_a_run_that_nobody_can_follow_is_told(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    case.use.unlink()
    for path in (case.root / "store" / "published" / USE).iterdir():
        path.unlink()
    with pytest.raises(BadInput) as refused:
        followed(case)
    assert "nobody can follow" in str(refused.value) and USE in str(refused.value)


def _refuse(case: Made) -> None:
    with permitted_ground(case.use, TODAY) as ground:
        refuse_to_lose(ground)


def test_rows_that_arrived_are_not_lost_in_silence(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    _refuse(case)
    arrived = arrive(case.use, {"education": delivery(case)}, today=TODAY).change.rows
    assert arrived > 1
    with pytest.raises(BadInput) as refused:
        _refuse(case)
    assert f"{arrived} rows" in str(refused.value) and "education" in str(refused.value)


def test_rows_that_arrived_and_are_in_the_feed_now_may_be_linked_again(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    new = [{**row, "record": f"9{row['record']}", "upn": ""} for row in case.town.rows["education"]]
    arrive(case.use, {"education": delivery(case)}, today=TODAY)
    path = case.root / "feeds" / "data" / "education.csv"
    write_feed(path, "education", [*case.town.rows["education"], *new])
    _refuse(case)


@pytest.mark.long
def test_rows_that_arrived_and_left_again_hold_nothing_up(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    before = rows_of(case)
    arrive(case.use, {"education": delivery(case)}, today=TODAY)
    with pytest.raises(BadInput):
        _refuse(case)
    _leave(case, {case.town.owner[row.replace("/9", "/", 1)] for row in rows_of(case) - before})
    assert rows_of(case) <= before
    _refuse(case)


def _leave(case: Made, numbers: Iterable[int]) -> None:
    """These people take their yes back, and the run follows."""
    said = [event(case.town.people[n], "withdraw", 9) for n in sorted(numbers)]
    with store_of(case.root) as store:
        store.permissions.append(said, now=NOW, sign=False)
    follow(case.use, today=TODAY)


@pytest.mark.long
def test_a_run_in_many_small_files_takes_rows_and_lets_them_go(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a large run does: files that only new rows are in, and more rows than are looked up one by one."""
    monkeypatch.setattr(zone_rows, "SHARD", 4)
    monkeypatch.setattr(zone_tables, "LOOKED_UP", 1)
    case = answered.again(tmp_path / "town")
    link(case.use, today=TODAY)
    before = rows_of(case)
    change = arrive(case.use, {"education": delivery(case)}, today=TODAY).change
    assert len(rows_of(case)) == len(before) + change.rows > len(before)
    some = sorted({case.town.owner[row] for row in before})[::4]
    _leave(case, some)
    theirs = case.town.rows_of(set(some))
    assert before & theirs and not rows_of(case) & theirs
    place = RunPlace(case.root, USE, current(case.root, USE))
    crosswalk = pl.read_parquet(place.folder / "crosswalk.parquet")
    with Zone(place.folder) as opened:
        assert set(crosswalk["row"]) == rows_of(case) == set(opened.members()["row"])
