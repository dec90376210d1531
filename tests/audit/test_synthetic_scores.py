"""The made-up score: made the same way twice, marked as made up, and wrong in the ways that are planted."""

from __future__ import annotations

import tomllib
from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from licet.audit.contact import Reading
from licet.audit.forecast import Audit
from licet.audit.plan import Plan
from licet.audit.standing import Standing
from licet.chapters.auditing_contact import audit_contact
from licet.chapters.auditing_forecast import audit_forecast
from licet.errors import BadInput
from licet.files.audit_draft import example
from licet.synthetic import scores


@pytest.fixture(scope="module")
def children() -> pl.DataFrame:
    return scores.scored()


@pytest.fixture(scope="module")
def found(children: pl.DataFrame) -> Audit:
    plan = Plan(**tomllib.loads(example()["plan.toml"]))
    return audit_forecast(plan, children, scores.population(children), today=date(2026, 11, 30))


def test_about_5000_children_in_3200_families(children: pl.DataFrame) -> None:
    assert 4800 <= children.height <= 5300
    assert children["family"].n_unique() == scores.FAMILIES
    assert children["child"].n_unique() == children.height
    assert children["ethnicity"].n_unique() == 5
    scored = children["scored_on"]
    assert (scored.max() - scored.min()).days > 500
    assert children["score"].min() >= 0 and children["score"].max() <= 100


def test_the_same_seed_gives_the_same_children_and_another_gives_others(
    children: pl.DataFrame,
) -> None:
    assert children.equals(scores.scored())
    assert not children.equals(scores.scored(seed=8))
    assert scores.population(children).equals(scores.population(children))
    assert scores.contacts().equals(scores.contacts())


def test_every_row_says_that_it_is_made_up(children: pl.DataFrame) -> None:
    for frame in (children, scores.population(children), scores.contacts()):
        assert frame["note"].unique().to_list() == ["SYNTHETIC"]
    assert children["child"].str.starts_with("SYNTHETIC").all()
    assert children["family"].str.starts_with("SYNTHETIC").all()


def test_of_families_who_said_no_there_are_groups_and_nothing_else(children: pl.DataFrame) -> None:
    refused = children.filter(consent="out")
    assert refused.height > 100
    for name in refused.columns:
        empty = refused[name].null_count() == refused.height
        assert empty != (name in scores._TOLD_OF_REFUSED), name


def test_some_outcomes_are_known_late_and_some_too_late(children: pl.DataFrame) -> None:
    asked = children.filter(pl.col("consent") != "out")
    waited = (asked["known_on"] - asked["scored_on"]).dt.total_days()
    assert (waited >= scores.OUTCOME_DAYS).all()
    assert (waited > scores.OUTCOME_DAYS).any()
    assert asked["known_on"].max() <= scores.FOLLOWED_UNTIL
    unknown = asked["support_within_a_year"].null_count()
    assert 0 < unknown == asked["known_on"].null_count() < asked.height / 20


def test_nobody_comes_further_than_the_step_before(children: pl.DataFrame) -> None:
    told = children.filter(pl.col("consent") != "out")
    steps = ["flagged", "reviewed", "visited", "supported"]
    for before, after in pairwise(steps):
        assert (told[after] <= told[before]).all() and 0 < told[after].sum() < told[before].sum()


def test_the_frame_counts_more_than_the_data_in_every_breakdown(children: pl.DataFrame) -> None:
    frame = scores.population(children)
    total = frame.filter(by="all")["people"].item()
    assert total > children.height
    for by in scores.GROUPED:
        assert frame.filter(by=by)["people"].sum() == total
        held = dict(children.group_by(by).len().rows())
        counted = dict(frame.filter(by=by).select("group", "people").rows())
        assert all(counted[name] >= number for name, number in held.items())


def test_too_few_families_are_refused() -> None:
    with pytest.raises(BadInput, match="10 families are too few"):
        scores.scored(families=10)


@pytest.mark.parametrize("gate", ["G1", "G4"])
def test_the_audit_finds_what_is_planted(found: Audit, gate: str) -> None:
    assert found.gate(gate).standing is Standing.FAIL
    assert found.standing is Standing.FAIL


def test_the_group_that_is_flagged_too_often_is_named(found: Audit) -> None:
    wronged = {
        one.key.label
        for one in found.gate("G4").demands
        if one.standing is Standing.FAIL and one.key and one.measure == "fpr"
    }
    assert wronged == {scores.OVER_FLAGGED}


def test_only_one_group_keeps_away() -> None:
    said = audit_contact(
        scores.contacts(), before=scores.CHANGED_ON, by="ethnicity", compare="area"
    )
    fewer = {row.group for row in said.changes if row.reading is Reading.FEWER}
    assert fewer == {scores.OVER_FLAGGED}
