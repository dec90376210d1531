"""Raking a million people to four margins: licet and svy, in turns, and whether they agree.

``measure_weights`` is for ``bench/run.py``. Alone, with a Python that has svy:

    python bench/weights.py /path/to/svy/bin/python
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from survey_tables import PEERS, Times, Worker

WIDTHS = {"age": 6, "sex": 2, "region": 10, "household": 5}
SEED = 20261122
TOLERANCE = 1e-10
AGREE = 1e-8
TARGET = 10.0
"""At least so many times as fast as svy."""


@dataclass
class WeightTimes:
    """Seconds of each: raking by svy (None where it is not there) and licet; residuals of 20 scores.

    apart: the largest relative difference between a weight of svy and of licet.
    """

    rows: int
    svy: Times | None
    licet: Times
    residuals: Times
    apart: float

    def sentence(self) -> str:
        """What out/tables.md says."""
        own = f"Raking {self.rows:,} people to {len(WIDTHS)} margins takes licet "
        own += f"{median(self.licet.wall):.3f} s; residuals of 20 scores {median(self.residuals.wall):.2f} s."
        if self.svy is None:
            return own + " svy is not here."
        ratio, least, _ = self.svy.over(self.licet)
        verdict = "Held" if ratio >= TARGET else "**Missed**"
        return (
            f"{own} svy takes {median(self.svy.wall):.2f} s, {ratio:.0f} times as long by "
            f"medians, {least:.0f} by minima (target: {TARGET:g}). {verdict}. "
            f"Weights agree to {self.apart:.0e}."
        )


def make_weights(folder: Path, rows: int) -> Path:
    """Write weights, codes of four margins and their targets; returns the folder."""
    rng = np.random.default_rng(SEED)
    rng.lognormal(0, 0.5, rows).tofile(folder / "weight.bin")
    targets = {}
    for name, width in WIDTHS.items():
        chances = rng.uniform(0.5, 1.5, width)
        codes = rng.choice(width, rows, p=chances / chances.sum()).astype(np.int8)
        codes.tofile(folder / f"{name}.bin")
        shares = rng.uniform(0.5, 1.5, width)
        targets[name] = (shares / shares.sum() * 50_000_000).tolist()
    (folder / "margins.json").write_text(json.dumps(targets), encoding="utf-8")
    return folder


def measure_weights(rows: int, rounds: int, svy: Path | None) -> WeightTimes:
    """Rake in turns. svy: the Python that has it, or None. Weights that differ stop the bench."""
    with tempfile.TemporaryDirectory() as place:
        folder = make_weights(Path(place), rows)
        mine = Worker("licet", [sys.executable, str(PEERS / "licet_rake.py"), place])
        theirs = svy and Worker("svy", [str(svy), str(PEERS / "svy_rake.py"), place])
        workers = [worker for worker in (theirs, mine) if worker]
        times = {worker.name: Times(worker.name) for worker in workers}
        for worker in workers:
            worker.ask(str(TOLERANCE))
        for _ in range(rounds):
            for worker in workers:
                times[worker.name].add(worker.ask(str(TOLERANCE)))
        residuals = Times("residuals")
        for _ in range(rounds):
            residuals.add(mine.ask("residuals"))
        saved = {}
        for worker in workers:
            worker.ask(f"save {folder / worker.name}.out")
            saved[worker.name] = np.fromfile(folder / f"{worker.name}.out")
            worker.close()
        apart = float(np.abs(saved.get("svy", saved["licet"]) / saved["licet"] - 1).max())
        if not apart <= AGREE:
            raise SystemExit(f"weights of svy and licet differ by {apart:.1e}")
        return WeightTimes(rows, times.get("svy"), times["licet"], residuals, apart)


if __name__ == "__main__":
    print(measure_weights(1_000_000, 5, Path(sys.argv[1]) if sys.argv[1:] else None).sentence())
