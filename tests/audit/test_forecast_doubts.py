"""Audits that look well and are not: leaked outcomes, straw men, constants, groups that nobody knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.audit.care import Seen
from licet.audit.forecast import Audit, audit
from licet.audit.standing import Standing
from licet.chapters.auditing_forecast import audit_forecast
from licet.errors import BadInput
from licet.report.audit.forecast_outputs import Outputs
from licet.report.audit.forecast_words import waterfall
from tests.audit.judged import SEEN
from tests.audit.planned import frame, plan, read

RULE = {"one": "age", "folds": 2}
TODAY = date(2026, 6, 1)
COLUMNS = {"outcome": "y", "score": "score", "flag": "flag"}


def telling(number: int = 600, **columns: Any) -> pl.DataFrame:
    """People whose age goes with the outcome, so that a rule of it is one."""
    data = frame(number)
    age = 20 + 20 * data["y"] + np.random.default_rng(1).integers(0, 30, number)
    return data.with_columns(age=age, **columns)


def audited(data: pl.DataFrame, **changes: Any) -> Audit:
    return audit(read(data, **{"challengers": RULE, **changes}))


def test_a_score_that_is_the_outcome_is_called_so_on_every_output() -> None:
    found = audited(telling().with_columns(score=pl.col("y").cast(pl.Float64)))
    gate = found.gate("G1")
    assert gate.standing is Standing.UNDETERMINED
    assert any("too good to be true" in reason for reason in gate.reasons)
    assert any("look for the outcome among its inputs" in said for said in gate.settling)
    outputs = Outputs(found)
    for told in (outputs.screen(), outputs.page(), outputs.json()):
        assert "too good to be true" in " ".join(told.split())


def test_a_flag_that_is_the_outcome_is_called_so_beside_an_honest_score() -> None:
    found = audited(telling().with_columns(flag=pl.col("y")), columns=COLUMNS, flagged={})
    assert any("too good to be true" in one.says for one in found.gate("G1").demands)
    assert "too good to be true" in found.notes[0]


def test_a_rule_that_is_the_outcome_is_called_so() -> None:
    found = audited(telling().with_columns(age=pl.col("y")))
    assert "too good to be true" in found.notes[0] and "one variable" in found.notes[0]


def test_an_honest_score_is_not_warned_of() -> None:
    found = audited(telling())
    assert not any("too good" in said for gate in found.gates for said in gate.reasons)
    assert not any("too good" in note for note in found.notes)


@pytest.mark.parametrize("age", [7.0, None], ids=["constant", "empty"])
def test_beating_a_rule_that_is_none_says_nothing(age: float | None) -> None:
    straw = pl.lit(age, pl.Float64)
    found = audited(
        telling().with_columns(score=pl.col("y") * 0.5 + pl.col("score") * 0.5, age=straw)
    )
    gate = found.gate("G1")
    assert gate.standing is Standing.UNDETERMINED
    assert any("beating it says nothing" in one.says for one in gate.demands)


def test_a_score_is_no_better_than_its_own_copy() -> None:
    copied = telling(copied=pl.col("score"))
    found = audited(copied, challengers={"scores": ["copied"]})
    assert found.gate("G1").standing is Standing.FAIL


def test_a_score_that_is_the_same_for_all_passes_nothing_and_says_why() -> None:
    days = [date(2023, 1 + n % 12, 1) for n in range(600)]
    found = audited(
        telling(score=pl.lit(0.4), flag=pl.lit(pl.Series([0, 1] * 300)), day=pl.Series(days)),
        columns={**COLUMNS, "as_of": "day"}, flagged={}, by=["town"],
    )  # fmt: skip
    for name in ("G1", "G3", "G5"):
        assert found.gate(name).standing is not Standing.PASS, name
    said = " ".join(found.gate("G3").reasons)
    assert "All scores are alike" in said and "slope" not in said


def test_where_nobody_is_flagged_it_does_no_good() -> None:
    found = audited(telling(), flagged={"at_least": 2.0})
    assert found.gate("G2").standing is Standing.FAIL
    (benefit,) = [one for one in found.gate("G2").demands if "where it is least" in one.says]
    assert benefit.standing is Standing.FAIL and "more than 0" in benefit.figures


@pytest.mark.parametrize(
    ("often", "standing"), [(0.9, Standing.FAIL), (0.4, Standing.UNDETERMINED)]
)
def test_a_group_without_known_outcomes_is_judged_by_its_flags(
    often: float, standing: Standing
) -> None:
    rng = np.random.default_rng(3)
    y = rng.random(4000) < 0.4
    flag = np.where(rng.random(4000) < 0.9, y, rng.random(4000) < 0.4).astype(int)
    mill = np.arange(4000) >= 3600
    flag[mill] = rng.random(400) < often
    data = pl.DataFrame(
        {"y": pl.Series(y.astype(int)).set(pl.Series(mill & (np.arange(4000) >= 3610)), None),
         "flag": flag, "town": np.where(mill, "Mill", np.where(rng.random(4000) < 0.5, "A", "B"))}
    )  # fmt: skip
    found = audit(read(data, columns={"outcome": "y", "flag": "flag"}, flagged={}, by=["town"],
                       tolerances={"gap": 0.1, "ratio": 1.6}))  # fmt: skip
    gate = found.gate("G4")
    assert gate.standing is standing
    assert any("'Mill'" in one.says and one.measure == "flag" for one in gate.demands)
    assert any("Too little is known of 'Mill'" in one.says for one in gate.demands)


def test_people_with_a_flag_and_no_score_are_told_of_and_the_other_way_round() -> None:
    data = telling(flag=pl.lit(pl.Series([0, 1, 1] * 200))).with_row_index("place")
    data = data.with_columns(
        score=pl.when(pl.col("place") >= 100).then("score"),
        flag=pl.when(pl.col("place") < 595).then("flag"),
    )
    notes = " ".join(read(data, columns=COLUMNS, flagged={}).notes)
    assert "About 100 people have a flag but no score" in notes
    assert "Fewer than 10 people have a score but no flag" in notes


CARE = {
    "an x": ({"source": "x"}, "nothing that anybody can look up"),
    "to be done": ({"source": "To be done"}, "nothing that anybody can look up"),
    "none yet": ({"source": "none yet"}, "nothing that anybody can look up"),
    "points": ({"source": "... ... ..."}, "nothing that anybody can look up"),
    "nothing measured": ({"measured": "TBD"}, "does not say what was measured"),
    "more than all": ({"found": 900}, "900 of 240 people"),
    "no people": ({"people": 0}, "greater than or equal to 1"),
}


@pytest.mark.parametrize("case", CARE)
def test_evidence_of_care_that_is_none_is_refused(case: str) -> None:
    changes, words = CARE[case]
    with pytest.raises(BadInput, match=words):
        plan(care={"review": {**SEEN, **changes}})


@pytest.mark.parametrize("source", [
    "https://example.org/review.pdf", "10.1000/182", "FH-214", "Minutes of the early help panel",
])  # fmt: skip
def test_a_source_that_can_be_looked_up_will_do(source: str) -> None:
    found = plan(care={"review": {**SEEN, "source": source}}).care.review
    assert isinstance(found, Seen) and source in str(found) and "231 of 240" in str(found)


def test_evidence_of_a_later_day_is_refused() -> None:
    later = plan(care={"appeal": {**SEEN, "day": date(2026, 7, 1)}})
    with pytest.raises(BadInput, match="after the day of the audit"):
        audit_forecast(later, frame(), today=TODAY)


WRITTEN = {
    "days": (
        {"day": [f"{n % 28 + 1:02d}/03/2024" for n in range(400)]},
        {"columns": {"outcome": "y", "score": "score", "as_of": "day"}},
        {"date_format": "%d/%m/%Y"},
    ),
    "a score": ({"score": [f"0,{n + 100}" for n in range(400)]}, {}, {"decimal": ","}),
    "a feature": (
        {"rent": [f"1.{n + 100},5" for n in range(400)]},
        {"challengers": {"one": "rent"}},
        {"decimal": ","},
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_what_is_written_otherwise_is_declared_or_refused_with_the_line_to_add(case: str) -> None:
    columns, changes, declared = WRITTEN[case]
    data = frame().with_columns(**{name: pl.Series(values) for name, values in columns.items()})
    with pytest.raises(BadInput) as refused:
        read(data, **changes)
    ((key, value),) = declared.items()
    assert f'add {key} = "{value}" to the plan' in str(refused.value)
    assert len(read(data, **changes, **declared)) == 400


def test_the_way_from_rows_read_to_rows_judged_is_told() -> None:
    heads = {"people": 5080, "flag_known": 5000, "scored": 4900, "judged": 4582}
    assert waterfall(heads) == (
        "Of 5,080 read, 4,900 have a score and 5,000 a flag or a cut; judged, with outcome and flag both "
        "known: 4,582."
    )
    assert "not shown" in waterfall({**heads, "scored": None})
