"""Worker: tables by Licet. See ``bench/tables.py`` for how it is asked and answers."""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

import licet

DESIGN = {"weight": "weight", "strata": "stratum", "psu": "psu"}
ONE = ["g"]
TWELVE = [f"g{k}" for k in range(1, 13)]
TWO_OPTIONS = [f"y{k}" for k in range(1, 21)]
FIVE_OPTIONS = [f"z{k}" for k in range(1, 21)]
SHAPES = {
    "one": (TWO_OPTIONS, ONE),
    "twelve": (TWO_OPTIONS, TWELVE),
    "five_one": (FIVE_OPTIONS, ONE),
    "five_twelve": (FIVE_OPTIONS, TWELVE),
}


def read_columns(folder: Path) -> pl.DataFrame:
    """The columns as the bench wrote them, in their own narrow types."""
    with (folder / "columns.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["name"]: row["kind"] + row["bytes"] for row in csv.DictReader(file)}
    return pl.DataFrame(
        {name: np.fromfile(folder / f"{name}.bin", dtype=kind) for name, kind in kinds.items()}
    )


def main(folder: Path, wide: bool) -> None:
    """Answer lines on standard input: a shape, or ``save SHAPE PATH``, or ``memory``."""
    frame = read_columns(folder)
    if wide:
        frame = frame.with_columns(pl.selectors.integer().cast(pl.Int64))
    tables: dict[str, pl.DataFrame] = {}
    print(json.dumps({"ready": licet.__version__}), flush=True)
    for line in sys.stdin:
        ask, *rest = line.split()
        if ask == "memory":
            answer = {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        elif ask == "save":
            save(tables[rest[0]], Path(rest[1]))
            answer = {}
        else:
            items, by = SHAPES[ask]
            wall, cpu = time.perf_counter(), time.process_time()
            tables[ask] = licet.table(frame, items, by, **DESIGN).to_polars()
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


def save(table: pl.DataFrame, path: Path) -> None:
    """Shares of 1 among those in a group, as item, group, estimate, se."""
    table = table.filter((pl.col("option") == "1") & (pl.col("group") != "all"))
    if table["by"].unique().to_list() != ["g"]:
        table = table.filter(pl.col("group") == "1").with_columns(group=pl.col("by"))
    table.select("item", "group", "estimate", "se").write_csv(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), wide=sys.argv[2:] == ["wide"])
