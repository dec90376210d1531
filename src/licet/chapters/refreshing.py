"""The outputs of a run in force, written anew after rows left or arrived.

The zone changes first, in one transaction that also says that the outputs are stale. New outputs are
made beside the old ones, searched, and only then put in their place; whoever opens the run after an
interruption does it again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from licet.chapters import sealing
from licet.chapters.admitting import Admitted, standing_rows
from licet.chapters.grounds import Ground
from licet.chapters.joining import People, Secrets, around
from licet.chapters.releasing import (
    Leak,
    check_outputs,
    read_model,
    trimmed,
    write_frequencies,
    write_outputs,
)
from licet.engines.zone import MENTIONS, Zone, read_rows
from licet.feeds.contract import STANDARD
from licet.files.runs import RunPlace, digests, read_manifest, write_manifest
from licet.linkage.addresses import address_forms
from licet.linkage.persons import EVENTS, Assigned, named
from licet.linkage.spec import LinkageSpec

FRESH = ".fresh"
"""The folder in a run in which new outputs are made."""


def refresh(ground: Ground, place: RunPlace) -> None:
    """Write the outputs of a run in force anew, if they are not those of its zone.

    Raises Leak for a text of no row of the run; then the run was destroyed.
    """
    folder = place.folder
    with Zone(folder) as zone:
        if not zone.fact("stale"):
            return
        members, counter = zone.members(), int(zone.fact("counter"))
        kept_out = set(json.loads(zone.fact("incomplete") or "[]"))
    with destroyed_on_leak(ground, place):
        admitted = _standing(ground, folder, members, kept_out)
        people = _people(ground, place, admitted, members, counter)
        _write(folder, admitted, people)
    manifest = read_manifest(folder)
    write_manifest(folder, {**manifest, "outputs": digests(folder), "refreshed": counter})
    with Zone(folder) as zone, zone.changing():
        zone.keep_facts(stale="")


@contextmanager
def destroyed_on_leak(ground: Ground, place: RunPlace) -> Iterator[None]:
    """Destroy a run, and say so in the log, if a text is found in it that may not be there."""
    try:
        yield
    except Leak:
        sealing.destroy(ground.store, place, ground.use, "leak")
        raise


def _standing(ground: Ground, folder: Path, members: pl.DataFrame, kept_out: set[str]) -> Admitted:
    nodes = members.select("node")
    rows = read_rows(folder).join(nodes, on="node", how="semi")
    rows = rows if rows.width > 1 else pl.DataFrame(schema=_NO_ROWS)
    mentions = read_rows(folder, kind=MENTIONS).join(nodes, on="node", how="semi")
    forms = address_forms(rows)["form"].drop_nulls().unique().to_list()
    key = ground.store.keys.secret("persons")
    hit = named(key, "i", ground.use.id, ["incomplete"], forms)
    incomplete = frozenset(f for f, token in zip(forms, hit, strict=True) if token in kept_out)
    feeds = tuple(feed for _, feed in ground.feeds)
    return standing_rows(rows, mentions.drop("node", strict=False), feeds, incomplete)


_DATES = ("birth", "seen_from", "seen_to", "dated")
_NO_ROWS: dict[str, Any] = {
    "node": pl.Int64,
    "source": pl.Int16,
    "alone": pl.Boolean,
    **{name: pl.Date if name in _DATES else pl.String for name in (*STANDARD, "dated")},
}


def _people(
    ground: Ground, place: RunPlace, admitted: Admitted, members: pl.DataFrame, counter: int
) -> People:
    manifest = read_manifest(place.folder)
    homes = place.folder / "homes.parquet"
    membership = members.select("row", "person")
    resolved, found = around(
        admitted,
        membership,
        LinkageSpec(**manifest["specification"]),
        Secrets(ground.store.keys.secret("persons"), ground.use.id, counter),
        date.fromisoformat(manifest["day"]),
        pl.read_parquet(homes) if homes.exists() else None,
    )
    return People(Assigned(membership, pl.DataFrame(schema=EVENTS)), resolved, found)


def _write(folder: Path, admitted: Admitted, people: People) -> None:
    fresh = folder / FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    write_outputs(fresh, admitted, people)
    write_frequencies(fresh, trimmed(read_model(folder), admitted.rows))
    check_outputs(fresh, admitted, people, whole=False)
    for kind in ("rows", MENTIONS):
        if (folder / kind).exists():
            check_outputs(folder / kind, admitted, people, whole=False)
    for path in sorted(fresh.iterdir()):
        old = folder / path.name
        if old.exists():
            path.chmod(old.stat().st_mode & 0o777)
        path.replace(old)
    fresh.rmdir()
