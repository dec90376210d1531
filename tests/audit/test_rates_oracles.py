"""Point values against fairlearn (run here) and aequitas 1.1.0 (its committed answers), to 1e-12."""

from __future__ import annotations

import csv
import os
import subprocess
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.groups.rates import GroupRates, group_rates
from tests.audit.aequitas.make_people import text
from tests.audit.planned import read

HERE = Path(__file__).parent / "aequitas"
REFERENCE = {"race": "White", "sex": "male", "age": "prime"}
EXACT = 1e-12


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    return pl.read_csv(HERE / "people.csv")


def rates_of(data: pl.DataFrame, **changes: object) -> GroupRates:
    columns = {"outcome": "label_value", "flag": "score", **changes.pop("columns", {})}  # type: ignore[dict-item]
    declared = {"by": tuple(REFERENCE), "reference": REFERENCE, "flagged": {}, **changes}
    return group_rates(read(data, columns=columns, **declared), draws=20)


AEQUITAS = {
    "flag": "pprev",
    "fpr": "fpr",
    "fnr": "fnr",
    "ppv": "precision",
    "fdr": "fdr",
    "base": "prev",
}
"""aequitas' ``ppr`` is a group's share of all flags; its share flagged is ``pprev``."""


def test_the_people_come_out_of_their_recipe() -> None:
    assert (HERE / "people.csv").read_text(encoding="utf-8") == text()


@pytest.mark.skipif(
    "LICET_AEQUITAS" not in os.environ,
    reason="no aequitas 1.1.0. Next: name a Python that has it in LICET_AEQUITAS",
)
def test_the_groups_come_out_of_aequitas(tmp_path: Path) -> None:
    for name in ("people.csv", "ask_aequitas.py"):
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    subprocess.run(
        [os.environ["LICET_AEQUITAS"], tmp_path / "ask_aequitas.py"],
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "groups.csv").read_bytes() == (HERE / "groups.csv").read_bytes()


def test_rates_counts_and_ratios_are_those_of_aequitas(people: pl.DataFrame) -> None:
    found = rates_of(people)
    by_name = {(key.by, key.group): key for key in found.counts if key}
    rows = list(csv.DictReader((HERE / "groups.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(by_name) == 9
    for row in rows:
        key = by_name[row["attribute_name"], row["attribute_value"]]
        assert found.counts[key] == (*(int(row[name]) for name in ("tp", "fp", "fn", "tn")), 0)
        for measure, name in AEQUITAS.items():
            rate = found.rate(key, measure)
            assert rate.estimate.value == pytest.approx(float(row[name]), abs=EXACT)
            if measure != "base" and not key.reference:
                ratio = found.gap(key, measure, "reference").ratio.value
                assert ratio == pytest.approx(float(row[f"{name}_disparity"]), abs=EXACT)


@pytest.fixture(scope="module")
def measures() -> dict[str, object]:
    """By measure, fairlearn's function. A module's fixture, for importing it draws a random number."""
    from fairlearn.metrics import (
        false_negative_rate,
        false_positive_rate,
        mean_prediction,
        selection_rate,
    )
    from sklearn.metrics import precision_score

    def base(y_true: np.ndarray, y_pred: np.ndarray, sample_weight: np.ndarray) -> float:
        return float(mean_prediction(y_true, y_true, sample_weight=sample_weight))

    def wrong(y_true: np.ndarray, y_pred: np.ndarray, sample_weight: np.ndarray) -> float:
        return 1 - float(precision_score(y_true, y_pred, sample_weight=sample_weight))

    return {
        "flag": selection_rate,
        "fpr": false_positive_rate,
        "fnr": false_negative_rate,
        "ppv": precision_score,
        "fdr": wrong,
        "base": base,
    }


@pytest.mark.parametrize("weighted", [False, True])
def test_rates_and_gaps_are_those_of_fairlearn(
    people: pl.DataFrame, measures: dict[str, object], weighted: bool
) -> None:
    from fairlearn.metrics import MetricFrame

    weight = (
        np.random.default_rng(2).lognormal(0, 0.6, people.height)
        if weighted
        else np.ones(people.height)
    )
    data = people.with_columns(weight=pl.Series(weight))
    crossed = tuple((a, b) for a, b in [("race", "sex"), ("sex", "age")])
    found = rates_of(data, columns={"weight": "weight"}, intersections=crossed)
    for by in (("race",), ("sex",), ("age",), *crossed):
        frame = MetricFrame(
            metrics=measures,
            y_true=data["label_value"].to_numpy(),
            y_pred=data["score"].to_numpy(),
            sensitive_features=data.select(by).to_pandas(),
            sample_params={name: {"sample_weight": weight} for name in measures},
        )
        keys = [key for key in found.counts if key and key.by == " x ".join(by)]
        assert len(keys) == len(frame.by_group)
        for key in keys:
            place = tuple(key.group.split(" & "))
            theirs = frame.by_group.loc[place if len(place) > 1 else place[0]]
            for measure in measures:
                assert found.rate(key, measure).estimate.value == pytest.approx(
                    theirs[measure], abs=EXACT
                )
                if key.by in REFERENCE and not key.reference:
                    own = found.gap(key, measure, "reference").difference.value
                    other = theirs[measure] - frame.by_group.loc[REFERENCE[key.by], measure]
                    assert own == pytest.approx(other, abs=EXACT)
        for measure in measures:
            assert found.rate(None, measure).estimate.value == pytest.approx(
                frame.overall[measure], abs=EXACT
            )
