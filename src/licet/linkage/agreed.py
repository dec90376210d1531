"""Accepted conditions that the linker enforces: what of a run would break them. Pure; the day is given.

The gate enforces the others (``licet.gate``). Each function below is one row of the table ``ENFORCED``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from licet.conditions import SCOPES, Condition
from licet.feeds.contract import Feed
from licet.log.leaves import Leaf
from licet.use import Use


@dataclass(frozen=True)
class Planned:
    """A run before it starts. scope: of its specification. leaves: of the log, on this use."""

    use: Use
    feeds: Sequence[Feed]
    scope: str
    leaves: Sequence[Leaf]
    today: date


@dataclass(frozen=True)
class Breach:
    """A condition that a run would break. detail: what of the run does, for the public."""

    condition: Condition
    detail: str

    @property
    def text(self) -> str:
        """The sentence of the refusal."""
        return f"{self.condition.broken} {self.detail}"


def breaches(conditions: Iterable[Condition], planned: Planned) -> tuple[Breach, ...]:
    """Every condition that a run would break, and by what."""
    found = []
    for condition in conditions:
        enforced = ENFORCED.get(condition.parameter)
        detail = enforced(condition, planned) if enforced else ""
        if detail:
            found.append(Breach(condition, detail))
    return tuple(found)


def _too_old(condition: Condition, planned: Planned) -> str:
    ages = {feed.id: (planned.today - feed.extract).days for feed in planned.feeds}
    old = [f"{name} is {days} days old" for name, days in ages.items() if days > condition.days]
    return f"On {planned.today}, {', '.join(old)}." if old else ""


def _excluded(condition: Condition, planned: Planned) -> str:
    """A source that the use names no more may still lie in feeds/ under its name."""
    named = _plain(str(condition.value))
    feeds = [f.id for f in planned.feeds if named in (_plain(f.title), _plain(f.id))]
    return f"The feed {', '.join(feeds)} brings it." if feeds else ""


def _left_out(condition: Condition, planned: Planned) -> str:
    named = _plain(str(condition.value))
    feeds = [f.id for f in planned.feeds if named == _plain(f.owner)]
    return f"The feed {', '.join(feeds)} is its own." if feeds else ""


def _scope(condition: Condition, planned: Planned) -> str:
    if SCOPES.index(planned.scope) >= SCOPES.index(str(condition.value)):
        return ""
    return f"The specification joins by {planned.scope}."


def _kept_too_long(condition: Condition, planned: Planned) -> str:
    days = planned.use.retention_days
    if days is not None and days <= condition.days:
        return ""
    return f"The use keeps it {days} days." if days else "The use names no retention_days."


def _not_audited(condition: Condition, planned: Planned) -> str:
    """The last finished run must have been audited by the group; before the first there is nothing."""
    runs = [
        (place, leaf.body["run"])
        for place, leaf in enumerate(planned.leaves)
        if leaf.kind == "run_finished" and leaf.body["use"] == planned.use.id
    ]
    if not runs:
        return ""
    place, run = runs[-1]
    for leaf in planned.leaves[place:]:
        body = leaf.body
        of_it = (
            leaf.kind == "audit" and body["use"] == planned.use.id and body["audit"] == "linkage"
        )
        if of_it and body.get("run") == run and _group(condition) in body.get("groups", ()):
            return ""
    return f"The run {run} was not audited by {condition.value}."


def _group(condition: Condition) -> str:
    """A group as the log names it."""
    parts = [
        re.sub(r"[^a-z0-9]+", "_", p.casefold().strip()).strip("_")
        for p in condition.written.split(":")
    ]
    return ":".join(part[:40] for part in parts)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


ENFORCED: Mapping[str, Callable[[Condition, Planned], str]] = {
    "maximum_age": _too_old,
    "exclude_source": _excluded,
    "exclude_organisation": _left_out,
    "scope": _scope,
    "retention": _kept_too_long,
    "audit_by_group": _not_audited,
}
"""By parameter, what of a run breaks it, in words; "" where nothing does."""
