"""Net benefit as dcurves tells it, closed forms for flags, harm counted by hand."""

from __future__ import annotations

import csv
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.score.benefit import Benefit, benefit, net_benefit, thresholds_of
from licet.audit.score.calibration import calibration, chances_of
from licet.audit.score.challengers import Challenger, challengers
from tests.audit.dcurves.make_people import text
from tests.audit.scores import compas_people, drawn_people, made

HERE = Path(__file__).parent / "dcurves"
EXACT = 1e-12


@pytest.fixture(scope="module")
def dcurves() -> dict[tuple[str, float], float]:
    with (HERE / "benefits.csv").open(encoding="utf-8") as lines:
        return {
            (row["model"], round(float(row["threshold"]), 6)): float(row["net_benefit"])
            for row in csv.DictReader(lines)
        }


@pytest.fixture(scope="module")
def found() -> Benefit:
    score, simple, y = np.loadtxt(HERE / "people.csv", delimiter=",", skiprows=1).T
    people = made(y, score, probability=True)
    return benefit(people, [Challenger("simple", "simple", simple, True)], draws=200)


def test_dcurves_people_come_out_of_their_recipe() -> None:
    assert (HERE / "people.csv").read_text(encoding="utf-8") == text()


@pytest.mark.skipif(
    "LICET_DCURVES" not in os.environ,
    reason="no dcurves 1.1.7. Next: name a Python that has it in LICET_DCURVES",
)
def test_the_benefits_come_out_of_dcurves(tmp_path: Path) -> None:
    for name in ("people.csv", "ask_dcurves.py"):
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    subprocess.run(
        [os.environ["LICET_DCURVES"], tmp_path / "ask_dcurves.py"], check=True, capture_output=True
    )
    assert (tmp_path / "benefits.csv").read_bytes() == (HERE / "benefits.csv").read_bytes()


def test_net_benefit_is_that_of_dcurves(
    found: Benefit, dcurves: dict[tuple[str, float], float]
) -> None:
    assert len(found.overall.curve) == 9
    for worth in found.overall.curve:
        for model, estimate in (
            ("score", worth.score), ("simple", worth.best), ("all", worth.everybody)
        ):  # fmt: skip
            assert estimate.value == pytest.approx(dcurves[model, worth.threshold], abs=EXACT)
        assert worth.score_less_best.value == pytest.approx(
            dcurves["score", worth.threshold] - dcurves["simple", worth.threshold], abs=EXACT
        )


def test_at_a_half_the_flags_are_the_score(
    found: Benefit, dcurves: dict[tuple[str, float], float]
) -> None:
    """Flags were given from a half on."""
    assert found.overall.curve[-1].flag.value == pytest.approx(dcurves["score", 0.5], abs=EXACT)
    assert found.best == "simple"


def test_harm_by_hand() -> None:
    """40 people: 6 rightly flagged, 4 wrongly, 2 missed, 28 rightly left alone."""
    y = np.repeat([1, 0, 1, 0], [6, 4, 2, 28])
    flag = np.repeat([1, 1, 0, 0], [6, 4, 2, 28])
    one = benefit(made(y, None, flag), draws=200).overall
    assert one.false_alarms.value == pytest.approx(4 / 6)
    assert one.wrongly_flagged.value == pytest.approx(100) and one.missed.value == pytest.approx(50)
    assert one.pays_from.value == pytest.approx(2 / 30) and one.pays_to.value == pytest.approx(0.6)
    assert one.harm_ratio == pytest.approx(4 / 6)
    assert one.curve == (), "8 with the outcome are too few for a curve"
    assert one.wrongly_flagged.low < 100 < one.wrongly_flagged.high


@given(st.tuples(*[st.integers(1, 40)] * 4))
def test_flags_pay_between_two_thresholds(counts: tuple[int, int, int, int]) -> None:
    tp, fp, fn, tn = counts
    n = sum(counts)
    start, end = fn / (fn + tn), tp / (tp + fp)
    for t in np.linspace(0.01, 0.99, 99):
        flags = net_benefit(tp, fp, n, t)
        everybody = net_benefit(tp + fn, fp + tn, n, t)
        if abs(t - end) > 1e-9:
            assert (flags > 0) == (t < end)
        if abs(t - start) > 1e-9:
            assert (flags > everybody) == (t > start)


def test_nobody_wrongly_flagged_is_not_known_to_be_nobody() -> None:
    """Of 60, none wrongly flagged: no draw shows any; the exact interval goes to 3.6 / 60."""
    y = np.repeat([1, 0], [20, 40])
    one = benefit(made(y, None, y), draws=200).overall
    assert one.wrongly_flagged.value == 0 and one.wrongly_flagged.low == 0
    assert one.wrongly_flagged.high == pytest.approx(1000 * (1 - 0.025 ** (1 / 60)), rel=1e-6)
    assert one.false_alarms.value == 0 and one.false_alarms.high > 0


def test_harm_by_group_and_what_groups_add_up_to() -> None:
    people = drawn_people(2000)
    found = benefit(people, draws=200)
    north, south = found.groups
    both = north.wrongly_flagged.value * north.n + south.wrongly_flagged.value * south.n
    assert both / 2000 == pytest.approx(found.overall.wrongly_flagged.value)
    assert len(north.curve) == len(south.curve) == 9
    assert not found.mapped and found.best == "" and np.isnan(found.overall.curve[0].best.value)


def test_small_groups_say_nothing() -> None:
    people = drawn_people(300, groups={"few": np.arange(300) < 20})
    few = benefit(people, draws=200).groups[0]
    assert not few.missed.known and few.curve == () and few.n == 20


def test_the_best_challenger_is_that_of_the_greatest_mean_benefit() -> None:
    people = drawn_people(3000)
    rng = np.random.default_rng(1)
    worse = np.clip(people.score + rng.normal(0, 0.3, 3000), 0, 1)
    better = Challenger("other", "other scale", 10 * people.score - 3)  # no chance: it is made one
    found = benefit(people, [Challenger("worse", "worse", worse, True), better], draws=200)
    assert (found.best, found.label) == ("other", "other scale")
    assert all(abs(w.score_less_best.value) < 0.01 for w in found.overall.curve)


def test_differences_are_paired() -> None:
    people = drawn_people(2000)
    near = Challenger("near", "near", np.clip(people.score + 0.01, 0, 1), True)
    for worth in benefit(people, [near], draws=400).overall.curve:
        assert worth.score_less_best.se < 0.5 * worth.score.se


def test_the_mean_over_the_range_is_paired_too(found: Benefit) -> None:
    curve, mean = found.overall.curve, found.overall.mean
    assert mean is not None and np.isnan(mean.threshold)
    for name in ("flag", "score", "best", "score_less_best", "flag_less_everybody"):
        each = [getattr(worth, name) for worth in curve]
        one = getattr(mean, name)
        assert one.value == pytest.approx(np.mean([e.value for e in each]), abs=EXACT)
        assert one.low < one.value < one.high
        assert one.se < np.mean([e.se for e in each]), "thresholds do not all move together"


def test_only_people_whom_both_could_score_are_compared() -> None:
    people = drawn_people(1000)
    late = np.where(np.arange(1000) < 400, np.nan, people.score)
    assert benefit(people, [Challenger("late", "late", late, True)], draws=200).overall.n == 600


def test_one_harm_is_one_threshold() -> None:
    people = drawn_people(300)
    plan = people.plan.model_copy(
        update={"harm": people.plan.harm.model_copy(update={"least": 0.2, "most": 0.2})}
    )
    assert thresholds_of(replace(people, plan=plan)).tolist() == [0.2]


def test_compas_at_a_half(shared: Path) -> None:
    """Facts, section 1: .1084, as dcurves. False alarms per true hit: 1282 / 2035."""
    people = compas_people(shared, challengers={"two": ("age", "priors_count")})
    found = benefit(people, challengers(people).challengers, chances=chances_of(people), draws=400)
    assert round(found.overall.curve[-1].score.value, 4) == 0.1084
    assert found.overall.false_alarms.value == pytest.approx(1282 / 2035)
    assert found.overall.curve[-1].score_less_best.high < 0, "two numbers do more good"
    assert found.mapped and calibration(people, draws=200).mapped
