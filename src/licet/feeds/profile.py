"""What the data of a feed are like, beside what its contract says: counts only, never a value.

Counts of 1 to threshold-1 rows are not shown, nor what would give them away by subtraction within
a field: see ``disclosure``. Of the values that stand most often only their counts are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

from licet.disclosure import THRESHOLD, suppress, visible_cell
from licet.feeds.contract import Feed
from licet.feeds.standard import Standardised
from licet.feeds.table_profile import TableProfile, table_profile

if TYPE_CHECKING:
    import polars as pl

PARTS = ("present", "missing", "placeholder", "invalid")
"""What a cell can be: it has a standard value; nothing stood there; a word or date for nothing;
something that cannot be right."""
PLACEHOLDERS = frozenset({"nothing", "unnamed", "placeholder", "abode", "pseudo"})
INVALID = frozenset({"misfit", "invalid", "future", "past", "partial", "turned"})
Z = 1.959963984540054
"""The normal quantile of a 95 % interval."""
_OF_ADDRESS = ("house", "street")


@dataclass(frozen=True)
class FieldProfile:
    """One field. parts: rows by ``PARTS``, None: not shown. distinct: different values. top: rows
    that hold each of the values that stand most often, in descending order, none below the
    threshold. column: as the feed calls it.
    """

    field: str
    column: str
    parts: Mapping[str, int | None]
    distinct: int | None
    top: tuple[int, ...]


@dataclass(frozen=True)
class GroupMissing:
    """A field in one group of an audit-only column: rows with no value, and the share of them with
    its Wilson interval, all None where not shown. place: the number of the group, by size.
    """

    by: str
    group: str
    field: str
    rows: int | None
    missing: int | None
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Change:
    """What standardisation changed. rows, share: None where not shown."""

    field: str
    change: str
    meaning: str
    rows: int | None
    share: float | None


@dataclass(frozen=True)
class Profile:
    """A feed as it is. rows, people: how many; None where not shown.

    repeated: rows that share given and family name and date of birth with another row. communal:
    addresses declared or found to hold more than the contract's communal_above rows, and the rows
    at them. stale: rows by how long ago their address was last known to be true. tables: of dated lines.
    """

    feed: Feed
    rows: int | None
    fields: tuple[FieldProfile, ...]
    changes: tuple[Change, ...]
    mentions: Mapping[str, int | None]
    groups: tuple[GroupMissing, ...]
    repeated: int | None
    communal: tuple[int | None, int | None]
    stale: Mapping[str, int | None]
    threshold: int
    tables: tuple[TableProfile, ...] = ()


def profile(
    feed: Feed,
    standard: Standardised,
    *,
    today: date,
    threshold: int = THRESHOLD,
    lines: Mapping[str, pl.DataFrame] | None = None,
) -> Profile:
    """Count what a feed is like. today: the day ages are counted from. threshold: people. lines: typed lines
    of its tables, by name."""
    rows, records = standard.rows.height, standard.rows["record"]
    fields = tuple(_fields(feed, standard, threshold))
    return Profile(
        feed=feed,
        rows=_shown(rows, threshold),
        fields=fields,
        changes=tuple(_changes(standard, fields, threshold)),
        mentions=_mentions(feed, standard, threshold),
        groups=tuple(_groups(feed, standard, threshold)),
        repeated=_part(_repeated(standard.rows), rows, threshold),
        communal=_communal(feed, standard.rows, threshold),
        stale=_stale(standard.rows, today, threshold),
        threshold=threshold,
        tables=tuple(
            table_profile(name, held, records, feed.extract, threshold)
            for name, held in (lines or {}).items()
        ),
    )


def _shown(count: int, threshold: int) -> int | None:
    return None if 1 <= count < threshold else count


def _part(count: int, whole: int, threshold: int) -> int | None:
    """A count of rows out of a known whole, if neither it nor the rest is small."""
    return count if visible_cell(whole, count, threshold) else None


def _column(feed: Feed, name: str) -> str:
    fields = feed.fields
    whole = {"given": fields.name, "middle": fields.name, "family": fields.name}
    whole |= dict.fromkeys(_OF_ADDRESS, fields.address) | {"postcode": fields.address}
    return getattr(fields, name) or whole.get(name) or ""


def held(feed: Feed) -> tuple[str, ...]:
    """The standard fields that the feed holds a column for."""
    names = tuple(type(feed.fields).model_fields)
    wanted = ("given", "middle", "family", "house", "street")
    found = [name for name in (*names, *wanted) if name not in ("record", "name", "address")]
    return tuple(
        name for name in dict.fromkeys(found) if name != "name_order" and _column(feed, name)
    )


def _fields(feed: Feed, standard: Standardised, threshold: int) -> Iterator[FieldProfile]:
    import polars as pl

    frame, total = standard.rows, standard.rows.height
    for name in held(feed):
        series = frame[name]
        counts = count_parts(standard, name, total - series.null_count(), total)
        kept = suppress([counts, counts], [[1]], threshold=threshold).hidden[0]
        parts = {
            part: None if hidden else count
            for part, count, hidden in zip(PARTS, counts, kept, strict=True)
        }
        values = series.drop_nulls().value_counts(sort=True)
        top = values.filter(pl.col("count") >= max(threshold, 2))["count"].head(5)
        yield FieldProfile(
            name,
            _column(feed, name),
            parts,
            None if parts["present"] is None else values.height,
            tuple(int(count) for count in top),
        )


def count_parts(standard: Standardised, name: str, present: int, total: int) -> list[int]:
    """Rows by ``PARTS``. What one row counts twice is no more than what is not present."""
    sources = {name}
    if name in _OF_ADDRESS:
        sources.add("address")
    counts = dict.fromkeys(("placeholder", "invalid", ""), 0)
    for field, change, rows, _ in standard.changes.rows():
        if field in sources:
            counts[_kind(change)] += rows
    left = total - present
    placeholder = min(counts["placeholder"], left)
    invalid = min(counts["invalid"], left - placeholder)
    return [present, left - placeholder - invalid, placeholder, invalid]


def _kind(change: str) -> str:
    """The part of a field's cells that a change belongs to, or ""."""
    if change in PLACEHOLDERS:
        return "placeholder"
    return "invalid" if change in INVALID else ""


def _changes(
    standard: Standardised, fields: tuple[FieldProfile, ...], threshold: int
) -> Iterator[Change]:
    """Every change; one that would tell a part of a field that is kept back is kept back too."""
    total = standard.rows.height
    kept = {(one.field, part) for one in fields for part, rows in one.parts.items() if rows is None}
    kept |= {("address", part) for field, part in kept if field in _OF_ADDRESS}
    for field, change, rows, meaning in standard.changes.rows():
        shown = _part(rows, total, threshold)
        if (field, _kind(change)) in kept:
            shown = None
        share = None if shown is None else shown / total
        yield Change(field, change, meaning, shown, share)


def _mentions(feed: Feed, standard: Standardised, threshold: int) -> dict[str, int | None]:
    counts = dict(standard.mentions["place"].value_counts().rows())
    total = standard.rows.height
    return {place: _part(counts.get(place, 0), total, threshold) for place in feed.places}


def _repeated(rows: pl.DataFrame) -> int:
    import polars as pl

    known = rows.select("given", "family", "birth").filter(
        pl.all_horizontal(pl.all().is_not_null())
    )
    return int(known.is_duplicated().sum()) if known.height else 0


def _communal(feed: Feed, rows: pl.DataFrame, threshold: int) -> tuple[int | None, int | None]:
    """Communal addresses, and the rows at them."""
    import polars as pl

    declared = [uprn.strip().lstrip("0") for uprn in feed.communal_addresses]
    key = pl.coalesce("uprn", pl.concat_str(["house", "street", "postcode"], separator="|"))
    sizes = rows.select(key.alias("key"), "uprn").drop_nulls("key").group_by("key").len()
    found = sizes.filter((pl.col("len") > feed.communal_above) | pl.col("key").is_in(declared))
    people = _part(int(found["len"].sum()), rows.height, threshold)
    return (None, None) if people is None else (found.height, people)


def _stale(rows: pl.DataFrame, today: date, threshold: int) -> dict[str, int | None]:
    """Rows by how long ago they were last known to be true; empty if the feed has no such dates."""
    import polars as pl

    last = pl.coalesce("seen_to", "seen_from")
    if rows["seen_from"].null_count() + rows["seen_to"].null_count() == 2 * rows.height:
        return {}
    years = (pl.lit(today) - last).dt.total_days() / 365.25
    names = ["address still true", "up to 1 year", "1 to 5 years", "over 5 years", "not known"]
    kind = (
        pl.when(pl.col("seen_to").is_null() & pl.col("seen_from").is_not_null())
        .then(pl.lit(names[0]))
        .when(years <= 1)
        .then(pl.lit(names[1]))
        .when(years <= 5)
        .then(pl.lit(names[2]))
        .when(years > 5)
        .then(pl.lit(names[3]))
        .otherwise(pl.lit(names[4]))
    )
    counts = dict(rows.select(kind.alias("kind"))["kind"].value_counts().rows())
    table = [[counts.get(name, 0) for name in names]] * 2
    hidden = suppress(table, [[1]], threshold=threshold).hidden[0]
    return {
        name: None if kept else count
        for name, count, kept in zip(names, table[0], hidden, strict=True)
    }


def _groups(feed: Feed, standard: Standardised, threshold: int) -> Iterator[GroupMissing]:
    """Missing values of every field by each audit-only column, under disclosure control."""
    import polars as pl

    names = [name for name in held(feed) if name not in ("seen_from", "seen_to")]
    for by in feed.audit_only:
        joined = standard.rows.select("row", *names).with_columns(
            standard.audit[by].fill_null("not known").alias("group")
        )
        found = (
            joined.group_by("group")
            .agg(pl.len().alias("rows"), *(pl.col(name).is_null().sum() for name in names))
            .sort(["rows", "group"], descending=[True, False])
        )
        for name in names:
            yield from _missing(by, name, found.select("group", "rows", name).rows(), threshold)


def _missing(
    by: str, name: str, table: list[tuple[str, int, int]], threshold: int
) -> Iterator[GroupMissing]:
    """One field in every group of one breakdown."""
    counts = [[missing, rows - missing] for _, rows, missing in table]
    whole = [sum(column) for column in zip(*counts, strict=True)]
    control = suppress([whole, *counts], [list(range(1, len(counts) + 1))], threshold=threshold)
    for place, (group, rows, missing) in enumerate(table, start=1):
        if control.bases[place]:
            # A label could say who is in a small group; which group is small is not told either.
            yield GroupMissing(
                by, f"a group kept back ({place})", name, None, None, None, None, None
            )
        elif control.hidden[place].any():
            yield GroupMissing(by, group, name, rows, None, None, None, None)
        else:
            low, high = wilson(missing, rows)
            yield GroupMissing(by, group, name, rows, missing, missing / rows, low, high)


def wilson(count: int, rows: int) -> tuple[float, float]:
    """The 95 % interval of Wilson 1927 for a share: count of rows, rows above 0."""
    share, square = count / rows, Z * Z
    middle = (share + square / (2 * rows)) / (1 + square / rows)
    half = Z / (1 + square / rows) * sqrt(share * (1 - share) / rows + square / (4 * rows * rows))
    return max(middle - half, 0.0), min(middle + half, 1.0)
