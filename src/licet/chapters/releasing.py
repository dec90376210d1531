"""From what a run found to outputs that anybody may open: written, checked, logged, then shown.

The order matters. Everything is written into the run's own folder; a search for any text of a row that
was not let in runs over all of it; the log takes the digests; the proof that it did is written beside
the outputs; and only then is the folder renamed to where it is seen.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.admitting import Admitted, summed
from licet.chapters.changing import details
from licet.chapters.joining import NOBODY, People, Secrets, births, with_persons
from licet.chapters.missing import tokens
from licet.chapters.searching import check_outputs
from licet.disclosure.counts import shown_counts
from licet.engines.protocol import Edges, Model
from licet.engines.zone import FILE, MENTIONS, ROWS, Zone, write_rows, writing
from licet.errors import bad
from licet.files.runs import (
    MANIFEST,
    PROOF,
    RunPlace,
    current,
    digests,
    read_manifest,
    write_manifest,
)
from licet.files.writing import write_bytes, write_text
from licet.linkage.spec import LinkageSpec
from licet.version import __version__

if TYPE_CHECKING:
    from licet.chapters.grounds import PermittedGround, Say
    from licet.chapters.linking import Linked
    from licet.store.opening import Store


@dataclass(frozen=True)
class Made:
    """What an engine and the clusters made of the permitted rows."""

    model: Model
    edges: Edges
    candidates: tuple[int, ...]
    people: People


def start(
    store: Store, place: RunPlace, ground: PermittedGround, inputs: Mapping[str, str], engine: str
) -> None:
    """Write down that the run starts: in the store, and as a leaf of the log, once."""
    with store.changing():
        known = {run.run: run for run in store.runs.all(place.use)}.get(place.run)
        ruling = ground.assessment.ruling
        store.runs.start(place.run, place.use, ground.use.version, ruling.use_hash, ground.snapshot)
        if known is None or known.state == "failed":
            if known is not None:
                store.runs.become(place.run, "started")
            store.log.append(
                "run_started",
                {
                    "run": place.run,
                    "use": place.use,
                    "version": ground.use.version,
                    "use_hash": ground.use.hash(),
                    "floor": ground.permit.floor,
                    "ledger_mark": ground.snapshot.hash,
                    "code": f"licet-{__version__}",
                    "inputs": dict(inputs),
                    "specification": ground.spec.hash(),
                    "engine": engine,
                },
            )


def failed(store: Store, place: RunPlace, error: BaseException) -> None:
    """Destroy what was made, and say in the log that the run failed; a refused run said so itself.

    A run that is in the log already is whole: whoever opens the store next shows it.
    """
    if store.runs.get(place.run).state == "finished":
        return
    place.discard()
    fault = type(error).__name__.casefold()
    with store.changing():
        run = store.runs.get(place.run)
        if run.state != "started":
            return
        if getattr(error, "why", None) is not None:
            store.runs.become(place.run, "refused")
            return
        store.runs.become(place.run, "failed")
        store.log.append(
            "run_failed",
            {
                "run": place.run,
                "use": place.use,
                "version": run.version,
                "stage": "link",
                "fault": fault if fault.isidentifier() else "fault",
            },
        )


def previous_people(place: RunPlace) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """row, person of the run in force, and the membership of its households."""
    run = current(place.root, place.use)
    if not run:
        return NOBODY, None
    with Zone(RunPlace(place.root, place.use, run).folder) as zone:
        people = zone.members().select("row", "person")
    homes = RunPlace(place.root, place.use, run).folder / "homes.parquet"
    return people, pl.read_parquet(homes) if homes.exists() else None


def release(
    ground: PermittedGround,
    place: RunPlace,
    admitted: Admitted,
    made: Made,
    inputs: Mapping[str, str],
    say: Say,
    started: float,
) -> Linked:
    """Write, check, log and show a run."""
    from licet.chapters.reporting import report_files, run_report

    folder = place.make()
    clear_zone(folder)
    secrets = ground.secrets()  # the store is asked in the thread that opened it
    with ThreadPoolExecutor(
        2
    ) as beside:  # three works of like length that need nothing of each other
        counted = beside.submit(run_report, ground, admitted, made, perf_counter() - started)
        written = beside.submit(write_zone, folder, ground, admitted, made, secrets)
        write_zone_rows(folder, admitted)
        write_outputs(folder, admitted, made.people)
        write_text(folder / "model.json", json.dumps(made.model.settings, indent=1) + "\n")
        write_frequencies(folder, made.model)
        check_outputs(folder, admitted, made.people)
        written.result()
        report = counted.result()
    for name, text in report_files(report).items():
        write_text(folder / name, text)
    counts = shown_counts(report["counts"], ground.assessment.terms.threshold)
    excluded = shown_counts(summed(admitted.excluded), ground.assessment.terms.threshold)
    manifest = {
        **_manifest(ground, place, inputs),
        "counts": report["counts"],
        "seconds": round(perf_counter() - started, 1),
        "outputs": digests(folder),
    }
    shown = {"counts": counts, "excluded": excluded}
    _log(ground, place, write_manifest(folder, manifest), manifest["outputs"], shown)
    _show(ground.store, place)
    return standing(place, new=True)


def _log(
    ground: PermittedGround,
    place: RunPlace,
    mark: str,
    outputs: Mapping[str, str],
    shown: Mapping[str, Mapping[str, int | None]],
) -> None:
    """Write the run's digests and shown counts into the log, and in the store that it is finished."""
    body = {
        "run": place.run,
        "use": place.use,
        "version": ground.use.version,
        "ledger_mark": ground.snapshot.hash,
        "outputs": {**outputs, MANIFEST: mark},
        "use_hash": ground.use.hash(),
    }
    with ground.store.changing():
        entry = ground.store.log.append("run_finished", {**body, **shown})
        ground.store.runs.become(place.run, "finished", manifest=mark)
        ground.store.runs.stage(place.run, "logged", entry.index)


def _manifest(
    ground: PermittedGround, place: RunPlace, inputs: Mapping[str, str]
) -> dict[str, Any]:
    """What a run was made from."""
    return {
        "run": place.run,
        "use": place.use,
        "version": ground.use.version,
        "use_hash": ground.use.hash(),
        "floor": ground.permit.floor,
        "day": ground.today.isoformat(),
        "expires": ground.permit.expires.isoformat(),
        "ledger": {"sequence": ground.snapshot.sequence, "hash": ground.snapshot.hash},
        "inputs": dict(inputs),
        "specification": ground.spec.model_dump(mode="json"),
        "code": __version__,
        "seed": ground.spec.seed,
        "feeds": [feed.model_dump(mode="json") for _, feed in ground.feeds],
    }


def _show(store: Store, place: RunPlace) -> None:
    """Put the proof beside the outputs, make the run visible, and say so in the store."""
    run = store.runs.get(place.run)
    folder = place.part if place.part.exists() else place.folder
    write_bytes(folder / PROOF, store.log.proof(int(run.stages["logged"])))
    place.show()
    if run.state == "finished":
        store.runs.become(place.run, "released")


def settle(root: Path, store: Store) -> None:
    """Put in order what an interruption left: show runs that were logged, forget half-made ones.

    A run that another program is making at this moment is let be.
    """
    for run in store.runs.all():
        place = RunPlace(root, run.use, run.run)
        left = run.state != "released" and place.part.exists()
        if run.state == "finished" or left:
            with place.held() as free:
                if free:
                    with writing(root / "runs"):
                        _settled(store, place, store.runs.get(run.run).state)


def _settled(store: Store, place: RunPlace, state: str) -> None:
    whole = place.part if place.part.exists() else place.folder
    if state != "finished":
        place.discard()
    elif whole.exists() and digests(whole) == read_manifest(whole).get("outputs"):
        _show(store, place)
    else:
        place.discard()
        with store.changing():
            store.log.append("destroyed", {"run": place.run, "use": place.use, "why": "damaged"})
            store.runs.become(place.run, "destroyed")
            store.pairs.forget_run(place.run)


def standing(place: RunPlace, new: bool = False) -> Linked:
    """The run in force, as its manifest tells it."""
    from licet.chapters.linking import Linked

    manifest = read_manifest(place.folder)
    return Linked(place.use, place.run, place.folder, manifest["counts"], new)


def clear_zone(folder: Path) -> None:
    """Remove what an earlier try left of a zone."""
    for path in folder.glob("zone.duckdb*"):
        path.unlink()
    for kind in (ROWS, MENTIONS):
        shutil.rmtree(folder / kind, ignore_errors=True)


def write_zone_rows(folder: Path, admitted: Admitted) -> None:
    """Write the permitted rows and mentions of a zone."""
    write_rows(folder, admitted.rows)
    if admitted.mentions.height:
        nodes = admitted.rows.select("row", "node")
        write_rows(folder, admitted.mentions.join(nodes, on="row"), MENTIONS)


def write_zone(
    folder: Path, ground: PermittedGround, admitted: Admitted, made: Made, secrets: Secrets
) -> None:
    """Write the database of a zone. secrets: of the run."""
    nodes = admitted.rows.select("row", "node")
    members = admitted.rows.select("node", "row", "source").with_columns(
        birth=pl.Series(births(admitted.rows))
    )
    with Zone(folder) as zone:
        zone.fill(
            with_persons(members, made.people.assigned.membership),
            made.edges,
            admitted.fits.join(nodes, on="row"),
            admitted.mention_fits.join(nodes, on="row"),
            details(ground.people),
        )
        zone.keep_facts(
            ledger=str(ground.snapshot.sequence),
            day=ground.today.isoformat(),
            counter=str(secrets.counter),
            last_node=str(admitted.rows.height - 1),
            incomplete=json.dumps(tokens(secrets, sorted(admitted.incomplete))),
            unnamed=json.dumps(sorted(admitted.unnamed)),
        )


def write_outputs(folder: Path, admitted: Admitted, people: People) -> None:
    """Write persons, crosswalk, households and relationships."""
    membership = people.assigned.membership
    told = admitted.rows.select("row", "feed", "record", "seen_from", "seen_to", "dated")
    rows = with_persons(told, membership)
    crosswalk = rows.select("row", "feed", "record", "person")
    _persons(rows).write_parquet(folder / "persons.parquet")
    crosswalk.write_parquet(folder / "crosswalk.parquet")
    people.resolved.relationships.write_parquet(folder / "relationships.parquet")
    if people.households is not None:
        people.households.homes.write_parquet(folder / "households.parquet")
        people.households.membership.write_parquet(folder / "homes.parquet")


def _persons(rows: pl.DataFrame) -> pl.DataFrame:
    """person, rows (how many), feeds, first_seen, last_seen; by person."""
    ordered = rows.select(
        "person", "feed", "seen_from", last=pl.max_horizontal("seen_to", "dated")
    ).sort("person", "feed")
    # Grouped by their number: a text would be hashed for each row.
    return (
        ordered.group_by(ordered["person"].rle_id().alias("number"), maintain_order=True)
        .agg(
            pl.col("person").first(),
            rows=pl.len(),
            feeds=pl.col("feed").unique(maintain_order=True),
            first_seen=pl.col("seen_from").min(),
            last_seen=pl.col("last").max(),
        )
        .drop("number")
    )


def write_frequencies(folder: Path, model: Model) -> None:
    """Write the term frequencies of the model, so that later rows are weighed in the same way."""
    for column, frame in model.frequencies.items():
        frame.write_parquet(folder / f"frequencies_{column}.parquet")


def read_model(folder: Path) -> Model:
    """The model of a run, frozen. Refuses a run that another took the place of: names are gone from it."""
    manifest = read_manifest(folder)
    if not (folder / FILE).exists():
        raise bad(
            "this run was superseded, and its model is no longer whole",
            str(folder),
            "the run in force, or a copy made while it was",
            f"runs/{manifest.get('use', 'USE')}/ with the run that its file 'current' names",
        )
    spec = LinkageSpec(**manifest["specification"])
    settings = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    frequencies = {
        path.stem.removeprefix("frequencies_"): pl.read_parquet(path)
        for path in sorted(folder.glob("frequencies_*.parquet"))
    }
    return Model(settings, frequencies, spec.hash())


def trimmed(model: Model, rows: pl.DataFrame) -> Model:
    """The model with frequencies of those names only that a row has: who left takes theirs along."""
    return replace(
        model,
        frequencies={
            column: frame.join(
                rows.select(pl.col(column).drop_nulls().unique()),
                on=column,
                how="semi",
                maintain_order="left",
            )
            for column, frame in model.frequencies.items()
        },
    )
