"""What people read about their answers, and the edges of what the ledger takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from licet.errors import BadInput
from licet.permission.checking import contradictions, faults_of, given
from licet.permission.disputes import MOVES, Dispute, checked_move
from licet.permission.events import Event, Scope
from licet.permission.invitations import make_code, read_code
from licet.permission.reach import Fit, Reach, row_reason
from licet.permission.receipts import sign_receipt
from licet.permission.rules import Question
from licet.permission.voices import Word, last_word, no_since, offered, words
from tests.spec.test_permission_ages import recorded, said
from tests.unit.test_permission_events import NO, NOW, YES

WITHDRAW = replace(NO, effect="withdraw")


def one(effect: str, second: int, scope: Scope, sequence: int = 0, **changes: object) -> Event:
    """An event of one voice, so many seconds after the first."""
    like = recorded(said("parent yes 2026-10-01"))[0]
    at = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=second)
    return replace(like, effect=effect, at=at, scope=scope, sequence=sequence or second + 1, event_id=f"e{second}", **changes)  # type: ignore[arg-type]  # fmt: skip


WIDE, NARROW = Scope(), Scope("early-help", 2)
SERVICE = Scope("early-help", 2, None, "education")


def test_taking_back_reaches_every_yes_within() -> None:
    for effect in ("withdraw", "defer"):
        left = words([one("grant", 0, NARROW), one("refuse", 1, SERVICE), one(effect, 2, WIDE)])
        assert {place: word.effect for place, word in left.items()} == {
            NARROW.place: effect,
            SERVICE.place: "refuse",
            WIDE.place: effect,
        }
    apart = words([one("grant", 0, WIDE), one("withdraw", 1, NARROW)])
    assert apart[WIDE.place].effect == "grant", "a narrower no leaves the wider yes"


@pytest.mark.parametrize("effect", ["expire", "invalidate"])
def test_what_the_authority_ends_is_that_one_event(effect: str) -> None:
    left = words(
        [one("grant", 0, NARROW), one("grant", 1, SERVICE), one(effect, 2, WIDE, supersedes="e1")]
    )
    assert {place: word.effect for place, word in left.items()} == {
        NARROW.place: "grant",
        SERVICE.place: effect,
    }


def test_the_later_word_counts() -> None:
    told = words([one("refuse", 5, NARROW), one("grant", 0, WIDE)])
    found = last_word(told, "early-help", None)
    assert isinstance(found, Word) and found.effect == "refuse"
    assert last_word(told, "other", None) == told[WIDE.place]
    assert last_word(told, "early-help", "education") is None
    assert last_word({}, "early-help", None) is None
    first = datetime(2026, 10, 1, tzinfo=UTC)
    events = [one("refuse", 5, NARROW)]
    assert no_since(events, "early-help", first + timedelta(seconds=5))
    assert not no_since(events, "early-help", first + timedelta(seconds=6))


@pytest.mark.parametrize(
    ("stage", "own", "last", "reviewed", "answers"),
    [
        ("13_to_15", True, "", True, ["yes", "no", "later"]),
        ("13_to_15", True, "grant", True, ["yes", "no", "withdraw", "later"]),
        ("13_to_15", False, "refuse", False, ["no", "later"]),
        ("under_13", True, "", True, ["no", "later"]),
        ("under_13", False, "", True, ["yes", "no", "later"]),
        ("16_over", False, "", True, ["no", "later"]),
        ("16_over", True, "", True, ["yes", "no", "later"]),
    ],
)
def test_a_yes_that_would_count_for_nothing_is_not_offered(
    stage: str, own: bool, last: str, reviewed: bool, answers: list[str]
) -> None:
    found = [answer.id for answer in offered(stage, own, last, reviewed=reviewed)]
    assert sorted(found) == sorted(answers)


def test_the_edges_of_an_event() -> None:
    whole = [
        replace(YES, reason="x" * 200),
        replace(YES, at=NOW),
        replace(YES, at=datetime(2000, 1, 1, tzinfo=UTC)),
        replace(YES, valid_until=YES.at.date()),
        replace(YES, relation="corporate_parent", expressed_by="council", independent="advocate"),
    ]
    assert [faults_of(event, now=NOW) for event in whole] == [()] * len(whole)
    for wrong in (
        replace(YES, independent="advocate"),
        replace(whole[-1], effect="refuse"),
        replace(YES, at=datetime(1999, 12, 31, tzinfo=UTC)),
    ):
        assert faults_of(wrong, now=NOW)


FOLLOWS = {
    "grant": "grant refuse withdraw defer",
    "refuse": "grant refuse withdraw defer",
    "defer": "grant refuse withdraw defer",
    "withdraw": "grant",
    "expire": "grant",
    "invalidate": "grant refuse withdraw defer expire request notify",
    "request": "",
    "notify": "",
}
"""What each may supersede: people anything that they said, the authority's end a yes, a void all but another."""


@pytest.mark.parametrize("effect", FOLLOWS)
def test_what_may_follow_on_what(effect: str) -> None:
    follows = set()
    for old in FOLLOWS:
        new = replace(YES, effect=effect, supersedes="old", reason="wrong")
        earlier = {"old": replace(YES, effect=old), "yes": YES}
        found = contradictions(new, earlier)
        follows |= set() if found else {old}
        if found and not FOLLOWS[effect]:
            assert found[0].allowed == "nothing"
    assert follows == set(FOLLOWS[effect].split())


def test_an_answer_of_the_same_moment_can_be_taken_back() -> None:
    assert given(WITHDRAW, [replace(YES, at=WITHDRAW.at)])
    assert contradictions(replace(WITHDRAW, supersedes="old"), {"old": YES}) == ()
    later = replace(YES, at=YES.at + timedelta(seconds=1))
    assert not given(WITHDRAW, [later])
    (fault,) = contradictions(replace(NO, supersedes="older"), {"old1": YES})
    assert fault.what == "no event 'older'"


def test_who_may_do_what_with_a_dispute() -> None:
    made = date(2026, 6, 1)
    ways = {
        "raised": ({"send"}, {"withdraw"}),
        "with_service": ({"correct", "refuse"}, {"withdraw"}),
        "refused": (set(), {"appeal"}),
        "appealed": ({"correct", "uphold"}, {"withdraw"}),
        "corrected": (set(), set()),
        "kept": (set(), set()),
        "withdrawn": (set(), set()),
    }
    for state, (clerk, family) in ways.items():
        dispute = Dispute("k", "a", "s", "education", "", True, made, made, state)  # type: ignore[arg-type]
        assert {move.id for move in dispute.moves("clerk")} == clerk
        assert {move.id for move in dispute.moves("family")} == family
    assert {name for name, move in MOVES.items() if move.reason} == {"refuse", "uphold"}
    asked = Dispute("k", "a", "s", "education", "", True, made, made, "with_service")
    assert checked_move(asked, "refuse", "clerk", "x" * 10, "desk").id == "refuse"
    with pytest.raises(BadInput, match="Say why"):
        checked_move(asked, "refuse", "clerk", f" {'x' * 9} ", "desk")
    with pytest.raises(BadInput, match=r"'with service'(.|\n)*corrected, kept as it is"):
        checked_move(asked, "send", "clerk", "", "desk")
    settled = replace(asked, state="kept")
    with pytest.raises(BadInput, match="allowed: nothing"):
        checked_move(settled, "send", "clerk", "", "desk")


def test_a_code_is_80_bits_of_a_keyed_hash() -> None:
    """HMAC-SHA256 over the parts with zero bytes between; five bits a sign, the last ones first."""
    import hashlib
    import hmac

    secret, signs = b"s" * 32, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    bits = int.from_bytes(hmac.new(secret, b"one\0two", hashlib.sha256).digest()[:10], "big")
    plain = "".join(signs[bits // 32**place % 32] for place in range(16))
    code = make_code(secret, "one", "two")
    assert code.replace("-", "") == plain and len(code) == 19
    assert read_code(code.lower().replace("-", " ")) == code
    assert read_code("OIL0-1111-0000-0000") == "0110-1111-0000-0000"


def test_a_receipt_holds_every_field() -> None:
    (event,) = recorded(said("parent yes 2026-10-01"))
    says = sign_receipt(event, bytes(range(32))).says
    assert says["schema"] == "licet-receipt-1" and says["said"].startswith("You said yes")
    assert set(says["withdrawing"]) == {"how", "new_runs", "links", "flags", "done", "published", "models"}  # fmt: skip
    assert {key: says["recorded"][key] for key in ("event_id", "effect_label", "channel", "notice_hash", "language")} == {
        "event_id": event.event_id,
        "effect_label": "Yes",
        "channel": event.channel,
        "notice_hash": event.notice_hash,
        "language": event.language,
    }  # fmt: skip
    assert says["recorded"]["verified"] is bool(event.verified_by)
    assert says["recorded"]["scope"]["use"] == "early-help"
    assert len(says["receipt_id"]) == 20


def test_the_strongest_answer_counts() -> None:
    """A refusal that means a row as much as a yes does wins; of several yes the nearest counts."""
    yes, no, silent = (Fit(e, 9, False, True) for e in ("granted", "refused", "none"))
    assert row_reason([replace(yes, score=12), replace(silent, score=11)], Reach()) == "permitted"
    assert (
        row_reason([yes, replace(yes, score=12), replace(silent, score=11)], Reach()) == "permitted"
    )
    assert (
        row_reason([replace(yes, score=11), silent, replace(silent, score=12)], Reach())
        == "not_sure"
    )
    assert row_reason([replace(yes, score=12), no], Reach()) == "said_no"
    known = Fit("granted", 12, True, True)
    assert row_reason([known, replace(no, score=8)], Reach()) == "permitted"
    assert row_reason([known, replace(no, score=12)], Reach()) == "said_no"
    assert row_reason([known, replace(no, score=8), replace(no, score=12)], Reach()) == "said_no"
    assert (
        row_reason([known, replace(known, score=9), replace(no, score=10)], Reach()) == "permitted"
    )
    assert row_reason([known, replace(no, score=5, known=True)], Reach()) == "said_no"


@pytest.mark.parametrize(("sure", "may"), [(9, 1), (30, 5)])
def test_the_limits_of_reach_may_be_set(sure: int, may: int) -> None:
    assert (Reach(sure, may).sure, Reach(sure, may).may) == (sure, may)


@pytest.mark.parametrize("days", [{"grace_days": -1}, {"notice_days": -1}])
def test_a_question_has_no_days_below_none(days: dict[str, int]) -> None:
    fields = {"use": "early-help", "version": 2, "purpose": "early_intervention"}
    fields |= {"service": "education", "floor": "ask_first", "on": date(2026, 6, 1)}
    with pytest.raises((ValueError, BadInput)):
        Question(**fields, **days)  # type: ignore[arg-type]
    assert Question(**fields, **dict.fromkeys(days, 0)) is not None  # type: ignore[arg-type]
