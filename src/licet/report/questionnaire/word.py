"""The questionnaire as a Word document that a committee or an ethics board can read and mark up."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time
from typing import Any

from licet.instrument.document import Instrument
from licet.report.questionnaire.words import (
    Asked,
    facts,
    hard_texts,
    parts,
    sources,
    whole_reading_age,
)
from licet.report.rendering import without_clock

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML, and so Word, cannot hold."""

_GREY = (0x4A, 0x4A, 0x4A)
_INK = (0x1A, 0x1A, 0x1A)


def questionnaire_document(instrument: Instrument) -> bytes:
    """The bytes of a .docx file, without macros and without a person's name."""
    import docx

    word = docx.Document()
    _properties(word, instrument)
    _styles(word)
    word.add_paragraph(_clean(instrument.title), style="Title")
    for what, answer in facts(instrument):
        _pair(word, what, answer)
    _say(word, "A bar on the left marks what a person reads or hears.", small=True)
    _before(word, instrument)
    for part in parts(instrument):
        word.add_heading(_clean(f"{part.letter}. {part.title}"), 1)
        _pair(word, "Routing", " ".join(part.routing))
        if part.intro:
            _seen(word, part.intro)
        for asked in part.asked:
            _asked(word, asked)
    if instrument.closing:
        _seen(word, instrument.closing)
    _groups(word, instrument)
    _sources(word, instrument)
    out = io.BytesIO()
    word.save(out)
    return without_clock(out.getvalue())


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", re.sub(r"[ \t\r\n]+", " ", text))


def _properties(word: Any, instrument: Instrument) -> None:
    core = word.core_properties
    core.author, core.last_modified_by, core.comments = "", "", ""
    core.title = _clean(f"Questionnaire: {instrument.title}")[:255]
    core.subject, core.language = instrument.stamp[:255], instrument.language
    core.created = core.modified = datetime.combine(date(2000, 1, 1), time())
    core.revision = instrument.version


def _styles(word: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = Cm(2.2)
    section.bottom_margin = Cm(2)
    sizes = {"Normal": 10.5, "Title": 20, "Heading 1": 14, "Heading 2": 11, "List Bullet": 10.5}
    for name, size in sizes.items():
        style = word.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.font.color.rgb = RGBColor(*_INK)
        style.paragraph_format.space_after = Pt(4)


def _say(word: Any, text: str, *, small: bool = False, keep: bool = False) -> Any:
    from docx.shared import Pt, RGBColor

    paragraph = word.add_paragraph()
    run = paragraph.add_run(_clean(text))
    if small:
        run.font.size, run.font.color.rgb = Pt(8.5), RGBColor(*_GREY)
    paragraph.paragraph_format.keep_with_next = keep or None
    return paragraph


def _pair(word: Any, what: str, text: str, *, keep: bool = False) -> None:
    paragraph = word.add_paragraph()
    paragraph.add_run(_clean(f"{what}: ")).bold = True
    paragraph.add_run(_clean(text))
    paragraph.paragraph_format.keep_with_next = keep or None


def _seen(
    word: Any, text: str, *, bold: bool = False, grey: bool = False, keep: bool = False
) -> None:
    """What a person reads: set in, with a bar on the left side."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    paragraph = word.add_paragraph()
    run = paragraph.add_run(_clean(text))
    run.bold = bold or None
    if grey:
        run.font.color.rgb = RGBColor(*_GREY)
    shape = paragraph.paragraph_format
    shape.left_indent, shape.space_after = Cm(0.6), Pt(2)
    shape.keep_with_next = keep or None
    properties = paragraph._p.get_or_add_pPr()
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for key, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "0B4F8A")):
        left.set(qn(f"w:{key}"), value)
    borders.append(left)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _before(word: Any, instrument: Instrument) -> None:
    """Introduction, consent and explanation."""
    consent = instrument.consent
    word.add_heading("Before the first question", 1)
    _seen(word, instrument.introduction)
    _seen(word, consent.wording, bold=True)
    _options(word, (consent.yes, consent.no))
    routing = (
        f"The answer is recorded. Whoever says no reads \u201c{consent.farewell}\u201d and is asked "
        "nothing else; nothing of theirs is kept but the no. How the questions are answered is "
        "recorded for everybody."
    )
    _pair(word, "Routing", routing)
    word.add_heading("Explanation, read by everybody who takes part", 2)
    for place, step in enumerate(instrument.explanation, start=1):
        _seen(word, f"{place}. {step.heading}", bold=True, keep=True)
        _seen(word, step.text)


def _asked(word: Any, asked: Asked) -> None:
    word.add_heading(_clean(f"{asked.number}  {asked.name}"), 2)
    if asked.routing:
        _pair(word, "Routing", asked.routing, keep=True)
    if asked.case:
        _seen(word, f"A case. {asked.case}", keep=True)
    _seen(word, asked.wording, bold=True, keep=True)
    if asked.example:
        _seen(word, asked.example, grey=True, keep=True)
    _options(word, asked.options)
    _say(word, f"{asked.about}. Source: {asked.source}.", small=True)


def _options(word: Any, options: tuple[str, ...]) -> None:
    """The options on as few lines as they need, each behind an empty circle, in the order shown."""
    circle, space = "\u25cb\u00a0", "\u00a0"
    _seen(word, "   ".join(circle + option.replace(" ", space) for option in options), keep=True)


def _groups(word: Any, instrument: Instrument) -> None:
    from docx.oxml import OxmlElement

    word.add_heading("Groups made from the answers", 1)
    _say(
        word,
        "Licence is decided among everybody and in each of these groups; the group that permits least "
        "decides. Comparison groups are shown and decide nothing.",
    )
    table = word.add_table(rows=1, cols=3, style="Table Grid")
    lines = [("Group", "Who belongs to it", "Decides")]
    lines += [
        (g.label, f"{g.when} {g.note}", "no, comparison only" if g.reference else "yes")
        for g in instrument.groups
    ]
    for place, line in enumerate(lines):
        cells = table.rows[0].cells if place == 0 else table.add_row().cells
        for cell, text in zip(cells, line, strict=True):
            run = cell.paragraphs[0].add_run(_clean(text))
            run.bold = place == 0 or None
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _sources(word: Any, instrument: Instrument) -> None:
    word.add_heading("Where the wordings come from", 1)
    for source, count in sources(instrument):
        text = f"{source}: {count} wording{'s' if count != 1 else ''}"
        word.add_paragraph(_clean(text), style="List Bullet")
    _say(
        word,
        "A wording that is changed gets the next version, and answers to different versions are not "
        "pooled.",
    )
    word.add_heading("How easy it is to read", 1)
    age = whole_reading_age(instrument)
    _say(
        word,
        f"Explanation, cases and questions together have a reading age of about {age} "
        "(Flesch-Kincaid grade plus five; a guide, counted by rule).",
    )
    for where, years in hard_texts(instrument):
        word.add_paragraph(_clean(f"{where}: about {years}, to look at"), style="List Bullet")
