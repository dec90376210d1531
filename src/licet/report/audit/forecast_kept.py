"""Which counts of a forecast audit are kept back: the one place that decides it.

Everything that is told of people is a cell of a table with its sums: groups by right, wrong and missed,
with periods and ripeness as further columns; picked and drawn by lot; the steps of the funnel; bands of
the capacity curve; people outside. Each table is protected as linked tables are (``disclosure.linked``).
Cells that two tables share are kept back in both, and sheltered again until nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from licet.audit.forecast import Audit
from licet.audit.people import GroupKey
from licet.disclosure.confusion import Levels, Linked
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

ROUNDS = 8
"""How often shared cells are carried over before everything shared is kept back."""


@dataclass
class Table:
    """Linked counts, and what is kept back of them. Nothing is shown where there is no table."""

    linked: Linked | None = None
    mask: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))

    def shows(self, group: Levels, *cells: str) -> bool:
        """Whether a figure made of these cells may be shown."""
        if self.linked is None or tuple(sorted(group)) not in self.linked.groups:
            return False
        return not self.linked.hides(self.mask, group, *cells)

    def shows_rest(self, group: Levels, *cells: str) -> bool:
        """Whether a figure of a group beside everybody else's may be shown."""
        if not self.shows(group, *cells) or self.linked is None:
            return False
        return not self.linked.hides_rest(self.mask, group, *cells)

    def count(self, group: Levels, cell: str) -> int | None:
        """The count of a cell; None where it is kept back."""
        if self.linked is None or not self.shows(group, cell):
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


def kept_of(audit: Audit) -> Kept:
    """What is kept back of every table of an audit."""
    names = {key: levels_of(audit, key) for key in audit.keys}
    made = [
        _tried(build, audit, names)
        for build in (groups_table, arms_table, steps_table, capacity_table, outside_table)
    ]
    tables = [Table(linked, np.zeros(0, np.bool_)) for linked in made]
    _protect(tables)
    return Kept(audit, names, *tables)


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


def _protect(tables: Sequence[Table]) -> None:
    """Masks of all tables, until what is kept back in one is so in the others."""
    extra = [np.zeros(0 if t.linked is None else len(t.linked.counts), np.bool_) for t in tables]
    pairs = list(_shared(tables))
    for _ in range(ROUNDS):
        for table, more in zip(tables, extra, strict=True):
            if table.linked is not None and (not len(table.mask) or (more & ~table.mask).any()):
                table.mask = table.linked.protect(more, _worth(table.linked))
        moved = False
        for (one, here), (other, there) in pairs:
            gone = bool(tables[one].mask[here] or tables[other].mask[there])
            moved |= gone and not (tables[one].mask[here] and tables[other].mask[there])
            extra[one][here] |= gone
            extra[other][there] |= gone
        if not moved:
            return
    for table in tables:
        table.mask[:] = True


def _worth(linked: Linked) -> list[float]:
    """How much each cell is wanted: of larger groups more, of crossed groups, periods and ripeness less."""
    worth = np.ones(len(linked.counts))
    whole = max(int(linked.counts.max(initial=1)), 1)
    for group in linked.groups:
        own = any(column in (PERIOD, RIPE) for column, _ in group)
        kind = 0.3 if own else (3.0 if len(group) < 2 else 1.0)
        places = [linked.place(group, cell) for cell in linked.cells]
        share = int(linked.counts[places].max()) / whole
        worth[places] = kind * (0.2 + 20 * share) * np.where(linked.counts[places] == 0, 0.5, 1.0)
    return [float(one) for one in worth]


Place = tuple[int, int]


def _shared(tables: Sequence[Table]) -> Iterator[tuple[Place, Place]]:
    """Cells of the first table that stand in others too: same people, same count."""
    main = tables[0].linked
    if main is None:
        return
    wanted = {"arms": (1, {"with": "drawn_with", "without": "drawn_without"}),
              "steps": (2, {"people": "all"}),
              "capacity": (3, {"with": "cases", "without": "clear"}),
              "outside": (4, {"people": "inside"})}  # fmt: skip
    for at, cells in wanted.values():
        other = tables[at].linked
        for group in main.groups if other is not None else ():
            if other is None or group not in other.groups:
                continue
            for mine, theirs in cells.items():
                here, there = main.place(group, mine), other.place(group, theirs)
                if main.counts[here] == other.counts[there]:
                    yield (0, here), (at, there)
