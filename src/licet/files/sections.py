"""Tables of a declared document, read one by one so that all their faults are found at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from licet.errors import BadInput, Fault, nearest

Made = TypeVar("Made")


class Faults:
    """The faults of one document, collected while its parts are made."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.found: list[Fault] = []

    def add(self, what: str, where: str = "", allowed: str = "", todo: str = "") -> None:
        """Note one fault at a key of the document."""
        self.found.append(Fault(what, where, allowed, todo).within(self.place))

    def attempt(self, where: str, make: Callable[[], Made]) -> Made | None:
        """What ``make`` gives, or None and its faults noted at ``where``."""
        try:
            return make()
        except BadInput as error:
            self.extend(error.within(where).faults if where else error.faults)
            return None

    def extend(self, faults: Iterable[Fault]) -> None:
        """Note faults whose place is a key of the document."""
        self.found += [fault.within(self.place) for fault in faults]

    def table(self, value: Any, where: str, keys: Iterable[str]) -> dict[str, Any] | None:
        """The value as a table with known keys only; None if it is no table.

        Unknown keys are noted, with the nearest right one, and left out.
        """
        if not isinstance(value, dict):
            self.add("this is not a table of keys", where, f"[{where}] with keys below it")
            return None
        known = list(keys)
        for key in value:
            if key not in known:
                near = nearest(key, known)
                todo = f"write {near!r} if that is meant" if near else f"take {key!r} out"
                place = f"{where}.{key}" if where else key
                self.add(f"unknown key {key!r}", place, ", ".join(known), todo)
        return {key: entry for key, entry in value.items() if key in known}

    def tables(
        self, value: Any, where: str, keys: Iterable[str]
    ) -> list[tuple[str, dict[str, Any]]]:
        """The value as a list of tables, each with its place: ``items[2]``."""
        if not isinstance(value, list):
            self.add("this is not a list of tables", where, f"one [[{where}]] for each")
            return []
        known = list(keys)
        found = []
        for number, entry in enumerate(value, start=1):
            place = f"{where}[{number}]"
            table = self.table(entry, place, known)
            if table is not None:
                found.append((place, table))
        return found

    def refuse(self) -> None:
        """Raise what was found, each fault once."""
        if self.found:
            raise BadInput(*dict.fromkeys(self.found))
