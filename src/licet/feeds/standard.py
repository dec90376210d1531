"""The rows of a feed in one standard form, and what was changed how often.

Every step is an expression over distinct values: a name is put right once, however many rows hold
it. Standardising the standard form changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from licet.feeds.contract import STANDARD, Feed
from licet.feeds.making import Making

if TYPE_CHECKING:
    import polars as pl

MENTIONED = ("row", "place", "role", "relationship", "given", "family", "birth", "record")
"""The columns of a mention, in their order. birth is a date."""


@dataclass(frozen=True)
class Standardised:
    """A feed in standard form.

    rows: the columns ``contract.STANDARD``, one row per record; null is missing. mentions: the
    columns ``MENTIONED``, one row per person named in a row. audit: ``row`` and the audit-only
    columns, for the audit alone. changes: field, change, rows (how many), meaning (a sentence).
    """

    rows: pl.DataFrame
    mentions: pl.DataFrame
    audit: pl.DataFrame
    changes: pl.DataFrame


def standardise(feed: Feed, frame: pl.DataFrame) -> Standardised:
    """The rows of an extract in standard form.

    frame: as ``files.extracts`` reads it: the columns of the contract as text, or as dates. Breaks
    of the contract are ``breaks.check``'s to refuse: here a value that does not fit is missing.
    """
    import polars as pl

    made = Making(feed, frame)
    record = made.text(feed.fields.record).alias("record")
    row = (f"{feed.id}/" + record).alias("row")
    name = pl.repeat(feed.id, frame.height, eager=True, dtype=pl.String)
    held = {"row": row, "feed": name, "record": record}
    held |= made.person() | made.address() | made.numbers()
    rows = pl.DataFrame([held[column].alias(column) for column in STANDARD])
    parts = [
        made.mention(mention, place, row)
        for mention, place in zip(feed.mentions, feed.places, strict=True)
    ]
    schema = {column: pl.Date if column == "birth" else pl.String for column in MENTIONED}
    mentions = pl.concat([pl.DataFrame(schema=schema), *parts])
    audit = {column: made.text(source) for column, source in feed.audit_only.items()}
    return Standardised(rows, mentions, pl.DataFrame({"row": row, **audit}), made.changes())
