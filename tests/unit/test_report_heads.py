"""What stands above figures: how to read a banner, and what a file calls its columns."""

from __future__ import annotations

import io
import json

import polars as pl

import licet
from licet.chapters.banners import banner
from licet.report.banner.notes import top_notes
from licet.report.banner.word import document
from licet.survey.answers import Answers


def test_a_word_document_says_at_its_top_what_the_page_does() -> None:
    import docx

    frame = pl.DataFrame(
        {"q": ["yes", "no"] * 40 + ["maybe"] * 3, "g": ["a", "b", "b"] * 27 + ["a"] * 2}
    )
    made = banner(frame, ["q"], ["g"], unweighted=True)
    word = docx.Document(io.BytesIO(document(made)))
    first = next(n for n, p in enumerate(word.paragraphs) if p.style.name == "Heading 1")
    top = [paragraph.text for paragraph in word.paragraphs[:first]]
    notes = dict(top_notes(made))
    assert {"Letters", "Not shown"} <= set(notes)
    for how in notes.values():
        assert any(text.endswith(how) for text in top)
        assert how in made.to_html().split("<nav")[0]
    assert any(text.startswith("Not shown: A figure of fewer than 10 people") for text in top)


def test_groups_are_headed_by_what_the_file_says_of_their_column() -> None:
    frame = pl.DataFrame({"q": ["yes", "no"] * 30, "eth6": ["a", "b", "b"] * 20})
    labels = {"q": "Is it so?", "eth6": "Ethnic group of the parent"}
    made = licet.table(Answers(frame, labels=labels), items=["q"], by=["eth6"], unweighted=True)
    assert "Ethnic group" in made.to_text() and "(eth6)" in made.to_text()
    assert "Ethnic group of the parent" in made.to_html()
    assert json.loads(made.to_json())["labels"] == labels
    assert set(made.frame["by"]) == {"all", "eth6"}
