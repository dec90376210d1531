"""A demand with a point consensus, in the whole sample or in any affected group, is a duty of
whoever links; the duty to ask first sets the floor. A concern with one makes an audit due and
stands beside the ruling. Neither licenses. The baseline is 1.5 divided by the number of stances;
fewer than 10 people, a reference group and a figure printed on the line make no duty.
"""

from __future__ import annotations

import pytest

from licet.findings import Terms
from licet.gate import Permit
from licet.licence import Rule
from tests.factories import LICENSED, evidence, figure, item, reading, ruled, use
from tests.spec.tables import Row, cases

TITLE = "Duties and concerns"

TABLE = """
kind    | subject    | stances | group | percent | people | duty      | audit due  | floor
------- | ---------- | ------- | ----- | ------- | ------ | --------- | ---------- | ---------
demand  | ask_first  | 3       | all   | 60      | 843    | ask_first |            | ask_first
demand  | ask_first  | 3       | all   | 49      | 843    |           |            | objection
demand  | ask_first  | 3       | all   | 50      | 843    |           |            | objection
demand  | ask_first  | 3       | lone  | 51      | 42     | ask_first |            | ask_first
demand  | ask_first  | 3       | lone  | 90      | 9      |           |            | objection
demand  | ask_first  | 3       | rich  | 90      | 400    |           |            | objection
demand  | ask_first  | 2       | all   | 60      | 843    |           |            | objection
demand  | ask_first  | 2       | all   | 76      | 843    | ask_first |            | ask_first
demand  | ask_first  | 4       | all   | 38      | 843    | ask_first |            | ask_first
demand  | publish    | 3       | all   | 81      | 843    | publish   |            | objection
concern | inaccurate | 3       | lone  | 63      | 93     |           | inaccurate | objection
concern | inaccurate | 3       | lone  | 45      | 93     |           |            | objection
"""


def _ruling(row: Row, terms: Terms = Terms()) -> Permit:
    key = f"{row['kind']}:{row['subject']}"
    printed = figure(key, row["group"], float(row["percent"]), int(row["people"]))
    items = [item(name) for name in use().requirements] + [item(key, int(row["stances"]))]
    found = reading(LICENSED, figures=[printed], items=items, reference=["rich"])
    ruling = ruled(use(), found, terms=terms)
    assert isinstance(ruling, Permit) and ruling.licensed
    return ruling


@pytest.mark.parametrize("row", cases(TABLE))
def test_duties(row: Row) -> None:
    ruling = _ruling(row)
    assert "".join(duty.subject for duty in ruling.duties) == row["duty"]
    assert "".join(concern.subject for concern in ruling.concerns) == row["audit due"]
    assert ruling.floor == row["floor"]
    assert (ruling.status == 0) == (row["floor"] == "objection")


def test_a_larger_smallest_base_takes_no_duty_away() -> None:
    row = {"kind": "demand", "subject": "ask_first", "stances": "3", "group": "lone"}
    row |= {"percent": "66", "people": "42"}
    assert _ruling(row, Terms(rule=Rule(smallest_base=50))).floor == "ask_first"


def test_a_duty_lists_every_group_that_demands_it_the_whole_sample_first() -> None:
    key = "demand:publish"
    figures = [figure(key, g, p, 200) for g, p in (("lone", 66), ("all", 60), ("young", 40))]
    demands = evidence(LICENSED, figures=figures)
    from licet.readings import read

    ruling = ruled(use(), read(demands, None))
    assert [duty.shares for duty in ruling.duties] == [(("all", 0.6), ("lone", 0.66))]
