"""Whom the fieldwork could reach: what is declared, what is not said, and margins of the population."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from licet.comparisons.people import People
from licet.comparisons.rows import bounds
from licet.disclosure import suppress
from licet.errors import BadInput, counted
from licet.evidence import Evidence
from licet.findings import CANNOT_GRANT
from licet.survey.estimates import Outcome, estimate

if TYPE_CHECKING:
    from licet.survey.answers import Answers
    from licet.weighting.margins import Margin

LOW_RESPONSE = 0.3
"""A response rate below this is marked: most of those who were drawn are not heard."""

Standing = Literal["stated", "not stated", "mark"]


@dataclass(frozen=True)
class Fact:
    """One thing to know of coverage. standing: stated, not stated, or stated and worth a mark."""

    subject: str
    text: str
    standing: Standing


@dataclass(frozen=True)
class MarginRow:
    """A category: its weighted share of the answers beside its share of the population (0-1).

    low, high: of the answers less the population. share and all that follows is None where it may
    not be shown.
    """

    margin: str
    category: str
    population: float
    share: float | None
    low: float | None = None
    high: float | None = None

    @property
    def off(self) -> bool:
        """Whether the interval of the difference lies wholly to one side of 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def facts(evidence: Evidence, people: People | None, today: date) -> tuple[Fact, ...]:
    """Everything declared that bears on coverage, and everything that is not."""
    return (*_population(evidence), *_sample(evidence, people), *_dates(evidence, today))


def _population(evidence: Evidence) -> Iterator[Fact]:
    population = evidence.population
    ages = population.child_ages
    of = f", children aged {ages[0]} to {ages[1]}" if ages else ""
    yield Fact("Population", f"{population.people} in {population.area}{of}", "stated")
    if population.note:
        yield Fact("Who could not be asked", population.note.strip(), "stated")
    else:
        text = "The codebook does not say who could not be asked: population.note"
        yield Fact("Who could not be asked", text, "not stated")
    if evidence.synthetic:
        yield Fact("Answers", "Made by a program: nobody was asked", "mark")


def _sample(evidence: Evidence, people: People | None) -> Iterator[Fact]:
    work = evidence.fieldwork
    if work.sample in CANNOT_GRANT:
        yield Fact("Sample", f"{work.sample}: it can refuse but never grant", "mark")
    else:
        yield Fact("Sample", work.sample, "stated")
    if work.response_rate is None:
        text = "Not stated (fieldwork.response_rate): how many of those drawn are not heard is not known"
        yield Fact("Response rate", text, "not stated")
    else:
        low = work.response_rate < LOW_RESPONSE
        text = f"{100 * work.response_rate:.0f} % of those who were drawn answered"
        yield Fact("Response rate", text, "mark" if low else "stated")
    if work.modes:
        yield Fact("Modes", ", ".join(work.modes), "stated")
        if len(work.modes) == 1:
            text = f"Only {work.modes[0]}: whoever cannot be reached that way was not asked"
            yield Fact("One mode", text, "mark")
    else:
        yield Fact("Modes", "Not stated (fieldwork.modes)", "not stated")
    yield from _interviews(evidence, people)
    for name, value in (("Organisation", work.organisation), ("Ethics approval", work.ethics)):
        yield Fact(name, value or "Not stated", "stated" if value else "not stated")


def _interviews(evidence: Evidence, people: People | None) -> Iterator[Fact]:
    stated = evidence.fieldwork.interviews
    if people is None:
        said = counted(stated, "interview", "interviews") if stated else "Not stated"
        yield Fact("Interviews", said, "stated" if stated else "not stated")
        return
    here = int((people.design.weights > 0).sum())
    if stated and stated != here:
        text = f"{stated:,} declared, {here:,} people with a weight in the answers"
        yield Fact("Interviews", text, "mark")
    else:
        yield Fact("Interviews", f"{here:,} people with a weight in the answers", "stated")


def _dates(evidence: Evidence, today: date) -> Iterator[Fact]:
    work = evidence.fieldwork
    yield Fact("Fieldwork", f"{work.start} to {work.end}", "stated")
    expired = work.expires < today
    text = f"expired on {work.expires}" if expired else f"counts until {work.expires}"
    yield Fact("Expiry", text, "mark" if expired else "stated")


def margin_rows(
    people: People, answers: Answers, margins: Sequence[Margin], threshold: int
) -> tuple[MarginRow, ...]:
    """The answers beside known margins. Raises BadInput for margins that do not fit the answers."""
    from licet.weighting.margins import align

    design = people.design
    try:
        laid, _ = align(answers.without_missing(), margins, design.weights)
    except BadInput as error:
        raise error.within("--margins") from None
    rows: list[MarginRow] = []
    everybody = np.ones((1, len(design.weights)), dtype=bool)
    for margin in laid:
        flags = [margin.codes == place for place in range(len(margin.categories))]
        outcomes = [Outcome("", flag.astype(np.float64)) for flag in flags]
        found = estimate(design, outcomes, everybody)
        counts = np.array([[int((flag & (design.weights > 0)).sum()) for flag in flags]])
        shown = threshold < 1 or not suppress(counts, threshold=threshold).hidden.any()
        known = margin.targets / margin.targets.sum()
        for place, category in enumerate(margin.categories):
            if not shown:
                rows.append(MarginRow(margin.name, category, float(known[place]), None))
                continue
            share, se, df = (float(part[place]) for part in (found.value, found.se, found.df))
            low, high = bounds(share - float(known[place]), se, df, 0.95)
            limits = (low, high) if low == low else (None, None)
            rows.append(MarginRow(margin.name, category, float(known[place]), share, *limits))
    return tuple(rows)
