"""The steps from a table of people to final weights, in their order.

1. weights of the design: a column, one over the chance of being drawn, or all alike;
2. non-response: those who answered stand in for those of their cell who did not;
3. margins: post-stratified, raked, or calibrated by regression;
4. trimming, with the margins still met.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import BadInput, Fault, bad, unknown
from licet.survey.design import declare_design
from licet.survey.matrix import column_of, masks_of
from licet.weighting.calibration import Calibration
from licet.weighting.diagnostics import Diagnostics, diagnose
from licet.weighting.margins import Aligned, Margin, align
from licet.weighting.raking import Fitted, post_stratify, rake
from licet.weighting.regression import calibrate_margins
from licet.weighting.response import ResponseCells, adjust, cells_of
from licet.weighting.trimming import Trim, Trimmed, trim

Floats = NDArray[np.float64]
Method = Literal["raking", "linear", "logit"]


@dataclass(frozen=True)
class Recipe:
    """How weights shall be made.

    weight: the column of design weights; or probability: the column of the chance of being drawn;
    or equal: everybody counts once. respondents: an expression, true of those who answered. cells:
    columns known of everybody who was asked. bounds: of the factors, for linear and logit.
    """

    weight: str | None = None
    probability: str | None = None
    equal: bool = False
    respondents: str = ""
    cells: tuple[str, ...] = ()
    margins: tuple[Margin, ...] = ()
    method: Method = "raking"
    bounds: tuple[float, float] | None = None
    trim: Trim | None = None

    def __post_init__(self) -> None:
        faults = list(_wrong(self))
        if faults:
            raise BadInput(*faults)


@dataclass(frozen=True)
class Weighted:
    """Final weights with all that led to them. base, answered, weights: shape (n,); the last two are
    0 for those who did not answer. method: in words. iterations: sweeps or steps.

    calibration: for the variance, over the same people; None without margins.
    """

    recipe: Recipe
    base: Floats
    answered: Floats
    weights: Floats
    margins: tuple[Aligned, ...]
    response: ResponseCells | None
    trimmed: Trimmed | None
    method: str
    iterations: int
    diagnostics: Diagnostics
    calibration: Calibration | None
    notes: tuple[str, ...]


def _wrong(recipe: Recipe) -> list[Fault]:
    faults = []
    sources = (recipe.weight is not None) + (recipe.probability is not None) + recipe.equal
    if sources != 1:
        what = "the weights to start from are not named" if not sources else "several of them"
        allowed = "one of: a column of weights, a column of probabilities, equal weights"
        todo = "add --weight COLUMN, --probability COLUMN or --equal, one of them"
        faults.append(Fault(what, "weights of the design", allowed, todo))
    if not recipe.margins and not recipe.respondents and recipe.trim is None:
        todo = "name --margins, --respondents or --trim"
        faults.append(Fault("nothing is to be done", "the weighting", "at least one step", todo))
    if recipe.cells and not recipe.respondents:
        allowed = "an expression that is true of those who answered"
        todo = '--respondents "answered == 1"'
        faults.append(Fault("cells, but not who answered", "respondents", allowed, todo))
    if recipe.method not in get_args(Method):
        faults += unknown("method", recipe.method, get_args(Method), "method (--method)").faults
    if recipe.bounds is not None and recipe.method == "raking":
        allowed, todo = "linear or logit", "add --method logit, or trim the weights: --trim 5"
        faults.append(Fault("bounds with raking", "bounds (--bounds)", allowed, todo))
    if recipe.trim is not None and recipe.method != "raking":
        todo = "use --bounds for the factors of linear and logit"
        faults.append(Fault("trimming with another method", "trim", "raking", todo))
    return faults


def weigh(frame: pl.DataFrame, recipe: Recipe) -> Weighted:
    """Final weights for the people of a table, one row each.

    Missing marks should be null already (``Answers.without_missing``). Refuses whatever a step
    refuses: see ``margins.align``, ``response.adjust``, ``raking.rake``, ``trimming.trim``.
    """
    base = _base(frame, recipe)
    answered, response = _respondents(frame, recipe, base)
    aligned, notes = align(frame, recipe.margins, answered)
    fitted, method = _fit(answered, aligned, recipe)
    trimmed = None
    if recipe.trim is not None:
        bound_by = aligned or (_everybody(answered),)
        trimmed = trim(answered, bound_by, fitted, recipe.trim)
        fitted = trimmed.fitted
    negative = int((fitted.weights < 0).sum())
    if negative:
        raise bad(
            f"{negative:,} people would get a negative weight",
            "method (--method) linear",
            "weights of 0 or more",
            "use raking, or bounds: --bounds 0.2,5",
        )
    codes = tuple(margin.codes for margin in aligned)
    return Weighted(
        recipe,
        base,
        answered,
        fitted.weights,
        aligned,
        response,
        trimmed,
        method,
        fitted.sweeps,
        diagnose(base, answered, fitted.weights, aligned),
        Calibration(codes, fitted.weights, answered) if aligned else None,
        (*(response.notes if response else ()), *notes),
    )


def _base(frame: pl.DataFrame, recipe: Recipe) -> Floats:
    if recipe.equal:
        return np.ones(frame.height)
    if recipe.weight is not None:
        column = column_of(frame, recipe.weight)
        return declare_design(column, size=frame.height).weights
    column = column_of(frame, str(recipe.probability))
    chances = declare_design(column, size=frame.height).weights
    if (chances <= 0).any() or (chances > 1).any():
        row = int(np.flatnonzero((chances <= 0) | (chances > 1))[0])
        raise bad(
            f"a chance of being drawn of {chances[row]:g} in row {row + 1}",
            f"column {recipe.probability!r}",
            "above 0 and at most 1",
            "if these are weights, name them as --weight",
        )
    return 1 / chances


def _respondents(
    frame: pl.DataFrame, recipe: Recipe, base: Floats
) -> tuple[Floats, ResponseCells | None]:
    """Weights after non-response."""
    if not recipe.respondents:
        return base, None
    answered = masks_of(frame, {"respondents": recipe.respondents})["respondents"]
    unsure = int(answered.is_null().sum())
    if unsure:
        raise bad(
            f"of {unsure:,} people it is not known whether they answered",
            f"respondents (--respondents) {recipe.respondents[:80]!r}",
            "an expression that is true or false of everybody",
            "fill the empty cells of its columns",
        )
    codes, names = cells_of(frame, recipe.cells, base)
    response = adjust(base, answered.to_numpy(), codes, names)
    return response.weights, response


def _fit(answered: Floats, aligned: tuple[Aligned, ...], recipe: Recipe) -> tuple[Fitted, str]:
    """Weights that meet the margins, and the name of how."""
    if not aligned:
        same = np.ones(len(answered))
        return Fitted(answered, same, 0, 0.0), "no margins"
    if recipe.method != "raking":
        found = calibrate_margins(answered, aligned, distance=recipe.method, bounds=recipe.bounds)
        return found, f"{recipe.method} calibration"
    if len(aligned) == 1:
        return post_stratify(answered, aligned[0]), "post-stratification"
    return rake(answered, aligned), "raking"


def _everybody(weights: Floats) -> Aligned:
    """A margin of the total alone, so that trimming without margins keeps it."""
    codes = np.zeros(len(weights), dtype=np.intp)
    return Aligned("all", ("everybody",), codes, np.array([weights.sum()]))
