"""Run the tests on one change after another, each in a process of its own that begins with everything loaded.

``Prepared`` collects the tests once. A first child runs them all and notes which lines each reaches and how
long it takes. Then each change of a function is put into a child, and the tests that reach it run, quickest
first, until one fails. ``Fresh`` does the same for a change outside functions: there the changed file is put
in place before anything of Licet is loaded.
"""

from __future__ import annotations

import functools
import gc
import importlib.machinery
import importlib.util
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from changes import Change, functions

KILLED, LIVES, BROKEN = 1, 0, 3
QUIET = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "--assert=plain"]
MEMORY = 6 << 30


class Seen:
    """What the first run saw. reached: by file and line, the tests; seconds: of each test."""

    def __init__(self, reached: dict[str, dict[int, list[str]]], seconds: dict[str, float]):
        self.reached = reached
        self.seconds = seconds
        self.kills: Counter[tuple[str, str]] = Counter()

    def order(self, change: Change, tests: Iterable[str], all_others: bool = False) -> list[str]:
        """The tests to run on a change: those that found its neighbours out, then the quickest."""
        by_line = self.reached.get(change.file, {})
        lines = change.lines if change.where and not all_others else by_line
        near = {test for line in lines for test in by_line.get(line, ())}
        wanted = [t for t in tests if all_others or t in near]
        place = change.file + change.where
        return sorted(
            wanted,
            key=lambda t: (-self.kills[place, t], t not in near, self.seconds.get(t, 0.0)),
        )


def loaded_later() -> Any:
    """Settings of Hypothesis for children: one failure is enough, it need not be made small."""
    from hypothesis import Phase, settings

    now = settings.get_profile(settings.get_current_profile_name())
    settings.register_profile("mutants", now, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")


class Prepared:
    """A plugin of pytest that tries the changes of functions, ``jobs`` at a time."""

    def __init__(self, sources: dict[str, Path], wanted: Sequence[Change], jobs: int, out: Path):
        self.sources, self.wanted, self.jobs, self.out = sources, wanted, jobs, out

    def pytest_sessionstart(self) -> None:
        loaded_later()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            return True
        seen = measured(session, self.sources, self.out)
        gc.unfreeze()
        items = {item.nodeid: item for item in session.items}
        known = _functions_in(self.sources)
        pool = Pool(self.jobs)
        outcome: dict[int, tuple[str, str]] = {}
        for number, change in enumerate(self.wanted):
            if change.where and not change.where.endswith("."):
                tests = seen.order(change, items)
                if not tests:
                    outcome[number] = "lives", "no test reaches it"
                    continue
                limit = sum(seen.seconds.get(t, 0.1) for t in tests)
                replaced = _replaced(change, self.sources[change.file], known)
                if replaced is None:
                    continue
                work = partial(_swap_and_run, replaced, [items[t] for t in tests])
                for ended in pool.start(number, work, limit):
                    note(ended, outcome, self.wanted, seen)
        for ended in pool.rest():
            note(ended, outcome, self.wanted, seen)
        kills = [[*key, count] for key, count in seen.kills.items()]
        text = json.dumps({"outcome": outcome, "kills": kills})
        (self.out / "functions.json").write_text(text, encoding="utf-8")
        return True


def note(
    ended: tuple[int, str, str],
    outcome: dict[int, tuple[str, str]],
    wanted: Sequence[Change],
    seen: Seen,
) -> None:
    """Keep how a change ended and which test noticed; says it if none did."""
    number, how, by = ended
    outcome[number] = how, by
    change = wanted[number]
    if how == "killed" and by:
        seen.kills[change.file + change.where, by] += 1
    if how != "killed":
        print(f"{how}: {change}", flush=True)


def measured(session: pytest.Session, sources: dict[str, Path], out: Path) -> Seen:
    """Every test once, in a child: which lines it reaches, and its seconds."""
    noted = out / "seen.json"
    child = os.fork()
    if child == 0:
        _measure(session, sources, noted)
        os._exit(0)
    os.waitpid(child, 0)
    return read_seen(noted)


def read_seen(noted: Path) -> Seen:
    """What ``measured`` wrote down. Refuses tests that fail without any change."""
    said = json.loads(noted.read_text(encoding="utf-8"))
    if said["failed"]:
        raise pytest.UsageError(f"these fail without any change: {', '.join(said['failed'])}")
    reached = {
        file: {int(n): tests for n, tests in lines.items()}
        for file, lines in said["reached"].items()
    }
    return Seen(reached, said["seconds"])


def _measure(session: pytest.Session, sources: dict[str, Path], noted: Path) -> None:
    from coverage import Coverage

    include = [str(path) for path in sources.values()]
    cover = Coverage(data_file=None, include=include, config_file=False)
    seconds, failed = {}, []
    cover.start()
    for item, after in zip(session.items, [*session.items[1:], None], strict=True):
        cover.switch_context(item.nodeid)
        began = time.perf_counter()
        if _fails(item, after):
            failed.append(item.nodeid)
        seconds[item.nodeid] = time.perf_counter() - began
    cover.stop()
    data = cover.get_data()
    reached = {file: data.contexts_by_lineno(str(path)) for file, path in sources.items()}
    said = {"reached": reached, "seconds": seconds, "failed": failed}
    noted.write_text(json.dumps(said), encoding="utf-8")


def _fails(item: pytest.Item, after: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=after))


class Pool:
    """Children that run at once; how each ended is told by its number."""

    def __init__(self, jobs: int):
        self.jobs = jobs
        self.running: dict[int, tuple[int, int, Path]] = {}

    def start(self, number: int, work: Any, seconds: float) -> Iterator[tuple[int, str, str]]:
        """Start a child as soon as there is room; yields those that ended meanwhile."""
        while len(self.running) >= self.jobs:
            yield self._one()
        reading, writing = os.pipe()
        place = Path(tempfile.mkdtemp(prefix="mutants-"))
        child = os.fork()
        if child == 0:
            os.close(reading)
            _limits(seconds)
            code = BROKEN
            try:
                code = work_in(place, writing, work)
            except SystemExit:
                code = KILLED
            finally:
                os._exit(code)
        os.close(writing)
        self.running[child] = number, reading, place

    def rest(self) -> Iterator[tuple[int, str, str]]:
        """All that still run."""
        while self.running:
            yield self._one()

    def _one(self) -> tuple[int, str, str]:
        child, status = os.wait()
        number, reading, place = self.running.pop(child)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            by = pipe.read()
        shutil.rmtree(place, ignore_errors=True)
        if os.WIFSIGNALED(status):
            return number, "killed", ""
        ends = {LIVES: "lives", KILLED: "killed"}
        return number, ends.get(os.WEXITSTATUS(status), "broken"), by


def work_in(place: Path, writing: int, work: Any) -> int:
    """Do the work with nothing on the screen and files in ``place``."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.environ["TMPDIR"] = tempfile.tempdir = str(place)
    by = work()
    os.write(writing, by.encode())
    return KILLED if by else LIVES


def _limits(seconds: float) -> None:
    """A change may make a rule run for ever, or fill the memory: both are found out."""
    processor = int(10 + 5 * seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(60 + 30 * int(1 + seconds))


def _functions_in(sources: dict[str, Path]) -> dict[tuple[str, str, int], list[FunctionType]]:
    """Every function that exists, by file, name and first line: however it is wrapped."""
    names = {str(path): file for file, path in sources.items()}
    found: dict[tuple[str, str, int], list[FunctionType]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename in names:
            code = one.__code__
            key = names[code.co_filename], code.co_qualname, code.co_firstlineno
            found.setdefault(key, []).append(one)
    return found


def _replaced(
    change: Change, path: Path, known: dict[tuple[str, str, int], list[FunctionType]]
) -> list[tuple[FunctionType, CodeType]] | None:
    """The functions whose code is another after the change; None if that cannot be put in place."""
    try:
        after = functions(compile(change.make(), str(path), "exec"))
    except (SyntaxError, ValueError):
        return None
    pairs = [
        (one, code)
        for key, code in after.items()
        if key[0] == change.where or key[0].startswith(f"{change.where}.<locals>.")
        for one in known.get((change.file, *key), [])
    ]
    if not pairs or any(one.__code__.co_freevars != code.co_freevars for one, code in pairs):
        return None
    return pairs


def _swap_and_run(
    replaced: Sequence[tuple[FunctionType, CodeType]],
    tests: Sequence[pytest.Item],
) -> str:
    """The test that finds the change out, or ""."""
    for one, code in replaced:
        one.__code__ = code
    for kept in gc.get_objects():
        cached = isinstance(kept, functools._lru_cache_wrapper)
        if cached and str(kept.__module__).startswith(("licet", "tests", "test_")):
            kept.cache_clear()
    return first_that_fails(tests)


def first_that_fails(items: Sequence[pytest.Item]) -> str:
    """The first of the tests, in their order, that fails, or ""."""
    for item, after in zip(items, [*items[1:], None], strict=True):
        if _fails(item, after):
            return item.nodeid
    return ""


class Fresh:
    """A plugin of pytest that runs the tests in the order given until one fails."""

    def __init__(self, change: Change, seen: Seen):
        self.change, self.seen = change, seen
        self.by = ""

    def pytest_sessionstart(self) -> None:
        loaded_later()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            self.by = "collection"
            return True
        items = {item.nodeid: item for item in session.items}
        tests = self.seen.order(self.change, items, all_others=True)
        self.by = first_that_fails([items[t] for t in tests])
        return True


def run_fresh(change: Change, path: Path, module: str, tests: Sequence[str], seen: Seen) -> str:
    """Load Licet with the change in place and run the tests; which finds it out, or ""."""
    sys.meta_path.insert(0, _Changed(module, path, change))
    plugin = Fresh(change, seen)
    ended = pytest.main([*QUIET, *tests], plugins=[plugin])
    return plugin.by or ("" if ended == 0 else "loading")


class _Changed(importlib.machinery.SourceFileLoader):
    """Finds one module, and loads it changed."""

    def __init__(self, module: str, path: Path, change: Change):
        super().__init__(module, str(path))
        self.change = change

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> Any:
        if name != self.name:
            return None
        inside = [str(Path(self.path).parent)] if Path(self.path).name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self.path, loader=self, submodule_search_locations=inside
        )

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.change.make(), self.path, "exec")
