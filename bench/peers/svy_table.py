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
    sample = svy.Sample(frame, design(frame))
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
            found = MAKERS[ask](sample)
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
            tables[ask] = found
        print(json.dumps(answer), flush=True)


def design(frame: pl.DataFrame) -> svy.Design:
    """Replicate weights where there are any, else strata and PSUs."""
    if "r1" in frame.columns:
        return svy.Design(wgt="weight", rep_wgts=svy.BrrWgts(prefix="r", n_reps=80))
    return svy.Design(stratum="stratum", psu="psu", wgt="weight")


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


def first_by(sample: svy.Sample) -> pl.DataFrame:
    """by= of the first of the twelve columns alone: what it takes twelve times."""
    return tidy(sample.estimation.mean(ITEMS, by="g1").to_polars(), "g1")


def replicates(sample: svy.Sample) -> pl.DataFrame:
    """Every item by the one column, standard errors from replicate weights."""
    found = sample.estimation.mean(ITEMS, by="g", method="replication", variance_center="estimate")
    return tidy(found.to_polars(), "g")


def tidy(table: pl.DataFrame, group: str | pl.Expr) -> pl.DataFrame:
    """item, group, estimate, se."""
    return table.select(
        item=pl.col("y"),
        group=(pl.col(group) if isinstance(group, str) else group).cast(pl.String),
        estimate=pl.col("est"),
        se=pl.col("se"),
    )


MAKERS = {"one": one, "twelve": twelve, "first_by": first_by, "replicates": replicates}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
