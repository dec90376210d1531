"""The whole story on the made-up town, a line for each stage: ruled, asked, linked, audited, decided, talked
about, offered, published, logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from licet.chapters import auditing
from licet.chapters.arriving import follow
from licet.chapters.deciding import consider, decide
from licet.chapters.demonstrated import PEOPLE, Place, Shown, page, timed, verdict
from licet.chapters.demonstrating_rights import rights
from licet.chapters.grounds import NotLinked
from licet.chapters.importing import import_permissions
from licet.chapters.linking import link
from licet.chapters.registering import publish_site
from licet.chapters.ruling import Measured, assess, reports_folder, write_reports
from licet.chapters.stores import open_store
from licet.chapters.talking import Who, ask, do
from licet.errors import bad, counted
from licet.files.town import LABELS, PERMISSIONS, SCORES, SCORES_PLAN, USE, write_town
from licet.files.workspace import init_workspace
from licet.permission.events import NewEvent, Scope

SEED = 1
LINKAGE = """\
# A stricter line than the usual 0.95: a parent and a child of one name in one home are not one person.
id = "demonstration"
link_above = 0.999
"""
LEAST = 5_000
KEPT_DAYS = 90
"""How long joined records may be kept, as a made-up family asks."""


def demo(folder: Path, *, today: date, people: int = PEOPLE) -> Iterator[str]:
    """Make the town in ``folder`` and go through the whole story; a line for each stage.

    today: the day to act on. people: of the town. Refuses a folder with a workspace in it, and a town whose
    survey is too small to rule by.
    """
    if people < LEAST:
        raise bad(
            f"a town of {people:,}", "people", f"{LEAST:,} or more", "fewer were asked too few"
        )
    if (folder / "licet.toml").exists():
        raise bad(
            "a workspace is here already", str(folder), "a folder that is not there, or is empty",
            f"licet demo another-town/, or look at this one: licet status {folder}",
        )  # fmt: skip
    place = Place(folder, today, people)
    for stage in STAGES:
        yield from map(str, stage(place))
    yield _ending(place)


def founded(place: Place) -> Iterator[Shown]:
    """The town, its records, and what is true of it."""
    init_workspace(place.root, files("licet.bundled") / "town")
    (place.root / "linkage.toml").write_text(LINKAGE, encoding="utf-8")
    _, seconds = timed(lambda: write_town(place.root, place.people, SEED, place.today))
    text = f"{place.people:,} made-up people and what six services hold of them. All is SYNTHETIC."
    yield Shown("town", text, seconds, str(place.root / "README.md"))


def ruled(place: Place) -> Iterator[Shown]:
    """Each use against what parents said; of the two that the story is about, what decided."""
    from licet.report.ruling.wording import decided_text, headline

    evidence = Measured(place.workspace.evidence)
    for use in place.workspace.uses:
        start = perf_counter()
        found = assess(use, evidence, today=place.today)
        folder = reports_folder(use, found)
        write_reports(found, folder)
        told = use.stem in (f"{USE}-wide", USE)
        text = f"{use.stem}: {headline(found)[0]}" + (f" {decided_text(found)}" if told else "")
        look = str(folder / "assessment.html") if told else ""
        yield Shown("ruled", text, perf_counter() - start, look)


def published(place: Place) -> Iterator[Shown]:
    """The register, as pages and as data."""
    site, seconds = timed(lambda: publish_site(place.root, today=place.today))
    text = "each use with its ruling, in the public log and in the register"
    yield Shown("published", text, seconds, str(site.folder / "index.html"))


def refused(place: Place) -> Iterator[Shown]:
    """The wide use is not linked, and the log says so."""
    wide = place.use(f"{USE}-wide")
    reason, seconds = timed(lambda: _refusal(wide, place.today))
    look = f"licet log show {place.root}"
    yield Shown("refused", f"{wide.stem} is not linked: {reason} Logged.", seconds, look)


def _refusal(use: Path, today: date) -> str:
    try:
        link(use, today=today)
    except NotLinked as found:
        return found.reasons[0]
    raise AssertionError(f"{use.stem} was linked")


def asked(place: Place) -> Iterator[Shown]:
    """What families answered, into the ledger."""
    path = place.root / PERMISSIONS
    held, seconds = timed(
        lambda: import_permissions(path, place.root, now=place.at(23, 59), by="demo")
    )
    text = (
        f"families about {USE}: {held.rows:,} answers, {held.unverified:,} of which count only once "
        "verified"
    )
    yield Shown("asked", text, seconds, str(path))


def linked(place: Place) -> Iterator[Shown]:
    """The permitted rows alone: people and households."""
    found, seconds = timed(lambda: link(place.use(), today=place.today))
    counts = found.counts
    text = (
        f"{counts['rows_permitted']:,} of {counts['rows_read']:,} rows were permitted: "
        f"{counts['persons']:,} people, {counts['households']:,} whole households"
    )
    yield Shown("linked", text, seconds, str(found.folder / "report.html"))


def withdrawn(place: Place) -> Iterator[Shown]:
    """One parent changes their mind: their rows go at once."""
    start = perf_counter()
    with open_store(place.workspace) as store:
        held = store.permissions.decisions(
            USE, 1, "early_intervention", ["education"], "ask_first", on=place.today
        ).filter(pl.col("effect") == "granted")
        subject = held["subject"].sort()[0]
        event = NewEvent(
            subject=subject,
            expressed_by=subject,
            relation="self",
            effect="refuse",
            at=place.at(23, 59),
            recorded_by="demo",
            scope=Scope(use=USE, version=1),
            channel="phone",
        )
        now = datetime.combine(place.today + timedelta(days=1), time(0, 0), UTC)
        store.permissions.append([event], now=now)
    done = follow(place.use(), today=place.today)
    rows = counted(done[1].rows if done else 0, "row", "rows")
    text = f"one parent says no: {rows} left the run, and no later file brings anything back"
    yield Shown("withdrawn", text, perf_counter() - start, f"licet log show {place.root}")


def audited(place: Place) -> Iterator[Shown]:
    """For whom the linkage goes wrong, held against the truth."""
    done, seconds = timed(
        lambda: auditing.linkage(
            place.use(), truth=place.root / LABELS, by=("ethnicity",), today=place.today
        )
    )
    yield Shown("audited", f"the linkage by ethnicity: {verdict(done)}", seconds, page(done))


def scored(place: Place) -> Iterator[Shown]:
    """A made-up vendor's risk flags against simple rules, and by group."""
    done, seconds = timed(
        lambda: auditing.forecast(place.root / SCORES_PLAN, place.root / SCORES, today=place.today)
    )
    lines = [line.split() for line in done.text.splitlines()]
    failed = [words[0] for words in lines if words[1:2] == ["FAIL"]]
    text = (
        f"a vendor's risk flags: {done.standing} (gates {', '.join(failed)}). Its use is suspended"
    )
    yield Shown("audited", text, seconds, page(done))


def decided(place: Place) -> Iterator[Shown]:
    """No more than the evidence allows."""
    found = consider(place.use(), today=place.today)
    made, seconds = timed(
        lambda: decide(
            place.use(),
            "build" if found.allowed.decision == "do" else found.allowed.decision,
            role="Director of Children's Services",
            today=place.today,
            because="We ask, talk and measure first; nobody is picked out.",
        )
    )
    text = f"{USE}: {made.decision.upper()}. Nobody is picked out until more is known"
    yield Shown("decided", text, seconds, f"licet decide {place.use()}")


def talked(place: Place) -> Iterator[Shown]:
    """What a family asks is accepted, binds, and the next run is refused."""
    start = perf_counter()
    words = f"Please keep what was joined about us for {KEPT_DAYS} days at most."
    sent = ask(place.root, USE, "proposal", words, Who("demo-family"), now=place.at(9))
    checked = Who("demo-moderator", "Information governance")
    do(place.root, sent.item, "open", checked, now=place.at(10))
    owner = Who("demo-owner", "Director of Children's Services")
    do(
        place.root, sent.item, "accept", owner, now=place.at(11), words="Agreed. It binds from today.",
        parameter="retention", value=str(KEPT_DAYS),
    )  # fmt: skip
    text = f"a family asks that joined records go after {KEPT_DAYS} days. Accepted: it binds"
    yield Shown("talked", text, perf_counter() - start, f"licet dialogue list {place.root}")
    reason, seconds = timed(lambda: _refusal(place.use(), place.today))
    yield Shown("refused", f"the next run of {USE}: {reason}", seconds)


def amended(place: Place) -> Iterator[Shown]:
    """The use as it was agreed, published as its next version; then it is linked."""
    start = perf_counter()
    path = place.use()
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("version = 1", "version = 2"),
        ("retention_days = 365", f"retention_days = {KEPT_DAYS}"),
    ):
        text = text.replace(f"\n{old}\n", f"\n{new}\n", 1)
    path.write_text(text, encoding="utf-8")
    publish_site(place.root, today=place.today)
    found = link(path, today=place.today)
    text = (
        f"{USE} version 2 keeps what was agreed, and is linked: {found.counts['persons']:,} people"
    )
    yield Shown("amended", text, perf_counter() - start, str(found.folder / "report.html"))


def witnessed(place: Place) -> Iterator[Shown]:
    """The log, whole and unbroken; the register as it now stands."""

    def verify() -> Any:
        with open_store(place.workspace) as store:
            store.batches.publish(threshold=place.workspace.disclosure_threshold)
            return store.log.verify()

    found, seconds = timed(verify)
    state = "SOUND" if not found.findings else "BROKEN"
    text = f"{state}: {found.size} leaves, each witnessed by all later ones"
    yield Shown("log", text, seconds, f"licet log verify {place.root}")
    _, seconds = timed(lambda: publish_site(place.root, today=place.today))
    text = "shows uses, rulings, refusals, audits, decisions, and what was agreed"
    yield Shown("register", text, seconds)


STAGES = (
    founded, ruled, published, refused, asked, linked, withdrawn, audited, scored, decided, talked, amended,
    rights, witnessed,
)  # fmt: skip
"""The story in its order."""


def _ending(place: Place) -> str:
    index = (place.root / "site" / "index.html").resolve()
    return (
        f"\n{perf_counter() - place.started:.0f} seconds in all. The register: {index.as_uri()}\n"
        f"With questions, answers and sign-in: licet serve {place.root} --demo, then http://127.0.0.1:8000/"
    )
