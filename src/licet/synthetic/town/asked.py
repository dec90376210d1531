"""A made-up survey of the town's parents, ``town-2026``: drawn from them, with declared shares.

Parents of children under 16 are drawn by ward (strata) and street (clusters); some groups more
often, so that there are enough of them. Shares come out as declared in every group and the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.fitting import chances, settle
from licet.synthetic.town.places import WARDS
from licet.synthetic.town.whole import Town

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

ID = "town-2026"
INTERVIEWS = 900
"""Interviews aimed at; fewer in a small town, of whose parents at most ``MOST`` are drawn."""
MOST = 0.7
BOOST: Mapping[str, float] = {"black": 2.5, "younger": 1.7, "lone": 1.4}
"""How many times as often parents of a group are drawn; the greatest counts."""
RESPONSE, YOUNGER_RESPONSE = 0.72, 0.60
MEMBERS: Mapping[str, pl.Expr] = {
    "all": pl.col("age") >= 0,
    "black": pl.col("ethnicity") == "Black",
    "lone": pl.col("household") == "Lone parent",
    "younger": pl.col("age") < 30,
    "hh5plus": pl.col("household_size") >= 5,
}
"""The groups whose shares are declared, over the columns of the answers."""
GROUPS = tuple(MEMBERS)
AGREEMENT = ("Agree strongly", "Agree", "Neither", "Disagree", "Disagree strongly")
DONT_KNOW, REFUSED = "Don't know", "Refused"
MANAGERIAL, INTERMEDIATE, ROUTINE = (
    "Managerial or professional", "Intermediate", "Semi-routine or routine",
)  # fmt: skip
DEGREE, BELOW_DEGREE, NO_QUALIFICATION = "Degree or above", "Below degree", "No qualifications"


@dataclass(frozen=True)
class Question:
    """An item and the weighted percentage who agree: all, Black, lone, younger, 5 or more at home."""

    id: str
    scale: str
    percent: tuple[int, int, int, int, int]
    trust: float = 1.0


def _licence(id: str, *percent: int) -> Question:
    return Question(id, "agreement", percent)  # type: ignore[arg-type]


def _view(id: str, *percent: int) -> Question:
    return Question(id, "view", percent, -0.6)  # type: ignore[arg-type]


QUESTIONS: tuple[Question, ...] = (
    Question("aware_stored", "knowledge", (70, 72, 66, 68, 69), 0.0),
    Question("aware_joined", "knowledge", (49, 50, 45, 46, 48), 0.0),
    _licence("reason_unasked", 76, 61, 71, 73, 75),
    _licence("reason_save", 64, 56, 61, 62, 63),
    _licence("reason_target", 75, 62, 72, 70, 73),
    _licence("reason_abuse", 87, 80, 86, 83, 86),
    _licence("trust_social_work", 53, 44, 51, 50, 52),
    _licence("trust_education", 59, 48, 55, 55, 57),
    _licence("trust_early_years", 61, 50, 57, 58, 60),
    _licence("trust_health", 68, 56, 64, 64, 67),
    _licence("trust_housing", 52, 46, 52, 51, 52),
    _licence("trust_benefits", 51, 45, 50, 50, 51),
    _licence("trust_police", 46, 28, 42, 46, 47),
    _licence("trust_immigration", 32, 20, 30, 31, 33),
    _licence("processor_public_partner", 53, 46, 51, 52, 53),
    _licence("processor_commercial", 24, 20, 22, 27, 25),
    _view("concern_unknown_use", 62, 70, 64, 60, 63),
    _view("concern_inaccurate", 56, 74, 61, 58, 60),
    _view("concern_discrimination", 44, 60, 51, 50, 47),
    _view("concern_put_off", 45, 60, 52, 48, 50),
    _view("demand_publish", 80, 82, 80, 76, 80),
    _view("demand_ask_first", 63, 69, 66, 62, 64),
    _licence("reason_entitlements", 86, 77, 84, 82, 85),
    _licence("trust_education_entitlements", 69, 58, 66, 64, 68),
    _licence("trust_benefits_entitlements", 64, 55, 63, 60, 63),
)
"""Every question with its true shares, in percent of those who take a stance or none of the two.

The last three are about another purpose, and asked last: those before are drawn as without them.
"""

_AVOIDED = {"knowledge": 0.02, "view": 0.05, "agreement": 0.045}
_NEUTRAL = {"agreement": 0.5, "view": 0.6}


def survey(town: Town, seed: int = 1) -> pl.DataFrame:
    """The answers, one row per parent: respondent, made_up, wt, ward, psu, mode, who they are, items."""
    rng = np.random.default_rng([seed, town.seed, 2])
    drawn = _drawn(rng, town, _parents(town))
    people = _who(rng, drawn)
    weight = np.rint(people["wt"].to_numpy() * 1000).astype(np.int64)
    inside = people.select(**MEMBERS).to_numpy().T
    trust = rng.standard_normal(people.height)
    answers = [_answers(rng, question, weight, inside, trust) for question in QUESTIONS]
    return people.with_columns(answers)


def shares() -> pl.DataFrame:
    """The declared shares: item, group, percent."""
    rows = [
        (question.id, group, percent)
        for question in QUESTIONS
        for group, percent in zip(GROUPS, question.percent, strict=True)
    ]
    schema = {"item": pl.String, "group": pl.String, "percent": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _parents(town: Town) -> pl.DataFrame:
    """The town's parents of children under 16, with the street that they live in."""
    young = town.people.filter(pl.col("age") < 16).select("person")
    kin = town.relationships.filter(pl.col("kind") == "parent").join(young, on="person")
    parent = kin.select(person="other").unique().sort("person")
    home = town.residences.filter(pl.col("kind") == "home").select("person", "dwelling")
    street = town.dwellings.select(pl.col("dwelling").cast(pl.Int64), "street")
    return (
        parent.join(town.people, on="person")
        .with_columns(younger=pl.col("age") < 30)  # children at home or not
        .join(home, on="person")
        .join(street, on="dwelling")
        .sort("person")
    )


def _drawn(rng: np.random.Generator, town: Town, parents: pl.DataFrame) -> pl.DataFrame:
    """Those who were drawn and answered, with ``wt``: one over the chance, evened over response."""
    factor = np.ones(parents.height)
    for group, times in BOOST.items():
        factor = np.where(parents[group].to_numpy(), np.maximum(factor, times), factor)
    young = parents["younger"].to_numpy()
    answering = np.where(young, YOUNGER_RESPONSE, RESPONSE)
    level = min(INTERVIEWS / float((factor * answering).sum()), MOST)
    streets = parents.select("ward", "street").unique().sort("ward", "street")
    part = 0.75 if streets.height > 60 else 1.0
    kept = streets.with_columns(draw=pl.Series(rng.random(streets.height)))
    rank = pl.col("draw").rank("ordinal").over("ward")
    most = pl.max_horizontal((pl.len().over("ward") * part).ceil(), 2)
    kept = kept.filter(rank <= most).drop("draw").with_columns(inside=pl.lit(True))
    flagged = parents.join(kept, on=["ward", "street"], how="left", maintain_order="left")
    inside = flagged["inside"].fill_null(False).to_numpy()
    chance = np.minimum(factor * level / part, 0.98)
    took = inside & (rng.random(parents.height) < chance) & (rng.random(parents.height) < answering)
    weight = _evened(parents, took, 1 / chance)
    return parents.with_columns(wt=pl.Series(weight)).filter(pl.Series(took))


def _evened(parents: pl.DataFrame, took: Flags, base: Numbers) -> Numbers:
    """Weights that give each cell of group and age its part of all parents; their mean is 1."""
    cell = parents.select(pl.concat_str(["black", "lone", "younger", "hh5plus"], separator="-"))
    _, code = np.unique(cell.to_series().to_numpy().astype(str), return_inverse=True)
    there = np.bincount(code, minlength=int(code.max()) + 1).astype(np.float64)
    found = np.bincount(code[took], weights=base[took], minlength=len(there))
    ratio = np.divide(there, found, out=np.ones_like(there), where=found > 0)
    weight = base * ratio[code]
    weight = weight / weight[took].mean()
    return np.asarray(np.round(np.clip(weight, 0.2, 4.0), 3), dtype=np.float64)


def _who(rng: np.random.Generator, drawn: pl.DataFrame) -> pl.DataFrame:
    """What the survey records of its respondents; nothing that says who they are."""
    count = drawn.height
    standing = drawn["standing"].to_numpy()
    work = np.where(standing + rng.standard_normal(count) > 0.35, MANAGERIAL, INTERMEDIATE)
    work = np.where(standing + rng.standard_normal(count) < -0.45, ROUTINE, work)
    school = np.where(standing + rng.standard_normal(count) > 0.3, DEGREE, BELOW_DEGREE)
    school = np.where(standing + 0.8 * rng.standard_normal(count) < -1.7, NO_QUALIFICATION, school)
    phone = rng.random(count) < np.where(standing < 0, 0.2, 0.1)
    lone, sex = pl.col("lone"), pl.col("sex")
    kept = drawn.select(
        "wt",
        pl.col("ward").replace_strict(dict(enumerate(WARDS)), return_dtype=pl.String),
        pl.col("street").alias("psu"),
        mode=pl.when(pl.Series(phone)).then(pl.lit("Telephone")).otherwise(pl.lit("Web")),
        sex=pl.when(sex == "female").then(pl.lit("Mother")).otherwise(pl.lit("Father")),
        age="age",
        ethnicity="ethnicity",
        household=pl.when(lone).then(pl.lit("Lone parent")).otherwise(pl.lit("Other")),
        household_size="household_size",
        occupation=pl.Series(work.astype(str)),
        qualification=pl.Series(school.astype(str)),
        income="income",
        tenure="tenure",
    )
    number = pl.Series("respondent", rng.permutation(count) + 1)
    made_up = pl.Series("made_up", ["SYNTHETIC"]).new_from_index(0, count)
    return pl.DataFrame([number, made_up]).hstack(kept).sort("respondent")


def _answers(
    rng: np.random.Generator, question: Question, weight: Whole, inside: Flags, trust: Numbers
) -> pl.Series:
    """The answers of everybody to one question, as text."""
    count = len(weight)
    draw = rng.random(count)
    words = np.full(count, None, dtype=object)
    avoided = _AVOIDED[question.scale]
    words[draw < avoided + 0.01] = REFUSED
    words[draw < avoided] = DONT_KNOW
    valid = draw >= avoided + 0.015
    members = inside[:, valid]
    aims = np.array([percent / 100 for percent in question.percent])
    there = members.any(axis=1)
    leaning = question.trust * trust[valid] + 0.3 * rng.standard_normal(int(valid.sum()))
    likely = chances(leaning, weight[valid], members[there], aims[there])
    taken = rng.random(len(likely)) < likely
    agrees = settle(taken, weight[valid], members[there], aims[there])
    words[valid] = _words(rng, question.scale, agrees)
    return pl.Series(question.id, words.tolist(), dtype=pl.String)


def _words(rng: np.random.Generator, scale: str, agrees: Flags) -> NDArray[np.object_]:
    if scale == "knowledge":
        return np.where(agrees, "Yes", "No").astype(object)
    strong = rng.random(len(agrees)) < 0.35
    neutral = rng.random(len(agrees)) < _NEUTRAL[scale]
    place = np.where(neutral, 2, np.where(strong, 4, 3))
    return np.array(AGREEMENT, dtype=object)[np.where(agrees, np.where(strong, 0, 1), place)]


def to_csv(frame: pl.DataFrame) -> str:
    """The answers as CSV text, weights with three decimals, empty where nobody answered."""
    return frame.write_csv(float_precision=3)
