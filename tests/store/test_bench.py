"""The bench of permissions asks what it says: 1.2 events a person, both queries about the same people."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from licet.store import Store

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    if not BENCH.is_dir():
        pytest.skip("no folder bench in this distribution. Next: run this in a clone")
    monkeypatch.syspath_prepend(str(BENCH))
    yield __import__("permissions")
    sys.modules.pop("permissions", None)


def test_the_queries_are_about_the_same_people(store: Store, bench: ModuleType) -> None:
    events, _ = bench.fill(store, 200)
    assert events == 240 and len(store.permissions.events()) == 240
    bench.bare_tables(store.connection)
    times = bench.measure(store, 1)
    kinds = list(bench.kinds(200))
    # Latest wins, with nobody else's no: everybody but those who said no last.
    no = kinds.count("no") + kinds.count("withdrawn")
    two = sum(kind == "two" and place % 3 == 0 for place, kind in enumerate(kinds))
    assert times.found["bare"] == 200 - no - two
    # Of two voices any no wins; adults answer for themselves; who is silent said no yes.
    assert times.found["all rules"] < times.found["bare"]
    assert times.found["decisions"] == 200
    assert bench.withdrawals(store, 200, rounds=2) < 1
