"""Counts of contacts by period and group, from a CSV or Parquet file or a table in memory.

Columns: period (2024-03 or 2024-03-01), contacts, people if known, and those of the groups and of the
comparison. One row for each period, group and side.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from licet.audit.contact import Contacts
from licet.errors import BadInput, Fault, bad
from licet.files.audit_linkage import read_table
from licet.files.audit_source import has_columns
from licet.files.frames import rows_of
from licet.files.reading import shown

if TYPE_CHECKING:
    import polars as pl

EVERYBODY = "everybody"
ELSEWHERE = ("comparison", "control", "elsewhere")
"""Values of a comparison column that say by themselves which side they are."""
MOST_FAULTS = 50
_MONTHS = {1: "month", 3: "quarter", 12: "year"}
_DAYS = {1: "day", 7: "week", 14: "two weeks"}
Rows = list[tuple[int, date, str, bool, float, float | None]]
"""Line, period, group, whether of the comparison, contacts, people."""


def read_contacts(
    contacts: Path | str | Any, *, by: str | None = None, compare: str | None = None
) -> Contacts:
    """Contacts by group and period. compare: COLUMN=VALUE, the rows of the comparison; or the name of
    a column in which one of two values is comparison, control or elsewhere; or a value of a column
    called area. Refuses with all faults at once; messages name lines, never counts.
    """
    at_file = isinstance(contacts, Path | str)
    frame = read_table(Path(contacts)) if at_file else rows_of(contacts)
    where = shown(Path(contacts)) if at_file else "contacts"
    has_columns(frame, ["period", "contacts", *([by] if by else [])], where)
    side = _side(frame, compare, where) if compare else None
    faults: list[Fault] = []
    rows = list(_rows(frame, by, side, where, faults))
    _once(rows, where, faults)
    if faults:
        raise BadInput(*faults[:MOST_FAULTS])
    return _made(rows, by or "", "people" in frame.columns, where)


def _side(frame: pl.DataFrame, compare: str, where: str) -> tuple[str, str]:
    """The column and the value of the rows that are the comparison."""
    import polars as pl

    column, equals, value = compare.partition("=")
    if not equals and column not in frame.columns and "area" in frame.columns:
        column, value = "area", compare
    has_columns(frame, [column], where)
    values = [
        str(one) for one in frame[column].cast(pl.String).drop_nulls().unique(maintain_order=True)
    ]
    if not value:
        value = next((one for one in values if one.strip().casefold() in ELSEWHERE), "")
    if value not in values or len(values) < 2:
        raise bad(
            f"it is not said which rows are the comparison: {compare!r}",
            "--compare",
            f"COLUMN=VALUE, both sides in the file; {column} has: {', '.join(values)[:200]}",
            f'write --compare "{column}={values[-1]}"' if values else "",
        )
    return column, value


def _rows(
    frame: pl.DataFrame,
    by: str | None,
    side: tuple[str, str] | None,
    where: str,
    faults: list[Fault],
) -> Iterator[tuple[int, date, str, bool, float, float | None]]:
    for line, row in enumerate(frame.rows(named=True), start=2):
        place = f"{where}: line {line}"
        period, count = _period(row["period"]), _number(row["contacts"])
        people = _number(row["people"]) if "people" in row else None
        group = EVERYBODY if by is None else row[by]
        if period is None:
            faults.append(Fault("the period is no date", place, "2024-03 or 2024-03-01"))
        if count is None or count != int(count):
            faults.append(Fault("the contacts are no count", place, "a whole number from 0"))
        if "people" in row and not people:
            faults.append(
                Fault("the people are no number", place, "above 0 in every row, or no column")
            )
        if group is None:
            faults.append(Fault(f"the group is empty: {by!r}", place, "a name in every row"))
        elsewhere = side is not None and str(row[side[0]]) == side[1]
        if period and count is not None and group is not None:
            yield line, period, str(group), elsewhere, count, people


def _period(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    except ValueError:
        return None


def _number(value: Any) -> float | None:
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None


def _once(rows: Rows, where: str, faults: list[Fault]) -> None:
    seen: dict[tuple[date, str, bool], int] = {}
    for line, period, group, elsewhere, _, _ in rows:
        first = seen.setdefault((period, group, elsewhere), line)
        if first != line:
            what = f"the same period and group stand in line {first} already"
            todo = (
                "name the column that tells the rows apart with --by or --compare, or add them up"
            )
            faults.append(Fault(what, f"{where}: line {line}", "each period and group once", todo))


def _made(rows: Rows, by: str, peopled: bool, where: str) -> Contacts:
    periods = sorted({row[1] for row in rows})
    if len(periods) < 2:
        what = f"{len(periods)} period" if periods else "no period"
        raise bad(f"{what} only", where, "periods before and after: 24 months of each are good")
    groups = sorted({row[2] for row in rows})
    unit, time, month = _times(periods)

    def side(elsewhere: bool, comparison: Contacts | None = None) -> Contacts:
        count = np.full((len(groups), len(periods)), np.nan)
        people = count.copy()
        for _, period, group, other, contacts, of in rows:
            if other == elsewhere:
                at = groups.index(group), periods.index(period)
                count[at], people[at] = contacts, of or np.nan
        return Contacts(by, tuple(groups), tuple(periods), time, month, unit, count,
                        people if peopled else None, comparison)  # fmt: skip

    sides = {row[3] for row in rows}
    if sides == {True}:
        raise bad("all rows are the comparison", where, "both sides in the file")
    return side(False, side(True) if True in sides else None)


def _times(periods: list[date]) -> tuple[str, np.ndarray, np.ndarray]:
    """The unit of periods, their numbers, and the month of the year where they are months."""
    months = [12 * day.year + day.month for day in periods]
    if len({day.day for day in periods}) == 1 and len(set(months)) == len(months):
        step = gcd(*(b - a for a, b in pairwise(months)))
        numbers = [(month - months[0]) // step for month in months]
        season = [day.month if step in (1, 3) else 0 for day in periods]
        unit = _MONTHS.get(step, f"{step} months")
    else:
        days = [(day - periods[0]).days for day in periods]
        step = gcd(*days[1:])
        numbers, season = [day // step for day in days], [0] * len(days)
        unit = _DAYS.get(step, f"{step} days")
    return unit, np.array(numbers, np.float64), np.array(season, np.int64)
