"""Comparisons of the article's printed figures, against figures from outside the code."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from licet.comparisons import (
    Comparison,
    Request,
    compare,
)
from licet.comparisons.printed import rest_of
from licet.readings import Settings
from tests.compared import article, battery, bundled, row

TABLES = ("reason_", "trust_")


def test_the_rest_comes_from_the_printed_total() -> None:
    """Black x police: 28 % of 42, 49 % of 843, so (843 x 49 - 42 x 28) / 801 of the rest."""
    found = row(article(), "trust_police", "black")
    rest = (843 * 0.49 - 42 * 0.28) / 801
    se = sqrt(1.5 * (0.28 * 0.72 / 42 + rest * (1 - rest) / 801))
    assert found.other.share == pytest.approx(rest) and found.other.base == 801
    assert found.value == pytest.approx(0.28 - rest) and found.se == pytest.approx(se)
    assert found.p == pytest.approx(2 * norm.sf((rest - 0.28) / se))
    assert found.df == inf
    # Both printed figures may be half a point out, times 843 / 801.
    assert found.rounding == pytest.approx(0.01 * 843 / 801)


def test_four_of_45_comparisons_of_the_article_reach_five_percent() -> None:
    """Worked out by hand in the project's notes: Black x police (-22, p .01), Black x unasked (-21,
    p .02), younger x targeting (-13), higher x abuse (+6); about two are expected by chance."""
    rows = [r for r in article().of("rest") if r.one.item.startswith(TABLES)]
    assert len(rows) == 45 and {r.family_size for r in rows} == {45}
    found = {
        (r.one.group, r.one.item): (round(100 * r.value), round(r.p, 2)) for r in rows if r.p < 0.05
    }
    assert found == {
        ("black", "trust_police"): (-22, 0.01),
        ("black", "reason_unasked"): (-21, 0.02),
        ("younger", "reason_target"): (-12, 0.03),
        ("higher_oqi", "reason_abuse"): (6, 0.01),
    }
    # -12.5 to one decimal; the notes round it away from 0.
    assert 100 * row(article(), "reason_target", "younger").value == pytest.approx(-12.5, abs=0.01)


def test_what_is_appreciable_in_the_article() -> None:
    """Of the four, rounding hides whether +6.2 (out by up to 1.5) is as much as five points."""
    rows = [r for r in article().of("rest") if r.one.item.startswith(TABLES) and r.appreciably]
    assert {(r.one.group, r.one.item, r.appreciably) for r in rows} == {
        ("black", "trust_police", "lower"),
        ("black", "reason_unasked", "lower"),
        ("younger", "reason_target", "lower"),
    }


def _line(prefixes: tuple[str, ...]) -> list[Comparison]:
    items = [
        i.id for i in bundled("town/evidence/parents-2021")[0].items if i.id.startswith(prefixes)
    ]
    found = compare(*bundled("town/evidence/parents-2021"), Request(items=tuple(items)))
    return list(found.of("line"))


def test_over_54_cells_8_of_table_3_are_kept_and_holm_keeps_two() -> None:
    """Score test at deff 1.5. The notes: BH keeps the 8 firm cells of Table 3, Holm immigration x all
    and x higher."""
    rows = _line(TABLES)
    assert len(rows) == 54 and {r.family_size for r in rows} == {54}
    third = [r for r in rows if r.one.item.startswith("trust_")]
    assert {(r.one.item, r.one.group) for r in third if r.p_benjamini_hochberg <= 0.05} == {
        ("trust_social_work", "all"),
        ("trust_police", "black"),
        *(
            ("trust_immigration", g)
            for g in ("all", "higher_oqi", "black", "lone", "younger", "hh5plus")
        ),
    }
    assert {(r.one.item, r.one.group) for r in third if r.p_holm <= 0.05} == {
        ("trust_immigration", "all"),
        ("trust_immigration", "higher_oqi"),
    }


def test_over_table_3_alone_bh_keeps_six_and_holm_two() -> None:
    rows = _line(("trust_",))
    assert len(rows) == 30
    assert sum(r.p_benjamini_hochberg <= 0.05 for r in rows) == 6
    assert sum(r.p_holm <= 0.05 for r in rows) == 2


def test_the_family_decides_and_is_named() -> None:
    by_kind = compare(*bundled("town/evidence/parents-2021"), Request(family="kind"))
    sizes = {r.kind: r.family_size for r in by_kind.of("rest") if r.stance == "permits"}
    assert sizes["trust"] == 25 and sizes["reason"] == 20
    assert all("trust" in r.family for r in by_kind.of("rest") if r.kind == "trust")


def test_black_parents_are_lower_on_nine_of_nine_items() -> None:
    """Mean over the five services -13.5 points; p .03 to .09 for correlations of .3 to .7."""
    trust, both = (battery(article(), name, "black") for name in ("trust", "licence"))
    assert {u.leaning.lower for u in both.under} == {9} and {
        u.leaning.items for u in both.under
    } == {9}
    assert 100 * trust.value == pytest.approx(-13.5, abs=0.05)
    p = {u.correlation: u.p for u in trust.under}
    assert round(p[0.3], 2) == 0.03 and round(p[0.7], 2) == 0.09
    assert p[0.0] < 0.01 < 0.10 < p[1.0]
    assert trust.comparison is None


def test_lone_parents_are_lower_on_five_of_five_services_and_not_distinguishable() -> None:
    trust = battery(article(), "trust", "lone")
    assert {u.leaning.lower for u in trust.under} == {5}
    assert 100 * trust.value == pytest.approx(-4.5, abs=0.05)
    assert min(u.p for u in trust.under) > 0.1


def test_the_standard_error_of_a_printed_battery_by_hand() -> None:
    trust = battery(article(), "trust", "black")
    rows = [row(article(), item, "black") for item in trust.items]
    se = np.array([r.se for r in rows])
    by_correlation = {u.correlation: u.se for u in trust.under}
    assert by_correlation[0.0] == pytest.approx(sqrt((se**2).sum()) / 5)
    assert by_correlation[1.0] == pytest.approx(se.sum() / 5)
    half = sqrt(0.5 * (se**2).sum() + 0.5 * se.sum() ** 2) / 5
    assert by_correlation[0.5] == pytest.approx(half)
    assert trust.value == pytest.approx(np.mean([r.value for r in rows]))
    # All five on one side, no true difference: 2 x .5^5 if independent, certain if all are one.
    chances = {u.correlation: u.leaning.chance for u in trust.under}
    assert chances[0.0] == pytest.approx(2 * 0.5**5, abs=0.01) and chances[1.0] == 1.0


def test_other_bases_and_design_effects_change_printed_comparisons() -> None:
    eight = compare(
        *bundled("town/evidence/parents-2021"), settings=Settings(bases={"black": 8}, deff=1.0)
    )
    found = row(eight, "trust_police", "black")
    assert found.one.base == 8 and not found.shown


def test_only_an_opposing_share_was_printed_of_the_company() -> None:
    found = row(article(), "processor_commercial", "black")
    assert found.stance == "opposes" and "opposing" in found.family
    assert found.family_size == 5


@pytest.mark.parametrize(
    ("share", "n", "total", "everybody", "rest"),
    [
        (0.2, 50, 0.5, 100, 0.8),
        (0.5, 100, 0.5, 100, None),
        (0.9, 50, 0.3, 100, None),
        (0.9, 50, 0.446, 100, 0.0),
    ],
)
def test_the_share_of_the_rest(
    share: float, n: int, total: float, everybody: int, rest: float | None
) -> None:
    found = rest_of(share, n, total, everybody)
    assert found is None if rest is None else found == pytest.approx(rest)
