"""A process killed while it links, takes new rows or follows a no: nothing half is seen or lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
import pytest

from licet.chapters.arriving import arrive, follow
from licet.chapters.linking import link
from licet.engines.zone import Zone, read_rows
from licet.files.runs import PROOF, RunPlace, current, digests, read_manifest
from tests.conftest import FULL
from tests.linkage.conftest import Made
from tests.linkage.town import NOW, TODAY, USE, event, store_of, use_of, write_feed

pytestmark = pytest.mark.long

WORKER = """
import os, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
sys.path.insert(0, {here!r})
import splink, duckdb, django, polars
from tests.linkage.test_killed_runs import WORK
print(os.getpid(), flush=True)
WORK[{what!r}](Path({root!r}))
print("done", flush=True)
"""
OUTPUTS = ("persons", "crosswalk", "households", "relationships")
HERE = Path(__file__).resolve().parents[2]


def linking(root: Path) -> None:
    link(use_of(root), today=TODAY)


def arriving(root: Path) -> None:
    arrive(use_of(root), {"social_work": root / "late.csv"}, today=TODAY)


def withdrawing(root: Path) -> None:
    follow(use_of(root), today=TODAY)


WORK = {"link": linking, "arrive": arriving, "withdraw": withdrawing}


def prepared(what: str, linked: Made, answered: Made, to: Path) -> Made:
    """A workspace in which this work is to be done."""
    case = (answered if what == "link" else linked).again(to)
    town = case.town
    if what == "arrive":
        new = [{**row, "record": f"9{row['record']}"} for row in town.rows["social_work"]]
        write_feed(to / "late.csv", "social_work", new)
    if what != "link":
        yes = [n for n, word in case.answers.items() if word == "yes" and town.rows_of({n})][:3]
        with store_of(to) as store:
            store.permissions.append(
                [event(town.people[n], "withdraw", 9) for n in yes], now=NOW, sign=False
            )
    return case


def outputs(root: Path) -> dict[str, pl.DataFrame]:
    folder = RunPlace(root, USE, current(root, USE)).folder
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in OUTPUTS}


def nothing_half(root: Path) -> None:
    """Whatever is seen after a kill is whole."""
    with store_of(root) as store:
        store.permissions.verify()
        assert store.log.verify().sound
    run = current(root, USE)
    if not run:
        return
    folder = RunPlace(root, USE, run).folder
    manifest = read_manifest(folder)
    assert manifest["run"] == run and (folder / PROOF).exists()
    for name in OUTPUTS:
        pl.read_parquet(folder / f"{name}.parquet")
    with Zone(folder) as zone:
        if not zone.fact("stale"):
            assert digests(folder) == manifest["outputs"]


@pytest.mark.parametrize("what", WORK)
def test_killed(
    what: str, linked: Made, answered: Made, tmp_path: Path, full: bool, ready: Path | None
) -> None:
    reference = prepared(what, linked, answered, tmp_path / "whole")
    with _worker(what, reference.root, ready) as (_, told):
        began = time.perf_counter()
        assert told.readline() == "done\n", "the work fails even when nobody stops it"
        lasts = time.perf_counter() - began
    expected = outputs(reference.root)
    chance = np.random.default_rng([17, list(WORK).index(what)])
    for turn in range(34 if full else 1):
        case = prepared(what, linked, answered, tmp_path / f"killed-{turn}")
        with store_of(case.root) as store:
            events = store.permissions.verify().events
        with _worker(what, case.root, ready) as (process, _):
            time.sleep(float(chance.uniform(0.0, 1.05)) * lasts)
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        nothing_half(case.root)
        WORK[what](case.root)
        nothing_half(case.root)
        _same(outputs(case.root), expected)
        left_over(case.root)
        with store_of(case.root) as store:
            assert store.permissions.verify().events == events
            assert [run.state for run in store.runs.all()] == ["released"]


def _same(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> None:
    for name in OUTPUTS:
        assert found[name].equals(expected[name]), name


def left_over(root: Path) -> None:
    """No folder of an interrupted run, no row of one, nothing that was spilled."""
    place = RunPlace(root, USE, current(root, USE))
    assert sorted(path.name for path in place.parent.iterdir() if path.is_dir()) == [place.run]
    assert not (place.folder / "spilled").exists() and not list(place.folder.rglob("*.part"))
    with Zone(place.folder) as zone:
        assert set(read_rows(place.folder)["node"]) == set(zone.members()["node"])


@contextmanager
def _worker(what: str, root: Path, ready: Path | None) -> Iterator[tuple[int, IO[str]]]:
    """The number of a process that begins this work, and what it says; here it is waited for."""
    first = [str(ready / "ready-python")] if ready else [sys.executable, "-c"]
    code = WORKER.format(here=str(HERE), what=what, root=str(root))
    with subprocess.Popen([*first, code], stdout=subprocess.PIPE, text=True, cwd=HERE) as worker:
        assert worker.stdout is not None
        yield int(worker.stdout.readline()), worker.stdout


STEPS = {
    "link": (
        "licet.chapters.releasing.start", "licet.chapters.releasing.write_zone",
        "licet.chapters.releasing.write_outputs", "licet.chapters.releasing.check_outputs",
        "licet.chapters.releasing.write_manifest", "licet.chapters.releasing._show",
        "licet.files.runs.RunPlace.show", "licet.files.runs.write_text",
        "licet.store.runs.Runs.stage",
    ),
    "arrive": (
        "licet.chapters.changing._remove", "licet.chapters.missing.keep",
        "licet.chapters.changing.remove_rows", "licet.chapters.arriving._scored",
        "licet.chapters.arriving.write_rows", "licet.chapters.changing.add_rows",
        "licet.chapters.refreshing.write_outputs", "licet.chapters.refreshing.check_outputs",
        "licet.chapters.refreshing.write_manifest",
    ),
    "withdraw": (
        "licet.chapters.changing._remove", "licet.chapters.changing.remove_rows",
        "licet.chapters.refreshing.write_outputs", "licet.chapters.refreshing.check_outputs",
        "licet.chapters.refreshing.write_manifest",
    ),
}  # fmt: skip
"""Steps before and after each of which the work is stopped, as a kill would."""


LEFT_BEHIND = "licet.chapters.arriving.write_rows"
"""After it files hold rows that the zone does not know of."""


class Stopped(BaseException):
    """Nothing that is made for faults may handle this."""


def steps() -> list[tuple[str, str, bool]]:
    """Both sides of all with LICET_FULL=1; else of a withdrawal, and of every fourth of the other works.

    What is after a step is what is before the next one, so that the short tier stops a withdrawal before
    each and after the last, and the other works after; and where rows are left behind.
    """
    return [
        (what, step, after)
        for what, of in STEPS.items()
        for number, step in enumerate(of)
        for after in (False, True)
        if FULL
        or (what == "withdraw" and after is (step == of[-1]))
        or (what != "withdraw" and number % 4 == 2 and after)
        or (step == LEFT_BEHIND and after)
    ]


@pytest.mark.parametrize(("what", "step", "after"), steps())
def test_stopped_at_every_step(
    what: str,
    step: str,
    after: bool,
    linked: Made,
    answered: Made,
    wholes: dict[str, dict[str, pl.DataFrame]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = prepared(what, linked, answered, tmp_path / "town")
    with monkeypatch.context() as patched:
        _stop_at(patched, step, after)
        # What would put things in order on the way out: a kill leaves no time for it.
        patched.setattr("licet.chapters.releasing.failed", lambda *given: None)
        with pytest.raises(Stopped):
            WORK[what](case.root)
    nothing_half(case.root)
    WORK[what](case.root)
    nothing_half(case.root)
    left_over(case.root)
    _same(outputs(case.root), wholes[what])


@pytest.fixture(scope="session")
def wholes(
    linked: Made, answered: Made, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, pl.DataFrame]]:
    """What each work leaves when nobody stops it."""
    found = {}
    for what, work in WORK.items():
        case = prepared(what, linked, answered, tmp_path_factory.mktemp(what) / "town")
        work(case.root)
        found[what] = outputs(case.root)
    return found


def _stop_at(patched: pytest.MonkeyPatch, step: str, after: bool) -> None:
    import importlib

    place, _, name = step.rpartition(".")
    try:
        owner = importlib.import_module(place)
    except ModuleNotFoundError:
        module, _, kind = place.rpartition(".")
        owner = getattr(importlib.import_module(module), kind)
    real = getattr(owner, name)

    def stopped(*given: object, **named: object) -> None:
        if after:
            real(*given, **named)
        raise Stopped(step)

    patched.setattr(owner, name, stopped)


def test_no_row_of_an_interrupted_arrival_stays(
    linked: Made, answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody need deliver the file again for what was left of it to go."""
    case = prepared("arrive", linked, answered, tmp_path / "town")
    with monkeypatch.context() as patched:
        _stop_at(patched, "licet.chapters.arriving.write_rows", after=True)
        with pytest.raises(Stopped):
            arriving(case.root)
    follow(case.use, today=TODAY)
    left_over(case.root)
