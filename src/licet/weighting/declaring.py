"""A calibration as a codebook declares it: the columns that the weights were fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import BadInput, Fault
from licet.sampling import DesignDeclaration
from licet.survey.declaring import sampled_design
from licet.survey.design import Design, declare_design
from licet.survey.matrix import column_of
from licet.weighting.calibration import Calibration
from licet.weighting.margins import BETWEEN, codes_of

Floats = NDArray[np.float64]
PLACE = "design.calibration"


def design_of(declared: DesignDeclaration, frame: pl.DataFrame) -> Design:
    """The design as declared, with what its weights were calibrated to. Raises BadInput."""
    design = sampled_design(declared, frame)
    fitted = declared.calibration
    if fitted is None:
        return design
    calibration = declare_calibration(
        frame, fitted.margins, design.weights, fitted.base, as_rake=fitted.as_rake
    )
    note = f"Standard errors know that the weights were fitted to {', '.join(fitted.margins)}."
    return replace(design, calibration=calibration, notes=(*design.notes, note))


def declare_calibration(
    frame: pl.DataFrame,
    margins: Sequence[str],
    weights: Floats,
    base: str | None = None,
    *,
    as_rake: bool = False,
) -> Calibration:
    """What ``weights``, shape (n,), were calibrated to.

    margins: columns, or several with * between for joint cells. base: the column of the weights
    before; without it people count by their final weights. as_rake: count them alike, as R's
    ``rake`` does. Refuses, all faults at once: unknown columns, and people with a weight and no value.
    """
    faults: list[Fault] = []
    codes = []
    before = None
    for margin in margins:
        place = f"{PLACE}: margin {margin!r}"
        try:
            whole = margin in frame.columns
            columns = [margin] if whole else [p.strip() for p in margin.split(BETWEEN.strip())]
            for name in columns:
                column_of(frame, name)
            found, _ = codes_of(frame, columns, place)
            nowhere = int(((found < 0) & (weights != 0)).sum())
            if nowhere:
                what = f"{nowhere:,} people with a weight have no value"
                todo = "name the column as it was when the weights were made"
                faults.append(Fault(what, place, "a value for everybody with a weight", todo))
            codes.append(np.maximum(found, 0))
        except BadInput as error:
            faults += error.within(place).faults
    if not margins:
        allowed = 'at least one: margins = ["age", "sex"]'
        faults.append(Fault("no margins", f"{PLACE}.margins", allowed))
    try:
        if base is not None:
            before = declare_design(column_of(frame, base), size=frame.height).weights
    except BadInput as error:
        faults += error.within(f"{PLACE}.base").faults
    if faults:
        raise BadInput(*faults)
    counted: Literal["base", "final", "equal"] = "final" if before is None else "base"
    return Calibration(tuple(codes), weights, before, counted="equal" if as_rake else counted)
