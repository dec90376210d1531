"""Which items and groups of two waves are the same: by id and wording, or by a declared link.

Nothing is joined silently. Items whose wording, options, stances or base rule differ stay apart until
somebody declares, with a reason, that they measure the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from licet.checks import Link
from licet.errors import BadInput, Fault, bad, nearest
from licet.evidence import Evidence, Item, Population
from licet.groups import Group
from licet.vocabulary import label


@dataclass(frozen=True)
class Joined:
    """An item or a group of the later wave that is the same as one of the earlier.

    differences: what differs nevertheless; then reason says why it does not matter.
    """

    later: str
    earlier: str
    differences: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Apart:
    """An item or a group that is not joined. earlier: empty where the earlier wave has none like it."""

    name: str
    earlier: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Matching:
    """Two waves next to each other, laid beside each other."""

    items: tuple[Joined, ...]
    groups: tuple[Joined, ...]
    apart: tuple[Apart, ...]


def match(earlier: Evidence, later: Evidence, links: Sequence[Link]) -> Matching:
    """Items and groups of two waves. Refuses another population, and links to what is not there."""
    _same_population(earlier, later)
    _links_known(earlier, later, links)
    declared = {link.item: link for link in links}
    items, groups, apart = [], [], []
    before = {item.id: item for item in earlier.items}
    for item in later.items:
        link = declared.get(item.id)
        old = before.get(link.before if link else item.id)
        if old is None:
            apart.append(Apart(item.id, "", (_nothing_like(item, earlier),)))
            continue
        differences = tuple(item_differences(old, item, earlier, later))
        if link and old.requirement == item.requirement:
            items.append(Joined(item.id, old.id, differences, link.reason))
        elif differences:
            apart.append(Apart(item.id, old.id, differences))
        else:
            items.append(Joined(item.id, old.id))
    known = {group.id: group for group in earlier.groups}
    for group in later.groups:
        link = declared.get(group.id)
        other = known.get(link.before if link else group.id)
        if other is None:
            apart.append(Apart(group.id, "", ("the earlier wave has no such group",)))
            continue
        differences = tuple(_group_differences(other, group))
        if differences and not link:
            apart.append(Apart(group.id, other.id, differences))
        else:
            groups.append(Joined(group.id, other.id, differences, link.reason if link else ""))
    return Matching(tuple(items), tuple(groups), tuple(apart))


def _nothing_like(item: Item, earlier: Evidence) -> str:
    alike = [old.id for old in earlier.items if old.requirement == item.requirement]
    if not alike:
        return "the earlier wave did not ask it"
    return (
        f"the earlier wave has no item of this id; about the same subject it asked {', '.join(alike)}: "
        f'[same_as.{item.id}] with item = "{alike[0]}" and a reason would join them'
    )


def item_differences(old: Item, new: Item, earlier: Evidence, later: Evidence) -> Iterator[str]:
    """In what two items differ, a clause each; none if they were asked and counted alike."""
    if old.requirement != new.requirement:
        yield f"about another subject: {old.requirement}, then {new.requirement}"
    if _words(old.wording) != _words(new.wording):
        yield f"wording: \u201c{_words(old.wording)}\u201d, then \u201c{_words(new.wording)}\u201d"
    if (old.collapse is None) != (new.collapse is None):
        printed = earlier.id if old.collapse is None else later.id
        yield f"the options of {printed} are not known: it is printed figures"
    if old.options != new.options and old.options and new.options:
        yield f"options: {', '.join(old.options)}; then {', '.join(new.options)}"
    if old.collapse and new.collapse and old.collapse != new.collapse:
        yield from _stances(old, new)
    if old.k != new.k:
        yield f"stances: {old.k}, then {new.k}, so that the line is another"
    if old.dont_know != new.dont_know:
        yield f"don't-knows {old.dont_know} of the base, then {new.dont_know}"
    purposes = (old.purpose or earlier.purpose, new.purpose or later.purpose)
    if purposes[0] != purposes[1] or earlier.setting != later.setting:
        said = [label("purpose", purpose).casefold() for purpose in purposes]
        yield f"for another purpose: {said[0]} ({earlier.setting}), then {said[1]} ({later.setting})"


def _stances(old: Item, new: Item) -> Iterator[str]:
    assert old.collapse and new.collapse
    for name in ("permits", "neutral", "opposes", "dont_know", "outside"):
        before, after = getattr(old.collapse, name), getattr(new.collapse, name)
        if set(before) != set(after):
            said = [", ".join(part) or "none" for part in (before, after)]
            yield f"counted as {name.replace('_', ' ')}: {said[0]}; then {said[1]}"


def _group_differences(old: Group, new: Group) -> Iterator[str]:
    if _words(old.label) != _words(new.label):
        yield f"label: {old.label}, then {new.label}"
    if old.expression and new.expression and _words(old.expression) != _words(new.expression):
        yield f"defined as {_words(old.expression)}, then {_words(new.expression)}"
    if bool(old.expression) != bool(new.expression) and not old.label:
        yield "one of them is printed without a definition"


def _words(text: str) -> str:
    return " ".join(text.split())


def _same_population(earlier: Evidence, later: Evidence) -> None:
    one, other = earlier.population, later.population
    if _people(one) != _people(other):
        raise bad(
            f"different populations: {_said(one)} in {earlier.id}, {_said(other)} in {later.id}",
            "waves",
            "waves that asked the same people in the same area",
            "compare them side by side: licet contrasts DIR --earlier DIR",
        )


def _people(population: Population) -> tuple[object, ...]:
    area = tuple(part.strip().casefold() for part in population.area.split("/"))
    return population.people, area, population.child_ages


def _said(population: Population) -> str:
    ages = population.child_ages
    return f"{population.people} in {population.area}" + (
        f", children aged {ages[0]}-{ages[1]}" if ages else ""
    )


def entries(evidence: Evidence) -> dict[str, Item | Group]:
    """Everything of an evidence that can be joined, by id."""
    return {item.id: item for item in evidence.items} | {g.id: g for g in evidence.groups}


def _links_known(earlier: Evidence, later: Evidence, links: Sequence[Link]) -> None:
    new, old = entries(later), entries(earlier)
    faults = []
    for link in links:
        for name, known, evidence in ((link.item, new, later), (link.before, old, earlier)):
            if name not in known:
                near = nearest(name, known)
                todo = f"write {near!r} if that is meant" if near else "correct the link"
                what = f"unknown item {name!r} in {evidence.id}"
                faults.append(Fault(what, f"same_as.{link.item}", ", ".join(known), todo))
        one, other = old.get(link.before), new.get(link.item)
        if (
            isinstance(one, Item)
            and isinstance(other, Item)
            and one.requirement != other.requirement
        ):
            what = f"{one.requirement} and {other.requirement} cannot be joined"
            faults.append(Fault(what, f"same_as.{link.item}", "items about the same subject"))
    if faults:
        raise BadInput(*faults)
