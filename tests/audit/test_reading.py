"""Every input that cannot be meant is refused with one message; what can be meant is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.audit.input.flagging import by_score
from licet.audit.input.reading import check_closed, people_of
from licet.audit.plan import Flagged
from licet.errors import BadInput
from licet.files.frames import rows_of
from tests.audit.planned import frame, plan, read

Change = Callable[[pl.DataFrame], pl.DataFrame]


def with_(**columns: Any) -> Change:
    return lambda data: data.with_columns(**columns)


DAYS = [date(2024, 1, 1 + n % 28) for n in range(400)]
PAIRS = np.arange(400) // 2

WRONG: dict[str, tuple[dict[str, Any], Change, str]] = {
    "outcome missing for all": ({}, with_(y=pl.lit(None)), "missing for all"),
    "one class only, nobody": ({}, with_(y=pl.lit(0)), "all 400 people whose outcome is known did not have"),
    "one class only, everybody": ({}, with_(y=pl.lit(1)), "had it"),
    "outcome neither yes nor no": ({}, with_(y=pl.lit(2)), "an outcome that is neither"),
    "score without a value": ({}, with_(score=pl.lit(None, pl.Float64)), "no value for anybody"),
    "score of NaN": ({}, with_(score=pl.lit(float("nan"))), "no value for anybody"),
    "score of infinity": ({}, with_(score=pl.lit(float("inf"))), "infinite number"),
    "score of words": ({}, with_(score=pl.lit("high")), "no number"),
    "probability above 1": ({"probability": True}, with_(score=pl.col("score") * 3), "outside 0 to 1"),
    "probability below 0": ({"probability": True}, with_(score=-pl.col("score") - 0.1), "outside 0 to 1"),
    "flags of words": (
        {"columns": {"outcome": "y", "flag": "flag"}}, with_(flag=pl.lit("perhaps")), "neither yes nor no",
    ),
    "flags of 2": ({"columns": {"outcome": "y", "flag": "flag"}}, with_(flag=pl.lit(2)), "neither yes nor no"),
    "flags for nobody": (
        {"columns": {"outcome": "y", "flag": "flag"}}, with_(flag=pl.lit(None, pl.Int8)), "missing for all",
    ),
    "nothing says who is flagged": ({"flagged": {}}, with_(), "nothing says who is flagged"),
    "a capacity of everybody": ({"flagged": {"people": 400}}, with_(), "flags everybody"),
    "negative weight": (
        {"columns": {"outcome": "y", "score": "score", "weight": "w"}},
        with_(w=pl.when(pl.col("id") < 3).then(-1.0).otherwise(1.0)), "3 people have a negative weight",
    ),
    "weights missing": (
        {"columns": {"outcome": "y", "score": "score", "weight": "w"}},
        with_(w=pl.when(pl.col("id") < 1).then(None).otherwise(1.0)), "1 person has no weight",
    ),
    "weights all 0": (
        {"columns": {"outcome": "y", "score": "score", "weight": "w"}}, with_(w=pl.lit(0)), "all weights are 0",
    ),
    "link probability outside 0-1": (
        {"columns": {"outcome": "y", "score": "score", "link_probability": "p"}},
        with_(p=pl.lit(1.2)), "link probability outside 0 to 1",
    ),
    "a column that is not there": ({"columns": {"outcome": "yy", "score": "score"}}, with_(), "'y'"),
    "a breakdown that is not there": ({"by": ["towns"]}, with_(), "write 'town'"),
    "a group nobody is in": ({"groups": [{"id": "old", "expression": "age > 90"}]}, with_(), "nobody is in"),
    "an expression of the wrong kind": (
        {"groups": [{"id": "old", "expression": 'age > "x"'}]}, with_(), "does not fit its columns",
    ),
    "a reference that is no group": ({"by": ["town"], "reference": {"town": "Sout"}}, with_(), "'South'"),
    "a breakdown of ids": ({"by": ["id"]}, with_(), "400 values"),
    "an empty breakdown": ({"by": ["town"]}, with_(town=pl.lit(None, pl.String)), "empty for all"),
    "a person twice": (
        {"columns": {"outcome": "y", "score": "score", "person": "who"}},
        with_(who=pl.Series(PAIRS)), "200 people have several rows",
    ),
    "a person twice on one day": (
        {"columns": {"outcome": "y", "score": "score", "person": "who", "as_of": "day"}},
        with_(who=pl.Series(PAIRS), day=pl.lit(date(2024, 1, 1))), "two rows of the same day",
    ),
    "the same people in train and test": (
        {"columns": {"outcome": "y", "score": "score", "person": "who", "as_of": "day"},
         "challengers": {"fit_before": date(2024, 1, 14)}},
        with_(who=pl.Series(np.arange(400) % 200), day=pl.Series([DAYS[0]] * 200 + [DAYS[20]] * 200)),
        "in training and in test",
    ),
    "days that are none": (
        {"columns": {"outcome": "y", "score": "score", "as_of": "day"}}, with_(day=pl.lit("soon")), "no date",
    ),
    "consent of another word": (
        {"columns": {"outcome": "y", "score": "score", "consent": "c"}}, with_(c=pl.lit("maybe")), "consent",
    ),
    "an arm that is not there": (
        {"columns": {"outcome": "y", "score": "score", "arm": "a"}, "selection": {"random": "lot"}},
        with_(a=pl.lit("lots")), "write 'lots'",
    ),
    "a random arm without a column": ({"selection": {"random": "lot"}}, with_(), "no column of arms"),
    "a group made of the outcome": (
        {"groups": [{"id": "had", "expression": "y == 1"}]}, with_(), "'y' is the outcome itself",
    ),
    "the outcome as a feature": ({"challengers": {"one": "y"}}, with_(), "is the outcome itself"),
    "the outcome as a score": (
        {"columns": {"outcome": "y", "score": "y"}}, with_(), "is the outcome itself",
    ),
    "nobody": ({}, lambda data: data.head(0), "nobody"),
    "one class among the flagged or scored": (
        {}, with_(score=pl.when(pl.col("y") == 1).then("score")), "had the same outcome",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_meant_is_refused(case: str) -> None:
    changes, change, words = WRONG[case]
    with pytest.raises(BadInput, match=words) as refused:
        read(change(frame()), **changes)
    assert len(refused.value.faults) == 1


def test_no_value_of_a_person_is_in_a_message() -> None:
    data = frame().with_columns(w=pl.lit(-3.14159), score=pl.lit("secret-4711"), y=pl.lit("hidden"))
    columns = {"outcome": "y", "score": "score", "weight": "w"}
    with pytest.raises(BadInput) as refused:
        read(data, columns=columns)
    assert len(refused.value.faults) == 3, "all faults at once"
    assert not any(word in str(refused.value) for word in ("3.14", "4711", "hidden"))


def test_all_that_is_wrong_without_the_outcomes_is_found_before_they_are_opened() -> None:
    declared = plan(columns={"outcome": "y", "score": "score", "weight": "w"}, by=["town"])
    data = frame().with_columns(w=pl.lit(1.0)).drop("y")
    check_closed(declared, data)
    with pytest.raises(BadInput, match="negative"):
        check_closed(declared, data.with_columns(w=pl.lit(-1.0)))


def test_words_for_yes_and_no_and_empty_cells() -> None:
    said = ["yes", "no", " Yes ", "NO", "true", "false", "1", "0", "1.0", "", None]
    data = frame(11).with_columns(flag=pl.Series(said), y=pl.Series([1, 0] * 5 + [None]))
    people = read(data, columns={"outcome": "y", "flag": "flag"})
    assert people.flag.tolist() == [1, 0, 1, 0, 1, 0, 1, 0, 1, -1, -1]
    assert np.isnan(people.y[-1]) and people.y[:4].tolist() == [1, 0, 1, 0]


def test_lower_scores_may_be_riskier() -> None:
    data = frame()
    turned = read(data.with_columns(score=-pl.col("score")), higher_is_riskier=False,
                  flagged={"at_least": -0.5})  # fmt: skip
    usual = read(data)
    assert (turned.flag == usual.flag).all() and np.allclose(turned.score, usual.score)
    chance = read(data.with_columns(score=1 - pl.col("score")), higher_is_riskier=False,
                  probability=True, flagged={"at_least": 0.5})  # fmt: skip
    assert np.allclose(chance.score, usual.score) and (chance.flag == usual.flag).all()


@pytest.mark.parametrize(("ties", "flagged"), [("lot", 5), ("all", 7), ("none", 3)])
def test_ties_at_the_cut_are_flagged_by_the_declared_rule_and_told(ties: str, flagged: int) -> None:
    score = np.array([9.0, 9, 9, 5, 5, 5, 5, 1, 1, 1])
    found, tied = by_score(Flagged(people=5, ties=ties), score, np.ones(10), 3, None)  # type: ignore[arg-type]
    assert (found == 1).sum() == flagged
    assert tied == (4, flagged - 3)
    assert (found[:3] == 1).all() and (found[7:] == 0).all()


def test_a_capacity_counts_weights_and_leaves_out_who_has_no_score() -> None:
    score = np.array([np.nan, 4.0, 3, 2, 1])
    found, tied = by_score(Flagged(people=3), score, np.array([9.0, 2, 1, 2, 1]), 1, None)
    assert found.tolist() == [-1, 1, 1, 0, 0] and tied == (1, 1)
    half, _ = by_score(Flagged(share=0.5), score, np.array([9.0, 2, 1, 2, 1]), 1, None)
    assert half.tolist() == found.tolist()


@given(
    st.lists(st.integers(0, 5), min_size=3, max_size=40),
    st.integers(1, 39),
    st.sampled_from(["lot", "all", "none"]),
)
def test_nobody_with_a_lower_score_is_flagged_before_one_with_a_higher(
    scores: list[int], people: int, ties: Any
) -> None:
    if people >= len(scores):
        return
    score = np.array(scores, float)
    flag, tied = by_score(Flagged(people=people, ties=ties), score, np.ones(len(score)), 7, None)
    assert tied is not None
    cut = sorted(scores, reverse=True)[people - 1]
    assert (flag[score > cut] == 1).all() and (flag[score < cut] == 0).all()
    wanted = {"lot": people, "all": (score >= cut).sum(), "none": (score > cut).sum()}[ties]
    if tied[0] == tied[1]:
        wanted = (score >= cut).sum()
    assert (flag == 1).sum() == wanted


def test_people_who_said_no_are_outside_even_if_they_have_a_score() -> None:
    consent = np.where(np.arange(400) < 40, "out", "in")
    people = read(
        frame(consent=consent), columns={"outcome": "y", "score": "score", "consent": "consent"}
    )
    assert (people.flag[:40] == -1).all() and np.isnan(people.score[:40]).all()
    assert any("said no and have a score" in note for note in people.notes)


def test_people_with_several_days_are_a_cluster_of_their_own() -> None:
    data = frame().with_columns(
        who=pl.Series(PAIRS), day=pl.Series([DAYS[n % 2] for n in range(400)])
    )
    people = read(data, columns={"outcome": "y", "score": "score", "person": "who", "as_of": "day"})
    assert people.clustered and people.cluster.max() == 199
    assert people.as_of is not None and set(people.as_of) == {19723.0, 19724.0}


def test_groups_crossings_and_unknown_members() -> None:
    town = pl.Series(["North", "South", None, "North"] * 100)
    data = frame().with_columns(town=town, sex=pl.Series(["f", "m"] * 200))
    people = read(data, by=["town", "sex"], reference={"town": "South"}, intersections=[["town", "sex"]],
                  groups=[{"id": "young", "expression": "age < 30"}])  # fmt: skip
    names = [(key.by, key.group, key.reference) for key in people.keys]
    assert ("town", "South", True) in names and ("group", "young", False) in names
    assert ("town x sex", "North & m", False) in names
    assert ("town x sex", "South & f", False) not in names, "nobody is in it"
    north = names.index(("town", "North", False))
    assert people.member[:4, north].tolist() == [1, 0, -1, 1]
    both = names.index(("town x sex", "North & f", False))
    assert people.member[:4, both].tolist() == [1, 0, -1, 0], "out of one is out of both"


def test_bands_stand_in_their_own_order() -> None:
    band = pl.Series(["10-14", "0-4", "5-9", "15+"] * 100)
    people = read(frame().with_columns(band=band), by=["band"])
    assert [key.group for key in people.keys] == ["0-4", "5-9", "10-14", "15+"]


def test_pandas_frames_come_in_at_the_door() -> None:
    data = frame()
    same = people_of(plan(), rows_of(pd.DataFrame(data.to_dict(as_series=False))))
    assert (same.flag == read(data).flag).all() and np.allclose(same.score, read(data).score)


def test_a_part_of_the_people() -> None:
    people = read(
        by=["town"],
        challengers={"two": ["age", "id"]},
        outcomes=[{"id": "b", "expression": "y == 1"}],
    )
    part = people.among(people.score > 0.5)
    assert len(part) == (people.score > 0.5).sum() == len(part.member) == len(part.outcomes["b"])
    assert part.features is not None and part.features.height == len(part)


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Float64, pl.Int32])
def test_families_may_be_named_in_any_way_and_unnamed_people_are_alone(kind: Any) -> None:
    named = pl.Series([None if n < 4 else n // 2 for n in range(400)]).cast(pl.String)
    family = named.cast(kind)
    people = read(
        frame(family=family), columns={"outcome": "y", "score": "score", "cluster": "family"}
    )
    assert len(set(people.cluster.tolist())) == 198 + 4
    assert (people.cluster[4::2] == people.cluster[5::2]).all()
    assert sorted(set(people.cluster.tolist())) == list(range(202))


def test_groups_are_the_same_however_they_are_written() -> None:
    town = pl.Series(["North", " North ", "South", ""] * 100)
    names = {key.group for key in read(frame(town=town), by=["town"]).keys}
    assert names == {"North", "South"}
    bands = {key.group for key in read(frame(town=pl.Series([1.0, 2.0] * 200)), by=["town"]).keys}
    assert bands == {"1", "2"}


def test_crossings_with_gaps_are_those_of_plain_reading() -> None:
    """In if in both, not in if surely out of one, else not known; crossings of nobody are left out."""
    rng = np.random.default_rng(8)
    towns, sexes = (
        [None if gap else value for value, gap in zip(values, rng.random(80) < 0.2, strict=True)]
        for values in (rng.choice(["A", "B", "C"], 80), rng.choice(["f", "m"], 80))
    )
    people = read(frame(80, town=towns, sex=sexes), by=["town", "sex"],
                  intersections=[["town", "sex"]])  # fmt: skip

    def plainly(town: str | None, sex: str | None, wanted: tuple[str, str]) -> int:
        told = [
            None if have is None else have == want
            for have, want in zip((town, sex), wanted, strict=True)
        ]
        return 0 if False in told else -1 if None in told else 1

    for place, key in enumerate(people.keys):
        if key.by == "town x sex":
            town, sex = key.group.split(" & ")
            expected = [plainly(a, b, (town, sex)) for a, b in zip(towns, sexes, strict=True)]
            assert people.member[:, place].tolist() == expected
    assert sum(key.by == "town x sex" for key in people.keys) == 6
