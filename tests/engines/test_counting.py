"""Training that counts kinds of pairs finds what Splink finds pair by pair, and the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from licet.engines import counting
from licet.engines.duckdb import DuckDBEngine
from tests.engines.people import made, specification

PEOPLE = 400
SUMS = "create table __splink__m_u_counts_1 as select g, sum(match_probability * 1) as m_count, sum((1-match_probability) * 1) as u_count, sum(1), sum(1) from __splink__df_comparison_vectors_1"


def chances(folder: Path) -> tuple[dict[str, Any], bool]:
    """The settings of a model, and whether pairs were counted by kind."""
    rows = made(PEOPLE, 4)
    engine = DuckDBEngine(folder, threads=2)
    try:
        engine.load(rows)
        model = engine.train(specification(rows))
        tables = [name for (name,) in engine._run("select table_name from duckdb_tables()")]
        return dict(model.settings), counting.COUNTED in tables
    finally:
        engine.close()


def levels(settings: dict[str, Any]) -> list[tuple[float, float]]:
    return [
        (level.get("m_probability", 0.0), level.get("u_probability", 0.0))
        for comparison in settings["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    ]


def test_it_is_what_splink_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted, by_kind = chances(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(counting, "by_kind", lambda statement: None)
        plain, by_pair = chances(tmp_path)
    assert by_kind and not by_pair
    for one, other in zip(levels(counted), levels(plain), strict=True):
        assert one == pytest.approx(other, rel=1e-8)
    assert chances(tmp_path)[0] == counted


def test_every_sum_is_weighed() -> None:
    assert counting.by_kind(SUMS) == SUMS.replace(" * 1)", " * match_key)").replace(
        "sum(1)", "sum(match_key)"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("__splink__m_u_counts_1", "__splink__other_1"),
        ("(1-match_probability) * 1)", "(1-match_probability))"),
        ("sum(1), sum(1)", "sum(1)"),
        ("as u_count", "as u_count, 0 as m_count"),
    ],
)
def test_words_that_are_not_known_stay(before: str, after: str) -> None:
    assert counting.by_kind(SUMS.replace(before, after)) is None


def test_pairs_are_counted_by_kind() -> None:
    connection = duckdb.connect()
    connection.execute(
        "create table pairs as select * from (values (1, 2, 3, .5, .5, 'x'), (4, 5, 3, .5, .5, 'y'),"
        " (6, 7, 3, .5, .25, 'x'), (8, 9, 3, .125, .25, 'x'), (8, 9, 0, null, .25, 'x'))"
        " t(node_l, node_r, gamma_given, tf_given_l, tf_given_r, match_key)"
    )
    columns = [name for name, *_ in connection.execute("describe pairs").fetchall()]
    statement = counting.kinds_sql("pairs", columns)
    assert statement is not None
    connection.execute(statement)
    found = connection.execute(
        f"select gamma_given, tf_given_l, tf_given_r, match_key from {counting.COUNTED}"
    ).fetchall()
    assert [tuple(None if v is None else float(v) for v in row) for row in found] == [
        (0, None, None, 1),
        (3, 0.5, 0.5, 2),
        (3, None, None, 2),
    ]
    assert counting.kinds_sql("pairs", [*columns, "strange"]) is None
