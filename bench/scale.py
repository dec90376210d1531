"""Ten times as many people, four times as many groups: what a table takes then, and how much memory."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from crowds import MANY, make_crowd
from survey_tables import GROUPS, PEERS, Contestant, Times, Worker, race

GROWTH_TARGET = 12.0  # at most so many times as long for ten times the people
MEMORY_TARGET = 3000.0  # megabytes at most, columns included
MANY_TARGET = 1.5  # at most so many times as long for 48 groups as for 12
KINDS = {"one": "exclusive groups", "twelve": "overlapping groups"}
MANY_SHAPES = {"one": "one48", "twelve": "columns48"}


@dataclass
class Scale:
    """Seconds by path ("licet compiled" or "licet") and shape; megabytes by path.

    few, many: people. judged: whether so many that the targets speak of them.
    """

    few: int
    many: int
    judged: bool
    people: dict[tuple[str, str], tuple[Times, Times]] = field(default_factory=dict)
    groups: dict[tuple[str, str], tuple[Times, Times]] = field(default_factory=dict)
    columns: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)

    def sentences(self) -> Iterable[str]:
        """Each target: held or missed, and by how much. Those of the compiled path count."""
        for (path, shape), (small, large) in self.people.items():
            told = f"{self.many:,} answers, {KINDS[shape]}, {path}: "
            yield self._said(path, told, large, small, GROWTH_TARGET, f"{self.few:,} answers")
        for path, most in self.memory.items():
            held = self._verdict(path, most < MEMORY_TARGET)
            yield (
                f"{held} {self.many:,} answers, {path}: **{most:,.0f} MB** at most, "
                f"of which reading the columns {self.columns[path]:,.0f}; "
                f"under {MEMORY_TARGET:,.0f} wanted."
            )
        for (path, shape), (small, large) in self.groups.items():
            told = f"{MANY} {KINDS[shape]}, {path}: "
            yield self._said(path, told, large, small, MANY_TARGET, f"{GROUPS} groups")

    def _said(
        self, path: str, told: str, large: Times, small: Times, most: float, what: str
    ) -> str:
        ratio, least, cpu = large.over(small)
        return (
            f"{self._verdict(path, ratio <= most)} {told}{median(large.wall):.3f} s, **{ratio:.2f} "
            f"times** as long as {what} (minima {least:.2f}, processor time {cpu:.2f}); "
            f"at most {most:g} wanted."
        )

    def _verdict(self, path: str, holds: bool) -> str:
        if not self.judged:
            return "Too few to judge."
        if path != "licet compiled":
            return "Beside it."
        return "Held." if holds else "**Missed.**"

    def rows(self) -> Iterable[str]:
        """The table of out/tables.md."""
        yield "| what | path | groups | min | median | processor, median |"
        yield "|---|---|---|---|---|---|"
        for (path, shape), pair in self.people.items():
            for size, times in zip((self.few, self.many), pair, strict=True):
                yield f"| {size:,} answers, {GROUPS} groups | {path} | {KINDS[shape]} |{_cells(times)}"
        for (path, shape), pair in self.groups.items():
            for number, times in zip((GROUPS, MANY), pair, strict=True):
                yield (
                    f"| {self.few:,} answers, {number} groups | {path} | {KINDS[shape]} |"
                    f"{_cells(times)}"
                )


def _cells(times: Times) -> str:
    spread = (min(times.wall), median(times.wall), median(times.cpu))
    return "".join(f" {seconds:.3f} |" for seconds in spread)


def measure_scale(out: Path, rows: int, rounds: int, paths: Iterable[str], full: int) -> Scale:
    """Both, with every path in turn. out: the folder of data. full: answers that can be judged."""
    scale = Scale(rows, 10 * rows, judged=rows >= full)
    few = make_crowd(out / f"crowd-{rows}", rows)
    many = make_crowd(out / f"crowd-{10 * rows}", 10 * rows)
    wide = make_crowd(out / f"crowd-{rows}-{MANY}", rows, many=True)
    for path in paths:
        small, large = (_worker(folder) for folder in (few, many))
        scale.columns[path] = large.ready["columns"]
        for shape in KINDS:
            scale.people[path, shape] = _both(path, (small, shape), (large, shape), rounds)
        small.close()
        scale.memory[path] = large.close()
        worker = _worker(wide)
        for shape, more in MANY_SHAPES.items():
            scale.groups[path, shape] = _both(path, (worker, shape), (worker, more), 2 * rounds)
        worker.close()
    return scale


def _worker(folder: Path) -> Worker:
    return Worker("licet", [sys.executable, str(PEERS / "licet_table.py"), str(folder)])


def _both(
    path: str, small: tuple[Worker, str], large: tuple[Worker, str], rounds: int
) -> tuple[Times, Times]:
    """Both in turn, by one path."""
    ending = path.removeprefix("licet").replace(" ", "_")
    pair = [Contestant(worker, shape + ending, path) for worker, shape in (small, large)]
    first, second = race([], pair, rounds)
    return first, second
