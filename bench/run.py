"""Measure Licet against its peers, and write their section of docs/benchmarks.md.

    make bench ONLY=survey                a million answers: about ten minutes
    python bench/run.py --rows 100000     a quick look; nothing is written

Peers: R with its survey package (``Rscript`` on the path), and svy in an environment of its own,
made here once. A peer that is not there is left out, and the page says so.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import processes
import survey_tables
from environments import peer_python
from figures import record
from page import FULL, SVY_BY, Page, Shape, write_page
from replication import measure_replication
from scale import measure_scale
from survey_figures import survey_figures, survey_told
from survey_tables import Contestant, Times, Worker
from weights import measure_weights

HERE = Path(__file__).parent
OUT = HERE / "out"
DETAILS = OUT / "tables.md"
PATHS = {"licet compiled": "_compiled", "licet": ""}
"""Both ways of counting, and how the worker is asked for them."""

SHAPES = (
    Shape("one", "12 groups that exclude each other: one column with 12 values", "svyby", "by="),
    Shape(
        "twelve",
        "12 groups that overlap: 12 columns of 0 and 1",
        "a call per group",
        "where=, quicker than by=",
    ),
)


@dataclass
class Peers:
    """The programs that are here. missing: a sentence for each that is not."""

    r: Worker | None = None
    svy: Worker | None = None
    missing: list[str] = field(default_factory=list)

    def close(self, into: dict[str, float]) -> None:
        """End them; notes the most memory each held, in megabytes."""
        for worker in (self.r, self.svy):
            if worker is not None:
                into[worker.name] = worker.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and with a million answers or more write the page."""
    options = _options(arguments)
    OUT.mkdir(exist_ok=True)
    page = Page(rows=options.rows, rounds=options.rounds, runs=options.runs)
    for rows in dict.fromkeys((options.rows, options.rows // 10)):
        say(f"tables of {rows:,} answers ...")
        measure_tables(page, rows, options.rounds)
    say("the effect of order, options and width ...")
    measure_effects(page, options.rows, options.rounds)
    measure_more(page, options.rows, options.rounds)
    say("licet assess, whole processes ...")
    measure_assess(page, options.runs)
    say("starting ...")
    commands = processes.start_commands()
    processes.take_turns(commands, options.runs)
    page.starts = commands
    page.heavy = processes.heavy_modules(commands)
    text = write_page(page)
    print(text)
    DETAILS.write_text(text, encoding="utf-8")
    record(
        "survey",
        options.rows,
        f"{options.rows:,} answers, 20 items, 12 groups, 50 strata of 4 PSUs",
        survey_figures(page),
        rounds=min(options.rounds, options.runs),
        told=survey_told(page),
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Licet against its peers.")
    parser.add_argument("--rows", type=int, default=FULL, help="answers in the tables")
    parser.add_argument("--rounds", type=int, default=5, help="tables of each program and shape")
    parser.add_argument("--runs", type=int, default=7, help="runs of each whole process")
    options = parser.parse_args(arguments)
    if options.rows < 1000 or options.rounds < 1 or options.runs < 1:
        parser.error("at least 1,000 rows, one round and one run")
    if options.rows >= FULL and min(options.rounds, options.runs) < 3:
        parser.error("three rounds and runs at least are wanted: take fewer rows for a look")
    return options


def say(text: str) -> None:
    """What is being done, on standard error."""
    print(text, file=sys.stderr, flush=True)


def ours(folder: Path, *more: str) -> Worker:
    """Licet's own worker."""
    return Worker(
        "licet", [sys.executable, str(survey_tables.PEERS / "licet_table.py"), str(folder), *more]
    )


def start_peers(folder: Path) -> Peers:
    """Workers of the peers that are here."""
    peers = Peers()
    if shutil.which("Rscript"):
        peers.r = Worker("R", ["Rscript", str(survey_tables.PEERS / "table.R"), str(folder)])
    else:
        peers.missing.append("R: there is no Rscript here.")
    python = peer_python("svy")
    if python:
        peers.svy = Worker(
            "svy", [str(python), str(survey_tables.PEERS / "svy_table.py"), str(folder)]
        )
    else:
        peers.missing.append("svy could not be installed here.")
    return peers


def paths() -> dict[str, str]:
    """The ways of counting that are here."""
    here = find_spec("numba") is not None
    return {name: ending for name, ending in PATHS.items() if here or not ending}


def measure_tables(page: Page, rows: int, rounds: int) -> None:
    """Every shape with every peer in turn, and whether all say the same."""
    folder = survey_tables.make_people(OUT / f"people-{rows}", rows)
    peers, mine = start_peers(folder), ours(folder)
    page.missing = list(peers.missing)
    if len(paths()) < len(PATHS):
        page.missing.append('the compiled path: no numba here (pip install "licet[fast]").')
    for worker in (peers.r, peers.svy, mine):
        if worker is not None:
            page.versions[worker.name] = worker.ready["ready"]
    if peers.r is not None:
        page.design_seconds[rows] = peers.r.ready["design"]
    for shape in SHAPES:
        others = [Contestant(w, shape.name) for w in (peers.r, peers.svy) if w is not None]
        ours_both = [Contestant(mine, shape.name + end, name) for name, end in paths().items()]
        times = survey_tables.race(others, ours_both, rounds)
        page.tables[rows, shape] = times + _context(peers, shape, rounds)
        _compare(page, peers, mine, shape.name)
    if rows == page.rows:
        peers.close(page.memory)
        page.memory[mine.name] = mine.close()
    else:
        peers.close({})
        mine.close()


def _context(peers: Peers, shape: Shape, rounds: int) -> list[Times]:
    """R by hand; svy's by=, of which one call stands for all twelve: it takes too long."""
    found = []
    if peers.r is not None:
        found.append(Times("R by hand"))
        for _ in range(min(rounds, 3)):
            found[-1].add(peers.r.ask(f"{shape.name}_tuned"))
    if peers.svy is not None and shape.name == "twelve":
        found.append(Times(SVY_BY))
        answer = peers.svy.ask("first_by")
        found[-1].add({key: seconds * survey_tables.GROUPS for key, seconds in answer.items()})
    return found


def _compare(page: Page, peers: Peers, mine: Worker, shape: str) -> None:
    """Every estimate and standard error of this run against the peers'."""
    for name, ending in paths().items():
        figures = survey_tables.saved(mine, shape + ending, OUT / "licet.csv")
        for worker, asked in ((peers.r, shape), (peers.r, f"{shape}_tuned"), (peers.svy, shape)):
            if worker is not None:
                theirs = survey_tables.saved(worker, asked, OUT / f"{worker.name}.csv")
                worst = survey_tables.agree(figures, theirs, f"{name} and {worker.name}, {asked}")
                page.worst = max(page.worst, worst)
                page.compared += 2 * len(figures)


def measure_effects(page: Page, rows: int, rounds: int) -> None:
    """Licet alone: order of rows, more options, wider integers, no clusters."""
    plain = OUT / f"people-{rows}"
    in_order = survey_tables.make_people(OUT / f"people-{rows}-by-psu", rows, by_psu=True)
    for name, folder, more, shapes in (
        ("as above", plain, [], ("one", "twelve")),
        ("rows in the order of PSUs", in_order, [], ("one", "twelve")),
        ("64-bit integers in place of 8-bit ones", plain, ["wide"], ("one", "twelve")),
        ("items of five options", plain, [], ("five_one", "five_twelve")),
    ):
        worker = ours(folder, *more)
        for path, ending in paths().items():
            page.effects[name, path] = [
                survey_tables.race([], [Contestant(worker, s + ending)], rounds)[-1] for s in shapes
            ]
        worker.close()


def measure_more(page: Page, rows: int, rounds: int) -> None:
    """More people, more groups, replicate weights, raking."""
    svy, few = peer_python("svy"), min(rounds, 3)
    say(f"{10 * rows:,} answers; 48 groups ...")
    page.scale = measure_scale(OUT, rows, few, paths(), FULL)
    say("replicate weights: R takes a minute ...")
    page.replication = measure_replication(OUT, rows, few, paths(), svy, FULL)
    page.worst = max(page.worst, page.replication.worst)
    page.compared += page.replication.compared
    say("raking ...")
    page.weights = measure_weights(rows, rounds, svy)


def measure_assess(page: Page, runs: int) -> None:
    """`licet assess` against R, and whether both say the same of the same answers."""
    folder = OUT / "assess"
    folder.mkdir(exist_ok=True)
    commands = processes.assess_commands(folder)
    if page.versions.get("R") is None:
        commands = commands[1:]
    processes.take_turns(commands, runs)
    page.assess = commands
    if page.versions.get("R") is not None:
        figures = processes.measured_by_licet(folder / "answers" / "evidence" / "parents-2020")
        theirs = survey_tables.read_figures(folder / "r.csv")
        page.worst = max(page.worst, survey_tables.agree(figures, theirs, "licet assess and R"))
        page.compared += 2 * len(figures)


if __name__ == "__main__":
    main()
