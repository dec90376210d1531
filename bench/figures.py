"""What benches found: figures beside their peers, kept in figures.json and told in docs/benchmarks.md.

A bench hands its figures to ``record``, which renews that bench's section alone. Figures made below the
size stated for a bench are never written.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEPT = HERE / "figures.json"
PAGE = HERE.parent / "docs" / "benchmarks.md"
ROUNDS = 3


@dataclass(frozen=True)
class Bench:
    """A bench. size: of what it measures, at least; of: what that counts. program: its file and arguments."""

    title: str
    size: int
    of: str
    program: tuple[str, ...]


BENCHES: Mapping[str, Bench] = {
    "survey": Bench("Tables, weights, `licet assess`", 1_000_000, "answers", ("run.py",)),
    "permissions": Bench("Permitted rows", 1_000_000, "people", ("permissions.py",)),
    "clusters": Bench("Clusters and households", 1_000_000, "rows", ("clusters.py",)),
    "linkage": Bench("Linking, whole", 400_000, "people", ("linkage.py",)),
    "changes": Bench("A no, and rows that arrive", 400_000, "people", ("changes.py", "--link")),
    "pairs": Bench("The same pairs, another engine", 400_000, "people", ("pairs.py",)),
    "audit": Bench("Rates by group", 1_000_000, "people", ("audit.py",)),
    "register": Bench("The register, served", 2_000, "uses", ("register.py",)),
    "criteria": Bench("Counting a rule", 500_000, "people", ("criteria.py",)),
    "features": Bench("Features of a forecast", 500_000, "people", ("features.py",)),
}
"""In the order of running: `linkage` makes and links the workspace that `changes` and `pairs` use."""


@dataclass(frozen=True)
class Figure:
    """One line of the page. held: None where nothing was asked for, and the figure stands beside."""

    what: str
    licet: str
    peer: str
    theirs: str
    ratio: str
    wanted: str = ""
    held: bool | None = None


def faster(what: str, ours: float, peer: str, theirs: float, least: float | None = None) -> Figure:
    """Seconds beside a peer's: how many times as fast; at least ``least`` wanted."""
    ratio = theirs / ours
    wanted = "" if least is None else f"at least {least:g}"
    told = f"{_few(ratio)} times as fast"
    return Figure(
        what, _s(ours), peer, _s(theirs), told, wanted, None if least is None else ratio >= least
    )


def at_most(what: str, ours: float, peer: str, theirs: float, most: float | None = None) -> Figure:
    """Seconds beside others: how many times as long; at most ``most`` wanted."""
    ratio = ours / theirs
    wanted = "" if most is None else f"at most {most:g}"
    told = f"{ratio:.2f} times as long"
    return Figure(
        what, _s(ours), peer, _s(theirs), told, wanted, None if most is None else ratio <= most
    )


def below(what: str, value: float, unit: str, most: float | None = None) -> Figure:
    """A figure by itself: at most ``most`` wanted."""
    wanted = "" if most is None else f"at most {most:,g} {unit}"
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return Figure(
        what, f"{number} {unit}", "", "", "", wanted, None if most is None else value <= most
    )


def _s(seconds: float) -> str:
    """Three figures, in the unit that suits."""
    if seconds >= 100:
        return f"{seconds:,.0f} s"
    return f"{seconds:.3g} s" if seconds >= 0.01 else f"{1000 * seconds:.3g} ms"


def _few(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def record(
    name: str,
    size: int,
    rows: str,
    figures: Sequence[Figure],
    *,
    rounds: int = ROUNDS,
    told: Sequence[str] = (),
    kept: Path = KEPT,
    page: Path = PAGE,
) -> bool:
    """Renew a bench's section, and the page. rows: what was measured, in numbers. told: what is to be said.

    Refuses figures below the stated size, or of fewer than three rounds; returns whether it wrote.
    """
    bench = BENCHES[name]
    if size < bench.size or rounds < ROUNDS or not figures:
        print(
            f"Not written: {size:,} {bench.of} in {rounds} rounds. {page.name} is written with "
            f"{bench.size:,} {bench.of} and {ROUNDS} rounds or more."
        )
        return False
    data = read(kept)
    data[name] = {
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "load": round(os.getloadavg()[0], 1),
        "rows": rows,
        "told": list(told),
        "figures": [asdict(figure) for figure in figures],
    }
    kept.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page.write_text(written(data), encoding="utf-8")
    print(f"written: the section {bench.title!r} of {page.name}")
    return True


def read(kept: Path = KEPT) -> dict[str, Any]:
    """What was measured so far, by bench."""
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    return found


def machine() -> str:
    """Cores, processor, system and the versions that matter."""
    known, name = Path("/proc/cpuinfo"), platform.machine()
    for line in known.read_text(encoding="utf-8").splitlines() if known.exists() else ():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    parts = [f"{os.cpu_count()} cores ({name}), {platform.system()}"]
    parts.append(f"Python {platform.python_version()}")
    parts += [f"{one} {version(one)}" for one in ("numpy", "polars", "duckdb")]
    return ", ".join(parts)


def written(data: Mapping[str, Any]) -> str:
    """The page, as Markdown."""
    done = [name for name in BENCHES if name in data]
    figures = [figure for name in done for figure in data[name]["figures"]]
    asked = [figure for figure in figures if figure["held"] is not None]
    missed = [figure for figure in asked if not figure["held"]]
    lines = [
        "# Benchmarks",
        "",
        "<!-- Written by `make bench` from bench/figures.json. Do not edit. -->",
        "",
        "Every speed that was asked of Licet, beside its peer. `make bench` measures all of it anew, "
        "`make bench ONLY=criteria` one part. Nothing measured below the stated size is written here.",
        "What each bench does stands in `bench/README.md`. Seconds are medians of wall time unless a line "
        "says processor time.",
        "",
        f"Of {len(asked)} figures asked for, {len(asked) - len(missed)} held and {len(missed)} were "
        f"missed{': marked **missed** below' if missed else ''}.",
    ]
    for name, bench in BENCHES.items():
        lines += ["", f"## {bench.title}", "", *_section(name, data.get(name))]
    return "\n".join(lines) + "\n"


def _section(name: str, held: Mapping[str, Any] | None) -> list[str]:
    bench = BENCHES[name]
    if held is None:
        return [f"Not measured yet at {bench.size:,} {bench.of} or more: `make bench ONLY={name}`."]
    lines = [
        f"{held['rows']}. Measured {held['day']} on {held['machine']}; load {held['load']} at the end.",
        *held["told"],
        "",
        "| what | Licet | peer | the peer's | Licet is | wanted | |",
        "|---|---|---|---|---|---|---|",
    ]
    for figure in held["figures"]:
        verdict = {True: "held", False: "**missed**", None: "beside it"}[figure["held"]]
        cells = [figure[key] for key in ("what", "licet", "peer", "theirs", "ratio", "wanted")]
        lines.append(f"| {' | '.join([*cells, verdict])} |")
    return lines
