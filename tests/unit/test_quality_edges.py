"""What is said of evidence whose checks cannot be made, or find nothing, or something."""

from __future__ import annotations

import polars as pl
import pytest

from licet.comparisons.people import people_of
from licet.comparisons.rules import USUAL
from licet.errors import BadInput
from licet.quality.coverage import _interviews, _sample, margin_rows
from licet.readings import Settings
from licet.survey.answers import Answers
from licet.weighting.margins import Margin
from tests import factories
from tests.unit.test_quality import evidence, frame


def told(facts: object) -> dict[str, tuple[str, str]]:
    return {one.name: (one.text, one.standing) for one in facts}  # type: ignore[attr-defined]


def test_a_quota_sample_by_one_mode_with_few_answers_is_marked() -> None:
    work = factories.fieldwork(sample="quota", response_rate=0.2, modes=("web",), interviews=500)
    declared = evidence(fieldwork=work)
    said = told(_sample(declared, None))
    assert said["Sample"] == ("quota: it can refuse but never grant", "mark")
    assert said["Response rate"] == ("20 % of those who were drawn answered", "mark")
    assert said["One mode"][1] == "mark"
    here = people(declared)
    assert told(_interviews(declared, here))["Interviews"][0].startswith("500 declared, 600 people")


def people(declared: object, answers: pl.DataFrame | None = None):  # type: ignore[no-untyped-def]
    return people_of(declared, Answers(frame() if answers is None else answers), Settings(), USUAL)  # type: ignore[arg-type]


def test_margins_that_do_not_fit_are_refused_and_of_few_people_not_shown() -> None:
    table = frame().with_columns(area=pl.Series(["north"] * 597 + ["south"] * 3))
    held = people(evidence(), table)
    with pytest.raises(BadInput, match="nobody") as caught:
        margin_rows(
            held, Answers(table), [Margin("area", ("north", "sth", "south"), (1, 1, 1))], 10
        )
    assert "--margins" in caught.value.faults[0].where
    rows = margin_rows(
        held, Answers(table), [Margin("area", ("north", "south"), (0.9, 0.1), "share")], 10
    )
    assert [row.category for row in rows] == ["north", "south"]
    assert [row.share for row in rows] == pytest.approx([0.9, 0.1])
