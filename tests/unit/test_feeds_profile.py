"""What feeds are like: right counts, no value of a person, and no small count by any road."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from licet.chapters import feeding
from licet.commands import feeds as cli_feeds
from licet.errors import BadInput
from licet.feeds.contract import Feed
from licet.feeds.profile import PARTS, Profile, profile, wilson
from licet.feeds.standard import standardise
from licet.report.feeds.data import json_text
from licet.report.feeds.page import page
from licet.report.feeds.screen import feeds_text
from licet.survey.intervals import interval

TODAY = date(2026, 11, 30)
TOML = """
id = "roll"
service = "education"
title = "School roll"
extract = 2026-09-01
one_record_per_person = true
known_faults = ["Addresses of 2024 were not updated"]
communal_addresses = ["000100"]
[location]
kind = "csv"
path = "data/roll.csv"
[fields]
record = "id"
given = "first"
family = "last"
birth = "dob"
uprn = "uprn"
seen_from = "since"
[[mentions]]
role = "guardian"
name = "g1"
[audit_only]
ethnicity = "eth"
"""


def extract(rows: int = 400, seed: int = 5) -> pl.DataFrame:
    draw = np.random.default_rng(seed)

    def pick(words: list[str], p: list[float] | None = None) -> np.ndarray:
        return draw.choice(words, rows, p=p)

    return pl.DataFrame({
        "id": [str(n) for n in range(rows)],
        "first": pick(["Quillon", "Brynhild", "baby", ""], [0.5, 0.3, 0.1, 0.1]),
        "last": pick(["Zephyrine", "O’Xanthe"]),
        "dob": pick(["2012-03-04", "1900-01-01", "2031-01-01", "2015-06-07"], [0.5, 0.08, 0.02, 0.4]),
        "uprn": pick(["100", "200", "300", *(str(n) for n in range(1000, 1400))]),
        "since": pick(["2026-05-01", "2010-01-01", ""]),
        "g1": pick(["Mr Ortwin Zephyrine", ""]),
        "eth": pick(["Blue", "Green", "Mauve"], [0.6, 0.385, 0.015]),
    })  # fmt: skip


def workspace(folder: Path, rows: int = 400, toml: str = TOML) -> Path:
    (folder / "feeds" / "data").mkdir(parents=True)
    (folder / "feeds" / "roll.toml").write_text(toml)
    extract(rows).write_csv(folder / "feeds" / "data" / "roll.csv")
    return folder


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    place = workspace(tmp_path_factory.mktemp("town"))
    (one,) = feeding.check_feeds(place, today=TODAY)
    return one


def test_counts_are_those_of_the_extract(found: Profile) -> None:
    raw = extract()
    parts = {one.field: one.parts for one in found.fields}
    baby, empty = (raw["first"] == "baby").sum(), (raw["first"] == "").sum()
    assert parts["given"] == {
        "present": 400 - baby - empty, "missing": empty, "placeholder": baby, "invalid": 0
    }  # fmt: skip
    family = {one.field: one for one in found.fields}["family"]
    assert family.parts["present"] == 400 and family.distinct == 2
    assert family.top == tuple(sorted(raw["last"].value_counts()["count"], reverse=True))
    assert found.mentions == {"guardian1": (raw["g1"] != "").sum()}
    assert found.stale["address still true"] == (raw["since"] != "").sum()
    marks = next(c for c in found.changes if (c.field, c.change) == ("given", "unnamed"))
    assert (marks.rows, marks.share) == (baby, baby / 400)


def test_a_small_count_and_what_would_tell_it_are_kept_back(found: Profile) -> None:
    future = int((extract()["dob"] == "2031-01-01").sum())
    assert 1 <= future < 10
    birth = {one.field: one for one in found.fields}["birth"].parts
    hidden = [part for part in PARTS if birth[part] is None]
    assert "invalid" in hidden and len(hidden) > 1
    told = {(c.field, c.change): c.rows for c in found.changes}
    assert told["birth", "future"] is None
    # Neither the other part that shelters it may be told as a change.
    if birth["placeholder"] is None:
        assert told["birth", "placeholder"] is None


def test_missing_by_group_with_its_interval(found: Profile) -> None:
    raw = extract()
    small = (raw["eth"] == "Mauve").sum()
    assert 1 <= small < 10
    assert all(one.group != "Mauve" for one in found.groups)
    for one in found.groups:
        if one.share is None or one.field != "given":
            continue
        group = raw.filter(pl.col("eth") == one.group)
        gone = group["first"].is_in(["baby", ""]).sum()
        assert (one.rows, one.missing) == (group.height, gone)
        assert one.low is not None and one.low < one.share < (one.high or 0)


@pytest.mark.parametrize(("count", "rows"), [(0, 10), (3, 17), (20, 20), (150, 1000)])
def test_wilson_is_that_of_the_survey_side(count: int, rows: int) -> None:
    low, high = interval(count / rows, rows, method="wilson")
    assert wilson(count, rows) == pytest.approx((float(low), float(high)), abs=1e-9)


def test_no_value_of_a_person_is_shown_anywhere(found: Profile) -> None:
    texts = [page([found]), json_text([found]), feeds_text([found])]
    for text in texts:
        folded = text.casefold()
        for value in (
            "quillon",
            "brynhild",
            "zephyrine",
            "xanthe",
            "ortwin",
            "mauve",
            "2012-03-04",
        ):
            assert value not in folded
        assert "school roll" in folded and "addresses of 2024" in folded
    assert "<svg" in texts[0] and "not shown" in texts[0]
    assert max(map(len, texts[2].splitlines())) <= 80


def test_the_same_person_twice_and_communal_addresses() -> None:
    rows = [("1", "Ann", "Lee", "2010-01-01", "500")] * 1
    rows += [
        (str(n), f"Name{'abcdefghijklmnopqrstuvwxyz'[n]}", "Lee", "2010-01-01", "7")
        for n in range(2, 16)
    ]
    rows += [(str(n), "Bo", "Ray", "2011-01-01", None) for n in range(16, 28)]
    rows += [(str(n), None, None, None, "00100") for n in range(28, 40)]
    frame = pl.DataFrame(rows, schema=["id", "first", "last", "dob", "uprn"], orient="row")
    declared: dict[str, Any] = {
        "id": "roll", "service": "housing", "title": "Roll", "extract": date(2026, 9, 1),
        "one_record_per_person": False, "communal_addresses": ["100"], "communal_above": 13,
        "location": {"kind": "csv", "path": "a"},
        "fields": {"record": "id", "given": "first", "family": "last", "birth": "dob", "uprn": "uprn"},
    }  # fmt: skip
    feed = Feed(**declared)
    found = profile(feed, standardise(feed, frame), today=TODAY)
    assert found.repeated == 12
    assert found.communal == (2, 26)


def test_few_rows_tell_nothing(tmp_path: Path) -> None:
    (one,) = feeding.check_feeds(workspace(tmp_path / "town", rows=7), today=TODAY)
    assert one.rows is None and one.repeated is None and one.communal == (None, None)
    assert all(part is None for field in one.fields for part in field.parts.values() if part != 0)
    assert all(field.distinct is None and not field.top for field in one.fields)
    assert page([one]) and json_text([one]) and feeds_text([one])


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    cli_feeds.add_to(made)
    return made


RUNNER = CliRunner()


def test_the_command(app: typer.Typer, tmp_path: Path) -> None:
    place = workspace(tmp_path / "town")
    done = RUNNER.invoke(
        app, ["feeds", "check", str(place), "--out", str(tmp_path / "out"), "--today", "2026-11-30"]
    )
    assert done.exit_code == 0, done.output
    assert "1 feed keeps its contract." in done.stdout
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["feeds.html", "feeds.json"]
    one = RUNNER.invoke(app, ["feeds", "check", str(place / "feeds" / "roll.toml"), "--json"])
    data = json.loads(one.stdout)
    assert data["feeds"][0]["id"] == "roll"
    assert data["feeds"][0]["audit_only"] == ["ethnicity"]


def test_a_broken_contract_writes_nothing(app: typer.Typer, tmp_path: Path) -> None:
    place = workspace(tmp_path / "town")
    (place / "feeds" / "other.toml").write_text(
        TOML.replace('"roll"', '"other"').replace('"dob"', '"dateofbirth"')
    )
    (place / "feeds" / "data" / "roll.csv").write_text("")
    done = RUNNER.invoke(app, ["feeds", "check", str(place), "--out", str(tmp_path / "out")])
    assert isinstance(done.exception, BadInput)
    assert len(done.exception.faults) == 2, "the faults of all feeds at once"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("path", ["nothing", "town"])
def test_no_feeds(app: typer.Typer, tmp_path: Path, path: str) -> None:
    (tmp_path / "town").mkdir()
    done = RUNNER.invoke(app, ["feeds", "check", str(tmp_path / path)])
    assert isinstance(done.exception, BadInput)


def test_the_threshold_of_a_workspace_counts_and_is_never_loosened(
    app: typer.Typer, tmp_path: Path
) -> None:
    place = workspace(tmp_path / "town")
    (place / "licet.toml").write_text('name = "Town"\n[disclosure]\nthreshold = 50\n')
    (one,) = feeding.check_feeds(place, today=TODAY, threshold=10)
    assert one.threshold == 50
    done = RUNNER.invoke(app, ["feeds", "check", str(place), "--threshold", "3"])
    assert isinstance(done.exception, BadInput)
