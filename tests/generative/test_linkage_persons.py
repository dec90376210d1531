"""Person ids over random changes of clusters."""

from __future__ import annotations

from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from licet.linkage.persons import KINDS, Assigned, assign, replay

KEY = b"k" * 32
ROWS = [f"r{k}" for k in range(10)]
Groups = dict[str, int]


@st.composite
def groupings(draw: st.DrawFn) -> Groups:
    """Some of the rows, each in a group. A changed copy of it may follow."""
    return {row: draw(st.integers(0, 4)) for row in ROWS if draw(st.integers(0, 4))}


histories = st.lists(groupings(), min_size=2, max_size=5)


def clustered(groups: Groups) -> pl.DataFrame:
    return pl.DataFrame(
        list(groups.items()), schema={"row": pl.String, "label": pl.Int64}, orient="row"
    )


def followed(history: list[Groups]) -> list[tuple[Groups, pl.DataFrame, Assigned]]:
    was = pl.DataFrame(schema={"row": pl.String, "person": pl.String})
    found = []
    for counter, groups in enumerate(history):
        gone = set(was["row"]) - set(groups)
        told = assign(was, clustered(groups), gone, KEY, "use", counter)
        found.append((groups, was, told))
        was = told.membership
    return found


def plain(groups: Groups, was: dict[str, str]) -> dict[int, str]:
    """Which group goes on with which person: the best claim first, word for word."""
    claims = Counter((was[row], group) for row, group in groups.items() if row in was)
    lowest = {
        group: min(row for row in groups if groups[row] == group) for group in groups.values()
    }
    held = Counter(group for row, group in groups.items() if row in was)
    settled: dict[int, str] = {}
    for (person, group), _ in sorted(
        claims.items(), key=lambda c: (-c[1], held[c[0][1]], c[0][0], lowest[c[0][1]])
    ):
        if person not in settled.values() and group not in settled:
            settled[group] = person
    return settled


@given(histories)
def test_persons_are_the_clusters_and_ids_stay_with_the_best_claim(history: list[Groups]) -> None:
    for groups, was, told in followed(history):
        person = dict(told.membership.rows())
        assert told.membership["row"].to_list() == sorted(groups)
        named = {(groups[row], person[row]) for row in groups}
        assert len(named) == len({g for g, _ in named}) == len({p for _, p in named})
        for group, kept in plain(groups, dict(was.rows())).items():
            assert (group, kept) in named


@given(histories)
def test_events_replayed_give_the_membership_and_none_is_told_twice(history: list[Groups]) -> None:
    for _, was, told in followed(history):
        assert replay(was, told.events).equals(told.membership)
        rows = [row for group in told.events["rows"].to_list() for row in group]
        assert len(rows) == len(set(rows))
        changed = set(was.rows()) ^ set(told.membership.rows())
        assert set(rows) == {row for row, _ in changed}
        keys = told.events.select("kind", "before", "after").rows()
        assert keys == sorted(keys) and {key[0] for key in keys} <= set(KINDS)


@given(histories)
def test_an_untouched_person_keeps_its_id_and_no_id_comes_back(history: list[Groups]) -> None:
    ended: set[str] = set()
    for _, was, told in followed(history):
        before: dict[str, set[str]] = {}
        after: dict[str, set[str]] = {}
        for members, frame in ((before, was), (after, told.membership)):
            for row, person in frame.rows():
                members.setdefault(person, set()).add(row)
        whole = {frozenset(rows): person for person, rows in after.items()}
        for person, rows in before.items():
            assert whole.get(frozenset(rows), person) == person
        assert not ended & set(after)
        ended |= set(before) - set(after)


@given(groupings(), groupings())
def test_the_order_of_rows_and_the_names_of_labels_change_nothing(
    first: Groups, second: Groups
) -> None:
    (*_, one) = followed([first, second])
    turned = [
        {row: 9 - group for row, group in reversed(groups.items())} for groups in (first, second)
    ]
    (*_, two) = followed(turned)
    assert one[2].membership.equals(two[2].membership) and one[2].events.equals(two[2].events)
