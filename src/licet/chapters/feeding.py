"""Feeds: read, held against their contracts, put into standard form, profiled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from licet.disclosure import THRESHOLD
from licet.errors import BadInput, Fault, bad
from licet.feeds.contract import Feed
from licet.feeds.profile import Profile, profile
from licet.feeds.standard import Standardised, standardise
from licet.files.extracts import read_extract, read_lines
from licet.files.feeds import read_feed, read_feeds
from licet.files.workspace import find_workspace
from licet.files.writing import check_folder, write_together

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "check_feeds", "feeds_json", "feeds_screen", "load_feed", "load_feeds", "standard_feed",
    "write_feeds",
]  # fmt: skip


def load_feed(path: Path) -> tuple[Feed, pl.DataFrame]:
    """The contract in ``path`` and the extract as it came. Refuses what breaks the contract."""
    path = Path(path)
    feed = read_feed(path)
    return feed, read_extract(feed, path.parent)


def standard_feed(path: Path) -> tuple[Feed, Standardised]:
    """The contract in ``path`` and its rows in standard form."""
    feed, frame = load_feed(path)
    return feed, standardise(feed, frame)


def load_feeds(path: Path) -> list[tuple[Feed, Standardised]]:
    """Every feed of a workspace, or the one in a document, in standard form.

    Refuses with the faults of all feeds at once.
    """
    found: list[tuple[Feed, Standardised]] = []
    faults: list[Fault] = []
    for file, feed in _declared(Path(path)):
        try:
            found.append((feed, standardise(feed, read_extract(feed, file.parent))))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults)
    return found


def _of_workspace(path: Path) -> Sequence[tuple[Path, Feed]]:
    if not path.is_dir():
        allowed = "a workspace with a folder feeds/, or one feeds/NAME.toml"
        raise bad("there is no such workspace or feed", str(path), allowed)
    return read_feeds(path)


def check_feeds(path: Path, *, today: date, threshold: int | None = None) -> list[Profile]:
    """A profile of every feed with its tables. threshold: None takes that of the workspace.

    Refuses what breaks a contract, rows or lines, with the faults of all feeds at once.
    """
    workspace = find_workspace(Path(path))
    least = workspace.disclosure_threshold if workspace else THRESHOLD
    chosen = max(least, threshold or least)
    found: list[Profile] = []
    faults: list[Fault] = []
    for file, feed in _declared(Path(path)):
        try:
            standard = standardise(feed, read_extract(feed, file.parent))
            lines = _lines(feed, file.parent)
            found.append(profile(feed, standard, today=today, threshold=chosen, lines=lines))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults)
    return found


def _declared(path: Path) -> Sequence[tuple[Path, Feed]]:
    return ((path, read_feed(path)),) if path.is_file() else _of_workspace(path)


def _lines(feed: Feed, folder: Path) -> dict[str, pl.DataFrame]:
    """The typed lines of every table of a feed. Refuses with the faults of all of them at once."""
    found: dict[str, pl.DataFrame] = {}
    faults: list[Fault] = []
    for name in feed.tables:
        try:
            found[name] = read_lines(feed, name, folder)
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults)
    return found


def feeds_screen(found: Sequence[Profile]) -> str:
    """The page for the terminal, short."""
    from licet.report.feeds.screen import feeds_text

    return feeds_text(found) + "\n"


def feeds_json(found: Sequence[Profile]) -> str:
    """Everything as one JSON document."""
    from licet.report.feeds.data import json_text

    return json_text(found)


def write_feeds(found: Sequence[Profile], folder: Path) -> dict[str, Path]:
    """Write page and data below ``folder``; returns the paths by kind."""
    from licet.report.feeds.data import json_text
    from licet.report.feeds.page import page

    texts = {"page": ("feeds.html", page(found)), "data": ("feeds.json", json_text(found))}
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_together({folder / name: text.encode("utf-8") for name, text in texts.values()})
    return {kind: folder / name for kind, (name, _) in texts.items()}
