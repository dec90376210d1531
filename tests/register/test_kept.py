"""Entries kept ready: stale in the same transaction, read by their index, looked for by the one rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.chapters import entries as keeping
from licet.chapters.stores import open_store
from licet.errors import BadInput
from licet.files.workspace import find_workspace
from licet.register.filters import FACETS, Question, facets_of, fits, question_of, slug
from licet.register.lines import line_of
from licet.store import Store
from licet.store.entries import Kept
from tests.register.conftest import AT, TODAY, Town
from tests.register.test_entry import told

TITLES = ("Alpha", "beta", "Gamma", "Delta")


def variants() -> list:
    """Entries that differ in everything that can be looked for."""
    from tests.unit.test_report_cases import example, granted

    found = []
    cases = [example("early-help"), example("early-help-wide"), example("immigration"), granted()]
    for place, case in enumerate(cases):
        for more in range(10):
            entry = told(case, said=[])
            area = "UK/England/" + ("Exampleton" if more % 2 else "Elsewhere")
            update = {
                "id": f"u{place}-{more}",
                "title": f"{TITLES[more % 4]} {place} {more}",
                "place": area,
                "forecasts": more % 3 == 0,
                "paid_by_results": more % 5 == 0,
                "in_force": more % 4 == 0,
                "refused_runs": more % 2,
            }
            found.append(entry.model_copy(update=update))
    return found


VARIANTS = variants()


def kept(entry) -> Kept:
    return Kept(
        use=entry.id,
        title=entry.title,
        line=line_of(entry).model_dump_json(),
        mark="m",
        ruled="{}",
        text=entry.model_dump_json(by_alias=True),
        anew=None,
        facets=tuple(facets_of(entry)),
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("kept")
    with Store.open(f"sqlite:///{folder / 'kept.sqlite3'}", folder / "keys") as found:
        found.entries.keep([kept(one) for one in VARIANTS])
        yield found


CHOICES = {
    name: ["", *sorted({value for one in VARIANTS for facet, value, _ in facets_of(one) if facet == name}), "nothing"]
    for name in FACETS
}  # fmt: skip


@given(st.fixed_dictionaries({name: st.sampled_from(held) for name, held in CHOICES.items()}))
def test_the_database_finds_what_the_rule_says(asked: dict[str, str]) -> None:
    question = Question(**asked)
    with_store(question)


def with_store(question: Question) -> None:
    wanted = sorted(
        (one for one in VARIANTS if fits(one, question)), key=lambda one: (one.title, one.id)
    )
    found = STORE[0].entries.listed(question.facets, 0, 1000)
    assert found.uses == len(wanted)
    assert list(found.lines) == [line_of(one).model_dump_json() for one in wanted]


STORE: list[Store] = []


@pytest.fixture(autouse=True, scope="module")
def _held(store: Store) -> Iterator[None]:
    STORE[:] = [store]
    yield
    STORE.clear()


@pytest.mark.parametrize("name", FACETS)
def test_each_facet_alone_finds_what_the_rule_says(name: str) -> None:
    for value in CHOICES[name]:
        with_store(Question(**{name: value}))


def test_pages_of_a_list_are_its_parts() -> None:
    every = STORE[0].entries.listed((("all", ""),), 0, 1000)
    parts = [STORE[0].entries.listed((("all", ""),), first, 7) for first in range(0, 49, 7)]
    assert [line for part in parts for line in part.lines] == list(every.lines)
    assert {part.uses for part in parts} == {len(VARIANTS)}


def test_counts_of_what_can_be_looked_for_follow_the_entries(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'kept.sqlite3'}", tmp_path / "keys") as found:
        found.entries.keep([kept(one) for one in VARIANTS[:12]])
        for uses in (
            VARIANTS[:12],
            [VARIANTS[0].model_copy(update={"services": ()}), *VARIANTS[1:12]],
        ):
            found.entries.keep([kept(uses[0])])
            counted = {(facet, value): n for facet, value, _, n in found.entries.choices()}
            for (facet, value), number in counted.items():
                held = [
                    one for one in uses if (facet, value) in {(f, v) for f, v, _ in facets_of(one)}
                ]
                assert number == len(held), (facet, value)


def test_a_list_and_an_entry_are_read_by_an_index() -> None:
    queries = {
        "SELECT f.use FROM store_facet f WHERE f.facet = 'service' AND f.value = 'police' "
        "ORDER BY f.title, f.use LIMIT 25": "USING COVERING INDEX facet_listed",
        "SELECT text FROM store_entry WHERE use = 'x'": "USING INDEX",
        'SELECT l.data FROM store_about a JOIN store_leaf l ON l."index" = a.leaf '
        "WHERE a.use = 'x' ORDER BY a.leaf": "about_use",
    }
    for query, wanted in queries.items():
        with STORE[0].reading() as connection, connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
            plan = " ".join(str(row[-1]) for row in cursor.fetchall())
        assert wanted in plan and "TEMP B-TREE" not in plan, plan


def test_what_cannot_be_looked_for_is_refused_with_all_faults() -> None:
    with pytest.raises(BadInput) as refused:
        question_of({"service": "polise", "state": "gone", "ruling": "maybe", "paid": "perhaps"})
    assert len(refused.value.faults) == 4
    assert question_of({"service": "police"}) == Question(service="police")


def test_two_texts_never_share_an_address() -> None:
    texts = ["A B", "a b", "a-b", "A  B", "ä", "ö", "", "a" * 200, "a" * 201]
    assert len({slug(one) for one in texts}) == len(texts)
    assert all(set(slug(one)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in texts)


def test_a_leaf_makes_its_entry_stale_in_the_same_transaction(town: Town) -> None:
    workspace = find_workspace(town.root)
    assert workspace is not None
    town.entry()
    with open_store(workspace) as store:
        assert store.entries.stale(TODAY) == []
        with suppress(RuntimeError), store.changing():
            store.log.append(
                "run_refused", {"use": "early-help", "why": "x", "reasons": ["R."]}, AT
            )
            assert store.entries.stale(TODAY) == ["early-help"]
            raise RuntimeError
        assert store.entries.stale(TODAY) == []
        before = len(store.entries.leaves("early-help"))
        store.log.append("run_refused", {"use": "early-help", "why": "x", "reasons": ["R."]}, AT)
        assert store.entries.stale(TODAY) == ["early-help"]
        assert len(store.entries.leaves("early-help")) == before + 1
    assert town.entry().refused_runs == 2
    with open_store(workspace) as store:
        assert store.entries.stale(TODAY) == []


def test_what_is_sorted_by_use_is_what_the_log_says(town: Town) -> None:
    workspace = find_workspace(town.root)
    assert workspace is not None
    with open_store(workspace) as store:
        for use in ("early-help", "immigration", "nobody"):
            wanted = [
                (e.index, e.leaf) for e in store.log.entries() if e.leaf.body.get("use") == use
            ]
            assert store.entries.leaves(use) == wanted
        with store.changing() as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM store_about")
        import importlib

        from django.apps import apps

        migration = importlib.import_module("licet.store.migrations.0005_entries")
        with store.changing() as connection:
            editor = type("Editor", (), {"connection": connection})
            migration.sort_by_use(apps, editor)
        for use in ("early-help", "immigration"):
            wanted = [
                (e.index, e.leaf) for e in store.log.entries() if e.leaf.body.get("use") == use
            ]
            assert store.entries.leaves(use) == wanted


def test_a_day_that_turns_something_makes_the_entry_anew(town: Town) -> None:
    assert town.entry().state.id != "ended"
    late = date(2040, 1, 1)
    assert town.entry(today=late).state.id == "ended"
    assert {one.state.id for one in keeping.lines(town.root, today=late)} <= {"ended", "stopped"}


def test_a_use_that_was_only_published_has_an_entry_too(town: Town) -> None:
    from licet.chapters.publishing import publish

    town.change("early-help", "version = 1", "version = 2")
    publish(town.root, today=TODAY)
    assert town.entry().version == 2
    assert [one.version for one in town.entry().versions] == [2, 1]
