"""Whether a new event may enter the ledger: alone, and after what was recorded before.

Nothing is repaired. An event that says something impossible is refused with every fault at once, so
that whoever records it can ask the person again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from licet.errors import BadInput, Fault, nearest, unknown
from licet.permission.events import CHANNELS, EFFECTS, RELATIONS, SPOKEN, NewEvent
from licet.vocabulary import term

NEEDS_NOTICE: Mapping[str, str] = {
    "grant": "a yes counts only beside the notice that was read",
    "notify": "a person is told in a language",
    "request": "a person is asked in a language",
}
"""Effects that name the notice and its language, and why."""

NEEDS_VERSION: frozenset[str] = frozenset({"grant", "notify", "request"})
"""Effects that name the version where they name a use; the others are about all of its versions."""

EARLIEST = 2000
"""No event is of a year before this: such a date is a placeholder."""

NEEDS_USE: frozenset[str] = frozenset({"notify", "request"})
LONGEST = 200
"""Most characters of any text of an event."""

TARGETS: Mapping[str, frozenset[str]] = {
    "grant": frozenset({"grant", "refuse", "withdraw", "defer"}),
    "refuse": frozenset({"grant", "refuse", "withdraw", "defer"}),
    "defer": frozenset({"grant", "refuse", "withdraw", "defer"}),
    "withdraw": frozenset({"grant"}),
    "expire": frozenset({"grant"}),
    "invalidate": frozenset(EFFECTS) - {"invalidate"},
    "request": frozenset(),
    "notify": frozenset(),
}
"""What each effect may supersede."""

NEEDS_TARGET: frozenset[str] = frozenset({"expire", "invalidate"})


def faults_of(
    new: NewEvent, *, now: datetime, uses: Mapping[str, int] | None = None
) -> tuple[Fault, ...]:
    """Everything that is wrong with an event by itself.

    now: UTC. uses: the latest version of every known use; None leaves uses unchecked.
    """
    found = [*_words(new, uses), *_texts(new), *_moments(new, now), *_fitting(new)]
    return tuple(fault.within(new.effect) for fault in found)


def _words(new: NewEvent, uses: Mapping[str, int] | None) -> Iterator[Fault]:
    lists = (("effect", EFFECTS), ("relation", RELATIONS), ("channel", dict.fromkeys(CHANNELS)))
    for name, words in lists:
        if getattr(new, name) not in words:
            yield unknown(name, getattr(new, name), list(words), name).faults[0]
    scope = new.scope
    for name in ("service", "purpose"):
        if (value := getattr(scope, name)) is not None:
            try:
                term(name, value, f"scope: {name}")
            except BadInput as error:
                yield error.faults[0]
    if scope.version is not None and (scope.use is None or scope.version < 1):
        yield Fault(f"version {scope.version} of no use", "scope: version", "1 or more, with a use")
    elif scope.use is not None and uses is not None:
        if scope.use not in uses:
            yield unknown("use", scope.use, list(uses), "scope: use").faults[0]
        elif scope.version is not None and scope.version > uses[scope.use]:
            what = f"the use {scope.use!r} has no version {scope.version}"
            yield Fault(what, "scope: version", f"1 to {uses[scope.use]}")
    if new.effect in NEEDS_USE and scope.use is None:
        yield Fault("no use is named", "scope: use", "the id of a use")
    if new.effect in NEEDS_VERSION and scope.use is not None and scope.version is None:
        yield Fault(f"which version of {scope.use!r}?", "scope: version", "a whole number from 1")


def _texts(new: NewEvent) -> Iterator[Fault]:
    for name in ("subject", "expressed_by", "recorded_by"):
        if not getattr(new, name).strip():
            yield Fault(f"nobody is named as {name}", name, "a text that is not empty")
    if new.effect in NEEDS_NOTICE:
        for name in ("notice_hash", "language"):
            if not getattr(new, name).strip():
                what = f"no {'language' if name == 'language' else 'notice'}"
                why = NEEDS_NOTICE[new.effect]
                yield Fault(f"{what}: {why}", name, "the hash of the notice, and its language")
    for name in (*_TEXTS, "category"):
        value = getattr(new.scope if name == "category" else new, name) or ""
        if len(value) > LONGEST or not value.isprintable():
            what = f"{name} is too long or holds control characters"
            yield Fault(what, name, f"{LONGEST} printable characters at most")


_TEXTS = (
    "subject",
    "expressed_by",
    "recorded_by",
    "verified_by",
    "independent",
    "notice_hash",
    "language",
    "reason",
)


def _moments(new: NewEvent, now: datetime) -> Iterator[Fault]:
    if new.at.utcoffset() != timedelta(0):
        yield Fault(f"the time {new.at} is not in UTC", "at", "a time in UTC")
        return
    if new.at > now:
        what = f"the event is of {new.at:%Y-%m-%d %H:%M}, which is still to come"
        yield Fault(what, "at", f"{now.astimezone(UTC):%Y-%m-%d %H:%M} (UTC) or before")
    if new.at.year < EARLIEST:
        yield Fault(f"the event is of {new.at:%Y}", "at", f"{EARLIEST} or later")
    if new.valid_until is not None and new.effect != "grant":
        what = f"only a yes can have an end, not {new.effect!r}"
        yield Fault(what, "valid_until", "none", "leave valid_until out")
    elif new.valid_until is not None and new.valid_until < new.at.date():
        what = f"it ends ({new.valid_until}) before it begins ({new.at:%Y-%m-%d})"
        yield Fault(what, "valid_until", "a later day, or none")


def _fitting(new: NewEvent) -> Iterator[Fault]:
    if (new.relation == "self") != (new.expressed_by == new.subject):
        what = "the person speaks for themselves exactly where the relation is 'self'"
        yield Fault(what, "relation", "self, where expressed_by is the subject; else another")
    if new.independent and (new.relation, new.effect) != ("corporate_parent", "grant"):
        what = "only an authority's yes needs somebody independent"
        yield Fault(what, "independent", "nothing", "leave it out")
    if new.effect in NEEDS_TARGET and new.supersedes is None:
        what = f"{new.effect} of which event?"
        yield Fault(what, "supersedes", "the id of an event of this subject")
    if new.effect == "invalidate" and not new.reason.strip():
        yield Fault("an event is void without a reason", "reason", "a short word on why")


def contradictions(
    new: NewEvent, earlier: Mapping[str, NewEvent], *, recorded: bool = False
) -> tuple[Fault, ...]:
    """What is wrong with an event after what was recorded of the same subject.

    earlier: by event id, every event of the subject. recorded: whether the superseded event is
    known to exist, of another subject.
    """
    return tuple(
        fault.within(new.effect)
        for fault in (*_target_faults(new, earlier, recorded), *_withdrawn_faults(new, earlier))
    )


def _target_faults(
    new: NewEvent, earlier: Mapping[str, NewEvent], recorded: bool
) -> Iterator[Fault]:
    if new.supersedes is None:
        return
    old = earlier.get(new.supersedes)
    if old is None:
        what = f"no event {new.supersedes!r}" if not recorded else "an event of another person"
        near = nearest(new.supersedes, earlier)
        todo = f"write {near!r} if that is meant" if near else ""
        yield Fault(what, "supersedes", "the id of an event of this subject", todo)
        return
    if old.effect not in TARGETS[new.effect]:
        allowed = ", ".join(sorted(TARGETS[new.effect])) or "nothing"
        yield Fault(f"{new.effect} cannot follow on {old.effect}", "supersedes", allowed)
    if old.at > new.at:
        yield Fault("the event it supersedes is later", "supersedes", "an earlier event")
    if new.effect in SPOKEN and old.expressed_by != new.expressed_by:
        what = "somebody else said that; nobody can change it for them"
        yield Fault(what, "supersedes", "an event of the same person")
    elif new.effect in SPOKEN and not new.scope.holds(old.scope):
        what = f"it is about {new.scope}; the event it supersedes about {old.scope}"
        yield Fault(what, "scope", f"at least {old.scope}")


def _withdrawn_faults(new: NewEvent, earlier: Mapping[str, NewEvent]) -> Iterator[Fault]:
    if new.effect == "withdraw" and not given(new, earlier.values()):
        yield Fault(
            f"nothing within {new.scope} was ever given by this person, so nothing can be withdrawn",
            "effect",
            "a scope that holds an earlier yes",
            "record effect 'refuse' instead: it counts at once",
        )


def given(new: NewEvent, earlier: Iterable[NewEvent]) -> bool:
    """Whether somebody said yes to anything within the scope of ``new``, before it."""
    return any(
        old.effect == "grant"
        and old.expressed_by == new.expressed_by
        and old.at <= new.at
        and new.scope.holds(old.scope)
        for old in earlier
    )
