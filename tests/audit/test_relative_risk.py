"""Adjusted risk ratios: the figures published of COMPAS, the fits of scikit-learn, what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.groups.relative_risk import RiskRatio, flag_risk_ratios, risk_ratios
from licet.audit.score.logit import covariance, fit, lines
from licet.errors import BadInput
from tests.audit.planned import compas
from tests.audit.scores import made


def table(number: int = 800, seed: int = 4) -> tuple[np.ndarray, dict[str, pl.Series]]:
    rng = np.random.default_rng(seed)
    town = rng.choice(["North", "South"], number, p=[0.3, 0.7])
    age = rng.normal(0, 1, number)
    flag = rng.random(number) < 1 / (1 + np.exp(1 - 0.8 * (town == "North") - 0.5 * age))
    return flag.astype(float), {"town": pl.Series(town), "age": pl.Series(age)}


def ratios(
    flag: np.ndarray, columns: dict[str, pl.Series], **more: object
) -> tuple[RiskRatio, ...]:
    n = len(flag)
    declared = {"reference": {}, "weight": np.ones(n), "cluster": np.arange(n), **more}
    return risk_ratios(flag, columns, **declared)  # type: ignore[arg-type]


def test_coefficients_are_those_of_scikit_learn() -> None:
    import sklearn.linear_model as linear

    flag, columns = table()
    weight = np.random.default_rng(1).integers(1, 4, 800).astype(float)
    design = np.stack([np.ones(800), columns["town"] == "North", columns["age"]], axis=1).astype(
        float
    )
    model = linear.LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000)
    model.fit(design[:, 1:], flag, sample_weight=weight)
    expected = [model.intercept_[0], *model.coef_[0]]
    assert fit(design, flag, weight) == pytest.approx(expected, abs=1e-6)


def test_one_group_alone_is_the_plain_ratio_with_its_plain_interval() -> None:
    """40 of 100 against 20 of 100: 2, and the logarithm's variance 1/40 - 1/100 + 1/20 - 1/100."""
    flag = np.repeat([1.0, 0, 1, 0], [40, 60, 20, 80])
    town = pl.Series(["North"] * 100 + ["South"] * 100)
    (one,) = ratios(flag, {"town": town}, reference={"town": "South"})
    assert one.ratio.value == pytest.approx(2) and one.ratio.n == 100
    se = (1 / 40 - 1 / 100 + 1 / 20 - 1 / 100) ** 0.5 * (200 / 199) ** 0.5
    assert (one.ratio.low, one.ratio.high) == pytest.approx(
        (2 * np.exp(-1.96 * se), 2 * np.exp(1.96 * se)), rel=1e-4
    )


def test_families_widen_the_interval() -> None:
    flag, columns = table()
    rows = np.repeat(np.arange(800), 3)
    three = {name: column.gather(rows) for name, column in columns.items()}
    single = ratios(flag, columns)[0].ratio
    family = ratios(flag[rows], three, cluster=rows)[0].ratio
    naive = ratios(flag[rows], three)[0].ratio
    assert family.value == pytest.approx(single.value, rel=1e-6)
    assert family.se == pytest.approx(single.se, rel=1e-3)
    assert naive.se == pytest.approx(single.se / 3**0.5, rel=1e-2)


def test_the_largest_group_is_the_reference_where_none_is_named() -> None:
    found = ratios(*table())
    assert [(one.column, one.level, one.reference) for one in found] == [
        ("town", "North", "South"), ("age", "", ""),
    ]  # fmt: skip


def test_what_cannot_be_told_apart_is_not_known() -> None:
    flag, columns = table()
    twice = ratios(flag, {**columns, "again": columns["town"]})
    assert not any(one.ratio.known for one in twice)
    told = ratios(flag, {"told": pl.Series(np.where(flag == 1, "yes", "no"))})
    assert not told[0].ratio.known


def test_people_of_whom_something_is_unknown_are_left_out() -> None:
    flag, columns = table()
    gaps = {**columns, "town": columns["town"].scatter(np.arange(100), None)}
    assert ratios(flag, gaps) == ratios(
        flag[100:], {name: column[100:] for name, column in columns.items()}
    )


def test_a_reference_nobody_is_of_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown reference 'Nroth'") as error:
        ratios(*table(), reference={"town": "Nroth"})
    assert "'North'" in str(error.value)
    with pytest.raises(BadInput, match="nobody"):
        ratios(np.full(800, np.nan), table()[1])


def test_of_people_groups_are_adjusted_for_each_other_and_the_outcome() -> None:
    flag, columns = table()
    rng = np.random.default_rng(2)
    names, codes = np.unique(columns["town"].to_numpy().astype(str), return_inverse=True)
    people = made(rng.random(800) < 0.3, None, flag, by=("town",), reference={"town": "South"},
                  levels={"town": (codes.astype(np.int64), tuple(names))},
                  features=pl.DataFrame({"age": columns["age"]}))  # fmt: skip
    found = flag_risk_ratios(people, ["age"])
    assert [one.column for one in found] == ["town", "age", "outcome"]
    same = ratios(flag, {**columns, "y": pl.Series(people.y)}, reference={"town": "South"})
    assert found[0].ratio.value == pytest.approx(same[0].ratio.value)
    with pytest.raises(BadInput, match="unknown feature"):
        flag_risk_ratios(people, ["agee"])
    hidden = replace(people, y=np.full(800, np.nan))
    with pytest.raises(BadInput, match="nobody"):
        flag_risk_ratios(hidden)


def test_many_lines_at_once_are_the_fits_one_by_one() -> None:
    rng = np.random.default_rng(5)
    place = np.linspace(-2, 2, 30)
    counts = rng.integers(1, 20, (7, 30, 2)).astype(float)
    design = np.stack([np.ones(60), np.tile(place, 2)], axis=1)
    y = np.repeat([0.0, 1.0], 30)
    expected = [fit(design, y, one.T.ravel()) for one in counts]
    assert lines(place, counts, np.zeros(2)) == pytest.approx(np.array(expected), abs=1e-6)


def test_one_cluster_shows_no_spread() -> None:
    flag, columns = table()
    design = np.stack([np.ones(800), columns["age"]], axis=1).astype(float)
    found = fit(design, flag, np.ones(800))
    assert np.isnan(covariance(design, flag, np.ones(800), found, np.zeros(800, int))).all()


def test_compas_to_the_printed_digits(shared: Path) -> None:
    """Facts, section 2, filtered regression: 1.453, 1.195, 2.496."""
    data = compas(shared).filter(
        (pl.col("days_b_screening_arrest").abs() <= 30)
        & (pl.col("is_recid") != -1)
        & (pl.col("c_charge_degree") != "O")
        & (pl.col("score_text") != "N/A")
    )
    assert len(data) == 6172
    names = ("sex", "age_cat", "race", "priors_count", "c_charge_degree", "two_year_recid")
    reference = {"sex": "Male", "age_cat": "25 - 45", "race": "Caucasian", "c_charge_degree": "F"}
    found = ratios(
        data["flag"].to_numpy().astype(float),
        {name: data[name] for name in names},
        reference=reference,
    )
    by_level = {one.level: round(one.ratio.value, 3) for one in found if one.level}
    assert by_level["African-American"] == 1.453
    assert by_level["Female"] == 1.195
    assert by_level["Less than 25"] == 2.496
