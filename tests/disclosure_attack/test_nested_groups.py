"""Groups inside one another, and groups that overlap: nothing small follows by plus and minus.

The attacker knows which mixtures of groups there are, and takes every count and rate of the JSON. The
numbers asked for are those of every mixture by right, wrong and missed, in whole numbers.
"""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.audit import forecast
from licet.audit.forecast import Audit, audit
from licet.audit.input.reading import people_of
from licet.audit.plan import Plan
from licet.report.audit.forecast_outputs import json_text
from tests.conftest import FULL
from tests.disclosure_attack.attacker import Attacker
from tests.tiers import few

PARTS = ("tp", "fp", "fn", "tn", "uf", "un")
CELLS = {
    **{part: (part,) for part in PARTS[:4]},
    "unknown": ("uf", "un"),
    "people": PARTS,
    "flagged": ("tp", "fp", "uf"),
    "with": ("tp", "fn"),
    "without": ("fp", "tn"),
    "known": ("tp", "fp", "fn", "tn"),
    "picked": ("tp", "fp"),
}
RATES = {
    "flag": ("flagged", "people"),
    "fpr": ("fp", "without"),
    "fnr": ("fn", "with"),
    "ppv": ("tp", "picked"),
    "base": ("with", "known"),
}
PLAN: dict[str, Any] = {
    "id": "nested", "title": "t", "outcome_means": "o", "draws": 200,
    "columns": {"person": "pid", "outcome": "y", "score": "score", "flag": "flag"},
}  # fmt: skip


def people(seed: int, number: int = 1500) -> pl.DataFrame:
    """Wards in districts, one of them tiny; ages of which few differ; two needs that some share."""
    draw = np.random.default_rng(seed)
    ward = draw.choice(["W1", "W3", "W4", "W5"], number)
    ward[:6] = "W2"
    y = (draw.random(number) < 0.3).astype(float)
    flag = draw.random(number) < np.where(y == 1, 0.6, 0.15)
    y[draw.random(number) < 0.02] = np.nan
    age = draw.choice(np.arange(17), number)
    age[(age == 5) & (draw.random(number) < 0.9)] = 9
    deaf, ill = draw.random(number) < 0.3, draw.random(number) < 0.25
    ill[deaf & (draw.random(number) < 0.93)] = False
    columns = {
        "pid": [f"P{i}" for i in range(number)], "score": draw.random(number), "flag": flag.astype(int),
        "y": y, "ward": ward, "district": np.where(np.isin(ward, ["W1", "W2"]), "North", "South"),
        "age": age, "deaf": deaf.astype(int), "ill": ill.astype(int),
    }  # fmt: skip
    return pl.DataFrame(columns).with_columns(pl.col("y").fill_nan(None))


PLANS: dict[str, dict[str, Any]] = {
    "a ward in a district": {"by": ("district", "ward")},
    "ages": {"groups": ({"id": "five", "expression": "age >= 5"},
                        {"id": "six", "expression": "age >= 6"})},
    "either of two": {"groups": ({"id": "deaf", "expression": "deaf == 1"},
                                 {"id": "ill", "expression": "ill == 1"},
                                 {"id": "either", "expression": "deaf == 1 or ill == 1"})},
    "one of two": {"groups": ({"id": "deaf", "expression": "deaf == 1"},
                              {"id": "ill", "expression": "ill == 1"},
                              {"id": "one", "expression": "(deaf == 1 and ill == 0) or "
                                                          "(deaf == 0 and ill == 1)"})},
    "all of it": {"by": ("district", "ward"),
                  "groups": ({"id": "five", "expression": "age >= 5"},
                             {"id": "six", "expression": "age >= 6"},
                             {"id": "mine", "expression": "ward == 'W1' and age >= 5"})},
}  # fmt: skip


def made(frame: pl.DataFrame, **more: Any) -> tuple[Audit, np.ndarray, np.ndarray]:
    """The audit, who is in everybody and each group, and the part of each person."""
    who = people_of(Plan.model_validate({**PLAN, **more}), frame)
    y, flag = who.y, who.flag == 1
    part = np.where(np.isnan(y), 5 - flag, np.where(y == 1, 2 - 2 * flag, 3 - 2 * flag))
    inside = np.column_stack([np.ones(len(y), bool), who.member == 1])
    return audit(who), inside, part.astype(int)


class Mixtures:
    """Numbers of people by mixture of groups and part."""

    def __init__(self, inside: np.ndarray, part: np.ndarray) -> None:
        self.kinds, of = np.unique(inside, axis=0, return_inverse=True)
        self.true = np.zeros((len(self.kinds), len(PARTS)))
        np.add.at(self.true, (of.ravel(), part), 1)

    def cells(self, kinds: np.ndarray, cell: str) -> list[int]:
        """The numbers that a cell of these mixtures is the sum of."""
        parts = [PARTS.index(part) for part in CELLS[cell]]
        return [int(kind) * len(PARTS) + part for kind in np.flatnonzero(kinds) for part in parts]

    def value(self, cells: list[int]) -> int:
        return int(self.true.ravel()[cells].sum())

    def attacker(self, document: dict[str, Any]) -> Attacker:
        found = Attacker(self.true.size)
        for at, row in enumerate(document["groups"]):
            kinds = self.kinds[:, at]
            for cell, count in row["counts"].items():
                if count is not None:
                    found.learn(self.cells(kinds, cell), count)
            for measure, (top, base) in RATES.items():
                one = row["rates"][measure]
                if one["shown"] and one["n"]:
                    found.learn(self.cells(kinds, base), one["n"])
                    found.learn(self.cells(kinds, top), round(one["value"] * one["n"]))
        return found

    def secrets(self) -> dict[tuple[int, ...], np.ndarray]:
        """Every group, and of two what is in one, in the other, in both and in none of them."""
        groups = self.kinds.T.astype(bool)
        sets = list(groups)
        for one, other in combinations(groups, 2):
            sets += [one & other, one & ~other, other & ~one, ~(one | other)]
        return {tuple(np.flatnonzero(one).tolist()): one for one in sets if one.any()}

    def subtracted(self) -> set[tuple[int, ...]]:
        """Groups, and what is left of one when a group that lies in it is taken away."""
        groups = self.kinds.T.astype(bool)
        sets = [
            *groups,
            *(one & ~other for one in groups for other in groups if (one >= other).all()),
        ]
        return {tuple(np.flatnonzero(one).tolist()) for one in sets}


SEEDS = range(6) if FULL else range(1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", few(PLANS, 1))
def test_nothing_small_follows_from_groups_that_nest_or_overlap(name: str, seed: int) -> None:
    found, inside, part = made(people(seed), **PLANS[name])
    mixtures = Mixtures(inside, part)
    attacker = mixtures.attacker(json.loads(json_text(found)))
    asked, subtracted = 0, mixtures.subtracted()
    for kinds, one in mixtures.secrets().items():
        for cell in CELLS:
            cells = mixtures.cells(one, cell)
            if 1 <= mixtures.value(cells) < found.threshold:
                asked += 1
                if asked % 3 and not FULL:
                    continue
                low, high = attacker.range_of(cells)
                assert high >= found.threshold, (name, kinds, cell, low, high)
                if kinds in subtracted:
                    assert low == 0, (name, kinds, cell, low, high)
                # Two printed groups that overlap bound what they share, however large they are: of an
                # overlap that is no group it may follow that there is somebody, not how many.
                assert high - low >= found.threshold, (name, kinds, cell, low, high)
    assert asked >= 3, "there is something to find"


def test_without_what_groups_tell_of_each_other_the_attacker_finds_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The age of one person: 5 and over less 6 and over."""
    monkeypatch.setattr(forecast, "relations_of", lambda *_: ())
    found, inside, part = made(people(0), **PLANS["ages"])
    mixtures = Mixtures(inside, part)
    attacker = mixtures.attacker(json.loads(json_text(found)))
    known = [mixtures.cells(one, cell) for one in mixtures.secrets().values() for cell in CELLS]
    few = [cells for cells in known if 1 <= mixtures.value(cells) < found.threshold]
    assert any(len({*attacker.range_of(cells)}) == 1 for cells in few)
