"""The audit of a source: which values of a feed are missing, wrong, old or contested, and of whom.

Counted for every field, for everybody and for each level of the audit-only columns, from rows that
are read with the feed's own contract. An audit-only column called ``disputed`` marks rows whose values
somebody contests: "yes", or the names of the fields. Pure: rows in, counts out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.audit.over_representation import Represented
from licet.audit.standing import Estimate
from licet.disclosure import THRESHOLD, Linked, confusion_sums, held_words
from licet.disclosure.joined import Joined, Place
from licet.disclosure.releases import Cell, Printed
from licet.disclosure.suppression import Mask
from licet.feeds.contract import Feed
from licet.feeds.profile import PARTS, count_parts, held, wilson
from licet.feeds.standard import Standardised, standardise
from licet.groups import NOT_KNOWN, ordered

if TYPE_CHECKING:
    import polars as pl

KINDS = ("missing", "placeholder", "implausible", "stale", "disputed")
"""Nothing stood there; a word or date for nothing; something that cannot be right; last known to be
true too long ago; contested by somebody."""
DISPUTED = "disputed"
"""The audit-only column that marks contested rows."""
NOT_EVERYBODY_HAS = ("middle", "previous_family")
WHOLE, SEEN = "row", "address"
"""What a mark without the name of a field is about; what is stale."""
Group = tuple[tuple[str, str], ...]
_NO = ("", "0", "no", "n", "false", "none")
_FAULTS = ("missing", "placeholder", "invalid", "stale", "disputed")
NEARLY = 0.95
"""Of so many rows or more it is told that nearly all have a fault, where no more may be."""
_PART_OF = {"missing": "missing", "placeholder": "placeholder", "implausible": "invalid"}


@dataclass(frozen=True)
class Fault:
    """How often values of a field have one fault, in one group.

    by, group: "" and "" for everybody. rows, count: None where not shown. share: of the rows, 0-1,
    with Wilson's interval. difference: from the rest of the breakdown, with Newcombe's interval. waits:
    why it is not shown, where too few changed since an earlier release. nearly: that it is nearly all of
    the rows, or all of them, is all that may be told.
    """

    field: str
    kind: str
    by: str
    group: str
    rows: int | None
    count: int | None
    share: Estimate
    difference: Estimate
    waits: str = ""
    nearly: bool = False

    @property
    def shown(self) -> bool:
        """Whether the figures may be shown."""
        return self.count is not None


@dataclass(frozen=True)
class Faults:
    """Every fault, the levels merged by breakdown, and the counts that are shown. since: the earlier
    release for whose sake some wait."""

    found: tuple[Fault, ...]
    merged: Mapping[str, int]
    printed: Mapping[Cell, int]
    since: date | None = None

    def waits(self, by: str = "", group: str = "") -> bool:
        """Whether the rows of a group, by default of everybody, wait."""
        return any(
            one.waits and one.rows is None
            for one in self.found
            if (one.by, one.group) == (by, group)
        )


@dataclass(frozen=True)
class SourceAudit:
    """feed: its contract. rows: None where not shown. faults: everybody first, then by group.

    merged: groups too small to show, by breakdown: how many levels stand together as not shown.
    unchecked: what could not be counted, and why. represented: against the population, if given; over:
    how many times a group may be over- or under-represented; sample, zeros_below: as declared. printed:
    the counts that are shown, by table, group and cell. synthetic: the feed, or the population, is.
    """

    feed: Feed
    day: date
    stale_after: float
    rows: int | None
    faults: tuple[Fault, ...]
    merged: Mapping[str, int]
    unchecked: tuple[tuple[str, str], ...]
    represented: tuple[Represented, ...]
    threshold: int
    over: float = 2.0
    sample: int | None = None
    zeros_below: int | None = None
    printed: Mapping[Cell, int] = field(default_factory=dict)
    synthetic: bool = False

    @property
    def worst(self) -> tuple[Fault, ...]:
        """The groups that a fault strikes more often than the rest, clearly; widest gap first.

        That somebody has no middle name or no earlier one is no fault.
        """
        found = [
            one
            for one in self.faults
            if one.difference.known
            and one.difference.low > 0
            and not (one.kind == "missing" and one.field in NOT_EVERYBODY_HAS)
        ]
        return tuple(sorted(found, key=lambda one: -one.difference.value))


def faults_of(
    feed: Feed,
    frame: pl.DataFrame,
    *,
    day: date,
    stale_after: float = 5.0,
    threshold: int = THRESHOLD,
    earlier: Sequence[Printed] = (),
) -> Faults:
    """Every fault of every field, for everybody and by group.

    frame: rows as the extract gives them. day: what ages are counted from. stale_after: years since
    an address was last known to be true. earlier: what was printed of the feed before.
    """
    levels = {by: levels_of(frame, feed.audit_only[by], threshold) for by in breakdowns(feed)}
    counted: dict[Group, dict[str, dict[str, int]]] = {(): _tables(feed, frame, day, stale_after)}
    for by, found in levels.items():
        for level, rows in found.items():
            counted[((by, level),)] = _tables(feed, frame[rows], day, stale_after)
    tables = {
        name: _guarded(
            _linked({group: rows.get(name, {}) for group, rows in counted.items()}, threshold)
        )
        for name in counted[()]
    }
    masks = {name: linked.protect(prefer=_worth(linked)) for name, linked in tables.items()}
    joined = Joined(tuple(tables.values()), tuple(tables), tuple(_same(tables)))
    mask = np.concatenate([np.zeros(0, np.bool_), *masks.values()])
    held, since = joined.hold(mask, earlier) if tables else (mask, None)
    faults: list[Fault] = []
    for at, (name, linked) in enumerate(tables.items()):
        faults += _of_field(name, linked, masks[name], joined.of(held, at), since)
    order = sorted(faults, key=lambda one: bool(one.by))
    merged = {by: _merged(frame, feed.audit_only[by], threshold) for by in breakdowns(feed)}
    levels_gone = {by: len(names) for by, names in merged.items() if names}
    return Faults(tuple(order), levels_gone, joined.printed(mask | held), since)


def breakdowns(feed: Feed) -> tuple[str, ...]:
    """The audit-only columns that are groups of people."""
    return tuple(name for name in feed.audit_only if name != DISPUTED)


def sizes_of(
    feed: Feed, frame: pl.DataFrame, by: str, threshold: int
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Rows of every level of a breakdown, ``NOT_KNOWN`` too, and the levels that are not shown."""
    text = _text(frame, feed.audit_only[by])
    sizes = {str(name): int(rows) for name, rows in text.value_counts(name="rows").rows()}
    return sizes, _merged(frame, feed.audit_only[by], threshold)


def levels_of(frame: pl.DataFrame, column: str, threshold: int) -> dict[str, NDArray[np.int64]]:
    """The rows of each level that can stand alone: bands in their order, else largest first.

    Not known comes last, as a level.
    """
    import polars as pl

    text = _text(frame, column)
    gone = _merged(frame, column, threshold)
    sizes = text.value_counts(sort=True, name="rows").sort(
        ["rows", text.name], descending=[True, False]
    )
    names = [str(name) for name in sizes[text.name] if name not in gone]
    names = ordered(names)
    names.sort(key=lambda name: name == NOT_KNOWN)
    places = pl.int_range(len(text), eager=True)
    return {name: places.filter(text == name).to_numpy() for name in names}


def _merged(frame: pl.DataFrame, column: str, threshold: int) -> tuple[str, ...]:
    """Levels too small to show, and the next smallest until together they reach the threshold."""
    text = _text(frame, column)
    sizes = sorted(text.value_counts(name="rows").rows(), key=lambda one: (one[1], str(one[0])))
    gone: list[str] = []
    total = 0
    for name, rows in sizes:
        if rows < threshold or (gone and total < threshold):
            gone.append(str(name))
            total += rows
    return tuple(gone)


def _text(frame: pl.DataFrame, column: str) -> pl.Series:
    import polars as pl

    text = frame[column].cast(pl.String).str.strip_chars()
    return text.replace({"": None}).fill_null(NOT_KNOWN).alias("level")


def _tables(
    feed: Feed, frame: pl.DataFrame, day: date, stale_after: float
) -> dict[str, dict[str, int]]:
    """For every field the rows by what they are; for marks and ages likewise."""
    standard = standardise(feed, frame)
    total = standard.rows.height
    found = {}
    for name in _fields(feed):
        present = total - standard.rows[name].null_count()
        found[name] = dict(zip(PARTS, count_parts(standard, name, present, total), strict=True))
    found |= _stale(standard, day, stale_after) | _disputed(feed, standard)
    return found


def _fields(feed: Feed) -> tuple[str, ...]:
    """Fields whose values can be missing: an address without an end is still true."""
    return tuple(name for name in held(feed) if name not in ("seen_from", "seen_to"))


def _stale(standard: Standardised, day: date, years: float) -> dict[str, dict[str, int]]:
    """Rows whose address ended too long ago; none if the feed does not say when addresses end."""
    ends = standard.rows["seen_to"].drop_nulls()
    if ends.is_empty():
        return {}
    old = sum(1 for end in ends.to_list() if (day - end).days > 365.25 * years)
    return {f"{SEEN}|stale": {"stale": old, "other": standard.rows.height - old}}


def _disputed(feed: Feed, standard: Standardised) -> dict[str, dict[str, int]]:
    """Rows with a contested value, by field where the mark names fields."""
    if DISPUTED not in feed.audit_only:
        return {}
    names = _fields(feed)
    found = dict.fromkeys((WHOLE, *names), 0)
    marks = standard.audit[DISPUTED].fill_null("").value_counts(name="rows")
    for mark, rows in marks.rows():
        words = [word.strip().casefold() for word in str(mark).replace(",", ";").split(";")]
        if all(word in _NO for word in words):
            continue
        found[WHOLE] += rows
        for name in names:
            found[name] += rows if name in words else 0
    total = standard.rows.height
    return {
        f"{name}|disputed": {"disputed": rows, "other": total - rows}
        for name, rows in found.items()
        if rows or name == WHOLE
    }


def _linked(tables: Mapping[Group, Mapping[str, int]], threshold: int) -> Linked:
    """The rows of one field in every group, by what they are."""
    parts = tuple(tables[()])
    rows = {group: [table.get(part, 0) for part in parts] for group, table in tables.items()}
    return confusion_sums(rows, threshold=threshold, parts=parts, margins={"rows": parts})


def _guarded(linked: Linked) -> Linked:
    """All rows of a group having one fault tells it of everybody in it: it must not follow that all do.

    So neither the fault nor that no row is without it is printed, and some row must be able to be.
    """
    forced, rare = linked.forced.copy(), np.zeros(len(linked.counts), np.bool_)
    if len(linked.rare):
        rare |= linked.rare
    for group in linked.groups:
        rows = linked.count(group, "rows")
        for part in linked.cells:
            if rows and part in _FAULTS and linked.count(group, part) == rows:
                right = linked.place(group, "other" if "other" in linked.cells else "present")
                forced[[right, linked.place(group, part)]] = True
                rare[right] = True
    return replace(linked, forced=forced, rare=rare)


def _worth(linked: Linked) -> list[float]:
    """Rows are told for every field, so they are the last to be kept back; what is right, the first."""
    worth = [1.0] * len(linked.counts)
    for group in linked.groups:
        for part in linked.cells:
            wanted = 1.0 if group else 20.0
            worth[linked.place(group, part)] = 0.1 if part in ("present", "other") else wanted
        worth[linked.place(group, "rows")] = 1e4
    return worth


def _same(tables: Mapping[str, Linked]) -> Iterator[tuple[Place, Place]]:
    """The rows of a group are the same in every field."""
    first, *others = tables.values()
    for number, other in enumerate(others, start=1):
        for group in first.groups:
            if first.count(group, "rows") == other.count(group, "rows"):
                yield (0, first.place(group, "rows")), (number, other.place(group, "rows"))


def _of_field(
    name: str, linked: Linked, mask: Mask, held: Mask, since: date | None
) -> Iterator[Fault]:
    """The faults of one field in every group, under disclosure control."""
    what, _, kind = name.partition("|")
    kinds = {kind: kind} if kind else _PART_OF
    for one, part in kinds.items():
        for group in linked.groups:
            fault = _fault(what, one, part, group, linked, mask | held)
            waits = since is not None and not linked.hides(mask, group, part, "rows")
            if waits and not fault.shown and since is not None:
                fault = replace(fault, waits=held_words(since))
            yield fault


def _fault(name: str, kind: str, part: str, group: Group, linked: Linked, mask: Mask) -> Fault:
    by, level = group[0] if group else ("", "")
    if linked.hides(mask, group, part, "rows"):
        rows = None if mask[linked.place(group, "rows")] else linked.count(group, "rows")
        left = linked.count(group, "rows") - linked.count(group, part)
        # So wide a range holds more rows without the fault than a small count could be.
        nearly = rows is not None and left < linked.threshold <= (1 - NEARLY) * rows + 1e-9
        return Fault(name, kind, by, level, rows, None, Estimate(nan), Estimate(nan), nearly=nearly)
    rows, count = linked.count(group, "rows"), linked.count(group, part)
    if not rows:
        return Fault(name, kind, by, level, 0, 0, Estimate(nan), Estimate(nan))
    share = Estimate(count / rows, *wilson(count, rows), n=rows)
    difference = Estimate(nan)
    if group and not linked.hides_rest(mask, group, part, "rows"):
        others = [one for one in linked.groups if one and one != group and one[0][0] == by]
        left = sum(linked.count(one, "rows") for one in others)
        if left:
            gone = sum(linked.count(one, part) for one in others)
            difference = newcombe(share, Estimate(gone / left, *wilson(gone, left), n=left))
    return Fault(name, kind, by, level, rows, count, share, difference)


def newcombe(first: Estimate, second: Estimate) -> Estimate:
    """The difference of two independent shares; Newcombe 1998, method 10, from their intervals."""
    value = first.value - second.value
    low = value - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = value + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Estimate(value, low, high, n=min(first.n, second.n))
