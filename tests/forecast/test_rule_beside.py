"""A declared rule audited beside the models: whom it would have picked, against what came to be."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.audit.standing import Standing
from licet.chapters.deciding import consider, record_audit
from licet.chapters.forecasting import fit
from licet.chapters.identifying import identify
from licet.chapters.publishing import publish
from licet.errors import BadInput
from licet.files.runs import current
from licet.files.use import read_use
from licet.files.workspace import find_workspace
from licet.identify.trial import Trial, trial
from tests.forecast.town import AS_OF, EXTRACT, Case
from tests.linkage.town import TODAY, USE

pytestmark = pytest.mark.long

RULE = """\
id = "two-needs"
title = "Families with a need of two"
use = "early-help"
level = "household"
kind = "criteria"
at_least = 1

[[criteria]]
id = "away"
meaning = "A child missed eight half days of school in a year."
feed = "education"
table = "absences"
window = "365 days"
total = "sessions"
at_least = 8

[[criteria]]
id = "did-not-come"
meaning = "The family did not come to an appointment in a year."
feed = "social_work"
table = "contacts"
where = "not met"
window = "365 days"

[offer]
what = "A talk with the family worker"
capacity = 30
reviewers = ["Family hub, desk 1", "Family hub, desk 2"]
"""


def with_rule(need: Case, to: Path, rule: str = RULE) -> Case:
    case = need.again(to)
    (case.root / "criteria").mkdir()
    (case.root / "criteria" / "two-needs.toml").write_text(rule, encoding="utf-8")
    case.edit(("seed = 3\n", 'seed = 3\nrule = "two-needs"\n'))
    publish(case.root, today=TODAY)
    return case


@pytest.fixture(scope="module")
def audited(need: Case, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, list[Trial]]:
    case = with_rule(need, tmp_path_factory.mktemp("ruled") / "town")
    rows: list[Trial] = []

    def seen(*given: Any) -> Trial:
        rows.append(trial(*given))
        return rows[-1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("licet.chapters.forecast_audits.trial", seen)
        fit(case.use, today=TODAY)
    return case, rows


def plainly(case: Case, as_of: date) -> set[str]:
    """Households whose people together meet either criterion, from the files of the feeds alone."""
    run = next((case.root / "runs" / USE).glob("*/crosswalk.parquet")).parent
    known = pl.read_parquet(run / "crosswalk.parquet")
    rows = (row.partition("/") for row in known["row"])
    person = {
        (feed, record): who for (feed, _, record), who in zip(rows, known["person"], strict=True)
    }
    homes = pl.read_parquet(run / "households.parquet").sort("from", "household")
    home: dict[str, str] = {}
    for who, where in homes.select("person", "household").iter_rows():
        home.setdefault(who, where)
    data, found = case.root / "feeds" / "data", dict[tuple[str, str], dict[str, float]]()
    for feed, name, column, worth in (
        ("education", "absences", "pupil", lambda line: float(line["missed"])),
        ("social_work", "contacts", "case", lambda line: float(line["met"] == "no")),
    ):
        for line in pl.read_csv(data / f"{name}.csv", infer_schema=False).to_dicts():
            who = person.get((feed, line[column]))
            day, told = date.fromisoformat(line["day"]), date.fromisoformat(line["entered"])
            if who and told <= as_of and 0 <= (as_of - day).days < 365:
                mine = found.setdefault((name, who), {"sum": 0.0})
                mine["sum"] += worth(line)
    enough = {"absences": 8, "contacts": 1}
    met: dict[str, set[str]] = {}
    for (name, who), mine in found.items():
        if mine["sum"] >= enough[name] and who in home:
            met.setdefault(home[who], set()).add(name)
    return {unit for unit, names in met.items() if names}


def test_those_who_meet_it_are_flagged_and_nobody_else(audited: tuple[Case, list[Trial]]) -> None:
    case, rows = audited
    assert len(rows) == 5
    test = rows[-1].test
    meets = plainly(case, date(2025, 6, 1))
    tried = test.with_columns(meets=pl.col("unit").is_in(sorted(meets)))
    flagged = tried.filter(pl.col("flag") == 1)
    assert flagged.height > 3 and flagged["meets"].all()
    room = int(rows[0].test["flag"].sum())  # whoever learns flags as many as there is room for
    assert flagged.height == min(int(tried["meets"].sum()), room)
    assert tried.group_by("meets").agg(pl.col("score").n_unique())["score"].to_list() == [1, 1]


def test_its_chance_is_that_of_earlier_people(audited: tuple[Case, list[Trial]]) -> None:
    """One of two numbers, each a share of people whose outcome was known before the test."""
    _, rows = audited
    scores = rows[-1].over_time["score"].unique().sort().to_list()
    assert len(scores) == 2 and 0 < scores[0] < scores[1] < 1


def test_the_log_knows_its_audit_and_a_list_asks_for_it(audited: tuple[Case, list[Trial]]) -> None:
    case, _ = audited
    own = [
        body for kind, body in case.leaves() if kind == "audit" and body["audited"] == "two-needs"
    ]
    assert len(own) == 1 and own[0]["audit"] == "forecast" and own[0]["run"]
    gates = {name for key in ("passed", "failed", "open") for name in own[0].get(key, ())}
    assert gates == {f"G{number}" for number in range(8)}
    report = json.loads(
        (case.root / "reports" / USE / "forecast-need" / "rule" / "forecast-audit.json").read_text()
    )
    assert report["plan"]["id"].startswith("need-rule-")
    if own[0]["standing"] == "fail":
        assert consider(case.use, today=TODAY).known.standing("forecast") is Standing.FAIL
        return
    found = identify(case.use, as_of=AS_OF, today=TODAY, rule="two-needs")
    assert "gates" in [one.id for one in found.unmet] and found.offered is None


def test_an_audit_of_any_score_that_bears_its_name_is_none_of_it(
    need: Case, tmp_path: Path
) -> None:
    case = with_rule(need, tmp_path / "town")
    workspace = find_workspace(case.use)
    assert workspace is not None
    gates = {f"G{number}": Standing.PASS for number in range(8)}

    def said(**of: str) -> str:
        record_audit(workspace, read_use(case.use), "forecast", Standing.PASS, "0" * 64, today=TODAY,
                     gates=gates, audited="two-needs", **of)  # fmt: skip
        found = identify(case.use, as_of=AS_OF, today=TODAY, rule="two-needs")
        return next(one.text for one in found.unmet if one.id == "gates")

    assert "the forecast audit (not made)" in said()
    assert "forecast" not in said(run=current(case.root, USE))


def test_a_rule_that_nobody_can_read_or_of_another_sort_is_refused(
    need: Case, tmp_path: Path
) -> None:
    case = need.again(tmp_path / "unpublished")
    (case.root / "criteria").mkdir()
    (case.root / "criteria" / "two-needs.toml").write_text(RULE, encoding="utf-8")
    case.edit(("seed = 3\n", 'seed = 3\nrule = "two-needs"\n'))
    with pytest.raises(BadInput, match="not in the register as it stands"):
        fit(case.use, today=TODAY)
    case.edit(('rule = "two-needs"', 'rule = "three-needs"'))
    with pytest.raises(BadInput, match="unknown rule 'three-needs'"):
        fit(case.use, today=TODAY)
    other = with_rule(need, tmp_path / "person", RULE.replace('"household"', '"person"'))
    with pytest.raises(BadInput, match="'criteria' for a person"):
        fit(other.use, today=TODAY)
    assert not (other.root / "reports" / USE / "forecast-need").exists()


def test_chances_by_hand() -> None:
    """Of 3 who met it 2 had the outcome, of 5 others 1: (2 + 1) / (3 + 2) and (1 + 1) / (5 + 2)."""
    from licet.identify.fitting import ruled

    class Rows:
        def __init__(self, y: np.ndarray) -> None:
            self.y = y

        def __len__(self) -> int:
            return len(self.y)

        def among(self, rows: np.ndarray) -> Rows:
            return Rows(self.y[rows])

    met = np.array([1, 1, 1, 0, 0, 0, 0, 0, 1, 0], bool)
    y = np.array([1, 1, 0, 1, 0, 0, 0, 0, 1, 1], float)
    late = np.array([1] * 8 + [0] * 2, bool)
    part = SimpleNamespace(learn=late, early=late, calibrate=late, test=~late)
    found = ruled(Rows(y), part, met)  # type: ignore[arg-type]
    assert found.early.tolist() == pytest.approx([3 / 5] * 3 + [2 / 7] * 5)
    assert found.test.tolist() == pytest.approx([3 / 5, 2 / 7])
    assert EXTRACT == AS_OF
