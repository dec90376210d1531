"""Which bases of one evidence may be shown exactly, by ``disclosure.bases``; the others in tens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.checks import NO_CHECKS, Checks
from licet.comparisons.parts import PARTS, WITHOUT, Codes, parts_of
from licet.comparisons.people import EVERYBODY, Domain, People, people_of
from licet.comparisons.rows import REST, BatteryRow, Comparison, Side
from licet.comparisons.rules import USUAL
from licet.disclosure import hidden_parts, tens
from licet.evidence import Evidence
from licet.readings import Settings, sample_of

if TYPE_CHECKING:
    from licet.survey.answers import Answers

Flags = NDArray[np.bool_]
WITHOUT_AT, BASE = len(PARTS), len(PARTS) + 1
"""Places in what ``told`` tells: those asked and without a stance, and the base."""


@dataclass(frozen=True)
class Bases:
    """Which bases may be exact. cells: items in domains; None: all of them, as in print.

    complete: items to which everybody gave a valid answer, so that no base of theirs tells anything.
    """

    cells: frozenset[tuple[str, Domain]] | None = None
    complete: frozenset[str] = frozenset()

    def exact(self, item: str, group: str, side: str = "in") -> bool:
        """Whether the base of an item in a group may be. side: ``rest`` for everybody else."""
        return self.cells is None or (item, (group, side)) in self.cells

    @property
    def in_waves(self) -> Bases:
        """Those of the waves of a panel, whose bases add up to those of the whole file."""
        if self.cells is None:
            return self
        kept = frozenset(cell for cell in self.cells if cell[0] in self.complete)
        return Bases(kept, self.complete)

    def called(self, names: Mapping[str, str]) -> Bases:
        """The same where items and groups go by other names. names: the new to the old."""
        if self.cells is None:
            return self
        new: dict[str, list[str]] = {}
        for later, earlier in names.items():
            new.setdefault(earlier, []).append(later)
        return Bases(
            frozenset(
                (one, (other, side))
                for item, (group, side) in self.cells
                for one in new.get(item, (item,))
                for other in new.get(group, (group,))
            )
        )


PRINTED = Bases()
"""Whoever printed the figures has published the bases."""


def bases_of(people: People, answers: Answers, checks: Checks, threshold: int) -> Bases:
    """Which bases of the answers may be exact: where it may be told how many gave no valid answer.

    checks: what the codebook says of options outside every base. Waves are not looked at.
    """
    if threshold < 1:
        return PRINTED
    answers = sample_of(people.evidence, answers)
    domains, members = domains_of(people)
    found: set[tuple[str, Domain]] = set()
    complete: set[str] = set()
    for item in people.evidence.items:
        codes = parts_of(answers, item, checks)
        counted = item.dont_know == "in"
        counts, hidden, gone = told(people, codes, members, threshold, dont_know=counted)
        if counts[0].sum() == counts[0][_in_base(counted)].sum():
            complete.add(item.id)
        exact = ~(hidden[:, WITHOUT_AT] | hidden[:, BASE] | gone)
        found |= {(item.id, domains[place]) for place in np.flatnonzero(exact)}
    return Bases(frozenset(found), frozenset(complete))


def _in_base(dont_know: bool) -> list[int]:
    """The places of the parts that make up the base."""
    return [PARTS.index("valid"), *([PARTS.index("dont_know")] if dont_know else [])]


def bases_in(
    evidence: Evidence, answers: Answers | None, checks: Checks = NO_CHECKS,
    settings: Settings = Settings(),
) -> Bases:  # fmt: skip
    """The same of an evidence, printed or with answers."""
    if answers is None or evidence.printed is not None:
        return PRINTED
    people = people_of(evidence, answers, settings, USUAL)
    return bases_of(people, answers, checks, settings.threshold)


def domains_of(people: People) -> tuple[list[Domain], Flags]:
    """Everybody, then each group followed by its rest; who is in them, shape (domains, n)."""
    domains = [EVERYBODY]
    for group in people.groups:
        domains += [(group, "in"), (group, "rest")]
    return domains, np.stack([people.inside(domain) for domain in domains])


def told(
    people: People, codes: Codes, members: Flags, threshold: int, *, dont_know: bool
) -> tuple[NDArray[np.int64], Flags, Flags]:
    """Counts of the parts, shape (domains, parts), and what of them may not be told.

    The second has two columns more: those asked and without a stance, and the base. The third is
    for whole domains. dont_know: whether they are in the base.
    """
    rows = members & (people.design.weights > 0)
    counts = np.stack([(rows & (codes == part)).sum(axis=1) for part in range(len(PARTS))], axis=1)
    base = _in_base(dont_know)
    hidden, gone = hidden_parts(counts, rows, [WITHOUT, base if dont_know else []], threshold)
    if not dont_know:
        hidden[:, BASE] = hidden[:, base[0]]
    return counts, hidden, gone


def with_bases(row: Comparison, one: Bases, other: Bases) -> Comparison:
    """The row with what may not be exact in tens, and then without degrees of freedom.

    one, other: of the evidence of either side.
    """
    sides = [_side(row.one, one), _side(row.other, other, row.one.group)]
    if row.sort == "awareness" and one.complete >= {row.one.item, row.about}:
        return row
    if not any(side.base_about for side in sides):
        return row
    return replace(row, one=sides[0], other=sides[1], df=float("nan"))


def _side(side: Side, bases: Bases, group: str = "", items: Sequence[str] = ()) -> Side:
    if side.item == "line":
        return side
    where = (group, "rest") if side.group == REST else (side.group, "in")
    if all(bases.exact(item, *where) for item in items or (side.item,)):
        return side
    return replace(side, base=tens(side.base), base_about=True)


def battery_with_bases(row: BatteryRow, bases: Bases) -> BatteryRow:
    """The same for a battery: its smallest base, and both sides of its comparison."""
    compared = row.comparison
    if compared is not None:
        one = _side(compared.one, bases, items=row.items)
        other = _side(compared.other, bases, row.group, row.items)
        if one.base_about or other.base_about:
            compared = replace(compared, one=one, other=other, df=float("nan"))
    if all(bases.exact(item, row.group) for item in row.items):
        return replace(row, comparison=compared)
    return replace(row, fewest=tens(row.fewest), fewest_about=True, comparison=compared)
