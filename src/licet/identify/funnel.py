"""The way from picked to taken up: how many came how far, of everybody and of each group.

Counts only, and those under disclosure control: rounded to fives, small ones kept back. A share is worked out
from counts as they are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from licet.disclosure.counts import shown_count

STEPS: Mapping[str, str] = {
    "picked": "Picked out and put before a reviewer",
    "decided": "Decided by a person",
    "offered": "Offered support",
    "not_offered": "Offered nothing, though picked",
    "twice": "Looked at by two, for a lot or because one asked",
    "differed": "Two reviewers differed",
    "contested": "Contested by the family",
    "upheld": "Contested, and the offer stands",
    "taken_back": "Contested, and the offer taken back",
    "taken_up": "Taken up",
    "left": "Left by the family",
    "expired": "Expired before anybody decided",
    "withdrawn": "Left the queue, for a no or because their records left",
}
"""What is counted, in words."""
OF: Mapping[str, str] = {
    "decided": "picked", "offered": "decided", "not_offered": "decided", "twice": "decided",
    "differed": "twice", "contested": "offered", "upheld": "contested", "taken_back": "contested",
    "taken_up": "offered", "left": "offered", "expired": "picked", "withdrawn": "picked",
}  # fmt: skip
"""What each is a share of. Offered nothing, of those decided, is how often people override what picks."""
NOT_BY_GROUP = frozenset({"expired", "withdrawn"})
"""Of them nothing is kept by which anybody could say of which group they were."""


@dataclass(frozen=True)
class Step:
    """One step in one group. by, group: "" for everybody. count: as it may be shown. share: 0-1 of those
    of the step named in ``OF``; None where a count it rests on is kept back."""

    rule: str
    by: str
    group: str
    step: str
    count: int | None
    share: float | None


def steps_of(acts: Iterable[tuple[str, str, str]]) -> frozenset[str]:
    """How far one household came. acts: (act, by, state after it), in order."""
    found = {"picked"}
    looks = 0
    for act, by, state in acts:
        if by == "reviewer":
            looks += state not in ("upheld", "taken_back")
            found |= {"differed"} if state == "third" else set()
        found |= _REACHED.get(state if by != "rule" else "", frozenset())
        found |= _ENDED.get(act if by == "rule" else "", frozenset())
    return frozenset(found | ({"twice"} if looks > 1 else set()))


_REACHED: Mapping[str, frozenset[str]] = {
    "offered": frozenset({"decided", "offered"}),
    "not_offered": frozenset({"decided", "not_offered"}),
    "contested": frozenset({"contested"}),
    "upheld": frozenset({"upheld"}),
    "taken_back": frozenset({"taken_back"}),
    "taken_up": frozenset({"taken_up"}),
    "not_taken_up": frozenset({"left"}),
}
_ENDED: Mapping[str, frozenset[str]] = {
    "expire": frozenset({"expired"}),
    "withdraw": frozenset({"withdrawn"}),
    "gone": frozenset({"withdrawn"}),
}


def told(
    rule: str,
    by: str,
    group: str,
    households: Collection[frozenset[str]],
    threshold: int,
) -> list[Step]:
    """Every step of some households, as it may be shown: of few households nothing, not even a zero."""
    wanted = [name for name in STEPS if not by or name not in NOT_BY_GROUP]
    many = {name: sum(name in steps for steps in households) for name in wanted}
    few = len(households) < threshold  # then none or all of them is told of each
    counts = {
        name: None if few else shown_count(number, threshold) for name, number in many.items()
    }
    return [
        Step(
            rule, by, group, name, counts[name], _share(counts[name], counts.get(OF.get(name, "")))
        )
        for name in wanted
    ]


def _share(part: int | None, whole: int | None) -> float | None:
    if part is None or not whole:
        return None
    return round(min(part / whole, 1.0), 3)
