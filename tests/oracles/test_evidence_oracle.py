"""Finite populations, second stages and replicate weights against R's survey package.

evidence_shares.csv, evidence_intervals.csv and evidence_contrasts.csv are R's answers to
evidence_designs/; README.md holds the recipe.
"""

from __future__ import annotations

import functools

import numpy as np
import polars as pl
import pytest

import licet
from licet.sampling import DesignDeclaration
from licet.survey.estimates import Outcome, estimate
from licet.weighting.declaring import design_of
from tests.oracles.fixtures import (
    GROUPS,
    KEY,
    MEASURES,
    PERMITS,
    agrees,
    disagreements,
    people,
    table_of,
)

KINDS = {"JK1": "jk1", "JKn": "jkn", "BRR": "brr", "Fay": "fay", "bootstrap": "bootstrap"}
SHARES = table_of("evidence_shares.csv")
INTERVALS = table_of("evidence_intervals.csv")
CONTRASTS = table_of("evidence_contrasts.csv")
SCALES = people("replicate_scales")
CASES = [
    tuple(row)
    for row in SHARES.select("design", "lonely_psu", "mse").unique(maintain_order=True).rows()
    if tuple(row[:2]) != ("two_stage_lonely", "average")  # R finds no error there, and we refuse
]


def declared(name: str, lonely_psu: str, mse: bool | None) -> dict[str, object]:
    """The keys of the design of a fixture."""
    columns = people(name).columns
    keys: dict[str, object] = {"weight": "wt"}
    keys |= {"strata": "st"} if "st" in columns else {}
    keys |= {"psu": "psu"} if "psu" in columns else {}
    if name == "panel_people":
        keys["psu"] = "person"
    keys |= {"nest": True} if name == "nested_labels" else {}
    if mse is not None:
        return keys | replication(name, mse)
    keys["lonely_psu"] = "error" if lonely_psu == "fail" else lonely_psu
    if "N2" in columns:
        ssu = "ssu" if "ssu" in columns else "id"
        return keys | {"fpc": "N1", "ssu": ssu, "ssu_fpc": "N2"}
    return keys | ({"fpc": "N"} if "N" in columns else {})


def replication(name: str, mse: bool) -> dict[str, object]:
    scales = SCALES.filter(design=name)
    kind = KINDS.get(scales["type"][0], "other")
    keys = {
        "replicates": f"r1-{scales.height}",
        "replicate_kind": "sdr" if "succ" in name else kind,
        "centre": "estimate" if mse else "mean",
    }
    if kind == "jkn":
        keys["rscales"] = tuple(scales["rscale"])
    if kind == "fay":
        keys["fay"] = float(scales["rho"][0])
    return keys


@functools.cache
def compared(name: str, lonely_psu: str, mse: bool | None) -> pl.DataFrame:
    """Our rows beside R's (suffix ``_r``)."""
    frame = people(name)
    r = SHARES.filter(design=name, lonely_psu=lonely_psu).filter(
        pl.col("mse").eq_missing(pl.lit(mse))
    )
    items = r["item"].unique(maintain_order=True).to_list()
    by = [group for group in GROUPS if group in r["by"]]
    ours = licet.table(frame, items, by, **declared(name, lonely_psu, mse)).to_polars()
    found = r.join(ours, on=KEY, how="left", suffix="_ours")
    assert found["estimate_ours"].null_count() == 0
    return found


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("name", "lonely_psu", "mse"), CASES)
def test_figures_are_those_of_r(name: str, lonely_psu: str, mse: bool | None, measure: str) -> None:
    table = compared(name, lonely_psu, mse)
    assert not (report := disagreements(table, f"{measure}_ours", measure)), report


@pytest.mark.parametrize(
    ("name", "mse"), [(name, mse) for name, _, mse in CASES if name in INTERVALS["design"]]
)
def test_logit_intervals_are_those_of_r(name: str, mse: bool | None) -> None:
    frame = people(name)
    r = INTERVALS.filter(design=name).filter(pl.col("mse").eq_missing(pl.lit(mse)))
    items = r["item"].unique(maintain_order=True).to_list()
    by = [group for group in GROUPS if group in r["by"]]
    keys = declared(name, r["lonely_psu"][0], mse)
    ours = licet.table(frame, items, by, interval="logit", **keys).to_polars()
    table = r.join(ours, on=KEY, how="left", suffix="_ours")
    assert table.height > 20
    for side in ("low", "high"):
        assert not (report := disagreements(table, side, f"logit_{side}", 1e-7)), report


def _members(frame: pl.DataFrame, row: dict[str, object], prefix: str) -> np.ndarray:
    inside = np.ones(frame.height, dtype=bool)
    by, group, wave = (row[f"{prefix}{key}"] for key in ("by", "group", "wave"))
    if by and by != "all":
        value = frame[str(by)].cast(pl.String)
        there = value != row["group"] if group == "rest" else value == group
        inside &= there.fill_null(False).to_numpy()
    if wave:
        inside &= (frame["wave"].cast(pl.String) == wave).to_numpy()
    return inside


def _outcome(frame: pl.DataFrame, item: str, options: list[str]) -> Outcome:
    chose = frame[item].cast(pl.String).is_in(options).cast(pl.Float64)
    answered = frame[item].is_not_null()
    values = pl.select(pl.when(answered).then(chose).otherwise(float("nan"))).to_series()
    return Outcome(item, values.to_numpy())


def _parts(frame: pl.DataFrame, row: dict[str, object], prefix: str) -> list[Outcome]:
    """The outcomes whose mean is compared: one, or all of the battery."""
    item = str(row[f"{prefix}item"])
    if item == "battery":
        return [_outcome(frame, name, list(options)) for name, options in PERMITS.items()]
    return [_outcome(frame, item, [str(row[f"{prefix}option"])])]


CONTRAST_CASES = [
    tuple(row)
    for row in CONTRASTS.select("design", "lonely_psu", "mse", "kind")
    .unique(maintain_order=True)
    .rows()
]


@pytest.mark.parametrize(("name", "lonely_psu", "mse", "kind"), CONTRAST_CASES)
def test_contrasts_are_those_of_r(name: str, lonely_psu: str, mse: bool | None, kind: str) -> None:
    frame = people(name)
    design = design_of(DesignDeclaration(**declared(name, lonely_psu, mse)), frame)
    rows = CONTRASTS.filter(design=name, lonely_psu=lonely_psu, kind=kind).filter(
        pl.col("mse").eq_missing(pl.lit(mse))
    )
    assert rows.height
    for row in rows.iter_rows(named=True):
        first, second = _parts(frame, row, ""), _parts(frame, row, "other_")
        members = np.stack([_members(frame, row, side) for side in ("", "other_")])
        found = estimate(design, [*first, *second], members)
        one = np.r_[[1, 0] * len(first), [0, 0] * len(second)] / len(first)
        other = np.r_[[0, 0] * len(first), [0, 1] * len(second)] / len(second)
        made = found.contrasts(np.array([one, other, one - other]))
        ours = [*made.value, *made.se, made.df[2]]
        r = ["estimate", "other_estimate", "difference", "se", "other_se", "difference_se", "df"]
        for figure, column in zip(ours, r, strict=True):
            expected = row[column]
            if expected is not None:
                assert agrees(float(figure), expected), (row, column, figure)


def test_a_second_stage_of_one_has_no_average() -> None:
    keys = declared("two_stage_lonely", "average", None)
    with pytest.raises(licet.BadInput, match="single second-stage unit"):
        design_of(DesignDeclaration(**keys), people("two_stage_lonely"))
