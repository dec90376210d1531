"""Receipts, letters and counts: what people are told, and what nobody can learn from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from licet.errors import BadInput
from licet.permission import Identity
from licet.permission.exclusions import excluded
from licet.permission.invitations import (
    Recipient,
    language_for,
    make_code,
    reach,
    read_code,
)
from licet.permission.receipts import (
    NOT_THE_LEGAL_BASIS,
    WITHDRAWING,
    Receipt,
    genuine,
    receipt_content,
    sign_receipt,
)
from licet.permission.rules import NOT_USED, REASONS
from tests.spec.test_permission_ages import recorded, said

SEED = bytes(range(32))


def test_a_receipt_says_what_was_recorded_and_what_a_no_does() -> None:
    (event,) = recorded(said("parent yes 2026-10-01 (until 2027-01-01)"))
    says = sign_receipt(event, SEED).says
    assert says["recorded"]["about"] == "use early-help version 2"
    assert says["recorded"]["effect"] == "grant" and says["recorded"]["said_by"] == "Parent"
    assert says["recorded"]["valid_until"] == "2027-01-01"
    assert says["withdrawing"] == WITHDRAWING
    assert says["not_the_legal_basis"] == NOT_THE_LEGAL_BASIS
    assert says["recorded"]["subject"] == event.subject


def test_a_receipt_is_the_same_whatever_another_holder_did() -> None:
    alone = recorded(said("parent yes 2026-10-01"))[0]
    after = recorded(said("father no 2026-09-01; parent yes 2026-10-01"))[1]
    same_id = replace(after, event_id=alone.event_id)
    assert same_id.sequence != alone.sequence
    assert receipt_content(same_id) == receipt_content(alone)
    odd = replace(same_id, previous_hash="1" * 64)
    assert sign_receipt(odd, SEED) == sign_receipt(alone, SEED)


def test_a_changed_receipt_is_not_genuine() -> None:
    (event,) = recorded(said("person no 2026-10-01"))
    receipt = sign_receipt(event, SEED)
    assert genuine(receipt) and genuine(receipt, receipt.key)
    forged = replace(receipt, content=receipt.content.replace(b"refuse", b"permit"))
    assert not genuine(forged)
    assert not genuine(replace(receipt, signature=bytes(64)))
    assert not genuine(receipt, sign_receipt(event, bytes(32)).key)
    assert not genuine(replace(receipt, receipt_id="another"))


@pytest.mark.parametrize("effect", ["asked", "told"])
def test_nobody_gets_a_receipt_for_what_the_authority_did(effect: str) -> None:
    (event,) = recorded(said(f"person {effect} 2026-10-01"))
    with pytest.raises(BadInput, match="nobody gets a receipt"):
        receipt_content(event)


def test_not_used_is_one_text_that_names_no_cause() -> None:
    assert isinstance(NOT_USED, str)
    assert all(reason.text not in NOT_USED for reason in REASONS.values())
    assert not any(word in NOT_USED.casefold() for word in ("parent", "refus", "said no", "asked"))


def test_codes_are_drawn_from_the_secret_and_read_as_people_type() -> None:
    code = make_code(SEED, "early-help", "1", "education", "education/1")
    assert code == make_code(SEED, "early-help", "1", "education", "education/1")
    others = {make_code(SEED, "early-help", "1", "education", f"education/{n}") for n in range(500)}
    assert (
        len(others) == 500
        and make_code(bytes(32), "early-help", "1", "education", "education/1") not in others
    )
    assert make_code(SEED, "a", "bc") != make_code(SEED, "ab", "c")
    typed = code.casefold().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_code(typed) == code and len(code) == 19
    assert not set(code) & set("OILU")


@pytest.mark.parametrize("text", ["", "ABCD", "ABCD-EFGH-JKMN-PQR!", "ABCD-EFGH-JKMN-PQRST"])
def test_what_can_be_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no code"):
        read_code(text)


def someone(number: int, *languages: str, family: str = "", address: bool = True) -> Recipient:
    subject = Identity(handle=f"education/{number}", birth=date(2018, 1, 1), languages=languages)
    return Recipient(
        subject,
        f"education/{number}#mother",
        "parental_responsibility",
        family or f"f{number}",
        address,
    )


def test_the_language_is_one_that_is_read() -> None:
    assert language_for(someone(1, "cy", "en"), ("en", "cy")) == "cy"
    assert language_for(someone(1, "ur", "en"), ("en", "cy")) == "en"
    assert language_for(someone(1, "ur"), ("en", "cy")) is None
    assert language_for(someone(1), ("en", "cy")) == "en"


def test_families_that_can_be_reached_are_counted_under_disclosure_control() -> None:
    people = [someone(n, "en", family=f"f{n // 2}") for n in range(100)]
    people += [someone(n, "en", address=False) for n in range(200, 230)]
    people += [someone(n, "ur") for n in range(300, 320)]
    found = reach("education", people, ("en",))
    assert (found.families, found.reached, found.no_address, found.no_language) == (100, 50, 30, 20)
    few = reach("education", people[:-15], ("en",))
    assert few.no_language is None and few.families == 85
    assert [few.reached, few.no_address].count(None) >= 1, "else 85 less the others would tell"
    assert reach("education", people[:6], ("en",)).families is None
    assert reach("education", [], ("en",)).reached == 0


def test_a_family_is_reached_if_anybody_in_it_is() -> None:
    people = [someone(n, "ur", family=f"f{n}") for n in range(20)]
    people += [someone(n + 100, "en", family=f"f{n}") for n in range(20)]
    assert reach("education", people, ("en",)).reached == 20


def test_exclusions_are_counted_under_disclosure_control_and_never_say_who_said_no() -> None:
    reasons = (
        ["person_yes"] * 50
        + ["person_no"] * 7
        + ["holder_no"] * 8
        + ["unknown"] * 30
        + ["expired"] * 3
    )
    frame = pl.DataFrame({"service": "education", "effect": "none", "reason": reasons})
    found = {row[1]: row[3] for row in excluded(frame).rows()}
    assert found["refused"] == 15 or found["refused"] is None
    assert "person_no" not in found and "holder_no" not in found
    assert found["expired"] is None and found["too_young"] == 0
    assert sum(count is None for count in found.values()) >= 2
    assert len(found) == len(REASONS) - 1
    assert excluded(frame.clear()).is_empty()


def test_the_content_is_kept_as_signed() -> None:
    (event,) = recorded(said("person no 2026-10-01"))
    receipt = sign_receipt(event, SEED)
    copy = Receipt(
        receipt.receipt_id, receipt.event_id, receipt.content, receipt.signature, receipt.key
    )
    assert genuine(copy) and copy.says["recorded"]["at"] == "2026-10-01T00:00:00.000000Z"
    assert datetime(2026, 10, 1, tzinfo=UTC) == event.at
