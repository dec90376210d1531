"""The parts of a codebook: scales, items, groups, printed assumptions. Faults are collected."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

from licet.errors import BadInput, Fault, bad, nearest, unknown
from licet.evidence import Collapse, DeclaredBattery, Item, Printed
from licet.files.sections import Faults
from licet.groups import ALL, Group

OTHER_NAMES = {"agrees": "permits", "disagrees": "opposes"}
AGREEMENT_KINDS = frozenset({"demand", "concern", "awareness"})
"""Kinds whose scales may say agrees and disagrees: to share a worry permits nothing."""

ITEM_KEYS = (
    "id",
    "kind",
    "subject",
    "wording",
    "column",
    "scale",
    "k",
    "dont_know",
    "purpose",
    "note",
)
GROUP_KEYS = ("id", "label", "when", "reference", "note")
SCALE_KEYS = ("options", *Collapse.model_fields, *OTHER_NAMES)


@dataclass(frozen=True)
class Scale:
    """A named scale. collapse is None if it had a fault; agreement: it says agrees or disagrees."""

    collapse: Collapse | None
    options: tuple[str, ...] = ()
    agreement: bool = False


def read_scales(value: Any, faults: Faults) -> dict[str, Scale]:
    """The scales by name, those with faults included (without collapse)."""
    if not isinstance(value, dict):
        faults.add("this is not a table of scales", "scales", "[scales.NAME] for each")
        return {}
    scales = {}
    for name, entry in value.items():
        where = f"scales.{name}"
        table = faults.table(entry, where, SCALE_KEYS) or {}
        agreement = any(key in table for key in OTHER_NAMES)
        lists = {OTHER_NAMES.get(key, key): options for key, options in table.items()}
        for other, key in OTHER_NAMES.items():
            if other in table and key in table:
                faults.add(f"both {other!r} and {key!r}", where, "one of the two names")
        options = lists.pop("options", [])
        collapse = faults.attempt(where, partial(Collapse, **lists))
        asked = faults.attempt(where, partial(_texts, options, "options"))
        scales[name] = Scale(collapse, asked or (), agreement)
    return scales


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return tuple(value)
    raise bad("this is not a list of text", where, '["first option", "second option"]')


def read_items(
    value: Any, scales: Mapping[str, Scale], printed: bool, faults: Faults
) -> list[Item]:
    """The items without faults; those of printed figures have k and no collapse."""
    items = []
    for where, table in faults.tables(value, "items", ITEM_KEYS):
        name = table.get("id")
        place = f"{where} {name}" if isinstance(name, str) and name else where
        item = faults.attempt(place, partial(_item, table, scales, printed))
        if item is not None:
            items.append(item)
    return items


def _item(table: dict[str, Any], scales: Mapping[str, Scale], printed: bool) -> Item:
    keys = {key: value for key, value in table.items() if key not in ("scale", "k")}
    if not printed:
        keys.setdefault("column", keys.get("id"))
    found: list[Fault] = []
    try:
        scale = _scale(table, scales, printed)
        keys |= _stances(table, scale, printed)
    except BadInput as error:
        found += error.faults
        keys["k"] = 2  # a stand-in, so that the other keys of the item are checked as well
    try:
        item = Item(**keys)
    except BadInput as error:
        found += error.faults
    if found:
        raise BadInput(*found)
    return item


def _scale(table: dict[str, Any], scales: Mapping[str, Scale], printed: bool) -> Scale | None:
    """The scale an item names. Refuses an unknown one and one that speaks of agreement wrongly."""
    name = table.get("scale")
    if name is None:
        if printed and "k" in table:
            return None
        allowed = 'scale = "NAME" of a [scales.NAME]' + (", or k = 3" if printed else "")
        raise bad("no scale is named", "scale", allowed, f"add {allowed}")
    if not isinstance(name, str) or name not in scales:
        raise unknown("scale", name, list(scales), "scale")
    scale = scales[name]
    kind = table.get("kind")
    if scale.agreement and isinstance(kind, str) and kind not in AGREEMENT_KINDS:
        raise bad(
            f"the scale {name!r} says agrees or disagrees, but this is a {kind} item",
            "scale",
            "permits and opposes, for reason, trust and processor items",
            "declare a scale that says which options permit",
        )
    return scale


def _stances(table: dict[str, Any], scale: Scale | None, printed: bool) -> dict[str, Any]:
    if scale is None:
        return {"k": table["k"]}
    if "k" in table:
        raise bad(
            "both a scale and k: k follows from the scale", "k", "one of the two", "take k out"
        )
    if scale.collapse is None:
        return {"k": 2}  # the scale's own faults are already noted
    made: dict[str, Any] = {"k": scale.collapse.k, "options": scale.options}
    return made if printed else {**made, "collapse": scale.collapse}


def read_groups(value: Any, printed: bool, faults: Faults) -> list[Group]:
    """The groups without faults. With answers each needs ``when``, its expression."""
    groups = []
    for where, table in faults.tables(value, "groups", GROUP_KEYS):
        name = table.get("id")
        place = f"{where} {name}" if isinstance(name, str) and name else where
        group = faults.attempt(place, partial(_group, table, printed))
        if group is not None:
            groups.append(group)
    return groups


def _group(table: dict[str, Any], printed: bool) -> Group:
    needed = ["id", "label"] if printed else ["id", "label", "when"]
    for key in ("id", "label", "when", "note"):
        value = table.get(key, "")
        if not isinstance(value, str) or (key in needed and not value.strip()):
            what = (
                f"this is not text: {str(value)[:80]!r}" if value else f"the key {key!r} is missing"
            )
            example = "'ethnicity == \"Black\"'" if key == "when" else '"..."'
            raise bad(what, key, "text in quotes", f"add {key} = {example}")
    reference = table.get("reference", False)
    if not isinstance(reference, bool):
        raise bad(
            f"this is neither true nor false: {str(reference)[:80]!r}", "reference", "true, false"
        )
    note = table.get("note", "")
    return Group(table["id"], table["label"], table.get("when", ""), reference, note)


def read_batteries(value: Any, items: Set[str], faults: Faults) -> list[DeclaredBattery]:
    """The batteries without faults. items: ids that no battery may have, for tables show both."""
    made = [
        faults.attempt(where, partial(DeclaredBattery, **table))
        for where, table in faults.tables(value, "batteries", DeclaredBattery.model_fields)
    ]
    good = [battery for battery in made if battery is not None]
    for battery in good:
        if battery.id in items:
            what = f"the battery {battery.id!r} has the id of an item"
            todo = f'write another id, such as "all_{battery.id}"'
            faults.add(what, f"batteries {battery.id}: id", "an id of its own", todo)
    return good


def read_printed(table: dict[str, Any], groups: set[str], faults: Faults) -> Printed | None:
    """What is assumed of printed figures. Other bases must belong to declared groups."""
    keys = {key: value for key, value in table.items() if key != "file"}
    printed = faults.attempt("printed", lambda: Printed(**keys))
    for group, bases in (printed.other_bases if printed else {}).items():
        where = f"printed.other_bases.{group}"
        if group not in groups and group != ALL:
            near = nearest(group, groups)
            todo = f"write {near!r} if that is meant" if near else "name a declared group"
            faults.add(f"unknown group {group!r}", where, ", ".join(sorted(groups)), todo)
        if any(base <= 0 for base in bases):
            faults.add("a base that is not positive", where, "positive whole numbers: [8, 12]")
    return printed
