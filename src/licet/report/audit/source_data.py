"""A source audit as data: one JSON document, and a CSV for each table. Null or empty: not shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from math import isfinite
from typing import Any

from licet.audit.over_representation import Represented
from licet.audit.source import Fault, SourceAudit
from licet.audit.standing import NOT_PERMISSION, Estimate
from licet.report.ruling.csv_rows import harmless

Row = dict[str, Any]


def json_text(found: SourceAudit) -> str:
    """Everything as one JSON document."""
    document = {
        "kind": "source audit",
        "feed": found.feed.id,
        "title": found.feed.title,
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
    return {name: csv_text(rows) for name, rows in made.items()}


def fault_row(one: Fault) -> Row:
    """One field, fault and group."""
    row: Row = {"field": one.field, "fault": one.kind, "by": one.by, "group": one.group}
    row |= {"rows": one.rows, "count": one.count}
    row |= numbers("share", one.share) | numbers("difference", one.difference)
    return row | {"shown": "yes" if one.shown else one.waits or "not shown"}


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


def csv_text(rows: Sequence[Row]) -> str:
    """Rows with the same keys as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: harmless(value) for key, value in row.items()})
    return out.getvalue()
