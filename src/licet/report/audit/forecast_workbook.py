"""A forecast audit as an Excel workbook: the verdict, a sheet for each part with numbers, the plan.

Figures are numbers, text is text, and there is no formula anywhere. What is not shown says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from licet.report.audit import forecast_words as words
from licet.report.audit.forecast_data import COLUMNS, rows_of
from licet.report.audit.forecast_page import facts_of
from licet.report.audit.workbooks import BAND, USUAL, book_of
from licet.report.banner.workbook import lines_of, text_of
from licet.report.phrases import SYNTHETIC

Part = Mapping[str, Any]
SHEETS = {
    "groups": "Error by group",
    "gaps": "Gaps",
    "skill": "Skill and capacity",
    "calibration": "Calibration",
    "benefit": "Harm and benefit",
    "stability": "Over time",
    "selective": "Drawn by lot",
    "outside": "People outside",
    "links": "Linkage errors",
    "funnel": "Funnel",
}
"""The sheet of each part."""


def workbook_of(document: Part) -> bytes:
    """The bytes of an .xlsx file, the same for the same document. Refuses without XlsxWriter."""
    return book_of(str(document["plan"]["title"]), lambda book: _Book(document, book).write())


class _Book:
    """One workbook being written."""

    def __init__(self, document: Part, book: Any) -> None:
        self.document, self.book = document, book
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(USUAL | properties)
        return self.formats[key]

    def text(self, sheet: Any, row: int, column: int, said: str, **properties: Any) -> None:
        """Text as text, whatever it looks like."""
        sheet.write_string(row, column, text_of(said), self.format(**properties))

    def write(self) -> None:
        self._verdict()
        parts: dict[str, list[tuple[Any, ...]]] = {}
        for row in rows_of(self.document):
            parts.setdefault(row[0], []).append(row)
        for part, name in SHEETS.items():
            if part in parts:
                self._numbers(name, parts[part])
        self._plan()

    def _verdict(self) -> None:
        sheet = self.book.add_worksheet("Verdict")
        document = self.document
        self.text(sheet, 0, 0, document["plan"]["title"], bold=True, font_size=16)
        self.text(sheet, 1, 0, document["verdict"]["sentence"], bold=True)
        self.text(sheet, 2, 0, words.people_sentence(document))
        if document["plan"]["synthetic"]:
            self.text(sheet, 3, 0, SYNTHETIC, bold=True)
        heads = ("Gate", "What it asks", "Answer", "Why", "What would settle it")
        for column, name in enumerate(heads):
            self.text(sheet, 4, column, name, bold=True, bottom=1, bg_color=BAND)
        for row, gate in enumerate(document["gates"], start=5):
            why, settle = "\n".join(gate["reasons"]), "\n".join(gate["settling"])
            for column, said in enumerate(
                (gate["id"], gate["title"], gate["standing"], why, settle)
            ):
                self.text(sheet, row, column, said, text_wrap=True)
            sheet.set_row(row, 13.5 * max(lines_of(why, 75), lines_of(settle, 50)))
        for column, width in enumerate((8, 30, 18, 75, 50)):
            sheet.set_column(column, column, width)
        self._print(sheet)

    def _numbers(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """A plain table with a filter: numbers as numbers; columns that say nothing are left out."""
        sheet = self.book.add_worksheet(name)
        kept = [
            at
            for at, column in enumerate(COLUMNS)
            if column != "part" and (column == "value" or any(row[at] not in (None, "") for row in rows))
        ]  # fmt: skip
        for place, at in enumerate(kept):
            title = COLUMNS[at].replace("_", " ").capitalize()
            self.text(sheet, 0, place, title, bold=True, bottom=1, bg_color=BAND)
            sheet.set_column(place, place, 26 if COLUMNS[at] in ("label", "measure", "at") else 12)
        number, plain = self.format(num_format="0.0000"), self.format()
        for line, row in enumerate(rows, start=1):
            for place, at in enumerate(kept):
                value = row[at]
                if isinstance(value, str):
                    self.text(sheet, line, place, value)
                elif value is not None:
                    sheet.write_number(
                        line, place, value, number if type(value) is float else plain
                    )
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(kept) - 1)
        sheet.repeat_rows(0)
        self._print(sheet)

    def _plan(self) -> None:
        sheet = self.book.add_worksheet("Plan and notes")
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 100)
        told = [*facts_of(self.document), *words.tolerance_sentences(self.document["plan"])]
        told += [("Note", note) for note in self.document["notes"]] + list(words.DEFINITIONS)
        for row, (name, said) in enumerate(told):
            self.text(sheet, row, 0, name, bold=True, text_wrap=True)
            self.text(sheet, row, 1, said, text_wrap=True)
            sheet.set_row(row, 13.5 * lines_of(said, 118))
        self._print(sheet)

    def _print(self, sheet: Any) -> None:
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P of &N")
