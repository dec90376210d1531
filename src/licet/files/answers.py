"""Answers of a survey from SPSS, Stata, CSV and Parquet files, chosen by the file's extension."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import bad, nearest
from licet.files.reading import check_file, shown

if TYPE_CHECKING:
    from licet.survey.answers import Answers

LARGEST = 4_000_000_000
"""Bytes of the largest survey file that is opened."""


def read_answers(path: Path, encoding: str | None = None) -> Answers:
    """The answers of a survey file: one row per person, in the order of the file.

    ``encoding``: of a file that is not UTF-8, for example ``cp1252``. Labelled columns become text,
    with the file's own missing marks kept and listed; see ``labelled``. Refuses a missing, empty or
    damaged file, an unknown extension, and text in another encoding.
    """
    path = Path(path)
    read = _reader(path)
    size = check_file(path)
    if size == 0:
        raise bad("the file is empty", shown(path), "a survey file with answers")
    if size > LARGEST:
        raise bad("the file is too large", shown(path), f"at most {LARGEST:,} bytes")
    answers = read(path, encoding)
    if not answers.frame.width or not answers.frame.height:
        raise bad("the file holds no answers", shown(path), "at least one person")
    return answers


def _reader(path: Path) -> Callable[[Path, str | None], Answers]:
    name = path.name.casefold()
    extension = next((end for end in _READERS if name.endswith(end)), None)
    if extension:
        return _READERS[extension]
    near = nearest(path.suffix, _READERS)
    raise bad(
        f"unknown kind of survey file {path.suffix!r}",
        shown(path),
        ", ".join(_READERS),
        f"write {near!r} if that is meant" if near else "save the answers in one of these formats",
    )


def _spss(path: Path, encoding: str | None) -> Answers:
    from licet.files.labelled import read_spss

    return read_spss(path, encoding)


def _stata(path: Path, encoding: str | None) -> Answers:
    from licet.files.labelled import read_stata

    return read_stata(path, encoding)


def _csv(path: Path, encoding: str | None) -> Answers:
    from licet.files.tables import read_csv

    return read_csv(path, encoding)


def _parquet(path: Path, encoding: str | None) -> Answers:
    from licet.files.tables import read_parquet

    return read_parquet(path)


_READERS: dict[str, Callable[[Path, str | None], Answers]] = {
    ".sav": _spss,
    ".zsav": _spss,
    ".dta": _stata,
    ".csv": _csv,
    ".csv.gz": _csv,
    ".parquet": _parquet,
}
