"""Pairs before reviewers, kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from licet.errors import BadInput
from licet.store.opening import Store
from licet.store.pairs import Pair

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def held(tmp_path: Path):
    with Store.open(f"sqlite:///{tmp_path / 'licet.sqlite3'}", tmp_path / "keys") as store:
        pairs = [Pair(name, "help", "run", "a/1", f"b/{name}", "s", 2.0, "d", "m") for name in "xy"]
        store.pairs.add(pairs)
        yield store


def say(store: Store, reviewer: str, answer: str, pair: str = "x") -> str:
    return store.pairs.answer(pair, "help", reviewer, f"post {reviewer}", answer, "", NOW)


@pytest.mark.parametrize(("answer", "link"), [("same", "must"), ("different", "cannot")])
def test_two_who_agree_tell_the_linker_and_nobody_before(
    held: Store, answer: str, link: str
) -> None:
    assert say(held, "one", answer) == "waiting"
    assert not held.reviews.standing("help")
    with pytest.raises(BadInput, match="said already"):
        say(held, "one", answer)
    assert say(held, "two", answer) == answer
    told = held.reviews.standing("help")
    assert [(one.first, one.second, one.link) for one in told] == [("a/1", "b/x", link)] * 2
    with pytest.raises(BadInput, match="settled"):
        say(held, "three", answer)


def test_who_differs_from_the_two_tells_the_linker_nothing(held: Store) -> None:
    assert [say(held, who, said) for who, said in (("1", "same"), ("2", "different"))][
        -1
    ] == "waiting"
    assert say(held, "3", "same") == "same"
    assert [one.reviewer for one in held.reviews.standing("help")] == ["post 1", "post 3"]


def test_a_pair_whose_row_left_is_gone_and_unknown_answers_are_refused(held: Store) -> None:
    say(held, "one", "same")
    held.pairs.forget(["x"])
    assert [one.pair.name for one in held.pairs.of_use("help")] == ["y"]
    with pytest.raises(BadInput, match="unknown answer"):
        say(held, "one", "perhaps", "y")
