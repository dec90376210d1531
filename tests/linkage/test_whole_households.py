"""Households and families without somebody: what a withdrawal leaves is what linking again would make."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl
import pytest

from licet.chapters.arriving import arrive
from licet.chapters.linking import link
from licet.chapters.permitting import follow_runs
from licet.files.runs import RunPlace, current
from licet.files.workspace import find_workspace
from licet.linkage.spec import standard_spec
from tests.linkage.conftest import Made
from tests.linkage.town import (
    FEEDS,
    NOW,
    TODAY,
    USE,
    Town,
    event,
    identity,
    made,
    make_workspace,
    store_of,
    use_of,
    write_feed,
)
from tests.tiers import few

Scope = Literal["household", "family"]
HELD = ("given", "middle", "family", "birth", "sex", "house", "street", "postcode", "uprn", "nhs")


def said(root: Path, town: Town, numbers: list[int], effect: str, minute: int) -> None:
    people = [town.people[n] for n in numbers]
    at = datetime(2026, 11, 2, 0, minute, tzinfo=NOW.tzinfo)
    with store_of(root) as store:
        store.permissions.append(
            [event(p, effect, 1, at=at) for p in people],  # type: ignore[arg-type]
            [identity(p) for p in people],
            now=NOW,
            sign=False,
        )


def homes(root: Path) -> set[frozenset[str]]:
    """Households as sets of rows, so that ids do not matter."""
    place = RunPlace(root, USE, current(root, USE)).folder
    crosswalk = pl.read_parquet(place / "crosswalk.parquet").select("row", "person")
    found = pl.read_parquet(place / "households.parquet").select("household", "person")
    rows = found.join(crosswalk, on="person").group_by("household").agg("row")
    return {frozenset(of) for of in rows["row"].to_list()}


@pytest.fixture(scope="session")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A town in which everybody said yes, and nothing is linked yet."""
    root, town = tmp_path_factory.mktemp("everybody") / "town", made(30, 9, 0.02)
    make_workspace(root, town)
    said(root, town, [p.number for p in town.people], "grant", 1)
    return Made(root, town, {p.number: "yes" for p in town.people})


def leaving(town: Town) -> list[int]:
    """Three parents whose children have rows that name them."""
    named = {town.mentioned[row] for row in town.mentioned if row.startswith("education/")}
    return sorted(named)[:3]


@pytest.mark.parametrize("scope", few(["household", "family"], 1))
def test_after_a_withdrawal_households_are_those_of_linking_again(
    everybody: Made, tmp_path: Path, scope: Scope
) -> None:
    case = everybody.again(tmp_path / "town")
    spec = standard_spec(HELD, scope=scope)
    link(case.use, today=TODAY, spec=spec)
    before = homes(case.root)
    gone = leaving(case.town)
    said(case.root, case.town, gone, "withdraw", 2)
    workspace = find_workspace(case.root)
    assert workspace is not None
    follow_runs(workspace, today=TODAY)
    after = homes(case.root)
    assert before - after, "households of those who left are gone"
    model = RunPlace(case.root, USE, current(case.root, USE)).folder
    kept = tmp_path / "model"
    model.rename(kept)
    (case.root / "runs" / USE / "current").unlink()
    link(case.use, today=TODAY, spec=spec, model=kept)
    assert homes(case.root) == after


@pytest.mark.long
def test_a_family_without_somebody_is_not_whole_anywhere(everybody: Made, tmp_path: Path) -> None:
    """The household scope keeps homes at which nobody is missing; the family scope asks for more."""
    found = {}
    for scope in ("household", "family"):
        case = everybody.again(tmp_path / scope)
        said(case.root, case.town, leaving(case.town), "withdraw", 2)
        link(case.use, today=TODAY, spec=standard_spec(HELD, scope=scope))
        found[scope] = homes(case.root)
    assert found["family"] <= found["household"]


@pytest.mark.long
def test_somebody_turned_away_on_arrival_is_missing_at_home(tmp_path: Path) -> None:
    root, town = tmp_path / "town", made(30, 9, 0.02)
    make_workspace(root, town)
    away = leaving(town)
    said(root, town, [p.number for p in town.people if p.number not in away], "grant", 1)
    town.write(root, without=away)
    link(use_of(root), today=TODAY)
    before = homes(root)
    for feed in FEEDS:
        rows = [r for r in town.rows[feed] if town.owner[f"{feed}/{r['record']}"] in away]
        if rows:
            write_feed(tmp_path / f"{feed}.csv", feed, rows)
            arrive(use_of(root), {feed: tmp_path / f"{feed}.csv"}, today=TODAY)
    assert before - homes(root), "their homes are incomplete from now on"
