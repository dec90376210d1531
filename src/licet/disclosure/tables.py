"""The long table of many items: every number taken out that may not be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.disclosure.suppression import THRESHOLD, Counts, Mask, suppress
from licet.errors import BadInput, bad
from licet.groups import ALL

if TYPE_CHECKING:
    import polars as pl

Group = tuple[str, str]
"""(by, group): the variable and its level, as in the long table."""

KEYS = ("item", "option", "kind", "by", "group")
BASES = ("n", "weighted_base", "df", "kish_base")
DIFFERENCES = ("difference", "difference_se", "difference_df", "rest_n", "rest_count")
"""Columns of the long table that name a cell, say its base, compare it with the rest. Every other
column is a figure of the cell itself. rest_n, rest_count (people) need not be there."""


def suppress_table(
    frame: pl.DataFrame,
    threshold: int = THRESHOLD,
    nets: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    disjoint: Sequence[Sequence[Group]] = (),
) -> pl.DataFrame:
    """The long table of ``survey.matrix.matrix`` with every number null that may not be shown.

    Adds the column ``suppressed``: "" or why the cell is kept back, "small" or "complement" (for
    the analyst: tell readers only that it is not shown). Bases are null where they are kept back
    themselves. nets: per item the options of each net; a net not listed is kept back wherever any
    option of its group is. The rest of the only group of a ``by`` is rest_count where the frame has
    it, else the whole sample less the group. disjoint: sets of groups, of several ``by``, of which no
    two share people. Refuses a frame that is not whole, and one in which items are crossed with each
    other: each answer to one among those of the other would be told twice, and kept back once.
    """
    import polars as pl

    _not_crossed(frame)
    reason = np.full(frame.height, "", dtype="<U10")
    bases = np.zeros(frame.height, dtype=np.bool_)
    differences = bases.copy()
    places = frame.select(pl.int_range(pl.len()).alias("place"), "item")
    for (item,), part in places.group_by("item", maintain_order=True):
        rows = part["place"].to_numpy()
        sums = (nets or {}).get(str(item), {})
        found = _suppress_item(frame[rows], str(item), threshold, sums, disjoint)
        reason[rows], bases[rows], differences[rows] = found
    masks = pl.DataFrame({"cell": reason != "", "base": bases, "difference": differences})
    cells = [c for c in frame.columns if c not in (*KEYS, *BASES, *DIFFERENCES)]
    kinds = {"cell": cells, "base": BASES, "difference": DIFFERENCES}
    blanked = [
        pl.when(masks[kind]).then(None).otherwise(pl.col(column)).alias(column)
        for kind, columns in kinds.items()
        for column in columns
        if column in frame.columns
    ]
    return frame.with_columns(*blanked, pl.Series("suppressed", reason))


def _not_crossed(frame: pl.DataFrame) -> None:
    both = [
        name for name in frame["item"].unique(maintain_order=True) if (frame["by"] == name).any()
    ]
    if len(both) > 1:
        raise crossed(both[0], both[1])


def crossed(first: str, second: str) -> BadInput:
    """The refusal of two items that are each other's groups."""
    return bad(
        f"{first!r} and {second!r} are items and groups of one table",
        "items and by",
        "each of two columns as an item or as groups, not both ways round",
        f"take {first!r} or {second!r} out of the items or out of the groups: what one way round "
        "keeps back could be worked out from the other",
    )


def _suppress_item(
    part: pl.DataFrame,
    item: str,
    threshold: int,
    nets: Mapping[str, Sequence[str]],
    disjoint: Sequence[Sequence[Group]],
) -> tuple[NDArray[np.str_], Mask, Mask]:
    """Reasons, bases and differences kept back, one of each per row of the item."""
    groups = list(dict.fromkeys(zip(part["by"], part["group"], strict=True)))
    columns = list(dict.fromkeys(zip(part["kind"], part["option"], strict=True)))
    columns.sort(key=lambda column: column[0] != "option")
    options = {option: place for place, (kind, option) in enumerate(columns) if kind == "option"}
    whole = next((g for g in groups if g[0] == ALL), None)
    if whole is None or part.height != len(groups) * len(columns):
        raise bad(
            "the table is not whole" if whole else "the whole sample is not in the table",
            f"item {item!r}",
            "every option and net once in the whole sample and in every group",
            "suppress the table first, take rows out of it afterwards",
        )
    groups.sort(key=lambda group: group != whole)
    at_row = [groups.index(g) for g in zip(part["by"], part["group"], strict=True)]
    at_column = [columns.index(c) for c in zip(part["kind"], part["option"], strict=True)]
    place = (np.array(at_row), np.array(at_column))
    counts = np.zeros((len(groups), len(columns)), dtype=np.int64)
    counts[place] = part["count"].to_numpy()
    rests = np.full(counts.shape, -1, dtype=np.int64)
    if "rest_count" in part.columns:
        rests[place] = part["rest_count"].fill_null(-1).to_numpy()
    table, partitions = _with_rests(
        counts[:, : len(options)], rests[:, : len(options)], [by for by, _ in groups]
    )
    named = [option for kind, option in columns if kind == "net"]
    members = [[options[o] for o in nets[net]] if net in nets else None for net in named]
    at = {group: row for row, group in enumerate(groups)}
    sets = [[at[group] for group in one if group in at] for one in disjoint]
    known = [set(rows) for rows in partitions]
    found = suppress(
        table,
        partitions,
        disjoint=[
            one for one in sets if len(one) > 1 and not any(set(one) <= rows for rows in known)
        ],
        nets=members,
        threshold=threshold,
    )
    return found.reasons[place], found.bases[place[0]], found.differences[place]


def _with_rests(counts: Counts, rests: Counts, by: Sequence[str]) -> tuple[Counts, list[list[int]]]:
    """Counts with a row more for the rest of each single group, and the rows of each breakdown.

    rests: shape as counts, people of the rest where known, else -1. by: the breakdown of each row.
    """
    table = list(counts)
    partitions = []
    for name in dict.fromkeys(by[1:]):
        rows = [row for row, other in enumerate(by) if other == name]
        if len(rows) == 1:
            rest = rests[rows[0]]
            table.append(rest if (rest >= 0).all() else counts[0] - counts[rows[0]])
            rows.append(len(table) - 1)
        partitions.append(rows)
    return np.array(table), partitions
