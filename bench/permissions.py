"""Permitted rows of a million people, against a bare indexed anti-join in the same database.

    python bench/permissions.py                           SQLite, 1,000,000 people: about five minutes
    python bench/permissions.py --people 50000 --rounds 3 a quick look
    python bench/permissions.py --url postgresql://...    another database, which must be empty

The bare query knows one thing only: the latest event of each person wins. It reads a table of its own
with the same events and a covering index, and brings its ids out in the same way.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from figures import Figure, at_most, below, record

from licet.permission import Identity, NewEvent, Question, Scope
from licet.store import Store
from licet.store.rows import numbers

USE, PURPOSE, SERVICE = "early-help", "early_intervention", "education"
ON = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 20_000

SHARES = (
    ("yes", 0.50, 1),
    ("no", 0.12, 1),
    ("two", 0.15, 2),
    ("both", 0.06, 2),
    ("withdrawn", 0.08, 2),
    ("silent", 0.09, 0),
)
"""What people did, their share, and how many events that makes: 1.2 a person."""

TARGETS = {"all rules": 1.5, "decisions": 5.0}
"""At most so many times the bare query."""
JOBS = {
    "all rules": "permitted ids, by all rules",
    "decisions": "what was decided of each person, and why",
}


@dataclass(frozen=True)
class Times:
    """Seconds of each round by name, and how many ids came out."""

    seconds: dict[str, list[float]]
    found: dict[str, int]

    def ratio(self, name: str) -> float:
        """Median seconds over those of the bare query."""
        return median(self.seconds[name]) / median(self.seconds["bare"])


def kinds(people: int) -> Iterator[str]:
    """What each person did, mixed evenly."""
    wheel = [kind for kind, share, _ in SHARES for _ in range(round(share * 100))]
    for place in range(people):
        yield wheel[place * 37 % 100]


def said(place: int, kind: str) -> Iterator[NewEvent]:
    """The events of one person; every fourth person is a child under 13."""
    child = place % 4 == 0
    name = f"person/{place}"
    at = BEGIN + timedelta(minutes=place % 400_000)

    def event(effect: str, scope: Scope, *, voice: int = 0, later: int = 0) -> NewEvent:
        who = f"{name}#{voice}" if child or voice else name
        return NewEvent(
            subject=name,
            expressed_by=who,
            relation="parental_responsibility" if who != name else "self",
            effect=effect,
            scope=scope,
            at=at + timedelta(days=later),
            recorded_by="office",
            verified_by="letter",
            notice_hash="notice",
            language="en",
        )

    use, anything = Scope(USE, 1), Scope()
    if kind in ("yes", "two", "withdrawn"):
        yield event("grant", use)
    if kind == "no":
        yield event("refuse", Scope(USE))
    if kind == "two":
        yield event("refuse" if place % 3 == 0 else "grant", use, voice=1, later=1)
    if kind == "both":
        yield event("refuse", anything)
        yield event("grant", use, later=1)
    if kind == "withdrawn":
        yield event("withdraw", Scope(USE), later=1)


def fill(store: Store, people: int) -> tuple[int, float]:
    """Record everything; the number of events and seconds."""
    started, count = time.perf_counter(), 0
    identities: list[Identity] = []
    events: list[NewEvent] = []
    for place, kind in enumerate(kinds(people)):
        born = date(2017, 5, 1) if place % 4 == 0 else date(1985, 5, 1)
        identities.append(Identity(handle=f"person/{place}", birth=born, languages=("en",)))
        events += said(place, kind)
        if len(identities) == CHUNK or place == people - 1:
            store.permissions.append(events, identities, now=NOW, sign=False)
            count += len(events)
            identities, events = [], []
            print(f"\r{place + 1:,} people, {count:,} events", end="", flush=True)
    print()
    return count, time.perf_counter() - started


def bare_tables(connection: Any) -> None:
    """The same events as the bare query wants them: numbers, one index that covers everything."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_person (id bigint PRIMARY KEY)")
        cursor.execute("INSERT INTO bench_person SELECT id FROM store_party WHERE subject")
        cursor.execute(
            "CREATE TABLE bench_decision (purpose text, org text, category text, subject bigint, "
            "at bigint, effect int)"
        )
        cursor.execute(
            "INSERT INTO bench_decision SELECT coalesce(purpose, '*'), coalesce(service, '*'), "
            "coalesce(category, '*'), p.id, e.sequence, CASE WHEN effect = 'grant' THEN 1 ELSE 0 END "
            "FROM store_event e JOIN store_party p ON p.pseudonym = e.subject"
        )
        cursor.execute(
            "CREATE INDEX bench_covering ON bench_decision "
            "(purpose, org, category, subject, at, effect)"
        )
        cursor.execute("ANALYZE")


def bare(connection: Any) -> int:
    """Latest wins, as an anti-join: everybody but those whose latest event is no yes."""
    if connection.vendor == "sqlite":
        latest = "SELECT subject, max(at), effect FROM bench_decision {} GROUP BY subject"
    else:
        latest = (
            "SELECT DISTINCT ON (subject) subject, at, effect FROM bench_decision {} "
            "ORDER BY subject, at DESC"
        )
    where = "WHERE purpose IN (%s, '*') AND org IN (%s, '*') AND category IN (%s, '*')"
    query = (
        "SELECT p.id FROM bench_person p WHERE NOT EXISTS (SELECT 1 FROM "
        f"({latest.format(where)}) r WHERE r.subject = p.id AND r.effect = 0)"
    )
    return len(numbers(connection, query, (PURPOSE, SERVICE, "*")))


def measure(store: Store, rounds: int) -> Times:
    """The bare query and all rules in turns."""
    connection = store.connection
    question = Question(USE, 1, PURPOSE, SERVICE, "ask_first", ON)
    jobs: dict[str, Callable[[], int]] = {
        "bare": lambda: bare(connection),
        "all rules": lambda: len(store.permissions.permitted(question)),
        "decisions": lambda: len(
            store.permissions.decisions(USE, 1, PURPOSE, [SERVICE], "ask_first", on=ON)
        ),
    }
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    found: dict[str, int] = {}
    for _ in range(rounds):
        for name, job in jobs.items():
            started = time.perf_counter()
            found[name] = job()
            seconds[name].append(time.perf_counter() - started)
    return Times(seconds, found)


def withdrawals(store: Store, people: int, rounds: int = 20) -> float:
    """Median seconds of one withdrawal: event, chain, what stands, receipt."""
    taken = []
    yes = [place for place, kind in zip(range(people), kinds(people), strict=True) if kind == "yes"]
    for place in yes[:: max(1, len(yes) // rounds)][:rounds]:
        first = next(iter(said(place, "yes")))
        event = NewEvent(
            subject=first.subject,
            expressed_by=first.expressed_by,
            relation=first.relation,
            effect="withdraw",
            scope=Scope(USE),
            at=NOW,
            recorded_by="office",
        )
        started = time.perf_counter()
        store.permissions.append([event], now=NOW)
        taken.append(time.perf_counter() - started)
    return median(taken)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--url", default="")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/bench.sqlite3"
        with Store.open(url, Path(folder) / "keys") as store:
            events, seconds = fill(store, options.people)
            print(f"recorded {events:,} events in {seconds:.0f} s")
            bare_tables(store.connection)
            times = measure(store, options.rounds)
            for name, taken in times.seconds.items():
                print(
                    f"{name:12} {median(taken):.3f} s  {times.ratio(name):.2f} x  "
                    f"{times.found[name]:,} ids"
                )
            one = withdrawals(store, options.people)
            print(f"one withdrawal {1000 * one:.1f} ms")
    if not options.url:
        record(
            "permissions",
            options.people,
            f"{options.people:,} people, {events:,} events, SQLite",
            told(times, one),
            rounds=options.rounds,
        )


def told(times: Times, withdrawal: float) -> list[Figure]:
    """Both queries beside the bare one, and a withdrawal by itself."""
    bare_seconds, peer = median(times.seconds["bare"]), "a bare indexed anti-join"
    return [
        at_most(what, median(times.seconds[job]), peer, bare_seconds, TARGETS[job])
        for job, what in JOBS.items()
    ] + [below("one withdrawal: event, chain, receipt", 1000 * withdrawal, "ms")]


if __name__ == "__main__":
    main()
