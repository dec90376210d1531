"""Person ids: who keeps one, what is told, and what is refused."""

from __future__ import annotations

import polars as pl
import pytest

from licet.errors import BadInput
from licet.linkage.persons import Assigned, assign, named, replay

KEY = b"k" * 32
SCHEMA = {"row": pl.String, "person": pl.String}
NOBODY = pl.DataFrame(schema=SCHEMA)


def clusters(*groups: str) -> pl.DataFrame:
    told = [(row, min(group.split())) for group in groups for row in group.split()]
    return pl.DataFrame(told, schema={"row": pl.String, "label": pl.String}, orient="row")


def membership(**persons: str) -> pl.DataFrame:
    told = [(row, person) for person, rows in persons.items() for row in rows.split()]
    return pl.DataFrame(told, schema=SCHEMA, orient="row")


def told(found: Assigned, **names: str) -> list[tuple[str, str, str, str]]:
    """Events, with new ids by their first row."""
    new = {person: f"new:{row}" for row, person in reversed(found.membership.rows())}
    events = found.events.with_columns(pl.col("rows").list.join(" ")).rows()
    known = set(names)
    return [
        (kind, before, after if after in known or not after else new[after], rows)
        for kind, before, after, rows in events
    ]


@pytest.mark.parametrize(
    ("before", "after", "gone", "expected"),
    [
        ({}, ["a b", "c"], "", [("created", "", "new:a", "a b"), ("created", "", "new:c", "c")]),
        ({"p": "a b"}, ["a b"], "", []),
        ({"p": "a b"}, ["a b c"], "", [("joined", "", "p", "c")]),
        ({"p": "a b c", "q": "d e"}, ["a b c d e"], "", [("merged", "q", "p", "d e")]),
        ({"q": "a b c", "p": "d e"}, ["a b c d e"], "", [("merged", "p", "q", "d e")]),
        ({"q": "a b", "p": "d e"}, ["a b d e"], "", [("merged", "q", "p", "a b")]),
        ({"p": "a b c"}, ["a", "b c"], "", [("split", "p", "new:a", "a")]),
        ({"p": "a b"}, ["a", "b"], "", [("split", "p", "new:b", "b")]),
        ({"p": "a b c", "q": "d"}, ["a b", "c d"], "", [("moved", "p", "q", "c")]),
        (
            {"p": "a b", "q": "u v", "r": "x y"},
            ["a u v", "b x y"],
            "",
            [("moved", "p", "q", "a"), ("moved", "p", "r", "b")],
        ),
        ({"p": "a b"}, ["a"], "b", [("withdrawn", "p", "", "b")]),
        ({"p": "a"}, [], "a", [("withdrawn", "p", "", "a")]),
        (
            {"p": "a b c"},
            ["a", "c"],
            "b",
            [("split", "p", "new:c", "c"), ("withdrawn", "p", "", "b")],
        ),
        (
            {"p": "a b c d", "q": "x y"},
            ["c d", "x y a b"],
            "",
            [("moved", "p", "q", "a b")],
        ),
    ],
)
def test_what_is_told(
    before: dict[str, str], after: list[str], gone: str, expected: list[tuple[str, ...]]
) -> None:
    was = membership(**before)
    found = assign(was, clusters(*after), gone.split(), KEY, "early-help", 7)
    assert told(found, **before) == expected
    assert replay(was, found.events).equals(found.membership)
    assert found.membership["row"].to_list() == sorted(" ".join(after).split())


def test_persons_elsewhere_are_left_alone() -> None:
    was = membership(p="a b", q="c d")
    found = assign(was, clusters("c"), ["d"], KEY, "early-help", 2)
    assert dict(found.membership.rows()) == {"a": "p", "b": "p", "c": "q"}


def test_ids_say_nothing_and_two_uses_share_none() -> None:
    groups = clusters(*(f"education/{k}" for k in range(300)))
    first, second = (assign(NOBODY, groups, (), KEY, use, 1).membership for use in ("one", "two"))
    other_key = assign(NOBODY, groups, (), b"j" * 32, "one", 1).membership
    again = assign(NOBODY, groups, (), KEY, "one", 1).membership
    ids = [set(found["person"]) for found in (first, second, other_key)]
    assert not ids[0] & ids[1] and not ids[0] & ids[2]
    assert all(len(found) == 300 for found in ids)
    assert first.equals(again)
    assert all(len(person) == 25 and person[0] == "p" for person in ids[0])


def test_texts_that_run_together_give_different_ids() -> None:
    assert named(KEY, "p", "ab", ["c"], ["d"]) != named(KEY, "p", "a", ["bc"], ["d"])


def test_an_id_is_never_given_twice() -> None:
    first = assign(NOBODY, clusters("a", "b"), (), KEY, "use", 1)
    with pytest.raises(BadInput, match="counter 1 was used before"):
        assign(
            NOBODY, clusters("a"), (), KEY, "use", 1, issued=first.membership["person"].to_list()
        )
    one = first.membership.filter(pl.col("row") == "a").with_columns(row=pl.lit("z"))
    with pytest.raises(BadInput, match="counter 1 was used before"):
        assign(one, clusters("a", "z"), (), KEY, "use", 1)
    second = assign(NOBODY, clusters("a"), (), KEY, "use", 2)
    assert not set(first.membership["person"]) & set(second.membership["person"])


@pytest.mark.parametrize(
    ("was", "now", "gone", "key", "says"),
    [
        (membership(p="a b"), clusters("a"), [], KEY, "1 row of persons who changed, b first"),
        (membership(p="a a"), clusters("a"), [], KEY, "row a is there twice"),
        (NOBODY, clusters("a a"), [], KEY, "row a is there twice"),
        (membership(p="a"), clusters("a"), ["a"], KEY, "row a is withdrawn and clustered"),
        (NOBODY, clusters("a"), [], b"short", "the key has 5 bytes"),
    ],
)
def test_what_is_refused(
    was: pl.DataFrame, now: pl.DataFrame, gone: list[str], key: bytes, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        assign(was, now, gone, key, "use", 1)


def test_events_that_do_not_fit_are_refused() -> None:
    found = assign(membership(p="a b"), clusters("a"), ["b"], KEY, "use", 1)
    with pytest.raises(BadInput, match="row b"):
        replay(membership(q="b", p="a"), found.events)
    with pytest.raises(BadInput, match="row b"):
        replay(membership(p="a"), found.events)
