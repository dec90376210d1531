"""Letters in a real browser: a sheet of A4 each, no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import re
from datetime import date

import pytest

from licet.files.use import read_use
from licet.report.permission.letters import Letter, letters_page
from licet.report.permission.notices import ENGLISH, make_notice
from tests.docs.runner import ROOT
from tests.tiers import few

pytestmark = pytest.mark.browser

URDU = "# {person} کے ریکارڈ\n\n{controller} آپ سے پوچھتا ہے۔\n\n{code}\n\n[ ] ہاں\n\n[ ] نہیں\n"
SHEET = (210, 297)
WINDOW = (20, 45, 110, 80)
"""Where the window of a DL envelope shows an address, in mm: left, top, right, bottom."""


def letter(number: int, language: str = "en", name: str = "Ann Lee") -> Letter:
    to, lines = f"The parent or carer of {name}", ("Flat 2", "3 Fuller Way", "Exampleton")
    return Letter(number, number, language, to, name, lines, "QX1 1AA", "ABCD-EFGH-JKMN-PQRS")


def made(case: str) -> tuple[str, int]:
    """A page, and how many letters are on it."""
    use = read_use(ROOT / "src/licet/bundled/town/uses/early-help.toml")
    objection = case == "objection"
    start = date(2026, 7, 1) if objection else None
    notices = {
        "en": make_notice(ENGLISH["objection" if objection else "ask_first"], "en", use, start)
    }
    notices["ur"] = make_notice(URDU, "ur", use)
    letters = [letter(1), letter(2), letter(3)]
    marks = []
    if case == "urdu":
        letters = [letter(1, "ur", "علی خان"), letter(2)]
    if case == "nasty":
        names = ("<script>alert(1)</script>", "A" * 60, "{code}")
        letters = [letter(n, "en", name) for n, name in enumerate(names, start=1)]
        marks = ["SYNTHETIC: made up"]
    if case == "long":
        use = use.model_copy(update={"summary": "Records are joined. " * 100})
        notices["en"] = make_notice(ENGLISH["ask_first"], "en", use)
        letters = [letter(1)]
    address = "https://permission.a-long-name-of-a-council.gov.uk" if case == "scanned" else ""
    text = letters_page(
        use, "education", letters, notices, date(2026, 6, 1), marks, address=address
    )
    return text, len(letters)


@pytest.mark.parametrize("case", few(["asked", "objection", "urdu", "nasty", "scanned"], 1))
def test_letters(case, tried):
    text, count = made(case)
    view = tried(text)
    printed = view.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == count, "a sheet for each letter"
    width, height = (round(float(x) / 72 * 25.4) for x in sheet(printed))
    assert (width, height) == SHEET


def sheet(printed: bytes) -> list[bytes]:
    """Width and height of the sheets of a PDF, in points."""
    boxes = set(re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", printed))
    assert len(boxes) == 1
    return list(*boxes)


def test_a_long_letter_is_never_cut(browser, tmp_path):
    path = tmp_path / "letters.html"
    path.write_text(made("long")[0], "utf-8")
    view = browser.new_page()
    view.goto(path.as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b", view.pdf(prefer_css_page_size=True))) == 2
    view.close()


@pytest.mark.parametrize("case", few(["asked", "urdu", "nasty", "scanned"], 1))
def test_the_address_is_in_the_window_and_nothing_else_is(case, browser, tmp_path):
    path = tmp_path / "letters.html"
    path.write_text(made(case)[0], "utf-8")
    view = browser.new_page(viewport={"width": 794, "height": 1123})
    view.emulate_media(media="print")
    view.goto(path.as_uri())
    boxes = view.evaluate(
        """() => [...document.querySelectorAll('.letter')].map(letter => {
            const from = letter.getBoundingClientRect(), mm = 25.4 / 96;
            return [...letter.children].map(part => {
                const box = part.getBoundingClientRect();
                const at = [box.left - from.left, box.top - from.top,
                            box.right - from.left, box.bottom - from.top];
                return [part.className, ...at.map(x => x * mm)];
            });
        })"""
    )
    for parts in boxes:
        for name, left, top, right, bottom in parts:
            inside = (
                left < WINDOW[2] and right > WINDOW[0] and top < WINDOW[3] and bottom > WINDOW[1]
            )
            if name == "to":
                assert left >= WINDOW[0] - 1 and right <= WINDOW[2]
                assert top >= WINDOW[1] and bottom <= WINDOW[3]
            else:
                assert not inside, f"{name or 'text'} shows in the window"
    view.close()


def test_the_picture_leads_to_the_code_and_the_code_into_no_log(browser, tmp_path):
    """What a phone reads from the picture: an address, and after # the code, which no server is sent."""
    from licet.report.permission.letters import link_of, picture

    text, _ = made("scanned")
    link = link_of("https://permission.a-long-name-of-a-council.gov.uk", "ABCD-EFGH-JKMN-PQRS")
    assert link.partition("#")[2] == "ABCD-EFGH-JKMN-PQRS" and "?" not in link
    assert text.count(picture(link)) == 3, "the picture of this very link on each letter"
    assert "https://permission.a-long-name-of-a-council.gov.uk/letter</p>" in text
