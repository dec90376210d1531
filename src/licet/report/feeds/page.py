"""What feeds are like as one HTML page with charts, each with its table. No value of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from licet.feeds.profile import GroupMissing, Profile
from licet.groups import ordered
from licet.report.charts.drawings import Drawing
from licet.report.feeds import words
from licet.report.feeds.charts import changes_chart, group_chart, parts_chart
from licet.report.phrases import SYNTHETIC, SYNTHETIC_MARK
from licet.report.quality.page import Sheet
from licet.report.rendering import render

SOME_SYNTHETIC = (
    "SYNTHETIC in part: some of these feeds were made by a program. Not for any decision."
)


def page(found: Sequence[Profile]) -> str:
    """The whole page as text."""
    feeds = [_feed(one, place) for place, one in enumerate(found)]
    synthetic = sum(one.feed.synthetic for one in found)
    return render(
        "feeds.html",
        feeds=feeds,
        places=[*((one["id"], one["title"]) for one in feeds), ("words", "What the words mean")],
        notices=[SYNTHETIC] if synthetic == len(found) else [SOME_SYNTHETIC] if synthetic else [],
        marks=[SYNTHETIC_MARK] if synthetic else [],
        threshold=max((one.threshold for one in found), default=10),
        words=words.MEANINGS,
    )


def _feed(found: Profile, place: int) -> dict[str, Any]:
    name = f"feed-{place}"
    return {
        "id": name,
        "title": words.title(found),
        "marks": [SYNTHETIC_MARK] if found.feed.synthetic else [],
        "facts": list(words.facts(found)),
        "parts": parts_chart(found, f"{name}-parts"),
        "fields": Sheet(
            f"{name}-fields",
            f"{found.feed.title}: every field",
            words.PARTS_HEADS,
            tuple(words.parts_row(one) for one in found.fields),
            wide=True,
        ),
        "changes": changes_chart(found, f"{name}-changes"),
        "changed": Sheet(
            f"{name}-changed",
            f"{found.feed.title}: what standardisation changed",
            words.CHANGE_HEADS,
            tuple(words.change_row(one) for one in found.changes),
        ),
        "stale": _counts(name, "stale", "How old addresses are", found.stale),
        "mentions": _counts(name, "mentions", "Rows that name another person", found.mentions),
        "groups": list(_groups(found, name)),
        "tables": _tables(found, name),
    }


def _counts(name: str, kind: str, title: str, counts: Any) -> Sheet | None:
    rows = tuple((key, words.number(rows)) for key, rows in counts.items())
    return Sheet(f"{name}-{kind}", title, (title, "Rows"), rows) if rows else None


def _tables(found: Profile, name: str) -> list[Sheet]:
    """Tables of dated lines, and which of their values are missing."""
    if not found.tables:
        return []
    rows = tuple(words.table_row(one) for one in found.tables)
    title, missing = f"{found.feed.title}: dated lines", tuple(words.missing_rows(found))
    sheets = [Sheet(f"{name}-tables", title, words.TABLE_HEADS, rows, wide=True)]
    heads = ("Value", "Lines that do not say it")
    return sheets + [Sheet(f"{name}-values", heads[1], heads, missing)] * bool(missing)


def _in_order(rows: list[GroupMissing]) -> list[GroupMissing]:
    """Bands in their own order, those kept back last; else as they come: largest first."""
    names = [one.group for one in rows if one.rows is not None]
    place = {name: at for at, name in enumerate(ordered(names))}
    return sorted(rows, key=lambda one: place.get(one.group, len(place)))


def _groups(found: Profile, name: str) -> Iterator[tuple[Drawing, Sheet]]:
    """A chart and a table for each audit-only column and field that some group misses."""
    pairs = dict.fromkeys((one.by, one.field) for one in found.groups)
    for place, (by, field) in enumerate(pairs):
        rows = _in_order([one for one in found.groups if (one.by, one.field) == (by, field)])
        if all(one.share == 0 for one in rows):
            continue
        title = words.group_title(field, by, rows)
        table = tuple(words.group_row(one) for one in rows)
        sheet = Sheet(f"{name}-groups-{place}", title, words.GROUP_HEADS, table)
        yield group_chart(rows, title, f"{name}-group-{place}"), sheet
