"""Whatever stands in an extract: the standard form is a form, and stays as it is when made again."""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from licet.feeds.contract import STANDARD, Feed
from licet.feeds.standard import MENTIONED, standardise

PIECES = st.sampled_from([
    "Anna", "ŁUKASZ", "van", "der", "de", "la", "al", "abd", "abdul", "o", "O’", "mc", "-", " ", ",",
    "Mr", "dr.", "jr", "baby", "unknown", "test", "not", "known", "n/k", "(Liz)", "x", "1", "12a",
    "Flat", "no", "St", "Rd", "high", "محمد", "İ", "é", "e\u0301", "ß", "王", "Й", "\u200d", "ǿ", "/", ".",
])  # fmt: skip
TEXT = st.one_of(
    st.none(),
    st.lists(PIECES, max_size=6).map("".join),
    st.lists(PIECES, max_size=6).map(" ".join),
    st.text(max_size=12),
)
COLUMNS = tuple(c for c in STANDARD if c not in ("row", "feed", "record"))
DAYS = ("birth", "seen_from", "seen_to")


def feed(**fields: str) -> Feed:
    return Feed(
        id="a", service="health", title="A", extract=date(2026, 9, 1), one_record_per_person=False,
        location={"kind": "csv", "path": "a.csv"}, fields={"record": "record", **fields},
        mentions=[{"role": "contact", "name": "m"}] if "given" not in fields else [],
    )  # fmt: skip


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    rows = draw(st.integers(1, 6))
    data: dict[str, list[object]] = {"record": [str(n) for n in range(rows)]}
    for name in ("middle", "previous_family", "house", "street", "postcode", "uprn", "nhs", "upn",
                 "nino", "sex", "given", "family", "m", "address", "name"):  # fmt: skip
        data[name] = draw(st.lists(TEXT, min_size=rows, max_size=rows))
    for name in DAYS:
        day = st.integers(-60_000, 20_000).map(lambda n: str(date(2020, 1, 1) + timedelta(days=n)))
        data[name] = draw(st.lists(st.one_of(day, TEXT), min_size=rows, max_size=rows))
    texts = dict.fromkeys(data, pl.String)
    return pl.DataFrame(data, schema=texts)


PARTS = {name: name for name in COLUMNS}
WHOLE = {name: name for name in (*DAYS, "sex", "postcode", "name", "address")}


@given(frames(), st.booleans())
def test_the_standard_form_is_standard_and_stays(frame: pl.DataFrame, whole: bool) -> None:
    found = standardise(feed(**(WHOLE if whole else PARTS)), frame)
    rows = found.rows
    assert tuple(rows.columns) == STANDARD and rows.height == frame.height
    assert rows["row"].to_list() == [f"a/{record}" for record in frame["record"]]
    assert tuple(found.mentions.columns) == MENTIONED
    assert found.changes.filter(pl.col("rows") > frame.height).is_empty()
    again = standardise(feed(**PARTS), rows.drop("row", "feed"))
    assert again.rows.rows() == rows.rows()
    for name in ("given", "middle", "family", "previous_family"):
        for value in rows[name].drop_nulls():
            assert value == value.lower().strip() and "  " not in value
            assert not re.search(r"[0-9'’.,()-]", value)
            if all(ord(sign) < 0x250 for sign in value):
                assert value.isascii()
    for value in rows["postcode"].drop_nulls():
        assert re.fullmatch(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}", value)
    known = rows["birth"].drop_nulls()
    assert all(date(1900, 1, 1) < day <= date(2026, 9, 1) for day in known)


@given(st.lists(st.text(st.characters(categories=["Lo"]), min_size=1), min_size=1, max_size=4))
def test_other_scripts_are_never_emptied(words: list[str]) -> None:
    frame = pl.DataFrame({"record": ["1"], "f": [" ".join(words)], "m": [" ".join(words)]})
    found = standardise(feed(family="f"), frame)
    assert found.rows["family"][0]


@given(frames())
def test_the_order_of_rows_changes_nothing(frame: pl.DataFrame) -> None:
    declared = feed(**PARTS)
    one, other = standardise(declared, frame), standardise(declared, frame.reverse())
    assert one.rows.equals(other.rows.reverse())
    assert one.changes.equals(other.changes)
