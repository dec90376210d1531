"""The end of a run: sealed when its ruling or use no longer stands, destroyed when its time is over.

A run that another took the place of is destroyed as well: nobody would follow a no in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from licet.assessment import Assessment
from licet.chapters import binding, offer_letters
from licet.chapters.publishing import versions
from licet.chapters.ruling import assess
from licet.chapters.stores import open_store
from licet.decision import Block, blocked
from licet.errors import BadInput, Fault, bad
from licet.files.runs import OUTPUTS, RunPlace, current, digests
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.gate import Permit
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.opening import Store

SEALED = "sealed"


@dataclass(frozen=True)
class Ended:
    """What was done about one run: ``sealed``, ``unsealed`` or ``destroyed``, and why in a word."""

    use: str
    run: str
    state: str
    why: str


def keep_in_force(root: Path, *, today: date) -> list[Ended]:
    """Seal, unseal or destroy the released runs of a workspace, as rulings, uses and retention say.

    A sealed run's outputs cannot be read, and nothing may be added to it; a no is still followed. Each
    change is a leaf of the log. The runs of a use that is declared no more are sealed too. Raises BadInput,
    after all the others, with the faults of uses that cannot be read or ruled on.
    """
    workspace = find_workspace(root)
    if workspace is None:
        raise bad("this is no workspace", str(root), "a folder with licet.toml", "licet init town/")
    found: list[Ended] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    with open_store(workspace) as store:
        for path in workspace.uses:
            try:
                use = read_use(path)
                seen.add(use.id)
                found += of_use(workspace, store, use, assess(path, today=today, vary=False), today)
            except BadInput as error:
                faults += error.faults
        if not faults:  # what cannot be read may be the use of any run
            found += _undeclared(workspace, store, seen, today)
    if faults:
        raise BadInput(*faults)
    return found


def _undeclared(
    workspace: Workspace, store: Store, declared: Collection[str], today: date
) -> Iterator[Ended]:
    """Seal or destroy the runs of uses whose document is gone, by the last version that was published."""
    for name in dict.fromkeys(run.use for run in store.runs.all()):
        known = versions(workspace.root, name)
        if name not in declared and known:
            yield from of_use(workspace, store, Use(**known[max(known)]), None, today)


def of_use(
    workspace: Workspace, store: Store, use: Use, assessment: Assessment | None, today: date
) -> list[Ended]:
    """The same for the runs of one use. assessment None: nobody declares it any more."""
    runs = [run for run in store.runs.all(use.id) if run.state in ("released", SEALED)]
    if not runs:
        return []
    standing = current(workspace.root, use.id)
    block = blocked((entry.leaf for entry in store.log.entries()), use, today)
    days = binding.retention(use, binding.accepted_in(store, use.id))
    found = []
    for run in runs:
        place = RunPlace(workspace.root, use.id, run.run)
        state, why = due(use, assessment, place, standing, today, block, days)
        if state == "destroyed":
            found.append(destroy(store, place, use, why))
        elif state == SEALED and run.state == "released":
            found.append(_seal(store, place, use, why))
        elif state == SEALED:
            _open_up(place.folder, readable=False)
        elif state == "released" and run.state == SEALED:
            found.append(_unseal(store, place, use))
    return found


def due(
    use: Use,
    assessment: Assessment | None,
    place: RunPlace,
    standing: str,
    today: date,
    block: Block | None,
    days: int | None,
) -> tuple[str, str]:
    """The state that a run ought to be in, and why. block: what the log says against the use. days: how
    long it may be kept."""
    made = date.fromisoformat(place.run[:8])
    if days is not None and today > made + timedelta(days=days):
        return "destroyed", "retention"
    if today > use.end or use.status == "ended":
        return "destroyed", "ended"
    if place.run != standing:
        return "destroyed", "superseded"
    if use.status == "suspended":
        return SEALED, "suspended"
    if block is not None:
        return SEALED, block.why
    if assessment is None:
        return SEALED, "undeclared"
    ruling = assessment.ruling
    if not isinstance(ruling, Permit) or today > ruling.expires:
        return SEALED, "ruling"
    return "released", ""


def _seal(store: Store, place: RunPlace, use: Use, why: str) -> Ended:
    outputs = digests(place.folder, OUTPUTS)
    with store.changing():
        body = {"run": place.run, "use": use.id, "why": why, "version": use.version}
        store.log.append("sealed", {**body, "outputs": outputs})
        store.runs.become(place.run, SEALED)
    _open_up(place.folder, readable=False)
    return Ended(use.id, place.run, SEALED, why)


def _unseal(store: Store, place: RunPlace, use: Use) -> Ended:
    """Let a run be read again, once the log says so."""
    with store.changing():
        body = {"run": place.run, "use": use.id, "why": "in_force", "version": use.version}
        store.log.append("unsealed", body)
        store.runs.become(place.run, "released")
    _open_up(place.folder, readable=True)
    return Ended(use.id, place.run, "unsealed", "in_force")


def destroy(store: Store, place: RunPlace, use: Use, why: str) -> Ended:
    """Destroy a run, with the pairs that reviewers saw of it, and say so in the log.

    A superseded one keeps its manifest and its report: no row is in them, and a no could not be followed
    in the rest."""
    outputs = digests(place.folder, OUTPUTS) if place.folder.exists() else {}
    if why == "superseded" and place.folder.exists():
        place.strip()
    else:
        place.discard()
    with store.changing():
        body = {"run": place.run, "use": use.id, "why": why, "version": use.version}
        store.log.append("destroyed", {**body, "outputs": outputs})
        store.runs.become(place.run, "destroyed")
        store.pairs.forget_run(place.run)
        if (
            why != "superseded"
        ):  # else the run in force is looked through by whoever opens the queue
            store.offers.close(use.id)
    offer_letters.sweep(place.root, store, use.id)
    return Ended(use.id, place.run, "destroyed", why)


def _open_up(folder: Path, *, readable: bool) -> None:
    """Let outputs be read, or not. Licet itself asks the store, not the file system."""
    for name in OUTPUTS:
        path = folder / name
        if path.is_file() and path.suffix == ".parquet":
            path.chmod(0o600 if readable else 0)
