"""A source audit as data: one JSON document, and a CSV for each table. Null or empty: not shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from math import isfinite
from typing import Any

from licet.audit.over_representation import Represented
from licet.audit.source import NEARLY, Fault, SourceAudit
from licet.audit.standing import NOT_PERMISSION, Estimate
from licet.report.audit.source_words import NEARLY as NEARLY_WORDS
from licet.report.ruling.csv_rows import harmless

Row = dict[str, Any]


def json_text(found: SourceAudit) -> str:
    """Everything as one JSON document."""
    document = {
        "kind": "source audit",
        "feed": found.feed.id,
        "title": found.feed.title,
        "synthetic": found.synthetic,
        "contract": found.feed.hash(),
        "day": found.day.isoformat(),
        "disclosure_threshold": found.threshold,
        "rows": found.rows,
        "stale_after_years": found.stale_after,
        "known_faults": list(found.feed.known_faults),
        "groups_too_small": dict(found.merged),
        "not_checked": [{"what": what, "why": why} for what, why in found.unchecked],
        "faults": [fault_row(one) for one in found.faults],
        "allowed_ratio": [1 / found.over, found.over],
        "population_sample": found.sample,
        "zeros_below": found.zeros_below,
        "over_representation": [over_row(one) for one in found.represented],
        "note": NOT_PERMISSION,
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def tables(found: SourceAudit) -> dict[str, str]:
    """The CSV text of each table, by name."""
    made = {"faults": [fault_row(one) for one in found.faults]}
    if found.represented:
        made["over-representation"] = [over_row(one) for one in found.represented]
    return {name: csv_text(rows, found.synthetic) for name, rows in made.items()}


def fault_row(one: Fault) -> Row:
    """One field, fault and group."""
    row: Row = {"field": one.field, "fault": one.kind, "by": one.by, "group": one.group}
    row |= {"rows": one.rows, "count": one.count}
    row |= numbers("share", one.share) | numbers("difference", one.difference)
    if one.nearly:
        row |= {"share_low": NEARLY, "share_high": 1.0}
    told = NEARLY_WORDS if one.nearly else one.waits or "not shown"
    return row | {"shown": "yes" if one.shown else told}


def over_row(one: Represented) -> Row:
    """One group against the population."""
    row: Row = {"by": one.by, "group": one.group, "people": one.people}
    row |= numbers("share", one.share) | numbers("expected", one.expected)
    row |= numbers("ratio", one.ratio) | {"verdict": str(one.standing)}
    return row | {"population_kept_back": one.suppressed,
                  "shown": "yes" if one.shown else one.waits or "not shown"}  # fmt: skip


def numbers(name: str, estimate: Estimate) -> Row:
    """Value and interval; None where there is none."""
    ends = {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    return {key: value if isfinite(value) else None for key, value in ends.items()}


def csv_text(rows: Sequence[Row], synthetic: bool) -> str:
    """Rows with the same keys as CSV text; a column of its own says whether they are synthetic."""
    out = io.StringIO()
    heads = [*(list(rows[0]) if rows else []), "synthetic"]
    writer = csv.DictWriter(out, heads, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        told = row | {"synthetic": "yes" if synthetic else "no"}
        writer.writerow({key: harmless(value) for key, value in told.items()})
    return out.getvalue()
