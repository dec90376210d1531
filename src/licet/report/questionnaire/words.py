"""A questionnaire laid out for readers: what is asked of whom, in which order, with its sources.

One layout, from which the page and the Word document are made, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from licet.instrument.document import Block, Instrument, Question, Statement
from licet.instrument.form import draws_of
from licet.instrument.reading_age import reading_age
from licet.vocabulary import SUBJECT_LIST, label

KIND_SAYS = {
    "awareness": "context only",
    "reason": "licence is read from it",
    "trust": "licence is read from it",
    "processor": "licence is read from it",
    "concern": "a consensus makes an audit due",
    "demand": "a consensus makes a duty",
}
OLDEST_READER = 11
"""Texts that need a higher reading age are listed, so that somebody looks at them."""


@dataclass(frozen=True)
class Asked:
    """One question as a reader sees it. routing: who is asked. about: what the answers are for."""

    number: str
    name: str
    wording: str
    options: tuple[str, ...]
    case: str = ""
    example: str = ""
    routing: str = ""
    about: str = ""
    source: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the questionnaire. routing: in which order and to whom, in sentences."""

    letter: str
    title: str
    intro: str
    routing: tuple[str, ...]
    asked: tuple[Asked, ...]


def parts(instrument: Instrument) -> tuple[Part, ...]:
    """The blocks in order, then the questions on the person."""
    found = [
        Part(
            letter,
            block.title,
            block.intro,
            tuple(_routing(block)),
            tuple(_statements(instrument, block, letter)),
        )
        for letter, block in zip(_letters(), instrument.blocks, strict=False)
    ]
    letter = list(_letters())[len(found)]
    questions = [
        _question(question, f"{letter}{place}")
        for place, question in enumerate(instrument.questions, start=1)
    ]
    about = ("Asked last, of everybody, in this order.",)
    found.append(Part(letter, "About you", "", about, tuple(questions)))
    return tuple(found)


def _letters() -> Iterator[str]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    yield from alphabet
    yield from (one + two for one in alphabet for two in alphabet)


def _routing(block: Block) -> Iterator[str]:
    if block.order == "rotated":
        yield "A random half is asked from the first to the last, the other half from the last to the first."
    else:
        yield "Asked in this order."
    if block.flip:
        yield (
            "A random half sees the options the other way round; those that mean not knowing or not "
            "saying stay last."
        )


def _statements(instrument: Instrument, block: Block, letter: str) -> Iterator[Asked]:
    for place, statement in enumerate(instrument.statements_of(block), start=1):
        number = f"{letter}{place}"
        case = instrument.vignette(statement.vignette).text if statement.vignette else ""
        yield Asked(
            number,
            statement.id,
            statement.wording,
            instrument.scales[statement.scale].options,
            case,
            statement.example,
            _who(instrument, statement),
            _about(statement),
            _source(statement),
        )


def _who(instrument: Instrument, statement: Statement) -> str:
    if not statement.set:
        return ""
    share = {2: "a random half", 3: "a random third", 4: "a random quarter"}.get(
        len(instrument.sets), f"one of {len(instrument.sets)} random parts"
    )
    return f"Only {share} is asked: {statement.set}."


def _about(statement: Statement) -> str:
    subject = label(SUBJECT_LIST[statement.kind], statement.subject)
    return f"{label('kind', statement.kind)}: {subject.casefold()} ({KIND_SAYS[statement.kind]})"


def _source(asked: Statement | Question) -> str:
    return f"{asked.source}, wording version {asked.version}"


def _question(question: Question, number: str) -> Asked:
    options = question.options
    if question.number:
        options = (f"A number from {question.number[0]} to {question.number[1]}, or empty",)
    about = "Makes groups"
    source = _source(question)
    return Asked(
        number, question.id, question.wording, options, "", question.hint, "", about, source
    )


def facts(instrument: Instrument) -> tuple[tuple[str, str], ...]:
    """What a committee asks first, as (what, answer)."""
    population = instrument.population
    ages = population.child_ages
    of = f" of children aged {ages[0]} to {ages[1]}" if ages else ""
    people = f"{label('people', population.people)}{of} in {population.area}"
    fewest, most = asked_counts(instrument)
    count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    return (
        ("Questionnaire", f"{instrument.id}, version {instrument.version} ({instrument.stamp})"),
        ("Who is asked", people),
        ("About which use of records", label("purpose", instrument.purpose)),
        ("How", ", ".join(instrument.modes)),
        (
            "Questions for each person",
            f"{count}, then {len(instrument.questions)} about the person",
        ),
        ("Drawn at random for each person", "; ".join(_draws(instrument)) or "nothing"),
        ("Tried out before", instrument.pilot or "not stated"),
    )


def _draws(instrument: Instrument) -> Iterator[str]:
    said = {
        "flip": "the order of the options",
        "order": "the order of the questions in some parts",
        "set": "which of some questions are asked",
    }
    for draw in draws_of(instrument):
        yield said[draw]


def asked_counts(instrument: Instrument) -> tuple[int, int]:
    """The fewest and the most statements that one person is asked."""
    always = sum(statement.set is None for statement in instrument.statements)
    by_set = [sum(s.set == name for s in instrument.statements) for name in instrument.sets] or [0]
    return always + min(by_set), always + max(by_set)


def _wordings(instrument: Instrument) -> tuple[Statement | Question, ...]:
    return (*instrument.statements, *instrument.questions)


def sources(instrument: Instrument) -> tuple[tuple[str, int], ...]:
    """Every source of a wording, with how many wordings come from it."""
    found: dict[str, int] = {}
    for asked in _wordings(instrument):
        found[asked.source] = found.get(asked.source, 0) + 1
    return tuple(sorted(found.items()))


def hard_texts(instrument: Instrument) -> tuple[tuple[str, int], ...]:
    """Texts that need a reading age above 11, hardest first, as (where, age)."""
    texts = [("introduction", instrument.introduction), ("consent", instrument.consent.wording)]
    texts += [(f"explanation {n}", s.text) for n, s in enumerate(instrument.explanation, start=1)]
    texts += [(block.id, block.intro) for block in instrument.blocks]
    texts += [(vignette.id, vignette.text) for vignette in instrument.vignettes]
    texts += [(s.id, s.wording) for s in _wordings(instrument)]
    ages = [(where, reading_age(text)) for where, text in texts]
    hard = [(where, age) for where, age in ages if age > OLDEST_READER]
    return tuple(sorted(hard, key=lambda entry: (-entry[1], entry[0])))


def whole_reading_age(instrument: Instrument) -> int:
    """The reading age of explanation, cases and statements taken together."""
    texts = [step.text for step in instrument.explanation]
    texts += [vignette.text for vignette in instrument.vignettes]
    texts += [statement.wording for statement in instrument.statements]
    return reading_age(" ".join(texts))
