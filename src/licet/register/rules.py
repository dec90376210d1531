"""A rule that picks families out, in words that anybody reads."""

from __future__ import annotations

from licet.errors import counted
from licet.identify import criteria
from licet.register.entry import Criterion, Rule


def rule_of(declared: criteria.Rule) -> Rule:
    """A declared rule as the register tells it."""
    offer = declared.offer
    return Rule(
        id=declared.id,
        version=declared.version,
        hash=declared.hash(),
        title=declared.title,
        kind=declared.kind,
        level=declared.level,
        takes=_takes(declared),
        criteria=tuple(map(_criterion, declared.criteria)),
        known_faults=declared.known_faults,
        offer=offer.what if offer else "",
        capacity=offer.capacity if offer else None,
        reviewers=offer.reviewers if offer else (),
    )


def _takes(declared: criteria.Rule) -> str:
    """How many of its criteria it takes."""
    if declared.kind == "criteria":
        return f"{declared.at_least} of {counted(len(declared.criteria), 'criterion', 'criteria')}"
    needs = [
        f"{right}: {counted(len(needed), 'criterion', 'criteria')}{', all of them' * (len(needed) > 1)}"
        for right, needed in declared.rights.items()
    ]
    return "; ".join(needs)


def _criterion(one: criteria.Criterion) -> Criterion:
    return Criterion(
        id=one.id,
        meaning=one.meaning,
        gives=one.gives,
        source=f"{one.feed}: {one.table}",
        counted=_counted(one),
        known_faults=one.known_faults,
    )


def _counted(one: criteria.Criterion) -> str:
    """Which lines count, how far back, how much it takes; in one line."""
    what = counted(int(one.at_least), one.count.removesuffix("s"), one.count)
    what = f"{one.total} that add up to {one.at_least:g}" if one.total else what
    back = "at any time" if one.days is None else f"within {one.window}"
    where = f", where {one.where}" if one.where else ""
    return f"{what} or more, {back}{where}"
