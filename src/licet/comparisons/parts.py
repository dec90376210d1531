"""What became of a question with each person: a stance, or one of five ways of having none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from licet.checks import Checks
from licet.evidence import Item

if TYPE_CHECKING:
    from licet.survey.answers import Answers

Part = Literal["valid", "dont_know", "refused", "no_answer", "other", "not_asked"]
PARTS: tuple[Part, ...] = ("valid", "dont_know", "refused", "no_answer", "other", "not_asked")
WITHOUT = (1, 2, 3, 4)
"""Places of the parts that are asked and without a stance."""
NOT_ASKED = 5

_WORDS: tuple[tuple[Part, tuple[str, ...]], ...] = (
    ("not_asked", ("not asked", "inapplicable", "not applicable", "routed", "filter", "skip", "iap")),
    ("refused", ("refus", "prefer not", "rather not", "not to say")),
    ("no_answer", ("no answer", "not answered", "missing", "not ascertained", "blank", "break-off",
                   "break off", "left empty", "unreadable")),
)  # fmt: skip
"""How an option outside every base is sorted, where the codebook does not say: the first that fits."""

Codes = NDArray[np.int8]


def parts_of(answers: Answers, item: Item, checks: Checks) -> Codes:
    """Which part everybody belongs to, shape (n,), places in ``PARTS``."""
    from licet.survey.coding import code_column
    from licet.survey.matrix import column_of

    coded = code_column(column_of(answers.frame, item.column or item.id))
    empty: Part = "not_asked" if empty_means(item, checks) == "not asked" else "no_answer"
    places = [PARTS.index(part_of(level, item, checks)) for level in coded.levels]
    return np.array([*places, PARTS.index(empty)], dtype=np.int8)[coded.codes]


def empty_means(item: Item, checks: Checks) -> str:
    """What an empty cell of an item means, as declared; else by whether leaving it has an option."""
    if checks.empty:
        return checks.empty
    collapse = item.collapse
    named = [o for o in (collapse.outside if collapse else ()) if _part(o, checks) == "no_answer"]
    return "not asked" if named else "no answer"


def part_of(option: str, item: Item, checks: Checks) -> Part:
    """The part of people who gave an option."""
    collapse = item.collapse
    if collapse and option in (*collapse.permits, *collapse.neutral, *collapse.opposes):
        return "valid"
    if collapse and option in collapse.dont_know:
        return "dont_know"
    return _part(option, checks)


def _part(option: str, checks: Checks) -> Part:
    declared: tuple[Part, ...] = ("refused", "not_asked", "no_answer")
    for name in declared:
        if option in getattr(checks, name):
            return name
    text = option.casefold()
    return next((part for part, words in _WORDS if any(w in text for w in words)), "other")
