"""A banner as an Excel workbook: contents, a sheet per question, every figure, comparisons, notes.

Figures are numbers with a format, text is text, and there is no formula anywhere: what somebody
answered or called a group cannot run. Significance letters have a row of their own below each
figure, so that every figure stays a number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from licet.errors import bad
from licet.report.banner.csvw import COMPARISONS, TABLE, tidy
from licet.report.banner.notes import banner_notes, significance_notes
from licet.report.banner.tables import BannerCell, BannerQuestion, BannerRow, BannerTables, headings
from licet.report.table.cells import NOBODY, NOT_SHOWN

MOST_COMPARISONS = 20_000
"""More than this are left to the CSV files."""
LONGEST_TEXT = 32_000
"""Characters that one cell can hold, nearly."""

_ILLEGAL = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_GREY, _LINE, _BAND = "#4A4A4A", "#767676", "#F3F3F3"


def workbook(banner: BannerTables) -> bytes:
    """The bytes of an .xlsx file, the same for the same banner. Refuses without XlsxWriter."""
    try:
        import xlsxwriter
    except ImportError:
        raise bad(
            "XlsxWriter is not installed",
            "an Excel workbook",
            ".html, .docx or a folder of CSV, which need nothing more",
            'install it: pip install "licet[excel]"',
        ) from None
    out = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    # A file carries no clock: the same banner gives the same bytes.
    book.set_properties(
        {"title": text_of(banner.title)[:250], "created": datetime(2000, 1, 1, tzinfo=UTC)}
    )
    _Book(banner, book).write()
    book.close()
    return out.getvalue()


def text_of(text: str) -> str:
    """Text that a workbook can hold: without control characters, not longer than a cell."""
    clean = _ILLEGAL.sub("\ufffd", text)
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 1] + "\u2026"


def sheet_names(items: Sequence[str]) -> list[str]:
    """A legal name for the sheet of each item, unlike all others: its number, then the item."""
    names = []
    for place, item in enumerate(items, start=1):
        name = f"{place} {_NOT_IN_NAMES.sub(' ', text_of(item))}"
        names.append(" ".join(name.split())[:31].strip(" '"))
    return names


class _Book:
    """One workbook being written."""

    def __init__(self, banner: BannerTables, book: Any) -> None:
        self.banner, self.book = banner, book
        self.names = sheet_names([question.item for question in banner.questions])
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            usual = {"font_name": "Arial", "font_size": 10, "valign": "top"}
            self.formats[key] = self.book.add_format(usual | properties)
        return self.formats[key]

    def write(self) -> None:
        contents = self.book.add_worksheet("Contents")
        sheets = [self.book.add_worksheet(name) for name in self.names]
        self._contents(contents)
        for sheet, question in zip(sheets, self.banner.questions, strict=True):
            _QuestionSheet(self, sheet, question).write()
        self._long("All figures", TABLE, tidy(self.banner).iter_rows())
        if 0 < self.banner.comparisons.height <= MOST_COMPARISONS:
            self._long("Comparisons", COMPARISONS, self.banner.comparisons.iter_rows())
        self._notes()

    def text(self, sheet: Any, row: int, column: int, text: str, **properties: Any) -> None:
        """Text as text, whatever it looks like."""
        sheet.write_string(row, column, text_of(text), self.format(**properties))

    def _contents(self, sheet: Any) -> None:
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 90)
        self.text(sheet, 0, 0, self.banner.title, bold=True, font_size=16)
        row = 1
        for notice in self.banner.notices:
            self.text(sheet, row, 0, notice, bold=True, font_color="#6B4500")
            row += 1
        head = {"bold": True, "bottom": 1}
        self.text(sheet, row + 1, 0, "Sheet", **head)
        self.text(sheet, row + 1, 1, "Question", **head)
        row += 2
        rows = [(n, q.wording) for n, q in zip(self.names, self.banner.questions, strict=True)]
        rows.append(("All figures", "One row for each figure, with its interval and bases."))
        if 0 < self.banner.comparisons.height <= MOST_COMPARISONS:
            rows.append(("Comparisons", "One row for each comparison, with its p."))
        rows.append(("Notes", "How the figures were made, and what is not shown."))
        for name, wording in rows:
            link = self.format(font_color="#0B4F8A", underline=1)
            quoted = name.replace("'", "''")
            sheet.write_url(row, 0, f"internal:'{quoted}'!A1", link, text_of(name))
            self.text(sheet, row, 1, wording, text_wrap=True)
            sheet.set_row(row, 13.5 * lines_of(wording, 105))
            row += 1
        self._print(sheet, landscape=False)

    def _long(self, name: str, described: Sequence[tuple[str, str, str]], rows: Any) -> None:
        """A plain table with a filter: numbers as numbers, empty where not shown."""
        sheet = self.book.add_worksheet(name)
        for column, (title, kind, _) in enumerate(described):
            self.text(sheet, 0, column, title, bold=True, bottom=1, bg_color=_BAND)
            sheet.set_column(column, column, 14 if kind != "string" else 20)
        plain, number = self.format(), self.format(num_format="0.0000")
        last = 0
        for last, values in enumerate(rows, start=1):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    if value:
                        sheet.write_string(last, column, text_of(value), plain)
                elif value is not None:
                    sheet.write_number(
                        last, column, value, number if type(value) is float else plain
                    )
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(described) - 1)
        sheet.repeat_rows(0)
        self._print(sheet)

    def _notes(self) -> None:
        sheet = self.book.add_worksheet("Notes")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 100)
        self.text(sheet, 0, 0, "How the figures were made", bold=True, font_size=14)
        for row, (what, how) in enumerate(banner_notes(self.banner), start=2):
            self.text(sheet, row, 0, what, bold=True)
            self.text(sheet, row, 1, how, text_wrap=True)
            sheet.set_row(row, 13.5 * lines_of(how, 118))
        self._print(sheet, landscape=False)

    def _print(self, sheet: Any, *, landscape: bool = True) -> None:
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P of &N")


def lines_of(text: str, width: int) -> int:
    """How many lines a text of this width takes, at least one and at most thirty."""
    return min(max(sum(len(line) // width + 1 for line in text.split("\n")), 1), 30)


class _QuestionSheet:
    """The sheet of one question."""

    def __init__(self, book: _Book, sheet: Any, question: BannerQuestion) -> None:
        self.book, self.sheet, self.question = book, sheet, question
        self.columns = book.banner.columns

    def write(self) -> None:
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, len(self.columns), 11)
        row = self._title()
        first, row = row, self._heads(row)
        sheet.freeze_panes(row, 1)
        sheet.repeat_rows(first, row - 1)
        row = self._bases(row)
        for kind, cells in zip(self.question.rows, self.question.cells, strict=True):
            row = self._figures(row, kind, cells)
        self._foot(row + 1)
        self.book._print(sheet)

    def _title(self) -> int:
        """Name and wording across the first columns, as high as they need."""
        last = min(len(self.columns), 9)
        width = 36 + 12 * last
        big = {"bold": True, "font_size": 13}
        self.book.text(self.sheet, 0, 0, self.question.item, **big)
        back = self.book.format(font_color="#0B4F8A", underline=1, align="right")
        if last > 1:
            self.sheet.write_url(0, last, "internal:'Contents'!A1", back, "Contents")
        row = 1
        for text, bold in [
            (self.question.wording, False),
            *((notice, True) for notice in self.book.banner.notices),
        ]:
            if text:
                format_ = self.book.format(text_wrap=True, bold=bold)
                if last:
                    self.sheet.merge_range(row, 0, row, last, "", format_)
                self.sheet.write_string(row, 0, text_of(text), format_)
                self.sheet.set_row(row, 13.5 * lines_of(text, width))
                row += 1
        return row + 1

    def _heads(self, row: int) -> int:
        """Headings, labels and letters; an asterisk where the effective base is small."""
        centred = {"bold": True, "align": "center", "text_wrap": True, "bg_color": _BAND}
        for heading, places in headings(self.columns):
            format_ = self.book.format(
                **centred, bottom=1 if heading else 0, left=1, valign="vcenter"
            )
            if len(places) > 1:
                self.sheet.merge_range(row, 1 + places[0], row, 1 + places[-1], "", format_)
            self.sheet.write_string(row, 1 + places[0], text_of(heading), format_)
        self.book.text(self.sheet, row, 0, "", bg_color=_BAND)
        self.book.text(self.sheet, row + 1, 0, "", bg_color=_BAND)
        self.book.text(self.sheet, row + 2, 0, "Percent of people with a valid answer",
                       bg_color=_BAND, bottom=1, font_size=9, font_color=_GREY)  # fmt: skip
        for place, (column, bases) in enumerate(
            zip(self.columns, self.question.bases, strict=True), start=1
        ):
            edge = self._edge(place)
            label = column.label + (" *" if bases.small else "")
            self.book.text(self.sheet, row + 1, place, label, **centred, **edge)
            mark = f"({column.letter})" if column.letter and self._lettered else ""
            self.book.text(self.sheet, row + 2, place, mark, **centred, **edge, bottom=1,
                           font_size=9)  # fmt: skip
        longest = max(len(word) for column in self.columns for word in column.label.split() or [""])
        lines = max(lines_of(column.label, 13) for column in self.columns)
        self.sheet.set_row(row + 1, 13.5 * min(lines + (longest > 11), 8) + 3)
        widest = max(
            lines_of(heading, 11 * len(places)) for heading, places in headings(self.columns)
        )
        self.sheet.set_row(row, 13.5 * widest + 3)
        return row + 3

    @property
    def _lettered(self) -> bool:
        return self.book.banner.plan.compare == "columns"

    def _edge(self, place: int) -> dict[str, int]:
        """A line to the left where a heading starts."""
        starts = {1 + places[0] for _, places in headings(self.columns)}
        return {"left": 1} if place in starts else {}

    def _bases(self, row: int) -> int:
        names = ("People", "Weighted base", "Effective base")
        for at, name in enumerate(names):
            line = {"bottom": 1, "bottom_color": _LINE} if at == 2 else {}
            self.book.text(self.sheet, row + at, 0, name, font_color=_GREY, **line)
            for place, bases in enumerate(self.question.bases, start=1):
                number = (bases.people, bases.weighted, bases.effective)[at]
                look = {
                    "font_color": _GREY,
                    "align": "right",
                    "indent": 1,
                    **line,
                    **self._edge(place),
                }
                if number is None:
                    why = "" if bases.empty else NOT_SHOWN
                    self.book.text(
                        self.sheet, row + at, place, why, **look, italic=True, font_size=8
                    )
                else:
                    big = self.book.format(**look, num_format="#,##0")
                    self.sheet.write_number(row + at, place, number, big)
        return row + 3

    def _figures(self, row: int, kind: BannerRow, cells: Sequence[BannerCell]) -> int:
        """The figures, and below them their letters if there are any."""
        strong = {"bold": True} if kind.kind != "option" else {}
        self.book.text(self.sheet, row, 0, kind.text, text_wrap=True, **strong)
        self.sheet.set_row(row, 13.5 * lines_of(kind.text, 36))
        signs = any(cell.signs for cell in cells)
        for place, cell in enumerate(cells, start=1):
            look = {"align": "right", "indent": 1, **strong, **self._edge(place)}
            if cell.value is None:
                why = NOBODY if cell.empty else "" if cell.shown else NOT_SHOWN
                self.book.text(self.sheet, row, place, why, **look, italic=True, font_size=8,
                               font_color=_GREY)  # fmt: skip
            else:
                shape = self.book.format(**look, num_format=number_format(kind, cell.value))
                self.sheet.write_number(row, place, cell.value, shape)
            if signs:
                look = {"align": "right", "indent": 1, "font_size": 8, **self._edge(place)}
                look |= {"font_color": "#0B4F8A", "bold": True, "text_wrap": True}
                self.book.text(self.sheet, row + 1, place, cell.signs, **look)
        if signs:
            longest = max(len(cell.signs) for cell in cells)
            self.sheet.set_row(row + 1, 11.5 * lines_of("x" * longest, 15))
        return row + 1 + signs

    def _foot(self, row: int) -> None:
        """What has to be known to read this sheet; all else is in the notes."""
        found = [*self.question.notes]
        if any(bases.small for bases in self.question.bases):
            found += [f"* {how}" for what, how in banner_notes(self.book.banner) if what == "*"]
        found += [how for _, how in significance_notes(self.book.banner)]
        if any(not cell.shown and not cell.empty for row_ in self.question.cells for cell in row_):
            notes = banner_notes(self.book.banner)
            found += [f"Not shown: {how}" for what, how in notes if what == "Not shown"]
        last = min(len(self.columns), 9)
        width = 40 + 13 * last
        look = self.book.format(font_size=8, font_color=_GREY, text_wrap=True)
        for text in found:
            if last:
                self.sheet.merge_range(row, 0, row, last, "", look)
            self.sheet.write_string(row, 0, text_of(text), look)
            self.sheet.set_row(row, 11.5 * lines_of(text, width))
            row += 1


def number_format(row: BannerRow, value: float) -> str:
    """Whole percent, but never 0 or 100 for a share that is only near it; means with two decimals."""
    if row.kind == "mean":
        return "0.00"
    if 0 < value < 0.005:
        return '"<1%"'
    return '">99%"' if 0.995 <= value < 1 else "0%"
