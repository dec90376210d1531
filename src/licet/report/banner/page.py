"""A banner as one HTML page that needs nothing else: readable by ear, on a telephone and in print.

Tables are divided so that each fits a page: the total first in each, headings kept together.
"""

from __future__ import annotations

from typing import Any

from licet.report.banner.notes import banner_notes, top_notes
from licet.report.banner.tables import BannerQuestion, BannerTables, blocks, headings
from licet.report.rendering import render

WIDEST = 11
"""Columns of one table, the total included."""


def page(banner: BannerTables) -> str:
    """The whole page as text."""
    notes = banner_notes(banner)
    parts = [_part(banner, question) for question in banner.questions]
    foot = top_notes(banner)
    return render("banner.html", banner=banner, parts=parts, notes=notes, foot=foot)


def _part(banner: BannerTables, question: BannerQuestion) -> dict[str, Any]:
    return {
        "question": question,
        "tables": [_table(banner, question, places) for places in blocks(banner.columns, WIDEST)],
    }


def _table(banner: BannerTables, question: BannerQuestion, places: list[int]) -> dict[str, Any]:
    columns = [banner.columns[place] for place in places]
    bases = [question.bases[place] for place in places]
    names = [heading for heading, _ in headings(columns) if heading]
    return {
        "names": names,
        "heads": [(heading, len(group)) for heading, group in headings(columns)],
        "starts": {group[0] for _, group in headings(columns)},
        "columns": list(zip(columns, bases, strict=True)),
        "bases": list(
            zip(
                ("People", "Weighted base", "Effective base"),
                zip(*(one.texts() for one in bases), strict=True),
                strict=True,
            )
        ),
        "rows": [
            (row, [cells[place] for place in places])
            for row, cells in zip(question.rows, question.cells, strict=True)
        ],
    }
