"""The bench measures what it says: same people every time, honest ratios, loud disagreement."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
MODULES = (
    "crowds", "environments", "figures", "page", "processes", "replication", "run", "scale",
    "survey_figures", "survey_tables", "weights",
)  # fmt: skip


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The modules of the bench, as ``python bench/run.py`` finds them."""
    if not BENCH.is_dir():
        pytest.skip("no folder bench in this distribution. Next: run this in a clone")
    monkeypatch.syspath_prepend(str(BENCH))
    yield {name: __import__(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)


def test_people_are_the_same_every_time(bench: dict[str, ModuleType], tmp_path: Path) -> None:
    one, two = (bench["survey_tables"].make_people(tmp_path / name, 1000) for name in "ab")
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()
    assert set(np.fromfile(one / "g.bin", dtype=np.int8)) == set(range(12))
    assert set(np.fromfile(one / "y20.bin", dtype=np.int8)) == {0, 1}
    assert set(np.fromfile(one / "z10.bin", dtype=np.int8)) == set(range(5))


def test_a_figure_that_differs_stops_the_bench(bench: dict[str, ModuleType]) -> None:
    agree = bench["survey_tables"].agree
    ours = {("y1", "g1"): (0.5, 0.01), ("y2", "g1"): (0.25, 0.02)}
    assert agree(ours, ours | {("y2", "g1"): (0.25, 0.02 * (1 + 1e-12))}, "x") < 1e-9
    with pytest.raises(SystemExit, match="differ"):
        agree(ours, ours | {("y2", "g1"): (0.25, 0.02 * (1 + 1e-8))}, "x")
    with pytest.raises(SystemExit, match="differ"):
        agree(ours, ours | {("y2", "g1"): (0.25, float("nan"))}, "x")
    with pytest.raises(SystemExit, match="same cells"):
        agree(ours, {("y1", "g1"): (0.5, 0.01)}, "x")


def test_ratios_say_how_many_times_as_long(bench: dict[str, ModuleType]) -> None:
    times = bench["survey_tables"].Times
    slow, fast = times("R", [4.0, 6.0, 5.0], [4.0, 4.0, 4.0]), times("licet", [0.1] * 3, [0.2] * 3)
    assert slow.over(fast) == pytest.approx((50, 40, 20))


def test_a_missed_target_is_called_missed(bench: dict[str, ModuleType]) -> None:
    page, tables = bench["page"], bench["survey_tables"]
    shape = page.Shape("one", "Twelve groups", "svyby", "by=")
    for rows, path, seconds, word in (
        (1_000_000, "licet", 4.0, "**Missed.** R"),
        (1_000_000, "licet", 6.0, "Held. R"),
        (1_000_000, "licet compiled", 6.0, "**Missed.** R"),
        (1_000_000, "licet compiled", 11.0, "Held. R"),
        (1000, "licet", 6.0, "Too few to judge. R"),
    ):
        times = [
            tables.Times("R", [seconds], [seconds]),
            tables.Times(path, [0.1], [0.1]),
        ]
        assert word in page.write_page(page.Page(rows, 1, 1, tables={(rows, shape): times}))


def _scale(
    bench: dict[str, ModuleType], seconds: float, most: float, *, judged: bool = True
) -> str:
    times, path = bench["survey_tables"].Times, "licet compiled"
    pair = times(path, [0.1], [0.1]), times(path, [seconds], [seconds])
    scale = bench["scale"].Scale(1_000_000, 10_000_000, judged, columns={path: 300.0})
    scale.people[path, "one"] = scale.groups[path, "one"] = pair
    scale.memory[path] = most
    return "\n".join(scale.sentences())


def test_growth_memory_and_groups_have_targets_of_their_own(bench: dict[str, ModuleType]) -> None:
    assert _scale(bench, 0.15, 2999).count("Held.") == 3
    slower = _scale(bench, 0.16, 2999)
    assert slower.count("Held.") == 2 and "**Missed.** 48 exclusive groups" in slower
    assert _scale(bench, 1.21, 3000).count("**Missed.**") == 3
    assert _scale(bench, 0.15, 2999, judged=False).count("Too few to judge.") == 3


def test_replicate_weights_are_judged_by_r_alone(bench: dict[str, ModuleType]) -> None:
    times = bench["survey_tables"].Times
    for seconds, word in ((14.9, "**Missed.**"), (15.1, "Held.")):
        found = bench["replication"].Replication(1_000_000, judged=True)
        found.times = {n: times(n, [s], [s]) for n, s in (("licet", 1.0), ("R", seconds))}
        found.times["svy"] = times("svy", [2.0], [2.0])
        first, second = found.sentences()
        assert first.startswith(word) and second.startswith("Beside it.")


def test_half_samples_are_balanced(bench: dict[str, ModuleType], tmp_path: Path) -> None:
    signs = bench["crowds"].signs(80)
    assert (signs @ signs.T == 80 * np.eye(80)).all()
    folder = bench["crowds"].make_replicates(tmp_path / "replicates", 2000)
    weight = np.fromfile(folder / "weight.bin")
    factors = np.stack([np.fromfile(folder / f"r{k}.bin") for k in range(1, 81)]) / weight
    assert set(factors.ravel().round(12)) == {0.0, 2.0}
    assert np.allclose(factors.mean(axis=0), 1)


def test_a_crowd_is_the_same_however_often_it_is_made(
    bench: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowds = bench["crowds"]
    monkeypatch.setattr(crowds, "CHUNK", 700)
    one, two = (crowds.make_crowd(tmp_path / name, 2000, many=True) for name in "ab")
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()
    assert (one / "y1.bin").stat().st_size == 2000
    assert set(np.fromfile(one / "h.bin", dtype=np.int8)) == set(range(48))


def test_a_small_run_would_not_be_written(bench: dict[str, ModuleType]) -> None:
    assert bench["run"].FULL == 1_000_000
    with pytest.raises(SystemExit):
        bench["run"]._options(["--rows", "1000000", "--rounds", "1"])
    assert bench["run"]._options(["--rows", "100000", "--rounds", "1"]).rows == 100_000


def test_expressions_are_put_into_the_words_of_r(bench: dict[str, ModuleType]) -> None:
    assert bench["processes"].in_r('job == "this or that" and (not old or rich)') == (
        'job == "this or that" & (! old | rich)'
    )


def test_the_recipe_for_r_names_every_item_and_group(
    bench: dict[str, ModuleType], tmp_path: Path
) -> None:
    bundled = BENCH.parent / "src" / "licet" / "bundled" / "parents-2020"
    bench["processes"].write_recipe(bundled, tmp_path)
    items = (tmp_path / "items.csv").read_text(encoding="utf-8").splitlines()
    groups = (tmp_path / "groups.csv").read_text(encoding="utf-8").splitlines()
    measured = bench["processes"].measured_by_licet(bundled)
    assert len(items) - 1 == len({item for item, _ in measured})
    assert len(groups) - 1 == len({group for _, group in measured})


@pytest.mark.long
def test_the_worker_makes_a_table(bench: dict[str, ModuleType], tmp_path: Path) -> None:
    tables = bench["survey_tables"]
    worker = bench["run"].ours(tables.make_people(tmp_path / "people", 5000))
    shapes = [shape + end for shape in ("one", "twelve") for end in bench["run"].paths().values()]
    for shape in shapes:
        assert worker.ask(shape).keys() == {"wall", "cpu"}
        found = tables.saved(worker, shape, tmp_path / "licet.csv")
        assert len(found) == 240
        assert all(0 < estimate < 1 and 0 < se < 0.2 for estimate, se in found.values())
    assert worker.close() > 0
