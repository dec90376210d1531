"""Comparisons of the article's printed figures, and of answers, against figures from outside the code."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from math import inf, isnan, nan, sqrt
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from licet.comparisons import (
    Appreciable,
    Battery,
    BatteryRow,
    Comparison,
    Comparisons,
    Request,
    Side,
    compare,
    usual_batteries,
)
from licet.comparisons.fieldworks import satterthwaite
from licet.comparisons.printed import rest_of
from licet.comparisons.rows import bounds, chance, with_families
from licet.errors import BadInput
from licet.evidence import Collapse, Evidence, Item
from licet.files.codebook import read_evidence
from licet.groups import Group
from licet.readings import Settings, read
from licet.sampling import DesignDeclaration
from licet.survey.answers import Answers
from tests import factories as make

TABLES = ("reason_", "trust_")


@cache
def bundled(name: str) -> tuple[Evidence, Answers | None]:
    place = files("licet.bundled") / name
    with as_file(place) as folder:
        return read_evidence(folder)


@cache
def article() -> Comparisons:
    return compare(*bundled("town/evidence/parents-2021"))


@cache
def synthetic() -> Comparisons:
    return compare(*bundled("parents-2020"))


def row(found: Comparisons, item: str, group: str, sort: str = "rest") -> Comparison:
    (one,) = [r for r in found.of(sort) if (r.one.item, r.one.group) == (item, group)]  # type: ignore[arg-type]
    return one


def battery(found: Comparisons, name: str, group: str) -> BatteryRow:
    (one,) = [b for b in found.batteries if (b.battery, b.group) == (name, group)]
    return one


# --- the article ------------------------------------------------------------------------------


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


# --- answers ------------------------------------------------------------------------------------


def test_made_up_parents_give_what_the_article_gives() -> None:
    """The synthetic answers match the printed shares, so their differences do too."""
    found = row(synthetic(), "trust_police", "black")
    assert 100 * found.value == pytest.approx(
        100 * row(article(), "trust_police", "black").value, abs=1.5
    )
    assert found.appreciably == "lower"
    assert battery(synthetic(), "licence", "black").under[0].leaning.lower == 9


def test_awareness_is_context_and_in_a_family_of_its_own() -> None:
    rows = synthetic().of("awareness")
    assert rows and all(r.context for r in rows)
    assert {r.about for r in rows} == {"aware_stored", "aware_joined"}
    assert {(r.one.group, r.other.group) for r in rows} == {("knows", "does not know")}
    assert {r.kind for r in rows} <= {"reason", "trust", "processor"}
    assert {r.family for r in rows} & {r.family for r in synthetic().of("rest")} <= {""}


def test_awareness_splits_everybody_who_answered() -> None:
    evidence, answers = bundled("parents-2020")
    assert answers is not None
    found = next(
        r
        for r in synthetic().of("awareness")
        if r.one.item == "trust_police" and r.about == "aware_stored"
    )
    frame = answers.without_missing()
    item = evidence.item("trust_police")
    assert item.collapse is not None
    permits, valid = (
        item.collapse.permits,
        (*item.collapse.permits, *item.collapse.neutral, *item.collapse.opposes),
    )
    know = frame.filter(pl.col("aware_stored") == "Yes", pl.col("trust_police").is_in(valid))
    share = know.filter(pl.col("trust_police").is_in(permits))["wt"].sum() / know["wt"].sum()
    assert found.one.share == pytest.approx(share) and found.one.base == know.height


def people(**columns: Any) -> tuple[Evidence, Answers]:
    """Unweighted answers to yes-or-no items; columns that start with q are the items."""
    frame = pl.DataFrame(columns)
    items = tuple(
        Item(
            id=name, kind="trust", subject=subject, wording="?", k=2,
            collapse=Collapse(permits=("yes",), opposes=("no",)),
        )
        for name, subject in zip([c for c in frame.columns if c[0] == "q"], ("police", "education", "health"), strict=False)
    )  # fmt: skip
    evidence = Evidence(
        id="small", title="Small", population=make.population(), fieldwork=make.fieldwork(),
        purpose="early_intervention", items=items, groups=(Group("in", "In", 'g == "in"'), Group("a", "A", 'h == "a"')),
        design=DesignDeclaration(unweighted=True),
    )  # fmt: skip
    return evidence, Answers(frame)


def yes(*counts: tuple[str, int]) -> list[str]:
    return [word for word, times in counts for _ in range(times)]


def small(n: int = 40, few: int = 0) -> tuple[Evidence, Answers]:
    """Two groups of n; ``few`` of the first say yes, half of the second."""
    answers = yes(("yes", few), ("no", n - few), ("yes", n // 2), ("no", n - n // 2))
    return people(
        q1=answers,
        q2=answers[::-1],
        g=yes(("in", n), ("out", n)),
        h=yes(("a", n // 2), ("b", n), ("a", n // 2)),
    )


def test_a_comparison_by_hand() -> None:
    """20 of 40 less 30 of 40 in a simple random sample: the textbook's two-sample figures."""
    evidence, answers = small(40, 30)
    found = row(compare(evidence, answers), "q1", "in")
    assert found.value == pytest.approx(0.25)
    # With replacement, n / (n - 1) of the whole sample of 80.
    assert found.se == pytest.approx(sqrt(80 / 79 * (0.75 * 0.25 / 40 + 0.25 / 40)))
    assert found.df == 79 and (found.one.base, found.other.base) == (40, 40)


@pytest.mark.parametrize("few", [3, 37])
def test_a_comparison_of_too_few_people_is_not_shown_nor_counted(few: int) -> None:
    evidence, answers = small(40, few)
    found = compare(evidence, answers)
    hidden = [r for r in found.of("rest") if r.one.item == "q1" and r.one.group == "in"]
    assert [r.shown for r in hidden] == [False]
    assert hidden[0].family == "" and isnan(hidden[0].p_holm)
    assert all(not b.shown for b in found.batteries if b.group == "in")
    assert all(
        r.shown for r in compare(evidence, answers, settings=Settings(threshold=0)).of("rest")
    )


def test_nothing_is_known_where_everybody_answers_alike() -> None:
    n = 40
    evidence, answers = people(
        q1=yes(("yes", n), ("no", n)),
        q2=yes(("yes", 2 * n)),
        g=yes(("in", n), ("out", n)),
        h=["a"] * 2 * n,
    )
    rows = [r for r in compare(evidence, answers).of("rest") if r.one.group == "in"]
    assert all(isnan(r.p) and isnan(r.low) and not r.appreciably and not r.family for r in rows)


def test_pairs_of_groups_and_items_are_asked_for_by_name() -> None:
    evidence, answers = small(40, 30)
    found = compare(evidence, answers, Request(pairs=(("in", "a"),), item_pairs=(("q1", "q2"),)))
    assert {(r.one.group, r.other.group) for r in found.of("groups")} == {("in", "a")}
    assert {r.one.group for r in found.of("items")} == {"all", "in", "a"}
    assert all((r.one.item, r.other.item) == ("q1", "q2") for r in found.of("items"))


@pytest.mark.parametrize(
    "changes",
    [
        {"items": ("q9",)}, {"pairs": (("in", "ni"),)}, {"pairs": (("in", "in"),)}, {"pairs": (("in", "all"),)},
        {"item_pairs": (("q1", "q9"),)}, {"batteries": (Battery("b", "B", ("q1", "q9")),)},
    ],
)  # fmt: skip
def test_unknown_names_are_refused(changes: dict[str, Any]) -> None:
    evidence, answers = small(40, 30)
    with pytest.raises(BadInput):
        compare(evidence, answers, Request(**changes))


def test_what_a_request_may_not_say() -> None:
    for wrong in (
        {"family": "everything"},
        {"level": 95},
        {"correlations": ()},
        {"correlations": (1.5,)},
    ):
        with pytest.raises(BadInput):
            Request(**wrong)  # type: ignore[arg-type]
    with pytest.raises(BadInput):
        Appreciable(5)
    with pytest.raises(BadInput):
        Battery("one", "One", ("q1",))
    with pytest.raises(BadInput):
        compare(*bundled("town/evidence/parents-2021"), Request(wave="wave"))


# --- waves and fieldworks -----------------------------------------------------------------------


def panel(n: int = 60) -> tuple[Evidence, Answers]:
    """The same people twice: nobody changes but five, who start to permit."""
    first = yes(("yes", n // 2), ("no", n - n // 2))
    second = yes(("yes", n // 2 + 5), ("no", n - n // 2 - 5))
    return people(
        q1=first + second, g=yes(("in", n // 2), ("out", n - n // 2)) * 2, h=["a"] * 2 * n,
        wave=yes(("1", n), ("2", n)), who=[*range(n)] * 2,
    )  # fmt: skip


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


# --- small parts --------------------------------------------------------------------------------


def bare(p: float, *, shown: bool = True, item: str = "q1") -> Comparison:
    side = Side(item, "in", 0.5, 100)
    return Comparison("rest", side, side, 0.1, 0.1, inf, 0.0, 0.2, p, kind="trust", shown=shown)


def test_a_family_holds_what_is_known_and_shown() -> None:
    rows = with_families([bare(0.01), bare(0.04), bare(nan), bare(0.02, shown=False)], "sort")
    assert [r.family_size for r in rows] == [2, 2, 0, 0]
    assert [r.p_holm for r in rows[:2]] == pytest.approx([0.02, 0.04])
    assert [r.p_benjamini_hochberg for r in rows[:2]] == pytest.approx([0.02, 0.04])


def test_bounds_and_chances_are_unknown_without_an_error() -> None:
    for se, df in ((0.0, 10.0), (nan, 10.0), (0.1, 0.0)):
        assert all(isnan(value) for value in (*bounds(0.1, se, df, 0.95), chance(0.1, se, df)))
    assert bounds(0.9, 0.5, inf, 0.95)[1] == 1.0


def test_the_usual_batteries_are_all_reasons_all_services_and_both() -> None:
    assert [b.id for b in usual_batteries(bundled("parents-2020")[0])] == [
        "reason",
        "trust",
        "licence",
    ]
    assert usual_batteries(make.evidence({("trust:police", "all"): "granted"})) == ()
