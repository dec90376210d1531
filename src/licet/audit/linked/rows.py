"""Rows of a run as arrays: whose they are found to be, whose they are, with whom, in which groups.

Nothing here is ever written or shown. Persons are code numbers, and only sums over pairs leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.audit.people import TOGETHER, Codes, Flags, Floats, GroupKey
from licet.errors import BadInput, bad, unknown
from licet.groups import in_order
from licet.linkage.components import connected

NOT_KNOWN = "not known"
CROSSED = " x "
"""Between the columns of an intersection."""
Levels = Mapping[str, tuple[Codes, tuple[str, ...]]]
"""For each column the level of each row, as codes, and the names of the levels."""


@dataclass(frozen=True)
class LinkedRows:
    """n rows. Shapes are (n,) unless said.

    found: the cluster that each row is in; true: the person it is of; None where no truth is known.
    household: -1 where not known. born: days since 1970, NaN not known. a, b: edges from which rows may
    be joined, as places of rows, shape (edges,). keys: the groups; member: shape (n, keys), 1 or 0.
    """

    found: Codes
    true: Codes | None
    household: Codes
    born: Floats
    a: Codes = field(default_factory=lambda: np.zeros(0, np.int64))
    b: Codes = field(default_factory=lambda: np.zeros(0, np.int64))
    keys: tuple[GroupKey, ...] = ()
    member: Flags = field(default_factory=lambda: np.zeros((0, 0), np.int8))

    def __len__(self) -> int:
        return len(self.found)


def families(rows: LinkedRows, a: Codes | None = None, b: Codes | None = None) -> Codes:
    """The family that each row is drawn with: 0.., shape (n,).

    A household, with every other household that a person, a cluster or an edge joins it to: whatever
    goes wrong for one of them goes wrong for all, and no pair lies between two families. a, b: more
    pairs of rows that belong together.
    """
    joined = [
        _chained(codes) for codes in (rows.household, rows.found, rows.true) if codes is not None
    ]
    joined.append((rows.a, rows.b))
    if a is not None and b is not None:
        joined.append((a, b))
    first = np.concatenate([one for one, _ in joined]).astype(np.int32)
    second = np.concatenate([other for _, other in joined]).astype(np.int32)
    label = connected(len(rows), first, second)
    return np.asarray(np.unique(label, return_inverse=True)[1], np.int64)


def _chained(codes: Codes) -> tuple[Codes, Codes]:
    """Each row and the next one of the same code, as two ends; -1 is no code."""
    order = np.argsort(codes, kind="stable")
    same = (codes[order][1:] == codes[order][:-1]) & (codes[order][1:] >= 0)
    return order[:-1][same], order[1:][same]


def codes_of(values: pl.Series) -> Codes:
    """A number from 0 for each different value, -1 for none."""
    ranks = values.rank("dense").cast(pl.Int64) - 1
    return ranks.fill_null(-1).to_numpy().astype(np.int64)


def levels_of(frame: pl.DataFrame, person: Codes, by: Sequence[str]) -> Levels:
    """The levels of persons, given to all their rows.

    frame: a column for each of ``by``, in the order of the rows. Where the rows of a person disagree
    the level that most of them hold is taken, of several the first in the alphabet.
    """
    found = {}
    for name in by:
        # What stands between crossed levels may stand in none of them.
        level = frame[name].cast(pl.String).str.replace_all(TOGETHER, " and ", literal=True)
        held = pl.DataFrame({"person": person, "level": level})
        most = (
            held.drop_nulls("level")
            .group_by("person", "level")
            .agg(rows=pl.len())
            .sort("person", "rows", "level", descending=[False, True, False])
            .unique("person", keep="first", maintain_order=True)
        )
        told = (
            held.select("person")
            .join(most.select("person", "level"), on="person", how="left", maintain_order="left")[
                "level"
            ]
            .fill_null(NOT_KNOWN)
        )
        names = tuple(sorted(told.unique().to_list(), key=in_order))
        place = {level: code for code, level in enumerate(names)}
        found[name] = (told.replace_strict(place, return_dtype=pl.Int64).to_numpy(), names)
    return found


def grouped(
    levels: Levels, intersections: Iterable[Sequence[str]] = ()
) -> tuple[tuple[GroupKey, ...], Flags]:
    """The groups of columns and of declared intersections, and who is in each; shape (n, keys).

    Refuses an intersection of fewer than two columns, or of a column that is no breakdown.
    """
    keys, members = [], []
    for name, (codes, names) in levels.items():
        for code, level in enumerate(names):
            keys.append(GroupKey(name, level, level))
            members.append(codes == code)
    for crossed in intersections:
        for name in crossed:
            if name not in levels:
                raise unknown("column", name, list(levels), "intersections")
            if CROSSED in name:
                raise bad(
                    f"the column {name!r} is crossed", "intersections", "a name without ' x '"
                )
        if len(set(crossed)) < 2:
            raise bad("an intersection of one column", "intersections", "two columns or more")
        for key, held in _crossed(levels, tuple(crossed)):
            keys.append(key)
            members.append(held)
    if not members:
        return (), np.zeros((0, 0), np.int8)
    return tuple(keys), np.stack(members, axis=1).astype(np.int8)


def _crossed(
    levels: Levels, columns: tuple[str, ...]
) -> Iterable[tuple[GroupKey, NDArray[np.bool_]]]:
    """The combinations that occur, without those in which something is not known."""
    codes = np.stack([levels[name][0] for name in columns], axis=1)
    for combination in np.unique(codes, axis=0):
        named = [levels[name][1][code] for name, code in zip(columns, combination, strict=True)]
        if NOT_KNOWN not in named:
            label = TOGETHER.join(named)
            yield GroupKey(CROSSED.join(columns), label, label), (codes == combination).all(axis=1)


def places(rows: Mapping[str, int], names: pl.Series, where: str, first_line: int = 2) -> Codes:
    """The place of each named row. Refuses rows that are none of the run, by their lines.

    first_line: the line of the first name. No name is ever said: it may be a person's record.
    """
    held = pl.DataFrame({"row": list(rows), "place": list(rows.values())},
                        schema={"row": pl.String, "place": pl.Int64})  # fmt: skip
    asked = pl.DataFrame({"row": names.cast(pl.String)})
    found = asked.join(held, on="row", how="left", maintain_order="left")["place"]
    if found.null_count():
        lines = np.flatnonzero(found.is_null().to_numpy()) + first_line
        raise unknown_rows(lines, len(found), where)
    return found.to_numpy().astype(np.int64)


def unknown_rows(lines: NDArray[np.int64], of: int, where: str) -> BadInput:
    """The refusal of rows that no run knows, by their lines."""
    return bad(
        f"{len(lines):,} of {of:,} rows are of no run: {said_lines(lines)}",
        where,
        "FEED/RECORD of rows that the run or its feeds hold",
        "take the truth of the same extracts that were linked, or audit the run that it is of",
    )


def said_lines(lines: NDArray[np.int64]) -> str:
    """``lines 2, 7 and 9, and 14 more``."""
    shown = [str(line) for line in lines[:5].tolist()]
    more = f", and {len(lines) - 5:,} more" if len(lines) > 5 else ""
    word = "line" if len(lines) == 1 else "lines"
    return f"{word} {', '.join(shown)}{more}"
