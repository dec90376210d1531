"""How many people to ask: against enumeration through the interval, simulation and textbook figures."""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy.stats import binom

from licet.licence import Measure, Share, Verdict, judge
from licet.planning import REALISTIC, interviews_needed
from licet.survey.intervals import interval

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
DRAWS = 100_000 if FULL else 20_000


def power(n: int, share: float, baseline: float, level: float = 0.95) -> float:
    """The chance that n people place a true share wholly on its side, by listing every count."""
    counts = np.arange(n + 1)
    low, high = interval(counts / n, float(n), level=level)
    decided = low >= baseline - 1e-12 if share > baseline else high < baseline - 1e-12
    return float(binom.pmf(counts, n, share)[decided].sum())


CELLS = [
    (0.6, 0.5, 0.95),
    (0.7, 0.5, 0.95),
    (0.9, 0.5, 0.95),
    (0.43, 0.5, 0.95),
    (0.28, 0.5, 0.95),
    (0.85, 0.75, 0.95),
    (0.62, 0.75, 0.95),
    (0.6, 0.5, 0.9),
    (1.0, 0.5, 0.95),
    (0.0, 0.5, 0.95),
]


@pytest.mark.parametrize(("share", "baseline", "level"), CELLS)
def test_the_need_is_the_first_base_from_which_power_stays(
    share: float, baseline: float, level: float
) -> None:
    need = interviews_needed(share, baseline, 1.5, level=level)
    assert need.effective is not None and need.interviews is not None
    assert need.interviews == int(np.ceil(need.effective * 1.5))
    if need.effective > 1:
        assert power(need.effective - 1, share, baseline, level) < 0.8
    following = range(need.effective, need.effective + (120 if FULL else 40))
    assert min(power(n, share, baseline, level) for n in following) >= 0.8


@pytest.mark.parametrize(("share", "baseline"), [(0.7, 0.5), (0.3, 0.5), (0.9, 0.75)])
def test_the_need_gives_its_power_in_simulated_surveys(share: float, baseline: float) -> None:
    need = interviews_needed(share, baseline, 1.0)
    assert need.effective is not None
    n, k = need.effective, {0.5: 3, 0.75: 2}[baseline]
    low, high = interval(np.arange(n + 1) / n, float(n))
    wanted = Verdict.GRANTED if share > baseline else Verdict.ABSENT
    cells = [Share(x / n, float(low[x]), float(high[x])) for x in range(n + 1)]
    decided = np.array([judge(Measure(c, None, n, n), k).verdict is wanted for c in cells])
    drawn = np.random.default_rng(11).binomial(n, share, DRAWS)
    slack = 3 * np.sqrt(0.16 / DRAWS)
    assert 0.8 - slack <= decided[drawn].mean() <= 0.92


@pytest.mark.parametrize(("points", "effective"), [(5, 618), (10, 155)])
def test_the_textbook_figures_hold_within_a_tenth(points: int, effective: int) -> None:
    # A one-sided 5 % test of 50 % with power 80 %, by the normal approximation.
    need = interviews_needed(0.5 + points / 100, 0.5, 1.0, level=0.9)
    assert need.effective == pytest.approx(effective, rel=0.1)


def test_the_need_grows_towards_the_line_and_is_the_same_on_both_sides() -> None:
    shares = (0.9, 0.8, 0.7, 0.65, 0.6, 0.57, 0.55)
    needs = [interviews_needed(share, 0.5).interviews or 0 for share in shares]
    assert needs == sorted(needs) and len(set(needs)) == len(needs)
    mirrored = [interviews_needed(round(1 - share, 6), 0.5).effective or 0 for share in shares]
    assert mirrored == pytest.approx([n / 1.5 for n in needs], abs=3)


def test_more_power_a_higher_level_and_a_larger_design_effect_cost_interviews() -> None:
    plain = interviews_needed(0.65, 0.5).interviews or 0
    assert plain < (interviews_needed(0.65, 0.5, power=0.9).interviews or 0)
    assert plain < (interviews_needed(0.65, 0.5, level=0.99).interviews or 0)
    assert plain < (interviews_needed(0.65, 0.5, 2.0).interviews or 0)


@pytest.mark.parametrize("share", [0.5, 0.499, 0.505, -0.1, 1.1])
def test_near_the_line_and_outside_the_possible_no_number_is_realistic(share: float) -> None:
    need = interviews_needed(share, 0.5)
    assert need.effective is None and need.interviews is None


def test_a_realistic_need_never_exceeds_the_limit() -> None:
    for share in np.arange(0.505, 0.53, 0.001):
        need = interviews_needed(round(float(share), 4), 0.5)
        assert need.interviews is None or need.interviews <= REALISTIC


@pytest.mark.parametrize(("percent", "people"), [(43, 294), (38, 100)])
def test_the_noted_needs_of_the_article_are_those_of_an_even_chance(
    percent: int, people: int
) -> None:
    # 1.5 x 1.96^2 x 0.25 / distance^2: the interval ends on the line in half of such surveys.
    even = interviews_needed(percent / 100, 0.5, 1.5, power=0.5)
    assert even.interviews == pytest.approx(people, rel=0.2)
    assert (interviews_needed(percent / 100, 0.5, 1.5).interviews or 0) > 2 * people
