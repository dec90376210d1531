"""Triggers that refuse to change or delete what is only ever added to.

``store_review`` was in ``ONLY_ADDED`` from the start; since ``freed`` its lines go with the rows they name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ONLY_ADDED = (
    "store_event",
    "store_receipt",
    "store_batch",
    "store_leaf",
    "store_checkpoint",
    "store_review",
)


def statements(vendor: str) -> list[str]:
    """The statements that guard the tables in ``ONLY_ADDED``."""
    made = [] if vendor == "sqlite" else [_REFUSE]
    return made + [one for table in ONLY_ADDED for one in guarding(vendor, table)]


_REFUSE = (
    "CREATE FUNCTION store_only_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$"
)


def guarding(vendor: str, table: str) -> list[str]:
    """The statements that guard one table."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            for act in ("UPDATE", "DELETE")
        ]
    made = [
        f"CREATE TRIGGER {table}_no_{act.casefold()} BEFORE {act} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION store_only_added()"
        for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
    ]
    # Whoever owns the tables may still take a trigger off; the chain then tells.
    return [*made, f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC"]


def guard(apps, editor) -> None:
    """For a migration."""
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)


def guarded(*tables: str) -> Callable[[Any, Any], None]:
    """The same for tables that a later migration adds."""

    def add(apps: Any, editor: Any) -> None:
        for table in tables:
            for statement in guarding(editor.connection.vendor, table):
                editor.execute(statement, params=None)

    return add


def freed(*tables: str) -> Callable[[Any, Any], None]:
    """For a migration: lines of these tables may be deleted from now on, and still not be changed."""

    def free(apps: Any, editor: Any) -> None:
        sqlite = editor.connection.vendor == "sqlite"
        for table in tables:
            name = f"{table}_no_DELETE" if sqlite else f"{table}_no_delete ON {table}"
            editor.execute(f"DROP TRIGGER {name}", params=None)

    return free
