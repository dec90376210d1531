"""The sections of the page on the score itself: gates, errors by group, gaps, skill, calibration, benefit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licet.report.audit import forecast_charts as charts
from licet.report.audit import forecast_words as words
from licet.report.charts.drawings import Drawing
from licet.report.quality.page import Sheet

Part = Mapping[str, Any]
THINNED = 9
"""Points of a curve on the page; the data hold all."""
LONG = 26
"""Rows of a table that is folded up beside its chart."""


@dataclass(frozen=True)
class Block:
    """A piece of a section: a heading, text, a list, a table, or a chart with its table."""

    kind: str
    text: str = ""
    lines: tuple[str, ...] = ()
    drawing: Drawing | None = None
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Section:
    """A section of the page."""

    id: str
    title: str
    blocks: tuple[Block, ...]


def text(said: str) -> Block:
    """A paragraph."""
    return Block("text", said)


def heading(said: str) -> Block:
    """A heading within a section."""
    return Block("heading", said)


def listed(lines: Sequence[str]) -> Block:
    """A list."""
    return Block("list", lines=tuple(lines))


def table(sheet: Sheet) -> Block:
    """A table alone."""
    return Block("table", sheet=sheet)


def pair(drawing: Drawing, caption: str, sheet: Sheet | None = None) -> Block:
    """A chart and its table; a long table is folded up."""
    twin = sheet or Sheet(f"{drawing.id}-table", caption, drawing.head, drawing.rows)
    return Block("folded" if len(twin.rows) > LONG else "pair", drawing=drawing, sheet=twin)


def folded(summary: str, sheet: Sheet) -> Block:
    """A table that is opened by whoever wants it."""
    return Block("fold", summary, sheet=sheet)


def score_sections(document: Part) -> Iterator[Section]:
    """What is said of the score itself, as far as it was looked at."""
    if document["groups"]:
        yield Section("errors", "For whom it is wrong", tuple(_errors(document)))
    if document["gaps"]:
        yield Section("gaps", "How far groups lie apart", tuple(_gaps(document)))
    if document["benefit"]:
        yield Section("harm", "More good than harm?", tuple(_benefit(document)))
    if document["skill"]:
        yield Section("skill", "Does it beat simple rules?", tuple(_skill(document)))
    if document["calibration"]:
        yield Section(
            "calibration", "Do its chances mean what they say?", tuple(_calibration(document))
        )


RATES = ("fpr", "fnr", "ppv", "flag", "base")


def _errors(document: Part) -> Iterator[Block]:
    yield text(
        "Wrongly flagged: of people without the outcome, those flagged. Missed: of people with it, those "
        "not flagged. Square brackets hold the interval."
    )
    everybody = document["groups"][0]
    for place, (by, rows) in enumerate(words.breakdowns(document["groups"]).items()):
        title = words.capital(words.by_name(by))
        told = _told(title, by, document)
        shown = [everybody, *rows]
        drawing = charts.rates_chart(
            [(row["label"], [row["rates"]["fpr"], row["rates"]["fnr"]]) for row in shown],
            ("wrongly flagged", "missed"), id=f"errors-{place}", title=told,
            said="Percent, with interval",
        )  # fmt: skip
        sheet = Sheet(
            f"errors-{place}-table",
            f"{title}: error by group, percent",
            ("Group", "People", *(words.MEASURES[name] for name in RATES)),
            tuple(
                (row["label"], words.count(row["counts"]["people"]),
                 *(words.share(row["rates"][name]) for name in RATES))
                for row in shown
            ),
        )  # fmt: skip
        yield heading(told)
        yield pair(drawing, "", sheet)
    if not words.breakdowns(document["groups"]):
        yield table(_alone(everybody))


def _told(title: str, by: str, document: Part) -> str:
    """The title of a chart with what it comes to."""
    said = words.finding([gap for gap in document["gaps"] if gap["by"] == by])
    return f"{title}: {said}" if said else f"{title}: wrongly flagged and missed"


def _alone(row: Part) -> Sheet:
    rows = tuple((words.MEASURES[name], words.share(row["rates"][name])) for name in RATES)
    return Sheet("errors-table", "Everybody, percent", ("Measure", "Percent"), rows)


def _gaps(document: Part) -> Iterator[Block]:
    plan = document["plan"]
    tolerance = plan["tolerances"]["gap"]
    yield text(
        f"Each group less the rest, in points. The thick line is the interval, the thin line the band that "
        f"holds for all groups together. Allowed by the plan, and shaded: within {100 * tolerance:g} points. "
        "The smallest gap is what these data would have shown in 80 of 100 cases: where it is larger than "
        "what is allowed, no difference found says nothing."
    )
    found = [gap for gap in document["gaps"] if gap["measure"] in ("fpr", "fnr", "flag")]
    for place, (by, rows) in enumerate(words.breakdowns(found).items()):
        title = words.capital(words.by_name(by))
        labels = list(dict.fromkeys(row["label"] for row in rows))
        of = {(r["label"], r["measure"], r["versus"]): r for r in rows}
        names = words.SAID
        told = _told(title, by, document)
        drawing = charts.gaps_chart(
            [(label, [of[label, name, "rest"]["difference"] for name in names]) for label in labels],
            tuple(names.values()), tolerance, id=f"gaps-{place}",
            title=f"{told}, against the rest", said="Points, with interval and band",
        )  # fmt: skip
        yield heading(told)
        yield pair(drawing, "", _gap_twin(title, f"gaps-{place}-table", labels, of))
        yield folded(
            f"{title}: bands, smallest gaps, ratios", _gap_sheet(title, f"gaps-{place}-all", rows)
        )


def _gap_twin(
    title: str, id: str, labels: Sequence[str], of: Mapping[tuple[str, str, str], Part]
) -> Sheet:
    """The differences that gates ask of, each with its answer."""
    rows = []
    for label in labels:
        wrong, missed, flag = (of[label, name, "rest"] for name in ("fpr", "fnr", "flag"))
        rows.append((
            label, _answered(words.points(wrong["difference"]), wrong),
            _answered(words.points(missed["difference"]), missed),
            _answered(words.times(flag["ratio"]), flag),
            _found_from(wrong, missed),
        ))  # fmt: skip
    heads = ("Group", "Wrongly flagged, points", "Missed, points", "Flagged, over the rest",
             "Smallest gap: wrongly, missed")  # fmt: skip
    return Sheet(id, f"{title}: each group less the rest, or over it", heads, tuple(rows))


def _found_from(*gaps: Part) -> str:
    """The smallest gaps that would have been seen, in points."""
    told = [gap["smallest_found"] for gap in gaps]
    return (
        ", ".join("-" if one is None else f"{100 * one:.1f}" for one in told) if any(told) else ""
    )


def _answered(said: str, gap: Part) -> str:
    return (
        f"{said} {words.SIGNS[gap['standing']]}\u00a0{gap['standing']}" if gap["standing"] else said
    )


def _gap_sheet(title: str, id: str, rows: Sequence[Part]) -> Sheet:
    """Everything of the differences that are shown, against the rest and the comparison group."""
    heads = ("Group", "Measure", "Beside", "Points", "Band", "Smallest gap", "Ratio")
    cells = tuple(
        (row["label"], words.MEASURES[row["measure"]],
         "the rest" if row["versus"] == "rest" else "the comparison group",
         words.points(row["difference"]), _band(row["difference"]),
         "" if row["smallest_found"] is None else f"{100 * row['smallest_found']:.1f}",
         words.times(row["ratio"]))
        for row in rows
        if row["difference"]["shown"]
    )  # fmt: skip
    return Sheet(id, f"{title}: differences shown, in points", heads, cells, wide=True)


def _band(part: Part) -> str:
    band = part.get("band")
    return f"{100 * band[0]:.1f} to {100 * band[1]:.1f}" if band else ""


def _benefit(document: Part) -> Iterator[Block]:
    benefit = document["benefit"]
    for said in words.harm_sentences(document):
        yield text(said)
    if document["plan"]["harm"]["says"]:
        yield text(f"The harm, as the plan puts it: {document['plan']['harm']['says']}")
    yield text(
        "The last two columns are thresholds: at 20 %, one missed is as bad as four wrongly flagged. "
        "Where the first is above the second, flagging is never the best."
    )
    unit = words.unit(document)
    yield table(_harm_sheet(benefit["groups"], unit))
    curve = benefit["groups"][0]["curve"]
    if curve:
        to = benefit["groups"][0]["pays_to"]
        until = f": better than flagging nobody up to {words.share(to)}" if to["shown"] else ""
        yield heading(f"Decision curve{until}")
        yield text(
            f"Net benefit for each 100 {unit}: rightly flagged less wrongly flagged, weighed by the "
            "threshold. Below 0 it is better to flag nobody."
        )
        yield pair(_decision_curve(benefit, curve, f"Decision curve{until}", unit),
                   f"Net benefit for each 100 {unit}, everybody")  # fmt: skip


def _harm_sheet(rows: Sequence[Part], unit: str) -> Sheet:
    heads = ("Group", "Wrongly flagged of 1,000", "Missed of 1,000", "Wrongly for each rightly flagged",
             "Better than flagging all from", "Better than flagging none up to")  # fmt: skip
    cells = tuple(
        (row["label"], words.plain(row["wrongly_flagged"], 0), words.plain(row["missed"], 0),
         words.plain(row["false_alarms"], 2), words.share(row["pays_from"]), words.share(row["pays_to"]))
        for row in rows
    )  # fmt: skip
    return Sheet("harm-table", f"Harm by group, {unit} of 1,000", heads, cells)


def _decision_curve(benefit: Part, curve: Sequence[Part], title: str, unit: str) -> Drawing:
    best = f"the best simple rule: {benefit['label']}"
    names = {"flag": "the flags as they are", "score": "the score, cut at the threshold",
             "everybody": "flagging everybody", "best": best}  # fmt: skip
    if not benefit["best"]:
        names.pop("best")
    lines = [
        charts.Line(label, [(point["threshold"], point[name]["value"]) for point in curve
                            if point[name]["shown"]])
        for name, label in names.items()
    ]  # fmt: skip
    rows = tuple(
        (
            f"{100 * point['threshold']:.3g} %",
            *(words.plain(_hundred(point[name]), 1) for name in names),
        )
        for point in curve
    )
    return charts.curves_chart(
        lines, id="decision", title=title,
        axes=("Threshold, percent", f"Net benefit for each 100 {unit}"),
        head=("Threshold", *(words.capital(label) for label in names.values())), table=rows,
    )  # fmt: skip


def _hundred(part: Part) -> Part:
    """The same for each 100 families."""
    if not part["shown"]:
        return part
    ends = {name: part[name] for name in ("value", "low", "high")}
    return dict(part) | {name: end if end is None else 100 * end for name, end in ends.items()}


def _skill(document: Part) -> Iterator[Block]:
    skill = document["skill"]
    auc = skill["figures"]["auc"]
    yield text(
        f"AUC of the score: {words.plain(auc)}. It is the chance that somebody with the outcome scores "
        "higher than somebody without; 0.5 is drawing lots."
    )
    if skill["warning"]:
        yield text(skill["warning"])
    if skill["compared"]:
        yield table(_challengers(skill))
    curve = [
        point for point in skill["curve"] if point["precision"]["shown"] or point["recall"]["shown"]
    ]
    if curve:
        yield heading(f"If more or fewer could be seen{words.picked_right(skill)}")
        yield pair(_capacity(skill, curve), "By the share of people picked from the top")
        ties = skill["capacity"]["ties"]
        if ties and ties["precision_worst"] != ties["precision_best"]:
            yield text(
                "Some share the score at the cut, and lots are drawn. At the capacity, between "
                f"{words.percent(ties['precision_worst'])} and {words.percent(ties['precision_best'])} % of "
                "those picked have the outcome, by who is drawn."
            )
    groups = [row for row in skill["groups"] if row["figures"]["auc"]["shown"]]
    if groups:
        rows = tuple((row["label"], words.plain(row["figures"]["auc"])) for row in groups)
        yield table(Sheet("skill-groups", "AUC within groups", ("Group", "AUC"), rows))


def _challengers(skill: Part) -> Sheet:
    heads = ("Compared with", "AUC of the score", "AUC of the other", "Score less other",
             "Right when flagged, points")  # fmt: skip
    rows = tuple(
        (row["label"] + (" (the best)" if row["challenger"] == skill["best"] else ""),
         words.plain(row["tool"]["auc"]), words.plain(row["own"]["auc"]),
         words.plain(row["difference"]["auc"]), words.points(row["difference"]["precision"]))
        for row in skill["compared"]
    )  # fmt: skip
    return Sheet("challengers", "The score beside simpler rules, on the same people", heads, rows)


def _capacity(skill: Part, curve: Sequence[Part]) -> Drawing:
    lines = [
        charts.Line(label, [(p["share"], p[name]["value"]) for p in curve if p[name]["shown"]],
                    [(p["share"], p[name]["low"], p[name]["high"]) for p in curve
                     if p[name]["shown"] and p[name]["low"] is not None])
        for name, label in (("precision", "right when picked"), ("recall", "found, of all with the outcome"))
    ]  # fmt: skip
    here = skill["capacity"]["share"]
    rows = tuple(
        (f"{100 * p['share']:.3g} %" + (" (as flagged)" if p["share"] == here else ""),
         words.count(p["people"]), words.share(p["precision"]), words.share(p["recall"]))
        for p in curve
    )  # fmt: skip
    return charts.curves_chart(
        [line for line in lines if line.points], id="capacity",
        title=f"Capacity curve{words.picked_right(skill)}",
        axes=("People picked, percent", "Percent"),
        head=("Picked", "People", "Right when picked", "Found"), table=rows,
    )  # fmt: skip


def _calibration(document: Part) -> Iterator[Block]:
    found = document["calibration"]
    yield text(
        "On the dotted line, of people with a chance of 30 %, thirty in a hundred have the outcome. Above it "
        "the score says too little, below it too much. A score can be right here in every group and still "
        "flag some groups wrongly far more often: both are true, and both are reported."
    )
    if found["note"]:
        yield text(found["note"])
    yield table(_calibration_sheet(found["groups"]))
    everybody = found["groups"][0]
    for place, (by, rows) in enumerate(words.breakdowns(found["groups"]).items()):
        drawn = [row for row in rows if row["curve"]]
        if drawn and " x " not in by:
            title = f"Calibration, {words.by_name(by)}: {words.calibrated(everybody)}"
            shown = [everybody, *drawn][: len(charts.STYLES)]
            yield heading(title)
            yield pair(_calibration_chart(shown, f"calibration-{place}", title), title)
    if not words.breakdowns(found["groups"]) and everybody["curve"]:
        title = f"Calibration, everybody: {words.calibrated(everybody)}"
        yield pair(_calibration_chart([everybody], "calibration-all", title), "Calibration")


def _calibration_sheet(rows: Sequence[Part]) -> Sheet:
    heads = ("Group", "Seen over expected", "Slope", "Intercept")
    cells = tuple(
        (row["label"], words.plain(row["observed_expected"], 2), words.plain(row["slope"], 2),
         words.plain(row["intercept"], 2))
        for row in rows
    )  # fmt: skip
    return Sheet("calibration-table", "Calibration: 1, 1 and 0 would be right", heads, cells)


def thinned(curve: Sequence[Part]) -> list[Part]:
    """As many points as a chart can hold, first and last among them."""
    if len(curve) <= THINNED:
        return list(curve)
    return [curve[round(at * (len(curve) - 1) / (THINNED - 1))] for at in range(THINNED)]


def _calibration_chart(rows: Sequence[Part], id: str, title: str) -> Drawing:
    lines, cells = [], []
    for row in rows:
        points = thinned(row["curve"])
        whiskers = [(p["expected"], p["observed"]["low"], p["observed"]["high"]) for p in points
                    if p["observed"]["low"] is not None] if row is rows[0] else []  # fmt: skip
        lines.append(charts.Line(
            row["label"], [(p["expected"], p["observed"]["value"]) for p in points], whiskers))  # fmt: skip
        cells += [(row["label"], f"{words.percent(p['expected'])} %", words.share(p["observed"]))
                  for p in points]  # fmt: skip
    return charts.curves_chart(
        lines, id=id, title=title, axes=("Chance by the score, percent", "Had the outcome, percent"),
        head=("Group", "Chance", "Had the outcome"), table=tuple(cells), diagonal=True,
    )  # fmt: skip
