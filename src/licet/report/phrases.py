"""The small phrases of reports: a figure, a base, a requirement, each said one way everywhere.

Shares are proportions 0-1 in, whole percentages out; within one point of the line one decimal is
shown, so that no figure looks as if it lay on the other side. A figure of too few people is named
but never printed: ``visible`` is the only place that decides it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from licet.assessment import Assessment
from licet.conditions import Condition
from licet.disclosure import visible_cell
from licet.errors import counted
from licet.findings import Finding
from licet.gate import CONSEQUENCE, Permit
from licet.licence import Measure, Share, Verdict
from licet.readings import Reading
from licet.vocabulary import label, term

NOT_LEGAL_ADVICE = (
    "Not legal advice. Licence is not legality. "
    "Nothing here delays an individual child-protection disclosure."
)

SYNTHETIC = "SYNTHETIC: made by a program. No row here is of a real person. Not for any decision."
SYNTHETIC_MARK = "SYNTHETIC: no real person."
"""The banner of a page, and the mark of each table, that is made of what is declared synthetic."""

NOT_MEASURED = "not measured"


def visible(measure: Measure, threshold: int) -> bool:
    """Whether a figure may be shown. threshold: people; smaller counts are kept back.

    Of raw answers, those who permit and those who do not must each be ``threshold`` or more, for
    either tells the other. Of printed figures only the base is known.
    """
    return visible_cell(measure.base, measure.count, threshold) and "permits" not in measure.hidden


def opposing_visible(measure: Measure, threshold: int) -> bool:
    """Whether the opposing share may be shown beside the permitting one."""
    shown = measure.opposes is not None and visible(measure, threshold)
    return shown and "opposes" not in measure.hidden


def base_visible(measure: Measure, threshold: int) -> bool:
    """Whether it may be shown how many people answered."""
    return measure.base >= threshold and "base" not in measure.hidden


NOT_SHOWN = "not shown"
"""What stands in the place of a figure that is kept back; never why, for that would tell of it."""


def _rounded(share: float, decimals: int) -> str:
    """A proportion as a percentage without its sign, halves rounded up as people expect."""
    scale = 10**decimals
    return f"{math.floor(round(share * 100 * scale, 6) + 0.5) / scale:.{decimals}f}"


def _apart(share: float, baseline: float, decimals: int) -> str:
    """The percentage with as many decimals as tell it from the line, at most four."""
    text = _rounded(share, decimals)
    while abs(share - baseline) > 1e-9 and decimals < 4:
        if float(text) != float(_rounded(baseline, 4)):
            break
        decimals += 1
        text = _rounded(share, decimals)
    return text


def percent(share: float, baseline: float | None = None, rounding: float = 0.0) -> str:
    """A proportion as ``28 %``; within one point of ``baseline`` as ``49.6 %``.

    rounding: half a unit of the last printed digit (0-1); a figure printed as a whole percentage
    gets no decimal, for nobody knows it.
    """
    near = baseline is not None and abs(share - baseline) < 0.01
    if baseline is None or not near or rounding >= 0.005:
        return f"{_rounded(share, 0)} %"
    if abs(share - baseline) <= 1e-9:
        return f"{_rounded(share, 1)} %"
    return f"{_apart(share, baseline, 1)} %"


def bound(share: float, baseline: float) -> str:
    """An end of an interval, no sign: a decimal only where a whole number would be the line."""
    return _apart(share, baseline, 0)


def share_text(share: Share, baseline: float) -> str:
    """A share with its interval: ``28 % [13, 48]``."""
    low, high = bound(share.low, baseline), bound(share.high, baseline)
    return f"{percent(share.point, baseline, share.rounding)} [{low}, {high}]"


def and_list(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    found = list(words)
    return f" {last} ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def sentence(text: str) -> str:
    """The text with a capital at its start and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def reading_of(assessment: Assessment, evidence: str | None) -> Reading | None:
    """The reading of one piece of evidence."""
    return next((r for r in assessment.readings if r.evidence.id == evidence), None)


def side(finding: Finding, assessment: Assessment) -> tuple[Share, str] | None:
    """The share that a finding is shown by, and its stance: permits or opposes.

    None where nothing was measured or the figure is kept back. A refusal is shown by those against.
    """
    measure = finding.measure
    if measure is None or not visible(measure, assessment.terms.threshold):
        return None
    against = finding.verdict is Verdict.REFUSED
    if against and measure.opposes and opposing_visible(measure, assessment.terms.threshold):
        return measure.opposes, "opposes"
    return measure.shown, measure.stance


def figure_text(finding: Finding, assessment: Assessment) -> str:
    """The figure of a finding, ``28 % [13, 48]`` or ``55 % [51, 59] against``, or why none."""
    if finding.measure is None or finding.judgement is None:
        return NOT_MEASURED
    found = side(finding, assessment)
    if found is None:
        return NOT_SHOWN
    share, stance = found
    against = " against" if stance == "opposes" else ""
    return share_text(share, finding.judgement.baseline) + against


def base_text(measure: Measure, reading: Reading | None) -> str:
    """How many people: printed figures rarely state it, so theirs is ``about``."""
    about = "about " if reading is not None and reading.evidence.printed else ""
    return f"{about}{counted(measure.base, 'person', 'people')}"


def claim(requirement: str, stance: str = "permits") -> str:
    """What the people counted say, after their percentage: ``trust police to join records``."""
    kind, subject = requirement.split(":", 1)
    if kind == "trust":
        service = label("service", subject).casefold()
        return (
            f"trust {service} to join records"
            if stance == "permits"
            else f"are against {service} joining records"
        )
    if kind == "reason":
        aim = term("reason", subject).definition.rstrip(".")
        accept = "accept joining" if stance == "permits" else "are against joining"
        return f"{accept} records {aim[:1].lower()}{aim[1:]}"
    who = "a company" if subject == "commercial" else "a public partner"
    return f"{'accept' if stance == 'permits' else 'are against'} {who} running it"


def thing(requirement: str) -> str:
    """A requirement as a noun in a sentence: ``police``, ``the company``, ``the reason ...``."""
    kind, subject = requirement.split(":", 1)
    if kind == "trust":
        return label("service", subject).casefold()
    if kind == "reason":
        return f"the reason \u201c{label('reason', subject).casefold()}\u201d"
    return "the company" if subject == "commercial" else "the public partner"


def left_out_text(words: Sequence[str]) -> str:
    """What a smaller use leaves out: ``police and the company``."""
    names = {"company": "the company", "public_partner": "the public partner"}
    return and_list(
        names.get(w) or label("analytics", label("service", w)).casefold() for w in words
    )


def then_text(permit: Permit) -> str:
    """What a permit asks of whoever links."""
    return "ask each family" if permit.status else "tell each family, who can say no"


def consequence(finding: Finding) -> str:
    """What follows from a verdict: ``out``, ``ask each family`` ..."""
    return CONSEQUENCE[finding.verdict] + (" (override)" if lifted(finding) else "")


def lifted(finding: Finding) -> bool:
    """Whether an override made this finding count as unproven."""
    return finding.verdict is Verdict.UNPROVEN and ", lifted by " in finding.note


def per_thousand(counts: Mapping[str, Any]) -> str:
    """One way of offering support, of 1,000 families: "60 offered support, 24 helped, ..."."""
    parts = [f"{counts['offered']:g} offered support", f"{counts['helped']:g} helped"]
    if counts["wrongly"]:
        parts.append(f"{counts['wrongly']:g} approached who were not in need")
    return f"{', '.join(parts)} ({counts['source']})"


def support_counts(support: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Heading and text of both ways of offering support, and why families are linked, where given."""
    for key, name in (("with_linkage", "with linkage"), ("universal", "for everybody")):
        if support.get(key):
            yield f"Of 1,000 families, {name}", per_thousand(support[key])
    if support.get("why_linkage"):
        yield "Why families are linked all the same", support["why_linkage"]


def condition_text(condition: Condition) -> str:
    """A condition in words: what is agreed, in which parameter, since when."""
    own = f" {condition.text.strip()}" if condition.text.strip() else ""
    return f"{condition.sentence} ({condition.named}){own}"
