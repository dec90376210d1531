"""What a person said about the use of their records: events of the permission ledger.

An event is never changed. Whoever changes their mind adds another. Each event names its subject
(whose records) and who expressed it (the same person, or somebody who answers for them) by keyed
pseudonyms, never by name. The fields are those of a consent record of ISO/IEC TS 27560:2023, with
the person who expresses kept apart from the subject as in FHIR's Consent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

from licet.vocabulary import Term

Relation = Literal["self", "parental_responsibility", "guardian", "corporate_parent", "deputy"]
Effect = Literal[
    "grant", "refuse", "withdraw", "defer", "expire", "invalidate", "request", "notify"
]
Channel = Literal["web", "phone", "paper", "in_person", "import"]

RELATIONS: Mapping[str, Term] = {
    term.id: term
    for term in (
        Term("self", "The person", "The person whose records they are."),
        Term("parental_responsibility", "Parent", "Holds parental responsibility for the child."),
        Term("guardian", "Guardian", "Appointed to answer for the child."),
        Term("corporate_parent", "Authority", "The authority that looks after the child."),
        Term("deputy", "Deputy", "Appointed by a court to decide in the person's place."),
    )
}
"""Who may express a permission. A deputy counts as the person; the others answer for a child."""

EFFECTS: Mapping[str, Term] = {
    term.id: term
    for term in (
        Term("grant", "Yes", "The records may be used within the scope."),
        Term("refuse", "No", "The records may not be used within the scope."),
        Term("withdraw", "Withdrawn", "A no that also ends every yes within the scope."),
        Term("defer", "Later", "Ends every yes within the scope until the person decides."),
        Term("expire", "Ended", "The authority ends one yes. A no does not expire."),
        Term("invalidate", "Void", "One event was recorded wrongly and counts as never recorded."),
        Term("request", "Asked", "The person was asked."),
        Term("notify", "Told", "The person was told of a use, and that they can say no."),
    )
}
"""What an event does."""

SPOKEN: frozenset[str] = frozenset({"grant", "refuse", "withdraw", "defer"})
"""What a person says themselves, and gets a receipt for. The rest is done by the authority."""

CHANNELS: tuple[str, ...] = get_args(Channel)
OWN: frozenset[str] = frozenset({"self", "deputy"})
"""Relations that speak as the person; all others speak as a holder of responsibility."""

SCOPE_FIELDS = ("use", "purpose", "service", "category")


@dataclass(frozen=True, slots=True)
class Scope:
    """What an event is about. None stands for any. version: only where a use is named."""

    use: str | None = None
    version: int | None = None
    purpose: str | None = None
    service: str | None = None
    category: str | None = None

    def holds(self, other: Scope) -> bool:
        """Whether all of ``other`` lies within this scope, versions left aside."""
        return all(getattr(self, name) in (None, getattr(other, name)) for name in SCOPE_FIELDS)

    @property
    def place(self) -> tuple[str | None, ...]:
        """The scope without its version: what one yes or no replaces another in."""
        return (self.use, self.purpose, self.service, self.category)

    def __str__(self) -> str:
        named = [f"{name} {getattr(self, name)}" for name in SCOPE_FIELDS if getattr(self, name)]
        if self.use and self.version:
            named[0] += f" version {self.version}"
        return ", ".join(named) or "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event before it is in the ledger.

    subject, expressed_by: pseudonyms (of notify and request: expressed_by is who was written to).
    verified_by: who checked the relation and how; "" means that nobody has. independent: who, not
    of the authority, confirmed a corporate parent's yes. notice_hash, language: the notice that the
    person read, or was sent. at: UTC. valid_until: last day of a yes, None for no end. supersedes:
    the event that this one is about. reason: a short word on why, never about a person.
    """

    subject: str
    expressed_by: str
    relation: Relation
    effect: Effect
    at: datetime
    recorded_by: str
    scope: Scope = Scope()
    verified_by: str = ""
    independent: str = ""
    notice_hash: str = ""
    language: str = ""
    channel: Channel = "web"
    valid_until: date | None = None
    supersedes: str | None = None
    reason: str = ""

    @property
    def own(self) -> bool:
        """Whether it is said by the person, or by whoever a court put in their place."""
        return self.relation in OWN

    def said(self) -> dict[str, Any]:
        """What was recorded, as plain values: text, whole numbers, None."""
        found = {name: getattr(self, name) for name in _PLAIN}
        found["at"] = moment_text(self.at)
        found["valid_until"] = self.valid_until.isoformat() if self.valid_until else None
        found["scope"] = {f.name: getattr(self.scope, f.name) for f in fields(Scope)}
        return found


_PLAIN = tuple(f.name for f in fields(NewEvent) if f.name not in ("at", "valid_until", "scope"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(NewEvent):
    """An event of the ledger. previous_hash: ``hash()`` of the event before it, or ``FIRST``."""

    event_id: str
    sequence: int
    previous_hash: str

    def hash(self) -> str:
        """SHA-256 of everything in the event, in hexadecimal."""
        place = {name: getattr(self, name) for name in ("event_id", "sequence", "previous_hash")}
        return hashlib.sha256(canonical(self.said() | place)).hexdigest()


FIRST = "0" * 64
"""What stands for the event before the first."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """The bytes of text, whole numbers, None, lists and mappings of these, by RFC 8785.

    Names of fields are ASCII, for which sorting by code point is that of the RFC.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def moment_text(at: datetime) -> str:
    """``2026-11-30T09:15:00.000000Z``; the same moment always gives the same text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: datetime) -> int:
    """Microseconds since the beginning of 1970."""
    since = at - _BEGINNING
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_moment(value: int) -> datetime:
    """The reverse of ``moment``."""
    return _BEGINNING + timedelta(microseconds=value)


def day_number(day: date) -> int:
    """Days since the beginning of 1970."""
    return day.toordinal() - date(1970, 1, 1).toordinal()
