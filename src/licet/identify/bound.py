"""A rule held against the feeds that it asks, and the use that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from licet.errors import BadInput, Fault, bad, unknown
from licet.feeds.contract import Feed
from licet.feeds.tables import Table
from licet.identify.criteria import Criterion, Rule
from licet.identify.expressions import Filter, fields_of
from licet.identify.parsing import Reader
from licet.use import Use
from licet.vocabulary import FORBIDDEN_ACTIONS, label


@dataclass(frozen=True)
class BoundCriterion:
    """A criterion with its filter."""

    declared: Criterion
    filter: Filter


@dataclass(frozen=True)
class BoundRule:
    """A rule of which every feed, table, value and word is there. ``bind`` makes it."""

    declared: Rule
    criteria: tuple[BoundCriterion, ...]

    def tables(self) -> Mapping[tuple[str, str], tuple[BoundCriterion, ...]]:
        """The criteria by the feed and table that they ask, both in the order of the rule."""
        found: dict[tuple[str, str], tuple[BoundCriterion, ...]] = {}
        for one in self.criteria:
            key = one.declared.feed, one.declared.table
            found[key] = (*found.get(key, ()), one)
        return found


def bind(rule: Rule, feeds: Sequence[Feed], use: Use | None = None) -> BoundRule:
    """The rule with its filters read. Refuses with all faults at once.

    use: the use that the rule says it belongs to; its services are those whose feeds may be asked.
    """
    known = {feed.id: feed for feed in feeds}
    faults: list[Fault] = []
    if use is not None and use.intended_action in FORBIDDEN_ACTIONS:
        action = label("action", use.intended_action).casefold()
        what = f"the use intends what is forbidden: {action}"
        faults.append(
            Fault(what, "use: intended_action", "offer_of_support", "offer support, or nothing")
        )
    if use is not None and use.id != rule.use:
        what = f"the rule belongs to the use {rule.use!r}, not to {use.id!r}"
        faults.append(Fault(what, "use", use.id))
    found = []
    for place, criterion in enumerate(rule.criteria, start=1):
        try:
            found.append(_criterion(criterion, known, use))
        except BadInput as error:
            faults += error.within(f"criteria[{place}]").faults
    if faults:
        raise BadInput(*faults)
    return BoundRule(rule, tuple(found))


def as_of_dates(days: Sequence[date]) -> tuple[date, ...]:
    """The as-of dates, each once, the earliest first. Refuses none at all.

    A window has no end without one, and what was written down later could be read.
    """
    if not days:
        todo = "say as of which day, for example --as-of 2026-11-01"
        raise bad("a window without an as-of date", "as_of", "a day", todo)
    return tuple(sorted(set(days)))


def _criterion(criterion: Criterion, feeds: Mapping[str, Feed], use: Use | None) -> BoundCriterion:
    feed = feeds.get(criterion.feed)
    if feed is None:
        raise unknown("feed", criterion.feed, list(feeds), "feed")
    if use is not None and feed.service not in use.services:
        what = f"the feed {feed.id!r} is of {feed.service!r}, which is no service of the use"
        raise bad(what, "feed", ", ".join(use.services))
    table = feed.tables.get(criterion.table)
    if table is None:
        raise unknown("table", criterion.table, list(feed.tables), "table")
    faults = list(_total(criterion, table, feed))
    audited = (*feed.audit_only, *feed.audit_only.values())
    try:
        line_filter = Reader(table.values, audited).read(criterion.where)
    except BadInput as error:
        raise BadInput(
            *faults, *error.within(f"where = {criterion.where[:120]!r}").faults
        ) from None
    faults += _audited_elsewhere(criterion, line_filter, table, feeds)
    if faults:
        raise BadInput(*faults)
    return BoundCriterion(criterion, line_filter)


def _audited_elsewhere(
    criterion: Criterion, line_filter: Filter, table: Table, feeds: Mapping[str, Feed]
) -> Iterator[Fault]:
    """What one feed keeps for audits is not asked of another under the same name."""
    audited = {name.casefold(): feed.id for feed in feeds.values() for name in feed.audit_only}
    for name in dict.fromkeys((*fields_of(line_filter), *filter(None, [criterion.total]))):
        value = table.values.get(name)
        names = {name.casefold(), value.column.strip().casefold()} if value else set()
        for found in sorted(names & audited.keys()):
            what = f"the value {name!r} is what {audited[found]!r} keeps for audits ({found})"
            yield Fault(
                what, f"where = {criterion.where[:120]!r}", "", "take it out: only an audit may ask"
            )


def _total(criterion: Criterion, table: Table, feed: Feed) -> Iterator[Fault]:
    name = criterion.total
    if not name:
        return
    numbers = [n for n, value in table.values.items() if value.kind == "number"]
    if name in feed.audit_only or name in feed.audit_only.values():
        what = f"a total of the audit-only column {name!r}"
        yield Fault(what, "total", ", ".join(numbers), "take it out: only an audit may ask for it")
    elif name not in table.values:
        yield from unknown("value", name, numbers, "total").faults
    elif name not in numbers:
        yield Fault(
            f"{name!r} is no number", "total", ", ".join(numbers) or "a number of the table"
        )
