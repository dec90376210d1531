"""Tests of tables and families of tests against R: ``svychisq`` and ``p.adjust``.

evidence_tests.csv and evidence_p_adjusted.csv are R's answers; README.md holds the recipe.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import f

from licet.survey.coding import code_column
from licet.survey.design import Design, declare_design
from licet.survey.independence import Independence, independence
from licet.survey.multiplicity import adjusted
from licet.survey.replicates import Replicates
from tests.oracles.fixtures import TOLERANCE, Row, design_path, people, read_rows, said
from tests.suites import shared_file


@cache
def design_of(name: str, lonely_psu: str, mse: str) -> Design:
    """The design of a fixture, from the names of its columns."""
    frame = people(name)
    if mse != "NA":
        every = read_rows(design_path("replicate_scales"))
        scales = [row for row in every if row["design"] == name]
        weights = frame.select(f"r{row['replicate']}" for row in scales).to_numpy().astype(float)
        factors = np.array([float(row["scale"]) * float(row["rscale"]) for row in scales])
        centre = "estimate" if mse == "TRUE" else "mean"
        replicates = Replicates(weights, factors, "other", centre)
        return replace(declare_design(frame["wt"], size=frame.height), replicates=replicates)

    def column(*names: str) -> pl.Series | None:
        return next((frame[n] for n in names if n in frame.columns), None)

    second = {"ssu": column("ssu", "id"), "ssu_fpc": frame["N2"]} if "N2" in frame.columns else {}
    return declare_design(
        frame["wt"],
        column("st"),
        column("psu"),
        size=frame.height,
        nest=True if "psu" in frame.columns else None,
        lonely_psu="error" if lonely_psu == "fail" else lonely_psu,
        fpc=column("N1", "N"),
        **second,
    )


def rao_scott_of(row: Row) -> Independence:
    frame = people(row["design"])
    answer = frame[row["item"]]
    if row["option"] != "all":
        answer = answer.eq(row["option"])
    domain = None
    if row["domain_by"] != "all":
        domain = (
            frame[row["domain_by"]].cast(pl.String).eq(row["domain"]).fill_null(False).to_numpy()
        )
    return independence(
        design_of(row["design"], row["lonely_psu"], row["mse"]),
        code_column(answer).codes,
        code_column(frame[row["by"]]).codes,
        domain,
    )


KEY = ("design", "lonely_psu", "mse", "item", "option", "by", "domain")


@pytest.mark.parametrize("row", said("tests"), ids=lambda row: "-".join(row[key] for key in KEY))
def test_rao_scott_is_that_of_r(row: Row) -> None:
    found = rao_scott_of(row)
    ours_counts = found.f_df * float(row["df"])
    if not math.isclose(float(row["ddf"]), ours_counts, rel_tol=TOLERANCE):
        # R's svychisq counts PSUs whose people all weigh nothing, its degf does not. We have one rule.
        assert row["design"] == "zero_weights"
        p = f.sf(float(row["f"]), float(row["ndf"]), ours_counts)
        row = row | {"ddf": str(ours_counts), "p": str(p)}
    r = {
        key: float(row[key])
        for key in ("f", "ndf", "ddf", "p", "chisq", "chisq_p")
        if row[key] != "NA"
    }
    ours = {
        "f": found.f, "ndf": found.f_df, "ddf": found.f_residual_df, "p": found.p,
        "chisq": found.chi_square, "chisq_p": found.p_first,
    }  # fmt: skip
    wrong = {
        key: (ours[key], value)
        for key, value in r.items()
        if not math.isclose(ours[key], value, rel_tol=TOLERANCE, abs_tol=1e-12)
    }
    assert not wrong, wrong
    assert found.n == int(row["n"])
    assert found.shares.shape == (int(row["rows"]), int(row["columns"]))


def test_rao_scott_of_the_health_survey(shared: Path) -> None:
    """R ``svychisq(~HI_CHOL + race)``: F 3.15134, 1.923 and 30.768 df, p .058675."""
    path = shared_file(shared, "data/surveys/reference/nhanes_survey.csv")
    frame = pl.read_csv(path, infer_schema_length=None, null_values=["NA"])
    design = declare_design(
        frame["WTMEC2YR"], frame["SDMVSTRA"], frame["SDMVPSU"], size=frame.height, nest=True
    )
    found = independence(
        design, code_column(frame["HI_CHOL"]).codes, code_column(frame["race"]).codes
    )
    assert found.f == pytest.approx(3.15134, abs=5e-6)
    assert found.f_df == pytest.approx(1.923, abs=5e-4)
    assert found.f_residual_df == pytest.approx(30.768, abs=5e-4)
    assert found.p == pytest.approx(0.058675, abs=5e-7)


@pytest.mark.parametrize(("method", "column"), [("benjamini-hochberg", "bh"), ("holm", "holm")])
def test_adjusted_p_are_those_of_r(method: str, column: str) -> None:
    rows = said("p_adjusted")
    p = [float(row["p"]) for row in rows]
    found = adjusted(p, method)
    assert found == pytest.approx([float(row[column]) for row in rows], rel=1e-12)
    # What is no test is no member: adding it changes nothing.
    assert adjusted([*p, float("nan")], method)[:-1] == pytest.approx(found, rel=1e-15)
    assert math.isnan(adjusted([*p, float("nan")], method)[-1])
