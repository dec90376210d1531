"""What stands of all that was ever said about one subject: the events reduced to a few rows.

One row for each voice (who said it, for themselves or for a child) and place (scope without its
version), with the latest yes that could count, the latest no, and what else is waiting. Whether a
yes still counts on a given day for a given use is asked later, in ``rules``; what never depends on
day or use is settled here:

- an event that somebody marked void, and a yes that the authority ended, count as never recorded;
- a yes counts only if somebody verified who gave it, if a corporate parent's was confirmed by
  somebody independent, if the notice was in a language the person reads, and if a date of birth is
  known; a no counts at once, whoever says it;
- a withdrawal is a no, and ends every earlier yes of the same person within its scope; a deferral
  ends them too, and is no no;
- of a yes and a no at the same moment the no counts;
- somebody who speaks for themselves under several handles that are surely theirs is one voice: what was
  said last counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from licet.permission.events import Event, NewEvent, Scope, day_number, moment

EVER = 2_932_896
"""The day number of 9999-12-31: a yes without an end, a birthday that nobody knows."""

PENDING: tuple[str, ...] = (
    "",
    "requested",
    "deferred",
    "ended",
    "void",
    "notice_unread",
    "unverified",
    "not_independent",
    "age_unknown",
)
"""Why a row holds no yes that could count, from the least telling; the place is the code."""

ONESELF = "oneself"
"""The voice of somebody who is known under several handles and speaks for themselves."""

Place = tuple[str | None, ...]


@dataclass(frozen=True)
class Details:
    """What of a subject's identity bears on permission. languages: those that the person, or who
    answers for them, reads; empty if nobody knows."""

    birth: date | None = None
    languages: frozenset[str] = frozenset()


@dataclass(slots=True)
class Row:
    """What stands of one voice in one place.

    own: said as the person. yes, no: moments, 0 for none. version: of the yes, 0 if it names no
    use. until: day number of the last day of the yes. pending: a place in ``PENDING``.
    """

    holder: str
    own: bool
    place: Place
    yes: int = 0
    version: int = 0
    until: int = EVER
    no: int = 0
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """The earliest notice of a kind. day: number of the day it was sent."""

    place: Place
    version: int
    readable: bool
    day: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that stands of one subject. thirteen, sixteen: day numbers of these birthdays."""

    rows: tuple[Row, ...] = ()
    notices: tuple[Notice, ...] = ()
    thirteen: int = EVER
    sixteen: int = EVER


@dataclass
class _Drawing:
    details: Details
    others: Mapping[str, Details] = field(default_factory=dict)
    rows: dict[tuple[str, bool, Place], Row] = field(default_factory=dict)
    notices: dict[tuple[Place, int, bool], int] = field(default_factory=dict)

    def row(self, event: NewEvent) -> Row:
        key = (self.voice(event), event.own, event.scope.place)
        found = self.rows.get(key)
        if found is None:
            found = self.rows[key] = Row(*key)
        return found

    def voice(self, event: NewEvent) -> str:
        """Who said it. Who speaks for themselves under several handles is one voice, and may change their
        mind; who answers for a child may be another parent under each."""
        alone = not self.others or event.expressed_by != event.subject or not event.own
        return event.expressed_by if alone else ONESELF

    def add(self, event: NewEvent) -> None:
        if event.effect == "grant":
            self.grant(event)
        elif event.effect == "refuse":
            self.row(event).no = moment(event.at)
        elif event.effect == "withdraw":
            self.end(event, "")
            self.row(event).no = moment(event.at)
        elif event.effect == "defer":
            self.row(event)
            self.end(event, "deferred")
        elif event.effect == "request":
            self.wait(event, "requested")
        elif event.effect == "notify":
            readable = event.language in self.of(event).languages
            key = (event.scope.place, event.scope.version or 0, readable)
            self.notices.setdefault(key, day_number(event.at.date()))

    def of(self, event: NewEvent) -> Details:
        return self.others.get(event.subject, self.details)

    def grant(self, event: NewEvent) -> None:
        if why := never_counts(event, self.of(event)):
            self.wait(event, why)
            return
        row = self.row(event)
        row.yes, row.pending = moment(event.at), 0
        row.version = event.scope.version or 0
        row.until = day_number(event.valid_until) if event.valid_until else EVER

    def wait(self, event: NewEvent, why: str) -> None:
        self.row(event).pending = PENDING.index(why)

    def end(self, event: NewEvent, why: str) -> None:
        """End every yes of this person within the scope."""
        for row in self.rows.values():
            if row.holder == self.voice(event) and event.scope.holds(place(row.place)):
                row.yes, row.version, row.until = 0, 0, EVER
                row.pending = PENDING.index(why)


def place(named: Place) -> Scope:
    """A place as a scope."""
    use, purpose, service, category = named
    return Scope(use, None, purpose, service, category)


def never_counts(event: NewEvent, details: Details) -> str:
    """Why a yes can count on no day and for no use, or "". The first reason that holds is told."""
    if details.birth is None:
        return "age_unknown"
    if not event.verified_by:
        return "unverified"
    if event.relation == "corporate_parent" and not event.independent:
        return "not_independent"
    if details.languages and event.language not in details.languages:
        return "notice_unread"
    return ""


def standing(
    events: Iterable[Event], details: Details, others: Mapping[str, Details] | None = None
) -> Standing:
    """What stands of the events of one subject, in whatever order they were recorded.

    others: the details of other subjects that are the same person, where their events are among them
    (see ``same_person``): what each reads is known of each.
    """
    ordered = sorted(events, key=_order)
    dropped = _dropped(ordered)
    drawing = _Drawing(details, others or {})
    for event in ordered:
        if event.event_id not in dropped:
            drawing.add(event)
        elif event.effect == "grant":
            drawing.wait(event, dropped[event.event_id])
    thirteen, sixteen = birthdays(details.birth)
    notices = (Notice(*key, day) for key, day in drawing.notices.items())
    return Standing(tuple(drawing.rows.values()), tuple(notices), thirteen, sixteen)


def _order(event: Event) -> tuple[int, bool, int]:
    """By time; at the same moment a yes first, so that whatever speaks against it counts."""
    return moment(event.at), event.effect != "grant", event.sequence


def _dropped(events: Sequence[Event]) -> dict[str, str]:
    """Events that count as never recorded, and why."""
    return {
        event.supersedes: {"expire": "ended", "invalidate": "void"}[event.effect]
        for event in events
        if event.effect in ("expire", "invalidate") and event.supersedes is not None
    }


def birthdays(birth: date | None) -> tuple[int, int]:
    """Day numbers of the thirteenth and sixteenth birthday; ``EVER`` where birth is not known.

    Who was born on 29 February grows a year older on 1 March of other years.
    """
    if birth is None:
        return EVER, EVER
    return _birthday(birth, 13), _birthday(birth, 16)


def _birthday(birth: date, age: int) -> int:
    try:
        return day_number(birth.replace(year=birth.year + age))
    except ValueError:
        return day_number(date(birth.year + age, 3, 1))
