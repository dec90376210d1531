"""Comparisons on the screen, 80 columns: groups against the rest, batteries, and every family's size.

Marks are words (``lower``, ``higher``), so that nothing is said by colour. Every figure, with interval,
people and adjusted p, is on the page and in the data.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from licet.comparisons import BatteryRow, Comparison, Comparisons
from licet.groups import ALL
from licet.report.comparisons.words import (
    KINDS,
    NONE,
    NOT_SHOWN,
    bare_chance,
    cell_text,
    family_text,
    group_label,
    item_label,
    percent,
    points,
    rule_text,
    sentence_text,
    shown_items,
    summary_text,
)
from licet.report.screens import WIDTH, columns, wrap

GROUPS, CELL = 24, 10
"""Widths of the table: the group, and each item."""
MOST_LISTED = 12
"""Sentences of one sort on the screen."""


def comparisons_text(found: Comparisons) -> str:
    """The whole screen."""
    evidence = found.evidence
    parts = [wrap(f"Comparisons in {evidence.title}")]
    if evidence.synthetic:
        parts.append(wrap("SYNTHETIC EVIDENCE: made by a program. No person answered."))
    if evidence.notice:
        parts.append(wrap(evidence.notice))
    parts.append(wrap(f"{summary_text(found)} {rule_text(found)} These are context: no verdict and "
                      "no ruling follows from them."))  # fmt: skip
    parts += _tables(found)
    parts += _sorts(found)
    parts += _batteries(found)
    parts.append("Families of tests\n" + "\n".join(_families(found)))
    parts.append("\n".join(wrap(f"- {note}", "  ") for note in found.notes))
    return "\n\n".join(part for part in parts if part)


def _tables(found: Comparisons) -> Iterator[str]:
    """Each group against the rest, licence items; blocks of items that fit the screen."""
    rows = [row for row in found.of("rest") if not row.context]
    by_place = {(row.one.item, row.one.group): row for row in rows}
    groups = [g.id for g in found.evidence.groups if any(r.one.group == g.id for r in rows)]
    most = (WIDTH - GROUPS) // (CELL + 1)
    for kind, items in shown_items(found, rows):
        against = any(by_place[key].stance == "opposes" for key in by_place if key[0] in items)
        head = f"{KINDS[kind]} Points more or fewer than the rest" + (
            " who are against." if against else "."
        )
        blocks = []
        for start in range(0, len(items), most):
            block = items[start : start + most]
            widths = (GROUPS, *[CELL] * (len(block) - 1))
            lines = _heads([item_label(found, item) for item in block])
            lines += [
                (
                    group_label(found, group),
                    *(cell_text(by_place.get((item, group))) for item in block),
                )
                for group in groups
            ]
            blocks.append(columns(lines, widths))
        yield "\n".join([wrap(head), *blocks])


def _heads(labels: Sequence[str]) -> list[tuple[str, ...]]:
    """The labels over the columns, in as many lines as their words need."""
    folded = [textwrap.wrap(label, CELL, break_long_words=False) or [""] for label in labels]
    depth = max(len(lines) for lines in folded)
    return [
        ("", *(lines[row] if row < len(lines) else "" for lines in folded)) for row in range(depth)
    ]


def _sorts(found: Comparisons) -> Iterator[str]:
    heads = {
        "rest": "Appreciably different from the rest",
        "groups": "Two groups",
        "items": "Two items in one group",
        "waves": "Wave against wave",
        "fieldworks": "Fieldwork against fieldwork",
        "awareness": "Those who know of the practice less those who do not (context only)",
    }
    for sort, head in heads.items():
        rows = [row for row in found.of(sort) if row.sort != "rest" or not row.context]  # type: ignore[arg-type]
        chosen = _worth_saying(rows, sort)
        if rows:
            yield f"{head}\n" + _sentences(found, chosen, rows)


def _worth_saying(rows: Sequence[Comparison], sort: str) -> list[Comparison]:
    """What is appreciable; of the sorts that somebody asked for by name, everything."""
    asked = sort in ("groups", "items")
    return [row for row in rows if asked or (row.appreciably and row.shown)]


def _sentences(found: Comparisons, chosen: Sequence[Comparison], rows: Sequence[Comparison]) -> str:
    lines = []
    for row in chosen[:MOST_LISTED]:
        word = f" Appreciably {row.appreciably}." if row.appreciably and row.shown else ""
        lines.append(wrap(f"  {sentence_text(found, row)}.{word}", "    "))
    left = len(chosen) - MOST_LISTED
    if left > 0:
        lines.append(f"  {left} more in the page and the data: --out DIR, --json.")
    if not chosen:
        lines.append(f"  none of the {sum(row.shown for row in rows)} that may be shown")
    return "\n".join(lines)


def _batteries(found: Comparisons) -> Iterator[str]:
    """A block for each battery, a line for each group."""
    rows = [row for row in found.batteries if row.group != ALL]
    if not rows:
        return
    printed = any(row.comparison is None and row.under for row in rows)
    head = "Batteries: mean permitting share, every item counting alike, and points from the rest."
    if printed:
        inner = [c for c in found.request.correlations if 0 < c < 1] or [0.0]
        head += (
            f" p and the range of items truly on that side: correlation between items "
            f"{inner[0]:g} to {inner[-1]:g}, assumed."
        )
    blocks = [wrap(head)]
    for battery in dict.fromkeys(row.battery for row in rows):
        some = [row for row in rows if row.battery == battery]
        title = f"{some[0].label}, {len(some[0].items)} items"
        lines: list[tuple[str, ...]] = [(title, "Mean", "Rest", "Points", "p", "Lean", "Truly so")]
        lines += [_battery_line(found, row) for row in some]
        blocks.append(columns(lines, (GROUPS, 5, 5, 12, 12, 8)))
    yield "\n".join(blocks)


def _battery_line(found: Comparisons, row: BatteryRow) -> tuple[str, ...]:
    name = "  " + group_label(found, row.group)
    if not row.shown or not row.under:
        return (name, "", "", NONE if row.shown else NOT_SHOWN)
    inner = [u for u in row.under if u.correlation is None or 0 < u.correlation < 1] or row.under
    first, last = inner[0], inner[-1]
    chances = dict.fromkeys((bare_chance(first.p), bare_chance(last.p)))
    pattern = first.leaning
    lean = "even" if pattern.side == "neither" else f"{pattern.count} {pattern.side}"
    word = row.comparison.appreciably if row.comparison else ""
    fewest = min(u.leaning.fewest for u in inner)
    most = max(u.leaning.most for u in inner)
    return (
        name,
        percent(row.mean),
        percent(row.rest),
        f"{points(row.value)} {word}".rstrip(),
        " to ".join(chances),
        lean,
        f"{fewest} to {most}" if pattern.side != "neither" else NONE,
    )


def _families(found: Comparisons) -> Iterator[str]:
    for name, size in found.families.items():
        yield wrap(f"  {family_text(name, size)}.", "    ")
