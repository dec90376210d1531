"""Linking: a ruling that allows it, the ledger's permissions, and only then people and households.

Refused runs are logged as carefully as others. Nothing of a run is visible before the log holds its
digests.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from licet.chapters import joining, releasing, sealing, searching
from licet.chapters.admitting import Admitted, ReadAhead, admit
from licet.chapters.changing import details
from licet.chapters.grounds import PermittedGround, Say, permitted_ground
from licet.chapters.unswept import unswept
from licet.engines.protocol import Edges, Engine, Model
from licet.engines.zone import writing
from licet.errors import bad
from licet.feeds.contract import Feed
from licet.files.reading import check_file
from licet.files.runs import MANIFEST, RunPlace, current, digest, read_manifest
from licet.linkage.addresses import address_keys
from licet.linkage.spec import LinkageSpec
from licet.version import __version__


@dataclass(frozen=True)
class Linked:
    """A run that is released. counts: of the report. new: False if it stood already."""

    use: str
    run: str
    folder: Path
    counts: Mapping[str, int]
    new: bool


def link(
    use: Path,
    *,
    today: date,
    engine: str = "duckdb",
    spec: LinkageSpec | None = None,
    model: Path | None = None,
    say: Say = lambda text: None,
) -> Linked:
    """Link the feeds of a use as far as its ruling and everybody's permission allow.

    spec: what is compared; None takes ``linkage.toml`` of the workspace, else the standard one. model:
    the folder of a run whose frozen model is used again; None trains on the permitted rows.

    Raises NotLinked, after a leaf in the log, where the ruling does not allow it; BadInput for feeds,
    settings or a store that cannot be used.
    """
    from licet.chapters.arriving import follow, refuse_to_lose

    with permitted_ground(use, today, spec) as ground:
        root = ground.workspace.root
        refuse_to_lose(ground)
        _refuse_foreign(ground, model)
        with alone(root, ground.use.id), writing(root / "runs"), unswept():
            found = run(ground, engine, model, say)
        sealing.of_use(ground.workspace, ground.store, ground.use, ground.assessment, today)
    # Somebody may have said no while this ran.
    follow(use, today=today)
    return found


def _refuse_foreign(ground: PermittedGround, model: Path | None) -> None:
    """Refuse a model that no run of this workspace made: it was learnt from rows of other people."""
    if model is None or not (model / MANIFEST).is_file():
        return
    made = str(read_manifest(model).get("run", ""))
    if made not in {run.run for run in ground.store.runs.all()}:
        raise bad("the model is of a run that this workspace has not made", "--model",
                  f"runs/{ground.use.id}/RUN of this workspace",
                  "leave --model out: a model is then trained on the permitted rows")  # fmt: skip


@contextmanager
def alone(root: Path, use: str) -> Iterator[None]:
    """While this lasts no other program makes a run of the use, nor ends one that is being made."""
    with RunPlace(root, use, "").held() as free:
        if not free:
            raise bad("another program is linking this use", use, "", "wait for it to end")
        yield


def run(ground: PermittedGround, engine: str, model: Path | Model | None, say: Say) -> Linked:
    """One run on its ground: rows let in, compared, joined, checked, logged and shown."""
    if engine == "memory" and model is None:
        allowed = "the model of an earlier run"
        todo = "add the model, or take another engine"
        raise bad("the engine 'memory' trains no model", "model", allowed, todo)
    say(f"{ground.permit.heading}: {ground.use.title}")
    inputs = {
        feed.id: input_digest(path, feed, ground.frames.get(feed.id)) for path, feed in ground.feeds
    }
    # The first feed is read while the ledger's people are: that costs no time where the run stands already.
    with ReadAhead(ground.feeds, ground.frames or None) as ahead:
        run_id = _run_id(ground, inputs, engine, model)
        place = RunPlace(ground.workspace.root, ground.use.id, run_id)
        if current(place.root, place.use) == place.run:
            say(f"The run {place.run} stands already: nothing has changed since.")
            return releasing.standing(place)
        return _run(ground, place, engine, model, inputs, ahead, say)


def _run(
    ground: PermittedGround,
    place: RunPlace,
    engine: str,
    model: Path | Model | None,
    inputs: Mapping[str, str],
    ahead: ReadAhead,
    say: Say,
) -> Linked:
    started = perf_counter()
    releasing.start(ground.store, place, ground, inputs, engine)
    try:
        admitted = _timed(say, "permitted rows", lambda: _admitted(ground, ahead))
        made = _made(ground, place, engine, model, admitted, say)
        return releasing.release(ground, place, admitted, made, inputs, say, started)
    except BaseException as error:
        releasing.failed(ground.store, place, error)
        raise


def _admitted(ground: PermittedGround, ahead: ReadAhead | None = None) -> Admitted:
    held = ground.held.rows
    reading = ahead or ReadAhead(ground.feeds, ground.frames or None)
    found = admit(ground.feeds, ground.people, ground.decisions, held=held, ahead=reading)
    if found.rows.is_empty():
        why = [f"Families are asked first: {x}." for x in ground.permit.floor_reasons if ":" in x]
        raise ground.refused("no_permitted_row", _NO_ROW[0], *why, *_NO_ROW[1:], status=5)
    return found


_NO_ROW = (
    "No row of the feeds is permitted: nobody whose records they hold has said yes to this use.",
    "Next: licet permission show --counts",
)


def _made(
    ground: PermittedGround,
    place: RunPlace,
    engine: str,
    frozen: Path | Model | None,
    admitted: Admitted,
    say: Say,
) -> releasing.Made:
    folder = place.make()
    whole = releasing.read_model(frozen) if isinstance(frozen, Path) else frozen
    given = releasing.trimmed(whole, admitted.rows) if whole else None
    running = make_engine(engine, folder)
    try:
        with ThreadPoolExecutor(1) as beside:
            # The engine leaves a part of the processors alone: what needs the rows only is done meanwhile.
            known = beside.submit(lambda: admitted.texts)
            keys = beside.submit(address_keys, admitted.rows)
            model, edges, candidates = _timed(
                say,
                "scored pairs",
                lambda: joining.score(running, admitted.rows, ground.spec, given, say),
            )
            searched = beside.submit(lambda: running.texts(known.result()))
            rows = admitted.rows.with_columns(address=keys.result())
            people = _timed(
                say,
                "people and households",
                lambda: _people(ground, place, replace(admitted, rows=rows), edges),
            )
            if strange := searched.result():
                raise searching.Leak(strange)
    finally:
        running.close()
    return releasing.Made(model, edges, candidates, people)


def _people(
    ground: PermittedGround, place: RunPlace, admitted: Admitted, edges: Edges
) -> joining.People:
    """Who was found. admitted: its rows with ``address``, as ``around`` takes them."""
    must, cannot = joining.reviewed(ground.store, ground.use.id)
    feeds = [feed for _, feed in ground.feeds]
    clustered = joining.clusters(admitted.rows, edges, ground.spec, feeds, must, cannot)
    previous = releasing.previous_people(place)
    return joining.people(
        admitted, clustered, ground.spec, ground.secrets(), ground.today, *previous
    )


def make_engine(name: str, folder: Path) -> Engine:
    """An engine by its name."""
    if name == "duckdb":
        from licet.engines.duckdb import DuckDBEngine

        return DuckDBEngine(folder)
    if name == "spark":
        from licet.engines.spark import SparkEngine

        return SparkEngine(folder)
    if name == "memory":
        from licet.engines.memory import MemoryEngine

        return MemoryEngine()
    raise bad(f"unknown engine {name!r}", "engine", "duckdb, memory (with a model), spark")


def input_digest(path: Path, feed: Feed, frame: pl.DataFrame | None = None) -> str:
    """What a feed was read from: its contract and, for files and frames, what is in them.

    Its tables of lines are no part of it: the linker never reads them.
    """
    contract = feed.model_copy(update={"tables": {}}).hash()
    if frame is not None:
        held = hashlib.sha256(frame.write_csv().encode()).hexdigest()
        return hashlib.sha256(f"{contract}\n{held}".encode()).hexdigest()
    if feed.location.kind == "postgresql":
        # Nobody can tell whether a table on a server changed: each run is a new one.
        return os.urandom(32).hex()
    place = path.parent / feed.location.path if feed.location.path else None
    if place is not None and not place.is_dir():
        check_file(place)
    held = digest(place) if place is not None else ""
    return hashlib.sha256(f"{contract}\n{held}".encode()).hexdigest()


def _run_id(
    ground: PermittedGround, inputs: Mapping[str, str], engine: str, model: Path | Model | None
) -> str:
    """The same inputs give the same run, so that running again does nothing twice."""
    said = [
        [one.first, one.second, one.link] for one in ground.store.reviews.standing(ground.use.id)
    ]
    parts: dict[str, Any] = {
        "use": ground.use.hash(),
        "floor": ground.permit.floor,
        "ledger": ground.snapshot.hash,
        "inputs": dict(inputs),
        "spec": ground.spec.hash(),
        "engine": engine,
        "model": _model_digest(model),
        "code": __version__,
        "reviews": said,
        "day": ground.today.isoformat(),
        "people": _digest_of(details(ground.people)),
    }
    if ground.held:
        parts["held"] = ground.held.mark
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return _unused(
        ground, f"{ground.today:%Y%m%d}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    )


def _model_digest(model: Path | Model | None) -> str:
    """What stands for a frozen model, by its folder or itself; "" where one is trained."""
    if isinstance(model, Path):
        path = model / "model.json"
        return digest(path) if path.exists() else ""
    if model is None:
        return ""
    return hashlib.sha256(json.dumps(model.settings, sort_keys=True).encode()).hexdigest()


def _unused(ground: PermittedGround, name: str) -> str:
    """The name, unless a run of it was followed by another: things may be again as they once were."""
    known = {run.run: run.state for run in ground.store.runs.all(ground.use.id)}
    found, number = name, 1
    while (
        known.get(found) in ("released", "sealed", "destroyed")
        and current(ground.workspace.root, ground.use.id) != found
    ):
        number += 1
        found = f"{name}-{number}"
    return found


def _digest_of(people: pl.DataFrame) -> str:
    """What changes with anybody's details."""
    text = people.select(pl.format("{}:{}", "number", "digest").str.join("\n")).item() or ""
    return hashlib.sha256(text.encode()).hexdigest()


def _timed(say: Say, what: str, work: Callable[[], Any]) -> Any:
    started = perf_counter()
    found = work()
    say(f"  {what:<24} {perf_counter() - started:5.1f} s")
    return found
