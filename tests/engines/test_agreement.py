"""The plain engine and DuckDB give the same edges; counts, order and chance change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.engines.duckdb import DuckDBEngine
from licet.engines.memory import MemoryEngine
from licet.engines.protocol import ROW_SCHEMA, Edges, Model
from licet.linkage.spec import LinkageSpec
from tests.conftest import FULL
from tests.engines.people import (
    OTHER_SCRIPTS,
    compared,
    differences,
    made,
    specification,
    trained,
)

SEEDS = range(12) if FULL else range(1)
PEOPLE = 700
WITHIN = 1e-9


@dataclass(frozen=True)
class Case:
    rows: pl.DataFrame
    spec: LinkageSpec
    model: Model
    duckdb: DuckDBEngine
    memory: MemoryEngine
    least: float


@pytest.fixture(scope="module", params=SEEDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("engine")
    rows = made(PEOPLE, request.param)
    spec = specification(rows)
    duckdb, memory = DuckDBEngine(folder, threads=2), MemoryEngine()
    duckdb.load(rows)
    memory.load(rows)
    least = log2(spec.keep_above / (1 - spec.keep_above))
    yield Case(rows, spec, trained(folder, rows, spec), duckdb, memory, least)
    duckdb.close()


def test_the_people_hold_what_is_hard(case: Case) -> None:
    """Or agreement would say little."""
    rows = case.rows
    for field in ("previous_family", "uprn", "nhs", "nino", "middle"):
        assert 0 < rows[field].null_count() < rows.height, field
    assert rows["given"].is_in(OTHER_SCRIPTS).any()
    assert rows["family"].is_in(rows["previous_family"].drop_nulls().implode()).any()
    assert rows.filter(~pl.col("alone"))["source"].unique().to_list() == [1]


def test_both_engines_find_the_same_edges(case: Case) -> None:
    fast, plain = (engine.score(case.spec, case.model) for engine in (case.duckdb, case.memory))
    assert len(fast) > PEOPLE
    assert len(set(fast.block.tolist())) > 4
    assert differences(fast, plain, case.least, WITHIN) == []


def test_candidates_are_counted_as_they_are(case: Case) -> None:
    assert case.duckdb.candidates(case.spec) == case.memory.candidates(case.spec)
    blocks = (("birth_year", "sex"), ("birth_day", "given"), ("initial", "house"))
    wide = case.spec.model_copy(update={"blocks": blocks})
    found = case.duckdb.candidates(wide)
    assert found == case.memory.candidates(wide) and min(found) > 0


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_new_rows_give_their_part_of_all_edges(case: Case, share: float) -> None:
    draw = np.random.default_rng(5)
    fresh = case.rows["node"].filter(pl.Series(draw.random(case.rows.height) < share)).to_numpy()
    whole = case.duckdb.score(case.spec, case.model)
    touched = np.isin(whole.a, fresh) | np.isin(whole.b, fresh)
    part = Edges(*(getattr(whole, name)[touched] for name in ("a", "b", "weight", "block")))
    for engine in (case.duckdb, case.memory):
        found = engine.score_new(case.spec, case.model, fresh)
        assert differences(part, found, case.least, WITHIN) == []
        ends = list(zip(found.a.tolist(), found.b.tolist(), strict=True))
        assert ends == sorted(set(ends))


def test_a_register_is_never_compared_with_itself(case: Case) -> None:
    source, alone = case.rows["source"].to_numpy(), case.rows["alone"].to_numpy()
    found = case.duckdb.score(case.spec, case.model)
    same = source[found.a] == source[found.b]
    assert same.any(), "rows of the service that may hold a person twice are compared"
    assert not alone[found.a[same]].any()


def test_shuffled_rows_and_another_run_change_nothing(case: Case, tmp_path: Path) -> None:
    first = case.duckdb.score(case.spec, case.model)
    shuffled = case.rows.sample(fraction=1.0, shuffle=True, seed=3)
    again = DuckDBEngine(tmp_path, threads=2)
    try:
        again.load(shuffled)
        model = again.train(case.spec)
        second = again.score(case.spec, model)
    finally:
        again.close()
    assert model.settings == case.model.settings
    for column, frame in model.frequencies.items():
        assert frame.equals(case.model.frequencies[column])
    for name in ("a", "b", "weight", "block"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


def test_nothing_is_left_on_disk(tmp_path: Path) -> None:
    rows = made(50, 1)
    engine = DuckDBEngine(tmp_path, threads=1)
    (tmp_path / "spilled").mkdir(exist_ok=True)
    (tmp_path / "spilled" / "kept.tmp").write_text("what a broken run left")
    engine.load(rows)
    engine.close()
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("gone", ["previous_family", "uprn", "nhs", "middle"])
def test_a_model_outlives_the_last_row_with_a_field(case: Case, tmp_path: Path, gone: str) -> None:
    """Withdrawals may take the last row that held it; the frozen model still names it."""
    fewer = case.rows.with_columns(pl.lit(None, dtype=ROW_SCHEMA[gone]).alias(gone))
    found = []
    for engine in (DuckDBEngine(tmp_path, threads=1), MemoryEngine()):
        engine.load(fewer.drop(gone) if gone == "uprn" else fewer)
        found.append(engine.score(case.spec, case.model))
        engine.close()
    assert differences(found[0], found[1], case.least, WITHIN) == []


def row(node: int, source: int, **values: Any) -> dict[str, Any]:
    return {"node": node, "source": source, "alone": False, **values}


def test_a_new_family_name_counts_whichever_row_is_older(case: Case) -> None:
    """Which of two rows stands left is chance: their numbers."""
    before = {"given": "corla", "family": "lumirson", "birth": date(1980, 3, 4)}
    after = {**before, "family": "jonaova", "previous_family": "lumirson"}
    frames = [
        pl.DataFrame([row(0, 0, **one), row(1, 1, **other)], schema=ROW_SCHEMA)
        for one, other in ((before, after), (after, before))
    ]
    spec = case.spec.model_copy(update={"keep_above": 0.01})
    found = []
    for frame in frames:
        case.memory.load(frame)
        found.append(compared(case.memory.score(spec, case.model)))
        fast = fast_edges(frame, spec, case.model)
        assert fast.keys() == found[-1].keys() == {(0, 1)}
        assert fast[0, 1][0] == pytest.approx(found[-1][0, 1][0], abs=WITHIN)
    assert found[0] == found[1]
    case.memory.load(case.rows)


def fast_edges(frame: pl.DataFrame, spec: LinkageSpec, model: Model) -> Any:
    engine = DuckDBEngine(Path("never-written"), threads=1)
    try:
        engine.load(frame)
        return compared(engine.score(spec, model))
    finally:
        engine.close()


words = st.one_of(st.none(), st.text("abcdж", min_size=1, max_size=8))
dates = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(1991, 6, 1)))
drawn = st.fixed_dictionaries({
    "source": st.integers(0, 1), "given": words, "middle": words, "family": words,
    "previous_family": words, "birth": dates, "sex": st.sampled_from([None, "female", "male"]),
    "house": st.sampled_from([None, "1", "2"]), "street": words,
    "postcode": st.sampled_from([None, "AB1 2CD", "AB1 2CE"]), "uprn": st.sampled_from([None, "7"]),
    "nhs": st.sampled_from([None, "1", "2"]), "nino": st.sampled_from([None, "q", "qw12", "qw21", "q12", "qw22"]),
})  # fmt: skip


@given(rows=st.lists(drawn, min_size=2, max_size=12))
@settings(max_examples=300 if FULL else 12)
def test_any_rows_weigh_the_same(case: Case, rows: list[dict[str, Any]]) -> None:
    """Everything is compared with everything, by blocks that nearly all rows meet in."""
    numbered = [{"node": node, "alone": one["source"] == 0, **one} for node, one in enumerate(rows)]
    frame = pl.DataFrame(numbered, schema=ROW_SCHEMA)
    blocks = (("house",), ("postcode",), ("uprn",), ("sex",))
    spec = case.spec.model_copy(update={"blocks": blocks, "keep_above": 1e-12})
    wide = {**case.model.settings, "blocking_rules_to_generate_predictions": [
        {"blocking_rule": f"l.{part} = r.{part} and (l.source <> r.source or not l.alone)",
         "sql_dialect": "duckdb"} for (part,) in blocks
    ]}  # fmt: skip
    model = Model(wide, case.model.frequencies, case.model.spec)
    plain = MemoryEngine()
    plain.load(frame)
    fast = fast_edges(frame, spec, model)
    slow = compared(plain.score(spec, model))
    assert fast.keys() == slow.keys()
    for pair, (weight, block) in fast.items():
        assert slow[pair] == (pytest.approx(weight, abs=WITHIN), block)
