"""Extracts from every kind of place, and every way in which they can be wrong."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.errors import BadInput
from licet.feeds.contract import Feed
from licet.feeds.standard import standardise
from licet.files.extracts import read_extract

ROWS = pl.DataFrame({
    "id": ["007", "8", "9"], "first": ["Zoë", " Ali ", None], "dob": ["01/02/2010", "", "03/04/2011"],
    "secret": ["a", "b", "c"],
})  # fmt: skip
WANTED = {"id": ["007", "8", "9"], "first": ["Zoë", "Ali", None],
          "dob": ["01/02/2010", None, "03/04/2011"]}  # fmt: skip


def feed(kind: str = "csv", path: str = "a.csv", **location: Any) -> Feed:
    formats = location.pop("formats", {})
    return Feed(
        id="roll", service="education", title="Roll", extract=date(2026, 9, 1),
        one_record_per_person=True,
        location={"kind": kind, "path": path, **location},
        fields={"record": "id", "given": "first", "birth": "dob"},
        formats={"birth": "%d/%m/%Y", **formats},
    )  # fmt: skip


def refusal(declared: Feed, folder: Path, **more: Any) -> str:
    with pytest.raises(BadInput) as error:
        read_extract(declared, folder, **more)
    return str(error.value)


def csv(folder: Path, data: bytes | str, **location: Any) -> pl.DataFrame:
    (folder / "a.csv").write_bytes(data.encode() if isinstance(data, str) else data)
    return read_extract(feed(**location), folder)


def csv_refusal(folder: Path, data: bytes | str, **location: Any) -> str:
    with pytest.raises(BadInput) as error:
        csv(folder, data, **location)
    return str(error.value)


HEAD = "id,first,dob\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["", "cp1252", "utf-16"])
def test_csv(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = ROWS.write_csv(separator=delimiter)
    data = text.encode(encoding or "utf-8-sig")
    declared = {"delimiter": delimiter} if delimiter == "|" else {}
    found = csv(tmp_path, data, encoding=encoding, **declared)
    assert found.to_dict(as_series=False) == WANTED


def test_csv_with_quotes_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    text = 'first,id,dob\r\n"Ali, ""A""\nB",1,01/02/2010\r\nBo,2,\r\n\r\n'
    found = csv(tmp_path, text)
    assert found["first"].to_list() == ['Ali, "A"\nB', "Bo"]
    assert found["id"].to_list() == ["1", "2"]


def test_parquet_keeps_dates_and_whole_numbers(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"id": [1.0, 2.0], "first": ["Zoë", None], "dob": [date(2010, 2, 1), None]}
    )
    frame.write_parquet(tmp_path / "a.parquet")
    found = read_extract(feed("parquet", "a.parquet"), tmp_path)
    assert found["id"].to_list() == ["1", "2"] and found["dob"].dtype == pl.Date
    rows = standardise(feed(), found).rows
    assert rows["birth"].to_list() == [date(2010, 2, 1), None]


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    ROWS.head(1).write_csv(tmp_path / "in" / "1.csv")
    ROWS.tail(2).write_parquet(tmp_path / "in" / "2.parquet")
    (tmp_path / "in" / "notes.md").write_text("x")
    found = read_extract(feed("folder", "in"), tmp_path)
    assert found.to_dict(as_series=False) == WANTED
    ROWS.select("id", "dob").write_csv(tmp_path / "in" / "3.csv")
    assert "3.csv" in refusal(feed("folder", "in"), tmp_path)
    assert "at least one" in refusal(feed("folder", "in", files="*.gz"), tmp_path)
    assert "no such folder" in refusal(feed("folder", "out"), tmp_path)


def test_arrived_rows_are_read_instead(tmp_path: Path) -> None:
    ROWS.write_parquet(tmp_path / "new.parquet")
    found = read_extract(feed(), tmp_path, arrived=tmp_path / "new.parquet")
    assert found.to_dict(as_series=False) == WANTED


def test_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute('create table "pupils" (id text, first text, dob text, secret text)')
        connection.executemany("insert into pupils values (?, ?, ?, ?)", ROWS.rows())
    connection.close()
    found = read_extract(feed("sqlite", "a.db", table="pupils"), tmp_path)
    assert found.to_dict(as_series=False) == WANTED
    assert "no such table" in refusal(feed("sqlite", "a.db", table="pupil"), tmp_path)
    (tmp_path / "b.db").write_bytes(b"no database at all" * 100)
    assert "not a database" in refusal(feed("sqlite", "b.db", table="pupils"), tmp_path)


def test_duckdb(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("create table pupils (id text, first text, dob text)").fetchall()
        connection.executemany("insert into pupils values (?, ?, ?)", ROWS.drop("secret").rows())
        assert "cannot be read" in refusal(feed("duckdb", "b", table="t"), _damaged(tmp_path))
    found = read_extract(feed("duckdb", "a.duckdb", table="main.pupils"), tmp_path)
    assert found.to_dict(as_series=False) == WANTED


def _damaged(folder: Path) -> Path:
    (folder / "b").write_bytes(b"no database at all" * 1000)
    return folder


def test_a_database_server_that_is_wrong_down_or_not_named(tmp_path: Path) -> None:
    declared = feed("postgresql", "", table="pupils", url_env="LICET_TEST_URL")
    assert "LICET_TEST_URL is not set" in refusal(declared, tmp_path, environment={})
    for url in ("postgresql://u:hunter2@127.0.0.1:1/x", "nonsense"):
        said = refusal(declared, tmp_path, environment={"LICET_TEST_URL": url})
        assert "hunter2" not in said and "127.0.0.1" not in said
        assert "cannot be" in said


@pytest.mark.parametrize(
    ("data", "complaints"),
    [
        ("", ["the file is empty"]),
        ("\n\n", ["the file is empty"]),
        (HEAD, ["no rows"]),
        ("id,firts,dob\n1,Ali,01/02/2010\n", ["no column 'first'", "write 'firts'", "fields.given"]),
        ("id,x\n1,2\n", ["no column 'first'", "no column 'dob'"]),
        (HEAD + "1,A,2010-02-01\n2,B,01/02/2010\n3,C,1/13/2010\n",
         ["2 dates do not fit", "'%d/%m/%Y'", "rows 2, 4", "66.7 %"]),
        (HEAD + "1,A,\n2,B,\n1,C,\n1,D,\n", ["1 record number stands in several rows (3 rows)", "rows 2, 4, 5"]),
        (HEAD + ",A,\n2,B,\n ,C,\n", ["2 rows have no record number", "rows 2, 4"]),
        (HEAD + "1,A,\n2,B,,\n", ["row 3 has 4 cells"]),
        (HEAD + "1,A,\n2,B\n", ["row 3 has 2 cells"]),
        (HEAD + '1,"A",\n2,B\n', ["2 cells"]),
        (HEAD + '1,"A,\n2,B,\n', ["cannot be read"]),
        ("id,id,first,dob\n1,1,A,\n", ["'id' stands there twice"]),
        (HEAD + "1,A\x00,\n", ["NUL"]),
        (HEAD.encode() + "1,Zoë,\n".encode("cp1252"), ["line 2, byte 5 (0xEB) is not UTF-8", 'encoding = "cp1252"']),
        (HEAD.encode() + "1,Zoë,\n".encode() + "2,Zoë,\n".encode("cp1252"),
         ["the encodings are mixed: line 2 is UTF-8, line 3, byte 5 (0xEB) is not"]),
        (HEAD.encode("utf-16") + b"", ["UTF-16"]),
    ],
)  # fmt: skip
def test_csv_refusals(tmp_path: Path, data: bytes | str, complaints: list[str]) -> None:
    said = csv_refusal(tmp_path, data)
    assert [text for text in complaints if text not in said] == [], said


@pytest.mark.parametrize(("sign", "name"), [(",", "commas"), ("\t", "tabs"), ("|", "bars")])
def test_another_delimiter_than_the_declared_one_is_one_message(
    tmp_path: Path, sign: str, name: str
) -> None:
    text = ROWS.write_csv(separator=sign)
    said = csv_refusal(tmp_path, text, delimiter=";")
    assert f"its columns are parted by {name}, not by ';'" in said
    assert f"delimiter = {sign!r}" in said and "no column" not in said


def test_a_declared_encoding_that_is_not_the_one(tmp_path: Path) -> None:
    mixed = HEAD.encode() + "1,Zoë,\n".encode() + "2,Zoë,\n".encode("cp1252")
    assert "the encodings are mixed" in csv_refusal(tmp_path, mixed, encoding="cp1252")
    assert "is UTF-8, not cp1252" in csv_refusal(tmp_path, HEAD + "1,Zoë,\n", encoding="cp1252")
    assert "unknown encoding" in csv_refusal(tmp_path, HEAD + "1,A,\n", encoding="cp12")
    assert "is not ascii text" in csv_refusal(tmp_path, HEAD + "1,Zoë,\n", encoding="ascii")


def test_all_breaks_at_once_and_no_value_in_them(tmp_path: Path) -> None:
    said = csv_refusal(tmp_path, HEAD + "7342,Zebedee,31-31-2010\n7342,B,x\n")
    assert "not fit" in said and "several rows" in said
    assert not any(value in said for value in ("7342", "Zebedee", "31-31"))


def test_a_small_share_of_wrong_dates_is_missing_and_counted(tmp_path: Path) -> None:
    lines = "".join(f"{n},A,01/02/2010\n" for n in range(199)) + "x,A,2010\n"
    found = standardise(feed(), csv(tmp_path, HEAD + lines))
    assert found.rows["birth"].null_count() == 1
    assert ("birth", "misfit", 1) in found.changes.select("field", "change", "rows").rows()
    assert "not fit" in csv_refusal(tmp_path, HEAD + lines, formats={"tolerated": 0.001})


def test_words_for_no_date_are_no_fault(tmp_path: Path) -> None:
    assert csv(tmp_path, HEAD + "1,A,00/00/0000\n2,B,unknown\n").height == 2


@pytest.mark.parametrize("cut", [0, 4, 100, -8, -1])
def test_truncated_parquet(tmp_path: Path, cut: int) -> None:
    ROWS.write_parquet(tmp_path / "whole.parquet")
    data = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(data[:cut])
    said = refusal(feed("parquet", "a.parquet"), tmp_path)
    assert "a.parquet" in said and ("empty" in said or "ask the service" in said)


def test_missing_files(tmp_path: Path) -> None:
    (tmp_path / "roll.csv").write_text(HEAD)
    assert "write 'roll.csv'" in refusal(feed(path="rol.csv"), tmp_path)
    assert "folder" in refusal(feed(path="."), tmp_path)
