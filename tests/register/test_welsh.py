"""The Welsh of public pages: there for every text, with the same places to fill, and marked as a draft."""

from __future__ import annotations

import re

import pytest

from licet.register import filters, states
from licet.report.site import environment, pages, words
from licet.report.site.environment import TEMPLATES, catalogue, reviewed

PUBLIC = ("site", "uses", "parts", "text_page", "vocabulary", "check", "bodies", "body", "use", "use_part",
          *(f"use_{part}" for part in pages.PARTS if part))  # fmt: skip
PLACE = re.compile(r"{\w+}")


def texts(name: str) -> set[str]:
    """Every text that a template puts into the page's language."""
    text = (TEMPLATES / f"{name}.html").read_text("utf-8")
    return {found[2] for found in re.finditer(r"""\b_\((["'])(.*?)\1\)""", text)}


@pytest.mark.parametrize("name", PUBLIC)
def test_every_text_of_a_public_page_is_there_in_welsh(name: str) -> None:
    assert texts(name) - set(catalogue("cy")) == set()


def test_every_word_for_a_state_a_ruling_and_a_heading_is_there_in_welsh() -> None:
    wanted = {*states.WORDS.values(), *filters.FACETS.values(), *filters.RULINGS.values(),
              *filters.YES_NO.values(), *filters.QUESTIONS.values(), *filters.RUNS.values(),
              *filters.EVIDENCE.values(), *pages.PARTS.values(), *pages.AUDITS.values(),
              *pages.CONDITIONS.values(), *words.SOURCE_HEADS, pages.LEAD}  # fmt: skip
    assert wanted - set(catalogue("cy")) == set()


def test_a_translation_has_the_same_places_to_fill() -> None:
    for english, welsh in catalogue("cy").items():
        assert set(PLACE.findall(english)) == set(PLACE.findall(welsh)), english


def test_nobody_has_reviewed_it_and_every_welsh_page_says_so() -> None:
    assert not reviewed("cy")
    text = pages.text_page(pages.Around("Town", path="about", language="cy"), "about")
    assert "nad oes neb wedi&#39;i adolygu" in text or "nad oes neb wedi'i adolygu" in text
    assert '<html lang="cy" dir="ltr"' in text
    assert environment.translator("cy")("About this register") in text
