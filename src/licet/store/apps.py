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
    """INSERT OR REPLACE deletes without asking the triggers, unless they are recursive."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for line in ("recursive_triggers = ON", "journal_mode = WAL", "synchronous = FULL"):
                cursor.execute(f"PRAGMA {line}")
