"""Which rows a permission reaches: a yes only rows it surely means, a no every row it may mean.

A person in the ledger and a row of a feed are compared detail by detail, and each agreement has its
points. The points are a rule, not an estimate: nothing is learned from the rows of people who have
not said yes. How often the rule misses is measured at every run and stated in its report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from licet.errors import bad

POINTS: Mapping[tuple[str, str], int] = {
    ("birth", "equal"): 4,
    ("birth", "near"): 2,
    ("birth", "different"): -4,
    ("given", "equal"): 3,
    ("given", "near"): 2,
    ("given", "initial"): 1,
    ("given", "different"): -7,
    ("family", "equal"): 3,
    ("family", "near"): 2,
    ("family", "different"): -1,
    ("place", "home"): 3,
    ("place", "postcode"): 2,
    ("number", "equal"): 8,
    ("number", "different"): -6,
    ("sex", "different"): -1,
}
"""Points of each agreement. What is missing on a side counts nothing, and so does what is not listed.

birth near: day and month changed about, or one digit more, fewer or other. given, family near:
Jaro-Winkler similarity from ``NEAR``; different: below ``FAR`` (given), below ``NEAR`` (family); a given
name equals any other given name of the person as well, a family name any earlier one. home: the same
UPRN, or the same house in the same postcode or in nearly the same street. number: NHS number, UPN or
National Insurance number.
"""

NEAR = 0.88
FAR = 0.7
NEAR_STREET = 0.92


@dataclass(frozen=True)
class Reach:
    """From how many points a permission reaches a row.

    sure: a yes reaches it, if the given name is equal and the birth or a number agrees as well. may:
    a no reaches it. A workspace may raise ``sure`` and lower ``may``, never the other way.
    """

    sure: int = 9
    may: int = 5

    def __post_init__(self) -> None:
        if not 9 <= self.sure <= 30:
            raise bad(
                f"a yes would reach rows from {self.sure} points", "permission.sure", "9 to 30"
            )
        if not 1 <= self.may <= 5:
            raise bad(f"a no would reach rows from {self.may} points", "permission.may", "1 to 5")


ROW_REASONS: Mapping[str, str] = {
    "permitted": "A yes surely means this row, and no refusal may mean it.",
    "said_no": "Somebody whom this row surely means said no.",
    "may_have_said_no": "This row may be that of somebody who said no.",
    "no_answer": "Whoever this row means has not said yes.",
    "not_sure": "A yes may mean this row, but not surely.",
    "not_known": "Nobody in the ledger fits this row.",
    "held_out": "A family says that this row is wrong and wants it left out until that is settled.",
}
"""Why a row is linked or not, in the order in which they are asked, the first being the exception."""


@dataclass(frozen=True)
class Fit:
    """How one person of the ledger fits one row, or one mention, and what was decided on them.

    known: by record number. certain: the given name is equal and the birth or a number agrees.
    named (of a mention): given and family name are equal, and birth or address agree. alike: the
    given name is near, or none is given.
    """

    effect: str
    score: int
    known: bool
    certain: bool = False
    named: bool = False
    alike: bool = True


KNOWN = 98
"""What a record number weighs against details: more than any details can."""


def row_reason(fits: Iterable[Fit], reach: Reach) -> str:
    """Why a row is linked or not: a key of ``ROW_REASONS``. A refusal is asked about first."""
    listed = list(fits)
    may = [fit for fit in listed if fit.known or fit.score >= reach.may]
    sure = [fit for fit in listed if is_sure(fit, reach)]
    no = max(
        (KNOWN + 1 if f.known else f.score for f in may if f.effect == "refused"), default=None
    )
    theirs = [f.score for f in sure if f.effect == "granted" and f.known]
    known_yes = max(theirs, default=None)
    if no is not None and not (
        known_yes is not None and known_yes >= reach.sure and known_yes > no
    ):
        said = any(fit.effect == "refused" for fit in sure)
        return "said_no" if said else "may_have_said_no"
    yes = max((_strength(f) for f in sure if f.effect == "granted"), default=None)
    silent = max((_strength(f) for f in sure if f.effect == "none"), default=None)
    if yes is not None:
        return "not_sure" if silent is not None and silent >= yes else "permitted"
    if any(fit.effect == "granted" for fit in may):
        return "not_sure"
    return "no_answer" if may else "not_known"


def mention_stays(fits: Iterable[Fit], reach: Reach) -> bool:
    """Whether the cells that name somebody may stay: that person surely said yes, nobody else no."""
    listed = list(fits)
    sure = [fit for fit in listed if fit.known or fit.named]
    refused = any(
        fit.effect == "refused" and (fit.known or (fit.alike and fit.score >= reach.may))
        for fit in listed
    )
    return (
        any(fit.effect == "granted" for fit in sure)
        and not refused
        and not any(fit.effect == "none" for fit in sure)
    )


def is_sure(fit: Fit, reach: Reach) -> bool:
    """Whether a row surely means a person."""
    if fit.known:
        return fit.score > CLASH
    return fit.certain and fit.score >= reach.sure


def _strength(fit: Fit) -> int:
    return KNOWN if fit.known else fit.score


CLASH = -4
"""A row whose details clash this much with the person that its number names is not surely theirs."""
