"""Whole processes, from start to end: `licet assess` against an R script, and what starting costs.

Processor time (user and system, of the process and its children) is what the operating system
counted; it does not grow when something else runs beside it as much as waiting does.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryFile

TODAY = "2026-01-01"
RULED = {0, 3, 4, 5}  # exit statuses of a ruling; 1 and 2 are faults

HEAVY = (
    "altair", "docx", "jinja2", "jsonschema", "lxml", "narwhals", "numpy", "pandas", "polars",
    "pyarrow", "pydantic", "pyreadstat", "scipy", "typer", "vl_convert",
)  # fmt: skip
"""Modules whose import somebody would notice."""


@dataclass
class Runs:
    """Seconds of one command, a value per run."""

    name: str
    command: Sequence[str]
    allowed: frozenset[int] = frozenset({0})
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def once(self, *, count: bool = True) -> None:
        """Run it to its end; refuses an exit status that is not allowed."""
        with TemporaryFile("w+", encoding="utf-8") as said:
            began = time.perf_counter()
            process = subprocess.Popen(
                self.command, env=_environment(), stdout=subprocess.DEVNULL, stderr=said
            )
            _, status, used = os.wait4(process.pid, 0)
            took = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in self.allowed:
                said.seek(0)
                raise SystemExit(f"{self.name} ended with {process.returncode}:\n{said.read()}")
        if count:
            self.cpu.append(used.ru_utime + used.ru_stime)
            self.wall.append(took)


def _environment() -> dict[str, str]:
    """That of this process, but compiled files are kept, as they are for anybody."""
    kept = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    return {name: value for name, value in os.environ.items() if name not in kept}


def take_turns(commands: Sequence[Runs], rounds: int) -> None:
    """Run every command once for nothing, then all of them in turn."""
    for command in commands:
        command.once(count=False)
    for _ in range(rounds):
        for command in commands:
            command.once()


def licet(*arguments: str) -> list[str]:
    """The command line of Licet in this environment."""
    return [sys.executable, "-m", "licet", *arguments]


def assess_commands(folder: Path) -> list[Runs]:
    """R first, then Licet on answers and on printed figures, without and with reports."""
    printed, answers = folder / "printed", folder / "answers"
    for town in (printed, answers):
        shutil.rmtree(town, ignore_errors=True)
        subprocess.run(licet("init", str(town)), check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(answers / "evidence")
    with as_file(files("licet.bundled") / "parents-2020") as bundled:
        shutil.copytree(bundled, answers / "evidence" / "parents-2020")
    write_recipe(answers / "evidence" / "parents-2020", folder)
    given = [answers / "evidence" / "parents-2020" / "answers.csv"]
    given += [folder / name for name in ("items.csv", "groups.csv", "r.csv")]
    script = Path(__file__).parent / "peers" / "assess.R"
    found = [Runs("R", ["Rscript", str(script), *map(str, given)])]
    for town, figures in ((answers, "answers"), (printed, "printed figures")):
        use = str(town / "uses" / "early-help.toml")
        for name, more in (("no report", ["--no-report"]), ("all reports", [])):
            command = licet("assess", use, "--today", TODAY, *more)
            found.append(Runs(f"licet assess, {figures}, {name}", command, frozenset(RULED)))
    return found


def write_recipe(evidence: Path, folder: Path) -> None:
    """items.csv and groups.csv for ``peers/assess.R``: what the codebook declares, in R's words."""
    from licet.files.codebook import read_evidence

    declared, _ = read_evidence(evidence)
    items = []
    for item in declared.items:
        assert item.collapse is not None
        valid = [*item.collapse.permits, *item.collapse.neutral, *item.collapse.opposes]
        valid += item.collapse.dont_know if item.dont_know == "in" else ()
        permits = "|".join(item.collapse.permits)
        items.append((item.id, item.column or item.id, permits, "|".join(valid)))
    groups = [("all", "rep(TRUE, nrow(answers))")]
    groups += [(group.id, in_r(group.expression)) for group in declared.groups]
    _write(folder / "items.csv", ("item", "column", "permits", "valid"), items)
    _write(folder / "groups.csv", ("group", "when"), groups)


def in_r(expression: str) -> str:
    """An expression of a codebook as R writes it; texts in quotes stay as they are."""
    parts = re.split(r'("[^"]*")', expression)
    words = ((r"\band\b", "&"), (r"\bor\b", "|"), (r"\bnot\b", "!"))
    for place in range(0, len(parts), 2):
        for word, sign in words:
            parts[place] = re.sub(word, sign, parts[place])
    return "".join(parts)


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def measured_by_licet(evidence: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """The same table as ``peers/assess.R`` writes: (share, standard error) by (item, group)."""
    from licet.files.codebook import read_evidence
    from licet.readings import read

    reading = read(*read_evidence(evidence))
    return {
        cell: (measure.permits.point, measure.se)
        for cell, measure in reading.measures.items()
        if measure.permits is not None and measure.se is not None
    }


def start_commands() -> list[Runs]:
    """The smallest things that anybody does."""
    return [
        Runs("python alone", [sys.executable, "-c", "pass"]),
        Runs("import licet", [sys.executable, "-c", "import licet"]),
        Runs("licet", licet()),
        Runs("licet paper --json", licet("paper", "--json")),
    ]


def heavy_modules(commands: Sequence[Runs]) -> Mapping[str, list[str]]:
    """Which heavy modules each command imports, by the name of the command."""
    found = {}
    for runs in commands:
        command = [runs.command[0], "-X", "importtime", *runs.command[1:]]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
        imported = set(re.findall(r"^import time:.*\| +(\w+)", told, flags=re.MULTILINE))
        found[runs.name] = sorted(imported & set(HEAVY))
    return found
