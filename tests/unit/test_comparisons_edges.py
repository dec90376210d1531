"""Comparisons that cannot be made, and designs whose figures are told another way."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from licet.comparisons import Request, compare
from licet.comparisons.bases import Bases, with_bases
from licet.comparisons.people import _visible
from licet.comparisons.printed import _against_rest
from licet.comparisons.rows import Comparison, Side
from licet.comparisons.rules import usual_batteries
from licet.disclosure.bases import hidden_parts
from licet.disclosure.exchanges import Ground, Need
from licet.disclosure.joined import Joined
from licet.disclosure.linked import Sum
from licet.errors import BadInput
from licet.evidence import DeclaredBattery
from licet.findings import Finding, _settles
from licet.gate import Ruling
from licet.licence import Verdict
from licet.readings import _firm, read
from licet.survey.answers import Answers
from tests import factories
from tests.factories import figure, item
from tests.unit.test_quality import evidence, frame


def test_declared_batteries_go_before_the_usual_ones() -> None:
    names = ("trust:education", "trust:police")
    declared = factories.evidence({(name, "all"): "granted" for name in names},
                                  batteries=(DeclaredBattery(id="b", label="B", items=names),))  # fmt: skip
    assert [(one.id, one.items) for one in usual_batteries(declared)] == [("b", names)]


def test_waves_and_another_fieldwork_are_compared_one_at_a_time() -> None:
    """Three waves of everybody in their own rows: each with the one before, and the last with the first."""
    table = frame().with_columns(wave=pl.Series([1, 2, 3] * 200), who=pl.Series(range(600)))
    asked = Request(wave="wave", person="who")
    with pytest.raises(BadInput, match="waves and another fieldwork at once"):
        compare(evidence(), Answers(table), asked, earlier=(evidence(id="before"), Answers(table)))
    rows = compare(evidence(), Answers(table), asked).of("waves")
    steps = {(row.one.wave, row.other.wave) for row in rows}
    assert steps == {("2", "1"), ("3", "2"), ("3", "1")}


def test_a_group_that_is_everybody_has_no_rest() -> None:
    cells = [figure("trust:police", group, 55, 400) for group in ("all", "lone")]
    reading = read(factories.evidence(figures=cells, items=[item("trust:police")]), None)
    assert _against_rest(reading, "trust:police", "lone", Request(), 10) is None


def test_awareness_that_everybody_answered_keeps_its_bases() -> None:
    side = Side("aware", "all", 0.5, 123)
    row = Comparison("awareness", side, side, 0, 0.1, 9, -0.2, 0.2, 1, about="trust:police")
    some = Bases(frozenset(), frozenset({"aware", "trust:police"}))
    assert with_bases(row, some, some) is row
    assert with_bases(row, Bases(frozenset()), some).one.base == 120, "in tens"


def test_nobody_who_permits_is_told_by_the_counts_alone() -> None:
    counts = np.array([[0, 50, 50]])
    assert _visible(counts, np.ones((1, 100), bool), 10).tolist() == [True]


def test_without_a_threshold_nothing_is_kept_back() -> None:
    hidden, gone = hidden_parts(np.array([[1, 2]]), np.ones((1, 3), bool), [[0]], 0)
    assert not hidden.any() and not gone.any()


def test_a_cell_that_may_not_change_cannot_be_exchanged() -> None:
    ground = Ground(np.array([5, 2, 3]), [Sum(0, (1, 2))])
    among = np.array([False, True, True])
    assert ground.cheapest([Need(0, 5, True)], np.ones(3), among) is None
    assert [*ground.exchanges(np.zeros(3))] == []


def test_no_tables_joined_keep_nothing_back() -> None:
    assert Joined((), ()).protect([]).tolist() == []


def test_what_nobody_judged_settles_nothing() -> None:
    assert not _settles(Finding("trust:police", "all", Verdict.GRANTED, True))


def test_a_ruling_is_one_of_three() -> None:
    with pytest.raises(TypeError, match="a Permit, a Refusal or Undetermined"):
        _ = Ruling.heading.fget(object())  # type: ignore[attr-defined]


def test_a_measure_without_those_who_permit_has_no_firmer_bound() -> None:
    cells = [figure("trust:police", "all", 55, 400, "opposes")]
    reading = read(factories.evidence(figures=cells, items=[item("trust:police")]), None)
    measure = reading.measures["trust:police", "all"]
    assert _firm(measure, None) is measure
