"""What audits make of the rare: nobody, too few, too many at once, and groups that cannot be told apart."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isnan, nan

import numpy as np
import polars as pl
import pytest

from licet.audit.beyond import link_errors, link_weights
from licet.audit.beyond.outside import _check_groups, _without
from licet.audit.drawing.cells import collapse
from licet.audit.drawing.draws import units_from
from licet.audit.forecast import _leaks, looked_into_only
from licet.audit.groups.others import others_of, with_others
from licet.audit.groups.relative_risk import _ratio as relative
from licet.audit.groups.small_names import nameless
from licet.audit.input.cellvalues import days, numbers, words
from licet.audit.input.flagging import tie_words
from licet.audit.input.population import Count, FrameRow, Population
from licet.audit.input.reading_groups import held
from licet.audit.input.written import day_format
from licet.audit.interrupted import quasi_poisson
from licet.audit.linked.breakdowns import household_sizes
from licet.audit.linked.rows import grouped
from licet.audit.over_representation import _ratio, _standing, share_ratio
from licet.audit.score.calibration import grid_of
from licet.audit.score.venn_abers import width_of
from licet.audit.standing import Estimate, Standing, Tolerance
from licet.errors import BadInput
from tests.audit import judged
from tests.audit.planned import frame, plan, read


def test_columns_of_huge_numbers_are_put_together_all_the_same() -> None:
    wide = np.array([0, 2**40, 2**40])
    found = collapse([wide, wide * 2**20 // 2**20, wide], np.ones(3))
    assert sorted(found.weight.tolist()) == [1.0, 2.0]


def test_units_with_numbers_far_apart_are_found_by_sorting() -> None:
    found = units_from(np.array([5, 10**12, 5]), np.zeros(3, np.int64), 3)
    assert found.number == 2 and found.of_row[0] == found.of_row[2] != found.of_row[1]


def test_outcomes_by_lot_are_seen_by_their_arms() -> None:
    people = read()
    assert looked_into_only(replace(people, arm=np.zeros(len(people), np.int8)))
    assert repr(people) == "People(400 of the plan 'early-help-score')"


def test_a_score_too_good_is_no_warning_of_few_people() -> None:
    found = judged.findings(rates=None)
    assert _leaks(found) == []
    assert _leaks(replace(found, skill=None)) == []


def test_groups_of_another_audit_come_beside_the_own() -> None:
    """By column as far as it is still there, by expression as it was declared; both with their counts."""
    data = frame(age=pl.Series([20, 50] * 200))
    declared = plan(by=["town"])
    people = read(data, by=["town"])
    asked = [
        {"by": ["town", "gone"], "groups": [{"group": "young", "expression": "age < 30"}]},
        {"groups": [{"group": "lost", "expression": "gone == 1"}]},
        {"by": ["age"]},
    ]
    found = with_others(people, declared, data, asked)
    assert {(key.by, key.group) for key in found.others} == {
        ("group", "young"), ("age", "20"), ("age", "50")}  # fmt: skip
    told = {one.levels: sum(one.counts) for one in others_of(found)}
    assert set(told.values()) == {200}
    assert ((("\x01group young: age < 30"), "in"),) in told
    assert with_others(people, declared, data, []) is people


def test_names_of_few_are_told_nowhere_nor_in_the_frame() -> None:
    data = frame(town=pl.Series(["North"] * 397 + ["Tiny"] * 3))
    people = read(data, by=["town"])
    rows = {("town", name): FrameRow("town", name, Count(many, many))
            for name, many in (("North", 400), ("Tiny", 3))}  # fmt: skip
    renamed, population = nameless(people, Population(rows), 10)
    assert {key.group for key in renamed.keys} == {"North", "fewer than 10 people (1)"}
    assert population is not None and ("town", "Tiny") not in population.rows
    ruled = read(data, by=["town"], groups=[{"id": "old", "expression": "age > 40"}])
    assert "old" in {key.group for key in nameless(ruled, None, 10)[0].keys}


def test_cells_that_are_no_plain_values_are_refused_by_what_they_are() -> None:
    made = pl.DataFrame({"list": [[1]], "day": [None], "text": ["x"], "flag": [True]})
    made = made.with_columns(day=pl.Series([0], dtype=pl.Date))
    for call, column, said in (
        (numbers, "day", "holds dates"), (numbers, "list", "holds no plain values"),
        (days, "flag", "no plain values"), (words, "list", "no plain values"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            call(made, column)
    assert day_format(pl.Series(["", None])) == ""


def test_ties_are_told_by_the_rule_and_without_small_numbers() -> None:
    assert tie_words((40, 20), "lot", 10).endswith(
        "20 of them are flagged (drawn by lot, with the plan's seed)."
    )
    assert "20 of them" not in tie_words((40, 35), "none", 10)
    assert tie_words((40, 40), "all", 10).endswith("40 of them are flagged (all of them).")


def test_an_expression_that_names_no_column_holds_for_everybody() -> None:
    assert held("1 == 1", frame(3), "groups").tolist() == [1, 1, 1]


def test_what_nobody_could_be_asked_is_refused() -> None:
    with pytest.raises(BadInput, match="the column is empty"):
        read(
            frame().with_columns(id=pl.lit(None)),
            columns={"outcome": "y", "score": "score", "person": "id"},
        )
    nothing = frame().with_columns(y=pl.when(pl.col("score") > 0.5).then(pl.col("y")),
                                   score=pl.when(pl.col("score") <= 0.5).then(pl.col("score")))  # fmt: skip
    with pytest.raises(BadInput, match="nobody has both"):
        read(nothing)
    for changes, said in (({"by": ["town", "town"]}, "named twice"),
                          ({"by": ["group"], "groups": [{"id": "a", "expression": "age > 1"}]}, "called 'group'")):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            plan(**changes)


def test_a_regression_needs_columns_that_are_independent_and_may_end_early(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    X = np.column_stack([np.ones(6), np.arange(6.0)])
    y = np.array([5.0, 6, 8, 9, 11, 14])
    assert quasi_poisson(X[:, [0, 0]], y, np.zeros(6), ["a", "b"], [0] * 6) is None
    monkeypatch.setattr("licet.audit.interrupted.MOST_STEPS", 1)
    fit = quasi_poisson(X, y, np.zeros(6), ["a", "b"], [0] * 6)
    assert fit is not None and fit.df == 4


def test_a_ratio_without_a_figure_or_a_spread_is_not_known() -> None:
    assert isnan(relative(np.array([nan, 0.0]), np.eye(2), 1, 0.95, 5).value)
    flat = relative(np.array([0.0, 0.0]), np.full((2, 2), nan), 1, 0.95, 5)
    assert flat.value == 1.0 and isnan(flat.low)
    assert isnan(share_ratio((3, 10), (0, 10)).value)


def test_a_share_within_bounds_gives_a_ratio_within_bounds() -> None:
    found = _ratio(20, 100, 0.1, 0.2, 1000)
    assert isnan(found.value) and found.low < 1.0 and found.high > 2.0
    assert _ratio(20, 100, 0.0, 0.2, 1000).high == inf
    assert _standing(Estimate(nan), Tolerance(0.8, 1.25)) is Standing.UNDETERMINED


def test_groups_of_the_data_that_the_frame_does_not_count_are_named() -> None:
    people = read(by=["town"])
    rows = {("town", "Nrth"): FrameRow("town", "Nrth", Count(9, 9))}
    with pytest.raises(BadInput, match="does not count the group 'North'") as caught:
        _check_groups(people, Population(rows))
    assert "'Nrth' may be meant" in str(caught.value)


def test_everybody_but_a_group_has_both_counts_less() -> None:
    every = FrameRow("all", "all", Count(100, 100), Count(10, 12))
    part = FrameRow("town", "North", Count(30, 40), Count(2, 3))
    rest = _without(every, part)
    assert rest is not None and (rest.people, rest.outcome) == (Count(60, 70), Count(7, 10))
    no_outcome = _without(replace(every, outcome=None), part)
    assert no_outcome is not None and no_outcome.outcome is None
    assert _without(None, part) is None


def test_a_curve_of_nobody_is_read_off_nowhere() -> None:
    grid, reach = grid_of(np.zeros(0))
    assert np.isnan(grid).all() and isnan(reach)
    assert isnan(width_of(np.zeros(0), np.zeros(0), np.zeros(0)))


def test_sizes_of_households_are_those_of_rows_where_the_truth_tells_none() -> None:
    facts = pl.DataFrame({"person": [1, 2, 3], "household": [1, 1, None]})
    assert household_sizes(facts).to_list() == ["2", "2", None]


def test_a_column_that_is_crossed_already_is_not_crossed_again() -> None:
    levels = {"a x b": (np.zeros(1, np.int64), ("1",)), "c": (np.zeros(1, np.int64), ("1",))}
    with pytest.raises(BadInput, match="is crossed"):
        grouped(levels, [("a x b", "c")])


def test_no_more_rows_are_tried_than_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    people = read()
    for module, called in ((link_errors, link_errors._rows), (link_weights, link_weights._rows)):
        monkeypatch.setattr(module, "MOST_ROWS", 50)
        some = called(replace(people, link_probability=np.ones(len(people))))
        assert len(set(some.tolist())) == 50 and (np.diff(some) > 0).all()
    nobody = replace(people, link_probability=np.full(len(people), np.nan))
    assert link_weights.link_weights(nobody) is None
    assert link_errors.sentences([]) == ()
