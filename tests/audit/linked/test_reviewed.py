"""Pairs that two reviewers settled, as the truth of an audit; and gone when a row or a run is."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from licet.chapters import reviewing
from licet.chapters.auditing_linkage import review_sample
from licet.chapters.linking import link
from licet.chapters.permitting import Said, record
from licet.cli import app
from licet.errors import BadInput
from licet.files.runs import current
from tests.linkage.town import NOW, TODAY, USE, store_of, use_of


@pytest.fixture
def own(workspace: Path, tmp_path: Path) -> Path:
    """The linked town, to be changed."""
    return Path(shutil.copytree(workspace, tmp_path / "town"))


def drawn(root: Path, pairs: int = 60, seed: int = 1) -> reviewing.Drawn:
    return reviewing.draw_pairs(
        root, USE, pairs, post="Auditor", today=TODAY, seed=seed, now=NOW + timedelta(seed)
    )


def truth_of(root: Path) -> Callable[[str, str], str]:
    known = dict(pl.read_csv(root / "labels.csv").select("row", "person").iter_rows())
    return lambda one, other: "same" if known[one] == known[other] else "different"


def answered(root: Path, said: Callable[[str, str], str], reviewers: int = 2, most: int = 10**6):
    """Reviewers who say of each pair what it is."""
    with store_of(root) as store, store.changing():
        waiting = [one for one in store.pairs.of_use(USE) if one.outcome == "waiting"]
        for one in waiting[:most]:
            for number in range(reviewers):
                pair = one.pair
                told = said(pair.first, pair.second)
                store.pairs.answer(pair.name, USE, f"r{number}", f"Desk {number}", told, "", NOW)


def run(*words: str):
    return CliRunner().invoke(app, [*words, "--today", TODAY.isoformat()])


@pytest.mark.long
def test_what_two_settled_is_the_truth_of_an_audit(own: Path, tmp_path: Path) -> None:
    """The same as the file of reviewers who are always right, with the weights of its sample."""
    made = drawn(own)
    answered(own, truth_of(own))
    file = tmp_path / "reviewed.csv"
    said = run("audit", "reviewed", str(own / USE), "--out", str(file))
    assert said.exit_code == 0, said.output
    assert f"{made.pairs} reviewed pairs" in said.output and "audit linkage" in said.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    held = pl.read_csv(file)
    sample = review_sample(own / USE, 60, reviewers=["Auditor"], today=TODAY).sample
    weights = {
        frozenset((a, b)): w
        for a, b, w in sample.pairs.select("row_a", "row_b", "weight").iter_rows()
    }
    ends = held.select("row_a", "row_b", "weight").iter_rows()
    assert {frozenset((a, b)): w for a, b, w in ends} == weights, "as they were drawn"
    assert set(held["reviewer"]) == {"Desk 0 and Desk 1"}
    audit = run("audit", "linkage", str(own / USE), "--truth", str(file), "--json")
    assert audit.exit_code in (0, 3, 4), audit.output
    data = json.loads(audit.stdout)
    assert data["basis"] == ["sample"] and data["judged"] == made.pairs
    with pytest.raises(BadInput, match="there already"):
        reviewing.write_pair_labels(own / USE, file, today=TODAY)


def test_what_nobody_can_tell_is_left_out_and_told(own: Path, tmp_path: Path) -> None:
    made, truth = drawn(own), truth_of(own)
    seen: list[str] = []

    def said(one: str, other: str) -> str:
        seen.append(one)
        return "unsure" if len(set(seen)) < 3 else truth(one, other)

    answered(own, said)
    found = reviewing.pair_labels(own, USE, today=TODAY)
    assert found.unsure >= 2 and found.pairs + found.unsure == made.pairs
    assert pl.read_csv(found.text.encode()).height == found.pairs
    assert "nobody could tell" in reviewing.labels_text(found, tmp_path / "r.csv", own / USE)


def test_half_a_sample_is_no_truth_and_takes_no_second(own: Path, tmp_path: Path) -> None:
    """Who is settled first is no random part; of two samples that overlap nobody knows the chances."""
    file = tmp_path / "reviewed.csv"
    with pytest.raises(BadInput, match="no pair of this run is settled yet"):
        reviewing.write_pair_labels(own / USE, file, today=TODAY)
    drawn(own)
    with store_of(own) as store:
        first = {one.pair.name for one in store.pairs.of_use(USE)}
    drawn(own, seed=2)
    with store_of(own) as store:
        second = {one.pair.name for one in store.pairs.of_use(USE)}
    assert not first & second, "what nobody had begun made room"
    answered(own, truth_of(own), most=20)
    with pytest.raises(BadInput, match="of the sample still wait"):
        reviewing.write_pair_labels(own / USE, file, today=TODAY)
    assert not file.exists()
    with pytest.raises(BadInput, match="have begun a sample of this run"):
        drawn(own)
    answered(own, truth_of(own))
    third = drawn(own, seed=3)
    with store_of(own) as store:
        assert len(store.pairs.of_use(USE)) == len(second) + third.pairs, "what is settled stays"
    with pytest.raises(BadInput, match="no pair of this run is settled"):
        reviewing.pair_labels(own, USE, today=TODAY)


def test_no_row_of_somebody_who_withdrew_stands_in_the_pairs(own: Path) -> None:
    drawn(own, 200)
    with store_of(own) as store:
        pairs = store.pairs.of_use(USE)
        row, other = pairs[0].pair.first, pairs[0].pair.second
        store.reviews.add(USE, (row, other), "cannot", "tester")
    record(own, Said(row, "withdraw", USE), at=NOW, now=NOW)
    assert row not in _rows(own)
    with store_of(own) as store:
        left = {
            name for one in store.pairs.of_use(USE) for name in (one.pair.first, one.pair.second)
        }
        said = {name for one in store.reviews.history(USE) for name in (one.first, one.second)}
    assert row not in left | said and left <= _rows(own) and left


def _rows(root: Path) -> set[str]:
    folder = root / "runs" / USE / current(root, USE)
    return set(pl.read_parquet(folder / "crosswalk.parquet")["row"])


def test_the_pairs_of_a_run_go_with_it(own: Path) -> None:
    drawn(own)
    before = current(own, USE)
    link(use_of(own), today=TODAY, engine="memory", model=own / "runs" / USE / before)
    assert current(own, USE) != before
    with store_of(own) as store:
        assert store.pairs.of_use(USE) == ()
