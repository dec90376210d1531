"""Before a condition is accepted: which parameters fit a use, and the ruling that would follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from licet.chapters.binding import accepted, group_name
from licet.chapters.ruling import assess
from licet.chapters.talking import use_of
from licet.conditions import PARAMETERS, Condition, made
from licet.errors import BadInput
from licet.feeds.contract import Feed
from licet.files.feeds import read_feeds
from licet.files.linkage import workspace_spec
from licet.files.workspace import Workspace, read_workspace
from licet.linkage.agreed import Planned, breaches
from licet.use import Use
from licet.vocabulary import ANALYTICS, SERVICES

TYPED = {
    "maximum_age": "No extract is older than so many days when it is linked",
    "minimum_licence": "Each item must be acceptable to at least this share, from 0.5 to 1",
    "review_by": "The use is looked at again by this day: 2026-11-30",
    "retention": "What was joined is destroyed after at most so many days",
}
"""Parameters whose value is typed, and what the form says of each."""


@dataclass(frozen=True)
class Choice:
    """One line of the form. value: None where it is typed."""

    parameter: str
    value: str | None
    text: str

    @property
    def key(self) -> str:
        """What the form sends."""
        return f"{self.parameter}={self.value or ''}"


@dataclass(frozen=True)
class Preview:
    """What would follow. before, after: headings of the ruling. reasons: of the one after. linker: what of
    the next run would break it."""

    condition: Condition
    before: str
    after: str
    reasons: tuple[str, ...]
    linker: tuple[str, ...]


def fitting(root: Path, use: str) -> tuple[Choice, ...]:
    """The conditions that can be accepted for a use: those that name something it has, or could have."""
    workspace = read_workspace(root)
    _, declared = use_of(workspace, use)
    named = _named(workspace, declared)
    held = {(c.parameter, c.written) for c in (*declared.conditions, *accepted(workspace, use))}
    found = []
    for parameter in PARAMETERS:
        if parameter in TYPED:
            found.append(Choice(parameter, None, TYPED[parameter]))
            continue
        for value in named[parameter]:
            one = made(parameter, value)
            if (parameter, one.written) not in held:
                found.append(Choice(parameter, value, one.sentence.rstrip(".")))
    return tuple(found)


def _named(workspace: Workspace, use: Use) -> dict[str, list[str]]:
    """By parameter, what it can be about."""
    feeds = _feeds(workspace, use)
    columns = {group_name(column) for feed in feeds for column in feed.audit_only}
    organisations = [c.name for c in use.companies] + [s.owner for s in use.sources if s.owner]
    return {
        "exclude_service": list(SERVICES),
        "exclude_source": list(dict.fromkeys(source.name for source in use.sources)),
        "exclude_organisation": list(dict.fromkeys(organisations)),
        "exclude_analytics": list(ANALYTICS),
        "no_company": ["true"],
        "floor": ["ask_first"],
        "scope": ["person", "family"],
        "audit_by_group": sorted(columns),
    }


def _feeds(workspace: Workspace, use: Use) -> list[Feed]:
    try:
        return [f for _, f in read_feeds(workspace.root) if f.service in use.services]
    except BadInput:
        return []


def preview(root: Path, use: str, parameter: str, value: str, *, today: date) -> Preview:
    """The ruling that would follow if a condition were accepted. Nothing is kept.

    Raises BadInput for a parameter that does not fit and for a value that is none of it.
    """
    workspace = read_workspace(root)
    path, declared = use_of(workspace, use)
    one = made(parameter, value)
    held = accepted(workspace, use)
    before = assess(path, today=today, vary=False, agreed=held)
    after = assess(path, today=today, vary=False, agreed=(*held, one))
    try:
        spec = workspace_spec(workspace.root)
        scope = spec.scope if spec else "household"
        planned = Planned(declared, _feeds(workspace, declared), scope, (), today)
        linker = tuple(breach.text for breach in breaches([one], planned))
    except BadInput:
        linker = ()
    reasons = tuple(reason.text for reason in after.ruling.reasons)
    return Preview(one, before.ruling.heading, after.ruling.heading, reasons, linker)
