"""What must hold for every survey, not only for those that R was asked about."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import licet

OPTIONS = ("for", "neither", "against")
LEVELS = ("x", "y", "z")
FIGURES = ("estimate", "se", "df", "deff", "difference", "difference_se")
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Person:
    stratum: str
    psu: str
    weight: float
    answer: str | None
    group: str | None


@st.composite
def surveys(draw: st.DrawFn, fewest_psus: int = 2) -> list[Person]:
    """A few strata with a few PSUs each; at least two levels have a valid answer."""
    weights = st.integers(1, 80).map(lambda tenths: tenths / 10)
    people = [
        Person("s0", "s0p0", draw(weights), "for", "x"),
        Person("s0", "s0p1", draw(weights), "against", "y"),
    ]
    for s in range(draw(st.integers(1, 3))):
        for p in range(draw(st.integers(fewest_psus if s else 2, 4))):
            for _ in range(draw(st.integers(1, 4))):
                answer = draw(st.sampled_from((*OPTIONS, None)))
                group = draw(st.sampled_from((*LEVELS, None)))
                people.append(Person(f"s{s}", f"s{s}p{p}", draw(weights), answer, group))
    return people


Row = dict[str, object]
Cells = dict[tuple[str, str | None, str], Row]


def cells(people: list[Person], lonely_psu: str = "error", psu: str | None = "psu") -> Cells:
    frame = pl.DataFrame(
        people, schema=["stratum", "psu", "weight", "answer", "group"], orient="row"
    )
    table = licet.table(
        frame,
        items=["answer"],
        by=["group"],
        weight="weight",
        strata="stratum",
        psu=psu,
        lonely_psu=lonely_psu,
    ).to_polars()
    return {
        (row["by"], row["group"], row["option"]): row
        for row in table.iter_rows(named=True)
        if row["n"]
    }


def near(a: object, b: object) -> bool:
    if a is None or b is None:
        return a is b
    # Absolute too: a standard error that is zero but for rounding may be 1e-17 or 3e-17.
    return math.isclose(float(a), float(b), rel_tol=TOLERANCE, abs_tol=TOLERANCE)  # type: ignore[arg-type]


def assert_same(one: Cells, other: Cells, figures: tuple[str, ...] = FIGURES) -> None:
    assert one.keys() == other.keys()
    for key, row in one.items():
        for figure in figures:
            assert near(row[figure], other[key][figure]), (
                key,
                figure,
                row[figure],
                other[key][figure],
            )


@given(surveys(), st.randoms(use_true_random=False))
def test_row_order_changes_nothing(people: list[Person], random: object) -> None:
    again = people.copy()
    random.shuffle(again)  # type: ignore[attr-defined]
    assert_same(cells(people), cells(again), ("n", "count", *FIGURES, "low", "high"))


@given(surveys(), st.permutations(LEVELS))
def test_names_of_groups_change_nothing(people: list[Person], names: list[str]) -> None:
    new = dict(zip(LEVELS, names, strict=True)) | {None: None}
    renamed = cells([replace(p, group=new[p.group]) for p in people])
    expected = {
        (by, group if by == "all" else new[group], option): row
        for (by, group, option), row in cells(people).items()
    }
    assert_same(expected, renamed, ("n", "count", *FIGURES, "low", "high"))


@given(surveys(), st.sampled_from((0.001, 0.25, 3.0, 1e6)))
def test_only_relative_weights_matter(people: list[Person], factor: float) -> None:
    scaled = [replace(p, weight=p.weight * factor) for p in people]
    assert_same(cells(people), cells(scaled), ("n", "count", *FIGURES, "low", "high"))


@given(surveys(), st.data())
def test_a_person_counted_as_two_halves_changes_nothing(
    people: list[Person], data: st.DataObject
) -> None:
    """With PSUs declared it is their totals that vary; only n grows, and deff with it."""
    index = data.draw(st.integers(0, len(people) - 1))
    half = replace(people[index], weight=people[index].weight / 2)
    halved = [*people[:index], half, half, *people[index + 1 :]]
    assert_same(
        cells(people), cells(halved), ("estimate", "se", "df", "difference", "difference_se")
    )


@given(surveys(), st.sampled_from(LEVELS))
def test_a_missing_answer_in_a_known_psu_changes_nothing(people: list[Person], group: str) -> None:
    silent = replace(people[0], answer=None, group=group)
    assert_same(cells(people), cells([*people, silent]))


@given(surveys())
def test_shares_sum_to_one(people: list[Person]) -> None:
    total: dict[tuple[str, str], float] = defaultdict(float)
    count: dict[tuple[str, str], int] = defaultdict(int)
    table = cells(people)
    for (by, group, _), row in table.items():
        total[by, group] += row["estimate"]  # type: ignore[operator]
        count[by, group] += row["count"]  # type: ignore[operator]
    assert all(near(share, 1.0) for share in total.values())
    assert all(count[by, group] == row["n"] for (by, group, _), row in table.items())


@given(surveys(), st.sampled_from(LEVELS))
def test_group_against_rest_mirrors_rest_against_group(people: list[Person], level: str) -> None:
    def side(group: str | None) -> str | None:
        return None if group is None else ("level" if group == level else "rest")

    three, two = cells(people), cells([replace(p, group=side(p.group)) for p in people])
    for (by, group, option), row in three.items():
        if by == "all" or group != level or row["difference"] is None:
            continue
        here, there = two["group", "level", option], two["group", "rest", option]
        assert near(row["difference"], here["difference"])
        assert near(row["difference_se"], here["difference_se"])
        assert near(here["difference"], -there["difference"])  # type: ignore[operator]
        assert near(here["difference_se"], there["difference_se"])


@given(surveys())
def test_without_clusters_every_person_is_a_psu(people: list[Person]) -> None:
    own = [replace(p, psu=f"{p.stratum} person {i}") for i, p in enumerate(people)]
    assert_same(cells(own), cells(people, psu=None), ("n", "count", *FIGURES, "low", "high"))


Scores = dict[str, dict[str, float]]
"""stratum -> PSU -> score; every PSU of the whole survey has one."""


def share_and_scores(people: list[Person], option: str, inside: list[bool]) -> tuple[float, Scores]:
    """Share among those inside, and what each PSU adds to it; people outside score 0."""
    members = [p for p, here in zip(people, inside, strict=True) if here]
    mass = sum(p.weight for p in members)
    share = sum(p.weight for p in members if p.answer == option) / mass
    scores: Scores = defaultdict(lambda: defaultdict(float))
    for p, here in zip(people, inside, strict=True):
        scores[p.stratum][p.psu] += (
            p.weight * ((p.answer == option) - share) / mass if here else 0.0
        )
    return share, scores


def standard_error(scores: Scores, touched: set[str], lonely_psu: str) -> float | None:
    """The textbook's between-PSU variance within strata, summed.

    A stratum of one PSU adds nothing (remove, certainty), its squared distance from the mean score,
    which is 0 (adjust), or the mean variance of the other strata that the domain touches (average).
    """
    variance = 0.0
    for psus in scores.values():
        z, n = list(psus.values()), len(psus)
        if n > 1:
            variance += n / (n - 1) * sum((value - sum(z) / n) ** 2 for value in z)
        elif lonely_psu == "adjust":
            variance += z[0] ** 2
    if lonely_psu == "average":
        ordinary = sum(len(scores[stratum]) > 1 for stratum in touched)
        if not ordinary:
            return None
        variance *= len(touched) / ordinary
    return math.sqrt(variance)


@pytest.mark.parametrize("psu", ["psu", None])
@pytest.mark.parametrize("lonely_psu", ["remove", "certainty", "adjust", "average"])
@given(people=surveys(fewest_psus=1))
def test_figures_are_those_worked_out_by_hand(
    lonely_psu: str, psu: str | None, people: list[Person]
) -> None:
    units = people if psu else [replace(p, psu=str(i)) for i, p in enumerate(people)]
    valid = [p.answer is not None for p in units]

    def touched(inside: list[bool]) -> set[str]:
        return {p.stratum for p, here in zip(units, inside, strict=True) if here}

    for (by, group, option), row in cells(people, lonely_psu, psu).items():
        level = [v and (by == "all" or p.group == group) for p, v in zip(units, valid, strict=True)]
        share, scores = share_and_scores(units, option, level)
        assert near(row["estimate"], share), (by, group, option)
        assert near(row["se"], standard_error(scores, touched(level), lonely_psu)), (
            by,
            group,
            option,
        )
        rest = [
            v and by != "all" and p.group not in (group, None)
            for p, v in zip(units, valid, strict=True)
        ]
        if not any(rest):
            assert row["difference"] is None
            assert row["difference_se"] is None
            continue
        other, others = share_and_scores(units, option, rest)
        gap = {
            h: {psu: z - others[h][psu] for psu, z in psus.items()} for h, psus in scores.items()
        }
        assert near(row["difference"], share - other), (by, group, option)
        assert near(
            row["difference_se"], standard_error(gap, touched(level) | touched(rest), lonely_psu)
        )
