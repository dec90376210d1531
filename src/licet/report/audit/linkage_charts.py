"""Charts of a linkage audit: shares of each group with two intervals; permission times linkage as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from licet.disclosure.counts import count_text
from licet.report.audit import linkage_words as words
from licet.report.audit.linkage_shown import YES
from licet.report.charts.drawings import Drawing, _wrapped
from licet.report.rendering import render

WIDTH, LEFT, RIGHT = 360, 12, 276
"""In user units: the drawing, and the room for marks."""
STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
HEADS = ("Group", "Share", "Interval", "Naive interval", "Base")
WHOLLY_HEADS = ("Group", "All", "Let in", "Linked", "Both")


def rates_chart(
    rows: Sequence[Mapping[str, Any]], title: str, said: str, id: str, threshold: int
) -> Drawing:
    """A dot with its interval for each group, and the naive one as a thin line above it."""
    most = max((row[end] or 0.0 for row in rows for end in ("high", "naive_high")), default=0.0)
    scale = next((step for step in STEPS if step >= most), 1.0)

    def across(share: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(share / scale, 1.0), 1)

    marks = []
    for row in rows:
        mark: dict[str, Any] = {"label": str(row["group"]), "text": words.figure(row)}
        if row["shown"] == YES:
            mark |= {name: across(row[name]) for name in ("low", "value", "high")}
            mark |= {name: across(row[name]) for name in ("naive_low", "naive_high")}
        elif row["high"] is not None:
            mark |= {"up_to": across(row["high"]), "text": f"\u2264 {words.percent(row['high'])}"}
        marks.append(mark)
    told = tuple(rate_row(row, threshold) for row in rows)
    texts = "; ".join(f"{row[0]}: {row[1]}, interval {row[2]}" for row in told)
    top = _stacked(marks)
    svg = render(
        "linkage_audit_rates.html", id=id, title=title, description=f"{title}. {said}. {texts}.",
        said=said, marks=marks, width=WIDTH, left=LEFT, right=RIGHT, height=top + 24, base=top,
        most=words.percent(scale),
    )  # fmt: skip
    return Drawing(id, title, f"{title}. {said}. {texts}.", svg, HEADS, told)


def wholly_chart(rows: Sequence[Mapping[str, Any]], title: str, id: str, threshold: int) -> Drawing:
    """A bar for each group: linked, let in and not linked, left out; together everybody."""
    marks = []
    for row in rows:
        label = str(row["group"])
        mark: dict[str, Any] = {"label": label, "text": f"{words.percent(row['both'])} both"}
        if row["permission"] is None or row["both"] is None:
            mark["text"] = words.NOT_SHOWN
        else:
            wide = RIGHT - LEFT
            mark["linked"] = round(wide * row["both"], 1)
            mark["let_in"] = round(wide * max(row["permission"] - row["both"], 0.0), 1)
        marks.append(mark)
    told = tuple(wholly_row(row, threshold) for row in rows)
    said = "Full: let in and linked; striped: let in, not linked; empty: left out"
    texts = "; ".join(
        f"{row[0]}: let in {row[2]}, of these linked {row[3]}, both {row[4]}" for row in told
    )
    top = _stacked(marks)
    svg = render(
        "linkage_audit_wholly.html", id=id, title=title, description=f"{title}. {said}. {texts}.",
        said=said, marks=marks, width=WIDTH, left=LEFT, right=RIGHT, height=top + 8,
    )  # fmt: skip
    return Drawing(id, title, f"{title}. {said}. {texts}.", svg, WHOLLY_HEADS, told)


def rate_row(row: Mapping[str, Any], threshold: int) -> tuple[str, ...]:
    """A rate as texts."""
    naive = words.span(row, "naive_low", "naive_high")
    base = count_text(row["base"], threshold)
    note = "" if row["enough"] or not row["base"] else " (insufficient)"
    return str(row["group"]), words.figure(row), words.span(row), naive, base + note


def wholly_row(row: Mapping[str, Any], threshold: int) -> tuple[str, ...]:
    """Permission, linkage and both as texts."""
    shares = (words.percent(row[name]) for name in ("permission", "linkage", "both"))
    return str(row["group"]), count_text(row["units"], threshold), *shares


def _stacked(marks: Sequence[dict[str, Any]]) -> float:
    """Give each mark its lines and its place; where the last one ends."""
    top = 44.0
    for mark in marks:
        mark["lines"] = _wrapped(mark["label"], WIDTH - 2 * LEFT, 12)[:3]
        mark["top"] = top
        top += 15 * len(mark["lines"]) + 26
    return top
