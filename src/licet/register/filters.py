"""By what uses can be looked for: facets of an entry, and a question that names some of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from licet.errors import BadInput, Fault
from licet.register import states
from licet.register.entry import RegisterEntry
from licet.vocabulary import VOCABULARY

ALL = ("all", "")
"""The facet that every entry has."""
FACETS: Mapping[str, str] = {
    "place": "Place",
    "service": "Service",
    "state": "Where it stands",
    "ruling": "Ruling",
    "company": "Company",
    "paid": "Paid by results",
    "forecast": "Forecast",
    "questions": "Questions",
    "runs": "Runs",
    "evidence": "Evidence",
}
"""In the order of pages, with what people read."""
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
RULINGS: Mapping[str, str] = {
    "licensed": "LICENSED",
    "ask": "NO LICENCE: ASK EACH FAMILY",
    "not-known": "NOT KNOWN",
    "not-permitted": "NOT PERMITTED",
}
QUESTIONS: Mapping[str, str] = {
    "overdue": "An answer is overdue",
    "waiting": "An answer is awaited",
}
RUNS: Mapping[str, str] = {"refused": "A run was refused", "linked": "A run is in force"}
EVIDENCE: Mapping[str, str] = {
    "current": "Evidence that has not expired",
    "expired": "All evidence has expired",
    "none": "No evidence fits",
}
NO_COMPANY = "none"
Facet = tuple[str, str]


@dataclass(frozen=True)
class Question:
    """What is looked for; "" means any. Values are those of ``facets_of``."""

    place: str = ""
    service: str = ""
    state: str = ""
    ruling: str = ""
    company: str = ""
    paid: str = ""
    forecast: str = ""
    questions: str = ""
    runs: str = ""
    evidence: str = ""

    @property
    def facets(self) -> tuple[Facet, ...]:
        """What an entry has to have, all of it; ``ALL`` where nothing is asked."""
        asked = tuple((name, getattr(self, name)) for name in FACETS if getattr(self, name))
        return asked or (ALL,)


def question_of(given: Mapping[str, str]) -> Question:
    """A question from what was asked. Raises BadInput with every value that cannot be."""
    known: Mapping[str, Mapping[str, object]] = {
        "service": VOCABULARY["service"],
        "state": states.WORDS,
        "ruling": RULINGS,
        "paid": YES_NO,
        "forecast": YES_NO,
        "questions": QUESTIONS,
        "runs": RUNS,
        "evidence": EVIDENCE,
    }
    faults = [
        Fault(f"{given[name][:40]!r} is nothing to look for", name, ", ".join(words))
        for name, words in known.items()
        if given.get(name) and given[name] not in words
    ]
    if faults:
        raise BadInput(*faults)
    return Question(**{name: given.get(name, "")[:200] for name in FACETS})


def facets_of(entry: RegisterEntry) -> Iterator[tuple[str, str, str]]:
    """What an entry can be found by: facet, value, label. Every wider place is one too."""
    yield *ALL, ""
    steps = [step for step in entry.place.split("/") if step]
    for end in range(1, len(steps) + 1):
        yield "place", slug("/".join(steps[:end])), ", ".join(reversed(steps[:end]))
    for service in entry.services:
        yield "service", service.id, service.label
    yield "state", entry.state.id, states.WORDS[entry.state.id]
    heading = entry.ruling.heading
    found = next((id for id, text in RULINGS.items() if text == heading), "not-known")
    yield "ruling", found, RULINGS[found]
    names = [one.name for one in entry.declared.companies]
    for name in names:
        yield "company", slug(name), name
    if not names:
        yield "company", NO_COMPANY, "No company"
    for facet, held in (("paid", entry.paid_by_results), ("forecast", entry.forecasts)):
        value = "yes" if held else "no"
        yield facet, value, YES_NO[value]
    if entry.dialogue.overdue:
        yield "questions", "overdue", QUESTIONS["overdue"]
    if entry.dialogue.open:
        yield "questions", "waiting", QUESTIONS["waiting"]
    if entry.refused_runs:
        yield "runs", "refused", RUNS["refused"]
    if entry.in_force:
        yield "runs", "linked", RUNS["linked"]
    fitting = [one.expired for one in entry.ruling.evidence if one.counts or one.expired]
    kept = "none" if not fitting else "expired" if all(fitting) else "current"
    yield "evidence", kept, EVIDENCE[kept]
    for mark in entry.marks:
        yield "mark", slug(mark), mark


def fits(entry: RegisterEntry, question: Question) -> bool:
    """Whether an entry is among what was asked for: the rule that the database follows."""
    held = {(facet, value) for facet, value, _ in facets_of(entry)}
    return set(question.facets) <= held


def slug(text: str) -> str:
    """A text as part of an address; two texts never share one."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60]
    if plain and text == plain:
        return plain
    return f"{plain or 'x'}-{sha256(text.encode()).hexdigest()[:6]}"
