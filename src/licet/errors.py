"""What can be wrong with an input, said so that an officer knows what to do next.

One root, ``LicetError``. ``BadInput`` carries one or more faults; each says what was wrong, where,
what is allowed and what to do. A ruling is never an error: see ``gate``.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


class LicetError(Exception):
    """Root of everything Licet raises on purpose."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    what: the fault in one clause. where: file, key or column. allowed: what would be accepted.
    todo: the next step, often the very line to add. line: the line itself as it is written, and
    under it a mark at the place.
    """

    what: str
    where: str = ""
    allowed: str = ""
    todo: str = ""
    line: str = ""

    def within(self, place: str) -> Fault:
        """The same fault with the place it was found in put before its own."""
        return replace(self, where=f"{place}: {self.where}" if self.where else place)

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where:   {self.where}")
        if self.line:
            lines += [f"           {part}" for part in self.line.split("\n")]
        if self.allowed:
            lines.append(f"  allowed: {self.allowed}")
        if self.todo:
            lines.append(f"  do:      {self.todo}")
        return "\n".join(lines)


class BadInput(LicetError, ValueError):
    """An input Licet cannot use. Exit status 2; nothing was written."""

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise ValueError("BadInput needs at least one fault")
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in folded(faults)))

    def within(self, place: str) -> BadInput:
        """The same faults, each with the place they were found in."""
        return BadInput(*(fault.within(place) for fault in self.faults))


class OutOfService(LicetError):
    """Something that is served cannot be reached or written to: no fault of whoever asks, and not for them
    to read."""


MOST_ALIKE = 3
"""Faults that differ by their place alone, of which more are told as one."""


def folded(faults: Sequence[Fault]) -> list[Fault]:
    """The faults as they are told: of many that differ by their place alone the first, and how many more."""
    alike = Counter(replace(fault, where="") for fault in faults)
    told: list[Fault] = []
    for fault in faults:
        same = replace(fault, where="")
        many = alike[same]
        if many > MOST_ALIKE:
            where = f"{fault.where} (and {many - 1:,} more like it)"
            told.append(replace(fault, where=where))
            alike[same] = 0
        elif many:
            told.append(fault)
    return told


def bad(what: str, where: str = "", allowed: str = "", todo: str = "") -> BadInput:
    """A ``BadInput`` of one fault."""
    return BadInput(Fault(what, where, allowed, todo))


def counted(number: int, one: str, several: str) -> str:
    """``1 person``, ``1,200 people``."""
    return f"{number:,} {one if number == 1 else several}"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word out of ``words`` that is most like ``word``, or None if none is near."""
    known = {str(w).casefold(): str(w) for w in words}
    found = difflib.get_close_matches(str(word).casefold(), list(known), n=1, cutoff=0.6)
    return known[found[0]] if found else None


def unknown(
    thing: str, word: object, words: Sequence[str], where: str = "", meant: str | None = None
) -> BadInput:
    """The refusal of a word that is not among ``words``, with the nearest right one.

    meant: the right word, where something better than its letters tells which.
    """
    near = meant or nearest(str(word), words)
    shown = list(words) if len(words) <= 30 else [*words[:30], f"... {len(words)} in all"]
    return bad(
        f"unknown {thing} {str(word)[:80]!r}",
        where,
        ", ".join(shown) if shown else "none is declared",
        f"write {near!r} if that is meant" if near else "use one of the allowed words",
    )
