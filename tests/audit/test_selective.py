"""Outcomes of those looked into: the Swedish checks to the printed digits, and a plain count beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.beyond.selective import Selective, random_arm
from licet.audit.input.reading import people_of
from licet.audit.standing import Standing, Tolerance
from tests.audit.planned import frame, read, sweden

PRINTED = {
    "gender": (56.06, 67.51, 1.20, 1.14, 1.28, 0.479, 4.6, 99.0, 0.520, 2.6, 99.3),
    "income": (25.69, 50.83, 1.98, 1.79, 2.22, 0.513, 7.9, 98.6, 0.471, 2.5, 99.4),
    "education": (52.72, 78.57, 1.49, 1.41, 1.58, 0.509, 5.8, 98.9, 0.432, 1.8, 99.6),
    "foreign": (23.69, 43.13, 1.82, 1.64, 2.05, 0.543, 6.7, 98.6, 0.454, 2.9, 99.4),
}
"""By file: share of random and of tool %, over-representation with interval, precision, FPR x1000 and
FNR % of the group, the same three of the rest. From the recipe in the facts on audits, section 3."""

BASE = {"gender": 0.293, "income": 0.364, "education": 0.348, "foreign": 0.355}


def found(shared: Path, name: str) -> Selective:
    selective = random_arm(people_of(*sweden(shared, name)))
    assert selective is not None
    return selective


@pytest.mark.parametrize("name", PRINTED)
def test_sweden_to_the_printed_digits(shared: Path, name: str) -> None:
    group = found(shared, name).groups[0]
    inside, rest = group.inside, group.rest
    row = PRINTED[name]
    assert [100 * e.value for e in (inside.share_drawn, inside.share_picked)] == pytest.approx(
        row[:2], abs=0.005
    )
    assert inside.over.value == pytest.approx(row[2], abs=0.005)
    assert (inside.over.low, inside.over.high) == pytest.approx(row[3:5], abs=0.025)
    for side, printed in ((inside, row[5:8]), (rest, row[8:])):
        figures = (side.precision.value, 1000 * side.fpr.value, 100 * side.fnr.value)
        assert figures[0] == pytest.approx(printed[0], abs=0.0005)
        assert figures[1:] == pytest.approx(printed[1:], abs=0.05)
    assert inside.base.value == pytest.approx(BASE[name], abs=0.0005)


def test_the_lift_depends_on_the_definition_of_the_outcome_and_that_is_printed(
    shared: Path,
) -> None:
    selective = found(shared, "foreign")
    lifts = {lift.id: lift for lift in selective.lifts}
    printed = {
        "outcome": 1.66,
        "no-control-is-clear": 1.65,
        "controls-out": 1.35,
        "errors-alone": 1.14,
    }
    assert {name: lift.lift.value for name, lift in lifts.items()} == pytest.approx(
        printed, abs=0.0051
    )
    last = lifts["errors-alone"]
    assert (last.picked.value, last.drawn.value) == pytest.approx((0.328, 0.288), abs=0.0005)
    assert (last.lift.low, last.lift.high) == pytest.approx((1.03, 1.26), abs=0.02)
    assert lifts["outcome"].counts == (2504, 5082, 310, 1047)
    assert lifts["controls-out"].counts[1] == 4245, "both control results are left out"
    assert lifts["controls-out"].picked.value == pytest.approx(0.393, abs=0.0005)
    assert selective.depends_on_definition == pytest.approx((1.14, 1.66), abs=0.005)


@pytest.mark.parametrize(("name", "standing"), [
    ("income", Standing.UNDETERMINED), ("foreign", Standing.UNDETERMINED),
    ("gender", Standing.PASS), ("education", Standing.PASS),
])  # fmt: skip
def test_a_point_against_a_doubling_is_no_verdict(
    shared: Path, name: str, standing: Standing
) -> None:
    over = found(shared, name).groups[0].inside.over
    assert over.value < 2
    assert Tolerance(0.5, 2.0).standing(over) is standing


def made(picked: int = 900, drawn: int = 600) -> pl.DataFrame:
    rng = np.random.default_rng(11)
    arm = np.array(["tool"] * picked + ["lot"] * drawn)
    flag = (arm == "tool").astype(int)
    return frame(
        picked + drawn,
        arm=arm,
        flag=flag,
        town=np.where(rng.random(picked + drawn) < 0.4, "N", "S"),
    )


ARMS = {"outcome": "y", "flag": "flag", "arm": "arm"}


def test_shares_and_rates_are_those_of_a_plain_count() -> None:
    data = made()
    selective = random_arm(
        read(data, columns=ARMS, by=["town"], selection={"random": "lot", "population": 50_000})
    )
    assert selective is not None
    north = next(g for g in selective.groups if g.key.group == "N")
    lot, tool = (data.filter(pl.col("arm") == arm) for arm in ("lot", "tool"))
    inside = {
        arm: part.filter(pl.col("town") == "N") for arm, part in (("lot", lot), ("tool", tool))
    }
    share = inside["lot"].height / lot.height
    error = inside["lot"]["y"].mean()
    wrong = (inside["tool"]["y"] == 0).sum()
    assert isinstance(error, float)
    assert north.inside.fpr.value == pytest.approx(
        wrong / (50_000 * share * (1 - error)), rel=1e-12
    )
    hit = inside["tool"]["y"].sum()
    assert north.inside.fnr.value == pytest.approx(1 - hit / (50_000 * share * error), rel=1e-12)
    assert north.inside.over.value == pytest.approx(
        inside["tool"].height / tool.height / share, rel=1e-12
    )


def test_without_a_population_ratios_are_known_and_rates_are_not() -> None:
    selective = random_arm(read(made(), columns=ARMS, by=["town"], selection={"random": "lot"}))
    assert selective is not None
    group = selective.groups[0]
    assert np.isnan(group.inside.fpr.value) and not group.fpr_gap.known
    assert group.fpr_ratio.known and group.flag_ratio.known


def test_families_widen_the_interval() -> None:
    data = made().with_columns(family=pl.Series(np.arange(1500) // 5))
    data = data.with_columns(town=pl.Series(np.where(np.arange(1500) // 5 % 3 == 0, "N", "S")))
    widths = []
    for columns in (ARMS, {**ARMS, "cluster": "family"}):
        selective = random_arm(
            read(data, columns=columns, by=["town"], selection={"random": "lot"})
        )
        assert selective is not None
        over = selective.groups[0].inside.over
        widths.append(over.high - over.low)
    assert widths[1] > 1.5 * widths[0]


def test_without_a_random_arm_there_is_no_estimate() -> None:
    assert random_arm(read(made(), columns=ARMS)) is None
    assert random_arm(read()) is None
