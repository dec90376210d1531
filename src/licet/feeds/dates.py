"""Dates: parsed by the declared format; placeholders, the future and the far past are missing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from licet.feeds.formats import Formats

if TYPE_CHECKING:
    import polars as pl

PLACEHOLDERS = (
    date(1899, 12, 30),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(1901, 1, 1),
    date(1111, 11, 11),
    date(9999, 9, 9),
    date(9999, 12, 31),
)
"""Days that programs write where no date is known. 1970-01-01 is not here: people were born then."""
EARLIEST = date(1900, 1, 1)
_NO_DATE = r"^\s*(?:[09]{2,4}[-/. ]?[09]{2}[-/. ]?[09]{2,4}|0|n[/\\]?[ka]|unknown|not known|none|null|-+)\s*$"


def words_for_nothing(raw: pl.Expr) -> pl.Expr:
    """Whether a text only says that there is no date: 00/00/0000, n/k, unknown."""
    return raw.str.to_lowercase().str.contains(_NO_DATE)


def parsed(raw: pl.Expr, written: str) -> pl.Expr:
    """The day that a text names in the declared format; null where it does not fit."""
    import polars as pl

    # No cache: values come here once each, and looking one up takes longer than reading it.
    text = raw.str.strip_chars()
    return text.str.to_date(written, strict=False, exact=True, cache=False).cast(pl.Date)


def misfits(raw: pl.Series, written: str) -> pl.Series:
    """Per row whether a filled cell neither fits the format nor says that there is no date."""
    import polars as pl

    if raw.dtype.is_temporal():
        return pl.Series(raw.name, [False]).new_from_index(0, raw.len())
    # Most fit: only the others are looked at again.
    unread = pl.when(parsed(pl.col("raw"), written).is_null()).then(pl.col("raw"))
    found = pl.DataFrame({"raw": raw}).select(unread)
    return found.select((~words_for_nothing(pl.col("raw"))).fill_null(False)).to_series()


def placeholder(day: pl.Expr, formats: Formats) -> pl.Expr:
    """Whether a day stands for "not known"."""
    import polars as pl

    days = [*PLACEHOLDERS, *(d for d in formats.placeholder_dates if isinstance(d, date))]
    yearly = [d for d in formats.placeholder_dates if isinstance(d, str)]
    found = day.is_in(days)
    of_year = [100 * int(text[:2]) + int(text[3:]) for text in yearly]
    number = 100 * day.dt.month().cast(pl.Int32) + day.dt.day().cast(pl.Int32)
    return found | number.is_in(of_year) if yearly else found


def birth_stages(formats: Formats, extract: date, is_text: bool) -> tuple[dict[str, pl.Expr], ...]:
    """birth, and which rows were changed how.

    changes: ``misfit``, ``nothing``, ``placeholder``, ``future``, ``past`` (before 1900). A year
    of two digits in the future is of the century before.
    """
    import polars as pl

    raw, day = pl.col("raw"), pl.col("_day")
    found, read = raw, {}
    if is_text:
        found = parsed(raw, formats.birth)
        unread = raw.is_not_null() & day.is_null()
        says_nothing = words_for_nothing(raw)
        read = {
            "misfit": (unread & ~says_nothing).fill_null(False),
            "nothing": (unread & says_nothing).fill_null(False),
        }
        if "%y" in formats.birth:
            found = pl.when(found > extract).then(found.dt.offset_by("-100y")).otherwise(found)
    stands = placeholder(day, formats).fill_null(False)
    future, past = (day > extract).fill_null(False), (day < EARLIEST).fill_null(False)
    made = {
        "birth": pl.when(~(stands | future | past)).then(day),
        "placeholder": stands,
        "future": future & ~stands,
        "past": past & ~stands,
    }
    return {"_day": found}, made | read


def seen_stages(formats: Formats, is_text: bool) -> tuple[dict[str, pl.Expr], ...]:
    """day, and ``misfit`` and ``placeholder``: days from or until which an address was true."""
    import polars as pl

    raw, day = pl.col("raw"), pl.col("_day")
    stands = placeholder(day, formats).fill_null(False)
    made = {"day": pl.when(~stands).then(day), "placeholder": stands}
    if is_text:
        unread = raw.is_not_null() & day.is_null() & ~words_for_nothing(raw)
        made["misfit"] = unread.fill_null(False)
    return {"_day": parsed(raw, formats.dates) if is_text else raw}, made
