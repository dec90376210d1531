"""Entries kept ready, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from licet.store import Store
from licet.store.entries import Kept

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
TODAY = date(2026, 11, 30)


def kept(use: str, title: str, *services: str, anew: date | None = None) -> Kept:
    facets = (("all", "", ""), *(("service", name, name.title()) for name in services))
    return Kept(use, title, f"line {use}", "mark", "ruled", f"text {use}", anew, facets)


def refused(store: Store, use: str) -> None:
    store.log.append("run_refused", {"use": use, "why": "x", "reasons": ["R."]}, AT)


def test_entries_are_found_counted_and_replaced(store: Store) -> None:
    found = store.entries
    found.keep(
        [kept("b", "Beta", "police", "tax"), kept("a", "Alpha", "police"), kept("c", "Gamma")]
    )
    assert found.listed([("all", "")], 0, 2).lines == ("line a", "line b")
    assert found.listed([("all", "")], 2, 2).uses == 3
    assert found.listed([("service", "police"), ("service", "tax")], 0, 9).lines == ("line b",)
    assert ("service", "police", "Police", 2) in found.choices()
    found.keep([kept("b", "Beta", "tax")])
    assert ("service", "police", "Police", 1) in found.choices()
    assert found.text("b") == "text b" and found.text("nobody") is None
    assert list(found.texts()) == ["text a", "text b", "text c"]


def test_a_leaf_marks_its_entry_stale_in_the_same_transaction(store: Store) -> None:
    store.entries.keep([kept("a", "Alpha"), kept("b", "Beta")])
    with pytest.raises(RuntimeError):
        _broken(store)
    assert store.entries.stale(TODAY) == [] and store.entries.leaves("a") == []
    refused(store, "a")
    refused(store, "b")
    refused(store, "a")
    assert sorted(store.entries.stale(TODAY)) == ["a", "b"]
    assert [place for place, _ in store.entries.leaves("a")] == [0, 2]
    assert [place for place, _ in store.entries.latest(2)] == [2, 1]
    store.entries.keep([kept("a", "Alpha")])
    assert store.entries.stale(TODAY) == ["b"]


def _broken(store: Store) -> None:
    with store.changing():
        refused(store, "a")
        raise RuntimeError


def test_a_day_makes_an_entry_stale(store: Store) -> None:
    store.entries.keep([kept("a", "Alpha", anew=TODAY), kept("b", "Beta")])
    assert store.entries.stale(date(2026, 11, 29)) == []
    assert store.entries.stale(TODAY) == ["a"]


def test_a_condition_asks_for_another_ruling(store: Store) -> None:
    store.entries.keep([kept("a", "Alpha")])
    store.log.append("condition", {"use": "a", "item": "q-1", "parameter": "no_company", "value": "true",
                                   "role": "Head", "day": "2026-11-30"}, AT)  # fmt: skip
    assert store.entries.ruled("a") == ("", "ruled")
    store.entries.rule("a", "new", "ruled again")
    store.entries.rule("d", "first", "ruled")
    assert store.entries.marks() == {"a": "new", "d": "first"}
    store.entries.set_mark(["a"], "gone")
    assert store.entries.marks()["a"] == "gone"
