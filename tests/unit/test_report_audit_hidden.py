"""What an audit keeps back follows from nothing else it says: not from shares, gates, ranks, names, weights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.audit.contact import contact_audit
from licet.audit.forecast import Audit, audit
from licet.audit.groups.dominance import dominated
from licet.audit.input.reading import people_of
from licet.audit.plan import Plan
from licet.errors import BadInput
from licet.files.audit_contact import read_contacts
from licet.report.audit.forecast_outputs import Outputs

NUMBER = 3000
PLAN: dict[str, Any] = {
    "id": "hidden", "title": "t", "outcome_means": "o", "draws": 200,
    "columns": {"person": "pid", "outcome": "y", "score": "score", "flag": "flag"},
}  # fmt: skip


def data(seed: int = 5) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    return pl.DataFrame({
        "pid": [f"P{i}" for i in range(NUMBER)],
        "score": draw.integers(0, 100, NUMBER),
        "flag": (draw.random(NUMBER) < 0.3).astype(int),
        "y": (draw.random(NUMBER) < 0.4).astype(int),
        "sex": draw.choice(["f", "m"], NUMBER),
        "one": np.arange(NUMBER) % 7,
    })  # fmt: skip


def made(frame: pl.DataFrame, **more: Any) -> Audit:
    return audit(people_of(Plan.model_validate({**PLAN, **more}), frame))


def shown(found: Audit) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Outputs(found).json())
    return document


def figures(content: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a document, with where it stands."""
    items: Any = ()
    if isinstance(content, dict):
        items = content.items()
    elif isinstance(content, list):
        items = enumerate(content)
    elif isinstance(content, int | float) and not isinstance(content, bool):
        yield path, float(content)
    for key, one in items:
        yield from figures(one, f"{path}.{key}")


OURS = (
    ".plan.",
    ".threshold",
    ".low",
    ".high",
    ".share",
    "tolerance",
    ".allowed",
    ".p_adjusted",
    ".index",
)
"""Numbers of the plan and of tolerances, and ends of intervals: no counts of people, nor shares of them."""


def tells(document: dict[str, Any], few: int, bases: tuple[int, ...]) -> list[str]:
    """Where a number says the hidden count: itself, or as a share of a number of people, six digits exact."""
    wanted = {round(few / base, 6) for base in bases} | {float(few)}
    own = [(path, value) for path, value in figures(document) if not any(o in path for o in OURS)]
    return [path for path, value in own if round(abs(value), 6) in wanted]


@pytest.mark.parametrize("few", [4, 7])
def test_how_many_are_flagged_follows_from_no_number(few: int) -> None:
    """Of 3,000 a few are flagged: no share, capacity, net benefit or demand says how many."""
    frame = data()
    flag = np.zeros(NUMBER, int)
    flag[10 : 10 + few] = 1
    found = made(frame.with_columns(flag=pl.Series(flag)), by=["sex"])
    document = shown(found)
    assert document["heads"]["flagged"] is None
    assert found.skill is not None and found.skill.capacity.share == few / NUMBER
    assert document["skill"]["capacity"]["share"] is None
    assert found.skill.capacity.share not in [one["share"] for one in document["skill"]["curve"]]
    cases = int(frame["y"].sum())
    assert not tells(document, few, (NUMBER, cases, NUMBER - cases))
    text = Outputs(found).csv() + Outputs(found).page() + Outputs(found).screen()
    assert f"{few / NUMBER:.5f}"[:7] not in text


def test_net_benefit_of_a_gate_says_no_count() -> None:
    """300 rightly flagged and 4 wrongly: net benefit to six digits would tell the 4."""
    frame = data()
    y = frame["y"].to_numpy()
    flag = np.zeros(NUMBER, int)
    flag[np.flatnonzero(y == 1)[:300]] = 1
    flag[np.flatnonzero(y == 0)[:4]] = 1
    document = shown(made(frame.with_columns(flag=pl.Series(flag))))
    assert document["groups"][0]["counts"]["fp"] is None
    gate = next(one for one in document["gates"] if one["id"] == "G2")
    asked = [one for one in gate["demands"] if one["measure"] == "benefit" and one["figure"]]
    assert asked and all(not one["figure"]["shown"] for one in asked)
    assert not document["benefit"]["groups"][0]["curve"]


def test_the_rank_of_the_only_case_is_not_told() -> None:
    """Forty people are judged beside a challenger, one of them with the outcome: an AUC is its rank."""
    frame = data().with_row_index("row")
    late = pl.col("row") >= NUMBER - 40
    days = pl.when(late).then(pl.date(2024, 1, 1)).otherwise(pl.date(2023, 1, 1))
    only = pl.when(late).then((pl.col("row") == NUMBER - 7).cast(pl.Int64)).otherwise("y")
    columns = PLAN["columns"] | {"as_of": "day"}
    found = made(
        frame.with_columns(day=days, y=only), columns=columns,
        challengers={"one": "one", "fit_before": "2024-01-01"},
    )  # fmt: skip
    assert found.skill is not None
    ranked = [n for n, row in enumerate(found.skill.compared) if row.cases == 1]
    assert ranked, "there is something to find"
    document = shown(found)
    for place in ranked:
        row = document["skill"]["compared"][place]
        assert row["n"] is None
        for side in ("tool", "own", "difference"):
            assert not any(one["shown"] for one in row[side].values()), side
    gate = next(one for one in document["gates"] if one["id"] == "G1")
    assert not any(one["figure"] and one["figure"]["shown"] for one in gate["demands"])


def test_names_of_groups_of_few_are_told_nowhere() -> None:
    """A column of names, and two of them of one person each."""
    who = np.where(np.arange(NUMBER) < 2, ["Jane Roe", "Ali Kahn"] * (NUMBER // 2), "others")
    frame = data().with_columns(who=pl.Series(who))
    found = made(frame, by=["who", "sex"], intersections=[["who", "sex"]])
    out = Outputs(found)
    for text in (out.json(), out.csv(), out.page(), out.screen(), str(out.workbook())):
        assert "Jane" not in text and "Ali Kahn" not in text
    assert "fewer than 10 people (1)" in out.json()


def test_an_error_lists_no_names_of_few() -> None:
    who = np.where(np.arange(NUMBER) < 2, ["Jane Roe", "Ali Kahn"] * (NUMBER // 2), "others")
    frame = data().with_columns(who=pl.Series(who))
    for more in ({"by": ["who"], "reference": {"who": "Jan Roe"}},
                 {"columns": PLAN["columns"] | {"arm": "who"}, "selection": {"random": "lot"}}):  # fmt: skip
        with pytest.raises(BadInput) as error:
            made(frame, **more)
        assert "others" in str(error.value)
        assert "Jane" not in str(error.value) and "Ali" not in str(error.value)


def test_names_of_groups_of_few_contacts_are_not_told() -> None:
    rows = [(f"{year}-{month:02d}", group, count) for year in (2023, 2024) for month in range(1, 13)
            for group, count in (("north", 90), ("south", 80), ("Jane Roe", int(month == 3)))]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["period", "group", "contacts"], orient="row")
    from datetime import date

    found = contact_audit(read_contacts(frame, by="group", compare=None), date(2024, 1, 1))
    assert "Jane Roe" not in repr(found) and "fewer than 10 contacts (1)" in repr(found)


@pytest.mark.parametrize("target", [0, 1, 3])
def test_a_rate_in_which_one_person_weighs_most_is_not_told(target: int) -> None:
    weight = np.ones(NUMBER)
    weight[target] = 2e4
    columns = PLAN["columns"] | {"weight": "w"}
    document = shown(made(data().with_columns(w=pl.Series(weight)), columns=columns, by=["sex"]))
    everybody = document["groups"][0]
    assert everybody["counts"]["people"] == NUMBER, "counts are of people"
    assert not everybody["rates"]["flag"]["shown"] and not everybody["rates"]["base"]["shown"]
    rates = [one for row in document["groups"] for one in row["rates"].values() if one["shown"]]
    assert not any(one["value"] in (0.0, 1.0) for one in rates)
    assert not any(point["precision"]["shown"] for point in document["skill"]["curve"])


@pytest.mark.parametrize(("weights", "told"), [
    ([1.0] * 10, False), ([5, 1, 1, 1, 1], True), ([4, 1, 1, 1, 1], False), ([43, 43, 7, 7], True),
    ([42, 42, 8, 8], False), ([1.0], True), ([], False),
])  # fmt: skip
def test_the_rule_of_dominance(weights: list[float], told: bool) -> None:
    """More than half by one, or more than 85 in 100 by two."""
    assert dominated(np.array(weights, float)) is told
