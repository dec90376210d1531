"""Stores to test on: SQLite always, PostgreSQL where its programs are."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from licet.store import Store
from tests.suites import postgresql_programs, somebody

_numbers = itertools.count(1)


def _as(account: str) -> list[str]:
    """How to run a program as somebody else; "" is oneself."""
    if not account:
        return []
    import pwd

    group = pwd.getpwnam(account).pw_gid
    return ["setpriv", f"--reuid={account}", f"--regid={group}", "--clear-groups"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A folder with the socket of a server of its own."""
    programs, account = postgresql_programs(), somebody()
    assert programs is not None and account is not None, "tests/suites.py skips this suite"
    first = _as(account)
    folder = Path(tempfile.mkdtemp(prefix="licet-pg-"))
    if account:
        shutil.chown(folder, account)
    data, log = folder / "data", folder / "log"

    def run(program: str, *arguments: str) -> None:
        command = [*first, str(programs / program), *arguments]
        subprocess.run(
            command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )

    try:
        run("initdb", "-D", str(data), "-U", "licet", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=50"
        run("pg_ctl", "-D", str(data), "-l", str(log), "-o", options, "-w", "start")
        try:
            yield str(folder)
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(folder: str) -> str:
    """The URL of a new, empty database."""
    import psycopg

    name = f"licet_{next(_numbers)}"
    with psycopg.connect(host=folder, user="licet", dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    return f"postgresql:///{name}?host={folder}&user=licet"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new database, of both kinds in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/licet.sqlite3"
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Opens stores and closes them afterwards."""
    stores: list[Store] = []

    def open_it(place: str) -> Store:
        stores.append(Store.open(place, tmp_path / "keys", lock_seconds=0.2))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


@pytest.fixture
def store(url: str, opened: Callable[[str], Store]) -> Store:
    """A store on a new database, of both kinds in turn."""
    return opened(url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lasting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """One store for a whole module, of both kinds in turn."""
    folder = tmp_path_factory.mktemp("lasting")
    place = f"sqlite:///{folder}/licet.sqlite3"
    if request.param == "postgresql":
        place = new_database(request.getfixturevalue("postgresql"))
    with Store.open(place, folder / "keys") as found:
        yield found
