"""What stands below each public function on the Python page: what it gives, and what it follows."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

from docs.keys import prose

EVERYWHERE = (
    "In all of it: shares, chances and confidence levels are proportions from 0 to 1, not percentages; "
    "counts are of people unless another thing is named, and without weights; a match weight is in bits; "
    "days are `datetime.date`. What cannot be used raises `licet.BadInput` with every fault at once "
    "(`faults`), and nothing was written."
)
GIVES = {
    "Answers": "licet.survey.answers",
    "Audit": "licet.audit.forecast",
    "Banner": "licet.chapters.banners",
    "Central": "licet.chapters.indexing",
    "ContactAudit": "licet.audit.contact",
    "Drawing": "licet.report.charts.drawings",
    "LinkageAudit": "licet.audit.linked.audit",
    "Rejudged": "licet.rejudged",
    "Site": "licet.chapters.registering",
    "SourceAudit": "licet.audit.source",
    "Table": "licet.report.table.tables",
}
"""Where the classes are that functions give, of those that have no public name."""
FOLLOWS = {
    "assess": "[the gate](../method.md#the-gate) and [the verdict](../method.md#the-verdict)",
    "audit_contact": "[do families stay away](../method-records.md#do-families-stay-away)",
    "audit_forecast": "[audit of a forecast](../method-records.md#audit-of-a-forecast)",
    "audit_linkage": "[audit of a linkage](../method-records.md#audit-of-a-linkage)",
    "audit_source": "[audit of a source](../method-records.md#audit-of-a-source)",
    "banner": "[comparisons](../method.md#comparisons-batteries-families)",
    "chart": "[intervals](../method.md#intervals)",
    "index": "[a central record](../how-to/publish-the-register.md#a-central-record-over-many-registers)",
    "judge": "[printed figures](../method.md#printed-figures)",
    "link": "[linkage](../method-records.md#linkage)",
    "paper": "Edwards, Gillies and Gorin (2021), by [printed figures](../method.md#printed-figures)",
    "publish_site": "[publish the register](../how-to/publish-the-register.md)",
    "read_answers": "[an SPSS file](../how-to/start-from-an-spss-file.md)",
    "read_evidence": "[the codebook](codebook.md)",
    "read_feed": "[the feed document](feed.md)",
    "read_use": "[the use document](use.md)",
    "register_entries": "[publish the register](../how-to/publish-the-register.md)",
    "table": "[shares](../method.md#shares) and [variance](../method.md#variance-taylor-linearisation)",
}
"""What each public function follows: its formulas and their sources, or its form."""


def below(name: str, function: Any, public: list[str]) -> Iterator[str]:
    """What the function gives, and what it follows. Ends the build for one that nobody told of."""
    if name not in FOLLOWS:
        raise SystemExit(f"docs/python_api.py says nothing of what licet.{name} follows")
    for kind in re.findall(r"\b[A-Z]\w+", str(inspect.signature(function).return_annotation)):
        if kind in public:
            yield f"Gives [{kind}](#licet{kind.lower()})."
        elif kind in GIVES:
            found = getattr(import_module(GIVES[kind]), kind)
            yield f"Gives a `{kind}`: {prose(found.__doc__)}"
            yield from _parts(found)
        elif kind not in ("None", "Iterator"):
            raise SystemExit(
                f"docs/python_api.py does not say where {kind} is, which licet.{name} gives"
            )
    yield f"Follows: {FOLLOWS[name]}."


def _parts(kind: type) -> Iterator[str]:
    if is_dataclass(kind):
        names = [
            field.name for field in fields(kind) if field.repr and not field.name.startswith("_")
        ]
        yield "Its fields: " + ", ".join(f"`{one}`" for one in names) + "."
    told = {
        one: prose(inspect.getdoc(member)).splitlines()[0]
        for one, member in vars(kind).items()
        if not one.startswith("_") and inspect.isfunction(member) and member.__doc__
    }
    if told:
        yield "\n".join(f"- `.{one}()`: {text}" for one, text in told.items())
