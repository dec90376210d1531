"""The groups of an audit from its data: columns, expressions, and columns crossed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from licet.audit.input.cellvalues import MOST_LEVELS, codes
from licet.audit.people import TOGETHER, Codes, Flags, GroupKey
from licet.audit.plan import Plan
from licet.errors import BadInput, Fault, bad, unknown
from licet.groups import membership

if TYPE_CHECKING:
    import polars as pl

Levels = Mapping[str, tuple[Codes, tuple[str, ...]]]


def groups_of(plan: Plan, frame: pl.DataFrame) -> tuple[Levels, tuple[GroupKey, ...], Flags]:
    """The levels of every breakdown, the groups, and who is in them: shape (n, groups).

    Refuses a breakdown with too many values or none, a reference that is no value of its column, and a
    group that nobody is in. Crossings that nobody is in are left out.
    """
    levels = {column: _levels(frame, column) for column in plan.by}
    faults: list[Fault] = []
    for column, reference in plan.reference.items():
        if reference not in levels[column][1]:
            where = f"reference: {column}"
            faults += unknown("group", reference, levels[column][1], where).faults
    keys: list[GroupKey] = []
    columns: list[Flags] = []
    for key, inside in _all(plan, frame, levels):
        if (inside == 1).any():
            keys.append(key)
            columns.append(inside)
        elif key.by == "group":
            faults.append(Fault(f"nobody is in the group {key.group!r}", f"groups: {key.group}",
                                "groups with people in them", "correct the expression"))  # fmt: skip
    if faults:
        raise BadInput(*faults)
    member = np.column_stack(columns) if columns else np.zeros((frame.height, 0), np.int8)
    return levels, tuple(keys), member


def held(expression: str, frame: pl.DataFrame, where: str) -> Flags:
    """1 where an expression is true, 0 where it is false, -1 where a column it needs is empty."""
    import polars as pl

    try:
        found = frame.select(membership(expression, frame.columns).alias("held")).to_series()
    except pl.exceptions.PolarsError:
        allowed = "text in quotes for columns of text, numbers for columns of numbers"
        raise bad("the expression does not fit its columns", where, allowed) from None
    if len(found) != frame.height:
        found = found.new_from_index(0, frame.height)
    array: Flags = found.cast(pl.Int8).fill_null(-1).to_numpy().astype(np.int8)
    return array


def _levels(frame: pl.DataFrame, column: str) -> tuple[Codes, tuple[str, ...]]:
    found, names = codes(frame, column)
    if not names:
        raise bad("the breakdown is empty for all", column, "a group for at least some")
    if len(names) > MOST_LEVELS:
        what = f"the breakdown has {len(names):,} values"
        raise bad(what, column, f"at most {MOST_LEVELS}", "band it, as in age_band")
    return found, names


def _all(plan: Plan, frame: pl.DataFrame, levels: Levels) -> Iterator[tuple[GroupKey, Flags]]:
    for column, (of_row, names) in levels.items():
        for code, name in enumerate(names):
            key = GroupKey(column, name, name, plan.reference.get(column) == name)
            yield key, _inside([of_row], (code,))
    for group in plan.groups:
        key = GroupKey("group", group.id, group.label or group.id)
        yield key, held(group.expression, frame, f"groups: {group.id}")
    for crossed in plan.intersections:
        parts = [levels[column] for column in crossed]
        for chosen in product(*(range(len(names)) for _, names in parts)):
            said = TOGETHER.join(
                names[code] for (_, names), code in zip(parts, chosen, strict=True)
            )
            key = GroupKey(" x ".join(crossed), said, said)
            yield key, _inside([of_row for of_row, _ in parts], chosen)


def _inside(columns: list[Codes], chosen: tuple[int, ...]) -> Flags:
    """In if in all of them; not in if surely out of one; else not known."""
    found = np.ones(len(columns[0]), np.int8)
    for of_row, code in zip(columns, chosen, strict=True):
        here = np.where(of_row < 0, -1, of_row == code).astype(np.int8)
        found = np.where((found == 0) | (here == 0), 0, np.minimum(found, here)).astype(np.int8)
    return found
