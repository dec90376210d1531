"""A contact audit as one HTML page that needs nothing else, each chart with its table."""

from __future__ import annotations

from collections.abc import Iterator

from licet.audit.contact import Change, ContactAudit
from licet.report.audit import contact_words as words
from licet.report.audit.contact_charts import ratios_chart, series_chart
from licet.report.audit.source_page import Figure, section, sections_page
from licet.report.quality.page import Sheet

FIT_HEADS = (
    "Group",
    "Smallest drop that would be found",
    "Spread",
    "Likeness of neighbours in time",
)


def page(found: ContactAudit) -> str:
    """The whole page as text."""
    lines = [f"{words.name(one.group)}: {words.reading(one, found)}." for one in found.changes]
    fit = Sheet(
        "fit", "How the model fits", FIT_HEADS, tuple(map(words.diagnostics, found.changes))
    )
    return sections_page(
        [
            section("changes", "What changed", lines, [_changes(found)], words.CHANGE_WORDS),
            section("series", "Contacts over time", [], list(_series(found)), long=True),
            section(
                "made", "How it was counted", words.facts(found), [(None, fit)], words.FIT_WORDS
            ),
        ],
        synthetic=found.contacts.synthetic,
        title=words.heading(found),
        brand="contact audit",
        answer=words.answer(found),
        lead=[],
        words=words.MEANINGS,
        files="contact.json, contact-changes.csv and contact-periods.csv",
    )


def _changes(found: ContactAudit) -> Figure:
    title = words.changes_title(found)
    rows = tuple(words.cells(one) for one in found.changes)
    return ratios_chart(found, title), Sheet("changes-table", title, words.HEADS, rows, True)


def _series(found: ContactAudit) -> Iterator[Figure]:
    for place, one in enumerate(found.changes):
        title = f"Contacts of {one.group or 'everybody'}: {words.short(one)}"
        yield series_chart(found, one, title, f"series-{place}"), _sheet(found, one, title, place)


def _sheet(found: ContactAudit, one: Change, title: str, place: int) -> Sheet:
    rows = tuple(
        (day.isoformat(), "since" if day >= found.since else "before", words.number(count))
        for day, count in zip(found.contacts.periods, found.shown[one.group], strict=True)
    )
    return Sheet(f"series-table-{place}", title, ("Period", "Side", "Contacts"), rows)
