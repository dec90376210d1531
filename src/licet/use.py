"""A data use: one purpose for which named bodies join records about families.

The declared central document. It is published as proposed, ruled on by the gate, and everything
that is later linked, audited or refused refers to its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from licet.conditions import FLOORS, Condition, Floor
from licet.declared import Declared, word
from licet.errors import bad, unknown
from licet.evidence import LICENCE_KINDS, Identifier, Population, Stated
from licet.groups import ALL
from licet.vocabulary import SUBJECT_LIST, label, term

__all__ = ["FLOORS", "Condition", "Floor", "Use", "requirement_label"]


class Company(Declared):
    """A company that takes part. One that can see identifiable rows makes the use commercial."""

    name: str
    role: str = ""
    number: str = ""
    sees_identifiable: bool
    can_influence_decision: bool = False


class Source(Declared):
    """One set of records that a service brings."""

    service: Annotated[str, word("service")]
    name: str
    owner: str = ""
    fields: tuple[str, ...] = ()
    period: str = ""
    known_faults: str = ""


class PerThousand(Declared):
    """What a way of offering support comes to, counted per 1,000 families of the population.

    offered: families who are offered it. helped: those for whom it made a difference, by the evidence.
    wrongly: those approached as in need who were not. source: where the counts come from.
    """

    offered: float = Field(ge=0, le=1000)
    helped: float = Field(ge=0, le=1000)
    wrongly: float = Field(default=0.0, ge=0, le=1000)
    source: Stated

    @model_validator(mode="after")
    def _parts(self) -> Self:
        for name in ("helped", "wrongly"):
            if getattr(self, name) > self.offered:
                raise bad(
                    f"{name} = {getattr(self, name):g} of {self.offered:g} families offered support",
                    name,
                    f"at most offered = {self.offered:g}",
                )
        return self


class Support(Declared):
    """What is offered, whether it works, and the alternative without linkage.

    with_linkage, universal: both ways in counts, so that they can be compared. why_linkage: why families
    are linked although support for everybody would help as many.
    """

    offer: str = ""
    evidence_it_works: str = ""
    universal_alternative: str = ""
    with_linkage: PerThousand | None = None
    universal: PerThousand | None = None
    why_linkage: str = ""

    @property
    def compared(self) -> bool:
        """Whether it is stated that the support works, and what both ways come to."""
        return bool(self.evidence_it_works and self.with_linkage and self.universal)

    @property
    def shown(self) -> bool:
        """Whether linking is shown to help: more families than support for all, or it is said why."""
        if not (self.compared and self.with_linkage and self.universal):
            return False
        more = self.with_linkage.helped > self.universal.helped
        return self.with_linkage.helped > 0 and (more or bool(self.why_linkage))


class Unsurveyed(Declared):
    """An affected group too small to survey: why, and when a dialogue with it was answered."""

    label: Stated
    why: Stated
    dialogue_answered: date | None = None
    dialogue_record: str = ""


class Override(Declared):
    """A named role lets one item pass in spite of its verdict, in public and for a time.

    lifts: the requirement, for example ``trust:police``. published: where it can be read.
    It may lift absent, refused or not known, at floor ``ask_first``, and nothing else.
    """

    lifts: str = Field(min_length=1)
    role: Stated
    reason: Stated
    published: Stated
    start: date
    until: date

    @model_validator(mode="after")
    def _whole(self) -> Self:
        kind, _, subject = self.lifts.partition(":")
        if kind not in LICENCE_KINDS:
            allowed = "reason:..., trust:... or processor:..."
            raise bad(f"{self.lifts!r} is no required item", "lifts", allowed)
        term(SUBJECT_LIST[kind], subject, "lifts")
        if self.until < self.start:
            raise bad(f"it ends ({self.until}) before it starts ({self.start})", "until")
        return self


class Use(Declared):
    """One data use as declared. See ``docs/reference/use.md`` for every key."""

    id: Identifier
    version: int = Field(default=1, ge=1)
    title: str
    summary: str = Field(default="", max_length=350)
    status: Literal["proposed", "in_dialogue", "permitted", "suspended", "refused", "ended"] = (
        "proposed"
    )
    languages: tuple[str, ...] = ("en",)
    controller: str
    team: str = ""
    owner_role: str = ""
    contact: str = ""
    services: tuple[Annotated[str, word("service")], ...] = Field(min_length=1)
    reasons: tuple[Annotated[str, word("reason")], ...] = Field(min_length=1)
    purpose: Annotated[str, word("purpose")]
    setting: Annotated[str, word("setting")] = "operational"
    analytics: tuple[Annotated[str, word("analytics")], ...] = ("matching", "linking")
    intended_action: Annotated[str, word("action")]
    not_allowed_actions: tuple[Annotated[str, word("action")], ...] = ()
    population: Population
    processor: Annotated[str, word("processor")] = "in_house"
    companies: tuple[Company, ...] = ()
    sources: tuple[Source, ...] = ()
    permission_model: Annotated[str, word("permission model")] = "ask_first"
    permission_reason: str = ""
    lawful_basis: str = ""
    affected_groups: tuple[str, ...] = ()
    removed_groups: tuple[str, ...] = ()
    unsurveyed_groups: Mapping[str, Unsurveyed] = Field(default_factory=dict)
    payment_by_results: bool = False
    support: Support = Support()
    conditions: tuple[Condition, ...] = ()
    overrides: tuple[Override, ...] = ()
    start: date
    end: date
    review_by: date | None = None
    retention: str = ""
    retention_days: int | None = Field(default=None, ge=1, le=3650)
    rollback: str = ""
    benefits: str = ""
    proportionality: str = ""
    dpia: str = ""
    equality_assessment: str = ""
    appeals: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.end < self.start:
            raise bad(f"the use ends ({self.end}) before it starts ({self.start})", "end")
        for name in ("services", "reasons", "analytics"):
            words = getattr(self, name)
            if len(set(words)) < len(words):
                raise bad(f"{name} names a word twice", name, "each word once")
        for source in self.sources:
            if source.service not in self.services:
                raise bad(
                    f"the source {source.name!r} belongs to {source.service!r}, which is not a service "
                    "of this use",
                    "sources",
                    ", ".join(self.services),
                )
        for override in self.overrides:
            if override.lifts not in self.requirements:
                raise unknown("requirement", override.lifts, self.requirements, "overrides: lifts")
        if self.intended_action in self.not_allowed_actions:
            raise bad(
                f"{self.intended_action!r} is intended and not allowed at once",
                "not_allowed_actions",
                "actions other than the intended one",
            )
        if ALL in self.unsurveyed_groups:
            raise bad("the whole sample is no group", "unsurveyed_groups", "the id of a group")
        if self.permission_model != "ask_first" and not self.permission_reason.strip():
            raise bad(
                f"permission_model = {self.permission_model!r} without a reason",
                "permission_reason",
                "a published reason why families are not asked first",
                'add permission_reason = "..."',
            )
        return self

    @property
    def operator(self) -> str:
        """Who operates the linkage: any company that sees identifiable rows makes it commercial."""
        if any(company.sees_identifiable for company in self.companies):
            return "commercial"
        return self.processor

    @property
    def requirements(self) -> tuple[str, ...]:
        """What the gate needs measured: reasons, services, and operators other than in-house.

        A company beside a public partner takes nothing from the partner's own licence.
        """
        keys = [f"reason:{reason}" for reason in self.reasons]
        keys += [f"trust:{service}" for service in self.services]
        operators = dict.fromkeys((self.processor, self.operator))
        return (*keys, *(f"processor:{o}" for o in operators if o != "in_house"))


def requirement_label(key: str) -> str:
    """A requirement in words, for example ``Reason: offer help unasked`` or ``Police``."""
    kind, subject = key.split(":", 1)
    if kind == "reason":
        return f"Reason: {label('reason', subject).casefold()}"
    if kind == "processor":
        return {"commercial": "Run by a company"}.get(subject, "Run by a public partner")
    return label("service", subject)
