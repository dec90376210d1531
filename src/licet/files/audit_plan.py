"""The plan of a forecast audit, the scored data it is about, and the frame beside them.

Data come as a vendor or an office hands them over: CSV, Parquet, a spreadsheet, SPSS or Stata.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.audit.plan import Plan
from licet.errors import BadInput, Fault, bad, counted, nearest
from licet.files.draft_facts import MARK
from licet.files.reading import MEGABYTE, check_file, read_bytes, shown
from licet.files.toml import read_toml

if TYPE_CHECKING:
    import polars as pl

TABLES = (".csv", ".csv.gz", ".parquet", ".sav", ".zsav", ".dta")
SHEETS = (".xlsx", ".xlsm")
LARGEST_SHEET = 200 * MEGABYTE

NEEDED = (
    ("id", "which plan this is", "a short name", 'id = "early-help-score"'),
    ("title", "what is audited", "a text", 'title = "..."'),
    ("outcome_means", "what the outcome means", "a text", 'outcome_means = "..."'),
    ("columns", "where the outcome and the score are", "[columns]",
     '[columns] with outcome = "..." and score = "..." below it'),
)  # fmt: skip
"""What a plan cannot be without: key, in words, what is allowed, and the line to write."""


def read_plan(path: Path) -> Plan:
    """The plan declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    if not document:
        raise BadInput(
            *(
                Fault(
                    f"the plan does not say {what}", f"{shown(path)}: {key}", allowed, f"add {line}"
                )
                for key, what, allowed, line in NEEDED
            )
        )
    try:
        return Plan(**document)
    except BadInput as error:
        raise error.within(shown(path)) from None


def refuse_unchecked(path: Path) -> None:
    """Refuse a plan with lines that a draft marked and nobody has looked at."""
    text = read_bytes(Path(path), MEGABYTE).decode("utf-8", errors="replace")
    marked = [
        number for number, line in enumerate(text.splitlines(), start=1)
        if re.search(rf"#\s*{MARK}\b", line)
    ]  # fmt: skip
    if marked:
        lines = ", ".join(map(str, marked[:12])) + (", ..." if len(marked) > 12 else "")
        raise bad(f"{counted(len(marked), 'line still says', 'lines still say')} {MARK}",
                  f"{shown(path)}: {'line' if len(marked) == 1 else 'lines'} {lines}",
                  "lines that somebody has looked at",
                  f"correct each, then take its # {MARK} away")  # fmt: skip


def read_scored(path: Path, encoding: str | None = None) -> pl.DataFrame:
    """The rows of a data file. Labels that a file marks as missing are empty.

    Refuses a missing, empty or damaged file, an unknown extension, and text in another encoding.
    """
    from licet.files.answers import read_answers

    path = Path(path)
    if path.suffix.casefold() in SHEETS:
        return _sheet(path)
    if not path.name.casefold().endswith(TABLES):
        near = nearest(path.suffix, (*TABLES, *SHEETS))
        raise bad(f"unknown kind of data file {path.suffix!r}", shown(path), ", ".join((*TABLES, *SHEETS)),
                  f"write {near!r} if that is meant" if near else "save the data as CSV UTF-8")  # fmt: skip
    return read_answers(path, encoding).without_missing()


def _sheet(path: Path) -> pl.DataFrame:
    """The first sheet of a workbook: its first row names the columns."""
    import polars as pl

    if check_file(path) > LARGEST_SHEET:
        raise bad("the workbook is too large", shown(path), f"at most {LARGEST_SHEET / MEGABYTE:,.0f} MB",
                  "save the sheet as CSV or Parquet")  # fmt: skip
    rows = [row for row in _cells(path) if any(cell is not None for cell in row)]
    if len(rows) < 2:
        raise bad(
            "the first sheet holds no people", shown(path), "names of columns, then a row each"
        )
    header, *people = rows
    while header and header[-1] is None:
        header = header[:-1]
    names = ["" if cell is None else str(cell).strip() for cell in header]
    _check_names(names, path)
    columns = {
        name: _column(name, [row[place] if place < len(row) else None for row in people])
        for place, name in enumerate(names)
    }
    return pl.DataFrame(columns)


def _check_names(names: list[str], path: Path) -> None:
    where = f"{shown(path)}: row 1"
    faults = [Fault(f"column {place} has no name", where, "a name for each column", "name it")
              for place, name in enumerate(names, start=1) if not name]  # fmt: skip
    faults += [Fault(f"the column {name!r} stands there twice", where, "each name once", "rename one")
               for name in sorted({name for name in names if name and names.count(name) > 1})]  # fmt: skip
    if faults:
        raise BadInput(*faults[:20])


def _cells(path: Path) -> list[tuple[Any, ...]]:
    """The values of the first sheet, formulas as they were last worked out."""
    try:
        import openpyxl
    except ImportError:
        raise bad(
            "reading .xlsx needs openpyxl, which is not installed",
            shown(path),
            "",
            'pip install "licet[excel]", or save the sheet as CSV UTF-8',
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that hold no data
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return list(book.worksheets[0].iter_rows(values_only=True))
            finally:
                book.close()
    # A damaged workbook fails in any of zip, XML or openpyxl itself.
    except Exception as error:
        first = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise bad(f"the workbook cannot be read ({first})", shown(path), "a whole .xlsx file",
                  "open it and save it again, or save the sheet as CSV UTF-8") from None  # fmt: skip


def _column(name: str, cells: list[Any]) -> pl.Series:
    """Numbers, dates, true and false where all are; else text."""
    import polars as pl

    from licet.files.values import plain, whole_if_possible

    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float}:
        return whole_if_possible(pl.Series(name, cells, dtype=pl.Float64, strict=False))
    if len(kinds) == 1 and not kinds & {str}:
        return pl.Series(name, cells, strict=False)
    said = [None if cell is None else plain(cell).strip() or None for cell in cells]
    return pl.Series(name, said, dtype=pl.String)
