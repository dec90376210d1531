"""A database as an earlier Licet left it comes up to the newest, with everything that was in it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from licet.permission import Identity
from licet.permission.voices import NewAct
from licet.store import Store
from tests.conftest import FULL
from tests.spec.test_permission_ages import said
from tests.store.conftest import new_database

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
STEPS = ("0002_guards", "0003_identity_lookup", "0004_acts", "0005_entries", "0006_dialogue")
"""After which a database was in use."""
Held = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
"""By table: its columns, and its rows in their order."""


def filled(store: Store) -> None:
    """Something in every table that an upgrade could lose."""
    people = [
        Identity(handle=f"education/{n}", given="Ann", birth=date(1985, 1, 1), languages=("en",))
        for n in range(3)
    ]
    for person in people:
        store.permissions.append(said("person yes 2026-10-01", person.handle), [person], now=NOW)
    snapshot = store.permissions.snapshot()
    store.runs.start("run-1", "early-help", 1, "0" * 64, snapshot, at=NOW)
    store.log.append("run_refused", {"use": "early-help", "why": "x", "reasons": ["R."]}, NOW)
    store.batches.publish(NOW)
    store.reviews.add("early-help", ("a/1", "b/1"), "must", "Desk", at=NOW)
    store.acts.add(NewAct(kind="looked_up", key="k", at=NOW, by="Desk"))
    store.acts.publish(NOW)
    store.log.checkpoint()


def held(connection: Any, names: Iterator[str] | list[str] | None = None) -> Held:
    """What the tables of the store hold."""
    found: Held = {}
    with connection.cursor() as cursor:
        tables = names or [
            one for one in connection.introspection.table_names(cursor) if one.startswith("store_")
        ]
        for table in sorted(tables):
            cursor.execute(f"SELECT * FROM {table}")
            columns = [one[0] for one in cursor.description]
            found[table] = (columns, sorted(cursor.fetchall(), key=str))
    return found


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Held]:
    """The keys and the tables of a database of today."""
    folder = tmp_path_factory.mktemp("newest")
    with Store.open(f"sqlite:///{folder}/licet.sqlite3", folder / "keys") as store:
        filled(store)
        with store.reading() as connection:
            return folder / "keys", held(connection)


def earlier(url: str, step: str, rows: Held) -> set[str]:
    """A database as an earlier step left it, with what of these rows it could hold; its tables."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from licet.store import opening

    opening._configure()
    alias = f"earlier-{step}"
    connections.databases[alias] = connections.configure_settings(
        {"default": {}, alias: opening.describe(url)}
    )[alias]
    connection = connections[alias]
    try:
        MigrationExecutor(connection).migrate([("store", step)])
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor)) & set(rows)
            quote = connection.ops.quote_name
            for table in sorted(tables):
                columns, values = rows[table]
                names = ", ".join(map(quote, columns))
                marks = ", ".join(["%s"] * len(columns))
                statement = f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})"
                cursor.executemany(statement, values)
                if connection.vendor == "postgresql" and "id" in columns and values:
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                    )
        return tables
    finally:
        opening._forget(alias)


CASES = [("sqlite", step) for step in STEPS] + [
    ("postgresql", step) for step in (STEPS if FULL else (STEPS[0], STEPS[-1]))
]


@pytest.mark.parametrize(("kind", "step"), CASES)
def test_nothing_is_lost_when_tables_are_brought_up_to_date(
    step: str, kind: str, newest: tuple[Path, Held], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    keys, rows = newest
    url = f"sqlite:///{tmp_path}/licet.sqlite3"
    if kind == "postgresql":
        url = new_database(request.getfixturevalue("postgresql"))
    tables = earlier(url, step, rows)
    assert {"store_event", "store_leaf", "store_receipt", "store_run"} <= tables
    with Store.open(url, keys) as store:
        with store.reading() as connection:
            assert held(connection, list(tables)) == {name: rows[name] for name in tables}
        assert store.permissions.verify().events == 3 and not store.log.verify().findings
        assert store.acts.verify() == (1 if "store_act" in tables else 0)
        (about,) = store.entries.leaves("early-help")
        assert about[1].kind == "run_refused", "the log is sorted by use, from whatever step"
        store.permissions.append(
            said("person yes 2026-10-01", "education/9"), [Identity(handle="education/9")], now=NOW
        )
        store.log.append("run_refused", {"use": "early-help", "why": "y", "reasons": ["R."]}, NOW)
        assert store.permissions.verify().events == 4 and not store.log.verify().findings
        assert len(store.entries.leaves("early-help")) == 2


@pytest.mark.long
def test_a_site_is_served_from_an_earlier_database(
    newest: tuple[Path, Held], tmp_path: Path
) -> None:
    """The tables of accounts are made beside; those of the store brought up to date; opened twice."""
    keys, rows = newest
    folder = tmp_path / "town" / "store"
    folder.mkdir(parents=True)
    (tmp_path / "town" / "licet.toml").write_text('name = "Town"\n', encoding="utf-8")
    (folder / "keys").symlink_to(keys)
    earlier(f"sqlite:///{folder}/licet.sqlite3", "0004_acts", rows)
    code = (
        "import json, sys\nfrom pathlib import Path\n"
        "from licet.web.serving import make_account\nroot = Path(sys.argv[1])\n"
        "make_account(root, 'first keeper', 'keeper', 'Keeper')\n"
        "from licet.chapters.stores import open_store\n"
        "from licet.files.workspace import read_workspace\n"
        "from licet.web.accounts.models import Account\n"
        "with open_store(read_workspace(root)) as store:\n"
        "    print(json.dumps([store.permissions.verify().events, store.log.size, store.acts.verify(),\n"
        "        len(store.log.verify().findings), [one.login for one in Account.objects.all()]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "town")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [3, 3, 1, 0, ["first keeper"]]
