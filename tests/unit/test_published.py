"""Printed figures: intervals from bases and an assumed design effect, and the article's counts."""

from __future__ import annotations

import csv
from importlib.resources import files
from io import StringIO

import pytest

from licet.errors import BadInput
from licet.evidence import PrintedFigure, Stance
from licet.licence import Measure, Rule, Share, Verdict, judge
from licet.published import Assumptions, measure_printed
from licet.survey.intervals import IntervalMethod, interval

FIGURES = files("licet.bundled") / "town" / "evidence" / "parents-2021" / "figures.csv"
ROWS = list(csv.DictReader(StringIO(FIGURES.read_text(encoding="utf-8"))))


def article(table: str) -> list[PrintedFigure]:
    return [
        PrintedFigure(
            item=row["item"],
            group=row["group"],
            percent=float(row["percent"]),
            base=int(row["base"]),
            stance=Stance(row["stance"]),
        )
        for row in ROWS
        if row["table"] == table
    ]


def counts(table: str, assumptions: Assumptions) -> tuple[int, int, int]:
    """Cells granted, absent and unproven, the precision rule reported apart."""
    measures = measure_printed(article(table), assumptions).values()
    verdicts = [judge(measure, 3, Rule(precision=False)).verdict for measure in measures]
    wanted = (Verdict.GRANTED, Verdict.ABSENT, Verdict.UNPROVEN)
    assert set(verdicts) <= set(wanted)
    return tuple(verdicts.count(v) for v in wanted)  # type: ignore[return-value]


@pytest.mark.parametrize("deff", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    ("method", "level", "table2", "table3"),
    [
        (
            "wilson",
            0.95,
            ((23, 0, 1), (23, 0, 1), (21, 0, 3)),
            ((1, 7, 22), (1, 7, 22), (1, 7, 22)),
        ),
        (
            "korn-graubard",
            0.95,
            ((23, 0, 1), (22, 0, 2), (21, 0, 3)),
            ((1, 7, 22), (1, 7, 22), (1, 6, 23)),
        ),
        (
            "korn-graubard",
            0.9,
            ((23, 0, 1), (23, 0, 1), (22, 0, 2)),
            ((2, 8, 20), (1, 7, 22), (1, 7, 22)),
        ),
    ],
)
def test_the_article_s_cells_by_method_and_design_effect(
    method: IntervalMethod,
    level: float,
    table2: tuple[tuple[int, int, int], ...],
    table3: tuple[tuple[int, int, int], ...],
    deff: float,
) -> None:
    assumptions = Assumptions(deff, {}, method, level)
    place = [1.0, 1.5, 2.0].index(deff)
    assert counts("table2", assumptions) == table2[place]
    assert counts("table3", assumptions) == table3[place]


def test_with_eight_black_parents_nothing_in_table_3_is_firm_for_them() -> None:
    measures = measure_printed(article("table3"), Assumptions(bases={"black": 8}))
    black = [m for (_, group), m in measures.items() if group == "black"]
    assert [m.base for m in black] == [8] * 5
    assert {judge(m, 3, Rule(precision=False)).verdict for m in black} == {Verdict.UNPROVEN}
    assert {judge(m, 3).verdict for m in black} == {Verdict.TOO_FEW}
    assumed = Assumptions(deff=1.0, method="wilson", bases={"black": 8})
    reasons = measure_printed(article("table2"), assumed)
    firm = [
        item
        for (item, group), m in reasons.items()
        if group == "black" and judge(m, 3, Rule(precision=False)).verdict is Verdict.GRANTED
    ]
    assert firm == ["reason_abuse"]


@pytest.mark.parametrize(
    ("base", "firm"),
    [(843, (55, 45)), (202, (59, 41)), (101, (62, 38)), (93, (63, 37)), (42, (69, 31))],
)
def test_how_far_from_50_a_printed_figure_must_be_to_be_firm(
    base: int, firm: tuple[int, int]
) -> None:
    # Wilson, design effect 1.5. Every percentage from the line on outwards is firm, none nearer is.
    verdicts = {}
    for percent in range(101):
        printed = PrintedFigure(item="i", group="g", percent=percent, base=base)
        (measure,) = measure_printed([printed], Assumptions(method="wilson")).values()
        verdicts[percent] = judge(measure, 3, Rule(precision=False)).verdict
    assert min(p for p, v in verdicts.items() if v is Verdict.GRANTED) == firm[0]
    assert max(p for p, v in verdicts.items() if v is Verdict.ABSENT) == firm[1]


def figure(percent: float, stance: str = "permits", **changes: object) -> PrintedFigure:
    declared = {"item": "i", "group": "g", "percent": percent, "base": 90, "stance": stance}
    return PrintedFigure(**{**declared, **changes})


def only(*figures: PrintedFigure, **assumed: object) -> Measure:
    (measure,) = measure_printed(figures, Assumptions(**assumed)).values()  # type: ignore[arg-type]
    return measure


def test_a_printed_share_is_measured_on_its_base_over_the_design_effect() -> None:
    found = only(figure(62), deff=1.5)
    low, high = interval(0.62, 60.0)
    assert found == Measure(Share(0.62, low, high, 0.005), None, 90, 60.0, deff=1.5)
    assert only(figure(62.5, decimals=1)).permits.rounding == pytest.approx(0.0005)  # type: ignore[union-attr]


def test_both_stances_make_one_measure_and_neutral_is_context() -> None:
    found = only(figure(30), figure(55, "opposes", base=80), figure(15, "neutral", base=5))
    assert found.permits and found.opposes
    assert (found.permits.point, found.opposes.point, found.base) == (0.3, 0.55, 80)
    assert only(figure(55, "opposes")).permits is None
    assert measure_printed([figure(15, "neutral")], Assumptions()) == {}


def test_without_a_base_nothing_is_known() -> None:
    assert measure_printed([figure(62, base=None)], Assumptions()) == {}
    assert only(figure(62, base=None), bases={"g": 42}).base == 42
    assert only(figure(62), bases={"g": 42}).base == 42
    assert only(figure(62), bases={"other": 42}).base == 90


@pytest.mark.parametrize(
    "wrong",
    [{"deff": 0.9}, {"deff": 101}, {"level": 0.5}, {"level": 1}, {"bases": {"g": 0}}],
)
def test_impossible_assumptions_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Assumptions(**wrong)  # type: ignore[arg-type]
