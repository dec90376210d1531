"""Where a use of a workspace stands: its facts gathered from ruling, log, ledger and runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from licet import states
from licet.assessment import Assessment
from licet.chapters.publishing import register_of
from licet.chapters.stores import URL, open_store
from licet.files.runs import current
from licet.files.workspace import Workspace
from licet.states import State

if TYPE_CHECKING:
    from licet.store.opening import Store


@contextmanager
def looked_at(workspace: Workspace) -> Iterator[Store | None]:
    """The store of a workspace to be looked at; None where nothing was ever written into one."""
    named = os.environ.get(URL) or workspace.database
    if not named and not (workspace.root / "store" / "licet.sqlite3").is_file():
        yield None
        return
    with open_store(workspace) as store:
        yield store


def state_of(
    workspace: Workspace, store: Store | None, assessment: Assessment, today: date
) -> State:
    """The state of one use on a day. store: of the workspace; None where there is none yet."""
    use = assessment.use
    leaves = [] if store is None else [entry.leaf for entry in store.log.entries()]
    run = current(workspace.root, use.id)
    runs = [] if store is None else store.runs.all(use.id)
    facts = states.facts_of(
        assessment,
        leaves,
        today,
        register="missing" if store is None else register_of(store, use),
        told=store is not None and store.permissions.told_about(use.id),
        linked=any(one.run == run and one.state == "released" for one in runs),
    )
    return states.state_of(facts)
