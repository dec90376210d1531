"""Opening a store: tables made once, guards on every connection, one clear message where it fails."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from licet.errors import BadInput
from licet.permission import Identity
from licet.store import Store
from licet.store.faults import shown
from tests.powerless import powerless
from tests.spec.test_permission_ages import said

NOW = datetime(2026, 11, 30, tzinfo=UTC)
PERSON = Identity(handle="education/1", birth=date(1985, 1, 1), languages=("en",))


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys, licet, licet.store, licet.permission.receipts, licet.permission.invitations; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'django', 'cryptography', 'psycopg', 'rfc8785'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_migrations_make_the_tables_of_the_models(store: Store) -> None:
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    made = MigrationLoader(store.connection).project_state()
    changes = MigrationAutodetector(made, ProjectState.from_apps(apps)).changes(
        graph=MigrationLoader(store.connection).graph
    )
    assert changes == {}


def test_what_was_recorded_is_there_when_opened_again(url: str, tmp_path: Path) -> None:
    with Store.open(url, tmp_path / "keys") as first:
        first.permissions.append(said("person yes 2026-10-01", "education/1"), [PERSON], now=NOW)
        kept = first.permissions.events()
    with Store.open(url, tmp_path / "keys") as second:
        assert second.permissions.events() == kept
        second.permissions.append(said("person yes 2026-10-01", "education/1"), now=NOW)
        assert second.permissions.verify().events == 1


def test_several_stores_in_one_process_stay_apart(
    tmp_path: Path, opened: Callable[[str], Store]
) -> None:
    one, other = (opened(f"sqlite:///{tmp_path}/{name}.sqlite3") for name in ("a", "b"))
    one.permissions.append(said("person yes 2026-10-01", "education/1"), [PERSON], now=NOW)
    assert len(one.permissions.events()) == 1 and other.permissions.events() == ()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "licet.sqlite3",
        "sqlite://",
        "sqlite://host/x",
        "mysql://me:secret@host/licet",
        "postgresql://me:secret@host:port/licet",
        "postgresql://me:secret@host",
    ],
)
def test_a_url_that_is_none_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="this is no database URL") as error:
        Store.open(url, tmp_path / "keys")
    assert "secret" not in str(error.value) and "sqlite:///" in str(error.value)
    assert not (tmp_path / "keys").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder of the database is not there"):
        Store.open(f"sqlite:///{tmp_path}/nowhere/licet.sqlite3", tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "licet.sqlite3"
    path.write_bytes(b"Dear Sir or Madam, " * 100)
    with pytest.raises(BadInput, match="no database that can be opened"):
        Store.open(f"sqlite:///{path}", tmp_path / "keys")
    assert path.read_bytes() == b"Dear Sir or Madam, " * 100


def test_a_database_that_is_down_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be reached") as error:
        Store.open("postgresql://me:secret@127.0.0.1:1/licet", tmp_path / "keys")
    assert "secret" not in str(error.value) and "me:***@127.0.0.1" in str(error.value)


def test_a_database_that_does_not_exist_is_said_not_to(postgresql: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no such database"):
        Store.open(f"postgresql:///nowhere?host={postgresql}&user=licet", tmp_path / "keys")


def test_a_database_newer_than_the_program_is_refused(url: str, tmp_path: Path) -> None:
    with Store.open(url, tmp_path / "keys") as store, store.changing() as connection:
        from django.db.migrations.recorder import MigrationRecorder

        MigrationRecorder(connection).record_applied("store", "9999_of_tomorrow")
    with pytest.raises(BadInput, match="newer than this program: 9999_of_tomorrow"):
        Store.open(url, tmp_path / "keys")


def test_a_locked_database_is_said_to_be_locked(tmp_path: Path) -> None:
    path = tmp_path / "licet.sqlite3"
    with Store.open(f"sqlite:///{path}", tmp_path / "keys", lock_seconds=0.1) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            with pytest.raises(BadInput, match="stayed locked") as error:
                store.permissions.append(
                    said("person yes 2026-10-01", "education/1"), [PERSON], now=NOW
                )
        finally:
            other.execute("ROLLBACK")
            other.close()
        assert "nothing was written" in str(error.value)
        assert store.permissions.events() == () and store.permissions.subjects().is_empty()
        store.permissions.append(said("person yes 2026-10-01", "education/1"), [PERSON], now=NOW)


def test_a_locked_table_is_said_to_be_locked(postgresql: str, tmp_path: Path) -> None:
    from tests.store.conftest import new_database

    place = new_database(postgresql)
    with (
        Store.open(place, tmp_path / "keys", lock_seconds=0.2) as store,
        Store.open(place, tmp_path / "keys") as other,
        other.changing() as connection,
    ):
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE store_event IN EXCLUSIVE MODE")
        with pytest.raises(BadInput, match="stayed locked"):
            store.permissions.append(
                said("person yes 2026-10-01", "education/1"), [PERSON], now=NOW
            )


def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/licet.sqlite3", tmp_path / "keys") as store:
        with store.connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        many = [Identity(handle=f"education/{n}", birth=date(1985, 1, 1)) for n in range(500)]
        with pytest.raises(BadInput, match="the disk is full"):
            store.permissions.append([], many, now=NOW)
        assert store.permissions.subjects().is_empty()


def test_a_database_that_cannot_be_written_to_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "licet.sqlite3"
    Store.open(f"sqlite:///{path}", tmp_path / "keys").close()
    path.chmod(0o400)
    with (
        powerless(),
        pytest.raises(BadInput, match="cannot be written to"),
        Store.open(f"sqlite:///{path}", tmp_path / "keys") as store,
    ):
        store.permissions.append([], [PERSON], now=NOW)


def test_keys_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/licet.sqlite3"
    with Store.open(place, tmp_path / "keys") as store:
        first = store.keys
        assert first.signing != first.pseudonym and len(first.signing) == 32
        assert first.signing.hex() not in repr(first) and first.pseudonym.hex() not in repr(first)
    with Store.open(place, tmp_path / "keys") as store:
        assert store.keys == first
    files = sorted((tmp_path / "keys").iterdir())
    assert [path.name for path in files] == ["pseudonym.key", "signing.key"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/licet.sqlite3"
    Store.open(place, tmp_path / "keys").close()
    (tmp_path / "keys" / "signing.key").chmod(0o644)
    with pytest.raises(BadInput, match="others may read this key"):
        Store.open(place, tmp_path / "keys")


@pytest.mark.parametrize("text", ["", "zz", "ab" * 31])
def test_a_damaged_key_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    place = f"sqlite:///{tmp_path}/licet.sqlite3"
    Store.open(place, tmp_path / "keys").close()
    key = tmp_path / "keys" / "pseudonym.key"
    key.write_text(text)
    with pytest.raises(BadInput, match="this is no key"):
        Store.open(place, tmp_path / "keys")
    assert key.read_text() == text


def test_a_password_is_never_shown() -> None:
    assert shown("postgresql://me:secret@host/x") == "postgresql://me:***@host/x"
    assert shown("sqlite:///a/b") == "sqlite:///a/b"
    assert "secret" not in shown("postgresql://host/x?user=me&password=secret&sslmode=require")


def test_a_key_that_another_program_changed_signs_from_then_on(tmp_path: Path) -> None:
    """As where a site is served and the key is changed beside it."""
    url = f"sqlite:///{tmp_path}/licet.sqlite3"
    with Store.open(url, tmp_path / "keys") as served, Store.open(url, tmp_path / "keys") as other:
        people = [Identity(handle=f"education/{number}") for number in (1, 2)]
        keys = []
        for person in people:
            (receipt,) = served.permissions.append(
                said("person no 2026-10-01", person.handle), [person], now=NOW
            )
            keys.append(receipt.key)
            other.log.change_key("the yearly change", NOW)
        assert keys[0] != keys[1]
