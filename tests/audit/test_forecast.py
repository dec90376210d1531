"""The whole forecast audit: the two known tools, every door, and nothing of anybody in what comes out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyreadstat
import pytest

from licet.audit.forecast import Audit, audit, looked_into_only
from licet.audit.input.reading import people_of
from licet.audit.plan import Plan
from licet.audit.standing import NOT_PERMISSION, Standing
from licet.chapters.auditing_forecast import audit_forecast, grounds_of
from licet.chapters.ruling import assess
from licet.errors import BadInput
from tests import factories
from tests.audit.planned import compas, frame, plan, read, sweden

TODAY = date(2026, 6, 1)
COMPAS: dict[str, Any] = {
    "columns": {"outcome": "two_year_recid", "score": "decile_score", "flag": "flag"},
    "by": ["race"],
    "flagged": {"at_least": 5},
    "challengers": {"two": ["age", "priors_count"]},
}


@pytest.fixture(scope="module")
def of_compas(shared: Path) -> Audit:
    return audit(read(compas(shared), draws=500, **COMPAS))


def test_compas_fails_against_two_numbers_and_between_groups(of_compas: Audit) -> None:
    beats, alike = of_compas.gate("G1"), of_compas.gate("G4")
    assert beats.standing is alike.standing is Standing.FAIL
    gain = beats.demands[0].estimate
    assert gain is not None
    assert (gain.value, gain.low, gain.high) == pytest.approx((-0.020, -0.031, -0.010), abs=0.003)
    failing = {(d.measure, d.key.group) for d in alike.deciding if d.key}
    assert {
        ("fpr", "African-American"),
        ("fnr", "African-American"),
        ("fpr", "Caucasian"),
    } <= failing
    assert of_compas.sentence.startswith(
        "No evidence that it works well and fairly enough to be used."
    )
    assert of_compas.sentence.endswith(NOT_PERMISSION)


def test_compas_is_calibrated_by_race_and_unequal_both(of_compas: Audit) -> None:
    assert of_compas.calibration is not None and of_compas.rates is not None
    by_race = {row.key.group: row for row in of_compas.calibration.groups if row.key}
    assert by_race["African-American"].observed_expected.value == pytest.approx(1.02, abs=0.006)
    assert by_race["Caucasian"].observed_expected.value == pytest.approx(0.98, abs=0.006)
    key = by_race["African-American"].key
    assert 100 * of_compas.rates.rate(key, "fpr").estimate.value == pytest.approx(44.85, abs=0.005)
    small = of_compas.gate("G4").notes
    assert "Native American" in small[0] and "no sign of fairness" in small[0]


@pytest.mark.parametrize(("name", "over"), [
    ("income", Standing.UNDETERMINED), ("foreign", Standing.UNDETERMINED),
    ("education", Standing.PASS), ("gender", Standing.PASS),
])  # fmt: skip
def test_sweden_is_not_shown(shared: Path, name: str, over: Standing) -> None:
    found = audit(people_of(*sweden(shared, name, draws=1000)))
    beats = found.gate("G1")
    assert beats.standing is Standing.UNDETERMINED, "no features, no simple rule"
    lifts = [demand for demand in beats.demands if demand.measure == "lift"]
    assert len(lifts) == 4 and {demand.standing for demand in lifts} == {Standing.PASS}
    share = next(demand for demand in found.gate("G4").demands if demand.measure == "over")
    assert share.standing is over
    if over is Standing.UNDETERMINED:
        assert share.people is not None and share.people > 6129
        assert found.gate("G4").standing is not Standing.PASS
    assert any("from 1.14 to 1.66 times" in note for note in found.notes)
    assert found.standing is not Standing.PASS and found.skill is None and found.rates is None


def whole(value: Any) -> Iterator[Any]:
    """Every value inside, and inside of these."""
    yield value
    parts: list[Any] = []
    if dataclasses.is_dataclass(value):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        parts = list(value)
    for part in parts:
        yield from whole(part)


def everything() -> Audit:
    """An audit of every part there is."""
    n = 3000
    rng = np.random.default_rng(2)
    data = frame(n, link=rng.beta(9, 1, n), x=rng.normal(size=n)).with_columns(
        who=pl.int_range(n) + 987_654_000,
        day=pl.Series([date(2024, 1 + 3 * (k % 4), 1) for k in range(n)]),
        a=(pl.col("score") > 0.4).cast(pl.Int8),
        practice=pl.Series(rng.integers(0, 2, n)),
    )
    data = data.with_columns(b=(pl.col("a") == 1) & pl.Series(rng.random(n) < 0.5))
    people = read(
        data,
        columns={"outcome": "y", "score": "score", "person": "who", "as_of": "day",
                 "link_probability": "link", "practice": "practice"},
        by=["town"], probability=True, intersections=[],
        challengers={"one": "age", "two": ["age", "x"]},
        link_errors={"features": ["x"], "repeats": 3, "missed": [0.1], "false": []},
        stages=[{"id": "a", "column": "a"}, {"id": "b", "column": "b"}],
        outcomes=[{"id": "same", "expression": "y == 1"}],
        tolerances={"recall": 0.2}, outcome_days=30, follow_up_until=date(2026, 1, 1),
    )  # fmt: skip
    counts = pl.DataFrame({"by": ["all"], "group": [""], "people": [3500]})
    return audit(people, counts)


def test_nothing_of_a_person_comes_out() -> None:
    found = everything()
    for part in (found.rates, found.skill, found.calibration, found.benefit, found.stability,
                 found.outside, found.funnel):  # fmt: skip
        assert part is not None
    assert len(found.links) == 2
    values = list(whole(found))
    assert not [v for v in values if isinstance(v, np.ndarray | pl.DataFrame | pl.Series)]
    assert not [v for v in values if isinstance(v, int) and 987_654_000 <= v < 987_657_000]
    assert not re.search(r"\b98765[4-7]\d{3}\b", repr(found))
    longest = max(len(v) for v in values if isinstance(v, tuple | list | Mapping))
    assert longest < 100, "no list is as long as there are people"


def test_every_gate_has_reasons_and_the_audit_is_the_same_again() -> None:
    first = everything()
    assert repr(first) == repr(everything())
    assert [gate.id for gate in first.gates] == [f"G{n}" for n in range(8)]
    assert all(gate.reasons for gate in first.gates)
    assert first.heads.people == 3000 and first.heads.clusters == 3000
    assert "does not count: North, South" in first.gate("G6").notes[0]


def door(tmp_path: Path, kind: str, data: pl.DataFrame) -> Any:
    path = tmp_path / f"scored.{kind}"
    if kind == "csv":
        data.write_csv(path)
    elif kind == "parquet":
        data.write_parquet(path)
    elif kind == "sav":
        pyreadstat.write_sav(data, str(path))
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(data.columns)
        for row in data.iter_rows():
            sheet.append(row)
        book.save(path)
    else:
        return pd.DataFrame(data.to_dict(as_series=False))
    return path


def test_every_door_leads_to_the_same_audit(tmp_path: Path) -> None:
    data = frame(600).with_columns(pl.col("score").round(4))
    found = {
        kind: audit_forecast(plan(by=["town"]), door(tmp_path, kind, data), today=TODAY)
        for kind in ("csv", "parquet", "sav", "xlsx", "pandas")
    }
    gates = {repr(one.gates) for one in found.values()}
    assert len(gates) == 1
    assert len({one.data_hash for one in found.values()}) == 1, (
        "another file is no way round a record"
    )


@pytest.mark.parametrize(("rows", "words"), [
    ([], "holds no people"),
    ([["y", "y"], [1, 2]], "stands there twice"),
    ([["y", None, "s"], [1, 2, 3]], "column 2 has no name"),
])  # fmt: skip
def test_a_wrong_workbook_is_refused(tmp_path: Path, rows: list[Any], words: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "scored.xlsx")
    with pytest.raises(BadInput, match=words):
        audit_forecast(plan(), tmp_path / "scored.xlsx", today=TODAY)


def test_an_unknown_kind_of_file_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "scored.xslx").write_text("y,score\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"write '\.xlsx' if that is meant"):
        audit_forecast(plan(), tmp_path / "scored.xslx", today=TODAY)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scored.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(BadInput, match="cannot be read"):
        audit_forecast(plan(), tmp_path / "scored.xlsx", today=TODAY)


def test_outcomes_of_the_looked_into_only_are_noticed_and_said() -> None:
    data = frame(2000)
    known = pl.when((pl.col("score") > 0.5) | (pl.col("id") % 10 == 0)).then("y")
    people = read(data.with_columns(y=known))
    assert looked_into_only(people) and not looked_into_only(read(data))
    found = audit(people)
    assert found.conditional
    assert any("conditional on being looked into" in note for note in found.notes)
    assert all(gate.standing is not Standing.PASS for gate in found.gates[1:5])
    assert found.outside is not None
    assert found.outside.everybody.recall.low.value < found.outside.everybody.recall_inside.value


def test_people_drawn_by_lot_with_scores_speak_for_all() -> None:
    rng = np.random.default_rng(1)
    lot = rng.random(4000) < 0.5
    data = frame(4000).with_columns(arm=pl.Series(np.where(lot, "lot", "tool")))
    data = data.filter(pl.Series(lot) | (pl.col("score") > 0.5))
    found = audit(
        read(data, columns={"outcome": "y", "score": "score", "arm": "arm"}, by=["town"],
             selection={"random": "lot"}, probability=True)
    )  # fmt: skip
    assert found.selective is not None and not found.conditional
    assert found.skill is not None and found.skill.n == int(lot.sum())


def test_counts_of_few_people_are_not_in_the_notes() -> None:
    data = frame(500).with_columns(y=pl.when(pl.col("id") < 3).then(None).otherwise("y"))
    notes = " ".join(audit(read(data)).notes)
    assert "fewer than 10 people is not known" in notes


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return factories.town(tmp_path / "town")


def planned_in(root: Path, data: pl.DataFrame, use: str) -> Audit:
    (root / "audits").mkdir(exist_ok=True)
    path = root / "audits" / "plan.toml"
    path.write_text(
        'id = "p"\ntitle = "P"\noutcome_means = "known"\ndraws = 200\n'
        f'use = "{use}"\n[columns]\noutcome = "y"\nscore = "score"\n[flagged]\nat_least = 0.5\n',
        encoding="utf-8",
    )
    return audit_forecast(path, data, today=TODAY, folder=root / "audits")


def test_the_licence_of_the_use_is_that_of_its_ruling(workspace: Path) -> None:
    found = planned_in(workspace, frame(500), "early-help")
    assert found.grounds is not None and found.grounds.kind == "Undetermined"
    gate = found.gate("G0")
    assert gate.standing is Standing.UNDETERMINED
    assert any("lawful_basis" in word for word in gate.settling)
    with pytest.raises(BadInput, match="write 'early-help'"):
        planned_in(workspace, frame(500), "early-hlp")


def test_a_company_without_licence_fails(workspace: Path) -> None:
    path = workspace / "uses" / "early-help.toml"
    company = '[[companies]]\nname = "Scores Ltd"\nsees_identifiable = true\n'
    path.write_text(
        factories.USE_TEXT.replace("[population]", company + "[population]"), encoding="utf-8"
    )
    grounds = grounds_of(assess(path, today=TODAY, vary=False))
    assert grounds.commercial and not grounds.processor_licensed
    assert planned_in(workspace, frame(500), "early-help").gate("G0").standing is Standing.FAIL


def test_the_threshold_of_the_workspace_holds_where_it_is_stricter(tmp_path: Path) -> None:
    root = factories.town(
        tmp_path / "t", settings=factories.SETTINGS + "[disclosure]\nthreshold = 20\n"
    )
    data = frame(500).with_columns(y=pl.when(pl.col("id") < 15).then(None).otherwise("y"))
    found = planned_in(root, data, "early-help")
    assert found.threshold == 20
    assert any("fewer than 20 people is not known" in note for note in found.notes)


def test_weights_families_and_strata_go_through_all_of_it() -> None:
    data = frame(1600).with_columns(
        w=pl.lit(3.0),
        family=pl.int_range(1600) // 2,
        area=pl.int_range(1600) // 400,
        a=(pl.col("score") > 0.4).cast(pl.Int8),
    )
    columns = {"outcome": "y", "score": "score"}
    whole_plan = {"by": ["town"], "probability": True, "stages": [{"id": "a", "column": "a"}]}
    plain, same = (
        audit(read(data, columns=c, **whole_plan)) for c in (columns, {**columns, "weight": "w"})
    )
    assert plain.rates is not None and same.rates is not None
    for one, other in zip(plain.rates.rates, same.rates.rates, strict=True):
        assert other.estimate.value == pytest.approx(one.estimate.value)
    designed = {**columns, "weight": "v", "cluster": "family", "stratum": "area"}
    uneven = data.with_columns(v=1 + pl.col("age") / 10)
    found = audit(read(uneven, columns=designed, **whole_plan))
    assert found.heads.clusters == 800 and found.funnel is not None
    assert found.outside is not None and all(row.recall.whole.known for row in found.outside.rows)


def test_a_group_whose_outcomes_are_all_missing_is_no_fault() -> None:
    draw = np.random.default_rng(0)
    group = draw.choice(["a", "b", "c"], 2000)
    y = pl.Series((draw.random(2000) < 0.3).astype(float)).set(pl.Series(group == "c"), None)
    declared = Plan(
        id="x", title="t", outcome_means="m", columns={"outcome": "y", "score": "s"},
        flagged={"share": 0.2}, by=("g",), draws=200,
    )  # fmt: skip
    frame = pl.DataFrame({"g": group, "y": y, "s": draw.random(2000)})
    found = audit(people_of(declared, frame))
    assert found.outside is not None and len(found.gates) == 8
