"""The plan refuses to exist when it is wrong, and its hash tells one plan from another."""

from __future__ import annotations

from typing import Any

import pytest

from licet.audit.plan import Plan
from licet.errors import BadInput
from licet.files.audit_plan import read_plan
from tests.audit.planned import plan

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "neither score nor flag": ({"columns": {"outcome": "y"}}, "neither a score nor a flag"),
    "flagged twice": ({"flagged": {"people": 5, "share": 0.1}}, "say twice who is flagged"),
    "reference of no breakdown": (
        {"reference": {"town": "South"}},
        "has a reference but is no breakdown",
    ),
    "crossed with nothing": ({"by": ["town"], "intersections": [["town"]]}, "cannot be crossed"),
    "two groups of one id": (
        {"groups": [{"id": "a", "expression": "age < 30"}, {"id": "a", "expression": "age > 30"}]},
        "two of the groups have one id",
    ),
    "two outcomes of one id": (
        {"outcomes": [{"id": "a", "expression": "x == 1"}, {"id": "a", "expression": "x == 2"}]},
        "two of the outcomes have one id",
    ),
    "a call in an expression": (
        {"groups": [{"id": "a", "expression": "len(age)"}]},
        "may not call",
    ),
    "amends no hash": ({"amends": "early", "because": "a typo"}, "no hash of a plan"),
    "amends without because": ({"amends": "0" * 64}, "because is missing"),
    "because without amends": ({"because": "a typo"}, "amends is missing"),
    "upside down": ({"harm": {"least": 0.5, "most": 0.1}}, "upside down"),
    "a threshold below the usual": ({"threshold": 3}, "threshold"),
    "a share of links over 1": ({"link_errors": {"missed": [1.5]}}, "outside 0 to 1"),
    "an unknown key": ({"tolerance": {"gap": 0.1}}, "tolerances"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_plan_is_refused(case: str) -> None:
    changes, words = WRONG[case]
    with pytest.raises(BadInput, match=words):
        plan(**changes)


def test_the_same_plan_has_the_same_hash_and_another_has_another() -> None:
    assert plan().hash() == plan().hash()
    assert plan().hash() != plan(draws=201).hash()
    assert plan().hash() != plan(tolerances={"gap": 0.06}).hash()


def test_outcome_columns_are_all_that_stay_closed() -> None:
    named = plan(
        columns={"outcome": "y", "score": "score", "known_at": "known", "arm": "arm"},
        outcomes=[{"id": "strict", "expression": "result == 'x'", "among": "arm == 'random'"}],
    )
    assert named.outcome_columns == ("y", "known", "result")


def test_a_plan_is_read_from_toml_and_its_faults_name_the_file(tmp_path: Any) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        'id = "a"\ntitle = "A"\noutcome_means = "known"\n[columns]\noutcome = "y"\nscore = "s"\n',
        encoding="utf-8",
    )
    assert read_plan(path).columns.score == "s"
    path.write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match=r"plan\.toml: columns"):
        read_plan(path)
    path.write_text(
        'id = "a"\ntitle = "A"\noutcome_means = "k"\n[columns]\noutcome = "y"\n', encoding="utf-8"
    )
    with pytest.raises(BadInput, match=r"plan\.toml: columns"):
        read_plan(path)


SINGLED = {
    "a breakdown": {"by": ["pid"]},
    "a group": {"groups": [{"id": "one", "expression": 'pid == "P8"'}]},
    "a family": {"groups": [{"id": "one", "expression": "home == 3 and age > 2"}]},
    "an outcome": {"outcomes": [{"id": "one", "expression": "y == 1", "among": 'pid == "P9"'}]},
    "a step": {"stages": [{"id": "one", "column": "pid"}]},
}


@pytest.mark.parametrize("name", SINGLED)
def test_nobody_can_be_singled_out_by_a_plan(name: str) -> None:
    columns = {"outcome": "y", "score": "s", "person": "pid", "cluster": "home"}
    with pytest.raises(BadInput, match="tells people or families apart"):
        Plan(id="x", title="x", outcome_means="x", columns=columns, **SINGLED[name])
