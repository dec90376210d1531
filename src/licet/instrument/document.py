"""What a questionnaire may say: statements, scales, vignettes, questions on people, groups.

Frozen values, like a use or a codebook. What must fit together is in ``checks``.
"""

from __future__ import annotations

import hashlib
import json
import keyword
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from licet.declared import Declared, word
from licet.errors import bad
from licet.evidence import Collapse, Identifier, Population, Stated
from licet.groups import Group
from licet.instrument.checks import refuse_misfits
from licet.vocabulary import SUBJECT_LIST, term

RESERVED = frozenset(
    {"mode", "consent", "instrument", "respondent", "flip", "set", "order"}
    | {"draw_flip", "draw_set", "draw_order", "asked", "meta"}
)
"""Names of columns that every form has, or that mean something else in an answer file."""

NOT_ANSWERED = "No answer"
"""What stands in the answers of somebody who was asked and left the question empty."""


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value) or "__" in value or value.endswith("_"):
        raise bad(
            f"{value[:80]!r} cannot be a name: columns of forms are called after it",
            "",
            "small letters, digits and single underscores, up to 40, a letter first",
        )
    if value in RESERVED or keyword.iskeyword(value):
        raise bad(f"{value!r} means something else in forms or expressions", "", "another name")
    return value


def _option(value: str) -> str:
    text = value.strip()
    if not text or text.isdigit():
        raise bad(f"{value[:80]!r} cannot be an option", "", "words: bare numbers are its codes")
    if text == NOT_ANSWERED:
        raise bad(f"{NOT_ANSWERED!r} cannot be an option: it marks a question left empty")
    return text


Name = Annotated[str, AfterValidator(_name)]
"""The name of a part of the questionnaire, and of its column."""

Option = Annotated[str, AfterValidator(_option)]
Version = Annotated[int, Field(ge=1)]


class Step(Declared):
    """One step of the explanation that everybody reads first."""

    heading: Stated
    text: Stated


class Consent(Declared):
    """Whether a person takes part; the answer is recorded. yes, no: the two options."""

    wording: Stated
    yes: Option
    no: Option
    farewell: Stated

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.yes == self.no:
            raise bad("yes and no are the same words", "no", "two different options")
        return self


class Scale(Declared):
    """Options in the order shown, and what each means, with the keys of a codebook.

    flips: whether the options that take a stance may be shown the other way round. Those that mean
    not knowing or not saying stay last.
    """

    options: tuple[Option, ...] = Field(min_length=2)
    permits: tuple[str, ...] = ()
    agrees: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    opposes: tuple[str, ...] = ()
    disagrees: tuple[str, ...] = ()
    dont_know: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    flips: bool = True

    @model_validator(mode="after")
    def _meaning(self) -> Self:
        for one, other in (("permits", "agrees"), ("opposes", "disagrees")):
            if getattr(self, one) and getattr(self, other):
                raise bad(f"both {one!r} and {other!r}", other, "one of the two names")
        if len(set(self.options)) < len(self.options):
            raise bad("an option is offered twice", "options", "each option once")
        listed = self.collapse.options
        loose = [option for option in self.options if option not in listed]
        never = [option for option in listed if option not in self.options]
        if loose:
            raise bad(
                f"no stance is given for {', '.join(map(repr, loose))}",
                "options",
                "each option in permits, neutral, opposes, dont_know or outside",
                "add the option to one of the lists",
            )
        if never:
            raise bad(
                f"a stance is given to what is no option: {', '.join(map(repr, never))}",
                "options",
                ", ".join(self.options),
            )
        last = [o in self.dont_know or o in self.outside for o in self.options]
        if last != sorted(last):
            raise bad(
                "an option that takes no stance stands before one that does",
                "options",
                "dont_know and outside options last: they stay last when the others are flipped",
            )
        return self

    @property
    def agreement(self) -> bool:
        """Whether it says agrees or disagrees: then no licence can be read from it."""
        return bool(self.agrees or self.disagrees)

    @property
    def collapse(self) -> Collapse:
        """The scale as a codebook reads it."""
        return Collapse(
            permits=self.permits or self.agrees,
            neutral=self.neutral,
            opposes=self.opposes or self.disagrees,
            dont_know=self.dont_know,
            outside=self.outside,
        )

    @property
    def flipped(self) -> tuple[str, ...]:
        """The options as the flipped half sees them."""
        stances = [o for o in self.options if o not in (*self.dont_know, *self.outside)]
        return (*reversed(stances), *self.options[len(stances) :])


class Vignette(Declared):
    """A short concrete case that people read before the statements that name it."""

    id: Name
    text: Stated


class Block(Declared):
    """Statements asked one after the other. flip: options flipped for a random half.

    order: ``rotated`` asks a random half from the last statement to the first.
    """

    id: Name
    title: Stated
    intro: str = ""
    order: Literal["as written", "rotated"] = "as written"
    flip: bool = False


class Statement(Declared):
    """One wording of one item.

    item: the column of the answers, the statement's own id if left out; statements of one item are
    put to different sets of people. set: who is asked, everybody if left out. source: where the
    wording comes from. version: goes up whenever the wording changes.
    """

    id: Name
    block: str
    kind: Annotated[str, word("kind")]
    subject: str
    wording: Stated
    scale: str
    item: Name | None = None
    set: str | None = None
    vignette: str | None = None
    example: str = ""
    dont_know: Literal["in", "out"] = "out"
    source: Stated
    version: Version

    @model_validator(mode="after")
    def _subject(self) -> Self:
        term(SUBJECT_LIST[self.kind], self.subject, "subject")
        return self

    @property
    def column(self) -> str:
        """The column of the realigned answers."""
        return self.item or self.id


class Question(Declared):
    """A question on the person, from which groups are made: options, or a number between two.

    unknown: options that say nothing, such as prefer not to say; they become no value, so that
    nobody is put into a group or among the rest by silence.
    """

    id: Name
    wording: Stated
    options: tuple[Option, ...] = ()
    unknown: tuple[str, ...] = ()
    number: tuple[int, int] | None = None
    hint: str = ""
    source: Stated
    version: Version

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if bool(self.options) == bool(self.number):
            raise bad("neither or both of options and number", "options", "one of the two")
        if len(set(self.options)) < len(self.options):
            raise bad("an option is offered twice", "options", "each option once")
        strangers = [option for option in self.unknown if option not in self.options]
        if strangers:
            raise bad(
                f"unknown names what is no option: {', '.join(map(repr, strangers))}",
                "unknown",
                ", ".join(self.options) or "nothing: the question asks for a number",
            )
        if self.number and self.number[0] >= self.number[1]:
            raise bad(f"impossible range {list(self.number)}", "number", "[lowest, highest]")
        return self


class GroupOfPeople(Declared):
    """A group as in a codebook; ``when`` is an expression over the questions' columns."""

    id: str
    label: Stated
    when: Stated
    reference: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _expression(self) -> Self:
        Group(self.id, self.label, self.when, self.reference, self.note)
        return self


class Heading(Declared):
    """What a questionnaire says of itself.

    sets: random parts of the people, none or two and more. flipped_codes: what a code in a column
    of flipped options means, the option or the place where it was shown. pilot: how it was tried.
    """

    id: Identifier
    title: Stated
    version: Version
    language: Annotated[str, Field(min_length=2, max_length=20)] = "en"
    purpose: Annotated[str, word("purpose")]
    setting: Annotated[str, word("setting")] = "operational"
    introduction: Stated
    modes: tuple[Option, ...] = Field(min_length=1)
    sets: tuple[Name, ...] = ()
    flipped_codes: Literal["option", "place"] = "option"
    closing: str = ""
    pilot: str = ""


class Instrument(Heading):
    """One questionnaire. See ``docs/how-to/ask-parents.md`` for every key."""

    population: Population
    consent: Consent
    explanation: tuple[Step, ...] = Field(min_length=1)
    scales: Mapping[Name, Scale] = Field(min_length=1)
    vignettes: tuple[Vignette, ...] = ()
    blocks: tuple[Block, ...] = Field(min_length=1)
    statements: tuple[Statement, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=1)
    groups: tuple[GroupOfPeople, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_misfits({name: getattr(self, name) for name in type(self).model_fields})
        return self

    @property
    def stamp(self) -> str:
        """What every answer carries: id, version and a hash of all that people see, and stances.

        Groups, purpose, population and notes on the pilot may change afterwards; the rest may not.
        """
        later = {"groups", "purpose", "setting", "population", "pilot"}
        seen: dict[str, Any] = self.model_dump(mode="json", exclude=later)
        text = json.dumps(seen, sort_keys=True, separators=(",", ":"))
        return f"{self.id}-{self.version}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    @property
    def items(self) -> Mapping[str, tuple[Statement, ...]]:
        """The statements of each item, in the order of the blocks."""
        found: dict[str, tuple[Statement, ...]] = {}
        for block in self.blocks:
            for statement in self.statements_of(block):
                found[statement.column] = (*found.get(statement.column, ()), statement)
        return found

    def statements_of(self, block: Block) -> tuple[Statement, ...]:
        """The statements of a block as written."""
        return tuple(s for s in self.statements if s.block == block.id)

    def vignette(self, id: str) -> Vignette:
        """The vignette called ``id``."""
        return next(vignette for vignette in self.vignettes if vignette.id == id)
