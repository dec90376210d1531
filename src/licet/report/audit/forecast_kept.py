"""Which counts of a forecast audit are kept back: the one place that decides it.

Everything that is told of people is a cell of a table with its sums: groups by right, wrong and missed,
with periods and ripeness as further columns; picked and drawn by lot; the steps of the funnel; bands of
the capacity curve; people outside. Each table is protected as linked tables are (``disclosure.linked``).
Cells that two tables share hold the same people: all tables are protected as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from licet.audit.forecast import Audit
from licet.audit.people import GroupKey
from licet.disclosure.confusion import Levels, Linked
from licet.disclosure.joined import Joined, Place
from licet.disclosure.releases import Cell, Printed
from licet.disclosure.suppression import Mask
from licet.errors import BadInput
from licet.report.audit.forecast_tables import (
    ARM_PARTS,
    PERIOD,
    RIPE,
    arms_table,
    capacity_table,
    curve_of,
    groups_table,
    levels_of,
    outside_table,
    steps_table,
)


@dataclass
class Table:
    """Linked counts, and what is kept back of them. Nothing is shown where there is no table.

    mask: never shown; held: not now, because too few changed since an earlier release. heavy: bases that one
    person makes up by weight, by group, whether its rest, and cell; least: people of a base below which one
    might, where that is not known.
    """

    linked: Linked | None = None
    mask: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    held: Mask | None = None
    heavy: frozenset[tuple[Levels, bool, str]] = frozenset()
    least: float = 0.0

    @property
    def gone(self) -> Mask:
        """All that is not shown."""
        return self.mask if self.held is None else self.mask | self.held

    def shows(self, group: Levels, *cells: str) -> bool:
        """Whether a figure made of these cells may be shown."""
        if not self._tells(group, *cells) or self.linked is None:
            return False
        key = tuple(sorted(group))
        most = max(self.linked.count(key, cell) for cell in cells)
        return most >= self.least and not any((key, False, cell) in self.heavy for cell in cells)

    def _tells(self, group: Levels, *cells: str) -> bool:
        if self.linked is None or tuple(sorted(group)) not in self.linked.groups:
            return False
        return not self.linked.hides(self.gone, group, *cells)

    def shows_rest(self, group: Levels, *cells: str) -> bool:
        """Whether a figure of a group beside everybody else's may be shown."""
        if not self.shows(group, *cells) or self.linked is None:
            return False
        if any((tuple(sorted(group)), True, cell) in self.heavy for cell in cells):
            return False
        return not self.linked.hides_rest(self.gone, group, *cells)

    def count(self, group: Levels, cell: str) -> int | None:
        """The count of a cell; None where it is kept back."""
        if self.linked is None or not self._tells(group, cell):
            return None
        return int(self.linked.counts[self.linked.place(group, cell)])


@dataclass(frozen=True)
class Kept:
    """What of an audit may be shown, by table. Groups are named by ``levels``."""

    audit: Audit
    names: Mapping[GroupKey, Levels]
    main: Table
    arms: Table
    steps: Table
    capacity: Table
    outside: Table
    since: date | None = None
    printed: Mapping[Cell, int] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        """All of them, in the order of ``CALLED``."""
        return self.main, self.arms, self.steps, self.capacity, self.outside

    def not_held(self) -> Kept:
        """The same as if nothing had been printed before."""
        main, arms, steps, capacity, outside = (replace(one, held=None) for one in self.tables)
        return Kept(self.audit, self.names, main, arms, steps, capacity, outside)

    def levels(self, key: GroupKey | None) -> Levels:
        """A group as the tables name it; () for everybody."""
        return self.names[key] if key is not None else ()

    def shows_capacity(self, share: float) -> bool:
        """Whether it may be told what came of those picked if that share is."""
        if self.audit.skill is None or self.capacity.linked is None:
            return False
        place = next(
            (at for at, point in enumerate(curve_of(self.audit.skill)) if point.share == share),
            None,
        )
        return place is not None and self.capacity.shows((), f"hits {place}", f"picked {place}")

    def shows_period(self, levels: Levels, *cells: str) -> bool:
        """Whether a figure of a period, or of those whose outcome is ripe, may be told."""
        counts = [self.main.count(levels, cell) or 0 for cell in cells]
        return self.main.shows(levels, *cells) and max(counts) >= self.audit.heavy.least

    def shows_outside(self, key: GroupKey | None) -> bool:
        """Whether figures of a group over everybody, linked or not, may be told, beside the rest's."""
        levels, cells = self.levels(key), ("tp", "fp", "with", "without", "people")
        inside = self.main.shows_rest(levels, *cells)
        if self.main.linked is None:
            inside = self.shows_arms(key)
        if self.outside.linked is not None and levels not in self.outside.linked.groups:
            return inside and self._nobody_outside(key)
        return inside and self.outside.shows_rest(levels, "inside", "outside")

    def _nobody_outside(self, key: GroupKey | None) -> bool:
        """Whether the frame does not count a group and the data hold nobody outside: all is inside."""
        outside, heads = self.audit.outside, self.audit.heads
        row = next((row for row in outside.rows if row.key == key), None) if outside else None
        return row is not None and not row.outside.high and heads.people == heads.flag_known

    def shows_arms(self, key: GroupKey | None) -> bool:
        """Whether a group may be set beside its rest by those picked and those drawn by lot."""
        return self.arms.shows_rest(self.levels(key), *ARM_PARTS)


CALLED = ("main", "arms", "steps", "capacity", "outside")
"""The tables, as the record of what was printed names them."""


def kept_of(audit: Audit, earlier: Sequence[Printed] = ()) -> Kept:
    """What is kept back of every table of an audit. earlier: what was printed of it before."""
    names = {key: levels_of(audit, key) for key in audit.keys}
    made = [
        _tried(build, audit, names)
        for build in (groups_table, arms_table, steps_table, capacity_table, outside_table)
    ]
    there = {name: one for name, one in zip(CALLED, made, strict=True) if one is not None}
    joined = Joined(tuple(there.values()), tuple(there), list(_shared(there)))
    worth = [one for table in there.values() for one in _worth(table)]
    mask = joined.protect(worth, joined.public(earlier) if earlier and there else None)
    held, since = joined.hold(mask, earlier)
    masked = {
        name: Table(one, joined.of(mask, at), joined.of(held, at), *_heavy(audit, names, name))
        for at, (name, one) in enumerate(there.items())
    }
    main, arms, steps, capacity, outside = (masked.get(name, Table()) for name in CALLED)
    printed = joined.printed(mask | held)
    return Kept(audit, names, main, arms, steps, capacity, outside, since, printed)


def _heavy(
    audit: Audit, names: Mapping[GroupKey, Levels], table: str
) -> tuple[frozenset[tuple[Levels, bool, str]], float]:
    """What one person makes up: of the main table by group; of others by how many people there are."""
    heavy = audit.heavy
    if table != "main":
        return frozenset(), heavy.least
    told = {(names[key] if key else (), rest, cell) for key, rest, cell in heavy.bases}
    return frozenset((tuple(sorted(levels)), rest, cell) for levels, rest, cell in told), 0.0


def _tried(
    build: Callable[[Audit, Mapping[GroupKey, Levels]], Linked | None],
    audit: Audit,
    names: Mapping[GroupKey, Levels],
) -> Linked | None:
    """A table; none, so that nothing of it is shown, where its counts do not add up."""
    try:
        return build(audit, names)
    except BadInput:
        return None


def _worth(linked: Linked) -> list[float]:
    """How much each cell is wanted: of groups more than of crossed groups, periods and ripeness; what
    many figures are made of more than sums that follow from it."""
    worth = np.full(len(linked.counts), LITTLE)
    whole = max(int(linked.counts.max(initial=1)), 1)
    for group in linked.groups:
        own = any(column in (PERIOD, RIPE) for column, _ in group)
        kind = 0.3 if own else 9.0 if not group else 3.0 if len(group) < 2 else 1.0
        places = [linked.place(group, cell) for cell in linked.cells]
        share = int(linked.counts[places].max()) / whole
        wanted = np.array([WANTED.get(cell, 1.0) for cell in linked.cells])
        worth[places] = kind * wanted * (0.5 + 5 * share)
    return [float(one) for one in worth]


LITTLE = 0.02
WANTED = {
    "people": 0.5, "flagged": 0.3, "unknown": 0.3, "known": 0.1, "with": 0.1, "without": LITTLE,
    "flagged_known": LITTLE, "not_flagged_known": LITTLE, "unknown_flagged": LITTLE,
    "unknown_not_flagged": LITTLE,
}  # fmt: skip
"""How much cells are wanted, against those right, wrong and missed: 1."""


SHARED = {
    "arms": {"with": "drawn_with", "without": "drawn_without"},
    "steps": {"people": "all"},
    "capacity": {"with": "cases", "without": "clear"},
    "outside": {"people": "inside"},
}
"""Cells of the main table that stand in others too: the same people."""


def _shared(tables: Mapping[str, Linked]) -> Iterator[tuple[Place, Place]]:
    main = tables.get("main")
    for number, (name, other) in enumerate(tables.items()):
        if main is None or name == "main":
            continue
        for group in main.groups:
            for mine, theirs in SHARED[name].items() if group in other.groups else ():
                here, there = main.place(group, mine), other.place(group, theirs)
                if main.counts[here] == other.counts[there]:
                    yield (0, here), (number, there)
