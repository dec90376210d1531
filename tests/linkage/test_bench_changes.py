"""The bench of changes measures what it says: the same partition, rows that arrive, people who leave."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from licet.chapters.linking import link

BENCH = Path(__file__).resolve().parents[2] / "bench"
OURS = ("changes", "linkage", "town")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    if not BENCH.is_dir():
        pytest.skip("no folder bench in this distribution. Next: run this in a clone")
    monkeypatch.syspath_prepend(str(BENCH))
    held = {name: sys.modules.pop(name, None) for name in OURS}
    yield __import__("changes")
    for name in OURS:
        sys.modules.pop(name, None)
    sys.modules |= {name: module for name, module in held.items() if module is not None}


@pytest.mark.long
def test_a_small_workspace(
    bench: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "town"
    sys.modules["linkage"].make(root, 600)
    link(root / "uses" / f"{bench.USE}.toml", today=bench.DAY)
    given = argparse.Namespace(people=2, many=4, fresh=10, commands=1, link=False)
    bench.measure(root, given)
    told = capsys.readouterr().out
    assert "10 arrive, " in told and ", 0 let in" not in told
    assert told.count("same partition: True") == 2
    assert "one no, ledger and zone" in told and "4 at once, the zone" in told
    assert told.count("licet permission withdraw:") == 1
