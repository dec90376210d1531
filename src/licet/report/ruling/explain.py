"""Every step from answer to ruling, in sentences: what was asked, counted, compared and concluded."""

from __future__ import annotations

from collections.abc import Iterator

from licet.assessment import Assessment
from licet.findings import Finding, affected_groups
from licet.gate import Permit
from licet.groups import ALL
from licet.instrument.wording import wording_check
from licet.licence import BLOCKING, UNKNOWN, Verdict
from licet.readings import Reading
from licet.report.phrases import (
    and_list,
    base_visible,
    condition_text,
    percent,
    sentence,
    side,
    thing,
)
from licet.report.ruling.wording import (
    NOT_LEGAL_ADVICE,
    duty_text,
    figure_text,
    headline,
    reading_of,
    smaller_text,
    unfit_texts,
)
from licet.report.screens import wrap
from licet.use import Use, requirement_label
from licet.vocabulary import label


def explanation(assessment: Assessment) -> str:
    """The whole chain as numbered steps of plain sentences, 80 columns wide."""
    steps = [
        ("The use", _use(assessment)),
        ("What has to be licensed", _needed(assessment)),
        ("Who decides", _deciders(assessment)),
        ("Which evidence counts", _evidence(assessment)),
        ("How a share is judged", _rule(assessment)),
        ("What people answered", _answers(assessment)),
        ("From verdicts to the ruling", _ruling(assessment)),
        ("What would change it", _change(assessment)),
    ]
    parts = []
    for number, (title, lines) in enumerate(steps, start=1):
        body = "\n".join(wrap(f"   {line}", "   ") for line in lines)
        parts.append(f"{number}. {title}\n{body}")
    return "\n\n".join([*parts, wrap(NOT_LEGAL_ADVICE)])


def _use(assessment: Assessment) -> Iterator[str]:
    use = assessment.use
    services = and_list(label("service", s).casefold() for s in use.services)
    yield (
        f"{use.title} (version {use.version}, hash {use.hash()[:12]}): {use.controller} would join "
        f"records of {services}, {label('processor', use.operator).casefold()}."
    )
    if use.operator != use.processor:
        names = and_list(c.name for c in use.companies if c.sees_identifiable)
        yield f"It is declared {use.processor}, but {names} can see rows of people: a company runs it."


def _needed(assessment: Assessment) -> Iterator[str]:
    names = and_list(requirement_label(key) for key in assessment.use.requirements)
    yield f"Every reason, every service, and the operator if it is not in-house: {names}."


def _deciders(assessment: Assessment) -> Iterator[str]:
    groups = affected_groups(assessment.use, assessment.readings, assessment.terms)
    names = and_list(assessment.group_label(g) for g in (ALL, *groups))
    yield f"{names}. The weakest verdict among them counts; the majority cannot outvote a group."
    shown = {f.group for f in assessment.ruling.findings if not f.deciding}
    if shown:
        yield f"Shown beside them, not deciding: {and_list(map(assessment.group_label, sorted(shown)))}."


def _evidence(assessment: Assessment) -> Iterator[str]:
    unfit = {evidence.id for evidence, _ in assessment.unfit}
    for reading in assessment.readings:
        evidence, work = reading.evidence, reading.evidence.fieldwork
        if evidence.id in unfit:
            continue
        asked = f", {work.interviews:,} interviews" if work.interviews else ""
        yield (
            f"{evidence.title}: a {label('sample', work.sample).casefold()} sample{asked}, "
            f"{work.start} to {work.end}, expires {work.expires}."
        )
        if not evidence.population.is_local_to(assessment.use.population):
            area = assessment.use.population.area
            yield f"It covers {evidence.population.area}, wider than {area}: not local."
        yield from reading.notes
        if evidence.notice:
            yield evidence.notice
    yield from unfit_texts(assessment)


def _rule(assessment: Assessment) -> Iterator[str]:
    rule, settings = assessment.terms.rule, assessment.settings
    yield (
        "The line is 1.5 / k, k the number of stances: 75 % for two, 50 % for three"
        + (
            f", here never below {percent(rule.baseline_minimum)}"
            if rule.baseline_minimum > 0.5
            else ""
        )
        + f". The whole {percent(settings.level)} interval ({settings.method}) has to lie on one side: "
        "at or above is granted, below is absent, across is unproven; those against at or above the "
        "line is refused."
    )
    yield (
        f"Fewer than {rule.smallest_base} people, or an interval wider than "
        f"{100 * rule.widest_half_width:.0f} points each way, is too few."
    )


def _answers(assessment: Assessment) -> Iterator[str]:
    for key in assessment.use.requirements:
        cells = [f for f in assessment.ruling.findings if f.requirement == key and f.deciding]
        for item in dict.fromkeys((f.evidence, f.item) for f in cells if f.item):
            reading = reading_of(assessment, item[0])
            if reading is not None:
                yield _wording(requirement_label(key), reading, item[1] or "")
                yield from _beside(assessment.use, reading, key, item[1])
        for finding in cells:
            yield f"- {_cell(finding, assessment)}"
        weakest = assessment.ruling.weakest(key)
        name = assessment.group_label(weakest.group)
        yield sentence(f"so {thing(key)} is {weakest.verdict}, by {name}")


def _beside(use: Use, reading: Reading, key: str, item: str | None) -> Iterator[str]:
    """What the use says of it in its own words, and what to look at in the wording."""
    for row in wording_check(use, reading.evidence):
        if (row.requirement, row.item) != (key, item):
            continue
        if row.said:
            yield "The use says: " + "; ".join(t.rstrip(".") for _, t in row.said) + "."
        for flag in row.flags:
            if flag.kind != "no example":  # said of every short wording: the page has it
                yield f"Look at the wording: {flag.text}"


def _wording(name: str, reading: Reading, item: str) -> str:
    asked = reading.evidence.item(item)
    base = "in" if (reading.settings.dont_know or asked.dont_know) == "in" else "out of"
    line = percent(1.5 / reading.k[item])
    know = "" if reading.evidence.printed else f"; don't-knows {base} the base"
    return f"{name}: \u201c{asked.wording}\u201d ({reading.k[item]} stances, line {line}{know})."


def _cell(finding: Finding, assessment: Assessment) -> str:
    name = assessment.group_label(finding.group)
    figure = figure_text(finding, assessment)
    note = f" ({finding.note})" if finding.note else ""
    if finding.measure is None or finding.judgement is None:
        return f"{name}: {finding.verdict}{note}."
    if side(finding, assessment) is None:
        return f"{name}: {figure}, {finding.verdict}{note}."
    consensus = finding.judgement.consensus
    few = finding.judgement.too_few if finding.verdict is Verdict.TOO_FEW else ""
    shown = base_visible(finding.measure, assessment.terms.threshold)
    people = f"{finding.measure.base} people, " if shown else ""
    return f"{name}: {figure}, {people}consensus {consensus}, {finding.verdict}{note}" + (
        f": {few}." if few else "."
    )


def _ruling(assessment: Assessment) -> Iterator[str]:
    ruling = assessment.ruling
    for condition in assessment.conditions:
        yield f"Agreed in dialogue: {condition_text(condition)}"
    weakest = {key: ruling.weakest(key).verdict for key in assessment.use.requirements}
    for verdicts, text in (
        (BLOCKING, "absent or refused: the use as declared is refused"),
        (UNKNOWN, "not known: nothing is linked until it is measured"),
        ({Verdict.UNPROVEN}, "unproven: each family has to be asked"),
    ):
        keys = [key for key, verdict in weakest.items() if verdict in verdicts]
        if keys:
            yield sentence(f"{and_list(map(thing, keys))}: {text}")
    if isinstance(ruling, Permit):
        why = and_list(ruling.floor_reasons)
        yield f"The permission floor is {ruling.floor}" + (f": {why}." if why else ".")
        yield f"The permit expires on {ruling.expires}, the earliest of evidence, use and review."
    for duty in ruling.duties:
        yield sentence(f"duty: {duty_text(duty, assessment)}")
    yield from headline(assessment)


def _change(assessment: Assessment) -> Iterator[str]:
    for small in assessment.smaller:
        yield sentence(f"a smaller use: {smaller_text(small, assessment)}")
    for variation in assessment.variations:
        if variation.changes_ruling:
            yield sentence(f"under {variation.name}: {variation.ruling.heading}")
    if not any(v.changes_ruling for v in assessment.variations):
        yield "No other setting that was tried changes the ruling."
    yield "More interviews: see To settle in licet assess."
