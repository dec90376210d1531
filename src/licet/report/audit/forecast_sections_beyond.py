"""The sections of the page beyond the score: time, people drawn by lot, people outside, links, the funnel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licet.report.audit import forecast_charts as charts
from licet.report.audit import forecast_words as words
from licet.report.audit.forecast_sections import Block, Section, heading, listed, pair, table, text
from licet.report.quality.page import Sheet

Part = Mapping[str, Any]


def other_sections(document: Part) -> Iterator[Section]:
    """What was looked at besides the score."""
    if document["selective"]:
        yield Section(
            "lot", "What people drawn by lot tell", tuple(_selective(document["selective"]))
        )
    if document["stability"]:
        yield Section("time", "Does it hold over time?", tuple(_stability(document)))
    if document["links"]:
        yield Section("links", "When records are wrongly joined", tuple(_links(document["links"])))
    if document["outside"]:
        yield Section("outside", "People outside", tuple(_outside(document)))
    if document["funnel"]:
        yield Section("funnel", "The steps after the score", tuple(_funnel(document["funnel"])))


def _selective(found: Part) -> Iterator[Block]:
    many = f" of {found['population']:,}" if found["population"] else ""
    yield text(
        f"Some people{many} were looked into by lot. What was found in them tells of everybody; what was "
        "found in those picked tells of those picked only."
    )
    rows = tuple(
        (
            one["label"],
            words.share(one["picked"]),
            words.share(one["drawn"]),
            words.times(one["lift"]),
        )
        for one in found["lifts"]
    )
    heads = ("Definition of the outcome", "Picked, with it", "Drawn by lot, with it", "Ratio")
    yield table(Sheet("lifts", "How far it depends on what counts as the outcome", heads, rows))
    if not found["groups"]:
        return
    drawing = charts.rates_chart(
        [(row["label"], [row["inside"]["share_drawn"], row["inside"]["share_picked"]])
         for row in found["groups"]],
        ("share of people drawn by lot", "share of people picked"), id="lot-shares",
        title="Shares of groups, drawn by lot and picked", said="Percent, with interval",
    )  # fmt: skip
    yield pair(drawing, "Shares of groups, percent")
    yield table(_of_everybody(found))


def _of_everybody(found: Part) -> Sheet:
    heads = ("Group", "Picked over drawn", "Right when picked", "Wrongly flagged", "Missed",
             "The rest: right", "The rest: wrongly flagged", "The rest: missed")  # fmt: skip
    rows = tuple(
        (row["label"], words.times(row["inside"]["over"]),
         *(words.share(row[side][name]) for side in ("inside", "rest")
           for name in ("precision", "fpr", "fnr")))
        for row in found["groups"]
    )  # fmt: skip
    return Sheet("lot-groups", "Of everybody, by those drawn by lot", heads, rows, wide=True)


def _stability(document: Part) -> Iterator[Block]:
    found = document["stability"]
    if found["alarms"]:
        yield text("Alarm: people with one outcome only.")
        yield listed(found["alarms"])
    if found["decay"]:
        yield text(_decay(found["decay"]))
    names = ("base", "fpr", "fnr", "ppv", "auc")
    heads = ("Period", "People", *(words.MEASURES[name] for name in names))
    rows = tuple(
        (one["period"], words.count(one["people"]),
         *(words.plain(one["figures"][n]) if n == "auc" else words.share(one["figures"][n]) for n in names))
        for one in found["periods"]
    )  # fmt: skip
    drawing = charts.rates_chart(
        [(one["period"], [one["figures"]["fpr"], one["figures"]["fnr"]]) for one in found["periods"]],
        ("wrongly flagged", "missed"), id="periods", title="Wrongly flagged and missed, by period",
        said="Percent, with interval",
    )  # fmt: skip
    yield pair(drawing, "", Sheet("periods-table", "By period of scoring", heads, rows))
    yield heading("Had outcomes time to show?")
    yield from _ripeness(found)
    yield from _again(found)
    yield from (text(note) for note in found["notes"])


def _decay(decay: Part) -> str:
    lost = words.plain(decay["auc_lost"])
    return (
        f"AUC of people scored before {decay['at']}: {words.plain(decay['auc_before'])}; from then on: "
        f"{words.plain(decay['auc_after'])}; in the last period: {words.plain(decay['auc_last'])}. "
        f"Before less after: {lost}."
    )


def _ripeness(found: Part) -> Iterator[Block]:
    if not found["ripeness_judged"]:
        return
    yield text(
        f"Known outcomes that could not be seen in full yet: {words.count(found['unripe'])}. People "
        f"read as without the outcome before it had time to show: {words.count(found['read_early'])}."
    )
    if found["ripeness"]:
        names = ("base", "ppv", "fpr", "fnr")
        heads = (
            "Group",
            *(f"{words.MEASURES[n]}{of}" for n in names for of in (", all", ", ripe")),
        )
        rows = tuple(
            (
                row["label"],
                *(words.share(row[of][n]) for n in names for of in ("of_all", "of_ripe")),
            )
            for row in found["ripeness"]
        )
        caption = "All, and those whose outcome had time to show"
        yield table(Sheet("ripeness", caption, heads, rows, wide=True))


def _again(found: Part) -> Iterator[Block]:
    if found["overlaps"]:
        rows = tuple(
            (
                f"{one['before']} and {one['after']}",
                words.count(one["families"]),
                words.share(one["jaccard"]),
            )
            for one in found["overlaps"]
        )
        heads = (
            "Periods",
            "Families in both, about",
            "Flagged in both, of those flagged in either",
        )
        yield table(Sheet("overlaps", "Are the same families flagged again?", heads, rows))
    if found["shifts"]:
        yield table(_shifts(found["shifts"]))


def _shifts(shifts: list[Part]) -> Sheet:
    """Periods down, what may have moved across."""
    names = list(dict.fromkeys(one["what"] for one in shifts))
    of = {(one["period"], one["what"]): one for one in shifts}
    rows = []
    for period in dict.fromkeys(one["period"] for one in shifts):
        mine = [of.get((period, name)) for name in names]
        cells = [
            "" if one is None else f"{one['index']:.3f} ({one['by_chance']:.3f})" for one in mine
        ]
        rows.append((period, *cells))
    heads = ("Period", *(words.capital(words.by_name(name)) for name in names))
    caption = "How far later people differ from the first: stability index (by chance alone)"
    return Sheet("shifts", caption, heads, tuple(rows))


def _links(found: list[Part]) -> Iterator[Block]:
    for place, rerun in enumerate(found):
        if rerun["how"] == "refit":
            yield text(
                f"A model of {', '.join(rerun['features'])} was learnt and tried anew, {rerun['repeats']} "
                "times on other people, with links missed or false. Missed links can shrink the gap between "
                "groups while the tool gets worse, because an empty history looks harmless. So each table "
                "shows how well it works beside how far groups lie apart: a smaller gap is no proof of "
                "fairness."
            )
        yield listed([*rerun["words"], *words.link_sentences(rerun)])
        yield from (table(sheet) for sheet in _link_sheets(rerun, place))


def _link_sheets(rerun: Part, place: int) -> Iterator[Sheet]:
    """How well it works under each scenario; then, by breakdown, how far groups lie apart."""
    heads = (
        "Links",
        "AUC",
        "Less perfect links",
        "Mean squared error",
        "Flagged",
        "Found, of all with it",
    )
    rows = tuple(
        (row["scenario_label"], words.plain(row["auc"]), words.plain(row["loss"]),
         words.plain(row["brier"]), words.share(row["flagged"]), words.share(row["recall"]))
        for row in rerun["rows"]
    )  # fmt: skip
    yield Sheet(f"links-{place}", "How well it works, were links wrong", heads, rows, wide=True)
    for at, (by, groups) in enumerate(words.breakdowns(rerun["rows"][0]["groups"]).items()):
        shown = [one["label"] for one in groups if one["fpr_gap"]["shown"]]
        if not shown or " x " in by:
            continue
        cells = []
        for row in rerun["rows"]:
            of = {one["label"]: one for one in row["groups"] if one["by"] == by}
            cells.append((row["scenario_label"], words.plain({**row["auc"], "low": None, "high": None}),
                          *(words.points(of[label]["fpr_gap"]) for label in shown)))  # fmt: skip
        yield Sheet(
            f"links-{place}-{at}",
            f"{words.capital(words.by_name(by))}: wrongly flagged less the rest, points, were links wrong",
            ("Links", "AUC", *shown), tuple(cells), wide=True,
        )  # fmt: skip


def _outside(document: Part) -> Iterator[Block]:
    found = document["outside"]
    yield text(
        "People who said no or could not be linked are never flagged; people without a score only "
        "by a list of flags. What they have is not "
        "known, so figures of everybody lie between two bounds; brackets hold both bounds and chance."
    )
    reasons = [f"{words.capital(one['reason'])}: {words.count(one['people'])}"
               for one in found["reasons"] if one["people"] != 0]  # fmt: skip
    if reasons:
        yield listed(reasons)
    if not found["framed"]:
        yield text(
            "No frame was given, so people who are not in the data at all are not counted here."
        )
    names = (
        ("recall_linked", "Found, of the linked"),
        ("recall", "Found, of everybody"),
        ("recall_alike", "Found, if others have it as often"),
        ("flagged", "Flagged, of everybody"),
    )
    rows = tuple(
        (row["label"], words.count(row["people"]), _range(row["outside"]),
         *(_bounds(row[name]) for name, _ in names), _tipping(row["tipping"]))
        for row in found["groups"]
        if row["recall"]["shown"] or " x " not in (row["by"] or "")
    )  # fmt: skip
    heads = ("Group", "Inside", "Outside", *(name for _, name in names), "Tips at")
    yield table(
        Sheet("outside-table", "Found among everybody, linked or not", heads, rows, wide=True)
    )
    yield from _outside_gaps(found["gaps"])
    yield text(
        "Tips at: the share with the outcome among those outside at which too few are found, or groups lie "
        "too far apart, by the plan's tolerance."
    )


def _outside_gaps(gaps: list[Part]) -> Iterator[Block]:
    rows = tuple(
        (row["label"], *(_apart(row[name], 100, 1, "points") for name in ("recall", "fpr")),
         _apart(row["flag_ratio"], 1, 2, "times"), _tipping(row["tipping"]))
        for row in gaps
        if row["recall"]["shown"] or " x " not in row["by"]
    )  # fmt: skip
    if rows:
        heads = ("Group", "Found, less the rest", "Wrongly flagged, less the rest", "Flagged, over the rest",
                 "Tips at")  # fmt: skip
        yield table(Sheet("outside-gaps", "Groups less the rest, everybody", heads, rows))


def _range(ends: list[int] | None) -> str:
    if ends is None:
        return "not shown"
    return f"{ends[0]:,}" if ends[0] == ends[1] else f"{ends[0]:,} to {ends[1]:,}"


def _bounds(part: Part) -> str:
    """Where it lies: the bounds, or the figure where they are one; chance in brackets."""
    if not part["shown"]:
        return str(part["why_not"])
    low, high = part.get("bounds") or (part["value"], part["value"])
    between = (
        f" [{words.percent(part['low'])}, {words.percent(part['high'])}]"
        if part["low"] is not None
        else ""
    )
    if low == high:
        return f"{words.percent(part['value'])} %{between}"
    return f"{words.percent(low)} to {words.percent(high)} %{between}"


def _apart(part: Part, scale: float, decimals: int, unit: str) -> str:
    """Where a difference or a ratio lies: between the bounds, chance included."""
    if not part["shown"] or part["low"] is None:
        return str(part["why_not"] or "not known")
    low, high = (f"{scale * part[end]:.{decimals}f}" for end in ("low", "high"))
    return f"{low} to {high} {unit}"


def _tipping(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def _funnel(found: Part) -> Iterator[Block]:
    yield text(
        "Who gets how far, by group. A step taken by people can add more to a difference than the score did. "
        "The last column of each step says how many times as often as the rest a group has come so far."
    )
    if found["irregular"] != 0:
        yield text(
            "Some passed a step without the one before; they count as having come as far as in order."
        )
    labels = {stage["stage"]: stage["label"] for stage in found["stages"]}
    ratios = {(one["group"], one["by"], one["stage"]): one for one in found["ratios"]}
    everybody = [rate for rate in found["rates"] if rate["by"] is None]
    for place, (by, rows) in enumerate(words.breakdowns(found["rates"]).items()):
        first, last = (found["stages"][end]["stage"] for end in (0, -1))
        title = f"The steps, {words.by_name(by)}: {words.steps(found['ratios'], by, last)}"
        cells = []
        for row in [*everybody, *rows]:
            ratio = ratios.get((row["group"], row["by"], row["stage"]))
            beside = (
                (words.times(ratio["step"]), words.times(ratio["so_far"])) if ratio else ("", "")
            )
            cells.append((row["label"], labels[row["stage"]], words.share(row["passed"]),
                          words.share(row["so_far"]), *beside))  # fmt: skip
        groups = list(dict.fromkeys(row["label"] for row in rows))
        of = {(row["label"], row["stage"]): row["so_far"] for row in [*everybody, *rows]}
        drawing = charts.rates_chart(
            [(name, [of[name, first], of[name, last]]) for name in ("everybody", *groups)],
            (f"came to: {labels[first]}", f"came to: {labels[last]}"), id=f"funnel-{place}", title=title,
            said="Percent of all, with interval",
        )  # fmt: skip
        heads = ("Group", "Step", "Passed, of those who reached it", "So far, of all", "Step, over the rest",
                 "So far, over the rest")  # fmt: skip
        yield heading(title)
        yield pair(drawing, "", Sheet(f"funnel-{place}-table", title, heads, tuple(cells)))
