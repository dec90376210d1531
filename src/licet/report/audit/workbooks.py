"""What workbooks of audits have in common: how one is opened, and that it carries no clock."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from licet.errors import bad
from licet.report.banner.workbook import text_of

BAND = "#F3F3F3"
USUAL = {"font_name": "Arial", "font_size": 10, "valign": "top"}


def book_of(title: str, write: Callable[[Any], None]) -> bytes:
    """The bytes of an .xlsx file that ``write`` fills: the same for the same content.

    Text stays text, whatever it looks like. Refuses without XlsxWriter.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise bad(
            "XlsxWriter is not installed",
            "an Excel workbook",
            "the page, JSON or CSV, which need nothing more",
            'install it: pip install "licet[excel]"',
        ) from None
    out = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    book.set_properties(
        {"title": text_of(title)[:250], "created": datetime(2000, 1, 1, tzinfo=UTC)}
    )
    write(book)
    book.close()
    return out.getvalue()
