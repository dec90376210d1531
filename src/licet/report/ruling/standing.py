"""Where each use of a workspace stands today, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from licet.assessment import Assessment
from licet.errors import BadInput
from licet.evidence import Evidence
from licet.report.phrases import and_list, condition_text
from licet.report.screens import columns, wrap
from licet.states import State

OLD_YEARS = 3
"""Fieldwork that ended longer ago is marked."""
SOON_MONTHS = 6
"""Evidence that expires within these months is announced with the time left."""


def check_text(good: str, evidence: Iterable[Evidence], today: date) -> str:
    """A workspace without a fault, and what to know of its evidence nonetheless."""
    return "\n".join(wrap(line) for line in (good, *evidence_lines(evidence, today)))


def standing_text(
    name: str,
    today: date,
    uses: Iterable[tuple[str, tuple[Assessment, State] | BadInput]],
    evidence: Iterable[Evidence],
) -> str:
    """uses: file name, and what came of it."""
    uses = list(uses)
    rows = [("Use", "Ruling", "Until", "State", "Next")]
    for use, found in uses:
        if isinstance(found, BadInput):
            rows.append((use, "Faulty", "-", "-", f"{found.faults[0].what}: see licet check"))
            continue
        ruling, state = found[0].ruling, found[1]
        until = str(getattr(ruling, "expires", None) or "-")
        rows.append((use, ruling.heading.capitalize(), until, state.text, state.next))
    binding = list(_binding(uses))
    notes = [wrap(line) for line in (f"{name}, {today}", *evidence_lines(evidence, today))]
    table = columns(rows, (22, 27, 10, 18))
    return "\n\n".join(["\n".join(notes), table, *(["\n".join(binding)] if binding else [])])


def _binding(uses: Iterable[tuple[str, tuple[Assessment, State] | BadInput]]) -> Iterator[str]:
    """The conditions in force, of all uses."""
    told = [(name, found[0]) for name, found in uses if not isinstance(found, BadInput)]
    if any(found.conditions for _, found in told):
        yield "Agreed in dialogue, and in force:"
    for name, found in told:
        for condition in found.conditions:
            yield wrap(f"- {name}: {condition_text(condition)}")


def evidence_lines(evidence: Iterable[Evidence], today: date) -> list[str]:
    """What to know of the evidence of a workspace: made-up beside real, old, expired or soon to be."""
    evidence = list(evidence)
    return [*_beside_real(evidence), *(line for one in evidence for line in _aging(one, today))]


def _beside_real(evidence: Sequence[Evidence]) -> Iterator[str]:
    """An example goes on counting where somebody added evidence of their own."""
    real = [one.id for one in evidence if not (one.example_only or one.synthetic)]
    for one in evidence:
        if real and one.id not in real:
            kind = "an example" if one.example_only else "synthetic"
            yield (
                f"Warning: {one.id} is {kind} and goes on counting beside {and_list(real)}. "
                "Take its folder out of evidence/ before a real decision."
            )


def _aging(evidence: Evidence, today: date) -> Iterator[str]:
    """Fieldwork of long ago; evidence that has expired, or does within a year."""
    work = evidence.fieldwork
    years = _months(work.end, today) // 12
    if work.end < _years_before(today, OLD_YEARS):
        yield f"{evidence.id}: fieldwork ended {years} years ago."
    if work.expires < today:
        yield f"{evidence.id} expired on {work.expires}: ask again."
        return
    months = _months(today, work.expires)
    if _months(today, work.expires - timedelta(days=1)) < SOON_MONTHS:
        left = f"{months} month{'' if months == 1 else 's'}" if months else "less than a month"
        yield f"{evidence.id} expires on {work.expires}, in {left}: start the next survey."
    elif months < 12:
        yield f"{evidence.id} expires on {work.expires}: plan the next survey."


def _months(start: date, end: date) -> int:
    """Whole months from one day to a later one."""
    return 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)


def _years_before(day: date, years: int) -> date:
    """The same day some years earlier; of 29 February, the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap else day.day)
