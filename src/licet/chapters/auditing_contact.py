"""The audit of contact: do families keep away from services since a day? Counts in, ratios out."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from licet.audit.contact import ContactAudit, Contacts, contact_audit
from licet.disclosure import THRESHOLD
from licet.errors import bad
from licet.files.audit_contact import read_contacts
from licet.files.writing import check_folder, write_together

__all__ = ["audit_contact", "contact_json", "contact_screen", "write_contact"]


def audit_contact(
    contacts: str | Path | Any,
    *,
    before: date,
    by: str | None = None,
    compare: str | None = None,
    threshold: int | None = None,
    level: float = 0.95,
) -> ContactAudit:
    """Contacts before and since a day, by group, and against a comparison where one is given.

    contacts: a CSV or Parquet file or a table with period, contacts, people if known; see
    ``files.audit_contact``. before: the first day after. by: the column of groups. compare: which rows
    are the comparison. threshold: of contacts shown. level: of intervals. Raises BadInput.
    """
    if not isinstance(before, date) or isinstance(before, datetime):
        raise bad(f"{str(before)[:40]!r} is no day", "before", "a date: date(2025, 4, 1)")
    found = (
        contacts
        if isinstance(contacts, Contacts)
        else read_contacts(contacts, by=by, compare=compare)
    )
    first, last = found.periods[0], found.periods[-1]
    if not first < before <= last:
        raise bad(
            f"there are no contacts {'before' if before <= first else 'since'} {before.isoformat()}",
            "--before",
            f"a day after {first.isoformat()}, {last.isoformat()} at the latest",
            "give periods on both sides of the day",
        )
    if not 0.5 < level < 1:
        raise bad(f"a level of {level:g}", "level", "above 0.5, below 1: 0.95 is usual")
    return contact_audit(found, before, threshold=max(threshold or 0, THRESHOLD), level=level)


def contact_screen(found: ContactAudit) -> str:
    """The page for the terminal, short."""
    from licet.report.audit.contact_screen import contact_text

    return contact_text(found) + "\n"


def contact_json(found: ContactAudit) -> str:
    """Everything as one JSON document."""
    from licet.report.audit.contact_data import json_text

    return json_text(found)


def write_contact(found: ContactAudit, folder: Path) -> dict[str, Path]:
    """Write page, data and tables below ``folder``; returns the paths by kind."""
    from licet.report.audit.contact_data import json_text, tables
    from licet.report.audit.contact_page import page

    texts = {"page": ("contact.html", page(found)), "data": ("contact.json", json_text(found))}
    texts |= {kind: (f"contact-{kind}.csv", text) for kind, text in tables(found).items()}
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_together({folder / file: text.encode("utf-8") for file, text in texts.values()})
    return {kind: folder / file for kind, (file, _) in texts.items()}
