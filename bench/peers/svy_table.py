"""Worker: tables by svy, in its own environment. See ``bench/tables.py``."""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import svy

ITEMS = [f"y{k}" for k in range(1, 21)]
TWELVE = [f"g{k}" for k in range(1, 13)]


def main(folder: Path) -> None:
    """Answer lines on standard input: a shape, or ``save SHAPE PATH``, or ``memory``."""
    with (folder / "columns.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["name"]: row["kind"] + row["bytes"] for row in csv.DictReader(file)}
    frame = pl.DataFrame(
        {
            name: np.fromfile(folder / f"{name}.bin", dtype=kind)
            for name, kind in kinds.items()
            if not name.startswith("z")
        }
    )
    sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="weight"))
    tables: dict[str, pl.DataFrame] = {}
    print(json.dumps({"ready": svy.__version__}), flush=True)
    for line in sys.stdin:
        ask, *rest = line.split()
        if ask == "memory":
            answer = {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        elif ask == "save":
            tables[rest[0]].write_csv(rest[1])
            answer = {}
        else:
            wall, cpu = time.perf_counter(), time.process_time()
            found = one(sample) if ask == "one" else twelve(sample)
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
            tables[ask] = found
        print(json.dumps(answer), flush=True)


def one(sample: svy.Sample) -> pl.DataFrame:
    """Every item by the one column of twelve groups."""
    return tidy(sample.estimation.mean(ITEMS, by="g").to_polars(), "g")


def twelve(sample: svy.Sample) -> pl.DataFrame:
    """Every item in each of twelve overlapping groups: where= is quicker than by=."""
    found = [
        tidy(sample.estimation.mean(ITEMS, where=pl.col(group) == 1).to_polars(), pl.lit(group))
        for group in TWELVE
    ]
    return pl.concat(found)


def tidy(table: pl.DataFrame, group: str | pl.Expr) -> pl.DataFrame:
    """item, group, estimate, se."""
    return table.select(
        item=pl.col("y"),
        group=(pl.col(group) if isinstance(group, str) else group).cast(pl.String),
        estimate=pl.col("est"),
        se=pl.col("se"),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
