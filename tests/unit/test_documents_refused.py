"""What declared documents and questions refuse, where no other test brings them to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from licet import decision
from licet.dialogue.names import named_in
from licet.errors import BadInput
from licet.evidence import DeclaredBattery
from licet.feeds.formats import Formats
from licet.feeds.location import Location
from licet.feeds.tables import Value
from licet.linkage.addresses import STREETS, one_slip
from licet.linkage.changes import delivered
from licet.linkage.components import pairs
from licet.linkage.spec import LinkageSpec, completed, part_of, standard_spec
from licet.permission.disputes import Dispute, checked_move
from licet.permission.rules import Question
from licet.permission.voices import wrong_code
from licet.readings import sample_of
from licet.register.central import PublicRecord
from licet.register.reading_age import reading_age
from licet.survey.answers import Answers
from licet.use import Override, PerThousand, Support
from tests import factories
from tests.factories import reading
from tests.identify import made


def refused(make: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        make()
    return str(caught.value)


COLUMN: dict[str, Any] = {"column": "why", "meaning": "Why"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"kind": "word"}, "a value of words without its words"),
        ({"kind": "date", "words": ["a"]}, "a value of the kind 'date' has no words"),
        ({"kind": "word", "words": ["a\nb"]}, "is no line of text"),
        ({"kind": "word", "words": ["a", "a"]}, "the word 'a' stands there twice"),
    ],
)
def test_a_value_of_a_table_has_words_only_if_it_is_one(value: dict[str, Any], said: str) -> None:
    assert said in refused(lambda: Value(**COLUMN, **value))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"values": {"Bad": {**COLUMN, "kind": "date"}}}, "a value cannot be called 'Bad'"),
        ({"values": {"record": {**COLUMN, "kind": "date"}}}, "the word has another meaning"),
        ({"values": {"a": {"column": "day", "kind": "date", "meaning": "A"}}}, "at once"),
        ({"values": {"a": {"column": "first", "kind": "date", "meaning": "A"}}}, "who somebody is"),
        ({"values": {"a": {"column": "eth", "kind": "date", "meaning": "A"}}}, "audit-only column"),
        ({"values": {"ethnicity": {**COLUMN, "kind": "date"}}}, "as an audit-only column is"),
    ],
)
def test_a_table_tells_nobody_apart_and_each_column_once(
    changes: dict[str, Any], said: str
) -> None:
    assert said in refused(lambda: made.with_table(**changes))


def test_a_table_is_called_by_small_letters() -> None:
    assert "a table cannot be called 'Off'" in refused(
        lambda: made.feed(tables={"Off": made.ABSENCES})
    )


def test_formats_and_places_of_a_feed() -> None:
    assert "unknown sex 'X'" in refused(lambda: Formats(sex={"1": "X"}))
    assert Formats(sex={"1": "female"}).sex == {"1": "female"}
    assert refused(lambda: Formats(placeholder_dates="01-01"))  # type: ignore[arg-type]
    asked = {"kind": "postgresql", "table": "roll", "url_env": "not a name"}
    assert "url_env is no name of a variable" in refused(lambda: Location(**asked))


def test_a_battery_names_each_item_once() -> None:
    twice = DeclaredBattery(id="b", label="B", items=("trust:education", "trust:education"))
    names = [factories.item("trust:education")]
    assert "an item is named twice" in refused(
        lambda: factories.evidence(items=names, batteries=(twice,))
    )


def test_uses_and_their_parts() -> None:
    assert "helped = 9 of 5 families" in refused(
        lambda: PerThousand(offered=5, helped=9, source="S")
    )
    named = {"role": "Head", "reason": "R", "published": "P", "start": date(2026, 1, 2)}
    late = {**named, "until": date(2026, 1, 1), "lifts": "trust:education"}
    assert "it ends (2026-01-01) before it starts" in refused(lambda: Override(**late))
    other = Override(**{**named, "until": date(2026, 2, 1), "lifts": "trust:police"})
    assert "unknown requirement 'trust:police'" in refused(
        lambda: factories.use(overrides=(other,))
    )


def test_help_is_not_shown_without_a_comparison() -> None:
    assert not Support().shown


def test_rows_edges_and_specifications_of_a_linkage() -> None:
    assert "a row is both present and withdrawn: b" in refused(
        lambda: delivered([], {"a", "b"}, {"b"})
    )
    assert "names a row that is not there: (0, 2)" in refused(lambda: pairs([(0, 2)], 2, "an edge"))
    assert "no feed holds family, birth" in refused(lambda: standard_spec(["given"]))
    assert part_of("birth_year", date(1990, 2, 3)) == 1990
    spec = standard_spec(["given", "family", "birth", "postcode"])
    for changes, said in (
        ({"blocks": ((),)}, "a block without a field compares every pair"),
        ({"blocks": (("shoe",),)}, "unknown field to block on 'shoe'"),
        ({"blocks": (("birth", "birth"),)}, "a field is named twice"),
        ({"comparisons": ("given", "shoe")}, "unknown comparison 'shoe'"),
        ({"comparisons": spec.comparisons[:1] * 2}, "a comparison is named twice"),
        ({"keep_above": 0.97}, "pairs from 0.95 are joined, but only those from 0.97 are kept"),
    ):
        told = spec.model_dump() | changes
        assert said in refused(lambda told=told: type(spec)(**told))
    many = [f"street {n}" for n in range(STREETS + 1)]
    assert one_slip(many) == {street: street for street in many}, (
        "too many to compare: none is meant"
    )


def test_questions_about_permission() -> None:
    asked = {
        "use": "u",
        "purpose": "p",
        "service": "education",
        "floor": "ask_first",
        "on": date(2026, 1, 1),
    }
    assert "cannot rest on answers to version 3" in refused(
        lambda: Question(version=2, material=3, **asked)
    )  # type: ignore[arg-type]
    assert "a number of days below 0" in refused(
        lambda: Question(version=2, grace_days=-1, **asked)
    )  # type: ignore[arg-type]
    assert "This code does not work" in str(wrong_code())
    day = date(2026, 1, 1)
    held = Dispute("d", "account", "subject", "education", "", False, day, day)
    assert "unknown step 'forget'" in refused(
        lambda: checked_move(held, "forget", "service", "why", "w")
    )


def test_names_in_a_text_are_pointed_out() -> None:
    assert named_in("Mrs Brown called") == ("a name after a title",)
    assert named_in("Who reads this?") == ()


def test_a_public_record_tells_each_use_once() -> None:
    one = {
        "body": "Town Council",
        "title": "Early help",
        "source": "A page",
        "seen": date(2026, 1, 1),
    }
    assert "stands there twice" in refused(lambda: PublicRecord(use=(one, one)))  # type: ignore[arg-type]


def test_a_few_words_have_no_reading_age() -> None:
    assert reading_age("Too few words.") is None


def test_printed_figures_have_no_people_to_leave_out() -> None:
    """Evidence without a design: everybody stays."""
    answers = Answers(pl.DataFrame({"q": [1]}))
    printed = reading({("trust:education", "all"): "granted"}).evidence
    assert sample_of(printed, answers) is answers


def test_a_decision_is_by_a_role_with_words_and_an_end() -> None:
    use, day = factories.use(), date(2026, 6, 1)
    known = decision.Known("permit")
    usual = {"role": "Head of Early Help", "because": "So", "today": day, "until": day}
    for choice, changes, said in (
        ("maybe", {}, "unknown decision 'maybe'"),
        ("stop", {"because": " "}, "nothing is said"),
        ("stop", {"role": "head@town.example"}, "is no role"),
        ("stop", {"until": date(2026, 5, 1)}, "it ends (2026-05-01) before it starts"),
    ):
        told = usual | changes
        assert said in refused(lambda c=choice, t=told: decision.decide(use, known, c, **t))


def test_a_linkage_names_all_that_is_compared_or_nothing_of_it() -> None:
    held = ["given", "family", "birth", "postcode"]
    standard = standard_spec(held)
    stricter = completed(LinkageSpec(id="stricter", link_above=0.999), held)
    assert (stricter.id, stricter.link_above) == ("stricter", 0.999)
    for name in ("version", "comparisons", "blocks", "certain", "training", "keep_above"):
        assert getattr(stricter, name) == getattr(standard, name)
    assert completed(None, held) == standard and completed(standard, ["given"]) is standard
    said = refused(lambda: LinkageSpec(comparisons=("given", "birth")))
    assert "0 of blocks" in said and "or none of them for the standard" in said
    assert "1 of comparisons" in refused(
        lambda: LinkageSpec(**{**standard.model_dump(), "comparisons": ("given",)})
    )
    assert "no feed holds given" in refused(lambda: completed(LinkageSpec(), ["family", "birth"]))
