"""What a rule came to on the screen, 80 columns: counts, what is not known, and whether it may pick out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licet.disclosure.counts import count_text
from licet.identify.words import NEVER_HINDERS, NO_IS_NORMAL, day_words
from licet.report.screens import columns, plain, wrap

UNITS = {"household": "households", "person": "people"}


def identified_text(found: Mapping[str, Any]) -> str:
    """The whole screen."""
    return "\n".join([*_counted(found), "", *_outcome(found), "", wrap(NEVER_HINDERS)])


def _counted(found: Mapping[str, Any]) -> Iterator[str]:
    rule, least = found["rule"], found["threshold"]
    units = UNITS[rule.level]
    yield wrap(f"{found['heading']}: {found['use_title']}")
    day = day_words(found["as_of"])
    yield wrap(f"{rule.title} ({rule.id}, version {rule.version}), as of {day}")
    yield ""
    yield wrap(
        f"Of {_many(found['counts']['units'], least)} {units} whose rows may be linked, the rule means "
        f"{_many(found['counts']['picked'], least)}. Nobody else is counted."
    )
    if rule.kind == "criteria" and len(rule.criteria) > 1:
        yield wrap(f"It takes {rule.at_least} of {len(rule.criteria)} criteria.")
    rows = [(f"  {_short(many, least)}", one.meaning) for one, many in _met(found)]
    yield columns(rows, (20,))
    yield ""
    days = ", ".join(f"{plain(name)} ({day_words(day)})" for name, day in found["extracts"].items())
    yield wrap(f"Taken from the services on: {days}. What was written down later is not read.")
    for text in found["not_known"]:
        yield wrap(f"Not known: {text}", "  ")


def _met(found: Mapping[str, Any]) -> Iterator[tuple[Any, int | None]]:
    for one in found["rule"].criteria:
        yield one, found["met"][one.id]


def _many(count: int | None, least: int) -> str:
    return "a number not shown" if count is None else count_text(count, least)


def _short(count: int | None, least: int) -> str:
    return "not shown" if count is None else count_text(count, least)


def _outcome(found: Mapping[str, Any]) -> Iterator[str]:
    rule = found["rule"]
    if found["unmet"]:
        yield "NOBODY IS PICKED OUT"
        for one in found["unmet"]:
            yield wrap(f"- {one.text} Next: {one.todo}.", "  ")
        yield "The refused list is in the log."
        return
    units = UNITS[rule.level]
    yield "BEFORE REVIEWERS"
    yield wrap(
        f"Up to {rule.offer.capacity:,} {units} wait for a named person to decide on each: "
        f"{rule.offer.what.rstrip('.')}. If the rule means more, a lot decided, and the others are on no "
        "list."
    )
    yield wrap(f"Reviewers: {', '.join(rule.offer.reviewers)}. {NO_IS_NORMAL}")
    yield wrap(f'Next: licet review next uses/{rule.use}.toml --as "{rule.offer.reviewers[0]}"')
