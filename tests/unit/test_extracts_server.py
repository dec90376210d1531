"""A feed that is a table of a PostgreSQL server; the server is one of the test's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from licet.files.extracts import read_extract
from tests.store.conftest import new_database, postgresql  # noqa: F401
from tests.unit.test_extracts import feed, refusal


def test_a_table_of_a_server(postgresql: str, tmp_path: Path) -> None:  # noqa: F811
    import psycopg

    url = new_database(postgresql)
    with psycopg.connect(url) as connection:
        connection.execute("create schema intake")
        connection.execute(
            "create table intake.pupils (id bigint, first text, dob date, secret text)"
        )
        connection.execute("insert into intake.pupils values (7, ' Zoë ', '2010-02-01', 'x')")
        connection.execute("insert into intake.pupils values (8, '', null, 'x')")
    declared = feed("postgresql", "", table="intake.pupils", url_env="LICET_TEST_URL")
    environment = {"LICET_TEST_URL": url}
    found = read_extract(declared, tmp_path, environment)
    assert found.to_dict(as_series=False) == {
        "id": ["7", "8"],
        "first": ["Zoë", None],
        "dob": [date(2010, 2, 1), None],
    }
    assert found["dob"].dtype == pl.Date
    other = feed("postgresql", "", table="intake.pupil", url_env="LICET_TEST_URL")
    assert "does not exist" in refusal(other, tmp_path, environment=environment)
    with psycopg.connect(url) as connection:
        connection.execute("alter table intake.pupils rename first to fist")
    assert "write 'fist'" in refusal(declared, tmp_path, environment=environment)
