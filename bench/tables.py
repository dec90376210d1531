"""Tables of a million answers: made-up people, the programs that count them, and their agreement.

Each program runs as a worker of its own (``peers/``): it reads the same columns once, then makes a
table whenever a line on its standard input names a shape, and answers with seconds. So rounds can
take turns, and start-up and reading never count.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

ITEMS = 20
GROUPS = 12
STRATA = 50
PSUS = 4  # in each stratum
SEED = 20211201
TOLERANCE = 1e-9

PEERS = Path(__file__).parent / "peers"


def make_people(folder: Path, rows: int, *, by_psu: bool = False) -> Path:
    """Write one raw binary file per column, and their names and types; returns the folder.

    Items y1-y20 are 0 or 1, z1-z20 have five options, g is one of twelve groups, g1-g12 are 0 or 1
    and overlap. Shares and groups differ between clusters. by_psu: rows in the order of clusters.
    """
    if (folder / "columns.csv").exists():
        return folder
    rng = np.random.default_rng(SEED)
    unit = rng.integers(0, STRATA * PSUS, rows)
    unit = np.sort(unit) if by_psu else unit
    columns = {
        "stratum": (unit // PSUS).astype(np.int16),
        "psu": unit.astype(np.int16),
        "weight": np.exp(rng.normal(0, 0.6, rows)),
        "g": rng.choice(GROUPS, rows, p=_falling(GROUPS)).astype(np.int8),
    }
    for k in range(1, GROUPS + 1):
        chance = 0.5 * k / GROUPS + rng.normal(0, 0.02, STRATA * PSUS)
        columns[f"g{k}"] = (rng.random(rows) < chance[unit]).astype(np.int8)
    for k in range(1, ITEMS + 1):
        leaning = rng.normal(k / (ITEMS + 1), 0.05, STRATA * PSUS)[unit] + 0.02 * columns["g1"]
        columns[f"y{k}"] = (rng.random(rows) < leaning).astype(np.int8)
        columns[f"z{k}"] = np.clip(5 * leaning + rng.normal(0, 1, rows), 0, 4).astype(np.int8)
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in columns.items():
        values.tofile(folder / f"{name}.bin")
    with (folder / "columns.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "kind", "bytes"])
        writer.writerows([n, v.dtype.kind, v.dtype.itemsize] for n, v in columns.items())
    return folder


def _falling(size: int) -> np.ndarray:
    """Chances of groups, the first about ten times as large as the last."""
    sizes = np.geomspace(10, 1, size)
    return sizes / sizes.sum()
