"""What a forecast may declare, and each refusal in words."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.files.forecast import read_forecast, read_forecasts
from licet.identify.features import bind_forecast
from licet.identify.forecast import Forecast
from tests.forecast.made import DOCUMENT, FEEDS, bound, document, feed, forecast, table

FEATURE: dict[str, Any] = DOCUMENT["features"][0]


def with_feature(**changes: Any) -> dict[str, Any]:
    return document(features=[FEATURE | changes])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"as_of": []}, "a window without an as-of date"),
        ({"as_of": [date(2024, 1, 1)]}, "one as-of date alone"),
        ({"as_of": [date(2024, 1, 1), date(2024, 6, 1)]}, "reach into the test"),
        ({"horizon": 0}, "horizon"),
        ({"capacity": 0}, "capacity"),
        ({"use_of": 1}, "use_of"),
        ({"features": []}, "features"),
        ({"features": [FEATURE, FEATURE]}, "two features have the id 'absences'"),
        ({"features": [FEATURE | {"id": "outcome"}]}, "a feature cannot be called 'outcome'"),
        ({"features": [FEATURE | {"measure": "lines"}]}, "the measure 'lines' and the total"),
        ({"features": [FEATURE | {"window": "half a year"}]}, "is no window"),
        ({"audit": {"by": ["absences"]}}, "a feature cannot be called 'absences'"),
        ({"audit": {"link_errors": {"features": ["nothing"]}}}, "'nothing' is no feature"),
        ({"audit": {"columns": {}}}, "columns"),
        ({"offer": {"what": "A talk", "capacity": 7, "reviewers": ["Desk one", "Desk two"]}}, "7 is offered"),
        ({"dates": {"first": date(2024, 1, 1), "last": date(2023, 1, 1), "every": 30}}, "comes before"),
        ({"as_of": [], "dates": {"first": date(1990, 1, 1), "last": date(2023, 1, 1), "every": 1}}, "too many"),
    ],
)  # fmt: skip
def test_refusals(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        forecast(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"where": "sessionz > 1"}, "sessions"),
        ({"where": "ethnicity = 'a'"}, "audit-only column 'ethnicity'"),
        ({"where": "record = '7'"}, "unknown value 'record'"),
        ({"where": "rowid > 7"}, "unknown value 'rowid'"),
        ({"where": "happened > '2024-01-01'"}, "unknown value 'happened'"),
        ({"where": "length(reason) > 1"}, "a call"),
        ({"where": "sessions in (select 1)"}, "sub-query"),
        ({"total": "ethnicity"}, "audit-only column 'ethnicity'"),
        ({"total": "record"}, "unknown value 'record'"),
        ({"table": "absence"}, "absences"),
        ({"feed": "police"}, "unknown feed 'police'"),
    ],
)
def test_a_feature_over_what_is_not_there_or_only_for_audits(
    changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        bind_forecast(Forecast(**with_feature(**changes)), FEEDS)
    assert "features[1]" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("consent", "c"), ("opt_out", "c"), ("x", "Permission given"), ("x", "Survey attitude"),
        ("refusals", "c"), ("area_licence", "c"), ("x", "said_no"), ("x", "Area licence (verdict)"),
        ("objected", "c"),
    ],
)  # fmt: skip
def test_what_somebody_permits_or_thinks_is_never_a_feature(name: str, column: str) -> None:
    told = table("absences", **{name: {"column": column, "kind": "number", "meaning": "m"}})
    feeds = [feed("school", "education", tables={"absences": told}), *FEEDS[1:]]
    for changes in (
        {"where": f"{name} > 1"},
        {"total": name},
    ):
        with pytest.raises(BadInput, match="says what somebody permits or thinks"):
            bind_forecast(Forecast(**with_feature(**changes)), feeds)
    named = feed("school", "education", tables={"consents": table("absences")})
    with pytest.raises(BadInput, match="says what somebody permits or thinks"):
        bind_forecast(Forecast(**with_feature(table="consents")), [named, *FEEDS[1:]])


def test_an_outcome_that_is_not_over_is_refused() -> None:
    days = [*DOCUMENT["as_of"][:-1], date(2025, 6, 2)]
    assert bound(
        as_of=[*DOCUMENT["as_of"][:-1], date(2025, 6, 1)]
    )  # ends on the day of the extract
    with pytest.raises(BadInput, match="is not over: it can happen until 2026-06-02"):
        bound(as_of=days)


def test_faults_are_told_at_once_with_their_places() -> None:
    wrong = document(
        outcome=DOCUMENT["outcome"] | {"where": "nothing > 1"},
        cohort={"meaning": "m", "feed": "school", "table": "gone", "window": "ever"},
    )
    with pytest.raises(BadInput) as refused:
        bind_forecast(Forecast(**wrong), FEEDS)
    text = str(refused.value)
    assert "outcome.where" in text or "outcome: " in text or "outcome" in text
    assert "cohort" in text
    assert "criteria[" not in text


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    days=st.sets(st.integers(0, 2000), min_size=2, max_size=12),
    horizon=st.integers(1, 500),
    tests=st.integers(1, 3),
)
def test_no_outcome_window_reaches_into_a_later_part(
    days: set[int], horizon: int, tests: int
) -> None:
    start = date(2015, 1, 1)
    dates = [start + timedelta(days=day) for day in sorted(days)]
    first = dates[-tests] if tests < len(dates) else dates[0]
    if not [day for day in dates if (first - day).days >= horizon]:
        with pytest.raises(BadInput, match="reach into the test"):
            forecast(as_of=dates, horizon=horizon, test_dates=tests)
        return
    made = forecast(as_of=dates, horizon=horizon, test_dates=tests).splits()
    gap = timedelta(days=horizon)
    assert made.test == tuple(dates[-tests:])
    for day in (*made.learn, *made.calibrate):
        assert day + gap <= made.test[0]
    if made.apart:
        assert max(made.learn) + gap <= min(made.calibrate)
    told = {*made.learn, *made.calibrate, *made.test, *made.left_out}
    assert told == set(dates)


def test_dates_at_equal_distances() -> None:
    made = forecast(
        as_of=[], dates={"first": date(2022, 1, 1), "last": date(2025, 1, 20), "every": 365}
    )
    assert made.days == (date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1), date(2024, 12, 31))


def test_documents_are_read(tmp_path: Path) -> None:
    text = """id = "need"
title = "Who may need help"
use = "early-help"
level = "person"
horizon = 365
as_of = [2022-06-01, 2024-06-01]
capacity = 20
[outcome]
meaning = "m"
feed = "care"
table = "referrals"
[[features]]
id = "f"
meaning = "m"
feed = "school"
table = "absences"
window = "1 year"
"""
    folder = tmp_path / "forecasts"
    folder.mkdir()
    (folder / "need.toml").write_text(text)
    with pytest.raises(BadInput, match="365 days") as refused:
        read_forecasts(tmp_path)
    assert "need.toml" in str(refused.value)
    (folder / "need.toml").write_text(text.replace("1 year", "365 days"))
    assert read_forecast(folder / "need.toml").horizon == 365
    (folder / "other.toml").write_text(text.replace("1 year", "365 days"))
    with pytest.raises(BadInput, match="each forecast its own id"):
        read_forecasts(tmp_path)
