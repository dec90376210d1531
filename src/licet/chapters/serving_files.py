"""The register's data as it is served: the same bytes that a written site has."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from licet.chapters.checked import log_file
from licet.chapters.entries import entry, lines
from licet.chapters.remembering import ruling_file
from licet.chapters.site_plan import LATEST, entry_data, shared_data
from licet.chapters.stores import open_store
from licet.files.workspace import read_workspace
from licet.log.export import CHECKPOINT, KEY, LEAVES, SUMS

REGISTER_FILES = (
    "uses.json", "uses.csv", "uses.csv-metadata.json", "schema/entry.json", "schema/uses.json",
    "vocabulary.jsonld", "openapi.json", "feed.atom",
)  # fmt: skip
"""Files of the whole register."""
LOG_FILES = (LEAVES, CHECKPOINT, KEY, SUMS)


def register_file(root: Path, name: str, *, today: date) -> bytes | None:
    """A file of the register by its name on a written site; None for one that it does not have."""
    if name.startswith("log/"):
        return log_file(root, name.removeprefix("log/"))
    if name in REGISTER_FILES:
        return _shared(root, today)[name]()
    use, _, ending = name.removeprefix("uses/").partition(".")
    if use.endswith("-ruling") and ending == "json":
        path = ruling_file(root, use.removesuffix("-ruling"))
        return gzip.decompress(path.read_bytes()) if path.is_file() else None
    found = entry(root, use, today=today)
    made = entry_data(found, f"uses/{use}").get(name) if found else None
    return made() if made else None


def _shared(root: Path, today: date) -> Mapping[str, Callable[[], bytes]]:
    workspace = read_workspace(root)
    listed = lines(root, today=today)
    with open_store(workspace) as store:
        latest = store.entries.latest(LATEST)
        origin = store.log.origin
    titles = {one.id: one.title for one in listed}
    return shared_data(workspace.name, origin, listed, latest, titles)
