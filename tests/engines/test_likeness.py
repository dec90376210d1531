"""Likeness of texts: published values, DuckDB's own function, and letters of every script."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.engines.likeness import count_letters, damerau_levenshtein, jaro, jaro_winkler

PUBLISHED = [
    ("martha", "marhta", 0.9444, 0.9611),
    ("dwayne", "duane", 0.8222, 0.8400),
    ("dixon", "dicksonx", 0.7667, 0.8133),
    ("jones", "johnson", 0.7905, 0.8324),
    ("same", "same", 1.0, 1.0),
    ("abc", "xyz", 0.0, 0.0),
]
"""Winkler 1990 and later tables."""
IN_OTHER_SCRIPTS = [
    ("мария", "ольга", "abcde", "fghib"),
    ("анна", "инна", "anna", "inna"),
    ("ελένη", "έλενα", "abcde", "cbadf"),
    ("李娜", "王娜", "ab", "cb"),
]
"""Names, and names in ASCII with the same pattern of equal letters."""


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    count_letters(made)
    return made


def by_duckdb(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> float:
    found = connection.execute("select jaro_winkler_similarity(?, ?)", [one, other]).fetchone()
    assert found is not None
    return float(found[0])


@pytest.mark.parametrize(("one", "other", "plain", "gained"), PUBLISHED)
def test_published_values(one: str, other: str, plain: float, gained: float) -> None:
    assert jaro(one, other) == pytest.approx(plain, abs=5e-5)
    assert jaro_winkler(one, other) == pytest.approx(gained, abs=5e-5)


@given(st.text("abcd", max_size=14), st.text("abcd", max_size=14))
def test_ascii_is_as_duckdb_has_it(one: str, other: str) -> None:
    with duckdb.connect() as plain:
        assert jaro_winkler(one, other) == by_duckdb(plain, one, other)
    assert jaro_winkler(one, other) == pytest.approx(jaro_winkler(other, one), abs=1e-12)


@pytest.mark.parametrize(("one", "other", "like_one", "like_other"), IN_OTHER_SCRIPTS)
def test_a_name_in_another_script_counts_by_its_letters(
    connection: duckdb.DuckDBPyConnection, one: str, other: str, like_one: str, like_other: str
) -> None:
    found = by_duckdb(connection, one, other)
    assert found == jaro_winkler(one, other) == jaro_winkler(like_one, like_other)
    # Without this the bytes of neighbouring letters would pass for alike.
    with duckdb.connect() as plain:
        assert by_duckdb(plain, one, other) != found


def test_a_missing_text_is_like_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "select jaro_winkler_similarity(null, 'é'), jaro_winkler_similarity('a', null)"
    )
    assert found.fetchone() == (None, None)


@given(
    st.text("0123-", max_size=10), st.integers(0, 12), st.text("0123-", max_size=2), st.booleans()
)
def test_one_figure_wrong_is_as_duckdb_has_it(
    one: str, place: int, written: str, about: bool
) -> None:
    kept = one[place : place + 2][::-1] + one[place + 2 :] if about else one[place + 1 :]
    other = one[:place] + ("" if about else written) + kept
    with duckdb.connect() as plain:
        found = plain.execute("select damerau_levenshtein(?, ?)", [one, other]).fetchone()
    assert found is not None
    assert (found[0] <= 1) == (damerau_levenshtein(one, other) <= 1)
    assert not about or damerau_levenshtein(one, other) <= 1
