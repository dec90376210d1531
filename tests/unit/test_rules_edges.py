"""Rules of several rooms where they find nothing to go by, or have to end."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
import sklearn.cluster
import sklearn.decomposition
import sklearn.metrics  # noqa: F401 - reading it draws from `random`, once

from licet.declared import _annotation
from licet.dialogue.agreement import latest
from licet.dialogue.opinions import opinions
from licet.errors import BadInput, bad
from licet.evidence import DesignDeclaration
from licet.feeds.profile import count_parts
from licet.linkage import clusters
from licet.planning import interviews_needed
from licet.readings import check_design
from licet.survey.answers import Answers
from licet.survey.design import declare_design
from licet.survey.matrix import question
from licet.survey.variance import average_factor
from licet.surveyplan.declaring import plan_of
from licet.use import Use
from licet.weighting import trimming
from licet.weighting.raking import rake
from licet.weighting.trimming import Trim, trim
from tests import factories
from tests.weights import DESIGN_WEIGHTS, MARGINS


def test_a_key_that_a_document_does_not_have_is_of_no_type() -> None:
    assert _annotation(("nothing",), Use) == ("", None)


def test_the_last_vote_counts() -> None:
    assert latest([("a", "yes"), ("b", "no"), ("a", "no")]) == {"a": "no", "b": "no"}  # type: ignore[list-item]


def test_two_camps_are_two_groups() -> None:
    """Twenty people who agree where twenty others disagree, on eight statements; each left one out."""
    votes = np.repeat([[1.0] * 8, [-1.0] * 8], 20, axis=0)
    votes[:, :4] *= np.repeat([1, 1], 20)[:, None]
    votes[np.arange(40), np.arange(40) % 8] = np.nan
    found = opinions(votes)
    assert found is not None and found.groups == 2
    assert len(set(found.labels[:20].tolist())) == len(set(found.labels[20:].tolist())) == 1


def test_where_everybody_votes_alike_there_are_no_groups() -> None:
    assert opinions(np.ones((40, 8))) is None


def test_a_change_of_the_whole_address_is_one_of_each_of_its_parts() -> None:
    changes = pl.DataFrame(
        {"field": ["address"], "change": ["placeholder"], "rows": [3], "more": [""]}
    )
    found: Any = SimpleNamespace(changes=changes)
    assert sum(count_parts(found, "street", 6, 10)) == 10
    assert count_parts(found, "street", 6, 10) != count_parts(found, "given", 6, 10)


def test_edges_that_are_none_are_refused() -> None:
    for (a, b, weight), said in (
        (([0], [1, 1], [1.0]), "1, 2 and 1 ends"), (([0], [1], [np.nan]), "edge 0 is not a number"),
        (([0], [7], [1.0]), "a row that is not there"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=said):
            clusters._edges(2, a, b, weight)
    assert not clusters.clash(5, 5)


def test_one_interview_settles_what_is_far_from_the_line() -> None:
    """Nobody agrees, and the line is 99 %: the interval of 0 in 1 ends at 97.5 %, below it."""
    assert interviews_needed(0.0, 0.99, 1.0).effective == 1


def test_evidence_without_a_design_has_none_to_check() -> None:
    answers = Answers(pl.DataFrame({"q": [1]}))
    check_design(factories.evidence(factories.LICENSED), answers)


def test_replicate_weights_carry_their_calibration_themselves() -> None:
    with pytest.raises(BadInput, match="replicate weights and a calibration"):
        DesignDeclaration(
            weight="w",
            replicates=("r1", "r2"),
            replicate_kind="brr",
            calibration={"margins": ["age"]},
        )  # type: ignore[arg-type]


def test_a_measured_number_is_no_item_with_options() -> None:
    with pytest.raises(BadInput, match="61 different answers"):
        question(Answers(pl.DataFrame({"q": [str(n) for n in range(61)]})), "q")


def test_another_policy_makes_no_factor() -> None:
    held = np.ones((1, 3), bool)
    assert average_factor(declare_design(None, size=2), held).tolist() == [1, 1, 1]


def test_what_a_survey_costs_is_not_below_zero() -> None:
    plan = {"interviews": 400, "groups": {"a": {"share": 0.5}}, "items": {"a": {"share": 0.5}}}
    with pytest.raises(BadInput, match="cost"):
        plan_of({**plan, "costs": {"fixed": 1e13}})


def test_trimming_says_what_cannot_be_met_with_those_at_the_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fitted = rake(DESIGN_WEIGHTS, MARGINS)
    monkeypatch.setattr(trimming, "RELEASED_UNTIL", -1)
    assert trim(DESIGN_WEIGHTS, MARGINS, fitted, Trim(1.2)).high > 0

    def refuse(*_: object) -> None:
        raise bad("no weights")

    monkeypatch.setattr(trimming, "rake", refuse)
    with pytest.raises(BadInput, match="with those at the bounds held, no weights"):
        trim(DESIGN_WEIGHTS, MARGINS, fitted, Trim(1.2))
