"""Rates of a million people by five attributes and all their pairs, with 2,000 draws.

Licet beside aequitas (its table on people drawn anew by hand) and fairlearn (its own bootstrap), which
are timed for a few draws and reckoned up to as many (said so); and families beside single people.

    python bench/audit.py [--rows 1000000] [--rounds 3] [--aequitas PYTHON] [--no-fairlearn]

PYTHON: one that has aequitas 1.1.0, which needs an environment of its own; without it one is made in
``bench/out`` once. Figures of aequitas are compared with licet's in the same run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl
from environments import peer_python
from figures import Figure, at_most, below, faster, record
from survey_tables import PEERS, Times, Worker

WIDTHS = {"sex": 2, "band": 5, "ethnicity": 6, "area": 4, "household": 4}
SEED = 20261123
DRAWS, SHORT = 2000, 20
AGREE = 1e-12
SETS = 15
"""Attributes and pairs."""
TARGETS = {"aequitas": 300, "fairlearn": 1000, "short": 8, "families": 6, "memory": 3000}


@dataclass
class Audited:
    """Seconds. whole: from a frame; draws, short, families: from people that are read.

    aequitas: of one draw; fairlearn: of one draw of one attribute; None where they are not here.
    """

    rows: int
    families_number: int
    whole: Times
    draws: Times
    short: Times
    families: Times
    memory: float
    aequitas: Times | None = None
    fairlearn: Times | None = None
    apart: float = 0.0

    def sentences(self) -> list[str]:
        """What is to be said, target by target."""
        own = median(self.whole.wall)
        said = [
            f"{self.rows:,} people, {len(WIDTHS)} attributes and {SETS - len(WIDTHS)} pairs, "
            f"{DRAWS:,} draws: {own:.2f} s from a frame, {median(self.draws.wall):.2f} s from people "
            f"that are read ({median(self.draws.cpu):.2f} s processor); {SHORT} draws "
            f"{median(self.short.wall):.2f} s."
        ]
        if self.aequitas:
            once = median(self.aequitas.wall)
            said.append(
                _held("aequitas", once * DRAWS / own)
                + f" One draw takes it {once:.2f} s; {DRAWS:,} are extrapolated from "
                f"{len(self.aequitas.wall)}. Rates agree to {self.apart:.0e}."
            )
        if self.fairlearn:
            once = median(self.fairlearn.wall)
            said.append(
                _held("fairlearn", once * SETS * DRAWS / own)
                + f" One draw of one attribute takes it {once:.1f} s; {SETS} times {DRAWS:,} are "
                f"extrapolated from {len(self.fairlearn.wall)}."
            )
        _, _, short = self.draws.over(self.short)
        said.append(_most("short", short, f"{DRAWS:,} draws over {SHORT}, processor time"))
        _, _, families = self.families.over(self.draws)
        what = f"{self.families_number:,} families over single people, processor time"
        said.append(_most("families", families, what))
        said.append(_most("memory", self.memory, "megabytes held at most"))
        return said

    def figures(self) -> list[Figure]:
        """The same for docs/benchmarks.md."""
        own, found = median(self.whole.wall), []
        peers = (("aequitas", self.aequitas, DRAWS), ("fairlearn", self.fairlearn, SETS * DRAWS))
        for name, times, draws in peers:
            if times:
                theirs = median(times.wall) * draws
                found.append(faster("all rates and draws", own, name, theirs, TARGETS[name]))
        short, draws, families = (
            median(times.cpu) for times in (self.short, self.draws, self.families)
        )
        several, single = f"{SHORT} draws", "single people"
        what = f"{DRAWS:,} draws, processor time"
        found.append(at_most(what, draws, several, short, TARGETS["short"]))
        what = f"{self.families_number:,} families drawn, processor time"
        found.append(at_most(what, families, single, draws, TARGETS["families"]))
        return [*found, below("most memory held", self.memory, "MB", TARGETS["memory"])]


def _held(peer: str, ratio: float) -> str:
    held = "Held" if ratio >= TARGETS[peer] else "**Missed**"
    return f"{ratio:,.0f} times as fast as {peer} (target: {TARGETS[peer]:,}). {held}."


def _most(name: str, value: float, what: str) -> str:
    held = "Held" if value <= TARGETS[name] else "**Missed**"
    return f"{value:,.1f} {what} (target: at most {TARGETS[name]:,}). {held}."


def make_crowd(folder: Path, rows: int) -> int:
    """Write people.parquet; returns how many families they are in (about 2.5 people each)."""
    rng = np.random.default_rng(SEED)
    columns = {name: rng.integers(0, width, rows) for name, width in WIDTHS.items()}
    y = rng.random(rows) < 0.15 + 0.02 * columns["ethnicity"]
    flag = rng.random(rows) < np.where(y, 0.3, 0.05 + 0.01 * columns["band"])
    families = np.unique(rng.integers(0, rows * 2 // 5, rows), return_inverse=True)[1]
    more = {"y": y.astype(np.int8), "flag": flag.astype(np.int8), "family": families}
    pl.DataFrame({**columns, **more}).write_parquet(folder / "people.parquet")
    return int(families.max()) + 1


def measure(rows: int, rounds: int, aequitas: Path | None, fairlearn: bool) -> Audited:
    """Everything, in turns. Rates that differ from those of aequitas stop the bench."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        families = make_crowd(folder, rows)
        mine = Worker("licet", [sys.executable, str(PEERS / "licet_rates.py"), place])
        theirs = aequitas and Worker(
            "aequitas", [str(aequitas), str(PEERS / "aequitas_rates.py"), place]
        )
        asked = {"whole": DRAWS, "draws": DRAWS, "families": DRAWS, "short": SHORT}
        times = {name: Times(name) for name in (*asked, "aequitas")}
        for _ in range(rounds):
            if theirs:
                times["aequitas"].add(theirs.ask("draw"))
            for name, draws in asked.items():
                what = "draws" if name == "short" else name
                times[name].add(mine.ask(f"{what} {draws}"))
        apart = _apart(mine, theirs, folder) if theirs else 0.0
        memory = mine.close()
        if theirs:
            theirs.close()
        return Audited(
            rows, families, times["whole"], times["draws"], times["short"], times["families"], memory,
            times["aequitas"] if theirs else None, _fairlearn(place) if fairlearn else None, apart,
        )  # fmt: skip


def _apart(mine: Worker, theirs: Worker, folder: Path) -> float:
    """The largest difference between two rates, every group of every attribute and pair."""
    tables = []
    for worker in (mine, theirs):
        path = folder / f"{worker.name}.csv"
        worker.ask(f"save {path}")
        texts = {"by": pl.String, "group": pl.String}
        tables.append(pl.read_csv(path, schema_overrides=texts))
    both = tables[0].join(tables[1], on=["by", "group", "measure"], suffix="_theirs")
    found = both.select((pl.col("value") - pl.col("value_theirs")).abs().max()).item()
    if both.height != tables[0].height or not found <= AGREE:
        raise SystemExit(f"rates of aequitas and licet differ by {found}")
    return float(found)


def _fairlearn(place: str, draws: int = 2) -> Times:
    """One draw of one attribute: what a few draws take more than none, by their number."""
    worker = Worker("fairlearn", [sys.executable, str(PEERS / "fairlearn_rates.py"), place])
    none, some = worker.ask("0 ethnicity"), worker.ask(f"{draws} ethnicity")
    worker.close()
    found = Times("fairlearn")
    for _ in range(draws):
        found.add({key: (some[key] - none[key]) / draws for key in ("wall", "cpu")})
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Rates by group beside aequitas and fairlearn.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--aequitas", type=Path)
    parser.add_argument("--no-fairlearn", action="store_true")
    options = parser.parse_args(arguments)
    python = options.aequitas or peer_python("aequitas")
    found = measure(options.rows, options.rounds, python, not options.no_fairlearn)
    print("\n".join(found.sentences()))
    rows = f"{options.rows:,} people, {len(WIDTHS)} attributes and all pairs, {DRAWS:,} draws"
    extrapolated = (
        "Peers were timed for a few draws, which are reckoned up to as many; rates of aequitas "
        f"agree to {found.apart:.0e}.",
    )
    record("audit", options.rows, rows, found.figures(), rounds=options.rounds, told=extrapolated)


if __name__ == "__main__":
    main()
