"""How far evidence carries: who did not answer, what moved answers, whom it missed, and what hangs on it.

``examine`` puts it all together. Nothing here decides: verdicts and rulings are those of the gate, and
this says what would change them. What cannot be checked is listed, never passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from licet.checks import NO_CHECKS, Checks
from licet.comparisons.bases import PRINTED, bases_of
from licet.comparisons.parts import PARTS, empty_means, part_of
from licet.evidence import LICENCE_KINDS, Evidence
from licet.findings import Terms
from licet.quality.coverage import Fact, MarginRow, facts, margin_rows
from licet.quality.effects import CHECKS, Arms, Effect, check_effect
from licet.quality.ranking import Point, points
from licet.quality.response import ResponseRow, response
from licet.quality.sensitivity import Sensitivity, Silence, sensitivity, silences
from licet.quality.worth import WorthRow, worth
from licet.readings import Reading, Settings, read, sample_of

if TYPE_CHECKING:
    from licet.assessment import Assessment
    from licet.comparisons.people import People
    from licet.survey.answers import Answers
    from licet.weighting.margins import Margin

__all__ = [
    "CHECKS",
    "PARTS",
    "Effect",
    "Fact",
    "MarginRow",
    "Point",
    "Quality",
    "ResponseRow",
    "Sensitivity",
    "Silence",
    "WorthRow",
    "examine",
]

_HOW = {
    "mode": 'add mode = "COLUMN" to [checks] in the codebook',
    "flip": 'add flip = "COLUMN" to [checks], if options were flipped for some',
    "set": 'add set = "COLUMN" to [checks], if statements were rotated',
    "order": 'add order = "COLUMN" to [checks], if blocks were turned round',
    "position": "add [checks.position] with ITEM = COLUMN, if places in lists were drawn",
}


@dataclass(frozen=True)
class Quality:
    """Everything that is known of the quality of one evidence.

    unchecked: what could not be checked, and why. points: what would change the ruling, in order.
    threshold: of disclosure control; figures that may not be shown are None in every part.
    """

    evidence: Evidence
    reading: Reading
    today: date
    checks: Checks
    response: tuple[ResponseRow, ...]
    effects: tuple[Effect, ...]
    coverage: tuple[Fact, ...]
    margins: tuple[MarginRow, ...]
    worth: tuple[WorthRow, ...]
    sensitivity: Sensitivity
    silences: tuple[Silence, ...]
    unchecked: tuple[tuple[str, str], ...]
    assessment: Assessment | None = None
    threshold: int = 10
    notes: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()


def examine(
    evidence: Evidence,
    answers: Answers | None = None,
    checks: Checks = NO_CHECKS,
    *,
    today: date,
    settings: Settings = Settings(),
    terms: Terms = Terms(),
    margins: Sequence[Margin] = (),
    assessment: Assessment | None = None,
) -> Quality:
    """Everything on one page. today: the day for which expiry is judged.

    answers: None for printed figures. margins: of the population, if known. assessment: of a use on
    this evidence. Raises BadInput for columns that the answers do not have.
    """
    reading = read(evidence, answers, settings)
    people: People | None = None
    rows: tuple[ResponseRow, ...] = ()
    effects: tuple[Effect, ...] = ()
    laid: tuple[MarginRow, ...] = ()
    bases = PRINTED
    notes = list(reading.notes)
    if answers is not None and evidence.printed is None:
        answers = sample_of(evidence, answers)
        people = _people(evidence, answers, settings)
        rows = response(people, answers, checks, threshold=settings.threshold)
        bases = bases_of(people, answers, checks, settings.threshold)
        effects = tuple(
            _effects(people, answers, checks, _lines(reading, terms), settings.threshold)
        )
        laid = margin_rows(people, answers, margins, settings.threshold) if margins else ()
        notes += _sorted_how(evidence, answers, checks)
    found = Quality(
        evidence,
        reading,
        today,
        checks,
        rows,
        effects,
        facts(evidence, people, today),
        laid,
        worth(reading, people, bases, settings.threshold),
        sensitivity(reading, lambda other: read(evidence, answers, other), terms),
        silences(reading, rows, terms),
        tuple(_unchecked(evidence, effects, checks, bool(margins))),
        assessment,
        settings.threshold,
        tuple(notes),
    )
    return replace(found, points=points(found))


def _people(evidence: Evidence, answers: Answers, settings: Settings) -> People:
    from licet.comparisons.people import people_of
    from licet.comparisons.rules import USUAL

    return people_of(evidence, answers, settings, USUAL)


def _lines(reading: Reading, terms: Terms) -> Mapping[str, float]:
    licence = [item.id for item in reading.evidence.items if item.kind in LICENCE_KINDS]
    return {item: terms.rule.baseline(reading.k[item]) for item in licence}


def _effects(
    people: People, answers: Answers, checks: Checks, lines: Mapping[str, float], threshold: int
) -> Iterator[Effect]:
    from licet.quality.arms import arms_of, standardised

    for arms in arms_of(people, answers, checks):
        found = check_effect(people, arms, lines, threshold)
        alike: Arms = standardised(people, arms) if arms.kind == "mode" else arms
        if alike is not arms:
            adjusted = check_effect(people, alike, lines, threshold)
            found = replace(adjusted, raw_p=found.p) if alike.weights is not None else adjusted
        yield found


def _sorted_how(evidence: Evidence, answers: Answers, checks: Checks) -> Iterator[str]:
    """How options outside every base, and empty cells, were sorted."""
    outside: dict[str, str] = {}
    empty: dict[str, list[str]] = {}
    for item in evidence.items:
        for option in item.collapse.outside if item.collapse else ():
            outside[option] = part_of(option, item, checks).replace("_", " ")
        column = item.column or item.id
        if column in answers.frame.columns and answers.frame[column].null_count():
            empty.setdefault(empty_means(item, checks), []).append(item.id)
    for option, part in outside.items():
        yield f"The option {option!r} is counted as: {part}."
    for meaning, items in empty.items():
        said = "as declared" if checks.empty else "declare it with empty = ... in [checks]"
        yield f"An empty cell is counted as: {meaning} ({', '.join(items)}; {said})."


def _unchecked(
    evidence: Evidence, effects: Sequence[Effect], checks: Checks, margins: bool
) -> Iterator[tuple[str, str]]:
    if evidence.printed is not None:
        why = "printed figures do not tell how single people answered"
        yield "Who gave no answer", why
        for kind in CHECKS.values():
            yield f"An effect of {kind}", why
        yield "Don't-knows in or out, and other collapses", why
    else:
        made = {effect.kind: effect for effect in effects}
        for kind, words in CHECKS.items():
            if kind not in made:
                yield f"An effect of {words}", f"no column is declared; {_HOW[kind]}"
            elif not made[kind].tested:
                yield f"An effect of {words}", "there are not two arms of enough people"
        if not margins:
            yield "Margins of the population", "none are given; name them with --margins FILE"
    if evidence.fieldwork.response_rate is None:
        yield "Non-response of whole people", "no response rate is declared"
