"""Features that may have seen the outcome: refused where it is all but certain, else reported.

What was written down after the as-of date cannot be read at all, and record numbers and the order of lines
are no values of a table. What is left are copies of the outcome, codes that were set after it and dated
back, and numbers that tell people apart rather than anything about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import binomtest

from licet.errors import BadInput, Fault
from licet.identify.bound import BoundCriterion
from licet.identify.cohort import Cohort, Floats, scaled
from licet.identify.expressions import fields_of, kinds_of
from licet.identify.fitting import auc

Kind = Literal["copy", "only_with", "only_without", "vanishes", "numbers"]
COPY = 0.97
"""An AUC from which one feature alone is not believed."""
PURE = 0.85
"""Of those with any of a feature, the share with the outcome (the low end of its 95 % interval) from which it
is not believed, where fewer than ``COMMON`` of all have the outcome."""
COMMON = 0.5
CERTAIN = 0.97
"""The share itself from which it is refused, of ``MANY`` or more."""
MANY = 30
FEW = 0.08
"""Of the cases that were to be expected among those with a feature, so few or fewer are not believed."""
EXPECTED = 20.0
STRONG = 0.70
"""An AUC above which it matters whether it is there a while before too."""
LEFT = 0.2
"""The part of what a feature tells, above drawing lots, that is to be left a while before."""
TELLS = 0.55
DISTINCT = 0.9
"""Values per line from which a number tells lines apart."""
LINES = 100


@dataclass(frozen=True)
class Suspect:
    """A feature that may have seen the outcome. certain: all but certain, so that it is refused."""

    feature: str
    kind: Kind
    certain: bool
    says: str


def suspects(
    early: Cohort, before: Cohort | None = None, distinct: Mapping[str, float] | None = None
) -> tuple[Suspect, ...]:
    """Everything that is suspected of the features of those who are learnt from.

    early: with outcomes. before: the same rows with the features of ``lag`` days before. distinct: by
    feature the number of different values per line of the numbers that it asks for.
    """
    y = early.y
    if len(np.unique(y)) < 2:
        return ()
    found: list[Suspect] = []
    for one in early.forecast.features:
        value = scaled(early.rows[one.id], one.measure)
        past = None if before is None else scaled(before.rows[one.id], one.measure)
        shared = (distinct or {}).get(one.id, 0.0)
        found += list(_of(one.id, value, past, shared, y))[:1]
    return tuple(found)


def lag(horizon: int) -> int:
    """How many days before the as-of date a feature is looked at again."""
    return max(30, min(90, horizon))


def numbers_asked(one: BoundCriterion) -> tuple[str, ...]:
    """The numbers of its table that a feature filters by or adds up."""
    names = (*fields_of(one.filter), *filter(None, [one.declared.total]))
    kinds = {**kinds_of(one.filter), one.declared.total: "number"}
    return tuple(name for name in dict.fromkeys(names) if kinds.get(name) == "number")


def refuse_certain(found: tuple[Suspect, ...]) -> tuple[Suspect, ...]:
    """Those that are only reported. Refuses (BadInput) if any is all but certain."""
    faults = [
        Fault(
            f"the feature {one.feature!r} {one.says}", "features",
            "what was known before the outcome",
            "look where the outcome got into it: a code set afterwards, a copy, a number given by outcome; "
            "then take it out",
        )
        for one in found
        if one.certain
    ]  # fmt: skip
    if faults:
        raise BadInput(*faults)
    return found


def _of(
    name: str, value: Floats, past: Floats | None, shared: float, y: Floats
) -> Iterator[Suspect]:
    tells = auc(value, y)
    either = max(tells, 1 - tells)
    if either >= COPY:
        yield Suspect(name, "copy", True, "all but equals the outcome")
    yield from _pure(name, value, y)
    if shared >= DISTINCT and either >= TELLS:
        says = "asks for a number that tells lines apart, such as that of a case, and goes with the outcome"
        yield Suspect(name, "numbers", False, says)
    if past is not None and either >= STRONG:
        ago = auc(past, y)
        if max(ago, 1 - ago) - 0.5 < LEFT * (either - 0.5):
            says = "tells the outcome only just before: such a code may have been set after it and dated back"
            yield Suspect(name, "vanishes", False, says)


def _pure(name: str, value: Floats, y: Floats) -> Iterator[Suspect]:
    """Whether nearly everybody, or nobody, of those with any of it has the outcome."""
    base = float(y.mean())
    for having, words in ((value != 0, "with any of it"), (value == 0, "with none of it")):
        many, cases = int(having.sum()), int(y[having].sum())
        if not many or base >= COMMON:
            continue
        low = float(binomtest(cases, many).proportion_ci(0.95, "wilson").low)
        if low >= PURE:
            certain = many >= MANY and cases / many >= CERTAIN
            yield Suspect(
                name,
                "only_with",
                certain,
                f"goes with the outcome alone: nearly all {words} have it",
            )
        elif base * many >= EXPECTED and cases <= FEW * base * many:
            says = f"goes without the outcome alone: nearly nobody {words} has it"
            yield Suspect(name, "only_without", False, says)
