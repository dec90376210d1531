"""Whose yes let a row in: from the id of a row to those in the ledger whom it surely means.

A family that answered without a letter stands in the ledger under a handle of its own, and an office that
looks at linked records knows rows alone. Nobody is looked for by a name that is like theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.publishing import material_version
from licet.engines.zone import FILE, Zone
from licet.errors import BadInput, bad
from licet.feeds.contract import Feed
from licet.feeds.standard import standardise
from licet.files.extracts import read_extract
from licet.files.feeds import read_feeds
from licet.files.runs import RunPlace, current
from licet.files.use import read_use
from licet.files.workspace import Workspace
from licet.permission.reach import Fit, Reach, is_sure
from licet.permission.rules import Question
from licet.use import FLOORS, Use

if TYPE_CHECKING:
    from datetime import date

    from licet.store.opening import Store


def is_row(text: str) -> bool:
    """Whether a text is of the form of a row's id: FEED/RECORD."""
    feed, sign, record = text.partition("/")
    return bool(sign and record.strip() and feed) and not any(letter.isspace() for letter in feed)


def whose(
    workspace: Workspace, store: Store, row: str, use: Use | None, today: date
) -> tuple[str, ...]:
    """The pseudonyms of those whose yes lets a row in; nobody where none does.

    use: None for whatever use. By the rows known to be somebody's, and by the runs in force, which keep
    who may fit each row; where neither tells of anybody, by the feed that holds the row.
    """
    people = store.permissions.subjects()
    known = people.filter(pl.col("records").list.contains(row))["subject"].to_list()
    of = dict(people.select("number", "subject").iter_rows())
    uses = [use] if use is not None else [read_use(path) for path in workspace.uses]
    feeds = {feed.id: (path, feed) for path, feed in read_feeds(workspace.root)}
    path, feed = feeds.get(row.partition("/")[0], (None, None))
    if feed is None or path is None:
        return tuple(known)
    asked = [one for one in uses if feed.service in one.services]
    fits = list(_of_runs(workspace, row, asked))
    if not (fits or known):
        fits = _of_feed(path, feed, row, people)
    numbers = {
        number for use_ in asked for number in _sure(workspace, store, use_, feed, fits, today)
    }
    return tuple(dict.fromkeys((*known, *sorted(of[number] for number in numbers if number in of))))


def of_nobody(row: str) -> BadInput:
    """The error for a row that no yes lets in."""
    return bad(
        f"no yes lets the row {row!r} in, so there is none to take back",
        "WHO",
        "a row that was linked, the code of a letter, or a handle",
        "correct its id; a no for all times is recorded by somebody's details: licet permission import",
    )


def _of_runs(workspace: Workspace, row: str, uses: Sequence[Use]) -> Iterator[tuple[Any, ...]]:
    """Who may fit a row, as the runs in force have it: ``zone.FIT``."""
    for use in uses:
        folder = RunPlace(workspace.root, use.id, current(workspace.root, use.id)).folder
        if not (folder / FILE).is_file():
            continue
        with Zone(folder, threads=1) as zone:
            nodes = zone.members([row])["node"].to_list()
            yield from zone.fits((), nodes) if nodes else ()


def _of_feed(path: Path, feed: Feed, row: str, people: pl.DataFrame) -> list[tuple[Any, ...]]:
    """The same of a row of a feed, whether it was linked or not; nothing where the feed has no such row."""
    from licet.engines.admission import Antechamber

    standard = standardise(feed, read_extract(feed, path.parent))
    rows = standard.rows.filter(pl.col("row") == row)
    if rows.is_empty():
        return []
    antechamber = Antechamber(people)
    try:
        fits, _ = antechamber.fits(rows, standard.mentions.clear())
    finally:
        antechamber.close()
    return [(0, *fit) for fit in fits.select("number", "score", "known", "certain").iter_rows()]


def _sure(
    workspace: Workspace,
    store: Store,
    use: Use,
    feed: Feed,
    fits: Collection[tuple[Any, ...]],
    today: date,
) -> set[int]:
    """The numbers of those who surely fit, and whose yes, or silence after a notice, permits it today."""
    from licet.store.effects import effects

    material = material_version(workspace.root, use)
    questions = [
        Question(use.id, use.version, use.purpose, feed.service, floor, today, material)
        for floor in FLOORS
    ]
    found = effects(store, {fit[1] for fit in fits}, questions)
    return {
        number
        for _, number, score, known, certain in fits
        if any(of.get(number) == "granted" for of in found)
        and is_sure(Fit("granted", score, known, certain), Reach())
    }
