"""The quality of evidence on the screen, 80 columns: what would change the ruling first."""

from __future__ import annotations

from collections.abc import Iterator

from licet.groups import ALL
from licet.quality import Quality
from licet.report.quality.words import (
    NONE,
    battery_text,
    effect_title,
    effect_verdict,
    item_label,
    notices,
    number,
    people,
    ruling_text,
    smallest_found,
)
from licet.report.screens import columns, wrap
from licet.report.table.cells import NOT_SHOWN, whole

MOST_POINTS = 12
MOST_ROWS = 8


def quality_text(found: Quality) -> str:
    """The whole screen."""
    parts = [wrap(f"Quality of {found.evidence.title}, as of {found.today}")]
    parts += [wrap(notice) for notice in notices(found)]
    parts.append(wrap(ruling_text(found)))
    parts.append("\n".join(_points(found)))
    parts.append("\n".join(_response(found)))
    parts += _effects(found)
    parts.append("\n".join(_worth(found)))
    parts.append("\n".join(_coverage(found)))
    return "\n\n".join(part for part in parts if part)


def _points(found: Quality) -> Iterator[str]:
    what = "ruling" if found.assessment else "verdicts"
    yield f"What would change the {what}"
    listed = [point for point in found.points if point.kind != "not checked"]
    for number_, point in enumerate(listed[:MOST_POINTS], start=1):
        yield wrap(f"{number_:>2} {point.text}", "   ")
    left = len(listed) - MOST_POINTS
    if left > 0:
        yield f"   {left} more on the page and in the data: --out DIR, --json."
    unchecked = [point for point in found.points if point.kind == "not checked"]
    if unchecked:
        yield "Not checked"
    for point in unchecked:
        yield wrap(f" - {point.text}", "   ")


def _response(found: Quality) -> Iterator[str]:
    """The items with the most people who gave no answer."""
    rows = [row for row in found.response if row.group == ALL]
    if not rows:
        return
    yield "Asked, and gave no stance: weighted share, unweighted, people"
    table: list[tuple[str, ...]] = []
    known = sorted(rows, key=lambda row: -(row.without.share or 0))
    for row in known[:MOST_ROWS]:
        part = row.without
        if part.people is None or part.share is None or part.unweighted is None:
            table.append((item_label(found, row.item), NOT_SHOWN))
            continue
        figures = (f"{whole(part.share)} %", f"{whole(part.unweighted)} %", f"{part.people:,}")
        table.append((item_label(found, row.item), *figures))
    yield columns(table, (44, 8, 8))
    differ = [row for row in found.response if row.p_holm <= 0.05]
    tests = sum(row.p_holm == row.p_holm for row in found.response)
    yield wrap(f"{len(differ)} of {tests} comparisons of a group with the rest differ (Holm).")


def _effects(found: Quality) -> Iterator[str]:
    for effect in found.effects:
        lines = [wrap(f"{effect_title(effect)}: {effect_verdict(effect)}")]
        if effect.tested:
            lines.append(wrap(f"  {battery_text(effect)}", "  "))
            single = [row for row in effect.items if row.p_holm <= 0.05]
            names = ", ".join(item_label(found, row.item) for row in single) or "none"
            tests = sum(row.p_holm == row.p_holm for row in effect.items)
            lines.append(wrap(f"  Single items by Holm, of {tests}: {names}.", "  "))
            lines.append(wrap(f"  {smallest_found(effect)}", "  "))
        lines += [wrap(f"  {note}", "  ") for note in effect.notes]
        yield "\n".join(lines)


def _worth(found: Quality) -> Iterator[str]:
    """For each group its smallest effective base over the items."""
    yield "Smallest base of any item, by group: people, Kish, design, design effect"
    table: list[tuple[str, ...]] = []
    for group in dict.fromkeys(row.group for row in found.worth):
        rows = [row for row in found.worth if row.group == group and row.effective is not None]
        name = found.evidence.group_label(group)
        if not rows:
            table.append((name, NOT_SHOWN))
            continue
        least = min(rows, key=lambda row: row.effective or 0)
        kish, worth, deff = number(least.kish), number(least.effective), number(least.deff, 2)
        table.append((name, people(least), kish, worth, deff))
    yield columns(table, (38, 10, 7, 7)) if table else NONE


def _coverage(found: Quality) -> Iterator[str]:
    yield "Coverage"
    marks = {"mark": "!", "not stated": "?", "stated": " "}
    for fact in found.coverage:
        yield wrap(f" {marks[fact.standing]} {fact.subject}: {fact.text}", "     ")
    for row in found.margins:
        if row.off and row.share is not None:
            yield wrap(
                f" ! {row.margin}, {row.category}: {whole(row.share)} % of the answers, "
                f"{whole(row.population)} % of the population", "     "
            )  # fmt: skip
