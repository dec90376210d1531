"""The page of benchmarks: figures beside peers, what missed said so, and nothing below the stated size."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    if not (ROOT / "bench").is_dir():
        pytest.skip("no folder bench in this distribution. Next: run this in a clone")
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    yield __import__("figures")
    sys.modules.pop("figures", None)


def test_a_target_is_held_at_its_edge_and_missed_beyond(figures: ModuleType) -> None:
    assert figures.faster("a", 1.0, "R", 50.0, 50).held is True
    assert figures.faster("a", 1.0, "R", 49.9, 50).held is False
    assert figures.at_most("a", 3.0, "plain", 2.0, 1.5).held is True
    assert figures.at_most("a", 3.1, "plain", 2.0, 1.5).held is False
    assert figures.below("a", 4000, "MB", 4000).held is True
    assert figures.below("a", 4001, "MB", 4000).held is False
    assert figures.below("a", 1, "s").held is None


def test_ratios_and_seconds_are_told(figures: ModuleType) -> None:
    one = figures.faster("a", 0.036, "R (svyby)", 3.049, 100)
    assert (one.licet, one.theirs, one.ratio) == ("0.036 s", "3.05 s", "84.7 times as fast")
    assert figures.at_most("a", 0.0021, "bare", 0.001).ratio == "2.10 times as long"
    assert figures.at_most("a", 0.0021, "bare", 0.001).licet == "2.1 ms"


@pytest.mark.parametrize(("size", "rounds"), [(499_999, 3), (500_000, 2), (0, 3)])
def test_below_the_stated_size_nothing_is_written(
    size: int, rounds: int, figures: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, page = tmp_path / "figures.json", tmp_path / "page.md"
    found = [figures.below("a", 1, "s")]
    assert not figures.record("criteria", size, "x", found, rounds=rounds, kept=kept, page=page)
    assert not kept.exists() and not page.exists()
    assert "Not written" in capsys.readouterr().out


def test_one_bench_renews_its_own_section_alone(figures: ModuleType, tmp_path: Path) -> None:
    kept, page = tmp_path / "figures.json", tmp_path / "page.md"
    first = [figures.at_most("one", 1.0, "plain", 1.0, 3)]
    assert figures.record("features", 500_000, "Old", first, kept=kept, page=page)
    data = json.loads(kept.read_text())
    data["features"]["day"] = "2026-01-02"
    kept.write_text(json.dumps(data))
    second = [figures.at_most("two", 4.0, "plain", 1.0, 3), figures.below("three", 5, "MB")]
    assert figures.record("criteria", 500_000, "New", second, kept=kept, page=page)
    text = page.read_text()
    assert "Old. Measured 2026-01-02 on" in text
    assert "| one | 1 s | plain | 1 s | 1.00 times as long | at most 3 | held |" in text
    assert "| two | 4 s | plain | 1 s | 4.00 times as long | at most 3 | **missed** |" in text
    assert "| three | 5 MB |  |  |  |  | beside it |" in text
    assert "Of 2 figures asked for, 1 held and 1 were missed" in text
    assert "Not measured yet at 1,000,000 people or more: `make bench ONLY=audit`." in text


def test_every_bench_is_there(figures: ModuleType) -> None:
    for bench in figures.BENCHES.values():
        assert (ROOT / "bench" / bench.program[0]).is_file()


def test_what_is_committed_is_of_the_stated_sizes_and_the_page_is_its_own(
    figures: ModuleType,
) -> None:
    assert figures.PAGE.read_text(encoding="utf-8") == figures.written(figures.read())
