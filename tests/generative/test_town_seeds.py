"""Whatever the seed and the size, the made-up town is whole and its feeds keep their contracts."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.feeds.breaks import check, missing_columns
from licet.feeds.contract import Feed
from licet.synthetic.town.answering import answer
from licet.synthetic.town.asked import survey
from licet.synthetic.town.whole import FEEDS, make_town
from tests.conftest import FULL

CONTRACTS = {
    path.stem: Feed(**tomllib.loads(path.read_text(encoding="utf-8")))
    for path in (Path(str(files("licet.bundled"))) / "town-2026" / "feeds").glob("*.toml")
}


@settings(max_examples=200 if FULL else 4)
@given(people=st.integers(500, 1600), seed=st.integers(0, 2**31), more=st.sampled_from([0.0, 0.7]))
def test_any_town_is_whole(people: int, seed: int, more: float) -> None:
    town = make_town(people, seed, more=more)
    assert town.people.height == people
    assert set(CONTRACTS) == set(FEEDS)
    for name, feed in CONTRACTS.items():
        frame = town.feeds[name]
        assert list(missing_columns(feed.columns, frame.columns)) == []
        assert check(feed, frame.select(list(feed.columns))) == []
    pairs = town.truth.select("feed", "person")
    registers = pairs.filter(pl.col("feed").is_in(["education", "health"]))
    assert registers.n_unique() == registers.height
    everybody = range(people)
    for frame, columns in (
        (town.truth, ["person"]),
        (town.relationships, ["person", "other"]),
        (town.residences, ["person"]),
    ):
        for column in columns:
            assert frame[column].is_in(list(everybody)).all()
    assert (town.relationships["person"] != town.relationships["other"]).all()
    assert town.residences["dwelling"].is_between(0, town.dwellings.height - 1).all()
    dated = town.residences.filter(pl.col("to").is_not_null())
    assert (dated["from"] <= dated["to"]).all()


@settings(max_examples=100 if FULL else 2)
@given(people=st.integers(500, 1200), seed=st.integers(0, 2**31))
def test_any_town_can_be_asked(people: int, seed: int) -> None:
    town = make_town(people, seed)
    found = answer(town, seed=seed)
    assert found.answers.height > 0
    spoke = found.voices.filter("answered")
    assert spoke["subject"].null_count() == 0
    assert set(found.answers["subject"]) == set(spoke["subject"])
    answers = survey(town, seed)
    assert answers.height >= 60
    assert answers["wt"].min() > 0
