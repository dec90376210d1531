"""The frame: how many people there are by group, with the refused and the unlinked among them.

Published counts may be disclosure controlled: small ones written as 0, or as "<10". Read as they stand
they would show a perfect error rate where nothing is known; they are read as an interval.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from licet.audit.plan import Plan
from licet.errors import BadInput, Fault, counted, unknown
from licet.groups import ALL

if TYPE_CHECKING:
    import polars as pl

NEEDED = ("by", "group", "people")


@dataclass(frozen=True)
class Count:
    """A number of people that is known, or known to lie between two."""

    low: int
    high: int

    @property
    def known(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    @property
    def middle(self) -> float:
        """Halfway."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class FrameRow:
    """A group of the population. outcome: how many of them have the outcome, None where not known."""

    by: str
    group: str
    people: Count
    outcome: Count | None = None


@dataclass(frozen=True)
class Population:
    """The frame by (by, group); everybody is (ALL, ALL). suppressed: cells read as intervals."""

    rows: Mapping[tuple[str, str], FrameRow] = field(default_factory=dict)
    suppressed: int = 0

    def of(self, by: str, group: str) -> FrameRow | None:
        """The row of a group."""
        return self.rows.get((by, group))

    @property
    def everybody(self) -> FrameRow | None:
        """The row of all; without one, the sum of the first breakdown that is there."""
        if (ALL, ALL) in self.rows:
            return self.rows[ALL, ALL]
        first = next((by for by, _ in self.rows if by != "group"), None)
        if first is None:
            return None
        return rest_of([row for row in self.rows.values() if row.by == first], ALL)


def rest_of(rows: list[FrameRow], name: str) -> FrameRow | None:
    """Several groups as one; None of none."""
    if not rows:
        return None
    outcomes = [row.outcome for row in rows if row.outcome is not None]
    total = _sum([row.people for row in rows])
    return FrameRow(name, name, total, _sum(outcomes) if len(outcomes) == len(rows) else None)


def _sum(counts: list[Count]) -> Count:
    return Count(sum(count.low for count in counts), sum(count.high for count in counts))


def population_of(
    plan: Plan, frame: pl.DataFrame, levels: Mapping[str, tuple[str, ...]]
) -> Population:
    """The frame as counts. levels: the groups of each breakdown of the data.

    frame: columns by ("all" for everybody, a breakdown of the plan, or "group"), group, people, and
    perhaps outcome. Refuses other columns missing, unknown groups, the same group twice, counts that
    are no counts, and zeros that may be suppressed cells while the plan says nothing of them.
    """
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise BadInput(
            *(
                fault
                for name in missing
                for fault in unknown("column", name, frame.columns, "frame").faults
            )
        )
    faults: list[Fault] = []
    rows: dict[tuple[str, str], FrameRow] = {}
    zeros = suppressed = 0
    for number, cells in enumerate(frame.iter_rows(named=True), start=2):
        where = f"frame: row {number}"
        key = _key(cells)
        faults += _misnamed(plan, key, levels, where)
        if key in rows:
            faults.append(Fault("the group stands there twice", where, "each group once"))
        counts = {}
        for column in ("people", "outcome"):
            found = _count(cells.get(column), plan.zeros_below, f"{where}: {column}", faults)
            zeros += found == Count(0, 0) and plan.zeros_below is None
            suppressed += found is not None and not found.known
            counts[column] = found
        people = counts["people"] or Count(0, 0)
        rows[key] = FrameRow(*key, people, counts["outcome"])
    faults += _undeclared(zeros)
    if rows and {by for by, _ in rows} == {"group"}:
        faults.append(Fault("groups by expression are counted, and everybody is not", "frame: by",
                            'a row with by = "all" beside them'))  # fmt: skip
    if faults:
        raise BadInput(*faults[:20])
    return Population(rows, suppressed)


def check_frame(plan: Plan, frame: pl.DataFrame) -> None:
    """Refuse what is wrong with a frame by itself, before any data are opened."""
    population_of(plan, frame, dict.fromkeys(plan.by, ()))


def _key(cells: Mapping[str, object]) -> tuple[str, str]:
    by, group = (
        str(cells[name] if cells[name] is not None else "").strip() for name in ("by", "group")
    )
    return (ALL, ALL) if by in ("", ALL) else (by, group)


def _misnamed(
    plan: Plan, key: tuple[str, str], levels: Mapping[str, tuple[str, ...]], where: str
) -> Iterator[Fault]:
    by, group = key
    if by == ALL:
        return
    known = {**levels, "group": tuple(other.id for other in plan.groups)}
    known |= {" x ".join(columns): () for columns in plan.intersections}
    if by not in known:
        yield from unknown("breakdown", by, [ALL, *known], f"{where}: by").faults
    elif group not in known[by] and by == "group":
        yield from unknown("group", group, known[by], f"{where}: group").faults


def _count(cell: object, zeros_below: int | None, where: str, faults: list[Fault]) -> Count | None:
    """A cell as a count: 12, 12.0, "1,200", "<10"; None where empty."""
    said = "" if cell is None else str(cell).strip().replace(",", "")
    if not said:
        if where.endswith("people"):
            faults.append(Fault("the number of people is missing", where, "a whole number"))
        return None
    under = re.fullmatch(r"<\s*([0-9]+)", said)
    if under and int(under[1]) > 0:
        return Count(0, int(under[1]) - 1)
    if not re.fullmatch(r"[0-9]+(\.0+)?", said):
        allowed = 'a whole number, "<10" for a suppressed one'
        faults.append(Fault("this is no count", where, allowed))
        return None
    number = int(said.partition(".")[0])
    return Count(0, (zeros_below or 1) - 1) if number == 0 else Count(number, number)


def _undeclared(zeros: int) -> Iterator[Fault]:
    if zeros:
        yield Fault(
            f"{counted(zeros, 'count is', 'counts are')} 0 and may be suppressed",
            "zeros_below",
            "the number below which counts were written as 0, or 1 if a zero is a zero",
            "add zeros_below = 10 to the plan if counts under 10 were suppressed",
        )
