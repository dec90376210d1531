"""What a use says it is for, beside what people were asked: notes for a reader, never rulings.

A licence is given to a wording. Somebody who said yes to "join school records" did not say yes to a
forecast from police records. Each required item of the use is laid beside each item of the evidence
that stands for it, with flags for what a program can see. It sees words, not meaning: a flag is a
question to a reader, and no flag is no approval.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from licet.evidence import Evidence, Item
from licet.instrument.subject_words import FORECAST, LEADING, PROCESSORS, REASONS, SERVICES
from licet.use import Use, requirement_label

_LISTS = {"trust": SERVICES, "reason": REASONS, "processor": PROCESSORS}
_EXAMPLE = (
    r"for example|for instance|such as|e\.g\.|example:|case:|this means|by this we mean|that is,"
)


@dataclass(frozen=True)
class Flag:
    """One thing to look at. kind: a short word for it. text: one sentence for the reader."""

    kind: str
    text: str


@dataclass(frozen=True)
class WordingRow:
    """One required item of a use beside one item that was asked.

    said: (key of the use, its own words). item and asked are None where nothing was asked.
    """

    requirement: str
    label: str
    said: tuple[tuple[str, str], ...]
    evidence: str
    item: str | None
    asked: str | None
    explained: str
    flags: tuple[Flag, ...]


def wording_check(use: Use, evidence: Evidence) -> tuple[WordingRow, ...]:
    """A row for each required item of the use and each item of the evidence about it.

    A requirement that no item asks about has a row of its own. Printed evidence is read alike: its
    wordings may be summaries, which the reader must know.
    """
    rows = []
    for key in use.requirements:
        own: list[Item | None] = [item for item in evidence.items if item.requirement == key]
        said = tuple(_said(use, key))
        for item in own or [None]:
            flags = tuple(_flags(use, key, item))
            rows.append(
                WordingRow(
                    key,
                    requirement_label(key),
                    said,
                    evidence.id,
                    item.id if item else None,
                    item.wording if item else None,
                    item.note if item else "",
                    flags,
                )
            )
    return tuple(rows)


def _said(use: Use, key: str) -> Iterator[tuple[str, str]]:
    """What the use says of a requirement in its own words; empty keys are left out."""
    kind, subject = key.split(":", 1)
    found = [("title", use.title), ("summary", use.summary)] if kind == "reason" else []
    if kind == "reason":
        found.append(("support.offer", use.support.offer))
    for source in use.sources:
        if kind == "trust" and source.service == subject:
            fields = f" ({', '.join(source.fields)})" if source.fields else ""
            found.append(("sources", f"{source.name}{fields}"))
    if kind == "processor":
        found += [("companies", f"{c.name}: {c.role}".rstrip(": ")) for c in use.companies]
    for name, text in found:
        if text.strip():
            yield name, " ".join(text.split())


def _flags(use: Use, key: str, item: Item | None) -> Iterator[Flag]:
    kind, subject = key.split(":", 1)
    label = requirement_label(key)
    if item is None:
        yield Flag("not asked", f"No item of this evidence asks about it ({label}).")
        return
    wording, words = item.wording, _LISTS[kind]
    if words.get(subject) and not _has(words[subject], wording):
        text = f"The wording never names it in a way this check knows ({label})."
        yield Flag("subject missing", text)
    yield from _others(kind, subject, wording)
    if not re.search(_EXAMPLE, f"{wording} {item.note}", re.IGNORECASE):
        text = "No example or explanation is recorded beside the wording."
        yield Flag("no example", text)
    found = [m.group(0) for p in LEADING if (m := re.search(p, wording, re.IGNORECASE))]
    if found:
        shown = ", ".join(f"“{word}”" for word in found)
        yield Flag("leading words", f"Words that may lead an answer: {shown}.")
    if forecasts(use) and not _has(FORECAST, f"{wording} {item.note}"):
        text = "The use speaks of forecasts, scores or profiles; people were not asked about that."
        yield Flag("forecast not asked", text)


def _others(kind: str, subject: str, wording: str) -> Iterator[Flag]:
    """Other services and reasons that the wording names."""
    services = [name for name, stems in SERVICES.items() if _has(stems, wording)]
    reasons = [name for name, stems in REASONS.items() if _has(stems, wording)]
    if kind == "trust":
        others = [name for name in services if name != subject]
        if others:
            shown = ", ".join(requirement_label(f"trust:{name}") for name in others)
            yield Flag("other service", f"The wording also names: {shown}.")
    if kind == "reason":
        others = [name for name in reasons if name != subject]
        if others:
            shown = ", ".join(requirement_label(f"reason:{name}") for name in others)
            yield Flag("other reason", f"The wording also reads like: {shown}.")
    joined = re.search(r"\b(and|or)\b|[&/,]", wording) is not None
    if joined and (len(services) > 1 or len(reasons) > 1):
        text = "It names several things at once: nobody can tell which of them was answered."
        yield Flag("double-barrelled", text)


def forecasts(use: Use) -> bool:
    """Whether a use says that it forecasts, scores or profiles, in its keys or in its own words."""
    declared = {"predictive_flagging", "profiling"} & set(use.analytics)
    return bool(declared) or _has(FORECAST, f"{use.title} {use.summary}")


def _has(stems: tuple[str, ...], text: str) -> bool:
    return any(re.search(rf"\b{stem}", text, re.IGNORECASE) for stem in stems)
