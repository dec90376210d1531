"""Letters before the thirteenth and sixteenth birthday: to whom, what they say, and that nothing is joined."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from licet.chapters.inviting import invite
from licet.chapters.reminding import remind
from licet.errors import BadInput
from licet.permission.standing import birthdays
from licet.report.permission.reminders import ENGLISH, reminder
from tests.unit.permission_town import USE, app, events, published, say, subjects, town

__all__ = ["app", "published", "say", "town"]
DAY = date(2026, 6, 2)


def mailed(folder: Path, service: str) -> list[dict[str, str]]:
    path = folder / f"mailing-{service}.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []


def test_nobody_who_was_never_asked_is_reminded(town: Path) -> None:
    found = remind(town, 366, today=DAY)
    assert found.folder is None and not any(found.letters.values())


def test_each_service_reminds_its_own_clients(town: Path) -> None:
    invite(town / USE, today=DAY, now=datetime(2026, 6, 2, 9, tzinfo=UTC))
    before = events(town)
    found = remind(town, 366, today=DAY)
    assert found.folder is not None and events(town) == before, "nothing is recorded"
    known = subjects(town)
    start = date(1970, 1, 1)
    due: dict[str, int] = {}
    for handle, birth in known.select("handle", "birth").iter_rows():
        if birth is None:
            continue
        for number in birthdays(birth):
            if DAY <= start + timedelta(number) < DAY + timedelta(366):
                service = handle.partition("/")[0]
                due[service] = due.get(service, 0) + 2
    assert found.letters["education"] and found.letters["education"] <= due["education"]
    rows = mailed(found.folder, "education")
    assert len(rows) == found.letters["education"]
    assert not any(row["code"] for row in rows), "there is nothing to answer yet"
    assert {row["to"].startswith("The parent or carer of") for row in rows} == {True, False}
    page = (found.folder / "reminders-education.html").read_text("utf-8")
    assert "From 13 we ask" in page or "From 16" in page
    assert "The codes are secret" not in page and "qr" not in page.partition("</style>")[2]


def test_a_workspace_says_it_in_its_own_languages() -> None:
    text = "# {person} kończy {age} lat ({month})\n\n{service}. Od tego dnia decyduje także młoda osoba.\n"
    about = {"controller": "Exampleton", "age": 13, "own": True, "birthday": date(2026, 7, 9)}
    found = reminder(text, "pl", **about)
    told = found.filled("A. K.", "Education", "")
    assert [block.kind for block in told] == ["heading", "text"]
    assert told[0].text == "A. K. kończy 13 lat (7/2026)"
    assert "July 2026" in reminder(ENGLISH, "en", **about).text
    with pytest.raises(BadInput, match="are English"):
        reminder("# {person}\n\n{change}\n", "pl", **about)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_how_far_ahead(town: Path, days: int) -> None:
    with pytest.raises(BadInput, match="days"):
        remind(town, days, today=DAY)


def test_the_command(town: Path, say) -> None:
    assert "nothing was written" in say("remind", "--today", "2026-06-02")
    invite(town / USE, today=DAY, now=datetime(2026, 6, 2, 9, tzinfo=UTC))
    assert "Education" in say(
        "remind", "--days", "366", "--today", "2026-06-02", "--out", "letters/mine"
    )
    assert "not empty" in say(
        "remind", "--days", "366", "--out", "letters/mine", "--today", "2026-06-02", status=2
    )
    assert "permissions-00001" in say("batch") and "Nothing new" in say("batch")
