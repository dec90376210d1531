"""What the server writes about itself, to its standard error: never what anybody typed.

An address may hold the key of a family, an error message what a parent wrote. So a line says when, how
grave, which route of the site, and of an error its kind and the places in the code; no address, no message.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

MOST, INNERMOST = 30, 12
"""Lines of one error, and places of one link of its chain."""


class Line(logging.Formatter):
    """One line for what happened, and one for each place in the code where an error passed."""

    def format(self, record: logging.LogRecord) -> str:
        """The text of a record."""
        moment = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        return "\n".join([f"{moment} {record.levelname} {_said(record)}", *_places(record)])


def _said(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if request is None:
        fixed = bool(record.args) or record.name.startswith(("waitress", "licet"))
        return f"{record.name}: {record.msg if fixed else f'{record.module}:{record.lineno}'}"
    route = getattr(getattr(request, "resolver_match", None), "route", None)
    shown = "no such page" if route is None else f"/{route}"
    method = request.method if request.method in ("GET", "HEAD", "POST") else "another method"
    return f"{record.name}: {getattr(record, 'status_code', '')} {method} {shown}"


def _places(record: logging.LogRecord) -> list[str]:
    """Of an error: its kind and those before it, each with the places where it passed."""
    found: list[str] = []
    error = record.exc_info[1] if record.exc_info else None
    while error is not None and len(found) < MOST:
        found.append(f"  {type(error).__module__}.{type(error).__qualname__}")
        steps = traceback.extract_tb(error.__traceback__)[-INNERMOST:]
        found += [f"    {step.filename}:{step.lineno} in {step.name}" for step in steps]
        error = error.__cause__ or error.__context__
    return found


JOURNAL: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "licet.web.journal.Line"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"}
    },
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
"""Python's settings of logging: everything goes to standard error, in this form alone."""
