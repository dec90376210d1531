"""What the log says after a run: outputs written anew, a look at personal data, a run opened again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from licet.chapters import refreshing, witnessing
from licet.chapters.arriving import arrive, follow
from licet.chapters.explaining import explain_linked
from licet.chapters.publishing import publish
from licet.chapters.sealing import keep_in_force
from licet.errors import BadInput
from licet.files.runs import MANIFEST, OUTPUTS, PROOF, RunPlace, current, digests
from tests.linkage.conftest import Made
from tests.linkage.left import delivery, last, leaves, new_version, withdraw
from tests.linkage.town import TODAY, USE, edit_use, store_of


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


@pytest.mark.parametrize("what", ["follow", "arrive"])
def test_outputs_written_anew_are_in_the_log_with_their_proof(
    what: str, linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    folder, before = folder_of(case), len(leaves(case))
    assert proven(folder) == ("run_finished", held(folder))
    old = held(folder)
    if what == "follow":
        withdraw(case, 2)
        follow(case.use, today=TODAY)
    else:
        arrive(case.use, {"education": delivery(case)}, today=TODAY)
    assert held(folder) != old
    assert proven(folder) == ("run_changed", held(folder))
    assert len(leaves(case)) == before + 1
    kind, body = last(case)
    assert kind == "run_changed" and set(body) == {"run", "use", "version", "outputs"}
    assert witnessing.verify(case.root).sound
    with store_of(case.root) as store:
        assert store.runs.get(folder.name).manifest == held(folder)[MANIFEST]


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
    assert proven(folder) == ("run_changed", held(folder)) and held(folder) != old
    assert len(leaves(case)) == before + 1


def test_outputs_are_shown_only_with_their_proof(
    linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that cannot be written keeps new outputs back."""
    from licet.store.log import Log

    case = linked.again(tmp_path / "town")
    folder, old = folder_of(case), held(folder_of(case))
    withdraw(case, 2)

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Log, "append", full)
        with pytest.raises(BadInput):
            follow(case.use, today=TODAY)
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
