"""Training that looks at each kind of pair once, however many pairs are of that kind.

Expectation maximisation goes over all pairs of a block a dozen times. Millions of them are of a few
thousand kinds: the same level of each comparison, and names that are as rare. Splink counts such kinds
where it may leave term frequencies out; here they stay in. What it finds is the same: each kind weighs as
much as its pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

COUNTED = "counted_pairs"
"""The table of kinds. Its column ``match_key``, which training carries along unused, says how many pairs."""
_VECTORS = re.compile(r"\b__splink__df_comparison_vectors_\w+\b")
_ONE_EACH = re.compile(r"(match_probability\)?) \* 1\)")


def counting(connection: Any) -> Any:
    """Splink's DuckDB back end over a connection, with the statements of its training counted."""
    from splink import DuckDBAPI

    class Counting(DuckDBAPI):
        counted = ""

        def _execute_sql_against_backend(self, final_sql: str) -> Any:
            vectors = set(_VECTORS.findall(final_sql))
            weighed = by_kind(final_sql) if len(vectors) == 1 else None
            if weighed is None:
                return super()._execute_sql_against_backend(final_sql)
            (table,) = vectors
            if table != self.counted:
                kinds = kinds_sql(table, _columns(self.duckdb_con, table))
                if kinds is None:
                    return super()._execute_sql_against_backend(final_sql)
                self.duckdb_con.execute(kinds)
                self.counted = table
            with _one_thread(self.duckdb_con):
                return super()._execute_sql_against_backend(weighed.replace(table, COUNTED))

    return Counting(connection)


def by_kind(statement: str) -> str | None:
    """A statement that adds up the chances of pairs, with each kind as often as it has pairs.

    None where it is no such statement, or not in the words that are known: then it is run as it is.
    """
    if "__splink__m_u_counts_" not in statement:
        return None
    sums = statement.count("as m_count") + statement.count("as u_count")
    weighed, found = _ONE_EACH.subn(r"\1 * match_key)", statement)
    if found != sums or weighed.count("sum(1)") != 2:
        return None
    return weighed.replace("sum(1)", "sum(match_key)")


def kinds_sql(table: str, columns: list[str]) -> str | None:
    """Make ``COUNTED`` from pairs; None where they have a column that is not known.

    A term frequency counts only where both rows have the same term, so only then it is of the kind.
    """
    kinds = []
    for column in columns:
        if column.startswith("gamma_"):
            kinds.append(column)
        elif column.startswith("tf_") and column.endswith(("_l", "_r")):
            left, right = f"{column[:-2]}_l", f"{column[:-2]}_r"
            kinds.append(f"case when {left} = {right} then {left} end as {column}")
        elif column not in ("node_l", "node_r", "match_key"):
            return None
    return (
        f"create or replace table {COUNTED} as select {', '.join(kinds)}, "
        f"0 as node_l, 0 as node_r, count(*)::double as match_key from {table} group by all order by all"
    )


@contextmanager
def _one_thread(connection: Any) -> Iterator[None]:
    """Few rows, added up in their order: so equal rows give an equal model, to the last digit."""
    ((threads,),) = connection.execute("select current_setting('threads')").fetchall()
    connection.execute("set threads = 1")
    try:
        yield
    finally:
        connection.execute(f"set threads = {int(threads)}")


def _columns(connection: Any, table: str) -> list[str]:
    return [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
