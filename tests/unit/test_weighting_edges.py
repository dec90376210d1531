"""Weights where a step finds nothing to do, or cannot end: what is said then."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.errors import BadInput
from licet.evidence import DesignDeclaration
from licet.weighting import raking, trimming
from licet.weighting.calibration import Calibration
from licet.weighting.declaring import declare_calibration, design_of
from licet.weighting.margins import Aligned, Margin, codes_of
from licet.weighting.raking import rake
from licet.weighting.recipe import Recipe, weigh
from licet.weighting.regression import calibrate_margins
from licet.weighting.trimming import Trim, trim
from tests.weights import DESIGN_WEIGHTS, MARGINS

LISTS = pl.DataFrame({"age": [["a"], ["b"]], "w": [1.0, 1.0]})


def test_without_margins_a_calibration_explains_nothing() -> None:
    found = Calibration((), np.ones(3), np.ones(3))
    assert found.keys.tolist() == [] and found.codes.shape == (0, 1)


def test_a_declared_calibration_is_said_of_the_design() -> None:
    declared = DesignDeclaration(weight="w", calibration={"margins": ["age"], "base": "b"})  # type: ignore[arg-type]
    frame = pl.DataFrame({"w": [2.0, 3.0, 3.0], "b": [1.0] * 3, "age": ["x", "y", "y"]})
    made = design_of(declared, frame)
    assert made.calibration is not None
    assert "Standard errors know that the weights were fitted to age." in made.notes


def test_a_calibration_to_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="no margins"):
        declare_calibration(LISTS, [], np.ones(2))


def test_cells_of_values_that_are_not_single_are_refused_where_they_were_named() -> None:
    for place in ("", "cells (--cells)"):
        with pytest.raises(BadInput, match="not single values") as caught:
            codes_of(LISTS, ["age"], place)
        assert caught.value.faults[0].where.startswith(place or "column")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"respondents": "w > 1"}, "of 1 people it is not known whether they answered"),
        ({"respondents": "u > 0", "cells": ("area",)}, "1 people are in no cell"),
    ],
)
def test_who_answered_and_of_which_cell_has_to_be_known(how: dict[str, Any], said: str) -> None:
    frame = pl.DataFrame({"u": [1.0, 1.0], "w": [2.0, None], "area": ["a", None]})
    with pytest.raises(BadInput) as caught:
        weigh(frame, Recipe(weight="u", **how))
    assert said in str(caught.value)


def test_linear_calibration_that_turns_weights_negative_is_refused() -> None:
    """Nine in ten are old, and a tenth shall be; old and northern go together: some must fall below 0."""
    frame = pl.DataFrame({
        "w": [1.0] * 20,
        "age": ["old"] * 18 + ["young"] * 2,
        "area": ["north"] * 12 + ["south"] * 7 + ["north"],
    })  # fmt: skip
    margins = (Margin("age", ("old", "young"), (0.1, 0.9), "share"),
               Margin("area", ("north", "south"), (0.02, 0.98), "share"))  # fmt: skip
    with pytest.raises(BadInput, match="would get a negative weight"):
        weigh(frame, Recipe(weight="w", margins=margins, method="linear"))
    with pytest.raises(BadInput, match="cannot be met"):
        weigh(frame, Recipe(weight="w", margins=margins, method="linear", bounds=(0.9, 1.1)))


def test_targets_out_of_all_reach_are_refused() -> None:
    """A target of 1e300 overflows the exponent of any factor."""
    far = [Aligned("m", ("a",), np.zeros(10, np.intp), np.array([1e300]))]
    with pytest.raises(BadInput, match="cannot be met"):
        calibrate_margins(DESIGN_WEIGHTS, far, distance="logit", bounds=(0.5, 2))


def test_raking_stops_after_the_sweeps_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = np.stack([m.codes for m in MARGINS])
    _, sweeps, gaps = raking._fit(DESIGN_WEIGHTS, cells, MARGINS, 0.0, 2)
    assert sweeps == 2 and max(gap.max() for gap in gaps) < 0.1


def test_a_cap_that_falls_with_every_round_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = rake(DESIGN_WEIGHTS, MARGINS)
    monkeypatch.setattr(trimming, "MOST_ROUNDS", 0)
    with pytest.raises(BadInput, match="the cap falls with every round"):
        trim(DESIGN_WEIGHTS, MARGINS, fitted, Trim(3))
    with pytest.raises(BadInput, match="does not come to an end"):
        trimming._bounded(DESIGN_WEIGHTS, MARGINS, fitted, 0.1, 9.0)
