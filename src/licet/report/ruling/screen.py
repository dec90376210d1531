"""The ruling on the screen: 80 columns, the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from licet.assessment import Assessment
from licet.findings import Agreement, Finding
from licet.findings import weakest as weakest_of
from licet.gate import Permit
from licet.groups import ALL
from licet.report.phrases import (
    NOT_SHOWN,
    and_list,
    condition_text,
    percent,
    share_text,
    side,
    thing,
)
from licet.report.ruling.wording import (
    NOT_LEGAL_ADVICE,
    agreement_shares,
    article_rule,
    consequence,
    duty_text,
    headline,
    smaller_text,
    unfit_texts,
    variation_summary,
)
from licet.report.screens import columns, wrap
from licet.use import Use, requirement_label
from licet.vocabulary import label

LABEL = 14
"""Width of the words that stand before the paragraphs."""
HASH = 12
"""Characters of a hash that tell uses apart by eye; reports and data give it whole."""


def assessment_text(assessment: Assessment) -> str:
    """Everything that matters of an assessment, in the order in which it is asked."""
    answer = [*headline(assessment), identity(assessment.use)]
    parts = ["\n".join(wrap(line) for line in answer), _table(assessment)]
    parts.append("\n".join(_paragraphs(assessment)))
    parts.append(wrap(NOT_LEGAL_ADVICE))
    banner = _banner(assessment)
    return "\n\n".join([banner, *parts] if banner else parts)


def identity(use: Use) -> str:
    """Which version of which use was ruled on, with the start of its hash."""
    return f"Use {use.id}, version {use.version}, hash {use.hash()[:HASH]}."


def _banner(assessment: Assessment) -> str:
    lines = []
    if assessment.synthetic:
        lines.append(
            "SYNTHETIC EVIDENCE: made by a program. No person answered. Not for any decision."
        )
    if assessment.supposed:
        given = and_list(assessment.supposed)
        lines.append(f"WHAT IF: {given}, given by hand. Not a ruling on the evidence as it stands.")
    return "\n".join(wrap(line) for line in lines)


def _table(assessment: Assessment) -> str:
    """One line per requirement: the whole sample, the weakest group, the verdict."""
    everybody = assessment.group_label(ALL)
    rows: list[tuple[str, ...]] = [("", everybody, "Lowest group", "Verdict", "What follows")]
    rows += [_row(assessment, key) for key in assessment.use.requirements]
    return columns(rows, (21, 12, 17, 12))


def _row(assessment: Assessment, key: str) -> tuple[str, ...]:
    decided = [f for f in assessment.ruling.decided if f.requirement == key and f.deciding]
    overall = next((f for f in decided if f.group == ALL), None)
    groups = [f for f in decided if f.group != ALL]
    weakest = assessment.ruling.weakest(key)
    lowest = weakest_of(groups) if groups else None
    return (
        short_label(assessment, key),
        short_figure(overall, assessment) if overall else "not measured",
        _named(lowest, assessment) if lowest else "",
        weakest.verdict.value,
        consequence(weakest),
    )


def short_label(assessment: Assessment, key: str) -> str:
    """The requirement; said to be against where the figures are of those against it."""
    cells = [f for f in assessment.ruling.decided if f.requirement == key and f.measure]
    shown = [found for f in cells if (found := side(f, assessment))]
    if shown and all(stance == "opposes" for _, stance in shown):
        return f"Against {thing(key)}"
    return requirement_label(key)


def _named(finding: Finding, assessment: Assessment) -> str:
    if finding.measure is None:
        return "not measured"
    figure = short_figure(finding, assessment)
    room = 17 - len(figure) - 1
    name = short_group(finding.group, assessment)
    return f"{name if len(name) <= room else name[: room - 1] + '…'} {figure}"


def short_group(group: str, assessment: Assessment) -> str:
    """A group's label without the words that all of them share."""
    name = assessment.group_label(group)
    if group == ALL:
        return "all"
    for word in (" parents", " households", "Households of ", " people", ", 18-29"):
        name = name.replace(word, "")
    return name


def short_figure(finding: Finding, assessment: Assessment) -> str:
    """``28 [13,48]``, or why there is no figure."""
    if finding.measure is None or finding.judgement is None:
        return "not measured"
    found = side(finding, assessment)
    if found is None:
        return "not shown"
    share, _ = found
    return share_text(share, finding.judgement.baseline).replace(" %", "").replace(", ", ",")


def _paragraphs(assessment: Assessment) -> Iterator[str]:
    yield _paragraph("Point rule", [article_rule(assessment)])
    yield _paragraph(
        "Duties", [duty_text(d, assessment, short=True) for d in assessment.ruling.duties]
    )
    if assessment.conditions:
        yield _paragraph("Agreed", [condition_text(c).rstrip(".") for c in assessment.conditions])
    yield _paragraph("Concerns", [_concern(c, assessment) for c in assessment.ruling.concerns])
    smaller = [smaller_text(s, assessment) for s in assessment.smaller]
    permitted = isinstance(assessment.ruling, Permit)
    none = "none is needed" if permitted else "none passes"
    yield _paragraph("Smaller uses", smaller or [none])
    yield _paragraph("To settle", _settle(assessment))
    yield _paragraph("How sure", [variation_summary(assessment)] if assessment.variations else [])
    yield _paragraph("Evidence", _evidence(assessment))
    yield _paragraph("Notes", _notes(assessment))


def _concern(concern: Agreement, assessment: Assessment) -> str:
    """``inaccurate: Black 79 %, Lone 63 %``; the wordings are in the report."""
    shares = [
        f"{short_group(group, assessment)} "
        + ("not shown" if share is None else percent(share, line, 0.005))
        for group, share, line in agreement_shares(concern, assessment)
    ]
    return f"{label('concern', concern.subject).casefold()} ({', '.join(shares)})"


def _paragraph(word: str, sentences: list[str]) -> str:
    text = "; ".join(sentences) or "none"
    return wrap(f"{word:<{LABEL}}{text}", " " * LABEL)


def _settle(assessment: Assessment) -> list[str]:
    """People to interview, at 80 % power, per open cell; the report has every one."""
    if not assessment.settle:
        return []
    by_item: dict[str, list[str]] = {}
    for settlement in assessment.settle:
        finding, people = settlement.finding, settlement.need.interviews
        need = f"{people:,}" if people else "no realistic number"
        if finding.measure and side(finding, assessment) is None:
            need = NOT_SHOWN  # the number would tell the figure
        if finding.measure is None:
            group = f"each group, if {percent(settlement.assumed)} permit,"
        else:
            group = short_group(finding.group, assessment)
        needs = by_item.setdefault(thing(finding.requirement), [])
        if f"{group} {need}" not in needs:
            needs.append(f"{group} {need}")
    texts = [f"{name}: {', '.join(needs)}" for name, needs in by_item.items()]
    return ["interviews in each group, 80 % power, if the measured share is true", *texts]


def _evidence(assessment: Assessment) -> list[str]:
    lines = []
    for reading in assessment.counting:
        evidence = reading.evidence
        local = evidence.population.is_local_to(assessment.use.population)
        place = evidence.population.area + ("" if local else ", not local")
        lines.append(f"{evidence.title} ({place}; expires {evidence.fieldwork.expires})")
        if evidence.notice:
            lines.append(evidence.notice.rstrip("."))
    return [*lines, *(text.rstrip(".") for text in unfit_texts(assessment))]


def _notes(assessment: Assessment) -> list[str]:
    notes = [note.rstrip(".") for r in assessment.readings for note in r.notes]
    settings = assessment.settings
    notes.append(f"{100 * settings.level:.0f} % {settings.method} intervals")
    if assessment.use.payment_by_results:
        notes.append("payment by results: a declared conflict of interest")
    if not assessment.use.support.evidence_it_works:
        notes.append("no evidence is given that the offered support works")
    if not assessment.use.support.universal_alternative:
        notes.append("no alternative without linkage is described")
    return list(dict.fromkeys(notes))
