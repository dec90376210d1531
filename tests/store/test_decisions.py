"""The rules in SQL: as the tables say, and as the oracle on generated histories, on both databases."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.permission import Identity, NewEvent, Question
from licet.store import Store, asking
from tests.conftest import FULL
from tests.generative.test_permission_draws import NOW, histories, oracle, people, questions
from tests.spec import test_permission_ages as ages
from tests.spec import test_permission_lapses as lapses
from tests.spec import test_permission_objection as objection
from tests.spec import test_permission_scopes as scopes
from tests.spec.tables import rows

_numbers = itertools.count(1)
LATER = datetime(2027, 6, 1, tzinfo=UTC)


def record(store: Store, handle: str, events: list[NewEvent], identity: Identity) -> None:
    """Record a history; what names an earlier event by its place is recorded after it."""
    known: list[str] = []
    store.permissions.append([], [identity])
    for event in events:
        target = known[int(event.supersedes) - 1] if event.supersedes else None
        speaker = (
            handle if event.expressed_by == event.subject else f"{handle}#{event.expressed_by}"
        )
        named = replace(event, subject=handle, expressed_by=speaker, supersedes=target)
        store.permissions.append([named], now=LATER, sign=False)
        known.append(store.permissions.history(handle)[-1].event_id)


def decided(store: Store, question: Question, **more: Any) -> dict[str, tuple[str, str]]:
    """Outcome and reason by handle."""
    frame = store.permissions.decisions(
        question.use,
        question.version,
        question.purpose,
        [question.service],
        question.floor,
        on=question.on,
        material=question.material,
        category=question.category,
        grace_days=question.grace_days,
        **more,
    )
    who = store.permissions.subjects().select("subject", "handle")
    joined = frame.with_columns(pl.col("effect", "reason").cast(pl.String)).join(who, on="subject")
    return {
        handle: (effect, reason)
        for effect, reason, handle in joined.select("effect", "reason", "handle").rows()
    }


TABLES = (
    (ages.TABLE, "ask_first"),
    (scopes.TABLE, "ask_first"),
    (lapses.TABLE, "ask_first"),
    (objection.TABLE, "objection"),
)


@pytest.mark.parametrize(("table", "floor"), TABLES, ids=["ages", "scopes", "lapses", "objection"])
def test_the_tables_hold_in_the_database(store: Store, table: str, floor: Any) -> None:
    cases = rows(table)
    for place, row in enumerate(cases):
        handle = f"case {place}"
        known = ages.details(row.get("born", "1985-01-01"), row.get("reads", "en"))
        identity = Identity(handle=handle, birth=known.birth, languages=tuple(known.languages))
        record(store, handle, ages.said(row["said"]), identity)
    for material in ("", "1"):
        found = decided(store, ages.question(floor=floor, material=int(material or 0)))
        for place, row in enumerate(cases):
            if row.get("material", "") == material:
                assert found[f"case {place}"] == (row["outcome"], row["reason"]), row
        asked = ages.question(floor=floor, material=int(material or 0))
        frame = store.permissions.subjects().filter(
            pl.col("number").is_in(store.permissions.permitted(asked).to_list())
        )
        granted = {handle for handle, (outcome, _) in found.items() if outcome == "granted"}
        assert set(frame["handle"]) == granted
    store.permissions.verify()


EXAMPLES = 2000 if FULL else 12


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(histories(6), people), min_size=1, max_size=4), questions, st.data())
def test_the_database_decides_as_the_oracle(
    lasting: Store, drawn: list[Any], asked: Question, data: Any
) -> None:
    wanted: dict[str, str] = {}
    for history, (birth, reads) in drawn:
        handle = f"person {next(_numbers)}"
        identity = Identity(handle=handle, birth=birth, languages=tuple(reads))
        record(lasting, handle, history, identity)
        wanted[handle] = oracle(history, birth, reads, asked)
    found = decided(lasting, asked)
    assert {handle: found[handle][0] for handle in wanted} == wanted
    names = lasting.permissions.subjects()
    numbers = names.filter(pl.col("handle").is_in(list(wanted)))
    permitted = set(lasting.permissions.permitted(asked)) & set(numbers["number"])
    granted = {handle for handle, outcome in wanted.items() if outcome == "granted"}
    assert permitted == set(numbers.filter(pl.col("handle").is_in(list(granted)))["number"])
    for handle in wanted:
        assert lasting.permissions.decision(handle, asked).reason.id == found[handle][1]


def test_what_stands_is_what_the_ledger_says(lasting: Store) -> None:
    """After all of the above, one event at a time."""
    assert lasting.permissions.verify().events == len(lasting.permissions.events())


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(histories(8), people), questions, st.integers(0, 8))
def test_a_snapshot_decides_as_it_would_have_then(
    lasting: Store, drawn: Any, asked: Question, cut: int
) -> None:
    history, (birth, reads) = drawn
    handle = f"person {next(_numbers)}"
    identity = Identity(handle=handle, birth=birth, languages=tuple(reads))
    record(lasting, handle, history[:cut], identity)
    then = lasting.permissions.snapshot()
    before = decided(lasting, asked)
    allowed = set(lasting.permissions.permitted(asked))
    recorded = len(history[:cut])
    late = [event for event in history[recorded:] if event.supersedes is None]
    for event in late:
        speaker = (
            handle if event.expressed_by == event.subject else f"{handle}#{event.expressed_by}"
        )
        named = replace(event, subject=handle, expressed_by=speaker)
        lasting.permissions.append([named], now=NOW, sign=False)
    assert decided(lasting, asked, snapshot=then) == before
    assert set(lasting.permissions.permitted(asked, then)) == allowed


def test_a_snapshot_of_another_ledger_is_refused(store: Store) -> None:
    record(store, "a", ages.said("person yes 2026-10-01"), Identity(handle="a"))
    odd = replace(store.permissions.snapshot(), hash="f" * 64)
    with pytest.raises(BadInput, match="another ledger"):
        decided(store, ages.question(), snapshot=odd)
    with pytest.raises(BadInput, match="no event 9"):
        decided(store, ages.question(), snapshot=replace(odd, sequence=9))


def test_every_service_is_decided_by_itself(store: Store) -> None:
    text = "person yes 2026-10-01; person no 2026-10-02 use service"
    record(store, "a", ages.said(text), Identity(handle="a", birth=date(1985, 1, 1)))
    frame = store.permissions.decisions(
        "early-help", 2, "early_intervention", ["education", "police"], "ask_first", on=ages.ON
    )
    assert frame.columns == ["subject", "service", "effect", "reason"]
    assert frame["service"].to_list() == ["education", "police"]
    assert frame["effect"].to_list() == ["refused", "granted"]


def test_an_empty_ledger_decides_about_nobody(store: Store) -> None:
    frame = store.permissions.decisions(
        "early-help", 1, "early_intervention", ["education"], "objection", on=ages.ON
    )
    assert frame.is_empty() and frame.columns == ["subject", "service", "effect", "reason"]
    assert store.permissions.permitted(ages.question()).is_empty()
    assert store.permissions.subjects().is_empty()


@pytest.mark.parametrize("floor", ["ask_first", "objection"])
def test_some_people_are_decided_on_as_all_are(store: Store, floor: Any) -> None:
    """Also where others have larger numbers, and where the ledger has gone on since."""
    text = "person told 2026-10-01; person yes 2026-10-01"
    for name in ("a", "b", "c"):
        record(
            store,
            name,
            ages.said(text),
            Identity(handle=name, birth=date(1985, 1, 1), languages=("en",)),
        )
    then = store.permissions.snapshot()
    store.permissions.append(ages.said("person no 2026-11-01", "c"), now=LATER)
    with store.reading() as connection:
        everybody = asking.everybody(connection)["number"].to_numpy()
        whole = asking.codes(connection, ages.question(floor=floor), everybody, then)
        for size in range(4):
            some = asking.codes(connection, ages.question(floor=floor), everybody[:size], then)
            assert some.tolist() == whole[:size].tolist()
    assert len(set(whole.tolist())) == 1


def test_an_unknown_floor_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="floor"):
        store.permissions.decisions(
            "early-help",
            1,
            "early_intervention",
            ["education"],
            "statutory",
            on=ages.ON,  # type: ignore[arg-type]
        )
