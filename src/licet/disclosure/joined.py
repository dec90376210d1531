"""Tables that share cells, as one: what is kept back in one is not told by another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from licet.disclosure.confusion import Linked
from licet.disclosure.linked import Sum, open_to, protect
from licet.disclosure.releases import Cell, Printed, changes_to_hold
from licet.disclosure.suppression import Counts, Mask

NONE: Cell = ("", (), "")
Place = tuple[int, int]
"""A cell: which table, and its place there."""


@dataclass(frozen=True)
class Joined:
    """Linked tables of one threshold. called: their names. same: pairs of cells that hold the same people.

    Masks are over the cells of all tables, one table after the other; ``of`` gives those of one.
    """

    tables: Sequence[Linked]
    called: Sequence[str]
    same: Iterable[tuple[Place, Place]] = ()

    @cached_property
    def starts(self) -> list[int]:
        """Where each table begins, and the end."""
        return [0, *np.cumsum([len(one.counts) for one in self.tables]).tolist()]

    @cached_property
    def counts(self) -> Counts:
        """Counts of all cells."""
        none = np.zeros(0, np.int64)
        return np.concatenate([none, *(one.counts for one in self.tables)])

    @cached_property
    def sums(self) -> list[Sum]:
        """The sums of every table, and that the same people are the same number."""
        found = [
            one.moved(start)
            for start, table in zip(self.starts, self.tables, strict=False)
            for one in table.sums
        ]
        return found + [
            Sum(self.starts[one] + here, (self.starts[other] + there,))
            for (one, here), (other, there) in self.same
        ]

    def _all(self, name: str) -> Mask:
        none = np.zeros(0, np.bool_)
        return np.concatenate([none, *(getattr(one, name) for one in self.tables)])

    def of(self, mask: Mask, table: int) -> Mask:
        """The part of a mask that is a table's."""
        return mask[self.starts[table] : self.starts[table + 1]]

    def public(self, earlier: Sequence[Printed]) -> Mask:
        """The cells that earlier releases of the same people tell, but for changes of few. Shape (cells,).

        A release from which most counts have moved by more tells nothing of these.
        """
        least = self.tables[0].threshold if self.tables else 1
        found = np.zeros(len(self.counts), np.bool_)
        for one in earlier:
            at = [place for place, name in enumerate(self.names()) if name in one.cells]
            was = [
                count for name in self.names() if (count := one.cells.get(name or NONE)) is not None
            ]
            near = np.abs(self.counts[at] - np.array(was, np.int64)) < least
            if near.mean() > 0.5 if len(at) else False:
                found[np.array(at)[near]] = True
        return found

    def protect(self, worth: Sequence[float], public: Mask | None = None) -> Mask:
        """Which cells are kept back: see ``linked.protect``. worth: how much each is wanted. public: those
        that are known already."""
        if not self.tables:
            return np.zeros(0, np.bool_)
        kept = protect(self.counts, self.sums, threshold=self.tables[0].threshold,
                       hidden=self._all("forced"), prefer=worth, exempt=self._all("exempt"),
                       rare=self._all("rare"), public=public)  # fmt: skip
        return open_to(self.counts, self.sums, kept) | self._all("few")

    def names(self) -> list[Cell | None]:
        """The name of every cell; None where it is printed of nobody: rests, people of unknown group."""
        found: list[Cell | None] = [None] * len(self.counts)
        for start, name, table in zip(self.starts, self.called, self.tables, strict=False):
            for group in table.groups:
                for cell in table.cells:
                    found[start + table.place(group, cell)] = (name, group, cell)
        return found

    def hold(self, mask: Mask, earlier: Sequence[Printed]) -> tuple[Mask, date | None]:
        """The cells to be held besides ``mask``, given what was printed before, and the last day of that.

        See ``changes_to_hold``; a change is looked for since every release, not the last alone.
        """
        names = self.names()
        named = {name or place: int(self.counts[place]) for place, name in enumerate(names)}
        held, since = np.zeros_like(mask), None
        for one in sorted(earlier, key=lambda printed: printed.day):
            known: dict[Cell | int, int] = {name: count for name, count in one.cells.items()}  # noqa: C416
            more = changes_to_hold(known, named, self.sums, threshold=self.tables[0].threshold,
                                   hidden=mask | held)  # fmt: skip
            held |= more
            since = one.day if more.any() else since
        return held, since

    def printed(self, mask: Mask) -> dict[Cell, int]:
        """The counts that are shown, for the next release."""
        return {
            name: int(self.counts[place])
            for place, name in enumerate(self.names())
            if name is not None and not mask[place]
        }
