"""What a condition means in DuckDB is what its words mean: a plain oracle in Python, three-valued."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet.feeds.lines import PARTS
from licet.identify.expressions import sql
from licet.identify.parsing import Reader
from tests.identify.made import feed

READER = Reader(feed().tables["absences"].values)
START = date(2026, 1, 1)
NUMBERS = [-1.5, 0.0, 0.25, 1.0, 3.0]
WORDS = ["ill", "holiday", "other"]
DAYS = [START + timedelta(days=n) for n in range(4)]

Line = dict[str, Any]
Truth = bool | None


@dataclass(frozen=True)
class Said:
    """A condition as text, and what it means of a line: true, false or not known (None)."""

    text: str
    means: Callable[[Line], Truth]


def both(one: Truth, other: Truth) -> Truth:
    """And: false if either is, not known if either is not known, else true."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def opposite(one: Truth) -> Truth:
    return None if one is None else not one


def either(one: Truth, other: Truth) -> Truth:
    return opposite(both(opposite(one), opposite(other)))


SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def known(sign: str, one: Any, other: Any) -> Truth:
    return None if one is None or other is None else SIGNS[sign](one, other)


def written(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str | date) else str(value).lower()


ORDERED = st.one_of(
    st.tuples(st.sampled_from(["sessions", "late"]), st.sampled_from(NUMBERS)),
    st.tuples(st.just("due"), st.sampled_from(DAYS)),
)
UNORDERED = st.one_of(
    st.tuples(st.just("reason"), st.sampled_from(WORDS)),
    st.tuples(st.just("excused"), st.booleans()),
)


@st.composite
def comparisons(draw: st.DrawFn) -> Said:
    if draw(st.booleans()):
        (name, value), sign = draw(ORDERED), draw(st.sampled_from(sorted(SIGNS)))
    else:
        (name, value), sign = draw(UNORDERED), draw(st.sampled_from(["=", "<>", "!="]))
    if draw(st.booleans()):
        return Said(f"{name} {sign} {written(value)}", lambda line: known(sign, line[name], value))
    return Said(f"{written(value)} {sign} {name}", lambda line: known(sign, value, line[name]))


@st.composite
def lists(draw: st.DrawFn) -> Said:
    name, values = draw(st.sampled_from([("sessions", NUMBERS), ("reason", WORDS), ("due", DAYS)]))
    some = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
    text = ", ".join(written(one) for one in some)
    no = draw(st.booleans())

    def means(line: Line) -> Truth:
        inside = None if line[name] is None else line[name] in some
        return opposite(inside) if no else inside

    return Said(f"{name} {'not in' if no else 'in'} ({text})", means)


@st.composite
def ranges(draw: st.DrawFn) -> Said:
    name, values = draw(st.sampled_from([("late", NUMBERS), ("due", DAYS)]))
    low, high = draw(st.sampled_from(values)), draw(st.sampled_from(values))

    def means(line: Line) -> Truth:
        return both(known(">=", line[name], low), known("<=", line[name], high))

    return Said(f"{name} between {written(low)} and {written(high)}", means)


@st.composite
def knownness(draw: st.DrawFn) -> Said:
    name = draw(st.sampled_from(["sessions", "excused", "reason", "due"]))
    if draw(st.booleans()):
        return Said(f"{name} is not null", lambda line: line[name] is not None)
    return Said(f"{name} is null", lambda line: line[name] is None)


LEAVES = st.one_of(
    comparisons(),
    lists(),
    ranges(),
    knownness(),
    st.just(Said("excused", lambda line: line["excused"])),
    st.just(Said("true", lambda line: True)),
    st.sampled_from(["<", "=", ">="]).map(
        lambda sign: Said(
            f"sessions {sign} late", lambda line: known(sign, line["sessions"], line["late"])
        )
    ),
)


def joined(parts: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    def pair(found: tuple[Said, str, Said]) -> Said:
        one, word, other = found
        join = both if word == "and" else either
        return Said(
            f"({one.text}) {word} ({other.text})",
            lambda line: join(one.means(line), other.means(line)),
        )

    return st.one_of(
        st.tuples(parts, st.sampled_from(["and", "or"]), parts).map(pair),
        parts.map(lambda one: Said(f"not ({one.text})", lambda line: opposite(one.means(line)))),
    )


CONDITIONS = st.recursive(LEAVES, joined, max_leaves=8)


def maybe(values: list[Any]) -> list[Any]:
    return [None, *values]


LINES: list[Line] = [
    {"sessions": s, "late": n, "excused": e, "reason": r, "due": d}
    for s in maybe(NUMBERS)
    for n in maybe(NUMBERS[1:4])
    for e in (None, True, False)
    for r in maybe(WORDS[:2])
    for d in maybe(DAYS[:3])
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    frame = pl.DataFrame(LINES, infer_schema_length=None).with_columns(
        (pl.col("sessions", "late") * PARTS).cast(pl.Int64), number=pl.int_range(len(LINES))
    )
    with closing(duckdb.connect(config={"threads": 1})) as made:
        made.register("given", frame.to_arrow())
        made.execute("create table lines as select * from given").fetchall()
        yield made


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(said=CONDITIONS)
def test_sql_means_what_the_words_mean(connection: duckdb.DuckDBPyConnection, said: Said) -> None:
    condition = sql(READER.read(said.text), "duckdb")
    found = connection.execute(f"select {condition} from lines order by number").fetchall()
    assert [one for (one,) in found] == [said.means(line) for line in LINES]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(said=CONDITIONS)
def test_spark_is_told_the_same(said: Said) -> None:
    """Without Spark: its words, read as Spark's, are those that DuckDB is told."""
    import sqlglot

    condition = READER.read(said.text)
    again = sqlglot.parse_one(sql(condition, "spark"), dialect="spark")
    assert again.sql(dialect="duckdb").replace("TRY_CAST", "CAST") == sql(condition, "duckdb")


def test_what_is_not_known_does_not_count(connection: duckdb.DuckDBPyConnection) -> None:
    """Neither the condition nor its opposite counts a line of which the value is not known."""
    unknown = sum(line["excused"] is None for line in LINES)
    counts = [
        connection.execute(
            f"select count(*) from lines where {sql(READER.read(text), 'duckdb')}"
        ).fetchall()[0][0]
        for text in ("excused", "not excused", "excused is null")
    ]
    assert sum(counts[:2]) == len(LINES) - unknown
    assert counts[2] == unknown > 0


PIECES = [*"'\"();-*/=<>,. \n\\%{}#", "excused", " or ", " select ", "sessions", "1", "'ill'"]
ATTACKS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=ATTACKS)
def test_any_text_is_refused_in_words_or_asks_for_known_values_alone(text: str) -> None:
    from sqlglot import exp, parse_one

    from licet.errors import BadInput

    try:
        condition = sql(READER.read(text), "duckdb")
    except BadInput:
        return
    tree = parse_one(condition, dialect="duckdb")
    assert {one.name for one in tree.find_all(exp.Column)} <= set(READER.values)
    taken = exp.Cast | exp.And | exp.Or  # what sqlglot keeps among its functions
    assert all(isinstance(one, taken) for one in tree.find_all(exp.Func, exp.Query))
