"""The audit of a rule of entitlement: as data, on the screen, as a page. Shares only, never who."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from licet.audit.judging.demands import Gate
from licet.audit.standing import NOT_PERMISSION
from licet.identify.words import NEVER_HINDERS, day_words
from licet.report.audit.source_page import section, sections_page
from licet.report.phrases import SYNTHETIC
from licet.report.screens import wrap

WORDS = (
    ("Still found", "Of those whom the rule means with the links as they are, the share that it means again "
                    "when links go wrong as often as was measured. Each was tried 20 times."),
    ("Wrong", "Of those whom it then means, the share that it does not mean with the links as they are."),
    ("Less the rest", "The share of a group that is still found, less that of all others."),
    ("Interval", "In brackets: the figures that could well lie behind what was seen, 95 %."),
)  # fmt: skip


def document(found: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that may be shown, as plain values."""
    rule = found["rule"]
    return {
        "schema": "licet-entitlement-audit-1",
        "kind": "entitlement audit",
        "use": rule.use,
        "title": found["title"],
        "rule": rule.id,
        "rule_title": rule.title,
        "rule_version": rule.version,
        "rule_hash": rule.hash(),
        "run": found["run"],
        "day": found["day"].isoformat(),
        "as_of": found["as_of"].isoformat(),
        "synthetic": found["synthetic"],
        "standing": str(found["standing"]),
        "sentence": found["sentence"],
        "gates": [_gate(gate) for gate in found["gates"]],
        "links": {"basis": found["basis"], **{n: round(v, 3) for n, v in found["whole"].items()}},
        "tolerances": rule.robust.model_dump(mode="json"),
        "repeats": found["repeats"],
        "not_compared": found["not_compared"],
        "rows_that_may_be_linked": round(found["permitted"], 2),
        "disclosure_threshold": found["threshold"],
        "notes": list(_notes(found)),
        "not_permission": NOT_PERMISSION,
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "id": gate.id,
        "title": gate.title,
        "standing": str(gate.standing),
        "reasons": list(gate.reasons),
        "all": [f"{one.standing}: {one.reason}" for one in gate.demands],
        "settling": list(gate.settling),
    }


def _notes(found: Mapping[str, Any]) -> Iterator[str]:
    if found["whole"]:
        missed, false = (f"{100 * found['whole'][name]:.3g} %" for name in ("missed", "false"))
        yield (
            f"Links: {missed} of matches missed and {false} of those made false, {found['basis']}; in each "
            "group as in that group where it has 300 pairs. A figure that is kept back counts by the "
            "upper end of its interval."
        )
        yield (
            "A row that loses its person is counted in no household, although its address may still be the "
            "family's: the rule may bear missed links better than this."
        )
        if found["rule"].level == "household":
            yield "Who lives together is taken from addresses. How often that is wrong is not tried here."
    if found["not_compared"]:
        yield f"Not compared: {', '.join(found['not_compared'])}. Nothing is said of them."
    yield (
        f"Of all rows of these feeds {100 * found['permitted']:.0f} % may be linked. Families whose rows may "
        "not are offered nothing by this, and nothing is said of them."
    )


def json_text(told: Mapping[str, Any]) -> str:
    """The document as JSON text."""
    return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def screen(told: Mapping[str, Any]) -> str:
    """The audit for the terminal."""
    lines = [wrap(_heading(told)), *([wrap(SYNTHETIC)] if told["synthetic"] else []), ""]
    lines += [wrap(f"{told['standing']}: {told['sentence']}"), ""]
    for gate in told["gates"]:
        lines.append(wrap(f"{gate['id']} {gate['standing']:<12} {gate['title']}", "   "))
        shown = gate["all"] if gate["id"] == "G6" else gate["reasons"]
        if gate["standing"] != "PASS" or gate["id"] == "G6":
            lines += [wrap(f"   {reason}", "   ") for reason in shown]
            lines += [wrap(f"   To settle it: {said}", "   ") for said in gate["settling"]]
    lines += ["", *(wrap(note) for note in told["notes"]), "", wrap(NOT_PERMISSION)]
    return "\n".join([*lines, wrap(NEVER_HINDERS)])


def _heading(told: Mapping[str, Any]) -> str:
    return f"Audit of a rule: {told['rule_title']} ({told['rule']}, version {told['rule_version']})"


def page(told: Mapping[str, Any]) -> str:
    """The audit as one HTML page that needs nothing else."""
    from datetime import date

    sections = [
        section(gate["id"].lower(), f"{gate['id']}: {gate['title']}", [gate["standing"] + ".", *gate["all"],
                *(f"To settle it: {said}" for said in gate["settling"])], [])
        for gate in told["gates"]
    ]  # fmt: skip
    sections.append(section("notes", "What it rests on", told["notes"], []))
    day = day_words(date.fromisoformat(told["as_of"]))
    return sections_page(
        sections,
        synthetic=told["synthetic"],
        title=_heading(told),
        brand=f"entitlement audit, {told['day']}",
        answer=f"{told['standing']}: {told['sentence']}",
        lead=[
            f"{told['title']}. The rule is counted as of {day}, on the run {told['run']}.",
            NEVER_HINDERS,
        ],
        words=WORDS,
        files="entitlement-audit.json",
    )
