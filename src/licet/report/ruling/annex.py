"""A Word annex for a data protection impact assessment: what the people concerned think.

Every sentence ends with its source in square brackets: evidence, item and the start of the file's
SHA-256, or the key of the use file. What the controller still has to fill in is listed as gaps.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from licet.assessment import Assessment
from licet.errors import counted
from licet.evidence import Evidence
from licet.findings import misfits
from licet.gate import Permit
from licet.report.rendering import without_clock
from licet.report.ruling.data import document
from licet.report.ruling.gaps import gaps
from licet.report.ruling.page import day
from licet.report.ruling.wording import (
    NOT_LEGAL_ADVICE,
    and_list,
    concern_text,
    duty_text,
    headline,
    marks,
    notices,
    reason_texts,
    sentence,
    smaller_text,
    variation_summary,
)
from licet.report.screens import plain
from licet.version import __version__
from licet.vocabulary import label

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML, and so Word, cannot hold."""

_BETWEEN = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
"""Where one sentence ends and the next begins."""

TOOL = f"Licet {__version__}"


def annex(assessment: Assessment) -> bytes:
    """The annex as the bytes of a .docx file, without macros and without a person's name."""
    import docx

    word = docx.Document()
    _properties(word, assessment)
    _styles(word)
    _opening(word, assessment)
    _consultation(word, assessment)
    _asking_first(word, assessment)
    _views(word, document(assessment), assessment)
    _risks(word, assessment)
    _alternatives(word, assessment)
    _gaps(word, assessment)
    out = io.BytesIO()
    word.save(out)
    return without_clock(out.getvalue())


def _clean(text: str) -> str:
    """Text on one line without anything that Word would obey or that hides what is written."""
    return _ILLEGAL.sub("\ufffd", plain(re.sub(r"[\r\n]+", " ", text)))


def _say(word: Any, text: str, source: str, style: str | None = None) -> None:
    """A paragraph in which each sentence ends with its source; a quotation is one sentence."""
    paragraph = word.add_paragraph(style=style)
    _sentences(paragraph, text, source)


def _sentences(paragraph: Any, text: str, source: str, *, bold: bool = False) -> None:
    parts = [text.strip()] if "\u201c" in text else _BETWEEN.split(text.strip())
    for place, part in enumerate(parts):
        paragraph.add_run(_clean((" " if place else "") + part.rstrip("."))).bold = bold or None
        paragraph.add_run(_clean(f" [{source}]")).font.size = _points(8.5)
        paragraph.add_run(".")


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _quoted(text: str) -> str:
    """A declared text in quotation marks, so that its own sentences stay one of ours."""
    return f"\u201c{' '.join(text.split())}\u201d"


def _properties(word: Any, assessment: Assessment) -> None:
    core = word.core_properties
    made = datetime.combine(assessment.today, time())
    core.author, core.last_modified_by, core.comments = "", "", ""
    core.title = _clean(f"Views of the people concerned: {assessment.use.title}")[:255]
    core.subject, core.language = "Annex to a data protection impact assessment", "en-GB"
    core.created, core.modified, core.revision = made, made, 1


def _styles(word: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, RGBColor

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = Cm(2.2)
    section.bottom_margin = Cm(2)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet", "List Number"):
        style = word.styles[name]
        style.font.name = "Arial"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)
        style.paragraph_format.space_after = _points(4)
    word.styles["Normal"].font.size = _points(10)
    word.styles["Title"].font.size = _points(20)
    word.styles["Heading 1"].font.size = _points(14)
    word.styles["Heading 2"].font.size = _points(11)


def _opening(word: Any, assessment: Assessment) -> None:
    """Title, warnings and the ruling."""
    use, ruling = assessment.use, assessment.ruling
    word.add_paragraph(_clean(f"Views of the people concerned: {use.title}"), style="Title")
    for notice in notices(assessment):
        _bold(word, notice)
    _bold(word, NOT_LEGAL_ADVICE)
    _say(
        word,
        f"This annex belongs to version {use.version} of the use {_quoted(use.title)} of "
        f"{use.controller}",
        f"use file: title, version, controller; SHA-256 {use.hash()[:8]}",
    )
    word.add_heading("The ruling", 1)
    source = f"{TOOL}, ruling of {ruling.today} on use {use.hash()[:8]}"
    for line in headline(assessment):
        _say(word, line, f"{source}; {_source(assessment, assessment.deciding)}")
    for text in reason_texts(assessment):
        _say(word, text, source, "List Bullet")
    if isinstance(ruling, Permit):
        _say(word, f"The ruling ends on {day(ruling.expires.isoformat())}", source)
    _say(word, f"Other assumptions: {variation_summary(assessment)}", source)


def _bold(word: Any, text: str) -> None:
    _sentences(word.add_paragraph(), text, TOOL, bold=True)


def _source(assessment: Assessment, about: Any) -> str:
    """Where a finding or agreement comes from: evidence, item and the start of the file's hash."""
    found = [r.evidence for r in assessment.readings if r.evidence.id == about.evidence]
    return _cite(found[0], about.item) if found else "no evidence"


def _cite(evidence: Evidence, item: str | None) -> str:
    files = [(n, h) for n, h in sorted(evidence.files.items()) if not n.endswith(".toml")]
    name, sha = files[0] if files else ("declared", evidence.hash())
    return ", ".join(x for x in (evidence.id, item, f"{name} {sha[:8]}") if x)


def _consultation(word: Any, assessment: Assessment) -> None:
    """What was measured, of whom, when and how; what was not counted and why."""
    word.add_heading("Consultation of the people concerned", 1)
    if not assessment.readings:
        _say(word, "Nobody was asked", "no evidence")
    for reading in assessment.readings:
        evidence = reading.evidence
        why = misfits(assessment.use, evidence, today=assessment.today)
        word.add_heading(_clean(evidence.title), 2)
        source = f"{_cite(evidence, None)}; codebook.toml"
        for text in _fieldwork(evidence):
            _say(word, text, source)
        if evidence.population.note:
            _say(word, f"Note: {_quoted(evidence.population.note)}", source)
        said = f"It does not count for this use: {'; '.join(why)}" if why else "It counts"
        _say(word, said, f"{TOOL}; {source}")
        for note in reading.notes:
            _say(word, note, f"{TOOL}; {evidence.id}")


def _fieldwork(evidence: Evidence) -> Iterator[str]:
    work, population = evidence.fieldwork, evidence.population
    ages = population.child_ages
    of = f" of children aged {ages[0]} to {ages[1]}" if ages else ""
    people = f"{label('people', population.people).casefold()}{of} in {population.area}"
    count = f"{work.interviews:,} " if work.interviews else ""
    yield f"{count}{people} were asked" if count else sentence(f"{people} were asked").rstrip(".")
    how = f" by {and_list(work.modes)}" if work.modes else ""
    kind = label("sample", work.sample).casefold()
    start, end = day(work.start.isoformat()), day(work.end.isoformat())
    yield f"They were asked from {start} to {end}{how}; the sample is a {kind} sample"
    about = label("purpose", evidence.purpose).casefold()
    yield f"They were asked about {about} in {counted(len(evidence.items), 'item', 'items')}"
    yield f"The evidence counts until {day(work.expires.isoformat())}"
    if work.organisation:
        yield f"Asked by: {work.organisation}"
    if work.ethics:
        yield f"Ethics: {work.ethics}"


def _asking_first(word: Any, assessment: Assessment) -> None:
    """Why families are asked, or told, before anything is linked."""
    word.add_heading("Whether families must be asked first", 1)
    ruling, use = assessment.ruling, assessment.use
    source = f"{TOOL}, ruling of {ruling.today}"
    if isinstance(ruling, Permit) and ruling.floor == "ask_first":
        why = and_list(ruling.floor_reasons)
        _say(word, f"Only families who said yes may be linked, because {why}", source)
    elif isinstance(ruling, Permit):
        text = "Families are told 30 days before, in a language they read, and can say no"
        _say(word, text, source)
    else:
        _say(word, "Nothing may be linked, whether families are asked or not", source)
    declared = label("permission model", use.permission_model).casefold()
    _say(word, f"The use declares: {declared}", "use file: permission_model")
    for duty in ruling.duties:
        text = sentence(f"{duty_text(duty, assessment)}")
        _say(word, text, _source(assessment, duty), "List Bullet")
    if not ruling.duties:
        _say(word, "No demand reached the line, or none was asked about", source)


def _views(word: Any, data: Mapping[str, Any], assessment: Assessment) -> None:
    """Every required item in every group, with interval, base, verdict and source."""
    word.add_heading("Views by group", 1)
    _say(word, "Shares are percentages with their 95 % interval".replace(
        "95", f"{100 * assessment.settings.level:.0f}"), TOOL)  # fmt: skip
    evidence = {r.evidence.id: r.evidence for r in assessment.readings}
    for row in data["requirements"]:
        warning = "".join(f" ({mark.rstrip('.')})" for mark in marks(assessment))
        word.add_heading(_clean(f"{row['label']}: {row['verdict']}{warning}"), 2)
        cells = [c for c in data["findings"] if c["requirement"] == row["requirement"]]
        cells.sort(key=lambda c: (c["group"] != "all", c["reference"]))
        lines: list[tuple[str, ...]] = [
            ("Group", "Share [interval]", "People", "Verdict", "Source")
        ]
        for cell in cells:
            name = cell["group_label"] + (" (comparison)" if cell["reference"] else "")
            people = cell["base_text"].removesuffix(" people")
            found = evidence.get(cell["evidence"] or "")
            cited = f"[{_cite(found, cell['item'])}]" if found else "[no evidence]"
            lines.append((name, cell["figure"], people, cell["verdict"], cited))
        _table(word, lines)


def _table(word: Any, lines: list[tuple[str, ...]]) -> None:
    """A table whose first row is its head and is repeated on each page."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    table = word.add_table(rows=len(lines), cols=len(lines[0]), style="Table Grid")
    table.autofit = False
    widths = [Cm(w) for w in (4.6, 3.4, 1.9, 2.1, 4.6)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    cells = iter(table._cells)  # one pass: the public way walks the whole table for each cell
    for place, line in enumerate(lines):
        for text, width in zip(line, widths, strict=True):
            cell = next(cells)
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = _points(1)
            run = paragraph.add_run(_clean(text))
            run.font.size = _points(7 if text.startswith("[") else 8.5)
            run.bold = place == 0 or None
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    word.add_paragraph().paragraph_format.space_after = _points(0)


def _risks(word: Any, assessment: Assessment) -> None:
    """Worries that many share, and risks the use itself declares."""
    word.add_heading("Risks raised", 1)
    use = assessment.use
    for concern in assessment.ruling.concerns:
        text = sentence(concern_text(concern, assessment))
        _say(word, text, _source(assessment, concern), "List Bullet")
    if not assessment.ruling.concerns:
        _say(word, "No worry reached the line, or none was asked about", TOOL)
    if use.payment_by_results:
        text = "Somebody is paid by the number of families found, a conflict of interest"
        _say(word, text, "use file: payment_by_results", "List Bullet")
    for source in use.sources:
        if source.known_faults:
            name = f"{label('service', source.service)}, {source.name}"
            text = f"{name}: {_quoted(source.known_faults)}"
            _say(word, text, "use file: sources.known_faults", "List Bullet")


def _alternatives(word: Any, assessment: Assessment) -> None:
    word.add_heading("Less intrusive alternatives", 1)
    source = f"{TOOL}, ruling of {assessment.today}"
    for small in assessment.smaller:
        _say(word, sentence(smaller_text(small, assessment)), source, "List Bullet")
    if not assessment.smaller:
        _say(word, "No smaller use was found that passes and joins at least two services", source)
    alternative = assessment.use.support.universal_alternative
    if alternative:
        text = f"Without any linkage: {_quoted(alternative)}"
        _say(word, text, "use file: support.universal_alternative", "List Bullet")
    if assessment.use.proportionality:
        text = f"Why it is said to be needed: {_quoted(assessment.use.proportionality)}"
        _say(word, text, "use file: proportionality", "List Bullet")


def _gaps(word: Any, assessment: Assessment) -> None:
    word.add_heading("Gaps: what the controller still has to fill in", 1)
    found = gaps(assessment)
    for text, source in found:
        _say(word, f"GAP: {text}", source, "List Number")
    if not found:
        _say(word, "No gap was found by the checks that Licet makes", TOOL)
