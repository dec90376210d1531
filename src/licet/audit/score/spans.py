"""Figures of sets of people (periods, those whose outcome is ripe, groups), all from the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from licet.audit.drawing.drawn import Drawn, Part, bins_of, centred, drawn_sums, summed
from licet.audit.groups.rare import share_of
from licet.audit.people import Floats, People
from licet.audit.score.ranking import auc, table_of, table_part
from licet.audit.score.skill import score_of
from licet.audit.standing import Estimate

Rows = NDArray[np.bool_]
Measure = Literal["base", "flag", "ppv", "fpr", "fnr", "auc", "observed_expected"]
SHARES: tuple[Measure, ...] = ("base", "flag", "ppv", "fpr", "fnr")
"""Shares with the outcome, flagged, right among the flagged, wrongly flagged, missed."""
BINS = 200
STATES = 6
"""tp, fp, fn, tn; flagged and not flagged of unknown outcome."""


@dataclass(frozen=True)
class Span:
    """A set of people. n: in all; known: with a known outcome and flag; cases: of these with it.

    figures: by measure; observed_expected where there are chances. drawn: the same, draw by draw.
    states: people, unweighted, by right and wrong: tp, fp, fn, tn, of unknown outcome flagged and not.
    """

    n: int
    known: int
    cases: int
    figures: Mapping[Measure, Estimate]
    drawn: Mapping[Measure, Drawn] = field(repr=False)
    states: tuple[int, ...] = ()


def spans(
    people: People, sets: Sequence[Rows], chances: Floats | None, draws: int, seed: int
) -> tuple[Span, ...]:
    """The figures of each set. chances: where the score is a chance or was made one, shape (n,).

    Figures that need both outcomes are not known where fewer than ``plan.least_cases`` have either.
    """
    parts: dict[str, Part] = {}
    for number, rows in enumerate(sets):
        parts |= {f"{kind} {number}": part for kind, part in _parts(people, rows, chances).items()}
    found: list[list[dict[Measure, Floats]]] = [[] for _ in sets]
    for sums in drawn_sums(parts, people, draws, seed):
        for number in range(len(sets)):
            found[number].append(_figures(_own(sums, number)))
    return tuple(
        _span(people, rows, chances, drawn) for rows, drawn in zip(sets, found, strict=True)
    )


def _own(sums: Mapping[str, Floats], number: int) -> dict[str, Floats]:
    kinds = ("states", "table", "expected", "came")
    return {kind: sums[f"{kind} {number}"] for kind in kinds if f"{kind} {number}" in sums}


def _parts(
    people: People, rows: Rows, chances: Floats | None, *, exact: bool = False
) -> dict[str, Part]:
    y = people.y
    state = np.where(people.flag == 1, 0, 2) + np.where(y == 1, 0, 1)
    state = np.where(np.isnan(y), np.where(people.flag == 1, 4, 5), state)
    told = rows & (people.flag >= 0)
    place, bins = bins_of(np.where(rows, score_of(people), np.nan), people.weight, BINS)
    found = {
        "states": Part(np.where(told, state, -1).astype(np.int64), STATES),
        "table": table_part(place if exact else bins, y),
    }
    if chances is not None:
        there = rows & np.isfinite(chances) & np.isfinite(y)
        code = np.where(there, 0, -1).astype(np.int64)
        found["expected"] = Part(code, 1, np.nan_to_num(chances))
        found["came"] = Part(code, 1, np.nan_to_num(y))
    return found


def _figures(sums: Mapping[str, Floats]) -> dict[Measure, Floats]:
    """Every figure of sums (..., columns), shapes (...)."""
    tp, fp, fn, tn, flagged, unflagged = np.moveaxis(sums["states"], -1, 0)
    known = tp + fp + fn + tn
    found: dict[Measure, Floats] = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        found["base"] = (tp + fn) / known
        found["flag"] = (tp + fp + flagged) / (known + flagged + unflagged)
        found["ppv"] = tp / (tp + fp)
        found["fpr"] = fp / (fp + tn)
        found["fnr"] = fn / (fn + tp)
        found["auc"] = auc(table_of(sums["table"]))
        if "expected" in sums:
            found["observed_expected"] = (sums["came"] / sums["expected"])[..., 0]
    return found


def _span(
    people: People, rows: Rows, chances: Floats | None, drawn: Sequence[Mapping[Measure, Floats]]
) -> Span:
    exact, binned = (_figures(_exact(people, rows, chances, exact)) for exact in (True, False))
    figures = {
        name: centred(
            float(exact[name]), float(binned[name]), np.concatenate([part[name] for part in drawn])
        )
        for name in exact
    }
    n, known = int(rows.sum()), int((rows & np.isfinite(people.y) & (people.flag >= 0)).sum())
    cases = int((rows & (people.y == 1) & (people.flag >= 0)).sum())
    enough = min(cases, known - cases) >= people.plan.least_cases
    level = people.plan.level
    bases = _bases(people, rows)
    estimates = {
        name: share_of(one, people, level, bases[name])
        if name in bases
        else (one.estimate(level, known, least=0) if enough else Estimate(nan, n=known))
        for name, one in figures.items()
    }
    return Span(n, known, cases, estimates, figures, _states(people, rows))


def _states(people: People, rows: Rows) -> tuple[int, ...]:
    code = _parts(people, rows, None)["states"].code
    return tuple(np.bincount(code[code >= 0], minlength=STATES).tolist())


def _exact(people: People, rows: Rows, chances: Floats | None, exact: bool) -> dict[str, Floats]:
    parts = _parts(people, rows, chances, exact=exact)
    return {kind: summed(part, people.weight) for kind, part in parts.items()}


def _bases(people: People, rows: Rows) -> dict[Measure, int]:
    """People, unweighted, whom each share rests on."""
    told = rows & (people.flag >= 0)
    y, flagged = people.y, told & (people.flag == 1)
    known = np.isfinite(y)
    return {
        "base": int((told & known).sum()),
        "flag": int(told.sum()),
        "ppv": int((flagged & known).sum()),
        "fpr": int((told & (y == 0)).sum()),
        "fnr": int((told & (y == 1)).sum()),
    }
