"""Waves of one panel and two fieldworks: people are counted once, variances of two samples add."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import polars as pl
import pytest

from licet.comparisons import (
    Request,
    compare,
)
from licet.comparisons.fieldworks import satterthwaite
from licet.errors import BadInput
from licet.readings import read
from licet.survey.answers import Answers
from tests import factories as make
from tests.compared import bundled, panel, row, small


def test_a_wave_against_the_last_counts_people_once() -> None:
    """The change of one person is 0 or 1: its variance over 60 people, not that of two samples."""
    evidence, answers = panel(60)
    found = compare(evidence, answers, Request(wave="wave", person="who"))
    change = row(found, "q1", "all", "waves")
    assert change.value == pytest.approx(5 / 60)
    assert change.se == pytest.approx(sqrt((5 / 60) * (55 / 60) / 59))
    assert change.df == 59 and (change.one.wave, change.other.wave) == ("2", "1")
    assert {r.one.wave for r in found.of("rest")} == {"2"}
    assert {r.family_size for r in found.of("waves")} <= {0, 1, 2, 3}


def test_a_panel_without_a_word_on_who_is_who_is_refused() -> None:
    evidence, answers = panel()
    with pytest.raises(BadInput, match="which rows are one person"):
        compare(evidence, answers, Request(wave="wave"))


def test_a_single_wave_is_none() -> None:
    evidence, answers = panel()
    with pytest.raises(BadInput, match="1 wave"):
        compare(
            evidence,
            Answers(answers.frame.with_columns(wave=pl.lit("1"))),
            Request(wave="wave", person="who"),
        )


def test_two_fieldworks_add_their_variances() -> None:
    evidence, answers = small(40, 30)
    before, earlier = small(60, 20)
    found = compare(evidence, answers, earlier=(before, earlier))
    one = read(evidence, answers).measures["q1", "in"]
    other = read(before, earlier).measures["q1", "in"]
    result = row(found, "q1", "in", "fieldworks")
    assert (
        one.se is not None and other.se is not None and one.df is not None and other.df is not None
    )
    assert result.value == pytest.approx(0.75 - 20 / 60)
    assert result.se == pytest.approx(sqrt(one.se**2 + other.se**2))
    assert result.df == pytest.approx(satterthwaite(one.se**2, one.df, other.se**2, other.df))


def test_degrees_of_freedom_of_two_samples() -> None:
    """Welch (1947): equal variances and sizes give the sum of both; print has no end of them."""
    assert satterthwaite(2.0, 10, 2.0, 10) == pytest.approx(20)
    assert satterthwaite(1.0, 10, 0.0, 5) == pytest.approx(10)
    assert satterthwaite(1.0, inf, 1.0, inf) == inf
    assert satterthwaite(1.0, 0, 1.0, 5) == 0


def test_answers_against_printed_figures_of_the_same_items() -> None:
    found = compare(*bundled("parents-2020"), earlier=bundled("town/evidence/parents-2021"))
    result = row(found, "trust_police", "all", "fieldworks")
    assert abs(result.value) < 0.01 and np.isfinite(result.df)


def test_fieldworks_with_nothing_in_common_are_refused() -> None:
    evidence, answers = small()
    with pytest.raises(BadInput, match="share no item"):
        compare(
            evidence,
            answers,
            earlier=(make.evidence({("reason:offer_unasked", "all"): "granted"}), None),
        )
