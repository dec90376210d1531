"""The made-up vendor's score of the town's children: it reads nothing that came later, over-flags one
group, and fails its audit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from licet.audit.forecast import Audit
from licet.audit.standing import Standing
from licet.chapters.auditing_forecast import audit_forecast
from licet.files.audit_plan import read_plan
from licet.files.town import SCORES, SCORES_PLAN, write_town
from licet.synthetic import vendor
from licet.synthetic.town.lines import Lines, make_lines
from licet.synthetic.town.whole import Town, make_town


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town()


@pytest.fixture(scope="module")
def lines(town: Town) -> Lines:
    return make_lines(town)


@pytest.fixture(scope="module")
def scores(town: Town, lines: Lines) -> pl.DataFrame:
    return vendor.scored(town, lines)


def test_each_child_once_and_marked_as_made_up(town: Town, scores: pl.DataFrame) -> None:
    assert scores["pupil_ref"].n_unique() == scores.height > 900
    roll = town.truth.filter(pl.col("feed") == "education")["record"]
    assert set(scores["pupil_ref"]) <= set(roll)
    assert scores["note"].unique().to_list() == ["SYNTHETIC"]
    assert scores["family"].str.starts_with("SYNTHETIC-").all()
    assert scores["score"].min() >= 0 and scores["score"].max() <= 100
    assert (scores["flagged"] == (scores["score"] >= 50).cast(pl.Int8)).all()
    assert vendor.scored(town, make_lines(town)).equals(scores)


def test_everybodys_year_is_over(town: Town, scores: pl.DataFrame) -> None:
    assert (scores["known_on"] - scores["scored_on"]).unique().to_list() == [timedelta(days=365)]
    assert scores["known_on"].max() <= town.today
    assert scores["scored_on"].n_unique() == 5


def plain(town: Town, lines: Lines, scores: pl.DataFrame) -> Iterator[tuple[str, int, int, int]]:
    """pupil_ref, half days without leave, referrals, and whether in need, each by its own loop."""
    person = {r: (p, h) for _, f, r, p, h in town.truth.iter_rows() if f == "education"}
    written = lines.events.drop_nulls("record").rows(named=True)
    needs = lines.needs.rows()
    for pupil, scored_on in scores.select("pupil_ref", "scored_on").head(150).rows():
        who, home = person[pupil]
        back = scored_on - timedelta(days=365)
        seen = [
            e for e in written if back < e["happened"] <= scored_on and e["recorded"] <= scored_on
        ]
        away = [e["size"] for e in seen if e["word"] == "other" and e["person"] == who]
        referred = [e for e in seen if e["table"] == "referrals" and e["household"] == home]
        later = scored_on + timedelta(days=365)
        needy = any(h == home and start <= later and end > scored_on for h, _, start, end in needs)
        yield pupil, sum(away), len(referred), int(needy)


def test_a_score_reads_what_was_written_down_by_then_and_the_outcome_what_came_after(
    town: Town, lines: Lines, scores: pl.DataFrame
) -> None:
    columns = ("pupil_ref", "sessions_missed", "referrals", "in_need_within_a_year")
    expected = list(plain(town, lines, scores))
    assert scores.head(150).select(columns).rows() == expected
    assert sum(away > 0 for _, away, _, _ in expected) > 20


def test_one_group_is_flagged_far_more_often_than_it_is_in_need(scores: pl.DataFrame) -> None:
    black = scores["ethnicity"] == vendor.OVER_FLAGGED
    flagged, needy = scores["flagged"], scores["in_need_within_a_year"]
    assert flagged.filter(black).mean() > 5 * flagged.filter(~black).mean()
    assert needy.filter(black).mean() < 2 * needy.filter(~black).mean()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from licet.files.workspace import init_workspace

    root = tmp_path_factory.mktemp("vendor") / "town"
    init_workspace(root, files("licet.bundled") / "town")
    write_town(root, today=date(2026, 11, 2))
    return root


@pytest.fixture(scope="module")
def found(written: Path) -> Audit:
    return audit_forecast(written / SCORES_PLAN, written / SCORES, today=date(2026, 11, 3))


def test_the_audit_fails_its_gates(found: Audit) -> None:
    standing = {gate.id: gate.standing for gate in found.gates}
    # It orders children worse than two of its own features, and flags one group more than its need.
    for gate in ("G1", "G2", "G4"):
        assert standing[gate] is Standing.FAIL, gate
    assert Standing.PASS not in {standing[gate] for gate in ("G3", "G5", "G6", "G7")}
    assert found.sentence.startswith("No evidence that it works well and fairly enough")


def test_the_plan_fits_the_day_of_the_town(written: Path) -> None:
    plan = read_plan(written / SCORES_PLAN)
    assert plan.follow_up_until == date(2026, 11, 2) and plan.synthetic
    assert plan.challengers.fit_before == date(2026, 11, 2) - timedelta(days=vendor.FIT_AGO)
    days = pl.read_csv(written / SCORES, try_parse_dates=True)["scored_on"]
    assert days.min() < plan.challengers.fit_before < days.max()
