"""Reasons as sentences that a reviewer and a family read, and what is not known beside them.

A sentence tells what was counted, when, and by whom; never how much it weighs against another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from licet.errors import counted
from licet.feeds.contract import Feed
from licet.identify.criteria import Rule
from licet.identify.links import how_sure
from licet.identify.picked import Reason

NEVER_HINDERS = (
    "Nothing here delays an individual child-protection disclosure: whoever fears for a child tells it at "
    "once, in the ordinary way."
)
NO_IS_NORMAL = "A family may say no, and nothing follows from it."
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def sentence(reason: Reason, feeds: Mapping[str, Feed]) -> str:
    """What speaks for an offer, in a sentence; and how sure it is that the records are of one person.

    feeds: by id; of one that is not there the id is told.
    """
    feed = feeds.get(reason.feed)
    source = feed.title if feed else reason.feed
    said = f"{reason.meaning.rstrip('. ')}: {_amount(reason)}, {_when(reason)} ({source})."
    if reason.weight is None:
        return said
    return f"{said} The records are joined by links that are {how_sure(reason.weight)}."


def _amount(reason: Reason) -> str:
    """``14 in all, in 9 lines on 9 days``."""
    lines = counted(reason.lines, "line", "lines")
    days = f" on {counted(reason.days, 'day', 'days')}" if reason.days is not None else ""
    if reason.total is None:
        return f"{lines}{days}"
    return f"{reason.total:,.4f}".rstrip("0").rstrip(".") + f" in all, in {lines}{days}"


def _when(reason: Reason) -> str:
    """``3 March to 20 June 2026``."""
    first, last = reason.first, reason.last
    if first == last:
        return day_words(last)
    told = day_words(first)
    return f"{told.removesuffix(f' {last.year}')} to {day_words(last)}"


def day_words(day: date) -> str:
    """``3 March 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def not_known(rule: Rule, feeds: Mapping[str, Feed], criteria: Iterable[str]) -> tuple[str, ...]:
    """What is known to be wrong with the rule, and with the criteria, tables and feeds behind the reasons;
    each once. criteria: ids of those that are met."""
    met = set(criteria)
    told = list(rule.known_faults)
    for one in rule.criteria:
        if one.id not in met:
            continue
        feed = feeds.get(one.feed)
        table = feed.tables.get(one.table) if feed else None
        told += one.known_faults
        told += table.known_faults if table else ()
        told += feed.known_faults if feed else ()
    return tuple(dict.fromkeys(" ".join(text.split()) for text in told if text.strip()))


def services(reasons: Sequence[Reason], feeds: Mapping[str, Feed]) -> tuple[str, ...]:
    """The services whose records speak for an offer, each once, as words of the vocabulary."""
    return tuple(dict.fromkeys(feeds[one.feed].service for one in reasons if one.feed in feeds))
