"""How alike two texts are, letter by letter, in plain Python.

DuckDB's own functions count bytes. A letter outside ASCII is two bytes or more, of which neighbours in
one script share all but the last, so names in other scripts would pass for alike far too easily. The
engines therefore count letters, on every back end.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import polars as pl

PREFIX = 4
"""Letters at the start that count more, at most."""
GAIN = 0.1
REMEMBERED = 100_000
"""Pairs of texts, at most, of which a connection remembers how alike they are."""
LEAST_FOR_GAIN = 0.7
"""Only texts more alike than this gain by a common start."""


def jaro(first: str, second: str) -> float:
    """Jaro similarity, 0-1 (Jaro 1989). Empty texts are like nothing, not even each other."""
    if not first or not second:
        return 0.0
    reach = max(max(len(first), len(second)) // 2 - 1, 0)
    free = [True] * len(second)
    found = []
    for place, letter in enumerate(first):
        for other in range(max(0, place - reach), min(len(second), place + reach + 1)):
            if free[other] and second[other] == letter:
                free[other] = False
                found.append(letter)
                break
    if not found:
        return 0.0
    there = [letter for letter, unused in zip(second, free, strict=True) if not unused]
    swapped = sum(one != other for one, other in zip(found, there, strict=True)) // 2
    same = len(found)
    return (same / len(first) + same / len(second) + (same - swapped) / same) / 3


def jaro_winkler(first: str, second: str) -> float:
    """Jaro-Winkler similarity, 0-1 (Winkler 1990): more for up to ``PREFIX`` equal first letters."""
    alike = jaro(first, second)
    if alike <= LEAST_FOR_GAIN:
        return alike
    start = 0
    for one, other in zip(first[:PREFIX], second[:PREFIX], strict=False):
        if one != other:
            break
        start += 1
    return alike + GAIN * start * (1 - alike)


def damerau_levenshtein(first: str, second: str) -> int:
    """Fewest letters to put in, take out, replace or change about with a neighbour (Damerau 1964).

    No letter is touched twice. The engines' own functions may, which makes no odds up to one step.
    """
    rows = [list(range(len(second) + 1))]
    for above, letter in enumerate(first, start=1):
        row = [above]
        for place, other in enumerate(second, start=1):
            least = min(row[-1] + 1, rows[-1][place] + 1, rows[-1][place - 1] + (letter != other))
            if above > 1 and place > 1 and (first[above - 2], letter) == (other, second[place - 2]):
                least = min(least, rows[-2][place - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]


def count_letters(connection: Any) -> None:
    """Make a DuckDB connection's Jaro-Winkler similarity count letters where its own counts bytes.

    Texts in ASCII, nearly all, stay with DuckDB's own function.
    """
    # The same few names meet again and again. What is remembered ends with the connection.
    known = lru_cache(REMEMBERED)(jaro_winkler)
    connection.create_function("jaro_winkler_of_letters", known, ["VARCHAR", "VARCHAR"], "DOUBLE")
    _meant(connection, _OF_LETTERS)


def count_letters_of(connection: Any, rows: pl.DataFrame) -> None:
    """The same for a connection that counts letters and holds these rows: where all of them are in ASCII,
    a letter is a byte, and nobody need ask so of every pair."""
    texts = rows.select(pl.col(pl.String))
    longer = texts.select(pl.all().str.len_bytes() != pl.all().str.len_chars())
    letters = longer.select(pl.any_horizontal(pl.all().any())).item() if texts.width else False
    _meant(connection, _OF_LETTERS if letters else _OF_BYTES)


_OF_BYTES = "system.main.jaro_winkler_similarity(one, other)"
_OF_LETTERS = (
    "case when strlen(one) = length(one) and strlen(other) = length(other) "
    f"then {_OF_BYTES} else jaro_winkler_of_letters(one, other) end"
)


def _meant(connection: Any, by: str) -> None:
    """What is run where a statement says ``jaro_winkler_similarity``."""
    made = f"create or replace macro jaro_winkler_similarity(one, other) as {by}"
    connection.execute(made).fetchall()
