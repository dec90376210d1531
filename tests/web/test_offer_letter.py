"""The letter about an offer in a real browser: no accessibility fault, no sideways scrolling, no script."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licet.identify.notice import Told, letter
from licet.report.permission.offer_letter import offer_page, offer_text
from tests.tiers import few

pytestmark = pytest.mark.browser
NASTY = "<script>alert(1)</script>"


def told(what: str = "Free school meals", words: str = "Both are recent.", site: str = "") -> Told:
    return Told(
        "Free school meals that nobody claimed", "Exampleton Council", what, ["Education", "Benefits"],
        ["Somebody gets a benefit: 2 lines, 3 March to 20 June 2026 (Awards)."] * 3, ["It may be late."],
        "School office, desk 1", words, "ABCD-EFGH-JKMN-PQRS", site, date(2027, 1, 29), True,
        ["Cymraeg", "اردو"],
    )  # fmt: skip


@pytest.mark.parametrize("case", few(["plain", "nasty", "long", "made up"], 1))
def test_the_letter(case: str, tried) -> None:
    site = "https://permission.a-long-name-of-a-council.gov.uk/register" if case == "long" else ""
    found = told(NASTY if case == "nasty" else "Free school meals", "x" * 300 if case == "long" else "Yes.", site)  # fmt: skip
    names = [NASTY] if case == "nasty" else ["Ann Lee", "Bo Lee"]
    page = offer_page(letter(found), found.controller, names, ["3 Fuller Way", "QX1 1AA"],
                      date(2026, 11, 30), synthetic=case == "made up")  # fmt: skip
    view = tried(page)
    assert view.locator("h1").count() == 1 and "ABCD-EFGH-JKMN-PQRS" in view.content()
    assert ("SYNTHETIC" in view.title()) == (case == "made up")
    assert NASTY not in page


def test_the_text_says_the_same_without_names() -> None:
    text = offer_text(letter(told()))
    assert "Ann" not in text and "    ABCD-EFGH-JKMN-PQRS" in text and "- It may be late." in text
    assert "not yet translated into Cymraeg and اردو" in text


def test_the_letter_says_where_the_sender_is_reached() -> None:
    assert "You reach us here" not in offer_text(letter(told()))
    text = offer_text(letter(replace(told(), contact="families@exampleton.example")))
    after = text.split("ABCD-EFGH-JKMN-PQRS")[1]
    assert "You reach us here: Exampleton Council, families@exampleton.example" in after
