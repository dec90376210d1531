"""The Welsh of public pages: there for every text, with the same places to fill, and marked as a draft."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import licet
from licet import conditions
from licet.chapters import correcting
from licet.dialogue import agreement, moves, names
from licet.identify import offers
from licet.permission import disputes, events, receipts, voices
from licet.register import filters, states
from licet.report.site import environment, pages, words
from licet.report.site.environment import TEMPLATES, catalogue, reviewed, told_in
from licet.web.roles import ACTIONS
from tests.register.test_entry import told

PLACE = re.compile(r"{\w+}")
WEB = Path(licet.__file__).parent / "web"
STAFF_PAGES = frozenset({
    "accounts", "dialogue_form", "dialogue_queue", "dispute_list", "draft", "offers", "pairs", "permission_find",
    "permission_link", "permission_record", "runs", "samples",
})  # fmt: skip
"""Templates of pages that staff alone read: they stay English, and say so by their language."""
STAFF_CODE: Mapping[str, frozenset[str]] = {
    "forms/accounts.py": frozenset({"Second", "StaffAccount"}),
    "forms/dialogue.py": frozenset({"Moderate", "Explain", "Reply", "End"}),
    "forms/fields.py": frozenset(),
    "forms/offers.py": frozenset({"Decision"}),
    "forms/permission.py": frozenset({"HOLDERS", "Find", "_Holder", "Record", "Link"}),
    "forms/uses.py": frozenset({"_one", "_several", "DraftUse"}),
    "views/accounts.py": frozenset({"second_factor", "accounts"}),
    "views/answering.py": frozenset({"MODERATED", "TAKE_DOWN", "moderation", "moderate", "answers", "answer",
                                     "_done", "_ended"}),
    "views/dialogue.py": frozenset(),
    "views/disputes.py": frozenset({"settle"}),
    "views/drafts.py": frozenset({"draft"}),
    "views/faults.py": frozenset({"sentence"}),
    "views/letters.py": frozenset(),
    "views/mine.py": frozenset(),
    "views/offers.py": frozenset({"queue", "_decided", "_back"}),
    "views/openid.py": frozenset(),
    "views/pages.py": frozenset(),
    "views/private.py": frozenset(),
    "views/public.py": frozenset(),
    "views/record.py": frozenset({"_recorded"}),
    "views/review.py": frozenset({"FIELD_NAMES", "Said", "_answered", "pairs", "Draw", "draw"}),
    "views/runs.py": frozenset({"STATES", "KINDS", "runs"}),
}  # fmt: skip
"""By file, what in it only staff read; a member of the public may meet every text of the rest."""
NO_WORDS = {"Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy", "Vary", "Accept", "Location",
            "Cache-Control", "Content-Disposition", "Allow", "Auditor", "Reviewer", "PasswordInput", "Around",
            "Your account may not "}  # fmt: skip
"""Constants of that code that nobody reads, or machines alone."""


def texts(name: str) -> set[str]:
    """Every text that a template puts into the page's language."""
    text = (TEMPLATES / f"{name}.html").read_text("utf-8")
    return {found[2] for found in re.finditer(r"""\b_\((["'])(.*?)\1\)""", text)}


def written(path: Path, apart: frozenset[str]) -> Iterator[str]:
    """Every constant of a module that begins like a sentence, outside what only staff read."""
    for node in ast.parse(path.read_text("utf-8")).body:
        named = [getattr(node, "name", "")]
        aims = [*getattr(node, "targets", []), getattr(node, "target", None)]
        named += [getattr(one, "id", "") for one in aims]
        if apart & set(named) or isinstance(node, ast.Expr):
            continue
        said = {id(n.value) for n in ast.walk(node) if isinstance(n, ast.Expr)}
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in said:
                yield one.value


@pytest.mark.parametrize("name", sorted({p.stem for p in TEMPLATES.glob("*.html")} - STAFF_PAGES))
def test_every_text_of_a_public_page_is_there_in_welsh(name: str) -> None:
    assert texts(name) - set(catalogue("cy")) == set()


def test_staff_pages_are_told_apart_by_their_templates() -> None:
    assert {p.stem for p in TEMPLATES.glob("*.html")} >= STAFF_PAGES


@pytest.mark.parametrize("name", STAFF_CODE)
def test_every_text_that_code_says_to_the_public_is_there_in_welsh(name: str) -> None:
    found = {one for one in written(WEB / name, STAFF_CODE[name]) if re.match(r"[A-Z][a-z]", one)}
    beginnings = {one for one in found if any(key.startswith(one + "{") for key in catalogue("cy"))}
    assert found - beginnings - NO_WORDS - set(catalogue("cy")) == set()


def test_every_file_with_texts_has_a_line_in_the_table() -> None:
    files = {
        f"{p.parent.name}/{p.name}"
        for room in ("forms", "views")
        for p in (WEB / room).glob("[a-z]*.py")
    }
    assert files == set(STAFF_CODE)


def test_every_word_for_a_state_a_ruling_and_a_heading_is_there_in_welsh() -> None:
    wanted = {*states.WORDS.values(), *filters.FACETS.values(), *filters.RULINGS.values(),
              *filters.YES_NO.values(), *filters.QUESTIONS.values(), *filters.RUNS.values(),
              *filters.EVIDENCE.values(), *pages.PARTS.values(), *pages.AUDITS.values(),
              *pages.CONDITIONS.values(), *words.SOURCE_HEADS, pages.LEAD}  # fmt: skip
    for heading, sections in pages.TEXTS.values():
        wanted |= {heading, *(text for title, held in sections for text in (title, *held) if text)}
    assert wanted - set(catalogue("cy")) == set()


def test_every_word_of_permission_is_there_in_welsh() -> None:
    wanted = {
        voices.NOT_SHOWN, receipts.NOT_THE_LEGAL_BASIS, *receipts.SAID.values(), *receipts.WITHDRAWING.values(),
        *voices.OWN_WORDS.values(), *voices.DECIDES.values(), *voices.BIRTHDAYS.values(),
        *(text for one in voices.ANSWERS.values() for text in (one.label, one.does)),
        *(one.label for one in events.RELATIONS.values()), *(one.label for one in events.EFFECTS.values()),
        *disputes.STATES.values(), *offers.STATES.values(), *correcting.FIELDS.values(),
        *(one.label for one in disputes.MOVES.values() if one.by == "family"),
        *(action.what for action in ACTIONS.values()),
    }  # fmt: skip
    assert wanted - set(catalogue("cy")) == set()


def test_every_word_of_the_dialogue_is_there_in_welsh() -> None:
    """What staff did is told with their post, a condition with its value: known by its places to fill."""
    done = [
        says if move.who in ("family", "asker") else f"{says.rstrip('.')} (Head of Early Help)."
        for move in moves.MOVES
        for says in (move.says,)
    ]
    said = [one.says.format(value="police")[:1].upper() + one.says.format(value="police")[1:]
            for one in conditions.PARAMETERS.values()]  # fmt: skip
    wanted = {*moves.SORTS.values(), *moves.STATES.values(), *moves.ANSWERS.values(), *done, *said,
              *(what for what, _ in names.SIGNS)}  # fmt: skip
    none = agreement.Agreement(agreement.Shared("all", None, None, None, None, None), (), None, ())
    wanted.add(agreement.must_answer("objection", none, 10, voices=10, enough_seconds=10))
    assert {text for text in wanted if not told_in("cy", text)} == set()


def test_what_is_filled_already_is_put_into_welsh_and_keeps_its_values() -> None:
    _ = environment.translator("cy")
    assert _("It is sent. Its name is q-12.") == "Mae wedi'i anfon. Ei enw yw q-12."
    assert _("Records of police stay out.") == "Mae cofnodion heddlu yn aros allan."
    assert "(Head of Early Help)" in _("The body answered (Head of Early Help).")
    assert _("Some text of a council") == "Some text of a council"
    assert environment.translator("en")("{n} uses") == "{n} uses"


def test_a_translation_has_the_same_places_to_fill() -> None:
    for english, welsh in catalogue("cy").items():
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(welsh)), english
        assert len(set(PLACE.findall(english))) == len(PLACE.findall(english)), english


def test_no_translation_is_doubtful_empty_or_there_twice() -> None:
    text = (environment.LANGUAGES / "cy.po").read_text("utf-8")
    assert "fuzzy" not in text and 'msgstr ""' not in text.partition("\n\n")[2]
    keys = re.findall(r'^msgid "(.*)"$', text, re.MULTILINE)
    assert len(keys) == len(set(keys))


def test_nobody_has_reviewed_it_and_every_welsh_page_says_so() -> None:
    assert not reviewed("cy")
    text = pages.text_page(pages.Around("Town", path="about", language="cy"), "about")
    assert "nad oes neb wedi&#39;i adolygu" in text or "nad oes neb wedi'i adolygu" in text
    assert '<html lang="cy" dir="ltr"' in text
    assert environment.translator("cy")("About this register") in text


def test_days_are_welsh_and_languages_have_their_own_names() -> None:
    text = pages.use_page(pages.Around("Town", path="uses/x", language="cy"), told(), "uses/x")
    assert "1 Medi 2029" in text and '<span lang="en">1 September 2029</span>' in text
    assert environment.own_name("ur") == "اردو" and environment.own_name("xx-none") == "xx-none"
