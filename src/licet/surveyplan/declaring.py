"""The plan of a survey as a document: who is to be asked, how many, about what, at which cost.

Every share is a proportion from 0 to 1. A plan refuses to exist when wrong, with all faults at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from licet.declared import Declared
from licet.errors import BadInput, Fault, bad, unknown
from licet.groups import ALL
from licet.planning import MOST_INTERVIEWS

MOST_GROUPS = 12
"""Every way of being in some groups and not in others is a cell: 12 groups make 4,096."""
MOST_ITEMS = 50
ASSUMED_DEFF = 1.5
"""As for printed figures, where nothing is said of the design."""


def _two_ends(value: object) -> object:
    """One number is a range without width."""
    alone = isinstance(value, int | float) and not isinstance(value, bool)
    return (value, value) if alone else value


Expected = Annotated[tuple[float, float], BeforeValidator(_two_ends)]
"""The true permitting share that is expected: ``0.55``, or a range ``[0.5, 0.6]``."""


class PlannedGroup(Declared):
    """A group to be looked at apart.

    share: its part of the population. boost: further interviews in this group alone. deff: its own
    design effect, without what boosts cost.
    """

    share: float
    label: str = ""
    boost: int = 0
    deff: float | None = None


class PlannedItem(Declared):
    """A question, or ``number`` of them alike. share: expected in everybody; shares: in groups.

    k: stances. no_answer: part left out of the base, instead of the plan's.
    """

    share: Expected
    shares: Mapping[str, Expected] = Field(default_factory=dict)
    label: str = ""
    k: int = 3
    number: int = 1
    no_answer: float | None = None

    def expected(self, group: str) -> tuple[float, float]:
        """The range of true shares in a group: its own, else that of everybody."""
        return self.shares.get(group, self.share)


class PlannedOverlap(Declared):
    """The part of the population that is in both groups. Without it they are taken as independent."""

    groups: tuple[str, str]
    share: float


class PlannedDesign(Declared):
    """The design effect, or what it is made of.

    cluster_size: interviews in one cluster. cluster_correlation: how alike the people of a cluster
    are (intra-cluster correlation). weights_cv: standard deviation of the weights over their mean,
    boosts aside. Kish, *Survey Sampling* (1965): (1 + (m - 1) rho) (1 + cv^2).
    """

    deff: float | None = None
    cluster_size: float | None = None
    cluster_correlation: float | None = None
    weights_cv: float | None = None

    @property
    def assumed(self) -> bool:
        """Whether nothing is said, so that a design effect has to be assumed."""
        return self == PlannedDesign()

    @property
    def effect(self) -> float:
        """The design effect without boosts, 1 or more."""
        if self.assumed:
            return ASSUMED_DEFF
        if self.deff is not None:
            return self.deff
        clusters = 1 + ((self.cluster_size or 1) - 1) * (self.cluster_correlation or 0)
        return clusters * (1 + (self.weights_cv or 0) ** 2)


class Costs(Declared):
    """What interviews cost. boost: one in a boost; left out, as any other."""

    fixed: float = 0
    interview: float = 0
    boost: float | None = None
    currency: str = ""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        faults = [
            Fault(f"a cost of {value:g}", name, "0 or more")
            for name in ("fixed", "interview", "boost")
            if (value := getattr(self, name)) is not None and not 0 <= value < 1e12
        ]
        if faults:
            raise BadInput(*faults)
        return self

    @property
    def of_boost(self) -> float:
        """The cost of one interview in a boost."""
        return self.interview if self.boost is None else self.boost

    @property
    def stated(self) -> bool:
        """Whether anything costs anything."""
        return bool(self.fixed or self.interview or self.boost)


class SurveyPlan(Declared):
    """A survey to be made.

    interviews: in the main sample; or invited, the people asked to take part. response_rate: part of
    those invited who take part. attrition: part of these lost before the questions. no_answer: part
    who refuse or skip an item. dont_know: part who do not know; out of the base, or in it and then
    counted in the shares. item_correlation: of the answers to two items, 0-1.
    """

    title: str = "A survey to be made"
    interviews: int | None = None
    invited: int | None = None
    response_rate: float | None = None
    attrition: float = 0
    no_answer: float = 0
    dont_know: float = 0
    dont_know_base: Literal["in", "out"] = "out"
    item_correlation: float = 0
    design: PlannedDesign = PlannedDesign()
    groups: Mapping[str, PlannedGroup]
    items: Mapping[str, PlannedItem]
    overlaps: tuple[PlannedOverlap, ...] = ()
    costs: Costs = Costs()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        faults = [*_sizes(self), *_designs(self), *_groups(self), *_items(self)]
        if faults:
            raise BadInput(*faults)
        return self

    @property
    def people(self) -> float:
        """Interviews expected in the main sample."""
        if self.interviews is not None:
            return float(self.interviews)
        assert self.invited is not None and self.response_rate is not None
        return self.invited * self.response_rate * (1 - self.attrition)

    @property
    def boosts(self) -> dict[str, int]:
        """Further interviews by group, of those that have any."""
        return {name: group.boost for name, group in self.groups.items() if group.boost}

    @property
    def invitations(self) -> int | None:
        """People to invite, boosts included; None where no response rate is given."""
        if self.response_rate is None:
            return None
        everybody = self.people + sum(self.boosts.values())
        # What is a whole number on paper may miss it by one part in 1e16.
        return math.ceil(round(everybody / (self.response_rate * (1 - self.attrition)), 9))

    @property
    def cost(self) -> float:
        """Of the main sample, the boosts and all that is fixed."""
        costs = self.costs
        return (
            costs.fixed + costs.interview * self.people + costs.of_boost * sum(self.boosts.values())
        )

    def answering(self, item: PlannedItem) -> float:
        """The part of those interviewed who are in the base of an item."""
        silent = self.no_answer if item.no_answer is None else item.no_answer
        return 1 - silent - (self.dont_know if self.dont_know_base == "out" else 0)

    def resized(self, interviews: int, boosts: Mapping[str, int]) -> SurveyPlan:
        """The same plan with other numbers of interviews; groups without a boost have none."""
        groups = {
            name: group.model_copy(update={"boost": boosts.get(name, 0)})
            for name, group in self.groups.items()
        }
        return self.model_copy(update={"interviews": interviews, "invited": None, "groups": groups})

    def group_label(self, group: str) -> str:
        """A group's name for people."""
        return "Everybody" if group == ALL else self.groups[group].label or group


def _sizes(plan: SurveyPlan) -> Iterator[Fault]:
    given = [name for name in ("interviews", "invited") if getattr(plan, name) is not None]
    if len(given) != 1:
        what = "both interviews and people invited" if given else "no number of interviews"
        yield Fault(what, "interviews", "interviews = 1200, or invited with response_rate")
    for name in given:
        number = getattr(plan, name)
        if not 1 <= number <= MOST_INTERVIEWS:
            yield Fault(f"{number:,} {name}", name, f"1 to {MOST_INTERVIEWS:,}")
    rate = plan.response_rate
    if plan.invited is not None and rate is None:
        yield Fault("people invited without a response rate", "response_rate", "above 0, up to 1")
    if rate is not None and not 0 < rate <= 1:
        yield _no_share(f"a response rate of {rate:g}", "response_rate", rate, "above 0, up to 1")
    for name in ("attrition", "no_answer", "dont_know"):
        yield from _part(getattr(plan, name), name, name.replace("_", " "))
    if not 0 <= plan.item_correlation <= 1:
        what = f"an item correlation of {plan.item_correlation:g}"
        yield _no_share(what, "item_correlation", plan.item_correlation, "0 to 1")


def _part(value: float, place: str, name: str) -> Iterator[Fault]:
    """A part that is lost: below 1, or nobody is left."""
    if not 0 <= value < 1:
        yield _no_share(f"{name} of {value:g}", place, value, "a proportion from 0 to below 1")


def _no_share(what: str, place: str, value: float, allowed: str) -> Fault:
    meant = 2 <= value <= 100
    return Fault(what, place, allowed, f"write {value / 100:g}" if meant else "0.05 is 5 percent")


def _designs(plan: SurveyPlan) -> Iterator[Fault]:
    design = plan.design
    parts = ("cluster_size", "cluster_correlation", "weights_cv")
    said = [name for name in parts if getattr(design, name) is not None]
    if design.deff is not None and said:
        what = f"both deff and {said[0]}"
        yield Fault(what, "design", "the design effect, or what it is made of")
    if len({"cluster_size", "cluster_correlation"} & set(said)) == 1:
        what = f"{said[0]} without {'cluster_correlation' if said[0] == parts[0] else parts[0]}"
        yield Fault(what, "design", "both: cluster_size = 10, cluster_correlation = 0.05")
    ranges: Mapping[str, tuple[float, float]] = {
        "deff": (1, 100),
        "cluster_size": (1, 10_000),
        "cluster_correlation": (0, 1),
        "weights_cv": (0, 10),
    }
    for name, (least, most) in ranges.items():
        value = getattr(design, name)
        if value is not None and not least <= value <= most:
            yield Fault(f"{name} of {value:g}", f"design.{name}", f"{least:g} to {most:,g}")


def _groups(plan: SurveyPlan) -> Iterator[Fault]:
    place = "groups"
    if not 1 <= len(plan.groups) <= MOST_GROUPS:
        what = f"{len(plan.groups)} groups"
        yield Fault(what, place, f"1 to {MOST_GROUPS}", "add [groups.ID] with share = 0.05")
    if ALL in plan.groups:
        yield Fault(f"{ALL!r} is everybody", place, "groups within the population", "take it out")
    for name, group in plan.groups.items():
        here = f"{place}.{name}"
        if not 0 < group.share <= 1:
            what = f"a group share of {group.share:g}"
            yield _no_share(what, f"{here}.share", group.share, "a proportion above 0, up to 1")
        if not 0 <= group.boost <= MOST_INTERVIEWS:
            what = f"a boost of {group.boost:,}"
            yield Fault(what, f"{here}.boost", f"0 to {MOST_INTERVIEWS:,} interviews")
        if group.deff is not None and not 1 <= group.deff <= 100:
            what = f"a design effect of {group.deff:g}"
            yield Fault(what, f"{here}.deff", "1 (simple random sample) to 100")
    for number, overlap in enumerate(plan.overlaps, start=1):
        yield from _overlap(plan, overlap, f"overlaps[{number}]")


def _overlap(plan: SurveyPlan, overlap: PlannedOverlap, place: str) -> Iterator[Fault]:
    strangers = [name for name in overlap.groups if name not in plan.groups]
    for name in strangers:
        yield from unknown("group", name, list(plan.groups), f"{place}.groups").faults
    if strangers:
        return
    if overlap.groups[0] == overlap.groups[1]:
        yield Fault("a group overlaps with itself", f"{place}.groups", "two groups")
        return
    first, second = (plan.groups[name].share for name in overlap.groups)
    least, most = max(0.0, first + second - 1), min(first, second)
    if not least - 1e-9 <= overlap.share <= most + 1e-9:
        what = f"{overlap.share:g} of the population in both {' and '.join(overlap.groups)}"
        allowed = f"{least:g} to {most:g}: groups of {first:g} and {second:g}"
        yield Fault(what, f"{place}.share", allowed)


def _items(plan: SurveyPlan) -> Iterator[Fault]:
    number = sum(item.number for item in plan.items.values() if item.number > 0)
    if not plan.items or number > MOST_ITEMS:
        what = f"{number} items"
        yield Fault(what, "items", f"1 to {MOST_ITEMS}", "add [items.ID] with share = 0.6")
    for name, item in plan.items.items():
        place = f"items.{name}"
        if not 2 <= item.k <= 3:
            yield Fault(f"{item.k} stances", f"{place}.k", "2 or 3")
        if item.number < 1:
            yield Fault(f"{item.number} items alike", f"{place}.number", "1 or more")
        yield from _ends(item.share, f"{place}.share")
        for group, ends in item.shares.items():
            if group not in plan.groups:
                known = list(plan.groups)
                yield from unknown("group", group, known, f"{place}.shares").faults
            yield from _ends(ends, f"{place}.shares.{group}")
        if item.no_answer is not None:
            yield from _part(item.no_answer, f"{place}.no_answer", "no answer")
        if plan.answering(item) <= 0:
            yield Fault("nobody is left in the base", place, "no_answer and dont_know below 1")


def _ends(ends: tuple[float, float], place: str) -> Iterator[Fault]:
    low, high = ends
    for value in dict.fromkeys(ends):
        if not 0 <= value <= 1:
            yield _no_share(f"a true share of {value:g}", place, value, "a proportion from 0 to 1")
    if low > high:
        yield Fault(f"a range from {low:g} to {high:g}", place, "the lower end first")


def plan_of(document: Mapping[str, Any]) -> SurveyPlan:
    """The plan that a document declares. Refuses with all faults at once."""
    if "groups" not in document:
        raise bad("no group is named", "groups", "[groups.ID] with share = 0.05", "add one")
    return SurveyPlan(**document)
