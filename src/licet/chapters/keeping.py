"""Keeping a workspace safe: a copy of all of it, put back elsewhere; keys changed.

A copy holds what the workspace holds, keys and rows of people among it: it is readable by its owner alone,
and belongs where the workspace's own disk could.
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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from licet.chapters.stores import database_of, open_store
from licet.errors import bad
from licet.files.reading import shown
from licet.files.workspace import SETTINGS, Workspace, read_workspace

MARK = "licet-backup.json"
DUMP = "database.dump"
_SIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Kept:
    """A copy. leaves: of the log in it; root: of that log, in base64."""

    file: Path
    leaves: int
    root: str


@dataclass(frozen=True)
class Restored:
    """A workspace put back. leaves, root: as its log says now, checked."""

    folder: Path
    leaves: int
    root: str


def back_up(root: Path, out: Path, *, now: datetime) -> Kept:
    """Copy a whole workspace, its database as of one moment, into one file.

    Raises BadInput for a file that is there, a folder that is not, and a database that cannot be copied.
    """
    from licet.log.checkpoint import read_checkpoint, to_base64

    workspace = read_workspace(root)
    if out.exists():
        raise bad("there is a file already", shown(out), "a new file", "name another")
    if not out.parent.is_dir():
        raise bad("there is no such folder", shown(out.parent), "a folder that exists")
    inside = out.resolve().is_relative_to(workspace.root.resolve())
    if inside:
        raise bad("the copy would lie in what it copies", shown(out), "a place outside of it")
    with open_store(workspace) as store, store.changing():
        head, _ = read_checkpoint(store.log.checkpoint())
        mark = {"made_by": "Licet", "at": now.isoformat(), "leaves": head.size}
        mark["root"] = to_base64(head.root)
        _pack(workspace, out, mark)
    return Kept(out, head.size, str(mark["root"]))


def _pack(workspace: Workspace, out: Path, mark: Mapping[str, object]) -> None:
    waiting = out.with_name(f".{out.name}.part")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz") as archive,
            _database(workspace) as (name, copy, leave),
        ):
            _add(archive, MARK, json.dumps(mark).encode())
            for path in sorted(workspace.root.rglob("*")):
                if path in leave or path.is_symlink():
                    continue
                place = path.relative_to(workspace.root).as_posix()
                archive.add(path, f"workspace/{place}", recursive=False)
            archive.add(copy, name)
            file.flush()
        waiting.replace(out)
    except OSError as error:
        what = f"the copy cannot be written ({error.strerror})"
        raise bad(what, shown(out), "", "nothing was kept; name another place") from None
    finally:
        waiting.unlink(missing_ok=True)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))


@contextlib.contextmanager
def _database(workspace: Workspace) -> Iterator[tuple[str, Path, set[Path]]]:
    """Where the copy of the database goes, the copy, and what of the folder it stands for."""
    url, _ = database_of(workspace)
    with tempfile.TemporaryDirectory() as room:
        copy = Path(room) / "database"
        if url.startswith("sqlite:"):
            path = Path(url.removeprefix("sqlite:///"))
            with (
                contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
                contextlib.closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
            beside = {path, *(path.with_name(path.name + end) for end in _SIDE)}
            inside = path.is_relative_to(workspace.root.absolute())
            name = path.relative_to(workspace.root.absolute()).as_posix() if inside else DUMP
            yield f"workspace/{name}" if inside else name, copy, _as_found(workspace, beside)
            return
        _run(["pg_dump", "--format=custom", "--no-owner", f"--file={copy}", url], "pg_dump")
        yield DUMP, copy, set()


def _as_found(workspace: Workspace, paths: set[Path]) -> set[Path]:
    """The same files under the workspace's own name for its folder."""
    root = workspace.root.absolute()
    return {
        workspace.root / path.relative_to(root) for path in paths if path.is_relative_to(root)
    } | paths


def _run(command: list[str], program: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        todo = "install PostgreSQL's client programs (Debian: postgresql-client)"
        raise bad(f"the program {program} is not there", todo=todo) from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip().splitlines()
        raise bad(f"{program} failed: {told[-1] if told else error.returncode}") from None


def restore(file: Path, folder: Path, *, database: str = "") -> Restored:
    """Put a copy back into a new folder, and check its log.

    database: URL of an empty PostgreSQL database, where the copy holds one. Raises BadInput for a file that
    is no copy, a folder that is not empty, and a log that is not the one that was copied: then nothing is
    left behind.
    """
    from licet.log.checkpoint import read_checkpoint, to_base64

    if folder.exists() and any(folder.iterdir()):
        raise bad("the folder is not empty", shown(folder), "a new or empty folder")
    made = Path(tempfile.mkdtemp(prefix=".licet-restore-", dir=folder.absolute().parent))
    try:
        mark = _unpack(file, made)
        dump = made / DUMP
        if dump.exists():
            if not database:
                todo = "--database postgresql://... of an empty database"
                raise bad("this copy holds a PostgreSQL database", shown(file), "", todo)
            command = [
                "pg_restore",
                "--no-owner",
                "--exit-on-error",
                f"--dbname={database}",
                str(dump),
            ]
            _run(command, "pg_restore")
        root = made / "workspace"
        if folder.exists():
            folder.rmdir()
        root.replace(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    with _named(database), open_store(read_workspace(folder)) as store:
        sound = store.log.verify()
        head, _ = read_checkpoint(store.log.checkpoint())
    if sound.findings or to_base64(head.root) != mark["root"]:
        what = "the log that was put back is not the one that was copied"
        raise bad(what, shown(folder), "", "do not use it; take another copy")
    return Restored(folder, head.size, to_base64(head.root))


@contextlib.contextmanager
def _named(database: str) -> Iterator[None]:
    """While this lasts, workspaces are kept in a database that is named by its URL."""
    from licet.files.database import VARIABLE

    before = os.environ.get(VARIABLE)
    if database:
        os.environ[VARIABLE] = database
    try:
        yield
    finally:
        if database and before is None:
            del os.environ[VARIABLE]
        elif before is not None:
            os.environ[VARIABLE] = before


def _unpack(file: Path, folder: Path) -> dict[str, object]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            for one in archive.getmembers():
                parts = PurePosixPath(one.name).parts
                if not (one.isfile() or one.isdir()) or parts[0] not in (MARK, DUMP, "workspace"):
                    raise bad("the file holds what no copy holds", shown(file), "a copy of Licet")
            archive.extractall(folder, filter="data")
        for path in (folder / "workspace" / "store").rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        found: dict[str, object] = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, EOFError, tarfile.TarError, ValueError, IndexError) as error:
        if isinstance(error, ValueError) and hasattr(error, "faults"):
            raise
        raise bad(
            "this is no whole copy of a workspace", shown(file), "a file of licet backup"
        ) from None
    if not (folder / "workspace" / SETTINGS).is_file():
        raise bad("the copy holds no workspace", shown(file), "a file of licet backup")
    return found


def rotate_keys(root: Path, reason: str, *, now: datetime) -> str:
    """Sign the log with a new key from here on; returns the text of its public half.

    The log names the new key, signed before and after. The old secret is kept aside, readable by its owner
    alone, because older receipts are checked by its public half. Whoever is signed in to pages is out.
    """
    from licet.log.forms import TEXT

    told = " ".join(reason.split())
    if not TEXT.fits(told):
        raise bad(
            "why is the key changed?", "--because", TEXT.allowed, '--because "the yearly change"'
        )
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        store.log.change_key(told, now)
        key = store.log.key
    (workspace.root / "store" / "keys" / "web-secret").unlink(missing_ok=True)
    return key
