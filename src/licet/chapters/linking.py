"""Linking: a ruling that allows it, the ledger's permissions, and only then people and households.

Refused runs are logged as carefully as others. Stages leave what they made in the run's own folder, so
that an interrupted run goes on where it stopped; nothing is visible before the log holds its digests.
"""

from __future__ import annotations

import hashlib
import json

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import polars as pl

from licet import __version__
from licet.assessment import Assessment
from licet.chapters import joining, releasing
from licet.chapters.admitting import Admitted, admit, feeds_of
from licet.chapters.joining import Secrets
from licet.chapters.ruling import assess
from licet.chapters.stores import open_store, permission_terms
from licet.engines.protocol import Edges, Engine, Model
from licet.errors import LicetError, bad
from licet.feeds.contract import Feed
from licet.files.feeds import read_feeds
from licet.files.runs import RunPlace, current, digest
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.gate import Permit
from licet.linkage.spec import LinkageSpec, standard_spec
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.ledger import Snapshot
    from licet.store.opening import Store

Say = Callable[[str], None]


class NotLinked(LicetError):
    """A run that was refused: why, as a short id, the sentences, and the exit status."""

    def __init__(self, why: str, reasons: tuple[str, ...], status: int) -> None:
        self.why, self.reasons, self.status = why, reasons, status
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class Linked:
    """A run that is released. counts: of the report. new: False if it stood already."""

    use: str
    run: str
    folder: Path
    counts: Mapping[str, int]
    new: bool


@dataclass(frozen=True)
class Ground:
    """Everything that a run stands on."""

    workspace: Workspace
    store: Store
    use: Use
    assessment: Assessment
    permit: Permit
    feeds: tuple[tuple[Path, Feed], ...]
    spec: LinkageSpec
    snapshot: Snapshot
    people: pl.DataFrame
    today: date

    def decisions(self, service: str) -> pl.DataFrame:
        """What the ledger decides on everybody, for one service."""
        return self.store.permissions.decisions(
            self.use.id,
            self.use.version,
            self.use.purpose,
            [service],
            self.permit.floor,
            on=self.today,
            snapshot=self.snapshot,
            **permission_terms(self.workspace, self.use),
        )

    @property
    def secrets(self) -> Secrets:
        """What makes the ids of this run's persons."""
        runs = self.store.runs.all(self.use.id)
        return Secrets(self.store.keys.secret("persons"), self.use.id, len(runs) + 1)


def link(
    use: Path,
    *,
    today: date,
    engine: str = "duckdb",
    spec: LinkageSpec | None = None,
    say: Say = lambda text: None,
) -> Linked:
    """Link the feeds of a use as far as its ruling and everybody's permission allow.

    Raises NotLinked, after a leaf in the log, where the ruling does not allow it; BadInput for feeds,
    settings or a store that cannot be used.
    """
    workspace = _workspace(use)
    declared = read_use(use)
    with open_store(workspace) as store:
        releasing.settle(workspace.root, store)
        ground = _ground(workspace, store, declared, use, today, spec)
        return _run(ground, engine, say)


def _workspace(use: Path) -> Workspace:
    found = find_workspace(use)
    if found is None:
        raise bad(
            "the use lies in no workspace",
            str(use),
            "a use in uses/ of a workspace, with feeds/ and evidence/ beside it",
            "make one: licet init town/",
        )
    return found


def _ground(
    workspace: Workspace,
    store: Store,
    use: Use,
    path: Path,
    today: date,
    spec: LinkageSpec | None,
) -> Ground:
    assessment = assess(path, today=today, vary=False)
    permit = permitted(store, use, assessment, today)
    feeds = feeds_of(use, read_feeds(workspace.root))
    chosen = spec or standard_spec(joining.fields_held([feed for _, feed in feeds]))
    people = store.permissions.subjects()
    snapshot = store.permissions.snapshot()
    if snapshot.sequence == 0:
        told = (_NOBODY_ASKED, f"Next: licet permission invite {path}")
        raise _refused(store, use, assessment, "nobody_asked", told, 5)
    return Ground(
        workspace, store, use, assessment, permit, feeds, chosen, snapshot, people, today
    )


_NOBODY_ASKED = "Nobody has been asked yet: the permission ledger is empty, so no row may be linked."


def permitted(store: Store, use: Use, assessment: Assessment, today: date) -> Permit:
    """The permit of a use, or NotLinked: no ruling that allows it, or a use edited after its ruling."""
    ruling = assessment.ruling
    if not isinstance(ruling, Permit):
        reasons = tuple(reason.text for reason in ruling.reasons)
        why = "refusal" if ruling.status == 3 else "undetermined"
        raise _refused(store, use, assessment, why, (f"{ruling.heading}.", *reasons), ruling.status)
    if today > ruling.expires or today < use.start:
        when = f"The ruling holds from {use.start} until {ruling.expires}, not on {today}."
        raise _refused(store, use, assessment, "not_in_force", (when,), 4)
    published = {
        entry.leaf.body["version"]: entry.leaf.body["use_hash"]
        for entry in store.log.entries()
        if entry.leaf.kind == "use_version" and entry.leaf.body["use"] == use.id
    }
    if use.version not in published:
        text = (
            f"Version {use.version} of the use {use.id} is not in the register: nobody could know of it.",
            "Next: licet publish",
        )
        raise _refused(store, use, assessment, "not_published", text, 3)
    if published[use.version] != use.hash():
        text = (
            f"The use {use.id} was edited after version {use.version} was published and ruled on.",
            f"Next: give it version = {max(published) + 1}, then licet publish",
        )
        raise _refused(store, use, assessment, "edited", text, 3)
    return ruling


def _refused(
    store: Store,
    use: Use,
    assessment: Assessment,
    why: str,
    reasons: tuple[str, ...],
    status: int,
) -> NotLinked:
    store.log.append(
        "run_refused",
        {
            "use": use.id,
            "why": why,
            "reasons": list(reasons),
            "version": use.version,
            "use_hash": use.hash(),
            "ruling": assessment.ruling.kind.casefold(),
        },
    )
    return NotLinked(why, reasons, status)


def _run(ground: Ground, engine: str, say: Say) -> Linked:
    say(f"{ground.permit.heading}: {ground.use.title}")
    inputs = {feed.id: input_digest(path, feed) for path, feed in ground.feeds}
    place = RunPlace(ground.workspace.root, ground.use.id, _run_id(ground, inputs, engine))
    if current(place.root, place.use) == place.run:
        say(f"The run {place.run} stands already: nothing has changed since.")
        return releasing.standing(place)
    started = perf_counter()
    releasing.start(ground.store, place, ground, inputs, engine)
    try:
        admitted = _timed(say, "permitted rows", lambda: _admitted(ground))
        made = _made(ground, place, engine, admitted, say)
        return releasing.release(ground, place, admitted, made, inputs, say, started)
    except BaseException as error:
        releasing.failed(ground.store, place, error)
        raise


def _admitted(ground: Ground) -> Admitted:
    found = admit(ground.feeds, ground.people, ground.decisions)
    if found.rows.is_empty():
        raise _refused(
            ground.store, ground.use, ground.assessment, "no_permitted_row", _NO_ROW, 5
        )
    return found


_NO_ROW = (
    "No row of the feeds is permitted: nobody whose records they hold has said yes to this use.",
    "Next: licet permission show --counts",
)


def _made(
    ground: Ground, place: RunPlace, engine: str, admitted: Admitted, say: Say
) -> releasing.Made:
    folder = place.make()
    running = make_engine(engine, folder)
    try:
        model, edges, candidates = _timed(
            say, "scored pairs", lambda: joining.score(running, admitted.rows, ground.spec, None)
        )
        strange = running.texts(admitted.texts)
        if strange:
            raise releasing.Leak(strange)
    finally:
        running.close()
    must, cannot = reviewed(ground.store, ground.use.id)
    clustered = joining.clusters(
        admitted.rows, edges, ground.spec, [feed for _, feed in ground.feeds], must, cannot
    )
    previous = releasing.previous_people(place)
    people = _timed(
        say,
        "people and households",
        lambda: joining.people(
            admitted, clustered, ground.spec, ground.secrets, ground.today, *previous
        ),
    )
    return releasing.Made(model, edges, candidates, people)


def reviewed(store: Store, use: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What reviewers joined, and what they parted: pairs of row ids."""
    said = store.reviews.standing(use)
    return (
        [(one.first, one.second) for one in said if one.link == "must"],
        [(one.first, one.second) for one in said if one.link == "cannot"],
    )


def make_engine(name: str, folder: Path) -> Engine:
    """An engine by its name."""
    if name == "duckdb":
        from licet.engines.duckdb import DuckDBEngine

        return DuckDBEngine(folder)
    if name == "spark":
        from licet.engines.spark import SparkEngine

        return SparkEngine(folder)
    raise bad(f"unknown engine {name!r}", "--engine", "duckdb, spark")


def input_digest(path: Path, feed: Feed) -> str:
    """What a feed was read from: its contract and, for files, their bytes."""
    contract = feed.hash()
    place = path.parent / feed.location.path if feed.location.path else None
    held = digest(place) if place is not None and place.exists() else ""
    return hashlib.sha256(f"{contract}\n{held}".encode()).hexdigest()


def _run_id(ground: Ground, inputs: Mapping[str, str], engine: str) -> str:
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
        "code": __version__,
        "reviews": said,
        "day": ground.today.isoformat(),
    }
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return f"{ground.today:%Y%m%d}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _timed(say: Say, what: str, work: Callable[[], Any]) -> Any:
    started = perf_counter()
    found = work()
    say(f"  {what:<24} {perf_counter() - started:5.1f} s")
    return found


