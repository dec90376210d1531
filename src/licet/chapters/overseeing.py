"""Every run of a workspace: where it stands, and what has to be done to it today.

``keep`` is for a timer: it seals and destroys what no longer may be read, and brings the runs in force to
the end of the ledger, because a yes may also end by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.chapters import arriving, offer_letters, offer_queue, refreshing, sealing
from licet.chapters.permitting import Followed
from licet.chapters.sealing import Ended
from licet.chapters.stores import open_store
from licet.disclosure import THRESHOLD
from licet.errors import BadInput, Fault, bad
from licet.files.runs import MANIFEST, OUTPUTS, RunPlace, current, read_manifest
from licet.files.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from licet.store.opening import Store

IN_FORCE = "in force"
STEPS = ("run_started", "run_finished", "run_failed", "sealed", "unsealed", "destroyed")
"""Leaves of the log after which a run stands otherwise than before."""


@dataclass(frozen=True)
class RunStanding:
    """One run. state: ``in force``, ``sealed``, ``destroyed``, ``failed``, ``refused``, ``started``,
    ``finished`` or ``released`` (and not in force: it waits to be destroyed). since: the day it became
    so, UTC. why: a word of the log, "" where it says none. until: the last day of its ruling. files: what
    of it lies there, that it gave out."""

    use: str
    run: str
    state: str
    since: date
    why: str = ""
    until: date | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """What was done. ended: sealed, opened again or destroyed; followed: runs that followed the ledger."""

    ended: tuple[Ended, ...]
    followed: tuple[Followed, ...]
    threshold: int = THRESHOLD


def runs(path: Path, *, use: str | None = None) -> tuple[RunStanding, ...]:
    """Every run of a workspace in the order they were started. use: only its runs.

    Changes nothing. Raises BadInput for a folder that is no workspace.
    """
    workspace = _workspace(path)
    with open_store(workspace) as store:
        steps = _steps(store)
        return tuple(_standing(workspace, run, steps.get(run.run)) for run in store.runs.all(use))


def keep(path: Path, *, today: date) -> Kept:
    """Seal, unseal or destroy runs as rulings, uses and retention say; the others follow the ledger. Whoever
    waited too long in a queue of offers is forgotten.

    All of it is in the log, and with it the outputs that were written anew since the last batch. Raises
    BadInput, after the other uses were seen to, with the faults of uses that cannot be read or ruled on.
    """
    workspace = _workspace(path)
    ended: list[Ended] = []
    followed: list[Followed] = []
    faults: list[Fault] = []
    try:
        ended = sealing.keep_in_force(workspace.root, today=today)
    except BadInput as error:
        faults += error.faults
    for use in workspace.uses:
        try:
            found = arriving.follow(use, today=today)
        except BadInput as error:
            faults += [fault for fault in error.faults if fault not in faults]
            continue
        if found is not None:
            place, change = found
            followed.append(Followed(place.use, place.run, change.rows, change.mentions))
    with open_store(workspace) as store:
        refreshing.keep_promises(workspace.root, store)
        for name in store.offers.uses():
            offer_queue.let_go(workspace.root, store, name, today)
    offer_letters.sweep_every(workspace)
    if faults:
        raise BadInput(*faults)
    return Kept(tuple(ended), tuple(followed), workspace.disclosure_threshold)


def runs_text(found: Sequence[RunStanding]) -> str:
    """For the terminal."""
    from licet.report.linkage.outcome import runs_text as text

    return text(runs_data(found))


def runs_data(found: Sequence[RunStanding]) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [
        {
            **asdict(one),
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else None,
            "files": list(one.files),
        }
        for one in found
    ]


def kept_text(kept: Kept) -> str:
    """For the terminal, and for the mail of a timer."""
    from licet.report.linkage.outcome import kept_text as text

    ended, followed = ([asdict(one) for one in part] for part in (kept.ended, kept.followed))
    return text(ended, followed, kept.threshold)


def _workspace(path: Path) -> Workspace:
    workspace = find_workspace(Path(path))
    if workspace is None:
        raise bad("this is no workspace", str(path), "a folder with licet.toml", "licet init town/")
    return workspace


def _steps(store: Store) -> dict[str, tuple[date, str]]:
    """The last step of each run that the log knows: its day and its reason."""
    found = {}
    for leaf in (entry.leaf for entry in store.log.entries()):
        if leaf.kind in STEPS:
            body: Mapping[str, Any] = leaf.body
            found[body["run"]] = (leaf.at.date(), str(body.get("why") or body.get("fault") or ""))
    return found


def _standing(workspace: Workspace, run: Any, step: tuple[date, str] | None) -> RunStanding:
    place = RunPlace(workspace.root, run.use, run.run)
    state, since = run.state, date.fromisoformat(run.changed[:10])
    why = ""
    if state != "refused" and step is not None:
        since, why = step
    if state == "released":
        state = IN_FORCE if current(workspace.root, run.use) == run.run else state
        why = ""
    if (
        state not in (IN_FORCE, "released", sealing.SEALED)
        or not (place.folder / MANIFEST).is_file()
    ):
        return RunStanding(run.use, run.run, state, since, why)
    until = date.fromisoformat(read_manifest(place.folder)["expires"])
    files = tuple(name for name in OUTPUTS if (place.folder / name).is_file())
    return RunStanding(run.use, run.run, state, since, why, until, files)
