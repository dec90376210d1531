"""What happens to a questionnaire, in order: drafted, checked, written, tried, realigned.

Every file is made in memory before the first is written, so that nothing is left half-written.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import BadInput, Fault, bad
from licet.files.instrument import INSTRUMENT, instrument_toml, read_instrument
from licet.files.reading import shown
from licet.files.writing import check_folder, write_bytes, write_text
from licet.instrument.document import Instrument
from licet.instrument.template import (
    OPERATORS,
    PRINTED_REASONS,
    PRINTED_SERVICES,
    template,
)

if TYPE_CHECKING:
    from licet.survey.answers import Answers

FORM = "form.xlsx"
PAGE = "questionnaire.html"
DOCUMENT = "questionnaire.docx"
CODEBOOK = "codebook.toml"
FILES = (FORM, PAGE, DOCUMENT, CODEBOOK)


@dataclass(frozen=True)
class Checked:
    """What is known of a questionnaire that has no fault.

    warnings: what pyxform says of its form; None where it was not tried. hard: texts that need a
    reading age above 11.
    """

    instrument: Instrument
    statements: tuple[int, int]
    reading_age: int
    hard: tuple[tuple[str, int], ...]
    warnings: tuple[str, ...] | None


def new(
    folder: Path,
    services: Sequence[str] | None = None,
    reasons: Sequence[str] | None = None,
    operators: Sequence[str] | None = None,
    area: str = "UK",
) -> Path:
    """Draft ``instrument.toml`` in a folder, from the template. Refuses to replace one."""
    folder = Path(folder)
    made = template(
        services or PRINTED_SERVICES,
        reasons or PRINTED_REASONS,
        operators or OPERATORS,
        area=area,
    )
    check_folder(folder)
    path = folder / INSTRUMENT
    if path.exists():
        raise bad("the file is there already", shown(path), "a folder without one", "name another")
    folder.mkdir(parents=True, exist_ok=True)
    write_text(path, instrument_toml(made))
    return path


def check(path: Path) -> Checked:
    """A questionnaire checked, its form tried with pyxform where that is installed.

    Refuses with all faults at once.
    """
    from licet.files.xlsform import form_workbook, try_form
    from licet.instrument.form import form
    from licet.report.questionnaire.words import asked_counts, hard_texts, whole_reading_age

    made = read_instrument(path)
    warnings: tuple[str, ...] | None = None
    if _has_xlsxwriter():
        warnings = try_form(form_workbook(form(made)))
    return Checked(made, asked_counts(made), whole_reading_age(made), hard_texts(made), warnings)


def _has_xlsxwriter() -> bool:
    from importlib.util import find_spec

    return find_spec("xlsxwriter") is not None


def checked_text(checked: Checked) -> str:
    """What ``licet questionnaire check`` prints."""
    made, (fewest, most) = checked.instrument, checked.statements
    count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    lines = [
        f"No fault: {made.title} ({made.stamp})",
        f"{count} statements for each person, {len(made.questions)} questions on the person, "
        f"{len(made.groups)} groups.",
        f"Reading age of the whole: about {checked.reading_age}.",
    ]
    if checked.hard:
        listed = ", ".join(f"{where} ({age})" for where, age in checked.hard[:8])
        lines.append(f"Above 11, to look at: {listed}.")
    if checked.warnings is None:
        lines.append(
            'The form was not tried: pip install "licet[forms]" adds pyxform, which tries it.'
        )
    elif checked.warnings:
        lines += ["pyxform accepts the form and warns:", *checked.warnings]
    else:
        lines.append("pyxform accepts the form, without warnings.")
    return "\n".join(lines)


def write(path: Path, folder: Path, *, replace: bool = False) -> tuple[Path, ...]:
    """Write form, page, document and codebook of a questionnaire.

    Refuses if one of the files is there, unless ``replace``: a codebook may hold what you filled in.
    """
    made, folder = read_instrument(path), Path(folder)
    check_folder(folder)
    there = [folder / name for name in FILES if (folder / name).exists()]
    if there and not replace:
        todo = "name another folder, or say --replace; what you filled in there is lost"
        raise BadInput(*(Fault("the file is there already", shown(p), "", todo) for p in there))
    contents = _contents(made)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        write_bytes(folder / name, content)
    return tuple(folder / name for name in contents)


def _contents(made: Instrument) -> Mapping[str, bytes]:
    from licet.files.instrument_codebook import codebook_toml
    from licet.files.xlsform import form_workbook, try_form
    from licet.instrument.form import form
    from licet.report.questionnaire.page import questionnaire_page
    from licet.report.questionnaire.word import questionnaire_document

    workbook = form_workbook(form(made))
    try_form(workbook)
    return {
        FORM: workbook,
        PAGE: questionnaire_page(made).encode(),
        DOCUMENT: questionnaire_document(made),
        CODEBOOK: codebook_toml(made).encode(),
    }


def simulate(path: Path, out: Path, people: int, seed: int) -> None:
    """Write made-up answers in the form of an export, with weights of 1: to try what follows."""
    import numpy as np
    import polars as pl

    from licet.instrument.simulation import export, made_up

    made = read_instrument(path)
    said, drawn = made_up(made, people, np.random.default_rng(seed))
    frame = export(made, said, drawn).with_columns(weight=pl.lit(1.0))
    _write_csv(frame.write_csv(), out)


def realign(
    path: Path, export: Path, out: Path, keep: Sequence[str] = (), encoding: str | None = None
) -> Answers:
    """Read an export of the form, write the realigned answers as CSV, and return them."""
    from licet.files.answers import read_answers
    from licet.instrument.realigning import realign as bring_home

    made = read_instrument(path)
    try:
        answers = bring_home(read_answers(export, encoding), made, keep)
    except BadInput as error:
        if any(shown(Path(export)) in fault.where for fault in error.faults):
            raise
        raise error.within(shown(Path(export))) from None
    buffer = io.StringIO()
    answers.frame.write_csv(buffer)
    _write_csv(buffer.getvalue(), out)
    return answers


def _write_csv(text: str, out: Path) -> None:
    out = Path(out)
    if out.suffix.casefold() != ".csv":
        raise bad("answers are written as CSV", shown(out), "a name that ends in .csv")
    write_text(out, text)
