"""Feeds from their TOML documents, and the feeds of a workspace."""

from __future__ import annotations

from pathlib import Path

from licet.errors import BadInput, bad
from licet.feeds.contract import Feed
from licet.files.documents import read_documents
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
    return read_documents(files, read_feed, "feed")
