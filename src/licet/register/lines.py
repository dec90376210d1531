"""What a list says of one use: enough for a row, so that a list reads no whole entry."""

from __future__ import annotations

from datetime import date

from licet.register.entry import Part, RegisterEntry, Standing


class Line(Part):
    """A row of a list. path: of the page of the use. confirmed: by the body whose use it is. known_from:
    where an entry is from that the body did not confirm."""

    id: str
    path: str
    body: str
    title: str
    version: int | None
    state: Standing
    ruling: str
    services: tuple[str, ...]
    companies: tuple[str, ...]
    run_by: str
    paid: bool
    forecast: bool
    start: date | None
    end: date | None
    waiting: int = 0
    overdue: int = 0
    longest_wait: int | None = None
    refused_runs: int = 0
    evidence_until: date | None = None
    marks: tuple[str, ...] = ()
    confirmed: bool = True
    known_from: str = ""


def line_of(entry: RegisterEntry, path: str | None = None) -> Line:
    """The row of an entry. path: of its page, by default "uses/ID"."""
    counting = [one.expires for one in entry.ruling.evidence if one.counts or one.expired]
    return Line(
        id=entry.id,
        path=path or f"uses/{entry.id}",
        body=entry.body,
        title=entry.title,
        version=entry.version,
        state=entry.state,
        ruling=entry.ruling.heading,
        services=tuple(one.label for one in entry.services),
        companies=tuple(one.name for one in entry.declared.companies),
        run_by=entry.operator.label,
        paid=entry.paid_by_results,
        forecast=entry.forecasts,
        start=entry.declared.start,
        end=entry.declared.end,
        waiting=entry.dialogue.open,
        overdue=entry.dialogue.overdue,
        longest_wait=entry.dialogue.longest_wait,
        refused_runs=entry.refused_runs,
        evidence_until=max(counting, default=None),
        marks=entry.marks,
    )
