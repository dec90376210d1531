"""A declared design and a table of people: the design that estimates are made with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from licet.errors import bad, unknown
from licet.sampling import DesignDeclaration
from licet.survey.design import Design, Floats, declare_design
from licet.survey.matrix import column_of
from licet.survey.replicates import Replicates, declare_replicates


def sampled_design(declared: DesignDeclaration, frame: pl.DataFrame) -> Design:
    """The design as declared but for its calibration, checked against the columns. Raises BadInput.

    Where replicate weights are declared, strata and clusters are checked but give no variance.
    """
    names = ("weight", "strata", "psu", "fpc", "ssu", "ssu_fpc")
    columns = {name: getattr(declared, name) for name in names}
    found = {key: column_of(frame, name) if name else None for key, name in columns.items()}
    weights, strata, psu = found.pop("weight"), found.pop("strata"), found.pop("psu")
    # Replicate weights give every variance: then a lonely PSU does no harm.
    harmless = bool(declared.replicates) and declared.lonely_psu == "error"
    design = declare_design(
        weights,
        strata,
        psu,
        size=frame.height,
        nest=declared.nest,
        lonely_psu="remove" if harmless else declared.lonely_psu,
        **found,
    )
    if not declared.replicates:
        return design
    replicates = _replicates(declared, frame)
    _whole(declared.replicates, replicates.weights, design.weights)
    note = f"Standard errors from {replicates.count} {declared.replicate_kind} replicate weights."
    return replace(design, replicates=replicates, notes=(*design.notes, note))


def _whole(names: tuple[str, ...], replicates: Floats, weights: Floats) -> None:
    """Refuse columns that are factors to multiply the weight by, not weights."""
    parts = replicates.sum(axis=0) / weights.sum()
    strange = np.flatnonzero((parts < 0.4) | (parts > 2.5))
    if len(strange):
        raise bad(
            f"{names[strange[0]]!r} sums to {parts[strange[0]]:.3g} times the weights "
            f"({len(strange)} of {len(names)} do likewise)",
            "replicates",
            "whole replicate weights, of about the same sum as the weights",
            "if they are factors, multiply each by the weight first",
        )


def _replicates(declared: DesignDeclaration, frame: pl.DataFrame) -> Replicates:
    return declare_replicates(
        _matrix(declared.replicates, frame),
        declared.replicate_kind or "other",
        scale=declared.scale,
        rscales=_each(declared.rscales, len(declared.replicates)),
        fay=declared.fay,
        centre=declared.centre,
        df=declared.df,
    )


def _each(rscales: tuple[float, ...] | None, count: int) -> tuple[float, ...] | None:
    """One rscale for each replicate: a single one stands for all."""
    return rscales * count if rscales is not None and len(rscales) == 1 else rscales


def _matrix(names: tuple[str, ...], frame: pl.DataFrame) -> Floats:
    gone = [name for name in names if name not in frame.columns]
    if len(gone) > 3:
        raise bad(
            f"{len(gone)} of {len(names)} replicate columns are not in the answers: "
            f"{gone[0]} ... {gone[-1]}",
            "replicates",
            "columns of the file",
            "check the names, and how many there are",
        )
    for name in gone:
        raise unknown("column", name, frame.columns, "replicates")
    types = frame.schema
    words = [name for name in names if not types[name].is_numeric()]
    if words:
        raise bad("replicate weights are not numbers", f"column {words[0]!r}", "numbers, 0 or more")
    columns = [frame[n].cast(pl.Float64).fill_null(float("nan")).to_numpy() for n in names]
    table = np.empty((frame.height, len(names)))
    for first in range(0, frame.height, _TURNED):
        part = slice(first, first + _TURNED)
        np.stack([column[part] for column in columns], axis=1, out=table[part])
    return table


_TURNED = 1 << 11
"""People whose columns are turned into rows at a time: so many stay in the processor's cache."""
