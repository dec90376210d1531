"""What is decided on a few people is what is decided on everybody, one by one or together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from licet.permission import Question
from licet.store import effects
from tests.linkage.town import NOW, TODAY, USE, event, identity, made, make_workspace, store_of

TOWN = made(24, 4)
SERVICES = ("education", "health", "social_work")


def question(service: str, on: date = TODAY) -> Question:
    return Question(USE, 1, "early_intervention", service, "ask_first", on, 1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People who said yes, no, yes but not for health, and nothing."""
    from dataclasses import replace

    found = tmp_path_factory.mktemp("effects") / "town"
    make_workspace(found, TOWN)
    said = []
    for person in TOWN.people:
        kind = person.number % 4
        if kind < 2:
            said.append(event(person, "grant" if kind == 0 else "refuse"))
        if kind == 2:
            said.append(event(person, "grant"))
            no = event(person, "refuse", 1)
            said.append(replace(no, scope=replace(no.scope, service="health")))
    with store_of(found) as store:
        people = [identity(person) for person in TOWN.people]
        store.permissions.append(said, people, now=NOW, sign=False)
    return found


@pytest.mark.parametrize("few", [0, 20_000], ids=["together", "one by one"])
def test_each_service_has_its_own_answer(
    root: Path, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "FEW", few)
    with store_of(root) as store:
        everybody = store.permissions.subjects()
        numbers = everybody["number"].to_list()
        found = effects.effects(store, numbers, [question(name) for name in SERVICES])
        expected = [
            {
                number: store.permissions.decision(name, question(service)).outcome
                for name, number in everybody.select("subject", "number").iter_rows()
            }
            for service in SERVICES
        ]
    assert [dict(one) for one in found] == expected
    assert found[0] != found[1] and found[0] == found[2]


def test_what_has_the_same_answer_is_asked_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def decide(standing: object, one: Question) -> object:
        asked.append(one.service)
        return real(standing, one)  # type: ignore[arg-type]

    real = effects.decide
    monkeypatch.setattr(effects, "decide", decide)
    with store_of(root) as store:
        number = store.permissions.subjects()["number"].to_list()[:1]
        effects.effects(store, number, [question(name) for name in SERVICES])
        assert len(asked) == 2  # a no was said about health alone: it has an answer of its own
        effects.effects(store, number, [question("health"), question("health", date(2031, 1, 1))])
        assert len(asked) == 4  # another day is another question
