"""The store as an application of Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class StoreConfig(AppConfig):
    """Guards every connection, whoever opens it."""

    name = "licet.store"
    label = "store"

    def ready(self) -> None:
        connection_created.connect(_guard, dispatch_uid="licet.store")


def _guard(connection, **kwargs) -> None:
    """INSERT OR REPLACE deletes without asking the triggers, unless they are recursive. What is deleted is
    overwritten: a builder of SQLite may have left that off."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for line in _LINES:
                cursor.execute(f"PRAGMA {line}")


_LINES = (
    "recursive_triggers = ON",
    "secure_delete = ON",
    "journal_mode = WAL",
    "synchronous = FULL",
)
