"""Runs that end, and what is said while one is made."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.chapters import arriving, releasing
from licet.chapters.arriving import arrive, follow
from licet.chapters.grounds import NotLinked
from licet.chapters.linking import link
from licet.chapters.publishing import publish
from licet.chapters.sealing import keep_in_force
from licet.engines.zone import Zone
from licet.files.runs import RunPlace, current
from tests.linkage.conftest import Made
from tests.linkage.left import delivery, last, new_version, nothing_made, states, withdraw
from tests.linkage.town import (  # fmt: skip
    FEEDS,
    NOW,
    TODAY,
    USE,
    answer,
    edit_use,
    event,
    identity,
    store_of,
)


def test_a_suspended_use_seals_its_run_and_a_no_is_still_followed(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    new_version(case, ('status = "proposed"', 'status = "suspended"'))
    ended = keep_in_force(case.root, today=TODAY)
    assert [(one.state, one.why) for one in ended] == [("sealed", "suspended")]
    assert last(case)[0] == "sealed" and states(case) == ["sealed"]
    folder = RunPlace(case.root, USE, current(case.root, USE)).folder
    assert (folder / "persons.parquet").stat().st_mode & 0o777 == 0
    with pytest.raises(NotLinked):
        arrive(case.use, {"education": delivery(case)}, today=TODAY)
    some = _withdraw_sealed(case)
    followed = follow(case.use, today=TODAY)
    assert followed is not None and followed[1].rows
    assert (folder / "persons.parquet").stat().st_mode & 0o777 == 0
    with Zone(folder) as zone:
        assert not set(zone.members()["row"]) & case.town.rows_of(some)
    edit_use(case.root, "version = 2\n", "version = 3\n")
    edit_use(case.root, 'status = "suspended"', 'status = "proposed"')
    publish(case.root, today=TODAY)
    ended = keep_in_force(case.root, today=TODAY)
    assert [one.state for one in ended] == ["unsealed"] and states(case) == ["released"]
    assert (folder / "persons.parquet").stat().st_mode & 0o600


def _withdraw_sealed(case: Made) -> list[int]:
    folder = RunPlace(case.root, USE, current(case.root, USE)).folder
    with Zone(folder) as zone:
        owners = dict.fromkeys(case.town.owner[row] for row in zone.members()["row"])
    some = [n for n in owners if case.answers[n] == "yes"][:2]
    with store_of(case.root) as store:
        said = [event(case.town.people[n], "withdraw", 9) for n in some]
        store.permissions.append(said, now=NOW, sign=False)
    return some


def test_a_ruling_that_ran_out_seals_and_retention_destroys(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    assert keep_in_force(case.root, today=TODAY) == []
    ended = keep_in_force(case.root, today=date(2029, 9, 2))
    assert [(one.state, one.why) for one in ended] == [("sealed", "ruling")]
    assert keep_in_force(case.root, today=date(2029, 9, 2)) == []
    edit_use(case.root, "version = 1\n", "version = 2\nretention_days = 365\n")
    publish(case.root, today=TODAY)
    ended = keep_in_force(case.root, today=date(2029, 9, 3))
    assert [(one.state, one.why) for one in ended] == [("destroyed", "retention")]
    kind, body = last(case)
    assert kind == "destroyed" and "persons.parquet" in body["outputs"]
    nothing_made(case)
    assert keep_in_force(case.root, today=date(2029, 9, 4)) == []


def test_an_ended_use_destroys(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    new_version(case, ('status = "proposed"', 'status = "ended"'))
    assert [one.why for one in keep_in_force(case.root, today=TODAY)] == ["ended"]
    assert states(case) == ["destroyed"]
    nothing_made(case)


@pytest.mark.long
def test_a_yes_that_ends_by_itself_is_followed(published: Made, tmp_path: Path) -> None:
    """Nothing is said in the ledger on the day a yes runs out."""
    case = published.again(tmp_path / "town")
    everybody = dict.fromkeys(range(len(case.town.people)), "yes")
    answer(case.root, case.town, everybody, np.random.default_rng(1))
    short = case.town.people[case.town.owner["early_years/00001"]]
    with store_of(case.root) as store:
        until = event(short, "grant", 3, valid_until=date(2026, 12, 1))
        store.permissions.append([until], now=NOW)
    found = link(case.use, today=TODAY)
    assert "early_years/00001" in set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
    followed = follow(case.use, today=date(2026, 12, 2))
    assert followed is not None and followed[1].rows
    rows = set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of({short.number})
    again = follow(case.use, today=date(2026, 12, 2))
    assert again is not None and not again[1].rows


def test_a_no_that_came_while_a_run_was_made_is_followed(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    real = releasing.write_zone
    yes = [n for n, w in case.answers.items() if w == "yes" and case.town.rows_of({n})][:4]

    def slow(*given: Any) -> None:
        real(*given)
        with store_of(case.root) as store:
            said = [event(case.town.people[n], "withdraw", 9) for n in yes]
            store.permissions.append(said, now=NOW, sign=False)
        # Somebody else opens the workspace meanwhile: the run in the making is let be.
        assert follow(case.use, today=TODAY) is None

    monkeypatch.setattr(releasing, "write_zone", slow)
    found = link(case.use, today=TODAY)
    rows = set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
    assert rows and not rows & case.town.rows_of(yes)


@pytest.mark.long
def test_a_no_that_came_while_new_rows_were_read_is_followed(
    linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    path, real = delivery(case), arriving.admit
    yes = [n for n, w in case.answers.items() if w == "yes"]

    def slow(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        with store_of(case.root) as store:
            said = [event(case.town.people[n], "withdraw", 9) for n in yes]
            store.permissions.append(said, now=NOW, sign=False)
        return found

    monkeypatch.setattr(arriving, "admit", slow)
    arrive(case.use, {"education": path}, today=TODAY)
    followed = follow(case.use, today=TODAY)
    assert followed is not None
    assert pl.read_parquet(followed[0].folder / "crosswalk.parquet").height == 0


def test_a_file_delivered_again_does_not_bring_back_who_withdrew(
    linked: Made, tmp_path: Path
) -> None:
    """Not even if they say yes again: only linking anew, from feeds and ledger as they are, does."""
    case = linked.again(tmp_path / "town")
    some = withdraw(case, 3)
    theirs = case.town.rows_of(some)
    followed = follow(case.use, today=TODAY)
    assert followed is not None and followed[1].rows
    with store_of(case.root) as store:
        said = [event(case.town.people[n], "grant", 12) for n in some]
        store.permissions.append(said, now=NOW, sign=False)
    files = {feed: case.root / "feeds" / "data" / f"{feed}.csv" for feed in FEEDS}
    arrived = arrive(case.use, files, today=TODAY)
    assert not arrived.change.rows
    assert not set(pl.read_parquet(arrived.folder / "crosswalk.parquet")["row"]) & theirs
    again = link(case.use, today=TODAY)
    assert set(pl.read_parquet(again.folder / "crosswalk.parquet")["row"]) & theirs


@pytest.mark.long
def test_details_that_change_without_a_word_are_followed_when_rows_arrive(
    linked: Made, tmp_path: Path
) -> None:
    """The office corrects who a refuser is; nothing is said in the ledger."""
    case = linked.again(tmp_path / "town")
    crosswalk = pl.read_parquet(next((case.root / "runs").rglob("crosswalk.parquet")))
    one = case.town.people[case.town.owner[crosswalk["row"][0]]]
    refuser = next(p for p in case.town.people if case.answers[p.number] == "no")
    names = ("given", "middle", "family", "birth", "house", "street", "postcode")
    like = {name: getattr(one, name) for name in names}
    with store_of(case.root) as store:
        store.permissions.append([], [identity(refuser, **like)], now=NOW)
    arrived = arrive(case.use, {"education": delivery(case)}, today=TODAY)
    rows = set(pl.read_parquet(arrived.folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of({one.number})


def test_nobody_else_can_read_a_run_or_any_file_of_it_also_after_a_no(
    answered: Made, tmp_path: Path
) -> None:
    """Not the folder alone: somebody may open that, or copy a file out of it."""
    case = answered.again(tmp_path / "town")
    before = os.umask(0o022)
    try:
        folder = link(case.use, today=TODAY).folder
        for step in ("linked", "withdrawn"):
            if step == "withdrawn":
                withdraw(case, 1)
                assert follow(case.use, today=TODAY)
            files = [folder, *folder.rglob("*")]
            assert any(path.suffix == ".arrow" for path in files)
            assert [p.name for p in files if p.stat().st_mode & 0o077] == [], step
    finally:
        os.umask(before)
