"""A forecast held against the feeds that it asks: what may be a feature, and what never can."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from licet.errors import BadInput, Fault
from licet.feeds.contract import Feed
from licet.identify.bound import BoundCriterion, bind
from licet.identify.expressions import fields_of
from licet.identify.forecast import Forecast
from licet.use import Use

NEVER = frozenset({
    "permission", "permissions", "permitted", "consent", "consented", "consents", "objection", "objections",
    "objected", "refusal", "refusals", "optout", "optouts", "licence", "licences", "license", "licensed",
    "survey", "surveys", "attitude", "attitudes", "stance", "verdict",
})  # fmt: skip
"""Words of a table, value or column that say what somebody permits or thinks. Features say nothing of it."""
PHRASES = ("opt_out", "opted_out", "said_no", "said_yes", "opt-out")


@dataclass(frozen=True)
class BoundForecast:
    """A forecast of which every feed, table, value and word is there. ``bind_forecast`` makes it."""

    declared: Forecast
    features: tuple[BoundCriterion, ...]
    outcome: BoundCriterion
    cohort: BoundCriterion | None = None

    def tables(self) -> Mapping[tuple[str, str], tuple[BoundCriterion, ...]]:
        """Features, and the cohort, by the feed and table that they ask."""
        found: dict[tuple[str, str], tuple[BoundCriterion, ...]] = {}
        for one in (*self.features, *((self.cohort,) if self.cohort else ())):
            key = one.declared.feed, one.declared.table
            found[key] = (*found.get(key, ()), one)
        return found

    def measure_of(self, one: BoundCriterion) -> str:
        """What of its lines is a feature's value; of the cohort, how many there are."""
        named = {feature.id: feature.measure for feature in self.declared.features}
        return named.get(one.declared.id, "lines")


def bind_forecast(
    forecast: Forecast, feeds: Sequence[Feed], use: Use | None = None
) -> BoundForecast:
    """The forecast with its filters read. Refuses with all faults at once.

    A feature over an unknown or audit-only value, or over what somebody permits, refused or said in a
    survey; a feed of a service that is none of the use's; an outcome that was not over at the extract.
    """
    faults = [*_forbidden(forecast, feeds)]
    try:
        bound = bind(forecast.as_rule(), feeds, use)
    except BadInput as error:
        raise BadInput(*_renamed(forecast, error.faults), *faults) from None
    many = len(forecast.features)
    features, outcome = bound.criteria[:many], bound.criteria[many]
    for place, one in enumerate(features, start=1):
        faults += _asked(one, place, feeds)
    faults += _not_over(forecast, feeds)
    if faults:
        raise BadInput(*faults)
    return BoundForecast(forecast, features, outcome, *bound.criteria[many + 1 :])


def _renamed(forecast: Forecast, faults: Sequence[Fault]) -> Iterator[Fault]:
    """Faults of the set of criteria, with the names of the forecast's own tables."""
    many = len(forecast.features)
    places = {many + 1: "outcome", many + 2: "cohort"}
    for fault in faults:
        found = re.match(r"criteria\[(\d+)\]", fault.where)
        if found is None:
            yield replace(fault, what=fault.what.replace("the rule", "the forecast"))
            continue
        place = int(found[1])
        name = places.get(place, f"features[{place}]")
        yield replace(fault, where=name + fault.where[found.end() :])


def _forbidden(forecast: Forecast, feeds: Sequence[Feed]) -> Iterator[Fault]:
    """Tables and totals that say what somebody permits or thinks."""
    for place, one in enumerate(forecast.features, start=1):
        yield from _told(one.table, f"features[{place}].table")
        feed = next((feed for feed in feeds if feed.id == one.feed), None)
        table = feed.tables.get(one.table) if feed else None
        if one.total:
            yield from _told(one.total, f"features[{place}].total")
        if table and one.total in table.values:
            yield from _told(table.values[one.total].column, f"features[{place}].total")


def _asked(one: BoundCriterion, place: int, feeds: Sequence[Feed]) -> Iterator[Fault]:
    """Values of its filter that say so."""
    declared = one.declared
    table = next(feed for feed in feeds if feed.id == declared.feed).tables[declared.table]
    for name in fields_of(one.filter):
        for said in dict.fromkeys((name, table.values[name].column)):
            yield from _told(said, f"features[{place}].where")


def _told(name: str, where: str) -> Iterator[Fault]:
    small = name.casefold()
    words = set(re.split(r"[^a-z]+", small)) & NEVER
    if words or any(phrase in small for phrase in PHRASES):
        todo = "take it out: what somebody permits, refuses or thinks is never held against them"
        yield Fault(
            f"a feature over {name!r}, which says what somebody permits or thinks", where,
            "what a service noted of its own work", todo,
        )  # fmt: skip


def _not_over(forecast: Forecast, feeds: Sequence[Feed]) -> Iterator[Fault]:
    feed = next((feed for feed in feeds if feed.id == forecast.outcome.feed), None)
    if feed is None or forecast.ends <= feed.extract:
        return
    last = forecast.days[-1]
    yield Fault(
        f"the outcome of {last} is not over: it can happen until {forecast.ends}, and the extract of "
        f"{feed.id!r} is of {feed.extract}",
        "as_of", f"dates {forecast.horizon} days or more before {feed.extract}",
        "leave the last dates out, or wait for a later extract",
    )  # fmt: skip


def read_until(feeds: Sequence[Feed], forecast: Forecast) -> date:
    """The last day on which outcomes can be seen: of the extract that holds them."""
    return next(feed.extract for feed in feeds if feed.id == forecast.outcome.feed)
