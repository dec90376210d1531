"""The synthetic answers match the printed figures and are the same every time."""

from __future__ import annotations

import csv
import tomllib
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.errors import BadInput
from licet.groups import membership
from licet.synthetic.fitting import CLOSE, chances, settle
from licet.synthetic.parents import parents_2020, to_csv
from licet.synthetic.printed import GROUPS, QUESTIONS
from tests.tiers import few

BUNDLED = Path(str(files("licet.bundled")))
BOOK: dict[str, Any] = tomllib.loads(
    (BUNDLED / "parents-2020" / "codebook.toml").read_text(encoding="utf-8")
)
FIGURES = list(
    csv.DictReader(
        StringIO((BUNDLED / "town/evidence/parents-2021/figures.csv").read_text(encoding="utf-8"))
    )
)
SIZES = {
    "black": 42,
    "lone": 93,
    "younger": 101,
    "hh5plus": 202,
    "higher_oqi": 295,
    "white_british": 615,
    "occ_managerial": 371,
    "occ_routine": 325,
    "edu_degree": 422,
    "edu_none": 84,
    "inc_over_3700": 295,
}


@pytest.fixture(scope="module")
def answers() -> pl.DataFrame:
    return parents_2020()


def inside(frame: pl.DataFrame, group: str) -> pl.Series:
    """Who is in the group, by the expression of the codebook."""
    if group == "all":
        return pl.Series([True] * len(frame))
    when = next(entry["when"] for entry in BOOK["groups"] if entry["id"] == group)
    return frame.select(membership(when, frame.columns)).to_series()


def percent(frame: pl.DataFrame, item: str, group: str, stance: str) -> float:
    """The weighted percentage of valid answers with a stance, by the scales of the codebook."""
    entry = next(entry for entry in BOOK["items"] if entry["id"] == item)
    scale = BOOK["scales"][entry["scale"]]
    stances = {
        "permits": scale.get("permits") or scale["agrees"],
        "neutral": scale.get("neutral", []),
        "opposes": scale.get("opposes") or scale["disagrees"],
    }
    valid = [option for options in stances.values() for option in options]
    kept = frame.filter(inside(frame, group) & frame[entry["column"]].is_in(valid).fill_null(False))
    counted = kept[entry["column"]].is_in(stances[stance])
    return 100 * float(kept["wt"].filter(counted).sum()) / float(kept["wt"].sum())


def test_the_committed_file_is_what_the_program_makes(answers: pl.DataFrame) -> None:
    committed = (BUNDLED / "parents-2020" / "answers.csv").read_bytes()
    assert to_csv(answers).encode() == committed
    assert len(committed) < 400_000


@pytest.mark.parametrize(
    "figure", FIGURES, ids=[f"{row['item']}-{row['group']}" for row in FIGURES]
)
def test_a_share_is_within_a_point_of_the_printed_one(
    answers: pl.DataFrame, figure: dict[str, str]
) -> None:
    found = percent(answers, figure["item"], figure["group"], figure["stance"])
    assert found == pytest.approx(float(figure["percent"]), abs=0.5)


@pytest.mark.parametrize("seed", few([1, 2021], 1))
def test_other_seeds_match_as_well(seed: int) -> None:
    frame = parents_2020(seed)
    for row in FIGURES:
        found = percent(frame, row["item"], row["group"], row["stance"])
        assert found == pytest.approx(float(row["percent"]), abs=1), (row["item"], row["group"])


@pytest.mark.parametrize("group", SIZES)
def test_groups_have_the_printed_sizes(answers: pl.DataFrame, group: str) -> None:
    assert inside(answers, group).sum() == SIZES[group]


def test_groups_overlap(answers: pl.DataFrame) -> None:
    affected = [inside(answers, group) for group in ("black", "lone", "younger", "hh5plus")]
    for first in range(4):
        for second in range(first):
            assert (affected[first] & affected[second]).sum() > 0


def test_the_codebook_has_the_groups_and_questions_of_the_program(answers: pl.DataFrame) -> None:
    assert {entry["id"]: entry["when"] for entry in BOOK["groups"]} == dict(GROUPS)
    assert [entry["id"] for entry in BOOK["items"]] == [question.id for question in QUESTIONS]
    assert {entry["id"]: entry["scale"] for entry in BOOK["items"]} == {
        question.id: question.scale for question in QUESTIONS
    }
    assert answers.columns[-len(QUESTIONS) :] == [question.id for question in QUESTIONS]


def test_the_program_aims_at_the_printed_figures_and_no_others() -> None:
    aims = {(q.id, group): share for q in QUESTIONS for group, share in q.percent.items()}
    assert aims == {(row["item"], row["group"]): int(row["percent"]) for row in FIGURES}
    assert {q.id for q in QUESTIONS if q.against} == {
        row["item"] for row in FIGURES if row["stance"] == "opposes"
    }


@pytest.mark.parametrize("item", [entry["id"] for entry in BOOK["items"]])
def test_answers_are_options_of_the_scale_and_some_are_missing(
    answers: pl.DataFrame, item: str
) -> None:
    scale = BOOK["scales"][next(e["scale"] for e in BOOK["items"] if e["id"] == item)]
    column = answers[item]
    assert set(column.drop_nulls().unique()) == set(scale["options"])
    assert 0 < column.null_count() < 30
    assert 0 < (column == "Refused").sum() < 30
    assert 0 < (column == "Don't know").sum() < 80


def test_nobody_who_was_affected_refuses_a_service_by_consensus(answers: pl.DataFrame) -> None:
    """The article prints no shares of distrust: the answers must not invent a refusal."""
    for question in QUESTIONS:
        if question.scale == "agreement" and not question.against:
            for group in ("all", "black", "lone", "younger", "hh5plus"):
                assert percent(answers, question.id, group, "opposes") < 49


def test_people_answer_consistently(answers: pl.DataFrame) -> None:
    """Who trusts one service trusts another more often than who does not."""
    yes = ["Agree strongly", "Agree"]
    trusting = answers.filter(pl.col("trust_police").is_in(yes))["trust_education"].is_in(yes)
    others = answers.filter(~pl.col("trust_police").is_in(yes))["trust_education"].is_in(yes)
    assert (trusting.mean() or 0) > (others.mean() or 0) + 0.1  # type: ignore[operator]


def test_weights_strata_and_clusters_are_usable(answers: pl.DataFrame) -> None:
    weight = answers["wt"].to_numpy()
    assert weight.min() > 0 and weight.mean() == pytest.approx(1, abs=0.001)
    assert 1.1 < np.mean(weight**2) / np.mean(weight) ** 2 < 1.6
    clusters = answers.group_by("stratum").agg(pl.col("psu").n_unique())["psu"]
    assert len(clusters) == 5 and clusters.to_numpy().min() >= 2
    assert (
        answers.group_by("psu").agg(pl.col("stratum").n_unique())["stratum"].to_list()
        == [1] * answers["psu"].n_unique()
    )
    assert answers["respondent"].to_list() == list(range(1, 844))


def test_other_sizes_keep_the_proportions() -> None:
    frame = parents_2020(seed=7, n=500)
    assert len(frame) == 500
    assert inside(frame, "black").sum() == 25
    assert percent(frame, "trust_police", "black", "permits") == pytest.approx(28, abs=2)


def test_too_few_people_are_refused() -> None:
    with pytest.raises(BadInput, match="too few"):
        parents_2020(n=399)


def test_chances_meet_the_shares_of_overlapping_groups() -> None:
    rng = np.random.default_rng(3)
    members = np.stack([np.ones(200, dtype=np.bool_), rng.random(200) < 0.3, rng.random(200) < 0.3])
    weight = rng.integers(300, 3000, 200)
    shares = np.array([0.5, 0.3, 0.6])
    found = chances(rng.standard_normal(200), weight, members, shares)
    for group, share in zip(members, shares, strict=True):
        assert np.average(found[group], weights=weight[group]) == pytest.approx(share, abs=1e-6)


def test_settling_changes_nothing_that_fits_and_mends_what_does_not() -> None:
    weight = np.full(1000, 1000, dtype=np.int64)
    members = np.stack([np.ones(1000, dtype=np.bool_), np.arange(1000) < 500])
    yes = np.arange(1000) % 2 == 0
    assert (settle(yes, weight, members, np.array([0.5, 0.5])) == yes).all()
    mended = settle(yes, weight, members, np.array([0.5, 0.54]))
    for group, share in zip(members, (0.5, 0.54), strict=True):
        assert abs(mended[group].mean() - share) <= CLOSE
