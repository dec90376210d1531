"""Several declared documents of one kind, with the faults of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from licet.errors import BadInput, Fault
from licet.files.reading import shown


class Named(Protocol):
    """Anything that is declared under an id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Named)


def read_documents(
    paths: Sequence[Path], read: Callable[[Path], T], thing: str
) -> tuple[tuple[Path, T], ...]:
    """Each document with its path. Refuses with the faults of all, and two with one id.

    thing: what one of them is called, as in "each feed its own id".
    """
    found: list[tuple[Path, T]] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            found.append((path, read(path)))
        except BadInput as error:
            faults += error.faults
    first: dict[str, Path] = {}
    for path, one in found:
        before = first.setdefault(one.id, path)
        if before != path:
            what = f"the id {one.id!r} is also that of {before.name}"
            faults.append(Fault(what, f"{shown(path)}: id", f"each {thing} its own id"))
    if faults:
        raise BadInput(*faults)
    return tuple(found)
