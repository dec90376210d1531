"""What gates and sentences say where nothing can be compared, or all is as it should be."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.audit.beyond import link_weights
from licet.audit.beyond.link_errors import _flagged
from licet.audit.beyond.outside import EVERYBODY, _check
from licet.audit.drawing.cells import collapse
from licet.audit.forecast import _leaks
from licet.audit.groups import overlaps
from licet.audit.groups.rates import GroupRates
from licet.audit.input.population import Count, FrameRow
from licet.audit.judging import gates
from licet.audit.judging.gates_score import _calibrated as calibrated
from licet.audit.linked import sampling, tolerated
from licet.audit.linked.measured import Measured
from licet.audit.linked.sampling import Stratum
from licet.audit.score.challengers import challengers
from licet.audit.standing import Estimate, Standing
from licet.errors import BadInput
from tests.audit import judged
from tests.audit.planned import frame, read

FINE = Estimate(0.0, -0.01, 0.01, 0.005, 500)


def test_without_groups_nothing_is_known_of_differences() -> None:
    crossing = judged.beside(GroupRates((), (), {}), "too few in all of a crossing")
    gaps = tuple(replace(g, difference=Estimate(nan), ratio=Estimate(nan)) for g in crossing.gaps)
    demands, _ = gates._alike(judged.findings(rates=replace(crossing, gaps=gaps)))
    assert demands[-1].standing is Standing.UNDETERMINED
    assert "No group has enough people to compare" in demands[-1].says
    unnamed = replace(judged.arm(FINE), groups=())
    (only,), _ = gates._alike_by_arm(judged.findings(), unnamed)
    assert "No groups are named" in only.says


def test_few_people_in_an_arm_are_said_and_nothing_of_them_but_whom_it_picks() -> None:
    arm = judged.arm(FINE)
    side = replace(arm.groups[0].inside, counts=(1, 2, 1, 2))
    for ratio, more in ((arm.groups[0].flag_ratio, True), (Estimate(nan), False)):
        few = replace(arm, groups=(replace(arm.groups[0], inside=side, flag_ratio=ratio),))
        demands, notes = gates._alike_by_arm(judged.findings(), few)
        assert "people in an arm: North." in notes[0]
        assert any(one.estimate for one in demands) is more


def test_linked_records_without_a_forecast_need_no_declared_forecast() -> None:
    said = [one.says for one in gates.declared(judged.grounds(), forecast=False)]
    assert not any("forecasts" in text for text in said)
    assert any("lawful basis" in text for text in said)


def rate(measure: str, value: float, low: float, high: float, pairs: int = 1000) -> Any:
    found = Estimate(value, low, high, (high - low) / 3.92, pairs)
    return SimpleNamespace(measure=measure, key=None, estimate=found, counts=(value * pairs, pairs))


def gap(measure: str, low: float, high: float) -> Any:
    middle = (low + high) / 2
    return SimpleNamespace(measure=measure, enough=True, band=(low, high),
                           difference=Estimate(middle, low, high, (high - low) / 3.92, 500))  # fmt: skip


def linkage(rates: list[Any], gaps: list[Any]) -> Any:
    return SimpleNamespace(clusters=Measured(tuple(rates), tuple(gaps), 10, 0.1), labels=None)


GOOD = [rate("missed", 0.01, 0.009, 0.011), rate("false", 0.001, 0.0009, 0.0011)]


def test_a_linkage_that_passes_says_so_with_its_limits() -> None:
    gaps = [gap("missed", -0.001, 0.001), gap("false", -0.001, 0.001)]
    said = tolerated.linkage_sentence(linkage(GOOD, gaps))
    assert said.startswith("PASS: at most") and "every group lies within" in said


def test_a_group_that_lies_outside_fails_the_linkage() -> None:
    said = tolerated.linkage_sentence(linkage(GOOD, [gap("missed", 0.3, 0.4)]))
    assert said.startswith("FAIL") and "a group's missed or false matches do not lie within" in said


def test_what_lies_on_the_edge_cannot_be_settled_by_a_sample() -> None:
    edge = tolerated.USUAL.gap
    said = tolerated.linkage_sentence(linkage(GOOD, [gap("missed", edge - 0.01, edge + 0.01)]))
    assert said.startswith("UNDETERMINED") and "No sample could settle it" in said


def test_a_rate_that_was_not_measured_is_none() -> None:
    assert Measured((), (), 0, 0.0).rate("missed") is None


def test_a_sample_of_all_pairs_may_not_be_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even every pair leaves a wider interval, no number of pairs is told."""
    monkeypatch.setattr(sampling, "half_widths", lambda *_: (0.2, 0.1))
    assert sampling.pairs_needed([Stratum("a", True, 10, 0.5)], 0.05) is None


def test_a_chance_from_which_on_is_flagged_may_be_declared() -> None:
    people = read(link_errors={"at_least": 0.7, "features": ["age"]})
    chance = np.linspace(0, 1, len(people))
    found = _flagged(people, chance, people.weight, np.ones(len(people), bool))
    assert (found == (chance >= 0.7)).all()


def test_a_frame_with_fewer_outcomes_than_the_data_is_refused() -> None:
    few = FrameRow("all", "all", Count(100, 100), Count(1, 2))
    sums = SimpleNamespace(point=AllTen())
    with pytest.raises(BadInput, match="fewer people with the outcome"):
        _check([(EVERYBODY, (-1, 1), few)], sums)  # type: ignore[arg-type, list-item]


class AllTen:
    """Every sum is ten."""

    def __getitem__(self, place: object) -> float:
        return 10.0


def test_too_few_people_to_see_calibration() -> None:
    nobody = judged.calibration(Estimate(nan), Estimate(nan))
    unknown = replace(nobody, overall=replace(nobody.overall, observed_expected=Estimate(nan)))
    found = calibrated(judged.findings(calibration=unknown))
    assert "too few people to see calibration" in str(found)


def test_where_links_are_doubtful_and_the_gap_shrinks_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link_weights, "shrinks_while_worse", lambda _: True)
    data = frame(300).with_columns(p=pl.lit(0.9))
    columns = {"outcome": "y", "score": "score", "link_probability": "p"}
    found = link_weights.link_weights(read(data, columns=columns))
    assert found is not None and "the gap is smaller and the score worse" in found.words[-1]


def test_a_column_over_the_whole_range_of_numbers_is_ranked_first() -> None:
    found = collapse([np.array([-(2**61), 2**61 + 5])], np.ones(2))
    assert found.weight.tolist() == [1.0, 1.0]


def test_few_people_are_warned_of_nothing() -> None:
    assert _leaks(judged.findings(skill=judged.skill(FINE, FINE))) == []


def test_groups_of_unknown_people_add_up_to_nobody() -> None:
    data = frame(town=pl.Series(["North", "South", None, "South"] * 100))
    people = read(data, by=["town"])
    assert overlaps.relations_of(people.keys, people.member) == ()


def test_sums_of_stranger_parts_are_no_relation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlaps._Span, "_parts", lambda *_: None)
    data = frame(town=pl.Series(["North", "South"] * 200))
    people = read(data, by=["town"], groups=[{"id": "n", "expression": 'town == "North"'}])
    assert overlaps.relations_of(people.keys, people.member) == ()


def test_a_score_to_compare_with_may_be_missing_of_everybody() -> None:
    people = read(frame().with_columns(other=pl.col("score")), challengers={"scores": ["other"]})
    found = challengers(replace(people, rivals={}))
    assert not any(one.id == "score:other" for one in found.challengers)
