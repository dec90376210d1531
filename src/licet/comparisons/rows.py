"""What a comparison says: its two sides, the difference with its uncertainty, and its family."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

from licet.comparisons.rules import Appreciable, FamilyChoice, Request
from licet.evidence import Evidence
from licet.survey.multiplicity import adjusted
from licet.survey.patterns import Leaning

Sort = Literal["rest", "groups", "items", "waves", "fieldworks", "awareness", "line", "battery"]

REST = "rest"
"""The group of everybody known not to be in the other."""

SORTS: dict[Sort, str] = {
    "rest": "a group against the rest",
    "groups": "two groups",
    "items": "two items in one group",
    "waves": "two waves",
    "fieldworks": "two fieldworks",
    "awareness": "those who know against those who do not",
    "line": "a share against the line",
    "battery": "the mean of a battery in a group against the rest",
}
"""What is compared, in words."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison. share: 0-1. base: people with a valid answer.

    base_about: the base is in tens, for the exact one would tell how few gave no answer.

    item: an item, or a battery. group: a group, ``rest``, or for awareness ``knows`` or ``does not
    know``. wave, evidence: where several are compared.
    """

    item: str
    group: str
    share: float
    base: int
    wave: str = ""
    evidence: str = ""
    base_about: bool = False


@dataclass(frozen=True)
class Comparison:
    """One share less another (proportions), with the uncertainty of the difference.

    df: infinite where only print is known, NaN beside a base in tens. p: two-sided, of no
    difference; NaN where se is 0 or unknown. rounding: how far printed figures may put the value
    out. shown: whether both sides may be shown; if not, nothing of it may. family, family_size:
    among which tests p is adjusted.
    context: not about licence, or never used by the gate.
    """

    sort: Sort
    one: Side
    other: Side
    value: float
    se: float
    df: float
    low: float
    high: float
    p: float
    stance: str = "permits"
    kind: str = ""
    context: bool = False
    about: str = ""
    rounding: float = 0.0
    appreciably: str = ""
    shown: bool = True
    family: str = ""
    family_size: int = 0
    p_benjamini_hochberg: float = float("nan")
    p_holm: float = float("nan")


@dataclass(frozen=True)
class AtCorrelation:
    """A battery's difference if every two items had this correlation; None where it was estimated."""

    correlation: float | None
    se: float
    low: float
    high: float
    p: float
    leaning: Leaning


@dataclass(frozen=True)
class BatteryRow:
    """A battery in one group, against the rest. Shares and differences are 0-1.

    mean, mean_se, mean_low, mean_high: of the permitting shares in the group. rest: the same mean in
    the rest. value: the group's distance from the rest. fewest: the smallest base among the items
    (in tens where fewest_about).
    under: its uncertainty; one entry where the answers give the covariance, else one for each
    assumed correlation. comparison: None for printed figures, whose p is a range.
    """

    battery: str
    label: str
    items: tuple[str, ...]
    group: str
    mean: float
    mean_se: float
    mean_low: float
    mean_high: float
    rest: float
    value: float
    fewest: int
    under: tuple[AtCorrelation, ...]
    comparison: Comparison | None = None
    shown: bool = True
    fewest_about: bool = False


@dataclass(frozen=True)
class Comparisons:
    """Everything compared in one evidence. threshold: of disclosure control."""

    evidence: Evidence
    rows: tuple[Comparison, ...]
    batteries: tuple[BatteryRow, ...]
    request: Request
    threshold: int
    notes: tuple[str, ...] = ()

    def of(self, sort: Sort) -> tuple[Comparison, ...]:
        """The comparisons of one sort."""
        return tuple(row for row in self.rows if row.sort == sort)

    @property
    def families(self) -> dict[str, int]:
        """How many tests each family holds, by its name."""
        found = {row.family: row.family_size for row in self.rows}
        found |= {
            b.comparison.family: b.comparison.family_size for b in self.batteries if b.comparison
        }
        return {name: size for name, size in found.items() if name}


def judged(rows: Iterable[Comparison], rule: Appreciable, level: float) -> list[Comparison]:
    """The rows with ``appreciably`` filled in. level: of their intervals.

    Where the rule asks for another level than the intervals have, its own interval is worked out.
    """
    found = []
    for row in rows:
        low, high = (
            (row.low, row.high)
            if rule.level == level
            else bounds(row.value, row.se, row.df, rule.level)
        )
        found.append(replace(row, appreciably=rule.judge(row.value, low, high, row.rounding)))
    return found


def bounds(value: float, se: float, df: float, level: float) -> tuple[float, float]:
    """The interval of a difference by t with df degrees of freedom, never beyond the whole.

    NaN where the standard error is 0 or unknown: then nothing is known of the uncertainty.
    """
    from licet.survey.intervals import quantile_t

    if not (se > 0 and df > 0 and isfinite(value)):
        return float("nan"), float("nan")
    reach = float(quantile_t(level, df)) * se
    return max(value - reach, -1.0), min(value + reach, 1.0)


def chance(value: float, se: float, df: float) -> float:
    """The two-sided p of no difference, by t; NaN where the standard error is 0 or unknown."""
    from scipy.stats import norm, t

    if not (se > 0 and df > 0 and isfinite(value)):
        return float("nan")
    far = abs(value) / se
    return float(2 * (t.sf(far, df) if isfinite(df) else norm.sf(far)))


_PARTS: dict[FamilyChoice, Callable[[Comparison], str]] = {
    "sort": lambda row: "",
    "item": lambda row: row.one.item,
    "group": lambda row: row.one.group,
    "kind": lambda row: row.kind,
}


def with_families(rows: Sequence[Comparison], choice: FamilyChoice) -> list[Comparison]:
    """The rows with their family and adjusted p.

    Rows without a p are in no family; nor are rows that may not be shown, so that nothing shown
    tells of them.
    """
    named = [replace(row, family=_family(row, choice)) for row in rows]
    found = list(named)
    for family in dict.fromkeys(row.family for row in named):
        places = [
            place
            for place, row in enumerate(named)
            if row.family == family and row.shown and isfinite(row.p)
        ]
        p = [named[place].p for place in places]
        both = zip(adjusted(p, "benjamini-hochberg"), adjusted(p, "holm"), strict=True)
        for place, (bh, holm) in zip(places, both, strict=True):
            found[place] = replace(
                named[place],
                family_size=len(places),
                p_benjamini_hochberg=float(bh),
                p_holm=float(holm),
            )
    return [row if row.family_size else replace(row, family="") for row in found]


def _family(row: Comparison, choice: FamilyChoice) -> str:
    what = "other items" if row.context and row.sort != "awareness" else "licence items"
    share = "permitting" if row.stance == "permits" else "opposing"
    part = _PARTS[choice](row)
    about = f", {row.about}" if row.about else ""
    return f"{SORTS[row.sort]}{about}, {share} shares of {what}" + (f", {part}" if part else "")
