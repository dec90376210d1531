"""Loops that ``compiled`` has numba compile: plain Python on arrays, one number at a time.

They go over tables of mixed radix, in which a place is (place of a unit, digit, digit, ...). Splitting
off the first digit leaves a table without it, so that a table with a digit for every item or group
is read about twice, however many digits there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Kernels:
    """The functions below, compiled. They let go of Python's lock, so that threads may share them."""

    count: Callable[[NDArray[np.int32], NDArray[np.integer], int, Floats, bool, Floats], None]
    split: Callable[[Floats, Integers, Integers, Floats], None]
    level_rows: Callable[[Floats, int, Floats], None]
    gather: Callable[[Floats, NDArray[np.bool_], Integers, tuple[int, int], Floats, Floats], None]


@cache
def kernels() -> Kernels:
    """Compiled once in a process, each when first called."""
    from numba import njit

    made = njit(nogil=True, boundscheck=False)
    return Kernels(made(count), made(split), made(level_rows), made(gather))


def count(
    cells: NDArray[np.int32],
    codes: NDArray[np.integer],
    width: int,
    weights: Floats,
    squared: bool,
    into: Floats,
) -> None:
    """Weight, or its square, and people of each cell.

    cells, codes, weights: shape (n,); a person's cell is ``cells * width + codes``. into: shape
    (cells, 2), zeros.
    """
    for person in range(len(cells)):
        cell = np.int64(cells[person]) * width + codes[person]
        weight = weights[person]
        into[cell, 0] += weight * weight if squared else weight
        into[cell, 1] += 1.0


def split(table: Floats, widths: Integers, outside: Integers, into: Floats) -> None:
    """From numbers that stand for answers to several items to the options of each.

    table: shape (rows, product of widths, 2), spoiled. widths: codes of each item, of which the first
    ``outside`` are no options. into: shape (rows, 2, options of all items).
    """
    for row in range(len(table)):
        left = table.shape[1]
        option = 0
        for item in range(len(widths)):
            left //= widths[item]
            for code in range(widths[item]):
                weight = 0.0
                people = 0.0
                first = code * left
                if code == 0:
                    for rest in range(left):
                        weight += table[row, rest, 0]
                        people += table[row, rest, 1]
                else:
                    for rest in range(left):
                        weight += table[row, first + rest, 0]
                        people += table[row, first + rest, 1]
                        table[row, rest, 0] += table[row, first + rest, 0]
                        table[row, rest, 1] += table[row, first + rest, 1]
                if code >= outside[item]:
                    into[row, 0, option] = weight
                    into[row, 1, option] = people
                    option += 1


def level_rows(table: Floats, left: int, into: Floats) -> None:
    """From patterns of several groupings to the levels of the first of them.

    table: shape (places, patterns, values), of which ``left`` patterns remain in its first ones, the
    sums over the levels. into: shape (places, levels, values).
    """
    for place in range(len(table)):
        for level in range(into.shape[1]):
            first = level * left
            for value in range(into.shape[2]):
                into[place, level, value] = table[place, first, value]
            for rest in range(1, left):
                for value in range(into.shape[2]):
                    into[place, level, value] += table[place, first + rest, value]
            if level:
                for rest in range(left):
                    for value in range(into.shape[2]):
                        table[place, rest, value] += table[place, first + rest, value]


def gather(
    rows: Floats,
    members: NDArray[np.bool_],
    lacking: Integers,
    corner: tuple[int, int],
    weight: Floats,
    people: Floats,
) -> None:
    """From levels of a grouping to its domains.

    rows: shape (places, levels, 2 times options). members: shape (levels, domains). lacking: shape
    (domains,), the one level in which a domain differs from those of any domain, or -1. weight,
    people: shape (places, all domains, all options); these are put where ``corner`` is their first
    domain and option.
    """
    levels, options = members.shape[0], rows.shape[2] // 2
    first, start = corner
    # Everybody but one level is what lies before it and what lies after: no sum over all the others,
    # and no digit lost by subtracting.
    before = np.zeros((levels + 1, 2 * options))
    after = np.zeros((levels + 1, 2 * options))
    held = np.array([1.0 if members[level].any() else 0.0 for level in range(levels)])
    some_lack = lacking.max() >= 0
    for place in range(len(rows)):
        for level in range(levels if some_lack else 0):
            back = levels - 1 - level
            for value in range(2 * options):
                own, other = held[level] * rows[place, level, value], rows[place, back, value]
                before[level + 1, value] = before[level, value] + own
                after[back, value] = after[back + 1, value] + held[back] * other
        for domain in range(members.shape[1]):
            to = first + domain
            if lacking[domain] >= 0:
                level = lacking[domain]
                for option in range(options):
                    weight[place, to, start + option] = (
                        before[level, option] + after[level + 1, option]
                    )
                    other = options + option
                    people[place, to, start + option] = (
                        before[level, other] + after[level + 1, other]
                    )
                continue
            for option in range(options):
                weight[place, to, start + option] = 0.0
                people[place, to, start + option] = 0.0
            for level in range(levels):
                if members[level, domain]:
                    for option in range(options):
                        weight[place, to, start + option] += rows[place, level, option]
                        people[place, to, start + option] += rows[place, level, options + option]
