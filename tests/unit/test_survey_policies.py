"""Lonely units and replicate weights with declared degrees of freedom, by every way to a standard error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from licet.errors import BadInput
from licet.survey.answers import Answers
from licet.survey.declaring import _whole
from licet.survey.design import Design, declare_design
from licet.survey.estimates import Outcome, estimate
from licet.survey.independence import _effects
from licet.survey.matrix import domains_by_mask, matrix, question
from licet.survey.replicates import Replicates
from licet.survey.shares import shares
from licet.survey.totals import Column, Grouping

ANSWER = np.array([1.0, 0, 1, 1, 0, 1, 0])
STRATA = pl.Series("s", [1, 1, 1, 2, 2, 2, 3])
UNITS = pl.Series("p", [1, 2, 3, 4, 5, 6, 7])
COLUMN = Column(ANSWER.astype(np.int64), 2)
GROUPS = Grouping(np.array([0, 1, 0, 1, 0, 1, 0]), np.eye(2, dtype=bool))


def design(policy: str, units: bool = True) -> Design:
    return declare_design(None, STRATA, UNITS if units else None, size=7, lonely_psu=policy)  # type: ignore[arg-type]


@pytest.mark.parametrize("units", [True, False])
def test_the_mean_variance_stands_in_for_a_lonely_stratum(units: bool) -> None:
    """Of three strata one is lonely: the variance of the others, taken as a mean, is 3 / 2 times theirs."""
    usual, average = (
        estimate(design(policy, units), [Outcome("a", ANSWER)], np.ones((1, 7), bool)).se[0]
        for policy in ("remove", "average")
    )
    assert average == pytest.approx(usual * 1.5**0.5)


def test_the_same_where_every_person_has_a_score() -> None:
    """With calibrated weights errors come from people one by one; without margins nothing is explained."""
    found = {}
    for policy in ("remove", "average"):
        made = replace(design(policy), calibration=Nothing())
        found[policy] = shares(made, [COLUMN], [GROUPS], [(1, 2)])
    assert found["average"].se[0] == pytest.approx(found["remove"].se[0] * 1.5**0.5)
    one = estimate(made, [Outcome("a", ANSWER)], np.ones((1, 7), bool)).se[0]
    assert one == pytest.approx(found["average"].se[0, 1])


class Nothing:
    """A calibration that explains nothing."""

    def residuals(self, scores: np.ndarray) -> np.ndarray:
        return scores


def test_only_lonely_strata_have_no_mean() -> None:
    alone = declare_design(None, pl.Series([1, 2]), pl.Series([1, 2]), size=2, lonely_psu="average")
    assert np.isnan(
        estimate(alone, [Outcome("a", np.array([1.0, 0.0]))], np.ones((1, 2), bool)).se[0]
    )


def test_degrees_of_freedom_are_those_declared_else_the_rank_less_one() -> None:
    weights = np.ones((400, 4)) + np.eye(4)[np.arange(400) % 4]
    answers = Column(np.arange(400) % 3 % 2, 2)
    for df, wanted in ((2.0, 2.0), (None, 3.0)):
        ready = Replicates(weights, np.full(4, 0.25), "JKn", df=df)
        made = replace(declare_design(None, size=400), replicates=ready)
        assert shares(made, [answers]).df[0, 0] == wanted
        found = estimate(made, [Outcome("a", np.ones(400))], np.ones((1, 400), bool))
        assert found.df[0] == wanted


def test_factors_are_no_replicate_weights() -> None:
    with pytest.raises(BadInput, match=r"sums to 0\.01 times the weights"):
        _whole(("r1", "r2"), np.ones((10, 2)), np.full(10, 100.0))


def test_items_without_answers_and_nets_of_options_nobody_gave_are_refused() -> None:
    answers = Answers(
        pl.DataFrame({"q": [None, None], "p": ["a", "b"]}, schema_overrides={"q": pl.String})
    )
    with pytest.raises(BadInput, match="no valid answer"):
        question(answers, "q")
    with pytest.raises(BadInput, match="unknown option 'c'"):
        question(answers, "p", {"both": ("a", "c")})


def test_wilson_intervals_are_on_the_effective_base() -> None:
    """Wilson's printed interval of 50 in 100: 0.4038 to 0.5962."""
    answers = Answers(pl.DataFrame({"q": ["a", "b"] * 50}))
    domains = domains_by_mask({})
    made = matrix(
        declare_design(None, size=100), [question(answers, "q")], domains, method="wilson"
    )
    row = next(made.iter_rows(named=True))
    assert (row["low"], row["high"]) == pytest.approx((0.4038, 0.5962), abs=0.002)


def test_effects_of_a_table_without_a_direction_are_unknown() -> None:
    """Everybody is in one of nine cells: nothing is seen in most directions."""
    alone = np.zeros((3, 3))
    alone[0, 0] = 1.0
    assert np.isnan(_effects(alone, np.eye(9), 10)).all()
