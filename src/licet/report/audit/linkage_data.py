"""A linkage audit as one JSON document, and as a table with a row for each figure.

Everything in it went through disclosure control; pages and screens are made from it, so that they
cannot say more. Shares are proportions 0-1; null: not known, or not shown, as ``shown`` says.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from licet.audit.linked.audit import LinkageAudit
from licet.audit.linked.measured import ENOUGH
from licet.disclosure.counts import shown_count
from licet.report.audit.linkage_guild import guild
from licet.report.audit.linkage_shown import gap_rows, kind_rows, rate_rows, wholly_rows
from licet.report.json_text import indented
from licet.report.ruling.csv_rows import harmless

Document = dict[str, Any]
VERSION = 1
ESTIMATES = ("expected_false", "expected_missed")
COLUMNS = ("part", "measure", "by", "group", "versus", "value", "low", "high", "naive_low",
           "naive_high", "band_low", "band_high", "p", "smallest_found", "n", "wrong", "enough",
           "estimate", "shown", "synthetic")  # fmt: skip


def document(found: LinkageAudit) -> Document:
    """The audit as plain values."""
    threshold, about = found.asked.threshold, found.about
    told: Document = {
        "version": VERSION,
        "kind": "linkage audit",
        "use": about.get("use"),
        "title": about.get("title") or "A linkage",
        "run": about.get("run"),
        "day": found.asked.today.isoformat(),
        "synthetic": bool(about.get("synthetic")),
        "basis": _basis(found),
        "asked": _asked(found),
        "rows": shown_count(found.rows, threshold),
        "persons": shown_count(found.persons, threshold),
        "with_truth": shown_count(found.with_truth, threshold),
        "outside": shown_count(found.outside, threshold),
        "judged": shown_count(found.judged, threshold),
        "standing_for": shown_count(round(found.standing_for), threshold),
    }
    for name, part in (
        ("clusters", found.clusters),
        ("labels", found.labels),
        ("signs", found.signs),
    ):
        told[name] = None
        if part is not None:
            rates = rate_rows(part, threshold, found.asked.level)
            told[name] = {
                "families": shown_count(part.units, threshold),
                "rates": rates,
                "gaps": gap_rows(part, rates, threshold),
            }
    kinds = found.kinds
    told["false_kinds"] = (
        kind_rows(kinds.counts, kinds.kinds, found.keys, threshold) if kinds else []
    )
    told["wholly"] = [row for one in found.wholly for row in wholly_rows(one, threshold)]
    return told | {"guild": guild(found.about, told)}


def _basis(found: LinkageAudit) -> list[str]:
    """What it was held against."""
    held = []
    if found.clusters is not None:
        held.append("truth")
    if found.labels is not None:
        held.append("sample" if found.standing_for else "labelled pairs")
    return held or ["nothing"]


def _asked(found: LinkageAudit) -> Document:
    asked = found.asked
    return {
        "by": list(asked.by),
        "intersections": [list(one) for one in asked.intersections],
        "draws": asked.draws,
        "seed": asked.seed,
        "level": asked.level,
        "threshold": asked.threshold,
        "enough_pairs": ENOUGH,
    }


def json_text(data: Document) -> str:
    """The document as JSON text."""
    return indented(data) + "\n"


def csv_text(data: Document) -> str:
    """Every figure as CSV text, a line each."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    for row in rows_of(data):
        writer.writerow({key: harmless(value) for key, value in row.items()})
    return out.getvalue()


def rows_of(data: Mapping[str, Any]) -> Iterator[Document]:
    """Every figure as a row, by ``COLUMNS``; what a row does not say is left out."""
    synthetic = "yes" if data["synthetic"] else "no"
    return ({**row, "synthetic": synthetic} for row in _rows(data))


def _rows(data: Mapping[str, Any]) -> Iterator[Document]:
    for part in ("clusters", "labels", "signs"):
        if data[part] is None:
            continue
        for row in data[part]["rates"]:
            yield {**row, "part": part, "n": row["base"], "estimate": row["measure"] in ESTIMATES}
        for row in data[part]["gaps"]:
            yield {**row, "part": part, "estimate": row["measure"] in ESTIMATES}
    for row in data["false_kinds"]:
        shown = "yes" if row["pairs"] is not None else "not shown"
        yield {**row, "part": "false kinds", "n": row["pairs"], "shown": shown}
    for row in data["wholly"]:
        yield from _wholly(row)


def _wholly(row: Mapping[str, Any]) -> Iterator[Document]:
    for name in ("permission", "linkage", "both"):
        yield {
            "part": f"wholly linked, {row['of']}",
            "measure": name,
            "by": row["by"],
            "group": row["group"],
            "value": row[name],
            "low": row[f"{name}_low"],
            "high": row[f"{name}_high"],
            "n": row["units"],
            "shown": "yes" if row[name] is not None else "not shown",
        }
