"""The page: whole, self-contained, and safe whatever people call their groups."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from licet.licence import Consensus, Verdict
from licet.report.charts.intervals import MARKS, panels
from licet.report.definitions import WORDS
from licet.report.ruling.data import document
from licet.report.ruling.page import page
from licet.report.ruling.wording import NOT_LEGAL_ADVICE, share_text, visible
from tests.unit.test_report_cases import NASTY, every_case, example, granted, nasty, unfit


class Seen(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, k, v) for k, v in attrs]

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", list(every_case()))
def test_nothing_comes_from_outside_and_nothing_runs(name):
    text = page(every_case()[name])
    seen = Seen(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(
        seen.tags
    )
    for tag, key, value in seen.attributes:
        assert not key.startswith("on"), (tag, key)
        assert key not in ("src", "srcset", "style"), (tag, key)
        if key == "href":
            assert value.startswith("#")
    style = text.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    ids = [v for _, k, v in seen.attributes if k == "id"]
    assert len(ids) == len(set(ids))
    targets = [v[1:] for _, k, v in seen.attributes if k == "href"]
    assert set(targets) <= set(ids)


@pytest.mark.parametrize("name", list(every_case()))
def test_every_table_has_a_caption_and_scoped_heads(name):
    text = page(every_case()[name])
    for table in re.findall(r"<table[^>]*>.*?</table>", text, re.S):
        assert "<caption>" in table
        assert all('scope="' in head for head in re.findall(r"<th[^e][^>]*>", table))


def test_labels_are_shown_and_never_run():
    text = page(nasty())
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert NASTY.split()[0] in Seen(text).text
    assert "{{ 7*7 }}" in Seen(text).text


def test_the_page_begins_with_the_ruling_and_what_to_do():
    text = Seen(page(example("early-help-wide"))).text
    assert "NOT PERMITTED: Early help with police records, run by a company (Licet)" in text
    assert "Drop police and the company; then ask each family." in text
    assert text.count(NOT_LEGAL_ADVICE) == 2


@pytest.mark.parametrize("name", ["early-help", "health-housing"])
def test_every_figure_of_the_full_matrix_is_on_the_page(name):
    assessment = example(name, "synthetic")
    text = Seen(page(assessment)).text
    for item in document(assessment)["matrix"]:
        assert item["wording"] in text
        for cell in item["cells"]:
            assert cell["figure"] in text


def test_synthetic_evidence_is_marked_on_top_in_the_title_and_at_every_table_of_figures():
    text = page(example("early-help", "synthetic"))
    assert "<title>SYNTHETIC: " in text
    assert 'class="banner">SYNTHETIC' in text
    tables = re.findall(r"<table[^>]*>.*?</table>", text, re.S)
    plain = [t for t in tables if "SYNTHETIC: no person gave these answers." not in t]
    captions = [re.search(r"<caption>(.*?)</caption>", table, re.S)[1] for table in plain]
    assert [caption.split(".")[0] for caption in captions] == [
        "Questions",
        "What the use says, and what people were asked",
    ]
    assert "SYNTHETIC" not in page(example("early-help"))
    assert "Example only" in page(example("early-help"))
    assert 'banner"' not in page(granted())


def test_hidden_figures_are_not_on_the_page():
    assessment = example("immigration", "synthetic")
    text = Seen(page(assessment)).text
    reading = assessment.readings[0]
    shown = {c["figure"] for i in document(assessment)["matrix"] for c in i["cells"]}
    for measure in reading.measures.values():
        if not visible(measure, 10):
            figure = share_text(measure.shown, 0.5)
            assert figure in shown or figure not in text


def test_every_verdict_and_consensus_is_explained():
    words = {word for word, _ in WORDS}
    assert {str(v) for v in Verdict} <= words
    consensus = dict(WORDS)["Consensus"]
    assert all(str(c) in consensus for c in Consensus)


def test_evidence_that_does_not_count_is_named():
    text = Seen(page(unfit())).text
    assert "Does not count: It asked adults in US" in text
    assert "No evidence counts for this use." in text


def test_a_chart_for_each_item_with_words_for_every_mark():
    data = document(example("early-help-wide"))
    found = panels(data)
    assert [p.title for p in found] == [r["label"] for r in data["requirements"]]
    police = next(p for p in found if p.title == "Police")
    assert "Black parents, decides: 28 % [13, 48] absent" in police.description
    assert police.svg.count("<rect") == 1
    assert 'role="img"' in police.svg
    assert "Share who are against" in found[-1].svg
    assert set(MARKS) == {str(v) for v in Verdict} - {"not measured"}


def test_charts_are_well_formed_whatever_the_labels():
    from xml.dom.minidom import parseString

    for assessment in (nasty(), unfit(), example("early-help-wide", "synthetic")):
        for panel in panels(document(assessment)):
            drawing = parseString(panel.svg)
            assert not drawing.getElementsByTagName("script")
            assert drawing.getElementsByTagName("title")[0].firstChild.data == panel.title
