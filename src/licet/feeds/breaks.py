"""What a table does not keep of its contract: every fault at once, and never a value of a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from licet.errors import Fault, counted, nearest
from licet.feeds.contract import Feed
from licet.feeds.dates import misfits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

SHOWN = 5
"""So many row numbers are named."""


def missing_columns(declared: Mapping[str, str], columns: Sequence[str]) -> Iterator[Fault]:
    """A fault for each column of the contract that the extract does not have.

    declared: the columns of the contract, and the place that names each.
    """
    for column, place in declared.items():
        if column in columns:
            continue
        near = nearest(column, [other for other in columns if other not in declared])
        todo = f"write {near!r} if that is meant" if near else f"take {place} out, or ask for it"
        allowed = ", ".join(columns[:30])
        yield Fault(f"the extract has no column {column!r}", place, allowed, todo)


def check(feed: Feed, frame: pl.DataFrame, first: int = 1) -> list[Fault]:
    """Every break of the contract by the rows of an extract; empty if there is none.

    frame: the columns of the contract as text or dates. first: the number of the first row, as the
    reader of a message would count it (2 under a header).
    """
    if not frame.height:
        return [Fault("the extract has no rows", "", "at least one row")]
    return [*_records(feed, frame, first), *_dates(feed, frame, first)]


def _records(feed: Feed, frame: pl.DataFrame, first: int) -> Iterator[Fault]:
    import polars as pl

    column = feed.fields.record
    record = frame[column].cast(pl.String).str.strip_chars()
    empty = record.is_null() | (record == "").fill_null(False)
    if empty.any():
        what = f"{counted(int(empty.sum()), 'row has', 'rows have')} no record number"
        where = f"fields.record = {column!r}: {row_numbers(empty, first)}"
        yield Fault(what, where, "a number of its own for every row")
    # Counting the distinct ones takes half the time of finding those that stand again.
    held = record.filter(~empty)
    if held.n_unique() < held.len():
        again = record.is_duplicated() & ~empty
        kinds = int(record.filter(again).n_unique())
        what = (
            f"{counted(kinds, 'record number stands', 'record numbers stand')} in several rows "
            f"({counted(int(again.sum()), 'row', 'rows')})"
        )
        where = f"fields.record = {column!r}: {row_numbers(again, first)}"
        todo = "name the column that numbers the rows; ask the service which of the rows is right"
        yield Fault(what, where, "a number of its own for every row", todo)


def _dates(feed: Feed, frame: pl.DataFrame, first: int) -> Iterator[Fault]:
    formats = feed.formats
    fields = feed.fields
    dated = [("fields.birth", fields.birth, "birth")]
    dated += [("fields.seen_from", fields.seen_from, "dates")]
    dated += [("fields.seen_to", fields.seen_to, "dates")]
    dated += [(f"mentions[{n}].birth", m.birth, "birth") for n, m in enumerate(feed.mentions, 1)]
    for place, column, key in dated:
        if column is None:
            continue
        written = getattr(formats, key)
        wrong = misfits(frame[column], written)
        filled, many = frame.height - frame[column].null_count(), int(wrong.sum())
        if many <= formats.tolerated * filled:
            continue
        share = f"{many / filled * 100:.3g} %"
        yield Fault(
            f"{counted(many, 'date does', 'dates do')} not fit the declared format {written!r} "
            f"({share} of {counted(filled, 'filled cell', 'filled cells')})",
            f"{place} = {column!r}: {row_numbers(wrong, first)}",
            f"at most {formats.tolerated * 100:.3g} % (formats.tolerated)",
            f"correct formats.{key}, or ask the service for the extract again",
        )


def row_numbers(which: pl.Series, first: int) -> str:
    """The first few row numbers: ``rows 4, 9, 12 ...``."""
    found = which.arg_true().head(SHOWN + 1).to_list()
    text = ", ".join(f"{place + first:,}" for place in found[:SHOWN])
    return f"{'row' if len(found) == 1 else 'rows'} {text}{' ...' if len(found) > SHOWN else ''}"
