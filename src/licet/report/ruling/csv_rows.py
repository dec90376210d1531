"""An assessment as a tidy table: one row for each item, group and piece of evidence that counts.

Columns, in this order (shares are proportions 0-1; empty: not known, not asked, or not shown):

use, version, today, ruling   the use's id and version, the day, the ruling in capitals
evidence, synthetic           id of the evidence; yes where no person gave the answers
kind, subject, item, wording  the item, by the words of the vocabulary and as it was asked
requirement, required         kind:subject; yes where the use needs it
group, group_label            id and name; ``all`` is the whole sample
role                          decides, comparison, or shown (asked, but nothing follows for the use)
stance                        whose share is shown: permits or opposes
share, low, high, rounding    point, interval, half a unit of the last printed digit
base, effective_base          people who answered; what they are worth
design_effect, df             as assumed or estimated
standard_error                of the permitting share
k, baseline                   number of stances, the line
consensus, verdict            of the bare point; with its interval (licence items only)
in_force                      yes where this evidence decides the cell
shown, note                   why there is no figure, or what else should be known
expires                       last day the evidence counts
interval, level               method and confidence of the interval
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from licet.assessment import Assessment
from licet.report.ruling.data import document
from licet.report.screens import plain

COLUMNS = (
    "use", "version", "today", "ruling", "evidence", "synthetic", "kind", "subject", "item",
    "wording", "requirement", "required", "group", "group_label", "role", "stance", "share", "low",
    "high", "rounding", "base", "effective_base", "design_effect", "df", "standard_error", "k",
    "baseline", "consensus", "verdict", "in_force", "shown", "note", "expires", "interval", "level",
)  # fmt: skip


def csv_text(assessment: Assessment) -> str:
    """The table as CSV text with a header line. Nothing that a spreadsheet would run is left."""
    data = document(assessment)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for row in _rows(data):
        writer.writerow({key: harmless(value) for key, value in row.items()})
    return out.getvalue()


def harmless(value: object) -> object:
    """Yes and no for truth; text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    value = plain(value) if isinstance(value, str) else value
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return "" if value is None else value


def _rows(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every cell of the matrix, then requirements that no evidence measures."""
    synthetic = {e["id"]: e["synthetic"] for e in data["evidence"]}
    for item in data["matrix"]:
        about = {key: item[key] for key in ("kind", "subject", "item", "wording", "required", "k")}
        for cell in item["cells"]:
            yield _row(data, cell, {**about, "synthetic": synthetic[item["evidence"]]})
    for cell in data["findings"]:
        if cell["evidence"] is None:
            kind, subject = cell["requirement"].split(":", 1)
            yield _row(data, cell, {"kind": kind, "subject": subject, "required": True})


def _row(data: Mapping[str, Any], cell: Mapping[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    same = ["evidence", "requirement", "group", "group_label", "stance", "base", "effective_base"]
    same += ["design_effect", "df", "standard_error", "baseline", "consensus", "verdict"]
    role = "decides" if cell["deciding"] else "comparison" if cell["reference"] else "shown"
    share = cell["share"] or {}
    return {
        "use": data["use"]["id"],
        "version": data["use"]["version"],
        "today": data["today"],
        "ruling": data["ruling"]["heading"],
        **{key: cell[key] for key in same},
        **about,
        "role": role,
        "share": share.get("point"),
        "low": share.get("low"),
        "high": share.get("high"),
        "rounding": share.get("rounding"),
        "in_force": cell["in_force"],
        "shown": "yes" if cell["shown"] else cell["figure"],
        "note": cell["note"] or cell["imprecise"],
        "expires": cell["expires"],
        "interval": data["method"]["interval"],
        "level": data["method"]["level"],
    }
