"""By what data are known again: a keyed hash of what was scored and what came, and a sketch of the rows.

Whoever holds small data could guess an unkeyed hash. The key lies in the workspace, else beside the record
of opened outcomes, and leaves neither. The hash is of outcome, score and flag alone, rows in one order:
other columns, other names of columns and another order make no other data. The sketch tells how many
rows are the same where some were added or left out; it holds hashes under the key, never an id.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from licet.audit.plan import Plan
from licet.errors import bad
from licet.files.reading import read_bytes, shown
from licet.files.writing import write_bytes

if TYPE_CHECKING:
    import polars as pl

KEY = ".audit-data.key"
SCORED = ("outcome", "score", "flag")
SKETCH = 256
"""Hashes in a sketch: shares of the same rows are known to about five points."""
MOST_ROWS = 0.5
"""The share of rows from which most are said to have been opened before."""


@dataclass(frozen=True, repr=False)
class Key:
    """A secret of 32 bytes, and where it is kept. Shown nowhere."""

    secret: bytes
    path: Path | None = None

    def keep(self) -> None:
        """Write it, readable by its owner alone, unless it is there."""
        if self.path is None or self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(self.path, self.secret.hex().encode())
        os.chmod(self.path, 0o600)


def key_in(folder: Path | None) -> Key:
    """The key of a folder, or a new one that is kept there later; without a folder one for this time."""
    if folder is None:
        return Key(secrets.token_bytes(32))
    path = folder / KEY
    if not path.exists():
        return Key(secrets.token_bytes(32), path)
    try:
        return Key(bytes.fromhex(read_bytes(path, 1000).decode("ascii").strip()), path)
    except ValueError:
        raise bad("the key of the audited data is damaged", shown(path), "as Licet wrote it",
                  "bring it back from a copy: without it data are not known again") from None  # fmt: skip


def hash_of(plan: Plan, frame: pl.DataFrame, key: Key) -> str:
    """HMAC-SHA-256 of outcome, score and flag of all rows, sorted, in hexadecimal."""
    found = hmac.new(key.secret, b"licet audit data\n", hashlib.sha256)
    for row in sorted(_rows(frame, [getattr(plan.columns, name) for name in SCORED])):
        found.update(row)
    return found.hexdigest()


def sketch_of(plan: Plan, frame: pl.DataFrame, key: Key) -> tuple[str, ...]:
    """The smallest ``SKETCH`` keyed hashes of rows: of person and day, else of score, flag and day."""
    columns = plan.columns
    named = [columns.person] if columns.person else [columns.score, columns.flag]
    times: dict[bytes, int] = {}
    found = []
    for row in _rows(frame, [*named, columns.as_of]):
        times[row] = times.get(row, 0) + 1
        again = row + times[row].to_bytes(4, "big")
        found.append(hashlib.blake2b(again, digest_size=8, key=key.secret).hexdigest())
    return tuple(sorted(found)[:SKETCH])


def same_rows(sketch: Sequence[str], before: Sequence[str]) -> float:
    """The share (0-1) of rows that are in both, of the smaller of two data."""
    if not sketch or not before:
        return 0.0
    ends = [one[-1] if len(one) >= SKETCH else "g" for one in (sketch, before)]
    now, then = ({one for one in part if one <= min(ends)} for part in (sketch, before))
    return len(now & then) / max(min(len(now), len(then)), 1)


def keyed(frame: pl.DataFrame, key: Key) -> str:
    """HMAC-SHA-256 of all columns of a table, rows sorted, in hexadecimal."""
    found = hmac.new(key.secret, b"licet table\n", hashlib.sha256)
    for row in sorted(_rows(frame, sorted(frame.columns))):
        found.update(row)
    return found.hexdigest()


def _rows(frame: pl.DataFrame, columns: Sequence[str]) -> Iterator[bytes]:
    """The values of each row as bytes: 3, 3.0 and "3" alike, empty cells as nothing."""
    import polars as pl

    parts: list[pl.Series] = []
    for place, name in enumerate(columns):
        if name not in frame.columns or frame[name].dtype.is_nested():
            parts.append(pl.Series(str(place), [""]).new_from_index(0, frame.height))
            continue
        values = frame[name]
        if values.dtype == pl.String:
            number = values.str.strip_chars().cast(pl.Float64, strict=False)
            plain = pl.Series(values.str.strip_chars())
            values = plain if number.null_count() > plain.null_count() else number
        elif values.dtype.is_numeric() or values.dtype == pl.Boolean:
            values = values.cast(pl.Float64)
        parts.append(values.cast(pl.String).fill_null("").alias(str(place)))
    told = pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="\x1f")).to_series()
    for text in told.to_list():
        yield (text + "\n").encode()
