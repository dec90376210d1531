"""Names of groups of few people, which are told nowhere: a column can hold names of persons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from licet.audit.input.population import Population
from licet.audit.people import TOGETHER, GroupKey, People
from licet.audit.plan import Plan

Names = Mapping[tuple[str, str], str]
"""By column and level: what is said instead."""


def told_levels(counts: Mapping[str, int], threshold: int) -> list[str]:
    """The values of a column that a message may name, of people by value: those of no few."""
    return [name for name, people in counts.items() if people >= threshold]


def nameless(
    people: People, population: Population | None, threshold: int
) -> tuple[People, Population | None]:
    """People and frame without the names of levels that fewer than threshold people have.

    Names that the plan itself gives, and those of whom the frame counts as many, stay.
    """
    names = dict(_names(people, population, threshold))
    if not names:
        return people, population
    keys = tuple(_renamed(key, names) for key in people.keys)
    levels = {
        column: (codes, tuple(names.get((column, name), name) for name in held))
        for column, (codes, held) in people.levels.items()
    }
    return replace(people, keys=keys, levels=levels), _frame(people, keys, population)


def _names(
    people: People, population: Population | None, threshold: int
) -> Iterator[tuple[tuple[str, str], str]]:
    public = _in_plan(people.plan)
    for column, (codes, held) in people.levels.items():
        many = np.bincount(codes[codes >= 0], minlength=len(held))
        number = 0
        for level, name in enumerate(held):
            row = population.of(column, name) if population else None
            counted = row is not None and row.people.low >= threshold
            if many[level] < threshold and name not in public and not counted:
                number += 1
                yield (column, name), f"fewer than {threshold} people ({number})"


def _in_plan(plan: Plan) -> set[str]:
    links = plan.link_errors
    named = {*links.missed_by_group, *links.false_by_group, *links.refused_by_group}
    return named | {*plan.reference.values()}


def _renamed(key: GroupKey, names: Names) -> GroupKey:
    """A group, crossed or not, without such a name. Of a crossed one all levels go with it."""
    if key.ruled:
        return key
    said = key.group
    for column in key.by.split(" x "):
        for (by, name), other in names.items():
            if by == column and name in (said, *said.split(TOGETHER)):
                parts = [other if part == name else part for part in said.split(TOGETHER)]
                said = other if said == name else TOGETHER.join(parts)
    return replace(key, group=said, label=said)


def _frame(
    people: People, keys: tuple[GroupKey, ...], population: Population | None
) -> Population | None:
    if population is None:
        return None
    new = {
        (old.by, old.group): (key.by, key.group) for old, key in zip(people.keys, keys, strict=True)
    }
    rows = {
        new.get(place, place): replace(row, group=new.get(place, place)[1])
        for place, row in population.rows.items()
    }
    return replace(population, rows=rows)
