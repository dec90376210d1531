"""Feeds and ledger to the rows that may be linked. Nothing else goes on from here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import polars as pl

from licet.chapters.families import unnamed
from licet.engines.admission import FITS, MENTION_FITS, Admission, Antechamber
from licet.errors import bad
from licet.feeds.contract import Feed
from licet.feeds.standard import MENTIONED, Standardised, standardise
from licet.files.extracts import read_extract
from licet.linkage.addresses import address_forms
from licet.linkage.relationships import KINDS
from licet.permission.reach import Reach
from licet.use import Use

NOT_KNOWN = "not known"
GROUPS = {"row": pl.String, "column": pl.String, "group": pl.String}
Decisions = Callable[[str], pl.DataFrame]
"""For a service: subject, effect. See ``store.permissions``."""


@dataclass(frozen=True)
class Admitted:
    """The rows of a use that may be linked, and counts of the others.

    rows: the standard columns, with ``node`` (in the order of the row ids), ``source`` (the number of
    the feed in ``feeds``), ``alone`` (its feed has one record per person), ``dated`` (its date).
    mentions: in standard form, of permitted rows and of people whose own permission allows it. fits,
    mention_fits: see ``Admission``.
    excluded: feed, reason, rows. by_group: feed, column, group, reason, rows; before disclosure
    control. incomplete: forms of addresses (``address_forms``) with a row that was not let in. known,
    found, reached: see ``Admission``, summed over the feeds. unnamed: permitted rows from which somebody
    of the family was blanked. groups: row, column, group of permitted
    rows, for counting alone: no engine is given them.
    """

    rows: pl.DataFrame
    mentions: pl.DataFrame
    fits: pl.DataFrame
    mention_fits: pl.DataFrame
    feeds: tuple[Feed, ...]
    excluded: pl.DataFrame
    by_group: pl.DataFrame
    incomplete: frozenset[str]
    known: int = 0
    found: int = 0
    reached: int = 0
    changes: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()
    groups: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=GROUPS))

    @property
    def texts(self) -> pl.Series:
        """Every text that may stand in a table of an engine: those of permitted rows and mentions."""
        return texts_of(self.rows, self.mentions)


def feeds_of(use: Use, feeds: Sequence[tuple[Path, Feed]]) -> tuple[tuple[Path, Feed], ...]:
    """The feeds of the services of a use, by id. Refuses a service that has none."""
    chosen = sorted(
        (pair for pair in feeds if pair[1].service in use.services), key=lambda p: p[1].id
    )
    without = [name for name in use.services if name not in {feed.service for _, feed in chosen}]
    if without:
        raise bad(
            f"no feed brings records of {', '.join(without)}",
            f"use {use.id}: services",
            ", ".join(sorted({feed.service for _, feed in feeds}))
            or "feeds/*.toml, one per extract",
            "add feeds/NAME.toml for it, or take the service out in a new version of the use",
        )
    return tuple(chosen)


def admit(
    feeds: Sequence[tuple[Path, Feed]],
    people: pl.DataFrame,
    decisions: Decisions,
    *,
    reach: Reach = Reach(),
    arrived: Mapping[str, Path | pl.DataFrame] | None = None,
    held: Collection[str] = (),
    ahead: ReadAhead | None = None,
) -> Admitted:
    """Read feeds and let in what the ledger permits.

    feeds: with the paths of their documents. people: as ``store.permissions.subjects`` gives them.
    arrived: files of new rows, or rows that a program hands over, by feed; then only those feeds are
    read. held: ids of rows that somebody disputes and wants left out until that is settled. ahead: these
    feeds, where their reading has begun.
    """
    with ahead or ReadAhead(feeds, arrived) as reading:
        antechamber = Antechamber(people, reach)
        try:
            said = [_named(decisions(feed.service), feed) for feed in reading.feeds]
            standard = reading.result()
            rows = pl.concat([one.rows for one in standard])
            mentions = pl.concat([_usable(one.mentions) for one in standard])
            found = antechamber.admit(rows, mentions, pl.concat(said))
        finally:
            antechamber.close()
    every = tuple(feed for _, feed in feeds)
    return _let_in(every, reading.feeds, standard, mentions, without(found, held))


class ReadAhead:
    """Feeds in standard form. They are read while the ledger is asked about its people. Use it in a ``with``
    statement."""

    def __init__(
        self,
        feeds: Sequence[tuple[Path, Feed]],
        arrived: Mapping[str, Path | pl.DataFrame] | None = None,
    ) -> None:
        """feeds, arrived: as ``admit`` is given them."""
        self._arrived = arrived or {}
        chosen = [pair for pair in feeds if arrived is None or pair[1].id in arrived]
        self.feeds = tuple(feed for _, feed in chosen)
        self._reader = ThreadPoolExecutor(1)
        self._coming = [self._reader.submit(self._read, *pair) for pair in chosen]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._reader.shutdown(cancel_futures=True)

    def result(self) -> list[Standardised]:
        """The rows of ``feeds``. Raises what was wrong with the first that cannot be read."""
        return [coming.result() for coming in self._coming]

    def _read(self, path: Path, feed: Feed) -> Standardised:
        arrived = self._arrived.get(feed.id)
        return standardise(feed, read_extract(feed, path.parent, arrived=arrived))


def _named(decisions: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    return decisions.select("subject", "effect", pl.lit(feed.id).alias("feed"))


def _let_in(
    feeds: tuple[Feed, ...],
    read: Sequence[Feed],
    standard: Sequence[Standardised],
    mentions: pl.DataFrame,
    found: Admission,
) -> Admitted:
    """What was let in of the feeds that were read. found: of their rows, one feed after the other."""
    parts, start = [], 0
    for feed, one in zip(read, standard, strict=True):
        parts.append(_of_feed(feed, one, found.verdicts["reason"][start : start + one.rows.height]))
        start += one.rows.height
    rows = _numbered(pl.concat([part.rows for part in parts]), feeds)
    in_rows = mentions.join(rows.select("row"), on="row", how="semi")
    kept = in_rows.join(found.mentions, on=["row", "place"], how="semi")
    return Admitted(
        rows,
        kept,
        found.fits,
        found.mention_fits.join(kept.select("row"), on="row", how="semi"),
        feeds,
        pl.concat([part.excluded for part in parts]).sort("feed", "reason"),
        pl.concat([part.by_group for part in parts]),
        frozenset().union(*(part.incomplete for part in parts)),
        found.known,
        found.found,
        found.reached,
        {feed.id: one.changes for feed, one in zip(read, standard, strict=True)},
        unnamed(in_rows, kept, rows),
        pl.concat([part.groups for part in parts]),
    )


@dataclass(frozen=True)
class _OfFeed:
    """What was let in of one feed: the parts of ``Admitted`` that go by feeds."""

    rows: pl.DataFrame
    excluded: pl.DataFrame
    by_group: pl.DataFrame
    incomplete: frozenset[str]
    groups: pl.DataFrame


def _of_feed(feed: Feed, standard: Standardised, reasons: pl.Series) -> _OfFeed:
    """reasons: of the rows, in their order."""
    let_in = reasons == "permitted"
    forms = address_forms(standard.rows.filter(~let_in))["form"].drop_nulls()
    out = pl.DataFrame({"reason": reasons.filter(~let_in)})
    return _OfFeed(
        standard.rows.filter(let_in).with_columns(
            dated=pl.lit(feed.extract), alone=feed.one_record_per_person
        ),
        out.group_by("reason")
        .agg(rows=pl.len())
        .select(pl.lit(feed.id).alias("feed"), "reason", "rows"),
        _by_group(standard.audit.with_columns(reason=reasons), feed.id),
        frozenset(forms.to_list()),
        _groups(standard.audit.filter(let_in)),
    )


def without(found: Admission, held: Collection[str]) -> Admission:
    """The same with rows that are held out left out, whatever their people said."""
    disputed = pl.col("row").is_in(sorted(held))
    left = pl.when(disputed).then(pl.lit("held_out")).otherwise("reason").alias("reason")
    return replace(
        found,
        verdicts=found.verdicts.with_columns(left),
        fits=found.fits.filter(~disputed),
        mentions=found.mentions.filter(~disputed),
        mention_fits=found.mention_fits.filter(~disputed),
    )


def _usable(mentions: pl.DataFrame) -> pl.DataFrame:
    """Mentions that say who is responsible for, or close to, the person of the row."""
    return mentions.filter(pl.col("role").is_in(KINDS))


def _groups(audit: pl.DataFrame) -> pl.DataFrame:
    """row, column, group of the rows that were let in."""
    parts = [
        audit.select("row", column=pl.lit(name), group=pl.col(name).fill_null(NOT_KNOWN))
        for name in audit.columns
        if name != "row"
    ]
    return pl.concat([pl.DataFrame(schema=GROUPS), *parts])


def _by_group(told: pl.DataFrame, feed: str) -> pl.DataFrame:
    """told: row, the audit-only columns, reason."""
    columns = [name for name in told.columns if name not in ("row", "reason")]
    parts = [
        told.group_by(pl.col(name).fill_null(NOT_KNOWN).alias("group"), "reason")
        .agg(rows=pl.len())
        .select(pl.lit(feed).alias("feed"), pl.lit(name).alias("column"), "group", "reason", "rows")
        for name in columns
    ]
    return pl.concat([_NO_GROUPS, *parts]).sort("feed", "column", "group", "reason")


_NO_GROUPS = pl.DataFrame(
    schema={
        "feed": pl.String,
        "column": pl.String,
        "group": pl.String,
        "reason": pl.String,
        "rows": pl.UInt32,
    }
)


def _numbered(rows: pl.DataFrame, feeds: Sequence[Feed]) -> pl.DataFrame:
    """The rows in the order of their ids, with ``node`` and the number of their feed."""
    number = {feed.id: place for place, feed in enumerate(feeds)}
    return (
        rows.sort("row")
        .with_columns(source=pl.col("feed").replace_strict(number, return_dtype=pl.Int16))
        .with_row_index("node")
        .with_columns(pl.col("node").cast(pl.Int64))
    )


def standing_rows(
    rows: pl.DataFrame,
    mentions: pl.DataFrame,
    feeds: tuple[Feed, ...],
    incomplete: frozenset[str],
    unnamed: frozenset[str],
) -> Admitted:
    """Rows that were admitted before, of a run in force."""
    none = pl.DataFrame(schema={"feed": pl.String, "reason": pl.String, "rows": pl.UInt32})
    fits, named = pl.DataFrame(schema=FITS), pl.DataFrame(schema=MENTION_FITS)
    kept = mentions if mentions.width else pl.DataFrame(schema=_MENTIONS)
    return Admitted(rows, kept, fits, named, feeds, none, _NO_GROUPS, incomplete, unnamed=unnamed)


_MENTIONS = {name: pl.Date if name == "birth" else pl.String for name in MENTIONED}


def texts_of(*frames: pl.DataFrame) -> pl.Series:
    """Every distinct text of some frames, those in lists too."""
    columns = [
        (frame[name].explode() if kind == pl.List else frame[name]).unique()
        for frame in frames
        for name, kind in frame.schema.items()
        if kind in (pl.String, pl.List(pl.String))
    ]
    return pl.concat([column.alias("text") for column in columns]).drop_nulls().unique()


def summed(excluded: pl.DataFrame) -> dict[str, int]:
    """Rows that were not let in, by reason, over all feeds."""
    found = excluded.group_by("reason").agg(pl.col("rows").sum()).sort("reason")
    return dict(found.iter_rows())
