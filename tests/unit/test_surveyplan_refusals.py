"""What a plan of a survey refuses, and that it tells all faults at once."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from licet.errors import BadInput
from licet.surveyplan.samples import population
from tests.factories import planned


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"interviews": 0}, "interviews"),
        ({"interviews": 100_001}, "interviews"),
        ({"interviews": None}, "interviews"),
        ({"invited": 100}, "interviews"),
        ({"interviews": None, "invited": 100}, "response_rate"),
        ({"response_rate": 0}, "response_rate"),
        ({"response_rate": 55}, "response_rate"),
        ({"response_rate": float("nan")}, "response_rate"),
        ({"attrition": 1}, "attrition"),
        ({"no_answer": -0.1}, "no_answer"),
        ({"dont_know": 1.5}, "dont_know"),
        ({"no_answer": 0.6, "dont_know": 0.4}, "items.police"),
        ({"item_correlation": 1.1}, "item_correlation"),
        ({"groups": {}}, "groups"),
        ({"groups": {f"g{n}": {"share": 0.1} for n in range(13)}}, "groups"),
        ({"groups": {"all": {"share": 0.5}}}, "groups"),
        ({"groups": {"black": {"share": 0}}}, "groups.black.share"),
        ({"groups": {"black": {"share": 1.01}}}, "groups.black.share"),
        ({"groups": {"black": {"share": 0.1, "boost": -1}}}, "groups.black.boost"),
        ({"groups": {"black": {"share": 0.1, "deff": 0.5}}}, "groups.black.deff"),
        ({"items": {}}, "items"),
        ({"items": {"a": {"share": 0.5, "number": 51}}}, "items"),
        ({"items": {"a": {"share": 0.5, "number": 0}}}, "items.a.number"),
        ({"items": {"a": {"share": 0.5, "k": 4}}}, "items.a.k"),
        ({"items": {"a": {"share": 60}}}, "items.a.share"),
        ({"items": {"a": {"share": [0.6, 0.5]}}}, "items.a.share"),
        ({"items": {"a": {"share": 0.5, "shares": {"blak": 0.5}}}}, "items.a.shares"),
        ({"items": {"a": {"share": 0.5, "shares": {"black": 2}}}}, "items.a.shares.black"),
        ({"items": {"a": {"share": 0.5, "no_answer": 1}}}, "items.a.no_answer"),
        ({"design": {"deff": 0.9}}, "design.deff"),
        ({"design": {"deff": 2, "weights_cv": 0.5}}, "design"),
        ({"design": {"cluster_size": 10}}, "design"),
        ({"design": {"cluster_size": 10, "cluster_correlation": 1.2}}, "cluster_correlation"),
        ({"design": {"cluster_size": 10, "cluster_correlation": -0.1}}, "cluster_correlation"),
        ({"design": {"weights_cv": -1}}, "design.weights_cv"),
        ({"costs": {"interview": -1}}, "interview"),
        ({"costs": {"boost": float("inf")}}, "boost"),
        ({"overlaps": [{"groups": ["black", "x"], "share": 0.01}]}, "overlaps[1].groups"),
        ({"overlaps": [{"groups": ["black", "black"], "share": 0.01}]}, "overlaps[1].groups"),
        ({"overlaps": [{"groups": ["black", "lone"], "share": 0.06}]}, "overlaps[1].share"),
    ],
)
def test_an_impossible_plan_is_refused(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        planned(**changes)
    assert [fault for fault in refused.value.faults if where in fault.where]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        planned(
            interviews=-1,
            attrition=2,
            groups={"black": {"share": 3}},
            items={"a": {"share": 2, "shares": {"blak": 0.1}}},
            design={"deff": 0},
        )
    assert len(refused.value.faults) == 6
    assert "'black'" in str(refused.value)


def test_no_population_has_impossible_overlaps() -> None:
    # Each of three groups is a half; no two share anybody.
    groups = {name: {"share": 0.5} for name in "abc"}
    pairs = [{"groups": p, "share": 0} for p in itertools.combinations("abc", 2)]
    with pytest.raises(BadInput, match="no population"):
        population(planned(groups=groups, overlaps=pairs))
