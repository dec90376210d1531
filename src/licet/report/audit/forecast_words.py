"""The words of a forecast audit: figures said one way on the screen, the page and in charts.

In: the document of ``forecast_shown``, shares as proportions 0-1. Out: percent with one decimal, two below
one percent; differences in points; what there is no figure for is said, never written as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from licet.audit.people import TOGETHER

Part = Mapping[str, Any]

MEASURES = {
    "fpr": "Wrongly flagged",
    "fnr": "Missed",
    "ppv": "Right when flagged",
    "fdr": "Wrong when flagged",
    "flag": "Flagged",
    "base": "With the outcome",
    "auc": "AUC",
    "observed_expected": "Seen over expected",
    "recall": "Found",
}
"""Measures as people read them."""
DEFINITIONS = (
    ("Wrongly flagged", "Of people without the outcome, the share flagged (false positive rate)."),
    ("Missed", "Of people with the outcome, the share not flagged (false negative rate)."),
    ("Right when flagged", "Of people flagged, the share with the outcome (precision)."),
    ("Interval", "The figures in square brackets: were the same people drawn anew, so far it would move."),
    ("Band", "An interval that holds for all groups of a measure together, so that one group in twenty does "
     "not stand out by chance alone."),
    ("Smallest gap", "The smallest difference that these data would have shown in 80 of 100 cases. No "
     "difference found below it is no sign of fairness."),
    ("AUC", "The chance that somebody with the outcome scores higher than somebody without; 0.5 is drawing "
     "lots."),
    ("Net benefit", "Those rightly flagged less those wrongly flagged, these weighed by the threshold; "
     "flagging nobody is 0."),
    ("Threshold", "How a false alarm is weighed: at 20 %, one missed is as bad as four wrongly "
     "flagged."),
    ("Not shown", "Kept back so that nobody can be found out, also not by subtraction. It is not 0."),
    ("Not known", "Too few people, or none, to say."),
)  # fmt: skip
GATE_WORDS = tuple(
    one for one in DEFINITIONS if one[0] in ("Interval", "Band", "AUC", "Net benefit", "Threshold")
)
"""Words that reasons of gates use, explained beside them."""
SAID = {"fpr": "wrongly flagged", "fnr": "missed"}
NOT_SHOWN = "not shown"
SIGNS = {"PASS": "+", "FAIL": "\u00d7", "UNDETERMINED": "?"}


def share(part: Part) -> str:
    """``44.9 % [43.2, 46.6]``."""
    if not part["shown"]:
        return str(part["why_not"])
    decimals = places(part)
    return f"{percent(part['value'], decimals)} %{_between(part, 100, decimals)}"


def places(part: Part) -> int:
    """Decimals of a share in percent: one; two where all of it, with its interval, is below one percent."""
    ends = [abs(part[end]) for end in ("value", "low", "high") if part[end] is not None]
    return 2 if 0 < max(ends) < 0.01 else 1


def percent(value: float, decimals: int = 1) -> str:
    """A proportion as a percentage without its sign."""
    return _number(100 * value, decimals)


def points(part: Part) -> str:
    """A difference of shares in points: ``+22.8 [19.8, 25.4]``."""
    if not part["shown"]:
        return str(part["why_not"])
    decimals = places(part)
    return f"{signed(100 * part['value'], decimals)}{_between(part, 100, decimals)}"


def signed(value: float, decimals: int) -> str:
    """A figure with its sign; none where it is 0 to these decimals."""
    text = _number(value, decimals)
    return f"+{text}" if value > 0 and float(text) else text


def times(part: Part) -> str:
    """A ratio: ``1.98 times [1.79, 2.22]``."""
    if not part["shown"]:
        return str(part["why_not"])
    return f"{part['value']:.2f} times{_between(part, 1, 2)}"


def plain(part: Part, decimals: int = 3) -> str:
    """A figure that is no share: ``0.702 [0.690, 0.714]``."""
    if not part["shown"]:
        return str(part["why_not"])
    return f"{_number(part['value'], decimals)}{_between(part, 1, decimals)}"


def _between(part: Part, scale: float, decimals: int) -> str:
    low, high = part["low"], part["high"]
    if low is None and high is None:
        return ""
    ends = ("no limit" if end is None else _number(scale * end, decimals) for end in (low, high))
    return f" [{', '.join(ends)}]"


def _number(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text if float(text.replace(",", "")) else text.lstrip("-")


def count(people: int | None) -> str:
    """A count, or that it is not shown."""
    return "not shown" if people is None else f"{people:,}"


def everybody(document: Part) -> Part | None:
    """The row of everybody in the table of groups."""
    return document["groups"][0] if document["groups"] else None


def breakdowns(rows: Iterable[Part]) -> dict[str, list[Part]]:
    """Rows by their breakdown, everybody left out."""
    found: dict[str, list[Part]] = {}
    for row in rows:
        if row["by"] is not None:
            found.setdefault(row["by"], []).append(row)
    return found


def by_name(by: str) -> str:
    """A breakdown in words."""
    return "groups by rule" if by == "group" else by.replace("_", " ").replace(" x ", " and ")


def capital(said: str) -> str:
    """With a capital at its start."""
    return said[:1].upper() + said[1:]


def unit(document: Part) -> str:
    """What a row is, in the plural, as the plan says: people, children."""
    return str(document["plan"]["unit"])


def finding(gaps: Iterable[Part], names: Mapping[str, str] = SAID) -> str:
    """What the differences of a breakdown from the rest come to: who lies apart for all groups at once."""
    told = []
    for measure, name in names.items():
        rows = [g for g in gaps if g["measure"] == measure and g["versus"] == "rest"]
        shown = [
            (g["label"], g["difference"].get("band")) for g in rows if g["difference"]["shown"]
        ]
        more = [label for label, band in shown if band and band[0] > 0]
        less = [label for label, band in shown if band and band[1] < 0]
        if more:
            told.append(f"{name} more often: {', '.join(more[:3])}")
        elif less:
            told.append(f"{name} less often: {', '.join(less[:3])}")
        elif rows:
            told.append(f"{name}: {'no difference shown' if shown else 'not shown'}")
    return "; ".join(told)


def calibrated(row: Part) -> str:
    """What seen over expected comes to for everybody."""
    ratio = row["observed_expected"]
    if not ratio["shown"] or ratio["low"] is None:
        return NOT_SHOWN
    if ratio["low"] > 1:
        return "more have the outcome than the score says"
    return (
        "fewer have the outcome than the score says"
        if ratio["high"] < 1
        else "right over everybody"
    )


def picked_right(skill: Part) -> str:
    """How many of those picked are right, at the capacity there is; "" where it is not told."""
    here = skill["capacity"]["share"]
    at = next((p["precision"] for p in skill["curve"] if p["share"] == here), None)
    return f": {share(at)} right as flagged" if at and at["shown"] else ""


def steps(ratios: Iterable[Part], by: str, last: str) -> str:
    """Which groups come to the last step more or less often than the rest."""
    told = [one for one in ratios if one["by"] == by and one["stage"] == last]
    sure = [one for one in told if one["so_far"]["shown"] and one["so_far"]["low"] is not None]
    more = [one["label"] for one in sure if one["so_far"]["low"] > 1]
    less = [one["label"] for one in sure if (one["so_far"]["high"] or 1) < 1]
    parts = [f"{how} often to the end: {', '.join(names[:3])}"
             for how, names in (("more", more), ("less", less)) if names]  # fmt: skip
    return "; ".join(parts) or ("no difference shown" if sure else NOT_SHOWN)


def harm_sentences(document: Part) -> list[str]:
    """Harm per 1,000 of what rows are, of everybody, in words."""
    benefit = document["benefit"]
    if not benefit:
        return []
    row = benefit["groups"][0]
    wrong, missed = row["wrongly_flagged"], row["missed"]
    said = []
    if wrong["shown"] and missed["shown"]:
        said.append(
            f"Of 1,000 {unit(document)}, {wrong['value']:.0f} [{wrong['low']:.0f} to {wrong['high']:.0f}] "
            f"would be wrongly flagged and {missed['value']:.0f} "
            f"[{missed['low']:.0f} to {missed['high']:.0f}] with the outcome would be missed."
        )
    alarms = row["false_alarms"]
    if alarms["shown"]:
        said.append(f"For each one rightly flagged, {alarms['value']:.1f} are wrongly flagged.")
    if row["harm_ratio"] is not None:
        said.append(
            "Flagging does more good than flagging nobody only if one missed is worse than "
            f"{row['harm_ratio']:.1f} wrongly flagged."
        )
    return said


def people_sentence(document: Part) -> str:
    """Who was looked at, and why two totals differ."""
    heads = document["heads"]
    people = count(heads["people"] or heads["flag_known"])
    known, had = (count(heads[name]) for name in ("outcome_known", "outcome"))
    return (
        f"{capital(unit(document))}: {people}; flagged: {count(heads['flagged'])}. The outcome "
        f"({document['plan']['outcome_means']}) is known of {known}; with it: {had}. "
        f"{waterfall(heads)} Shares of those with or without the outcome leave out whoever "
        "it is not known of; groups need not add up to everybody."
    )


def waterfall(heads: Part) -> str:
    """How the rows that were read come down to those that are judged."""
    read = count(heads["people"] or heads["flag_known"])
    scored, flags, judged = (count(heads[name]) for name in ("scored", "flag_known", "judged"))
    told = f"Of {read} read, {scored} have a score and {flags} a flag or a cut"
    return f"{told}; judged, with outcome and flag both known: {judged}."


def tolerance_sentences(plan: Part) -> list[tuple[str, str]]:
    """What the plan calls good enough."""
    limits = plan["tolerances"]
    return [
        ("AUC above that of the best simple rule by", f"{limits['gain']:g} or more"),
        ("Right when flagged", f"{percent(limits['precision'], 0)} % or more"),
        ("Wrongly flagged, missed: a group less the rest", f"within {100 * limits['gap']:g} points"),
        ("Flagged: times as often as the rest", f"{1 / limits['ratio']:.2g} to {limits['ratio']:g}"),
        ("Cases seen over cases expected",
         f"{1 / limits['observed_expected']:.2g} to {limits['observed_expected']:g}"),
        ("Slope of calibration", f"{1 / limits['slope']:.2g} to {limits['slope']:g}"),
        ("AUC lost on later people", f"{limits['decay']:g} or less"),
        ("Of all with the outcome, found",
         f"{percent(limits['recall'], 0)} % or more" if limits["recall"] else "not said"),
    ]  # fmt: skip


def link_sentences(rerun: Part) -> list[str]:
    """For which group missed links shrink the gap while the tool gets worse, if for any.

    From shown figures. Nothing where the re-run's own words say it.
    """
    if any(said.startswith("Missed links shrink") for said in rerun["words"]) or not rerun["rows"]:
        return []
    perfect, *others = rerun["rows"]
    before = {(one["by"], one["group"]): one for one in perfect["groups"]}
    found = []
    for row in others:
        worse = row["loss"]["shown"] and row["loss"]["value"] < 0
        for one in row["groups"] if worse and row["scenario"].startswith("missed") else ():
            was, now = before[one["by"], one["group"]]["fpr_gap"], one["fpr_gap"]
            if was["shown"] and now["shown"]:
                found.append((abs(was["value"]) - abs(now["value"]), row, one["label"], was, now))
    shrunk = [one for one in found if one[0] > 0]
    if not shrunk:
        return []
    # Of groups that are not crossed the one that lies furthest apart; then by how much it shrinks.
    _, row, label, was, now = max(
        shrunk, key=lambda one: (TOGETHER not in one[2], abs(one[3]["value"]), one[0])
    )
    gaps = [signed(100 * one["value"], 1) for one in (was, now)]
    aucs = [f"{one['auc']['value']:.3f}" for one in (perfect, row)]
    return [
        f"Missed links shrink a gap while the tool gets worse: with {row['scenario_label']}, {label} less "
        f"the rest, wrongly flagged, goes from {gaps[0]} to {gaps[1]} points, while the AUC goes from "
        f"{aucs[0]} to {aucs[1]}. Losing data looks like fairness."
    ]
