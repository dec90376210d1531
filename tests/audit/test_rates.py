"""Rates and gaps by group: the published figures, draws against plain loops, and small cases."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta

from licet.audit.groups.rates import MEASURES, GroupRates, group_rates
from licet.audit.people import GroupKey, People
from licet.audit.standing import Standing, Tolerance
from licet.errors import BadInput
from tests.audit.planned import compas, frame, read

FLAGGED = {"outcome": "y", "flag": "flag"}
COMPAS = {
    "columns": {"outcome": "two_year_recid", "flag": "flag"},
    "flagged": {},
    "by": ("race", "sex"),
    "reference": {"race": "Caucasian"},
}


def key(people: People, group: str) -> GroupKey:
    return next(one for one in people.keys if one.group == group)


def counted(cells: dict[str, tuple[int, int, int, int]], **columns: list[object]) -> pl.DataFrame:
    """People by group from (tp, fp, fn, tn)."""
    rows = [
        (group, y, flag)
        for group, numbers in cells.items()
        for number, (y, flag) in zip(numbers, [(1, 1), (0, 1), (1, 0), (0, 0)], strict=True)
        for _ in range(number)
    ]
    return pl.DataFrame(rows, schema=["g", "y", "flag"], orient="row").with_columns(**columns)


def rates(data: pl.DataFrame, draws: int = 400, **changes: object) -> tuple[People, GroupRates]:
    declared = {"columns": FLAGGED, "flagged": {}, "by": ("g",), **changes}
    people = read(data, **declared)
    return people, group_rates(people, draws=draws)


@pytest.fixture(scope="module")
def judged(shared: Path) -> tuple[People, GroupRates]:
    people = read(compas(shared), **COMPAS)
    return people, group_rates(people, draws=2000, seed=1)


PUBLISHED = [
    (None, (2035, 1282, 1216, 2681), "32.35", "37.40", ".614", ".451"),
    ("African-American", (1369, 805, 532, 990), "44.85", "27.99", ".630", ".514"),
    ("Caucasian", (505, 349, 461, 1139), "23.45", "47.72", ".591", ".394"),
]


@pytest.mark.parametrize(("group", "counts", "fpr", "fnr", "ppv", "base"), PUBLISHED)
def test_compas_to_the_printed_digits(
    judged: tuple[People, GroupRates], group: str | None, counts: tuple[int, ...],
    fpr: str, fnr: str, ppv: str, base: str,
) -> None:  # fmt: skip
    people, found = judged
    one = key(people, group) if group else None
    assert found.counts[one] == (*counts, 0)
    value = {name: found.rate(one, name).estimate.value for name in MEASURES}
    assert (f"{100 * value['fpr']:.2f}", f"{100 * value['fnr']:.2f}") == (fpr, fnr)
    assert (f"{value['ppv']:.3f}"[1:], f"{value['base']:.3f}"[1:]) == (ppv, base)
    assert found.rate(one, "fpr").counts == (counts[1], counts[1] + counts[3])


def test_compas_is_unequal_in_both_errors(judged: tuple[People, GroupRates]) -> None:
    people, found = judged
    for group in ("African-American", "Caucasian"):
        for measure in ("fpr", "fnr"):
            gap = found.gap(key(people, group), measure)
            assert gap.standing(Tolerance(-0.05, 0.05)) is Standing.FAIL
            assert gap.p_adjusted < 0.001


def plain_draws(data: pl.DataFrame, draws: int) -> np.ndarray:
    """FPR and FNR of African-Americans and of others, and their differences: one loop over rows."""
    y, flag = data["two_year_recid"].to_numpy(), data["flag"].to_numpy()
    inside = (data["race"] == "African-American").to_numpy()
    rng = np.random.default_rng(77)
    found = np.empty((draws, 4))
    for row in found:
        picked = rng.integers(0, len(y), len(y))
        a, b, c = y[picked], flag[picked], inside[picked]
        fpr, other = b[c & (a == 0)].mean(), b[~c & (a == 0)].mean()
        fnr, its = 1 - b[c & (a == 1)].mean(), 1 - b[~c & (a == 1)].mean()
        row[:] = fpr, fnr, fpr - other, fnr - its
    return found


def test_intervals_are_those_of_a_plain_loop_over_rows(
    judged: tuple[People, GroupRates], shared: Path
) -> None:
    """Percentiles of two bootstraps differ by their own noise: about .1 standard errors each."""
    people, found = judged
    one = key(people, "African-American")
    plain = plain_draws(compas(shared), 2000)
    ours = [
        found.rate(one, "fpr").estimate,
        found.rate(one, "fnr").estimate,
        found.gap(one, "fpr").difference,
        found.gap(one, "fnr").difference,
    ]
    for estimate, column in zip(ours, plain.T, strict=True):
        low, high = np.percentile(column, [2.5, 97.5])
        assert estimate.se == pytest.approx(column.std(), rel=0.06)
        assert estimate.low == pytest.approx(low, abs=0.25 * estimate.se)
        assert estimate.high == pytest.approx(high, abs=0.25 * estimate.se)


def test_families_are_drawn_together() -> None:
    """Four alike in each family: errors twice as wide as those of single people; as in a plain loop."""
    data = frame(400, 3).with_columns(flag=(pl.col("score") > 0.45).cast(pl.Int8), g="town")
    four = pl.concat([data.with_columns(family=pl.col("id"))] * 4)
    four = four.with_columns(g=pl.col("town"))
    people, alone = rates(four, draws=2000)
    people, families = rates(four, draws=2000, columns={**FLAGGED, "cluster": "family"})
    north = key(people, "North")
    for measure in ("fpr", "fnr", "flag"):
        one, other = alone.gap(north, measure).difference, families.gap(north, measure).difference
        assert one.value == other.value
        assert other.se == pytest.approx(2 * one.se, rel=0.1)
    rng = np.random.default_rng(4)
    y, flag, inside = (four[name].to_numpy().reshape(4, 400) for name in ("y", "flag", "g"))
    drawn = []
    for _ in range(2000):
        picked = rng.integers(0, 400, 400)
        a, b, c = y[0][picked], flag[0][picked], inside[0][picked] == "North"
        drawn.append(b[c & (a == 0)].mean() - b[~c & (a == 0)].mean())
    assert families.gap(north, "fpr").difference.se == pytest.approx(np.std(drawn), rel=0.06)


def test_people_of_unknown_outcome_stand_in_the_flag_rate_only() -> None:
    data = counted({"a": (40, 40, 40, 40), "b": (40, 60, 40, 60)})
    data = pl.concat(
        [
            data,
            pl.DataFrame(
                {"g": ["a"] * 60, "y": [None] * 60, "flag": [1] * 30 + [0] * 30}, schema=data.schema
            ),
        ]
    )
    people, found = rates(data)
    a = key(people, "a")
    assert found.counts[a] == (40, 40, 40, 40, 60)
    assert found.rate(a, "flag").counts == (110, 220)
    assert found.rate(a, "fpr").counts == (40, 80)
    assert found.rate(a, "base").counts == (80, 160)
    assert found.rate(None, "base").counts == (160, 360)


def test_the_rest_are_people_of_known_membership() -> None:
    data = counted({"a": (40, 40, 40, 40), "b": (40, 60, 40, 60), "": (40, 90, 40, 10)})
    data = data.with_columns(pl.col("g").replace("", None))
    people, found = rates(data)
    a, b = key(people, "a"), key(people, "b")
    assert found.gap(a, "fpr").difference.value == pytest.approx(0)
    assert found.rate(None, "fpr").counts == (190, 300)
    assert found.gap(b, "fpr").difference.n == 80, "of the smaller side"


def test_overlapping_groups_each_have_their_rest() -> None:
    data = counted({"a": (40, 40, 40, 40), "b": (40, 60, 40, 20), "c": (40, 10, 40, 70)})
    groups = [
        {"id": "ab", "expression": 'g in ["a", "b"]'},
        {"id": "bc", "expression": 'g in ["b", "c"]'},
    ]
    people, found = rates(data, by=(), groups=groups)
    assert found.gap(key(people, "ab"), "fpr").difference.value == pytest.approx(
        100 / 160 - 10 / 80
    )
    assert found.gap(key(people, "bc"), "fpr").difference.value == pytest.approx(70 / 160 - 40 / 80)


def test_weights_count_people_as_often_as_they_stand_for() -> None:
    data = counted({"a": (40, 40, 40, 40), "b": (40, 60, 40, 60)})
    weight = np.where(data["flag"] == 1, 3.0, 1.0)
    people, found = rates(
        data.with_columns(w=pl.Series(weight)), columns={**FLAGGED, "weight": "w"}
    )
    a = found.rate(key(people, "a"), "fpr")
    assert a.estimate.value == pytest.approx(120 / 160) and a.counts == (40, 80)
    assert found.gap(key(people, "a"), "fpr").ratio.value == pytest.approx(1)


def test_people_who_stand_for_nobody_are_not_counted() -> None:
    data = counted({"a": (40, 40, 40, 40), "b": (40, 60, 40, 60)}).with_columns(w=1.0)
    more = pl.concat([data, data.head(30).with_columns(w=0.0)])
    people, found = rates(more, columns={**FLAGGED, "weight": "w"})
    assert found.counts[key(people, "a")] == (40, 40, 40, 40, 0)


def test_few_cases_have_exact_intervals() -> None:
    """Draws cannot show what did not happen: nobody wrongly flagged of forty is not 0 for sure."""
    people, found = rates(counted({"a": (40, 0, 40, 40), "b": (100, 60, 100, 60)}))
    none = found.rate(key(people, "a"), "fpr").estimate
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(beta.ppf(0.975, 1, 40))
    few = found.rate(key(people, "a"), "flag").estimate
    assert few.low == pytest.approx(np.percentile(found_draws(120, 1 / 3), 2.5), abs=0.02)
    gap = found.gap(key(people, "a"), "fpr")
    assert gap.difference.se > 0.02 and gap.band[0] <= gap.difference.low < gap.difference.high < 0
    assert gap.ratio.value == gap.ratio.low == 0 < gap.ratio.high < 1


def found_draws(number: int, share: float) -> np.ndarray:
    return np.random.default_rng(1).binomial(number, share, 20_000) / number


def test_families_shorten_the_base_of_few_cases() -> None:
    data = counted({"a": (40, 0, 40, 40), "b": (100, 60, 100, 60)})
    data = data.with_row_index("family").with_columns(pl.col("family") // 2)
    people, found = rates(data, columns={**FLAGGED, "cluster": "family"})
    assert found.rate(key(people, "a"), "fpr").estimate.high == pytest.approx(
        beta.ppf(0.975, 1, 20)
    )


def test_weights_shorten_the_base_of_few_cases() -> None:
    """Half stand for three, half for one: Kish leaves 32 of 40."""
    data = counted({"a": (40, 0, 40, 40), "b": (100, 60, 100, 60)})
    data = data.with_row_index("w").with_columns(pl.col("w") % 2 * 2.0 + 1.0)
    people, found = rates(data, columns={**FLAGGED, "weight": "w"})
    assert found.rate(key(people, "a"), "fpr").estimate.high == pytest.approx(
        beta.ppf(0.975, 1, 32)
    )


def test_a_gap_is_not_known_where_either_side_is_small() -> None:
    people, found = rates(counted({"a": (40, 5, 40, 20), "b": (100, 60, 100, 60)}))
    gap = found.gap(key(people, "a"), "fpr")
    assert not gap.difference.known and not gap.ratio.known and isnan(gap.p_adjusted)
    assert gap.standing(Tolerance(-0.5, 0.5)) is Standing.UNDETERMINED
    assert (
        gap.family == 0
        and isnan(gap.smallest_found)
        and isnan(gap.times_to_settle(Tolerance(-1, 1)))
    )
    assert found.rate(key(people, "a"), "fpr").estimate.known
    assert not found.gap(key(people, "b"), "fpr").difference.known, "its rest is the small one"
    assert found.gap(key(people, "a"), "fnr").difference.known


def test_the_reference_is_compared_with_nobody() -> None:
    data = counted({"a": (40, 40, 40, 40), "b": (40, 60, 40, 60), "c": (40, 60, 40, 30)})
    people, found = rates(data, reference={"g": "b"})
    against = [
        gap.key.group for gap in found.gaps if gap.versus == "reference" and gap.measure == "fpr"
    ]
    assert against == ["a", "c"]
    gap = found.gap(key(people, "c"), "fpr", "reference")
    assert gap.difference.value == pytest.approx(60 / 90 - 60 / 120) and gap.family == 2
    assert gap.ratio.value == pytest.approx(4 / 3)
    with pytest.raises(KeyError):
        found.gap(key(people, "b"), "fpr", "reference")


def test_everybody_alone_has_rates_and_no_gaps() -> None:
    _, found = rates(counted({"a": (40, 40, 40, 40)}), by=())
    assert len(found.rates) == len(MEASURES) and not found.gaps


def test_the_plan_says_draws_and_seed() -> None:
    people, found = rates(counted({"a": (40, 40, 40, 40), "b": (40, 60, 40, 60)}), draws=200)
    assert found == group_rates(people, draws=200, seed=people.plan.seed)
    assert found == group_rates(people), "the plan has 200 draws"
    assert found != group_rates(people, seed=8)


GROUPS = [{"id": "a", "expression": 'g == "a"'}, {"id": "b", "expression": 'g == "b"'}]


def test_declared_groups_without_cases_are_refused_all_at_once() -> None:
    data = counted({"a": (0, 4, 0, 4), "b": (4, 0, 4, 0), "c": (40, 40, 40, 40)})
    with pytest.raises(BadInput) as refused:
        rates(data, by=(), groups=GROUPS)
    said = [fault.what for fault in refused.value.faults]
    assert said == [
        "not both outcomes are in the group 'a' of group",
        "not both outcomes are in the group 'b' of group",
    ]


def test_a_level_without_cases_is_refused_only_where_many_were_to_be_expected() -> None:
    small = counted({"a": (0, 20, 0, 20), "c": (40, 40, 40, 40)})
    people, found = rates(small)
    assert isnan(found.rate(key(people, "a"), "fnr").estimate.value)
    assert not found.gap(key(people, "a"), "fnr").difference.known
    with pytest.raises(BadInput, match="not both outcomes are in the group 'a' of g"):
        rates(counted({"a": (0, 60, 0, 60), "c": (40, 40, 40, 40)}))


def test_nothing_known_is_said_of_nobody_flagged() -> None:
    people, found = rates(counted({"a": (0, 0, 40, 40), "b": (0, 0, 60, 40)}))
    ppv = found.rate(key(people, "a"), "ppv")
    assert isnan(ppv.estimate.value) and isnan(ppv.estimate.low) and ppv.counts == (0, 0)
    ratio = found.gap(key(people, "a"), "flag").ratio
    assert isnan(ratio.value) and not ratio.known
    assert found.gap(key(people, "a"), "flag").difference.value == 0
