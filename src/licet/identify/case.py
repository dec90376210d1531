"""A household as one named person is shown it: what they need to decide, and no score, rank or comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from licet.identify.offers import State


@dataclass(frozen=True)
class Shown:
    """One of a household, as a reviewer needs to know them. reasons: sentences."""

    names: tuple[str, ...]
    born: tuple[str, ...]
    homes: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A household before a reviewer. why: what is asked of them. words: what was written before, where they
    are shown it: (by, text). until: the last day on which it can be decided."""

    name: str
    use: str
    title: str
    what: str
    rule: str
    as_of: date
    why: str
    people: tuple[Shown, ...]
    services: tuple[str, ...]
    not_known: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    until: date


ASKED: Mapping[State, str] = {
    "waiting": "Decide whether this household is offered support.",
    # Whoever looks second is not told that somebody looked before.
    "second": "Decide whether this household is offered support.",
    "third": "Two reviewers see this differently. Read both, and decide.",
    "contested": "The family says that the letter is wrong about them. Read why, and decide whether the "
    "offer stands. You had no part in it so far.",
}
"""What a reviewer is asked, by the state of the household."""
