"""Larger crowds than ``survey_tables.make_people`` makes: 10,000,000 people, 48 groups, replicate weights.

Made a million at a time, so that making them takes little memory.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from survey_tables import GROUPS, ITEMS, PSUS, SEED, STRATA, falling

MANY = 48
REPLICATES = 80
CHUNK = 1_000_000
Columns = dict[str, NDArray[np.generic]]


def make_crowd(folder: Path, rows: int, *, many: bool = False) -> Path:
    """Write people with items y1-y20, groups g and g1-g12 as one raw file a column.

    many: also h of 48 values and h1-h48 of 0 and 1.
    """
    if not (folder / "columns.csv").exists():
        whole = np.random.default_rng(SEED)
        leaning = whole.normal(np.linspace(0.05, 0.95, ITEMS), 0.05, (STRATA * PSUS, ITEMS)).T
        write(folder, (_people(n, leaning, many) for n in _sizes(rows)))
    return folder


def _sizes(rows: int) -> Iterable[tuple[int, int]]:
    """Number and size of each chunk."""
    return ((place, min(CHUNK, rows - place * CHUNK)) for place in range(-(-rows // CHUNK)))


def _people(chunk: tuple[int, int], leaning: NDArray[np.float64], many: bool) -> Columns:
    number, rows = chunk
    rng = np.random.default_rng([SEED, number])
    unit = rng.integers(0, STRATA * PSUS, rows)
    columns: Columns = {
        "stratum": (unit // PSUS).astype(np.int8),
        "psu": unit.astype(np.int16),
        "weight": np.exp(rng.normal(0, 0.6, rows)),
    }
    for name, groups in (("g", GROUPS), ("h", MANY))[: 1 + many]:
        columns[name] = rng.choice(groups, rows, p=falling(groups)).astype(np.int8)
        for k in range(1, groups + 1):
            columns[f"{name}{k}"] = (rng.random(rows) < 0.5 * k / groups).astype(np.int8)
    for k, chance in enumerate(leaning, 1):
        inside = chance[unit] + 0.02 * columns["g1"]
        columns[f"y{k}"] = (rng.random(rows) < inside).astype(np.int8)
    return columns


def write(folder: Path, chunks: Iterable[Columns]) -> None:
    """Append chunks of columns to one raw file each; their names and types come last."""
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted run left
    folder.mkdir(parents=True)
    kinds = {}
    for columns in chunks:
        for name, values in columns.items():
            with (folder / f"{name}.bin").open("ab") as file:
                values.tofile(file)
            kinds[name] = (values.dtype.kind, values.dtype.itemsize)
    with (folder / "columns.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "kind", "bytes"])
        writer.writerows([name, *kind] for name, kind in kinds.items())


def make_replicates(folder: Path, rows: int) -> Path:
    """A crowd with g, y1-y20 and balanced half-samples r1-r80: PSUs of a stratum in two halves."""
    if not (folder / "columns.csv").exists():
        plain = make_crowd(folder.with_name(f"crowd-{rows}"), rows)
        halves = signs(REPLICATES)[:, 1 : STRATA + 1].repeat(2, axis=1)
        # The first two PSUs of a stratum are one half of it, the other two the other.
        factors = 1 + (halves * np.tile([1, -1], STRATA)).repeat(PSUS // 2, axis=1)
        write(folder, [_half_samples(plain, factors)])
    return folder


def _half_samples(plain: Path, factors: NDArray[np.int64]) -> Columns:
    unit = np.fromfile(plain / "psu.bin", dtype=np.int16)
    weight = np.fromfile(plain / "weight.bin", dtype=np.float64)
    names = ["g", *(f"y{k}" for k in range(1, ITEMS + 1))]
    columns: Columns = {n: np.fromfile(plain / f"{n}.bin", dtype=np.int8) for n in names}
    columns["weight"] = weight
    return columns | {f"r{k}": weight * factor[unit] for k, factor in enumerate(factors, 1)}


def signs(size: int) -> NDArray[np.int64]:
    """Hadamard's matrix of 1 and -1 by Paley's way, its first column all 1.

    size less one is a prime, 3 more than a multiple of 4.
    """
    prime = size - 1
    squares = {k * k % prime for k in range(1, prime)}
    sign = np.array([0, *(1 if k in squares else -1 for k in range(1, prime))])
    skew = np.zeros((size, size), dtype=np.int64)
    skew[0, 1:], skew[1:, 0] = 1, -1
    skew[1:, 1:] = sign[(np.arange(prime) - np.arange(prime)[:, None]) % prime]
    found = skew + np.eye(size, dtype=np.int64)
    return found * found[:, :1]
