"""Weighting refuses margins, files of margins and recipes that say nothing sensible, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.errors import BadInput
from licet.files.margins import parse_margins, read_margins
from licet.survey.answers import Answers
from licet.weighting.margins import Margin, align
from licet.weighting.recipe import Recipe, weigh
from licet.weighting.trimming import Trim
from tests.weights import SIX_PEOPLE


@pytest.mark.parametrize(
    ("margins", "said", "place", "todo"),
    [
        ([("age", {"young": 4, "odl": 2})], "'old' of the answers (3 people)", "age", "'odl'"),
        ([("age", {"young": 4, "odl": 2})], "nobody in the answers", "category 'odl'", "'old'"),
        ([("age", {"young": 4})], "'old' of the answers (3 people) is not in", "age", "add it"),
        ([("age", {"young": 4, "old": 2, "baby": 1})], "nobody", "'baby'", "join it"),
        ([("age", {"young": 6, "old": 0})], "target is 0, but 3 people", "'old'", "correct"),
        ([("aeg", {"young": 4, "old": 2})], "unknown column 'aeg'", "aeg", "'age'"),
        ([("house", {"1": 4, "2": 2})], "1 people have no value", "house", "category"),
        (
            [("age", {"young": 4, "old": 2}), ("sex", {"male": 3, "female": 5})],
            "adds up to 8 people, margin 'age' to 6",
            "sex",
            "correct the counts",
        ),
        ([("age", {"young": 3, "old": 3})] * 2, "given twice", "age", ""),
        ([("age * sex", {"young * female": 3, "old * female": 3})], "'old * male'", "age", "add"),
    ],
)
def test_margins_that_do_not_fit_the_answers_are_refused(
    margins: list[tuple[str, dict[str, float]]], said: str, place: str, todo: str
) -> None:
    made = [Margin(name, tuple(rows), tuple(rows.values())) for name, rows in margins]
    with pytest.raises(BadInput) as caught:
        align(SIX_PEOPLE, made, np.ones(6))
    hits = [f for f in caught.value.faults if said in f.what]
    assert hits and place in hits[0].where and todo in hits[0].todo


def test_faults_of_all_margins_are_told_at_once() -> None:
    made = [Margin("aeg", ("a",), (1.0,)), Margin("sex", ("male", "femal"), (3.0, 3.0))]
    with pytest.raises(BadInput) as caught:
        align(SIX_PEOPLE, made, np.ones(6))
    said = str(caught.value)
    for part in ("unknown column 'aeg'", "'female' of the answers", "'femal'", "to 1"):
        assert part in said


@pytest.mark.parametrize(
    ("rows", "unit", "said"),
    [
        ({"a": -1.0, "b": 2.0}, "count", "-1 is no count"),
        ({"a": float("nan")}, "count", "nan is no count"),
        ({"a": 0.0}, "count", "add up to 0"),
        ({"a": 0.5, "b": 0.4}, "share", "add up to 0.9"),
        ({"a": 50.0, "b": 50.0}, "share", "percent"),
        ({}, "count", "no categories"),
    ],
)
def test_a_margin_that_says_nothing_sensible_does_not_come_to_be(
    rows: dict[str, float], unit: Any, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        Margin("m", tuple(rows), tuple(rows.values()), unit)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("margin,category,share\n", "no margins"),
        ("margin,categry,share\na,b,1\n", "'category' is missing"),
        ("margin,category\na,b\n", "no column of targets"),
        ("margin,category,share,count\na,b,1,1\n", "share"),
        ("margin,category,share\na,b,x\n", "'x' is no share"),
        ("margin,category,share\na,,1\n", "the category is empty"),
        ("margin,category,share\na,b,0.5\na,b,0.5\n", "stands there twice"),
        ("margin,category,share\na,b\n", "2 cells"),
        ("margin,category,percent\na,b,60\na,c,50\n", "add up to 1.1"),
        ("margin,category,count\na*b,x,60\n", "'x' has 1 parts"),
    ],
)
def test_bad_files_of_margins_are_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_margins(text.encode(), Path("margins.csv"))
    assert said in str(caught.value) and "margins.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "not named"),
        ({"weight": "w", "equal": True}, "several of them"),
        ({"weight": "w", "margins": ()}, "nothing is to be done"),
        ({"weight": "w", "cells": ("age",)}, "not who answered"),
        ({"weight": "w", "method": "rakng"}, "unknown method 'rakng'"),
        ({"weight": "w", "bounds": (0.5, 2)}, "bounds with raking"),
        ({"weight": "w", "method": "linear", "trim": Trim(3)}, "trimming with another method"),
        ({"probability": "w"}, "chance of being drawn"),
        ({"weight": "W2"}, "unknown column"),
        ({"weight": "w", "respondents": "aged == 1"}, "unknown column 'aged'"),
        ({"weight": "w", "respondents": "w > 1", "cells": ("aeg",)}, "unknown column 'aeg'"),
    ],
)
def test_recipes_that_cannot_be_followed_are_refused(how: dict[str, Any], said: str) -> None:
    margins = (Margin("age", ("young", "old"), (0.5, 0.5), "share"),)
    frame = pl.DataFrame({"age": ["young", "old"], "w": [2.0, 3.0]})
    with pytest.raises(BadInput, match=said):
        weigh(frame, Recipe(**({"margins": margins} | how)))


INF = float("inf")


@pytest.mark.parametrize(
    "trimming",
    [
        {"times": 1.0},
        {"least": -1},
        {"least": 3, "most": 2},
        {"times": INF},
        {"least": INF},
        {"most": INF},
    ],
)
def test_bounds_that_are_none_are_refused(trimming: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        Trim(**trimming)  # type: ignore[arg-type]


def test_missing_marks_of_a_file_are_no_category(tmp_path: Path) -> None:
    answers = Answers(
        pl.DataFrame({"age": ["young", "old", "Refused"]}),
        missing={"age": frozenset({"Refused"})},
    )
    margin = Margin("age", ("young", "old"), (1.0, 1.0))
    with pytest.raises(BadInput, match="1 people have no value"):
        weigh(answers.without_missing(), Recipe(equal=True, margins=(margin,)))
    (tmp_path / "m.csv").write_text("margin,category,count\nage,young,1\n")
    assert read_margins(tmp_path / "m.csv")[0].name == "age"
