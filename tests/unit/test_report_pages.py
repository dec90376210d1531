"""What all pages share: one head, and tables that say what they hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from licet.instrument.template import template
from licet.report.plans.page import page
from licet.report.questionnaire.page import questionnaire_page
from licet.report.rendering import TEMPLATES
from licet.surveyplan.declaring import plan_of
from licet.surveyplan.outlook import outlook, purchases
from licet.surveyplan.sizing import PlannedSurvey

WHOLE = [path for path in TEMPLATES.glob("*.html") if "{% block main" in path.read_text("utf-8")]


def test_one_template_has_the_head_of_a_page() -> None:
    heads = [p.name for p in TEMPLATES.glob("*.html") if "<html" in p.read_text("utf-8")]
    # letters are printed, and have a head of their own
    assert sorted(heads) == ["base.html", "offer_letter.html", "permission_letters.html"]
    assert len(WHOLE) > 9


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.name)
def test_a_page_is_made_from_it(path: Path) -> None:
    text = path.read_text("utf-8")
    for layout in ("findings.html",):
        if text.startswith(f'{{% extends "{layout}" %}}\n'):
            text = (path.parent / layout).read_text("utf-8") + text
    assert path.name == "base.html" or text.startswith('{% extends "base.html" %}\n')
    for name in ("title", "brand"):
        assert f"{{% block {name}" in text


@pytest.fixture(scope="module")
def plan_page() -> str:
    plan = plan_of({
        "title": "A plan", "interviews": 400, "items": {"a": {"share": 0.6}},
        "groups": {"b": {"share": 0.3}},
    })  # fmt: skip
    return page(PlannedSurvey(outlook(plan), purchases(plan)))


def test_each_table_of_a_plan_says_what_its_figures_are(plan_page) -> None:
    sections = re.findall(r"<section aria-labelledby.*?</section>", plan_page, re.S)
    tables = [section for section in sections if "<table>" in section]
    assert len(tables) == 3
    for section in tables:
        heading = re.search(r"<h2[^>]*>(.*?)</h2>", section)
        caption = re.search(r'<caption><span class="said">(.*?)</span></caption>', section)
        assert heading and caption and caption[1] and caption[1] != heading[1]
        assert '<p class="small">' in section
    assert "To settle: interviews" in plan_page


def test_the_table_of_groups_of_a_questionnaire_has_a_caption() -> None:
    tables = re.findall(
        r"<table.*?</table>", questionnaire_page(template(("police",), (), ())), re.S
    )
    assert tables and all("<caption>" in table for table in tables)
