"""Who was let in, and whose rows were joined: side by side, by feed and by audit-only group.

Every share is worked out from counts as they are shown, so that it tells no more than they do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.joining import least_weight, with_persons
from licet.disclosure.counts import shown_count
from licet.engines.reachable import out_of_reach
from licet.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    from licet.chapters.admitting import Admitted
    from licet.chapters.releasing import Made


def unlinkables(
    admitted: Admitted, made: Made, spec: LinkageSpec, threshold: int
) -> list[dict[str, Any]]:
    """By feed: how many permitted rows say too little to be joined with any other, and their share."""
    found = out_of_reach(made.model, spec, admitted.rows, least_weight(spec.link_above))
    rows = admitted.rows.select("feed").with_columns(lost=pl.Series(found, dtype=pl.Boolean))
    told = []
    for feed in admitted.feeds:
        own = rows.filter(pl.col("feed") == feed.id)["lost"]
        share = _share(int(own.sum()), own.len(), threshold)
        told.append(
            {
                "feed": feed.id,
                "permitted": shown_count(own.len(), threshold),
                "rows": shown_count(int(own.sum()), threshold),
                "share": share,
            }
        )
    return told


def side_by_side(admitted: Admitted, made: Made, threshold: int) -> list[dict[str, Any]]:
    """Permission and linkage of each feed, and of each group of an audit-only column.

    permitted: of all its rows, those let in. linked: of these, those of a person with rows of another
    feed too. both: of all its rows, those let in and linked. Shares, 0-1; None where a count that they
    rest on is too small to show.
    """
    joined = _joined(admitted, made)
    return [*_by_feed(admitted, joined, threshold), *_by_group(admitted, joined, threshold)]


def _joined(admitted: Admitted, made: Made) -> pl.DataFrame:
    """row, feed, linked: whether its person has rows of another feed."""
    told = admitted.rows.select("row", "feed", "source")
    rows = with_persons(told, made.people.assigned.membership)
    several = pl.col("source").min().over("person") != pl.col("source").max().over("person")
    return rows.select("row", "feed", linked=several)


def _by_feed(admitted: Admitted, joined: pl.DataFrame, threshold: int) -> Iterator[dict[str, Any]]:
    for feed in admitted.feeds:
        own = joined.filter(pl.col("feed") == feed.id)["linked"]
        out = admitted.excluded.filter(pl.col("feed") == feed.id)["rows"].sum()
        whole = own.len() + int(out or 0)
        shares = _shares(whole, own.len(), int(own.sum()), threshold)
        yield {"feed": feed.id, "service": feed.service, "column": None, "group": None, **shares}


def _by_group(admitted: Admitted, joined: pl.DataFrame, threshold: int) -> Iterator[dict[str, Any]]:
    service = {feed.id: feed.service for feed in admitted.feeds}
    keys = ["feed", "column", "group"]
    whole = admitted.by_group.group_by(keys).agg(whole=pl.col("rows").sum())
    linked = (
        admitted.groups.join(joined, on="row")
        .group_by(keys)
        .agg(permitted=pl.len(), linked=pl.col("linked").sum())
    )
    told = whole.join(linked, on=keys, how="left").fill_null(0).sort(keys)
    for feed, column, group, every, permitted, both in told.iter_rows():
        shares = _shares(int(every), int(permitted), int(both), threshold)
        place = {"feed": feed, "service": service[feed], "column": column, "group": group}
        yield {**place, **shares}


def _shares(whole: int, permitted: int, linked: int, threshold: int) -> dict[str, Any]:
    return {
        "rows": shown_count(whole, threshold),
        "permitted": _share(permitted, whole, threshold),
        "linked": _share(linked, permitted, threshold),
        "both": _share(linked, whole, threshold),
    }


def _share(part: int, whole: int, threshold: int) -> float | None:
    from licet.chapters.reporting import rounded_share

    found = rounded_share(part, whole, threshold)
    return round(found.share, 3) if found else None
