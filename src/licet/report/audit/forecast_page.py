"""A forecast audit as one HTML page that needs nothing else: the verdict first, then for whom it is wrong.

Every figure is one of the document of ``forecast_shown``; every chart has its table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from licet.report.audit import forecast_words as words
from licet.report.audit.forecast_sections import score_sections
from licet.report.audit.forecast_sections_beyond import other_sections
from licet.report.phrases import SYNTHETIC, SYNTHETIC_MARK
from licet.report.quality.page import Sheet
from licet.report.rendering import render

Part = Mapping[str, Any]
MOST_REASONS = 3
"""Reasons of a gate that are told at once; the others below them."""


def page_text(document: Part) -> str:
    """The page of a document."""
    notices = [note for note in document["notes"] if note.startswith("Exploratory")]
    synthetic = document["plan"]["synthetic"]
    sections = [*score_sections(document), *other_sections(document)]
    ends = [("plan", "The plan, and how figures were made"), ("words", "What the words mean")]
    return render(
        "audit_forecast.html",
        d=document,
        plan=document["plan"],
        notices=[*([SYNTHETIC] if synthetic else []), *notices],
        marks=[SYNTHETIC_MARK] if synthetic else [],
        places=[("gates", "The gates"), *((one.id, one.title) for one in sections), *ends],
        answer=document["verdict"]["sentence"],
        people=[words.people_sentence(document)],
        harm=words.harm_sentences(document)[:1],
        gates=document["gates"],
        overview=_overview(document),
        most=MOST_REASONS,
        signs=words.SIGNS,
        gate_words=words.GATE_WORDS,
        sections=sections,
        notes=[note for note in document["notes"] if note not in notices],
        facts=facts_of(document),
        limits=words.tolerance_sentences(document["plan"]),
        words=[one for one in words.DEFINITIONS if one not in words.GATE_WORDS],
    )


def _overview(document: Part) -> Sheet:
    rows = tuple(
        (
            f"{gate['id']} {gate['title']}",
            f"{words.SIGNS[gate['standing']]}\u00a0{gate['standing']}",
        )
        for gate in document["gates"]
    )
    return Sheet("gates-table", "The gates at a glance", ("Gate", "Answer"), rows)


def facts_of(document: Part) -> list[tuple[str, str]]:
    """The plan, its hashes and how figures were made: names and texts."""
    plan = document["plan"]
    found = [
        ("Plan", f"{plan['id']}: {plan['title']}"),
        ("Made by", plan["made_by"] or "not said"),
        ("Use", plan["use"] or "none named"),
        ("Hash of the plan", plan["hash"]),
        ("Hash of the data", plan["data_hash"] or "not recorded"),
        ("Outcomes opened", plan["opened"] or "not recorded"),
        ("Scores it was chosen from", str(plan["tried"])),
        ("Intervals", f"{100 * plan['level']:g} %, from {plan['draws']:,} draws of people or families, seed "
                      f"{plan['seed']}"),
        ("Disclosure control", f"counts of fewer than {plan['threshold']} people are kept back, and what "
                               "would tell them"),
        ("Small groups", f"a difference is judged where {plan['least_cases']} people or more stand on either "
                         "side"),
    ]  # fmt: skip
    if plan["amends"]:
        found.append(("Amends the plan", f"{plan['amends']}: {plan['because']}"))
    if plan["outcome_days"]:
        found.append(("Days an outcome takes to show", str(plan["outcome_days"])))
    return found
