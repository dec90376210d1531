"""Evidence over time: what is joined, what was won or lost, and what is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.chapters import following
from licet.checks import Link
from licet.errors import BadInput
from licet.evidence import Collapse, DesignDeclaration, Evidence
from licet.groups import Group
from licet.licence import Verdict
from licet.survey.answers import Answers
from licet.waves import Wave, follow, follow_panel
from licet.waves.changes import due, months_after, status_of
from licet.waves.matching import match
from tests import factories
from tests.factories import figure, item

TODAY = date(2026, 11, 30)
G, U, A, F = Verdict.GRANTED, Verdict.UNPROVEN, Verdict.ABSENT, Verdict.TOO_FEW


def printed(year: int, percent: float = 55, base: int = 2000, **changes) -> Evidence:
    """One wave, asked in one year: education in the whole sample and among lone parents."""
    names = ("trust:education", "trust:police")
    figures = [figure(name, group, percent, base) for name in names for group in ("all", "lone")]
    keys = {
        "id": f"wave-{year}",
        "figures": figures,
        "items": [item(name) for name in names],
        "start": date(year, 1, 1),
        "end": date(year, 6, 30),
        "expires": date(year + 5, 6, 30),
    }
    return factories.evidence(**{**keys, **changes})


def waves(*declared: Evidence, links=(), **how):
    return follow([Wave(one, None, tuple(links)) for one in declared], today=TODAY, **how)


@pytest.mark.parametrize(
    ("before", "after", "low", "high", "status"),
    [
        (U, G, 0.01, 0.1, "licence won"),
        (U, G, -0.01, 0.1, "unproven change"),
        (A, G, 0.2, 0.4, "licence won"),
        (G, U, -0.1, -0.01, "licence lost"),
        (G, A, -0.1, 0.01, "unproven change"),
        (U, A, -0.1, -0.01, "verdict changed"),
        (A, U, -0.01, 0.1, "unproven change"),
        (G, G, -0.1, -0.01, "unchanged"),
        (U, U, 0.01, 0.1, "unchanged"),
        (F, G, 0.1, 0.2, "not comparable"),
        (G, F, 0.1, 0.2, "not comparable"),
    ],
)
def test_status(before: Verdict, after: Verdict, low: float, high: float, status: str) -> None:
    assert status_of(before, after, low, high) == status


def test_a_licence_won_and_one_lost_with_the_change_worked_out_by_hand() -> None:
    found = waves(printed(2020, 45), printed(2023, 60), printed(2026, 48))
    by_step = {(c.earlier, c.later, c.item, c.group): c for c in found.changes}
    won = by_step["wave-2020", "wave-2023", "trust:education", "lone"]
    assert won.status == "licence won" and won.comparison is not None
    assert won.comparison.value == pytest.approx(0.15)
    se = (0.45 * 0.55 / 2000 + 0.6 * 0.4 / 2000) ** 0.5
    assert won.comparison.se == pytest.approx(se)
    assert by_step["wave-2023", "wave-2026", "trust:education", "all"].status == "licence lost"
    assert len(found.steps) == 3, "two steps, and the last less the first"
    assert found.steps[-1] == ("wave-2020", "wave-2026")


def test_rounding_never_makes_a_change() -> None:
    """53 then 57 of 1,000,000: the interval is clear of 0, but not if rounding took half a point each."""
    found = waves(printed(2020, 50, 10**6), printed(2023, 51, 10**6))
    assert {c.status for c in found.changes} == {"unproven change"}


@pytest.mark.parametrize(
    ("years", "complaint"),
    [
        ((2023, 2020), "out of order"),
        ((2020, 2020), "the same wave twice"),
        ((2020,), "one wave"),
    ],
)
def test_waves_that_cannot_be_compared(years: tuple[int, ...], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint) as error:
        waves(*[printed(year) for year in years])
    assert len(error.value.faults) == 1


def test_waves_that_overlap() -> None:
    later = printed(2021, start=date(2020, 6, 30))
    with pytest.raises(BadInput, match="overlap"):
        waves(printed(2020), later)


def test_the_same_answers_under_another_id_are_the_same_wave() -> None:
    files = {"codebook.toml": "1", "answers.csv": "same"}
    with pytest.raises(BadInput, match="same wave twice"):
        waves(printed(2020, files=files), printed(2023, files={**files, "codebook.toml": "2"}))


def test_another_population_is_not_joined() -> None:
    narrow = printed(2023, population=factories.population(area="UK/England/Other"))
    with pytest.raises(BadInput, match="different populations"):
        waves(printed(2020), narrow)


def reworded(year: int) -> Evidence:
    both = [item("trust:education", wording="Do you trust schools?"), item("trust:police")]
    return printed(year, items=both)


def test_another_wording_stays_apart_until_somebody_says_why_not() -> None:
    found = waves(printed(2020), reworded(2023))
    assert {c.item for c in found.changes} == {"trust:police"}
    (apart,) = found.matchings[0].apart
    assert "\u201c?\u201d, then \u201cDo you trust schools?\u201d" in apart.differences[0]
    link = Link(item="trust:education", reason="asked side by side in the pilot")
    joined = follow([Wave(printed(2020)), Wave(reworded(2023), None, (link,))], today=TODAY)
    assert {c.item for c in joined.changes} == {"trust:education", "trust:police"}
    assert "pilot" in following.waves_screen(joined)


def test_an_item_asked_for_by_name_must_be_the_same() -> None:
    with pytest.raises(BadInput, match=r"is not the same in 'wave-2020' and 'wave-2023'.*wording"):
        waves(printed(2020), reworded(2023), items=["trust:education"])


def test_where_nothing_is_the_same_nothing_is_made() -> None:
    other = printed(
        2023, items=[item(n, wording="other") for n in ("trust:education", "trust:police")]
    )
    with pytest.raises(BadInput, match="no item is the same"):
        waves(printed(2020), other)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"k": 2}, "stances: 3, then 2"),
        ({"options": ("Yes", "No")}, "options: Yes, Maybe, No; then Yes, No"),
        ({"dont_know": "in"}, "don't-knows out of the base, then in"),
        ({"collapse": Collapse(permits=("Yes", "Maybe"), opposes=("No",))}, "counted as permits"),
        ({"purpose": "research"}, "for another purpose"),
    ],
)  # fmt: skip
def test_every_difference_is_named(change: dict[str, object], said: str) -> None:
    scale = Collapse(permits=("Yes",), neutral=("Maybe",), opposes=("No",))
    keys = {"collapse": scale, "options": ("Yes", "Maybe", "No")}
    if "options" in change or "collapse" in change:
        change = {"collapse": Collapse(permits=("Yes",), opposes=("No",)), **change}
    if change.get("purpose"):
        from licet.vocabulary import VOCABULARY

        other = next(k for k in VOCABULARY["purpose"] if k != "early_intervention")
        change = {"purpose": other}
    old = item("trust:education", **keys)
    new = item("trust:education", **{**keys, **change})
    pair = [printed(2020, items=[old, item("trust:police")]),
            printed(2023, items=[new, item("trust:police")])]  # fmt: skip
    (apart,) = match(*pair, ()).apart
    assert any(said in text for text in apart.differences), apart


def test_a_link_to_nothing_is_refused_with_the_nearest_name() -> None:
    link = Link(item="trust:educatoin", reason="a slip")
    with pytest.raises(BadInput, match="'trust:education'"):
        match(printed(2020), printed(2023), [link])
    wrong = Link(item="trust:education", earlier="trust:police", reason="no")
    with pytest.raises(BadInput, match="cannot be joined"):
        match(printed(2020), printed(2023), [wrong])


def test_a_group_defined_otherwise_is_apart() -> None:
    later = printed(2023).model_copy(update={"groups": (Group("lone", "One-parent families"),)})
    found = match(printed(2020), later, ())
    assert [one.name for one in found.apart] == ["lone"] and not found.groups


def test_three_waves_are_joined_only_through_every_step() -> None:
    found = waves(printed(2020), reworded(2023), reworded(2026))
    last = [c.item for c in found.changes if (c.earlier, c.later) == ("wave-2020", "wave-2026")]
    assert set(last) == {"trust:police"}


def test_the_order_of_items_makes_no_difference() -> None:
    turned = printed(2023, items=[item("trust:police"), item("trust:education")])
    one, other = waves(printed(2020), printed(2023)), waves(printed(2020), turned)
    for found in one.changes:
        twin = next(c for c in other.changes if (c.item, c.group) == (found.item, found.group))
        assert twin.status == found.status and twin.comparison.value == found.comparison.value  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("expires", "day", "reason", "overdue"),
    [
        (date(2031, 6, 30), date(2029, 6, 30), "3 years after", False),
        (date(2027, 1, 31), date(2027, 1, 31), "expires", False),
        (date(2026, 11, 29), date(2026, 11, 29), "expires", True),
    ],
)
def test_when_to_ask_again(expires: date, day: date, reason: str, overdue: bool) -> None:
    found = due(printed(2026, expires=expires), TODAY)
    assert (found.day, found.overdue) == (day, overdue) and reason in found.reason


def test_months_end_where_the_month_ends() -> None:
    assert months_after(date(2024, 8, 31), -6) == date(2024, 2, 29)
    assert months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)


def stacked(people: int = 300) -> tuple[Evidence, Answers]:
    """The same people in 2020 and 2024; most answer as before."""
    rng = np.random.default_rng(3)
    first = rng.random(people) < 0.5
    second = np.where(rng.random(people) < 0.85, first, rng.random(people) < 0.8)
    frame = pl.DataFrame(
        {
            "person": [*range(people)] * 2,
            "year": [2020] * people + [2024] * people,
            "age": [*rng.integers(18, 60, people)] * 2,
            "q": np.where(np.concatenate([first, second]), "Yes", "No"),
        }
    )
    scale = Collapse(permits=("Yes",), neutral=("Neither",), opposes=("No",))
    keys = {"collapse": scale, "options": scale.options, "column": "q"}
    declared = printed(
        2024,
        items=[item("trust:education", **keys)],
        figures=[],
        printed=None,
        design=DesignDeclaration(unweighted=True),
    )
    groups = (Group("young", "Young parents", "age < 35"),)
    return declared.model_copy(update={"groups": groups}), Answers(frame)


def test_what_the_same_people_share_narrows_the_change(tmp_path: Path) -> None:
    evidence, answers = stacked()
    found = follow_panel(Wave(evidence, answers), "year", "person", today=TODAY)
    assert [r.evidence.id for r in found.readings] == ["2020", "2024"]
    change = next(c for c in found.changes if c.group == "all")
    assert change.comparison is not None
    apart = [r.measures["trust:education", "all"].se for r in found.readings]
    assert change.comparison.se < 0.75 * (apart[0] ** 2 + apart[1] ** 2) ** 0.5  # type: ignore[operator]
    yes = answers.frame.group_by("year").agg((pl.col("q") == "Yes").mean()).sort("year")["q"]
    assert change.comparison.value == pytest.approx(yes[1] - yes[0])
    assert "2020 to 2024" in following.waves_screen(found)
    paths = following.write_waves(found, tmp_path)
    assert "The same people answered" in paths["page"].read_text("utf-8")


def test_a_panel_whose_people_nobody_numbers_is_refused() -> None:
    evidence, answers = stacked()
    with pytest.raises(BadInput, match="--person"):
        follow_panel(Wave(evidence, answers), "year", today=TODAY)


def test_reports_say_the_same(tmp_path: Path) -> None:
    found = waves(printed(2020, 45), printed(2023, 60), printed(2026, 48))
    data = json.loads(following.waves_json(found))
    assert data["statuses"] == {"licence won": 4, "licence lost": 4}
    screen = following.waves_screen(found)
    assert max(map(len, screen.splitlines())) <= 80
    assert "licence won" in screen and "Ask again by 2029-06-30" in screen
    paths = following.write_waves(found, tmp_path)
    page = paths["page"].read_text("utf-8")
    assert page.count("<svg") == 2 and "licence lost" in page
    assert "\nNone" not in page
    assert "from wave to wave: 4 licence lost, 4 licence won" in " ".join(screen.split())


def test_few_people_are_kept_back() -> None:
    found = waves(printed(2020, 45, 8), printed(2023, 60))
    assert {c.status for c in found.changes} == {"not comparable"}
    row = json.loads(following.waves_json(found))["changes"][0]
    assert row["change"] is None and row["share_before"] is None
