"""Comparisons from answers: every one is a row of coefficients over estimates with their covariance.

Groups that overlap, items answered by the same people and waves of one panel share people and clusters;
``survey.estimates`` has the covariance of them all, so nothing is treated as independent that is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from licet.comparisons.batteries import measured_battery
from licet.comparisons.people import EVERYBODY, Domain, People
from licet.comparisons.rows import REST, BatteryRow, Comparison, Side, Sort, bounds, chance
from licet.comparisons.rules import Request, is_licence
from licet.evidence import LICENCE_KINDS
from licet.groups import ALL
from licet.survey.estimates import Estimates, estimate


@dataclass(frozen=True)
class _Pair:
    """A comparison to make. one, other: the item (by place), domain (by place) and wave of a side."""

    sort: Sort
    one: tuple[int, int, str]
    other: tuple[int, int, str]


@dataclass(frozen=True)
class Bench:
    """People and the request: everything a comparison of answers is made with."""

    people: People
    request: Request
    threshold: int

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items asked for, in the order of the evidence."""
        asked = self.request.items
        return tuple(i for i in self.people.stances if asked is None or i in asked)

    @cached_property
    def visible(self) -> dict[str, dict[tuple[str, Domain], bool]]:
        """By wave: whether the share of an item in a domain may be shown."""
        waves = list(self.people.waves) or [""]
        return {wave: self.people.shown(wave, self.threshold) for wave in waves}

    def may_show(self, side: Side) -> bool:
        """Whether the share of an item in a group may be shown beside everything compared here."""
        return self.visible[self.people.now][side.item, (side.group, "in")]

    def estimates(self, items: Sequence[str], sides: Sequence[tuple[Domain, str]]) -> Estimates:
        """Permitting shares of items in domains of waves."""
        members = np.stack([self.people.inside(domain, wave) for domain, wave in sides])
        return estimate(self.people.design, self.people.outcomes(items), members)

    def rows(
        self,
        pairs: Sequence[_Pair],
        items: Sequence[str],
        sides: Sequence[tuple[Domain, str]],
        found: Estimates | None = None,
    ) -> list[Comparison]:
        """The comparisons of pairs of the estimates of ``items`` in ``sides``."""
        if not pairs:
            return []
        found = found or self.estimates(items, sides)
        table = np.zeros((len(pairs), len(found.value)))
        for row, pair in enumerate(pairs):
            table[row, found.place(*pair.one[:2])] += 1
            table[row, found.place(*pair.other[:2])] -= 1
        contrasts = found.contrasts(table)
        figures = zip(contrasts.value, contrasts.se, contrasts.df, strict=True)
        return [
            self._row(pair, found, items, sides, *map(float, figure))
            for pair, figure in zip(pairs, figures, strict=True)
            if np.isfinite(figure[0])
        ]

    def _row(
        self,
        pair: _Pair,
        found: Estimates,
        items: Sequence[str],
        sides: Sequence[tuple[Domain, str]],
        value: float,
        se: float,
        df: float,
    ) -> Comparison:
        one, other = (_side(found, items, sides, side) for side in (pair.one, pair.other))
        low, high = bounds(value, se, df, self.request.level)
        shown = all(
            self.visible[sides[domain][1]][items[item], sides[domain][0]]
            for item, domain, _ in (pair.one, pair.other)
        )
        first = self.people.evidence.item(items[pair.one[0]])
        return Comparison(
            pair.sort,
            one,
            other,
            value,
            se,
            df,
            low,
            high,
            chance(value, se, df),
            kind=first.kind,
            context=pair.sort == "awareness" or first.kind not in LICENCE_KINDS,
            shown=shown,
        )


def _side(
    found: Estimates,
    items: Sequence[str],
    sides: Sequence[tuple[Domain, str]],
    side: tuple[int, int, str],
) -> Side:
    item, domain, wave = side
    (group, part), _ = sides[domain]
    place = found.place(item, domain)
    name = {"in": group, "rest": REST}.get(part, part)
    return Side(items[item], name, float(found.value[place]), int(found.n[place]), wave)


def compare_answers(bench: Bench) -> tuple[list[Comparison], list[BatteryRow]]:
    """Every comparison that was asked for, and the batteries."""
    rows: list[Comparison] = []
    batteries: list[BatteryRow] = []
    for group in (ALL, *bench.people.groups):
        of_group, of_batteries = _in_group(bench, group)
        rows += of_group
        batteries += of_batteries
    now = bench.people.now
    for one, other in bench.request.pairs:
        sides: list[tuple[Domain, str]] = [((one, "in"), now), ((other, "in"), now)]
        pairs = [_Pair("groups", (p, 0, now), (p, 1, now)) for p in range(len(bench.items))]
        rows += bench.rows(pairs, bench.items, sides)
    return [*rows, *_by_awareness(bench), *_by_wave(bench)], batteries


def _in_group(bench: Bench, group: str) -> tuple[list[Comparison], list[BatteryRow]]:
    """A group against the rest, pairs of items in the group, and its batteries."""
    now, request = bench.people.now, bench.request
    declared = request.batteries_of(bench.people.evidence)
    more = [i for b in declared for i in b.items] + [i for p in request.item_pairs for i in p]
    items = tuple(dict.fromkeys([*bench.items, *more]))
    sides: list[tuple[Domain, str]] = [((group, "in"), now)]
    sides += [((group, "rest"), now)] if group != ALL else []
    found = bench.estimates(items, sides)
    pairs = [
        _Pair("items", (items.index(one), 0, now), (items.index(other), 0, now))
        for one, other in request.item_pairs
    ]
    if group != ALL:
        pairs += [_Pair("rest", (p, 0, now), (p, 1, now)) for p in range(len(bench.items))]
    visible = bench.visible[now]
    batteries = []
    for battery in declared:
        places = [items.index(item) for item in battery.items]
        shown = all(visible[item, domain] for item in battery.items for domain, _ in sides)
        row = measured_battery(battery, group, found, places, request, shown=shown)
        batteries += [row] if row else []
    return bench.rows(pairs, items, sides, found), batteries


def _by_awareness(bench: Bench) -> Iterator[Comparison]:
    """Licence items among those who know of a practice and those who do not: context, never a rule."""
    people = bench.people
    items = [item for item in bench.items if is_licence(people.evidence, item)]
    for item in people.evidence.items:
        if item.kind != "awareness" or not items:
            continue
        sides: list[tuple[Domain, str]] = [
            ((item.id, "knows"), people.now),
            ((item.id, "does not know"), people.now),
        ]
        pairs = [
            _Pair("awareness", (p, 0, people.now), (p, 1, people.now)) for p in range(len(items))
        ]
        for row in bench.rows(pairs, items, sides):
            yield replace(row, about=item.id)


def _by_wave(bench: Bench) -> Iterator[Comparison]:
    """Each wave less the one before it, and the last less the first, in every group."""
    waves = list(bench.people.waves)
    steps = [(later, earlier) for earlier, later in pairwise(waves)]
    if len(waves) > 2:
        steps.append((waves[-1], waves[0]))
    for later, earlier in steps:
        for group in (ALL, *bench.people.groups):
            domain = EVERYBODY if group == ALL else (group, "in")
            sides: list[tuple[Domain, str]] = [(domain, later), (domain, earlier)]
            pairs = [
                _Pair("waves", (p, 0, later), (p, 1, earlier)) for p in range(len(bench.items))
            ]
            for row in bench.rows(pairs, bench.items, sides):
                yield replace(row, about=f"{later} less {earlier}")
