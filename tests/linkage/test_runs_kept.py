"""Every run of a workspace at a glance, and the command that a timer calls."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from licet.chapters.overseeing import IN_FORCE, keep, kept_text, runs, runs_data, runs_text
from licet.errors import BadInput
from licet.files.runs import OUTPUTS, RunPlace, current
from tests.linkage.conftest import Made, Typed
from tests.linkage.left import last, leaves, new_version, states, withdraw
from tests.linkage.town import TODAY, USE, store_of

LATE = date(2029, 9, 2)
"""A day after the ruling of the town's use."""


def test_a_run_in_force_with_what_it_gave_out(linked: Made) -> None:
    (one,) = runs(linked.root)
    with store_of(linked.root) as store:
        finished = next(e.leaf for e in store.log.entries() if e.leaf.kind == "run_finished")
    assert (one.use, one.run, one.state, one.why) == (USE, current(linked.root, USE), IN_FORCE, "")
    assert one.since == finished.at.date() and one.files == OUTPUTS
    assert one.until is not None and one.until > TODAY
    assert runs(linked.root, use="another") == ()
    text = runs_text([one])
    assert "in force, since" in text and "its ruling holds until" in text
    assert "persons.parquet" in text
    assert json.loads(json.dumps(runs_data([one])))[0]["state"] == IN_FORCE


def test_looking_changes_nothing(linked: Made) -> None:
    before = leaves(linked)
    runs(linked.root)
    assert leaves(linked) == before


def test_no_run_says_what_to_do(published: Made, tmp_path: Path) -> None:
    assert runs(published.root) == () and "licet link" in runs_text(())
    with pytest.raises(BadInput, match="no workspace"):
        runs(tmp_path)


def test_sealed_and_then_destroyed_by_the_timer(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    assert kept_text(keep(case.root, today=TODAY)) == "Every run is as it ought to be."
    said = kept_text(keep(case.root, today=LATE))
    assert said.startswith("Sealed: early-help, run ") and "no ruling allows it" in said
    (one,) = runs(case.root)
    assert (one.state, one.why) == ("sealed", "ruling")
    assert "sealed (no ruling allows it today), since" in runs_text([one])
    new_version(case, ('status = "proposed"', 'status = "ended"'))
    assert kept_text(keep(case.root, today=LATE)).startswith("Destroyed: ")
    (one,) = runs(case.root)
    assert (one.state, one.why, one.files) == ("destroyed", "ended", ())
    assert last(case)[0] == "destroyed"


def test_the_timer_follows_the_ledger(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    some = withdraw(case, 2)
    kept = keep(case.root, today=TODAY)
    assert [one.use for one in kept.followed] == [USE] and kept.followed[0].rows
    assert "Followed the ledger: early-help, run " in kept_text(kept)
    place = RunPlace(case.root, USE, current(case.root, USE))
    rows = set(pl.read_parquet(place.folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of(some)


def test_a_use_that_is_declared_no_more_is_sealed(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    text = case.use.read_text(encoding="utf-8")
    case.use.unlink()
    assert [(one.state, one.why) for one in keep(case.root, today=TODAY).ended] == [
        ("sealed", "undeclared")
    ]
    assert last(case)[0] == "sealed" and keep(case.root, today=TODAY).ended == ()
    case.use.write_text(text, encoding="utf-8")
    assert [one.state for one in keep(case.root, today=TODAY).ended] == ["unsealed"]
    assert states(case) == ["released"]


def test_a_use_that_cannot_be_read_keeps_no_other_from_being_sealed(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    broken = case.use.with_name("a-broken.toml")
    broken.write_text("title = \n", encoding="utf-8")
    new_version_without(case, broken)
    with pytest.raises(BadInput, match=r"a-broken\.toml"):
        keep(case.root, today=TODAY)
    assert states(case) == ["sealed"]


def new_version_without(case: Made, broken: Path) -> None:
    """Suspend the use; what cannot be read is out of the way while it is published."""
    text = broken.read_text(encoding="utf-8")
    broken.unlink()
    new_version(case, ('status = "proposed"', 'status = "suspended"'))
    broken.write_text(text, encoding="utf-8")


@pytest.mark.long
def test_the_commands(linked: Made, tmp_path: Path, typed: Typed) -> None:
    case = linked.again(tmp_path / "town")
    shown = typed("runs", "show", str(case.root))
    assert shown.returncode == 0 and "in force" in shown.stdout and not shown.stderr
    data = json.loads(typed("runs", "show", str(case.root), "--json").stdout)
    assert [one["run"] for one in data] == [current(case.root, USE)]
    kept = typed("runs", "keep", str(case.root), "--today", LATE.isoformat())
    assert kept.returncode == 0 and kept.stdout.startswith("Sealed: ")
    nowhere = typed("runs", "show", str(tmp_path))
    assert nowhere.returncode == 2 and "no workspace" in nowhere.stderr
    assert "Traceback" not in nowhere.stderr
