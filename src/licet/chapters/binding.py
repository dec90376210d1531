"""Accepted conditions, brought to where they bind: the gate reads them in the terms, the linker here.

They stand in the log of a workspace's store. Without a store nothing was ever accepted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from licet import conditions
from licet.conditions import Agreed, Condition
from licet.files.database import VARIABLE
from licet.findings import Terms, conditions_of

if TYPE_CHECKING:
    from licet.assessment import Assessment
    from licet.chapters.grounds import PermittedGround
    from licet.files.workspace import Workspace
    from licet.store.opening import Store
    from licet.use import Use

KINDS = ("condition", "condition_ended")


def accepted(workspace: Workspace, use: str) -> tuple[Agreed, ...]:
    """The conditions on a use that were accepted in dialogue and are in force.

    Raises BadInput for a store that is there and cannot be opened: a ruling without them would be wrong.
    """
    from licet.chapters.stores import open_store

    named = os.environ.get(VARIABLE) or workspace.database
    if not named and not (workspace.root / "store" / "licet.sqlite3").exists():
        return ()
    with open_store(workspace) as store:
        return accepted_in(store, use)


def accepted_in(store: Store, use: str) -> tuple[Agreed, ...]:
    """The same from an open store."""
    from licet.store.dialogue import leaves_of

    return conditions.agreed(leaves_of(store, KINDS), use)


def bound(terms: Terms, agreed: tuple[Condition, ...]) -> Terms:
    """Terms with accepted conditions."""
    return replace(terms, conditions=agreed) if agreed else terms


def overlooked(store: Store, use: Use, assessment: Assessment) -> tuple[str, ...]:
    """Sentences on accepted conditions that a ruling did not know of; a permit made so opens nothing."""
    known = {(c.parameter, c.written) for c in conditions_of(use, assessment.terms)}
    return tuple(
        f"The ruling was made without an accepted condition: {one.named}. Rule on it again."
        for one in accepted_in(store, use.id)
        if (one.parameter, one.written) not in known
    )


def audited_groups(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The groups that a linkage audit shows a figure of, as names: "ethnicity", "ethnicity:black", "black".

    data: as ``auditing_linkage.linkage_audit_data`` gives it.
    """
    names: set[str] = set()
    for part in ("clusters", "labels", "signs"):
        for row in (data.get(part) or {}).get("rates", ()):
            if row.get("by") and row.get("value") is not None:
                by, group = group_name(str(row["by"])), group_name(str(row["group"]))
                names |= {by, group, f"{by}:{group}"} if by and group else set()
    return tuple(sorted(names))[:1000]


def group_name(text: str) -> str:
    """A group as the log can name it: small letters and digits, anything else as "_"."""
    kept = re.sub(r"[^a-z0-9]+", "_", text.casefold().strip()).strip("_")
    return kept[:40]


def check_run(ground: PermittedGround) -> None:
    """Refuse, after a leaf in the log, a run that would break an accepted condition.

    Raises NotLinked, which names the condition, when it was agreed and what would keep it.
    """
    from licet.linkage.agreed import Planned, breaches

    use = ground.use
    leaves = [e.leaf for e in ground.store.log.entries() if e.leaf.body.get("use") == use.id]
    feeds = [feed for _, feed in ground.feeds]
    planned = Planned(use, feeds, ground.spec.scope, leaves, ground.today)
    found = breaches(conditions_of(use, ground.assessment.terms), planned)
    if found:
        todo = "Next: keep it, or talk again: nothing is linked against what was agreed."
        raise ground.refused("condition", *(one.text for one in found), todo, status=3)


def check_dialogue(ground: PermittedGround) -> None:
    """Refuse, after a leaf in the log, a run of a use that owes an answer, where the workspace says so."""
    from licet.chapters import talking

    text = talking.owed(ground.workspace, ground.store, ground.use.id, ground.today)
    if text:
        todo = "Next: answer: licet dialogue list"
        raise ground.refused("dialogue_overdue", text, todo, status=3)


def retention(use: Use, agreed: tuple[Condition, ...]) -> int | None:
    """Days after which a run is destroyed: the fewest of what the use says and what was agreed."""
    days = [one.days for one in (*use.conditions, *agreed) if one.parameter == "retention"]
    days += [use.retention_days] if use.retention_days is not None else []
    return min(days, default=None)
