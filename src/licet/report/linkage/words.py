"""The words and figures that the page and the screen of a run share. No row and no person is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licet.disclosure.counts import count_text
from licet.report.phrases import and_list
from licet.report.ruling.page import day
from licet.vocabulary import label

Report = Mapping[str, Any]

NOT_SHOWN = "not shown"
GROUP_HEADS = ("Group", "Rows", "Let in", "95 % interval")
LEVEL_HEADS = ("Finding", "Same person", "Two persons", "Bits")
WEIGHT_HEADS = ("Bits", "Pairs", "Joined")
FIELDS = {
    "given": "given name", "middle": "middle names", "family": "family name",
    "previous_family": "previous family name", "birth": "date of birth", "sex": "sex",
    "home": "family name and address", "house": "house", "street": "street",
    "postcode": "postcode", "uprn": "address number (UPRN)", "nhs": "NHS number",
    "upn": "pupil number (UPN)", "nino": "National Insurance number",
    "birth_year": "year of birth", "birth_day": "day and month of birth",
    "name": "whole name", "address": "whole address", "seen_from": "address from",
    "seen_to": "address until",
}  # fmt: skip
EVENTS = {
    "created": "new persons",
    "joined": "known persons with new rows",
    "merged": "persons found to be one with another",
    "moved": "times that rows went from one person to another",
    "split": "persons parted from another",
    "withdrawn": "persons of whom rows were taken out",
}
WHY = {
    "ruling": "no ruling allows it today",
    "suspended": "its use is suspended",
    "decided_stop": "the owner of its use decided to stop",
    "decided_narrow": "the owner of its use decided that only a smaller one goes ahead",
    "undeclared": "its use is declared no more",
    "retention": "its time to be kept is over",
    "ended": "its use has ended",
    "superseded": "another run took its place",
    "leak": "a text was found in it that may not be there",
    "damaged": "its files were not whole",
    "handed_over": "it was handed to the program that asked for it",
    "in_force": "it is in force again",
}
"""Why a run was sealed, opened again or destroyed, by the word of the log."""
SCOPES = {
    "person": "persons only; no households are formed",
    "household": "persons and who lives together",
    "family": "families; every member's permission is needed",
}
MEANINGS = (
    ("Row", "One record of one service about one person."),
    ("Permitted row", "A row that may be linked, because of its ruling and of what people said."),
    ("Left out", "A row that was never compared with anything: it did not enter the linkage."),
    (
        "Match weight",
        "How far the details of two rows speak for one person, in bits: each bit doubles the odds. "
        "Below nothing they speak against it.",
    ),
    ("Person", "Rows that are taken to be of one person. The number says nothing about who it is."),
    (
        "Bridge",
        "A pair of rows that alone holds a person's rows together: if it is wrong, so is the person.",
    ),
    ("Block", "Which rows are compared at all: those where all the named details are equal."),
    ("Household", "Persons at the same address on the day of the run; nothing is read from names."),
    (
        "About, fewer than",
        "Counts are rounded to fives, and those from 1 to one less than the threshold are not told, "
        "so that nobody can be found in them. Neither means 0.",
    ),
    ("Interval", "Wilson's, 95 %."),
)
"""What the words of the page mean."""


def number(value: float) -> str:
    """A figure without needless zeros."""
    return f"{value:.1f}".removesuffix(".0")


def bits(weight: float | None) -> str:
    """A match weight with its sign."""
    if weight is None:
        return NOT_SHOWN
    return f"{weight:+.1f}".replace("-", "\u2212")


def percent(share: float | None) -> str:
    """A proportion as a whole percentage; small ones with a decimal."""
    if share is None:
        return NOT_SHOWN
    points = 100 * share
    return f"{points:.0f} %" if points >= 10 or points == 0 else f"{points:.1f} %"


def chance(share: float | None) -> str:
    """A chance of the model, 0-1, in percent with as many figures as it needs."""
    if share is None:
        return NOT_SHOWN
    points = 100 * share
    if 0 < points < 0.001:
        return "below 0.001 %"
    return f"{points:.3f} %" if points < 1 else f"{points:.1f} %"


def plain_name(text: str) -> str:
    """An id in words."""
    return str(text).replace("_", " ")


def field_name(name: str) -> str:
    """A field in words; one that is not standard keeps its name."""
    return FIELDS.get(name, plain_name(name))


def comparison_name(name: Any) -> str:
    """A comparison in words, with a capital."""
    return capital(field_name(str(name)))


def side_by_side(feed: str | None, column: str | None) -> str:
    """What a table of shares is by: feeds, or the groups of an audit-only column of one."""
    return "by feed" if column is None else f"by {plain_name(column)} ({feed})"


def capital(text: str) -> str:
    """With a capital at the start and the rest as it is."""
    return text[:1].upper() + text[1:]


def block_name(parts: Any) -> str:
    """Which details have to be equal."""
    return capital(and_list([field_name(part) for part in parts]))


def shown(report: Report, name: str) -> str:
    """One of the run's counts."""
    return count_text(report["shown"][name], report["threshold"])


def terms(report: Report) -> Iterator[tuple[str, str]]:
    """What was allowed, and on what terms."""
    about = report["about"]
    yield "Ruling", f"{report['heading']}, valid until {day(report['expires'])}"
    floors = {
        "ask_first": "Only rows of people who said yes were let in.",
        "objection": "Families were told 30 days before; whoever said no was left out.",
    }
    yield "What families were offered", floors.get(report["floor"], str(report["floor"]))
    yield "Records of", and_list([label("service", one) for one in about["services"]])
    yield "Purpose", label("purpose", about["purpose"])
    yield "Answers for it", report["controller"]
    yield "Run by", label("processor", about["processor"])
    yield "Law relied on, as declared (not checked)", about["lawful_basis"] or "not said"
    yield "How long it is kept", about["retention"] or "not said"
    yield "How it is undone", about["rollback"] or "not said"
    scope = str(report["specification"]["scope"])
    yield "What is formed", SCOPES.get(scope, plain_name(scope))


def answer(report: Report) -> str:
    """The run in two sentences."""
    if report["shown"]["rows_read"] == 0:
        return "No row was read."
    return (
        f"Of {shown(report, 'rows_read')} rows, {shown(report, 'rows_permitted')} were allowed in "
        f"and {shown(report, 'rows_left_out')} were left out. They were taken to be of "
        f"{shown(report, 'persons')} persons, {shown(report, 'persons_of_several_feeds')} of them with "
        "rows of more than one service."
    )


def group_share(one: Mapping[str, Any]) -> str:
    """The share of a group's rows that was let in."""
    return percent(one["permitted"])


def group_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    """A group: rows, share let in, interval."""
    interval = NOT_SHOWN
    if one["permitted"] is not None:
        interval = f"{100 * one['low']:.0f} to {100 * one['high']:.0f} %"
    rows = NOT_SHOWN if one["rows"] is None else count_text(one["rows"])
    return (plain_name(one["group"]), rows, group_share(one), interval)


def level_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    """A level: what it is, its chances, its weight."""
    name = f"{comparison_name(one['comparison'])}: {one['level']}"
    return (name, chance(one["m"]), chance(one["u"]), bits(one["weight"]))


def weight_row(one: Mapping[str, Any], line: float, threshold: int) -> tuple[str, ...]:
    """A step of match weights: bits, pairs, and on which side of the line it lies."""
    span = f"{number(one['from'])} to {number(one['to'])}".replace("-", "\u2212")
    side = "no" if one["to"] <= line else "may be"
    if one["from"] < line < one["to"]:
        side = "from the line on"
    return (span, count_text(one["edges"], threshold), side)


def reach_lines(report: Report) -> Iterator[str]:
    """How surely a permission reaches the rows it means."""
    reach = report["reach"]
    threshold = report["threshold"]
    if not reach["compared"]:
        few = reach["compared"] is None
        number_of = f"Fewer than {threshold}" if few else "No"
        yield f"{number_of} rows could be looked at, so how often details alone miss is not known."
        return
    compared = count_text(reach["compared"], threshold)
    yield (
        f"A yes or no reaches a row by its record number, or else by name, date of birth and address. "
        f"For {compared} rows the record number is known, so that it can be seen how often the "
        "details alone would have missed."
    )
    yield f"{_missed(reach, 'refusal_missed')} of them a no would not have reached by details alone."
    yield (
        f"{_missed(reach, 'grant_missed')} of them a yes would not have reached; those rows stay out, "
        "which is the safe side."
    )


def _missed(reach: Mapping[str, Any], name: str) -> str:
    high = percent(reach[f"{name}_high"])
    if reach[name] is None:
        return f"At most about {high}"
    return f"{percent(reach[name])} (95 % interval up to {high})"


def cautions(report: Report) -> Iterator[str]:
    """What whoever uses the persons has to know, beyond the figures."""
    yield (
        "People who were left out are not a random part of everybody. Counts of linked persons are no "
        "counts of the population, and groups must not be compared without the shares above."
    )
    yield (
        "Two rows of one person may have stayed apart, and rows of two persons may have been joined; "
        "relatives are the most frequent mistake. How often is not known from a run alone: it is "
        "measured against truth or by reviewers."
    )
    yield (
        f"Where only a bridge holds rows together, a person is less sure: there are {_bridges(report)} "
        "of them."
    )
    yield (
        "Households are who shares an address by these records, with permission. A household can be "
        "larger than is seen here."
    )
    yield "Nothing here decides about a family: what may follow is what the use says, by people."


def _bridges(report: Report) -> str:
    return count_text(report["bridges"], report["threshold"])


def how_to_say_no(report: Report) -> Iterator[str]:
    """What a parent can do."""
    about = report["about"]
    yield (
        "Anybody whose records are named here can say no at any time, without a reason. It takes "
        "effect at once: their rows leave, and what was made of them is made again without them."
    )
    if about["contact"]:
        yield f"Write to: {about['contact']}"
    if about["appeals"]:
        yield str(about["appeals"])
