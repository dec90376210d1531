"""Tables of a million answers: made-up people, the programs that count them, and their agreement.

Each program is a worker of its own (``peers/``): it reads the same columns once, then makes a table
whenever a line on its standard input names a shape, and answers with seconds. So rounds can take
turns, and starting and reading never count.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

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
        "g": rng.choice(GROUPS, rows, p=falling(GROUPS)).astype(np.int8),
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


def falling(size: int) -> np.ndarray:
    """Chances of groups, the first about ten times as large as the last."""
    sizes = np.geomspace(10, 1, size)
    return sizes / sizes.sum()


class Worker:
    """A program that makes tables when asked; see the module's docstring."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.ready = self._answer()

    def ask(self, line: str) -> dict[str, Any]:
        """One line in, one line of JSON out."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} stopped: see what it printed above.")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> float:
        """End it; returns the most memory it ever held, in megabytes."""
        memory = float(self.ask("memory")["mb"])
        self._process.communicate()
        return memory


@dataclass
class Times:
    """Seconds of one program for one shape, a value per round.

    first: of the table made beforehand, which counts for nothing.
    """

    name: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    first: float = 0.0

    def add(self, answer: Mapping[str, float]) -> None:
        """One more round."""
        self.wall.append(answer["wall"])
        self.cpu.append(answer["cpu"])

    def over(self, other: Times) -> tuple[float, float, float]:
        """How many times as long as ``other``: medians, minima, medians of processor time."""
        return (
            median(self.wall) / median(other.wall),
            min(self.wall) / min(other.wall),
            median(self.cpu) / median(other.cpu),
        )


@dataclass
class Contestant:
    """A program and what it is asked for. name: where it is not that of the program."""

    worker: Worker
    shape: str
    name: str = ""

    def times(self) -> Times:
        """None yet, but for a first table that nobody counts: what is done once is done in it."""
        return Times(self.name or self.worker.name, first=self.worker.ask(self.shape)["wall"])


def race(
    others: Sequence[Contestant], ours: Sequence[Contestant], rounds: int, *, each: int = 1
) -> list[Times]:
    """Let programs take turns, all of ours after each of the others. Returns theirs, then ours.

    each: how often ours are asked, at every turn.
    """
    theirs, mine = [c.times() for c in others], [c.times() for c in ours]
    for _ in range(rounds):
        for turn in range(max(len(others), 1)):
            if others:
                theirs[turn].add(others[turn].worker.ask(others[turn].shape))
            for _ in range(each):
                for times, contestant in zip(mine, ours, strict=True):
                    times.add(contestant.worker.ask(contestant.shape))
    return [*theirs, *mine]


def saved(worker: Worker, shape: str, path: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """The table a worker made last: (estimate, standard error) by (item, group)."""
    worker.ask(f"save {shape} {path}")
    return read_figures(path)


def read_figures(path: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """(estimate, standard error) by (item, group)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {(r["item"], r["group"]): (float(r["estimate"]), float(r["se"])) for r in rows}


def agree(
    one: Mapping[tuple[str, str], tuple[float, float]],
    other: Mapping[tuple[str, str], tuple[float, float]],
    what: str,
) -> float:
    """The largest relative difference of any figure. Ends the bench where it is above 1e-9."""
    if one.keys() != other.keys() or not one:
        missing = sorted(one.keys() ^ other.keys())[:3]
        raise SystemExit(f"{what}: not the same cells, for example {missing}")
    worst = 0.0
    for cell, figures in one.items():
        for a, b in zip(figures, other[cell], strict=True):
            # A standard error that is zero but for rounding may be 1e-17 or 3e-17.
            off = abs(a - b) / max(abs(a), abs(b), 1e-6)
            if not off <= TOLERANCE:  # also where one of them is no number
                raise SystemExit(f"{what}: figures differ by {off:.2g} of their size, at {cell}")
            worst = max(worst, off)
    return worst
