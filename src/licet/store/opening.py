"""Opening a store: a database by its URL, brought up to date, and the keys beside it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from licet.errors import bad
from licet.store.faults import shown, told
from licet.store.keys import Keys, open_keys, renewed

if TYPE_CHECKING:
    from licet.store.acts import Acts
    from licet.store.batches import Batches
    from licet.store.dialogue import Dialogue
    from licet.store.disputes import Disputes
    from licet.store.entries import Entries
    from licet.store.invitations import Invitations
    from licet.store.log import Log
    from licet.store.offers import Offers
    from licet.store.pairs import Pairs
    from licet.store.permissions import Permissions
    from licet.store.reviews import Reviews
    from licet.store.runs import Runs
    from licet.store.voices import Voices

ALLOWED = "sqlite:///path/to/file.sqlite3 or postgresql://name:password@host:5432/database"
LOCK_SECONDS = 10.0
ORIGIN = "licet-log"
_numbers = itertools.count(1)


class Store:
    """Everything Licet keeps between commands, in one database.

    Values go in and come out. Several stores may be open in one process. Use it in a ``with``
    statement, or ``close`` it.
    """

    def __init__(
        self, url: str, alias: str, keys: Keys, origin: str = ORIGIN, *, own: bool = True
    ) -> None:
        self.url, self.alias, self.keys, self.origin = url, alias, keys, origin
        self._own = own

    @classmethod
    def open(
        cls, url: str, keys: Path, *, origin: str = ORIGIN, lock_seconds: float = LOCK_SECONDS
    ) -> Store:
        """Open a database, making its tables where they are missing.

        url: see ``ALLOWED``. keys: the folder of the keys. origin: what the log is
        called, without spaces, until its first checkpoint. lock_seconds: how long to wait for
        another program. Raises BadInput for a URL that is wrong, a database that is down, locked or
        newer than this program, keys that are damaged.
        """
        described = describe(url, lock_seconds)
        _configure()
        from django.db import connections

        alias = f"licet-{next(_numbers)}"
        prepared = connections.configure_settings({"default": {}, alias: described})
        connections.databases[alias] = prepared[alias]
        try:
            with told(url):
                _migrate(alias, url)
                return cls(url, alias, open_keys(keys), origin)
        except BaseException:
            _forget(alias)
            raise

    @classmethod
    def attached(cls, alias: str, url: str, keys: Path, *, origin: str = ORIGIN) -> Store:
        """A store over a connection that Django's settings name already, as where pages are served.

        What a page writes elsewhere in that database is then kept or dropped together with it. Raises
        BadInput as ``open``.
        """
        _configure()
        with told(url):
            _migrate(alias, url)
            return cls(url, alias, open_keys(keys), origin, own=False)

    def close(self) -> None:
        """Close the connection, if it is the store's own. Closing twice does nothing."""
        if self._own:
            _forget(self.alias)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    @property
    def signing(self) -> bytes:
        """The secret that signs now, 32 bytes: read again where another program changed it."""
        self.keys = renewed(self.keys)
        return self.keys.signing

    @property
    def connection(self) -> Any:
        """Django's connection, for the modules of this package."""
        from django.db import connections

        return connections[self.alias]

    @contextmanager
    def changing(self) -> Iterator[Any]:
        """One transaction that may write: all of it is kept, or nothing. Yields the connection.

        Within another it joins in.
        """
        from django.db import transaction

        with told(self.url, served=not self._own), transaction.atomic(using=self.alias):
            yield self.connection

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection to read from."""
        with told(self.url, served=not self._own):
            yield self.connection

    @cached_property
    def permissions(self) -> Permissions:
        """The permission ledger."""
        from licet.store.permissions import Permissions

        return Permissions(self)

    @cached_property
    def invitations(self) -> Invitations:
        """Letters with codes."""
        from licet.store.invitations import Invitations

        return Invitations(self)

    @cached_property
    def acts(self) -> Acts:
        """What accounts and clerks did."""
        from licet.store.acts import Acts

        return Acts(self)

    @cached_property
    def voices(self) -> Voices:
        """Which account speaks for whom."""
        from licet.store.voices import Voices

        return Voices(self)

    @cached_property
    def disputes(self) -> Disputes:
        """Records that families say are wrong."""
        from licet.store.disputes import Disputes

        return Disputes(self)

    @cached_property
    def log(self) -> Log:
        """The public log."""
        from licet.store.log import Log

        return Log(self)

    @cached_property
    def batches(self) -> Batches:
        """What the public log says of the ledger."""
        from licet.store.batches import Batches

        return Batches(self)

    @cached_property
    def entries(self) -> Entries:
        """The register's entries."""
        from licet.store.entries import Entries

        return Entries(self)

    @cached_property
    def dialogue(self) -> Dialogue:
        """Questions, objections, proposed conditions and votes."""
        from licet.store.dialogue import Dialogue

        return Dialogue(self)

    @cached_property
    def runs(self) -> Runs:
        """Runs of uses."""
        from licet.store.runs import Runs

        return Runs(self)

    @cached_property
    def pairs(self) -> Pairs:
        """Pairs of rows that reviewers look at."""
        from licet.store.pairs import Pairs

        return Pairs(self)

    @cached_property
    def offers(self) -> Offers:
        """Households that reviewers may offer support to."""
        from licet.store.offers import Offers

        return Offers(self)

    @cached_property
    def reviews(self) -> Reviews:
        """What reviewers said of pairs of rows."""
        from licet.store.reviews import Reviews

        return Reviews(self)


def describe(url: str, lock_seconds: float = LOCK_SECONDS) -> dict[str, Any]:
    """A database URL as Django's settings. Raises BadInput for any other kind of URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad("this is no database URL", shown_safely(url), ALLOWED) from None
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        path = Path(unquote(parts.path[1:] if parts.path.startswith("/") else parts.path))
        if not path.parent.is_dir():
            raise bad("the folder of the database is not there", str(path.parent), "a folder")
        options = {"timeout": lock_seconds, "transaction_mode": "IMMEDIATE"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}
    if parts.scheme in ("postgresql", "postgres") and len(parts.path) > 1:
        options = {"connect_timeout": 5, **dict(parse_qsl(parts.query))}
        host = options.pop("host", None) or parts.hostname or ""
        user = options.pop("user", None) or unquote(parts.username or "")
        options["options"] = f"-c lock_timeout={int(lock_seconds * 1000)}"
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": user,
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(port or ""),
            "OPTIONS": options,
        }
    raise bad("this is no database URL", shown_safely(url), ALLOWED)


def shown_safely(url: str) -> str:
    """A URL without its password, also where it is no URL."""
    try:
        return shown(url)
    except ValueError:
        return url.rpartition("@")[2]


def _configure() -> None:
    """Settings of Django for this package alone, unless somebody else has made them."""
    try:
        import django
        from django.conf import settings
    except ImportError:
        todo = "pip install 'licet[link]'"
        raise bad("keeping permissions and runs needs the package django", "", "", todo) from None
    if settings.configured:
        if "licet.store" not in settings.INSTALLED_APPS:
            raise bad("Django's settings leave licet.store out", "INSTALLED_APPS", "licet.store")
        return
    # A notebook runs each cell inside an event loop, which Django refuses. Nothing here is awaited.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.dummy"}},
        INSTALLED_APPS=["licet.store"],
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup()


def _migrate(alias: str, url: str) -> None:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    connection = connections[alias]
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    newer = [
        name
        for app, name in executor.loader.applied_migrations
        if app == "store" and (app, name) not in known
    ]
    if newer:
        todo = "update Licet, or open the database with the version that made it"
        raise bad(f"the database is newer than this program: {max(newer)}", shown(url), "", todo)
    targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "store"]
    if executor.migration_plan(targets):
        executor.migrate(targets)


def _forget(alias: str) -> None:
    from django.db import connections

    if alias in connections.databases:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]
