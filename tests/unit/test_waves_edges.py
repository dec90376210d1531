"""What two waves say of items and groups that only one of them has, and of figures nobody can know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import nan

import polars as pl
import pytest

from licet.comparisons.fieldworks import compare_fieldworks
from licet.comparisons.rules import Request
from licet.errors import BadInput
from licet.evidence import Collapse, DesignDeclaration
from licet.groups import Group
from licet.licence import Verdict
from licet.readings import Settings, read
from licet.survey.answers import Answers
from licet.waves import Wave, follow, follow_panel
from licet.waves.changes import change, changes_with_bases, independent_changes, verdict_in
from licet.waves.matching import _group_differences, item_differences, match
from licet.waves.panel import _literal, panel_readings
from tests.factories import figure, item
from tests.unit.test_quality import evidence, frame
from tests.unit.test_waves import printed

TODAY = date(2026, 11, 30)


def test_what_only_the_later_wave_has_stands_apart_with_what_would_join_it() -> None:
    first = printed(2021, items=[item("trust:education"), item("trust:police")])
    other = item("trust:education").model_copy(update={"id": "schools"})
    names = ("trust:education", "trust:health", "schools")
    later = printed(
        2026,
        items=[item("trust:education"), item("trust:health"), other],
        figures=[figure(name, "new", 55, 2000) for name in names],
    )
    apart = {one.name: one.differences[0] for one in match(first, later, ()).apart}
    assert apart["trust:health"] == "the earlier wave did not ask it"
    assert "about the same subject it asked trust:education" in apart["schools"]
    assert apart["new"] == "the earlier wave has no such group"


def test_items_differ_by_subject_and_by_options_that_only_one_wave_knows() -> None:
    old, new = item("trust:education"), item("trust:police")
    scale = Collapse(permits=("Yes",), opposes=("No",))
    asked = old.model_copy(update={"collapse": scale, "options": ("Yes", "No")})
    one, two = printed(2021), printed(2026)
    said = [*item_differences(old, new, one, two), *item_differences(asked, old, one, two)]
    assert "about another subject: trust:education, then trust:police" in said
    assert any("the options of wave-2026 are not known" in text for text in said)
    assert any("wave-2021 are not known" in text for text in item_differences(old, asked, one, two))


def test_groups_differ_by_expression_and_by_having_one() -> None:
    told = [
        *_group_differences(Group("g", "G", "age < 30"), Group("g", "G", "age < 25")),
        *_group_differences(Group("g", "", "age < 30"), Group("g", "", "")),
    ]
    assert told == ["defined as age < 30, then age < 25",
                    "one of them is printed without a definition"]  # fmt: skip


def test_waves_of_what_is_not_there_are_refused() -> None:
    for asked, said in (({"items": ["trust:polce"]}, "unknown item 'trust:polce'"),):
        with pytest.raises(BadInput, match=said):
            follow([Wave(printed(2021)), Wave(printed(2026))], today=TODAY, **asked)
    with pytest.raises(BadInput, match="printed figures have no waves"):
        follow_panel(Wave(printed(2021)), "wave", None, today=TODAY)
    with pytest.raises(BadInput, match="names no wave"):
        _literal(date(2026, 1, 1))


def test_what_one_wave_alone_measured_is_not_comparable() -> None:
    reading = read(printed(2021), None)
    assert verdict_in(reading, "trust:education", "nobody") is Verdict.NOT_MEASURED
    assert independent_changes(reading, reading, [], [], 10) == []
    nothing = change("a", "b", ("trust:education", "all"), (Verdict.GRANTED, None), None)
    assert nothing.why == "not measured in both waves"
    assert list(changes_with_bases([nothing], [], [], [])) == [nothing]


def test_a_change_of_unknown_uncertainty_is_not_comparable() -> None:
    row = compare_fieldworks(read(printed(2026), None), read(printed(2021), None))[0]
    found = change(
        "a", "b", ("trust:education", "all"), (Verdict.GRANTED,) * 2, replace(row, low=nan)
    )
    assert (found.status, found.why) == (
        "not comparable",
        "the uncertainty of the change is not known",
    )


def test_items_named_by_id_or_by_what_they_are_about_are_compared_as_asked() -> None:
    one = read(printed(2026), None)
    renamed = item("trust:education").model_copy(update={"id": "schools"})
    figures = [figure("schools", "all", 55, 2000)]
    other = read(printed(2021, items=[renamed], figures=figures), None)
    rows = compare_fieldworks(one, other)
    assert [(row.one.item, row.other.item) for row in rows] == [("trust:education", "schools")]
    assert compare_fieldworks(one, other, Request(items=("trust:police",))) == []


def test_a_panel_whose_design_names_its_clusters_needs_no_column_of_people() -> None:
    design = DesignDeclaration(unweighted=True, psu="who")
    declared = evidence(design=design)
    rows = pl.concat([frame(), frame(seed=2)]).with_columns(
        wave=pl.Series([1] * 600 + [2] * 600), who=pl.Series([*range(600), *range(600)])
    )
    found = panel_readings(declared, Answers(rows), "wave", None, Settings())
    assert list(found) == ["1", "2"]
