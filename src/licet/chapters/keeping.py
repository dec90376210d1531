"""Keeping a workspace safe: a copy of all of it, put back elsewhere; keys changed.

A copy holds what the workspace holds, keys and rows of people among it: it is readable by its owner alone,
and belongs where the workspace's own disk could.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from licet.chapters.copying import DUMP, MARK, fill, pack
from licet.chapters.stores import open_store
from licet.errors import bad
from licet.files.reading import shown
from licet.files.workspace import SETTINGS, read_workspace

if TYPE_CHECKING:
    from licet.store.opening import Store


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
    workspace = read_workspace(root)
    if out.exists():
        raise bad("there is a file already", shown(out), "a new file", "name another")
    if not out.parent.is_dir():
        raise bad("there is no such folder", shown(out.parent), "a folder that exists")
    inside = out.resolve().is_relative_to(workspace.root.resolve())
    if inside:
        raise bad("the copy would lie in what it copies", shown(out), "a place outside of it")
    mark = {"made_by": "Licet", "at": now.isoformat()}
    mark |= pack(workspace, out, mark)
    return Kept(out, int(mark["leaves"]), mark["root"])


def restore(file: Path, folder: Path, *, database: str = "") -> Restored:
    """Put a copy back into a new folder, and check its log, its ledger and its chain of acts.

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
        if (made / DUMP).exists():
            fill(made / DUMP, database, file)
        root = made / "workspace"
        if folder.exists():
            folder.rmdir()
        root.replace(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    with _named(database), open_store(read_workspace(folder)) as store:
        sound = store.log.verify()
        store.permissions.verify()
        store.acts.verify()
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
        _sign_out(store)
    (workspace.root / "store" / "keys" / "web-secret").unlink(missing_ok=True)
    return key


def _sign_out(store: Store) -> None:
    """End every visit to the pages; a site that is served need not be started anew for that."""
    with store.changing() as connection, connection.cursor() as cursor:
        if "django_session" in connection.introspection.table_names(cursor):
            cursor.execute("DELETE FROM django_session")
