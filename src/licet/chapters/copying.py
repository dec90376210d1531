"""The file of a backup: the folder of a workspace, then its database as of one moment.

Nobody waits while the folder is copied. The database comes last, so that it knows of everything that the
files know of: a run that is behind its ledger follows it, a ledger that is behind a run would lose a no.
Where a file changed meanwhile the folder is copied once more, and then while nobody may write.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from licet.chapters.stores import database_of, open_store
from licet.errors import bad
from licet.files.reading import shown
from licet.files.workspace import Workspace

if TYPE_CHECKING:
    from licet.store.opening import Store

MARK = "licet-backup.json"
DUMP = "database.dump"
_SIDE = ("-wal", "-shm", "-journal")
_TRIES = 2
"""Times that the folder is copied while others write; then as often while nobody may."""

Seen = dict[Path, tuple[int, int, int]]
"""When each file of a folder changed last, how large it is, and its number."""


def pack(workspace: Workspace, out: Path, mark: Mapping[str, str]) -> dict[str, str]:
    """Write the file; how many leaves the log in it has, and their root. Raises BadInput; nothing is left."""
    waiting = out.with_name(f".{out.name}.part")
    try:
        with open_store(workspace) as store:
            told = _tried(workspace, store, waiting, mark)
            if not told:
                with store.changing() as connection:
                    _hold(connection)
                    told = _tried(workspace, store, waiting, mark, held=True)
        if not told:
            what = "files of the workspace change faster than they can be copied"
            raise bad(what, shown(workspace.root), "", "copy it while nothing is linked")
        waiting.replace(out)
        return told
    except OSError as error:
        what = f"the copy cannot be written ({error.strerror})"
        raise bad(what, shown(out), "", "nothing was kept; name another place") from None
    finally:
        waiting.unlink(missing_ok=True)


def _tried(
    workspace: Workspace,
    store: Store,
    waiting: Path,
    mark: Mapping[str, str],
    *,
    held: bool = False,
) -> dict[str, str] | None:
    """The file, tried more than once; None where something changed each time."""
    for _ in range(_TRIES):
        told = _written(workspace, store, waiting, mark, held=held)
        if told is not None:
            return told
    return None


def _hold(connection: Any) -> None:
    """Nobody writes to ledger or log as long as this transaction lasts. With SQLite nobody can anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # In the order in which everybody else takes them: the log comes last.
            cursor.execute("LOCK TABLE store_event, store_leaf IN EXCLUSIVE MODE")


def _written(
    workspace: Workspace,
    store: Store,
    waiting: Path,
    mark: Mapping[str, str],
    *,
    held: bool = False,
) -> dict[str, str] | None:
    """The whole file; what its log is. None where a file changed after it was copied. held: nobody writes."""
    leave = _database_files(workspace)
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(descriptor, "wb") as file,
        tarfile.open(fileobj=file, mode="w:gz") as archive,
        tempfile.TemporaryDirectory() as room,
    ):
        before = _seen(workspace, leave)
        try:
            for path in sorted(before):
                place = path.relative_to(workspace.root).as_posix()
                archive.add(path, f"workspace/{place}", recursive=False)
        except FileNotFoundError:
            return None
        copy = Path(room) / "database"
        told = _database(workspace, store, copy, held)
        if _seen(workspace, leave) != before:
            return None
        _add(archive, MARK, json.dumps({**mark, **told}).encode())
        archive.add(copy, _name(workspace))
    return told


def _seen(workspace: Workspace, leave: set[Path]) -> Seen:
    found: Seen = {}
    for path in workspace.root.rglob("*"):
        if path in leave or path.is_symlink():
            continue
        with contextlib.suppress(FileNotFoundError):
            held = path.lstat()
            found[path] = (0, 0, 0) if path.is_dir() else (
                held.st_mtime_ns, held.st_size, held.st_ino
            )  # fmt: skip
    return found


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))


def _sqlite(workspace: Workspace) -> Path | None:
    """The file of a workspace's database; None where it is on a server."""
    url, _ = database_of(workspace)
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else None


def _name(workspace: Workspace) -> str:
    """What the copy of the database is called in the file."""
    path, root = _sqlite(workspace), workspace.root.absolute()
    if path is None or not path.is_relative_to(root):
        return DUMP
    return f"workspace/{path.relative_to(root).as_posix()}"


def _database_files(workspace: Workspace) -> set[Path]:
    """The files that the copy of the database stands for, also under the workspace's own name."""
    path, root = _sqlite(workspace), workspace.root.absolute()
    if path is None:
        return set()
    beside = {path, *(path.with_name(path.name + end) for end in _SIDE)}
    inside = {one.relative_to(root) for one in beside if one.is_relative_to(root)}
    return beside | {workspace.root / one for one in inside}


def _database(workspace: Workspace, store: Store, copy: Path, held: bool) -> dict[str, str]:
    """Copy the database as of one moment; how many leaves its log has then, and their root.

    SQLite: nobody writes for as long as that takes. PostgreSQL: from a snapshot, and nobody waits.
    """
    path = _sqlite(workspace)
    with store.changing() as connection:
        if path is not None:
            with (
                contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
                contextlib.closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
            return _told(store)
        command = ["pg_dump", "--format=custom", "--no-owner", f"--file={copy}"]
        if not held:
            command.append(f"--snapshot={_snapshot(connection)}")
        _run(command, database_of(workspace)[0])
        return _told(store)


def _snapshot(connection: Any) -> str:
    """What this transaction sees, and goes on to see, for another program to see it too."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


def _told(store: Store) -> dict[str, str]:
    from licet.log.checkpoint import to_base64

    size, root = store.log.root()
    return {"leaves": str(size), "root": to_base64(root)}


def fill(dump: Path, database: str, file: Path) -> None:
    """Put the copy of a database that lay outside its workspace where ``database`` says.

    file: the backup, for what is said. Raises BadInput where it does not say, or something is there.
    """
    own = dump.read_bytes()[:15] == b"SQLite format 3"
    kind = "a database of SQLite outside its folder" if own else "a PostgreSQL database"
    start = "sqlite:///" if own else "postgres"
    if not database.startswith(start):
        allowed = "sqlite:///NEW.sqlite3" if own else "postgresql://... of an empty database"
        raise bad(f"this copy holds {kind}", shown(file), "", f"--database {allowed}")
    if not own:
        options = ["--no-owner", "--exit-on-error", "--single-transaction"]
        _run(["pg_restore", *options, str(dump)], database)
        return
    place = Path(database.removeprefix(start))
    if place.exists():
        raise bad("there is a file already", shown(place), "a new file", "name another")
    shutil.copyfile(dump, place)
    place.chmod(0o600)


def _run(command: list[str], url: str) -> None:
    """Run a program of PostgreSQL on a database. Its password is in no list of programs, and no message.

    Raises BadInput where the program is missing or fails.
    """
    program, parts = command[0], urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    named = f"{parts.scheme}://{_without_password(parts.netloc)}{parts.path}{query}"
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    try:
        subprocess.run(
            [*command, f"--dbname={named}"],
            check=True,
            capture_output=True,
            env={**os.environ, **secret},
        )
    except FileNotFoundError:
        todo = "install PostgreSQL's client programs (Debian: postgresql-client)"
        raise bad(f"the program {program} is not there", todo=todo) from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip().splitlines()
        raise bad(f"{program} failed: {told[-1] if told else error.returncode}") from None


def _without_password(place: str) -> str:
    """NAME:PASSWORD@HOST without the password."""
    name, sign, host = place.rpartition("@")
    return f"{name.partition(':')[0]}{sign}{host}"
