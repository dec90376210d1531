"""Evidence over time on the screen, 80 columns: what was won or lost first, then what is not joined."""

from __future__ import annotations

from collections.abc import Iterator

from licet.report.screens import columns, wrap
from licet.report.waves import words
from licet.waves import Change, Waves

MOST_ROWS = 20


def waves_text(found: Waves) -> str:
    """The whole screen."""
    parts = [wrap(f"Waves: {words.title(found)}, as of {found.today}")]
    parts += [wrap(notice) for notice in words.notices(found)]
    parts.append("\n".join(wrap(line, "  ") for line in words.wave_lines(found)))
    parts.append(wrap(words.due_text(found)))
    parts.append(wrap(words.summary(found)))
    for step in found.steps:
        parts.append("\n".join(_step(found, step)))
    parts.append("\n".join(_apart(found)))
    parts.append(wrap(words.family_line(found)))
    return "\n\n".join(part for part in parts if part)


def _step(found: Waves, step: tuple[str, str]) -> Iterator[str]:
    rows = [c for c in found.changes if (c.earlier, c.later) == step]
    moved = sorted((c for c in rows if c.status in words.ORDER), key=words.rank)
    others = [c for c in rows if c.status in ("unchanged", "") and c.direction]
    yield wrap(f"{step[0]} to {step[1]}: change in points with its interval")
    table = [_line(found, change) for change in [*moved, *others][:MOST_ROWS]]
    if table:
        yield columns(table, (17, 17, 16))
    left = len(moved) + len(others) - MOST_ROWS
    if left > 0:
        yield f"  {left} more on the page and in the data: --out DIR, --json."
    same = sum(c.status == "unchanged" and not c.direction for c in rows)
    unlike = sum(c.status == "not comparable" for c in rows)
    yield wrap(f"  The same verdict and no change beyond chance: {same}. Not comparable: {unlike}.")


def _line(found: Waves, change: Change) -> tuple[str, ...]:
    item, group = words.item_label(found, change), words.group_label(found, change)
    said = words.status_text(change)
    verdicts = words.verdicts_text(change)
    return item, group, words.change_text(change), f"{said}: {verdicts}"


def _apart(found: Waves) -> Iterator[str]:
    apart = list(words.apart_lines(found))
    if apart:
        yield "Not joined"
        for name, text in apart:
            yield wrap(f"  {name}: {text}", "    ")
    joined = list(words.joined_lines(found))
    if joined:
        yield "Joined by a declared link"
        for name, text in joined:
            yield wrap(f"  {name}: {text}", "    ")
