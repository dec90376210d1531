"""Two releases of one audit, a few people between them: what changed cannot be worked out of their JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.audit.forecast import Audit
from licet.chapters import auditing, auditing_before
from licet.disclosure.releases import Printed, told_before
from licet.files.audit_released import read_released
from licet.report.audit.forecast_outputs import Outputs
from tests.conftest import FULL
from tests.unit import audit_forecast_cases as cases
from tests.unit.test_report_audit_forecast_attack import COUNTS, Set, attack, name

FIRST, SECOND = date(2026, 1, 5), date(2026, 4, 6)
PLAIN: dict[str, Any] = {"stages": [], "link_errors": {}, "challengers": {}, "groups": []}
SEEDS = range(8) if FULL else range(1)
SINCE = "not updated: too few changed since 2026-01-05"


def changed(data: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Three people of one town have the outcome after all, four are gone, and two came to be flagged."""
    rng = np.random.default_rng([seed, 7])
    y, score = data["y"].to_numpy().copy(), data["score"].to_numpy().copy()
    had_not = np.flatnonzero((y == 0) & (data["town"] == "South").to_numpy())
    y[rng.choice(had_not, 3, replace=False)] = 1
    score[rng.choice(np.flatnonzero(score < 0.5), 2, replace=False)] = 0.6
    there = np.ones(len(y), bool)
    there[rng.choice(len(y), 4, replace=False)] = False
    told = data.with_columns(y=pl.Series(y).fill_nan(None), score=pl.Series(score))
    return told.filter(pl.Series(there))


@lru_cache(maxsize=1)
def two(seed: int) -> tuple[Audit, Audit]:
    data = cases.people(1500, 20 + seed)
    return cases.made(data, framed=False, **PLAIN), cases.made(
        changed(data, seed), framed=False, **PLAIN
    )


@lru_cache(maxsize=1)
def released(seed: int) -> tuple[Outputs, Outputs]:
    """What is shown of both, the second in the knowledge of the first."""
    first, second = two(seed)
    before = Outputs(first)
    return before, Outputs(second, (before.printed(FIRST),))


@lru_cache(maxsize=1)
def both(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both documents; nobody alters them."""
    before, after = released(seed)
    return json.loads(before.json()), json.loads(after.json())


def counts(audit: Audit) -> dict[Set, dict[str, int]]:
    assert audit.rates is not None
    found: dict[Set, dict[str, int]] = {}
    for key, (tp, fp, fn, tn, unknown) in audit.rates.counts.items():
        who: Set = (key.by, key.group) if key else ()
        people = tp + fp + fn + tn + unknown
        found[who] = {"tp": tp, "fp": fp, "fn": fn, "tn": tn, "unknown": unknown, "people": people}
    return found


def small_changes(audit: Audit, earlier: dict[str, Any]) -> Iterator[tuple[Set, str, int, int]]:
    """Counts printed before that changed by few: which, what it was, what it is."""
    now = counts(audit)
    for row in earlier["groups"]:
        for cell, was in row["counts"].items():
            is_ = now[name(row)][cell]
            if was is not None and 0 < abs(is_ - was) < audit.threshold:
                yield name(row), cell, was, is_


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_of_few_people_cannot_be_worked_out(seed: int) -> None:
    _, second = two(seed)
    before, after = both(seed)
    found = attack(after)
    secrets = list(small_changes(second, before))
    assert len(secrets) >= 10, "there is something to find"
    for who, cell, was, is_ in secrets:
        least, most = found.range_of(who, COUNTS[cell])
        far = was + second.threshold if is_ > was else max(was - second.threshold, 0)
        assert least <= min(was, far) and most >= max(was, far), (who, cell, was, is_, least, most)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_the_record_the_attacker_sees_what_changed(seed: int) -> None:
    _, second = two(seed)
    before, _ = both(seed)
    found = attack(json.loads(Outputs(second).json()))
    assert any(
        found.range_of(who, COUNTS[cell]) == (is_, is_)
        for who, cell, _, is_ in small_changes(second, before)
    )


def test_a_first_release_and_the_same_again_hold_nothing_back() -> None:
    first, _ = two(0)
    printed = released(0)[0].printed(FIRST)
    assert json.loads(Outputs(first, (printed,)).json()) == both(0)[0]


def test_what_waits_says_so_and_since_when() -> None:
    before, after = both(0)
    waiting = [
        measure
        for old, new in zip(before["groups"], after["groups"], strict=True)
        for measure, rate in new["rates"].items()
        if old["rates"][measure]["shown"] and rate["why_not"] == SINCE
    ]
    assert waiting and f"Some figures are {SINCE}." in after["notes"]


def test_every_whole_number_printed_twice_differs_by_none_or_by_enough() -> None:
    _, second = two(0)
    before, after = released(0)
    one, other = before.printed(FIRST), after.printed(SECOND)
    assert one.cells.keys() & other.cells.keys() and one.figures.keys() & other.figures.keys()
    for name_, (value, people) in other.figures.items():
        assert told_before(name_, value, people, [one], second.threshold) is None, name_


@pytest.mark.long
def test_many_new_people_are_told() -> None:
    data = cases.people(1500, 20)
    others = cases.people(1500, 99).with_columns(
        id=pl.format("other {}", pl.int_range(pl.len())), family=pl.col("family") + 10_000
    )
    more = pl.concat([data, others])
    printed = released(0)[0].printed(FIRST)
    more_people = Outputs(cases.made(more, framed=False, **PLAIN), (printed,))
    before, after = both(0)[0], json.loads(more_people.json())
    rows = [row for row in after["groups"] if row["by"] in (None, "sex")]
    assert all(row["rates"]["fpr"]["shown"] for row in rows), "each changed by a hundred and more"
    assert before != after


@pytest.mark.parametrize(("value", "people", "waits"), [
    (0.5, 100, False), (0.53, 100, True), (0.5, 104, True), (0.7, 100, False), (0.5, 300, False),
])  # fmt: skip
def test_a_figure_waits_by_people_and_by_those_who_make_it_up(
    value: float, people: int, waits: bool
) -> None:
    earlier = [Printed(FIRST, {}, {"share": (0.5, 100)})]
    assert told_before("share", value, people, earlier) == (FIRST if waits else None)
    assert told_before("another", value, people, earlier) is None


def test_the_program_reads_the_record_of_the_folder(tmp_path: Path) -> None:
    """Written twice into one folder, with a few people changed: the record grows, and figures wait."""
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    place, data = tmp_path / "out", tmp_path / "data.parquet"
    people = cases.people(1500, 20)
    done = []
    for day, frame in ((FIRST, people), (SECOND, changed(people, 0))):
        frame.write_parquet(data)
        done.append(auditing.forecast(plan, data, today=day, folder=place))
    assert "not updated" not in done[0].json and SINCE in done[1].json
    assert done[1].paths["data"].read_text() == done[1].json
    releases = read_released(place / auditing_before.RELEASED, "early-help")
    assert [one.day for one in releases] == [FIRST, SECOND]
    text = (place / auditing_before.RELEASED).read_text()
    assert cases.SECRET not in text
    assert not any(0 < count < 10 for one in releases for count in one.cells.values())


PLAN = """
id = "early-help"
title = "A score for early help"
outcome_means = "known to social work within a year"
by = ["town", "sex"]
draws = 200
[columns]
person = "id"
outcome = "y"
score = "score"
cluster = "family"
[flagged]
at_least = 0.5
"""


def merged(frame: pl.DataFrame) -> pl.DataFrame:
    """Towns as wards of two districts; six people of the North live on a quay."""
    quay = (pl.col("town") == "North") & (pl.int_range(pl.len()) < 12)
    ward = pl.when(quay).then(pl.lit("Quay")).otherwise("town")
    place = pl.when(pl.col("town") == "North").then(pl.lit("near")).otherwise(pl.lit("far"))
    return frame.with_columns(town=ward, district=place)


@pytest.mark.parametrize("named", ["another plan", "the same plan"])
def test_another_plan_on_the_same_people_tells_nothing_together_with_the_first(
    tmp_path: Path, named: str
) -> None:
    """Districts first, wards second: the first is reckoned with, whatever it was called."""
    data = tmp_path / "data.parquet"
    frame = merged(cases.people(1500, 20))
    frame.write_parquet(data)
    texts, first = [], ""
    for number, by in enumerate(('["district"]', '["town"]')):
        plan = tmp_path / f"plan{number}.toml"
        text = PLAN.replace('["town", "sex"]', by)
        if named == "another plan":
            text = text.replace("early-help", f"plan-{number}")
        if number:
            text = f'amends = "{first}"\nbecause = "wards"\n' + text
        plan.write_text(text)
        done = auditing.forecast(plan, data, today=FIRST, folder=tmp_path / "out")
        first = json.loads(done.json)["plan"]["hash"]
        texts.append(json.loads(done.json))
    both = texts[0] | {"groups": texts[0]["groups"] + texts[1]["groups"][1:], "benefit": None}
    found = attack(both)
    few = next(name(row) for row in texts[1]["groups"] if "fewer" in row["label"])
    found.adds_up(("district", "near"), [("town", "North"), few], all_of_it=True)
    found.adds_up(("district", "far"), [("town", "South"), ("town", "Isle")], all_of_it=True)
    quay = frame.filter(pl.col("town") == "Quay").height
    assert 1 <= quay < 10 and "Quay" not in json.dumps(texts)
    least, most = found.range_of(few, COUNTS["people"])
    assert least == 0 and most >= 10, (quay, least, most)
