"""How people were drawn, as declared: weights, strata, clusters, finite populations, replicates.

``survey.declaring`` turns it and a table of people into the design that estimates are made with.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, model_validator

from licet.declared import Declared
from licet.errors import bad

LonelyPSU = Literal["error", "remove", "certainty", "adjust", "average"]
ReplicateKind = Literal["jk1", "jkn", "brr", "fay", "bootstrap", "sdr", "other"]
Centre = Literal["estimate", "mean"]


def replicate_names(value: object) -> object:
    """Columns as a list; "PERSON_FINWT1-50" stands for PERSON_FINWT1 to PERSON_FINWT50."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(.*?)(\d+)-(?:\1)?(\d+)", value.strip())
    if not found or not int(found[2]) < int(found[3]) <= int(found[2]) + 9999:
        allowed = '"NAME1-80", or a list of columns'
        raise bad(f"{value!r} names no run of columns", "", allowed)
    stem, first, last = found.groups()
    width = len(first) if first.startswith("0") else 0
    return tuple(f"{stem}{number:0{width}d}" for number in range(int(first), int(last) + 1))


def _repeated(value: object) -> object:
    return (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value


class CalibrationDeclaration(Declared):
    """What the weights were fitted to, so that standard errors know of it.

    margins: columns, or several with ``*`` between for joint cells: "age * sex". base: the column of
    the weights before; without it people count by their final weights. as_rake: standard errors as
    R's ``rake`` has them, rather than by regression on the margins.
    """

    margins: tuple[str, ...]
    base: str | None = None
    as_rake: bool = False


class DesignDeclaration(Declared):
    """Which columns hold the weight, strata and first-stage clusters (PSUs).

    A file without weights must say ``unweighted = true``. ``nest``: PSU labels start again in every
    stratum; left out, it is seen from the labels. ``lonely_psu``: what to do with a stratum that has
    a single PSU; ``error`` refuses. ``fpc``: column with the number of units in the stratum's whole
    population, or the part of them that was sampled; ``ssu``, ``ssu_fpc``: the same one stage down.

    ``replicates``: columns of replicate weights, which then give every standard error.
    ``replicate_kind`` says how they were made; ``scale``, ``rscales`` (one number, or one for each)
    and ``fay`` belong to it, see ``survey.replicates.multipliers``. ``centre``: of their squared
    distances. ``df``: degrees of freedom as the data's owner states them.

    ``calibration``: what the weights were fitted to; replicate weights carry that themselves.
    """

    weight: str | None = None
    unweighted: bool = False
    strata: str | None = None
    psu: str | None = None
    nest: bool | None = None
    lonely_psu: LonelyPSU = "error"
    fpc: str | None = None
    ssu: str | None = None
    ssu_fpc: str | None = None
    replicates: Annotated[tuple[str, ...], BeforeValidator(replicate_names)] = ()
    replicate_kind: ReplicateKind | None = None
    scale: float | None = None
    rscales: Annotated[tuple[float, ...] | None, BeforeValidator(_repeated)] = None
    fay: float | None = None
    centre: Centre = "estimate"
    df: float | None = None
    calibration: CalibrationDeclaration | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it names, but for the weight."""
        named = (self.strata, self.psu, self.fpc, self.ssu, self.ssu_fpc)
        return (*(column for column in named if column), *self.replicates)

    @model_validator(mode="after")
    def _weights(self) -> Self:
        if self.weight is None and not self.unweighted:
            raise bad(
                "no weight is declared",
                "design",
                'weight = "COLUMN", or unweighted = true',
                "add one of these lines below [design]",
            )
        if self.weight is not None and self.unweighted:
            raise bad("both a weight and unweighted = true", "design", "one of the two")
        return self

    @model_validator(mode="after")
    def _replicates(self) -> Self:
        if self.replicates and self.replicate_kind is None:
            raise bad(
                "replicate weights of no stated kind",
                "replicate_kind",
                ", ".join(get_args(ReplicateKind)),
                'add replicate_kind = "...": the documentation of the data says how they were made',
            )
        if self.replicates and self.weight is None:
            raise bad(
                "replicate weights without the weight itself", "weight", "a column of weights"
            )
        extra = [
            key
            for key in ("replicate_kind", "scale", "rscales", "fay", "df")
            if getattr(self, key) is not None
        ]
        if extra and not self.replicates:
            raise bad(
                f"{extra[0]} without replicate weights", "replicates", 'replicates = "NAME1-80"'
            )
        if self.replicates and self.calibration:
            raise bad(
                "replicate weights and a calibration",
                "calibration",
                "one of the two: replicate weights carry the calibration themselves",
                "take [design.calibration] out",
            )
        if len(set(self.replicates)) < len(self.replicates):
            raise bad("a replicate column is named twice", "replicates", "each column once")
        return self
