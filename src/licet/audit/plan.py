"""The plan of a forecast audit: what will be looked at, and what is good enough, said beforehand.

A TOML document. Its hash is kept before the outcomes are opened; a plan that is changed afterwards
is another plan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from math import inf
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from licet.audit.care import Care
from licet.audit.input.written import PLAIN_DAY
from licet.audit.standing import Tolerance
from licet.declared import Declared
from licet.disclosure import THRESHOLD
from licet.errors import bad
from licet.evidence import Identifier, Stated
from licet.groups import columns_of


class Columns(Declared):
    """The columns of the data, by what they mean; "" where there is none.

    person: told apart, never output. cluster: a family, household or sampling unit. known_at: the day
    when the outcome was known; as_of: the day the score was made. practice: whom today's practice
    picks (0/1). arm: how somebody came to be looked into. link_probability: that the person's history
    is theirs. consent: in, out or unknown.
    """

    outcome: Stated
    person: str = ""
    score: str = ""
    flag: str = ""
    cluster: str = ""
    stratum: str = ""
    weight: str = ""
    as_of: str = ""
    known_at: str = ""
    practice: str = ""
    arm: str = ""
    link_probability: str = ""
    consent: str = ""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.score and not self.flag:
            raise bad(
                "neither a score nor a flag is named",
                "columns",
                "score, flag or both",
                'add score = "..." with the name of the column',
            )
        return self


_OUTCOMES = ("outcome", "known_at")


class Flagged(Declared):
    """Who is flagged, where the data hold a score only: one of these.

    at_least: scores from here on, towards more risk. people: as many as can be seen. share: that part,
    0-1. ties: of people with one score at the cut: ``lot`` draws as many as can be seen, by the plan's
    seed; ``all`` and ``none`` of them.
    """

    at_least: float | None = None
    people: int | None = Field(default=None, ge=1)
    share: float | None = Field(default=None, gt=0, lt=1)
    ties: Literal["lot", "all", "none"] = "lot"

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [
            name for name in ("at_least", "people", "share") if getattr(self, name) is not None
        ]
        if len(given) > 1:
            raise bad(f"{' and '.join(given)} say twice who is flagged", "flagged", "one of them")
        return self


class AuditGroup(Declared):
    """A group by expression over the columns, as in a codebook."""

    id: Identifier
    label: str = ""
    expression: Stated

    @model_validator(mode="after")
    def _parsed(self) -> Self:
        columns_of(self.expression)
        return self


class Definition(Declared):
    """Another definition of the outcome: true for people who had it.

    among: whom it can be told of; of the others it is not known. Empty: of everybody.
    """

    id: Identifier
    label: str = ""
    expression: Stated
    among: str = ""

    @model_validator(mode="after")
    def _parsed(self) -> Self:
        for expression in filter(None, (self.expression, self.among)):
            columns_of(expression)
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is read from."""
        among = columns_of(self.among) if self.among else ()
        return tuple(dict.fromkeys((*columns_of(self.expression), *among)))


class Stage(Declared):
    """A step of the funnel, from first to last: the column says who got so far (0/1)."""

    id: Identifier
    label: str = ""
    column: Stated


class Challengers(Declared):
    """What the score must beat. one, two, four: features of the simple models; scores: columns that
    hold another's score, higher meaning more likely. fit_before: train on people before this day, test
    on the rest; without it, folds by cluster.
    """

    one: str = ""
    two: tuple[str, ...] = ()
    four: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    fit_before: date | None = None
    folds: int = Field(default=10, ge=2, le=50)


class Selection(Declared):
    """Outcomes known of those looked into only. random: the value of the arm that was drawn by lot;
    population: people it was drawn from."""

    random: str = ""
    population: int | None = Field(default=None, ge=1)


class LinkErrors(Declared):
    """A grid of linkage errors to re-run under. features: those that come by linkage and are read as
    ``empty`` where a link is missed. missed, false: shares 0-1, for everybody; by group: group to share,
    all of them together in one re-run. refused_by_group: shares of those who say no, so that they are
    neither learnt from nor scored. at_least: the chance from which on a re-run flags; without it, as
    many are flagged as the tool flags. repeats: splits into training (70 %) and test.
    """

    features: tuple[str, ...] = ()
    empty: float = 0.0
    missed: tuple[float, ...] = (0.0, 0.05, 0.15)
    false: tuple[float, ...] = (0.0, 0.05, 0.1)
    missed_by_group: Mapping[str, float] = Field(default_factory=dict)
    false_by_group: Mapping[str, float] = Field(default_factory=dict)
    refused_by_group: Mapping[str, float] = Field(default_factory=dict)
    at_least: float | None = Field(default=None, gt=0, lt=1)
    repeats: int = Field(default=20, ge=2, le=1000)

    @model_validator(mode="after")
    def _shares(self) -> Self:
        for name in ("missed", "false", "missed_by_group", "false_by_group", "refused_by_group"):
            given = getattr(self, name)
            shares = list(given.values()) if isinstance(given, Mapping) else list(given)
            if any(not 0 <= share < 1 for share in shares):
                raise bad("a share outside 0 to 1", name, "shares from 0 to below 1, such as 0.15")
        return self


class Harm(Declared):
    """What a false alarm weighs against a family missed, as threshold probabilities 0-1: at t, one
    family missed is as bad as (1 - t) / t wrongly flagged. says: the harm in words."""

    least: float = Field(default=0.1, gt=0, lt=1)
    most: float = Field(default=0.5, gt=0, lt=1)
    says: str = ""


class Tolerances(Declared):
    """What is good enough. Shares are proportions 0-1.

    gain: by how much the AUC must exceed that of the best challenger. precision: of those flagged, how
    many must be right. gap: how far a group's false positive and false negative rate may differ from
    the rest's. ratio: how many times as often a group may be flagged. observed_expected, slope: of
    calibration, in every group. decay: how much AUC may be lost out of time. recall: the least part of
    all who have the outcome, linked or not, that must be found. over_representation: how many times
    a group may be over- or under-represented.
    """

    gain: float = Field(default=0.0, ge=0, le=0.5)
    precision: float = Field(default=0.5, ge=0, le=1)
    gap: float = Field(default=0.05, gt=0, lt=1)
    ratio: float = Field(default=2.0, gt=1)
    observed_expected: float = Field(default=1.25, gt=1)
    slope: float = Field(default=1.25, gt=1)
    decay: float = Field(default=0.03, ge=0, lt=1)
    recall: float = Field(default=0.0, ge=0, le=1)
    over_representation: float = Field(default=2.0, gt=1)

    def within(self, name: Literal["gap", "ratio", "observed_expected", "slope"]) -> Tolerance:
        """The tolerance of a figure: differences either way, ratios either way."""
        value = getattr(self, name)
        return Tolerance(-value, value) if name == "gap" else Tolerance(1 / value, value)

    def at_least(self, name: Literal["gain", "precision", "recall"]) -> Tolerance:
        """The tolerance of a figure that must be as large as this; a gain must be larger."""
        return Tolerance(getattr(self, name), inf, above=name == "gain")


class Plan(Declared):
    """The plan of a forecast audit. See ``docs/reference/audit-plan.md`` for every key.

    by: columns whose values are groups; reference: the group of a column that others are also compared
    with; groups: further ones by expression; intersections: columns crossed with each other.
    probability: whether the score is meant as one, 0-1. outcome_days: how long an outcome takes to
    show. follow_up_until: the last day that outcomes could be seen. tried: how many scores, models or
    teams this one was chosen from. zeros_below: zeros of a frame's counts stand for any number below
    this; 1 says that a zero is a zero. date_format, decimal: how days and numbers are written where they
    are text. amends: hash of the plan that the outcomes were opened with, if
    this one was made afterwards; because: why. What an amended plan finds is exploratory. unit: what a
    row is, in the plural: children. synthetic: no row is of a real person.
    """

    id: Identifier
    title: Stated
    outcome_means: Stated
    made_by: str = ""
    use: str = ""
    columns: Columns
    probability: bool = False
    higher_is_riskier: bool = True
    flagged: Flagged = Flagged()
    by: tuple[str, ...] = ()
    reference: Mapping[str, str] = Field(default_factory=dict)
    groups: tuple[AuditGroup, ...] = ()
    intersections: tuple[tuple[str, ...], ...] = ()
    outcomes: tuple[Definition, ...] = ()
    stages: tuple[Stage, ...] = ()
    challengers: Challengers = Challengers()
    selection: Selection = Selection()
    link_errors: LinkErrors = LinkErrors()
    outcome_days: int | None = Field(default=None, ge=1)
    follow_up_until: date | None = None
    tried: int = Field(default=1, ge=1)
    harm: Harm = Harm()
    care: Care = Care()
    tolerances: Tolerances = Tolerances()
    level: float = Field(default=0.95, gt=0.5, lt=1)
    draws: int = Field(default=2000, ge=200, le=100_000)
    seed: int = Field(default=1, ge=0)
    threshold: int = Field(default=THRESHOLD, ge=THRESHOLD)
    least_cases: int = Field(default=30, ge=10)
    zeros_below: int | None = Field(default=None, ge=1, le=1000)
    date_format: Literal[
        "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d"
    ] = PLAIN_DAY
    decimal: Literal[".", ","] = "."
    amends: str = ""
    because: str = ""
    unit: Stated = "people"
    synthetic: bool = False
    _later: ClassVar[tuple[str, ...]] = ("unit", "synthetic")

    @property
    def exploratory(self) -> bool:
        """Whether it was made after the outcomes were opened."""
        return bool(self.amends)

    @property
    def outcome_columns(self) -> tuple[str, ...]:
        """The columns that stay closed until the plan's hash is kept: outcomes and when they were known.

        A column that another definition shares with a group, a flag or an arm is open for these.
        """
        named = [column for other in self.outcomes for column in other.columns]
        open_for = {*self.by, *(value for key, value in self.columns if key not in _OUTCOMES)}
        open_for |= {name for group in self.groups for name in columns_of(group.expression)}
        named = [name for name in named if name not in open_for]
        return tuple(
            dict.fromkeys(
                filter(None, [*(getattr(self.columns, key) for key in _OUTCOMES), *named])
            )
        )

    @model_validator(mode="after")
    def _amended(self) -> Self:
        if self.amends and not re.fullmatch(r"[0-9a-f]{64}", self.amends):
            raise bad("this is no hash of a plan", "amends", "64 signs out of 0-9 and a-f")
        if bool(self.amends) != bool(self.because.strip()):
            missing = "because" if self.amends else "amends"
            raise bad(f"{missing} is missing: an amended plan needs both", missing,
                      "amends: the hash of the plan before; because: why it was changed")  # fmt: skip
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for column in self.reference:
            if column not in self.by:
                raise bad(f"{column!r} has a reference but is no breakdown", "reference",
                          ", ".join(self.by) or "none is declared", f"add {column!r} to by")  # fmt: skip
        for names in self.intersections:
            if len(names) < 2 or not set(names) <= set(self.by):
                raise bad(f"{list(names)} cannot be crossed", "intersections",
                          "two or more of: " + ", ".join(self.by))  # fmt: skip
        if self.harm.least > self.harm.most:
            raise bad("the range of harm is upside down", "harm", "least below most")
        for name in ("groups", "outcomes", "stages"):
            ids = [part.id for part in getattr(self, name)]
            if len(set(ids)) < len(ids):
                raise bad(f"two of the {name} have one id", name, "each id once")
        if len(set(self.by)) < len(self.by):
            raise bad("a breakdown is named twice", "by", "each column once")
        if self.groups and "group" in self.by:
            raise bad("a breakdown is called 'group', and groups by expression are too", "by",
                      "another name for the column", "rename the column, or write it as groups")  # fmt: skip
        _refuse_ids(self)
        return self


def _refuse_ids(plan: Plan) -> None:
    """Refuse a plan that could single somebody out: people and families are told apart, never asked for."""
    ids = {plan.columns.person, plan.columns.cluster} - {""}
    named = [("by", set(plan.by))]
    named += [(f"groups: {one.id}", set(columns_of(one.expression))) for one in plan.groups]
    named += [(f"outcomes: {one.id}", set(one.columns)) for one in plan.outcomes]
    named += [(f"stages: {one.id}", {one.column}) for one in plan.stages]
    for where, columns in named:
        for column in sorted(columns & ids):
            raise bad(
                f"{column!r} tells people or families apart, so it can be no group and no condition",
                where,
                "columns that many people share",
                "name another column",
            )
