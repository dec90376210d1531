"""The store of a workspace, and where it is."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput
from licet.files.database import KEY, VARIABLE, placed
from licet.files.feeds import read_feeds
from licet.files.reading import shown
from licet.files.workspace import SETTINGS, Workspace, read_workspace

if TYPE_CHECKING:
    from licet.store.opening import Store

URL = VARIABLE
_open = threading.local()
_kept: dict[Path, Store] = {}
"""Stores of workspaces that this process serves."""


@contextmanager
def open_store(workspace: Workspace) -> Iterator[Store]:
    """The store of a workspace: the database that ``LICET_DATABASE`` names, else the one in
    ``licet.toml``, else ``store/licet.sqlite3``.

    Keys stay in ``store/keys``, wherever the database is. Raises BadInput, which says where the URL came
    from, for a database that cannot be opened.
    """
    root = workspace.root.absolute()
    if kept := _kept.get(root) or _here().get(root):
        yield kept
        return
    from licet.store.opening import Store

    folder = workspace.root / "store"
    folder.mkdir(mode=0o700, exist_ok=True)
    url, where = database_of(workspace)
    try:
        store = Store.open(url, folder / "keys", origin=_origin(workspace.name))
    except BadInput as error:
        raise error.within(where) if where else error from None
    with store:
        store.permissions.declare_several(cache(lambda: _several(workspace.root)))
        _here()[root] = store
        try:
            yield store
        finally:
            del _here()[root]


def _here() -> dict[Path, Store]:
    """Stores that this thread has open: opened again inside, it is the same one."""
    found: dict[Path, Store] = _open.__dict__.setdefault("stores", {})
    return found


def keep_store_open(root: Path, alias: str) -> None:
    """Keep the store of a workspace open for as long as this process serves it.

    alias: of the connection in Django's settings. Raises BadInput as ``open_store``.
    """
    from licet.store.opening import Store

    workspace = read_workspace(root)
    url, _ = database_of(workspace)
    keys = workspace.root / "store" / "keys"
    store = Store.attached(alias, url, keys, origin=_origin(workspace.name))
    store.permissions.declare_several(cache(lambda: _several(workspace.root)))
    _kept[workspace.root.absolute()] = store


def served_database(root: Path) -> dict[str, Any]:
    """The database of a workspace as Django's settings describe it.

    Raises BadInput for what is no workspace and for a URL that is none.
    """
    from licet.store.opening import describe

    workspace = read_workspace(root)
    (workspace.root / "store").mkdir(mode=0o700, exist_ok=True)
    return {**describe(database_of(workspace)[0]), "CONN_MAX_AGE": 60}


def database_of(workspace: Workspace) -> tuple[str, str]:
    """The URL of a workspace's database, and where it was named; "" for the file of its own."""
    if url := os.environ.get(VARIABLE):
        return url, VARIABLE
    if workspace.database:
        where = f"{shown(workspace.root / SETTINGS)}: {KEY}"
        return placed(workspace.database, workspace.root), where
    return f"sqlite:///{(workspace.root / 'store' / 'licet.sqlite3').absolute()}", ""


def _several(root: Path) -> Collection[str]:
    """The feeds that may have several records of one person; none where they cannot be read, so that
    two records are then two people."""
    try:
        return frozenset(feed.id for _, feed in read_feeds(root) if not feed.one_record_per_person)
    except BadInput:
        return frozenset()


def _origin(name: str) -> str:
    """The name of a workspace's log: letters and digits of its name."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.casefold()).split()
    return "licet/" + ("-".join(words) or "workspace")
