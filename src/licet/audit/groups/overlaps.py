"""What the groups of an audit tell of each other: groups inside one another, and groups that overlap.

A ward lies in a district, 5 and over in 4 and over. Whoever knows the counts of such groups can subtract
them. Every set of people that counts of groups add up to, or whose number follows from them by plus and
minus, is found here by its members: by linear algebra over the sets of people who are in the same groups.
An attacker cannot know more of who is in which group than is reckoned with here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from licet.audit.people import TOGETHER, Codes, Flags, Floats, GroupKey

NEAR = 1e-6
"""Below this a remainder is rounding."""
DENOMINATOR = 12
"""The smallest part of a count that sums are looked for with: half of two groups less a third, and so on."""


@dataclass(frozen=True)
class Relation:
    """``times`` people of a set are those of groups ``plus`` less those of groups ``minus``.

    Groups by their place among the keys, -1: everybody; one may stand several times. times 0: the groups
    cancel out, each person of one side counted as often on the other.
    """

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    times: int = 0


def relations_of(keys: tuple[GroupKey, ...], member: Flags, least: int = 1) -> tuple[Relation, ...]:
    """Every set that follows from counts of the groups, and how groups add up. member: shape (n, groups).

    Sets are those of two groups (in one and not in the other, in both, in none), those that a group's
    parts leave over, and all who are in just the same groups. What the levels of one breakdown, or of two
    that are crossed, say of each other is left out: tables know it. least: people of a group whose counts
    may be told at all; no set follows from smaller ones.
    """
    if not keys or not len(member):
        return ()
    packed = np.unique(np.packbits(member == 1, axis=1), axis=0)
    inside = np.unpackbits(packed, axis=1, count=len(keys)).astype(np.float64)
    rows = np.vstack([np.ones(len(inside)), inside.T])
    people = np.array([len(member), *(member == 1).sum(axis=0)])
    span = _Span(rows, people)
    own = [set(), *(_columns(key, place) for place, key in enumerate(keys))]
    few = {int(place) - 1 for place in np.flatnonzero(people < least)}
    found = list(span.cancelling(_known(keys, rows)))
    seen = {row.tobytes() for row in (*rows, *_not_known(keys, rows))}
    for batch in (span.alone, *_candidates(rows, own)):
        for one in span.within(batch):
            if one.any() and one.tobytes() not in seen:
                seen.add(one.tobytes())
                relation = span.relation(one)
                if relation is not None and not few & {*relation.plus, *relation.minus}:
                    found.append(relation)
    return tuple(found)


def _columns(key: GroupKey, place: int) -> set[str]:
    """A group by expression has a column of its own."""
    return {f"\x01group {place}"} if key.ruled else set(key.by.split(" x "))


class _Span:
    """Counts that follow from counts of groups, from those of many people first.

    rows: shape (groups + 1, sets of the same people). people: shape (groups + 1,).
    """

    def __init__(self, rows: Floats, people: Codes) -> None:
        self.rows = rows
        self.basis: list[int] = []
        made = np.zeros((0, rows.shape[1]))
        for place in np.argsort(-people, kind="stable").tolist():
            row = rows[place]
            left = row - made.T @ (made @ row)
            left -= made.T @ (made @ left)
            if left @ left > NEAR * max(row @ row, 1):
                made = np.vstack([made, left / np.sqrt(left @ left)])
                self.basis.append(place)
        self.made = made
        self.triangle = made @ rows[self.basis].T
        step = max(rows.shape[1] // (len(rows) + 50), 1)
        self.some = np.arange(0, rows.shape[1], step)
        self.few = np.linalg.svd(rows[self.basis][:, self.some], full_matrices=False)

    @property
    def alone(self) -> Floats:
        """Those who are in just the same groups, where their number follows."""
        at = np.flatnonzero((self.made**2).sum(axis=0) > 1 - NEAR)
        found = np.zeros((len(at), self.rows.shape[1]))
        found[np.arange(len(at)), at] = 1.0
        return found

    def within(self, sets: Floats) -> Iterator[Floats]:
        """Those of these sets that follow. A part of the columns tells of most that they do not."""
        _, size, vectors = self.few
        base = vectors[size > 1e-9]
        part = sets[:, self.some]
        near = (part**2).sum(axis=1) - ((part @ base.T) ** 2).sum(axis=1) < 1e-4
        left = sets[near]
        rest = (left**2).sum(axis=1) - ((left @ self.made.T) ** 2).sum(axis=1)
        yield from left[rest < NEAR * np.maximum(left.sum(axis=1), 1)]

    def _parts(self, row: Floats) -> list[Fraction] | None:
        """How much of each group of the basis makes up a row."""
        parts = np.linalg.solve(self.triangle, self.made @ row)
        found = [Fraction(float(one)).limit_denominator(DENOMINATOR) for one in parts]
        exact = np.array([float(one) for one in found])
        return found if np.abs(exact - parts).max(initial=0) < NEAR else None

    def relation(self, row: Floats, times: int = 1) -> Relation | None:
        """A row as a sum of groups; None where it is one of stranger parts."""
        parts = self._parts(row)
        if parts is None:
            return None
        scale = lcm(*(one.denominator for one in parts)) if parts else 1
        plus: list[int] = []
        minus: list[int] = []
        for place, one in zip(self.basis, parts, strict=True):
            number = int(one * scale)
            (plus if number > 0 else minus).extend([place - 1] * abs(number))
        return Relation(tuple(plus), tuple(minus), scale * times)

    def cancelling(self, known: Floats) -> Iterator[Relation]:
        """Groups that add up to each other, besides what is known. known: shape (sums, groups + 1)."""
        made = np.zeros((0, len(self.rows)))
        for line in known:
            made = _more(made, line)
        for place in sorted(set(range(len(self.rows))) - set(self.basis)):
            found = self.relation(self.rows[place])
            if found is None:
                continue
            line = np.zeros(len(self.rows))
            np.add.at(line, np.array([*found.plus], np.int64) + 1, 1.0)
            np.add.at(line, np.array([*found.minus], np.int64) + 1, -1.0)
            line[place] -= found.times
            more = _more(made, line)
            if len(more) > len(made):
                made = more
                yield Relation(found.plus, (*found.minus, *[place - 1] * found.times))


def _more(made: Floats, line: Floats) -> Floats:
    """Orthogonal lines and one more, if it is none of theirs."""
    left = line - made.T @ (made @ line)
    left -= made.T @ (made @ left)
    length = float(left @ left)
    return np.vstack([made, left / length**0.5]) if length > NEAR * float(line @ line) else made


def _known(keys: tuple[GroupKey, ...], rows: Floats) -> Floats:
    """What tables know: levels of a breakdown add up to everybody, crossed ones to each of theirs."""
    by: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        if key.by != "group":
            by.setdefault(key.by, []).append(place + 1)
    lines = []
    for column, places in by.items():
        names = column.split(" x ")
        wholes = [0] if len(names) == 1 else [at for name in names for at in by.get(name, ())]
        for whole in wholes:
            inside = [at for at in places if (rows[at] <= rows[whole]).all()]
            if len(names) > 1:
                said = keys[whole - 1]
                at_name = names.index(said.by)
                inside = [at for at in inside if _level(keys[at - 1], at_name, said.group)]
            if (rows[inside].sum(axis=0) == rows[whole]).all():
                line = np.zeros(len(rows))
                line[whole] = 1.0
                line[inside] = -1.0
                lines.append(line)
    return np.array(lines) if lines else np.zeros((0, len(rows)))


def _not_known(keys: tuple[GroupKey, ...], rows: Floats) -> Iterator[Floats]:
    """People of unknown group, who are no group; by breakdown."""
    for column in {key.by for key in keys if key.by != "group"}:
        yield 1 - rows[[at + 1 for at, key in enumerate(keys) if key.by == column]].sum(axis=0)


def _level(key: GroupKey, place: int, level: str) -> bool:
    parts = key.group.split(TOGETHER)
    return place >= len(parts) or parts[place] == level


def _candidates(rows: Floats, own: list[set[str]]) -> Iterator[Floats]:
    """Sets of people that two groups, or a group and its parts, could tell of. Shapes (sets, columns)."""
    groups = rows[1:]
    crossed = [one for one in own if len(one) > 1]
    for at, row in enumerate(groups):
        others: Codes = np.array(
            [
                n
                for n in range(at + 1, len(groups))
                if not _tabled(own[at + 1], own[n + 1], crossed)
            ],
            np.int64,
        )
        yield _left_over(row, groups, at)
        if len(others):
            other = groups[others]
            both = row * other
            yield np.vstack([both, row - both, other - both, 1 - (row + other - both)])
    yield _left_over(rows[0], groups, -1)


def _tabled(one: set[str], other: set[str], crossed: list[set[str]]) -> bool:
    """Whether tables know what two groups are to each other: one is of the other's columns, or both are
    crossed."""
    return one <= other or other <= one or (one | other) in crossed


def _left_over(whole: Floats, groups: Floats, own: int) -> Floats:
    """Of a group those who are in none of the groups inside it."""
    inside: NDArray[np.bool_] = np.all(groups <= whole, axis=1)
    if own >= 0:
        inside = inside & np.any(groups != whole, axis=1)
    found: Floats = whole - groups[inside].max(axis=0, initial=0.0)
    return found[None, :]
