"""Diverging bars of stances: those who permit to the right, those who oppose to the left.

Neutral answers stand apart, in a column of their own, so that they lean to neither side; or are
split about the middle, as is also usual. Solid, striped and dotted, so that it reads in black and
white; every bar says its figures. For narrow pages the same is drawn with names above the bars.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from licet.evidence import LICENCE_KINDS
from licet.report.charts.drawings import NARROW, Drawing
from licet.report.rendering import render
from licet.report.table.cells import NOT_SHOWN, whole


@dataclass(frozen=True)
class _Room:
    """width: of the drawing; left: for names beside the bars, 0 where they stand above; user units."""

    width: int
    left: int
    axis: str


WHOLE = _Room(640, 190, "Percent of those with a valid answer")
PIECE = _Room(NARROW, 0, "Percent")
NOT_KNOWN = "not known"

Neutral = Literal["apart", "split"]


@dataclass(frozen=True)
class _Bar:
    """One row. Positions in user units. texts: figures of opposes, neutral, permits ("" for none).

    named: where its name begins; top: where its bar lies.
    """

    lines: tuple[str, ...]
    named: float
    top: float
    opposes: float
    permits: float
    neutral_left: float
    neutral: float
    texts: tuple[str, str, str]
    instead: str


def stance_chart(
    cells: Sequence[Mapping[str, Any]],
    title: str,
    label: str = "label",
    *,
    neutral: Neutral = "apart",
    id: str = "stances",
) -> Drawing:
    """A bar for each cell (see ``stances.evidence_cells``). label: the key of what names a bar."""
    whole = _drawing(cells, title, label, neutral == "split", id, WHOLE)
    piece = _drawing(cells, title, label, neutral == "split", f"{id}-1", PIECE)
    return replace(whole, pieces=(piece,))


def _drawing(
    cells: Sequence[Mapping[str, Any]], title: str, label: str, split: bool, id: str, room: _Room
) -> Drawing:
    parts = [_parts(cell) for cell in cells]
    widest = [max([part[side] or 0.0 for part in parts], default=0.0) for side in range(3)]
    sides = _widths(parts, split)
    apart = 0.0 if split or not widest[1] else max(widest[1], 0.06)
    gaps = 76 + (54 if apart else 0)
    unit = (room.width - room.left - 12 - gaps) / max(sum(sides) + apart, 0.01)
    middle = room.left + 36 + sides[0] * unit
    column = middle + sides[1] * unit + 62
    bars, top = [], 56.0
    for cell, part in zip(cells, parts, strict=True):
        bar = _bar(str(cell[label]), cell, part, top, unit, middle, 0.0 if split else column, room)
        bars.append(bar)
        top = bar.top + 30 if room is PIECE else top + max(30, 15 * len(bar.lines) + 10)
    left, right = _sides(cells)
    rows = tuple(
        (str(cell[label]), *_words(cell, part)) for cell, part in zip(cells, parts, strict=True)
    )
    said = "; ".join(f"{r[0]}: {r[1]}, {r[2]}, {r[3]}" for r in rows)
    description = (
        f"{title}. Percent of those with a valid answer: {right}, neutral, {left}. {said}."
    )
    svg = render(
        "chart_stances.svg",
        id=id,
        title=title,
        description=description,
        axis=room.axis,
        bars=bars,
        width=room.width,
        height=top + 8,
        middle=middle,
        turn=max(middle, 7.0 * len(left) + 30),
        column=column if apart else 0,
        split=split and widest[1] > 0,
        sides=(left, right),
    )
    return Drawing(id, title, description, svg, ("What", right, "Neutral", left), rows)


def _widths(
    parts: Sequence[tuple[float | None, float | None, float | None]], split: bool
) -> list[float]:
    """The widest opposing and permitting side, with half of the neutral where it is split."""
    half = 0.5 if split else 0.0
    return [
        max([(part[end] or 0) + (part[1] or 0) * half for part in parts], default=0.0)
        for end in (0, 2)
    ]


def _sides(cells: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """What the two sides are called: of items that licence is read from, of others, of both."""
    licence = {cell["kind"] in LICENCE_KINDS for cell in cells}
    if licence == {True}:
        return ("Opposes", "Permits")
    return (
        ("Disagrees", "Agrees") if licence == {False} else ("Opposes, disagrees", "Permits, agrees")
    )


def _parts(cell: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    """Those who oppose, are neutral, permit; None where not shown or not known."""
    return (
        cell["opposes"]["point"] if cell["opposes"] else None,
        cell["neutral"],
        cell["permits"]["point"] if cell["permits"] else None,
    )


def _words(
    cell: Mapping[str, Any], part: tuple[float | None, float | None, float | None]
) -> tuple[str, str, str]:
    why = cell["figure"] if not cell["shown"] else NOT_KNOWN
    texts = tuple(why if share is None else f"{whole(share)} %" for share in reversed(part))
    return texts  # type: ignore[return-value]


def _bar(
    text: str,
    cell: Mapping[str, Any],
    part: tuple[float | None, float | None, float | None],
    top: float,
    unit: float,
    middle: float,
    column: float,
    room: _Room,
) -> _Bar:
    fits = 28 if room.left else 46
    lines = tuple(textwrap.wrap(text, fits, max_lines=3, placeholder="\u2026")) or ("",)
    bar = top if room.left else top + 14 * len(lines) + 2
    instead = "" if cell["shown"] else str(cell["figure"] or NOT_SHOWN)
    opposes, neutral, permits = (round((share or 0.0) * unit, 1) for share in part)
    left = column or round(middle - neutral / 2, 1)
    texts = tuple("" if share is None or instead else whole(share) for share in part)
    return _Bar(lines, top, bar, opposes, permits, left, neutral, texts, instead)  # type: ignore[arg-type]
