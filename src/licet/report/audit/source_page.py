"""A source audit as one HTML page that needs nothing else, each chart with its table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

from licet.audit.source import Fault, SourceAudit
from licet.audit.standing import NOT_PERMISSION, Estimate
from licet.report.audit import source_words as words
from licet.report.audit.forecast_charts import rates_chart
from licet.report.charts.drawings import Drawing
from licet.report.phrases import SYNTHETIC, SYNTHETIC_MARK
from licet.report.quality.page import Sheet
from licet.report.rendering import render

Figure = tuple[Drawing | None, Sheet]


def page(found: SourceAudit) -> str:
    """The whole page as text."""
    sections = [
        section(
            "groups",
            "For whom it is worse",
            _of_groups(found),
            list(_groups(found)),
            words.FAULT_WORDS,
        )
    ]
    if found.represented:
        told, figures = words.over_facts(found), list(_over(found))
        sections.append(section("over", "Who is in it too often", told, figures, words.OVER_WORDS))
    sections.append(section("whole", "Everybody", words.facts(found), [(None, _whole(found))]))
    return sections_page(
        sections,
        synthetic=found.synthetic,
        title=words.heading(found),
        brand=f"source audit, {found.day.isoformat()}",
        answer=words.answer(found),
        lead=[words.rows_text(found)],
        words=words.MEANINGS,
        files=f"source-{found.feed.id}.json and .csv",
    )


def sections_page(sections: list[dict[str, Any]], *, synthetic: bool, **told: Any) -> str:
    """A page of sections. synthetic: no row it is made of is of a real person."""
    places = [*((one["id"], one["title"]) for one in sections), ("words", "What the words mean")]
    text = render(
        "audit_sections.html", sections=sections, places=places, not_permission=NOT_PERMISSION,
        notices=[SYNTHETIC] if synthetic else [], marks=[SYNTHETIC_MARK] if synthetic else [], **told,
    )  # fmt: skip
    # An interval stays on one line.
    return re.sub(r"(\[-?[0-9.]+), ", "\\1,\u00a0", text)


def section(
    id: str,
    title: str,
    lines: Any,
    figures: list[Figure],
    words: tuple[tuple[str, str], ...] = (),
    long: bool = False,
) -> dict[str, Any]:
    """A part of the page. words: explained in it. long: its tables hold so many rows that they are folded."""
    return {"id": id, "title": title, "lines": list(lines), "figures": figures, "words": words,
            "long": long}  # fmt: skip


def part(estimate: Estimate, shown: bool) -> dict[str, Any]:
    """A figure as charts take it."""
    ends = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    told = {name: end if isfinite(end) else None for name, end in ends.items()}
    shown = shown and told["value"] is not None
    return {**told, "shown": shown, "why_not": words.NOT_SHOWN}


def _whole(found: SourceAudit) -> Sheet:
    rows = tuple(
        (words.what(one.field), words.KIND_WORDS[one.kind], *words.fault_cells(one))
        for one in found.faults
        if not one.by
    )
    return Sheet("whole-faults", "Every field: rows with a fault", words.WHOLE_HEADS, rows, True)


def _of_groups(found: SourceAudit) -> Iterator[str]:
    if not any(one.by for one in found.faults):
        yield "For whom values are wrong is not known: the feed has no audit-only columns."
    elif not found.worst:
        yield "No group was shown to be worse off than the rest. That is not the same as none being so."
    kept = [
        words.fault_name(rows[0])
        for rows in _kinds(found)
        if not any(one.shown or one.nearly for one in rows)
    ]
    if kept:
        yield f"Not shown for any group: {'; '.join(kept)}."
    for one in found.worst[:5]:
        yield (
            f"{one.by.replace('_', ' ')}: {one.group}: {words.what(one.field)} "
            f"{words.KIND_WORDS[one.kind]} in {words.percent(one.share.value)}, "
            f"{words.difference(one)} points from the rest."
        )


def _kinds(found: SourceAudit) -> list[list[Fault]]:
    """The groups of each field, fault and breakdown."""
    kinds: dict[tuple[str, str, str], list[Fault]] = {}
    for one in found.faults:
        if one.by:
            kinds.setdefault((one.by, one.field, one.kind), []).append(one)
    return list(kinds.values())


def _groups(found: SourceAudit) -> Iterator[Figure]:
    """A chart and a table for each field, fault and breakdown where anybody has it."""
    for place, rows in enumerate(_kinds(found)):
        if not any(one.count or one.nearly for one in rows):
            continue
        title = words.group_title(rows)
        yield _chart(rows, title, place), _sheet(rows, title, place)


def _chart(rows: list[Fault], title: str, place: int) -> Drawing:
    drawn = [(one.group, [part(one.share, one.shown)]) for one in rows]
    return rates_chart(
        drawn, ["Share of rows"], id=f"fault-{place}", title=title, said="Percent of rows"
    )


def _sheet(rows: list[Fault], title: str, place: int) -> Sheet:
    cells = tuple((one.group, *words.fault_cells(one), words.difference(one)) for one in rows)
    return Sheet(f"fault-table-{place}", title, words.FAULT_HEADS, cells, True)


def _over(found: SourceAudit) -> Iterator[Figure]:
    for place, by in enumerate(dict.fromkeys(one.by for one in found.represented)):
        rows = [one for one in found.represented if one.by == by]
        title = words.over_title(rows)
        drawn = [
            (one.group, [part(one.share, one.shown), part(one.expected, True)]) for one in rows
        ]
        names = ["Source", "Population"]
        drawing = rates_chart(
            drawn, names, id=f"over-{place}", title=title, said="Percent of people"
        )
        cells = tuple(words.over_cells(one) for one in rows)
        yield drawing, Sheet(f"over-table-{place}", title, words.OVER_HEADS, cells, True)
