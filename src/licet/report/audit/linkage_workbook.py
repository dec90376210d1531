"""A linkage audit as an Excel workbook: what it comes to, a sheet for each part with numbers, the method.

Made from the document that page, JSON and CSV are made from, so it can say no more. Figures are numbers,
text is text, and there is no formula anywhere. What is not shown says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from licet.report.audit import linkage_words as words
from licet.report.audit.linkage_data import COLUMNS, rows_of
from licet.report.audit.workbooks import BAND, USUAL, book_of
from licet.report.banner.workbook import lines_of, text_of
from licet.report.phrases import SYNTHETIC

Document = Mapping[str, Any]
SHEETS = {
    "clusters": "Against the truth",
    "labels": "Pairs judged",
    "signs": "Without truth",
    "false kinds": "Who false pairs are",
    "wholly linked": "Wholly linked",
}
"""The sheet of each part."""


def workbook_of(data: Document) -> bytes:
    """The bytes of an .xlsx file, the same for the same document. Refuses without XlsxWriter."""
    return book_of(str(data["title"]), lambda book: _Book(data, book).write())


class _Book:
    """One workbook being written."""

    def __init__(self, data: Document, book: Any) -> None:
        self.data, self.book = data, book
        self.plain, self.number, self.bold, self.head, self.long = (
            book.add_format(USUAL | more)
            for more in ({}, {"num_format": "0.0000"}, {"bold": True, "text_wrap": True},
                         {"bold": True, "bottom": 1, "bg_color": BAND}, {"text_wrap": True})
        )  # fmt: skip

    def write(self) -> None:
        told: list[tuple[str, str]] = [("Audit of a linkage", str(self.data["title"]))]
        told += [("Synthetic", SYNTHETIC)] if self.data["synthetic"] else []
        told += [("In short", words.answer(self.data))]
        told += [("Comes to", str(self.data["sentence"]))] if self.data.get("sentence") else []
        told += [("As on", self.data["day"]), ("Run", str(self.data["run"] or "not said"))]
        told += [("Keep in mind", line) for line in words.CAUTIONS]
        self._texts("Audit", told)
        parts: dict[str, list[Document]] = {}
        for row in rows_of(self.data):
            parts.setdefault(row["part"].partition(",")[0], []).append(row)
        for part, name in SHEETS.items():
            if part in parts:
                self._numbers(name, parts[part])
        methods = [*words.methods(self.data, True), *words.methods(self.data, False)]
        self._texts("Method", [*methods, *words.told(tuple(words.MEASURES))])

    def _texts(self, name: str, told: Sequence[tuple[str, str]]) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 100)
        for row, (what, said) in enumerate(told):
            sheet.write_string(row, 0, text_of(what), self.bold)
            sheet.write_string(row, 1, text_of(said), self.long)
            sheet.set_row(row, 13.5 * lines_of(said, 118))
        self._print(sheet)

    def _numbers(self, name: str, rows: Sequence[Document]) -> None:
        """A plain table with a filter; columns that say nothing are left out."""
        sheet = self.book.add_worksheet(name)
        kept = [one for one in COLUMNS if any(row.get(one) not in (None, "") for row in rows)]
        for place, column in enumerate(kept):
            title = column.replace("_", " ").capitalize()
            sheet.write_string(0, place, title, self.head)
            sheet.set_column(place, place, 26 if column in ("measure", "group", "part") else 13)
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(kept):
                value = row.get(column)
                if isinstance(value, bool):
                    sheet.write_string(line, place, "yes" if value else "no", self.plain)
                elif isinstance(value, int | float):
                    form = self.number if isinstance(value, float) else self.plain
                    sheet.write_number(line, place, value, form)
                elif value is not None:
                    sheet.write_string(line, place, text_of(str(value)), self.plain)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(kept) - 1)
        sheet.repeat_rows(0)
        self._print(sheet)

    def _print(self, sheet: Any) -> None:
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{'SYNTHETIC ' if self.data['synthetic'] else ''}&A&RPage &P of &N")
