"""What the pages of the register say field by field: English labels, put into the page's language there.

What the authority wrote stays as it wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator

from licet.register.entry import RegisterEntry
from licet.register.sentences import day
from licet.report.phrases import and_list, support_counts
from licet.report.site.environment import own_name
from licet.use import Company, Condition, Override
from licet.vocabulary import label

NOT_SAID = "not said"
Fact = tuple[str, tuple[str, ...]]
SOURCE_HEADS = ("Records", "Service", "Columns", "Time", "Known to be wrong", "Answers for them")
FIELDS = {
    "summary": "What happens",
    "services": "Services",
    "sources": "Records",
    "companies": "Companies",
    "processor": "Run by",
    "analytics": "What is done with the records",
    "population": "Whose records",
    "intended_action": "What may follow for a family",
    "payment_by_results": "Paid by results",
    "retention": "How long it is kept",
}
"""Names of fields in lists of changes, where the key alone would say little."""


def facts(entry: RegisterEntry) -> Iterator[Fact]:
    """The declaration, field by field."""
    use, support = entry.declared, entry.declared.support
    yield "Answers for it", (", ".join(x for x in (use.controller, use.team) if x),)
    yield "Who decides", _said(use.owner_role)
    setting = label("setting", use.setting).casefold()
    yield "Purpose", (f"{entry.purpose.label} ({setting})",)
    yield "Reasons", tuple(one.label for one in entry.reasons)
    yield "What is done with the records", tuple(one.label for one in entry.analytics)
    yield "What may follow for a family", (label("action", use.intended_action),)
    never = tuple(label("action", one) for one in use.not_allowed_actions)
    yield "What must never follow", never or (NOT_SAID,)
    yield "Run by", (entry.operator.label,)
    if use.companies:
        yield "Companies", tuple(_company(one) for one in use.companies)
    if use.payment_by_results:
        yield "Conflict of interest", ("Somebody is paid by the number of families found.",)
    yield "Law relied on, as declared (not checked)", _said(use.lawful_basis)
    yield "Support offered", _said(support.offer)
    yield "Evidence that it works", _said(support.evidence_it_works)
    yield "Without any linkage", _said(support.universal_alternative)
    for name, way in support_counts(support.model_dump()):
        yield name, (way,)
    yield "Benefits", _said(use.benefits)
    yield "Why not with fewer records", _said(use.proportionality)
    yield "From, until", (f"{day(use.start)} to {day(use.end)}",)
    yield "Looked at again by", _said(day(use.review_by))
    yield "How long it is kept", _said(use.retention)
    yield "How it is undone", _said(use.rollback)
    yield "Data protection impact assessment", _said(use.dpia)
    yield "Equality impact assessment", _said(use.equality_assessment)
    if use.overrides:
        yield "Let pass in spite of its verdict", tuple(_override(one) for one in use.overrides)


def whose(entry: RegisterEntry) -> Iterator[Fact]:
    """Whose records."""
    people = entry.declared.population
    yield "People", (label("people", people.people),)
    yield "Area", (people.area.replace("/", ", "),)
    if people.child_ages:
        yield "Ages of their children", (f"{people.child_ages[0]} to {people.child_ages[-1]}",)
    yield (
        "Families are written to in",
        (and_list([own_name(one) for one in entry.declared.languages]),),
    )


def source_rows(entry: RegisterEntry) -> tuple[tuple[str, ...], ...]:
    """Each set of records, in the order of ``SOURCE_HEADS``."""
    return tuple(
        (
            one.name,
            label("service", one.service),
            ", ".join(field.replace("_", " ") for field in one.fields) or NOT_SAID,
            one.period or NOT_SAID,
            one.known_faults or NOT_SAID,
            one.owner or NOT_SAID,
        )
        for one in entry.declared.sources
    )


def field_name(field: str) -> str:
    """A field of a use, as people call it."""
    return FIELDS.get(field, field.replace("_", " "))


def condition_text(one: Condition) -> str:
    """A condition of the document in words."""
    return one.text or f"{one.parameter} = {one.value}"


def _said(text: str) -> tuple[str, ...]:
    return (text or NOT_SAID,)


def _company(one: Company) -> str:
    sees = "sees" if one.sees_identifiable else "does not see"
    number = f", company number {one.number}" if one.number else ""
    return f"{one.name}{number}: {one.role or NOT_SAID}; {sees} records that name people"


def _override(one: Override) -> str:
    span = f"{day(one.start)} to {day(one.until)}"
    return f"{one.lifts}, by {one.role}, {span}: {one.reason} ({one.published})"
