"""Standard rows: shapes, people named in rows, dates of addresses, audit-only columns, changes."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from licet.feeds.contract import STANDARD, Feed
from licet.feeds.standard import MENTIONED, standardise
from tests.spec.test_standard_names import feed

DAYS = {"seen_from": "since", "seen_to": "until"}


def test_a_feed_with_a_record_alone_has_every_column() -> None:
    found = standardise(feed({}), pl.DataFrame({"id": [" 007 ", "8"]}))
    assert tuple(found.rows.columns) == STANDARD
    assert found.rows["row"].to_list() == ["school/007", "school/8"]
    assert found.rows["record"].to_list() == ["007", "8"]
    kinds = dict(found.rows.schema)
    dates = {name for name, kind in kinds.items() if kind == pl.Date}
    assert dates == {"birth", "seen_from", "seen_to"}
    assert all(kinds[name] == pl.String for name in kinds if name not in dates)
    assert tuple(found.mentions.columns) == MENTIONED and found.mentions.is_empty()
    assert found.audit.columns == ["row"] and found.changes.is_empty()


def test_people_named_in_rows() -> None:
    frame = pl.DataFrame({
        "id": ["1", "2", "3"],
        "g1": ["Mrs Maria de la Cruz", None, "unknown"],
        "how": ["Mum", "", "Auntie"],
        "born": ["1980-02-01", "1981-01-01", "1900-01-01"],
        "sib": ["2", " ", None],
    })  # fmt: skip
    declared = feed(
        {},
        mentions=[
            {"role": "guardian", "name": "g1", "relationship": "carer",
             "relationship_column": "how", "birth": "born"},
            {"role": "sibling", "record": "sib", "relationship": "sibling", "place": "brother"},
        ],
        formats={"relationship": {"auntie": "relative"}},
    )  # fmt: skip
    found = standardise(declared, frame).mentions
    assert found.rows() == [
        ("school/1", "guardian1", "guardian", "parent", "maria", "de la cruz", date(1980, 2, 1), None),
        ("school/2", "guardian1", "guardian", "carer", None, None, date(1981, 1, 1), None),
        ("school/1", "brother", "sibling", "sibling", None, None, None, "2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2020-01-01", "2021-01-01", (date(2020, 1, 1), date(2021, 1, 1))),
        ("2020-01-01", None, (date(2020, 1, 1), None)),
        ("2020-01-01", "9999-12-31", (date(2020, 1, 1), None)),
        ("1900-01-01", "2021-01-01", (None, date(2021, 1, 1))),
        ("2022-01-01", "2021-01-01", (None, date(2021, 1, 1))),
        # An end that cannot be read is an end all the same: at the latest the day of the extract.
        ("2020-01-01", "last May", (date(2020, 1, 1), date(2026, 9, 1))),
        ("last May", None, (None, None)),
        ("2020-01-01", "n/k", (date(2020, 1, 1), None)),
    ],
)
def test_when_an_address_was_true(
    since: str | None, until: str | None, found: tuple[date | None, date | None]
) -> None:
    kinds = {"since": pl.String, "until": pl.String, "id": pl.String}
    frame = pl.DataFrame({"since": [since], "until": [until], "id": ["1"]}, schema=kinds)
    rows = standardise(feed(DAYS), frame).rows
    assert rows.select("seen_from", "seen_to").row(0) == found
    typed = frame.with_columns(pl.col("since", "until").str.to_date(strict=False))
    if "last May" not in (since, until):
        assert standardise(feed(DAYS), typed).rows.select("seen_from", "seen_to").row(0) == found


def test_audit_only_columns_stand_apart_as_they_are() -> None:
    frame = pl.DataFrame({"id": ["1", "2"], "eth": [" White - Irish ", ""]})
    found = standardise(feed({}, audit_only={"ethnicity": "eth"}), frame)
    assert found.audit.rows() == [("school/1", "White - Irish"), ("school/2", None)]
    assert "ethnicity" not in found.rows.columns and "eth" not in found.rows.columns


def test_every_change_is_counted_once_for_each_row() -> None:
    frame = pl.DataFrame({"id": ["1", "2", "3"], "f": ["Łoś", "Łoś", "Test"]})
    found = standardise(feed({"family": "f"}), frame).changes
    assert found.select("field", "change", "rows").rows() == [
        ("family", "nothing", 1),
        ("family", "marks", 2),
    ]
    assert all(text.endswith(".") for text in found["meaning"])


def test_middle_names_are_not_said_twice() -> None:
    frame = pl.DataFrame(
        {"id": ["1", "2"], "g": ["Anna Maria", "Anna Maria"], "m": ["Maria", "Rose"]}
    )
    rows = standardise(feed({"given": "g", "middle": "m"}), frame).rows
    assert rows["middle"].to_list() == ["maria", "maria rose"]


def test_a_postcode_of_its_own_column_wins() -> None:
    frame = pl.DataFrame({"id": ["1", "2"], "a": ["1 A St, X LS6 1AA"] * 2, "p": ["LS7 2BB", None]})
    rows = standardise(feed({"address": "a", "postcode": "p"}), frame).rows
    assert rows["postcode"].to_list() == ["LS7 2BB", "LS6 1AA"]


def test_contract_types_are_frozen() -> None:
    declared = feed({})
    with pytest.raises(ValueError):
        declared.id = "other"  # type: ignore[misc]
    assert isinstance(declared, Feed)
