"""What banners and comparisons keep back cannot be had by taking what they show from each other.

Of 367 people 300 are white, 60 Asian and 7 Black; three groups that share nobody. The 7 may not be
shown, and so neither may the 60: everybody less both would be the 7.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from licet.chapters.banners import banner
from licet.comparisons import Comparisons, Request, compare
from licet.groups import Group
from licet.readings import Settings
from tests.compared import people

SIZES = {"white": 300, "asian": 60, "black": 7}
RACE = [group for group, size in SIZES.items() for _ in range(size)]
ANSWERS = (["yes", "no"] * len(RACE))[: len(RACE)]
EXPRESSIONS = {name: f'g == "{name}"' for name in SIZES}


@pytest.mark.parametrize("form", ["groups", "by"])
def test_a_banner_keeps_back_what_would_tell_a_small_group(form: str) -> None:
    frame = pl.DataFrame({"q": ANSWERS, "g": RACE})
    how = {"groups": EXPRESSIONS} if form == "groups" else {}
    made = banner(frame, ["q"], ["g"] if form == "by" else [], unweighted=True, **how)
    (question,) = made.questions
    places = {column.label: place for place, column in enumerate(made.columns)}
    for name, shown in {"Total": True, "white": True, "asian": False, "black": False}.items():
        place = places[name]
        assert {cells[place].shown for cells in question.cells} == {shown}, name
        assert (question.bases[place].people is not None) == shown, name
    compared = made.comparisons.select("first", "second").to_series().to_list()
    assert not {"asian", "black"} & set(compared)


def contrasts(threshold: int = 10) -> Comparisons:
    evidence, answers = people(q1=ANSWERS, q2=ANSWERS[::-1], g=RACE, h=RACE)
    groups = tuple(Group(name, name, when) for name, when in EXPRESSIONS.items())
    asked = Request(pairs=(("white", "asian"),))
    return compare(
        evidence.model_copy(update={"groups": groups}),
        answers,
        asked,
        settings=replace(Settings(), threshold=threshold),
    )


@pytest.mark.parametrize("sort", ["rest", "line", "groups"])
def test_comparisons_keep_back_what_would_tell_a_small_group(sort: str) -> None:
    rows = contrasts().of(sort)  # type: ignore[arg-type]
    told = [row for row in rows if {row.one.group, row.other.group} & {"asian", "black"}]
    assert told and not any(row.shown for row in told)
    assert not any(row.family for row in told), "nor do they count among the tests"
    assert any(row.shown for row in contrasts(0).of(sort)), "it is the threshold that does it"  # type: ignore[arg-type]


def test_a_battery_of_what_is_kept_back_is_kept_back() -> None:
    shown = {row.group: row.shown for row in contrasts().batteries}
    assert not shown["asian"] and not shown["black"]
