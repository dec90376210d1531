"""What holds over time, and whether outcomes are ripe: by hand, and COMPAS to the printed digits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.people import People
from licet.audit.score.drift import stability_index
from licet.audit.score.stability import Alarm, Stability, periods_of, stability
from tests.audit.scores import compas_people, drawn_people, made


def day(year: int, month: int = 1, number: int = 1) -> float:
    return float((date(year, month, number) - date(1970, 1, 1)).days)


def over_time(number: int = 1200, **more: object) -> People:
    """People of six quarters from January 2023, as many in each."""
    as_of = day(2023) + np.arange(number) % 540
    return drawn_people(number, as_of=as_of.astype(float), draws=200, **more)


def found(people: People) -> Stability:
    answer = stability(people)
    assert answer is not None
    return answer


def test_without_days_there_is_nothing_to_say() -> None:
    assert stability(drawn_people(100)) is None
    assert stability(drawn_people(100, as_of=np.full(100, np.nan))) is None


def test_periods_are_quarters_of_a_short_span_and_years_of_a_long_one() -> None:
    short = np.array(
        [day(2023, 1, 31), day(2023, 3, 31), day(2023, 4, 1), np.nan, day(2024, 12, 31)]
    )
    assert periods_of(short)[0] == ("2023 Q1", "2023 Q2", "2024 Q4")
    assert periods_of(short)[1].tolist() == [0, 0, 1, -1, 2]
    long = np.array([day(1969, 12, 31), day(1970), day(2020, 12, 31)])
    assert periods_of(long)[0] == ("1969", "1970", "2020")


def test_each_period_has_its_own_figures() -> None:
    people = over_time()
    answer = found(people)
    assert [p.label for p in answer.periods] == [
        "2023 Q1", "2023 Q2", "2023 Q3", "2023 Q4", "2024 Q1", "2024 Q2",
    ]  # fmt: skip
    first = np.asarray(people.as_of) < day(2023, 4)
    one = answer.periods[0]
    assert (one.n, one.known, one.cases) == (first.sum(), first.sum(), people.y[first].sum())
    flagged = first & (people.flag == 1)
    assert one.figures["base"].value == pytest.approx(people.y[first].mean())
    assert one.figures["ppv"].value == pytest.approx(people.y[flagged].mean())
    assert one.figures["observed_expected"].value == pytest.approx(
        people.y[first].sum() / people.score[first].sum()
    )
    assert one.figures["auc"].low < one.figures["auc"].value < one.figures["auc"].high
    assert answer.alarms == ()


def test_people_of_unknown_outcome_are_flagged_like_others() -> None:
    people = over_time()
    gone = np.random.default_rng(5).random(len(people)) < 0.3
    people = replace(people, y=np.where(gone, np.nan, people.y))
    first = np.asarray(people.as_of) < day(2023, 4)
    one = found(people).periods[0]
    assert (one.n, one.known) == (first.sum(), (first & ~gone).sum())
    assert one.figures["flag"].value == pytest.approx((people.flag[first] == 1).mean())
    assert one.figures["flag"].n == first.sum()
    for measure, y in (("fpr", 0), ("fnr", 1)):
        rows = first & (people.y == y)
        assert one.figures[measure].value == pytest.approx((people.flag[rows] != y).mean())  # type: ignore[index]
        assert one.figures[measure].n == rows.sum()  # type: ignore[index]


def test_decay_is_found_and_its_absence_is_not_made_up() -> None:
    steady = over_time(6000)
    late = np.asarray(steady.as_of) >= day(2023, 10)
    rng = np.random.default_rng(9)
    score = np.where(late, rng.permutation(steady.score), steady.score)
    worse = replace(steady, score=score)
    decay, none = found(worse).decay, found(steady).decay
    assert decay is not None and none is not None
    assert decay.lost.low > 0.1 and decay.lost_last.low > 0.1
    assert none.lost.low < 0 < none.lost.high
    assert decay.lost.value == pytest.approx(decay.before.value - decay.after.value)
    assert not decay.fitted and date(2023, 9, 1) < decay.at < date(2023, 11, 1)


def test_decay_is_counted_from_the_day_models_were_fitted() -> None:
    people = over_time(challengers={"fit_before": date(2023, 4, 1)})
    decay = found(people).decay
    assert decay is not None and decay.fitted and decay.at == date(2023, 4, 1)
    before = np.asarray(people.as_of) < day(2023, 4)
    assert (decay.before.n, decay.after.n) == (before.sum(), (~before).sum())


def test_all_on_one_day_cannot_decay() -> None:
    assert found(drawn_people(100, as_of=np.full(100, 19_000.0))).decay is None


def test_the_index_by_hand() -> None:
    """Halves against a quarter and three: (.25 - .5) ln .5 + (.75 - .5) ln 1.5."""
    expected = -0.25 * log(0.5) + 0.25 * log(1.5)
    assert stability_index(np.array([50.0, 50, 0]), np.array([25.0, 75, 0])) == pytest.approx(
        expected
    )
    assert np.isnan(stability_index(np.zeros(2), np.ones(2)))
    assert np.isfinite(stability_index(np.array([10.0, 0]), np.array([0.0, 10])))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8))
def test_the_index_is_never_below_0_and_0_for_the_same(rows: list[tuple[int, int]]) -> None:
    one, two = np.array(rows, float).T
    if one.sum() and two.sum():
        assert stability_index(one, two) >= 0
        assert (
            stability_index(one, one)
            == stability_index(one, 3 * np.maximum(one, 0.5) * (one > 0))
            == pytest.approx(0, abs=1e-12)
        )


def test_shifts_of_scores_and_groups_stand_out_from_chance() -> None:
    people = over_time(6000)
    town = (np.random.default_rng(3).random(6000) < 0.4).astype(np.int64)
    people = replace(people, levels={"town": (town, ("North", "South"))})
    late = np.asarray(people.as_of) >= day(2024, 4)
    moved = replace(people, score=np.where(late, people.score**2, people.score),
                    levels={"town": (np.where(late, 1, town), ("North", "South"))})  # fmt: skip
    same, other = found(people).shifts, found(moved).shifts
    assert len(same) == len(other) == 10
    assert all(shift.index < 4 * shift.by_chance for shift in same)
    for shift in other:
        assert (shift.index > 10 * shift.by_chance) == (shift.period == "2024 Q2"), shift


def test_who_is_flagged_again() -> None:
    """Families 0-99 come twice. Flagged first: 0-39; then: 20-59. In both 20, in either 60."""
    family = np.tile(np.arange(100), 2)
    flag = np.concatenate([np.arange(100) < 40, (np.arange(100) >= 20) & (np.arange(100) < 60)])
    as_of = np.repeat([day(2023, 2), day(2023, 5)], 100)
    people = made(
        np.arange(200) % 2, None, flag.astype(int), cluster=family, as_of=as_of, draws=200
    )
    (one,) = found(people).overlaps
    assert (one.before, one.after, one.families) == ("2023 Q1", "2023 Q2", 100)
    assert one.jaccard.value == pytest.approx(20 / 60) and one.jaccard.n == 60
    assert one.jaccard.low < 20 / 60 < one.jaccard.high
    assert found(replace(people, cluster=np.arange(200))).overlaps == ()


def test_few_families_that_return_say_nothing() -> None:
    family = np.concatenate([np.arange(100), np.arange(90, 190)])
    as_of = np.repeat([day(2023, 2), day(2023, 5)], 100)
    people = made(
        np.arange(200) % 2, None, np.arange(200) % 3 == 0, cluster=family, as_of=as_of, draws=200
    )
    (one,) = found(people).overlaps
    assert one.families == 10 and not one.jaccard.known


def test_ripeness_that_is_not_declared_is_said() -> None:
    answer = found(over_time())
    assert not answer.judged and answer.unripe == 0 and answer.ripeness == ()
    assert any("outcome_days" in note for note in answer.notes)


def test_outcomes_read_before_they_could_show_are_counted() -> None:
    """Without the outcome, known on day 100 of 365: read early. With it: known when it came."""
    people = over_time(400, outcome_days=365, follow_up_until=date(2030, 1, 1))
    people = replace(people, known_at=np.asarray(people.as_of) + 100)
    assert found(people).read_early == int((people.y == 0).sum())
    assert found(replace(people, known_at=np.asarray(people.as_of) + 365)).read_early == 0


def test_unripe_people_leave_the_decay() -> None:
    """Whoever could not be followed is in the data only if the outcome came: their AUC would be nonsense."""
    people = over_time(3000, outcome_days=365, follow_up_until=date(2025, 1, 1))
    late = np.asarray(people.as_of) > day(2024, 1, 2)
    y = np.where(late, 1.0, people.y)
    answer = found(replace(people, y=y))
    decay = answer.decay
    assert answer.unripe == answer.unripe_cases == late.sum() and decay is not None
    assert decay.before.n + decay.after.n == (~late).sum()
    assert decay.last.known and decay.last.n < 600


def test_a_block_of_one_outcome_is_an_alarm() -> None:
    people = over_time()
    second = (np.asarray(people.as_of) >= day(2023, 4)) & (np.asarray(people.as_of) < day(2023, 7))
    (alarm,) = found(replace(people, y=np.where(second, 0.0, people.y))).alarms
    assert alarm == Alarm("2023 Q2", int(second.sum()), False)
    assert "none has the outcome" in alarm.says(10)
    assert "fewer than 10" in Alarm("2023 Q2", 7, True).says(10)


def test_compas_to_the_printed_digits(shared: Path) -> None:
    """Facts, section 2, label maturity: 998 people, all with the outcome; what changes without them."""
    plan = {"outcome_days": 730, "follow_up_until": date(2016, 3, 31)}
    answer = found(compas_people(shared, draws=200, **plan))
    assert (answer.unripe, answer.unripe_cases) == (998, 998)
    assert [alarm.people for alarm in answer.alarms if "in full" in alarm.block] == [998]
    everybody, black, white = answer.ripeness
    assert (everybody.people, everybody.ripe) == (7214, 6216)
    figures = {
        "base": [(everybody, 0.451, 0.3625)],
        "ppv": [(black, 0.630, 0.546), (white, 0.591, 0.486)],
        "fnr": [(white, 0.4772, 0.4876), (black, 0.2799, 0.2790)],
        "fpr": [(white, 0.2345, 0.2345), (black, 0.4485, 0.4485)],
    }
    for measure, rows in figures.items():
        for row, of_all, of_ripe in rows:
            digits = 4 if measure != "ppv" else 3
            assert round(row.of_all[measure].value, digits) == pytest.approx(of_all, abs=0.0004)  # type: ignore[index]
            assert round(row.of_ripe[measure].value, digits) == of_ripe  # type: ignore[index]
