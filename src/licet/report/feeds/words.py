"""The words and figures that screen and page of feeds share. No value of a person is among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licet.errors import counted
from licet.feeds.profile import PARTS, Change, FieldProfile, GroupMissing, Profile
from licet.feeds.table_profile import TableProfile
from licet.vocabulary import label

NOT_SHOWN = "not shown"
PART_WORDS = {
    "present": "Filled",
    "missing": "Missing",
    "placeholder": "Placeholder",
    "invalid": "Invalid",
}
FIELD_WORDS = {
    "given": "Given name", "middle": "Middle names", "family": "Family name",
    "previous_family": "Previous family name", "birth": "Date of birth", "sex": "Sex",
    "house": "House", "street": "Street", "postcode": "Postcode", "uprn": "UPRN",
    "nhs": "NHS number", "upn": "UPN", "nino": "NINO", "seen_from": "Address from",
    "seen_to": "Address until", "name": "Whole name", "address": "Whole address",
}  # fmt: skip
MEANINGS = (
    ("Filled", "There is a value in standard form."),
    ("Missing", "Nothing stood there."),
    ("Placeholder", "A word or a date that stands for nothing: baby, n/k, 1900-01-01."),
    (
        "Invalid",
        "Something that cannot be right, or does not fit the contract; it counts as missing.",
    ),
    (
        "Unknown record",
        "A line of a record that the extract does not hold. It is nobody's, and counts for nobody.",
    ),
    (
        "After the extract",
        "A line that happened, or was written down, after the extract was taken.",
    ),
    ("Not shown", "A count of few rows, or one that would tell such a count. It does not mean 0."),
    ("Interval", "Wilson's, 95 %, of the share of rows of a group without a value."),
)


def field_name(name: str) -> str:
    """A field in words; that of a mention keeps its place: ``guardian1 given``."""
    return FIELD_WORDS.get(name, name.replace("_", " "))


def number(value: int | None) -> str:
    """A count, or that it is not shown."""
    return NOT_SHOWN if value is None else f"{value:,}"


def share(value: float | None) -> str:
    """A proportion in percent, one decimal."""
    return NOT_SHOWN if value is None else f"{100 * value:.1f} %"


TABLE_HEADS = ("Table of lines", "Lines", "Unknown record", "No day", "After the extract")


def table_row(one: TableProfile) -> tuple[str, ...]:
    """A table of lines by its counts."""
    counts = (one.lines, one.unknown, one.undated, one.after)
    return (one.name, *map(number, counts))


def missing_rows(found: Profile) -> Iterator[tuple[str, str]]:
    """The values of all tables, each with the lines that do not say it."""
    for one in found.tables:
        for name, many in one.missing.items():
            yield f"{one.name}: {name}", number(many)


def title(found: Profile) -> str:
    """The feed by its title, service and day."""
    feed = found.feed
    return f"{feed.title} ({label('service', feed.service)}, {feed.extract})"


def facts(found: Profile) -> Iterator[tuple[str, str]]:
    """What the contract says, and what the data say to it."""
    feed = found.feed
    yield "Rows", number(found.rows)
    if feed.owner:
        yield "Owner", feed.owner
    for name, text in (("Period", feed.period), ("Population", feed.population)):
        if text:
            yield name, text
    one = "declared: one record per person" if feed.one_record_per_person else "several are allowed"
    rows = "kept back" if found.repeated is None else counted(found.repeated, "row", "rows")
    yield (
        "The same person twice",
        f"{one}; {rows} with name and date of birth of another row",
    )
    many, people = found.communal
    yield (
        "Communal addresses",
        f"{len(feed.communal_addresses)} declared; declared or with more than "
        f"{feed.communal_above} rows: {number(many)}, rows there: {number(people)}",
    )
    if feed.audit_only:
        yield "Never compared", f"audit only: {', '.join(feed.audit_only)}"
    for fault in feed.known_faults:
        yield "Known fault", fault


def least_filled(found: Profile) -> str:
    """The field that has most seldom a value, of those that are told; "" where none is."""
    told = [one for one in found.fields if one.parts["present"] is not None]
    if not told or not found.rows:
        return ""
    least = min(told, key=lambda one: one.parts["present"] or 0)
    filled = (least.parts["present"] or 0) / found.rows
    return f": least filled is {field_name(least.field)}, {share(filled)}"


def group_title(field: str, by: str, rows: Sequence[GroupMissing]) -> str:
    """A field by a breakdown, with the group that misses it most of those that are shown."""
    named = f"{field_name(field)} missing, by {by.replace('_', ' ')}"
    told = [one for one in rows if one.share is not None]
    most = max(told, key=lambda one: one.share or 0.0) if len(told) > 1 else None
    if most is None:
        return named
    if not most.share:
        return f"{named}: in no group that is shown"
    return f"{named}: most in {most.group}, {share(most.share)}"


def parts_row(one: FieldProfile) -> tuple[str, ...]:
    """A field: its parts, distinct values, and how often the most frequent ones stand."""
    top = ", ".join(f"{rows:,}" for rows in one.top[:3]) or "\u2013"
    counts = tuple(number(one.parts[part]) for part in PARTS)
    return (field_name(one.field), one.column, *counts, number(one.distinct), top)


PARTS_HEADS = (
    "Field", "Column", *PART_WORDS.values(), "Distinct", "Rows of the most frequent values"
)  # fmt: skip
CHANGE_HEADS = ("Field", "What was changed", "Rows", "Share")
GROUP_HEADS = ("Group", "Rows", "Missing", "Share", "95 % interval")


def change_row(one: Change) -> tuple[str, ...]:
    """A change: field, what, rows, share."""
    return (field_name(one.field), one.meaning, number(one.rows), share(one.share))


def group_row(one: GroupMissing) -> tuple[str, ...]:
    """A group: rows, missing, share and interval."""
    interval = NOT_SHOWN
    if one.low is not None and one.high is not None:
        interval = f"{100 * one.low:.1f} to {100 * one.high:.1f} %"
    return (one.group, number(one.rows), number(one.missing), share(one.share), interval)
