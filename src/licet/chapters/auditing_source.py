"""The audit of a source: how far its values can be relied on, for whom, and who is in it too often.

The extract is read with the feed's contract; only counts leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.audit.over_representation import Represented, over_representation
from licet.audit.plan import Tolerances
from licet.audit.source import (
    DISPUTED,
    Faults,
    SourceAudit,
    breakdowns,
    faults_of,
    sizes_of,
)
from licet.audit.standing import Tolerance
from licet.chapters.correcting import marked
from licet.chapters.feeding import load_feed
from licet.disclosure import THRESHOLD, held_words
from licet.disclosure.releases import Printed
from licet.errors import bad
from licet.feeds.contract import Feed
from licet.feeds.profile import held
from licet.files.audit_released import released_text
from licet.files.audit_source import meet, read_population
from licet.files.frames import rows_of
from licet.files.reading import shown
from licet.files.workspace import find_workspace
from licet.files.writing import check_folder, write_together
from licet.groups import NOT_KNOWN

if TYPE_CHECKING:
    import polars as pl

__all__ = ["audit_source", "source_json", "source_screen", "write_source"]


def audit_source(
    feed: str | Path | tuple[Feed, Any],
    population: str | Path | Any | None = None,
    *,
    today: date | None = None,
    sample: int | None = None,
    zeros_below: int | None = None,
    over: float | None = None,
    stale_after: float = 5.0,
    threshold: int | None = None,
    earlier: Sequence[Printed] = (),
) -> SourceAudit:
    """Missing, implausible, placeholder, stale and disputed values by field and group; who is in it.

    feed: feeds/NAME.toml, or a contract and its rows as a table. population: a CSV with by, group,
    people, or a table. today: what ages are counted from, by default the day of the extract. sample:
    people of the sample that the population was counted from. zeros_below: what a 0 of it is below.
    over: how many times a group may be over- or under-represented, by default 2. stale_after: years.
    threshold: None takes that of the workspace. earlier: what was printed of the feed before. Raises
    BadInput.
    """
    declared, frame, least = _read(feed)
    chosen = max(least, threshold or least)
    if sample is not None and sample < 1:
        raise bad(f"a sample of {sample} people", "--sample", "1 or more")
    most = Tolerances().over_representation if over is None else over
    if not most > 1:
        raise bad(f"over-representation of {most:g}", "--over", "above 1: 2 is a doubling")
    asked = None
    if population is not None:
        asked = read_population(
            population, breakdowns(declared), zeros_below=zeros_below, sampled=sample is not None
        )
    day = today or declared.extract
    faults = faults_of(
        declared, frame, day=day, stale_after=stale_after, threshold=chosen, earlier=earlier
    )
    represented: list[Represented] = []
    where = shown(Path(population)) if isinstance(population, str | Path) else "population"
    for by, people in (asked or {}).items():
        sizes, gone = sizes_of(declared, frame, by, chosen)
        unknown = sizes.pop(NOT_KNOWN, 0)
        meet(sizes, people, by, where, chosen)
        represented += over_representation(
            by, sizes, people, sample=sample, zeros_below=zeros_below,
            tolerance=Tolerance(1 / most, most), kept_back=gone, threshold=chosen,
            besides=unknown if NOT_KNOWN in gone else 0,
        )  # fmt: skip
    few = frame.height < chosen or faults.waits()
    return SourceAudit(
        declared, day, stale_after, None if few else frame.height, faults.found, faults.merged,
        tuple(_unchecked(declared, asked)), tuple(_waiting(represented, faults)), chosen, most,
        sample, zeros_below, faults.printed,
        declared.synthetic or (asked is not None and asked.synthetic),
    )  # fmt: skip


def _waiting(represented: Sequence[Represented], faults: Faults) -> Iterator[Represented]:
    """Groups whose rows wait in the table of faults wait here too; all of a breakdown, if its total does."""
    for one in represented:
        total = faults.waits() or faults.waits(one.by, NOT_KNOWN)
        if faults.since is not None and (total or faults.waits(one.by, one.group)):
            yield one.waiting(held_words(faults.since))
        else:
            yield one


def _read(feed: str | Path | tuple[Feed, Any]) -> tuple[Feed, pl.DataFrame, int]:
    if isinstance(feed, tuple):
        return feed[0], rows_of(feed[1]), THRESHOLD
    declared, frame = load_feed(Path(feed))
    workspace = find_workspace(Path(feed).parent)
    if workspace is None:
        return declared, frame, THRESHOLD
    return *marked(workspace, declared, frame), workspace.disclosure_threshold


def _unchecked(feed: Feed, asked: object) -> Iterator[tuple[str, str]]:
    """What could not be looked at, and what it would need."""
    if "seen_to" not in held(feed):
        yield (
            "stale values",
            "the feed does not say until when an address was true (fields.seen_to)",
        )
    if DISPUTED not in feed.audit_only:
        yield "disputed values", "no audit-only column 'disputed' marks what somebody contests"
    if not breakdowns(feed):
        yield "groups", "the feed has no audit-only columns: for whom values are wrong is not known"
    if asked is None:
        yield "over-representation", "no population was given: --population frame.csv"


def source_screen(found: SourceAudit) -> str:
    """The page for the terminal, short."""
    from licet.report.audit.source_screen import source_text

    return source_text(found) + "\n"


def source_json(found: SourceAudit) -> str:
    """Everything as one JSON document."""
    from licet.report.audit.source_data import json_text

    return json_text(found)


def released_name(feed: str) -> str:
    """The file, beside the outputs, that says what was printed of a feed."""
    return f"source-{feed}.released.json"


def write_source(
    found: SourceAudit, folder: Path, earlier: Sequence[Printed] = ()
) -> dict[str, Path]:
    """Write page, data and tables below ``folder``; returns the paths by kind.

    Beside them the record of what was printed, with what was so earlier.
    """
    from licet.report.audit.source_data import json_text, tables
    from licet.report.audit.source_page import page

    name = f"source-{found.feed.id}"
    texts = {"page": (f"{name}.html", page(found)), "data": (f"{name}.json", json_text(found))}
    texts |= {kind: (f"{name}-{kind}.csv", text) for kind, text in tables(found).items()}
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    now = Printed(found.day, found.printed)
    record = released_text(found.feed.id, earlier, now)
    files = [*texts.values(), (released_name(found.feed.id), record)]
    write_together({folder / file: text.encode("utf-8") for file, text in files})
    return {kind: folder / file for kind, (file, _) in texts.items()}
