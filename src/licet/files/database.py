"""Which database a workspace keeps its ledger in, as ``licet.toml`` names it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from licet.errors import Fault, nearest
from licet.files.sections import Faults

VARIABLE = "LICET_DATABASE"
"""The variable of the environment that names a database before ``licet.toml`` does."""
TABLE = "store"
KEY = f"{TABLE}.database"
KINDS = ("sqlite", "postgresql", "postgres")
ALLOWED = "postgresql://name@host:5432/database or sqlite:///folder/file.sqlite3"


def read_database(table: Any, faults: Faults) -> str:
    """The URL in the table ``[store]``, "" for none; what is wrong with it is noted.

    A password is refused: this file is read by many and kept in copies.
    """
    values = faults.table(table, TABLE, ("database",)) or {}
    url = values.get("database", "")
    if not isinstance(url, str):
        faults.add("this is no database URL", KEY, f'"{ALLOWED}"')
        return ""
    fault = fault_of(url) if url else None
    if fault is not None:
        faults.extend([fault])
        return ""
    return url


def fault_of(url: str) -> Fault | None:
    """What is wrong with a URL in ``licet.toml``; never says what stands in the place of a password."""
    try:
        parts = urlsplit(url)
        secret = parts.password or dict(parse_qsl(parts.query)).get("password")
        _ = parts.port
    except ValueError:
        return Fault("this is no database URL", KEY, ALLOWED)
    if secret:
        todo = (
            f"take it out; give it by ~/.pgpass or PGPASSWORD, or the whole URL by {VARIABLE}, and "
            "change a password that others have seen"
        )
        return Fault("a password does not belong in this file", KEY, "a URL without it", todo)
    if (
        parts.scheme not in KINDS
        or len(parts.path) < 2
        or (parts.scheme == KINDS[0] and parts.netloc)
    ):
        near = nearest(parts.scheme, KINDS)
        wrong = parts.scheme not in KINDS and near
        todo = f"begin it with {near}://" if wrong else ""
        return Fault(f"this is no database URL: {url[:80]!r}", KEY, ALLOWED, todo)
    return None


def placed(url: str, root: Path) -> str:
    """The URL with a path of a file that begins at the workspace, as other paths in ``licet.toml`` do."""
    start = "sqlite:///"
    if not url.startswith(start) or url.startswith(start + "/"):
        return url
    return f"{start}{(root / url.removeprefix(start)).absolute()}"
