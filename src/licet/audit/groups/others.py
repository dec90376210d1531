"""Groups that another audit of the same people told of: what it printed can be subtracted from this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from licet.audit.input.reading_groups import groups_of
from licet.audit.people import TOGETHER, Flags, GroupKey, People
from licet.audit.plan import Plan
from licet.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

Levels = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Other:
    """A group of another audit: how tables name it; its people, by right, wrong, missed, let be, and of
    unknown outcome flagged and not."""

    levels: Levels
    counts: tuple[int, ...]


def with_others(
    people: People, plan: Plan, frame: pl.DataFrame, asked: Sequence[Mapping[str, Any]]
) -> People:
    """The people with groups of other audits besides. asked: by, groups and intersections of each.

    A group whose columns are not in the data any more is left out.
    """
    found: dict[tuple[str, str], tuple[GroupKey, Flags]] = {}
    own = {(key.by, key.group) for key in people.keys if key.by != "group"}
    said = {(one.id, one.expression) for one in plan.groups}
    for one in asked:
        for part in _parts(one, frame.columns):
            changed = plan.model_copy(update={"reference": {}, **part})
            try:
                _, keys, member = groups_of(changed, frame)
            except BadInput:
                continue
            expressions = {group.id: group.expression for group in changed.groups}
            for place, key in enumerate(keys):
                if key.ruled and (key.group, expressions[key.group]) not in said:
                    name = GroupKey("group", key.group, expressions[key.group], ruled=True)
                    found[key.group, expressions[key.group]] = (name, member[:, place])
                elif not key.ruled and (key.by, key.group) not in own:
                    found[key.by, key.group] = (key, member[:, place])
    if not found:
        return people
    keys = tuple(key for key, _ in found.values())
    return replace(people, others=keys, other=np.column_stack([m for _, m in found.values()]))


def _parts(asked: Mapping[str, Any], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What was asked, as far as the data have it: columns, then each group by expression."""
    from licet.audit.plan import AuditGroup

    by = tuple(str(one) for one in asked.get("by", ()) if one in columns)
    crossed = tuple(
        tuple(map(str, one)) for one in asked.get("intersections", ()) if {*one} <= {*by}
    )
    if by:
        yield {"by": by, "groups": (), "intersections": crossed}
    for one in asked.get("groups", ()):
        group = AuditGroup(id=str(one["group"]), expression=str(one["expression"]))
        yield {"by": (), "groups": (group,), "intersections": ()}


def others_of(people: People) -> tuple[Other, ...]:
    """The groups of other audits, with their people."""
    y, flag = people.y, people.flag
    part = np.where(
        np.isnan(y), 4 + (flag != 1), np.where(y == 1, 2 * (flag != 1), 1 + 2 * (flag != 1))
    )
    part = np.where(flag >= 0, part, -1)
    found = []
    for place, key in enumerate(people.others):
        inside = part[(people.other[:, place] == 1) & (part >= 0)].astype(np.int64)
        counts = np.bincount(inside, minlength=6).tolist()
        found.append(Other(_levels(key), tuple(counts)))
    return tuple(found)


def _levels(key: GroupKey) -> Levels:
    if key.ruled:
        return ((f"\x01group {key.group}: {' '.join(key.label.split())}", "in"),)
    columns = key.by.split(" x ")
    return tuple(sorted(zip(columns, key.group.split(TOGETHER), strict=False)))
