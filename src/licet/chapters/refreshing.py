"""The outputs of a run in force, written anew after rows left or arrived.

The zone changes first, in one transaction that also says that the outputs are stale. New outputs are
made beside the old ones and searched; the log takes their digests; only then are they put in their
place, with the proof that it did. Whoever opens the run after an interruption does it again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters import missing, sealing
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
from licet.files.runs import (
    MANIFEST,
    OUTPUTS,
    PROOF,
    RunPlace,
    digests,
    read_manifest,
    write_manifest,
)
from licet.files.writing import write_bytes
from licet.linkage.addresses import address_forms
from licet.linkage.persons import EVENTS, Assigned
from licet.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    from licet.store.opening import Store

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
        told = missing.told(zone)
    with destroyed_on_leak(ground, place):
        admitted = _standing(ground, folder, members, told)
        people = _people(ground, place, admitted, members, counter)
        fresh = _write(folder, admitted, people)
    _log(ground.store, place, fresh, counter)
    _put(folder, fresh)
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


def _standing(
    ground: Ground, folder: Path, members: pl.DataFrame, told: Mapping[str, set[str]]
) -> Admitted:
    nodes = members.select("node")
    rows = read_rows(folder).join(nodes, on="node", how="semi")
    rows = rows if rows.width > 1 else pl.DataFrame(schema=_NO_ROWS)
    mentions = read_rows(folder, kind=MENTIONS).join(nodes, on="node", how="semi")
    forms = address_forms(rows)["form"].drop_nulls().unique().to_list()
    kept_out = told["incomplete"] | told["left"]
    there = zip(forms, missing.tokens(ground.secrets(), forms), strict=True)
    incomplete = frozenset(form for form, token in there if token in kept_out)
    feeds = tuple(feed for _, feed in ground.feeds)
    mentions = mentions.drop("node", strict=False)
    return standing_rows(rows, mentions, feeds, incomplete, frozenset(told["unnamed"]))


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


def _write(folder: Path, admitted: Admitted, people: People) -> Path:
    """Make the outputs in a folder of their own, and search them; that folder."""
    fresh = folder / FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    write_outputs(fresh, admitted, people)
    write_frequencies(fresh, trimmed(read_model(folder), admitted.rows))
    check_outputs(fresh, admitted, people, whole=False)
    for kind in ("rows", MENTIONS):
        if (folder / kind).exists():
            check_outputs(folder / kind, admitted, people, whole=False)
    return fresh


def _log(store: Store, place: RunPlace, fresh: Path, counter: int) -> None:
    """Write manifest and proof beside the new outputs, once the log holds the digests.

    The leaf says neither why nor how many: a single no must not be read from it. Outputs that the log
    holds already, from a change that was interrupted, are not written there again.
    """
    anew = digests(fresh)
    kept = digests(place.folder, [name for name in OUTPUTS if name not in anew])
    manifest = {**read_manifest(place.folder), "refreshed": counter}
    mark = write_manifest(fresh, {**manifest, "outputs": {**kept, **anew}})
    told = {**kept, **anew, MANIFEST: mark}
    with store.changing():
        index = int(store.runs.get(place.run).stages["logged"])
        (entry,) = store.log.entries(index, index + 1)
        if entry.leaf.body["outputs"] != told:
            body = {"run": place.run, "use": place.use, "version": manifest["version"]}
            entry = store.log.append("run_changed", {**body, "outputs": told})
            store.runs.stage(place.run, "logged", entry.index, manifest=mark)
        proof = store.log.proof(entry.index)
    write_bytes(fresh / PROOF, proof)


def _put(folder: Path, fresh: Path) -> None:
    """Put the new files in the place of the old ones, readable for whoever those were."""
    for path in sorted(fresh.iterdir()):
        old = folder / path.name
        if old.exists():
            path.chmod(old.stat().st_mode & 0o777)
        path.replace(old)
    fresh.rmdir()
