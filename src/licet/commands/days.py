"""The day that a command is asked for; only here and in ``cli`` may anybody ask what day it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

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


def writing_day(text: str | None, place: Path | None) -> date:
    """The day meant by a command that writes: none after the machine's own, or a clock that lies would let a
    run pass early and end a yes before its time.

    place: anything in the workspace. Where only examples and made-up evidence are in it, any day will do.
    """
    chosen = day(text)
    if chosen > date.today() and place is not None:
        from licet.chapters.workspaces import decides_about_people

        if decides_about_people(place):
            raise bad(
                f"{chosen} is still to come, and this command writes into log, run or register",
                "--today",
                "today, or a day before",
                "leave --today out; to look ahead: licet assess, licet status",
            )
    return chosen
