"""What a database says when something is wrong, in words for who runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from re import sub
from urllib.parse import urlsplit, urlunsplit

from licet.errors import BadInput, OutOfService, bad

_SAID: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("database is locked", "lock timeout", "could not obtain lock"),
        "the database is in use by another program and stayed locked",
        "wait until the other program has ended, then start again: nothing was written",
    ),
    (
        ("disk is full", "No space left", "could not extend"),
        "the disk is full",
        "make room, then start again: nothing was written",
    ),
    (
        ("readonly database", "read-only transaction", "permission denied"),
        "the database cannot be written to",
        "let this account write to it",
    ),
    (
        ("unable to open database", "not a database", "malformed"),
        "this is no database that can be opened",
        "look whether the path is right and the file whole",
    ),
    (
        ("is only ever added to",),
        "what is recorded cannot be changed",
        "record another event instead",
    ),
    (
        ("password authentication", "no password supplied", "role ", "authentication failed"),
        "the database does not let this account in",
        "look at name and password in the URL",
    ),
    (
        ("does not exist",),
        "there is no such database",
        "make it, or correct its name in the URL",
    ),
    (
        ("connection", "could not translate host", "failed to resolve", "timeout expired"),
        "the database cannot be reached",
        "look whether it runs, and whether host and port in the URL are right",
    ),
)
"""Words of SQLite and PostgreSQL, what they mean, what to do."""


def shown(url: str) -> str:
    """A database URL without its password."""
    parts = urlsplit(url)
    query = sub(r"(?i)(password=)[^&]*", r"\1***", parts.query)
    parts = parts._replace(query=query)
    if not parts.password:
        return urlunsplit(parts) if query else url
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:***@{place}"))


@contextmanager
def told(url: str, *, served: bool = False) -> Iterator[None]:
    """Turn whatever a database says into one clear ``BadInput`` that names the database.

    served: into ``OutOfService`` instead, since whoever asks is not who runs it.
    """
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error

    try:
        yield
    except ImproperlyConfigured as error:
        todo = "pip install 'licet[link,postgresql]'"
        raise bad(f"this database cannot be used: {error}", shown(url), "", todo) from None
    except Error as error:
        fault = _fault(str(error), url)
        raise OutOfService(str(fault)) if served else fault from None
    except OSError as error:
        raise bad(f"{error.strerror or error}", error.filename or shown(url)) from None


def _fault(text: str, url: str) -> BadInput:
    for words, what, todo in _SAID:
        if any(word in text for word in words):
            return bad(what, shown(url), "", todo)
    said = " ".join(text.split())[:200]
    return bad(f"the database refuses: {said}", shown(url))
