"""What the register says in words, for people: leaves of the log, how to say no, days."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from licet.log.leaves import Leaf
from licet.register.entry import Ruling
from licet.use import Use

FLOORS: Mapping[str, str] = {
    "ask_first": "Nothing of yours is joined unless you said yes. Not answering is a no.",
    "objection": "You are told 30 days before, in a language you read. You can say no, before and after.",
    "none_statutory": "A duty is claimed and nobody is asked. Licet does not run it.",
}
NO = (
    "A no needs no reason and takes effect at once: your rows leave, and what was made of them is made "
    "again without them."
)
PERMISSION = "This is permission, asked for out of respect. It is not the legal basis."
CHILD_PROTECTION = (
    "Saying no never stops or delays the disclosure that protects an individual child. That is outside "
    "this register."
)


def day(given: date | str | None) -> str:
    """A day as people write it: 1 December 2021."""
    if not given:
        return ""
    value = date.fromisoformat(given) if isinstance(given, str) else given
    return f"{value.day} {month_name[value.month]} {value.year}"


def moment(at: datetime) -> str:
    """A moment of the log as people write it, UTC."""
    return f"{day(at.date())}, {at:%H:%M}"


def how_to_say_no(use: Use, ruling: Ruling) -> Iterator[str]:
    """What a parent can do, and what it does."""
    if ruling.kind != "Permit":
        yield f"{ruling.heading}: nothing may be linked. You can still say no, for good."
    yield FLOORS.get(ruling.floor or use.permission_model, PERMISSION)
    if use.permission_reason:
        yield f"Why families are not asked first: {use.permission_reason}"
    yield NO
    if use.contact:
        yield f"Write to: {use.contact}"
    if use.appeals:
        yield use.appeals
    yield PERMISSION
    yield CHILD_PROTECTION


def text_of(leaf: Leaf) -> str:
    """A leaf in a sentence, plainer where the log's own is for checking."""
    told = _SAID.get(leaf.kind)
    return told(leaf.body) if told else leaf.sentence


def _ruled(body: Mapping[str, Any]) -> str:
    """Without the reasons, which stand above and in the log."""
    text = f"Version {body['version']} was ruled on: {body.get('heading') or body['ruling']}."
    if body.get("floor"):
        text += f" {FLOORS[body['floor']]}"
    if body.get("expires"):
        text += f" It holds until {day(body['expires'])}."
    return text


def _started(body: Mapping[str, Any]) -> str:
    return (
        f"The run {body['run']} of version {body['version']} was started. {FLOORS[body['floor']]}"
    )


def _finished(body: Mapping[str, Any]) -> str:
    """Counts as the log has them: rounded, and not shown where they are small."""
    return (
        f"The run {body['run']} of version {body['version']} finished. Counted: "
        f"{_counted(body['counts'])}. Rows left out: {_counted(body['excluded'])}."
    )


def _counted(counts: Mapping[str, int | None]) -> str:
    parts = (
        f"{name.replace('_', ' ')} {'not shown' if count is None else format(count, ',')}"
        for name, count in counts.items()
    )
    return ", ".join(parts) or "nothing"


_SAID: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "ruling": _ruled,
    "run_started": _started,
    "run_finished": _finished,
}
