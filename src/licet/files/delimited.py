"""Delimited text (CSV) as rows of cells, each with its row number as a spreadsheet shows it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from licet.errors import BadInput, bad, counted
from licet.files.reading import shown

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True)
class Row:
    """One row: its number (the header is row 1) and its cells without surrounding spaces."""

    number: int
    cells: tuple[str, ...]


def sniff(text: str, known: Callable[[str], bool] | None = None) -> str:
    """The delimiter of the header line: the one that gives most known names, else most names."""
    line = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    scores = {}
    for delimiter in DELIMITERS:
        names = next(csv.reader([line], delimiter=delimiter), [])
        hits = sum(known(name) for name in names) if known else 0
        scores[delimiter] = (hits, len(names))
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter])


def records(text: str, path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with its row number, blank ones left out. Refuses unfinished quotes and NUL."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise bad(
                f"row {number + 1} is not {DELIMITERS[delimiter]}-separated text ({error})",
                f"{shown(path)}: row {number + 1}",
                'cells in plain text; a cell with quotes in it as "say ""this"""',
            ) from None
        number += 1
        if any(cell.strip() for cell in cells):
            yield number, cells


def ragged(path: Path, number: int, cells: Sequence[str], width: int, delimiter: str) -> BadInput:
    """The refusal of a row with more or fewer cells than the header."""
    todo = "give the row as many cells as the header has"
    if delimiter == "," and len(cells) > width:
        todo = 'put a cell that holds a comma in quotes: "55,0"'
    return bad(
        f"row {number} has {counted(len(cells), 'cell', 'cells')}, the header has {width}",
        f"{shown(path)}: row {number}",
        f"{width} cells, separated by {DELIMITERS[delimiter]}",
        todo,
    )
