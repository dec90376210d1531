"""Charts of a contact audit: ratios with whiskers on a line at 1, and counts over time with the day.

Narrow, so that their words can be read on a telephone. What is not shown is said, and left out.
"""

from __future__ import annotations

from math import exp, log
from typing import Any

from licet.audit.contact import Change, ContactAudit
from licet.report.audit import contact_words as words
from licet.report.charts.drawings import Drawing, _wrapped
from licet.report.rendering import render

WIDTH, LEFT, RIGHT = 360, 12, 222
PLOT = (52.0, 344.0, 26.0, 186.0)
"""Left, right, top and bottom of a series."""
MOST = log(4.0)
"""The widest half of the scale of ratios."""


def ratios_chart(found: ContactAudit, title: str) -> Drawing:
    """A dot with its interval for each group; left of 1 fewer contacts than foretold."""
    ends = [
        abs(log(end))
        for one in found.changes
        if one.overall.known
        for end in (one.overall.low, one.overall.high)
    ]
    span = min(max([*ends, log(1.25)]), MOST)

    def across(ratio: float) -> float:
        share = min(max(log(ratio) / span, -1.0), 1.0)
        return round(LEFT + (RIGHT - LEFT) * (share + 1) / 2, 1)

    top, marks = 34.0, []
    for one in found.changes:
        lines = _wrapped(words.name(one.group), WIDTH - 2 * LEFT, 12)[:3]
        mark: dict[str, Any] = {"lines": lines, "top": top, "y": top + 15 * len(lines) + 10}
        mark["text"] = words.times(one.overall, one)
        if one.overall.known:
            mark |= {name: across(getattr(one.overall, name)) for name in ("low", "value", "high")}
        marks.append(mark)
        top += 15 * len(lines) + 30
    told = tuple((words.name(one.group), words.times(one.overall, one)) for one in found.changes)
    description = f"{title}. " + "; ".join(": ".join(row) for row in told) + "."
    svg = render(
        "audit_contact_ratios.html", id="ratios", title=title, description=description, marks=marks,
        width=WIDTH, left=LEFT, right=RIGHT, bottom=top, height=top + 22, one=across(1.0),
        ends=(f"{exp(-span):.2f}", f"{exp(span):.2f}"),
    )  # fmt: skip
    return Drawing("ratios", title, description, svg, ("Group", "Overall"), told)


def series_chart(found: ContactAudit, one: Change, title: str, id: str) -> Drawing:
    """A dot for each period, joined where neighbours are shown; a dashed line at the day."""
    counts, time = found.shown[one.group], found.contacts.time
    left, right, top, bottom = PLOT
    most = max((count for count in counts if count is not None), default=0) or 1
    last = float(time.max()) or 1.0

    def place(number: float, count: float) -> tuple[float, float]:
        return round(left + (right - left) * number / last, 1), round(
            bottom - (bottom - top) * count / most, 1
        )

    dots = [None if c is None else place(float(t), c) for t, c in zip(time, counts, strict=True)]
    runs: list[list[tuple[float, float]]] = [[]]
    for dot in dots:
        if dot is None:
            runs.append([])
        else:
            runs[-1].append(dot)
    first = next(n for n, day in enumerate(found.contacts.periods) if day >= found.since)
    rows = tuple(
        (day.isoformat(), words.number(count))
        for day, count in zip(found.contacts.periods, counts, strict=True)
    )
    description = (
        f"{title}, since {found.since}: " + "; ".join(": ".join(row) for row in rows) + "."
    )
    svg = render(
        "audit_contact_series.html", id=id, title=title, description=description,
        dots=[dot for dot in dots if dot], lines=[_path(run) for run in runs if len(run) > 1],
        day=place(float(time[first]) - 0.5, 0)[0], since=found.since.isoformat(), most=f"{most:,}",
        start=found.contacts.periods[0].isoformat(), end=found.contacts.periods[-1].isoformat(),
        width=WIDTH, left=left, right=right, top=top, bottom=bottom, height=bottom + 40,
    )  # fmt: skip
    return Drawing(id, title, description, svg, ("Period", "Contacts"), rows)


def _path(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
