"""What people type after an option of the command line: lists, pairs, numbers of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from licet.errors import BadInput, bad


def words(text: str | None, between: str = ",") -> list[str]:
    """``a, b`` as a list, without empty words."""
    return [part.strip() for part in (text or "").split(between) if part.strip()]


def day(text: str | None, option: str) -> date | None:
    """``2026-11-30``; None if nothing is given."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad(f"{text!r} is not a date", option, "a day that exists: 2026-11-30") from None


def ages(text: str | None, option: str) -> tuple[int, int] | Literal["any"] | None:
    """``0-15``, youngest and oldest, or ``any``."""
    if text is None or text.strip() == "any":
        return "any" if text else None
    youngest, _, oldest = (part.strip() for part in text.partition("-"))
    if not (youngest.isdecimal() and oldest.isdecimal() and int(youngest) <= int(oldest) <= 25):
        allowed = "youngest and oldest, 0 to 25: 0-15; or any"
        raise bad(f"cannot read {option} {text!r}", option, allowed)
    return int(youngest), int(oldest)


def meanings(text: str | None, option: str) -> dict[str, tuple[str, str] | None]:
    """``a,b=trust:police``: columns, each with the kind and subject that are given or None."""
    found: dict[str, tuple[str, str] | None] = {}
    for part in words(text):
        column, sign, meaning = (piece.strip() for piece in part.partition("="))
        kind, colon, subject = (piece.strip() for piece in meaning.partition(":"))
        if not column or (sign and not (kind and colon and subject)):
            raise bad(f"cannot read {option} {part!r}", option, "COLUMN or COLUMN=KIND:SUBJECT")
        _once(found, column, option)
        found[column] = (kind, subject) if sign else None
    return found


def bases(given: Iterable[str] | None) -> dict[str, int]:
    """``black=42``, one for each group."""
    from licet.files.figures import whole_number

    found: dict[str, int] = {}
    for text, group, people in _halves(given, "--base", "GROUP=PEOPLE, for example black=42"):
        try:
            found[group] = whole_number(people)
        except BadInput as error:
            raise error.within(f"--base {text!r}") from None
    return found


def pairs(given: Iterable[str] | None, option: str) -> dict[str, str]:
    """``young=age<30``, one for each name."""
    allowed = "NAME=..., for example young=age<30"
    return {name: value for _, name, value in _halves(given, option, allowed)}


def nets(given: Iterable[str] | None) -> dict[str, dict[str, list[str]]]:
    """``item:name=option|option``, one for each net."""
    found: dict[str, dict[str, list[str]]] = {}
    allowed = "ITEM:NAME=OPTION|OPTION"
    for text, place, options in _halves(given, "--net", allowed):
        item, _, name = (part.strip() for part in place.partition(":"))
        if not item or not name or not words(options, "|"):
            raise bad(f"cannot read --net {text!r}", "--net", allowed)
        _once(found.setdefault(item, {}), name, "--net")
        found[item][name] = words(options, "|")
    return found


def _halves(
    given: Iterable[str] | None, option: str, allowed: str
) -> Iterator[tuple[str, str, str]]:
    """Each text with what is before and after its first sign of equality, neither empty."""
    seen: dict[str, str] = {}
    for text in given or []:
        name, _, value = (part.strip() for part in text.partition("="))
        if not name or not value:
            raise bad(f"cannot read {option} {text!r}", option, allowed)
        _once(seen, name, option)
        seen[name] = value
        yield text, name, value


def _once(seen: dict, name: str, option: str) -> None:
    if name in seen:
        raise bad(f"{name!r} is given twice", option, "each name once")
