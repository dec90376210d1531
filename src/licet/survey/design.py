"""The sampling design: weights, strata, first-stage clusters, and what to do with a lonely one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import bad, counted, unknown
from licet.sampling import LonelyPSU
from licet.survey.coding import Codes, code_column, narrow
from licet.survey.replicates import Replicates

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


LEAST_WEIGHT, MOST_WEIGHT, MOST_RATIO = 1e-300, 1e290, 1e12
"""Weights beyond these lose digits when they are summed and squared."""


class Calibration(Protocol):
    """What weights were fitted to: see ``weighting``."""

    def residuals(self, scores: Floats) -> Floats:
        """Scores of people, shape (n, K), without what the margins explain of them."""


@dataclass(frozen=True)
class SecondStage:
    """Units drawn within the first-stage units.

    units: shape (n,), the second-stage unit of each person. parents: shape (second-stage units,),
    the first-stage unit each lies in. fractions: shape (first-stage units,), the sampled part of
    each, 0-1.
    """

    units: Codes
    parents: Codes
    fractions: Floats


@dataclass(frozen=True)
class Design:
    """How people were drawn.

    weights: shape (n,). units: shape (n,), the first-stage unit (PSU) of each person; None when
    every person is a unit of their own (weights, or weights and strata, only). strata: the stratum
    of each unit, shape (units,), or of each person, shape (n,), when units is None. fractions: shape
    (strata,), the sampled part of each stratum's units, 0-1; None: as good as none. second: a
    second stage, which matters where fractions are declared. replicates: supplied replicate
    weights; then variances come from them alone. calibration: what the weights were fitted to.
    """

    weights: Floats
    units: Codes | None
    strata: Codes
    n_strata: int
    lonely_psu: LonelyPSU = "error"
    notes: tuple[str, ...] = ()
    fractions: Floats | None = None
    second: SecondStage | None = None
    replicates: Replicates | None = None
    calibration: Calibration | None = None

    @property
    def by_people(self) -> bool:
        """Whether variances need the scores of people one by one."""
        return self.second is not None or self.calibration is not None

    @property
    def n_units(self) -> int:
        """How many first-stage units there are."""
        return len(self.strata)

    def ordinary_strata(self) -> NDArray[np.bool_]:
        """Which strata are not lonely: several units, or all that there are; shape (strata,)."""
        several = self.units_by_stratum() > 1
        return several if self.fractions is None else several | (self.fractions >= 1)

    def units_by_stratum(self) -> Integers:
        """How many first-stage units each stratum has, domains notwithstanding."""
        return np.bincount(self.strata, minlength=self.n_strata)


def declare_design(
    weights: pl.Series | None,
    strata: pl.Series | None = None,
    psu: pl.Series | None = None,
    *,
    size: int,
    nest: bool | None = None,
    lonely_psu: LonelyPSU = "error",
    fpc: pl.Series | None = None,
    ssu: pl.Series | None = None,
    ssu_fpc: pl.Series | None = None,
) -> Design:
    """Check columns of ``size`` people and make their design.

    weights None means that the data were declared unweighted. nest: PSU labels start again in every
    stratum; None sees it from the labels: more than half of them occur in several strata. fpc: how
    many units each stratum has in the population, or the sampled part of them (up to 1). ssu,
    ssu_fpc: the same one stage further down. Refuses missing, negative or zero-sum weights, those
    too far apart to add up, a PSU in two strata, a lonely PSU without a policy, a policy that there
    is not, and finite populations smaller than their sample or unequal within a stratum.
    """
    policies = get_args(LonelyPSU)
    if lonely_psu not in policies:
        raise unknown("policy for a lonely PSU", lonely_psu, policies, "lonely_psu (--lonely-psu)")
    values = _weights(weights, size)
    notes: list[str] = []
    stratum = np.zeros(size, dtype=np.int8) if strata is None else _complete(strata, "stratum")
    n_strata = int(stratum.max()) + 1 if size else 1
    if psu is None:
        units, unit_strata = None, stratum
    else:
        units, unit_strata, note = _units(_complete(psu, "PSU"), stratum, psu.name, nest)
        notes += [note] if note else []
    design = Design(values, units, unit_strata, n_strata, lonely_psu, tuple(notes))
    if fpc is not None:
        counts = design.units_by_stratum()
        design = replace(design, fractions=sampled_fractions(fpc, stratum, counts, "stratum"))
    if ssu is not None or ssu_fpc is not None:
        design = replace(design, second=_second_stage(design, psu, ssu, ssu_fpc))
    _lonely(design, strata, psu)
    return design


def _second_stage(
    design: Design, psu: pl.Series | None, ssu: pl.Series | None, fpc: pl.Series | None
) -> SecondStage:
    if psu is None or ssu is None or fpc is None or design.fractions is None:
        raise bad(
            "a second stage is half declared",
            "ssu, ssu_fpc",
            "psu, fpc, ssu and ssu_fpc together: without a finite first stage the second adds nothing",
            "declare all four, or leave ssu and ssu_fpc out",
        )
    assert design.units is not None
    units, parents, _ = _units(_complete(ssu, "second-stage unit"), design.units, ssu.name, True)
    counts = np.bincount(parents, minlength=design.n_units)
    fractions = sampled_fractions(fpc, design.units, counts, "PSU")
    alone = int(((counts == 1) & (fractions < 1)).sum())
    if alone and design.lonely_psu in ("error", "average"):
        raise bad(
            f"{alone} PSUs have a single second-stage unit",
            f"column {ssu.name!r}",
            'lonely_psu = "remove", "certainty" or "adjust"',
            'add lonely_psu = "adjust" (--lonely-psu adjust): the cautious one',
        )
    return SecondStage(units, parents, fractions)


def sampled_fractions(fpc: pl.Series, strata: Codes, counts: Integers, thing: str) -> Floats:
    """The sampled part of each stratum, shape (strata,), from a column of people.

    fpc: how many units the stratum has in the population; or, where none is above 1, the part of
    them that was sampled. strata: shape (n,). counts: units sampled per stratum.
    """
    place = f"column {fpc.name!r}"
    numbers = fpc.cast(pl.Float64) if fpc.dtype.is_numeric() else None
    if numbers is None or numbers.null_count() or numbers.is_nan().any():
        allowed = "a number for every person: units in the population, or the sampled part of them"
        raise bad("a finite population is not a number", place, allowed)
    values = numbers.to_numpy()
    size = np.zeros(len(counts))
    size[strata] = values
    unequal = np.flatnonzero(size[strata] != values)
    if len(unequal):
        row = int(unequal[0])
        what = f"one {thing} has several population sizes (row {row + 1}: {values[row]:g})"
        raise bad(what, place, f"one number for each {thing}", "correct the column")
    if not (values > 0).all():
        raise bad(f"a population of {values.min():g}", place, "positive numbers")
    parts = size if values.max(initial=0) <= 1 else counts / np.where(size > 0, size, 1)
    if (parts > 1 + 1e-9).any():
        worst = int(np.argmax(parts))
        what = f"{counts[worst]} units were sampled of a population of {size[worst]:g}"
        raise bad(
            what, place, f"at least as many as were sampled in the {thing}", "correct the column"
        )
    return np.minimum(parts, 1.0)


def _weights(weights: pl.Series | None, size: int) -> Floats:
    if weights is None:
        return np.ones(size)
    place = f"weight column {weights.name!r}"
    if not weights.dtype.is_numeric():
        raise bad("the weight is not a number", place, "numbers, 0 or more", "name another column")
    if weights.null_count() or (weights.dtype.is_float() and weights.is_nan().any()):
        nothing = weights.is_null() | weights.cast(pl.Float64).is_nan().fill_null(True)
        raise bad(
            f"no weight for {counted(int(nothing.sum()), 'person', 'people')} "
            f"(first: row {int(nothing.arg_true()[0]) + 1})",
            place,
            "a number for every person",
            "take people who are not in this wave out first, or name another weight",
        )
    values = weights.cast(pl.Float64).to_numpy()
    if not np.isfinite(values).all() or (values < 0).any():
        row = int(np.flatnonzero(~np.isfinite(values) | (values < 0))[0])
        raise bad(
            f"a negative or infinite weight ({values[row]}) in row {row + 1}", place, "0 or more"
        )
    most = float(values.max(initial=0))
    if most <= 0:
        raise bad("the weights sum to zero", place, "at least one positive weight")
    least = float(values.min()) or float(values[values > 0].min())
    if not (least >= LEAST_WEIGHT and most <= MOST_WEIGHT and most / least <= MOST_RATIO):
        raise bad(
            f"weights from {least:g} to {most:g} cannot be added up",
            place,
            f"from {LEAST_WEIGHT:g} to {MOST_WEIGHT:g}, the largest at most {MOST_RATIO:g} times the "
            "smallest; 0 for nobody",
            "look for a wrong weight, or a code for a missing one",
        )
    return values


def _complete(column: pl.Series, thing: str) -> Codes:
    coded = code_column(column)
    if not coded.complete:
        row = int(np.flatnonzero(coded.codes < 0)[0])
        raise bad(
            f"row {row + 1} has no {thing}", f"column {column.name!r}", "a value for every person"
        )
    return coded.codes


def _units(labels: Codes, stratum: Codes, name: str, nest: bool | None) -> tuple[Codes, Codes, str]:
    """Number the PSUs 0.. across strata; say so when their labels start again in each stratum."""
    n_labels, n_strata = int(labels.max()) + 1, int(stratum.max()) + 1
    stratum_of = np.zeros(n_labels, dtype=stratum.dtype)
    stratum_of[labels] = stratum
    if not nest and (stratum_of.take(labels) == stratum).all():
        # Each label lies in one stratum: units are the labels, in the order of their strata.
        order = np.argsort(stratum_of, kind="stable")
        if (order[:-1] < order[1:]).all():
            return labels, stratum_of, ""
        place = np.empty(n_labels, dtype=narrow(n_labels))
        place[order] = np.arange(n_labels)
        return place.take(labels), stratum_of[order], ""
    pairs = stratum.astype(narrow(n_labels * n_strata))
    pairs *= pairs.dtype.type(n_labels)
    pairs += labels
    held = np.flatnonzero(np.bincount(pairs))
    strata_of_label = np.bincount(held % n_labels, minlength=n_labels)
    split = int((strata_of_label > 1).sum())
    note = ""
    if split and nest is None:
        nest = split > n_labels / 2
        note = "PSU labels start again in each stratum: numbered within strata." if nest else ""
    if split and not nest:
        label = int(np.flatnonzero(strata_of_label > 1)[0])
        row = int(np.flatnonzero(labels == label)[0])
        raise bad(
            f"a PSU lies in two strata ({split} of {n_labels} do; one has row {row + 1})",
            f"column {name!r}",
            "each PSU in one stratum",
            "correct the file; if labels start again in each stratum, say nest = true (--nest)",
        )
    number = np.zeros(int(held[-1]) + 1, dtype=narrow(len(held)))
    number[held] = np.arange(len(held))
    return number.take(pairs), held // n_labels, note


def _lonely(design: Design, strata: pl.Series | None, psu: pl.Series | None) -> None:
    alone = int(((design.units_by_stratum() == 1) & ~design.ordinary_strata()).sum())
    if not alone or design.lonely_psu != "error":
        return
    columns = " and ".join(f"{c.name!r}" for c in (strata, psu) if c is not None)
    raise bad(
        f"{alone} of {design.n_strata} strata have a single PSU and no policy is declared",
        f"columns {columns}" if columns else "the answers",
        'lonely_psu = "remove", "certainty", "adjust" or "average"',
        'add lonely_psu = "adjust" (--lonely-psu adjust): centred at the grand mean, the cautious one',
    )
