"""Shares of pairs, their two intervals, and groups against the rest."""

from __future__ import annotations

import numpy as np
import pytest

from licet.audit.linked.measured import ENOUGH, MEASURES, Measured, measured
from licet.audit.linked.rows import LinkedRows, families
from licet.audit.linked.totals import pair_totals
from licet.audit.people import GroupKey
from licet.survey.intervals import interval


def twos(
    wrong: np.ndarray, group: np.ndarray, people: int = 1, seed: int = 3, draws: int = 400
) -> Measured:
    """Families of so many people with two rows each. wrong: families all of whose matches are missed."""
    number = len(wrong)
    family = np.repeat(np.arange(number), 2 * people)
    person = np.repeat(np.arange(number * people), 2)
    first = np.arange(len(person)) % 2 == 0
    found = np.where(first & wrong[family], person + number * people, person)
    keys = (GroupKey("g", "a", "a"), GroupKey("g", "b", "b"))
    member = np.stack([group[family] == place for place in (0, 1)], axis=1).astype(np.int8)
    rows = LinkedRows(found, person, family, np.full(len(family), np.nan), keys=keys, member=member)
    totals = pair_totals(rows, families(rows))
    return measured(totals, totals.drawn(draws, seed))


def planted(share: float, of: int) -> np.ndarray:
    """As many of so many families as the share says, spread evenly."""
    found = np.zeros(of, bool)
    found[np.linspace(0, of - 1, round(share * of)).astype(int)] = True
    return found


def test_every_measure_is_a_share_of_counts() -> None:
    wrong = np.zeros(500, bool)
    wrong[:50] = True
    said = twos(wrong, np.arange(500) % 2)
    missed, recall = said.rate("missed"), said.rate("recall")
    assert missed is not None and recall is not None
    assert missed.estimate.value == 0.1 and missed.counts == (50, 500) and missed.seen == 50
    assert recall.estimate.value == 0.9
    f1 = said.rate("f1")
    assert f1 is not None and f1.estimate.value == pytest.approx(2 * 450 / (500 + 450))
    assert {rate.measure for rate in said.rates} == {one.id for one in MEASURES}


def test_where_families_fail_whole_the_interval_is_that_of_families() -> None:
    """Four people of a family fail together: the base is families, not pairs."""
    said = twos(planted(0.1, 400), np.zeros(400, int), people=4, draws=2000)
    rate = said.rate("missed")
    assert rate is not None and rate.estimate.n == 1600 and rate.families == 400
    low, high = (float(end) for end in interval(0.1, 400))
    assert rate.estimate.low == pytest.approx(low, abs=0.006)
    assert rate.estimate.high == pytest.approx(high, abs=0.006)
    naive = rate.naive[1] - rate.naive[0]
    assert rate.estimate.high - rate.estimate.low > 1.8 * naive


def test_nothing_wrong_is_no_proof_of_nothing() -> None:
    """Without a fault no draw strays; every family then counts as one try."""
    said = twos(np.zeros(200, bool), np.zeros(200, int), people=5)
    rate = said.rate("missed")
    assert rate is not None and rate.estimate.value == 0 and rate.estimate.low == 0
    assert rate.estimate.high == pytest.approx(float(interval(0.0, 200)[1]))
    assert rate.estimate.high > rate.naive[1]


def test_a_planted_gap_is_found_and_said_for_all_groups_at_once() -> None:
    group = np.arange(4000) % 2
    wrong = np.zeros(4000, bool)
    wrong[group == 0] = planted(0.05, 2000)
    wrong[group == 1] = planted(0.12, 2000)
    said = twos(wrong, group)
    (gap,) = (one for one in said.gaps if one.measure == "missed" and one.key.group == "b")
    assert gap.difference.value == pytest.approx(0.07)
    assert gap.enough and gap.band[0] > 0 and gap.p < 0.05
    assert gap.band[0] < gap.difference.low and gap.band[1] > gap.difference.high
    assert gap.smallest_found == pytest.approx(
        (gap.band[1] - gap.difference.value) + 0.8416 * gap.difference.se, rel=1e-3
    )


@pytest.mark.parametrize(("inside", "enough"), [(ENOUGH - 1, False), (ENOUGH, True)])
def test_few_pairs_are_insufficient(inside: int, enough: bool) -> None:
    group = np.zeros(2000, int)
    group[:inside] = 1
    said = twos(planted(0.1, 2000), group)
    (gap,) = (one for one in said.gaps if one.measure == "missed" and one.key.group == "b")
    assert gap.enough is enough
    assert np.isnan(gap.p) is not enough


def test_the_rest_must_be_large_enough_too() -> None:
    group = np.ones(2000, int)
    group[:20] = 0
    said = twos(planted(0.1, 2000), group)
    assert not any(gap.enough for gap in said.gaps if gap.measure == "missed")


def test_the_seed_alone_decides() -> None:
    wrong, group = planted(0.1, 400), np.arange(400) % 2
    one, two, other = (twos(wrong, group, seed=seed).rate("missed") for seed in (1, 1, 2))
    assert one == two
    assert one is not None and other is not None and one.estimate.se != other.estimate.se


def test_everybody_in_one_family_says_nothing() -> None:
    """One unit has no spread: the interval is everything."""
    family = np.zeros(40, int)
    person = np.repeat(np.arange(20), 2)
    found = person.copy()
    found[:6:2] += 100
    rows = LinkedRows(found, person, family, np.full(40, np.nan))
    totals = pair_totals(rows, families(rows))
    rate = measured(totals, totals.drawn(100, 1)).rate("missed")
    assert rate is not None and rate.estimate.value == pytest.approx(0.15)
    assert rate.estimate.low < 0.03 and rate.estimate.high > 0.9


def test_no_pair_at_all_is_not_known() -> None:
    rows = LinkedRows(np.arange(5), np.arange(5), np.arange(5), np.full(5, np.nan))
    totals = pair_totals(rows, families(rows))
    rate = measured(totals, totals.drawn(100, 1)).rate("missed")
    assert rate is not None and np.isnan(rate.estimate.value) and not rate.estimate.known
