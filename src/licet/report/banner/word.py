"""A banner as a Word document: landscape, one table per question and page width, heads repeated.

Rows are written as XML at once: cell by cell, a document of forty questions would take minutes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from licet.report.banner.notes import banner_notes, top_notes
from licet.report.banner.tables import BannerColumn, BannerQuestion, BannerTables, blocks, headings
from licet.report.rendering import without_clock

WIDEST = 11
"""Columns of one table, the total included."""
_FIRST, _REST = 3600, 10800
"""Widths of the first column and of all others together, in twentieths of a point."""
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def document(banner: BannerTables) -> bytes:
    """The bytes of a .docx file, without macros and without a person's name."""
    import docx

    word = docx.Document()
    _page(word, banner)
    word.add_paragraph(_clean(banner.title), style="Title")
    for notice in banner.notices:
        word.add_paragraph().add_run(_clean(notice)).bold = True
    for what, how in top_notes(banner):
        paragraph = word.add_paragraph()
        if what in ("*", "Not shown"):
            paragraph.add_run(_clean("* " if what == "*" else f"{what}: ")).bold = True
        paragraph.add_run(_clean(how))
    for question in banner.questions:
        word.add_heading(_clean(question.item), 1)
        if question.wording:
            word.add_paragraph(_clean(question.wording)).paragraph_format.keep_with_next = True
        for places in blocks(banner.columns, WIDEST):
            _insert(word, "".join(_table(banner, question, places)))
        for note in question.notes:
            word.add_paragraph(_clean(note))
    word.add_heading("How the figures were made", 1)
    for what, how in banner_notes(banner):
        paragraph = word.add_paragraph()
        paragraph.add_run(_clean(f"{'Small base (*)' if what == '*' else what}: ")).bold = True
        paragraph.add_run(_clean(how))
    out = io.BytesIO()
    word.save(out)
    return without_clock(out.getvalue())


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _page(word: Any, banner: BannerTables) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    core = word.core_properties
    core.author, core.last_modified_by, core.comments = "", "", ""
    core.title, core.language = _clean(banner.title)[:255], "en-GB"
    core.created = core.modified = datetime(2000, 1, 1, tzinfo=UTC)  # a file carries no clock
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.6)
    for name, size in (("Normal", 9), ("Title", 18), ("Heading 1", 12)):
        style = word.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)
        style.paragraph_format.space_after = Pt(4)


def _insert(word: Any, xml: str) -> None:
    """A table, and an empty line below it, at the end of the document."""
    from docx.oxml import parse_xml

    body = word.element.body
    body.insert(len(body) - 1, parse_xml(xml))
    from docx.shared import Pt

    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _table(banner: BannerTables, question: BannerQuestion, places: list[int]) -> Iterator[str]:
    columns = [banner.columns[place] for place in places]
    width = min(_REST // max(len(columns), 1), 1300)
    starts = {group[0] for _, group in headings(columns)}
    described = f"{question.title}, percent by group"
    yield f'<w:tbl xmlns:w="{_SPACE}"><w:tblPr><w:tblStyle w:val="TableGrid"/>'
    yield '<w:tblW w:w="0" w:type="auto"/><w:tblBorders>'
    yield "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left"))
    yield '<w:bottom w:val="single" w:sz="6" w:color="767676"/><w:right w:val="nil"/>'
    yield '<w:insideH w:val="single" w:sz="2" w:color="C6C6C6"/><w:insideV w:val="nil"/>'
    yield '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
    yield "".join(f'<w:{side} w:w="50" w:type="dxa"/>' for side in ("left", "right"))
    yield '</w:tblCellMar><w:tblLook w:firstRow="1" w:firstColumn="1"/>'
    yield f'<w:tblDescription w:val="{_attribute(described)}"/></w:tblPr><w:tblGrid>'
    yield f'<w:gridCol w:w="{_FIRST}"/>' + f'<w:gridCol w:w="{width}"/>' * len(columns)
    yield "</w:tblGrid>"
    yield from _heads(banner, question, columns, places, starts, width)
    bases = [question.bases[place] for place in places]
    for at, name in enumerate(("People", "Weighted base", "Effective base")):
        texts = [base.texts()[at] for base in bases]
        cells = [_cell(text, width, edge=i in starts, grey=True) for i, text in enumerate(texts)]
        yield _row([_cell(name, _FIRST, left=True, grey=True), *cells])
    for row, all_cells in zip(question.rows, question.cells, strict=True):
        bold = row.kind != "option"
        cells = [_cell(row.text, _FIRST, left=True, bold=bold)]
        for i, place in enumerate(places):
            cell = all_cells[place]
            cells.append(
                _cell(cell.text(row.kind), width, edge=i in starts, bold=bold, grey=not cell.shown,
                      signs=cell.signs)
            )  # fmt: skip
        yield _row(cells)
    yield "</w:tbl>"


def _heads(
    banner: BannerTables,
    question: BannerQuestion,
    columns: list[BannerColumn],
    places: list[int],
    starts: set[int],
    width: int,
) -> Iterator[str]:
    """Two rows that Word repeats on each page: headings, then labels with their letters."""
    lettered = banner.plan.compare == "columns"
    cells = [_cell("", _FIRST)]
    for heading, group in headings(columns):
        cells.append(
            _cell(heading, width * len(group), bold=True, centre=True, edge=True, span=len(group))
        )
    yield _row(cells, head=True)
    cells = [_cell("Percent", _FIRST, left=True, bold=True)]
    for i, (column, place) in enumerate(zip(columns, places, strict=True)):
        label = column.label + (" *" if question.bases[place].small else "")
        letter = f"({column.letter})" if lettered and column.letter else ""
        cells.append(_cell(label, width, bold=True, centre=True, edge=i in starts, signs=letter))
    yield _row(cells, head=True)


def _row(cells: list[str], *, head: bool = False) -> str:
    """A row that is not divided between pages."""
    header = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    text: str,
    width: int,
    *,
    left: bool = False,
    centre: bool = False,
    bold: bool = False,
    grey: bool = False,
    edge: bool = False,
    span: int = 1,
    signs: str = "",
) -> str:
    """One cell; its letters, if any, on a line of their own."""
    align = "left" if left else "center" if centre else "right"
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    line = '<w:left w:val="single" w:sz="4" w:color="767676"/>' if edge else ""
    borders = f"<w:tcBorders>{line}</w:tcBorders>" if line else ""
    look = ("<w:b/>" if bold else "") + ('<w:color w:val="4A4A4A"/>' if grey else "")
    size = 13 if width < 1400 and len(text) > 9 and not centre else 16
    runs = f'<w:r><w:rPr>{look}<w:sz w:val="{size}"/></w:rPr>{_text(text)}</w:r>'
    if signs:
        runs += '<w:r><w:rPr><w:b/><w:color w:val="0B4F8A"/><w:sz w:val="13"/></w:rPr><w:br/>'
        runs += f"{_text(signs)}</w:r>"
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{grid}{borders}</w:tcPr><w:p><w:pPr>'
        f'<w:spacing w:after="0"/><w:jc w:val="{align}"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(_clean(text))}</w:t>'


def _attribute(text: str) -> str:
    return escape(_clean(text), {'"': "&quot;", "\n": " "})
