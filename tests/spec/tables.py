"""Rules as ASCII tables: read by tests, rendered into the manual.

    stances | permits | consensus
    ------- | ------- | ---------
    3       | 50      | for

The first line names the columns, the second is a rule, blank lines part a table into blocks, and
every other line is a case. Cells are text; an empty cell means that the case says nothing there.
"""

from __future__ import annotations

import pytest

Row = dict[str, str]


def rows(table: str) -> list[Row]:
    """The cases of a table, each by column."""
    lines = [_cells(line) for line in table.splitlines() if line.strip()]
    header, _, *cases = lines
    for case in cases:
        if len(case) != len(header):
            raise ValueError(f"{len(case)} cells for {len(header)} columns: {' | '.join(case)}")
    return [dict(zip(header, case, strict=True)) for case in cases]


def cases(table: str) -> list[object]:
    """The cases as test parameters, named by their own text."""
    return [
        pytest.param(row, id=" | ".join(cell for cell in row.values() if cell))
        for row in rows(table)
    ]


def pairs(text: str) -> dict[str, str]:
    """A cell like ``police absent, education granted`` by its first words."""
    found = (part.strip().split(" ", 1) for part in text.split(",") if part.strip())
    return {first: rest.strip() for first, rest in found}


def words(text: str) -> tuple[str, ...]:
    """A cell like ``education, police`` as a tuple."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def yes(text: str) -> bool:
    """A cell that says yes or no."""
    return {"yes": True, "no": False}[text]


def markdown(table: str) -> str:
    """The table in Markdown."""
    found = rows(table)
    lines = ["| " + " | ".join(found[0]) + " |", "|" + " --- |" * len(found[0])]
    lines += ["| " + " | ".join(row.values()) + " |" for row in found]
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]
