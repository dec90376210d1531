"""Worker: rates by group by aequitas, in its own environment. See ``bench/audit.py``."""

from __future__ import annotations

import json
import resource
import sys
import time
from itertools import combinations
from pathlib import Path

import aequitas
import numpy as np
import pandas as pd
from aequitas.group import Group

MEASURES = {
    "pprev": "flag",
    "fpr": "fpr",
    "fnr": "fnr",
    "precision": "ppv",
    "fdr": "fdr",
    "prev": "base",
}


def main(folder: Path) -> None:
    """Answer lines on standard input: ``draw`` (people drawn anew, then its table), ``once``,

    ``save PATH``, ``memory``. Attributes and pairs are columns of text before the clock starts.
    """
    frame = pd.read_parquet(folder / "people.parquet").drop(columns="family")
    frame = frame.rename(columns={"flag": "score", "y": "label_value"})
    by = [name for name in frame.columns if name not in {"score", "label_value"}]
    frame[by] = frame[by].astype(str)
    for one, other in combinations(by, 2):
        frame[f"{one} x {other}"] = frame[one] + " & " + frame[other]
    attributes = [name for name in frame.columns if name not in {"score", "label_value"}]
    rng = np.random.default_rng(1)
    group = Group()
    print(json.dumps({"ready": getattr(aequitas, "__version__", "1.1.0")}), flush=True)
    for line in sys.stdin:
        ask, *rest = line.split()
        if ask == "memory":
            answer = {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        elif ask == "save":
            table, _ = group.get_crosstabs(frame, attr_cols=attributes)
            save(table, rest[0])
            answer = {}
        else:
            wall, cpu = time.perf_counter(), time.process_time()
            drawn = frame
            if ask == "draw":
                drawn = frame.take(rng.integers(0, len(frame), len(frame))).reset_index(drop=True)
            group.get_crosstabs(drawn, attr_cols=attributes)
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


def save(table: pd.DataFrame, path: str) -> None:
    """Every rate of every group."""
    long = table.melt(["attribute_name", "attribute_value"], list(MEASURES))
    long["variable"] = long["variable"].map(MEASURES)
    long.columns = ["by", "group", "measure", "value"]
    long.to_csv(path, index=False, float_format="%.17g")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
