"""Where each use of a workspace stands today, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from licet.assessment import Assessment
from licet.errors import BadInput
from licet.evidence import Evidence
from licet.report.screens import columns, wrap


def standing_text(
    name: str,
    today: date,
    uses: Iterable[tuple[str, Assessment | BadInput]],
    evidence: Iterable[Evidence],
) -> str:
    """uses: file name, and what came of it."""
    rows = [("Use", "Ruling", "Until", "Next")]
    for use, found in uses:
        if isinstance(found, BadInput):
            rows.append((use, "Faulty", "-", f"{found.faults[0].what}: see licet check"))
            continue
        until = getattr(found.ruling, "expires", None)
        rows.append((use, found.ruling.heading.capitalize(), str(until or "-"), _next(found)))
    notes = [wrap(line) for line in (f"{name}, {today}", *_expiring(evidence, today))]
    return "\n".join(notes) + "\n\n" + columns(rows, (22, 27, 10))


def _next(assessment: Assessment) -> str:
    kind, status = assessment.ruling.kind, assessment.ruling.status
    if kind == "Permit":
        return "publish, ask each family" if status else "publish, tell each family"
    if kind == "Undetermined":
        return "measure first"
    return "propose a smaller use" if assessment.smaller else "do not start"


def _expiring(evidence: Iterable[Evidence], today: date) -> Iterator[str]:
    """Evidence that has expired or does within a year."""
    for one in evidence:
        left = (one.fieldwork.expires - today).days
        if left < 0:
            yield f"{one.id} expired on {one.fieldwork.expires}: ask again."
        elif left < 365:
            yield f"{one.id} expires on {one.fieldwork.expires}: plan the next survey."
