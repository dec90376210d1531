"""Feeds from their TOML documents, and the feeds of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from licet.errors import BadInput, Fault, bad
from licet.feeds.contract import Feed
from licet.files.reading import shown
from licet.files.toml import read_toml

FOLDER = "feeds"


def read_feed(path: Path) -> Feed:
    """The feed declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    try:
        return Feed(**document)
    except BadInput as error:
        raise error.within(shown(path)) from None


def feed_files(root: Path) -> tuple[Path, ...]:
    """The documents of all feeds of a workspace, by name; ``root`` may be the folder feeds itself."""
    root = Path(root)
    folder = root if root.name == FOLDER and not (root / FOLDER).is_dir() else root / FOLDER
    return tuple(sorted(folder.glob("*.toml")))


def read_feeds(root: Path) -> tuple[tuple[Path, Feed], ...]:
    """Every feed of a workspace with its document. Refuses with the faults of all of them.

    Refuses a workspace without feeds, and two feeds with one id.
    """
    files = feed_files(root)
    if not files:
        allowed = "at least one feeds/NAME.toml"
        raise bad("no feed is declared", shown(Path(root) / FOLDER), allowed)
    found: list[tuple[Path, Feed]] = []
    faults: list[Fault] = []
    for path in files:
        try:
            found.append((path, read_feed(path)))
        except BadInput as error:
            faults += error.faults
    faults += _same_ids(found)
    if faults:
        raise BadInput(*faults)
    return tuple(found)


def _same_ids(found: Sequence[tuple[Path, Feed]]) -> list[Fault]:
    first: dict[str, Path] = {}
    faults = []
    for path, feed in found:
        before = first.setdefault(feed.id, path)
        if before != path:
            what = f"the id {feed.id!r} is also that of {before.name}"
            faults.append(Fault(what, f"{shown(path)}: id", "each feed its own id"))
    return faults
