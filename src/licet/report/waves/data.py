"""Evidence over time as data: one JSON document and tidy CSV. Proportions are 0-1."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

from licet.report.comparisons.data import coarse_figures
from licet.report.json_text import indented
from licet.report.ruling.csv_rows import harmless
from licet.report.waves import words
from licet.waves import Change, Waves

Row = dict[str, Any]
CHANGES = ("earlier", "later", "item", "item_label", "group", "group_label", "before", "after",
           "status", "direction", "share_before", "share_after", "base_before", "base_before_about",
           "base_after", "base_after_about", "stance",
           "change", "se", "low", "high", "p", "p_holm", "family_size", "why")  # fmt: skip
SHARES = ("wave", "end", "item", "label", "group", "group_label", "share", "low", "high", "base",
          "base_about", "baseline", "verdict", "shown")  # fmt: skip
APART = ("what", "differences")


def json_text(found: Waves) -> str:
    """Everything as one JSON document."""
    due = found.due
    document = {
        "waves": [
            {
                "evidence": r.evidence.id,
                "title": r.evidence.title,
                "start": r.evidence.fieldwork.start.isoformat(),
                "end": words.wave_end(r, bool(found.panel)).isoformat(),
                "expires": r.evidence.fieldwork.expires.isoformat(),
                "synthetic": r.evidence.synthetic,
                "notice": r.evidence.notice,
                "files": dict(r.evidence.files),
            }
            for r in found.readings
        ],
        "panel": list(found.panel),
        "today": found.today.isoformat(),
        "disclosure_threshold": found.threshold,
        "due": {
            "evidence": due.evidence,
            "date": due.day.isoformat(),
            "start_by": due.start.isoformat(),
            "reason": due.reason,
            "overdue": due.overdue,
        },
        "statuses": found.counts(),
        "changes": [change_row(found, change) for change in found.changes],
        "shares": list(share_rows(found)),
        "not_joined": [
            {"what": name, "differences": text} for name, text in words.apart_lines(found)
        ],
        "joined_by_link": [{"what": n, "why": text} for n, text in words.joined_lines(found)],
    }
    return indented(document) + "\n"


def change_row(found: Waves, change: Change) -> Row:
    """A change as data, every figure None where it may not be shown."""
    row = change.comparison
    data: Row = {
        "earlier": change.earlier,
        "later": change.later,
        "item": change.item,
        "item_label": words.item_label(found, change),
        "group": change.group,
        "group_label": words.group_label(found, change),
        "before": str(change.before) if change.before else None,
        "after": str(change.after) if change.after else None,
        "status": change.status,
        "direction": change.direction,
        "why": change.why,
    }
    if row is None or not row.shown:
        return dict.fromkeys(CHANGES) | data
    few = coarse_figures(row)
    rounded: Row = {k: few[k] for k in ("se", "low", "high", "p", "p_holm") if k in few}
    if few:
        rounded |= {"share_before": few["other_share"], "share_after": few["share"]}
        rounded["change"] = few["difference"]
    return data | {
        "share_before": row.other.share,
        "share_after": row.one.share,
        "base_before": row.other.base,
        "base_before_about": row.other.base_about,
        "base_after": row.one.base,
        "base_after_about": row.one.base_about,
        "stance": row.stance,
        "change": _number(row.value),
        "se": _number(row.se),
        "low": _number(row.low),
        "high": _number(row.high),
        "p": _number(row.p),
        "p_holm": _number(row.p_holm),
        "family_size": row.family_size,
        **rounded,
    }


def share_rows(found: Waves) -> Iterator[Row]:
    """Each wave's share, as the last wave calls items and groups."""
    for (item, group), cells in words.wave_cells(found).items():
        for cell in cells:
            share = cell["share"] or {}
            yield {
                "wave": cell["evidence"],
                "end": cell["end"].isoformat(),
                "item": item,
                "label": cell["label"],
                "group": group,
                "group_label": cell["group_label"],
                "share": share.get("point"),
                "low": share.get("low"),
                "high": share.get("high"),
                "base": cell["base"] if cell["shown"] else None,
                "base_about": cell["base_about"] if cell["shown"] else None,
                "baseline": cell["baseline"],
                "verdict": cell["verdict"],
                "shown": "yes" if cell["shown"] else cell["figure"],
            }


def csv_text(found: Waves) -> str:
    """Every change as CSV text."""
    return _csv(CHANGES, (change_row(found, change) for change in found.changes))


def shares_csv(found: Waves) -> str:
    """Every share of every wave as CSV text."""
    return _csv(SHARES, share_rows(found))


def apart_csv(found: Waves) -> str:
    """What is not joined, as CSV text."""
    return _csv(APART, ({"what": n, "differences": text} for n, text in words.apart_lines(found)))


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _csv(heads: Iterable[str], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(heads), lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: harmless(value) for key, value in row.items()})
    return out.getvalue()
