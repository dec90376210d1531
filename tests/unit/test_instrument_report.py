"""The questionnaire for readers: page and Word document say the same, whatever the texts hold."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from itertools import pairwise

import docx
import pytest

from licet.instrument.document import Instrument
from licet.instrument.template import template
from licet.report.questionnaire.page import questionnaire_page
from licet.report.questionnaire.word import questionnaire_document
from licet.report.questionnaire.words import asked_counts, facts, hard_texts, parts, sources

SMALL = template(("police", "education"), ("offer_unasked",))


class Text(HTMLParser):
    """The text of a page without its style, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.parts).split())


def words_of(made: Instrument) -> str:
    word = docx.Document(io.BytesIO(questionnaire_document(made)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(p.text for p in word.paragraphs), *cells]).split())


def everything(made: Instrument) -> list[str]:
    texts = [made.title, made.stamp, made.introduction, made.consent.wording, made.closing]
    texts += [step.text for step in made.explanation]
    texts += [vignette.text for vignette in made.vignettes]
    for asked in (*made.statements, *made.questions):
        texts += [asked.wording, f"{asked.source}, wording version {asked.version}"]
    texts += [s.example for s in made.statements if s.example]
    texts += [f"asked: {name}." for name in made.sets]
    return [" ".join(text.split()) for text in texts]


def test_both_show_every_text_source_and_routing() -> None:
    page, word = Text(questionnaire_page(SMALL)).text, words_of(SMALL)
    for text in everything(SMALL):
        assert text in page
        assert text in word
    for said in (
        "A random half sees the options the other way round",
        "from the last to the first",
    ):
        assert said in page and said in word


def test_every_option_is_shown() -> None:
    page, word = Text(questionnaire_page(SMALL)).text, words_of(SMALL)
    for part in parts(SMALL):
        for asked in part.asked:
            for option in asked.options:
                assert option in page and option in word


def test_the_page_needs_nothing_else_and_is_well_built() -> None:
    page = questionnaire_page(SMALL)
    tags = Text(page).tags
    assert not [tag for tag, _ in tags if tag in ("script", "img", "link", "iframe")]
    assert "http:" not in page and "https:" not in page
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [a["href"] for tag, a in tags if tag == "a"]
    assert {str(link).removeprefix("#") for link in links} <= set(ids)
    levels = [int(tag[1]) for tag, _ in tags if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def nasty() -> Instrument:
    bad = "<script>alert(1)</script> & \x0b end"
    keys = SMALL.model_dump() | {"title": bad, "introduction": bad, "closing": bad}
    return Instrument(**keys)


def test_nothing_that_is_written_is_run() -> None:
    page = questionnaire_page(nasty())
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "<script>alert(1)</script>" in words_of(nasty())


def test_what_a_committee_asks_first() -> None:
    said = dict(facts(SMALL))
    assert said["Who is asked"] == "Parents of children aged 0 to 15 in UK"
    # 2 known, 1 reason, 2 services, 2 operators, 2 of 4 worries, 2 first
    assert asked_counts(SMALL) == (11, 11)
    assert said["Questions for each person"] == "11, then 8 about the person"
    assert sources(SMALL) == (("Licet template 1", 13 + 8),)


def test_hard_texts_are_named() -> None:
    hard = "Notwithstanding constitutional considerations, organisations occasionally interconnect."
    made = Instrument(**SMALL.model_dump() | {"introduction": hard})
    assert hard_texts(made)[0][0] == "introduction"
    assert "introduction" in Text(questionnaire_page(made)).text


def test_the_word_document_is_the_same_each_time_and_names_nobody() -> None:
    core = docx.Document(io.BytesIO(questionnaire_document(SMALL))).core_properties
    assert core.author == "" and core.last_modified_by == ""
    assert core.language == "en" and SMALL.title in core.title


@pytest.mark.parametrize("count", [2, 30])
def test_parts_are_lettered(count: int) -> None:
    made = SMALL.model_dump()
    block, statement = made["blocks"][0], made["statements"][0]
    made["blocks"] += tuple(block | {"id": f"more{n}"} for n in range(count))
    made["statements"] += tuple(
        statement | {"id": f"more{n}", "block": f"more{n}"} for n in range(count)
    )
    letters = [part.letter for part in parts(Instrument(**made))]
    assert len(set(letters)) == len(letters) == len(SMALL.blocks) + count + 1
