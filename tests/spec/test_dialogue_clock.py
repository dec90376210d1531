"""An answer is due 30 days after a question was asked, not after it was published; on a weekend or a bank
holiday the next working day counts. Until that day is over nothing is overdue. Here the bank holidays are
25 and 28 December 2026 and 1 January 2027.
"""

from __future__ import annotations

from datetime import UTC as ZONE
from datetime import date, datetime, time, timedelta

import pytest

from licet.dialogue.clock import calendar, counted, due_on
from licet.dialogue.items import Act, Item, after
from tests.spec.tables import Row, cases
from tests.spec.test_dialogue_moves import act

TITLE = "When an answer is due"

TABLE = """
asked      | due        | today      | overdue | days waiting | why
---------- | ---------- | ---------- | ------- | ------------ | ---
2026-11-02 | 2026-12-02 | 2026-12-02 | no      | 30           | a Wednesday
2026-11-02 | 2026-12-02 | 2026-12-03 | yes     | 31           | a Wednesday
2026-11-05 | 2026-12-07 | 2026-12-06 | no      | 31           | the 5th is a Saturday
2026-11-06 | 2026-12-07 | 2026-12-07 | no      | 31           | the 6th is a Sunday
2026-11-25 | 2026-12-29 | 2026-12-29 | no      | 34           | Christmas, a weekend, a bank holiday
2026-12-02 | 2027-01-04 | 2027-01-05 | yes     | 34           | New Year, then a weekend
2026-11-02 | 2026-12-02 | 2026-11-02 | no      | 0            | on the day it was asked
"""
OFF = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}
DUE = calendar(lambda year: {day for day in OFF if day.year == year})


def sent(day: date, sort: str = "question") -> Item:
    return after(None, act("ask", "family", sort, at=datetime.combine(day, time(9), ZONE)), DUE)


@pytest.mark.parametrize("row", cases(TABLE))
def test_due(row: Row) -> None:
    item, today = sent(date.fromisoformat(row["asked"])), date.fromisoformat(row["today"])
    assert item.due == date.fromisoformat(row["due"])
    assert item.overdue(today) == (row["overdue"] == "yes")
    assert item.days(today) == int(row["days waiting"])


def test_the_clock_runs_from_the_asking_whatever_a_moderator_does() -> None:
    item = sent(date(2026, 11, 2))
    late = datetime(2026, 12, 20, tzinfo=ZONE)
    opened = after(item, act("open", "moderator", "question", at=late), DUE)
    assert opened.due == item.due == date(2026, 12, 2)
    assert item.overdue(late.date()) and opened.overdue(late.date())


def test_an_answer_that_does_not_satisfy_is_due_anew_from_then() -> None:
    item = sent(date(2026, 11, 2))
    moments = iter(datetime(2026, 11, day, tzinfo=ZONE) for day in (3, 10, 16))
    for move, who in (("open", "moderator"), ("explain", "owner"), ("contest", "asker")):
        item = after(item, act(move, who, "question", at=next(moments)), DUE)
    assert item.due == date(2026, 12, 16) and item.waiting


def test_notices_and_what_was_not_published_count_as_nothing() -> None:
    today = date(2026, 12, 10)
    asked = sent(date(2026, 11, 2))
    notice = after(None, act("announce", "owner", "notice"), DUE)
    moment = datetime(2026, 11, 3, tzinfo=ZONE)
    withheld = after(asked, act("withhold", "moderator", "question", at=moment), DUE)
    opened = after(asked, act("open", "moderator", "question", at=moment), DUE)
    answer: Act = act("explain", "owner", "question", at=moment + timedelta(days=5))
    answered = after(opened, answer, DUE)
    found = counted([asked, notice, withheld, answered], today)
    assert (found.asked, found.waiting, found.answered, found.overdue) == (2, 1, 1, 1)
    assert (found.median_days, found.oldest) == (6.0, 38)
    assert notice.due is None
    nothing = counted([notice, withheld], today)
    assert (nothing.asked, nothing.median_days, nothing.oldest) == (0, None, 0)


def test_the_last_day_is_always_a_working_day_and_never_early() -> None:
    for days in range(400):
        asked = date(2026, 1, 1) + timedelta(days=days)
        found = due_on(asked, OFF)
        assert found.weekday() < 5 and found not in OFF
        assert 30 <= (found - asked).days <= 34
