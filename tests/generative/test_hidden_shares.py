"""What a reading keeps back cannot be recovered: every table that fits what is shown is tried.

The attacker knows which people belong to which groups (all the patterns there are), every count and
base that a reading shows, and that counts are whole numbers from 0. All tables up to a small number
of people per pattern and stance are made; those that agree with everything shown are what the
attacker cannot tell apart. No count that is kept back for being small is the same in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from licet.assessment import assess
from licet.disclosure import breakdowns, suppress
from licet.evidence import Collapse
from licet.groups import Group
from licet.readings import Settings, _hidden, read
from licet.report.ruling.csv_rows import csv_text
from licet.report.ruling.data import document
from licet.report.ruling.explain import explanation
from licet.report.ruling.page import page
from licet.report.ruling.screen import assessment_text
from licet.sampling import DesignDeclaration
from licet.survey.answers import Answers
from tests.factories import TODAY, evidence, item, use

pytestmark = pytest.mark.long

Table = NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """patterns: for each kind of people, the groups they belong to; None: it is not known whether.

    stances, most: options of the item; most people of one kind who give one answer. tried: most
    people of one kind and answer in the tables that are published. threshold: as in disclosure.
    """

    patterns: tuple[tuple[bool | None, ...], ...]
    stances: int
    most: int
    tried: int
    threshold: int

    @property
    def groups(self) -> int:
        return len(self.patterns[0])

    @property
    def sums(self) -> Table:
        """Shape (rows, kinds): which kinds make up the whole, then each group and its rest."""
        rows = [[True] * len(self.patterns)]
        for group in range(self.groups):
            rows.append([pattern[group] is True for pattern in self.patterns])
            rows.append([pattern[group] is False for pattern in self.patterns])
        return np.array(rows, dtype=np.int64)

    def tables(self, most: int) -> Table:
        """Every table, shape (tables, kinds, stances)."""
        size = len(self.patterns) * self.stances
        grid = np.indices((most + 1,) * size, dtype=np.int8).reshape(size, -1).T
        return grid.reshape(-1, len(self.patterns), self.stances)

    def sets(self) -> list[list[int]]:
        member = np.array([[inside is True for inside in p] for p in self.patterns], np.int64)
        return breakdowns(member.T @ member)


WORLDS = {
    "two groups and people left over": World(((True, False), (False, True), (False, False)), 2, 6, 3, 3),
    "two groups that are everybody": World(((True, False), (False, True)), 3, 5, 3, 3),
    "two groups that overlap": World(
        ((True, True), (True, False), (False, True), (False, False)), 2, 3, 2, 2
    ),
    "a group of which some are unknown": World(((True,), (False,), (None,)), 2, 6, 3, 3),
    "three groups, two of them apart": World(
        ((True, False, False), (False, True, True), (False, False, True), (False, False, False)), 2, 3, 2, 2
    ),
    "three groups that are everybody": World(
        ((True, False, False), (False, True, False), (False, False, True)), 2, 5, 3, 3
    ),
}  # fmt: skip
"""Where a workspace's threshold is 10, these have 2 or 3, so that every table can be made."""


def published(world: World, table: Table) -> tuple[tuple[tuple[int, str], ...], Table]:
    """Cells of the whole and the groups that are kept back, as (row, name); and all counts."""
    counts = world.sums @ table
    full = np.zeros((len(counts), 3), dtype=np.int64)
    full[:, : world.stances] = counts
    marks = _hidden(full, world.sets(), world.threshold)
    shown = [0, *range(1, len(counts), 2)]
    bases = counts.sum(axis=1)
    kept = {(row, name) for row in shown for name in marks[row]}
    # As reports do it: a base below the threshold is not shown, whatever was decided of its cells.
    kept |= {(row, "base") for row in shown if bases[row] < world.threshold}
    return tuple(sorted(kept)), counts


def names(world: World) -> list[str]:
    return ["permits", "opposes", "neutral"][: world.stances]


def cells(world: World) -> Iterator[tuple[int, str]]:
    return product([0, *range(1, 1 + 2 * world.groups, 2)], [*names(world), "base"])


def column(counts: Table, row: int, name: str) -> Table:
    """Of every table, one cell. counts: shape (tables, rows, stances)."""
    places = {"permits": 0, "opposes": 1, "neutral": 2}
    found = counts[:, row].sum(axis=1) if name == "base" else counts[:, row, places[name]]
    return np.asarray(found, dtype=np.int64)


def secrets_told(
    world: World, every: int = 1
) -> Iterator[tuple[list[list[int]], tuple[int, str], int]]:
    """Small counts kept back that are the same in every table that fits what is shown.

    every: publish only each so-manieth table; the attacker still tries all there are.
    """
    possible = np.einsum("rk,tks->trs", world.sums, world.tables(world.most)).astype(np.int64)
    tables = world.tables(world.tried)[::every]
    by_mask: dict[tuple[tuple[int, str], ...], list[int]] = {}
    for place, table in enumerate(tables):
        kept, _ = published(world, table)
        by_mask.setdefault(kept, []).append(place)
    for kept, places in by_mask.items():
        open_cells = [cell for cell in cells(world) if cell not in kept]
        key = np.zeros(len(possible), dtype=np.int64)
        for cell in open_cells:
            key = key * 41 + column(possible, *cell) if key.max(initial=0) < 2**55 else key
            _, key = np.unique(key, return_inverse=True)
        size = int(key.max()) + 1
        least = {cell: np.full(size, 10**6) for cell in kept}
        most = {cell: np.full(size, -1) for cell in kept}
        for cell in kept:
            values = column(possible, *cell)
            np.minimum.at(least[cell], key, values)
            np.maximum.at(most[cell], key, values)
        strides = (world.most + 1) ** np.arange(tables[0].size - 1, -1, -1)
        for place in places:
            at = key[int(tables[place].ravel().astype(np.int64) @ strides)]
            counts = (world.sums @ tables[place])[None]
            for cell in kept:
                value = int(column(counts, *cell)[0])
                if 1 <= value < world.threshold and least[cell][at] == most[cell][at]:
                    yield tables[place].tolist(), cell, value


@pytest.mark.parametrize("name", WORLDS)
def test_no_small_count_that_is_kept_back_is_the_only_one_that_fits(name: str, full: bool) -> None:
    assert next(secrets_told(WORLDS[name], 1 if full else 40), None) is None


@pytest.mark.parametrize("name", WORLDS)
def test_no_small_count_is_shown(name: str) -> None:
    world = WORLDS[name]
    for table in world.tables(world.tried)[:: 3 * len(world.patterns)]:
        kept, counts = published(world, table)
        for row, cell in cells(world):
            if 1 <= int(column(counts[None], row, cell)[0]) < world.threshold:
                assert (row, cell) in kept, (table.tolist(), row, cell)


def test_the_attack_finds_what_subtraction_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were groups that are everybody not set against each other, the attack would succeed."""
    world = WORLDS["three groups that are everybody"]
    monkeypatch.setattr(World, "sets", lambda world: [])
    assert next(secrets_told(replace(world, tried=2)), None) is not None


LEFT_OVER = [[120, 80], [40, 45], [80, 35], [3, 4], [117, 76]]
"""200 people; 85 are in one group, 7 in another, 108 in neither."""


def test_with_people_left_over_less_is_kept_back_than_before() -> None:
    counts = np.column_stack([LEFT_OVER, [0] * 5])
    now = _hidden(counts, [[0, 1]], 10)
    before = suppress(counts[:, :2], [[1, 2], [3, 4], [1, 3]], threshold=10).hidden
    assert now[3] == {"permits", "opposes", "base"}
    assert not now[1] and before[1].all(), "the first group need not shelter the second"
    assert sum(map(len, now)) < before.sum()


def test_where_nobody_is_left_over_a_group_shelters_the_other() -> None:
    counts = np.array([[95, 49, 0], [40, 45, 0], [55, 4, 0], [55, 4, 0], [40, 45, 0]])
    now = _hidden(counts, [[0, 1]], 10)
    assert now[1] == now[3] == {"permits", "opposes"}


def people(zero: int) -> Answers:
    """300 people, 60 and 7; of the last two groups ``zero`` people of weight zero are in both."""
    rows = [("yes", False, False, 1.0), ("no", False, False, 1.0)] * 150
    rows += [("yes", True, False, 1.0), ("no", True, False, 1.0)] * 30
    rows += [("no", False, True, 1.0)] * 7 + [("no", True, True, 0.0)] * zero
    frame = pl.DataFrame(rows, schema=["q", "a", "b", "w"], orient="row")
    return Answers(frame, options={"q": ("yes", "no")})


@pytest.mark.parametrize("zero", [0, 30])
def test_people_without_weight_make_no_groups_overlap(zero: int) -> None:
    """The bases published are of people with a weight: of them nobody is in both groups."""
    asked = item(
        "trust:education",
        k=2,
        column="q",
        collapse=Collapse(permits=("yes",), opposes=("no",)),
        options=("yes", "no"),
    )
    declared = evidence(items=[asked]).model_copy(
        update={
            "printed": None,
            "design": DesignDeclaration(weight="w"),
            "groups": (
                Group("a", "A", "a == True"),
                Group("b", "B", "b == True"),
                Group("c", "C", "a == False and b == False"),
            ),
        }
    )
    found = read(declared, people(zero), Settings())
    for group in ("a", "b"):
        assert found.measures["trust:education", group].hidden >= {"permits", "opposes"}


def test_a_base_that_would_give_a_small_group_away_is_in_no_report() -> None:
    """367 people less 300 less 60 are 7: neither the 60 nor the 7 may be read anywhere."""
    sizes = {"white": 300, "asian": 60, "black": 7}
    race = [group for group, size in sizes.items() for _ in range(size)]
    answers = Answers(
        pl.DataFrame({"q": ["yes", "no"] * 183 + ["yes"], "race": race}), {"q": ("yes", "no")}
    )
    asked = item(
        "trust:education",
        k=2,
        column="q",
        collapse=Collapse(permits=("yes",), opposes=("no",)),
        options=("yes", "no"),
    )
    reason = asked.model_copy(update={"id": "reason", "kind": "reason", "subject": "offer_unasked"})
    declared = evidence(items=[reason, asked]).model_copy(
        update={
            "printed": None,
            "design": DesignDeclaration(unweighted=True),
            "groups": tuple(Group(name, name, f'race == "{name}"') for name in sizes),
        }
    )
    found = assess(
        use(), lambda settings: [read(declared, answers, settings)], today=TODAY, vary=False
    )
    assert found.readings[0].measures["reason", "asian"].base == 60
    bases = {cell["group"]: cell["base"] for cell in document(found)["findings"]}
    assert bases == {"all": 367, "white": 300, "asian": None, "black": None}
    for text in (explanation(found), page(found), csv_text(found), assessment_text(found)):
        assert "300" in text or text.startswith("N")
        assert re.search(r"\b60 people|,60,|>60<|\b7 people|,7,", text) is None
