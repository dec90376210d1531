"""Who is missing at an address or from a family, as far as a zone may know it.

A use that works on households or families needs everybody's permission. Those who gave none are not in
the zone at all, so it keeps a sign of where they are missing, and nothing of themselves: keyed stand-ins
of addresses, and the permitted rows from which somebody was blanked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import polars as pl

from licet.chapters.families import unnamed
from licet.engines.zone import MENTIONS, Zone, read_rows
from licet.linkage.addresses import address_forms
from licet.linkage.persons import named

if TYPE_CHECKING:
    from licet.chapters.joining import Secrets

KEPT = ("incomplete", "left", "unnamed")
"""The facts of a zone: ``tokens`` of the addresses of rows that were not let in, of rows that left or
were turned away since, and the rows from which somebody of the family was blanked."""


def tokens(secrets: Secrets, forms: Sequence[str]) -> list[str]:
    """Keyed stand-ins for forms of addresses, in their order: what is kept of an address."""
    return named(secrets.key, "i", secrets.use, ["incomplete"], forms)


def told(zone: Zone) -> dict[str, set[str]]:
    """What a zone knows of those who are missing, by fact."""
    return {name: set(json.loads(zone.fact(name) or "[]")) for name in KEPT}


def miss(
    zone: Zone, nodes: Collection[int], blanked: Collection[tuple[int, str]], secrets: Secrets
) -> None:
    """Remember where somebody is missing now, before their rows and mentions go from the files."""
    rows = read_rows(zone.folder, nodes) if nodes else pl.DataFrame()
    forms = address_forms(rows)["form"].drop_nulls().unique().to_list() if rows.height else []
    mentions = (
        read_rows(zone.folder, {node for node, _ in blanked}, MENTIONS)
        if blanked
        else pl.DataFrame()
    )
    found: Collection[str] = ()
    if mentions.height:
        places = pl.DataFrame(list(blanked), schema=["node", "place"], orient="row")
        kept = mentions.join(places, on=["node", "place"], how="anti")
        found = unnamed(mentions, kept.select("row", "place"), mentions.select("row").unique())
    keep(zone, forms, found, secrets)


def keep(zone: Zone, forms: Collection[str], rows: Collection[str], secrets: Secrets) -> None:
    """Add addresses and rows to what a zone knows of those who are missing."""
    news = {"left": tokens(secrets, sorted(forms)), "unnamed": sorted(rows)}
    for name, more in news.items():
        if more:
            held = set(json.loads(zone.fact(name) or "[]"))
            zone.keep_facts(**{name: json.dumps(sorted(held.union(more)))})
