"""Answers with a column of weights added, as the bytes of a CSV, Parquet or SPSS file."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, Fault, bad, unknown
from licet.files.reading import shown
from licet.files.writing import check_not_read

if TYPE_CHECKING:
    import polars as pl

    from licet.survey.answers import Answers

FORMS = (".csv", ".parquet", ".sav")
SPSS = (".sav", ".zsav")


def check_out(out: Path, inputs: Iterable[Path], column: str, answers: Answers) -> None:
    """Refuse an unknown form, a file that is read from, and a column that is there already."""
    faults: list[Fault] = []
    if out.suffix.casefold() not in FORMS:
        faults += unknown("form of file", out.suffix, FORMS, f"--out {shown(out)}").faults
    for path in inputs:
        try:
            check_not_read(out, path)
        except BadInput as error:
            faults += error.faults
    if column in answers.frame.columns or not column.strip():
        what = f"a column {column!r} is there already" if column.strip() else "no name for it"
        todo = "name another one with --name"
        faults.append(Fault(what, "--name", "a name that no column has", todo))
    if faults:
        raise BadInput(*faults)


def weighted_bytes(answers: Answers, weights: pl.Series, source: Path, out: Path) -> bytes:
    """The answers with ``weights`` as their last column, in the form that the name of ``out`` says.

    From SPSS to SPSS codes, labels and missing marks stay as they are. Else labelled columns hold
    their labels. Decimal commas become points.
    """
    form = out.suffix.casefold()
    if form == ".sav":
        labelled = source.suffix.casefold() in SPSS
        return _spss(source, weights) if labelled else _plain_spss(answers, weights, out)
    frame = answers.frame.with_columns(weights)
    if form == ".csv":
        return frame.write_csv().encode("utf-8")
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _spss(source: Path, weights: pl.Series) -> bytes:
    """The columns as the source holds them, with everything that it says of them."""
    import polars as pl

    from licet.files.survey_process import read_foreign

    columns, facts = read_foreign(source, "sav")
    frame = pl.DataFrame(
        [pl.Series(name, values, strict=False) for name, values in columns.items()]
    )
    ranges = {
        name: [(e["lo"] if e["lo"] == e["hi"] else e) for e in entries]
        for name, entries in facts["missing_ranges"].items()
        if name in columns
    }
    about: dict[str, Any] = {
        "column_labels": {n: label or "" for n, label in facts["column_names_to_labels"].items()},
        "variable_value_labels": facts["variable_value_labels"],
        "missing_ranges": ranges,
    }
    return _written(frame.with_columns(weights), about, source)


def _plain_spss(answers: Answers, weights: pl.Series, out: Path) -> bytes:
    labels = {name: label for name, label in answers.labels.items() if label}
    return _written(answers.frame.with_columns(weights), {"column_labels": labels}, out)


def _written(frame: pl.DataFrame, about: dict[str, Any], place: Path) -> bytes:
    import pyreadstat

    with tempfile.TemporaryDirectory(prefix="licet-") as folder:
        path = os.path.join(folder, "weighted.sav")
        try:
            pyreadstat.write_sav(frame, path, **about)
        except Exception as error:  # whatever the library says of a column, the user can mend it
            first = (str(error).splitlines() or [type(error).__name__])[0][:200]
            todo = "write .csv or .parquet instead"
            raise bad(f"this cannot be SPSS ({first})", shown(place), "", todo) from None
        return Path(path).read_bytes()
