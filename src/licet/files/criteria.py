"""Rules from their TOML documents, and the rules of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from licet.errors import BadInput, Fault
from licet.files.reading import shown
from licet.files.toml import read_toml
from licet.identify.criteria import Rule

FOLDER = "criteria"


def read_rule(path: Path) -> Rule:
    """The rule declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    try:
        return Rule(**document)
    except BadInput as error:
        raise error.within(shown(path)) from None


def read_rules(root: Path) -> tuple[tuple[Path, Rule], ...]:
    """Every rule of a workspace with its document, by name; none if it has none.

    Refuses with the faults of all of them, and two rules with one id.
    """
    found: list[tuple[Path, Rule]] = []
    faults: list[Fault] = []
    for path in sorted((Path(root) / FOLDER).glob("*.toml")):
        try:
            found.append((path, read_rule(path)))
        except BadInput as error:
            faults += error.faults
    faults += _same_ids(found)
    if faults:
        raise BadInput(*faults)
    return tuple(found)


def _same_ids(found: Sequence[tuple[Path, Rule]]) -> list[Fault]:
    first: dict[str, Path] = {}
    faults = []
    for path, rule in found:
        before = first.setdefault(rule.id, path)
        if before != path:
            what = f"the id {rule.id!r} is also that of {before.name}"
            faults.append(Fault(what, f"{shown(path)}: id", "each rule its own id"))
    return faults
