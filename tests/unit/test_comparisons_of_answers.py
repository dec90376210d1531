"""Comparisons of answers: by hand, kept back where few answered, and asked for by name."""

from __future__ import annotations

from math import inf, isnan, nan, sqrt
from typing import Any

import polars as pl
import pytest

from licet.comparisons import (
    Appreciable,
    Battery,
    Comparison,
    Request,
    Side,
    compare,
    usual_batteries,
)
from licet.comparisons.rows import bounds, chance, with_families
from licet.errors import BadInput
from licet.readings import Settings
from tests import factories as make
from tests.compared import article, battery, bundled, people, row, small, synthetic, yes


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
        for r in compare(evidence, answers, settings=Settings(threshold=0)).of("awareness")
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
