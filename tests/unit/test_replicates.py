"""Supplied replicate weights and finite populations: what is refused, and what always holds.

R's figures for them are in tests/oracles/test_evidence_oracle.py; codebooks and commands that declare
them in test_replicates_commands.py.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import licet
from licet.errors import BadInput, Fault
from licet.sampling import DesignDeclaration
from licet.survey.replicates import declare_replicates, multipliers

GROUPS = 8
"""Parts of the sample, each left out of one replicate."""


def people(size: int = 24) -> pl.DataFrame:
    """Made-up people: weight w, replicates r1 to r8, and columns that cannot be used."""
    rng = np.random.default_rng(3)
    weights = rng.lognormal(0, 0.5, size)
    part = np.arange(size) % GROUPS
    columns: dict[str, Any] = {
        "trust": rng.choice(["yes", "no"], size),
        "sex": rng.choice(["female", "male"], size),
        "w": weights,
        "place": [f"p{n}" for n in part],
        "region": [f"region {n // 4}" for n in part],
        "places": np.where(part // 4 == 0, 40.0, 12.0),
        "part_drawn": np.where(part // 4 == 0, 0.1, 1 / 3),
        "too_few": [3.0] * size,
        "unequal": np.arange(size) + 20.0,
        "below_zero": [-1.0] * size,
        "words": ["many"] * size,
        "gap": [None, *[40.0] * (size - 1)],
        "room": [f"room {n // 2}" for n in range(size)],
        "rooms": [9.0] * size,
        "house": [f"house {n // 12}" for n in range(size)],
        "houses": [50.0] * size,
    }
    for left_out in range(GROUPS):
        columns[f"r{left_out + 1}"] = np.where(part == left_out, 0.0, weights * 8 / 7)
    columns |= {"nan1": [float("nan"), *[1.0] * (size - 1)], "nan2": [1.0] * size}
    columns |= {"empty1": [0.0] * size, "empty2": [1.0] * size}
    columns |= {"late1": [*[1.0] * (size - 1), None], "late2": [1.0] * size}
    columns |= {"vast1": [math.inf, *[1.0] * (size - 1)], "vast2": [1.0] * size}
    return pl.DataFrame(columns)


PEOPLE = people()
JK1: dict[str, Any] = {"weight": "w", "replicates": "r1-8", "replicate_kind": "jk1"}


def table(frame: pl.DataFrame = PEOPLE, **how: Any) -> pl.DataFrame:
    return licet.table(frame, ["trust"], ["sex"], threshold=1, **how).to_polars()


def refused(**how: Any) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        table(**how)
    return caught.value.faults


# --- what is refused ----------------------------------------------------------------------------

# name: keys of the design beside JK1, what is wrong, where, what is allowed
WRONG: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no kind": ({"replicate_kind": None}, "of no stated kind", "replicate_kind", "jk1, jkn, brr"),
    "kind": ({"replicate_kind": "jk2"}, "'jk2'", "replicate_kind", "'jkn'"),
    "kind in capitals": ({"replicate_kind": "JK1"}, "'JK1'", "replicate_kind", "'jk1'"),
    "centre": ({"centre": "middle"}, "'middle'", "centre", "'estimate' or 'mean'"),
    "no weight": ({"weight": None, "unweighted": True}, "without the weight", "weight", "weights"),
    "no run": ({"replicates": "r"}, "'r' names no run", "replicates", '"NAME1-80"'),
    "run backwards": ({"replicates": "r8-1"}, "'r8-1' names no run", "replicates", "NAME1-80"),
    "run of words": ({"replicates": "r1-x"}, "names no run", "replicates", "NAME1-80"),
    "endless run": ({"replicates": "r1-99999"}, "names no run", "replicates", "NAME1-80"),
    "a number": ({"replicates": 8}, "8", "replicates", "list"),
    "twice": ({"replicates": ["r1", "r2", "r1"]}, "named twice", "replicates", "once"),
    "one": ({"replicates": ["r1"]}, "1 replicates", "replicates", "at least two"),
    "one missing": ({"replicates": "r1-9"}, "unknown column 'r9'", "replicates", "r8"),
    "many missing": ({"replicates": "r1-80"}, "72 of 80", "replicates", "columns of the file"),
    "text": ({"replicates": ["r1", "words"]}, "not numbers", "'words'", "numbers"),
    "NaN": ({"replicates": "nan1-2"}, "replicate 1 has no weight in row 1", "replicates", "number"),
    "null": ({"replicates": "late1-2"}, "no weight in row 24", "replicates", "0 for people"),
    "infinite": ({"replicates": "vast1-2"}, "no weight in row 1", "replicates", "a number"),
    "nobody": ({"replicates": "empty1-2"}, "sum to zero", "replicates", "positive sums"),
    "scale 0": ({"scale": 0.0}, "a scale of 0", "scale", "a positive number"),
    "scale below 0": ({"scale": -1.0}, "a scale of -1", "scale", "a positive number"),
    "scale NaN": ({"scale": math.nan}, "a scale of nan", "scale", "a positive number"),
    "scale infinite": (
        {"replicate_kind": "bootstrap", "scale": math.inf}, "a scale of inf", "scale", "positive",
    ),
    "scale as text": ({"scale": "much"}, "not a number", "scale", "a number"),
    "scale of jk1": ({"scale": 3.0}, "a scale of 3 with jk1", "scale", "(R-1)/R"),
    "scale of brr": ({"replicate_kind": "brr", "scale": 0.5}, "of their own", "scale", "1/R"),
    "rscales of fay": (
        {"replicate_kind": "fay", "fay": 0.3, "rscales": 1.0}, "of their own", "rscales", "1/R",
    ),
    "rscales of another length": (
        {"rscales": [1.0, 1.0]}, "2 rscales for 8 replicates", "rscales", "8 numbers, or one",
    ),
    "rscale 0": ({"rscales": 0.0}, "an rscale of 0", "rscales", "positive"),
    "rscale NaN": ({"rscales": math.nan}, "an rscale of nan", "rscales", "positive"),
    "rscale infinite": ({"rscales": math.inf}, "an rscale of inf", "rscales", "positive"),
    "rscale of jkn": (
        {"replicate_kind": "jkn", "rscales": 2.0}, "an rscale of 2", "rscales", "at most 1",
    ),
    "no rscales of jkn": ({"replicate_kind": "jkn"}, "without rscales", "rscales", "(n-1)/n"),
    "no rscales of other": ({"replicate_kind": "other"}, "without rscales", "rscales", "8 numbers"),
    "no rho": ({"replicate_kind": "fay"}, "without their rho", "fay", "0 to below 1"),
    "rho of 1": ({"replicate_kind": "fay", "fay": 1.0}, "their rho", "fay", "0 to below 1"),
    "rho of brr": ({"replicate_kind": "brr", "fay": 0.3}, "fay = 0.3 with brr", "fay", "fay"),
    "df below 0": ({"df": -1.0}, "df of -1", "df", "a positive number"),
    "df NaN": ({"df": math.nan}, "df of nan", "df", "a positive number"),
    "kind without replicates": ({"replicates": ()}, "replicate_kind without", "replicates", "80"),
    "df without replicates": (
        {"replicates": (), "replicate_kind": None, "df": 7.0}, "df without", "replicates", "80",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_replicates_are_refused(name: str) -> None:
    changed, what, where, allowed = WRONG[name]
    (fault,) = refused(**(JK1 | changed))
    assert what in fault.what, fault
    assert where in fault.where, fault
    assert allowed in fault.allowed, fault


CLUSTERS: dict[str, Any] = {"weight": "w", "psu": "place"}
STAGES: dict[str, Any] = {"weight": "w", "psu": "house", "fpc": "houses"}
STAGES |= {"ssu": "room", "ssu_fpc": "rooms"}

# name: the design, what is wrong, where, what is allowed
WRONG_POPULATIONS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "below the sample": (
        CLUSTERS | {"fpc": "too_few"}, "8 units were sampled of a population of 3", "'too_few'",
        "at least as many",
    ),
    "unequal": (CLUSTERS | {"fpc": "unequal"}, "several population sizes", "'unequal'", "stratum"),
    "unequal in a stratum only": (
        CLUSTERS | {"fpc": "places"}, "several population sizes", "'places'", "stratum",
    ),
    "negative": (CLUSTERS | {"fpc": "below_zero"}, "population of -1", "'below_zero'", "positive"),
    "text": (CLUSTERS | {"fpc": "words"}, "not a number", "'words'", "units in the population"),
    "gap": (CLUSTERS | {"fpc": "gap"}, "not a number", "'gap'", "for every person"),
    "no such column": (CLUSTERS | {"fpc": "place_s"}, "'place_s'", "", "places"),
    "stage without sizes": (STAGES | {"ssu_fpc": None}, "half declared", "ssu_fpc", "together"),
    "stage without units": (STAGES | {"ssu": None}, "half declared", "ssu", "together"),
    "stage without a first": (STAGES | {"fpc": None}, "half declared", "ssu", "fpc"),
    "stage without clusters": (STAGES | {"psu": None}, "half declared", "ssu", "psu"),
    "stage below its sample": (
        STAGES | {"ssu_fpc": "too_few"}, "6 units were sampled of a population of 3", "'too_few'",
        "in the PSU",
    ),
    "one unit of the second stage": (
        STAGES | {"psu": "place", "fpc": "houses", "ssu": "place"}, "single second-stage unit",
        "'place'", "lonely_psu",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_POPULATIONS)
def test_wrong_finite_populations_are_refused(name: str) -> None:
    design, what, where, allowed = WRONG_POPULATIONS[name]
    (fault,) = refused(**design)
    assert what in fault.what, fault
    assert where in fault.where, fault
    assert allowed in fault.allowed, fault


def test_every_fault_of_replicates_is_told_at_once() -> None:
    faults = refused(**(JK1 | {"scale": -1.0, "df": 0.0, "fay": 0.3, "rscales": [1.0]}))
    assert {fault.where for fault in faults} == {"scale", "df", "fay"}
    faults = refused(**(JK1 | {"replicates": "nan1-2", "df": -1.0}))
    assert {fault.where for fault in faults} == {"replicates", "df"}


def test_the_nearest_right_word_is_told() -> None:
    weights = np.ones((3, 2))
    for kind, near in {"JK1": "jk1", "bootstrapp": "bootstrap", "sdrr": "sdr"}.items():
        with pytest.raises(BadInput, match=f"write '{near}' if that is meant"):
            declare_replicates(weights, kind)
    with pytest.raises(BadInput, match="write 'estimate' if that is meant"):
        declare_replicates(weights, "jk1", centre="estimates")
    (fault,) = refused(**(JK1 | {"replicates": ["r1", "r2", "r_3"]}))
    assert "write 'r3' if that is meant" in fault.todo


# --- what always holds --------------------------------------------------------------------------

ERRORS = ["estimate", "se", "df", "low", "high", "difference_se", "difference_df"]


def assert_alike(ours: pl.DataFrame, theirs: pl.DataFrame) -> None:
    """The same but for rounding, which depends on the order in which people are added up."""
    pair = (one.select(ERRORS).cast(pl.Float64).to_numpy() for one in (ours, theirs))
    np.testing.assert_allclose(*pair, rtol=1e-9, atol=1e-12)


def test_replicates_beside_a_design_always_give_the_standard_errors() -> None:
    alone = table(**JK1)
    for more in (
        {"psu": "place"},
        {"strata": "region", "psu": "place"},
        {"strata": "region", "psu": "place", "fpc": "places"},
        {"strata": "region", "psu": "place", "fpc": "part_drawn", "lonely_psu": "adjust"},
        {"strata": "place", "psu": "place", "nest": True},  # every PSU is lonely: no harm here
    ):
        assert_alike(table(**(JK1 | more)), alone)
    without = table(weight="w", strata="region", psu="place")
    assert not np.allclose(without["se"], alone["se"], rtol=0.01)


def test_the_note_says_which_standard_errors_were_used() -> None:
    def notes(**how: Any) -> str:
        return " ".join(licet.table(PEOPLE, ["trust"], threshold=1, **how).notes)

    assert "from 8 jk1 replicate weights" in notes(**JK1)
    both = notes(**(JK1 | {"strata": "region", "psu": "place"}))
    assert "replicate" in both and "Taylor" not in both
    assert "Taylor" in notes(weight="w", psu="place")


@given(st.floats(1e-3, 1e6))
def test_scaling_every_weight_changes_nothing(factor: float) -> None:
    names = ["w", *(f"r{n + 1}" for n in range(GROUPS))]
    scaled = PEOPLE.with_columns(pl.col(names) * factor)
    assert_alike(table(scaled, **JK1), table(**JK1))


@given(st.permutations(range(GROUPS)))
def test_the_order_of_replicates_does_not_matter(order: list[int]) -> None:
    assert_alike(table(**(JK1 | {"replicates": [f"r{n + 1}" for n in order]})), table(**JK1))


@given(st.lists(st.booleans(), min_size=3, max_size=30).filter(lambda said: sum(said) > 0))
def test_a_jackknife_of_a_simple_random_sample_is_the_textbook(said: list[bool]) -> None:
    """Leaving out one person at a time: se = sqrt(p (1 - p) / (n - 1)) exactly."""
    size = len(said)
    columns: dict[str, Any] = {"trust": ["yes" if one else "no" for one in said]}
    columns |= {"sex": ["female"] * size, "w": [1.0] * size}
    for person in range(size):
        weights = np.full(size, size / (size - 1))
        weights[person] = 0.0
        columns[f"r{person + 1}"] = weights
    how = JK1 | {"replicates": f"r1-{size}"}
    row = table(pl.DataFrame(columns), **how).filter(option="yes", by="all").row(0, named=True)
    share = sum(said) / size
    assert math.isclose(row["se"], math.sqrt(share * (1 - share) / (size - 1)), abs_tol=1e-12)
    assert row["df"] == size - 1


def test_a_sampled_part_and_a_number_of_units_say_the_same() -> None:
    """4 of 40 clusters is a part of 0.1; 4 of 12 a third."""
    design = {"weight": "w", "strata": "region", "psu": "place"}
    ours = table(fpc="places", **design).select("se")
    theirs = table(fpc="part_drawn", **design).select("se")
    assert np.allclose(ours.to_numpy(), theirs.to_numpy(), rtol=1e-12)
    whole = PEOPLE.with_columns(pl.lit(1.0).alias("every"))
    assert table(whole, fpc="every", **design)["se"].to_list() == [0.0] * ours.height


@pytest.mark.parametrize(
    ("kind", "more", "each"),
    [
        ("jk1", {}, 3 / 4),
        ("jkn", {"rscales": [0.5] * 4}, 0.5),
        ("brr", {}, 1 / 4),
        ("fay", {"fay": 0.3}, 1 / (4 * 0.7**2)),
        ("bootstrap", {}, 1 / 3),
        ("sdr", {}, 4 / 4),
        ("other", {"scale": 0.2, "rscales": [3.0] * 4}, 0.6),
        ("jk1", {"scale": 0.7}, 0.7),
        ("bootstrap", {"scale": 1 / 4}, 1 / 4),
    ],
)
def test_the_scale_of_a_kind_is_that_of_its_formula(
    kind: str, more: dict[str, Any], each: float
) -> None:
    """Four replicates; the formulas are those of R's survey package."""
    assert np.allclose(multipliers(kind, 4, **more), each, rtol=1e-15)


@pytest.mark.parametrize(
    ("written", "first", "last", "count"),
    [
        ("PERSON_FINWT1-50", "PERSON_FINWT1", "PERSON_FINWT50", 50),
        ("brr_01-32", "brr_01", "brr_32", 32),
        ("wt2_1-wt2_80", "wt2_1", "wt2_80", 80),
        ("w001-100", "w001", "w100", 100),
        (" r0-3 ", "r0", "r3", 4),
    ],
)
def test_a_run_of_columns_is_written_short(written: str, first: str, last: str, count: int) -> None:
    declared = DesignDeclaration(weight="w", replicates=written, replicate_kind="jk1")
    names = declared.replicates
    assert (names[0], names[-1], len(names)) == (first, last, count)
