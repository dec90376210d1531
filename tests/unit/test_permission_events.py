"""What the ledger does not take, each fault in words, and the canonical form of what it takes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import rfc8785

from licet.permission import NewEvent, Scope
from licet.permission.checking import contradictions, faults_of
from licet.permission.events import (
    EFFECTS,
    RELATIONS,
    canonical,
    day_number,
    from_moment,
    moment,
    moment_text,
)
from tests.spec.test_permission_ages import recorded, said

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
YES = NewEvent(
    subject="s",
    expressed_by="s",
    relation="self",
    effect="grant",
    at=datetime(2026, 10, 1, tzinfo=UTC),
    recorded_by="office",
    scope=Scope("early-help", 2, "early_intervention", "education", "attendance"),
    verified_by="letter",
    notice_hash="n",
    language="en",
)
NO = replace(YES, effect="refuse", notice_hash="", language="")


@pytest.mark.parametrize("effect", ["grant", "refuse", "withdraw", "defer", "request", "notify"])
def test_a_whole_event_has_no_fault(effect: str) -> None:
    assert faults_of(replace(YES, effect=effect), now=NOW, uses={"early-help": 2}) == ()


@pytest.mark.parametrize(
    ("event", "what", "where"),
    [
        (replace(YES, effect="granted"), "unknown effect 'granted'", "effect"),
        (replace(YES, relation="mother"), "unknown relation", "relation"),
        (replace(YES, channel="fax"), "unknown channel", "channel"),
        (replace(YES, scope=Scope(service="educaton")), "unknown service", "scope: service"),
        (replace(YES, scope=Scope(purpose="fun")), "unknown purpose", "scope: purpose"),
        (replace(YES, scope=Scope("early-hepl", 1)), "unknown use 'early-hepl'", "scope: use"),
        (replace(YES, scope=Scope("early-help", 3)), "has no version 3", "scope: version"),
        (replace(YES, scope=Scope("early-help", 0)), "version 0 of no use", "scope: version"),
        (replace(YES, scope=Scope(None, 2)), "version 2 of no use", "scope: version"),
        (replace(YES, scope=Scope("early-help")), "which version", "scope: version"),
        (replace(YES, effect="notify", scope=Scope()), "no use is named", "scope: use"),
        (replace(YES, effect="request", scope=Scope()), "no use is named", "scope: use"),
        (replace(YES, effect="notify", language=""), "no language", "language"),
        (replace(YES, effect="request", language=" "), "no language", "language"),
        (replace(YES, language=""), "no language", "language"),
        (replace(YES, notice_hash=""), "no notice", "notice_hash"),
        (replace(YES, subject="", expressed_by=""), "nobody is named as subject", "subject"),
        (replace(YES, recorded_by=" "), "nobody is named as recorded_by", "recorded_by"),
        (replace(YES, reason="x" * 201), "reason is too long", "reason"),
        (replace(YES, reason="two\nlines"), "control characters", "reason"),
        (replace(YES, scope=Scope(category="a\x1b")), "control characters", "category"),
        (replace(YES, at=NOW + timedelta(seconds=1)), "still to come", "at"),
        (replace(YES, at=datetime(2026, 10, 1)), "not in UTC", "at"),  # noqa: DTZ001
        (replace(YES, at=datetime(1970, 1, 1, tzinfo=UTC)), "is of 1970", "at"),
        (replace(YES, at=YES.at.astimezone(timezone(timedelta(hours=1)))), "not in UTC", "at"),
        (replace(NO, valid_until=date(2027, 1, 1)), "only a yes can have an end", "valid_until"),
        (replace(YES, valid_until=date(2026, 9, 30)), "before it begins", "valid_until"),
        (replace(YES, relation="guardian"), "speaks for themselves", "relation"),
        (replace(YES, expressed_by="v"), "speaks for themselves", "relation"),
        (replace(YES, independent="officer"), "only an authority's yes", "independent"),
        (replace(YES, effect="expire"), "expire of which event", "supersedes"),
        (replace(NO, effect="invalidate", supersedes="1"), "without a reason", "reason"),
    ],
)  # fmt: skip
def test_an_event_with_a_fault_is_refused(event: NewEvent, what: str, where: str) -> None:
    found = faults_of(event, now=NOW, uses={"early-help": 2})
    assert len([fault for fault in found if what in fault.what]) == 1, found
    fault = next(fault for fault in found if what in fault.what)
    assert fault.where == f"{event.effect}: {where}"
    assert fault.allowed


def test_all_faults_are_found_at_once() -> None:
    event = replace(YES, effect="granted", channel="fax", recorded_by="", subject="t")
    assert len(faults_of(event, now=NOW)) == 4


def test_the_nearest_right_word_is_offered() -> None:
    (fault,) = faults_of(
        replace(YES, scope=Scope("early-hepl", 1)), now=NOW, uses={"early-help": 2}
    )
    assert "'early-help'" in fault.todo


def test_uses_are_checked_only_where_they_are_known() -> None:
    assert faults_of(replace(YES, scope=Scope("other", 9)), now=NOW) == ()


@pytest.mark.parametrize(
    ("before", "event", "what"),
    [
        ("", "person withdraws 2026-10-01", "nothing within use early-help was ever given"),
        ("person yes 2026-10-02", "person withdraws 2026-10-01", "was ever given"),
        ("person no 2026-09-01", "person withdraws 2026-10-01", "was ever given"),
        ("person yes 2026-09-01", "parent withdraws 2026-10-01", "was ever given"),
        ("person yes 2026-09-01 other use", "person withdraws 2026-10-01", "was ever given"),
        ("person yes 2026-09-01", "authority ends 2026-10-01 #2", "no event '2'"),
        ("person yes 2026-09-01", "authority voids 2026-10-01 #7", "no event '7'"),
        ("person no 2026-09-01", "authority ends 2026-10-01 #1", "expire cannot follow on refuse"),
        ("person yes 2026-09-01", "authority ends 2026-08-01 #1", "supersedes is later"),
        ("person yes 2026-09-01", "parent no 2026-10-01 #1", "somebody else said that"),
        ("person yes 2026-09-01", "person no 2026-10-01 use service #1", "it is about use"),
        ("person told 2026-09-01", "person no 2026-10-01 #1", "refuse cannot follow on notify"),
    ],
)
def test_an_event_that_contradicts_the_ledger_is_refused(
    before: str, event: str, what: str
) -> None:
    earlier = {one.event_id: one for one in recorded(said(before))}
    found = contradictions(said(event)[0], earlier)
    assert [fault for fault in found if what in fault.what], found


@pytest.mark.parametrize(
    ("before", "event"),
    [
        ("person yes 2026-09-01", "person withdraws 2026-10-01"),
        ("person yes 2026-09-01 (unverified)", "person withdraws 2026-10-01 everything"),
        ("person yes 2026-09-01", "authority ends 2026-10-01 #1"),
        ("person no 2026-09-01", "authority voids 2026-10-01 #1"),
        ("person yes 2026-09-01", "person no 2026-10-01 #1"),
    ],
)
def test_an_event_that_fits_is_taken(before: str, event: str) -> None:
    earlier = {one.event_id: one for one in recorded(said(before))}
    assert contradictions(said(event)[0], earlier) == ()


def test_the_event_of_another_person_is_named_as_such() -> None:
    event = said("authority ends 2026-10-01 #9")[0]
    (fault,) = contradictions(event, {}, recorded=True)
    assert fault.what == "an event of another person"


def test_canonical_bytes_are_those_of_rfc_8785() -> None:
    (event,) = recorded([replace(YES, reason='é "quoted" \\ ☃', valid_until=date(2027, 1, 1))])
    assert canonical(event.said()) == rfc8785.dumps(event.said())
    assert json.loads(canonical(event.said()))["scope"]["version"] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"event_id": "2"},
        {"sequence": 2},
        {"previous_hash": "1" * 64},
        {"subject": "t"},
        {"effect": "refuse"},
        {"scope": Scope()},
        {"at": YES.at + timedelta(microseconds=1)},
        {"verified_by": ""},
        {"valid_until": date(2027, 1, 1)},
        {"supersedes": "0"},
    ],
)
def test_the_hash_covers_every_field(change: dict[str, object]) -> None:
    (event,) = recorded([YES])
    assert replace(event, **change).hash() != event.hash()  # type: ignore[arg-type]


def test_moments_go_there_and_back() -> None:
    at = datetime(2026, 10, 1, 23, 59, 59, 999999, tzinfo=UTC)
    assert from_moment(moment(at)) == at and moment_text(at) == "2026-10-01T23:59:59.999999Z"
    assert moment(at) // 86_400_000_000 == day_number(at.date())


def test_scopes_in_words() -> None:
    assert str(Scope()) == "everything"
    assert str(Scope("a", 2, service="police")) == "use a version 2, service police"


def test_every_word_is_explained() -> None:
    for term in (*EFFECTS.values(), *RELATIONS.values()):
        assert term.definition.endswith(".") and term.label
