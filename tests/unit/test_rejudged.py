"""A printed table, judged again."""

from __future__ import annotations

import pytest

from licet.evidence import PrintedFigure
from licet.licence import Consensus, Rule, Verdict
from licet.published import Assumptions
from licet.rejudged import PrintedCell, rejudge


def cell(
    percent: float, base: int | None = 843, stance: str = "permits", **changes: object
) -> PrintedCell:
    figure = PrintedFigure(item="i", group="all", percent=percent, base=base, stance=stance)
    declared: dict[str, object] = {"table": "t", "item": "i", "item_label": "Item", "k": 3}
    declared |= {"group": "all", "group_label": "All", "figure": figure}
    return PrintedCell(**{**declared, **changes})  # type: ignore[arg-type]


def test_each_cell_gets_interval_consensus_and_verdict() -> None:
    (found,) = rejudge([cell(55)], Assumptions()).cells
    assert (found.consensus, found.verdict, found.baseline) == (Consensus.FOR, Verdict.GRANTED, 0.5)
    assert (
        found.share and round(100 * found.share.low) == 51 and round(100 * found.share.high) == 59
    )
    assert found.measure and found.measure.deff == 1.5


@pytest.mark.parametrize(
    ("percent", "k", "verdict"),
    [
        (50, 3, "unproven"),
        (40, 3, "absent"),
        (80, 2, "granted"),
        (75, 2, "unproven"),
        (60, 2, "absent"),
    ],
)
def test_the_line_follows_the_stances(percent: float, k: int, verdict: str) -> None:
    (found,) = rejudge([cell(percent, k=k)], Assumptions()).cells
    assert found.verdict is not None and found.verdict.value == verdict


def test_rows_of_several_stances_are_one_cell() -> None:
    rows = [cell(30), cell(60, stance="opposes"), cell(10, stance="neutral")]
    (found,) = rejudge(rows, Assumptions()).cells
    assert found.verdict is Verdict.REFUSED
    assert found.share and found.share.point == 0.3
    (against,) = rejudge(rows[1:], Assumptions()).cells
    assert against.verdict is Verdict.REFUSED
    assert against.share and against.share.point == 0.6


def test_awareness_carries_no_verdict() -> None:
    (found,) = rejudge([cell(81, kind="awareness", k=2)], Assumptions()).cells
    assert found.measure is not None
    assert (found.baseline, found.consensus, found.verdict) == (None, None, None)


def test_without_a_base_a_cell_is_not_measured() -> None:
    (found,) = rejudge([cell(81, base=None)], Assumptions()).cells
    assert found.measure is None and found.share is None
    assert found.verdict is Verdict.NOT_MEASURED


def test_a_cell_s_own_design_effect_beats_the_assumed_one() -> None:
    own, assumed = (
        rejudge([cell(55, deff=deff)], Assumptions(2.0)).cells[0].measure for deff in (1.0, None)
    )
    assert own and assumed and own.deff == 1.0 and assumed.deff == 2.0
    assert own.effective_base == 2 * assumed.effective_base


def test_the_precision_rule_can_be_reported_apart() -> None:
    small = cell(60, base=15)
    applied = rejudge([small], Assumptions()).cells[0]
    apart = rejudge([small], Assumptions(), Rule(precision=False)).cells[0]
    assert (applied.verdict, apart.verdict) == (Verdict.TOO_FEW, Verdict.UNPROVEN)
    assert applied.too_few == apart.too_few != ""


def test_cells_are_counted_by_table_and_verdict() -> None:
    cells = [
        cell(55),
        cell(50, item="j"),
        cell(30, table="u"),
        cell(81, kind="awareness", table="v"),
    ]
    found = rejudge(cells, Assumptions()).counts()
    assert found == {"t": {"granted": 1, "unproven": 1}, "u": {"absent": 1}, "v": {}}
