"""Somebody whom the ledger did not know is looked for among the rows that share something with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.chapters.arriving import follow
from licet.engines.admission import Antechamber, has_something_of
from licet.engines.zone import MENTIONS, read_rows
from licet.files.runs import RunPlace, current
from tests.conftest import FULL
from tests.linkage.conftest import Made
from tests.linkage.town import NOW, TODAY, USE, event, identity, store_of
from tests.tiers import few


def people_of(case: Made) -> pl.DataFrame:
    with store_of(case.root) as store:
        return store.permissions.subjects()


def muddled(people: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """The same people with some details missing, and some of another."""
    columns = []
    for name in people.columns:
        column = people[name]
        if name not in ("subject", "number", "handle", "languages", "records"):
            others = np.where(
                draw.random(len(column)) < 0.3,
                draw.permutation(len(column)),
                np.arange(len(column)),
            )
            column = column.gather(others)
            gone = pl.Series(draw.random(len(column)) < 0.3)
            column = pl.select(pl.when(~gone).then(column)).to_series().alias(name)
        columns.append(column.alias(name))
    return pl.DataFrame(columns)


@pytest.mark.parametrize("seed", few(range(20 if FULL else 3), 1))
def test_nobody_is_missed(linked: Made, seed: int) -> None:
    """Against all rows and mentions, for people by whom less or something else is known."""
    folder = RunPlace(linked.root, USE, current(linked.root, USE)).folder
    rows, mentions = read_rows(folder), read_rows(folder, kind=MENTIONS)
    everybody = muddled(people_of(linked), np.random.default_rng(seed))
    for number in range(0, everybody.height, 7):
        some = everybody.slice(number, 1)
        near = has_something_of(some, rows, mentions)
        antechamber = Antechamber(some)
        try:
            whole, bounded = antechamber.fits(rows, mentions), antechamber.fits(*near)
        finally:
            antechamber.close()
        for one, other in zip(whole, bounded, strict=True):
            keys = [name for name in ("row", "place", "number") if name in one.columns]
            assert one.sort(keys).equals(other.select(one.columns).sort(keys))


def test_few_rows_are_looked_at(linked: Made) -> None:
    folder = RunPlace(linked.root, USE, current(linked.root, USE)).folder
    rows, mentions = read_rows(folder), read_rows(folder, kind=MENTIONS)
    one = people_of(linked).head(1)
    near, named = has_something_of(one, rows, mentions)
    assert 0 < near.height < rows.height / 3 and named.height < mentions.height / 2


def test_a_no_of_somebody_new_looks_at_those_only(
    linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    folder = RunPlace(case.root, USE, current(case.root, USE)).folder
    before, seen = read_rows(folder), list[int]()
    real = Antechamber.fits

    def fits(self: Antechamber, rows: pl.DataFrame, mentions: pl.DataFrame) -> Any:
        seen.append(rows.height)
        return real(self, rows, mentions)

    monkeypatch.setattr(Antechamber, "fits", fits)
    row = before["row"].sort()[0]
    person = case.town.people[case.town.owner[row]]
    new = replace(identity(person), handle="somebody new", records=())
    no = replace(
        event(person, "refuse", 9), subject=new.handle, expressed_by=new.handle, relation="self"
    )
    with store_of(case.root) as store:
        store.permissions.append([no], [new], now=NOW)
    follow(case.use, today=TODAY)
    assert seen and max(seen) < before.height / 3
    assert row not in set(read_rows(folder)["row"])
