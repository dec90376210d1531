"""Counts of contacts by period and group, from a CSV or Parquet file or a table in memory.

Columns: period (2024-03 or 2024-03-01), contacts, people if known, and those of the groups and of the
comparison. One row for each period, group and side.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from licet.audit.contact import Contacts
from licet.errors import BadInput, Fault, bad, counted
from licet.files.audit_linkage import read_table
from licet.files.audit_source import has_columns, number_of
from licet.files.frames import rows_of, says_synthetic
from licet.files.reading import shown
from licet.groups import in_order
from licet.synonyms import day_meant

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
    rows = _rows(frame, by, side, where, faults)
    _once(rows, where, faults)
    if faults:
        raise BadInput(*faults[:MOST_FAULTS])
    made = _made(rows, by or "", "people" in frame.columns, where)
    return replace(made, synthetic=says_synthetic(frame))


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
) -> Rows:
    """Every row that is whole; what is wrong with the others, once for each kind of fault."""
    wrong: dict[str, list[int]] = {}
    rows: Rows = []
    for line, row in enumerate(frame.rows(named=True), start=2):
        period, count = _period(row["period"]), number_of(row["contacts"])
        people = number_of(row["people"]) if "people" in row else None
        group = EVERYBODY if by is None else row[by]
        if period is None:
            meant = day_meant(str(row["period"])) or _DAY_FIRST.fullmatch(
                str(row["period"]).strip()
            )
            wrong.setdefault("day first" if meant else "period", []).append(line)
        if count is None or count != int(count):
            wrong.setdefault("contacts", []).append(line)
        if "people" in row and not people:
            wrong.setdefault("people", []).append(line)
        if group is None:
            wrong.setdefault("group", []).append(line)
        elsewhere = side is not None and str(row[side[0]]) == side[1]
        if period and count is not None and group is not None:
            rows.append((line, period, str(group), elsewhere, count, people))
    faults += [_fault(kind, lines, by, where) for kind, lines in wrong.items()]
    return rows


_DAY_FIRST = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}")
_KINDS = {
    "period": ("the period is no date", "2024-03 or 2024-03-01", ""),
    "day first": ("the periods are written with the day or the month first, so nobody knows which",
                  "2024-03 or 2024-03-01", "write 2024-03-01 for 01/03/2024 in every row"),
    "contacts": ("the contacts are no count", "a whole number from 0",
                 "write 1234 for 1,234, 1.234 or 1 234"),
    "people": ("the people are no number", "above 0 in every row, or no column",
               "write 1234.5 for 1.234,5"),
    "group": ("the group is empty", "a name in every row", ""),
}  # fmt: skip


def _fault(kind: str, lines: list[int], by: str | None, where: str) -> Fault:
    """One fault for all lines that have it, naming the first."""
    what, allowed, todo = _KINDS[kind]
    named = f"{what}: {by!r}" if kind == "group" else what
    more = f" and {counted(len(lines) - 1, 'other line', 'other lines')}" if len(lines) > 1 else ""
    return Fault(named, f"{where}: line {lines[0]}{more}", allowed, todo)


def _period(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    if not _ISO.fullmatch(text):
        return None
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    except ValueError:
        return None


_ISO = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


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
    groups = sorted({row[2] for row in rows}, key=in_order)
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
