"""Charts of a forecast audit: dots with whiskers by group, gaps with their bands, and curves.

Drawn from shown figures only, narrow, so that their words can be read on a telephone; marks and dashes
differ in shape, so that colour is not needed. What is not shown is said in its row, never drawn as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from licet.report.audit import forecast_words as words
from licet.report.charts.drawings import Drawing, _wrapped
from licet.report.rendering import render

Part = Mapping[str, Any]
WIDTH, LEFT, RIGHT = 360, 12, 222
"""Of charts of rows, in user units; figures stand to the right."""
PLOT = (52.0, 344.0, 26.0, 226.0)
"""Left, right, top and bottom of a chart of curves."""
STYLES = (
    ("#1a1a1a", "", "dot"), ("#a3122b", "6 3", "square"), ("#1f4e8c", "2 3", "triangle"),
    ("#1b6e3c", "8 3 2 3", "diamond"), ("#8a5a00", "4 2", "ring"), ("#5b2a86", "1 3", "cross"),
)  # fmt: skip
"""Colour, dashes and mark of each line; more lines than these are in the table only."""
KINDS = ("dot", "square")


@dataclass(frozen=True)
class Line:
    """A curve: its name, points (x, y), and whiskers (x, low, high)."""

    label: str
    points: Sequence[tuple[float, float]]
    whiskers: Sequence[tuple[float, float, float]] = ()


def rates_chart(
    rows: Sequence[tuple[str, Sequence[Part]]],
    names: Sequence[str],
    *,
    id: str,
    title: str,
    said: str,
    say: Callable[[Part], str] = words.share,
) -> Drawing:
    """A dot with whiskers for each figure of each row. names: of the figures, as in the legend."""
    ends = [end for _, figures in rows for one in figures for end in (one["value"], one["high"])]
    most = _nice(max((end for end in ends if end is not None), default=1.0))
    ticks = [most * step / 4 for step in range(5)]
    return _rows(rows, names, (0.0, most), ticks, None, id=id, title=title, said=said, say=say)


def gaps_chart(
    rows: Sequence[tuple[str, Sequence[Part]]],
    names: Sequence[str],
    tolerance: float,
    *,
    id: str,
    title: str,
    said: str,
) -> Drawing:
    """Differences about 0, with their interval (thick) and band (thin); what is allowed is shaded."""
    told = [one for _, figures in rows for one in figures]
    ends = [
        abs(end)
        for one in told
        for end in (one["value"], one["low"], one["high"], *(one.get("band") or ()))
        if end is not None
    ]
    most = _nice(max([*ends, 1.2 * tolerance]))
    ticks = [most * step / 2 for step in range(-2, 3)]
    return _rows(rows, names, (-most, most), ticks, tolerance, id=id, title=title, said=said,
                 say=words.points)  # fmt: skip


def _nice(value: float) -> float:
    """The next round number that four ticks part well."""
    if value <= 0:
        return 0.1
    scale = 10.0 ** floor(log10(value))
    step = next(s for s in (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10) if s * scale >= value - 1e-12)
    return float(step * scale)


def _rows(
    rows: Sequence[tuple[str, Sequence[Part]]],
    names: Sequence[str],
    span: tuple[float, float],
    ticks: Sequence[float],
    tolerance: float | None,
    *,
    id: str,
    title: str,
    said: str,
    say: Callable[[Part], str],
) -> Drawing:
    def across(value: float) -> float:
        inside = min(max(value, span[0]), span[1])
        return round(LEFT + (RIGHT - LEFT) * (inside - span[0]) / (span[1] - span[0]), 1)

    legend = [
        {"kind": KINDS[at % 2], "text": name, "y": 34 + 17 * at} for at, name in enumerate(names)
    ]
    start = top = 38.0 + 17 * len(legend)
    drawn = []
    for label, figures in rows:
        lines = _wrapped(label, WIDTH - 2 * LEFT, 12)[:3]
        marks = []
        for at, one in enumerate(figures):
            marks.append(
                _mark(one, top + 15 * len(lines) + 11 + 17 * at, KINDS[at % 2], across, say)
            )
        drawn.append({"lines": lines, "top": top, "marks": marks})
        top += 15 * len(lines) + 17 * len(figures) + 10
    decimals = _digits(ticks)
    told = "; ".join(
        f"{label}: "
        + ", ".join(f"{name} {say(one)}" for name, one in zip(names, figures, strict=True))
        for label, figures in rows
    )
    description = f"{title}. {said}. {told}."
    svg = render(
        "audit_forecast_rows.html", id=id, title=title, description=description, said=said, rows=drawn,
        legend=legend, width=WIDTH, left=LEFT, right=RIGHT, top=start, bottom=top, height=top + 22,
        zone=(across(-tolerance), across(tolerance)) if tolerance is not None else None,
        ticks=[
            {"x": across(tick), "text": f"{100 * tick:.{decimals}f}", "zero": tick == 0,
             "anchor": "start" if tick == ticks[0] else "middle"}
            for tick in ticks
        ],
    )  # fmt: skip
    heads = ("Group", *names)
    table = tuple((label, *(say(one) for one in figures)) for label, figures in rows)
    return Drawing(id, title, description, svg, heads, table)


def _digits(ticks: Sequence[float]) -> int:
    """Decimals that tell ticks apart, in percent."""
    step = 100 * (ticks[1] - ticks[0])
    return next((d for d in range(4) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 3)


def _mark(
    one: Part,
    y: float,
    kind: str,
    across: Callable[[float], float],
    say: Callable[[Part], str],
) -> dict[str, Any]:
    shown = one["shown"] and one["value"] is not None
    between = shown and one["low"] is not None and one["high"] is not None
    band = one.get("band")
    return {
        "y": y,
        "kind": kind,
        "text": say(one),
        "x": across(one["value"]) if shown else None,
        "low": across(one["low"]) if between else None,
        "high": across(one["high"]) if between else None,
        "band": tuple(across(end) for end in band) if shown and band else None,
    }


def curves_chart(
    lines: Sequence[Line],
    *,
    id: str,
    title: str,
    axes: tuple[str, str],
    head: tuple[str, ...],
    table: tuple[tuple[str, ...], ...],
    diagonal: bool = False,
) -> Drawing:
    """Curves over each other. axes: titles across and up; both in percent. table: its twin."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points]
    ys += [end for line in lines for _, low, high in line.whiskers for end in (low, high)]
    x_ticks, y_ticks = _ticks([0.0, *xs]), _ticks([0.0, *ys])
    if diagonal:
        x_ticks = y_ticks = _ticks([0.0, *xs, *ys])
    left, right, top, bottom = PLOT

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - x_ticks[0]) / (x_ticks[-1] - x_ticks[0])
        up = (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0])
        return round(left + (right - left) * across, 1), round(bottom - (bottom - top) * up, 1)

    series = []
    for at, (line, (ink, dash, mark)) in enumerate(zip(lines, STYLES, strict=False)):
        dots = [place(x, y) for x, y in line.points]
        legend = bottom + 56 + 18 * at
        whiskers = [
            (place(x, low)[0], place(x, low)[1], place(x, high)[1])
            for x, low, high in line.whiskers
        ]
        sample = [(14.0, legend), (38.0, legend)]
        series.append({"label": _wrapped(line.label, 300, 12)[0], "ink": ink, "dash": dash, "mark": mark,
                       "dots": [*dots, (26.0, legend)], "whiskers": whiskers, "legend": legend,
                       "points": _path(dots), "sample": _path(sample)})  # fmt: skip
    ends = (place(y_ticks[0], y_ticks[0]), place(y_ticks[-1], y_ticks[-1])) if diagonal else ()
    description = f"{title}. Across: {axes[0]}; up: {axes[1]}. " + "; ".join(
        f"{line.label}: " + ", ".join(f"{100 * x:.0f}: {100 * y:.1f}" for x, y in line.points)
        for line in lines[: len(STYLES)]
    )
    svg = render(
        "audit_forecast_lines.html", id=id, title=title, description=f"{description}.", series=series,
        width=WIDTH, left=left, right=right, bottom=bottom, x_title=axes[0], y_title=axes[1],
        height=bottom + 56 + 18 * len(series),
        diagonal=[end for pair in ends for end in pair],
        x_ticks=[{"at": place(t, y_ticks[0])[0], "text": _tick(t)} for t in x_ticks],
        y_ticks=[{"at": place(x_ticks[0], t)[1], "text": _tick(t), "zero": t == 0} for t in y_ticks],
    )  # fmt: skip
    return Drawing(id, title, description, svg, head, table)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _ticks(values: Sequence[float]) -> list[float]:
    """Four to seven round numbers that hold all values."""
    low, high = min(values), max(values)
    rough = max(high - low, 1e-6) / 5
    scale = 10.0 ** floor(log10(rough))
    step = next(s for s in (1, 2, 5, 10) if s * scale >= rough - 1e-12) * scale
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(at * step, 10) for at in range(first, max(last, first + 1) + 1)]


def _tick(value: float) -> str:
    return f"{100 * value:g}"
