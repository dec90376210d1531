"""The sections [checks] and [same_as] of a codebook: columns to check by, links to an earlier wave.

[checks]
mode = "mode"
flip = "_flip"
set = "_set"
order = "_order"
refused = ["Prefer not to say"]
empty = "not asked"

[checks.position]
trust_police = "place_police"

[same_as.trust_police]
item = "police"
reason = "the example after the question is new; asked side by side in the pilot of 2024"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from licet.checks import Checks, Link
from licet.errors import Fault, nearest
from licet.files.reading import shown
from licet.files.sections import Faults
from licet.files.toml import read_toml

SECTIONS = ("checks", "same_as")
_LINK_KEYS = ("item", "reason")


def read_checks(value: Any, items: Iterable[str], faults: Faults) -> Checks:
    """The section [checks]; positions must be of declared items."""
    table = faults.table(value, "checks", Checks.model_fields)
    found = faults.attempt("checks", partial(Checks, **table)) if table else None
    known = list(items)
    for item in found.position if found else ():
        if item not in known:
            near = nearest(item, known)
            todo = f"write {near!r} if that is meant" if near else "name a declared item"
            faults.add(f"unknown item {item!r}", "checks.position", ", ".join(known), todo)
    return found or Checks()


def read_links(value: Any, known: Iterable[str], faults: Faults) -> tuple[Link, ...]:
    """The tables [same_as.ITEM]; each of a declared item or group, with a reason."""
    if not isinstance(value, dict):
        faults.add("this is not a table of links", "same_as", "[same_as.ITEM] for each")
        return ()
    names, links = list(known), []
    for name, entry in value.items():
        where = f"same_as.{name}"
        table = faults.table(entry, where, _LINK_KEYS) or {}
        if name not in names:
            near = nearest(name, names)
            todo = f"write {near!r} if that is meant" if near else "name a declared item or group"
            faults.add(f"unknown item {name!r}", where, ", ".join(names), todo)
        keys = {"item": name, "earlier": table.pop("item", ""), **table}
        link = faults.attempt(where, partial(Link, **keys))
        if link is not None:
            links.append(link)
    return tuple(links)


def check_sections(
    document: dict[str, Any], items: Iterable[str], groups: Iterable[str], faults: Faults
) -> None:
    """Note every fault of the two sections of a codebook that is being read."""
    items = list(items)
    read_checks(document.get("checks", {}), items, faults)
    read_links(document.get("same_as", {}), [*items, *groups], faults)


def unknown_columns(value: Any, columns: Iterable[str]) -> Iterator[Fault]:
    """Columns that [checks] names and the answers do not have. value: a section without faults."""
    checks, known = Checks(**value), list(columns)
    named = {f"checks.{key}": column for key, column in checks.columns.items()}
    named |= {f"checks.position.{item}": column for item, column in checks.position.items()}
    for where, column in named.items():
        if column not in known:
            near = nearest(column, known)
            todo = f"write {near!r} if that is meant" if near else "name a column of the answers"
            listed = known if len(known) <= 30 else [*known[:30], f"... {len(known)} in all"]
            yield Fault(f"there is no column {column!r}", where, ", ".join(listed), todo)


def checks_of(folder: Path) -> Checks:
    """What the codebook in ``folder`` declares for checks; nothing declared is no fault."""
    return read_checks(*_section(folder, "checks"))


def links_of(folder: Path) -> tuple[Link, ...]:
    """The links to an earlier wave that the codebook in ``folder`` declares."""
    return read_links(*_section(folder, "same_as"))


def _section(folder: Path, name: str) -> tuple[Any, list[str], Faults]:
    """A section, the ids it may name, and where its faults go: ``codebook`` has refused them."""
    path = Path(folder) / "codebook.toml"
    document = read_toml(path)
    listed = [*document.get("items", []), *document.get("groups", [])]
    ids = [entry["id"] for entry in listed if isinstance(entry, dict) and "id" in entry]
    return document.get(name, {}), ids, Faults(shown(path))
