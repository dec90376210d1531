"""A forecast audit on the screen, 80 columns: the sentence of the gates, each gate, error by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licet.report.audit import forecast_words as words
from licet.report.phrases import SYNTHETIC
from licet.report.screens import columns, wrap

Part = Mapping[str, Any]
MOST_NOTES = 4
EXPLORATORY = "Exploratory"
"""How the note begins that stands before every figure."""
WIDTHS = (26, 9, 19)


def screen_text(document: Part) -> str:
    """The whole screen."""
    plan = document["plan"]
    parts = [wrap(f"Audit of a forecast: {plan['title']}")]
    parts += [wrap(SYNTHETIC)] if plan["synthetic"] else []
    parts.append(wrap(document["verdict"]["sentence"]))
    parts += [wrap(note) for note in document["notes"] if note.startswith(EXPLORATORY)]
    parts.append(wrap(words.people_sentence(document)))
    parts.append("\n".join(_gates(document)))
    parts.append("\n".join(_groups(document)))
    parts.append("\n".join(wrap(line) for line in words.harm_sentences(document)))
    parts.append("\n".join(_notes(document)))
    return "\n\n".join(part for part in parts if part)


def _gates(document: Part) -> Iterator[str]:
    for gate in document["gates"]:
        yield wrap(f"{gate['id']} {gate['standing']:<12} {gate['title']}", "   ")
        if gate["standing"] == "PASS":
            continue
        for reason in gate["reasons"][:1]:
            more = len(gate["reasons"]) - 1
            others = f" And {more} more." if more else ""
            yield wrap(f"   {reason}{others}", "   ")
        for said in gate["settling"][:1]:
            yield wrap(f"   To settle it: {said}", "   ")


def _groups(document: Part) -> Iterator[str]:
    """Error by group, with intervals, in percent."""
    if not document["groups"]:
        return
    yield "Error by group, percent with interval"
    rows = [("", "People", "Wrongly flagged", "Missed")]
    before = None
    for row in document["groups"]:
        if row["by"] != before:
            rows.append((f"{words.by_name(row['by'])}:", "", "", ""))
            before = row["by"]
        name = row["label"] if row["by"] is None else f"  {row['label']}"
        wrong, missed = words.share(row["rates"]["fpr"]), words.share(row["rates"]["fnr"])
        rows.append((name, words.count(row["counts"]["people"]), wrong, missed))
    yield columns(rows, WIDTHS)
    yield wrap(
        "Wrongly flagged: of people without the outcome, those flagged. Missed: of people with it, those not "
        "flagged. Not shown is not 0."
    )


def _notes(document: Part) -> Iterator[str]:
    notes = [note for note in document["notes"] if not note.startswith(EXPLORATORY)]
    for note in notes[:MOST_NOTES]:
        yield wrap(f"- {note}", "  ")
    if len(notes) > MOST_NOTES:
        yield f"- {len(notes) - MOST_NOTES} more notes on the page."
