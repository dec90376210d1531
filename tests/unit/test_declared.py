"""Declared values refuse to exist when wrong, with all faults at once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from licet.declared import Declared, word
from licet.errors import BadInput, Fault
from licet.files.codebook import read_evidence
from licet.files.feeds import read_feed
from licet.files.use import read_use
from licet.use import Use


class Inner(Declared):
    """One part."""

    service: Annotated[str, word("service")]
    share: float = 0.5


class Outer(Declared):
    """A whole."""

    name: str
    count: int = 1
    yes: bool = False
    day: date | None = None
    colour: Literal["red", "green"] = "red"
    parts: tuple[Inner, ...] = ()


def faults(**data: object) -> dict[str, Fault]:
    with pytest.raises(BadInput) as refused:
        Outer(**data)
    return {fault.where: fault for fault in refused.value.faults}


def test_all_faults_are_found_at_once_with_their_places() -> None:
    found = faults(
        count="many",
        yes="maybe",
        day="2026-13-01",
        colour="blue",
        parts=[{"service": "police"}, {"service": "polise", "share": "half"}, 3],
    )
    assert set(found) >= {"name", "count", "yes", "day", "colour"}
    assert {"parts[2]: service", "parts[2]: share"} <= set(found)
    assert any(place.startswith("parts[3]") for place in found)
    assert "write 'police' if that is meant" in found["parts[2]: service"].todo


@pytest.mark.parametrize(
    ("data", "place", "what", "allowed"),
    [
        ({}, "name", "the key 'name' is missing", ""),
        ({"name": 3}, "name", "this is not text: 3", 'text in quotes: "..."'),
        ({"name": "a", "count": "x"}, "count", "not a whole number: 'x'", "a whole number"),
        ({"name": "a", "count": 1.5}, "count", "not a whole number: 1.5", "a whole number"),
        ({"name": "a", "yes": "si"}, "yes", "neither true nor false", "true or false"),
        ({"name": "a", "day": "soon"}, "day", "not a date: 'soon'", "a date: 2026-11-30"),
        ({"name": "a", "day": "2026-02-30"}, "day", "not a date", "a date: 2026-11-30"),
        ({"name": "a", "colour": "blue"}, "colour", "this value is not allowed", "'red' or"),
        ({"name": "a", "parts": "x"}, "parts", "this is not a list", "a list in brackets"),
        ({"name": "a", "parts": [1]}, "parts[1]", "not a table of keys", "a table: [name]"),
    ],
)
def test_each_fault_in_words(data: dict[str, object], place: str, what: str, allowed: str) -> None:
    fault = faults(**data)[place]
    assert what in fault.what and allowed in fault.allowed


def test_a_date_with_a_time_is_refused() -> None:
    assert (
        "not a date" in faults(name="a", day=datetime(2026, 1, 1, 12, 30, tzinfo=UTC))["day"].what
    )


@pytest.mark.parametrize(
    ("key", "todo"),
    [("nmae", "write 'name' if that is meant"), ("zzz", "take 'zzz' out")],
)
def test_an_unknown_key_is_refused_with_the_nearest(key: str, todo: str) -> None:
    fault = faults(name="a", **{key: 1})[key]
    assert fault.what == f"unknown key {key!r}" and fault.todo == todo
    assert fault.allowed == "name, count, yes, day, colour, parts"


def test_a_nested_unknown_key_lists_the_keys_of_its_own_table() -> None:
    found = faults(name="a", parts=[{"service": "police", "shares": 0.2}])
    assert found["parts[1]: shares"].allowed == "service, share"


def test_long_values_are_cut_in_messages() -> None:
    assert len(faults(name="a", count="9" * 1000 + "x")["count"].what) < 150


def test_a_declared_value_is_frozen() -> None:
    value = Outer(name="a")
    with pytest.raises(ValueError, match="frozen"):
        value.name = "b"  # type: ignore[misc]


def test_the_hash_is_of_the_value_not_of_the_way_it_was_written() -> None:
    one = Outer(name="a", parts=[{"service": "police"}], day=date(2026, 1, 1))
    two = Outer(day="2026-01-01", parts=(Inner(service="police", share=0.5),), name="a")
    assert one == two and one.hash() == two.hash() and len(one.hash()) == 64
    assert one.canonical() == (
        '{"colour":"red","count":1,"day":"2026-01-01","name":"a",'
        '"parts":[{"service":"police","share":0.5}],"yes":false}'
    )
    assert Outer(name="b").hash() != Outer(name="a").hash()


class Choosy(Declared):
    """A list that may not be empty, and a value of one of several kinds."""

    services: tuple[Annotated[str, word("service")], ...] = Field(min_length=1)
    value: str | float | bool | date = ""


def test_a_wrong_word_in_a_list_is_one_fault() -> None:
    with pytest.raises(BadInput) as refused:
        Choosy(services=["educatoin"])
    assert [fault.where for fault in refused.value.faults] == ["services[1]"]
    with pytest.raises(BadInput) as refused:
        Choosy(services=[])
    assert [fault.what for fault in refused.value.faults] == ["nothing is listed: []"]


@pytest.mark.parametrize("value", [[1], {"a": 1}, None])
def test_a_value_of_no_kind_is_one_fault(value: object) -> None:
    with pytest.raises(BadInput) as refused:
        Choosy(services=["education"], value=value)
    (fault,) = refused.value.faults
    assert fault.where == "value" and "a number, or true or false" in fault.allowed
    assert "str" not in str(fault).replace(repr(value), "")


BUNDLED = Path(str(files("licet.bundled")))
HASHES = {
    "a use": (
        lambda: read_use(BUNDLED / "town" / "uses" / "early-help.toml"),
        "ac1aa14fbb9d780317192031417f8eca2acf4b0acf80fd374d82ee03f45128fe",
    ),
    "evidence": (
        lambda: read_evidence(BUNDLED / "town" / "evidence" / "parents-2021")[0],
        "afc846c903b88752ec00a2583909b9598d47299ad055fbce7ad95b57516d09b5",
    ),
    "a feed": (
        lambda: read_feed(BUNDLED / "town-2026" / "feeds" / "education.toml").model_copy(
            update={"synthetic": False, "tables": {}}
        ),
        "296852b5f639ab7d95149b32074a9f5fd3d7c2e3cbb65d4fb5ddb1bf68242edf",
    ),
}


@pytest.mark.parametrize("name", HASHES)
def test_documents_keep_their_hash_in_every_version(name: str) -> None:
    """If this fails a key was added: name it in `_later` of its class, or every published use, opened plan
    and finished run is told to have been edited."""
    document, expected = HASHES[name]
    assert document().hash() == expected


class LaterInner(Inner):
    """With a key that came later."""

    extra: tuple[str, ...] = ()
    _later = ("extra",)


class LaterOuter(Outer):
    """The same, and within."""

    parts: tuple[LaterInner, ...] = ()  # type: ignore[assignment]
    more: Inner = Field(default_factory=lambda: Inner(service="police"))
    _later = ("more",)


class LaterUse(Use):
    """A use of a later version of Licet."""

    further: str = ""
    _later = ("further",)


def test_a_key_that_came_later_changes_a_hash_only_where_it_is_said() -> None:
    said = {"name": "a", "parts": [{"service": "police"}]}
    assert LaterOuter(**said).hash() == Outer(**said).hash()
    assert '"extra":[]' in LaterOuter(**said).whole() and '"more":' in LaterOuter(**said).whole()
    inside = {"name": "a", "parts": [{"service": "police", "extra": ["x"]}]}
    assert LaterOuter(**inside).hash() != LaterOuter(**said).hash()
    assert LaterOuter(**said, more={"service": "health"}).hash() != LaterOuter(**said).hash()
    use = read_use(BUNDLED / "town" / "uses" / "early-help.toml")
    later = LaterUse(**json.loads(use.whole()))
    assert later.hash() == use.hash()
    assert later.model_copy(update={"further": "said"}).hash() != use.hash()


def test_a_key_that_came_later_changes_no_hash_where_it_is_not_said():
    from typing import ClassVar

    class Before(Declared):
        name: str

    class After(Declared):
        name: str
        synthetic: bool = False
        _later: ClassVar[tuple[str, ...]] = ("synthetic",)

    assert After(name="a").hash() == Before(name="a").hash()
    assert After(name="a", synthetic=True).hash() != Before(name="a").hash()
