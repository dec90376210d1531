"""Whole connected components of a run in force, clustered anew after rows left or arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.engines.zone import Zone
from licet.linkage.changes import Touched, clusters_of, touched_component
from licet.linkage.persons import assign

if TYPE_CHECKING:
    from licet.chapters.changing import Rules
    from licet.chapters.joining import Secrets

Fields = tuple[Any, ...]
"""A row of ``zone.MEMBER``."""


def component(
    zone: Zone, start: Sequence[Fields], rules: Rules
) -> tuple[Touched, dict[str, Fields]]:
    """The whole components of some members, and the members of them by row."""
    node_of: dict[int, Fields] = {}
    row_of: dict[str, Fields] = {}

    def learn(members: Iterable[Fields]) -> None:
        for member in members:
            node_of[member[0]] = row_of[member[1]] = member

    def neighbours(asked: list[str]) -> list[tuple[str, str, float]]:
        unknown = [row for row in asked if row not in row_of]
        if unknown:
            learn(zone.members(unknown).rows())
        at = [row_of[row][0] for row in asked if row in row_of]
        found = [edge for edge in zone.edges_at(at) if edge[2] >= rules.least]
        learn(zone.members_at({end for a, b, _ in found for end in (a, b)} - node_of.keys()))
        return [(node_of[a][1], node_of[b][1], weight) for a, b, weight in found]

    learn(start)
    if not start:
        return Touched((), ()), row_of
    return touched_component(neighbours, list(row_of), rules.must), row_of


def again(
    zone: Zone,
    touched: Touched,
    members: Mapping[str, Fields],
    gone: Sequence[str],
    rules: Rules,
    secrets: Secrets,
) -> Mapping[str, int]:
    """Cluster whole components anew, and name their persons; how often what happened to these."""
    there = members.keys() - set(gone)
    label = clusters_of(
        Touched(tuple(row for row in touched.rows if row in there), touched.edges),
        {row: members[row][2] for row in there},
        rules.alone,
        [pair for pair in rules.must if there.issuperset(pair)],
        [pair for pair in rules.cannot if there.issuperset(pair)],
        {row: members[row][3] for row in there},
    )
    person = {row: member[4] for row, member in members.items()}
    if _as_before(label, person):
        # What ``assign`` would say, without asking it.
        left = len({person[row] for row in gone})
        return {"withdrawn": left} if left else {}
    text = {"row": pl.String, "label": pl.String}
    clustered = pl.DataFrame({"row": list(label), "label": list(label.values())}, schema=text)
    before = pl.DataFrame(
        {"row": list(person), "person": list(person.values())},
        schema={"row": pl.String, "person": pl.String},
    ).drop_nulls("person")
    assigned = assign(before, clustered, gone, secrets.key, secrets.use, secrets.counter)
    zone.rename(assigned.membership.join(before, on=["row", "person"], how="anti"))
    return dict(sorted(assigned.events["kind"].value_counts().iter_rows()))


def _as_before(label: Mapping[str, str], person: Mapping[str, str | None]) -> bool:
    """Whether the clusters are the persons that there are, but for rows that left."""
    met = {(first, person[row]) for row, first in label.items()}
    persons = {one for _, one in met}
    return None not in persons and len(met) == len(persons) == len({first for first, _ in met})
