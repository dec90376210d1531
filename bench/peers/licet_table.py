"""Worker: tables by Licet. See ``bench/tables.py`` for how it is asked and answers."""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import licet

DESIGN = {"weight": "weight", "strata": "stratum", "psu": "psu"}
REPLICATES = {"weight": "weight", "replicates": "r1-80", "replicate_kind": "brr"}
ONE = ["g"]
TWELVE = [f"g{k}" for k in range(1, 13)]
TWO_OPTIONS = [f"y{k}" for k in range(1, 21)]
FIVE_OPTIONS = [f"z{k}" for k in range(1, 21)]
SHAPES: dict[str, tuple[list[str], list[str], dict[str, str]]] = {
    "one": (TWO_OPTIONS, ONE, DESIGN),
    "twelve": (TWO_OPTIONS, TWELVE, DESIGN),
    "five_one": (FIVE_OPTIONS, ONE, DESIGN),
    "five_twelve": (FIVE_OPTIONS, TWELVE, DESIGN),
    "one48": (TWO_OPTIONS, ["h"], DESIGN),
    "columns48": (TWO_OPTIONS, [f"h{k}" for k in range(1, 49)], DESIGN),
    "replicates": (TWO_OPTIONS, ONE, REPLICATES),
}
COMPILED = "_compiled"


def read_columns(folder: Path) -> pl.DataFrame:
    """The columns as the bench wrote them, in their own narrow types; never two copies at once."""
    with (folder / "columns.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["name"]: row["kind"] + row["bytes"] for row in csv.DictReader(file)}
    return pl.DataFrame(
        [pl.Series(n, np.fromfile(folder / f"{n}.bin", dtype=kind)) for n, kind in kinds.items()]
    )


def main(folder: Path, wide: bool) -> None:
    """Answer lines on standard input: a shape, or ``save SHAPE PATH``, or ``memory``.

    A shape that ends in ``_compiled`` is asked of the compiled path.
    """
    frame = read_columns(folder)
    if wide:
        frame = frame.with_columns(pl.selectors.integer().cast(pl.Int64))
    tables: dict[str, pl.DataFrame] = {}
    print(json.dumps({"ready": licet.__version__, "columns": most_held()}), flush=True)
    for line in sys.stdin:
        ask, *rest = line.split()
        answer: dict[str, Any] = {}
        if ask == "memory":
            answer = {"mb": most_held()}
        elif ask == "save":
            save(tables[rest[0]], Path(rest[1]))
        else:
            items, by, design = SHAPES[ask.removesuffix(COMPILED)]
            more = {"compiled": True} if ask.endswith(COMPILED) else {}
            wall, cpu = time.perf_counter(), time.process_time()
            tables[ask] = licet.table(frame, items, by, **design, **more).to_polars()
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


def most_held() -> float:
    """The most memory this program ever held, in megabytes.

    The system's own note of this program, where there is one: ``getrusage`` counts what the program
    that started it held.
    """
    notes = Path("/proc/self/status")
    if notes.exists():
        for line in notes.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def save(table: pl.DataFrame, path: Path) -> None:
    """Shares of 1 among those in a group, as item, group, estimate, se."""
    table = table.filter((pl.col("option") == "1") & (pl.col("group") != "all"))
    if table["by"].unique().to_list() not in (["g"], ["h"]):
        table = table.filter(pl.col("group") == "1").with_columns(group=pl.col("by"))
    table.select("item", "group", "estimate", "se").write_csv(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), wide=sys.argv[2:] == ["wide"])
