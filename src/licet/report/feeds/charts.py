"""Charts of feeds: what cells hold, how often standardisation changed them, who misses what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from licet.feeds.profile import PARTS, GroupMissing, Profile
from licet.report.charts.drawings import Drawing, _wrapped
from licet.report.feeds import words
from licet.report.rendering import render

WIDTH, LEFT, RIGHT = 360, 12, 290
"""In user units: the drawing, and the room for bars."""


def parts_chart(found: Profile, id: str) -> Drawing:
    """A bar for each field: filled, placeholder, invalid; what is left is missing."""
    bars = []
    for one in found.fields:
        counts = [one.parts[part] for part in PARTS]
        known = None not in counts and found.rows
        pieces, x = [], float(LEFT)
        for part in ("present", "placeholder", "invalid") if known else ():
            width = (RIGHT - LEFT) * (one.parts[part] or 0) / (found.rows or 1)
            pieces.append({"part": part, "x": round(x, 1), "width": round(width, 1)})
            x += width
        text = words.share((counts[0] or 0) / found.rows) if known and found.rows else ""
        bars.append({"label": words.field_name(one.field), "pieces": pieces, "text": text})
    rows = tuple(words.parts_row(one)[:6] for one in found.fields)
    title = f"{found.feed.title}: what cells hold{words.least_filled(found)}"
    return _drawing(id, title, words.PARTS_HEADS[:6], rows, bars)


def changes_chart(found: Profile, id: str) -> Drawing:
    """A bar for each change that may be shown: the share of rows."""
    told = [one for one in found.changes if one.share is not None]
    told = sorted(told, key=lambda one: -(one.share or 0.0))[:12]
    bars = []
    for one in told:
        width = max((RIGHT - LEFT) * (one.share or 0.0), 0.5)
        piece = {"part": "change", "x": LEFT, "width": round(width, 1)}
        name = f"{words.field_name(one.field)}: {one.change.replace('_', ' ')}"
        bars.append({"label": name, "pieces": [piece], "text": words.share(one.share)})
    rows = tuple(words.change_row(one) for one in told)
    most = f": most often {bars[0]['label']}" if bars else ""
    title = f"{found.feed.title}: how often standardisation changed a field{most}"
    return _drawing(id, title, words.CHANGE_HEADS, rows, bars)


def group_chart(groups: Sequence[GroupMissing], title: str, id: str) -> Drawing:
    """A dot with its interval for each group: the share of rows with no value."""
    most = max([one.high or 0.0 for one in groups], default=0.0) or 1.0
    scale = (RIGHT - LEFT) / most
    bars: list[dict[str, Any]] = []
    for one in groups:
        bar: dict[str, Any] = {"label": one.group, "pieces": [], "text": words.NOT_SHOWN}
        if one.share is not None and one.low is not None and one.high is not None:
            ends = (LEFT + value * scale for value in (one.low, one.share, one.high))
            bar |= dict(zip(("low", "dot", "high"), (round(end, 1) for end in ends), strict=True))
            bar["text"] = words.share(one.share)
        bars.append(bar)
    rows = tuple(words.group_row(one) for one in groups)
    return _drawing(id, title, words.GROUP_HEADS, rows, bars)


def _drawing(
    id: str,
    title: str,
    head: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    bars: list[dict[str, Any]],
) -> Drawing:
    top = 34.0
    for bar in bars:
        bar["lines"] = _wrapped(bar["label"], WIDTH - 2 * LEFT, 12)[:3]
        bar["top"] = top
        top += 15 * len(bar["lines"]) + 28
    said = "; ".join(f"{bar['label']}: {bar['text'] or words.NOT_SHOWN}" for bar in bars)
    description = f"{title}. Percent of rows. {said}."
    kinds = {piece["part"] for bar in bars for piece in bar["pieces"]}
    svg = render(
        "chart_feeds.svg",
        id=id,
        title=title,
        description=description,
        bars=bars,
        key=[(part, words.PART_WORDS[part]) for part in PARTS if part in kinds],
        width=WIDTH,
        left=LEFT,
        right=RIGHT,
        height=top + 4,
    )
    return Drawing(id, title, description, svg, head, rows)
