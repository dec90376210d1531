"""Permission times linkage, of people, households and rows, against counting one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.linked.rows import LinkedRows
from licet.audit.linked.wholly import linked_rows, wholly_households, wholly_linked
from licet.audit.people import GroupKey
from licet.report.audit.linkage_shown import wholly_rows

KEY = (GroupKey("g", "a", "a"),)


@st.composite
def made(draw: st.DrawFn) -> tuple[LinkedRows, np.ndarray, np.ndarray]:
    n = draw(st.integers(1, 14))

    def codes(least: int, most: int) -> np.ndarray:
        return np.array(draw(st.lists(st.integers(least, most), min_size=n, max_size=n)))

    true, let_in, feed, cluster = codes(0, 4), codes(0, 1), codes(0, 2), codes(0, 3)
    home = codes(-1, 2)[true % n] if n > 4 else np.full(n, -1)
    member = codes(0, 1)[true % n].astype(np.int8)[:, None]
    found = np.where(let_in == 1, cluster, -1)
    nobody = np.full(n, np.nan)
    return LinkedRows(found, true, home, nobody, keys=KEY, member=member), let_in, feed


def counted(
    rows: LinkedRows, let_in: np.ndarray, units: Sequence[Sequence[int]], least: int = 1
) -> list[list[int]]:
    """All, let in and wholly linked, of everybody and of the group."""
    assert rows.true is not None
    table = [[0, 0, 0], [0, 0, 0]]
    for unit in units:
        if len(unit) < least:
            continue
        inside = all(let_in[i] for i in unit)
        whole = inside and all(
            rows.found[i] == rows.found[j]
            for i in unit
            for j in unit
            if rows.true[i] == rows.true[j]
        )
        for domain in (0, 1):
            if domain == 0 or rows.member[unit[0], 0]:
                table[domain][0] += 1
                table[domain][1] += inside
                table[domain][2] += whole
    return table


def units_of(codes: np.ndarray) -> list[list[int]]:
    return [
        np.flatnonzero(codes == one).tolist() for one in sorted(set(codes.tolist())) if one >= 0
    ]


@given(made())
def test_people(given_: tuple[LinkedRows, np.ndarray, np.ndarray]) -> None:
    rows, let_in, _ = given_
    assert rows.true is not None
    said = wholly_linked(rows, let_in, draws=100, seed=1)
    assert said.counts.tolist() == counted(rows, let_in, units_of(rows.true), 2)


@given(made())
def test_households(given_: tuple[LinkedRows, np.ndarray, np.ndarray]) -> None:
    rows, let_in, _ = given_
    said = wholly_households(rows, let_in, draws=100, seed=1)
    if not (rows.household >= 0).any():
        assert said is None
        return
    assert said is not None
    assert said.counts[0].tolist() == counted(rows, let_in, units_of(rows.household))[0]


@given(made())
def test_rows(given_: tuple[LinkedRows, np.ndarray, np.ndarray]) -> None:
    rows, let_in, feed = given_
    said = linked_rows(rows, let_in, feed, draws=100, seed=1)
    linked = [
        bool(let_in[i])
        and any(
            let_in[j] and rows.found[i] == rows.found[j] and feed[i] != feed[j]
            for j in range(len(rows))
        )
        for i in range(len(rows))
    ]
    assert said.counts[0].tolist() == [len(rows), int(let_in.sum()), sum(linked)]


@given(made())
def test_both_is_one_times_the_other(given_: tuple[LinkedRows, np.ndarray, np.ndarray]) -> None:
    rows, let_in, feed = given_
    for said in (
        wholly_linked(rows, let_in, draws=100, seed=1, several=False),
        linked_rows(rows, let_in, feed, draws=100, seed=1),
    ):
        shares = {
            rate.measure: rate.estimate.value for rate in said.measured.rates if rate.key is None
        }
        if said.counts[0, 1]:
            assert np.isclose(shares["both"], shares["permission"] * shares["linkage"])


@pytest.mark.parametrize(
    ("let_in", "linked", "shown"),
    [
        (36, 24, {"both"}),  # all let in: neither that, nor what with it would tell it
        (0, 0, set()),  # nobody let in
        (24, 24, {"permission"}),  # all of them linked
        (24, 0, {"permission"}),  # nobody linked
        (24, 12, {"permission", "linkage", "both"}),
    ],
)
def test_what_holds_of_everybody_in_a_group_is_not_shown(
    let_in: int, linked: int, shown: set[str]
) -> None:
    """36 of 36 would tell it of each of them; so would 0 of 36."""
    true = np.repeat(np.arange(36), 2)
    inside = (true < let_in).astype(np.int64)
    cluster = np.where(true < linked, true, 100 + np.arange(72))
    rows = LinkedRows(
        np.where(inside == 1, cluster, -1), true, np.full(72, -1), np.full(72, np.nan),
        keys=KEY, member=np.ones((72, 1), np.int8),
    )  # fmt: skip
    for row in wholly_rows(wholly_linked(rows, inside, draws=50, seed=1), 10):
        told = {name for name in ("permission", "linkage", "both") if row[name] is not None}
        assert told == shown, row["group"]
