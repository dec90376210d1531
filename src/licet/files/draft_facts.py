"""What somebody who asks for a draft already knows, checked against the shared words.

Whatever is left out is marked in the draft, never made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from licet.errors import BadInput, Fault, bad, unknown
from licet.files.stances import LISTS
from licet.sampling import LonelyPSU
from licet.vocabulary import SUBJECT_LIST, term

Ages = tuple[int, int] | Literal["any"]
"""The youngest and oldest child meant, or parents of children of any age."""

MARK = "CHECK"
"""Stands in each line of a draft that somebody has to look at."""


def unsaid(option: str, about: str = "") -> str:
    """The comment of a line that only the person who drafts can fill in; ``option`` does it too."""
    return f"  # {MARK}, still to say ({option})" + (f": {about}" if about else "")


def guessed(about: str = "") -> str:
    """The comment of a line that is a guess."""
    return f"  # {MARK}" + (f": {about}" if about else "")


@dataclass(frozen=True)
class CodebookFacts:
    """Facts for a drafted codebook; None or empty: not known.

    items: columns, each with its kind and subject if they are known. stances: options by list, in
    every scale that has them. by: columns whose values are the groups. groups: further groups, by
    expression. ready: it must not be a draft any more, so nothing may be left to look at.
    """

    id: str | None = None
    title: str | None = None
    purpose: str | None = None
    setting: str | None = None
    people: str | None = None
    area: str | None = None
    child_ages: Ages | None = None
    sample: str | None = None
    start: date | None = None
    end: date | None = None
    expires: date | None = None
    encoding: str | None = None
    weight: str | None = None
    unweighted: bool = False
    strata: str | None = None
    psu: str | None = None
    lonely_psu: str | None = None
    items: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)
    stances: Mapping[str, Sequence[str]] = field(default_factory=dict)
    base_rule: str | None = None
    by: Sequence[str] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    reference: Sequence[str] = ()
    synthetic: bool = False
    ready: bool = False

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        for option in ("purpose", "setting", "people", "sample"):
            faults += _word(option, getattr(self, option), f"--{option}")
        for column, meaning in self.items.items():
            if meaning is not None:
                where = f"--items {column}"
                wrong = _word("kind", meaning[0], where)
                faults += wrong or _word(SUBJECT_LIST[meaning[0]], meaning[1], where)
        faults += _one_of(self.lonely_psu, get_args(LonelyPSU), "--lonely-psu")
        faults += _one_of(self.base_rule, ("in", "out"), "--base-rule")
        faults += _days(self.start, self.end, self.expires)
        if self.weight and self.unweighted:
            faults.append(Fault("both a weight and unweighted", "--weight", "one of the two"))
        listed = [option for name in LISTS for option in self.stances.get(name, ())]
        twice = sorted({option for option in listed if listed.count(option) > 1})
        faults += [
            Fault(f"the option {option!r} is named twice", "--permits ... --outside", "each once")
            for option in twice
        ]
        if faults:
            raise BadInput(*faults)

    def child_ages_line(self, people: str) -> str:
        """The key child_ages, for parents only: what adults or young people think has no such."""
        return child_ages_line(self.child_ages, people)


def child_ages_line(ages: Ages | None, people: str) -> str:
    """The line of a population that says of which children; a comment for other people."""
    if people != "parents":
        return "# child_ages = [0, 15]  # for parents only\n"
    if ages == "any":
        return "# child_ages: left out, for parents of children of any age\n"
    said = unsaid("--child-ages", 'youngest and oldest child; left out ("any"): of any age')
    youngest, oldest = ages or (0, 15)
    return f"child_ages = [{youngest}, {oldest}]{'' if ages else said}\n"


def _word(kind: str, word: str | None, where: str) -> tuple[Fault, ...]:
    if word is None:
        return ()
    try:
        term(kind, word, where)
    except BadInput as error:
        return error.faults
    return ()


def _one_of(word: str | None, words: Sequence[str], where: str) -> tuple[Fault, ...]:
    if word is None or word in words:
        return ()
    return unknown("word", word, words, where).faults


def _days(start: date | None, end: date | None, expires: date | None) -> list[Fault]:
    faults = []
    if start and end and end < start:
        faults.append(Fault(f"it ends ({end}) before it starts ({start})", "--end"))
    if expires and expires < (end or start or expires):
        faults.append(Fault(f"it expires ({expires}) before it ends ({end or start})", "--expires"))
    return faults


def three_years_after(day: date) -> date:
    """The usual last day of evidence whose fieldwork ended on ``day``."""
    try:
        return day.replace(year=day.year + 3)
    except ValueError:  # 29 February, or the last years there are
        if day.year > date.max.year - 3:
            raise bad(f"{day} is too far ahead", "--end") from None
        return day.replace(year=day.year + 3, day=28)
