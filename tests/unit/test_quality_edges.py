"""What is said of evidence whose checks cannot be made, or find nothing, or something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.chapters import checking
from licet.checks import NO_CHECKS, Checks
from licet.comparisons.bases import bases_in
from licet.comparisons.people import People, people_of
from licet.comparisons.rules import USUAL
from licet.errors import BadInput
from licet.evidence import Evidence
from licet.groups import Group
from licet.quality.arms import _half, arms_of, standardised
from licet.quality.coverage import _interviews, _sample, margin_rows
from licet.quality.effects import _shown
from licet.quality.sensitivity import other_settings
from licet.quality.worth import worth
from licet.readings import Settings, read
from licet.survey.answers import Answers
from licet.survey.replicates import Replicates
from licet.weighting.margins import Margin
from tests import factories
from tests.factories import TODAY
from tests.unit.test_quality import evidence, frame, quality


def told(facts: Any) -> dict[str, tuple[str, str]]:
    return {one.subject: (one.text, one.standing) for one in facts}


def people(declared: Evidence, answers: pl.DataFrame | None = None) -> People:
    return people_of(declared, Answers(frame() if answers is None else answers), Settings(), USUAL)


def test_a_quota_sample_by_one_mode_with_few_answers_is_marked() -> None:
    work = factories.fieldwork(sample="quota", response_rate=0.2, modes=("web",), interviews=500)
    declared = evidence(fieldwork=work)
    said = told(_sample(declared, None))
    assert said["Sample"] == ("quota: it can refuse but never grant", "mark")
    assert said["Response rate"] == ("20 % of those who were drawn answered", "mark")
    assert said["One mode"][1] == "mark"
    here = people(declared)
    assert told(_interviews(declared, here))["Interviews"][0].startswith("500 declared, 600 people")
    unchecked = dict(quality(fieldwork=work).unchecked)
    assert "Non-response of whole people" not in unchecked


def test_margins_that_do_not_fit_are_refused_and_of_few_people_not_shown() -> None:
    table = frame().with_columns(area=pl.Series(["north"] * 597 + ["south"] * 3))
    held, answers = people(evidence(), table), Answers(table)
    with pytest.raises(BadInput, match="nobody") as caught:
        margin_rows(held, answers, [Margin("area", ("north", "sth", "south"), (1, 1, 1))], 10)
    assert "--margins" in caught.value.faults[0].where
    rows = margin_rows(held, answers, [Margin("area", ("north", "south"), (0.9, 0.1), "share")], 10)
    assert [(row.category, row.share) for row in rows] == [("north", None), ("south", None)]


def test_places_in_the_list_need_a_column_with_numbers() -> None:
    table = frame().with_columns(place=pl.lit(None, pl.Int64))
    assert set(_half(Answers(table), "place", "checks.position.police").tolist()) == {-1}
    with pytest.raises(BadInput, match="unknown column 'plce'") as caught:
        _half(Answers(table), "plce", "checks.position.police")
    assert "checks.position.police" in caught.value.faults[0].where


def arms(held: People, answers: pl.DataFrame, column: str = "mode") -> Any:
    return next(arms_of(held, Answers(answers), Checks(mode=column)))


def test_arms_that_cannot_be_made_alike_say_why() -> None:
    table = frame().with_columns(one=pl.lit("web"))
    rare = (Group("old", "Older parents", "age > 90"),)
    lonely = people(evidence(groups=rare), table)
    assert (
        "no declared group has enough people" in standardised(lonely, arms(lonely, table)).notes[-1]
    )
    alone = standardised(lonely, arms(lonely, table, "one")).notes[-1]
    assert "fewer than two arms" in alone
    ready = replace(lonely.design, replicates=Replicates(np.ones((600, 2)), np.ones(2), "JKn"))
    made = replace(lonely, design=ready)
    assert "would have to be made anew" in standardised(made, arms(made, table)).notes[-1]


def test_groups_of_too_few_in_an_arm_are_left_out_of_making_alike() -> None:
    """Three people under 19 cannot be told apart by mode; half of the people are under 40."""
    ages = [18] * 3 + [30] * 297 + [50] * 300
    table = frame().with_columns(age=pl.Series(ages))
    groups = (Group("teens", "Teenage parents", "age < 19"), Group("young", "Young", "age < 40"))
    held = people(evidence(groups=groups), table)
    notes = standardised(held, arms(held, table)).notes
    assert "Arms made alike in: Young." in notes[-2]
    assert notes[-1] == "Not made alike in, too few people in an arm: Teenage parents."


def test_arms_of_an_item_nobody_answered_are_not_shown() -> None:
    held = people(evidence())
    found = arms(held, frame())
    nobody = replace(held, stances={**held.stances, "police": np.full(600, -1)})
    assert not _shown(nobody, found, "police", 10)
    assert _shown(nobody, found, "police", 0)


def test_a_measure_of_few_people_is_worth_nothing_that_is_told() -> None:
    declared = factories.evidence({("trust:police", "all"): "under 10"})
    reading = read(declared, None)
    bases = bases_in(declared, None, NO_CHECKS, Settings())
    row = worth(reading, None, bases, 10)[0]
    assert row.base is None and row.half_width is None


def test_other_bases_that_somebody_printed_are_tried_and_the_sharpest_confidence_is_not() -> None:
    declared = factories.evidence({("trust:police", "all"): "granted"})
    assert declared.printed is not None
    more = declared.printed.model_copy(update={"other_bases": {"all": (300,)}})
    names = [n for n, _ in other_settings(declared.model_copy(update={"printed": more}),
                                          Settings(confidence=0.99))]  # fmt: skip
    assert "base of all 300" in names and "99 % confidence for a grant" not in names


def points(verdict: str, **changes: Any) -> dict[str, str]:
    use = factories.use(services=("police",))
    cells = factories.everywhere({"reason:offer_unasked": "granted", "trust:police": verdict})
    found = checking.quality(factories.evidence(cells, **changes), use, today=TODAY)
    return {point.kind: point.text for point in found.points}


def test_what_a_ruling_turns_on_is_said_by_its_verdict() -> None:
    assert "begins" in points("refused")["the deciding cell"]
    assert "the deciding cell" not in points("granted")
    assert "would settle it, if the true share is" in points("too few")["more interviews"]


def test_a_setting_that_changes_the_ruling_is_named() -> None:
    """54 % of 1,000: 1.96 x 1.58 points above the line of 50 %, which a design effect of 2 takes away."""
    shares = {"trust:police": 54, "reason:offer_unasked": 90}
    figures = [factories.figure(name, group, share, 1000)
               for name, share in shares.items() for group in ("all", "lone")]  # fmt: skip
    declared = factories.evidence(figures=figures, items=[*map(factories.item, shares)])
    found = checking.quality(declared, factories.use(services=("police",)), today=TODAY)
    assert any("Design effect 2: the ruling would be" in point.text for point in found.points)


def test_an_effect_with_arms_on_both_sides_of_the_line_names_its_items() -> None:
    """Of those shown flipped options 11 % permit, of the others 56 %; the line is 50 %."""
    found = quality(frame(1200, effect=-0.4), Checks(flip="flip"))
    said = [point.text for point in found.points if point.kind == "an effect"]
    assert any("the arms lie on both sides of the line for" in text for text in said)


def test_an_item_asked_in_one_arm_only_is_not_compared() -> None:
    table = frame().with_columns(
        police=pl.when(pl.col("mode") == "web")
        .then(pl.col("police"))
        .otherwise(pl.lit("Not asked"))
    )
    found = quality(table, Checks(mode="mode"))
    row = next(r for e in found.effects for r in e.items if r.item == "police")
    assert row.why_not.startswith("asked in one arm only")
