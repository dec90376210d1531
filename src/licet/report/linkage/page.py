"""A run as one HTML page that needs nothing else: what was allowed, who was let in, what was made of it.

Its order is that of GUILD, the guidance for information about linking data sets: what providers,
linker and analyst must each disclose. Every figure is one of the report, which is disclosure-checked.

Source: Gilbert and others, GUILD: GUidance for Information about Linking Data sets, J Public Health
2018;40(1):191-198.
"""

from __future__ import annotations

from collections.abc import Iterator

from licet.disclosure.counts import count_text
from licet.report.charts.drawings import Drawing
from licet.report.linkage import charts, words
from licet.report.linkage.words import Report
from licet.report.phrases import SYNTHETIC, SYNTHETIC_MARK, and_list
from licet.report.quality.page import Sheet
from licet.report.rendering import render
from licet.report.ruling.page import day
from licet.vocabulary import label

CHILD_PROTECTION = (
    "Licence is not legality: that people find a use acceptable does not make it lawful. Nothing here "
    "ever stops or delays the disclosure that protects an individual child."
)


def page(report: Report) -> str:
    """The page of a run. report: as ``chapters.reporting.run_report`` makes it, without ``counts``."""
    weights = charts.weights_chart(report["weights"], "weights", report["threshold"])
    return render(
        "linkage.html",
        r=report,
        notices=[SYNTHETIC] if report["synthetic"] else [],
        marks=[SYNTHETIC_MARK] if report["synthetic"] else [],
        answer=words.answer(report),
        summary=report["about"]["summary"],
        day=day(report["day"]),
        terms=list(words.terms(report)),
        providers=list(_providers(report)),
        feeds=_feeds(report),
        excluded=_excluded(report),
        changes=_changes(report),
        groups=list(_groups(report)),
        reach=list(words.reach_lines(report)),
        blocks=_blocks(report),
        unlinkables=_unlinkables(report),
        certain=_certain(report),
        weights=(weights, _sheet(weights, "Kept pairs by match weight", True))
        if weights.rows
        else None,
        levels=_levels(report),
        people=_sizes(report, "person_sizes", "Rows of one person", "rows", "person"),
        homes=_sizes(report, "household_sizes", "People in one household", "people", "household"),
        counts=_counts(report),
        events=_events(report),
        together=list(_together(report)),
        cautions=list(words.cautions(report)),
        no=list(words.how_to_say_no(report)),
        meanings=words.MEANINGS,
        child_protection=CHILD_PROTECTION,
    )


def _providers(report: Report) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each feed and what its provider has to disclose."""
    for feed in report["feeds"]:
        one = "one record for each person" if feed["alone"] else "several records of one person"
        facts = [
            ("Service", label("service", feed["service"])),
            ("Answers for it", feed["owner"] or "not said"),
            ("Extract", day(feed["extract"])),
            ("Time it covers", feed["period"] or "not said"),
            ("People in it", feed["population"] or "not said"),
            ("Records", f"It holds {one}, by its contract."),
        ]
        facts += [("Known fault", fault) for fault in feed["known_faults"]]
        yield feed["title"] or feed["feed"], facts


def _feeds(report: Report) -> Sheet:
    least = report["threshold"]
    rows = tuple(
        (
            feed["title"] or feed["feed"],
            count_text(feed["read"], least),
            count_text(feed["permitted"], least),
        )
        for feed in report["feeds"]
    )
    return Sheet("feeds-read", "Rows read and let in", ("Feed", "Read", "Let in"), rows)


def _excluded(report: Report) -> Sheet:
    """Reasons down, feeds across."""
    feeds = [feed["feed"] for feed in report["feeds"]]
    found = {(one["reason"], one["feed"]): one["rows"] for one in report["excluded"]}
    known = dict.fromkeys([*report["reasons"], *(reason for reason, _ in found)])
    rows = tuple(
        (
            report["reasons"].get(reason, words.plain_name(reason)),
            *(count_text(found.get((reason, feed), 0), report["threshold"]) for feed in feeds),
        )
        for reason in known
        if any((reason, feed) in found for feed in feeds)
    )
    heads = ("Why", *(feed["title"] or feed["feed"] for feed in report["feeds"]))
    return Sheet("left-out", "Rows left out, and why", heads, rows, wide=len(feeds) > 4)


def _changes(report: Report) -> Sheet:
    rows = tuple(
        (
            f"{one['feed']}: {words.field_name(one['field'])}",
            one["what"],
            count_text(one["rows"], report["threshold"]),
        )
        for one in report["changes"]
    )
    return Sheet(
        "changes", "What was changed before comparing", ("Field", "What", "Rows"), rows, True
    )


def _groups(report: Report) -> Iterator[tuple[Drawing, Sheet]]:
    """A chart and a table for each audit-only column of each feed."""
    pairs = dict.fromkeys((one["feed"], one["column"]) for one in report["by_group"])
    for place, (feed, column) in enumerate(pairs):
        found = [
            one for one in report["by_group"] if (one["feed"], one["column"]) == (feed, column)
        ]
        title = f"Let in, by {words.plain_name(column)} ({feed})"
        drawing = charts.interval_chart(found, title, f"group-{place}")
        yield drawing, _sheet(drawing, "Share of each group's rows that was let in")


def _blocks(report: Report) -> Sheet:
    rows = tuple(
        (words.block_name(one["block"]), count_text(one["pairs"], report["threshold"]))
        for one in report["blocks"]
    )
    caption = "Which rows were compared, and how many pairs"
    return Sheet("blocks", caption, ("Equal in both rows", "Pairs"), rows)


def _certain(report: Report) -> str:
    spec = report["specification"]
    named = and_list([words.field_name(name) for name in spec["comparisons"]])
    return (
        f"Compared: {named}. Rows may be joined from a probability of {words.percent(spec['link_above'])} "
        f"({words.number(report['weights']['line'])} bits), pairs are kept from "
        f"{words.percent(spec['keep_above'])}. Rows of a feed with one record for each person are never "
        f"joined with each other. Specification {spec['id']}, version {spec['version']}; random numbers "
        f"from seed {spec['seed']}."
    )


def _levels(report: Report) -> tuple[Drawing, Sheet] | None:
    if not report["parameters"]:
        return None
    drawing = charts.levels_chart(report["parameters"], "levels")
    return drawing, _sheet(
        drawing, "Chance of each finding among rows of the same person and of two", True
    )


def _sizes(
    report: Report, name: str, title: str, what: str, whole: str
) -> tuple[Drawing, Sheet] | None:
    ones = {"1 rows": "1 row", "1 people": "1 person"}
    found = [(f"{one['size']} {what}", one["count"]) for one in report[name]]
    found = [(ones.get(text, text), count) for text, count in found]
    if all(count == 0 for _, count in found):
        return None
    said = f"How many {whole}s are of each size"
    drawing = charts.count_chart(found, title, said, name, report["threshold"])
    sheet = Sheet(f"{name}-table", said, (title, f"{whole.capitalize()}s"), drawing.rows)
    return drawing, sheet


def _counts(report: Report) -> list[tuple[str, str]]:
    names = (
        ("persons", "Persons"),
        ("persons_of_several_feeds", "Persons with rows of more than one feed"),
        ("households", "Households"),
        ("relationships", "Relationships between persons, as a service wrote them down"),
        ("pairs_compared", "Pairs of rows compared (a pair found by two blocks counts twice)"),
        ("edges_kept", "Pairs kept"),
        ("edges_joining", "Pairs that may be joined"),
    )
    found = [(text, words.shown(report, name)) for name, text in names]
    return [*found, ("Bridges", count_text(report["bridges"], report["threshold"]))]


def _events(report: Report) -> Sheet:
    """Everything that can happen to persons, also what did not."""
    told = {**dict.fromkeys(words.EVENTS, 0), **report["events"]} if report["events"] else {}
    rows = tuple(
        (words.capital(words.EVENTS.get(kind, kind)), count_text(count, report["threshold"]))
        for kind, count in told.items()
    )
    return Sheet("events", "Since the run before", ("What happened", "How many"), rows)


def _together(report: Report) -> Iterator[Sheet]:
    """Permission and linkage side by side: of feeds, then of the groups of each audit-only column."""
    titles = {feed["feed"]: feed["title"] or feed["feed"] for feed in report["feeds"]}
    given = report.get("permission_linkage") or ()
    for place, (feed, column) in enumerate(
        dict.fromkeys((one["column"] and one["feed"], one["column"]) for one in given)
    ):
        of = [one for one in given if column is None or one["feed"] == feed]
        rows = tuple(
            (
                titles.get(one["feed"], one["feed"]) if column is None else one["group"],
                *(words.percent(one[name]) for name in ("permitted", "linked", "both")),
            )
            for one in of
            if one["column"] == column
        )
        first = "Feed" if column is None else words.capital(words.plain_name(column))
        caption = f"Permission and linkage, {words.side_by_side(feed, column)}"
        heads = (first, "Let in", "Linked", "Both")
        yield Sheet(f"together-{place}", caption, heads, rows, wide=True)


def _unlinkables(report: Report) -> Sheet | None:
    """Rows that say too little, by feed."""
    titles = {feed["feed"]: feed["title"] or feed["feed"] for feed in report["feeds"]}
    rows = tuple(
        (
            titles.get(one["feed"], one["feed"]),
            count_text(one["permitted"], report["threshold"]),
            count_text(one["rows"], report["threshold"]),
            words.percent(one["share"]),
        )
        for one in report.get("unlinkables") or ()
    )
    heads = ("Feed", "Let in", "Say too little", "Share")
    caption = "Rows that can be joined with none"
    return Sheet("unlinkables", caption, heads, rows) if rows else None


def _sheet(drawing: Drawing, caption: str, wide: bool = False) -> Sheet:
    return Sheet(f"{drawing.id}-table", caption, drawing.head, drawing.rows, wide)
