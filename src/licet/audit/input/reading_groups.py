"""The groups of an audit from its data: columns, expressions, and columns crossed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.audit.groups.small_names import told_levels
from licet.audit.input.cellvalues import MOST_LEVELS, codes
from licet.audit.people import CROSSED, TOGETHER, Codes, Flags, GroupKey
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
            of_row, names = levels[column]
            counts = np.bincount(of_row[of_row >= 0], minlength=len(names)).tolist()
            told = told_levels(dict(zip(names, counts, strict=True)), plan.threshold)
            faults += unknown("group", reference, told, where).faults
    keys: list[GroupKey] = []
    blocks: list[Flags] = []  # groups x people, so that each is filled and joined in one go
    for found, inside in _all(plan, frame, levels, faults):
        keys += found
        blocks.append(inside)
    if faults:
        raise BadInput(*faults)
    none = np.zeros((0, frame.height), np.int8)
    member: Flags = np.concatenate([none, *blocks]).T
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


def _all(
    plan: Plan, frame: pl.DataFrame, levels: Levels, faults: list[Fault]
) -> Iterator[tuple[list[GroupKey], Flags]]:
    """Groups that hold somebody, and who is in them, shape (groups, n): by column, expression, crossing."""
    for column, (of_row, names) in levels.items():
        reference = plan.reference.get(column)
        found = [GroupKey(column, name, name, reference == name) for name in names]
        yield found, _by_code(of_row, np.arange(len(names)), of_row >= 0)
    for group in plan.groups:
        key = GroupKey("group", group.id, group.label or group.id, ruled=True)
        inside = held(group.expression, frame, f"groups: {group.id}")
        if (inside == 1).any():
            yield [key], inside[None]
        else:
            faults.append(Fault(f"nobody is in the group {key.group!r}", f"groups: {key.group}",
                                "groups with people in them", "correct the expression"))  # fmt: skip
    for crossed in plan.intersections:
        yield _crossed(crossed, [levels[column] for column in crossed])


def _by_code(code: Codes, wanted: Codes, known: NDArray[np.bool_]) -> Flags:
    """Who has which of the wanted codes (sorted); where a code is not known, that is not known either."""
    found = np.zeros((len(wanted), len(code)), np.int8)
    found[:, ~known] = -1
    rows = np.flatnonzero(known)
    found[np.searchsorted(wanted, code[rows]), rows] = 1
    return found


def _crossed(
    columns: Sequence[str], parts: Sequence[tuple[Codes, tuple[str, ...]]]
) -> tuple[list[GroupKey], Flags]:
    """The crossings that somebody is in, in the order of the names."""
    shape = tuple(len(names) for _, names in parts)
    known = np.all([of_row >= 0 for of_row, _ in parts], axis=0)
    code = np.full(len(known), -1, np.int64)
    code[known] = np.ravel_multi_index(tuple(of_row[known] for of_row, _ in parts), shape)
    wanted = np.unique(code[known])
    found = _by_code(code, wanted, known)
    chosen = np.stack(np.unravel_index(wanted, shape), axis=1)
    left = np.flatnonzero(~known)
    if len(left):  # not in if surely out of one, else not known
        for place, cell in enumerate(chosen):
            out = [
                (of_row[left] >= 0) & (of_row[left] != c)
                for (of_row, _), c in zip(parts, cell, strict=True)
            ]
            found[place, left] = np.where(np.any(out, axis=0), 0, -1)
    by, keys = CROSSED.join(columns), []
    for cell in chosen.tolist():
        said = TOGETHER.join(names[c] for (_, names), c in zip(parts, cell, strict=True))
        keys.append(GroupKey(by, said, said))
    return keys, found
