"""Who is asked, and who is asked again: clients of a service, birthdays, versions, refusals."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from licet.chapters.clients import _family as family_of
from licet.chapters.clients import clients_of
from licet.chapters.feeding import standard_feed
from licet.files.feeds import read_feed
from tests.unit.permission_town import (  # noqa: F401
    DAY,
    USE,
    app,
    events,
    flow_publish,
    letters,
    published,
    say,
    subjects,
    town,
)

# ruff: noqa: F811


def clients(town: Path, name: str, today: str = DAY):
    path = town / "feeds" / f"{name}.toml"
    return clients_of([(path, read_feed(path))], {}, today=date.fromisoformat(today))


def test_names_and_addresses_are_printed_as_the_service_writes_them(town: Path) -> None:
    for name in ("education", "early_years", "social_work"):
        found = clients(town, name)
        rows = standard_feed(town / "feeds" / f"{name}.toml")[1].rows
        assert {row for one in found for row in one.identity.records} == set(rows["row"])
        assert any(one.name != one.name.casefold() for one in found)
        for one in found:
            if one.reachable:
                assert one.name and one.lines and one.postcode
                assert not any(one.postcode in line.upper() for line in one.lines)


def test_nobody_is_written_to_where_they_no_longer_live(town: Path) -> None:
    rows = standard_feed(town / "feeds" / "social_work.toml")[1].rows
    ended = set(rows.filter(pl.col("seen_to") < date.fromisoformat(DAY))["row"])
    assert ended
    for one in clients(town, "social_work"):
        if ended >= set(one.identity.records):
            assert not one.reachable


def test_rows_that_agree_in_everything_are_one_client(town: Path) -> None:
    path = town / "feeds" / "data" / "early_years.csv"
    rows = list(csv.reader(path.read_text("utf-8").splitlines(), delimiter=";"))
    place = rows[0].index("registration")
    again = [*rows[1]]
    again[place] = "EY99999"
    before = len(clients(town, "early_years"))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerow(again)
    found = clients(town, "early_years")
    assert len(found) == before
    (one,) = [c for c in found if "early_years/EY99999" in c.identity.records]
    assert f"early_years/{rows[1][place]}" in one.identity.records
    register = town / "feeds" / "early_years.toml"
    text = register.read_text("utf-8").replace("per_person = false", "per_person = true")
    register.write_text(text, "utf-8")
    assert len(clients(town, "early_years")) == len(rows)


def test_who_lives_behind_one_door_is_one_family_but_not_in_a_hostel(town: Path) -> None:
    found = clients(town, "education")
    doors = {}
    for one in found:
        if one.identity.house and one.identity.postcode:
            place = (one.identity.house, one.identity.street, one.identity.postcode)
            doors.setdefault(place, set()).add(one.family)
        else:
            assert one.family == one.identity.handle
    assert len(doors) < len(found) and all(len(families) == 1 for families in doors.values())
    path = town / "feeds" / "social_work.toml"
    feed = read_feed(path)
    row = {"uprn": feed.communal_addresses[0], "house": "1", "street": "a", "postcode": "b"}
    assert family_of(feed, {**row, "row": "x/1"}) != family_of(feed, {**row, "row": "x/2"})


def test_at_thirteen_and_sixteen_they_are_asked_again(town: Path, say) -> None:
    say("invite", USE, "--today", "2026-06-01")
    first = {event.subject for event in events(town)}
    count = len(events(town))
    say("invite", USE, "--today", "2026-11-20")
    births = dict(subjects(town).select("subject", "birth").iter_rows())
    again = {event.subject for event in events(town)[count:]}
    turned = {
        subject
        for subject in first
        if births[subject] is not None
        and any(
            date(2026, 6, 1)
            < births[subject].replace(year=births[subject].year + age, day=1)
            <= date(2026, 11, 1)
            for age in (13, 16)
        )
    }
    assert turned and turned <= again
    for subject in again & first:
        age = 2026 - births[subject].year
        assert age in (13, 16)


def test_a_used_code_is_never_printed_again(town: Path, say) -> None:
    """Who answered before their birthday is asked again with a code that still works."""
    say("invite", USE, "--today", "2026-06-01")
    first = letters(town, day="2026-06-01")
    for one in first:
        say("record", one["code"], "no", "--today", "2026-06-01")
    used = {one["code"] for one in first}
    say("invite", USE, "--today", "2026-11-20")
    again = letters(town, day="2026-11-20")
    assert again and not used & {one["code"] for one in again}
    said = {say("record", first[0]["code"], "yes", status=2).replace(first[0]["code"], "CODE")}
    said.add(say("record", first[1]["code"], "no", status=2).replace(first[1]["code"], "CODE"))
    (told,) = said
    assert told.startswith("this code was used before") and "withdraw CODE" in told
    for one in again:
        say("record", one["code"], "yes")


def test_a_letter_at_another_age_has_another_code(town: Path, say) -> None:
    """Also where nobody answered: whoever kept the old letter cannot answer the new one."""
    say("invite", USE, "--today", "2026-06-01")
    first = {one["code"] for one in letters(town, day="2026-06-01")}
    say("invite", USE, "--today", "2026-11-20")
    again = {one["code"] for one in letters(town, day="2026-11-20")}
    assert again and not first & again


def bump(town: Path, *changes: tuple[str, str]) -> None:
    path = town / USE
    text = path.read_text("utf-8").replace("version = 1", "version = 2")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    flow_publish(town)


def test_a_change_that_does_not_matter_asks_nobody_again(town: Path, say) -> None:
    say("invite", USE, "--today", "2026-06-01")
    bump(town, ("Early help for families, run", "Early help for all families, run"))
    assert "Nobody is left to ask" in say("invite", USE, "--today", DAY)


def test_a_change_that_matters_asks_again_but_nobody_who_said_no(town: Path, say) -> None:
    say("invite", USE, "--today", "2026-06-01")
    one, two, three, *_ = letters(town, day="2026-06-01")
    say("record", one["code"], "no")
    say("record", two["code"], "yes")
    refused, agreed = (event.subject for event in events(town)[-2:])
    say("withdraw", three["code"])
    turned = events(town)[-1]
    handle = dict(subjects(town).select("subject", "handle").iter_rows())[turned.subject]
    voice = {"self": ()}.get(
        turned.relation, ("--relation", turned.relation, "--said-by", f"{handle} holder")
    )
    say("record", handle, "yes", "--use", "early-help", "--verified", "desk", *voice)
    assert events(town)[-1].expressed_by == turned.expressed_by
    bump(town, ('intended_action = "offer_of_support"', 'intended_action = "information"'))
    count = len(events(town))
    say("invite", USE, "--today", DAY)
    again = {event.subject for event in events(town)[count:]}
    assert agreed in again and refused not in again
    assert turned.subject in again, "the no was followed by a yes, and does not stand"
    codes = {letter["code"] for letter in letters(town)}
    assert two["code"] not in codes, "a new version has codes of its own"


@pytest.mark.parametrize(("who", "asked"), [("self", set()), ("parental_responsibility", {"self"})])
def test_a_young_persons_no_ends_the_asking_and_a_holders_does_not(
    town: Path, say, who: str, asked: set[str]
) -> None:
    """From 13 the child's own no is final; a holder's stands until the child decides."""
    (town / "t.csv").write_text(young(town, who), "utf-8")
    say("import", "t.csv")
    (subject,) = {event.subject for event in events(town)}
    say("invite", USE, "--today", DAY)
    assert {e.relation for e in events(town)[1:] if e.subject == subject} == asked


def young(town: Path, who: str) -> str:
    """A table in which somebody says no for a client of 13 to 15 who can be written to."""
    one = next(
        c
        for c in clients(town, "education")
        if c.birth and date(2011, 1, 1) <= c.birth < date(2013, 1, 1) and c.reachable
        and c.identity.languages == ("en",)
    )  # fmt: skip
    row = one.identity.handle
    head = "subject,records,given,birth,expressed_by,relation,use,effect,at"
    said = "" if who == "self" else "mum"
    cells = (row, row, one.identity.given, one.birth, said, who, "early-help", "no", "2026-05-01")
    return f"{head}\n{','.join(str(cell) for cell in cells)}\n"
