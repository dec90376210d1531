"""How dates and decimals are written in the data: as the plan declares, or refused with the line to add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

    from licet.audit.plan import Plan

PLAIN_DAY: Final = "%Y-%m-%d"
DAYS: Mapping[str, str] = {
    PLAIN_DAY: r"^\d{4}-\d{1,2}-\d{1,2}",
    "%d/%m/%Y": r"^\d{1,2}/\d{1,2}/\d{4}$",
    "%m/%d/%Y": r"^\d{1,2}/\d{1,2}/\d{4}$",
    "%d.%m.%Y": r"^\d{1,2}\.\d{1,2}\.\d{4}$",
    "%d-%m-%Y": r"^\d{1,2}-\d{1,2}-\d{4}$",
    "%Y/%m/%d": r"^\d{4}/\d{1,2}/\d{1,2}$",
    "%Y%m%d": r"^\d{8}$",
}
"""Ways to write a day, and what each looks like."""
COMMA = r"^-?\d+(\.\d{3})*,\d+$"
"""A number with a decimal comma, perhaps with points between thousands."""
LOOKED_AT = 2000
"""Filled cells that tell how a column is written."""


def day_format(values: pl.Series) -> str:
    """The one way in which all days of a column of text are written; "" if it is none or not one."""
    said = values.drop_nulls().str.strip_chars()
    said = said.filter(said != "").head(LOOKED_AT)
    if said.is_empty():
        return ""
    fits = [form for form, looks in DAYS.items() if said.str.contains(looks).all()]
    good = [form for form in fits if not _days(said, form).null_count()]
    return good[0] if good else ""


def with_comma(values: pl.Series) -> bool:
    """Whether a column of text holds numbers, some of them with a decimal comma."""
    said = values.drop_nulls().str.strip_chars()
    said = said.filter(said != "").head(LOOKED_AT)
    comma = said.str.contains(COMMA)
    return bool(comma.any()) and bool((comma | said.str.contains(r"^-?\d+$")).all())


def as_declared(plan: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    """The data with days and numbers written plainly, where the plan says how they are written.

    What does not fit stays as it is, for whoever reads the column to count and refuse.
    """
    import polars as pl

    columns, rules = plan.columns, plan.challengers
    changed: list[pl.Series] = []
    if plan.date_format != PLAIN_DAY:
        for name in _text(frame, (columns.as_of, columns.known_at)):
            days = _days(frame[name].str.strip_chars(), plan.date_format)
            changed.append(days.dt.to_string("%Y-%m-%d").fill_null(frame[name]).alias(name))
    if plan.decimal == ",":
        named = [columns.score, columns.weight, columns.link_probability, *rules.scores]
        named += [rules.one, *rules.two, *rules.four, *plan.link_errors.features]
        changed += [
            _plain(frame[name]).cast(pl.Float64, strict=False)
            for name in comma_columns(frame, named)
        ]
    return frame.with_columns(changed) if changed else frame


def plainly(frame: pl.DataFrame) -> pl.DataFrame:
    """The data with every column of numbers with a decimal comma as numbers."""
    import polars as pl

    return frame.with_columns(
        _plain(frame[name]).cast(pl.Float64, strict=False)
        for name in comma_columns(frame, frame.columns)
    )


def comma_columns(frame: pl.DataFrame, names: Iterable[str]) -> list[str]:
    """Those of the columns that hold numbers with a decimal comma."""
    return [name for name in _text(frame, names) if with_comma(frame[name])]


def _plain(values: pl.Series) -> pl.Series:
    stripped = values.str.strip_chars().replace("", None)
    return stripped.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)


def _days(values: pl.Series, form: str) -> pl.Series:
    return values.str.to_date(form, strict=False)


def _text(frame: pl.DataFrame, names: Iterable[str]) -> list[str]:
    import polars as pl

    there = [name for name in dict.fromkeys(names) if name and name in frame.columns]
    return [name for name in there if frame[name].dtype == pl.String]
