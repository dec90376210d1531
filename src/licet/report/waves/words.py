"""Evidence over time in the words in which people read it: screen and page take them from here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from licet.comparisons.bases import Bases
from licet.disclosure import coarse, tens
from licet.evidence import Evidence, Item
from licet.groups import ALL
from licet.readings import Reading
from licet.report.charts.readings import evidence_cells
from licet.report.comparisons.words import bare_chance, difference_text
from licet.report.table.cells import NONE, NOT_SHOWN
from licet.vocabulary import SUBJECT_LIST, label
from licet.waves import Apart, Change, Waves

Cell = dict[str, Any]

STATUS_WORDS = {
    "licence won": "granted now and not before, and the share rose beyond chance",
    "licence lost": "granted before and not now, and the share fell beyond chance",
    "verdict changed": "another verdict, no licence before or now, and a change beyond chance",
    "unproven change": "another verdict, but the change may be chance",
    "unchanged": "the same verdict",
    "not comparable": "too few people, not asked in both, or not shown",
}


ORDER = ("licence lost", "licence won", "verdict changed", "unproven change")
"""What matters most first."""


def rank(change: Change) -> int:
    """The place of a change in a list: by status, then what moved beyond chance, then the rest."""
    if change.status in ORDER:
        return ORDER.index(change.status)
    if change.direction:
        return len(ORDER)
    return len(ORDER) + (1 if change.status == "unchanged" else 2 if not change.status else 3)


def last(found: Waves) -> Evidence:
    """The evidence of the last wave."""
    return found.readings[-1].evidence


def evidence_of(found: Waves, wave: str) -> Evidence:
    """The evidence of one wave."""
    return next(r.evidence for r in found.readings if r.evidence.id == wave)


def item_label(found: Waves, change: Change) -> str:
    """The short name of an item."""
    return _short(evidence_of(found, change.later).item(change.item))


def _short(item: Item) -> str:
    return label(SUBJECT_LIST[item.kind], item.subject)


def group_label(found: Waves, change: Change) -> str:
    """The name of a group."""
    return evidence_of(found, change.later).group_label(change.group)


def notices(found: Waves) -> list[str]:
    """What must head every page of the evidence."""
    said: dict[str, None] = {}
    some = "" if all(reading.evidence.synthetic for reading in found.readings) else "some of "
    for reading in found.readings:
        if reading.evidence.synthetic:
            said[f"SYNTHETIC: no person gave {some}these answers."] = None
        if reading.evidence.notice:
            said[reading.evidence.notice] = None
    return list(said)


def title(found: Waves) -> str:
    """``Parents 2021 (parents-2021) to Parents 2024 (parents-2024)``; of a panel its own title."""
    ends = [found.readings[0].evidence, last(found)]
    if found.panel:
        return f"{ends[-1].title}, {ends[0].id} to {ends[1].id}".removeprefix(", ")
    return " to ".join(named(evidence) for evidence in ends)


def named(evidence: Evidence) -> str:
    """A wave by its title, with its id, by which tables call it; by the id where it has no title."""
    return f"{evidence.title} ({evidence.id})" if evidence.title else evidence.id


def summary(found: Waves) -> str:
    """How many changes have each status, from wave to wave."""
    counts = found.counts()
    if not counts:
        return "Nothing could be compared."
    order = (*ORDER, "unchanged", "not comparable")
    said = ", ".join(f"{counts[status]} {status}" for status in sorted(counts, key=order.index))
    return f"Cells of an item in a group, from wave to wave: {said}."


def due_text(found: Waves) -> str:
    """When to ask again."""
    due = found.due
    if due.overdue:
        return f"Ask again now: a new survey was due on {due.day} ({due.reason})."
    if due.soon:
        return f"Start the next survey now: it is due on {due.day} ({due.reason})."
    return f"Ask again by {due.day} ({due.reason}): start the next survey by {due.start}."


def wave_lines(found: Waves) -> Iterator[str]:
    """Each wave: its id, by which tables call it, its title, when, how many, how."""
    for reading in found.readings:
        evidence = reading.evidence
        work = evidence.fieldwork
        modes = f", {', '.join(work.modes)}" if work.modes else ""
        when = "" if found.panel else f"{work.start} to {work.end}, "
        called = "" if found.panel or not evidence.title else f" ({evidence.title})"
        yield f"{evidence.id}{called}: {when}{work.sample} sample{modes}"


def family_line(found: Waves) -> str:
    """Among how many tests p is adjusted."""
    sizes = {c.comparison.family: c.comparison.family_size for c in found.changes if c.comparison}
    said = "; ".join(f"{name}: {size} tests" for name, size in sizes.items() if name)
    return f"p by Holm, in each family: {said}." if said else "No change could be tested."


def change_text(change: Change) -> str:
    """The change in points with its interval, or why there is none."""
    found = change.comparison
    if found is None or not found.shown:
        return NOT_SHOWN if found is not None else NONE
    return difference_text(found.value, found.low, found.high)


def holm_text(change: Change) -> str:
    """The adjusted p."""
    found = change.comparison
    return bare_chance(found.p_holm) if found is not None and found.shown else NONE


def verdicts_text(change: Change) -> str:
    """``unproven, then granted``."""
    if change.before is None or change.after is None:
        return NONE
    same = change.before is change.after
    return str(change.after) if same else f"{change.before}, then {change.after}"


def status_text(change: Change) -> str:
    """The status, with the direction of the share and what keeps it from being comparable."""
    more = change.why or (f"share {change.direction}" if change.direction else "")
    return f"{change.status} ({more})" if change.status and more else change.status or more or NONE


def apart_lines(found: Waves) -> Iterator[tuple[str, str]]:
    """What is not joined, a name and the differences."""
    for (earlier, later), matching in zip(
        found_pairs(found), found.matchings, strict=not found.panel
    ):
        for one in matching.apart:
            name = f"{_name(found, one, later)}, {earlier} to {later}"
            yield name, f"{'; '.join(one.differences)}."


def joined_lines(found: Waves) -> Iterator[tuple[str, str]]:
    """What is joined by somebody's word, with the differences and the reason."""
    for (earlier, later), matching in zip(
        found_pairs(found), found.matchings, strict=not found.panel
    ):
        for one in (*matching.items, *matching.groups):
            if one.reason:
                differ = "; ".join(one.differences) or "no difference"
                yield (
                    f"{one.later}, {earlier} to {later}",
                    f"{differ}. Joined because: {one.reason}",
                )


def found_pairs(found: Waves) -> list[tuple[str, str]]:
    """Waves next to each other."""
    ids = [reading.evidence.id for reading in found.readings]
    return list(pairwise(ids))


def _name(found: Waves, one: Apart, later: str) -> str:
    evidence = evidence_of(found, later)
    item = next((i for i in evidence.items if i.id == one.name), None)
    return (
        f"{_short(item)} ({one.name})" if item else f"{evidence.group_label(one.name)} ({one.name})"
    )


def wave_cells(found: Waves) -> dict[tuple[str, str], list[Cell]]:
    """Cells for charts by item and group as the last wave calls them, one per wave where joined."""
    through = _names(found)
    cells: dict[tuple[str, str], list[Cell]] = {}
    for reading, bases, (items, groups) in zip(found.readings, found.bases, through, strict=True):
        for cell in evidence_cells(reading):
            cell = _with_base(cell, bases)
            key = (items.get(cell["item"]), groups.get(cell["group"]))
            if key[0] and key[1]:
                end = wave_end(reading, bool(found.panel))
                cells.setdefault((key[0], key[1]), []).append({**cell, "end": end})
    return cells


def _with_base(cell: Cell, bases: Bases) -> Cell:
    """The cell with a base in tens, and shares that do not tell it, where it may not be exact."""
    people = cell["base"]
    if people is None or bases.exact(cell["item"], cell["group"]):
        return {**cell, "base_about": False}
    shares = {
        name: cell[name] and {end: coarse(value, people) for end, value in cell[name].items()}
        for name in ("share", "permits", "opposes")
    }
    return {**cell, **shares, "base": tens(people), "base_about": True}


def wave_end(reading: Reading, panel: bool) -> date:
    """The end of a wave: of its fieldwork; of a panel's wave, the year or day that names it."""
    name = reading.evidence.id
    if panel and re.fullmatch(r"(19|20)\d\d", name):
        return date(int(name), 12, 31)
    if panel and re.fullmatch(r"\d{4}-\d\d-\d\d", name):
        return date.fromisoformat(name)
    return reading.evidence.fieldwork.end


def _names(found: Waves) -> Sequence[tuple[dict[str, str], dict[str, str]]]:
    """By wave: what the last wave calls each item and group that is joined up to it."""
    evidence = last(found)
    items = {item.id: item.id for item in evidence.items}
    groups = {ALL: ALL} | {group.id: group.id for group in evidence.groups}
    names = [(items, groups)]
    for matching in reversed(found.matchings):
        items = {m.earlier: items[m.later] for m in matching.items if m.later in items}
        groups = {ALL: ALL} | {
            m.earlier: groups[m.later] for m in matching.groups if m.later in groups
        }
        names.append((items, groups))
    names += [(items, groups)] * (len(found.readings) - len(names))
    return list(reversed(names))
