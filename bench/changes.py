"""How long a no and a delivery take in a run of a million rows.

    python bench/changes.py WORKSPACE [--people 30] [--many 5000] [--fresh 5000] [--link]

WORKSPACE: as ``bench/linkage.py`` leaves it; a copy beside it is changed and thrown away. In turn: rows
that arrive against a full link, people who say no one by one, and many at once, each against one full
recompute by the same clusterer. Wall and processor time of each; ratios are of processor time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import polars as pl
from figures import Figure, at_most, below, faster, record
from linkage import DAY, LICET, USE, WORKSPACE, people_of, run

if TYPE_CHECKING:
    from licet.chapters.changing import Change, Rules
    from licet.chapters.joining import Secrets
    from licet.engines.zone import Zone
    from licet.permission.events import NewEvent
    from licet.store.opening import Store

SEED = 20260602
NEXT = DAY + timedelta(days=1)
FEED = "housing"
"""A feed with several records of one person, so that new records of people who are known may join them."""

ARRIVE = """
import sys
from datetime import date
from pathlib import Path
from licet import flow
done = flow.arrive(Path(sys.argv[1]), {sys.argv[2]: Path(sys.argv[3])}, today=date.fromisoformat(sys.argv[4]))
print(done.change.rows)
"""

WITHDRAW = """
import sys
from licet.cli import main
sys.argv = ["licet", "permission", "withdraw", *sys.argv[1:]]
main()
"""


@dataclass(frozen=True)
class Took:
    """Seconds of wall and processor time."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:8.3f} s wall {self.processor:8.3f} s processor"


def took(work: Callable[[], Any]) -> tuple[Any, Took]:
    """What some work gives, and how long it took."""
    wall, processor = perf_counter(), process_time()
    found = work()
    return found, Took(perf_counter() - wall, process_time() - processor)


def middle(of: Sequence[Took]) -> Took:
    """The medians."""
    return Took(median(one.wall for one in of), median(one.processor for one in of))


def late(of: Sequence[Took]) -> Took:
    """The 95th percentiles."""
    place = min(len(of) - 1, int(0.95 * len(of)))
    return Took(sorted(one.wall for one in of)[place], sorted(one.processor for one in of)[place])


@dataclass(frozen=True)
class Case:
    """A copy of the workspace. answered: row ids of people who said yes, by their handle."""

    root: Path
    answered: dict[str, list[str]]
    birth: dict[str, date]

    @property
    def use(self) -> Path:
        """The document of the use."""
        return self.root / "uses" / f"{USE}.toml"

    def no(self, handle: str, minute: int) -> NewEvent:
        """One person takes their yes back."""
        from licet.permission.events import NewEvent, Scope

        young = (DAY - self.birth[handle]).days // 365.25 < 13
        return NewEvent(
            subject=handle,
            expressed_by=f"parent of {handle}" if young else handle,
            relation="parental_responsibility" if young else "self",
            effect="withdraw",
            at=datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(minutes=minute),
            recorded_by="bench",
            scope=Scope(use=USE),
            verified_by="bench",
            channel="in_person",
        )


def case_of(root: Path) -> Case:
    """The people of a workspace whose rows are in its run in force."""
    truth = pl.read_parquet(root / "truth" / "records.parquet")
    truth = truth.with_columns(handle=pl.col("person").cast(pl.String))
    run_folder = root / "runs" / USE / (root / "runs" / USE / "current").read_text().strip()
    there = pl.read_parquet(run_folder / "crosswalk.parquet").select("row")
    held = truth.join(there, on="row", how="semi").group_by("handle").agg("row").sort("handle")
    return Case(root, dict(held.iter_rows()), births(root))


def births(root: Path) -> dict[str, date]:
    """When people were born, as the ledger knows it."""
    with opened(root) as store:
        frame = store.permissions.subjects()
    return dict(frame.drop_nulls("birth").select("handle", "birth").iter_rows())


@contextmanager
def opened(root: Path) -> Iterator[Store]:
    """The store of a workspace."""
    from licet.chapters.stores import open_store
    from licet.files.workspace import read_workspace

    with open_store(read_workspace(root)) as store:
        yield store


@contextmanager
def standing(case: Case, day: date) -> Iterator[tuple[Store, Zone, Rules, Secrets]]:
    """Store and zone of the run in force, open, with what its gate and clusters obey."""
    from licet.chapters import arriving, changing
    from licet.chapters.grounds import ground_of
    from licet.engines.zone import Zone

    with ground_of(case.use) as last:
        place = arriving.standing_place(last)
        ground = arriving.as_linked(last, place, day)
        with Zone(place.folder, threads=1) as zone:
            rules = arriving.rules_of(ground, arriving.spec_of(place))
            secrets = changing.next_secrets(ground.store, zone, USE)
            yield ground.store, zone, rules, secrets


def one_by_one(case: Case, handles: Sequence[str], day: date) -> tuple[list[Took], list[Took]]:
    """Withdrawals with store and zone open: ledger and zone together, and the zone alone."""
    from licet.chapters import changing

    whole, zones = [], []
    with standing(case, day) as (store, zone, rules, secrets):
        for minute, handle in enumerate(handles):
            event, now = case.no(handle, minute), _now(minute)
            _, ledger = took(lambda e=event, n=now: store.permissions.append([e], now=n))
            done, gone = took(lambda: changing.follow(store, zone, rules, secrets))
            _check(done, case, [handle])
            whole.append(Took(ledger.wall + gone.wall, ledger.processor + gone.processor))
            zones.append(gone)
    return whole, zones


def at_once(case: Case, handles: Sequence[str], day: date, minute: int) -> tuple[Took, Took]:
    """Many withdrawals at once: the ledger, and what follows it."""
    from licet.chapters import changing

    with standing(case, day) as (store, zone, rules, secrets):
        events = [case.no(handle, minute) for handle in handles]
        _, ledger = took(lambda: store.permissions.append(events, now=_now(minute), sign=False))
        done, gone = took(lambda: changing.follow(store, zone, rules, secrets))
        _check(done, case, handles)
    return ledger, gone


def forgotten(case: Case) -> Took:
    """What takes rows that left out of the bytes of the zone's file, once for each command."""
    from licet.chapters import changing
    from licet.files.runs import current

    folder = case.root / "runs" / USE / current(case.root, USE)
    return took(lambda: changing.forget_removed(folder))[1]


def _now(minute: int) -> datetime:
    return datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(minutes=minute + 1)


def _check(done: Change, case: Case, handles: Sequence[str]) -> None:
    least = sum(len(case.answered[handle]) for handle in handles)
    if done.rows < 0.9 * least:
        raise SystemExit(f"{done.rows} rows left of {least} and more")


def clustered_anew(zone: Zone, rules: Rules, secrets: Secrets) -> bool:
    """Every row of a zone clustered and named anew, and written; whether that is what stood there."""
    from licet.linkage.clusters import cluster
    from licet.linkage.persons import assign

    members, edges = zone.members(), zone.edges().at_least(rules.least)
    place = members["node"].to_numpy()
    labels = cluster(
        members.height,
        place.searchsorted(edges.a),
        place.searchsorted(edges.b),
        edges.weight,
        members["source"].to_numpy(),
        rules.alone,
        birth=members["birth"].to_numpy(),
    )
    label = members["row"].gather(pl.Series(labels))
    clustered = pl.DataFrame({"row": members["row"], "label": label})
    before = members.select("row", "person")
    found = assign(before, clustered, (), secrets.key, secrets.use, secrets.counter)
    zone._run("drop table if exists bench_member")
    zone._give("bench_member", members.drop("person").join(found.membership, on="row"))
    return found.events.is_empty()


def recompute(case: Case, day: date) -> tuple[Took, bool]:
    """Everything anew by the same clusterer; whether its partition is the one that stands."""
    with standing(case, day) as (_, zone, rules, secrets):

        def again() -> bool:
            with zone.changing():
                return clustered_anew(zone, rules, secrets)

        same, time = took(again)
        zone._run("drop table bench_member")
        return same, time


def at_once_anew(case: Case, handles: Sequence[str], day: date, minute: int) -> Took:
    """What follows many withdrawals, if not their components but everything is clustered anew."""
    from licet.chapters import changing
    from licet.linkage.changes import Touched

    held = changing.component, changing.again
    with standing(case, day) as (store, zone, rules, secrets):
        events = [case.no(handle, minute) for handle in handles]
        store.permissions.append(events, now=_now(minute), sign=False)

        def anew(*_: object) -> dict[str, int]:
            clustered_anew(zone, rules, secrets)
            return {}

        changing.component, changing.again = (lambda *_: (Touched((), ()), {})), anew  # type: ignore[assignment]
        try:
            done, gone = took(lambda: changing.follow(store, zone, rules, secrets))
        finally:
            changing.component, changing.again = held
        zone._run("drop table bench_member")
        _check(done, case, handles)
    return gone


def deliver(root: Path, count: int) -> Path:
    """A file of rows that are new to the feed, of people who are known to it."""
    held = pl.read_parquet(root / "feeds" / "data" / f"{FEED}.parquet")
    contract = (root / "feeds" / f"{FEED}.toml").read_text(encoding="utf-8")
    record = next(
        line.split('"')[1] for line in contract.splitlines() if line.startswith("record =")
    )
    fresh = held.sample(count, seed=SEED).with_columns(pl.format("9{}", record).alias(record))
    path = root / f"{FEED}-late.parquet"
    fresh.write_parquet(path)
    return path


def command(case: Case, handle: str, day: date) -> Took:
    """The whole command ``licet permission withdraw``, outputs written anew."""
    young = (DAY - case.birth[handle]).days // 365.25 < 13
    voice = ["--relation", "parental_responsibility", "--said-by", f"parent of {handle}"]
    wall, processor, _, _ = run(
        WITHDRAW,
        handle,
        "--use",
        USE,
        "--workspace",
        str(case.root),
        "--today",
        day.isoformat(),
        *(voice if young else []),
    )
    return Took(wall, processor)


def arrivals(case: Case, count: int, linked: Took | None, day: date) -> list[Figure]:
    """Rows that arrive, against a full link: a quarter of its time is wanted."""
    path = deliver(case.root, count)
    wall, processor, memory, said = run(ARRIVE, str(case.use), FEED, str(path), day.isoformat())
    print(f"{count:,} arrive, {said} let in:   {Took(wall, processor)}, {memory:,} MB")
    if linked is not None:
        print(f"a full link:                  {linked}, ratio {processor / linked.processor:.2f}")
        what, peer = f"{count:,} rows arrive", "a full link"
        return [
            at_most(f"{what}, processor time", processor, peer, linked.processor, 0.25),
            at_most(what, wall, peer, linked.wall, 0.25),
        ]
    else:
        manifest = next((case.root / "runs" / USE).glob("*/manifest.json"))
        seconds = json.loads(manifest.read_text(encoding="utf-8"))["seconds"]
        print(f"a full link, by its manifest: {seconds:8.1f} s wall, ratio {wall / seconds:.2f}")
    return []


def measure(root: Path, given: argparse.Namespace) -> list[Figure]:
    """Everything, on one copy."""
    day, linked, found = DAY, None, []
    if given.link:
        day = NEXT
        wall, processor, *_ = run(LICET, str(root / "uses" / f"{USE}.toml"), day.isoformat())
        linked = Took(wall, processor)
    case = case_of(root)
    drawn = Random(SEED).sample(
        sorted(case.answered), given.people + 2 * given.many + given.commands
    )
    if given.fresh:
        found += arrivals(case, given.fresh, linked, day)
    singles, rest = drawn[: given.people], drawn[given.people :]
    import pandas  # noqa: F401  DuckDB and PyArrow load both at some first use: that is not counted
    import pyarrow.dataset  # noqa: F401

    same, whole = recompute(case, day)
    print(f"all clustered anew:           {whole}, same partition: {same}")
    both, zones = one_by_one(case, singles, day)
    for what, times in (("one no, ledger and zone", both), ("of it the zone", zones)):
        print(f"{what:<24} median {middle(times)}")
        print(f"{'':<24} p95    {late(times)}")
    print(f"one no is {whole.processor / middle(both).processor:.0f} times as fast")
    found += one_no(both, whole)
    ledger, gone = at_once(case, rest[: given.many], day, given.people + 1)
    print(
        f"{given.many:,} at once, the ledger:    {ledger}\n{given.many:,} at once, the zone:      {gone}"
    )
    print(f"out of the zone's bytes too:  {forgotten(case)}")
    same, whole = recompute(case, day)
    print(f"all clustered anew:           {whole}, same partition: {same}")
    others = rest[given.many : 2 * given.many]
    anew = at_once_anew(case, others, day, given.people + 2)
    print(f"{given.many:,} others, all clustered anew: {anew}")
    at_once_too = f"{given.many:,} people say no at once: what follows in the run"
    found.append(at_most(at_once_too, gone.wall, "the same, all clustered anew", anew.wall, 1))
    for handle in rest[2 * given.many :]:
        whole = command(case, handle, day)
        print(f"licet permission withdraw:    {whole}")
        found.append(below("licet permission withdraw, outputs made anew", whole.wall, "s"))
    return found


def one_no(both: Sequence[Took], whole: Took) -> list[Figure]:
    """One withdrawal with ledger and chain: 50 times as fast as clustering all, or 60 ms."""
    ours = middle(both)
    plain = faster(
        "one no, ledger and run, processor time", ours.processor, "all clustered anew", whole.processor, 50
    )  # fmt: skip
    held = bool(plain.held) or ours.wall <= 0.06
    late_wall = 1000 * late(both).wall
    return [
        replace(plain, wanted="at least 50, or 60 ms", held=held),
        below("one no, 95th percentile", late_wall, "ms"),
    ]


def main() -> None:
    """Copy, measure, throw away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path, nargs="?", default=WORKSPACE)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--many", type=int, default=5_000)
    parser.add_argument("--fresh", type=int, default=5_000)
    parser.add_argument("--commands", type=int, default=1)
    parser.add_argument("--link", action="store_true", help="link anew first, for the ratio")
    given = parser.parse_args()
    beside = given.workspace.absolute().parent
    with tempfile.TemporaryDirectory(dir=beside, prefix="changes-") as folder:
        root = Path(folder) / "town"
        shutil.copytree(given.workspace, root)
        found = measure(root, given)
    whole = given.link and given.people >= 30 and min(given.many, given.fresh) >= 5_000
    size = people_of(given.workspace) if whole else 0
    rows = f"A run of {size:,} people's records; {given.people} people say no one by one"
    record("changes", size, rows, found)


if __name__ == "__main__":
    sys.exit(main())
