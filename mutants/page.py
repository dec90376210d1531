"""docs/mutants.md, from found.json and reasons.toml."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FOUND = HERE / "found.json"
REASONS = HERE / "reasons.toml"
PAGE = HERE.parent / "docs" / "mutants.md"
AROUND = 40
"""Letters shown beside what differs, where a change is long."""

HEAD = """\
# Would a test notice?

Each rule below was changed a little, one change at a time: a comparison moved by one step, `and` made `or`,
a refusal left out, a number one higher, a word altered. After each change the tests of that rule were run,
and one of them had to fail. What no test noticed is listed here with the reason. `make mutants` does it
again and writes this page; which changes are made stands at the top of `mutants/changes.py`, which tests
are asked in `mutants/modules.toml`, and why there is a tool of our own in
[decision 22](adr/0022-changes-made-by-our-own-tool.md). Only quick tests that state a rule are asked: what
only a whole command would notice counts as not noticed.

Left out on purpose: sentences for people, types, and three safety nets that no right code falls into
(`strict` of `zip`, the width of whole numbers, whether an array is copied).

Settled are the gate, licence and clusters: there a test demands nine in ten, and a reason for each of the
rest.
The counts of permission and of the log are from before the tests of their words were added, so they are too
low; disclosure has not been counted yet.
"""


def reasons() -> list[dict[str, str]]:
    """What reasons.toml says, in its order: the first that fits counts."""
    if not REASONS.is_file():
        return []
    found: list[dict[str, str]] = tomllib.loads(REASONS.read_text("utf-8")).get("lives", [])
    return found


def reason_of(key: Iterable[Any], given: Iterable[Mapping[str, str]]) -> str:
    """Why no test notices a change, or ""."""
    file, where, before, after, _ = key
    said = {"file": file, "where": where, "before": before, "after": after}
    for one in given:
        if all(fnmatchcase(said[k], _literal(one[k])) for k in said if k in one):
            return one["reason"]
    return ""


def _literal(pattern: str) -> str:
    """Only * stands for anything: brackets are code."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def unexplained(found: Mapping[str, Any]) -> list[str]:
    """The changes that live and have no reason."""
    given = reasons()
    return [
        f"{': '.join(s['key'][:2])}: {shown(*s['key'][2:4])}"
        for said in found.values()
        for s in said["survivors"]
        if not reason_of(s["key"], given)
    ]


def shown(before: str, after: str) -> str:
    """A change, cut down to what differs and a little around it."""
    if max(len(before), len(after)) <= 2 * AROUND:
        return f"{before} → {after}"
    start = max(0, _alike(before, after) - AROUND)
    tail = max(0, _alike(before[start:][::-1], after[start:][::-1]) - AROUND)
    cut = [text[start : len(text) - tail] for text in (before, after)]
    return " → ".join(f"{'…' * bool(start)}{text}{'…' * bool(tail)}" for text in cut)


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((k for k, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def share(said: Mapping[str, Any]) -> float:
    """Which part of the changes that were tried a test noticed, 0 to 1."""
    return 1 - len(said["survivors"]) / said["tried"] if said["tried"] else 1.0


def page(found: Mapping[str, Any]) -> str:
    """The whole page."""
    given = reasons()
    lines = [HEAD, "| rule | changes | tried | noticed | share |", "|---|--:|--:|--:|--:|"]
    told = {file: said for file, said in found.items() if said["tried"]}
    for file, said in told.items():
        lines.append(_row(f"[`{file}`](#{_anchor(file)})", said))
    whole = {
        "changes": sum(said["changes"] for said in told.values()),
        "tried": sum(said["tried"] for said in told.values()),
        "survivors": [s for said in told.values() for s in said["survivors"]],
    }
    lines += [_row("all", whole), ""]
    seeds = sorted({said["seed"] for said in told.values() if said["seed"] is not None})
    if seeds:
        drawn = ", ".join(map(str, seeds))
        lines += [
            f"Where fewer were tried than there are, they were drawn by chance (seed {drawn}).",
            "",
        ]
    for file, said in told.items():
        lines += [f"## {file}", ""]
        by_reason: dict[str, list[str]] = {}
        for one in said["survivors"]:
            why = reason_of(one["key"], given) or "No reason is given yet"
            where = one["key"][1].rstrip(".") or "outside functions"
            by_reason.setdefault(why, []).append(f"`` {where}: {shown(*one['key'][2:4])} ``")
        for why, changed in by_reason.items():
            lines += [f"{why}:", "", *(f"- {one}" for one in changed), ""]
        if not by_reason:
            lines += ["Every change was noticed.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _anchor(file: str) -> str:
    return "".join(c for c in file.lower() if c.isalnum() or c in "_-")


def _row(name: str, said: Mapping[str, Any]) -> str:
    noticed = said["tried"] - len(said["survivors"])
    return (
        f"| {name} | {said['changes']} | {said['tried']} | {noticed} | {100 * share(said):.1f} % |"
    )


def write_page(found: Mapping[str, Any]) -> None:
    """Write the page anew."""
    PAGE.write_text(page(found), encoding="utf-8")


def noted() -> dict[str, Any]:
    """What found.json says."""
    found: dict[str, Any] = json.loads(FOUND.read_text(encoding="utf-8"))
    return found
