"""Charts of a linkage run: bars, dots with intervals, weights with the line from which rows are joined.

Drawn narrow, so that their words can be read on a telephone. What is kept back is hatched and said in
words, never drawn as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from licet.disclosure.counts import count_text
from licet.report.charts.drawings import Drawing, _wrapped
from licet.report.linkage import words
from licet.report.rendering import render

WIDTH, LEFT, RIGHT = 360, 12, 276
"""In user units: the drawing, and the room for bars."""
LONGEST = 30
"""Bits: whatever says more than that decides alone, and is drawn no longer."""
TOP, BASE, PLOT_LEFT, PLOT_RIGHT = 44.0, 190.0, 16.0, 344.0
"""Of the chart of weights."""


def interval_chart(groups: Sequence[Mapping[str, Any]], title: str, id: str) -> Drawing:
    """A dot with its interval for each group: the share of its rows that was let in."""
    bars = []
    for one in groups:
        bar: dict[str, Any] = {
            "label": words.plain_name(one["group"]),
            "text": words.group_share(one),
        }
        if one["permitted"] is not None:
            ends = (one["low"], one["permitted"], one["high"])
            bar |= dict(zip(("low", "dot", "high"), (_across(end) for end in ends), strict=True))
        bars.append(bar)
    rows = tuple(words.group_row(one) for one in groups)
    said = "Share of rows let in, 0 to 100 %, with 95 % interval"
    return _rows_chart(id, title, said, words.GROUP_HEADS, rows, bars)


def count_chart(
    counts: Sequence[tuple[str, int | None]], title: str, said: str, id: str, threshold: int
) -> Drawing:
    """A bar for each count; one kept back is hatched."""
    most = max((count or 0 for _, count in counts), default=0) or 1
    bars = []
    for label, count in counts:
        width = (RIGHT - LEFT) * (count or 0) / most
        bar = {
            "label": label,
            "text": count_text(count, threshold),
            "x": LEFT,
            "width": round(width, 1) if count is not None else 10,
            "hidden": count is None,
        }
        bars.append(bar)
    rows = tuple((label, count_text(count, threshold)) for label, count in counts)
    return _rows_chart(id, title, said, ("What", "How many"), rows, bars)


def levels_chart(parameters: Sequence[Mapping[str, Any]], id: str) -> Drawing:
    """What each finding says for or against one person: bars right and left of nothing, in bits."""
    weights = [one["weight"] for one in parameters if one["weight"] is not None]
    most = min(max((abs(weight) for weight in weights), default=0.0) or 1.0, LONGEST)
    middle = (LEFT + RIGHT) / 2
    scale = (RIGHT - LEFT) / 2 / most
    bars: list[dict[str, Any]] = []
    before = None
    for one in parameters:
        bar: dict[str, Any] = {"label": str(one["level"]), "text": words.bits(one["weight"])}
        if one["comparison"] != before:
            bar["heading"] = words.comparison_name(one["comparison"])
        before = one["comparison"]
        if one["weight"] is not None:
            width = min(abs(one["weight"]), most) * scale
            x = middle if one["weight"] > 0 else middle - width
            bar |= {"x": round(x, 1), "width": round(width, 1), "against": one["weight"] < 0}
        bars.append(bar)
    rows = tuple(words.level_row(one) for one in parameters)
    said = "Bits for one person right, against it left"
    if any(abs(weight) > most for weight in weights):
        said += f"; bars end at {LONGEST}"
    title = "What each finding says"
    return _rows_chart(id, title, said, words.LEVEL_HEADS, rows, bars, middle=middle)


def waterfall_chart(steps: Sequence[tuple[str, float]], title: str, id: str) -> Drawing:
    """How a match weight adds up. steps: what, bits; from the starting point to the last finding."""
    ends, total = [0.0], 0.0
    for _, weight in steps:
        total += weight
        ends.append(total)
    low, high = min(ends), max(ends)
    scale = (RIGHT - LEFT) / ((high - low) or 1.0)
    bars: list[dict[str, Any]] = []
    for (label, weight), start in zip(steps, ends, strict=False):
        x = LEFT + (min(start, start + weight) - low) * scale
        piece = {"x": round(x, 1), "width": round(abs(weight) * scale, 1), "against": weight < 0}
        bars.append({"label": label, "text": words.bits(weight), **piece})
    zero = LEFT - low * scale
    whole = LEFT + (min(0.0, total) - low) * scale
    width = round(abs(total) * scale, 1)
    bars.append(
        {"label": "Together", "text": words.bits(total), "x": round(whole, 1), "width": width,
         "against": total < 0, "whole": True}
    )  # fmt: skip
    rows = tuple((bar["label"], bar["text"]) for bar in bars)
    return _rows_chart(id, title, "Bits, added up", ("What", "Bits"), rows, bars, middle=zero)


def weights_chart(weights: Mapping[str, Any], id: str, threshold: int) -> Drawing:
    """How many kept pairs have which match weight, with the line from which they may be joined."""
    bins = weights["bins"]
    title = "How alike the kept pairs are"
    low = min([one["from"] for one in bins] + [weights["line"]], default=0.0)
    high = max([one["to"] for one in bins] + [weights["line"]], default=1.0)
    most = max((one["edges"] or 0 for one in bins), default=0) or 1
    unit = (PLOT_RIGHT - PLOT_LEFT) / ((high - low) or 1.0)

    def across(value: float) -> float:
        return round(PLOT_LEFT + (value - low) * unit, 1)

    columns = []
    for one in bins:
        tall = 6.0 if one["edges"] is None else (BASE - TOP) * one["edges"] / most
        if one["edges"] != 0:
            columns.append(
                {"x": across(one["from"]), "width": round(max(2 * unit - 1, 1.0), 1),
                 "y": round(BASE - tall, 1), "height": round(tall, 1),
                 "hidden": one["edges"] is None}
            )  # fmt: skip
    step = 10 if high - low > 20 else 5
    first = int(-(-low // step) * step)
    ticks = [(across(value), value) for value in range(first, int(high) + 1, step)]
    rows = tuple(words.weight_row(one, weights["line"], threshold) for one in bins)
    said = "; ".join(f"{row[0]} bits: {row[1]}" for row in rows)
    description = (
        f"{title}. Pairs by match weight; joined from {words.number(weights['line'])} bits. {said}."
    )
    svg = render(
        "linkage_weights.html", id=id, title=title, description=description, columns=columns,
        ticks=ticks, line=across(weights["line"]), line_text=words.number(weights["line"]),
        most=f"{most:,}", width=WIDTH, top=TOP, base=BASE, left=PLOT_LEFT, right=PLOT_RIGHT,
        hidden=any(one["hidden"] for one in columns), threshold=threshold,
    )  # fmt: skip
    return Drawing(id, title, description, svg, words.WEIGHT_HEADS, rows)


def _across(share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 1)


def _rows_chart(
    id: str,
    title: str,
    said: str,
    head: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    bars: list[dict[str, Any]],
    middle: float | None = None,
) -> Drawing:
    """Rows downwards: a label, and a bar or a dot with its figure below it."""
    top = 30.0
    plain = {"heading": "", "hidden": False, "against": False, "whole": False}
    bars = [{**plain, **bar} for bar in bars]
    for bar in bars:
        if bar["heading"]:
            top += 10
            bar["head_y"] = top + 12
            top += 20
        bar["lines"] = _wrapped(bar["label"], WIDTH - 2 * LEFT, 12)[:3]
        bar["top"] = top
        top += 15 * len(bar["lines"]) + 26
    texts = "; ".join(f"{bar['label']}: {bar['text']}" for bar in bars)
    description = f"{title}. {said}. {texts}."
    svg = render(
        "linkage_rows.html", id=id, title=title, description=description, said=said, bars=bars,
        width=WIDTH, left=LEFT, right=RIGHT, height=top + 6, middle=middle,
    )  # fmt: skip
    return Drawing(id, title, description, svg, head, rows)
