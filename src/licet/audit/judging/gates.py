"""The gates of a forecast audit: what must hold before anybody may think of a pilot.

    G0  licence, purpose and lawful basis are declared
    G1  it beats simple rules
    G2  it is useful at the capacity there is
    G3  it is calibrated in every group
    G4  groups are treated alike, in every group with enough people
    G5  it holds out of time, or in a pilot
    G6  it is robust to wrong links and to the people who are missing
    G7  review, appeal and monitoring are evidenced

Each is PASS, FAIL or UNDETERMINED by intervals against the plan's tolerances (``demands.judged``). No
gate weighs against another, and a pass is not permission. G1 to G3 and G5 are in ``gates_score``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil, isfinite

from licet.audit.beyond.link_errors import PERFECT, LinkReruns
from licet.audit.beyond.outside import Outside, OutsideGap
from licet.audit.beyond.selective import ArmGroup, Selective
from licet.audit.care import NONE_WORDS, Care, Seen
from licet.audit.grounds import Grounds
from licet.audit.groups.gaps import Gap
from licet.audit.groups.rates import GroupRates
from licet.audit.judging.demands import Demand, Gate, figures, judged, missing
from licet.audit.judging.gates_score import Findings, as_far_as_known, score_gates
from licet.audit.people import CROSSED, GroupKey
from licet.audit.standing import Standing, Tolerance

TITLES = {
    "G0": "Licence, purpose and lawful basis are declared",
    "G1": "It beats simple rules",
    "G2": "It is useful at the capacity there is",
    "G3": "It is calibrated in every group",
    "G4": "Groups are treated alike",
    "G5": "It holds out of time",
    "G6": "It is robust to wrong links and missing people",
    "G7": "Review, appeal and monitoring are evidenced",
}
"""Every gate, in the words of a report."""

MEASURED = {"fpr": "wrongly flagged (false positive rate)", "fnr": "missed (false negative rate)"}


def gates(found: Findings) -> tuple[Gate, ...]:
    """All eight, G0 to G7."""
    score = score_gates(found)
    parts: dict[str, tuple[tuple[Demand, ...], tuple[str, ...]]] = {
        "G0": (tuple(declared(found.grounds)), ()),
        **score,
        "G4": _alike(found),
        "G6": (tuple(_robust(found)), tuple(_not_counted(found.outside))),
        "G7": (tuple(cared(found.plan.care, found.plan.least_cases)), ()),
    }
    return tuple(Gate(name, TITLES[name], *parts[name]) for name in TITLES)


def declared(grounds: Grounds | None, *, forecast: bool = True) -> Iterator[Demand]:
    """G0. The strictest of what the ruling says. forecast: whether it is one, and has to be declared."""
    if grounds is None:
        yield missing(
            "No use is named, so neither licence, purpose nor lawful basis is known",
            'name the use in the plan (use = "...") and audit it inside the workspace that rules on it',
        )
        return
    said = f"The use {grounds.use!r}"
    standing = {
        "Permit": Standing.PASS,
        "Refusal": Standing.FAIL,
        "Undetermined": Standing.UNDETERMINED,
    }[grounds.kind]
    words = {
        "Permit": "is permitted by its ruling",
        "Refusal": "is refused by its ruling",
        "Undetermined": "has no ruling yet: its licence is not known",
    }[grounds.kind]
    supply = "measure what the ruling says is missing" if standing is Standing.UNDETERMINED else ""
    yield Demand(f"{said} {words}", standing, supply=supply)
    if grounds.commercial and not grounds.processor_licensed:
        yield Demand(f"{said} is run by a company without licence", Standing.FAIL)
    asked: list[tuple[object, str, str]] = [
        (grounds.purpose, "a purpose", 'purpose = "..."'),
        (grounds.lawful_basis, "a lawful basis", 'lawful_basis = "..."'),
    ]
    if forecast:
        words_of_it = ("forecasts among its analytics", 'analytics with "predictive_flagging"')
        asked.append((grounds.forecasting, *words_of_it))
    for there, what, todo in asked:
        if there:
            yield Demand(f"{said} declares {what}", Standing.PASS)
        else:
            yield missing(f"{said} does not declare {what}", f"declare it in the use: {todo}")


def _alike(found: Findings) -> tuple[tuple[Demand, ...], tuple[str, ...]]:
    """G4: by a random arm where there is one, else by the rates of groups."""
    if found.selective is not None:
        return _alike_by_arm(found, found.selective)
    if found.rates is None or not found.rates.gaps:
        todo = "name groups: by = [...] with their columns"
        return (missing("No groups are named, so nothing is known of differences", todo),), ()
    return _alike_by_rates(found, found.rates)


def _alike_by_rates(
    found: Findings, rates: GroupRates
) -> tuple[tuple[Demand, ...], tuple[str, ...]]:
    plan, demands = found.plan, list[Demand]()
    asked = [
        gap for gap in rates.gaps if gap.versus == "rest" and gap.measure in ("fpr", "fnr", "flag")
    ]
    errors = [gap for gap in asked if gap.measure != "flag"]
    unknown = {gap.key: None for gap in errors if not gap.difference.known}
    crowds = {gap.key: gap for gap in asked if gap.measure == "flag"}
    demands += [
        _of_gap(found, gap)
        for gap in asked
        if gap.difference.known or (gap.measure == "flag" and gap.ratio.known)
    ]
    # Of a crossing, few people in all are left out; of any other group it must be said what is not known.
    small = [key for key in unknown if key in crowds and not crowds[key].difference.known]
    crossed = [key for key in small if CROSSED in key.by]
    demands += [_unjudged(found, key) for key in unknown if key not in crossed]
    notes: tuple[str, ...] = ()
    if unknown:
        names = ", ".join(key.label for key in unknown)
        notes = (f"Fewer than {plan.least_cases} people with or without the outcome: {names}. Nothing is "
                 "said of them; that is no sign of fairness.",)  # fmt: skip
    if not any(demand.estimate for demand in demands):
        todo = "outcomes of more people, or wider groups"
        demands.append(missing("No group has enough people to compare", todo))
    return tuple(demands), notes


def _unjudged(found: Findings, key: GroupKey) -> Demand:
    """A group of whose errors too little is known, so that nobody can say that it is treated alike."""
    says = f"Too little is known of {key.label!r} to say if it is wrongly flagged or missed as others are"
    todo = (f"find out the outcome of {found.plan.least_cases} people or more, both with it and without it, "
            "or put the group together with another in the plan")  # fmt: skip
    return replace(missing(says, todo), key=key)


def _of_gap(found: Findings, gap: Gap) -> Demand:
    """FAIL by the band over all groups, PASS by the interval: see ``gaps``."""
    plan = found.plan
    if gap.measure == "flag":
        tolerance = plan.tolerances.within("ratio")
        standing, estimate = gap.ratio_standing(tolerance), gap.ratio
        demand = judged("", estimate, tolerance, found.people, level=plan.level, family=gap.family)
        says = f"How many times as often {gap.key.label!r} is flagged as the rest"
        people = demand.people if standing is Standing.UNDETERMINED else None
    else:
        tolerance = plan.tolerances.within("gap")
        standing, estimate = gap.standing(tolerance), gap.difference
        times = gap.times_to_settle(tolerance, plan.level)
        people = ceil(found.people * max(times, 1.0)) if isfinite(times) else None
        says = f"{gap.key.label!r} less the rest, {MEASURED[gap.measure]}"
    if standing is not Standing.UNDETERMINED:
        people = None
    made = Demand(says, standing, figures(estimate, tolerance), gap.measure, gap.key, estimate,
                  tolerance, people)  # fmt: skip
    return as_far_as_known(found, made)


def _alike_by_arm(
    found: Findings, selective: Selective
) -> tuple[tuple[Demand, ...], tuple[str, ...]]:
    """Of everybody, by those drawn by lot."""
    if not selective.groups:
        todo = "name groups: by = [...] with their columns"
        return (missing("No groups are named, so nothing is known of differences", todo),), ()
    demands: list[Demand] = []
    small = []
    for group in selective.groups:
        fewest = min(min(side.counts[1], side.counts[3]) for side in (group.inside, group.rest))
        if fewest < found.plan.least_cases:
            small.append(group.key.label)
            demands.append(_unjudged(found, group.key))
            if group.flag_ratio.known:  # whom it picks is known without outcomes
                demands += _of_arm(found, group, len(selective.groups), ("flag",))
        else:
            demands += _of_arm(found, group, len(selective.groups))
    names = ", ".join(small)
    notes = (f"Fewer than {found.plan.least_cases} people in an arm: {names}.",) if small else ()
    if not any(demand.estimate for demand in demands):
        demands.append(missing("No group has enough people to compare", "more people drawn by lot"))
    return tuple(demands), notes


def _of_arm(
    found: Findings, group: ArmGroup, family: int, only: tuple[str, ...] = ()
) -> Iterator[Demand]:
    limits = found.plan.tolerances
    doubled = Tolerance(1 / limits.over_representation, limits.over_representation)
    name = repr(group.key.label)
    asked = [
        ("over", f"The share of {name} among the picked over that among those drawn by lot",
         group.inside.over, doubled),
        ("flag", f"How many times as often {name} is picked as the rest", group.flag_ratio,
         limits.within("ratio")),
        ("fpr", f"{name} less the rest, {MEASURED['fpr']}", group.fpr_gap, limits.within("gap")),
        ("fnr", f"{name} less the rest, {MEASURED['fnr']}", group.fnr_gap, limits.within("gap")),
    ]  # fmt: skip
    for measure, says, estimate, tolerance in asked:
        if only and measure not in only:
            continue
        if measure in ("over", "flag") or estimate.known:
            yield judged(says, estimate, tolerance, found.people, level=found.plan.level,
                         family=family, measure=measure, key=group.key)  # fmt: skip


def _robust(found: Findings) -> Iterator[Demand]:
    """G6: links, then people."""
    yield from _links(found)
    yield from _outside(found, found.outside)


def _links(found: Findings) -> Iterator[Demand]:
    if not found.links:
        yield missing(
            "What wrong links do to it is not known",
            "name the linked features under [link_errors], or a column of link probabilities "
            "(link_probability)",
        )
    for rerun in found.links:
        yield from _of_rerun(found, rerun)


def _of_rerun(found: Findings, rerun: LinkReruns) -> Iterator[Demand]:
    """What is lost, and how far the largest gap moves either way: a smaller one is no better."""
    limits, level = found.plan.tolerances, found.plan.level
    for row in rerun.rows[1:]:
        if row.id == "refused_by_group":
            continue
        yield judged(f"AUC with {row.label} less that with {PERFECT} links", row.loss,
                     Tolerance(-limits.decay), found.people, level=level, measure="auc")  # fmt: skip
        if row.gaps:
            yield judged(f"How much smaller the largest difference in wrongly flagged looks with {row.label}",
                         row.shrinks, limits.within("gap"), found.people, level=level,
                         measure="fpr")  # fmt: skip


def _outside(found: Findings, outside: Outside | None) -> Iterator[Demand]:
    plan = found.plan
    if outside is None or not outside.framed:
        yield missing(
            "How many people refused, could not be linked or were never scored is not known",
            "give the frame: counts of everybody by group (by, group, people)",
        )
        return
    everybody = outside.everybody
    if plan.tolerances.recall > 0:
        yield judged("Of all with the outcome, linked or not, the share found",
                     everybody.recall.whole, plan.tolerances.at_least("recall"), found.people,
                     level=plan.level, measure="recall", supply=_WHO_HAS_IT,
                     countable=everybody.known)  # fmt: skip
    else:
        yield missing("The plan does not say how many of all with the outcome must be found",
                      "add recall = ... under [tolerances], before the outcomes are opened")  # fmt: skip
    for gap in outside.gaps:
        yield from _of_outside(found, outside, gap)


def _not_counted(outside: Outside | None) -> Iterator[str]:
    if outside is not None and outside.framed:
        names = [row.key.label for row in outside.rows if not row.framed]
        if names:
            yield f"The frame does not count: {', '.join(names)}. Nothing is said of all of them."


_WHO_HAS_IT = "find out how many of those outside have the outcome (a column outcome in the frame)"


def _of_outside(found: Findings, outside: Outside, gap: OutsideGap) -> Iterator[Demand]:
    plan = found.plan
    row = next(row for row in outside.rows if row.key == gap.key)
    if min(row.recall.low.n, row.fpr.low.n) < plan.least_cases:
        return
    for measure, says, bounds, tolerance in (
        ("flag", "how many times as often flagged as the rest", gap.flag_ratio,
         plan.tolerances.within("ratio")),
        ("recall", "share found less that of the rest", gap.recall, plan.tolerances.within("gap")),
    ):  # fmt: skip
        estimate = bounds.whole
        known = bounds.low.value == bounds.high.value
        yield judged(f"Everybody in {gap.key.label!r}, linked or not, {says}", estimate, tolerance,
                     found.people, level=plan.level, family=len(outside.gaps), measure=measure,
                     key=gap.key, supply="" if known else _WHO_HAS_IT, countable=known)  # fmt: skip


def cared(care: Care, least: int, where: str = "The plan") -> Iterator[Demand]:
    """G7. What is not evidenced is not known; what is said not to exist fails. least: people that evidence
    has to be of. where: the document that says it."""
    for name, what in (
        ("review", "that a person reviews each flag"),
        ("appeal", "that a family can contest it"),
        ("monitoring", "that harm is watched for"),
    ):
        seen = getattr(care, name)
        todo = (f"add [care.{name}] with source, day, measured, people and found: where it can be read, "
                f"and what was measured of {least} people or more")  # fmt: skip
        if isinstance(seen, Seen):
            if seen.people < least:
                yield missing(f"There is too little evidence {what}: of too few people", todo)
            else:
                yield Demand(f"There is evidence {what} ({seen.source}, {seen.day})", Standing.PASS)
        elif seen.strip().casefold().rstrip(".") in NONE_WORDS:
            yield Demand(f"{where} says that there is nothing to show {what}", Standing.FAIL)
        else:
            said = "is no evidence" if not seen.strip() else "is a word but no evidence"
            yield missing(f"There {said} {what}", todo)


__all__ = ["TITLES", "Findings", "Gate", "cared", "declared", "gates"]
