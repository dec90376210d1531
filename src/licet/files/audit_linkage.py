"""Files of a linkage audit: truth, labels and groups that come in; the review file that goes out.

Of feeds only record numbers and audit-only columns are kept, for counting outside the zone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import BadInput, bad
from licet.feeds.contract import Feed
from licet.files.answers import read_answers
from licet.files.extracts import read_extract
from licet.files.reading import check_file, reason, shown
from licet.files.writing import write_bytes

if TYPE_CHECKING:
    import polars as pl

ENDINGS = (".csv", ".csv.gz", ".parquet")


def read_table(path: Path) -> pl.DataFrame:
    """A table of truth, labels or groups, from CSV or Parquet; a line for each row. Refuses others."""
    path = Path(path)
    if not path.name.casefold().endswith(ENDINGS):
        raise bad(f"unknown kind of file {path.suffix!r}", shown(path), ", ".join(ENDINGS))
    if check_file(path) == 0:
        raise bad("the file is empty", shown(path), "a header and at least one row")
    try:
        return read_answers(path).frame
    except BadInput as error:
        raise BadInput(*(_as_table(fault) for fault in error.faults)) from None


def _as_table(fault):
    """A file without rows holds no truth, rather than no answers."""
    from dataclasses import replace

    if fault.what == "the file holds no answers":
        return replace(fault, what="there is nothing in it", allowed="one row at least")
    return fault


def feed_rows(feeds: Sequence[tuple[Path, Feed]]) -> pl.DataFrame:
    """row, feed and every audit-only column of all rows of feeds, let in or not.

    Raises BadInput with the faults of extracts that cannot be read.
    """
    import polars as pl

    parts = []
    for path, feed in feeds:
        held = read_extract(feed, path.parent)
        record = pl.col(feed.fields.record).cast(pl.String)
        audit = {name: pl.col(column).cast(pl.String) for name, column in feed.audit_only.items()}
        named = pl.concat_str(pl.lit(f"{feed.id}/"), record).alias("row")
        parts.append(held.select(named, pl.lit(feed.id).alias("feed"), **audit).drop_nulls("row"))
    return pl.concat(parts, how="diagonal_relaxed")


KEY = ("stratum", "weight")
"""How a pair was drawn: what reviewers do not see."""


def key_of(path: Path) -> Path:
    """Where the key of a review file lies: ``review.csv`` has ``review.key.csv``."""
    return path.with_name(f"{path.stem}.key.csv")


def with_key(frame: pl.DataFrame, path: Path | None) -> pl.DataFrame:
    """Labels of a review file with how their pairs were drawn; any other table as it is.

    path: where the file lies, None for a table; its key lies in the same folder. Refuses labels without.
    """
    import polars as pl

    ends = ("pair", "row_a", "row_b")
    if not {*ends, "same"} <= set(frame.columns) or "weight" in frame.columns:
        return frame
    left = frame.with_columns(pl.col(*ends).cast(pl.String))
    beside = [] if path is None else [key_of(path), *sorted(path.parent.glob("*.key.csv"))]
    for key in beside:
        held = read_answers(key).frame if key.is_file() else pl.DataFrame()
        if not {*ends, *KEY} <= set(held.columns):
            continue
        right = held.select(pl.col(*ends).cast(pl.String), *KEY)
        found = left.join(right, on=ends, how="left", maintain_order="left")
        if not found["weight"].null_count():
            return found
    raise bad(
        "these pairs were drawn for review, and the key that says how is not beside them",
        "pairs" if path is None else shown(path),
        "labels of the pairs as they were written, and the key of that review in the same folder",
        "put the labelled file beside review.key.csv, with only its column same filled in",
    )


def write_review(path: Path, pairs: pl.DataFrame, key: pl.DataFrame) -> None:
    """Write pairs for reviewers and, beside them, how they were drawn; readable by their owner alone.

    Refuses files that are there already: they may hold what reviewers have said.
    """
    path = Path(path)
    made: list[Path] = []
    try:
        for place, frame in ((key_of(path), key), (path, pairs)):
            _new_file(place)
            made.append(place)
            # An older file's rights are kept, so nobody else can ever read it.
            write_bytes(place, frame.write_csv().encode("utf-8"))
    except BaseException:
        for place in made:
            place.unlink(missing_ok=True)
        raise


def write_private(path: Path, text: str) -> None:
    """Write a new file that is readable by its owner alone. Refuses one that is there already."""
    _new_file(path)
    try:
        write_bytes(path, text.encode("utf-8"))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check_new(path: Path) -> None:
    """Refuse a file that is there already: it may hold what reviewers have said."""
    if path.exists():
        todo = "name another file, or take the old one away"
        raise bad("this file is there already", shown(path), "a new file", todo)


def _new_file(path: Path) -> None:
    check_new(path)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    except OSError as error:
        raise bad(
            f"the file cannot be written ({reason(error)})",
            shown(path),
            "a folder that you may write in",
            "choose another place or ask for permission",
        ) from None
