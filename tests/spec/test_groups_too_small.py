"""A use can add affected groups and never remove one. A group that is too small to survey is not
known, unless the use records why and a dialogue with the group was answered, in time; then families
are asked. That is no way round a survey: the whole sample must be measured, and what was measured
of the group counts. Besides the group named, everything is granted.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from licet.errors import BadInput
from licet.findings import Terms
from tests.factories import LICENSED, TODAY, everywhere, reading, ruled, use
from tests.spec.tables import Row, cases

TITLE = "Groups too small to survey"

TABLE = """
group       | in the evidence | recorded as too small | dialogue answered | ruling       | floor
----------- | --------------- | --------------------- | ----------------- | ------------ | ---------
gypsy_roma  | no              | no                    |                   | BadInput     |
gypsy_roma  | no              | yes                   |                   | Undetermined |
gypsy_roma  | no              | yes                   | today             | Permit       | ask_first
gypsy_roma  | no              | yes                   | last year         | Permit       | ask_first
gypsy_roma  | no              | yes                   | tomorrow          | Undetermined |
gypsy_roma  | granted         | yes                   | last year         | Permit       | objection
gypsy_roma  | absent          | yes                   | last year         | Refusal      |
all         | not measured    | yes                   | last year         | Undetermined |
lone        | not measured    | yes                   | last year         | Permit       | ask_first
lone        | not measured    | yes                   |                   | Undetermined |
lone        | not measured    | no                    |                   | Undetermined |
"""

WHEN = {"today": TODAY, "tomorrow": TODAY + timedelta(1), "last year": date(2025, 6, 1), "": None}


@pytest.mark.parametrize("row", cases(TABLE))
def test_groups_too_small(row: Row) -> None:
    group, verdict = row["group"], row["in the evidence"]
    cells = dict(LICENSED)
    if verdict != "no":
        cells |= {(key, group): verdict for key in use().requirements}
    changes: dict[str, object] = {"affected_groups": () if group == "all" else (group,)}
    if row["recorded as too small"] == "yes":
        answered = WHEN[row["dialogue answered"]]
        small = {"label": group, "why": "nine families", "dialogue_answered": answered}
        changes["unsurveyed_groups"] = {group: small}
    groups = ["lone"] if verdict == "no" else ["lone", group]
    try:
        ruling = ruled(use(**changes), reading(cells, groups=dict.fromkeys(groups)))
    except BadInput:
        # A use that claims it of the whole sample may also be refused outright.
        assert row["ruling"] == "BadInput" or group == "all"
        return
    assert (ruling.kind, getattr(ruling, "floor", "")) == (row["ruling"], row["floor"])


def test_a_survey_that_found_too_few_of_a_group_does_not_replace_the_dialogue() -> None:
    cells = {**LICENSED, **{(key, "gypsy_roma"): "under 10" for key in use().requirements}}
    assert ruled(use(), reading(cells)).heading == "NOT KNOWN"


def test_nothing_is_known_without_any_evidence_even_after_dialogues() -> None:
    small = {"label": "Everybody", "why": "no money", "dialogue_answered": date(2025, 6, 1)}
    declared = use(unsurveyed_groups={"parents_here": small})
    assert ruled(declared).heading == "NOT KNOWN"


def test_the_use_may_name_groups_but_its_silence_removes_none() -> None:
    cells = everywhere({"reason:offer_unasked": "granted"}, ("lone", "younger"))
    cells |= {("trust:education", g): "granted" for g in ("all", "lone")}
    cells["trust:education", "younger"] = "refused"
    for named in ((), ("lone",), ("younger",)):
        assert ruled(use(affected_groups=named), reading(cells)).heading == "NOT PERMITTED"


def test_a_removed_group_is_refused_whatever_it_is() -> None:
    ruling = ruled(use(removed_groups=("lone",)), reading(LICENSED))
    assert ruling.heading == "NOT PERMITTED"
    assert [r.rule for r in ruling.reasons] == ["group_removed"]


def test_groups_the_workspace_requires_decide_too() -> None:
    cells = {**LICENSED, **{(key, "rich"): "absent" for key in use().requirements}}
    terms = Terms(required_groups=("lone", "rich"))
    assert ruled(use(), reading(cells, reference=["rich"])).heading == "LICENSED"
    assert ruled(use(), reading(cells, reference=["rich"]), terms=terms).heading == "NOT PERMITTED"
