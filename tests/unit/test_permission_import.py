"""``licet permission import``: all rows of a table, or none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl

from licet.files.town import PERMISSIONS
from tests.unit.permission_town import (  # noqa: F401
    DAY,
    GOOD,
    HEAD,
    USE,
    app,
    events,
    known,
    published,
    say,
    subjects,
    town,
)

# ruff: noqa: F811


def test_the_answers_of_the_town(town: Path, say) -> None:
    rows = len((town / PERMISSIONS).read_text("utf-8").splitlines()) - 1
    said = say("import", PERMISSIONS)
    assert said.startswith(f"{rows} rows read, {rows} recorded now.")
    assert len(events(town)) == rows
    assert f"{rows} rows read, 0 recorded now." in say("import", PERMISSIONS)
    assert len(events(town)) == rows
    people = subjects(town)
    assert people.filter(pl.col("given").str.contains("[A-Z]")).is_empty(), "standard form"
    assert people["postcode"].drop_nulls().str.contains(r"^[A-Z0-9]+ [0-9][A-Z]{2}$").all()
    counts = say("show", "--counts", "--use", "early-help", "--today", DAY)
    assert "may be used A holder of responsibility said yes." in counts
    shown = json.loads(say("show", "--counts", "--today", DAY, "--json"))
    numbers = [row["subjects"] for use in shown for row in use["counts"]]
    assert all(n is None or n == 0 or (n >= 10 and n % 5 == 0) for n in numbers)


def test_a_yes_on_a_notice_that_nobody_could_read_does_not_count(town: Path, say) -> None:
    """The use has no notice in Somali: whoever reads only that has read none."""
    head = "subject,given,family,birth,language,relation,use,effect,at,verified_by\n"
    rows = "a,Ann,Lee,1990-01-02,so,self,early-help,yes,2026-01-25,desk\n"
    rows += "b,Bea,Lee,1990-01-02,pl,self,early-help,yes,2026-01-25,desk\n"
    (town / "t.csv").write_text(head + rows, "utf-8")
    assert "Notices in pl are not in notices/" in say("import", "t.csv")
    assert [event.language for event in events(town)] == ["en", "pl"]
    assert "in no language known to be read" in " ".join(say("show", "a", "--today", DAY).split())
    follows = json.loads(say("show", "b", "--today", DAY, "--json"))["decisions"]
    assert {d["outcome"] for d in follows if d["use"] == "early-help"} == {"granted"}


def test_a_table_with_faults_is_told_whole_and_records_nothing(town: Path, say) -> None:
    rows = [
        GOOD,
        "b,Bea,Lee,1990-13-02,self,early-help,yes,2026-01-25,desk,",
        "c,Cat,Lee,1990-01-02,self,early-hlp,yes,2026-01-25,desk,",
        "d,Dan,Lee,1990-01-02,self,early-help,yes,2199-01-25,desk,",
        "e,Eve,Lee,1990-01-02,self,early-help,withdraw,2026-01-25,desk,",
        "f,Fay,Lee,1990-01-02,self,early-help,yes,2026-01-25,desk,police",
        "g,Gus,Lee,1990-01-02,self,early-help,yes,2026-01-25,desk,polce",
        "h,,,,self,early-help,no,2026-01-25,,",
    ]
    (town / "t.csv").write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    said = say("import", "t.csv", status=2)
    wanted = [
        (3, "'1990-13-02' is no date"),
        (4, "unknown use 'early-hlp'"),
        (5, "still to come"),
        (6, "was ever given by this person"),
        (7, "early-help joins no records of 'police'"),
        (8, "unknown service 'polce'"),
        (9, "nobody is known as 'h', and no details are given"),
    ]
    places = [int(number) for number in re.findall(r"t\.csv: row (\d+)", said)]
    assert places == [number for number, _ in wanted]
    for _, what in wanted:
        assert what in said
    assert events(town) == () and subjects(town).is_empty()


def test_a_yes_to_a_use_of_several_versions_says_to_which(town: Path, say) -> None:
    path = town / USE
    path.write_text(path.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    (town / "t.csv").write_text(HEAD + GOOD + "\n", "utf-8")
    assert "which version of 'early-help'?" in say("import", "t.csv", status=2)
    assert events(town) == ()


def test_details_that_are_told_again_keep_what_was_known(town: Path, say) -> None:
    head = HEAD.replace("verified_by", "postcode").replace("service", "records")
    (town / "t.csv").write_text(
        head
        + "a,Ann,Lee,1990-01-02,self,early-help,yes,2026-01-25,zz1 1zz,education/1\n"
        + "a,,LEE-Roy,,self,early-help,no,2026-01-26,,early_years/2\n",
        "utf-8",
    )
    say("import", "t.csv")
    (one,) = subjects(town).to_dicts()
    assert (one["given"], one["family"]) == ("ann", "lee roy") and one["postcode"] == "ZZ1 1ZZ"
    assert one["birth"].isoformat() == "1990-01-02"
    assert one["records"] == ["education/1", "early_years/2"]
