"""A fit from the use to the card: who is in it, what is written, what is logged, and what is refused."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.chapters import forecast_people, forecasting
from licet.chapters.forecast_documents import chosen_forecast
from licet.chapters.forecasting import Fitted, fit, fitted_json, fitted_text
from licet.chapters.grounds import permitted_ground
from licet.chapters.run_people import people_of_run
from licet.chapters.workspaces import check
from licet.errors import BadInput
from licet.files.forecast import read_model
from licet.identify.trial import Trial, trial
from tests.forecast.town import Case, kept
from tests.linkage.conftest import Typed
from tests.linkage.town import TODAY, USE, event, store_of


@pytest.fixture(scope="module")
def fitted(
    need: Case, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Case, Fitted, list[Trial]]:
    """A workspace with a fit; what it came to; and the rows that were audited, which leave no call."""
    rows: list[Trial] = []

    def seen(*given: Any) -> Trial:
        rows.append(trial(*given))
        return rows[-1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("licet.chapters.forecast_audits.trial", seen)
        return *kept(need, tmp_path_factory.mktemp("fitted"), rows.clear), rows


def files_of(found: Fitted, case: Case) -> list[Path]:
    """Everything that lies in the workspace since the fit, but the run and the database."""
    places = [case.root / "reports", case.root / "models", case.root / "store" / "audits"]
    return [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]


def text_of(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


@pytest.mark.long
def test_no_file_holds_a_person_a_score_or_a_row(
    fitted: tuple[Case, Fitted, list[Trial]],
) -> None:
    case, found, rows = fitted
    written = files_of(found, case)
    assert len(written) > 20
    folder = next((case.root / "runs" / USE).glob("*/crosswalk.parquet")).parent
    people = pl.read_parquet(folder / "crosswalk.parquet")
    ids = {*people["person"], *pl.read_parquet(folder / "households.parquet")["household"]}
    names = {person.given for person in case.town.people}
    assert len(ids) > 300 and len(rows) == 4
    scores = {f"{one:.6f}" for part in rows for one in part.over_time["score"].to_list()}
    told = "\n".join(text_of(path) for path in written) + fitted_text(found) + fitted_json(found)
    words = set(re.findall(r"[A-Za-z0-9_-]+", told))
    assert not ids & words
    assert not names & {word.casefold() for word in words}
    assert not re.search(r"(education|social_work|early_years)/[0-9]{5}", told)
    # Of several hundred scores none is written; a rounding might meet one or two by chance.
    numbers = {f"{float(one):.6f}" for one in re.findall(r"\b0\.[0-9]{6,}", told)}
    assert len(scores) > 100 and len(scores & numbers) <= 2
    longest = max(_lengths(json.loads(text_of(p))) for p in written if p.suffix == ".json" and "opened" not in p.name)  # fmt: skip
    assert longest <= 256, "no list is as long as there are rows; a sketch holds 256 keyed hashes"


def _lengths(value: Any) -> int:
    if isinstance(value, dict):
        return max((_lengths(one) for one in value.values()), default=0)
    if isinstance(value, list):
        return max(len(value), *(_lengths(one) for one in value), 0)
    return 0


def test_every_plan_is_logged_before_any_audit(fitted: tuple[Case, Fitted, list[Trial]]) -> None:
    case, found, _ = fitted
    kinds = [kind for kind, _ in case.leaves()]
    after = kinds[len(kinds) - 1 - kinds[::-1].index("run_finished") :]
    assert after.count("audit_plan") == 4
    first = after.index("audit_plan")
    assert after[first : first + 4] == ["audit_plan"] * 4
    assert after[first + 4 :] == ["forecast_fitted", "rule_published", "audit"]
    told = dict(case.leaves())
    assert told["forecast_fitted"]["standing"] == "undetermined"
    assert found.model is not None
    assert told["rule_published"]["rule_hash"] == found.model.hash()
    assert told["audit"]["audited"] == found.model.id and told["audit"]["open"]
    kept = read_model(found.paths["model"])
    assert kept == found.model and kept.made.trained_until == "2025-06-01"


def test_the_card_says_what_it_is_and_no_more(fitted: tuple[Case, Fitted, list[Trial]]) -> None:
    _, found, rows = fitted
    card = found.card
    counts = card["2.4.2_models"][0]["counts"]
    exact = rows[0].test.height
    assert counts["test"]["rows"] % 5 == 0 and abs(counts["test"]["rows"] - exact) < 5
    assert [one["kind"] for one in card["not_in_the_standard"]["compared"]] == ["one", "logistic", "scorecard", "boosted"]  # fmt: skip
    assert card["not_in_the_standard"]["remembers"]["withdrawn_since"] == 0
    text = fitted_text(found)
    assert "Nobody was picked out, and no score was written." in text
    assert max(len(line) for line in text.splitlines() if "/" not in line) <= 80
    page = found.paths["page"].read_text(encoding="utf-8")
    assert "What it remembers" in page and "Nobody whose answer let it learn" in page


def test_only_permitted_rows_are_in_a_cohort(need: Case) -> None:
    """Whose rows are in it said yes; lines of others change no feature and no outcome."""
    bound, _ = chosen_forecast(need.use, None)
    with permitted_ground(need.use, TODAY) as ground:
        run = people_of_run(ground, need.use)
        seen = forecast_people.seen(ground, run, bound)
        rows = set(run.crosswalk["row"])
        said = {need.answers[need.town.owner[row]] for row in rows}
        assert said == {"yes"}
        refused = {row.split("/")[1] for row, owner in need.town.owner.items()
                   if need.answers[owner] == "no" and row.startswith("social_work/")}  # fmt: skip
        assert refused
        lines = {
            key: frame.filter(~pl.col("record").is_in(sorted(refused))) if key[0] == "social_work" else frame
            for key, frame in seen.lines.items()
        }  # fmt: skip
        days = bound.declared.days
        with forecast_people.tables_open() as tables:
            cohort = seen.with_outcomes(tables, seen.cohort(tables, days), days)
            less = forecast_people.Seen(bound, run, seen.people, lines)
            other = less.with_outcomes(tables, less.cohort(tables, days), days)
        homes = set(run.homes["household"]) if run.homes is not None else set()
    assert set(cohort.rows["unit"]) <= homes
    assert cohort.rows.equals(other.rows)
    assert cohort.had is not None and other.had is not None
    assert np.array_equal(cohort.had, other.had)


def test_nobody_is_in_a_cohort_before_birth(need: Case) -> None:
    bound, _ = chosen_forecast(need.use, None)
    with permitted_ground(need.use, TODAY) as ground:
        people = forecast_people.seen(ground, people_of_run(ground, need.use), bound).people
    born = {p.birth for p in need.town.people}
    known = people["since"].drop_nulls().to_list()
    # Rows carry errors in some dates of birth: most are those of the town.
    assert len(known) > 300 and sum(one in born for one in known) > 0.8 * len(known)


def test_who_says_no_is_forgotten_by_the_next_fit(need: Case, tmp_path: Path) -> None:
    case = need.again(tmp_path / "town")

    def units() -> set[str]:
        with permitted_ground(case.use, TODAY) as ground:
            run = people_of_run(ground, case.use)
            return set(run.crosswalk["row"])

    before = units()
    number = case.town.owner[sorted(row for row in before if row.startswith("social_work/"))[0]]
    person = case.town.people[number]
    with store_of(case.root) as store:
        store.permissions.append([event(person, "withdraw", day=20)], [], sign=False)
    after = units()
    assert case.town.rows_of({number}) & before and not case.town.rows_of({number}) & after


@pytest.mark.long
def test_the_same_fit_twice_is_the_same_and_another_is_told(
    fitted: tuple[Case, Fitted, list[Trial]], tmp_path: Path
) -> None:
    case = fitted[0].again(tmp_path / "town")
    again = fit(case.use, today=TODAY)
    assert again.model is not None and fitted[1].model is not None
    assert again.model.hash() == fitted[1].model.hash()
    assert not again.card["not_in_the_standard"]["opened_before"]
    case.edit(('level = "household"', 'level = "household"\nversion = 2'))
    other = fit(case.use, today=TODAY)
    assert other.card["not_in_the_standard"]["opened_before"]
    assert "opened before by another fit" in " ".join(fitted_text(other).split())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([('where = "not met"', 'where = "ethnicity = 1"')], "ethnicity"),
        ([("2025-06-01]", "2025-06-02]")], "is not over"),
        ([('feed = "social_work"\ntable = "referrals"', 'feed = "police"\ntable = "referrals"')], "unknown feed"),
        ([("draws = 200", 'draws = 200\nby = ["shoe_size"]')], "unknown audit-only column 'shoe_size'"),
        ([("horizon = 365", "horizon = 1")], "too few people|one class"),
        ([('use = "early-help"', 'use = "other"')], "no forecast belongs to the use"),
    ],
)  # fmt: skip
def test_bad_input_is_one_message_and_nothing_is_written(
    need: Case, tmp_path: Path, changes: list[tuple[str, str]], says: str
) -> None:
    case = need.again(tmp_path / "town")
    case.edit(*changes)
    before = case.leaves()
    with pytest.raises(BadInput, match=says):
        fit(case.use, today=TODAY)
    assert case.leaves() == before
    seen = "too few" in says or "audit-only column" in says  # by run and audit alone
    if not seen:
        with pytest.raises(BadInput, match=r"need\.toml"):
            check(case.root, today=TODAY)
    assert not (case.root / "models").exists() and not list(
        (case.root / "reports").glob("*/forecast-*")
    )


def test_a_planted_copy_of_the_outcome_ends_the_fit(need: Case, tmp_path: Path) -> None:
    """Contacts that are dated back, of everybody who is referred within the year."""
    case = need.again(tmp_path / "town")
    data = case.root / "feeds" / "data"
    referred = pl.read_csv(data / "referrals.csv", try_parse_dates=True)
    rows = [
        (record, as_of - timedelta(days=3), as_of - timedelta(days=2), "no")
        for as_of in (date(2022, 6, 1), date(2023, 6, 1), date(2024, 6, 1))
        for record, day, _ in referred.rows()
        if as_of < day <= as_of + timedelta(days=365)
    ]
    frame = pl.DataFrame(rows, schema=["case", "day", "entered", "met"], orient="row")
    frame.with_columns(case=pl.col("case").cast(pl.String).str.zfill(5)).write_csv(
        data / "contacts.csv"
    )
    with pytest.raises(BadInput, match="the feature 'did-not-come'") as refused:
        fit(case.use, today=TODAY)
    assert "need.toml" in str(refused.value)
    assert [kind for kind, _ in case.leaves()].count("audit_plan") == 0


@pytest.mark.long
def test_the_command_says_what_it_found(
    fitted: tuple[Case, Fitted, list[Trial]], typed: Typed
) -> None:
    case, found, _ = fitted
    made = typed("forecast", "fit", str(case.use), "--today", TODAY.isoformat())
    assert made.returncode == 4, made.stderr
    assert "IT IS NOT SHOWN EITHER WAY" in made.stdout
    wrong = typed(
        "forecast", "fit", str(case.use), "--forecast", "ned", "--today", TODAY.isoformat()
    )
    assert wrong.returncode == 2 and "write 'need' if that is meant" in " ".join(
        wrong.stderr.split()
    )
    assert forecasting.fitted_json(found).startswith("{")


def test_people_of_a_second_home_are_of_one_cluster(need: Case) -> None:
    bound, _ = chosen_forecast(need.use, None)
    with permitted_ground(need.use, TODAY) as ground:
        run = people_of_run(ground, need.use)
        seen = forecast_people.seen(ground, run, bound)
        assert run.homes is not None
        first, other = run.homes.unique("household", keep="first", maintain_order=True).rows()[:2]
        more = pl.DataFrame({"household": [other[1]], "person": [first[0]]})
        both = replace(seen, run=replace(run, members=pl.concat([run.members, more])))
        with forecast_people.tables_open() as tables:
            cohort = both.cohort(tables, [bound.declared.days[-1]])
    place = 0 if bound.declared.level == "person" else 1
    of = dict(cohort.rows.select("unit", "cluster").rows())
    assert of[first[place]] == of[other[place]]
