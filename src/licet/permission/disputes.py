"""A record that a family says is wrong: what may happen to it, who may do it, and the clock.

Acts are added and never changed; the state follows from them. ``MOVES`` is the whole table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from licet.errors import bad, unknown
from licet.permission.voices import NewAct

State = Literal["raised", "with_service", "corrected", "refused", "appealed", "kept", "withdrawn"]
DAYS = 30
"""Within so many days the service answers; after an appeal again."""

STATES: Mapping[str, str] = {
    "raised": "You said that a record is wrong. It goes to the service that holds it.",
    "with_service": "The service that holds the record is looking at it.",
    "corrected": "The service has corrected the record.",
    "refused": "The service has looked at the record and keeps it.",
    "appealed": "You asked for another look. Somebody else looks at it now.",
    "kept": "Somebody else has looked again, and the record is kept. You can go to the Information "
    "Commissioner.",
    "withdrawn": "You took it back.",
}
"""What the family reads of each state."""

UNSETTLED: frozenset[str] = frozenset({"raised", "with_service", "appealed"})
"""States in which the clock runs, and in which a record stays out of linkage if the family chose so."""


@dataclass(frozen=True, slots=True)
class Move:
    """One way from a state to another. by: "family" or "clerk". reason: whether it must be given."""

    id: str
    kind: str
    before: frozenset[str]
    after: State
    by: Literal["family", "clerk"]
    label: str
    reason: bool = False


def _move(
    name: str, kind: str, before: str, after: State, by: str, label: str, reason: bool = False
) -> Move:
    return Move(name, kind, frozenset(before.split()), after, by, label, reason)  # type: ignore[arg-type]


MOVES: Mapping[str, Move] = {
    move.id: move
    for move in (
        _move("send", "dispute_sent", "raised", "with_service", "clerk", "Sent to the service"),
        _move(
            "correct", "dispute_corrected", "with_service appealed", "corrected", "clerk", "Corrected"
        ),
        _move(
            "refuse", "dispute_refused", "with_service", "refused", "clerk", "Kept as it is", True
        ),
        _move("appeal", "dispute_appealed", "refused", "appealed", "family", "Ask for another look"),
        _move(
            "uphold", "dispute_upheld", "appealed", "kept", "clerk", "Kept after another look", True
        ),
        _move(
            "withdraw", "dispute_withdrawn", "raised with_service appealed", "withdrawn", "family",
            "Take it back",
        ),
    )
}  # fmt: skip
"""What may happen after a record was disputed."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """What stands of one dispute. hold: whether the record stays out of linkage until it is settled.
    since: the day on which the clock began. step: how many acts there were. by: who settled it so far."""

    key: str
    account: str
    subject: str
    service: str
    feed: str
    hold: bool
    raised: date
    since: date
    state: State = "raised"
    step: int = 1
    by: tuple[str, ...] = ()

    @property
    def due(self) -> date | None:
        """The day by which the service has to answer; None where it has."""
        return self.since + timedelta(days=DAYS) if self.state in UNSETTLED else None

    @property
    def held(self) -> bool:
        """Whether the record is out of linkage."""
        return self.hold and self.state in UNSETTLED

    def overdue(self, today: date) -> bool:
        """Whether the answer is late."""
        return self.due is not None and today > self.due

    def moves(self, by: str) -> tuple[Move, ...]:
        """What somebody may do now."""
        return tuple(move for move in MOVES.values() if move.by == by and self.state in move.before)


_BY_KIND = {move.kind: move for move in MOVES.values()}


def folded(acts: Iterable[NewAct]) -> dict[str, Dispute]:
    """Every dispute by its key, from acts in their order."""
    found: dict[str, Dispute] = {}
    for act in acts:
        if act.kind == "dispute_raised":
            day = act.at.date()
            found[act.key] = Dispute(
                act.key, act.account, act.subject, act.data["service"], act.data.get("feed", ""),
                act.data.get("hold") == "yes", day, day,
            )  # fmt: skip
        elif act.kind in _BY_KIND and act.key in found:
            move, old = _BY_KIND[act.kind], found[act.key]
            since = act.at.date() if move.id == "appeal" else old.since
            looked = move.by == "clerk" and move.id != "send"
            by = (*old.by, act.account or act.by) if looked else old.by
            found[act.key] = replace(old, state=move.after, since=since, step=old.step + 1, by=by)
    return found


def checked_move(dispute: Dispute, name: str, by: str, reason: str, who: str) -> Move:
    """The move, or BadInput: none of that name, not now, not for them, without a reason, or a second
    look by who looked first."""
    if name not in MOVES:
        raise unknown("step", name, list(MOVES), "step")
    move = MOVES[name]
    if move.by != by or dispute.state not in move.before:
        allowed = ", ".join(one.label.casefold() for one in dispute.moves(by)) or "nothing"
        what = f"{move.label!r} cannot follow on {dispute.state.replace('_', ' ')!r}"
        raise bad(what, "step", allowed)
    if move.reason and len(" ".join(reason.split())) < 10:
        raise bad("Say why the record is kept", "reason", "a sentence that the family can read")
    if dispute.state == "appealed" and by == "clerk" and who in dispute.by:
        raise bad(
            "The second look is for somebody else", "step", "another post than the first time"
        )
    return move
