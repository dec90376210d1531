"""What the log says after a run: outputs written anew, a look at personal data, a run opened again."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from licet.chapters import refreshing, witnessing
from licet.chapters.arriving import arrive, follow
from licet.chapters.explaining import explain_linked
from licet.chapters.noticing import seal_batches
from licet.chapters.overseeing import keep
from licet.chapters.publishing import publish
from licet.chapters.sealing import keep_in_force
from licet.errors import BadInput
from licet.files.runs import MANIFEST, OUTPUTS, PROMISE, PROOF, RunPlace, current, digests
from licet.log.checkpoint import read_key, read_note, signed_by
from tests.linkage.conftest import Made
from tests.linkage.left import delivery, last, leaves, new_version, withdraw
from tests.linkage.town import NOW, TODAY, USE, edit_use, store_of


def folder_of(case: Made) -> Path:
    return RunPlace(case.root, USE, current(case.root, USE)).folder


def proven(folder: Path) -> tuple[str, dict[str, str]]:
    """The kind and the outputs of the leaf that the run's proof is of; the proof itself is sound."""
    assert witnessing.verify(folder / PROOF).sound
    leaf = json.loads(json.loads((folder / PROOF).read_text(encoding="utf-8"))["leaf"])
    return leaf["kind"], leaf["body"]["outputs"]


def held(folder: Path) -> dict[str, str]:
    """The digests of the outputs as they lie there, and of the manifest."""
    mark = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    return {**digests(folder, OUTPUTS), MANIFEST: mark}


def promised(case: Made, folder: Path) -> list[str]:
    """The lines of the promise beside the outputs; its signature is that of the log's key."""
    note = read_note((folder / PROMISE).read_bytes())
    with store_of(case.root) as store:
        assert signed_by(note, read_key(store.log.key))
    return note.text.splitlines()


def test_rows_that_arrive_are_in_the_log_at_once_with_their_proof(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    folder, before = folder_of(case), len(leaves(case))
    assert proven(folder) == ("run_finished", held(folder))
    old = held(folder)
    withdraw(case, 2)
    follow(case.use, today=TODAY)
    assert (folder / PROMISE).exists()
    arrive(case.use, {"education": delivery(case)}, today=TODAY)
    assert held(folder) != old
    assert proven(folder) == ("run_changed", held(folder)) and not (folder / PROMISE).exists()
    assert len(leaves(case)) == before + 1
    with store_of(case.root) as store:
        assert store.runs.get(folder.name).manifest == held(folder)[MANIFEST]


def test_nothing_tells_the_moment_of_a_no(linked: Made, tmp_path: Path) -> None:
    """The log is silent until the batch; until then the outputs have a promise that the log's key signed."""
    case = linked.again(tmp_path / "town")
    folder, before = folder_of(case), len(leaves(case))
    old, day = held(folder), datetime(2026, 12, 1, 2, tzinfo=UTC)
    for number in (2, 5):
        withdraw(case, number)
        follow(case.use, today=TODAY)
        assert len(leaves(case)) == before, "no leaf, so no moment"
        lines = promised(case, folder)
        assert lines[:3] == ["licet-outputs", USE, folder.name]
        assert set(lines[4:]) == {f"{digest}  {name}" for name, digest in held(folder).items()}
    assert held(folder) != old and proven(folder) == ("run_finished", old)
    with store_of(case.root) as store:
        kept = [act for act in store.acts.of(key=folder.name) if act.kind == "outputs_changed"]
        assert len(kept) == 2 and kept[-1].data == held(folder), "each is chained and sealed later"
    seal_batches(case.root, at=day)
    told = leaves(case)[before:]
    assert sorted(kind for kind, _ in told) == ["act_batch", "permission_batch", "run_changed"]
    body = dict(told)["run_changed"]
    assert set(body) == {"run", "use", "version", "outputs"} and body["outputs"] == held(folder)
    assert proven(folder) == ("run_changed", held(folder)) and not (folder / PROMISE).exists()
    assert "outputs_changed" not in dict(told)["act_batch"]["counts"], "it would count the noes"
    with store_of(case.root) as store:
        *_, leaf = [e.leaf for e in store.log.entries() if e.leaf.kind == "run_changed"]
        assert leaf.at == day and not seal_batches(case.root, at=day)
        assert store.runs.get(folder.name).manifest == held(folder)[MANIFEST]
    assert witnessing.verify(case.root).sound


def test_a_timer_that_keeps_the_runs_keeps_the_promise_too(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    folder = folder_of(case)
    withdraw(case, 2)
    keep(case.root, today=TODAY)
    assert proven(folder) == ("run_changed", held(folder)) and not (folder / PROMISE).exists()


def test_what_changes_nothing_is_not_logged(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    before = len(leaves(case))
    follow(case.use, today=TODAY)
    assert len(leaves(case)) == before


def test_an_interruption_shows_nothing_new_and_logs_once(
    linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    folder = folder_of(case)
    old, before = held(folder), len(leaves(case))
    withdraw(case, 2)

    def stopped(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(refreshing, "_put", stopped)
        with pytest.raises(KeyboardInterrupt):
            follow(case.use, today=TODAY)
    assert held(folder) == old and proven(folder) == ("run_finished", old)
    follow(case.use, today=TODAY)
    assert held(folder) != old and (folder / PROMISE).exists()
    with monkeypatch.context() as patch:
        patch.setattr(refreshing, "_proof", stopped)
        with pytest.raises(KeyboardInterrupt):
            seal_batches(case.root, at=NOW)
    seal_batches(case.root, at=NOW)
    assert proven(folder) == ("run_changed", held(folder)) and not (folder / PROMISE).exists()
    assert [kind for kind, _ in leaves(case)[before:]].count("run_changed") == 1
    with store_of(case.root) as store:
        assert len(store.acts.of(key=folder.name)) == 1


@pytest.mark.parametrize("what", ["follow", "arrive"])
def test_outputs_are_shown_only_once_they_are_written_down(
    what: str, linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log, or a chain of acts, that cannot be written keeps new outputs back."""
    from licet.store.acts import Acts
    from licet.store.log import Log

    case = linked.again(tmp_path / "town")
    folder, old = folder_of(case), held(folder_of(case))
    withdraw(case, 2)

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(*((Acts, "add") if what == "follow" else (Log, "append")), full)
        files = {"education": delivery(case)}
        change = {"follow": lambda: follow(case.use, today=TODAY),
                  "arrive": lambda: arrive(case.use, files, today=TODAY)}[what]  # fmt: skip
        with pytest.raises(BadInput):
            change()
    assert held(folder) == old and proven(folder) == ("run_finished", old)


def test_a_look_at_personal_data_is_logged_and_at_whom_is_not(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    run = current(case.root, USE)
    crosswalk = pl.read_parquet(folder_of(case) / "crosswalk.parquet")
    person = str(crosswalk["person"][0])
    rows = [str(row) for row in crosswalk["row"][:2]]
    before = len(leaves(case))
    where = case.root / USE
    explain_linked([person], where, officer=" Early help,\n team 2 ", today=TODAY)
    explain_linked(rows, where, officer="Data protection officer", today=TODAY)
    told = leaves(case)[before:]
    assert told == [
        ("explained", {"run": run, "use": USE, "role": "Early help, team 2"}),
        ("explained", {"run": run, "use": USE, "role": "Data protection officer"}),
    ]
    assert not any(name in str(told) for name in (person, *rows))


def test_what_was_not_shown_is_not_logged(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    before, where = len(leaves(case)), case.root / USE
    for what, officer in (
        (["p" + "0" * 24], "Somebody"),
        (["education/x", "education/y"], "Somebody"),
    ):
        with pytest.raises(BadInput):
            explain_linked(what, where, officer=officer, today=TODAY)
    person = str(pl.read_parquet(folder_of(case) / "crosswalk.parquet")["person"][0])
    with pytest.raises(BadInput, match="cannot be written into the log"):
        explain_linked([person], where, officer="a\x1b[2Jb", today=TODAY)
    assert len(leaves(case)) == before


def test_a_run_that_may_be_read_again_is_logged(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    new_version(case, ('status = "proposed"', 'status = "suspended"'))
    keep_in_force(case.root, today=TODAY)
    edit_use(case.root, "version = 2\n", "version = 3\n")
    edit_use(case.root, 'status = "suspended"', 'status = "proposed"')
    publish(case.root, today=TODAY)
    keep_in_force(case.root, today=TODAY)
    assert [kind for kind, _ in leaves(case)[-2:]][-1] == "unsealed"
    assert last(case)[1]["why"] == "in_force"
