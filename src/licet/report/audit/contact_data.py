"""A contact audit as data: one JSON document, and a CSV for each table. Null or empty: not shown."""

from __future__ import annotations

import json
from typing import Any

from licet.audit.contact import Change, ContactAudit
from licet.audit.standing import NOT_PERMISSION, Estimate
from licet.report.audit.contact_words import NEVER_A_CAUSE, name
from licet.report.audit.source_data import csv_text, numbers

Row = dict[str, Any]


def json_text(found: ContactAudit) -> str:
    """Everything as one JSON document."""
    contacts = found.contacts
    document = {
        "kind": "contact audit",
        "synthetic": found.contacts.synthetic,
        "since": found.since.isoformat(),
        "by": contacts.by,
        "unit": contacts.unit,
        "compared": found.compared,
        "people_given": contacts.people is not None,
        "level": found.level,
        "disclosure_threshold": found.threshold,
        "changes": [change_row(one) for one in found.changes],
        "periods": period_rows(found),
        "note": f"{NEVER_A_CAUSE} {NOT_PERMISSION}",
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def tables(found: ContactAudit) -> dict[str, str]:
    """The CSV text of each table, by name."""
    changes = [change_row(one) for one in found.changes]
    synthetic = found.contacts.synthetic
    return {
        "changes": csv_text(changes, synthetic),
        "periods": csv_text(period_rows(found), synthetic),
    }


def change_row(one: Change) -> Row:
    """One group."""
    row: Row = {"group": name(one.group), "versus": one.versus}
    row |= {"contacts_before": one.before, "contacts_since": one.after}
    for what in ("level", "slope", "overall", "rest"):
        row |= numbers(what, getattr(one, what))
    for what in ("smallest", "dispersion", "autocorrelation"):
        row[what] = numbers(what, Estimate(getattr(one, what)))[what]
    return row | {
        "months_in_model": one.seasonal,
        "reading": str(one.reading),
        "why_not": one.why_not,
    }


def period_rows(found: ContactAudit) -> list[Row]:
    """Contacts of every group and period."""
    groups = [one.group for one in found.changes]
    return [
        {"period": day.isoformat(), "group": name(group), "contacts": found.shown[group][place],
         "side": "since" if day >= found.since else "before"}
        for group in groups
        for place, day in enumerate(found.contacts.periods)
    ]  # fmt: skip
