"""The search of what was written for a text of no permitted row.

Most columns were written as they stand in memory: a column that is, cell by cell, one of those is known as
a whole, which is told many times sooner than by looking each of its texts up. All others are looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from licet.chapters.joining import People, with_persons
from licet.engines.zone import MENTIONS, ROWS
from licet.errors import LicetError

if TYPE_CHECKING:
    from licet.chapters.admitting import Admitted

TEXTS = (pl.String, pl.List(pl.String))
"""The kinds of columns that hold text."""
Known = Mapping[str, Sequence[pl.Series]]
"""Columns of text by their names."""


class Leak(LicetError):
    """A text stood in an engine or output that is of no permitted row. Everything was destroyed."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self.places = dict(places)
        listed = ", ".join(f"{place} ({count})" for place, count in sorted(places.items()))
        super().__init__(
            f"Texts of rows that were not let in stood in: {listed}. The run was destroyed."
        )


def check_rows(folder: Path, admitted: Admitted) -> None:
    """Look through the rows and mentions of a zone for a text that no permitted row holds.

    Raises Leak; whoever made it destroys it.
    """
    written = [path for kind in (ROWS, MENTIONS) for path in (folder / kind).glob("*.arrow")]
    _search(folder, written, (admitted.rows, admitted.mentions))


def check_outputs(folder: Path, admitted: Admitted, people: People) -> None:
    """Look through everything written for a text of no permitted row, and of no id of this run.

    Raises Leak; whoever made it destroys it.
    """
    membership = people.assigned.membership
    by_row = with_persons(admitted.rows.select("row"), membership)
    made = [by_row.select("person"), membership.select("person"), people.resolved.relationships]
    if people.households is not None:
        made += [people.households.homes, people.households.membership]
    written = [*folder.rglob("*.parquet"), *folder.rglob("*.arrow")]
    _search(folder, written, (admitted.rows, admitted.mentions, *made))


def _search(folder: Path, written: Sequence[Path], known: Sequence[pl.DataFrame]) -> None:
    if strange := strange_texts(sorted(written), known):
        raise Leak({path.relative_to(folder).as_posix(): n for path, n in strange.items()})


def strange_texts(paths: Sequence[Path], frames: Sequence[pl.DataFrame]) -> dict[Path, int]:
    """How many texts of each file, Parquet or Arrow, stand in no column of these frames; only where any do.

    Files of one folder and kind are read together: one by one only where something is found.
    """
    known = _known(frames)
    found: dict[Path, int] = {}
    for _, group in groupby(paths, key=lambda path: (path.parent, path.suffix == ".arrow")):
        together = list(group)
        if _strange(together, known):
            found |= {path: _strange([path], known) for path in together}
    return {path: count for path, count in found.items() if count}


def _known(frames: Sequence[pl.DataFrame]) -> Known:
    """Every column of text, those with a row in the order of the rows as well: so files may hold them."""
    known: dict[str, list[pl.Series]] = {}
    for frame in frames:
        sorted_too = "row" in frame.columns and not frame["row"].is_sorted()
        for one in (frame, frame.sort("row", maintain_order=True)) if sorted_too else (frame,):
            for column in one.select(pl.col(TEXTS)).get_columns():
                known.setdefault(column.name, []).append(column)
    return known


def _strange(paths: Sequence[Path], known: Known) -> int:
    """How many texts of these files are not known."""
    frames = [pl.read_parquet(p) if p.suffix == ".parquet" else pl.read_ipc(p) for p in paths]
    alike: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for frame in frames:
        texts = frame.select(pl.col(TEXTS))
        alike.setdefault(tuple(texts.columns), []).append(texts)
    columns = [
        column
        for group in alike.values()
        for column in pl.concat(group, how="vertical_relaxed").get_columns()
    ]
    strange = [_unknown(column, known) for column in columns]
    return pl.concat(strange).n_unique() if strange else 0


def _unknown(column: pl.Series, known: Known) -> pl.Series:
    """The texts of a column that stand in none of the known ones; those of its own name are tried first."""
    of_its_name = known.get(column.name, ())
    if any(column.equals(held) for held in of_its_name):
        return pl.Series("text", [], dtype=pl.String)
    left = _single(column)
    others = (held for name, of in known.items() if name != column.name for held in of)
    for held in (*of_its_name, *others):
        if left.is_empty():
            break
        left = left.to_frame().join(_single(held).to_frame(), on="text", how="anti").to_series()
    return left


def _single(column: pl.Series) -> pl.Series:
    """Every distinct text of a column, those in lists too."""
    texts = column.explode() if column.dtype == pl.List else column
    return texts.alias("text").drop_nulls().unique()
