"""A table whose standard errors come from 80 replicate weights: R, svy and licet in turn.

R takes about half a minute for one: it is asked once or twice, after no table for nothing.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from crowds import REPLICATES, make_replicates
from survey_tables import PEERS, Contestant, Times, Worker, agree, race, saved

TARGET = 15.0  # times as fast as R
SHAPE = "replicates"


@dataclass
class Replication:
    """Seconds of each program. judged: whether so many that the target speaks of them.

    worst: the largest relative difference of a figure from a peer's, of so many compared.
    """

    rows: int
    judged: bool
    times: dict[str, Times] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    worst: float = 0.0
    compared: int = 0

    def sentences(self) -> Iterable[str]:
        """The target, held or missed; svy and the compiled path beside it."""
        for name in ("R", "svy"):
            for path in ("licet", "licet compiled"):
                if name in self.times and path in self.times:
                    yield self._said(name, path)

    def _said(self, name: str, path: str) -> str:
        ratio, least, cpu = self.times[name].over(self.times[path])
        verdict = "Beside it." if name != "R" or path != "licet" else self._verdict(ratio)
        wanted = f"; at least {TARGET:g} wanted" if name == "R" and path == "licet" else ""
        return (
            f"{verdict} {REPLICATES} replicate weights, {self.rows:,} answers, {path}: **{ratio:.1f} "
            f"times** as fast as {name} (minima {least:.1f}, processor time {cpu:.1f}){wanted}."
        )

    def _verdict(self, ratio: float) -> str:
        if not self.judged:
            return "Too few to judge."
        return "Held." if ratio >= TARGET else "**Missed.**"

    def rows_of_table(self) -> Iterable[str]:
        """The table of out/tables.md."""
        yield "| program | tables | min | median | processor, median | most memory held |"
        yield "|---|---|---|---|---|---|"
        for name, times in self.times.items():
            spread = (min(times.wall), median(times.wall), median(times.cpu))
            seconds = "".join(f" {value:.3f} |" for value in spread)
            held = self.memory.get(name.removesuffix(" compiled"), float("nan"))
            yield f"| {name} | {len(times.wall)} |{seconds} {held:,.0f} MB |"


def measure_replication(
    out: Path, rows: int, rounds: int, paths: Iterable[str], svy: Path | None, full: int
) -> Replication:
    """Every program in turn. svy: the Python that has it, or None. Figures that differ stop it."""
    folder = make_replicates(out / f"replicates-{rows}", rows)
    found = Replication(rows, judged=rows >= full)
    mine = Worker("licet", [sys.executable, str(PEERS / "licet_table.py"), str(folder)])
    endings = {path: path.removeprefix("licet").replace(" ", "_") for path in paths}
    ours = [Contestant(mine, SHAPE + ending, path) for path, ending in endings.items()]
    for worker in _peers(folder, svy):
        # One peer at a time: each holds a gigabyte or two.
        times = Times(worker.name)
        for _ in range(min(rounds, 2) if worker.name == "R" else rounds):
            times.add(worker.ask(SHAPE))
            for one in race([], ours, 2):
                mixed = found.times.setdefault(one.name, Times(one.name))
                mixed.wall += one.wall
                mixed.cpu += one.cpu
        found.times[worker.name] = times
        theirs = saved(worker, SHAPE, out / f"{worker.name}.csv")
        for contestant in ours:
            figures = saved(mine, contestant.shape, out / "licet.csv")
            what = f"{contestant.name} and {worker.name}, replicate weights"
            found.worst = max(found.worst, agree(figures, theirs, what))
            found.compared += 2 * len(figures)
        found.memory[worker.name] = worker.close()
    if not found.times:
        found.times = {one.name: one for one in race([], ours, rounds)}
    found.memory["licet"] = mine.close()
    return found


def _peers(folder: Path, svy: Path | None) -> Iterable[Worker]:
    """Those that are here, started when it is their turn."""
    if shutil.which("Rscript"):
        yield Worker("R", ["Rscript", str(PEERS / "replicates.R"), str(folder)])
    if svy is not None:
        yield Worker("svy", [str(svy), str(PEERS / "svy_table.py"), str(folder)])
