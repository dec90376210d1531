"""The estimation kernel against R's survey package, on designs of our own.

survey_oracle.csv and survey_intervals.csv are R's answers; README.md holds the recipe.
"""

from __future__ import annotations

import functools
import math

import polars as pl
import pytest
from scipy.stats import beta

import licet
from licet.errors import LicetError
from tests.oracles.fixtures import GROUPS, KEY, MEASURES, TOLERANCE, disagreements, people, table_of

ITEMS = ["trust_a", "trust_b", "aware", "rare", "settled"]
# R's word for "refuse to guess" is ours for it too, but for the name.
OURS = {"fail": "error"}
ORACLE = table_of("survey_oracle.csv")
INTERVALS = table_of("survey_intervals.csv")
CASES = [
    tuple(row) for row in ORACLE.select("design", "lonely_psu").unique(maintain_order=True).rows()
]
PLAIN_POLICIES = ["error", "remove", "certainty", "adjust", "average"]


def estimate(design: str, lonely_psu: str, **changes: object) -> pl.DataFrame:
    frame = people(design)
    declared = {
        "items": ITEMS,
        "by": [group for group in GROUPS if group in frame.columns],
        "weight": "wt",
        "strata": "st" if "st" in frame.columns else None,
        "psu": "psu" if "psu" in frame.columns else None,
        "lonely_psu": lonely_psu,
        "nest": True if design == "nested_labels" else None,
    }
    return licet.table(frame, **(declared | changes)).to_polars()


@functools.cache
def compared(design: str, lonely_psu: str) -> pl.DataFrame:
    """Our rows beside R's (suffix ``_r``); a row of one side only has nulls on the other."""
    ours = estimate(design, OURS.get(lonely_psu, lonely_psu)).with_columns(present=True)
    r = ORACLE.filter(design=design, lonely_psu=lonely_psu).select(*KEY, *MEASURES, present=True)
    return ours.join(r, on=KEY, how="full", coalesce=True, suffix="_r")


@pytest.mark.parametrize(("design", "lonely_psu"), CASES)
def test_rows_are_those_of_r(design: str, lonely_psu: str) -> None:
    table = compared(design, lonely_psu)
    assert table.filter(pl.col("present").is_null()).select(KEY).rows() == [], (
        "R has rows that we do not"
    )
    # A level with no valid answer may be shown with n = 0, but never with a figure.
    only_ours = table.filter(pl.col("present_r").is_null())
    assert (
        only_ours.filter((pl.col("n") > 0) | pl.col("estimate").is_not_null()).select(KEY).rows()
        == []
    )


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("design", "lonely_psu"), CASES)
def test_figures_are_those_of_r(design: str, lonely_psu: str, measure: str) -> None:
    table = compared(design, lonely_psu).filter(
        pl.col("present").is_not_null() & pl.col("present_r").is_not_null()
    )
    assert not (report := disagreements(table, measure, f"{measure}_r")), report


def test_whole_sample_is_compared_with_nobody() -> None:
    whole = compared("stratified_clusters", "fail").filter(pl.col("by") == "all")
    assert whole.height > 0
    assert whole["difference"].null_count() == whole["difference_se"].null_count() == whole.height


@pytest.mark.parametrize("design", sorted(set(INTERVALS["design"])))
def test_korn_graubard_intervals(design: str) -> None:
    """R's beta interval, unless it claims more people than were asked: NCHS then takes those."""
    rows = compared(design, "fail").join(INTERVALS.filter(design=design), on=KEY, suffix="_i")
    assert rows.height == INTERVALS.filter(design=design).height
    people = pl.min_horizontal("n_eff", "n_r")
    rows = rows.with_columns(n_eff=people, truncated=pl.col("n_eff") > pl.col("n_r"))
    assert 0 < rows["truncated"].sum() < rows.height, "both forms must be met"
    for row in rows.filter(pl.col("truncated")).iter_rows(named=True):
        yes, no = row["n_eff"] * row["estimate_r"], row["n_eff"] * (1 - row["estimate_r"])
        assert math.isclose(row["low"], beta.ppf(0.025, yes, no + 1), rel_tol=TOLERANCE), row
        assert math.isclose(row["high"], beta.ppf(0.975, yes + 1, no), rel_tol=TOLERANCE), row
    as_in_r = rows.filter(~pl.col("truncated"))
    assert not (report := disagreements(as_in_r, "low", "beta_low")), report
    assert not (report := disagreements(as_in_r, "high", "beta_high")), report


@pytest.mark.parametrize("design", sorted(set(INTERVALS["design"])))
def test_logit_intervals(design: str) -> None:
    """R finds the logit by iteration, to about 2e-9."""
    ours = estimate(design, "error", interval="logit")
    rows = ours.join(INTERVALS.filter(design=design), on=KEY, suffix="_r")
    assert rows.height == INTERVALS.filter(design=design).height
    for row in rows.iter_rows(named=True):
        assert math.isclose(row["low"], row["logit_low"], abs_tol=1e-8), row
        assert math.isclose(row["high"], row["logit_high"], abs_tol=1e-8), row


@pytest.mark.parametrize(("design", "lonely_psu"), CASES)
def test_all_or_nobody_keeps_an_interval(design: str, lonely_psu: str) -> None:
    """R has no interval at 0 and 1. All n people alike: Clopper-Pearson, in closed form."""
    # R's own sum may miss 1 by its last digit.
    edge = compared(design, lonely_psu).filter((pl.col("estimate_r") - 0.5).abs() > 0.5 - 1e-12)
    assert edge.height > 0
    for row in edge.iter_rows(named=True):
        bound = 0.025 ** (1 / row["n_r"])
        expected = (0.0, 1 - bound) if row["estimate_r"] < 0.5 else (bound, 1.0)
        assert math.isclose(row["low"], expected[0], rel_tol=TOLERANCE, abs_tol=1e-12), row
        assert math.isclose(row["high"], expected[1], rel_tol=TOLERANCE, abs_tol=1e-12), row


def test_a_lonely_psu_is_refused_unless_a_policy_is_chosen() -> None:
    with pytest.raises(LicetError):
        estimate("lonely", "error")


@pytest.mark.parametrize("policy", PLAIN_POLICIES)
def test_policy_changes_nothing_where_nobody_is_lonely(policy: str) -> None:
    ours, plain = estimate("stratified_clusters", policy), estimate("stratified_clusters", "error")
    assert ours.select(*KEY, *MEASURES).equals(plain.select(*KEY, *MEASURES))


def test_unique_labels_need_no_nesting() -> None:
    nested, flat = (estimate("stratified_clusters", "error", nest=nest) for nest in (True, False))
    assert nested.select(*KEY, *MEASURES).equals(flat.select(*KEY, *MEASURES))


def test_labels_that_restart_are_never_read_as_one_cluster() -> None:
    """R stops too: "Clusters not nested in strata at top level"."""
    with pytest.raises(LicetError):
        estimate("nested_labels", "error", nest=False)


def test_domains_are_not_filtered_data() -> None:
    """A level estimated on its own rows forgets the strata and PSUs that it does not touch."""
    frame = people("stratified_clusters").filter(pl.col("ethnicity") == "Traveller")
    design = {"weight": "wt", "strata": "st", "psu": "psu", "lonely_psu": "remove"}
    filtered = licet.table(frame, items=["trust_a"], by=[], **design).to_polars()
    domain = compared("stratified_clusters", "fail").filter(
        item="trust_a", by="ethnicity", group="Traveller"
    )
    both = domain.join(filtered, on=["item", "option"], suffix="_filtered")
    assert all(abs(a / b - 1) > 0.05 for a, b in both.select("se", "se_filtered").rows() if b)
