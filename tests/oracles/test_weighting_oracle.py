"""Calibrated weights and their standard errors against R's, person by person and figure by figure.

Schemes: see README.md. R's ``rake`` takes residuals over people counted alike (``equal``); its
``postStratify`` and ``calibrate`` count them by the weights before (``base``).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest

from licet.survey.design import declare_design
from licet.weighting.calibration import Calibration
from licet.weighting.margins import Aligned, Margin, align
from licet.weighting.raking import Fitted, post_stratify, rake
from licet.weighting.regression import calibrate_margins
from tests.oracles.fixtures import people, table_of

SCHEMES = {
    "post": ("sex*ageband",),
    "rake2": ("sex", "region"),
    "rake3": ("sex", "ageband", "region"),
    "raking": ("sex", "ageband", "region"),
    "linear": ("sex", "ageband", "region"),
}
DESIGNS = ("weigh_people", "weigh_clusters")


@cache
def fitted(design: str, scheme: str) -> tuple[Fitted, tuple[Aligned, ...], np.ndarray]:
    """Our weights under a scheme, its margins, and the weights before."""
    frame = people(design)
    base = frame["wt"].to_numpy()
    population = people("population")
    margins = []
    for name in SCHEMES[scheme]:
        rows = population.filter(pl.col("margin") == name)
        margins.append(Margin(name, tuple(rows["level"]), tuple(map(float, rows["people"]))))
    laid, _ = align(frame, margins, base)
    if scheme == "post":
        return post_stratify(base, laid[0]), laid, base
    if scheme == "linear":
        return calibrate_margins(base, laid), laid, base
    return rake(base, laid, tolerance=1e-13), laid, base


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_weights_are_those_of_r(design: str, scheme: str) -> None:
    table = table_of("evidence_weights.csv")
    expected = table.filter(pl.col("design") == design)
    assert (expected["id"] == people(design)["id"]).all()
    found, _, _ = fitted(design, scheme)
    np.testing.assert_allclose(found.weights, expected[scheme].to_numpy(), rtol=1e-9)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_standard_errors_are_those_of_r(design: str, scheme: str) -> None:
    table = table_of("evidence_weighting.csv")
    rows = table.filter(pl.col("design") == design, pl.col("scheme") == scheme)
    found, laid, base = fitted(design, scheme)
    weights, frame = found.weights, people(design)
    influence = []
    for row in rows.iter_rows(named=True):
        asked = frame[row["item"]].is_not_null().to_numpy()
        chose = (frame[row["item"]] == row["option"]).fill_null(False).to_numpy()
        if row["by"] != "all":
            group = frame[row["by"]].cast(pl.String) == str(row["group"])
            asked = asked & group.fill_null(False).to_numpy()
        total = weights @ asked
        share = weights @ (chose & asked) / total
        influence += [chose & asked, np.where(asked, (chose - share) / total, 0.0)]
        assert share == pytest.approx(row["estimate"], rel=1e-9)
        assert weights @ (chose & asked) == pytest.approx(row["total"], rel=1e-9)
    scores = weights[:, None] * np.column_stack(influence)
    counted = "equal" if scheme.startswith("rake") else "base"
    codes = tuple(margin.codes for margin in laid)
    left = Calibration(codes, weights, base, counted=counted).residuals(scores)
    errors = standard_errors(frame, left)
    expected = rows.select("total_se", "se").to_numpy().ravel()
    np.testing.assert_allclose(errors, expected, rtol=1e-9, atol=1e-12 * np.nanmax(expected))


def standard_errors(frame: pl.DataFrame, scores: np.ndarray) -> np.ndarray:
    """The usual formula over PSUs within strata, written out."""
    columns = [frame[name] if name in frame.columns else None for name in ("st", "psu")]
    design = declare_design(frame["wt"], *columns, size=frame.height)
    units = np.arange(frame.height) if design.units is None else design.units
    variance = np.zeros(scores.shape[1])
    for stratum in range(design.n_strata):
        inside = np.flatnonzero(design.strata == stratum)
        sums = np.array([scores[units == unit].sum(axis=0) for unit in inside])
        variance += len(inside) / (len(inside) - 1) * ((sums - sums.mean(axis=0)) ** 2).sum(axis=0)
    return np.sqrt(variance)
