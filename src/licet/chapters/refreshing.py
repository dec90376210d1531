"""The outputs of a run in force, written anew after rows left or arrived.

The zone changes first, in one transaction that also says that the outputs are stale. New outputs are
made beside the old ones and searched; only once their digests are written down are they put in their
place. Whoever opens the run after an interruption does it again.

Rows that arrive are told to the log at once, with the proof beside the outputs. Rows that leave are not: the
moment of such a leaf is the moment at which somebody said no. Their digests go at once into the private chain
of acts, and as a promise signed with the log's key beside the outputs; leaf and proof follow with the batch.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters import missing, sealing
from licet.chapters.admitting import Admitted, standing_rows
from licet.chapters.grounds import Ground
from licet.chapters.joining import People, Secrets, around
from licet.chapters.releasing import (
    read_model,
    trimmed,
    write_frequencies,
    write_outputs,
)
from licet.chapters.searching import Leak, check_outputs, check_rows
from licet.engines.zone import MENTIONS, Zone, read_rows
from licet.feeds.contract import STANDARD
from licet.files.runs import (
    MANIFEST,
    OUTPUTS,
    PROMISE,
    PROOF,
    RunPlace,
    digests,
    read_manifest,
    write_manifest,
)
from licet.files.writing import write_bytes
from licet.linkage.addresses import address_forms, address_keys
from licet.linkage.persons import EVENTS, Assigned
from licet.linkage.spec import LinkageSpec
from licet.log.checkpoint import make_key, sign_text
from licet.permission.voices import NewAct

if TYPE_CHECKING:
    from licet.store.opening import Store

FRESH = ".fresh"
"""The folder in a run in which new outputs are made."""


def refresh(
    ground: Ground, place: RunPlace, *, arrived: bool = False, rows: pl.DataFrame | None = None
) -> None:
    """Write the outputs of a run in force anew, if they are not those of its zone.

    arrived: rows came in, so that the log may tell it at once. rows: those of the zone and maybe some that
    left it, where they were read before. Raises Leak for a text of no row of the run; then the run was
    destroyed.
    """
    folder = place.folder
    with Zone(folder) as zone:
        if not zone.fact("stale"):
            return
        members, counter = zone.members(), int(zone.fact("counter"))
        told = missing.told(zone)
    with destroyed_on_leak(ground, place):
        held = read_rows(folder) if rows is None else rows
        held = held.join(members.select("node"), on="node", how="semi", maintain_order="left")
        held = held if held.width > 1 else pl.DataFrame(schema=_NO_ROWS)
        with ThreadPoolExecutor(1) as beside:
            keys = beside.submit(address_keys, held)
            admitted = _standing(ground, folder, held, members, told)
            searched = beside.submit(check_rows, folder, admitted)
            keyed = replace(admitted, rows=held.with_columns(address=keys.result()))
            people = _people(ground, place, keyed, members, counter)
            fresh = _write(folder, admitted, people)
            searched.result()
    told_now = _manifest(place, fresh, counter)
    if arrived:
        _log(ground.store, place, told_now)
        write_bytes(fresh / PROOF, _proof(ground.store, place))
    else:
        write_bytes(fresh / PROMISE, _promise(ground.store, place, told_now))
    _put(folder, fresh)
    if arrived:
        (folder / PROMISE).unlink(missing_ok=True)
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
    ground: Ground,
    folder: Path,
    rows: pl.DataFrame,
    members: pl.DataFrame,
    told: Mapping[str, set[str]],
) -> Admitted:
    nodes = members.select("node")
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
    check_outputs(fresh, admitted, people)
    return fresh


def _manifest(place: RunPlace, fresh: Path, counter: int) -> dict[str, str]:
    """Write the manifest beside the new outputs; the digests of all of it."""
    anew = digests(fresh)
    kept = digests(place.folder, [name for name in OUTPUTS if name not in anew])
    manifest = {**read_manifest(place.folder), "refreshed": counter}
    mark = write_manifest(fresh, {**manifest, "outputs": {**kept, **anew}})
    return {**kept, **anew, MANIFEST: mark}


def _log(
    store: Store, place: RunPlace, told: Mapping[str, str], at: datetime | None = None
) -> None:
    """Write the digests of outputs into the log, once.

    The leaf says neither why nor how many: a single no must not be read from it. Outputs that the log
    holds already, from a change that was interrupted, are not written there again.
    """
    with store.changing():
        run = store.runs.get(place.run)
        index = int(run.stages["logged"])
        (entry,) = store.log.entries(index, index + 1)
        if entry.leaf.body["outputs"] != told:
            body = {"run": place.run, "use": place.use, "version": run.version}
            index = store.log.append("run_changed", {**body, "outputs": dict(told)}, at).index
        store.runs.stage(place.run, "logged", index, manifest=told[MANIFEST])
        store.runs.stage(place.run, "promised", {})


def _proof(store: Store, place: RunPlace) -> bytes:
    return store.log.proof(int(store.runs.get(place.run).stages["logged"]))


def _promise(store: Store, place: RunPlace, told: Mapping[str, str]) -> bytes:
    """Write the digests of outputs into the chain of acts, once; a note that the log will hold them."""
    with store.changing():
        if store.runs.get(place.run).stages.get("promised") != told:
            now = datetime.now(UTC)
            act = NewAct(kind="outputs_changed", key=place.run[:64], at=now, by="licet", data=told)
            store.acts.add(act)
            store.runs.stage(place.run, "promised", dict(told), manifest=told[MANIFEST])
    lines = [f"{digest}  {name}" for name, digest in sorted(told.items())]
    text = f"licet-outputs\n{place.use}\n{place.run}\nin the log with its next batch\n"
    key = make_key(store.log.origin, store.log.signing)
    return sign_text(text + "\n".join(lines) + "\n", key, store.log.signing)


def keep_promises(root: Path, store: Store, at: datetime | None = None) -> list[str]:
    """Tell the log of every run whose outputs were written anew since the last batch; the runs.

    With the leaf its proof takes the place of the promise beside the outputs. at: UTC.
    """
    found = []
    for run in store.runs.all():
        place = RunPlace(root, run.use, run.run)
        if run.state not in ("released", sealing.SEALED) or not place.folder.is_dir():
            continue
        told = run.stages.get("promised")
        if told:
            _log(store, place, told, at)
            found.append(run.run)
        if told or (place.folder / PROMISE).exists():  # or an interruption left it there
            write_bytes(place.folder / PROOF, _proof(store, place))
            (place.folder / PROMISE).unlink(missing_ok=True)
    return found


def _put(folder: Path, fresh: Path) -> None:
    """Put the new files in the place of the old ones, readable for whoever those were."""
    for path in sorted(fresh.iterdir()):
        old = folder / path.name
        if old.exists():
            path.chmod(old.stat().st_mode & 0o777)
        path.replace(old)
    fresh.rmdir()
