"""Runs that are refused, fail, stand already, end: what is said, what is logged, what is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from licet.chapters import arriving, joining, linking, refreshing, releasing
from licet.chapters.arriving import arrive, follow
from licet.chapters.grounds import NotLinked
from licet.chapters.linking import link
from licet.chapters.publishing import publish
from licet.chapters.sealing import keep_in_force
from licet.engines.zone import Zone
from licet.errors import BadInput
from licet.files.runs import PROOF, RunPlace, current, read_manifest
from tests.linkage.conftest import Made
from tests.linkage.town import (
    CONTRACTS, NOW, TODAY, USE, answer, edit_use, event, store_of, write_feed,
)  # fmt: skip


def leaves(case: Made) -> list[tuple[str, dict[str, Any]]]:
    with store_of(case.root) as store:
        return [(entry.leaf.kind, dict(entry.leaf.body)) for entry in store.log.entries()]


def last(case: Made) -> tuple[str, dict[str, Any]]:
    return leaves(case)[-1]


def states(case: Made) -> list[str]:
    with store_of(case.root) as store:
        return [run.state for run in store.runs.all()]


def nothing_made(case: Made) -> None:
    assert not current(case.root, USE)
    assert not list((case.root / "runs").rglob("*.parquet"))
    assert not list((case.root / "runs").rglob("*.arrow"))


def _new_version(case: Made, *edits: tuple[str, str], on: date = TODAY) -> None:
    edit_use(case.root, "version = 1\n", "version = 2\n")
    for before, after in edits:
        edit_use(case.root, before, after)
    publish(case.root, today=on)


def _refused_use(case: Made) -> None:
    _new_version(case, ('["education", "early_years", "social_work"]', '["education", "police"]'))


def _undetermined(case: Made) -> None:
    _new_version(case, ('purpose = "early_intervention"', 'purpose = "research"'))


def _edited(case: Made) -> None:
    edit_use(case.root, 'title = "', 'title = "Much more: ')


def _unpublished(case: Made) -> None:
    edit_use(case.root, "version = 1\n", "version = 2\n")


def _suspended(case: Made) -> None:
    _new_version(case, ('status = "proposed"', 'status = "suspended"'))


def _nothing(case: Made) -> None:
    pass


REFUSED: dict[str, tuple[Callable[[Made], None], date, tuple[int, ...], str, str]] = {
    "refused": (_refused_use, TODAY, (3, 4), "", "police"),
    "undetermined": (_undetermined, TODAY, (3, 4), "undetermined", ""),
    "expired": (_nothing, date(2029, 9, 2), (3, 4), "", ""),
    "not begun": (_nothing, date(2021, 8, 1), (3, 4), "", ""),
    "edited after its ruling": (_edited, TODAY, (3,), "edited", "was edited after version 1"),
    "unpublished": (_unpublished, TODAY, (3,), "not_published", "not in the register"),
    "suspended": (_suspended, TODAY, (3, 4), "", "suspended"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_run_says_why_and_is_logged(name: str, answered: Made, tmp_path: Path) -> None:
    change, on, allowed, why, text = REFUSED[name]
    case = answered.again(tmp_path / "town")
    change(case)
    with pytest.raises(NotLinked) as refused:
        link(case.use, today=on)
    assert refused.value.status in allowed
    assert text in str(refused.value) and refused.value.reasons
    kind, body = last(case)
    assert kind == "run_refused" and body["use"] == USE and body["why"] == refused.value.why
    assert not why or refused.value.why == why
    assert body["reasons"]
    nothing_made(case)


def test_made_for_another_use(answered: Made, tmp_path: Path) -> None:
    """The evidence and the ruling of one use open nothing for another that calls itself the same."""
    case = answered.again(tmp_path / "town")
    edit_use(case.root, 'intended_action = "offer_of_support"', 'intended_action = "information"')
    with pytest.raises(NotLinked) as refused:
        link(case.use, today=TODAY)
    assert (refused.value.why, refused.value.status) == ("edited", 3)


def test_nobody_was_asked(published: Made, tmp_path: Path) -> None:
    case = published.again(tmp_path / "town")
    with pytest.raises(NotLinked, match="Nobody has been asked") as refused:
        link(case.use, today=TODAY)
    assert refused.value.status == 5 and "licet permission invite" in str(refused.value)
    assert last(case)[0] == "run_refused"
    nothing_made(case)


def test_no_permitted_row(published: Made, tmp_path: Path) -> None:
    case = published.again(tmp_path / "town")
    everybody = dict.fromkeys(range(len(case.town.people)), "no")
    answer(case.root, case.town, everybody, np.random.default_rng(1))
    for _ in range(2):
        with pytest.raises(NotLinked, match="No row of the feeds is permitted"):
            link(case.use, today=TODAY)
        assert last(case)[1]["why"] == "no_permitted_row"
        nothing_made(case)
    assert states(case) == ["refused"]
    answer(case.root, case.town, {n: "yes" for n in range(60)}, np.random.default_rng(1))


def test_running_twice_does_nothing_twice(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    before, manifest = leaves(case), _files(case)
    found = link(case.use, today=TODAY)
    assert not found.new and leaves(case) == before and _files(case) == manifest
    follow(case.use, today=TODAY)
    keep_in_force(case.root, today=TODAY)
    assert leaves(case) == before and _files(case) == manifest


def _files(case: Made) -> dict[str, bytes]:
    place = RunPlace(case.root, USE, current(case.root, USE))
    return {
        p.name: p.read_bytes()
        for p in place.folder.iterdir()
        if p.is_file() and p.suffix != ".duckdb"
    }


def test_things_are_again_as_they_once_were(linked: Made, tmp_path: Path) -> None:
    """What reviewers said is taken back on the same day: the inputs are those of an earlier run."""
    case = linked.again(tmp_path / "town")
    rows = tuple(sorted(case.town.owner)[:2])
    first = current(case.root, USE)
    with store_of(case.root) as store:
        store.reviews.add(USE, rows, "cannot", "tester")  # type: ignore[arg-type]
    second = link(case.use, today=TODAY)
    with store_of(case.root) as store:
        store.reviews.add(USE, rows, "open", "tester")  # type: ignore[arg-type]
    third = link(case.use, today=TODAY)
    assert len({first, second.run, third.run}) == 3 and third.new
    assert states(case) == ["destroyed", "destroyed", "released"]


def test_corrected_details_make_a_new_run(linked: Made, tmp_path: Path) -> None:
    """The ledger is as it was, but the office now knows better who somebody is."""
    from tests.linkage.town import identity

    case = linked.again(tmp_path / "town")
    people = case.town.people
    refuser = next(n for n, word in case.answers.items() if word == "no")
    crosswalk = pl.read_parquet(next((case.root / "runs").rglob("crosswalk.parquet")))
    one = case.town.owner[crosswalk["row"][0]]
    like = {
        name: getattr(people[one], name)
        for name in ("given", "family", "birth", "house", "postcode", "street")
    }
    with store_of(case.root) as store:
        store.permissions.append([], [identity(people[refuser], **like)], now=NOW)
    found = link(case.use, today=TODAY)
    assert found.new
    rows = set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of({one})


def test_a_leak_destroys_everything(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    real = releasing.write_outputs

    def leaking(folder: Path, *given: Any) -> None:
        real(folder, *given)
        pl.DataFrame({"person": ["somebody else"]}).write_parquet(folder / "beside.parquet")

    monkeypatch.setattr(releasing, "write_outputs", leaking)
    with pytest.raises(releasing.Leak, match=r"beside\.parquet"):
        link(case.use, today=TODAY)
    kind, body = last(case)
    assert (kind, body["fault"]) == ("run_failed", "leak") and states(case) == ["failed"]
    nothing_made(case)
    monkeypatch.undo()
    assert link(case.use, today=TODAY).new and states(case) == ["released"]


def test_a_leak_in_the_engine_destroys_everything(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    real = joining.score

    def leaking(engine: Any, *given: Any) -> Any:
        engine._run("create table beside as select 'somebody else' as given")
        return real(engine, *given)

    monkeypatch.setattr(joining, "score", leaking)
    with pytest.raises(releasing.Leak, match=r"beside\.given"):
        link(case.use, today=TODAY)
    assert last(case)[0] == "run_failed"
    nothing_made(case)


@pytest.mark.parametrize("what", ["follow", "arrive"])
def test_a_leak_after_a_change_destroys_the_run(
    what: str, linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    real = refreshing.write_outputs

    def leaking(folder: Path, *given: Any) -> None:
        real(folder, *given)
        pl.DataFrame({"person": ["somebody else"]}).write_parquet(folder / "beside.parquet")

    monkeypatch.setattr(refreshing, "write_outputs", leaking)
    _withdraw(case, 2)
    with pytest.raises(releasing.Leak):
        if what == "follow":
            follow(case.use, today=TODAY)
        else:
            arrive(case.use, {"education": _delivery(case)}, today=TODAY)
    assert last(case) == ("destroyed", {**last(case)[1], "why": "leak"})
    assert states(case) == ["destroyed"]
    nothing_made(case)


def _withdraw(case: Made, count: int) -> list[int]:
    crosswalk = pl.read_parquet(next((case.root / "runs").rglob("crosswalk.parquet")))
    owners = dict.fromkeys(case.town.owner[row] for row in crosswalk["row"])
    some = [n for n in owners if case.answers[n] == "yes"][:count]
    with store_of(case.root) as store:
        said = [event(case.town.people[n], "withdraw", 9) for n in some]
        store.permissions.append(said, now=NOW, sign=False)
    return some


def _delivery(case: Made) -> Path:
    path = case.root / "education.csv"
    write_feed(
        path,
        "education",
        [{**row, "record": f"9{row['record']}", "upn": ""} for row in case.town.rows["education"]],
    )
    return path


# --- the end of a run ---------------------------------------------------------------------------


def test_a_suspended_use_seals_its_run_and_a_no_is_still_followed(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    _new_version(case, ('status = "proposed"', 'status = "suspended"'))
    ended = keep_in_force(case.root, today=TODAY)
    assert [(one.state, one.why) for one in ended] == [("sealed", "suspended")]
    assert last(case)[0] == "sealed" and states(case) == ["sealed"]
    folder = RunPlace(case.root, USE, current(case.root, USE)).folder
    assert (folder / "persons.parquet").stat().st_mode & 0o777 == 0
    with pytest.raises(NotLinked):
        arrive(case.use, {"education": _delivery(case)}, today=TODAY)
    some = _withdraw_sealed(case)
    followed = follow(case.use, today=TODAY)
    assert followed is not None and followed[1].rows
    assert (folder / "persons.parquet").stat().st_mode & 0o777 == 0
    with Zone(folder) as zone:
        assert not set(zone.members()["row"]) & case.town.rows_of(some)
    edit_use(case.root, "version = 2\n", "version = 3\n")
    edit_use(case.root, 'status = "suspended"', 'status = "proposed"')
    publish(case.root, today=TODAY)
    ended = keep_in_force(case.root, today=TODAY)
    assert [one.state for one in ended] == ["unsealed"] and states(case) == ["released"]
    assert (folder / "persons.parquet").stat().st_mode & 0o600


def _withdraw_sealed(case: Made) -> list[int]:
    folder = RunPlace(case.root, USE, current(case.root, USE)).folder
    with Zone(folder) as zone:
        owners = dict.fromkeys(case.town.owner[row] for row in zone.members()["row"])
    some = [n for n in owners if case.answers[n] == "yes"][:2]
    with store_of(case.root) as store:
        said = [event(case.town.people[n], "withdraw", 9) for n in some]
        store.permissions.append(said, now=NOW, sign=False)
    return some


def test_a_ruling_that_ran_out_seals_and_retention_destroys(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    assert keep_in_force(case.root, today=TODAY) == []
    ended = keep_in_force(case.root, today=date(2029, 9, 2))
    assert [(one.state, one.why) for one in ended] == [("sealed", "ruling")]
    assert keep_in_force(case.root, today=date(2029, 9, 2)) == []
    edit_use(case.root, "version = 1\n", "version = 2\nretention_days = 365\n")
    publish(case.root, today=TODAY)
    ended = keep_in_force(case.root, today=date(2029, 9, 3))
    assert [(one.state, one.why) for one in ended] == [("destroyed", "retention")]
    kind, body = last(case)
    assert kind == "destroyed" and "persons.parquet" in body["outputs"]
    nothing_made(case)
    assert keep_in_force(case.root, today=date(2029, 9, 4)) == []


def test_an_ended_use_destroys(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    _new_version(case, ('status = "proposed"', 'status = "ended"'))
    assert [one.why for one in keep_in_force(case.root, today=TODAY)] == ["ended"]
    assert states(case) == ["destroyed"]
    nothing_made(case)


def test_a_yes_that_ends_by_itself_is_followed(published: Made, tmp_path: Path) -> None:
    """Nothing is said in the ledger on the day a yes runs out."""
    case = published.again(tmp_path / "town")
    everybody = dict.fromkeys(range(len(case.town.people)), "yes")
    answer(case.root, case.town, everybody, np.random.default_rng(1))
    short = case.town.people[case.town.owner["early_years/00001"]]
    with store_of(case.root) as store:
        until = event(short, "grant", 3, valid_until=date(2026, 12, 1))
        store.permissions.append([until], now=NOW)
    found = link(case.use, today=TODAY)
    assert "early_years/00001" in set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
    followed = follow(case.use, today=date(2026, 12, 2))
    assert followed is not None and followed[1].rows
    rows = set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of({short.number})
    again = follow(case.use, today=date(2026, 12, 2))
    assert again is not None and not again[1].rows


def test_a_no_that_came_while_a_run_was_made_is_followed(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    real = releasing.write_zone
    yes = [n for n, w in case.answers.items() if w == "yes" and case.town.rows_of({n})][:4]

    def slow(*given: Any) -> None:
        real(*given)
        with store_of(case.root) as store:
            said = [event(case.town.people[n], "withdraw", 9) for n in yes]
            store.permissions.append(said, now=NOW, sign=False)
        # Somebody else opens the workspace meanwhile: the run in the making is let be.
        assert follow(case.use, today=TODAY) is None

    monkeypatch.setattr(releasing, "write_zone", slow)
    found = link(case.use, today=TODAY)
    rows = set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])
    assert rows and not rows & case.town.rows_of(yes)


def test_a_no_that_came_while_new_rows_were_read_is_followed(
    linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    path, real = _delivery(case), arriving.admit
    yes = [n for n, w in case.answers.items() if w == "yes"]

    def slow(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        with store_of(case.root) as store:
            said = [event(case.town.people[n], "withdraw", 9) for n in yes]
            store.permissions.append(said, now=NOW, sign=False)
        return found

    monkeypatch.setattr(arriving, "admit", slow)
    arrive(case.use, {"education": path}, today=TODAY)
    followed = follow(case.use, today=TODAY)
    assert followed is not None
    assert pl.read_parquet(followed[0].folder / "crosswalk.parquet").height == 0


# --- bad input ----------------------------------------------------------------------------------


def _one_message(case: Made, words: str, work: Callable[[], object]) -> None:
    before = leaves(case)
    there = sorted(p.as_posix() for p in (case.root / "runs").rglob("*") if p.name != ".lock")
    with pytest.raises(BadInput, match=words) as refused:
        work()
    assert len(refused.value.faults) == 1 and refused.value.faults[0].what
    after = leaves(case)
    assert [kind for kind, _ in after[len(before) :]] in ([], ["run_started", "run_failed"])
    now = sorted(p.as_posix() for p in (case.root / "runs").rglob("*") if p.name != ".lock")
    assert [p for p in now if p not in there and Path(p).is_file()] == []


def test_unknown_feed_of_an_arrival(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    path = _delivery(case)
    _one_message(
        case,
        "no feed of this use is called 'school'",
        lambda: arrive(case.use, {"school": path}, today=TODAY),
    )


def test_arrival_without_a_run(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    path = _delivery(case)
    _one_message(
        case, "no run in force", lambda: arrive(case.use, {"education": path}, today=TODAY)
    )


def test_arrival_for_another_version_or_other_feeds(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    path = _delivery(case)
    contract = case.root / "feeds" / "education.toml"
    contract.write_text(CONTRACTS["education"].replace("person = true", "person = false"))
    _one_message(case, "other feeds", lambda: arrive(case.use, {"education": path}, today=TODAY))
    contract.write_text(CONTRACTS["education"])
    _new_version(case, ('title = "', 'title = "A new name: '))
    _one_message(
        case, "another version", lambda: arrive(case.use, {"education": path}, today=TODAY)
    )


def test_a_no_is_followed_whatever_became_of_the_feeds(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    some = _withdraw(case, 2)
    (case.root / "feeds" / "early_years.toml").unlink()
    followed = follow(case.use, today=TODAY)
    assert followed is not None and followed[1].rows
    rows = set(pl.read_parquet(followed[0].folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of(some)


def test_a_service_without_a_feed(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    (case.root / "feeds" / "early_years.toml").unlink()
    _one_message(case, "no feed brings records of early_years", lambda: link(case.use, today=TODAY))


def test_too_many_pairs(answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = answered.again(tmp_path / "town")
    held = ("given", "family", "birth", "postcode", "house", "street")
    from licet.linkage.spec import standard_spec

    narrow = standard_spec(held, bound=0.5)
    _one_message(case, "pairs would be compared", lambda: link(case.use, today=TODAY, spec=narrow))


def test_too_many_pairs_of_new_rows(
    linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    path = _delivery(case)
    real = arriving.spec_of
    monkeypatch.setattr(
        arriving, "spec_of", lambda place: real(place).model_copy(update={"bound": 0.1})
    )
    _one_message(
        case, "pairs would be compared", lambda: arrive(case.use, {"education": path}, today=TODAY)
    )


def test_a_model_of_another_specification(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    place = RunPlace(case.root, USE, current(case.root, USE))
    model = releasing.read_model(place.folder)
    other = arriving.spec_of(place).model_copy(update={"version": 2})
    with pytest.raises(BadInput, match="trained for another specification"):
        joining.score(_Held(), pl.DataFrame({"row": ["a"]}), other, model)


class _Held:
    """An engine that compares nothing."""

    name = "none"

    def load(self, rows: pl.DataFrame) -> None: ...

    def candidates(self, spec: object) -> tuple[int, ...]:
        return (0,)


def test_a_locked_zone(linked: Made, tmp_path: Path) -> None:
    """Another program has the run open."""
    import subprocess
    import sys

    case = linked.again(tmp_path / "town")
    place = RunPlace(case.root, USE, current(case.root, USE))
    hold = "import duckdb,sys; c=duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(place.folder / "zone.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        _withdraw(case, 1)
        _one_message(case, "the zone cannot be opened", lambda: follow(case.use, today=TODAY))
    finally:
        other.communicate("")
    followed = follow(case.use, today=TODAY)
    assert followed is not None and followed[1].rows


def test_another_program_links_the_same_use(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    with RunPlace(case.root, USE, "").held() as free:
        assert free
        _one_message(case, "another program is linking", lambda: link(case.use, today=TODAY))


def test_a_locked_store(linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from licet.store import opening

    case = linked.again(tmp_path / "town")
    _withdraw(case, 1)
    monkeypatch.setattr(
        opening.Store.open.__func__,
        "__kwdefaults__",
        {**opening.Store.open.__func__.__kwdefaults__, "lock_seconds": 0.1},
    )  # type: ignore[attr-defined]
    other = sqlite3.connect(case.root / "store" / "licet.sqlite3", isolation_level=None)
    other.execute("begin exclusive")
    try:
        with pytest.raises(BadInput, match="locked"):
            link(case.use, today=TODAY)
    finally:
        other.rollback()
        other.close()


FULL_DISK = OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "place",
    [
        "releasing.write_outputs",
        "releasing.write_rows",
        "releasing.write_bytes",
        "releasing.write_frequencies",
    ],
)
def test_a_full_disk_while_linking(
    place: str, answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")

    def full(*given: Any) -> None:
        raise FULL_DISK

    monkeypatch.setattr(f"licet.chapters.{place}", full)
    with pytest.raises(BadInput, match="No space left"):
        link(case.use, today=TODAY)
    assert not current(case.root, USE)
    monkeypatch.undo()
    found = link(case.use, today=TODAY)
    assert (found.folder / PROOF).exists() and states(case) == ["released"]


@pytest.mark.parametrize(
    "what", ["refreshing.write_outputs", "changing.remove_rows", "arriving.write_rows"]
)
def test_a_full_disk_after_a_change(
    what: str, linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    some = _withdraw(case, 2)
    path = _delivery(case)

    def full(*given: Any) -> None:
        raise FULL_DISK

    monkeypatch.setattr(f"licet.chapters.{what}", full)
    with pytest.raises(BadInput, match="No space left"):
        arrive(case.use, {"education": path}, today=TODAY)
    monkeypatch.undo()
    followed = follow(case.use, today=TODAY)
    assert followed is not None
    arrived = arrive(case.use, {"education": path}, today=TODAY)
    rows = set(pl.read_parquet(arrived.folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of(some)
    assert any(row.startswith("education/9") for row in rows)


def test_a_disk_that_is_really_full(linked: Made, tmp_path: Path) -> None:
    """The system refuses to let any file grow beyond a few kilobytes."""
    import subprocess
    import sys

    case = linked.again(tmp_path / "town")
    _withdraw(case, 2)
    code = """
import resource, signal, sys
from pathlib import Path
from licet.chapters.linking import link
from licet.errors import BadInput
from tests.linkage.town import TODAY
import splink, duckdb, django
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    link(Path(sys.argv[1]), today=TODAY)
except BadInput as error:
    print(error)
"""
    before = current(case.root, USE)
    size = (case.root / "store" / "licet.sqlite3").stat().st_size + 16_384
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(case.use), str(size)],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "cannot be written" in done.stdout or "disk" in done.stdout
    assert "Traceback" not in done.stderr
    assert current(case.root, USE) in (before, "")
    assert link(case.use, today=TODAY).folder.exists()


def test_the_manifest_says_what_the_run_was_made_from(linked: Made) -> None:
    place = RunPlace(linked.root, USE, current(linked.root, USE))
    manifest = read_manifest(place.folder)
    assert {feed["id"] for feed in manifest["feeds"]} == {"education", "early_years", "social_work"}
    assert linking.input_digest and duckdb.__version__
