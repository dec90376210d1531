"""What an impact assessment still lacks: keys of the use left empty, and views nobody has measured.

Each gap is one sentence and where it was seen. The list is there to be filled in, not to be passed.
"""

from __future__ import annotations

from collections.abc import Iterator

from licet.assessment import Assessment
from licet.groups import ALL
from licet.licence import UNKNOWN, Verdict
from licet.readings import Reading
from licet.report.ruling.wording import and_list, thing
from licet.use import Use
from licet.vocabulary import CONCERNS, DEMANDS, label

Gap = tuple[str, str]
"""(sentence, source)."""

KEYS: tuple[tuple[str, str], ...] = (
    ("summary", "what happens to whom and why"),
    ("owner_role", "the post that decides"),
    ("contact", "where a family can ask"),
    ("lawful_basis", "which law is relied on; Licet checks only that something is written"),
    ("sources", "which records each service brings, and what is known to be wrong with them"),
    ("retention", "how long joined records are kept"),
    ("rollback", "how a join is undone"),
    ("benefits", "what families gain, and how it will be known"),
    ("proportionality", "why it cannot be done with fewer records or none"),
    ("appeals", "how a family objects, sees what is held, or has it corrected"),
    ("dpia", "where the data protection impact assessment is, or when it is due"),
    ("equality_assessment", "where the equality impact assessment is, or when it is due"),
    ("not_allowed_actions", "what must never follow for a family"),
    ("review_by", "when the use is looked at again"),
    ("support.offer", "what a family is offered"),
    ("support.evidence_it_works", "whether the support offered is known to work"),
    ("support.universal_alternative", "what could be done for everybody without linkage"),
)
"""Keys of the use that an impact assessment needs, and what each is for."""


def gaps(assessment: Assessment) -> list[Gap]:
    """Everything that is still to be filled in: the use first, then the evidence."""
    use = assessment.use
    fitting = list(assessment.counting)
    found = [*_empty_keys(use), *_sources(use), *_unsurveyed(use)]
    found += _open_items(assessment)
    found += _not_asked(assessment, fitting)
    for reading in fitting:
        found += _fieldwork(reading, use)
    return found


def _empty_keys(use: Use) -> Iterator[Gap]:
    for key, purpose in KEYS:
        value: object = use
        for part in key.split("."):
            value = getattr(value, part)
        if not value:
            yield f"Fill in {key}: {purpose}", f"use file: {key}"


def _sources(use: Use) -> Iterator[Gap]:
    """Services without declared records, and records with something left open."""
    for service in use.services if use.sources else ():
        if not any(source.service == service for source in use.sources):
            name = label("service", service)
            yield f"Declare the records that {name} brings", "use file: sources"
    for source in use.sources:
        missing = [
            k for k in ("owner", "fields", "period", "known_faults") if not getattr(source, k)
        ]
        if missing:
            keys = and_list(k.replace("_", " ") for k in missing)
            yield f"State {keys} of the records \u201c{source.name}\u201d", "use file: sources"


def _unsurveyed(use: Use) -> Iterator[Gap]:
    for id, group in use.unsurveyed_groups.items():
        if not group.dialogue_answered:
            text = f"Hold a dialogue with {group.label}, who are too few to survey ({group.why})"
            yield text, f"use file: unsurveyed_groups.{id}"


def _open_items(assessment: Assessment) -> Iterator[Gap]:
    """Required items on which the evidence does not decide, each with its groups."""
    for key in assessment.use.requirements:
        cells = [f for f in assessment.ruling.decided if f.requirement == key and f.deciding]
        for verdict in (*sorted(UNKNOWN), Verdict.UNPROVEN):
            open_cells = [f for f in cells if f.verdict is verdict]
            if not open_cells:
                continue
            groups = and_list(assessment.group_label(f.group) for f in open_cells)
            named = ", ".join(sorted({f.evidence for f in open_cells if f.evidence}))
            source = f"{named}, {key}" if named else f"use file: {key.split(':')[0]}"
            yield f"Licence for {thing(key)} is {verdict} among {groups}", source


def _not_asked(assessment: Assessment, fitting: list[Reading]) -> Iterator[Gap]:
    """Worries and demands that nobody was asked about, at all or in the whole sample."""
    for kind, terms in (("concern", CONCERNS), ("demand", DEMANDS)):
        for subject, term in terms.items():
            name = f"the {kind} \u201c{term.definition.rstrip('.')}\u201d"
            asked = [
                (r, item)
                for r in fitting
                for item in r.evidence.items
                if (item.kind, item.subject) == (kind, subject)
            ]
            if not asked:
                yield f"Nobody was asked about {name}", "no evidence"
            for reading, item in asked:
                groups = [g.id for g in reading.evidence.groups if not g.reference]
                missing = [
                    assessment.group_label(g)
                    for g in (ALL, *groups)
                    if (item.id, g) not in reading.measures
                ]
                if missing:
                    text = f"There is no figure on {name} for {and_list(missing)}"
                    yield text, f"{reading.evidence.id}, {item.id}"


def _fieldwork(reading: Reading, use: Use) -> Iterator[Gap]:
    """What the evidence does not say of itself, and what makes it weak for this use."""
    evidence = reading.evidence
    source = f"{evidence.id}, codebook.toml"
    name = f"\u201c{evidence.title}\u201d"
    if evidence.synthetic:
        yield f"Ask real people: nobody gave the answers of {name}", source
    if evidence.example_only:
        yield f"Replace {name}, which is only an example", source
    if not evidence.population.is_local_to(use.population):
        area = use.population.area
        yield f"Ask the people of {area}: {name} is of {evidence.population.area}", source
    if evidence.fieldwork.response_rate is None:
        yield f"State the response rate of {name}", source
    if not evidence.fieldwork.ethics:
        yield f"State the ethics approval of {name}", source
    if evidence.printed:
        text = f"Obtain bases, design effect and answers of {name}: it is only printed percentages"
        yield text, source
