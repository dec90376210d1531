"""A workspace copied and put back, its database in a file or on a server, also while others write."""

from __future__ import annotations

import itertools
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from licet.chapters import copying
from licet.chapters.keeping import back_up, restore
from licet.chapters.stores import open_store
from licet.errors import BadInput
from licet.files.workspace import read_workspace
from licet.permission import Identity
from licet.permission.voices import NewAct
from licet.store import Store
from tests.spec.test_permission_ages import said
from tests.store.conftest import new_database

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
REFUSED = {"use": "early-help", "why": "x", "reasons": ["R."]}


@pytest.fixture
def town(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace on a database of its own, with something in its ledger, log and acts."""
    root = tmp_path / "town"
    root.mkdir()
    (root / "licet.toml").write_text('name = "Town"\n', encoding="utf-8")
    if url.startswith("postgresql"):
        monkeypatch.setenv("LICET_DATABASE", url)
    with open_store(read_workspace(root)) as store:
        for number in range(3):
            record(store, number)
        store.acts.add(NewAct(kind="looked_up", key="k", at=NOW, by="Desk"))
        store.batches.publish(NOW)
    return root


def record(store: Store, number: int) -> None:
    """One answer, and one leaf, in one transaction."""
    person = Identity(handle=f"education/{number}", birth=date(1985, 1, 1), languages=("en",))
    with store.changing():
        store.permissions.append(
            said("person yes 2026-10-01", person.handle), [person], now=NOW, sign=False
        )
        store.log.append("run_refused", REFUSED, NOW)


def emptied(store: Store) -> None:
    """As somebody with the database might."""
    with store.changing() as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_event")


def counted(store: Store) -> tuple[int, int]:
    """Answers, and the leaves that were written with them."""
    leaves = [e for e in store.log.entries() if e.leaf.kind == "run_refused"]
    return len(store.permissions.events()), len(leaves)


@pytest.fixture
def elsewhere(url: str, request: pytest.FixtureRequest) -> str:
    """Another database of the same kind, to put a copy into; "" where it goes into the folder."""
    if url.startswith("sqlite"):
        return ""
    return new_database(request.getfixturevalue("postgresql"))


@contextmanager
def put_back(
    file: Path, folder: Path, elsewhere: str, patched: pytest.MonkeyPatch
) -> Iterator[Store]:
    """The store of a copy that was put back."""
    restore(file, folder, database=elsewhere)
    with patched.context() as patch:
        if elsewhere:
            patch.setenv("LICET_DATABASE", elsewhere)
        with open_store(read_workspace(folder)) as store:
            yield store


def test_what_is_put_back_is_what_was_copied(
    town: Path, elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(read_workspace(town)) as store:
        held = (store.permissions.events(), [e.data for e in store.log.entries()], store.acts.of())
    made = back_up(town, tmp_path / "copy.tar.gz", now=NOW)
    with put_back(made.file, tmp_path / "again", elsewhere, monkeypatch) as store:
        again = (store.permissions.events(), [e.data for e in store.log.entries()], store.acts.of())
        assert again == held and store.log.root()[0] == made.leaves == 4
        record(store, 9)
        assert store.permissions.verify().events == 4 and not store.log.verify().findings
        with pytest.raises(BadInput, match="what is recorded cannot be changed"):
            emptied(store)
    with open_store(read_workspace(town)) as store:
        assert len(store.permissions.events()) == 3, "the copy is another"


def test_a_copy_made_while_others_write_is_of_one_moment(
    town: Path, elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ledger and log agree in it, and the database knows of everything that a file knows of."""
    ended, faults = threading.Event(), []
    (town / "runs").mkdir()

    def writes() -> None:
        try:
            with open_store(read_workspace(town)) as store:
                for number in itertools.count(100):
                    if ended.is_set():
                        return
                    record(store, number)
                    (town / "runs" / "zone").write_text(str(number - 96), encoding="utf-8")
        except Exception as error:
            faults.append(error)

    writer = threading.Thread(target=writes)
    writer.start()
    try:
        while not (town / "runs" / "zone").exists() and not faults:
            ended.wait(0.01)
        made = back_up(town, tmp_path / "copy.tar.gz", now=NOW)
    finally:
        ended.set()
        writer.join(30)
    assert not faults, faults
    with put_back(made.file, tmp_path / "again", elsewhere, monkeypatch) as store:
        answers, leaves = counted(store)
        assert answers == leaves > 3
        assert int((tmp_path / "again" / "runs" / "zone").read_text("utf-8")) <= answers


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_file_that_changes_once_is_copied_as_it_is_in_the_end(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = copying._database, []

    def changing(workspace, *given):
        if not seen:
            (town / "licet.toml").write_text('name = "Town"  # now\n', encoding="utf-8")
        seen.append(1)
        return real(workspace, *given)

    monkeypatch.setattr(copying, "_database", changing)
    made = back_up(town, tmp_path / "copy.tar.gz", now=NOW)
    with tarfile.open(made.file) as archive:
        text = archive.extractfile("workspace/licet.toml").read().decode()
    assert "# now" in text and len(seen) == 2


def test_a_database_of_a_server_needs_an_empty_one(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request
) -> None:
    url = new_database(postgresql)
    monkeypatch.setenv("LICET_DATABASE", url)
    root = tmp_path / "town"
    root.mkdir()
    (root / "licet.toml").write_text('name = "Town"\n', encoding="utf-8")
    file = back_up(root, tmp_path / "copy.tar.gz", now=NOW).file
    with pytest.raises(BadInput, match="--database postgresql"):
        restore(file, tmp_path / "again")
    with pytest.raises(BadInput, match="pg_restore failed"):
        restore(file, tmp_path / "again", database=url)
    assert not (tmp_path / "again").exists()
    with pytest.raises(BadInput, match="pg_restore failed") as refused:
        restore(file, tmp_path / "again", database="postgresql://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(refused.value)


def test_a_file_of_sqlite_outside_its_folder_goes_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LICET_DATABASE", f"sqlite:///{tmp_path}/held.sqlite3")
    root = tmp_path / "town"
    root.mkdir()
    (root / "licet.toml").write_text('name = "Town"\n', encoding="utf-8")
    with open_store(read_workspace(root)) as store:
        record(store, 1)
    file = back_up(root, tmp_path / "copy.tar.gz", now=NOW).file
    with pytest.raises(BadInput, match="outside its folder"):
        restore(file, tmp_path / "again")
    new = f"sqlite:///{tmp_path}/new.sqlite3"
    with put_back(file, tmp_path / "again", new, monkeypatch) as store:
        assert counted(store) == (1, 1)
    assert (tmp_path / "new.sqlite3").stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput, match="there is a file already"):
        restore(file, tmp_path / "more", database=new)
