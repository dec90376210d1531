"""The permitted rows and mentions of a run, in their standard form, in small files by node.

A person who withdraws is written out of a few of them in milliseconds, and no byte of them stays. The
files are not compressed: that would take longer than all the rest.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

ROWS, MENTIONS = "rows", "mentions"
SHARD = 2048
"""Rows in each file of ``rows/``."""
FEW = 8
"""Fewer files are written one by one: that is done before others would have begun."""
TOGETHER = 4
"""Files that are written at once, where there are many."""
PLACE: dict[str, Any] = {"node": pl.Int64, "place": pl.String}
"""What names a mention."""


def write_rows(folder: Path, rows: pl.DataFrame, kind: str = ROWS) -> None:
    """Write permitted rows, or their mentions, into files of ``SHARD`` nodes each, beside what is there.

    rows: with ``node``. A row that is in its file already is replaced.
    """
    place = folder / kind
    place.mkdir(exist_ok=True)
    ordered = rows.sort("node", maintain_order=True)
    shards, starts = np.unique(ordered["node"].to_numpy() // SHARD, return_index=True)
    ends = [*starts[1:].tolist(), ordered.height]
    for shard, start, end in zip(shards.tolist(), starts.tolist(), ends, strict=True):
        path, new = place / _file(shard), ordered[start:end]
        if path.exists():
            held = pl.read_ipc(path).join(new.select("node"), on="node", how="anti")
            new = pl.concat([held.select(new.columns), new]).sort("node", maintain_order=True)
        _replace(path, new)


def read_rows(folder: Path, nodes: Collection[int] | None = None, kind: str = ROWS) -> pl.DataFrame:
    """Permitted rows, or their mentions, in standard form, by node: of these nodes, or all."""
    place = folder / kind
    if nodes is None:
        names = sorted(place.glob("*.arrow"))
    else:
        shards = sorted({int(node) // SHARD for node in nodes})
        names = [path for s in shards if (path := place / _file(s)).exists()]
    if not names:
        return pl.DataFrame(schema={"node": pl.Int64})
    parts = [pl.read_ipc(name) for name in names]
    found = pl.concat([part.select(parts[0].columns) for part in parts])
    if nodes is not None:
        found = found.filter(pl.col("node").is_in(sorted(int(node) for node in nodes)))
    return found.sort("node", maintain_order=True)


def remove_rows(
    folder: Path, nodes: Collection[int], places: Collection[tuple[int, str]] = ()
) -> None:
    """Write rows with their mentions, and other mentions, out of their files.

    places: node and place of each mention. A file that has nothing left goes too.
    """
    gone, named = _by_shard([(int(node),) for node in nodes]), _by_shard(places)

    def rewrite(shard: int) -> None:
        of = [node for (node,) in gone.get(shard, ())]
        if of:
            _rewrite(folder / ROWS / _file(shard), of)
        _rewrite(folder / MENTIONS / _file(shard), of, named.get(shard, ()))

    shards = sorted({*gone, *named})
    if len(shards) < FEW:
        for shard in shards:
            rewrite(shard)
        return
    # Most of the time goes by in waiting for the disk, of one file after the other.
    with ThreadPoolExecutor(TOGETHER) as pool:
        for _ in pool.map(rewrite, shards):
            pass


def _by_shard(listed: Collection[Any]) -> dict[int, list[Any]]:
    """Tuples that begin with a node, by its file."""
    found: dict[int, list[Any]] = {}
    for one in sorted(listed):
        found.setdefault(one[0] // SHARD, []).append(one)
    return found


def _file(shard: int) -> str:
    return f"{shard:06d}.arrow"


def _rewrite(path: Path, gone: Collection[int], places: Collection[tuple[int, str]] = ()) -> None:
    """Write a file anew without some rows."""
    import pyarrow
    from pyarrow import ipc

    if not path.exists():
        return
    with pyarrow.OSFile(str(path)) as source:
        alone = ipc.IpcReadOptions(use_threads=False)  # so small a file is read sooner by one
        held = _compact(ipc.open_file(source, options=alone).read_all())
    node = held["node"].to_numpy()
    keep = ~np.isin(node, list(gone))
    named = set(places)
    for at in np.flatnonzero(np.isin(node, [node for node, _ in named])).tolist():
        keep[at] &= (int(node[at]), held["place"][at].as_py()) not in named
    if not keep.any():
        path.unlink()
    elif not keep.all():
        part = path.with_suffix(".part")
        kept = held.filter(pyarrow.array(keep))
        with ipc.new_file(str(part), kept.schema) as file:
            file.write_table(kept)
        part.replace(path)


def _compact(held: Any) -> Any:
    """A table whose texts lie one after the other. Where they are views into memory that several share, a
    file written from some rows would hold the texts of all."""
    if all(str(kind) != "string_view" for kind in held.schema.types):
        return held
    return pl.DataFrame(pl.from_arrow(held)).to_arrow(compat_level=pl.CompatLevel.oldest())


def _replace(path: Path, frame: pl.DataFrame) -> None:
    part = path.with_suffix(".part")
    frame.write_ipc(part, compression="uncompressed", compat_level=pl.CompatLevel.oldest())
    part.replace(path)
