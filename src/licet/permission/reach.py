"""Which rows a permission reaches: a yes only rows it surely means, a no every row it may mean.

A person in the ledger and a row of a feed are compared detail by detail, and each agreement has its
points. The points are a rule, not an estimate: nothing is learned from the rows of people who have
not said yes. How often the rule misses is measured at every run and stated in its report.
"""

from __future__ import annotations

from collections.abc import Mapping
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
}
"""Why a row is linked or not, in the order in which they are asked, the first being the exception."""
