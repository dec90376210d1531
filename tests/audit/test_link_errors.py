"""Wrong links: the table of the facts on audits (section 4, item 5) made anew, and what it comes to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from licet.audit.beyond.link_errors import LinkReruns, LinkRow, auc, reruns
from licet.audit.beyond.link_weights import link_weights
from licet.errors import BadInput
from tests.audit.planned import compas, frame, read

TABLE = {
    "perfect": (0.721, 0.213, 0.164, 0.453, 0.629),
    "missed_by_group": (0.696, 0.220, 0.125, 0.424, 0.572),
    "missed-0.15-false-0": (0.692, 0.221, 0.148, 0.417, 0.560),
    "missed-0-false-0.1": (0.704, 0.218, 0.158, 0.445, 0.606),
    "refused_by_group": (0.719, 0.213, 0.164, 0.424, 0.422),
}
"""AUC, Brier score, difference in false positive rates, flagged, recall of all; means of 60 repeats."""

BLACK, WHITE = "African-American", "Caucasian"


def compas_reruns(shared: Path, repeats: int) -> LinkReruns:
    """Logit on age and log priors, these two groups only, flag from a chance of a half on."""
    data = compas(shared).filter(pl.col("race").is_in([BLACK, WHITE]))
    data = data.with_columns(log_priors=(pl.col("priors_count") + 1).log())
    people = read(
        data,
        columns={"outcome": "two_year_recid", "score": "decile_score", "flag": "flag"},
        by=["race"],
        flagged={},
        challengers={"two": ["age", "log_priors"]},
        link_errors={
            "features": ["log_priors"], "missed": [0.15], "false": [0.1], "at_least": 0.5,
            "missed_by_group": {BLACK: 0.15, WHITE: 0.05},
            "refused_by_group": {BLACK: 0.4, WHITE: 0.1}, "repeats": repeats,
        },
    )  # fmt: skip
    found = reruns(people)
    assert found is not None
    return found


def figures(row: LinkRow) -> tuple[float, ...]:
    gap = next(gap for key, gap in row.gaps if key.group == BLACK)
    return tuple(e.value for e in (row.auc, row.brier, gap, row.flagged, row.recall))


def test_the_table_of_the_facts_is_made_anew(shared: Path, full: bool) -> None:
    found = compas_reruns(shared, 60 if full else 24)
    rows = {row.id: row for row in found.rows}
    for name, printed in TABLE.items():
        assert figures(rows[name]) == pytest.approx(printed, abs=0.008 if full else 0.012), name
    perfect, missed, refused = (rows[n] for n in ("perfect", "missed_by_group", "refused_by_group"))
    assert missed.shrinks.value == pytest.approx(0.039, abs=0.008)
    assert missed.loss.value == pytest.approx(-0.025, abs=0.005)
    assert refused.recall.value < 0.7 * perfect.recall.value
    assert abs(refused.shrinks.value) < 0.01 and abs(refused.loss.value) < 0.005


def test_the_report_says_that_missed_links_shrink_the_gap_while_the_tool_gets_worse(
    shared: Path,
) -> None:
    words = compas_reruns(shared, 10).words
    assert words[0].startswith("Missed links shrink the gap while the tool gets worse")
    assert "Losing data looks like fairness" in words[0]
    assert "of all with the outcome" in words[1]


def test_the_same_seed_gives_the_same_table() -> None:
    data = frame(600).with_columns(x=pl.col("score") + 0.1)
    asked = {"challengers": {"two": ["age", "x"]}, "link_errors": {"features": ["x"], "repeats": 3}}
    first, again = (reruns(read(data, by=["town"], **asked)) for _ in range(2))
    assert first == again
    assert reruns(read(data, by=["town"], seed=2, **asked)) != first


def test_links_lost_for_all_leave_nothing_to_tell_apart() -> None:
    data = frame(2000).with_columns(x=pl.col("score"), constant=pl.col("age") % 2)
    asked = {"challengers": {"two": ["x", "constant"]},
             "link_errors": {"features": ["x"], "missed": [0.9], "false": [], "repeats": 4}}  # fmt: skip
    found = reruns(read(data, **asked))
    assert found is not None and [row.id for row in found.rows] == ["perfect", "missed-0.9-false-0"]
    assert found.rows[1].auc.value < found.rows[0].auc.value - 0.1


def test_a_model_that_cannot_be_known_has_no_figures() -> None:
    """The feature tells the outcome apart completely: no coefficient is estimated."""
    data = frame(400).with_columns(x=pl.col("y") * 2.0 - 1)
    asked = {"challengers": {"two": ["x", "age"]},
             "link_errors": {"features": ["x"], "missed": [], "false": [], "repeats": 2}}  # fmt: skip
    found = reruns(read(data, **asked))
    assert found is not None and np.isnan(found.rows[0].auc.value)


def test_what_cannot_be_rerun_is_refused_or_not_there() -> None:
    assert reruns(read()) is None
    asked = {"challengers": {"two": ["age", "id"]}, "link_errors": {"features": ["score"]}}
    with pytest.raises(BadInput, match="unknown feature 'score'"):
        reruns(read(**asked))
    asked["link_errors"] = {"features": ["age"], "missed_by_group": {"Nort": 0.1}}
    with pytest.raises(BadInput, match="write 'North'"):
        reruns(read(by=["town"], **asked))


def doubtful() -> pl.DataFrame:
    """Where links are doubtful (the North), the score says nothing."""
    rng = np.random.default_rng(8)
    data = frame(3000)
    north = (data["town"] == "North").to_numpy()
    p = np.where(north, 0.4, 0.98)
    true = rng.random(3000) < p
    score = np.where(true, data["score"].to_numpy(), rng.permutation(data["score"].to_numpy()))
    return data.with_columns(score=pl.Series(score), p=pl.Series(p))


def test_a_fixed_score_is_weighted_and_imputed_by_the_chances_of_its_links() -> None:
    columns = {"outcome": "y", "score": "score", "link_probability": "p"}
    found = link_weights(read(doubtful(), columns=columns, by=["town"]))
    assert found is not None and found.how == "weights"
    assert "cannot be made anew" in found.words[0]
    linked, weighted, imputed = found.rows
    assert weighted.auc.value > linked.auc.value
    assert imputed.auc.value == pytest.approx(weighted.auc.value, abs=0.005)
    assert imputed.auc.se > 1.02 * weighted.auc.se, "the doubt of the links is in the interval"
    assert link_weights(read()) is None


def test_certain_links_change_nothing() -> None:
    data = frame(800).with_columns(p=pl.lit(1.0))
    found = link_weights(
        read(data, columns={"outcome": "y", "score": "score", "link_probability": "p"})
    )
    assert found is not None
    assert {row.auc.value for row in found.rows} == {found.rows[0].auc.value}


def test_auc_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    score, yes, weight = (
        rng.integers(0, 9, 500).astype(float),
        rng.random(500) < 0.3,
        rng.random(500),
    )
    assert auc(score, yes, weight) == pytest.approx(
        roc_auc_score(yes, score, sample_weight=weight), abs=1e-12
    )
