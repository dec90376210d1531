"""Every answer but a yes is followed at once by the runs in force."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import typer

from licet.chapters import permitting
from licet.chapters.explaining import explain_linked, explanation_text
from licet.chapters.stores import open_store
from licet.chapters.whose import whose
from licet.errors import BadInput
from licet.files.town import PERMISSIONS
from licet.files.use import read_use
from licet.files.workspace import find_workspace
from tests.unit.permission_town import (  # noqa: F401
    DAY,
    GOOD,
    HEAD,
    RUNNER,
    USE,
    YES,
    app,
    events,
    known,
    published,
    say,
    subjects,
    town,
)

# ruff: noqa: F811

pytestmark = pytest.mark.usefixtures("trained_once")


def fake_run(town: Path, use: str = "early-help") -> None:
    folder = town / "runs" / use / "r-1"
    folder.mkdir(parents=True)
    manifest = {"run": "r-1", "use": use, "day": DAY, "outputs": {"persons.parquet": "0" * 64}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder.parent / "current").write_text("r-1\n", "utf-8")


def test_a_no_is_followed_at_once_and_says_what_was_given_out(
    town: Path, say, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_run(town)
    followed = []

    def follow(path, *, today):
        followed.append((path.stem, len(events(town))))

    monkeypatch.setattr(permitting.arriving, "follow", follow)
    (town / "t.csv").write_text(HEAD + GOOD.replace(",yes,", ",no,") + "\n", "utf-8")
    say("import", "t.csv")
    assert followed.pop() == ("early-help", len(events(town))), "a table is followed too"
    count = len(events(town))
    say("record", known, "yes", *YES)
    assert followed == []
    said = say("withdraw", known, "--use", "early-help")
    assert followed == [("early-help", count + 2)], "after the ledger has it"
    assert f"early-help, run r-1 of {DAY}: persons.parquet (in use; made anew" in said
    say("record", known, "later", "--use", "early-help")
    assert len(followed) == 2


def test_a_withdrawal_takes_rows_out_of_the_run_in_force(town: Path, say, app: typer.Typer) -> None:
    """From table to withdrawal with nothing in between put in place of anything."""
    from licet.chapters.linking import link

    say("import", PERMISSIONS)
    day = date.fromisoformat(DAY)
    before_linking = random.getstate()  # Splink names its tables from it
    run = link(town / USE, today=day).folder
    random.setstate(before_linking)
    before = pl.read_parquet(run / "crosswalk.parquet")
    with open_store(find_workspace(town)) as store:
        known = store.permissions.subjects().explode("records").drop_nulls("records")
    row, subject = (
        known.join(before, left_on="records", right_on="row").select("records", "subject").row(0)
    )
    words = ["permission", "withdraw", subject, "--use", "early-help", "--relation", "guardian"]
    done = RUNNER.invoke(app, [*words, "--said-by", "gran"])
    assert done.exit_code == 0, done.exception
    after = pl.read_parquet(run / "crosswalk.parquet")
    assert row in before["row"].to_list() and row not in after["row"].to_list()
    assert f"early-help, run {run.name} of {DAY}" in " ".join(done.stdout.split())
    assert "rows left" not in done.stdout and "For the office: early-help" in done.stderr


def details_alone(town: Path, rows: set[str]) -> tuple[str, str]:
    """A linked row that is known to be nobody's, and the pseudonym of the one whose details let it in."""
    with open_store(find_workspace(town)) as store:
        held = set(store.permissions.subjects().explode("records")["records"].drop_nulls())
        for row in sorted(rows - held):
            use = read_use(town / USE)
            found = whose(find_workspace(town), store, row, use, date.fromisoformat(DAY))
            if len(found) == 1:
                return row, found[0]
    raise AssertionError("every row is known to be somebody's")


def test_the_id_of_a_row_is_enough_for_those_who_gave_only_details(
    town: Path, say, app: typer.Typer
) -> None:
    from licet.chapters.linking import link

    say("import", PERMISSIONS)
    before_linking = random.getstate()  # Splink names its tables from it
    run = link(town / USE, today=date.fromisoformat(DAY)).folder
    random.setstate(before_linking)
    rows = set(pl.read_parquet(run / "crosswalk.parquet")["row"])
    row, subject = details_alone(town, rows)
    first = sorted(rows - {row})[0]
    officer = {"officer": "Team 2", "today": date.fromisoformat(DAY)}
    told = explanation_text(explain_linked([row], town / "early-help", **officer))
    assert f"licet permission withdraw {row} --use early-help" in " ".join(told.split())
    before = [event.subject for event in events(town)]
    said = say("withdraw", row, "--use", "early-help")
    assert "Receipt" in said and "You said no" in said
    new = [event.subject for event in events(town)][len(before) :]
    assert new == [subject]
    left = set(pl.read_parquet(run / "crosswalk.parquet")["row"])
    assert row not in left and first in left
    told = say("withdraw", row, "--use", "early-help", status=2)
    assert f"no yes lets the row '{row}' in" in told
    with pytest.raises(BadInput, match=f"(?s)holds no row '{row}'.*a row that was let in"):
        explain_linked([row], town / "early-help", **officer)


def test_the_id_of_a_row_that_is_not_linked_yet_is_found_in_its_feed(town: Path, say) -> None:
    say("import", PERMISSIONS)
    rows = pl.read_csv(
        next((town / "feeds" / "data").glob("education*.csv")), infer_schema_length=0
    )
    ids = {f"education/{record}" for record in rows[:, 0].to_list()}
    row, subject = details_alone(town, ids)
    say("withdraw", row, "--use", "early-help")
    assert events(town)[-1].subject == subject
    for unknown in ("education/0", "nowhere/1"):
        told = say("withdraw", unknown, "--use", "early-help", status=2)
        assert f"no yes lets the row '{unknown}' in" in told and "permission import" in told


def test_a_run_that_cannot_follow_loses_no_answer(
    town: Path, say, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_run(town)

    def follow(path, *, today):
        raise BadInput(*permitting.bad("the run is locked", "runs").faults)

    monkeypatch.setattr(permitting.arriving, "follow", follow)
    said = say("record", known, "no", "--use", "early-help", status=2)
    assert "the answer is recorded, but a run cannot follow it yet" in said
    assert "the run is locked" in said and events(town)[-1].effect == "refuse"


def test_a_no_by_details_takes_the_row_of_a_letter_out(town: Path, say, app: typer.Typer) -> None:
    """Written to by the service, answered at the desk: the run in force follows both words."""
    from licet.chapters.linking import link

    say("invite", USE, "--today", DAY)
    say("import", PERMISSIONS)
    before_linking = random.getstate()  # Splink names its tables from it
    run = link(town / USE, today=date.fromisoformat(DAY)).folder
    random.setstate(before_linking)
    linked = set(pl.read_parquet(run / "crosswalk.parquet")["row"])
    people = subjects(town)
    names = people.filter(pl.col("handle").str.starts_with("details-"))["subject"].to_list()
    with open_store(find_workspace(town)) as store:
        heard = store.permissions.heard_with(names)
    records = dict(people.select("subject", "records").iter_rows())
    found = {
        name: {row for one in others for row in records[one]} & linked
        for name, others in heard.items()
    }
    subject = next(name for name in names if found.get(name))
    words = ["permission", "withdraw", subject, "--use", "early-help", "--relation", "guardian"]
    done = RUNNER.invoke(app, [*words, "--said-by", "gran"])
    assert done.exit_code == 0, done.exception
    after = set(pl.read_parquet(run / "crosswalk.parquet")["row"])
    assert found[subject] and not found[subject] & after
    assert after < linked
