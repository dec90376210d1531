"""The example told from beginning to end on the made-up town: ruled, published, asked, linked, logged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from licet.chapters.arriving import follow
from licet.chapters.grounds import NotLinked
from licet.chapters.importing import import_permissions
from licet.chapters.linking import link
from licet.chapters.registering import publish_site
from licet.chapters.ruling import Measured, assess, reports_folder, write_reports
from licet.chapters.stores import open_store
from licet.errors import bad, counted
from licet.files.town import PERMISSIONS, USE, write_town
from licet.files.workspace import Workspace, find_workspace, init_workspace
from licet.permission.events import NewEvent, Scope

SEED = 1


def demo(folder: Path, *, today: date, people: int = 5000) -> Iterator[str]:
    """Make the town in ``folder`` and go through the whole story; a line for each stage.

    today: the day to act on. people: of the town. Refuses a folder that holds something else.
    """
    if not (folder / "licet.toml").exists():
        init_workspace(folder, files("licet.bundled") / "town")
    _, seconds = _timed(lambda: write_town(folder, people, SEED, today))
    yield _line(
        "town", f"{people:,} made-up people in {folder}. Everything in it is SYNTHETIC.", seconds
    )
    workspace = find_workspace(folder)
    if workspace is None:
        raise bad("this is no workspace", str(folder), "a folder with licet.toml")
    yield from _ruled(workspace, today)
    site, seconds = _timed(lambda: publish_site(folder, today=today))
    yield _line("published", f"uses and rulings, into the log and {site.folder}", seconds)
    yield from _refused(workspace, today)
    yield from _asked(workspace, today)
    yield from _linked(workspace, today)
    yield from _withdrawn(workspace, today)
    yield from _witnessed(workspace, today)
    site, seconds = _timed(lambda: publish_site(folder, today=today))
    yield _line("register", f"now shows the run and the refusal: {site.folder}", seconds)
    yield f"\nNext: licet status {folder}"
    yield f"      licet explain {folder / 'uses' / 'early-help-wide.toml'}"


def _line(stage: str, text: str, seconds: float) -> str:
    return f"{stage:<10} {seconds:5.1f} s  {text}"


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = perf_counter()
    return work(), perf_counter() - start


def _ruled(workspace: Workspace, today: date) -> Iterator[str]:
    evidence = Measured(workspace.evidence)
    for use in workspace.uses:
        start = perf_counter()
        found = assess(use, evidence, today=today)
        write_reports(found, reports_folder(use, found))
        seconds = perf_counter() - start
        yield _line("ruled", f"{use.stem:<20}{found.ruling.heading}", seconds)
    yield f"{'':19}why: {workspace.root / 'reports'}"


def _refused(workspace: Workspace, today: date) -> Iterator[str]:
    wide = workspace.root / "uses" / f"{USE}-wide.toml"
    start = perf_counter()
    try:
        link(wide, today=today)
    except NotLinked as refusal:
        text = f"{wide.stem} was not linked: {refusal.reasons[0]} Logged."
        yield _line("refused", text, perf_counter() - start)


def _asked(workspace: Workspace, today: date) -> Iterator[str]:
    now = datetime.combine(today, time(23, 59), UTC)
    path = workspace.root / PERMISSIONS
    held, seconds = _timed(lambda: import_permissions(path, workspace.root, now=now, by="demo"))
    text = f"{held.rows:,} answers of families to {USE}; {held.unverified:,} of them count only once verified"
    yield _line("asked", text, seconds)


def _linked(workspace: Workspace, today: date) -> Iterator[str]:
    use = workspace.root / "uses" / f"{USE}.toml"
    found, seconds = _timed(lambda: link(use, today=today))
    counts = found.counts
    text = (
        f"{counts['rows_permitted']:,} of {counts['rows_read']:,} rows were permitted: "
        f"{counts['persons']:,} people, {counts['households']:,} whole households"
    )
    yield _line("linked", text, seconds)
    yield f"{'':19}report: {found.folder / 'report.html'}"


def _withdrawn(workspace: Workspace, today: date) -> Iterator[str]:
    """One parent changes their mind: their rows go at once."""
    use = workspace.root / "uses" / f"{USE}.toml"
    start = perf_counter()
    with open_store(workspace) as store:
        held = store.permissions.decisions(
            USE, 1, "early_intervention", ["education"], "ask_first", on=today
        ).filter(pl.col("effect") == "granted")
        subject = held["subject"].sort()[0]
        event = NewEvent(
            subject=subject,
            expressed_by=subject,
            relation="self",
            effect="refuse",
            at=datetime.combine(today, time(23, 59), UTC),
            recorded_by="demo",
            scope=Scope(use=USE, version=1),
            channel="phone",
        )
        now = datetime.combine(today + timedelta(days=1), time(0, 0), UTC)
        store.permissions.append([event], now=now)
    done = follow(use, today=today)
    rows = done[1].rows if done else 0
    left = counted(rows, "row", "rows")
    text = f"one parent says no: {left} left the run, and no later file brings anything back"
    yield _line("withdrawn", text, perf_counter() - start)


def _witnessed(workspace: Workspace, today: date) -> Iterator[str]:
    def verify() -> Any:
        with open_store(workspace) as store:
            store.batches.publish(threshold=workspace.disclosure_threshold)
            return store.log.verify()

    found, seconds = _timed(verify)
    state = "SOUND" if not found.findings else "BROKEN"
    yield _line(
        "log",
        f"{state}: {found.size} leaves. Check it yourself: licet log verify {workspace.root}",
        seconds,
    )
