"""Evidence: one fieldwork, with its population, dates, design, items and groups.

A codebook declares it. Its answers are a table of people, or it is printed figures with bases.
Nothing here computes: ``readings`` turns evidence into measured shares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from licet.declared import Declared, word
from licet.errors import BadInput, Fault, bad, nearest
from licet.groups import ALL, Group
from licet.sampling import DesignDeclaration
from licet.vocabulary import SUBJECT_LIST, term


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", value):
        raise bad(
            f"{value[:80]!r} cannot be an id: reports and folders are named after it",
            "",
            "letters, digits, dots, hyphens and underscores, up to 80, a letter or digit first",
        )
    return value


def _stated(value: str) -> str:
    if not value.strip():
        raise bad("nothing is said", "", "a text that people can read")
    return value.strip()


Identifier = Annotated[str, AfterValidator(_identifier)]
"""The name of a declared document."""

Stated = Annotated[str, AfterValidator(_stated)]
"""A text that has to say something."""


class Stance(StrEnum):
    """What an answer means for the use."""

    PERMITS = "permits"
    NEUTRAL = "neutral"
    OPPOSES = "opposes"


LICENCE_KINDS = frozenset({"reason", "trust", "processor"})
"""Licence is read from these kinds of item only."""


class Population(Declared):
    """Whose views were asked, or whose records are linked.

    people: a word of the vocabulary. area: a path from wide to narrow, ``UK/England/Leeds``.
    child_ages: for parents, the youngest and oldest age of the children meant.
    """

    people: Annotated[str, word("people")]
    area: str = Field(min_length=1)
    child_ages: tuple[int, int] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _ages(self) -> Self:
        if self.child_ages and not 0 <= self.child_ages[0] <= self.child_ages[1] <= 25:
            raise bad(
                f"impossible ages {list(self.child_ages)}", "child_ages", "[youngest, oldest], 0-25"
            )
        return self

    def covers(self, other: Population) -> bool:
        """Whether every member of ``other`` belongs to this population."""
        if self.people != other.people or not self._area_covers(other):
            return False
        if self.child_ages is None or other.child_ages is None:
            return self.child_ages is None
        return (
            self.child_ages[0] <= other.child_ages[0] and other.child_ages[1] <= self.child_ages[1]
        )

    def _area_covers(self, other: Population) -> bool:
        mine, theirs = self.area.split("/"), other.area.split("/")
        return [part.strip().casefold() for part in theirs[: len(mine)]] == [
            part.strip().casefold() for part in mine
        ]

    def is_local_to(self, other: Population) -> bool:
        """Whether the two name the same area, not one wider than the other."""
        return self.covers(other) and len(self.area.split("/")) == len(other.area.split("/"))


class Fieldwork(Declared):
    """How and when people were asked. ``expires``: the last day the evidence counts."""

    sample: Annotated[str, word("sample")]
    start: date
    end: date
    expires: date
    modes: tuple[str, ...] = ()
    interviews: int | None = Field(default=None, gt=0)
    response_rate: float | None = Field(default=None, ge=0, le=1)
    organisation: str = ""
    ethics: str = ""

    @model_validator(mode="after")
    def _dates(self) -> Self:
        if self.end < self.start:
            raise bad(
                f"fieldwork ends ({self.end}) before it starts ({self.start})",
                "end",
                "a day on or after start",
                "correct start or end",
            )
        if self.expires < self.end:
            raise bad(
                f"the evidence expires ({self.expires}) before its fieldwork ends ({self.end})",
                "expires",
                "a day after end",
                "three years after end is usual",
            )
        return self


class Collapse(Declared):
    """Which options count as which stance: declared before answers are opened.

    An option belongs to exactly one list. ``dont_know``: in or out of the base by the item's base
    rule. ``outside``: refused, not asked, routed out; never in the base.
    """

    permits: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    opposes: tuple[str, ...] = ()
    dont_know: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _lists(self) -> Self:
        if not self.permits:
            raise bad(
                "a scale with no permitting option",
                "permits",
                "at least one option",
                'add permits = ["..."] (for demands, concerns and awareness: agrees)',
            )
        if not self.neutral and not self.opposes:
            raise bad("a scale with one stance only", "opposes", "neutral or opposing options too")
        seen: dict[str, str] = {}
        for name in type(self).model_fields:
            for option in getattr(self, name):
                if option in seen:
                    raise bad(
                        f"overlapping stances: {option!r} is in {seen[option]!r} and in {name!r}",
                        name,
                        "each option once",
                        f"take {option!r} out of one of them",
                    )
                seen[option] = name
        return self

    @property
    def k(self) -> int:
        """The number of stances after the collapse: 2 or 3. Don't-knows never add one."""
        return 1 + bool(self.neutral) + bool(self.opposes)

    @property
    def options(self) -> tuple[str, ...]:
        """Every option any list names, in the order of the lists."""
        return (*self.permits, *self.neutral, *self.opposes, *self.dont_know, *self.outside)


class Item(Declared):
    """One question.

    kind and subject say what it is about. k: number of stances. collapse: absent for printed
    figures. dont_know: whether don't-knows are in the base of the shares.
    """

    id: str = Field(min_length=1)
    kind: Annotated[str, word("kind")]
    subject: str
    wording: str = Field(min_length=1)
    column: str | None = None
    k: int = Field(ge=2)
    collapse: Collapse | None = None
    options: tuple[str, ...] = ()
    dont_know: Literal["in", "out"] = "out"
    purpose: Annotated[str, word("purpose")] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _meaning(self) -> Self:
        term(SUBJECT_LIST[self.kind], self.subject, "subject")
        if self.kind in LICENCE_KINDS and self.k not in (2, 3):
            raise bad(
                f"licence cannot be read from {self.k} stances",
                "k",
                "2 or 3",
                "collapse the options to permits, neutral and opposes",
            )
        if self.collapse:
            missing = [o for o in self.options if o not in self.collapse.options]
            if missing:
                raise bad(
                    f"an undeclared collapse: no stance is given for {', '.join(map(repr, missing))}",
                    "scale",
                    "each option in permits, neutral, opposes, dont_know or outside",
                    "add the option to one of the lists",
                )
            stances = (*self.collapse.permits, *self.collapse.neutral, *self.collapse.opposes)
            never = [o for o in stances if self.options and o not in self.options]
            if never:
                raise bad(
                    f"a stance is given to what was no option: {', '.join(map(repr, never))}",
                    "scale",
                    ", ".join(self.options),
                    "take it out, or add it to options if people could choose it",
                )
        return self

    @property
    def requirement(self) -> str:
        """The key under which the gate looks for it, for example ``trust:police``."""
        return f"{self.kind}:{self.subject}"


class PrintedFigure(Declared):
    """One printed percentage. ``decimals`` as printed: an integer stands for half a point each way."""

    item: str
    group: str
    percent: float = Field(ge=0, le=100)
    decimals: int = Field(default=0, ge=0)
    base: int | None = Field(default=None, gt=0)
    stance: Stance = Stance.PERMITS


class Printed(Declared):
    """What has to be assumed of printed figures: nobody printed a design effect."""

    deff: float = Field(default=1.5, ge=1)
    other_bases: Mapping[str, tuple[int, ...]] = Field(default_factory=dict)


class DeclaredBattery(Declared):
    """Items that are read together, such as trust in every service."""

    id: Identifier
    label: Stated
    items: tuple[str, ...] = Field(min_length=2)


class Evidence(Declared):
    """One fieldwork as declared, without its answers.

    draft: guesses that nobody has checked; it counts for nothing. files: file names to SHA-256.
    """

    id: Identifier
    title: str
    population: Population
    fieldwork: Fieldwork
    purpose: Annotated[str, word("purpose")]
    setting: Annotated[str, word("setting")] = "operational"
    items: tuple[Item, ...]
    groups: tuple[Group, ...] = ()
    batteries: tuple[DeclaredBattery, ...] = ()
    design: DesignDeclaration | None = None
    printed: Printed | None = None
    figures: tuple[PrintedFigure, ...] = ()
    synthetic: bool = False
    example_only: bool = False
    draft: bool = False
    notice: str = ""
    files: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [*_doubles("item", [i.id for i in self.items])]
        faults += _doubles("group", [g.id for g in self.groups])
        if not self.items:
            faults.append(Fault("no item is declared", "items", "at least one [[items]]"))
        if not [g for g in self.groups if not g.reference]:
            faults.append(
                Fault(
                    "an empty list of groups: licence is decided by the affected groups",
                    "groups",
                    "at least one [[groups]] that is not a reference group",
                    'add [[groups]] with id = "..." and label = "..."',
                )
            )
        if (self.design is None) == (self.printed is None):
            faults.append(Fault("neither or both of [design] and [printed]", "", "one of the two"))
        faults += _doubles("battery", [b.id for b in self.batteries], "batteries")
        faults += self._strange_batteries()
        faults += self._unknown_figures()
        faults += _impossible(self.figures)
        if faults:
            raise BadInput(*faults)
        return self

    def _strange_batteries(self) -> list[Fault]:
        known = [i.id for i in self.items]
        faults: list[Fault] = []
        for battery in self.batteries:
            place = f"battery {battery.id!r}"
            strange = [item for item in battery.items if item not in known]
            near = nearest(strange[0], known) if strange else None
            todo = f"write {near!r} if that is meant" if near else ""
            faults += [Fault(f"unknown item {i!r}", place, ", ".join(known), todo) for i in strange]
            if len(set(battery.items)) < len(battery.items):
                faults.append(Fault("an item is named twice", place, "each item once"))
        return faults

    def _unknown_figures(self) -> list[Fault]:
        items, groups = {i.id for i in self.items}, {ALL, *(g.id for g in self.groups)}
        faults: list[Fault] = []
        for place, figure in enumerate(self.figures, start=1):
            for thing, name, known in (
                ("item", figure.item, items),
                ("group", figure.group, groups),
            ):
                if name not in known:
                    faults.append(
                        Fault(
                            f"unknown {thing} {name!r}", f"figure {place}", ", ".join(sorted(known))
                        )
                    )
        return faults

    def item(self, id: str) -> Item:
        """The item called ``id``."""
        return next(item for item in self.items if item.id == id)

    def group_label(self, id: str) -> str:
        """The label of a group of this evidence, the whole sample included."""
        if id == ALL:
            return f"All {term('people', self.population.people).label.casefold()}"
        return next((g.label for g in self.groups if g.id == id), id)


def _doubles(thing: str, ids: list[str], key: str | None = None) -> list[Fault]:
    twice = sorted({id for id in ids if ids.count(id) > 1})
    return [
        Fault(f"the {thing} {id!r} is declared twice", key or f"{thing}s", "each id once")
        for id in twice
    ]


def _impossible(figures: tuple[PrintedFigure, ...]) -> list[Fault]:
    """Figures printed twice, and stances of one item that sum to more than everybody."""
    cells: dict[tuple[str, str], dict[Stance, float]] = {}
    faults: list[Fault] = []
    for place, figure in enumerate(figures, start=1):
        stances = cells.setdefault((figure.item, figure.group), {})
        if figure.stance in stances:
            what = f"{figure.stance} of {figure.item!r} in {figure.group!r} is printed twice"
            faults.append(Fault(what, f"figure {place}", "each item, group and stance once"))
        stances[figure.stance] = figure.percent
    for (item, group), stances in cells.items():
        # Each printed integer may be half a point too high.
        if sum(stances.values()) > 100 + 0.5 * len(stances):
            what = f"the stances of {item!r} in {group!r} sum to {sum(stances.values()):g} %"
            faults.append(Fault(what, "figures", "100 or less"))
    return faults
