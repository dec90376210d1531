"""Histories of permission as Hypothesis draws them, and the slow plain oracle of the rules.

The oracle is written from the tables in ``tests/spec``: it goes through what each voice said, place by
place and in order of time, and asks one question at a time. It shares no code with ``licet.permission``
but the types that carry an event.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from licet.permission import Event, NewEvent, Question, Scope
from licet.permission.checking import contradictions, faults_of
from licet.permission.events import FIRST
from tests.conftest import FULL

ON = date(2026, 11, 30)
NOW = datetime(2027, 6, 1, tzinfo=UTC)
USE, PURPOSE, SERVICE = "early-help", "early_intervention", "education"
SPEAKERS = (
    ("self", ""),
    ("parental_responsibility", "mother"),
    ("parental_responsibility", "father"),
    ("corporate_parent", "authority"),
    ("deputy", "deputy"),
    ("guardian", "mother"),
)
PLACES = (
    (None, None, None, None),
    (USE, None, None, None),
    (USE, None, SERVICE, None),
    (None, PURPOSE, None, None),
    (None, None, SERVICE, None),
    (None, None, SERVICE, "attendance"),
    ("another", None, None, None),
    (None, "evaluation", None, None),
    (None, None, "police", None),
)
BIRTHS = (
    None,
    date(2018, 3, 1),
    date(2013, 11, 30),
    date(2013, 9, 1),
    date(2013, 8, 31),
    date(2012, 2, 29),
    date(2010, 11, 30),
    date(2010, 9, 1),
    date(2010, 8, 31),
    date(1985, 1, 1),
    date(1950, 1, 1),
)
MOMENTS = tuple(
    datetime(*day, tzinfo=UTC)
    for day in (
        (2020, 5, 1),
        (2023, 11, 30),
        (2026, 8, 30),
        (2026, 9, 1),
        (2026, 10, 31),
        (2026, 11, 1),
        (2026, 11, 30),
        (2026, 12, 1),
    )
)
STATIC = {"expire": "ended", "invalidate": "void"}


@st.composite
def histories(draw: Any, most: int = 8) -> list[NewEvent]:
    """Events of one subject in the order of recording, all of which the ledger takes.

    ``supersedes`` is the place, from 1, of an earlier one.
    """
    found: list[NewEvent] = []
    for _ in range(draw(st.integers(0, most))):
        event = draw(events(len(found)))
        known = {str(place): one for place, one in enumerate(found, start=1)}
        if faults_of(event, now=NOW) or contradictions(event, known) or event in found:
            continue
        found.append(event)
    return found


@st.composite
def events(draw: Any, before: int) -> NewEvent:
    relation, name = draw(st.sampled_from(SPEAKERS))
    effects = (
        ["grant"] * 5 + ["refuse"] * 3 + ["withdraw", "withdraw", "defer", "request", "notify"]
    )
    effect = draw(st.sampled_from(effects + (["expire", "invalidate"] if before else [])))
    use, purpose, service, category = draw(st.sampled_from(PLACES[1:2] * 8 + PLACES))
    version = draw(st.sampled_from((2, 2, 2, 1, 3))) if use else None
    at = draw(st.sampled_from(MOMENTS)) + timedelta(hours=draw(st.sampled_from((0, 0, 5))))
    target = str(draw(st.integers(1, before))) if effect in STATIC else None
    until = draw(st.sampled_from((None, None, None, date(2026, 11, 29), date(2027, 6, 1))))
    return NewEvent(
        subject="s",
        expressed_by=name or "s",
        relation=relation,  # type: ignore[arg-type]
        effect=effect,
        at=at,
        recorded_by="office",
        scope=Scope(use, version, purpose, service, category),
        verified_by=draw(st.sampled_from(("letter", "letter", "letter", ""))),
        independent="officer"
        if relation == "corporate_parent" and effect == "grant" and draw(st.booleans())
        else "",
        notice_hash="n",
        language=draw(st.sampled_from(("en", "en", "en", "ur"))),
        valid_until=until if effect == "grant" and (until is None or until >= at.date()) else None,
        supersedes=target,
        reason="mistaken" if effect == "invalidate" else "",
    )


people = st.tuples(
    st.sampled_from(BIRTHS),
    st.sampled_from((frozenset({"en"}), frozenset({"en"}), frozenset({"ur", "cy"}), frozenset())),
)
questions = st.builds(
    Question,
    use=st.just(USE),
    version=st.just(2),
    purpose=st.just(PURPOSE),
    service=st.just(SERVICE),
    floor=st.sampled_from(("ask_first", "objection")),
    on=st.just(ON),
    material=st.sampled_from((0, 1)),
    category=st.sampled_from((None, None, "attendance", "exclusions")),
    grace_days=st.sampled_from((0, 90)),
)
MANY = 20_000 if FULL else 100


def as_recorded(history: list[NewEvent]) -> list[Event]:
    fields = NewEvent.__dataclass_fields__
    return [
        Event(
            **{name: getattr(one, name) for name in fields},
            event_id=str(place),
            sequence=place,
            previous_hash=FIRST,
        )
        for place, one in enumerate(history, start=1)
    ]


def birthday(birth: date, age: int) -> date:
    if (birth.month, birth.day) == (2, 29):
        return date(birth.year + age, 2, 28) + timedelta(days=1)
    return date(birth.year + age, birth.month, birth.day)


def about(scope: Scope, asked: Question, no: bool) -> bool:
    for said, wanted in (
        (scope.use, asked.use),
        (scope.purpose, asked.purpose),
        (scope.service, asked.service),
    ):
        if said is not None and said != wanted:
            return False
    if scope.category is None or scope.category == asked.category:
        return True
    return no and asked.category is None


def within(inner: Scope, outer: Scope) -> bool:
    return all(
        getattr(outer, part) is None or getattr(outer, part) == getattr(inner, part)
        for part in ("use", "purpose", "service", "category")
    )


def order(scope: Scope) -> tuple[bool, bool, bool, bool]:
    return tuple(  # type: ignore[return-value]
        getattr(scope, part) is not None for part in ("use", "service", "category", "purpose")
    )


def counts_ever(event: NewEvent, birth: date | None, reads: frozenset[str]) -> bool:
    if birth is None or not event.verified_by:
        return False
    if event.relation == "corporate_parent" and not event.independent:
        return False
    return not reads or event.language in reads


def counts_now(event: NewEvent, birth: date, asked: Question) -> bool:
    given = event.at.date()
    first = asked.material or asked.version
    if event.scope.use and not first <= (event.scope.version or 0) <= asked.version:
        return False
    for age in (13, 16):
        day = birthday(birth, age)
        if given < day and asked.on > day + timedelta(days=asked.grace_days):
            return False
    if event.relation in ("self", "deputy") and given < birthday(birth, 13):
        return False
    return given <= asked.on and (event.valid_until is None or event.valid_until >= asked.on)


def answers(
    history: list[NewEvent], birth: date | None, reads: frozenset[str], asked: Question
) -> list[tuple[bool, NewEvent | None, datetime | None]]:
    """For each voice whether it is the person's own, its yes if that counts, and its latest no."""
    dropped = {event.supersedes for event in history if event.effect in STATIC}
    alive = [e for place, e in enumerate(history, start=1) if str(place) not in dropped]
    found = []
    for who, own in {(e.expressed_by, e.relation in ("self", "deputy")) for e in alive}:
        voice = [
            e for e in alive if (e.expressed_by, e.relation in ("self", "deputy")) == (who, own)
        ]
        ended = [e for e in alive if e.expressed_by == who and e.effect in ("withdraw", "defer")]
        best: tuple[Any, ...] = ()
        latest_no = None
        for scope in {Scope(*_unversioned(e.scope)) for e in voice}:
            here = [e for e in voice if _unversioned(e.scope) == _unversioned(scope)]
            noes = [e for e in here if e.effect in ("refuse", "withdraw")]
            yeses = [e for e in here if e.effect == "grant" and counts_ever(e, birth, reads)]
            yeses = [
                e
                for e in yeses
                if not any(within(e.scope, x.scope) and x.at >= e.at for x in ended)
            ]
            if noes and about(scope, asked, True):
                last = max(e.at for e in noes)
                latest_no = max(last, latest_no or last)
                best = max(best, (order(scope), last, 1, None), key=lambda b: b[:3])
            if yeses and about(scope, asked, False):
                # Of yeses at one moment the one recorded last.
                yes = max(enumerate(yeses), key=lambda pair: (pair[1].at, pair[0]))[1]
                assert birth is not None
                if counts_now(yes, birth, asked):
                    best = max(best, (order(scope), yes.at, 0, yes), key=lambda b: b[:3])
        if best:
            found.append((own, best[3], latest_no if best[3] is None else None))
    return found


def _unversioned(scope: Scope) -> tuple[Any, ...]:
    return (scope.use, None, scope.purpose, scope.service, scope.category)


def oracle(
    history: list[NewEvent], birth: date | None, reads: frozenset[str], asked: Question
) -> str:
    """granted, refused or none."""
    voices = answers(history, birth, reads, asked)
    own_yes = [yes.at for own, yes, _ in voices if own and yes]
    other_yes = [yes.at for own, yes, _ in voices if not own and yes]
    other_no = [no for own, _, no in voices if not own and no]
    child = birth is None or asked.on < birthday(birth, 13)
    if any(no for own, _, no in voices if own):
        return "refused"
    if other_no and (child or not own_yes or max(own_yes) <= max(other_no)):
        return "refused"
    if asked.floor == "objection":
        return told(history, reads, asked)
    if birth is None:
        return "none"
    teen = not child and asked.on < birthday(birth, 16)
    grace = timedelta(days=asked.grace_days)
    if child:
        return "granted" if other_yes else "none"
    if teen:
        waits = asked.on <= birthday(birth, 13) + grace
        return "granted" if other_yes and (own_yes or waits) else "none"
    if any(at.date() >= birthday(birth, 16) for at in own_yes):
        return "granted"
    waits = asked.on <= birthday(birth, 16) + grace
    return "granted" if waits and own_yes and other_yes else "none"


def told(history: list[NewEvent], reads: frozenset[str], asked: Question) -> str:
    dropped = {event.supersedes for event in history if event.effect in STATIC}
    for place, event in enumerate(history, start=1):
        if event.effect != "notify" or str(place) in dropped or event.language not in reads:
            continue
        first = asked.material or asked.version
        right = first <= (event.scope.version or 0) <= asked.version
        early = event.at.date() <= asked.on - timedelta(days=asked.notice_days)
        if right and early and about(event.scope, asked, False):
            return "granted"
    return "none"


def test_the_draws_reach_every_outcome() -> None:
    """Else agreement with the oracle would mean little. One draw of each kind is enough: looking for
    the shortest one takes nearly all of the time, and nobody reads it."""
    from hypothesis import Phase, find, settings

    plain = settings(max_examples=5000, derandomize=True, database=None, phases=(Phase.generate,))
    for wanted in ("granted", "refused", "none"):
        for floor in ("ask_first", "objection"):
            asked = Question(USE, 2, PURPOSE, SERVICE, floor, ON)  # type: ignore[arg-type]

            def reached(drawn: Any, asked: Question = asked, wanted: str = wanted) -> bool:
                history, (birth, reads) = drawn
                return len(history) > 1 and oracle(history, birth, reads, asked) == wanted

            find(st.tuples(histories(), people), reached, settings=plain)
