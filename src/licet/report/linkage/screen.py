"""A run on the screen: at most 25 lines of 80 columns."""

from __future__ import annotations

from licet.disclosure.counts import count_text
from licet.report.linkage import words
from licet.report.linkage.words import Report
from licet.report.ruling.page import day
from licet.report.screens import columns, plain, wrap

MOST = 5
"""Feeds, and reasons for leaving rows out, that are named; the page has them all."""


def run_text(report: Report) -> str:
    """What a run did. report: as ``chapters.reporting.run_report`` makes it."""
    least = report["threshold"]
    parts = [wrap(f"{report['title']}"[:160])]
    if report["synthetic"]:
        parts.append("SYNTHETIC: no row here is of a real person.")
    parts.append(wrap(f"{report['heading']}, valid until {day(report['expires'])}."))
    parts.append(wrap(words.answer(report)))
    parts.append("")
    feeds = report["feeds"]
    rows = [("  Feed", "Rows read", "Let in")]
    rows += [
        (
            f"  {_short(feed['feed'])}",
            count_text(feed["read"], least),
            count_text(feed["permitted"], least),
        )
        for feed in feeds[:MOST]
    ]
    parts.append(columns(rows, (30, 22)))
    if len(feeds) > MOST:
        parts.append(f"  {len(feeds) - MOST} more on the page.")
    reasons = dict.fromkeys(one["reason"] for one in report["excluded"])
    if reasons:
        parts.append(wrap(f"  Left out because: {_because(report, list(reasons))}", "    "))
    told = [
        ("  Persons", words.shown(report, "persons")),
        ("  Households", words.shown(report, "households")),
        ("  Pairs compared", words.shown(report, "pairs_compared")),
        ("  Bridges", count_text(report["bridges"], least)),
    ]
    parts.append(columns(told, (30,)))
    return "\n".join(parts)


def _because(report: Report, reasons: list[str]) -> str:
    names = {
        "said_no": "said no",
        "may_have_said_no": "may have said no",
        "no_answer": "no answer",
        "not_sure": "a yes not surely theirs",
        "not_known": "nobody asked fits",
        "held_out": "disputed, held out",
    }
    return ", ".join(names.get(reason, words.plain_name(reason)) for reason in reasons[:MOST]) + "."


def _short(text: str) -> str:
    return plain(text)[:26]
