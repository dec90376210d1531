"""The report as one HTML page that needs nothing else: no script, no font, no picture from outside.

Readable by eye, by ear, on a telephone and on paper. Every figure comes from the document of
``assessment_json``, so page and data cannot disagree.
"""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from licet.assessment import Assessment
from licet.instrument.wording import WordingRow, wording_check
from licet.report.charts.intervals import panels
from licet.report.definitions import definitions
from licet.report.phrases import condition_text, reading_of, support_counts
from licet.report.rendering import render
from licet.report.ruling.data import document
from licet.report.ruling.wording import marks, percent, reason_texts, sentence
from licet.vocabulary import KINDS, label

SIGNS = {
    "granted": "\u25cf",
    "absent": "\u25a0",
    "refused": "\u2715",
    "unproven": "\u25cb",
    "too few": "\u25c7",
    "expired": "\u25b3",
    "not measured": "\u2013",
}
"""A sign beside each verdict, of the shape that charts use; screen readers skip it."""

KIND_TITLES = {
    "reason": "Is the reason acceptable?",
    "trust": "Is the service trusted to join records?",
    "processor": "Is the operator acceptable?",
    "demand": "What must be done first?",
    "concern": "Is the worry shared?",
    "awareness": "Do people know of it? (context only)",
}


def page(assessment: Assessment) -> str:
    """The whole page as text."""
    data = document(assessment)
    return render(
        "assessment.html",
        d=data,
        answer=_answer(data),
        marks=marks(assessment),
        reasons=reason_texts(assessment),
        panels=list(zip(panels(data), data["requirements"], strict=True)),
        findings=_by_requirement(data),
        tables=list(_matrix_tables(data)),
        items=data["matrix"],
        bases=_bases(data),
        wordings=_wordings(assessment),
        facts=list(_facts(assessment)),
        definitions=definitions(assessment.use),
        everybody=assessment.group_label("all"),
        signs=SIGNS,
        label=label,
        percent=percent,
        day=day,
        sentence=sentence,
    )


def _wordings(assessment: Assessment) -> list[WordingRow]:
    """What the use says beside what people were asked, for all evidence that counts."""
    seen = dict.fromkeys(f.evidence for f in assessment.ruling.findings if f.evidence)
    readings = [r for r in (reading_of(assessment, id) for id in seen) if r is not None]
    return [row for r in readings for row in wording_check(assessment.use, r.evidence) if row.item]


def day(text: str | None) -> str:
    """An ISO date as people write it: 1 December 2021."""
    if not text:
        return ""
    value = date.fromisoformat(text)
    return f"{value.day} {month_name[value.month]} {value.year}"


def _answer(data: Mapping[str, Any]) -> list[str]:
    """The headline without the ruling in capitals, which is the heading of the page."""
    first, *rest = data["headline"]
    first = first.removeprefix(data["ruling"]["heading"]).removeprefix(" as proposed").lstrip(". ")
    return [first, *rest]


def _by_requirement(data: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Findings under each requirement: whole sample first, comparison groups last."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for cell in sorted(data["findings"], key=lambda c: (c["group"] != "all", c["reference"])):
        found.setdefault(cell["requirement"], []).append(cell)
    return found


def _matrix_tables(data: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The full matrix, a table for each evidence and kind of item: groups down, items across."""
    for evidence in data["evidence"]:
        own = [item for item in data["matrix"] if item["evidence"] == evidence["id"]]
        for kind in (k for k in KIND_TITLES if k in KINDS):
            items = [item for item in own if item["kind"] == kind]
            if not items:
                continue
            rows = zip(*(item["cells"] for item in items), strict=True)
            yield {
                "id": f"matrix-{len(kind)}-{evidence['id']}-{kind}",
                "title": KIND_TITLES[kind],
                "evidence": evidence,
                "items": items,
                "licence": kind in ("reason", "trust", "processor"),
                "rows": [{"group": cells[0], "cells": cells} for cells in rows],
            }


def _bases(data: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """The base of each group of each evidence: one number, or from the least to the most."""
    found: dict[tuple[str, str], list[int]] = {}
    about: dict[tuple[str, str], bool] = {}
    for item in data["matrix"]:
        for cell in item["cells"]:
            key = (cell["evidence"], cell["group"])
            found.setdefault(key, [])
            if cell["base"] is not None:
                found[key].append(cell["base"])
                about[key] = cell["base_text"].startswith("about")
    texts = {}
    for key, bases in found.items():
        ends = list(dict.fromkeys(f"{n:,}" for n in (min(bases), max(bases)))) if bases else []
        texts[key] = ("about " if about.get(key) else "") + " to ".join(ends)
    return texts


def _facts(assessment: Assessment) -> Iterable[tuple[str, str]]:
    """The use as declared, in the words of the vocabulary; what is empty says so."""
    use = assessment.use
    said = "not declared"
    yield "What happens", use.summary or said
    yield "Who answers for it", ", ".join(x for x in (use.controller, use.team) if x)
    yield "Who decides", use.owner_role or said
    yield "Where to ask or object", "; ".join(x for x in (use.contact, use.appeals) if x) or said
    yield "Records of", ", ".join(label("service", s) for s in use.services)
    yield "Reasons", ", ".join(label("reason", r) for r in use.reasons)
    yield "Purpose", f"{label('purpose', use.purpose)} ({label('setting', use.setting).casefold()})"
    yield "What is done with them", ", ".join(label("analytics", a) for a in use.analytics)
    yield "What may follow for a family", label("action", use.intended_action)
    yield "Run by", label("processor", use.operator)
    if use.companies:
        yield "Companies", "; ".join(f"{c.name}: {c.role or said}" for c in use.companies)
    if use.payment_by_results:
        yield "Conflict of interest", "Somebody is paid by the number of families found."
    yield "Permission", label("permission model", use.permission_model)
    yield "Law relied on, as declared (not checked)", use.lawful_basis or said
    yield "Support offered", use.support.offer or said
    yield "Evidence that the support works", use.support.evidence_it_works or said
    yield "Without any linkage", use.support.universal_alternative or said
    yield from support_counts(use.support.model_dump())
    yield "From, until", f"{day(use.start.isoformat())} to {day(use.end.isoformat())}"
    for condition in assessment.conditions:
        yield "Condition agreed in dialogue", condition_text(condition)
