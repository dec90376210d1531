"""What changed from one version of a use to the next, in words, and whether families decide about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MATERIAL = frozenset(
    {
        "services",
        "reasons",
        "purpose",
        "setting",
        "analytics",
        "intended_action",
        "population",
        "processor",
        "companies",
        "sources",
        "payment_by_results",
    }
)
"""Fields that families decide about: if one changes, an earlier yes no longer counts."""
Declared = Mapping[str, Any]


def changed(before: Declared, after: Declared) -> set[str]:
    """The fields that differ between two versions of a use."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def families_decide(before: Declared, after: Declared) -> set[str]:
    """The changed fields that families decide about; a group taken out of sight is one of them."""
    found = changed(before, after) & MATERIAL
    if set(before.get("affected_groups") or ()) - set(after.get("affected_groups") or ()):
        found.add("affected_groups")
    if set(after.get("removed_groups") or ()) - set(before.get("removed_groups") or ()):
        found.add("removed_groups")
    return found


def difference(before: Any, after: Any) -> tuple[str, str]:
    """What was and what is, without what is the same on both sides."""
    if isinstance(before, list) and isinstance(after, list):
        gone = [one for one in before if one not in after]
        new = [one for one in after if one not in before]
        if len(gone) == len(new) == 1:
            return difference(gone[0], new[0])
        return (value(gone), value(new)) if gone or new else (value(before), value(after))
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        named = [k for k in ("name", "label", "service") if k in before and k not in keys][:1]
        told = [*named, *keys]
        return (
            value({key: before.get(key) for key in told}),
            value({key: after.get(key) for key in told}),
        )
    return value(before), value(after)


def value(given: Any) -> str:
    """A declared value as text."""
    if given is None or given in ("", [], {}):
        return "nothing"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list | tuple):
        return "; ".join(value(one) for one in given)
    if isinstance(given, dict):
        parts = (f"{key.replace('_', ' ')}: {value(part)}" for key, part in given.items() if part)
        return ", ".join(parts)
    return str(given)
