"""The quality of evidence as data: one JSON document, and a tidy CSV for each table.

Shares and differences are proportions 0-1; empty or null: not known, or not shown.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from licet.quality import PARTS, Quality
from licet.quality.effects import BATTERY_PART, FALSE_ALARM, Effect
from licet.report.quality.words import item_label
from licet.report.ruling.csv_rows import harmless

Row = dict[str, Any]


def json_text(found: Quality) -> str:
    """Everything as one JSON document."""
    assessment = found.assessment
    document = {
        "evidence": found.evidence.id,
        "title": found.evidence.title,
        "files": dict(found.evidence.files),
        "synthetic": found.evidence.synthetic,
        "notice": found.evidence.notice,
        "today": found.today.isoformat(),
        "use": assessment.use.id if assessment else None,
        "ruling": assessment.ruling.heading if assessment else None,
        "disclosure_threshold": found.threshold,
        "what_would_change": [{"kind": p.kind, "text": p.text} for p in found.points],
        "not_checked": [{"what": what, "why": why} for what, why in found.unchecked],
        "non_response": list(response_rows(found)),
        "effects": [_effect(found, effect) for effect in found.effects],
        "coverage": [vars(fact) for fact in found.coverage],
        "margins": [vars(row) | {"off": row.off} for row in found.margins],
        "bases": list(base_rows(found)),
        "sensitivity": {
            "settings": list(found.sensitivity.names),
            "verdicts_changed": found.sensitivity.changed,
            "cells": list(sensitivity_rows(found)),
        },
        "silences": [vars(one) for one in found.silences],
        "variations": _variations(found),
        "notes": list(found.notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, default=str) + "\n"


def tables(found: Quality) -> dict[str, str]:
    """The CSV text of every table, by name."""
    made: dict[str, Iterable[Row]] = {
        "points": (
            {"place": n, "kind": p.kind, "text": p.text} for n, p in enumerate(found.points, 1)
        ),
        "response": response_rows(found),
        "effects": effect_rows(found),
        "bases": base_rows(found),
        "sensitivity": sensitivity_rows(found),
    }
    return {name: _csv(list(rows)) for name, rows in made.items()}


def response_rows(found: Quality) -> Iterator[Row]:
    """Who gave no answer: a row for each item and group."""
    for row in found.response:
        data: Row = {"item": row.item, "item_label": item_label(found, row.item)}
        data |= {"group": row.group, "group_label": found.evidence.group_label(row.group)}
        for name, part in (*((name, row.parts[name]) for name in PARTS), ("without", row.without)):
            data[f"{name}_people"] = part.people
            data[f"{name}_share"] = part.share
            data[f"{name}_unweighted"] = part.unweighted
        for name in ("difference", "low", "high", "p", "p_holm"):
            data[name] = _number(getattr(row, name))
        yield data | {"shown": "yes" if row.shown else "not shown"}


def effect_rows(found: Quality) -> Iterator[Row]:
    """What moved answers: a row for each check, item and arm."""
    for effect in found.effects:
        for row in effect.items:
            against = {d.arm: d for d in row.differences}
            for share in row.shares:
                d = against.get(share.arm)
                yield {
                    "check": effect.kind,
                    "column": effect.column,
                    "item": row.item,
                    "item_label": item_label(found, row.item),
                    "arm": share.arm,
                    "base": share.base,
                    "share": share.share,
                    "against": d.against if d else None,
                    "difference": _number(d.value) if d else None,
                    "se": _number(d.se) if d else None,
                    "low": _number(d.low) if d else None,
                    "high": _number(d.high) if d else None,
                    "item_p": _number(row.p),
                    "item_p_holm": _number(row.p_holm),
                    "check_p": _number(effect.p),
                    "found": effect.found,
                    "crosses_line": row.crosses,
                    "shown": "yes" if row.shown else "not shown",
                    "note": row.why_not,
                }


def _effect(found: Quality, effect: Effect) -> Row:
    battery = effect.battery
    return {
        "check": effect.kind,
        "column": effect.column,
        "arms": list(effect.arms),
        "p": _number(effect.p),
        "raw_p": _number(effect.raw_p),
        "found": effect.found,
        "tested": effect.tested,
        "false_alarm": FALSE_ALARM,
        "battery_part": BATTERY_PART,
        "battery": {
            "items": list(battery.items),
            "p": _number(battery.p),
            "differences": [_numbers(vars(d)) for d in battery.differences],
        }
        if battery
        else None,
        "items": [row for row in effect_rows(found) if row["check"] == effect.kind],
        "notes": list(effect.notes),
    }


def base_rows(found: Quality) -> Iterator[Row]:
    """What answers are worth: a row for each item and group."""
    for row in found.worth:
        yield {
            "item": row.item,
            "item_label": item_label(found, row.item),
            "group": row.group,
            "group_label": found.evidence.group_label(row.group),
            **{k: v for k, v in _numbers(vars(row)).items() if k not in ("item", "group")},
        }


def sensitivity_rows(found: Quality) -> Iterator[Row]:
    """Verdicts under other settings: a row for each item, group and setting."""
    for cell in found.sensitivity.cells:
        for name in found.sensitivity.names:
            verdict = cell.other.get(name, cell.verdict)
            yield {
                "item": cell.item,
                "item_label": item_label(found, cell.item),
                "group": cell.group,
                "group_label": found.evidence.group_label(cell.group),
                "verdict": str(cell.verdict),
                "setting": name,
                "verdict_then": str(verdict),
                "changes": verdict is not cell.verdict,
            }


def _variations(found: Quality) -> list[Row]:
    if found.assessment is None:
        return []
    return [
        {
            "setting": v.name,
            "ruling": v.ruling.heading,
            "changes_ruling": v.changes_ruling,
            "deciding_verdicts_changed": v.changed_cells,
        }
        for v in found.assessment.variations
    ]


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and isfinite(value) else None


def _numbers(data: Mapping[str, Any]) -> Row:
    return {k: _number(v) if isinstance(v, float) else v for k, v in data.items()}


def _csv(rows: list[Row]) -> str:
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: harmless(value) for key, value in row.items()})
    return out.getvalue()
