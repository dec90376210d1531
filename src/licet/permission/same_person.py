"""Which subjects of the ledger are one person, known by several handles.

A letter enrols everybody it is sent to, each by the number that the service holds. An answer that
comes without that number, or on the letter of another service, is of a subject of its own. Where both
are surely one person, what was said as the one counts for the other: nothing in the ledger is changed,
and nobody is joined who has not been written to.

A yes must not reach somebody it does not surely mean. Two subjects are one person if given name and
birth are equal, and family name and postcode or the home as well; or if a row is known to be of both.
Nobody is one person with another where a national number differs, or where a feed with one record per
person holds both. Whoever never answered is also heard with the only one of this name and birth who
did, wherever they live. All of this is what the points of ``reach`` call sure, and less: there must be
no rival.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

Unit = tuple["Known", ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a subject. number: its own in the store. home: house and street, "" if not
    known. national: NHS number, UPN, National Insurance number. records: ids of rows. single: the feeds
    among them that have one record per person. written: whether a letter was sent. spoke: whether
    anything was ever answered."""

    number: int
    given: str | None
    family: str | None
    birth: date | str | None
    postcode: str | None = None
    home: str = ""
    national: tuple[str | None, ...] = ()
    records: frozenset[str] = frozenset()
    single: frozenset[str] = frozenset()
    written: bool = False
    spoke: bool = False


def heard_with(people: Iterable[Known]) -> dict[int, tuple[int, ...]]:
    """For each subject, the numbers of the others whose words count as theirs; nobody without any.

    people: with everybody who shares given name and birth, or a row, with somebody in question; else the
    answer may be wrong.
    """
    found: dict[int, tuple[int, ...]] = {}
    for some in _connected(list(people)):
        if len(some) > 1 and any(one.written for one in some):
            found |= _heard(_units(some))
    return found


def _connected(people: Sequence[Known]) -> Iterable[Sequence[Known]]:
    """People in parts between which nothing is shared."""
    parts: dict[int, list[Known]] = {}
    part_of: dict[tuple[Any, ...], int] = {}
    for place, one in enumerate(people):
        parts[place] = [one]
        for key in _keys(one):
            old = part_of.setdefault(key, place)
            if old != place and old in parts:
                moved = parts.pop(old)
                parts[place] += moved
                part_of |= dict.fromkeys((k for other in moved for k in _keys(other)), place)
    return parts.values()


def _keys(one: Known) -> list[tuple[Any, ...]]:
    named = [(one.given, one.birth)] if one.given and one.birth else []
    return [*named, *((row,) for row in one.records)]


def _heard(units: Sequence[Unit]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for unit in units:
        others = [one.number for one in unit]
        others += [one.number for one in _only_one(unit, units)]
        for one in unit:
            if len(others) > 1 and any(member.written for member in unit):
                found[one.number] = tuple(sorted(n for n in others if n != one.number))
    return found


def _units(people: Sequence[Known]) -> list[Unit]:
    """People, those who are one person together."""
    label = list(range(len(people)))
    for a, b in combinations(range(len(people)), 2):
        if label[a] != label[b] and _equal(people[a], people[b]):
            old, new = label[b], label[a]
            label = [new if mark == old else mark for mark in label]
    parts = [
        tuple(p for p, mark in zip(people, label, strict=True) if mark == m) for m in set(label)
    ]
    # Two clients of one service with equal details are two people: then nobody knows who is who.
    return [unit for part in parts for unit in (_alone(part) if _clash(part) else [part])]


def _alone(part: Unit) -> list[Unit]:
    return [(one,) for one in part]


def _equal(one: Known, other: Known) -> bool:
    if one.records & other.records:
        return True
    return (
        _named(one, other)
        and one.postcode is not None
        and one.postcode == other.postcode
        and ((one.family is not None and one.family == other.family) or _at_home(one, other))
    )


def _named(one: Known, other: Known) -> bool:
    """Whether given name and birth are held and equal."""
    return bool(one.given and one.birth) and (one.given, one.birth) == (other.given, other.birth)


def _at_home(one: Known, other: Known) -> bool:
    return bool(one.home) and one.home == other.home


def _clash(people: Sequence[Known]) -> bool:
    """Whether these cannot all be one person."""
    return any(_apart(one, other) for one, other in combinations(people, 2))


def _apart(one: Known, other: Known) -> bool:
    numbers = zip(one.national, other.national, strict=False)
    if any(mine and theirs and mine != theirs for mine, theirs in numbers):
        return True
    return not one.records & other.records and bool(one.single & other.single)


def _only_one(unit: Unit, units: Sequence[Unit]) -> Unit:
    """The only others of this name and birth who answered, for those who never did."""
    if _spoke(unit):
        return ()
    alike = [one for one in units if one is not unit and _alike(one, unit)]
    spoke = [one for one in alike if _spoke(one)]
    if len(spoke) != 1 or _clash((*unit, *spoke[0])):
        return ()
    # Of two silent clients of one service either may be the one who answered.
    rivals = [one for one in alike if not _spoke(one) and _clash((*unit, *one))]
    return () if rivals else spoke[0]


def _spoke(unit: Unit) -> bool:
    return any(one.spoke for one in unit)


def _alike(one: Unit, other: Unit) -> bool:
    """Whether names and birth are equal."""
    return any(a.family and a.family == b.family and _named(a, b) for a in one for b in other)


def together(heard: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """For everybody heard with others, one number that is the same for all of them: to count people
    once."""
    found: dict[int, int] = {}
    for _ in range(2):  # whoever is heard with two others ties these together
        for number, others in heard.items():
            group = (number, *others)
            found |= dict.fromkeys(group, min(found.get(one, one) for one in group))
    return found
