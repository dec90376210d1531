"""Tables of a feed: what may be declared, and what its lines are read as."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from licet.errors import BadInput
from licet.feeds.contract import Feed
from licet.files.extracts import read_lines
from licet.files.feeds import read_feed
from tests.identify.made import ABSENCES, FEED, feed, with_table, with_value

TOML = """
id = "education"
service = "education"
title = "School roll"
extract = 2026-09-01
one_record_per_person = true
[location]
kind = "csv"
path = "roll.csv"
[fields]
record = "id"
[formats]
dates = "%d/%m/%Y"
[tables.absences]
record = "pupil"
happened = "day"
[tables.absences.location]
kind = "csv"
path = "absences.csv"
[tables.absences.values.sessions]
column = "missed"
kind = "number"
meaning = "Sessions missed"
"""


def test_a_table_is_read_from_a_contract(tmp_path: Path) -> None:
    (tmp_path / "education.toml").write_text(TOML)
    (tmp_path / "absences.csv").write_text("pupil,day,missed,name\n7,02/01/2026,1.5,Ann\n")
    found = read_feed(tmp_path / "education.toml")
    table = found.tables["absences"]
    assert table.columns == {"pupil": "record", "day": "happened", "missed": "values.sessions"}
    assert read_lines(found, "absences", tmp_path).rows() == [
        ("7", date(2026, 1, 2), date(2026, 9, 1), 15_000)
    ]


def test_a_contract_without_tables_keeps_its_hash() -> None:
    """Runs that were made before tables came name the hash of their feeds."""
    without = feed(tables={})
    assert "tables" not in without.canonical()
    assert without.hash() != feed().hash()


def test_no_column_of_a_table_is_among_those_that_are_linked() -> None:
    assert set(feed().columns) == set(feed(tables={}).columns)


def test_a_contract_is_the_same_when_it_is_read_back() -> None:
    found = feed()
    assert Feed(**json.loads(found.whole())) == found
    assert Feed(**found.model_dump()).hash() == found.hash()


def test_what_identifies_or_is_audit_only_is_refused_with_the_record_apart() -> None:
    assert with_table(record="id").tables["absences"].record == "id"
    assert with_table(happened="since").tables["absences"].happened == "since"


@pytest.mark.parametrize(
    ("make", "complaints"),
    [
        (lambda: with_value("origin", column="eth"), ["audit-only column 'eth' (ethnicity)", "tables.absences.values.origin"]),
        (lambda: with_value("origin", column=" ETH"), ["audit-only"]),
        (lambda: with_value("ethnicity"), ["a value called 'ethnicity'"]),
        (lambda: with_table(record="eth"), ["audit-only"]),
        (lambda: with_value("who", column="last"), ["says who somebody is (fields.family)"]),
        (lambda: with_value("who", column="parent1"), ["says who somebody is (mentions[1].name)"]),
        (lambda: with_value("who", column="id"), ["says who somebody is (fields.record)"]),
        (lambda: with_value("birth"), ["cannot be called 'birth'"]),
        (lambda: with_value("Sessions"), ["cannot be called 'Sessions'", "small letters"]),
        (lambda: with_value("not"), ["cannot be called 'not'"]),
        (lambda: with_value("happened"), ["cannot be called 'happened'"]),
        (lambda: with_value("a b"), ["cannot be called 'a b'"]),
        (lambda: with_value("more", column="missed"), ["'missed' is 'values.sessions' and 'values.more' at once"]),
        (lambda: with_value("more", kind="numbr"), ["kind", "write 'number'"]),
        (lambda: with_value("more", kind="word"), ["without its words"]),
        (lambda: with_value("more", words=["a"]), ["has no words"]),
        (lambda: with_value("more", kind="word", words=["a", "a"]), ["stands there twice", "words[2]"]),
        (lambda: with_value("more", kind="word", words=["a\tb"]), ["is no line of text"]),
        (lambda: with_value("more", meaning=" "), ["nothing is said"]),
        (lambda: with_value("more", colum="x"), ["unknown key 'colum'", "write 'column'"]),
        (lambda: with_table(happend="x"), ["unknown key 'happend'", "write 'happened'"]),
        (lambda: with_table(happened="pupil"), ["'pupil' is 'record' and 'happened' at once"]),
        (lambda: with_table(location={"kind": "csv"}), ["tables.absences: location: path", "without path"]),
        (lambda: feed(tables={"My table": ABSENCES}), ["a table cannot be called 'My table'"]),
        (lambda: feed(tables={"absences": {k: v for k, v in ABSENCES.items() if k != "happened"}}),
         ["tables.absences: happened", "'happened' is missing"]),
    ],
)  # fmt: skip
def test_refusals(make: Callable[[], Feed], complaints: list[str]) -> None:
    with pytest.raises(BadInput) as error:
        make()
    said = str(error.value)
    assert [text for text in complaints if text not in said] == [], said


HEADER = "pupil,day,entered,missed,ok,why,back,late\n"


def lines(tmp_path: Path, *rows: str, **changes: object) -> pl.DataFrame:
    (tmp_path / "absences.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return read_lines(Feed(**(FEED | changes)), "absences", tmp_path)


def test_lines_are_typed_and_what_is_not_known_is_null(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        "7,2026-01-02,2026-01-05,1.5,Yes,ill,2026-01-09,0",
        "8,2026-01-02,,-2,n,other,n/k,",
        "8,1900-01-01,2026-01-05,1e3,,,1900-01-01,0.00004",
    )
    assert found.rows() == [
        ("7", date(2026, 1, 2), date(2026, 1, 5), 15_000, True, "ill", date(2026, 1, 9), 0),
        ("8", date(2026, 1, 2), date(2026, 9, 1), -20_000, False, "other", None, None),
        ("8", None, date(2026, 1, 5), 10_000_000, None, None, None, 0),
    ]


def test_a_table_may_hold_no_lines(tmp_path: Path) -> None:
    assert lines(tmp_path).height == 0


def test_other_words_and_numbers_are_not_known_if_they_are_few(tmp_path: Path) -> None:
    bad = "7,2026-13-02,2026-01-05,inf,maybe,Ill,soon,1e11"
    found = lines(tmp_path, bad, *["7,2026-01-02,2026-01-02,1,y,ill,2026-01-02,0"] * 99)
    assert found.row(0) == ("7", None, date(2026, 1, 5), None, None, None, None, None)


def test_lines_that_do_not_fit_are_refused_all_at_once_and_never_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as error:
        lines(
            tmp_path, ",2026-13-02,4/5/26,zz12,zzmaybe,zzIll,zzsoon,zz", "7,2026-01-02,,1,y,ill,,0"
        )
    said = str(error.value)
    assert len(error.value.faults) == 8
    for text in ("absences.csv: tables.absences: values.sessions", "no record number", "row 2",
                 "a number, such as 12", "yes, y, true", "ill, holiday, other", "'%Y-%m-%d'"):  # fmt: skip
        assert text in said
    assert "zz" not in said


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "absences.csv").write_text(HEADER.replace("missed", "mised") + "7,,,,,,,\n")
    with pytest.raises(BadInput, match=r"(?s)no column 'missed'.*values\.sessions.*write 'mised'"):
        read_lines(feed(), "absences", tmp_path)


def test_a_table_of_a_database_is_read_alike(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "lines.sqlite") as made:
        made.execute("create table absences (pupil, day, entered, missed, ok, why, back, late)")
        made.execute(
            "insert into absences values (7, '2026-01-02', null, 2.5, 1, 'ill', null, null)"
        )
    made.close()
    location = {"kind": "sqlite", "path": "lines.sqlite", "table": "absences"}
    found = read_lines(with_table(location=location), "absences", tmp_path)
    assert found.rows() == [
        ("7", date(2026, 1, 2), date(2026, 9, 1), 25_000, True, "ill", None, None)
    ]


def test_a_table_is_counted_and_its_breaks_are_told_with_their_place(tmp_path: Path) -> None:
    """Of 60 lines: 12 of no record of the extract, 15 after it, 11 that do not say how many sessions."""
    from licet.chapters.feeding import check_feeds, feeds_json, feeds_screen

    (tmp_path / "education.toml").write_text(TOML)
    (tmp_path / "roll.csv").write_text("id\n" + "\n".join(str(n) for n in range(40)) + "\n")
    pupils = [n if n < 40 else n - 40 if n < 48 else 900 + n for n in range(60)]
    days = ["02/10/2026" if n < 15 else "02/01/2026" for n in range(60)]
    lines = [f"{pupils[n]},{days[n]},{'' if n >= 49 else 2}" for n in range(60)]
    (tmp_path / "absences.csv").write_text("pupil,day,missed\n" + "\n".join(lines) + "\n")
    found = check_feeds(tmp_path / "education.toml", today=date(2026, 11, 30))
    (table,) = found[0].tables
    assert (table.lines, table.unknown, table.undated, table.after) == (60, 12, 0, 15)
    assert table.missing == {"sessions": 11}
    assert json.loads(feeds_json(found))["feeds"][0]["tables"][0]["after"] == 15
    shown = " ".join(feeds_screen(found).split())
    assert "absences 60 12 0 15" in shown
    # Nine of 60: neither they nor what they leave may be told.
    (tmp_path / "absences.csv").write_text("pupil,day,missed\n" + "\n".join(lines[6:]) + "\n")
    assert (
        check_feeds(tmp_path / "education.toml", today=date(2026, 11, 30))[0].tables[0].after
        is None
    )
    (tmp_path / "absences.csv").write_text("pupil,day,missed\n1,2026-01-02,3\n,02/01/2026,x\n")
    with pytest.raises(BadInput) as error:
        check_feeds(tmp_path / "education.toml", today=date(2026, 11, 30))
    said = str(error.value)
    for part in ("absences.csv: tables.absences: happened = 'day': row 2", "record = 'pupil': row 3",
                 "values.sessions = 'missed': row 3"):  # fmt: skip
        assert part in said, said
