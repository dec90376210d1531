"""The register with many uses and answers: pages beside a bare Django view, an answer beside a bare insert.

    python bench/register.py                               200 and 2,000 uses: about fifteen minutes
    python bench/register.py --uses 60,200 --people 5000 --rounds 40   a quick look

Makes each workspace once (``--keep FOLDER``), with three events of every person in the ledger. Then, in
turn in one process for each workspace: a page of the register through everything that stands around it,
and a bare Django view, without middleware, that renders the same template with constants. Besides: one
answer with its receipt, signature and chain entry beside one bare insert of the same row through the ORM;
and what a second publishing of the site takes by how many uses changed.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from figures import Figure, at_most, below, record

HERE = Path(__file__).parent
DAY = date(2026, 11, 2)
USE = "health-housing"
TARGETS = {"page": 2.5, "answer": 5.0, "uses": 1.3}
CHUNK = 20_000


def make(root: Path, uses: int, people: int) -> float:
    """A published town with so many uses and three events of every person; seconds to publish."""
    from licet import flow
    from licet.files.town import write_town

    root.parent.mkdir(parents=True, exist_ok=True)
    flow.init(root)
    write_town(root, 500, 7, DAY)
    source = (root / "uses" / f"{USE}.toml").read_text(encoding="utf-8")
    for number in range(uses - len(list((root / "uses").glob("*.toml")))):
        own = source.replace(f'id = "{USE}"', f'id = "use-{number}"')
        (root / "uses" / f"use-{number}.toml").write_text(own, encoding="utf-8")
    _ledger(root, people)
    started = perf_counter()
    flow.publish_site(root, today=DAY)
    return perf_counter() - started


def _ledger(root: Path, people: int) -> None:
    from licet.chapters.stores import open_store
    from licet.files.workspace import read_workspace
    from licet.permission import Identity, NewEvent, Scope

    begin = datetime(2026, 1, 5, tzinfo=UTC)

    def said(place: int) -> list[NewEvent]:
        name = f"person/{place}"
        return [
            NewEvent(
                subject=name, expressed_by=name, relation="self", effect=effect,
                scope=Scope(USE, 1 if effect == "grant" else None),
                at=begin + timedelta(days=day, minutes=place % 1000), recorded_by="office",
                verified_by="letter", notice_hash="0" * 64, language="en",
            )
            for day, effect in enumerate(("grant", "refuse", "grant"))
        ]  # fmt: skip

    with open_store(read_workspace(root)) as store:
        for first in range(0, people, CHUNK):
            places = range(first, min(first + CHUNK, people))
            identities = [
                Identity(handle=f"person/{place}", birth=date(1985, 5, 1), languages=("en",))
                for place in places
            ]
            events = [event for place in places for event in said(place)]
            store.permissions.append(
                events, identities, now=datetime(2026, 11, 1, tzinfo=UTC), sign=False
            )


def percentile(of: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(of)[min(len(of) - 1, int(0.95 * len(of)))]


def measured(root: Path, rounds: int) -> dict[str, dict[str, list[float]]]:
    """What ``peers/register_pages.py`` saw, in a process of its own."""
    command = [sys.executable, str(HERE / "peers" / "register_pages.py"), str(root), str(rounds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, dict[str, list[float]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def pages(found: dict[str, dict[str, list[float]]]) -> list[Figure]:
    """Print every page beside its bare view, and all of them together, which is returned."""
    print(
        f"{'page':34} {'licet p95':>10} {'bare p95':>10} {'ratio':>7}   milliseconds of processor time"
    )
    for page, one in found.items():
        if "bare" in one:
            ours, bare = (1000 * percentile(one[name]) for name in ("licet", "bare"))
            print(f"{page:34} {ours:10.2f} {bare:10.2f} {ours / bare:7.2f}")
    both = [one for one in found.values() if "bare" in one]
    ours, bare = (
        1000 * percentile([s for one in both for s in one[name]]) for name in ("licet", "bare")
    )
    wall, wall_bare = (
        1000 * percentile([s for one in both for s in one[f"{name} wall"]])
        for name in ("licet", "bare")
    )
    print(
        f"{'all of them':34} {ours:10.2f} {bare:10.2f} {ours / bare:7.2f}   at most {TARGETS['page']}"
    )
    print(f"{'all of them, wall':34} {wall:10.2f} {wall_bare:10.2f} {wall / wall_bare:7.2f}")
    peer = "a bare Django view with constants"
    return [
        at_most("pages, p95, processor time", ours / 1000, peer, bare / 1000, TARGETS["page"]),
        at_most("pages, p95", wall / 1000, peer, wall_bare / 1000),
    ]


def answers(found: dict[str, dict[str, list[float]]]) -> list[Figure]:
    """Print an answer beside a bare insert."""
    told = []
    for kind in ("", " wall"):
        ours, bare = (
            1000 * percentile(found["answer"][name + kind]) for name in ("licet", "insert")
        )
        print(f"{'an answer beside an insert' + kind:34} {ours:10.2f} {bare:10.2f} {ours / bare:7.2f}   "
              f"at most {TARGETS['answer']}")  # fmt: skip
        what = "an answer with receipt and chain, p95" + ("" if kind else ", processor time")
        told.append(at_most(what, ours / 1000, "a bare insert", bare / 1000, TARGETS["answer"]))
    return told


def grown(
    few: dict[str, dict[str, list[float]]], many: dict[str, dict[str, list[float]]]
) -> list[Figure]:
    """Print each page's times with few and with many uses."""
    print(
        f"{'page':34} {'few uses':>10} {'many':>10} {'ratio':>7}   p95, milliseconds of processor time"
    )
    for page in (page for page in few if page != "answer" and page in many):
        one, other = (1000 * percentile(found[page]["licet"]) for found in (few, many))
        print(f"{page:34} {one:10.2f} {other:10.2f} {other / one:7.2f}")
    shown = [page for page in few if page != "answer" and not page.endswith(".json")]
    one, other = (
        1000 * percentile([s for page in shown for s in found[page]["licet"]])
        for found in (few, many)
    )
    print(
        f"{'all pages':34} {one:10.2f} {other:10.2f} {other / one:7.2f}   at most {TARGETS['uses']}"
    )
    what = "pages with many uses, p95, processor time"
    return [at_most(what, other / 1000, "a tenth of the uses", one / 1000, TARGETS["uses"])]


def publishing(root: Path) -> list[Figure]:
    """Print what publishing again takes, by how many uses changed."""
    from licet import flow

    told = []
    flow.publish_site(root, today=DAY)  # what a process, or a copied site, does once
    documents = sorted((root / "uses").glob("use-*.toml"))
    for changed in (0, 1, 10, len(documents) // 10):
        for path in documents[:changed]:
            text = path.read_text(encoding="utf-8")
            version = int(text.split("version = ", 1)[1].split("\n", 1)[0])
            text = text.replace(f"version = {version}\n", f"version = {version + 1}\n", 1)
            path.write_text(text, encoding="utf-8")
        wall, before = perf_counter(), process_time()
        done = flow.publish_site(root, today=DAY)
        took, wall = process_time() - before, perf_counter() - wall
        print(f"published again, {changed:4} of {len(documents)} uses changed: {took:6.2f} s, "
              f"wall {wall:6.2f} s, {done.written} files written, {done.kept} kept")  # fmt: skip
        told.append(below(f"published again, {changed:,} uses changed", wall, "s"))
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Make, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--uses", default="200,2000")
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--turns", type=int, default=3)
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args(arguments)
    few, many = (int(one) for one in options.uses.split(","))
    folder = options.keep or Path(tempfile.mkdtemp(prefix="licet-register-"))
    print(
        platform.processor() or platform.machine(),
        platform.python_version(),
        f"{options.people:,} people",
    )
    try:
        for uses in (few, many):
            if not (folder / f"{uses}").exists():
                took = make(folder / f"{uses}", uses, options.people)
                print(f"{uses} uses published at first: {took:.1f} s")
        taken: dict[int, list[dict[str, dict[str, list[float]]]]] = {few: [], many: []}
        for _ in range(options.turns):
            for uses in (few, many):
                taken[uses].append(measured(folder / f"{uses}", options.rounds))
        together = {uses: joined(found) for uses, found in taken.items()}
        told = pages(together[many]) + answers(together[many])
        told += grown(together[few], together[many])
        publishing(folder / f"{few}")
        told += publishing(folder / f"{many}")
        size = many if options.people >= 100_000 and many >= 10 * few else 0
        rows = f"{many:,} uses, {options.people:,} people with three events each"
        record("register", size, rows, told, rounds=options.turns)
    finally:
        if not options.keep:
            shutil.rmtree(folder)


def joined(turns: Sequence[dict[str, dict[str, list[float]]]]) -> dict[str, dict[str, list[float]]]:
    """The seconds of all turns together."""
    return {
        page: {name: [s for turn in turns for s in turn[page][name]] for name in turns[0][page]}
        for page in turns[0]
    }


if __name__ == "__main__":
    main()
