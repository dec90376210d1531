"""Comparisons: a group against the rest, two groups, two items, two waves, a battery of items.

``compare`` makes them all from one evidence, answers and printed figures alike. They are shown beside
a ruling and never decide one: verdicts are read from shares, group by group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from licet.checks import NO_CHECKS, Checks
from licet.comparisons.bases import (
    PRINTED,
    bases_in,
    bases_of,
    battery_with_bases,
    with_bases,
)
from licet.comparisons.fieldworks import compare_fieldworks, compare_with_line
from licet.comparisons.printed import compare_printed
from licet.comparisons.rows import (
    REST,
    SORTS,
    AtCorrelation,
    BatteryRow,
    Comparison,
    Comparisons,
    Side,
    Sort,
    judged,
    with_families,
)
from licet.comparisons.rules import (
    FAMILIES,
    USUAL,
    Appreciable,
    Battery,
    FamilyChoice,
    Request,
    usual_batteries,
)
from licet.errors import bad
from licet.evidence import Evidence
from licet.readings import Reading, Settings, read

if TYPE_CHECKING:
    from licet.comparisons.answered import Bench
    from licet.survey.answers import Answers

__all__ = [
    "FAMILIES",
    "REST",
    "SORTS",
    "USUAL",
    "Appreciable",
    "AtCorrelation",
    "Battery",
    "BatteryRow",
    "Comparison",
    "Comparisons",
    "FamilyChoice",
    "Request",
    "Side",
    "Sort",
    "compare",
    "usual_batteries",
]

_ABOUT = (
    "About: a base in tens, where the exact one would tell how few gave no answer. Beside it there "
    "are no degrees of freedom, and data has figures with the decimals of the screen."
)
_COMPARED = frozenset({"rest", "groups", "items", "waves", "fieldworks", "awareness", "battery"})
"""Sorts of which it can be said that one side is appreciably higher."""


def compare(
    evidence: Evidence,
    answers: Answers | None = None,
    request: Request = USUAL,
    settings: Settings = Settings(),
    *,
    earlier: tuple[Evidence, Answers | None] | None = None,
    checks: tuple[Checks, Checks] = (NO_CHECKS, NO_CHECKS),
) -> Comparisons:
    """Everything the request asks for, in one evidence.

    answers: None for printed figures. settings: as for readings. earlier: another, independent
    fieldwork, which this one is compared with. checks: what both codebooks say of options outside
    every base, by which a base may be exact or not. Raises BadInput for names that the evidence has
    not and columns that do not fit.
    """
    from licet.comparisons.answered import compare_answers

    request = request.checked(evidence)
    reading = read(evidence, answers, settings)
    threshold = settings.threshold
    alone = list(_of_readings(reading, earlier, request, settings))
    if evidence.printed is not None:
        if request.wave:
            raise bad("printed figures have no waves", "--wave", "answers, one row per person")
        rows, batteries = compare_printed(reading, request, threshold)
        notes, bases = _printed_notes(reading, request), PRINTED
    else:
        assert answers is not None
        bench = _bench(evidence, answers, request, settings)
        rows, batteries = compare_answers(bench)
        alone = [replace(row, shown=row.shown and bench.may_show(row.one)) for row in alone]
        notes = (*bench.people.notes, *_answer_notes(bench.people.now))
        bases = bases_of(bench.people, answers, checks[0], threshold)
        bases = bases.in_waves if request.wave else bases
    rows, batteries = _judged([*rows, *alone], batteries, request)
    before = bases_in(*earlier, checks[1], settings) if earlier else bases
    rows = [with_bases(row, bases, before if row.sort == "fieldworks" else bases) for row in rows]
    batteries = [battery_with_bases(row, bases) for row in batteries]
    if any(row.one.base_about or row.other.base_about for row in rows):
        notes = (*notes, _ABOUT)
    return Comparisons(evidence, tuple(rows), tuple(batteries), request, threshold, notes)


def _bench(evidence: Evidence, answers: Answers, request: Request, settings: Settings) -> Bench:
    from licet.comparisons.answered import Bench
    from licet.comparisons.people import people_of

    return Bench(people_of(evidence, answers, settings, request), request, settings.threshold)


def _of_readings(
    reading: Reading,
    earlier: tuple[Evidence, Answers | None] | None,
    request: Request,
    settings: Settings,
) -> Iterator[Comparison]:
    """Each share against the line, and this fieldwork against an earlier one."""
    if request.wave:
        if earlier is not None:
            what = "waves and another fieldwork at once"
            raise bad(what, "--wave, --earlier", "one of the two", "run it twice")
        return
    yield from compare_with_line(reading, request, settings.threshold)
    if earlier is not None:
        yield from compare_fieldworks(
            reading, read(*earlier, settings), request, settings.threshold
        )


def _judged(
    rows: list[Comparison], batteries: list[BatteryRow], request: Request
) -> tuple[list[Comparison], list[BatteryRow]]:
    """Families and the rule of what is appreciable, over rows and batteries."""
    compared = [b.comparison for b in batteries if b.comparison]
    both = with_families([*rows, *compared], request.family)
    both = [
        judged([row], request.appreciable, request.level)[0] if row.sort in _COMPARED else row
        for row in both
    ]
    rows, done = both[: len(rows)], iter(both[len(rows) :])
    return rows, [replace(b, comparison=next(done)) if b.comparison else b for b in batteries]


def _printed_notes(reading: Reading, request: Request) -> tuple[str, ...]:
    notes = [
        *reading.notes,
        "The rest of a group is worked out from the printed total; group and rest are taken as "
        "drawn independently.",
        "Rounding may put a difference of printed figures out by a point or more: it is appreciable only "
        "where it is large enough whatever the rounding hides.",
        "How the items of a battery hang together was not printed: the mean distance is shown for "
        "several correlations between any two of them.",
    ]
    if request.pairs or request.item_pairs:
        notes.append(
            "Pairs of groups and of items are taken as independent, for their overlap was not printed: "
            "where people are in both, the true uncertainty is another."
        )
    return tuple(notes)


def _answer_notes(now: str) -> tuple[str, ...]:
    return (f"Groups and items are compared within wave {now}.",) if now else ()
