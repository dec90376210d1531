"""What would change the ruling, in order: from another setting that does to what cannot be known.

Without a use there is no ruling; then it is what would change verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from licet.disclosure import visible_cell
from licet.errors import counted
from licet.evidence import LICENCE_KINDS, Item
from licet.findings import Finding
from licet.gate import Ruling
from licet.licence import BLOCKING, Verdict
from licet.quality.effects import CHECKS, pairs_that_cross
from licet.vocabulary import SUBJECT_LIST, label

if TYPE_CHECKING:
    from licet.assessment import Assessment
    from licet.quality import Quality

PointKind = Literal[
    "another setting", "the deciding cell", "expired", "an effect", "those who did not answer",
    "more interviews", "expiry", "coverage", "another verdict", "not checked",
]  # fmt: skip
MOST_NAMED = 3
"""Cells named in one point; the tables below have them all."""


@dataclass(frozen=True)
class Point:
    """One thing that would change the ruling or a verdict. text: one sentence for the public."""

    kind: PointKind
    text: str


def points(quality: Quality) -> tuple[Point, ...]:
    """The list, what matters most first."""
    found = [*_expired(quality)]
    if quality.assessment is not None:
        found += [*_settings(quality.assessment), *_deciding(quality.assessment)]
    found += [*_effects(quality), *_silence(quality)]
    if quality.assessment is not None:
        found += _settle(quality.assessment)
    found += [*_verdicts(quality), *_expiry(quality), *_coverage(quality), *_unchecked(quality)]
    return tuple(found)


def _name(item: Item) -> str:
    return label(SUBJECT_LIST[item.kind], item.subject)


def _cell(quality: Quality, item: str, group: str) -> str:
    return f"{_name(quality.evidence.item(item))} ({quality.evidence.group_label(group)})"


def _named(cells: list[str]) -> str:
    more = len(cells) - MOST_NAMED
    return "; ".join(cells[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _expired(quality: Quality) -> Iterator[Point]:
    work = quality.evidence.fieldwork
    if work.expires < quality.today:
        text = f"The evidence expired on {work.expires}: asking again is due, and only refusals still count."
        yield Point("expired", text)


def _settings(assessment: Assessment) -> Iterator[Point]:
    for variation in assessment.variations:
        if variation.changes_ruling:
            ruling: Ruling = variation.ruling
            text = (
                f"{variation.name[:1].upper()}{variation.name[1:]}: the ruling would be "
                f"{ruling.heading} instead of {assessment.ruling.heading} "
                f"({counted(variation.changed_cells, 'deciding verdict', 'deciding verdicts')} change)."
            )
            yield Point("another setting", text)
    tried = len(assessment.variations)
    if tried and not any(variation.changes_ruling for variation in assessment.variations):
        text = f"None of the {tried} other settings that fit the evidence changes the ruling."
        yield Point("another setting", text)


def _effects(quality: Quality) -> Iterator[Point]:
    crossing = {id(effect): [] for effect in quality.effects}  # type: dict[int, list[str]]
    for effect, row in pairs_that_cross(quality.effects):
        if row.shown and quality.evidence.item(row.item).kind in LICENCE_KINDS:
            crossing[id(effect)].append(_name(quality.evidence.item(row.item)))
    for effect in quality.effects:
        if not effect.found:
            continue
        names = crossing[id(effect)]
        where = (
            f"the arms lie on both sides of the line for {_named(names)}"
            if names
            else "no licence item has its arms on both sides of the line"
        )
        size = ""
        if effect.battery:
            widest = max((d.value for d in effect.battery.differences), key=abs)
            size = f", {100 * abs(widest):.0f} points on average over the licence items"
        yield Point("an effect", f"Answers depend on the {CHECKS[effect.kind]}{size}: {where}.")


def _silence(quality: Quality) -> Iterator[Point]:
    cells = [_cell(quality, s.item, s.group) for s in quality.silences]
    if cells:
        text = (
            f"{counted(len(cells), 'firm verdict hangs', 'firm verdicts hang')} on people who were "
            f"asked and are outside the base: {_named(cells)}. If all of them had thought alike, the "
            "share would lie on the other side of the line."
        )
        yield Point("those who did not answer", text)


def _deciding(assessment: Assessment) -> Iterator[Point]:
    """What a blocked ruling turns on: by how much the interval misses the line."""
    finding = assessment.deciding
    measure, judgement = finding.measure, finding.judgement
    if finding.verdict not in BLOCKING or measure is None or judgement is None:
        return
    who, about = _place(assessment, finding)
    hidden = not visible_cell(measure.base, measure.count, assessment.terms.threshold)
    hidden = hidden or "permits" in measure.hidden
    far = ""
    against = measure.opposes if "opposes" not in measure.hidden else None
    if finding.verdict is Verdict.REFUSED and against and not hidden:
        gap = 100 * (against.low - judgement.baseline)
        far = f"; the interval of those against begins {gap:.1f} points above the line"
    elif measure.permits is not None and not hidden:
        gap = 100 * (judgement.baseline - measure.permits.high)
        far = f"; the interval ends {gap:.1f} points below the line" if gap > 0 else ""
    yield Point(
        "the deciding cell", f"The ruling turns on {about} ({who}), {finding.verdict}{far}."
    )


def _place(assessment: Assessment, finding: Finding) -> tuple[str, str]:
    kind, subject = finding.requirement.split(":", 1)
    return assessment.group_label(finding.group), label(SUBJECT_LIST[kind], subject)


def _settle(assessment: Assessment) -> Iterator[Point]:
    decides = assessment.deciding
    for settlement in assessment.settle:
        finding = settlement.finding
        if (finding.requirement, finding.group) != (decides.requirement, decides.group):
            continue
        who = assessment.group_label(finding.group)
        about = label(
            SUBJECT_LIST[finding.requirement.split(":")[0]], finding.requirement.split(":")[1]
        )
        many = settlement.need.interviews
        need = f"about {many:,} interviews" if many else "no realistic number of interviews"
        share = f"{100 * settlement.assumed:.0f} %"
        if finding.measure is not None and "permits" in finding.measure.hidden:
            continue
        yield Point(
            "more interviews",
            f"The ruling turns on {about} ({who}), {finding.verdict}: {need} there would settle it, "
            f"if the true share is {share}.",
        )


def _verdicts(quality: Quality) -> Iterator[Point]:
    found = quality.sensitivity
    for name, many in sorted(found.changed.items(), key=lambda pair: -pair[1]):
        if not many:
            continue
        cells = [
            f"{_cell(quality, c.item, c.group)}: {c.verdict} to {c.other[name]}"
            for c in sorted(found.cells, key=lambda c: c.verdict is Verdict.UNPROVEN)
            if name in c.other
        ]
        verdicts = counted(len(found.cells), "verdict", "verdicts")
        text = f"{name[:1].upper()}{name[1:]}: {many} of {verdicts} change; {_named(cells)}."
        yield Point("another verdict", text)


def _expiry(quality: Quality) -> Iterator[Point]:
    expires = quality.evidence.fieldwork.expires
    if expires >= quality.today:
        text = f"After {expires} the evidence has expired: what it grants today is then not known."
        yield Point("expiry", text)


def _coverage(quality: Quality) -> Iterator[Point]:
    for fact in quality.coverage:
        if fact.standing == "mark" and fact.subject != "Expiry":
            yield Point("coverage", f"{fact.subject}: {fact.text}.")
    off = [f"{row.category} ({row.margin})" for row in quality.margins if row.off]
    if off:
        text = f"The answers miss known margins of the population: {_named(off)}."
        yield Point("coverage", text)


def _unchecked(quality: Quality) -> Iterator[Point]:
    for what, why in quality.unchecked:
        yield Point("not checked", f"{what} could not be checked: {why}.")
