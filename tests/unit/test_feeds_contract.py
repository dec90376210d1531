"""The contract of a feed: what it may say, and what it is told when it says something else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from licet.errors import BadInput
from licet.feeds.contract import Feed
from licet.files.feeds import feed_files, read_feed, read_feeds

WHOLE: dict[str, Any] = {
    "id": "education",
    "service": "education",
    "title": "School roll",
    "extract": date(2026, 9, 1),
    "one_record_per_person": True,
    "location": {"kind": "csv", "path": "data/roll.csv"},
    "fields": {"record": "id", "given": "first", "family": "last", "birth": "dob"},
}
TOML = """
id = "education"
service = "education"
title = "School roll"
extract = 2026-09-01
one_record_per_person = true
[location]
kind = "csv"
path = "data/roll.csv"
[fields]
record = "id"
given = "first"
birth = "dob"
[formats]
birth = "%d/%m/%Y"
placeholder_dates = [1970-01-01, "01-01"]
[[mentions]]
role = "guardian"
relationship = "parent"
name = "g1"
[[mentions]]
role = "guardian"
given = "g2"
[audit_only]
ethnicity = "eth"
"""


def feed(**changes: Any) -> Feed:
    return Feed(**(WHOLE | changes))


def refusal(**changes: Any) -> str:
    with pytest.raises(BadInput) as error:
        feed(**changes)
    return str(error.value)


def test_a_document_is_read(tmp_path: Path) -> None:
    path = tmp_path / "feeds" / "education.toml"
    path.parent.mkdir()
    path.write_text(TOML)
    found = read_feed(path)
    assert found.places == ("guardian1", "guardian2")
    assert list(found.columns) == ["id", "first", "dob", "g1", "g2", "eth"]
    assert found.formats.placeholder_dates == (date(1970, 1, 1), "01-01")
    assert feed_files(tmp_path) == feed_files(tmp_path / "feeds") == (path,)
    assert read_feeds(tmp_path) == ((path, found),)
    assert Feed(**found.model_dump()).hash() == found.hash()


FIELDS = WHOLE["fields"]


@pytest.mark.parametrize(
    ("changes", "complaints"),
    [
        ({"audit_only": {"ethnicity": "last"}}, ["a comparison on an audit-only column", "fields.family"]),
        ({"audit_only": {"ethnicity": "g"}, "mentions": [{"role": "contact", "name": "g"}]},
         ["a comparison on an audit-only column", "mentions[1].name"]),
        ({"audit_only": {"birth": "b2"}}, ["cannot be called 'birth'"]),
        ({"audit_only": {"a": "x", "b": "x"}}, ["stands there twice"]),
        ({"service": "school"}, ["education"]),
        ({"titel": "x"}, ["unknown key 'titel'", "write 'title'"]),
        ({"fields": FIELDS | {"famly": "x"}}, ["fields: famly", "write 'family'"]),
        ({"fields": {"given": "first"}}, ["'record' is missing"]),
        ({"fields": FIELDS | {"name": "n"}}, ["'name' and 'given'", "'name' and 'family'"]),
        ({"fields": FIELDS | {"street": "s", "address": "a"}}, ["'address' and 'street'"]),
        ({"fields": FIELDS | {"middle": "first"}}, ["'given' and 'middle' at once"]),
        ({"fields": FIELDS | {"name_order": "famly_first"}}, ["write 'family_first'"]),
        ({"fields": FIELDS | {"given": " "}}, ["the column has no name"]),
        ({"mentions": [{"role": "gardian", "name": "g"}]}, ["unknown role", "write 'guardian'"]),
        ({"mentions": [{"role": "guardian", "relationship": "parent"}]}, ["who is mentioned"]),
        ({"mentions": [{"role": "guardian", "name": "g", "relationship": "parrent"}]}, ["write 'parent'"]),
        ({"mentions": [{"role": "guardian", "name": "g", "given": "h"}]}, ["in parts"]),
        ({"mentions": [{"role": "guardian", "family": "last"}]}, ["of another person at once"]),
        ({"mentions": [{"role": "contact", "name": "g", "place": "p"}, {"role": "contact", "name": "h", "place": "p"}]},
         ["two mentions have the place 'p'"]),
        ({"formats": {"birth": "dd/mm/yyyy"}}, ["names no whole day", "%d/%m/%Y"]),
        ({"formats": {"birth": "%d/%m/%Q"}}, ["%Q"]),
        ({"formats": {"placeholder_dates": ["1 January"]}}, ["no placeholder date"]),
        ({"formats": {"sex": {"K": "woman"}}}, ["unknown sex 'woman'"]),
        ({"formats": {"relationship": {"K": "mum"}}}, ["unknown relationship 'mum'"]),
        ({"communal_addresses": ["Hill House"]}, ["no UPRN", "communal_addresses[1]"]),
        ({"location": {"kind": "csv"}}, ["without path"]),
        ({"location": {"kind": "sqlite", "path": "a.db"}}, ["without table"]),
        ({"location": {"kind": "duckdb", "path": "a.db", "table": "a; drop table b"}}, ["no table"]),
        ({"location": {"kind": "postgresql", "table": "a"}}, ["url_env"]),
        ({"location": {"kind": "csv", "path": "a", "table": "t"}}, ["has no table"]),
        ({"location": {"kind": "csv", "path": "a", "delimiter": ", "}}, ["no single character"]),
        ({"location": {"kind": "excel", "path": "a"}}, ["location: kind", "parquet"]),
    ],
)  # fmt: skip
def test_refusals(changes: dict[str, Any], complaints: list[str]) -> None:
    said = refusal(**changes)
    assert [text for text in complaints if text not in said] == [], said


@pytest.mark.parametrize("key", ["path", "url_env", "table"])
def test_a_password_in_the_file_is_refused_and_never_repeated(key: str) -> None:
    url = "postgresql://intake:hunter2@db/children"
    said = refusal(location={"kind": "postgresql", "url_env": "A", "table": "t", key: url})
    assert "a database URL or a password stands in the file" in said and "url_env" in said
    assert "hunter2" not in said
    assert "hunter2" not in refusal(location={"kind": "postgresql", "url": url})


def test_the_record_may_be_a_national_number() -> None:
    assert feed(fields=FIELDS | {"upn": "id"}).columns["id"] == "fields.record"


def test_all_faults_of_all_feeds_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "a.toml").write_text(TOML)
    (folder / "b.toml").write_text(TOML)
    (folder / "c.toml").write_text(TOML.replace('"education"', '"educaton"'))
    (folder / "d.toml").write_text("id = ")
    with pytest.raises(BadInput) as error:
        read_feeds(tmp_path)
    said = str(error.value)
    assert "also that of a.toml" in said and "c.toml" in said and "d.toml" in said
    with pytest.raises(BadInput, match="no feed is declared"):
        read_feeds(tmp_path / "nothing")
