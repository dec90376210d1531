"""The tables behind the survey's figures: printed, and kept in out/tables.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from processes import Runs
from replication import Replication
from scale import Scale
from survey_tables import GROUPS, ITEMS, PSUS, STRATA, Times
from weights import WeightTimes

FULL = 1_000_000  # answers, for which the target of tables is set
TABLE_TARGETS = {"licet compiled": 100, "licet": 50}  # times as fast as a peer
SVY_BY = "svy (by= of each column: one call times 12)"
ASSESS_TARGET, REPORTS_TARGET = 1.0, 3.0  # at most so many times the processor time of R
NOTHING_HEAVY = {"altair", "docx", "numpy", "pandas", "polars", "pyreadstat", "scipy"}


@dataclass(frozen=True)
class Shape:
    """A kind of table. r, svy: how the peers are asked for it."""

    name: str
    title: str
    r: str
    svy: str


@dataclass
class Page:
    """Everything measured in one run."""

    rows: int
    rounds: int
    runs: int
    versions: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    tables: dict[tuple[int, Shape], list[Times]] = field(default_factory=dict)
    design_seconds: dict[int, float] = field(default_factory=dict)
    effects: dict[tuple[str, str], list[Times]] = field(default_factory=dict)
    scale: Scale | None = None
    replication: Replication | None = None
    weights: WeightTimes | None = None
    memory: dict[str, float] = field(default_factory=dict)
    assess: Sequence[Runs] = ()
    starts: Sequence[Runs] = ()
    heavy: Mapping[str, list[str]] = field(default_factory=dict)
    worst: float = 0.0
    compared: int = 0


def write_page(page: Page) -> str:
    """The page as Markdown."""
    parts = [_head(page), _targets(page)]
    for rows in dict.fromkeys(rows for rows, _ in page.tables):
        parts.append(_tables(page, rows))
    parts += [_effects(page), *_more(page), _assess(page), _starts(page)]
    return "\n\n".join(parts) + "\n"


def _head(page: Page) -> str:
    load = os.getloadavg()[0]
    pieces = [f"{name} {version(name)}" for name in ("numpy", "polars", "scipy")]
    lines = [
        "# Tables, weights, `licet assess`",
        "",
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({_processor()}), "
        f"{platform.system()}; load {load:.1f} at the end, where this bench alone makes about 1.",
        f"Python {platform.python_version()}, {', '.join(pieces)}; licet {version('licet')}; "
        f"{page.versions.get('R', 'no R')}; svy {page.versions.get('svy', 'left out')}.",
        *(f"Left out: {sentence}" for sentence in page.missing),
        "",
        f"{page.compared:,} estimates and standard errors of this run were compared with the peers': "
        f"the largest difference is {page.worst:.1g} of the figure (the bench stops above 1e-9).",
        "What is measured and how: [README.md](README.md). Seconds; wall time unless it says "
        "processor time.",
    ]
    return "\n".join(lines)


def _processor() -> str:
    """The processor's name, where the system tells it."""
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _targets(page: Page) -> str:
    return "\n".join(["## Targets", "", *(f"- {line}" for line in _judged(page))])


def _judged(page: Page) -> Iterable[str]:
    """A sentence for each target: held or missed, and by how much."""
    yield from _judged_tables(page)
    for part in (page.scale, page.replication):
        if part is not None:
            yield from part.sentences()
    if page.weights is not None:
        yield page.weights.sentence()
    r = next((runs for runs in page.assess if runs.name == "R"), None)
    for runs in page.assess:
        if r is not None and runs is not r:
            most = REPORTS_TARGET if "all reports" in runs.name else ASSESS_TARGET
            share = median(runs.cpu) / median(r.cpu)
            yield (
                f"{_held(share <= most)} {runs.name}: **{share:.2f} times** the processor time of "
                f"the R script; at most {most:g} wanted."
            )
    heavy = sorted(NOTHING_HEAVY & set(page.heavy.get("licet", ())))
    heavy += sorted(set(page.heavy.get("import licet", ())) - set(heavy))
    told = f"they load {', '.join(heavy)}" if heavy else "they load nothing heavy"
    yield f"{_held(not heavy)} `licet` alone and `import licet` are lazy: {told}."


def _held(holds: bool) -> str:
    return "Held." if holds else "**Missed.**"


def _judged_tables(page: Page) -> Iterable[str]:
    """Of tables: only those of full size count."""
    for (rows, shape), times in page.tables.items():
        for mine in _ours(times) if rows == page.rows else ():
            target = TABLE_TARGETS[mine.name]
            for other in times:
                if other.name in {"R", "svy", SVY_BY}:
                    by_median, by_least, by_cpu = other.over(mine)
                    held = _held(by_median >= target) if rows >= FULL else "Too few to judge."
                    yield (
                        f"{held} {other.name}{_call(shape, other.name)}: {mine.name} is "
                        f"**{by_median:.0f} times** as fast (minima {by_least:.0f}, processor time "
                        f"{by_cpu:.0f}); at least {target} wanted. {shape.title}."
                    )


def _ours(times: Sequence[Times]) -> list[Times]:
    return [one for one in times if one.name in TABLE_TARGETS]


def _call(shape: Shape, name: str) -> str:
    """How a peer was asked."""
    return f" ({shape.r if name == 'R' else shape.svy})" if name in {"R", "svy"} else ""


def _tables(page: Page, rows: int) -> str:
    lines = [f"## Tables: {rows:,} answers, {ITEMS} items, {GROUPS} groups"]
    if rows == page.rows:
        lines += [
            "",
            f"Items of 0 and 1, {STRATA} strata of {PSUS} PSUs, Taylor linearisation, from columns in "
            "memory to the finished table; programs in turn.",
        ]
        if rows in page.design_seconds:
            lines.append(
                f"R's design was made beforehand ({page.design_seconds[rows]:.1f} s) and so was svy's; "
                "licet's is in its time, and so are its intervals and each group against the rest."
            )
    for (size, shape), times in page.tables.items():
        if size == rows:
            lines += ["", f"**{shape.title}**", "", *_rows(shape, times)]
    if rows == page.rows and (compiling := _compiling(page)):
        lines += ["", compiling]
    if rows == page.rows and page.memory:
        held = ", ".join(f"{name} {mb:,.0f} MB" for name, mb in page.memory.items())
        lines += ["", f"Most memory held, with the columns: {held}."]
    return "\n".join(lines)


def _compiling(page: Page) -> str:
    """What the first compiled table of a program takes more than later ones."""
    found = [
        one.first - median(one.wall)
        for (rows, _), times in page.tables.items()
        for one in times
        if rows == page.rows and one.name == "licet compiled"
    ]
    if not found:
        return ""
    return (
        f"Compiling, once in each process and not counted above: {max(found):.1f} s, the first table "
        "less a later one."
    )


def _rows(shape: Shape, times: Sequence[Times]) -> Iterable[str]:
    ours = _ours(times)
    columns = ["min", "median", "max", "processor, median"]
    columns += [f"/ {mine.name}: {what}" for mine in ours for what in ("medians", "minima")]
    yield f"| program | {' | '.join(columns)} |"
    yield "|---" * (1 + len(columns)) + "|"
    for one in sorted(times, key=lambda t: t in ours):
        ratios = [f"{ratio:.0f}" for mine in ours for ratio in one.over(mine)[:2]]
        ratios = [""] * len(ratios) if one in ours else ratios
        spread = [min(one.wall), median(one.wall), max(one.wall), median(one.cpu)]
        name = one.name + _call(shape, one.name)
        yield f"| {' | '.join([name, *(f'{seconds:.3f}' for seconds in spread), *ratios])} |"


def _effects(page: Page) -> str:
    lines = [
        f"## Licet alone, {page.rows:,} answers",
        "",
        "| what | path | exclusive groups: min | median | overlapping groups: min | median |",
        "|---|---|---|---|---|---|",
    ]
    for names, times in page.effects.items():
        cells = [f"{seconds:.3f}" for t in times for seconds in (min(t.wall), median(t.wall))]
        lines.append(f"| {' | '.join([*names, *cells])} |")
    return "\n".join(lines)


def _more(page: Page) -> Iterable[str]:
    if page.scale is not None:
        yield "\n".join(["## More people, more groups", "", *page.scale.rows()])
    if page.replication is not None:
        head = f"## Replicate weights: {page.replication.rows:,} answers, {ITEMS} items, {GROUPS} groups"
        yield "\n".join([head, "", *page.replication.rows_of_table()])


def _assess(page: Page) -> str:
    lines = [
        "## `licet assess`, whole processes: processor time",
        "",
        "The R script loads survey, reads the same answers and computes every item's permitting share "
        "with standard error and interval, for everybody and each group.",
        "",
        *_processes(page.assess, page.assess[0] if page.assess else None),
    ]
    return "\n".join(lines)


def _starts(page: Page) -> str:
    loaded = [
        f"- `{name}` loads {', '.join(modules) or 'none of the heavy modules'}."
        for name, modules in page.heavy.items()
        if name != "python alone"
    ]
    return "\n".join(
        ["## Starting: processor time", "", *_processes(page.starts, None), "", *loaded]
    )


def _processes(commands: Sequence[Runs], against: Runs | None) -> Iterable[str]:
    yield "| command | min | median | max | wall, median |" + (
        " / R: medians | minima |" * bool(against)
    )
    yield "|---|---|---|---|---|" + "---|---|" * bool(against)
    for runs in commands:
        spread = [min(runs.cpu), median(runs.cpu), max(runs.cpu), median(runs.wall)]
        cells = [runs.name, *(f"{seconds:.2f}" for seconds in spread)]
        if against is not None:
            cells.append(f"{median(runs.cpu) / median(against.cpu):.2f}")
            cells.append(f"{min(runs.cpu) / min(against.cpu):.2f}")
        yield f"| {' | '.join(cells)} |"
