"""Comparisons as one HTML page that needs nothing else, and as a part of another page.

The page has the looks of the other reports, prints, and reads by ear: marks are words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from licet.comparisons import SORTS, BatteryRow, Comparison, Comparisons
from licet.groups import ALL
from licet.report.comparisons.words import (
    KINDS,
    NONE,
    NOT_SHOWN,
    bare_chance,
    battery_lines,
    difference_text,
    family_text,
    group_label,
    item_label,
    people_text,
    percent,
    rule_text,
    share_decimals,
    shown_items,
    summary_text,
)
from licet.report.rendering import render


@dataclass(frozen=True)
class Matrix:
    """Each group against the rest for the items of one kind. cells: by (group, item)."""

    title: str
    items: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    cells: dict[tuple[str, str], Comparison]


def page(found: Comparisons) -> str:
    """The whole page as text."""
    return render("comparisons.html", **_values(found))


def fragment(found: Comparisons) -> str:
    """The tables and sentences without the frame of a page."""
    return render("comparisons_fragment.html", **_values(found))


def _values(found: Comparisons) -> dict[str, object]:
    return {
        "found": found,
        "evidence": found.evidence,
        "notices": _notices(found),
        "summary": summary_text(found),
        "rule": rule_text(found),
        "matrices": list(_matrices(found)),
        "figure": _figure,
        "sorts": list(_sorts(found)),
        "heads": HEADS,
        "batteries": [_battery(found, row) for row in found.batteries if row.group != ALL],
        "families": [family_text(name, size) for name, size in found.families.items()],
    }


def _notices(found: Comparisons) -> list[str]:
    made_up = ["SYNTHETIC: no person gave these answers."] if found.evidence.synthetic else []
    return [*made_up, *([found.evidence.notice] if found.evidence.notice else [])]


def _matrices(found: Comparisons) -> Iterator[Matrix]:
    rows = found.of("rest")
    cells = {(row.one.group, row.one.item): row for row in rows}
    groups = [(g.id, g.label) for g in found.evidence.groups]
    for kind, items in shown_items(found, rows):
        against = any(row.stance == "opposes" for (_, item), row in cells.items() if item in items)
        yield Matrix(
            KINDS[kind] + (" Those against." if against else ""),
            tuple((item, item_label(found, item)) for item in items),
            tuple(g for g in groups if any((g[0], item) in cells for item in items)),
            cells,
        )


def _figure(row: Comparison | None) -> tuple[str, str]:
    """The difference with its interval, and the word for what is appreciable."""
    if row is None:
        return NONE, ""
    if not row.shown:
        return NOT_SHOWN, ""
    return difference_text(row.value, row.low, row.high), row.appreciably


HEADS = ("One side", "The other", "Item", "Shares, %", "Difference, points", "p",
         "p, Benjamini-Hochberg", "p, Holm", "Tests in the family", "People",
         "Appreciably")  # fmt: skip


def _sorts(found: Comparisons) -> Iterator[tuple[str, str, list[list[str]]]]:
    """(id, title, rows of text) of every sort that was made."""
    for sort, title in SORTS.items():
        rows = [_cells(found, row) for row in found.of(sort)]
        if rows:
            yield sort, title[:1].upper() + title[1:], rows


def _cells(found: Comparisons, row: Comparison) -> list[str]:
    one, other = (_name(found, row, place) for place in (0, 1))
    item = item_label(found, row.one.item) + (" (against)" if row.stance == "opposes" else "")
    if row.sort == "items":
        item = f"{item}; {item_label(found, row.other.item)}"
    if row.about:
        item = f"{item} ({item_label(found, row.about)})"
    if not row.shown:
        return [one, other, item, *[NOT_SHOWN] * (len(HEADS) - 3)]
    people, decimals = people_text(found, row.one), share_decimals(row)
    if row.sort != "line":
        people = f"{people}; {people_text(found, row.other)}"
    return [
        one,
        other,
        item,
        f"{percent(row.one.share, decimals)}; {percent(row.other.share, decimals)}",
        difference_text(row.value, row.low, row.high),
        bare_chance(row.p),
        bare_chance(row.p_benjamini_hochberg),
        bare_chance(row.p_holm),
        str(row.family_size or NONE),
        people,
        row.appreciably or NONE,
    ]


def _name(found: Comparisons, row: Comparison, place: int) -> str:
    side = (row.one, row.other)[place]
    if row.sort == "line" and place:
        return "the line"
    known = side.group in {ALL, "rest", *(g.id for g in found.evidence.groups)}
    name = group_label(found, side.group) if known else side.group
    more = [text for text in (side.wave, side.evidence) if text]
    return ", ".join([name, *more])


def _battery(found: Comparisons, row: BatteryRow) -> str:
    return ". ".join(battery_lines(found, row)) + "."
