"""The day that a command is asked for; only here and in ``cli`` may anybody ask what day it is."""

from __future__ import annotations

from datetime import date

from licet.errors import bad
from licet.synonyms import day_meant


def day(text: str | None, where: str = "--today") -> date:
    """The day meant; today where none is given. Refuses what is no date. where: the option."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        meant = day_meant(text)
        todo = f"write {meant.isoformat()}" if meant else ""
        raise bad(f"{text!r} is not a date", where, "a day that exists: 2026-11-30", todo) from None
