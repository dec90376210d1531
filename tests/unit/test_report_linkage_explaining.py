"""Why rows are one person, in words: every answer that can be given, on the screen and as a page."""

from __future__ import annotations

import copy

import pytest

from licet.report.linkage.explaining import explanation_page, explanation_text, summary
from tests.unit.test_report_linkage import hostile

PERSON, OTHER = "p" + "0" * 24, "p" + "1" * 24
ABOUT = {"use": "early-help", "title": "Early help", "run": "20261130-abc", "officer": "Early help, team 2",
         "day": "2026-11-30", "synthetic": True, "line": 4.25}  # fmt: skip


def pair(**changed):
    fields = {"given": "gara", "family": "miwn", "birth": "1994-06-03", "house": "22"}
    found = {
        **ABOUT, "kind": "pair", "same_person": True, "kept": 13.2, "blocks": [["birth", "given"]], "reviews": [],
        "rows": [{"row": "education/1", "feed": "education", "person": PERSON, "fields": fields},
                 {"row": "health/7", "feed": "health", "person": PERSON, "fields": {**fields, "nhs": "999 000 0000"}}],
        "score": {"start": -8.9, "total": 13.2, "probability": 0.99989, "steps": [
            {"comparison": "given", "level": "Exact match on given", "weight": 4.9, "rarity": -0.1, "missing": False},
            {"comparison": "birth", "level": "Exact match on date of birth", "weight": 17.2, "rarity": 0.0, "missing": False},
            {"comparison": "nhs", "level": "", "weight": 0.0, "rarity": 0.0, "missing": True}]},
        "path": [{"first": "education/1", "second": "health/7", "weight": 13.2, "reviewed": False}],
    }  # fmt: skip
    return copy.deepcopy({**found, **changed})


def person(**changed):
    found = {
        **ABOUT, "kind": "person", "person": PERSON, "rows": pair()["rows"],
        "edges": [{"first": "education/1", "second": "health/7", "weight": 13.2, "reviewed": False, "bridge": True}],
        "weakest": {"first": "education/1", "second": "health/7", "weight": 13.2, "reviewed": False},
        "households": [{"household": "h1", "from": None, "source": "education", "others": [OTHER]}],
        "relationships": [{"person": OTHER, "kind": "guardian", "other": PERSON}],
        "earlier": [{"run": "20261001-old", "persons": [{"person": OTHER, "rows": ["education/1"]}], "new": 1},
                    {"run": "20260901-old", "persons": [], "new": 2}],
        "reviews": [{"first": "education/1", "second": "health/7", "link": "must", "reviewer": "reviewer 7",
                     "at": "2026-11-01T09:00:00Z", "reason": ""}],
    }  # fmt: skip
    return copy.deepcopy({**found, **changed})


def parted():
    rows = pair()["rows"]
    rows[1]["person"] = OTHER
    return rows


OVER = [{"first": "education/1", "second": "early_years/3", "weight": 9.0, "reviewed": False},
        {"first": "early_years/3", "second": "health/7", "weight": None, "reviewed": True}]  # fmt: skip
ANSWERS = [
    # what is changed in the pair, and what is said of it
    ({}, f"They are one person, {PERSON}, by this edge itself."),
    ({"path": OVER}, "The strongest way between them goes over early_years/3."),
    (
        {"same_person": False, "path": [], "rows": parted()},
        "although they are alike: a reviewer's word",
    ),
    (
        {"same_person": False, "path": [], "rows": parted(), "line": 20.0},
        f"They are two persons, {PERSON} and {OTHER}.",
    ),
    ({"blocks": []}, "They did not meet in any block"),
    ({"line": 20.0}, "below the line of 20 bits"),
]


@pytest.mark.parametrize(("changed", "said"), ANSWERS)
def test_the_answer_on_two_rows(changed, said):
    assert said in " ".join(summary(pair(**changed)))


def test_a_person_is_explained_with_all_that_is_known():
    said = " ".join(summary(person()))
    for part in (
        "hold together by 1 edge; 1 of them is a bridge",
        "The weakest link that is needed is education/1 and health/7 (+13.2 bits)",
        "Household h1, with 1 other person, by education.",
        f"In the run 20261001-old these rows were {OTHER} (1); 1 row is new since.",
        "In the run 20260901-old none of these rows was there.",
    ):
        assert part in said, part
    text = explanation_text(person())
    assert "guardian" in text and "reviewer 7" in text
    alone = person(rows=pair()["rows"][:1], edges=[], weakest=None, households=[], earlier=[])
    assert list(summary(alone)) == [
        "It is one row. No other row that was let in is surely of the same person.",
        "Whoever these rows are of can take their yes back by the id of a row, also without a letter: "
        "licet permission withdraw education/1 --use early-help",
    ]


@pytest.mark.parametrize("found", [pair(), person(), pair(path=OVER)])
def test_who_looks_is_named_and_data_are_marked(found):
    page, text = explanation_page(found), explanation_text(found)
    for told in (page, " ".join(text.split())):
        assert "PERSONAL DATA, shown to Early help, team 2 on 30 November 2026" in told
        assert "SYNTHETIC" in told
    assert max(map(len, text.split("\n"))) <= 80
    assert "SYNTHETIC" not in explanation_page({**found, "synthetic": False})


def test_a_missing_value_says_nothing_and_is_no_bar():
    page = explanation_page(pair())
    assert "missing in one of them" in page
    chart = page.partition("<svg")[2].partition("</svg>")[0]
    assert "NHS" not in chart and "+13.2" in chart


@pytest.mark.parametrize("found", [pair(), person()])
def test_hostile_texts_are_escaped(found):
    fixed = {name: found[name] for name in ("kind", "day")}
    told = {**hostile(found), **fixed}
    for home in told.get("households", []):
        home["from"] = None
    for told_text in (explanation_page(told), explanation_text(told)):
        assert "\u202e" not in told_text and "\x1b" not in told_text
    assert "<script" not in explanation_page(told)
