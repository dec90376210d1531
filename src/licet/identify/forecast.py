"""A forecast as declared: an outcome, whom it is forecast for, as of which days, from which features.

The declared document ``forecasts/ID.toml``. Every feature is read as of a day: nothing that happened or was
written down later can be in it. The outcome happens in the ``horizon`` days after that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from licet.audit.care import Care
from licet.audit.plan import Harm, LinkErrors, Tolerances
from licet.declared import Declared
from licet.errors import BadInput, Fault, bad
from licet.evidence import Identifier, Stated
from licet.identify.criteria import EVER, Criterion, Offer, Rule, window_of

Level = Literal["person", "household"]
Measure = Literal["lines", "days", "total", "since"]
RESERVED = ("as_of", "unit", "cluster", "outcome", "known_at", "score", "flag", "cohort")
"""Names of columns that are no features."""
MOST_DATES = 200


class Outcome(Declared):
    """What is forecast: somebody has it who, in the ``horizon`` days after the as-of date, reaches so much.

    where, count, total, at_least: as of a criterion.
    """

    meaning: Stated
    feed: Identifier
    table: str
    where: str = ""
    count: Literal["lines", "days"] = "lines"
    total: str = ""
    at_least: float = Field(default=1, gt=0, lt=10**11)

    def criterion(self) -> Criterion:
        """The same as a criterion over everything that there is."""
        return Criterion(id="outcome", window=EVER, **dict(self))


class Whom(Declared):
    """For whom it is made: those with a line of the table in the window. Without this table, for everybody
    of the level whose rows are linked."""

    meaning: Stated
    feed: Identifier
    table: str
    where: str = ""
    window: Annotated[str, AfterValidator(window_of)]

    def criterion(self) -> Criterion:
        """The same as a criterion."""
        return Criterion(id="cohort", **dict(self))


class Feature(Declared):
    """One thing that is known on the as-of date, over one table of one feed.

    measure: how many ``lines``, on how many ``days`` they happened, the ``total`` of a number, or how many
    days it is ``since`` the last one. total: the number that is added up, with the measure ``total`` only.
    """

    id: Identifier
    meaning: Stated
    feed: Identifier
    table: str
    where: str = ""
    window: Annotated[str, AfterValidator(window_of)]
    measure: Measure = "lines"
    total: str = ""
    known_faults: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.measure == "total") != bool(self.total):
            todo = 'write measure = "total" and total = "NUMBER", or neither'
            raise bad(
                f"the measure {self.measure!r} and the total {self.total!r}", "total", "", todo
            )
        return self

    def criterion(self) -> Criterion:
        """The same as a criterion that whoever has anything of it meets."""
        least = 0.0001 if self.total else 1
        count: Literal["lines", "days"] = "days" if self.measure == "days" else "lines"
        return Criterion(
            id=self.id, meaning=self.meaning, feed=self.feed, table=self.table, where=self.where,
            window=self.window, count=count, total=self.total, at_least=least,
            known_faults=self.known_faults,
        )  # fmt: skip


class Dates(Declared):
    """As-of dates at equal distances: from ``first`` to ``last``, every so many days."""

    first: date
    last: date
    every: int = Field(ge=1, le=3660)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.last < self.first:
            raise bad(f"{self.last} comes before {self.first}", "last", "a day after the first")
        if (self.last - self.first).days // self.every >= MOST_DATES:
            raise bad("there are too many as-of dates", "every", f"{MOST_DATES} dates at most")
        return self

    def days(self) -> Iterator[date]:
        """The dates, the earliest first."""
        for number in range((self.last - self.first).days // self.every + 1):
            yield self.first + timedelta(days=number * self.every)


class AuditTerms(Declared):
    """How it is audited, said before outcomes are opened: as in the plan of a forecast audit.

    by: audit-only columns whose groups are compared; read in the audit alone. The features that wrong links
    damage are all of them, unless ``link_errors`` names some.
    """

    by: tuple[str, ...] = ()
    reference: Mapping[str, str] = Field(default_factory=dict)
    intersections: tuple[tuple[str, ...], ...] = ()
    tolerances: Tolerances = Tolerances()
    harm: Harm = Harm()
    link_errors: LinkErrors = LinkErrors()
    level: float = Field(default=0.95, gt=0.5, lt=1)
    draws: int = Field(default=2000, ge=200, le=100_000)
    least_cases: int = Field(default=30, ge=10)


@dataclass(frozen=True)
class Splits:
    """As-of dates by what they are for, each the earliest first. left_out: in the gap between them.

    learn: models are learnt as of these; calibrate: chances are put right as of these, the same dates as
    learn where there is no later one; test: the audit is made as of these.
    """

    learn: tuple[date, ...]
    calibrate: tuple[date, ...]
    test: tuple[date, ...]
    left_out: tuple[date, ...] = ()

    @property
    def apart(self) -> bool:
        """Whether chances are put right as of later dates than models are learnt as of."""
        return self.learn != self.calibrate


class Forecast(Declared):
    """A forecast as declared. See ``docs/reference/forecast.md`` for every key.

    horizon: days. as_of or dates: two as-of dates or more. capacity: people or households of one round.
    rule: a rule of the same use and level that is audited beside what is learnt; test_dates: how many of the
    last dates the audit is made as of. test_share: the share of households, 0-1,
    that nothing is learnt from.
    """

    id: Identifier
    version: int = Field(default=1, ge=1)
    title: Stated
    use: Identifier
    level: Level
    horizon: int = Field(ge=1, le=3660)
    as_of: tuple[date, ...] = ()
    dates: Dates | None = None
    test_dates: int = Field(default=1, ge=1)
    test_share: float = Field(default=0.5, ge=0.1, le=0.9)
    capacity: int = Field(ge=1, le=10**6)
    seed: int = Field(default=1, ge=0)
    outcome: Outcome
    cohort: Whom | None = None
    features: tuple[Feature, ...] = Field(min_length=1, max_length=60)
    rule: str = ""
    offer: Offer | None = None
    audit: AuditTerms = AuditTerms()
    care: Care = Care()
    known_faults: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """The as-of dates, each once, the earliest first."""
        return tuple(sorted({*self.as_of, *(self.dates.days() if self.dates else ())}))

    @property
    def ends(self) -> date:
        """The last day on which an outcome of the last as-of date can happen."""
        return self.days[-1] + timedelta(days=self.horizon)

    def splits(self) -> Splits:
        """Which dates are for what. No outcome window of an earlier part reaches into a later one.

        Refuses dates that leave nothing to learn from.
        """
        days, gap = self.days, timedelta(days=self.horizon)
        test = days[-self.test_dates :]
        early = [day for day in days if day + gap <= test[0]]
        if not early or len(days) <= self.test_dates:
            raise bad(
                f"outcomes of every date before {test[0]} reach into the test",
                "as_of", f"a date {self.horizon} days or more before {test[0]}",
                "add earlier as-of dates, or shorten the horizon",
            )  # fmt: skip
        learn = tuple(day for day in early if day + gap <= early[-1])
        calibrate = tuple(day for day in early if not learn or day >= learn[-1] + gap)
        learn = learn or calibrate
        used = {*learn, *calibrate, *test}
        return Splits(learn, calibrate, test, tuple(day for day in days if day not in used))

    def as_rule(self) -> Rule:
        """Outcome, cohort and features as one set of criteria, to be held against the feeds."""
        whom = (self.cohort.criterion(),) if self.cohort else ()
        criteria = (*(one.criterion() for one in self.features), self.outcome.criterion(), *whom)
        return Rule(
            id=self.id, version=self.version, title=self.title, use=self.use, level=self.level,
            kind="criteria", criteria=criteria,
        )  # fmt: skip

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [*self._dates(), *self._named()]
        if self.offer and self.offer.capacity != self.capacity:
            what = (
                f"a capacity of {self.offer.capacity:,} is offered, and {self.capacity:,} audited"
            )
            faults.append(Fault(what, "offer.capacity", f"{self.capacity:,}, as audited"))
        if faults:
            raise BadInput(*faults)
        self.splits()
        return self

    def _dates(self) -> Iterator[Fault]:
        days = self.days
        if not days:
            todo = "add as_of = [2024-01-01, 2025-01-01], or [dates] with first, last and every"
            yield Fault("a window without an as-of date", "as_of", "two dates or more", todo)
        elif len(days) < 2:
            todo = "add an earlier date: what is learnt as of one is tried as of a later one"
            yield Fault("one as-of date alone", "as_of", "two dates or more", todo)
        elif len(days) > MOST_DATES:
            yield Fault("there are too many as-of dates", "as_of", f"{MOST_DATES} at most")

    def _named(self) -> Iterator[Fault]:
        names = [one.id for one in self.features]
        for place, name in enumerate(names, start=1):
            where = f"features[{place}].id"
            if name in names[: place - 1]:
                yield Fault(f"two features have the id {name!r}", where, "each its own")
            if name in RESERVED or name in self.audit.by:
                yield Fault(f"a feature cannot be called {name!r}", where, "another name")
        for name in self.audit.link_errors.features:
            if name not in names:
                what = f"{name!r} is no feature"
                yield Fault(what, "audit.link_errors.features", ", ".join(names))
