"""Runs that are refused, fail or stand already: what is said, what is logged, what is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.chapters import joining, refreshing, releasing, searching
from licet.chapters.arriving import arrive, follow
from licet.chapters.grounds import NotLinked
from licet.chapters.linking import link
from licet.chapters.sealing import keep_in_force
from licet.files.runs import RunPlace, current
from tests.linkage.conftest import Made
from tests.linkage.left import (
    delivery,
    last,
    leak,
    leaves,
    new_version,
    nothing_made,
    states,
    withdraw,
)
from tests.linkage.town import (
    NOW,
    TODAY,
    USE,
    answer,
    edit_use,
    store_of,
)  # fmt: skip


def _refused_use(case: Made) -> None:
    new_version(case, ('status = "proposed"', 'status = "refused"'))


def _undetermined(case: Made) -> None:
    new_version(case, ('purpose = "early_intervention"', 'purpose = "evaluation"'))


def _edited(case: Made) -> None:
    edit_use(case.root, 'title = "', 'title = "Much more: ')


def _unpublished(case: Made) -> None:
    edit_use(case.root, "version = 1\n", "version = 2\n")


def _suspended(case: Made) -> None:
    new_version(case, ('status = "proposed"', 'status = "suspended"'))


def _nothing(case: Made) -> None:
    pass


REFUSED: dict[str, tuple[Callable[[Made], None], date, tuple[int, ...], str, str]] = {
    "refused": (_refused_use, TODAY, (3,), "refusal", "was refused"),
    "undetermined": (_undetermined, TODAY, (4,), "undetermined", ""),
    "expired": (_nothing, date(2029, 9, 2), (3, 4), "", ""),
    "not begun": (_nothing, date(2021, 8, 1), (3, 4), "", ""),
    "edited after its ruling": (_edited, TODAY, (3,), "edited", "was edited after version 1"),
    "unpublished": (_unpublished, TODAY, (3,), "not_published", "not in the register"),
    "suspended": (_suspended, TODAY, (3, 4), "", "suspended"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_run_says_why_and_is_logged(name: str, answered: Made, tmp_path: Path) -> None:
    change, on, allowed, why, text = REFUSED[name]
    case = answered.again(tmp_path / "town")
    change(case)
    with pytest.raises(NotLinked) as refused:
        link(case.use, today=on)
    assert refused.value.status in allowed
    assert text in str(refused.value) and refused.value.reasons
    kind, body = last(case)
    assert kind == "run_refused" and body["use"] == USE and body["why"] == refused.value.why
    assert not why or refused.value.why == why
    assert body["reasons"]
    nothing_made(case)


def test_made_for_another_use(answered: Made, tmp_path: Path) -> None:
    """The evidence and the ruling of one use open nothing for another that calls itself the same."""
    case = answered.again(tmp_path / "town")
    edit_use(case.root, 'intended_action = "offer_of_support"', 'intended_action = "information"')
    with pytest.raises(NotLinked) as refused:
        link(case.use, today=TODAY)
    assert (refused.value.why, refused.value.status) == ("edited", 3)


def test_nobody_was_asked(published: Made, tmp_path: Path) -> None:
    case = published.again(tmp_path / "town")
    with pytest.raises(NotLinked, match="Nobody has been asked") as refused:
        link(case.use, today=TODAY)
    assert refused.value.status == 5 and "licet permission invite" in str(refused.value)
    assert last(case)[0] == "run_refused"
    nothing_made(case)


def test_no_permitted_row(published: Made, tmp_path: Path) -> None:
    case = published.again(tmp_path / "town")
    everybody = dict.fromkeys(range(len(case.town.people)), "no")
    answer(case.root, case.town, everybody, np.random.default_rng(1))
    for _ in range(2):
        with pytest.raises(NotLinked, match="No row of the feeds is permitted"):
            link(case.use, today=TODAY)
        assert last(case)[1]["why"] == "no_permitted_row"
        nothing_made(case)
    assert states(case) == ["refused"]
    answer(case.root, case.town, dict.fromkeys(range(60), "yes"), np.random.default_rng(1))


def test_running_twice_does_nothing_twice(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    before, manifest = leaves(case), _files(case)
    found = link(case.use, today=TODAY)
    assert not found.new and leaves(case) == before and _files(case) == manifest
    follow(case.use, today=TODAY)
    keep_in_force(case.root, today=TODAY)
    assert leaves(case) == before and _files(case) == manifest


def _files(case: Made) -> dict[str, bytes]:
    place = RunPlace(case.root, USE, current(case.root, USE))
    return {
        p.name: p.read_bytes()
        for p in place.folder.iterdir()
        if p.is_file() and p.suffix != ".duckdb"
    }


@pytest.mark.long
def test_things_are_again_as_they_once_were(linked: Made, tmp_path: Path) -> None:
    """What reviewers said is taken back on the same day: the inputs are those of an earlier run."""
    case = linked.again(tmp_path / "town")
    rows = tuple(sorted(case.town.owner)[:2])
    first = current(case.root, USE)
    with store_of(case.root) as store:
        store.reviews.add(USE, rows, "cannot", "tester")  # type: ignore[arg-type]
    second = link(case.use, today=TODAY)
    with store_of(case.root) as store:
        store.reviews.add(USE, rows, "open", "tester")  # type: ignore[arg-type]
    third = link(case.use, today=TODAY)
    assert len({first, second.run, third.run}) == 3 and third.new
    assert states(case) == ["destroyed", "destroyed", "released"]


def test_corrected_details_make_a_new_run(linked: Made, tmp_path: Path) -> None:
    """The ledger is as it was, but the office now knows better who somebody is."""
    from tests.linkage.town import identity

    case = linked.again(tmp_path / "town")
    people = case.town.people
    refuser = next(n for n, word in case.answers.items() if word == "no")
    crosswalk = pl.read_parquet(next((case.root / "runs").rglob("crosswalk.parquet")))
    one = case.town.owner[crosswalk["row"][0]]
    like = {
        name: getattr(people[one], name)
        for name in ("given", "family", "birth", "house", "postcode", "street")
    }
    with store_of(case.root) as store:
        store.permissions.append([], [identity(people[refuser], **like)], now=NOW)
    found = link(case.use, today=TODAY)
    assert found.new
    rows = set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of({one})


def test_a_leak_destroys_everything(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    leak(monkeypatch, releasing)
    with pytest.raises(searching.Leak, match=r"beside\.parquet"):
        link(case.use, today=TODAY)
    kind, body = last(case)
    assert (kind, body["fault"]) == ("run_failed", "leak") and states(case) == ["failed"]
    nothing_made(case)
    monkeypatch.undo()
    assert link(case.use, today=TODAY).new and states(case) == ["released"]


def test_a_leak_in_the_engine_destroys_everything(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    real = joining.score

    def leaking(engine: Any, *given: Any) -> Any:
        engine._run("create table beside as select 'somebody else' as given")
        return real(engine, *given)

    monkeypatch.setattr(joining, "score", leaking)
    with pytest.raises(searching.Leak, match=r"beside\.given"):
        link(case.use, today=TODAY)
    assert last(case)[0] == "run_failed"
    nothing_made(case)


@pytest.mark.parametrize("what", ["follow", "arrive"])
def test_a_leak_after_a_change_destroys_the_run(
    what: str, linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    leak(monkeypatch, refreshing)
    withdraw(case, 2)
    path = delivery(case)
    work: dict[str, Callable[[], object]] = {
        "follow": lambda: follow(case.use, today=TODAY),
        "arrive": lambda: arrive(case.use, {"education": path}, today=TODAY),
    }
    with pytest.raises(searching.Leak):
        work[what]()
    assert last(case) == ("destroyed", {**last(case)[1], "why": "leak"})
    assert states(case) == ["destroyed"]
    nothing_made(case)
