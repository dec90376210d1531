"""The sentences that every report shares: one fact is said the same way on screen, page and paper.

The small phrases they are made of are in ``phrases`` and can be had from here too.
"""

from __future__ import annotations

import re

from licet.assessment import Assessment, Settlement, SmallerUse, Variation
from licet.findings import Agreement
from licet.gate import Permit, Refusal, Ruling, Undetermined
from licet.groups import ALL
from licet.licence import UNKNOWN, Verdict
from licet.report.phrases import (
    NOT_LEGAL_ADVICE,
    NOT_MEASURED,
    NOT_SHOWN,
    and_list,
    base_text,
    bound,
    claim,
    consequence,
    figure_text,
    left_out_text,
    lifted,
    opposing_visible,
    percent,
    reading_of,
    sentence,
    share_text,
    side,
    then_text,
    thing,
    visible,
)
from licet.use import requirement_label
from licet.vocabulary import label

OUTRIGHT = frozenset({"forbidden_action", "group_removed", "nobody_asked", "condition"})
"""Reasons of a refusal that no measurement could lift."""


def headline(assessment: Assessment) -> list[str]:
    """The answer in two or three sentences: the ruling and what to do, what decided it, overrides,
    and, where nothing counts, which evidence does not and why."""
    ruling = assessment.ruling
    lines = [_answer(assessment)]
    outright = [reason.text for reason in ruling.reasons if reason.rule in OUTRIGHT]
    not_in_force = [r.text for r in ruling.reasons if r.rule in ("ended", "review_due")]
    lines += [*outright, *not_in_force]
    if not (outright or not_in_force) or _named(ruling):
        lines.append(decided_text(assessment))
    notes = [f"{thing(f.requirement)}: {f.note}" for f in ruling.decided if lifted(f)]
    lines += [sentence(f"override of {note}") for note in dict.fromkeys(notes)]
    if not _measured(assessment):
        lines += unfit_texts(assessment)
    return lines


def _named(ruling: Ruling) -> bool:
    """Whether any requirement stands in the way, beside reasons that concern none."""
    return bool(getattr(ruling, "blocked", ()) or getattr(ruling, "unknown", ()))


def _measured(assessment: Assessment) -> bool:
    """Whether any evidence counts for any requirement."""
    return any(finding.measure for finding in assessment.ruling.findings)


def _answer(assessment: Assessment) -> str:
    ruling = assessment.ruling
    if isinstance(ruling, Refusal):
        return f"{ruling.heading} as proposed. {_way_out(assessment)}"
    if isinstance(ruling, Undetermined):
        return f"{ruling.heading}. {_to_measure(assessment)}"
    assert isinstance(ruling, Permit)
    if ruling.status == 0:
        todo = "Tell families 30 days before, in a language they read; each can say no."
    elif ruling.licensed:
        why = and_list(ruling.floor_reasons)
        todo = f"All items are granted; only families who said yes are linked, because {why}."
    else:
        todo = "Only families who said yes may be linked."
    return f"{ruling.heading}. {todo} Valid until {ruling.expires}."


def _way_out(assessment: Assessment) -> str:
    if assessment.smaller:
        small = assessment.smaller[0]
        return f"Drop {left_out_text(small.left_out)}; then {then_text(small.ruling)}."
    return "No smaller use would pass: do not start."


def _to_measure(assessment: Assessment) -> str:
    """What to measure, and what could be done without it."""
    ruling = assessment.ruling
    assert isinstance(ruling, Undetermined)
    if not ruling.unknown:
        return "Nothing is linked."
    if not _measured(assessment):
        return "No evidence counts for this use: ask the people concerned first."
    open_cells = [f for f in ruling.decided if f.deciding and f.verdict in UNKNOWN]
    verdicts = {f.verdict for f in open_cells}
    names = [thing(key) for key in ruling.unknown]
    silent = {f.group for f in open_cells} <= set(assessment.use.unsurveyed_groups)
    if silent:
        groups = dict.fromkeys(assessment.group_label(f.group) for f in open_cells)
        text = f"Talk with {and_list(groups)} first, and record the answer"
    elif verdicts == {Verdict.TOO_FEW}:
        groups = dict.fromkeys(assessment.group_label(f.group) for f in open_cells)
        text = f"Too few people answered: ask more of {and_list(groups)}"
    else:
        shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} more items"]
        again = " again" if verdicts == {Verdict.EXPIRED} else ""
        text = f"Measure {and_list(shown)}{again} first"
    if not assessment.smaller:
        return text + "."
    small = assessment.smaller[0]
    dropped = left_out_text(small.left_out)
    same = dropped == and_list(names) and verdicts != {Verdict.TOO_FEW}
    pronoun = "it" if len(names) == 1 else "them"
    return f"{text}; without {pronoun if same else dropped}, {then_text(small.ruling)}."


def decided_text(assessment: Assessment) -> str:
    """What the ruling turns on: group, figure, line, interval and base; the group alone where the
    figure is kept back."""
    finding = assessment.deciding
    unmeasured = _unmeasured_text(assessment)
    if unmeasured:
        return unmeasured
    start = "Nearest to the line" if finding.verdict is Verdict.GRANTED else "Decided by"
    who = f"{start}{': ' if start.startswith('N') else ' '}{assessment.group_label(finding.group)}"
    found = side(finding, assessment)
    if finding.measure is None or finding.judgement is None:
        return sentence(f"{who}, {thing(finding.requirement)}: {finding.note or NOT_MEASURED}")
    if found is None:
        name = thing(finding.requirement)
        if finding.verdict is Verdict.TOO_FEW:
            return f"{who}: too few answered about {name}; figure {NOT_SHOWN}."
        return f"{who}: licence for {name} is {finding.verdict}; figure {NOT_SHOWN}."
    share, stance = found
    line = finding.judgement.baseline
    reading = reading_of(assessment, finding.evidence)
    level = percent(reading.settings.level if reading else 0.95)
    text = (
        f"{who}: {percent(share.point, line, share.rounding)} {claim(finding.requirement, stance)};"
        f" the line is {percent(line)} ({level} interval {bound(share.low, line)} to "
        f"{bound(share.high, line)}, {base_text(finding.measure, reading)})."
    )
    extra = finding.judgement.too_few if finding.verdict is Verdict.TOO_FEW else ""
    extra = extra or ("" if lifted(finding) else finding.note)
    return f"{text} {sentence(extra)}" if extra else text


def _unmeasured_text(assessment: Assessment) -> str:
    """One sentence for all requirements that nobody was asked about, where one of them decides."""
    if assessment.deciding.verdict is not Verdict.NOT_MEASURED or assessment.deciding.note:
        return ""
    cells = [f for f in assessment.ruling.decided if f.deciding]
    keys = dict.fromkeys(f.requirement for f in cells)
    missing = [
        key
        for key in keys
        if all(f.verdict is Verdict.NOT_MEASURED for f in cells if f.requirement == key)
    ]
    if missing:
        return f"No evidence that counts asks about {and_list(map(thing, missing), 'or')}."
    finding = assessment.deciding
    group = assessment.group_label(finding.group)
    return f"Decided by {group}: nobody of them was asked about {thing(finding.requirement)}."


def unfit_texts(assessment: Assessment) -> list[str]:
    """For each piece of evidence that does not count: its title and why."""
    return [
        sentence(f"{evidence.title} does not count: {'; '.join(why)}")
        for evidence, why in assessment.unfit
    ]


def article_rule(assessment: Assessment) -> str:
    """Which services reach the line as a bare point (the article's own rule): in the whole sample,
    and in the affected group that trusts them least on average."""
    cells = {(f.requirement, f.group): f for f in assessment.ruling.decided if f.deciding}
    keys = [k for k in assessment.use.requirements if k.startswith("trust:")]
    points = {
        cell: -f.shortfall for cell, f in cells.items() if cell[0] in keys and side(f, assessment)
    }
    overall = [k for k in keys if points.get((k, ALL), -1) >= -1e-12]
    if not any((k, ALL) in points for k in keys):
        return "no service was measured in the whole sample"
    lines = {f.judgement.baseline for cell, f in cells.items() if cell in points and f.judgement}
    line = percent(lines.pop()) if len(lines) == 1 else "their line"
    names = and_list(map(thing, overall)) if overall else "no service"
    text = f"{names} {'reach' if len(overall) > 1 else 'reaches'} {line} overall"
    means: dict[str, float] = {}
    for group in sorted({g for _, g in points} - {ALL}):
        of = [points[k, group] for k in keys if (k, group) in points]
        means[group] = sum(of) / len(of)
    if not means:
        return text
    lowest = min(means, key=lambda g: (means[g], g))
    reached = [k for k in keys if points.get((k, lowest), -1) >= -1e-12]
    does = f"only {and_list(map(thing, reached))} {'do' if len(reached) > 1 else 'does'}"
    if not reached:
        does = "no service does"
    elif reached == overall:
        does = "the same" if len(reached) < len(keys) else "all do"
    return f"{text}; among {assessment.group_label(lowest)} {does}"


def agreement_shares(
    agreement: Agreement, assessment: Assessment
) -> list[tuple[str, float | None, float]]:
    """(group, share or None where it is kept back, line) of a duty or concern, as it lists them."""
    reading = reading_of(assessment, agreement.evidence)
    found = []
    for group, share in agreement.shares:
        measure = reading.measures.get((agreement.item, group)) if reading else None
        shown = measure is not None and visible(measure, assessment.terms.threshold)
        line = 1.5 / reading.k[agreement.item] if reading else 0.5
        found.append((group, share if shown else None, line))
    return found


def _shares_text(agreement: Agreement, assessment: Assessment) -> str:
    parts = []
    for group, share, line in agreement_shares(agreement, assessment):
        figure = NOT_SHOWN if share is None else percent(share, line, 0.005)
        parts.append(f"{assessment.group_label(group)} {figure}")
    return "; ".join(parts)


def duty_text(agreement: Agreement, assessment: Assessment, *, short: bool = False) -> str:
    """A duty and who demands it. short: ``ask first (60 % demand it)``, for narrow screens."""
    name = label("demand", agreement.subject).casefold()
    if not short:
        return f"{name}: demanded by {_shares_text(agreement, assessment)}"
    group, share, line = agreement_shares(agreement, assessment)[0]
    of = "" if group == ALL else f" of {assessment.group_label(group)}"
    figure = NOT_SHOWN if share is None else percent(share, line, 0.005)
    return f"{name} ({figure}{of} demand it)"


def concern_text(agreement: Agreement, assessment: Assessment) -> str:
    """A concern that is widely shared, in the words of its question, and who shares it."""
    reading = reading_of(assessment, agreement.evidence)
    name = label("concern", agreement.subject).casefold()
    if reading is None:
        return name
    wording = reading.evidence.item(agreement.item).wording.strip().rstrip(".")
    return f"{name}: \u201c{wording}\u201d: {_shares_text(agreement, assessment)}"


def smaller_text(small: SmallerUse, assessment: Assessment) -> str:
    """A smaller use that passes: what it leaves out, what stays, and what it asks."""
    services = and_list(label("service", s).casefold() for s in small.use.services)
    operator = label("processor", small.use.operator).casefold()
    until = small.ruling.expires
    return (
        f"without {left_out_text(small.left_out)}: {services}, run "
        f"{'by a ' if operator != 'in-house' else ''}{operator}; {then_text(small.ruling)}; "
        f"until {until}"
    )


def settle_text(settlement: Settlement, assessment: Assessment) -> str:
    """How many interviews would settle an open cell, or that there is no realistic number."""
    finding, need = settlement.finding, settlement.need
    what = f"{assessment.group_label(finding.group)}, {requirement_label(finding.requirement)}"
    if finding.measure and not visible(finding.measure, assessment.terms.threshold):
        return f"{what}: {NOT_SHOWN}"
    line = finding.judgement.baseline if finding.judgement else 0.5
    assumed = percent(settlement.assumed, line, 0.005)
    if need.interviews is None:
        return f"{what}: no realistic number if the true share is {assumed}"
    return f"{what}: {need.interviews:,} interviews if the true share is {assumed}"


def variation_name(variation: Variation, assessment: Assessment) -> str:
    """What was varied, with the group in words: ``base of Black parents 8``."""
    found = re.fullmatch(r"base of (.+) (\d+)", variation.name)
    if not found:
        return variation.name
    return f"base of {assessment.group_label(found[1])} {found[2]}"


def variation_summary(assessment: Assessment) -> str:
    """Under which other settings the ruling would be another one."""
    variations = assessment.variations
    if not variations:
        return "other settings were not tried"
    changes: dict[str, list[str]] = {}
    for variation in variations:
        if variation.changes_ruling:
            name = variation_name(variation, assessment)
            changes.setdefault(variation.ruling.heading, []).append(name)
    if not changes:
        return f"the ruling is the same under all {len(variations)} other settings that were tried"
    same = sum(not v.changes_ruling for v in variations)
    text = "; ".join(f"{heading} under {and_list(names)}" for heading, names in changes.items())
    return f"{text}; the same under {same} of {len(variations)} other settings that were tried"


def notices(assessment: Assessment) -> list[str]:
    """Warnings that stand beside every figure: synthetic answers, evidence only for example."""
    found = []
    if assessment.supposed:
        given = and_list(assessment.supposed)
        found.append(f"WHAT IF: {given}, given by hand. Not a ruling on the evidence as it stands.")
    for reading in assessment.counting:
        evidence = reading.evidence
        if evidence.synthetic:
            found.append(f"SYNTHETIC: no person gave these answers ({evidence.id}).")
        if evidence.example_only:
            text = "Example only: not for decisions about real families"
            found.append(f"{text} ({evidence.id}). {evidence.notice}".strip())
        elif evidence.notice:
            found.append(f"{evidence.notice} ({evidence.id})")
    return found


def marks(assessment: Assessment) -> list[str]:
    """The notices in a few words, for the heads of tables."""
    fit = [reading.evidence for reading in assessment.counting]
    found = ["SYNTHETIC: no person gave these answers."] if any(e.synthetic for e in fit) else []
    return found + (["Example only."] if any(e.example_only for e in fit) else [])


def reason_texts(assessment: Assessment) -> list[str]:
    """Why the ruling is what it is, one sentence for each requirement and verdict."""
    said: dict[str, list[str]] = {}
    for reason in assessment.ruling.reasons:
        if reason.requirement is None or reason.group is None:
            said.setdefault(reason.text, [])
            continue
        start, _, rest = reason.text.partition(f" in {reason.group!r}.")
        said.setdefault(f"{start} in", [])
        note = rest.strip().rstrip(".")
        name = assessment.group_label(reason.group) + (f" ({note})" if note else "")
        said[f"{start} in"].append(name)
    return [
        sentence(f"{start} {'; '.join(names)}") if names else start for start, names in said.items()
    ]


__all__ = [
    "NOT_LEGAL_ADVICE",
    "NOT_MEASURED",
    "NOT_SHOWN",
    "agreement_shares",
    "and_list",
    "article_rule",
    "base_text",
    "bound",
    "claim",
    "concern_text",
    "consequence",
    "decided_text",
    "duty_text",
    "figure_text",
    "headline",
    "left_out_text",
    "lifted",
    "marks",
    "notices",
    "opposing_visible",
    "percent",
    "reading_of",
    "reason_texts",
    "sentence",
    "settle_text",
    "share_text",
    "side",
    "smaller_text",
    "then_text",
    "thing",
    "unfit_texts",
    "variation_name",
    "variation_summary",
    "visible",
]
