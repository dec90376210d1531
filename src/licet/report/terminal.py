"""The ruling on the screen: 80 columns, the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from licet.assessment import Assessment
from licet.findings import Finding, misfits
from licet.groups import ALL
from licet.report.phrases import share_text, side
from licet.report.screens import columns, wrap
from licet.report.wording import (
    NOT_LEGAL_ADVICE,
    article_rule,
    concern_text,
    consequence,
    duty_text,
    headline,
    settle_text,
    smaller_text,
    unfit_texts,
    variation_summary,
)
from licet.use import requirement_label

LABEL = 14
"""Width of the words that stand before the paragraphs."""


def assessment_text(assessment: Assessment) -> str:
    """Everything that matters of an assessment, in the order in which it is asked."""
    parts = ["\n".join(wrap(line) for line in headline(assessment)), _table(assessment)]
    parts.append("\n".join(_paragraphs(assessment)))
    parts.append(wrap(NOT_LEGAL_ADVICE))
    banner = _banner(assessment)
    return "\n\n".join([banner, *parts] if banner else parts)


def _banner(assessment: Assessment) -> str:
    if assessment.synthetic:
        return "SYNTHETIC EVIDENCE: made by a program. No person answered. Not for any decision."
    return ""


def _table(assessment: Assessment) -> str:
    """One line per requirement: the whole sample, the weakest group, the verdict."""
    everybody = assessment.group_label(ALL)
    rows = [("", everybody, "Lowest group", "Verdict", "What follows")]
    for key in assessment.use.requirements:
        rows.append(_row(assessment, key))
    return columns(rows, (24, 14, 20, 9))


def _row(assessment: Assessment, key: str) -> tuple[str, ...]:
    decided = [f for f in assessment.ruling.decided if f.requirement == key and f.deciding]
    overall = next((f for f in decided if f.group == ALL), None)
    groups = [f for f in decided if f.group != ALL]
    weakest = assessment.ruling.weakest(key)
    lowest = max(groups, key=lambda f: (f.shortfall, f.group), default=None)
    return (
        requirement_label(key),
        _figure(overall, assessment) if overall else "not measured",
        _named(lowest, assessment) if lowest else "",
        weakest.verdict.value,
        consequence(weakest),
    )


def _named(finding: Finding, assessment: Assessment) -> str:
    if finding.measure is None:
        return "not measured"
    name = assessment.group_label(finding.group)
    for word in (" parents", " households", "Households of "):
        name = name.replace(word, "")
    figure = _figure(finding, assessment)
    room = 20 - len(figure) - 1
    return f"{name if len(name) <= room else name[: room - 1] + '…'} {figure}"


def _figure(finding: Finding, assessment: Assessment) -> str:
    """``28 [13,48]``, or why there is no figure."""
    if finding.measure is None or finding.judgement is None:
        return "not measured"
    found = side(finding, assessment)
    if found is None:
        return "not shown"
    share, stance = found
    text = share_text(share, finding.judgement.baseline).replace(" %", "").replace(", ", ",")
    return text + (" against" if stance == "opposes" else "")


def _paragraphs(assessment: Assessment) -> Iterator[str]:
    yield _paragraph("Point rule", [article_rule(assessment)])
    yield _paragraph("Duties", [duty_text(d, assessment, short=True) for d in assessment.ruling.duties])
    yield _paragraph("Concerns", [concern_text(c, assessment) for c in assessment.ruling.concerns])
    smaller = [smaller_text(s, assessment) for s in assessment.smaller]
    yield _paragraph("Smaller uses", smaller or ["none passes"])
    yield _paragraph("To settle", _settle(assessment))
    yield _paragraph("How sure", [variation_summary(assessment)] if assessment.variations else [])
    yield _paragraph("Evidence", _evidence(assessment))
    yield _paragraph("Notes", _notes(assessment))


def _paragraph(word: str, sentences: list[str]) -> str:
    text = "; ".join(sentences) or "none"
    return wrap(f"{word:<{LABEL}}{text}", " " * LABEL)


def _settle(assessment: Assessment) -> list[str]:
    """The open cells by need, the same need once; the report has them all."""
    texts = list(dict.fromkeys(settle_text(s, assessment) for s in assessment.settle))
    shown = texts[:6]
    if len(texts) > len(shown):
        shown.append(f"{len(texts) - len(shown)} more in the report")
    return shown


def _evidence(assessment: Assessment) -> list[str]:
    lines = []
    for reading in assessment.readings:
        evidence = reading.evidence
        if misfits(assessment.use, evidence):
            continue
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


