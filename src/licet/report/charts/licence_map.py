"""The licence map: groups down, items across, the verdict of each in sign, pattern and word.

No cell needs its colour: each verdict has a sign and a pattern of its own, its word is written out,
and what nobody was asked about is blank. For narrow pages the map is also drawn in pieces of a few
items, with the same cells at the same size.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from licet.report.charts.drawings import NARROW, Drawing
from licet.report.phrases import and_list
from licet.report.rendering import render

TALL = 46
"""Height of a cell at least, in user units."""


@dataclass(frozen=True)
class _Room:
    """left: for the names of groups; cell: width of a cell; key: of the legend. In user units."""

    left: int
    cell: int
    key: int


WHOLE = _Room(190, 98, 600)
PIECE = _Room(144, 88, NARROW)
ACROSS = 2
"""Items of a piece: as many cells as stand beside the names of groups on a telephone."""
SIGNS = {
    "granted": "\u25a0",
    "unproven": "\u25d0",
    "too few": "\u00b7",
    "expired": "\u25b3",
    "absent": "\u2715",
    "refused": "\u2716\u2716",
    "not measured": "",
}
"""From strongest to weakest, and what nobody was asked."""
_MEANING = {
    "granted": "the whole interval of those who permit is at or above the line",
    "unproven": "the interval crosses the line",
    "too few": "too few people to say",
    "expired": "past its date",
    "absent": "the whole interval of those who permit is below the line",
    "refused": "the whole interval of those against is at or above the line",
    "not measured": "blank: nobody was asked",
}


def licence_map(cells: Sequence[Mapping[str, Any]], title: str, id: str = "map") -> Drawing:
    """Cells with a verdict (see ``stances.evidence_cells``) as a map of groups by items."""
    cells = [cell for cell in cells if cell["verdict"]]
    names = _names(cells, list(dict.fromkeys(cell["item"] for cell in cells)))
    used = [verdict for verdict in SIGNS if any(c["verdict"] == verdict for c in cells)]
    whole = _map(cells, names, title, id, WHOLE, used)
    items = list(names)
    pieces = []
    for place in range(0, len(items), ACROSS):
        few = {item: names[item] for item in items[place : place + ACROSS]}
        part = [cell for cell in cells if cell["item"] in few]
        last = place + ACROSS >= len(items)
        name = f"{id}-{place // ACROSS + 1}"
        pieces.append(_map(part, few, and_list(few.values()), name, PIECE, used if last else ()))
    return replace(whole, pieces=tuple(pieces))


def _map(
    cells: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    title: str,
    id: str,
    room: _Room,
    used: Sequence[str],
) -> Drawing:
    """A map of the items named. used: verdicts that the legend explains.

    A piece names the groups that were asked none of its items below the others, without cells.
    """
    at = {(cell["item"], cell["group"]): cell for cell in cells}
    groups = list(dict.fromkeys(cell["group"] for cell in cells))
    every = [_row([at[item, group] for item in names], room) for group in groups]
    rows = [row for row in every if row["asked"] or room is WHOLE]
    unasked = [row["label"] for row in every if row not in rows]
    tall = max(TALL, *(14 * len(row["lines"]) + 6 for row in rows), 0)
    wide = room.cell // 8 + 1
    heads = [textwrap.wrap(n, wide, max_lines=3, placeholder="\u2026") for n in names.values()]
    top = 16 + 15 * max((len(head) for head in heads), default=1)
    bottom = top + tall * len(rows) + 22
    said = f"Nobody was asked: {'; '.join(unasked)}" if unasked else ""
    foot = [(bottom + 14 * i, line) for i, line in enumerate(textwrap.wrap(said, 48))]
    legend, end = _legend(used, bottom + 14 * len(foot) + (8 if foot else 0), room)
    table = tuple((row["label"], *(cell["said"] for cell in row["cells"])) for row in every)
    said = ". ".join(
        f"{row[0]}: " + ", ".join(f"{n} {v}" for n, v in zip(names.values(), row[1:], strict=True))
        for row in table
    )
    description = f"{title}. The verdict on each item in each group. {said}."
    svg = render(
        "chart_map.svg",
        id=id,
        title=title,
        description=description,
        rows=[row | {"y": top + tall * place} for place, row in enumerate(rows)],
        columns=[
            (room.left + room.cell * (i + 0.5), top - 12 - 15 * (len(head) - 1), head)
            for i, head in enumerate(heads)
        ],
        foot=foot,
        legend=legend,
        width=max(room.left + room.cell * len(names), room.key),
        height=end,
        cell=room.cell,
        tall=tall,
    )
    return Drawing(id, title, description, svg, ("Group", *names.values()), table)


def _row(cells: Sequence[Mapping[str, Any]], room: _Room) -> dict[str, Any]:
    """One group. Its height above the others is not known yet."""
    label = cells[0]["group_label"] + (" (comparison)" if cells[0]["reference"] else "")
    drawn = [_cell(cell, room.left + room.cell * place) for place, cell in enumerate(cells)]
    lines = textwrap.wrap(label, (room.left - 16) // 7, max_lines=4, placeholder="\u2026")
    asked = any(cell["verdict"] != "not measured" for cell in cells)
    return {"label": label, "lines": lines, "cells": drawn, "asked": asked}


def _legend(
    used: Sequence[str], top: float, room: _Room
) -> tuple[list[tuple[str, str, list[str], float]], float]:
    """(verdict, sign, lines of its meaning, where it begins) and where the drawing ends."""
    found = []
    for verdict in used:
        whole = textwrap.wrap(f"{verdict}: {_MEANING[verdict]}", (room.key - 84) // 7)
        found.append((verdict, SIGNS[verdict], [whole[0][len(verdict) :], *whole[1:]], top))
        top += 10 + 14 * len(whole)
    return found, top - (8 if used else 16)


def _names(cells: Sequence[Mapping[str, Any]], items: Sequence[str]) -> dict[str, str]:
    """The label of each item; with its id where several have the same."""
    labels = {cell["item"]: cell["label"] for cell in cells}
    every = list(labels.values())
    return {i: labels[i] if every.count(labels[i]) == 1 else f"{labels[i]} ({i})" for i in items}


def _cell(cell: Mapping[str, Any], x: float) -> dict[str, Any]:
    verdict = cell["verdict"]
    share = cell["share"]
    figure = cell["figure"].split(" [")[0] if share else ""
    if figure and cell["figure"].endswith(" against"):
        figure = f"{figure.removesuffix(' against')} against"
    said = verdict if verdict == "not measured" else f"{verdict}, {cell['figure']}"
    return {
        "x": round(x, 1),
        "verdict": verdict,
        "sign": SIGNS[verdict],
        "figure": figure,
        "said": said,
    }
