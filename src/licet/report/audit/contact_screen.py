"""A contact audit on the screen, 80 columns."""

from __future__ import annotations

from licet.audit.contact import ContactAudit
from licet.audit.standing import NOT_PERMISSION
from licet.report.audit import contact_words as words
from licet.report.phrases import SYNTHETIC
from licet.report.screens import columns, wrap


def contact_text(found: ContactAudit) -> str:
    """The whole screen."""
    parts = [wrap(words.heading(found))]
    parts += [wrap(SYNTHETIC)] if found.contacts.synthetic else []
    parts.append(wrap(words.answer(found)))
    parts.append("\n".join(wrap(line, "  ") for line in words.facts(found)))
    rows = [("Group", "Before", "Since", "Overall", "Reading")]
    for one in found.changes:
        told = words.cells(one)
        rows.append((told[0], told[1], told[2], told[5], told[7]))
    parts.append(columns(rows, (16, 10, 10, 19)))
    rest = [one for one in found.changes if one.rest.known]
    if rest:
        told_rest = [f"  {one.group}: {words.times(one.rest, one)}" for one in rest]
        parts.append("\n".join(["Overall, over that of the other groups", *map(wrap, told_rest)]))
    parts.append(wrap(f"Not shown: fewer than {found.threshold} contacts, or what would tell them. "
                      f"Everything: --out DIR, --json. {NOT_PERMISSION}"))  # fmt: skip
    return "\n\n".join(parts)
