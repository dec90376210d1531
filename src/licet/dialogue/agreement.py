"""How far people of each declared social group agree, and whether all of them do.

Votes come from whoever came forward: they are no estimate, and never feed licence. A share is shown with
the end of its one-sided 95 % interval (Wilson); with fewer than 10 voices nothing is shown. Bridging is
the least of those ends over the declared groups: high only where every group agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, TypeVar

VOTES = ("agree", "disagree", "pass")
Said = Literal["agree", "disagree", "pass"]
Voter = TypeVar("Voter")
Z = 1.6449
FEWEST = 10
"""Voices below which nothing of a group is shown."""
MUST_ANSWER = 0.5
"""Bridging from which the body must answer a proposal before its clock alone says so."""


@dataclass(frozen=True)
class Shared:
    """One group's votes on one item. agree, seen: None where too few voices; low: the end of the interval
    of agree / seen (0-1). Those who passed have seen it."""

    group: str
    agree: int | None
    disagree: int | None
    seen: int | None
    share: float | None
    low: float | None

    @property
    def enough(self) -> bool:
        """Whether there are enough voices to be shown."""
        return self.seen is not None


@dataclass(frozen=True)
class Agreement:
    """all: everybody. groups: every declared group. bridging: None while any group has too few voices.
    silent: the groups that are not heard enough."""

    all: Shared
    groups: tuple[Shared, ...]
    bridging: float | None
    silent: tuple[str, ...]


def wilson_low(agree: int, seen: int, z: float = Z) -> float:
    """The lower end of Wilson's interval of agree out of seen, 0 to 1; 0 where nobody has seen it."""
    if seen == 0:
        return 0.0
    share, square = agree / seen, z * z / seen
    spread = z * sqrt(share * (1 - share) / seen + square / (4 * seen))
    return max((share + square / 2 - spread) / (1 + square), 0.0)


def latest(votes: Iterable[tuple[Voter, str]]) -> dict[Voter, str]:
    """The vote that counts of each voter: the last. votes: (voter, vote) in their order."""
    return dict(votes)


def agreement(
    votes: Mapping[str, str],
    members: Mapping[str, frozenset[str]],
    groups: Sequence[str],
    *,
    fewest: int = FEWEST,
) -> Agreement:
    """Agreement on an item. votes: by voter, the last. members: what voters say of themselves: group ids.
    groups: the declared groups whose agreement counts. fewest: at least 10."""
    least = max(fewest, FEWEST)
    rows = tuple(
        _shared(
            group, [said for who, said in votes.items() if group in members.get(who, ())], least
        )
        for group in groups
    )
    rows = _hidden_together(rows, votes, members, least)
    silent = tuple(row.group for row in rows if not row.enough)
    lows = [row.low for row in rows if row.low is not None]
    bridging = min(lows) if lows and not silent else None
    return Agreement(_shared("all", list(votes.values()), least), rows, bridging, silent)


def _shared(group: str, said: Sequence[str], least: int) -> Shared:
    seen, agree = len(said), sum(one == "agree" for one in said)
    if seen < least:
        return Shared(group, None, None, None, None, None)
    disagree = sum(one == "disagree" for one in said)
    return Shared(group, agree, disagree, seen, agree / seen, wilson_low(agree, seen))


def _hidden_together(
    rows: tuple[Shared, ...],
    votes: Mapping[str, str],
    members: Mapping[str, frozenset[str]],
    least: int,
) -> tuple[Shared, ...]:
    """Hide a group whose rest is fewer than ``least``: everybody minus the group would tell their votes."""
    total = len(votes)
    return tuple(
        Shared(row.group, None, None, None, None, None)
        if row.seen is not None and 0 < total - row.seen < least
        else row
        for row in rows
    )


def must_answer(
    sort: str, found: Agreement, seconds: int, *, voices: int, enough_seconds: int
) -> str:
    """Why the body must adopt or answer an item, in words; "" where only the clock says so.

    voices: at least so many in each declared group. enough_seconds: of an objection.
    """
    heard = all(row.seen is not None and row.seen >= voices for row in found.groups)
    if (
        sort == "proposal"
        and found.groups
        and heard
        and found.bridging is not None
        and found.bridging >= MUST_ANSWER
    ):
        return "Every group that was heard agrees."
    if sort == "objection" and seconds >= enough_seconds:
        return "Enough people second it."
    return ""
