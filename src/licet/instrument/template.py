"""A questionnaire made from the template for chosen services, reasons and operators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from licet.errors import BadInput, Fault, unknown
from licet.evidence import Population
from licet.instrument import template_words as words
from licet.instrument.document import (
    Block,
    Consent,
    GroupOfPeople,
    Instrument,
    Question,
    Scale,
    Statement,
    Step,
    Vignette,
)
from licet.vocabulary import SERVICES

PRINTED_SERVICES = ("social_work", "education", "early_years", "police", "immigration")
"""Services and reasons with printed results to compare with: the default."""

PRINTED_REASONS = ("offer_unasked", "save_money", "target_services", "find_abuse")
OPERATORS = ("public_partner", "commercial")
SETS = ("set_a", "set_b")
"""The worries are halved between two sets: no licence hangs on them, so half the people will do."""


def template(
    services: Sequence[str] = PRINTED_SERVICES,
    reasons: Sequence[str] = PRINTED_REASONS,
    operators: Sequence[str] = OPERATORS,
    *,
    id: str = "questionnaire",
    title: str = "What families think about joining records",
    area: str = "UK",
    purpose: str = "early_intervention",
) -> Instrument:
    """The template for these services, reasons and operators, in the order given.

    Refuses words that the vocabulary does not have, with the nearest right one, and a word twice.
    """
    _refuse("service", services, words.SERVICES)
    _refuse("reason", reasons, words.REASONS)
    _refuse("processor", operators, words.OPERATORS)
    statements = (
        *_plain("awareness", "aware", words.AWARENESS, "knowing", "knowledge"),
        *_after_cases("reason", "reason", reasons, words.REASONS, "reasons"),
        *_trust(services),
        *_after_cases("processor", "operator", operators, words.OPERATORS, "operators"),
        *_plain("concern", "concern", words.CONCERNS, "worries", "agreement", SETS),
        *_plain("demand", "demand", words.DEMANDS, "first", "agreement"),
    )
    used = {statement.block for statement in statements}
    return Instrument(
        id=id,
        title=title,
        version=1,
        purpose=purpose,
        population=Population(people="parents", area=area, child_ages=(0, 15)),
        introduction=words.INTRODUCTION,
        consent=_consent(),
        explanation=tuple(Step(heading=heading, text=text) for heading, text in words.EXPLANATION),
        modes=words.MODES,
        sets=SETS,
        scales={name: Scale(**_scale(keys)) for name, keys in words.SCALES.items()},
        vignettes=(
            *_vignettes("reason", reasons, words.REASONS),
            *_vignettes("operator", operators, words.OPERATORS),
        ),
        blocks=tuple(block for block in _blocks() if block.id in used),
        statements=statements,
        questions=tuple(_questions()),
        groups=tuple(_groups()),
        closing=words.CLOSING,
        pilot="Not piloted. Try it on at least ten parents of each group and ask what they understood.",
    )


def _refuse(thing: str, chosen: Sequence[str], known: Mapping[str, object]) -> None:
    faults: list[Fault] = []
    for place, word in enumerate(chosen):
        if word not in known:
            faults += unknown(thing, word, list(known), f"{thing}s").faults
        elif word in chosen[:place]:
            faults += unknown(thing, f"{word} (a second time)", list(known), f"{thing}s").faults
    if faults:
        raise BadInput(*faults)


def _scale(keys: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {name: tuple(options) for name, options in keys.items()}


def _blocks() -> Iterator[Block]:
    for id, (title, intro, order, flip) in words.BLOCKS.items():
        yield Block(id=id, title=title, intro=intro, order=order, flip=flip)  # type: ignore[arg-type]


def _vignettes(
    prefix: str, chosen: Sequence[str], texts: Mapping[str, tuple[str, str]]
) -> Iterator[Vignette]:
    for word in chosen:
        yield Vignette(id=f"case_{prefix}_{word}", text=texts[word][0])


def _after_cases(
    kind: str, prefix: str, chosen: Sequence[str], texts: Mapping[str, tuple[str, str]], block: str
) -> Iterator[Statement]:
    """Statements that follow a case of their own."""
    for word in chosen:
        yield Statement(
            id=f"{prefix}_{word}",
            block=block,
            kind=kind,
            subject=word,
            wording=texts[word][1],
            scale="acceptance",
            vignette=f"case_{prefix}_{word}",
            source=words.SOURCE,
            version=1,
        )


def _trust(services: Sequence[str]) -> Iterator[Statement]:
    for word in services:
        name, example = words.SERVICES[word]
        yield Statement(
            id=f"trust_{word}",
            block="services",
            kind="trust",
            subject=word,
            wording=f"How much do you trust or not trust {name} to join records on families?",
            scale="trust",
            example=f"{SERVICES[word].label}, for example: {example}.",
            source=words.SOURCE,
            version=1,
        )


def _plain(
    kind: str,
    prefix: str,
    texts: Mapping[str, tuple[str, str]],
    block: str,
    scale: str,
    sets: Sequence[str] = (),
) -> Iterator[Statement]:
    """Statements with an example and no case; with sets, dealt out one after the other."""
    for place, (word, (wording, example)) in enumerate(texts.items()):
        yield Statement(
            id=f"{prefix}_{word}",
            block=block,
            kind=kind,
            subject=word,
            wording=wording,
            scale=scale,
            set=sets[place % len(sets)] if sets else None,
            example=example,
            source=words.SOURCE,
            version=1,
        )


def _questions() -> Iterator[Question]:
    for id, wording, answers, hint in words.QUESTIONS:
        shown: dict[str, Any] = {"number": answers}
        if isinstance(answers[0], str):
            unknown = tuple(a for a in answers if a in (words.PREFER_NOT, "Don't know"))
            shown = {"options": answers, "unknown": unknown}
        yield Question(id=id, wording=wording, hint=hint, source=words.SOURCE, version=1, **shown)


def _consent() -> Consent:
    return Consent(
        wording=words.CONSENT,
        yes=words.CONSENT_YES,
        no=words.CONSENT_NO,
        farewell=words.FAREWELL,
    )


def _groups() -> Iterator[GroupOfPeople]:
    for id, label, when, reference, note in words.GROUPS:
        yield GroupOfPeople(id=id, label=label, when=when, reference=reference, note=note)
