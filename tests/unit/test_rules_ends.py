"""The last of what rules say: series too short, sources too few, waves of what is no licence, loops that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.audit import interrupted
from licet.audit.interrupted import Series, changes, why_not_known
from licet.audit.linked.breakdowns import births_of
from licet.audit.linked.sampling import Stratum, allocated
from licet.comparisons.batteries import measured_battery
from licet.comparisons.rules import Battery, Request
from licet.dialogue.items import Act, move_of
from licet.errors import BadInput, bad
from licet.identify.trial import Setting, plan_of
from licet.licence import Verdict
from licet.linkage.clusters import cluster
from licet.quality.arms import standardised
from licet.readings import read
from licet.survey.design import declare_design
from licet.survey.estimates import Outcome, estimate
from licet.waves.changes import change, verdict_in
from licet.weighting import regression, trimming
from licet.weighting.raking import rake
from licet.weighting.trimming import Trim, trim
from tests.factories import figure, item
from tests.unit.test_quality import evidence, frame
from tests.unit.test_quality_edges import arms, people
from tests.unit.test_waves import printed
from tests.weights import DESIGN_WEIGHTS, MARGINS


def series(count: np.ndarray) -> Series:
    time = np.arange(len(count), dtype=float)
    return Series(time, np.zeros(len(count), np.int64), count, np.ones(len(count)), 20.0)


def test_contacts_that_never_were_have_no_change() -> None:
    assert why_not_known([series(np.zeros(40))]) == "no contact at all before, or after"


def test_with_too_little_left_over_a_change_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    made = series(np.arange(40.0) + 5)
    assert changes(made) is not None
    monkeypatch.setattr(interrupted, "LEAST_LEFT", 100)
    assert changes(made) is None


def test_births_are_read_from_text_as_from_dates() -> None:
    text = pl.DataFrame({"birth": ["2010-02-03", "no day"]})
    found = births_of(text)
    assert found is not None and found.dtype == pl.Date and found.null_count() == 1


def test_two_of_each_stratum_are_drawn_at_least() -> None:
    with pytest.raises(BadInput, match="two of each of 1 strata"):
        allocated([Stratum("a", True, 10, 0.5)], 1)


def test_a_battery_of_which_nobody_answered_an_item_has_no_mean() -> None:
    outcomes = [Outcome("a", np.ones(4)), Outcome("b", np.full(4, np.nan))]
    found = estimate(declare_design(None, size=4), outcomes, np.ones((1, 4), bool))
    battery = Battery("b", "B", ("a", "b"))
    assert measured_battery(battery, "all", found, [0, 1], Request(), shown=True) is None


def test_every_row_has_a_source() -> None:
    with pytest.raises(BadInput, match=r"1 sources for 2 rows"):
        cluster(2, [0], [1], [9.0], source=[0])


def test_groups_that_cannot_be_met_are_left_out_of_making_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise bad("no weights")

    held = people(evidence())
    found = arms(held, frame())
    monkeypatch.setattr("licet.weighting.raking.rake", refuse)
    assert "no declared group" in standardised(held, found).notes[-1]


def test_context_has_no_verdict_and_its_change_no_status() -> None:
    figures = [figure("trust:police", "all", 55, 400)]
    reading = read(printed(2021, items=[item("trust:police")], figures=figures), None)
    context = reading.evidence.items[0].model_copy(update={"kind": "concern"})
    other = replace(reading, evidence=reading.evidence.model_copy(update={"items": (context,)}))
    assert verdict_in(other, "trust:police", "all") is None
    row: Any = SimpleNamespace(shown=True, low=0.0, high=0.1)
    assert change("a", "b", ("x", "all"), (None, Verdict.GRANTED), row).status == ""


def test_steps_that_lead_out_of_all_numbers_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def wild(*_: object) -> Any:
        return lambda z: (np.full(len(z), np.inf), np.ones(len(z)))

    monkeypatch.setattr(regression, "_curve", wild)
    known = np.ones((3, 1))
    with pytest.raises(BadInput, match="after 1 steps"), np.errstate(invalid="ignore"):
        regression.calibrate(np.ones(3), known, np.array([4.0]))


def test_a_cap_follows_the_median_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that fall once and then stay: the second round is the last."""
    bounds = iter([(0.0, 9.0), (0.0, 6.0), (0.0, 6.0)])
    monkeypatch.setattr(Trim, "bounds", lambda *_: next(bounds))
    assert trim(DESIGN_WEIGHTS, MARGINS, rake(DESIGN_WEIGHTS, MARGINS), Trim(3)).high == 6.0
    assert trimming.MOST_ROUNDS > 1


def test_features_named_for_link_errors_stay_those(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.forecast.made import forecast

    declared = forecast(audit={"draws": 200, "link_errors": {"features": ["absences"]}})
    setting = Setting(declared, date(2026, 11, 1), "0" * 64)
    assert plan_of(setting, "logistic", None).link_errors.features == ("absences",)


def test_a_move_that_there_is_not_is_refused_by_its_name() -> None:
    made = Act(1, "dance", "w", "", datetime(2026, 1, 1, tzinfo=UTC), "u", "question")
    with pytest.raises(BadInput, match="unknown move 'dance'"):
        move_of(None, made)
    with pytest.raises(BadInput, match="unknown sort of item 'poem'"):
        move_of(None, replace(made, sort="poem"))
