"""The store of a workspace, and where it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from licet.files.workspace import Workspace

if TYPE_CHECKING:
    from licet.store.opening import Store

URL = "LICET_DATABASE"
"""The variable of the environment that names another database than the workspace's own file."""


@contextmanager
def open_store(workspace: Workspace) -> Iterator[Store]:
    """The store of a workspace: ``store/licet.sqlite3``, or the database that ``LICET_DATABASE`` names."""
    from licet.store.opening import Store

    folder = workspace.root / "store"
    folder.mkdir(mode=0o700, exist_ok=True)
    url = os.environ.get(URL) or f"sqlite:///{(folder / 'licet.sqlite3').absolute()}"
    origin = _origin(workspace.name)
    with Store.open(url, folder / "keys", origin=origin) as store:
        yield store


def _origin(name: str) -> str:
    """The name of a workspace's log: letters and digits of its name."""
    words = "".join(letter if letter.isalnum() else " " for letter in name.casefold()).split()
    return "licet/" + ("-".join(words) or "workspace")
