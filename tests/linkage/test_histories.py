"""Random histories of a run in force: after every step it is what linking everything again would make.

The plain way: keep the rows by the rule, score them all with the frozen model, cluster them all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.chapters import joining, releasing
from licet.chapters.admitting import admit
from licet.chapters.arriving import arrive, feeds_of_run, follow, spec_of
from licet.chapters.linking import link
from licet.chapters.sealing import keep_in_force
from licet.engines.duckdb import DuckDBEngine
from licet.engines.zone import MENTIONS, Zone, read_rows
from licet.files.feeds import read_feeds
from licet.files.runs import RunPlace, current, digests, read_manifest
from licet.permission import Question
from tests.conftest import FULL
from tests.linkage.conftest import Made
from tests.linkage.town import (
    FEEDS,
    NOW,
    TODAY,
    USE,
    answer,
    drawn,
    event,
    identity,
    made,
    make_workspace,
    store_of,
    write_feed,
)  # fmt: skip

pytestmark = pytest.mark.long

LATER = date(2029, 9, 2)
"""A day after the ruling came to its end."""


@dataclass
class Plain:
    """What a run ought to hold. rows, mentions: those let in and not gone since."""

    case: Made
    rows: dict[str, dict[str, object]] = field(default_factory=dict)
    mentions: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def place(self) -> RunPlace:
        return RunPlace(self.case.root, USE, current(self.case.root, USE))

    def _admitted(self, on: date, folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows and mentions of some deliveries that the whole gate lets in on a day."""
        with store_of(self.case.root) as store:
            people = store.permissions.subjects()

            def decisions(service: str) -> pl.DataFrame:
                question = Question(USE, 1, "early_intervention", service, "ask_first", on, 1)
                return store.permissions.decisions(
                    USE, 1, question.purpose, [service], "ask_first", on=on, material=1
                )

            feeds = read_feeds(self.case.root)
            files = {path.stem: path for path in folder.glob("*.csv")}
            found = admit(feeds, people, decisions, arrived=files)
        return found.rows, found.mentions

    def deliver(self, on: date, folder: Path) -> None:
        """Take what a delivery brings, and remember it as it came first."""
        rows, mentions = self._admitted(on, folder)
        fresh = [r for r in rows.to_dicts() if r["row"] not in self.rows.keys() | self.gone]
        self.rows |= {str(row["row"]): row for row in fresh}
        new = {row["row"] for row in fresh}
        self.mentions |= {(m["row"], m["place"]): m for m in mentions.to_dicts() if m["row"] in new}

    def settle(self, on: date, folder: Path) -> None:
        """Let go of what is no longer permitted. folder: everything that was ever delivered."""
        rows, mentions = self._admitted(on, folder)
        allowed = set(rows["row"])
        self.gone |= self.rows.keys() - allowed
        self.rows = {name: row for name, row in self.rows.items() if name in allowed}
        named = set(mentions.select("row", "place").iter_rows())
        self.mentions = {key: m for key, m in self.mentions.items() if key in named}

    def check(self) -> None:
        """Compare with the run as it stands."""
        place = self.place()
        with Zone(place.folder) as zone:
            members, edges = zone.members(), zone.edges()
            gone = zone.gone()
        assert set(members["row"]) == set(self.rows)
        with store_of(self.case.root) as store:
            assert {store.keys.stand_in("withdrawn row", row) for row in self.gone} == gone
            must, cannot = joining.reviewed(store, USE)
        kept = read_rows(place.folder)
        assert set(kept["row"] if kept.height else ()) == set(self.rows)
        held = read_rows(place.folder, kind=MENTIONS)
        found = set(held.select("row", "place").iter_rows()) if held.height else set()
        assert found == set(self.mentions)
        self._same_people(place, members, edges, must, cannot)
        self._same_outputs(place, members)

    def _same_people(
        self, place: RunPlace, members: pl.DataFrame, edges: object, must: object, cannot: object
    ) -> None:
        if not self.rows:
            return
        spec = spec_of(place)
        rows = pl.DataFrame(list(self.rows.values()), infer_schema_length=None)
        rows = rows.sort("row").drop("node").with_row_index("node")
        rows = rows.with_columns(pl.col("node").cast(pl.Int64))
        engine = DuckDBEngine(place.root)
        try:
            engine.load(rows)
            scored = engine.score(spec, releasing.trimmed(releasing.read_model(place.folder), rows))
        finally:
            engine.close()
        names = dict(rows.select("node", "row").iter_rows())
        ours = dict(members.select("node", "row").iter_rows())
        assert _named(scored, names) == _named(edges, ours)
        label = joining.clusters(rows, scored, spec, feeds_of_run(place), must, cannot)  # type: ignore[arg-type]
        assert _parts(label.rename({"label": "person"})) == _parts(members)

    def _same_outputs(self, place: RunPlace, members: pl.DataFrame) -> None:
        crosswalk = pl.read_parquet(place.folder / "crosswalk.parquet")
        there = set(members.select("row", "person").iter_rows())
        assert set(crosswalk.select("row", "person").iter_rows()) == there
        persons = pl.read_parquet(place.folder / "persons.parquet")
        counts = members.group_by("person").agg(rows=pl.len())
        assert set(persons.select("person", "rows").iter_rows()) == set(counts.iter_rows())
        assert read_manifest(place.folder)["outputs"] == digests(place.folder)


def _named(edges: object, names: dict[int, str]) -> dict[tuple[str, str], float]:
    return {
        tuple(sorted((names[a], names[b]))): round(w, 6)  # type: ignore[misc]
        for a, b, w in zip(edges.a.tolist(), edges.b.tolist(), edges.weight.tolist(), strict=True)  # type: ignore[attr-defined]
    }


def _parts(members: pl.DataFrame) -> set[frozenset[str]]:
    return {frozenset(rows) for rows in members.group_by("person").agg(pl.col("row"))["row"]}


STEPS = ("withdraw", "refuse", "grant", "arrive", "again", "new", "details", "lapsed")


class History:
    """One history. Half of the rows are delivered at first, the rest comes later."""

    def __init__(
        self, case: Made, held_back: dict[str, set[str]], everything: Path, seed: int
    ) -> None:
        self.case, self.held_back, self.everything = case, held_back, everything
        self.draw = np.random.default_rng(seed)
        self.plain = Plain(case)
        self.day = 2
        self.told: list[str] = []

    def say(self, numbers: Iterable[int], effect: str, **details: object) -> None:
        people = [self.case.town.people[number] for number in numbers]
        self.day += 1
        words = {
            p.handle: "refuse"
            if effect == "withdraw" and self.case.answers[p.number] != "yes"
            else effect
            for p in people
        }
        with store_of(self.case.root) as store:
            store.permissions.append(
                [
                    replace(
                        event(p, words[p.handle], 1),
                        at=datetime(2026, 11, 2, 0, self.day, tzinfo=NOW.tzinfo),
                    )
                    for p in people
                ],  # type: ignore[arg-type]
                [identity(p, **details) for p in people],
                now=NOW,
                sign=False,
            )

    def some(self, count: int) -> list[int]:
        return [int(n) for n in self.draw.choice(len(self.case.town.people), count, replace=False)]

    def step(self, what: str) -> None:
        getattr(self, f"_{what}")()
        self.told.append(what)
        on = LATER if what == "lapsed" else TODAY
        follow(self.case.use, today=on)
        self.plain.settle(on, self.everything)
        self.plain.check()

    def _withdraw(self) -> None:
        self.say(self.some(2), "withdraw")

    def _refuse(self) -> None:
        self.say(self.some(2), "refuse")

    def _grant(self) -> None:
        self.say(self.some(2), "grant")

    def _new(self) -> None:
        """Somebody whom nobody knew, with the name of another person, says no."""
        like, other = (self.case.town.people[n] for n in self.some(2))
        twin = replace(like, number=10_000 + self.day, guardian=None, house=other.house)
        self.day += 1
        with store_of(self.case.root) as store:
            store.permissions.append([event(twin, "refuse")], [identity(twin)], now=NOW, sign=False)

    def _details(self) -> None:
        """The office corrects who somebody is: they are now taken for another person."""
        one, other = self.some(2)
        person = self.case.town.people[other]
        self.say([one], "refuse", given=person.given, family=person.family, birth=person.birth)

    def _arrive(self) -> None:
        feed = str(self.draw.choice([f for f in FEEDS if self.held_back[f]] or FEEDS))
        some = sorted(self.held_back[feed])[:4]
        self.held_back[feed] -= set(some)
        self.deliver(feed, some)

    def _again(self) -> None:
        """A whole feed is delivered once more: what was withdrawn must not come back."""
        feed = str(self.draw.choice(FEEDS))
        self.deliver(
            feed,
            [
                r["record"]
                for r in self.case.town.rows[feed]
                if r["record"] not in self.held_back[feed]
            ],
        )

    def deliver(self, feed: str, records: list[str]) -> None:
        rows = [row for row in self.case.town.rows[feed] if row["record"] in records]
        if not rows:
            return
        folder = self.case.root / f"delivered-{self.day}-{feed}"
        folder.mkdir(exist_ok=True)
        write_feed(folder / f"{feed}.csv", feed, rows)
        self.plain.settle(TODAY, self.everything)
        arrive(self.case.use, {feed: folder / f"{feed}.csv"}, today=TODAY)
        self.plain.deliver(TODAY, folder)

    def _lapsed(self) -> None:
        """The ruling came to its end; a no is followed all the same."""
        keep_in_force(self.case.root, today=LATER)
        self.say(self.some(1), "withdraw")


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, dict[str, set[str]]]:
    """A town of which two rows in three are linked."""
    root, town = tmp_path_factory.mktemp("begun") / "town", made(26, 7)
    make_workspace(root, town)
    draw = np.random.default_rng(8)
    answers = drawn(town, draw, (8, 1, 1, 1))
    answer(root, town, answers, draw)
    held_back: dict[str, set[str]] = {}
    for feed in FEEDS:
        late = {row["record"] for row in town.rows[feed] if draw.random() < 0.33}
        held_back[feed] = late
        rows = [row for row in town.rows[feed] if row["record"] not in late]
        write_feed(root / "feeds" / "data" / f"{feed}.csv", feed, rows)
    case = Made(root, town, answers)
    _review(case, draw)
    link(case.use, today=TODAY)
    everything = root / "everything"
    everything.mkdir()
    for feed in FEEDS:
        write_feed(everything / f"{feed}.csv", feed, town.rows[feed])
    return case, held_back


def _review(case: Made, draw: np.random.Generator) -> None:
    """Reviewers join rows of different people and part rows of one person, each row once."""
    rows = [str(row) for row in draw.permutation(sorted(case.town.owner))]
    with store_of(case.root) as store:
        for first, second in zip(rows[:12:2], rows[1:12:2], strict=True):
            store.reviews.add(USE, (first, second), "must", "tester", at=NOW)
        free, parted = rows[12:], 0
        for first in free:
            owner = case.town.owner[first]
            other = [r for r in free if r > first and case.town.owner[r] == owner]
            if other and parted < 6:
                parted += 1
                store.reviews.add(USE, (first, other[0]), "cannot", "tester", at=NOW)


@pytest.mark.parametrize("first", range(0, 500, 20) if FULL else range(1))
def test_a_run_that_follows_is_what_linking_again_makes(
    begun: tuple[Made, dict[str, set[str]]], tmp_path: Path, first: int, full: bool
) -> None:
    """Over 500 histories with LICET_FULL=1, in parts that can be shared out."""
    case, held_back = begun
    for seed in range(first, first + 20) if full else [first]:
        copy = case.again(tmp_path / f"history-{seed}")
        held = {feed: set(late) for feed, late in held_back.items()}
        history = History(copy, held, copy.root / "everything", seed)
        history.plain.deliver(TODAY, copy.root / "feeds" / "data")
        history.plain.check()
        steps = history.draw.choice(STEPS[:-1], 5) if full else history.draw.permutation(STEPS[:-1])
        for what in [*map(str, steps), *(["lapsed"] if seed % 3 == 0 else [])]:
            history.step(what)
        shutil.rmtree(copy.root)
