"""Triggers that refuse to change or delete what is only ever added to."""

from __future__ import annotations

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
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            for table in ONLY_ADDED
            for act in ("UPDATE", "DELETE")
        ]
    made = [
        "CREATE FUNCTION store_only_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$"
    ]
    for table in ONLY_ADDED:
        made += [
            f"CREATE TRIGGER {table}_no_{act.casefold()} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION store_only_added()"
            for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
        ]
        # Whoever owns the tables may still take a trigger off; the chain then tells.
        made.append(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC")
    return made


def guard(apps, editor) -> None:
    """For a migration."""
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)
