"""The card of a model as one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from licet.report.audit.source_page import section, sections_page
from licet.report.identify_forecast import words
from licet.report.quality.page import Sheet

MEANINGS = (
    (
        "Gate",
        "One of eight things that must hold of a forecast before anybody may think of a pilot.",
    ),
    (
        "Number of a model",
        "What a feature is multiplied by, or its points. More is a higher chance.",
    ),
    (
        "In brackets",
        "Between which numbers it would lie for 95 of 100 towns made of such households.",
    ),
)


def page(card: Mapping[str, Any]) -> str:
    """The whole page as text."""
    beyond = card["not_in_the_standard"]
    faults = card["2.5_impact_assessments_and_risks"]
    known = [f"Suspected: the feature {one}." for one in faults["suspected_features"]]
    known += list(faults["known_faults"]) or ["Nothing is declared."]
    sections = [
        section("made", "What it was made from", [*words.day_lines(card), beyond["split"]], _made(card)),
        section("gates", "What the audits say", _audits(card), [(None, _gates(card))]),
        section("numbers", "Its numbers", _told(card), _numbers(card)),
        section("faults", "What is known to be wrong", known, []),
        section("remembers", "What it remembers", [words.remembered(card)], []),
        section("never", "What never follows from it", [*beyond["never"], _NO_LIST], []),
    ]  # fmt: skip
    return sections_page(
        sections,
        synthetic=card["synthetic"],
        title=card["title"]["title"],
        brand=f"model card, {beyond['forecast']} version {beyond['version']}",
        answer=words.heading(card),
        lead=[card["tier_1"]["1.2_description"], f"For: {beyond['cohort']}."],
        words=MEANINGS,
        files="model-card.json",
    )


_NO_LIST = (
    "Nobody is picked out by a fit. There is no score or rank of a person or household on any page."
)


def _made(card: Mapping[str, Any]) -> list[Any]:
    heads = ("Part", words.unit_words(card).capitalize(), "With the outcome")
    rows = tuple(words.count_rows(card))
    return [(None, Sheet("parts", "Who it was made from and tried on", heads, rows))]


def _audits(card: Mapping[str, Any]) -> list[str]:
    own = words.chosen(card)
    return [f"Chosen: {own['label']}. {card['not_in_the_standard']['why_chosen']}", own["sentence"]]


def _gates(card: Mapping[str, Any]) -> Sheet:
    heads = ("Candidate", *words.gate_names(card))
    return Sheet("gates", "Gates of each candidate", heads, tuple(words.gate_rows(card)), True)


def _told(card: Mapping[str, Any]) -> list[str]:
    if not card["not_in_the_standard"]["kept"]:
        return ["No model is kept: its audit fails."]
    return ["One number for each thing that is known. It holds nobody, and no code."]


def _numbers(card: Mapping[str, Any]) -> list[Any]:
    rows = tuple(words.number_rows(card))
    heads = ("What is known", "Number", "Of the regression [95 %]")
    return [(None, Sheet("numbers", "Numbers of the model", heads, rows))] if rows else []
