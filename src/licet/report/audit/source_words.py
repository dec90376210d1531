"""The words and figures that screen and page of a source audit share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, isnan

from licet.audit.over_representation import Represented
from licet.audit.source import SEEN, WHOLE, Fault, SourceAudit
from licet.audit.standing import Estimate, Standing
from licet.report.feeds.words import field_name
from licet.report.linkage.words import capital
from licet.report.phrases import and_list

NOT_SHOWN, NOT_KNOWN, NEARLY = "not shown", "not known", "95 % or more"
KIND_WORDS = {
    "missing": "missing",
    "placeholder": "a placeholder",
    "implausible": "implausible",
    "stale": "stale",
    "disputed": "disputed",
}
FAULT_HEADS = ("Group", "Rows", "With the fault", "Share", "Interval", "Less the rest, points")
WHOLE_HEADS = ("Field", "Fault", "Rows", "With the fault", "Share", "Interval")
OVER_HEADS = ("Group", "Share of the source", "Share of the population", "Times as often",
              "Interval", "Verdict")  # fmt: skip
FAULT_WORDS = (
    ("Missing", "Nothing stood there. Not everybody has a middle or an earlier name: these are no faults."),
    ("Placeholder", "A word or a date that stands for nothing: baby, n/k, 1900-01-01."),
    ("Implausible", "Something that cannot be right, or does not fit the contract."),
    ("Stale", "An address that ended longer ago than the years said above."),
    ("Disputed", "Somebody contests it: marked in the audit-only column disputed."),
    ("More than the rest", "The interval of the difference is above 0. Of twenty groups without any "
     "difference about one would seem to have one."),
)  # fmt: skip
"""Explained where faults are first told."""
OVER_WORDS = (
    ("Times as often", "The group's share of the source over its share of the population."),
    (
        "PASS, FAIL, UNDETERMINED",
        "The whole interval inside what is allowed, outside it, or neither.",
    ),
)
MEANINGS = (
    ("Interval", "95 %. Of shares Wilson's, of differences Newcombe's; of the ratio of two samples Katz's, "
     "of a share over a known one Wilson's over it."),
    ("95 % or more", "All of them, or nearly: which of both would tell of everybody in the group."),
    ("Not shown", "A count of few rows, or one that would tell such a count. It does not mean 0. Groups "
     "do not add up to everybody where some are not shown."),
)  # fmt: skip
SIGNS = {Standing.PASS: "+", Standing.FAIL: "×", Standing.UNDETERMINED: "?"}


def heading(found: SourceAudit) -> str:
    """What was looked at, and when."""
    return f"{found.feed.title}: audit of the source"


def answer(found: SourceAudit) -> str:
    """The first sentence: for whom the source is worse, and who is in it too often."""
    groups = {(one.by, one.group) for one in found.worst}
    parts = [
        f"{len(groups)} {'group has' if len(groups) == 1 else 'groups have'} more faulty values than the "
        "rest in some field."
        if groups
        else "No group was shown to have more faulty values than the rest."
    ]
    if found.represented:
        counts = {one: sum(r.standing is one for r in found.represented) for one in Standing}
        parts.append(
            "Over-representation: "
            + ", ".join(f"{n} {one}" for one, n in counts.items() if n)
            + "."
        )
    return " ".join(parts)


def rows_text(found: SourceAudit) -> str:
    """How many rows there are, and what their ages are counted from."""
    rows = NOT_SHOWN if found.rows is None else f"{found.rows:,}"
    return f"Rows: {rows}. Ages are counted from {found.day}; stale is over {found.stale_after:g} years."


def facts(found: SourceAudit) -> Iterator[str]:
    """Sentences about what was counted."""
    for fault in found.feed.known_faults:
        yield f"The owner says: {fault}"
    for by, levels in found.merged.items():
        yield f"By {by.replace('_', ' ')}: {levels} groups are too small to show, or shelter one that is."
    for what, why in found.unchecked:
        yield f"Not checked: {what}: {why}."


def over_facts(found: SourceAudit) -> Iterator[str]:
    """Sentences about the population."""
    yield (
        f"Allowed: from {1 / found.over:.2g} to {found.over:g} times as often as in the population. "
        + ("The population is a sample: both sides are uncertain." if found.sample else
           "The population is taken as known.")
    )  # fmt: skip
    if found.zeros_below and found.zeros_below > 1:
        yield f"A 0 of the population is read as 0 to {found.zeros_below - 1} people, never as nobody."


def what(field: str) -> str:
    """A field in words."""
    return {WHOLE: "any value", SEEN: "address"}.get(field, field_name(field))


def percent(value: float) -> str:
    """A proportion in percent."""
    return NOT_KNOWN if isnan(value) else f"{100 * value:.1f} %"


def between(estimate: Estimate, scale: float = 100.0, decimals: int = 1) -> str:
    """An interval in square brackets; not bounded above where nothing bounds it."""
    if isnan(estimate.low):
        return NOT_KNOWN
    high = f"{scale * estimate.high:.{decimals}f}" if isfinite(estimate.high) else "no limit"
    return f"[{scale * estimate.low:.{decimals}f}, {high}]"


def fault_cells(one: Fault) -> tuple[str, ...]:
    """Rows, count, share and interval."""
    why = one.waits or NOT_SHOWN
    rows = why if one.rows is None else f"{one.rows:,}"
    if not one.shown:
        return rows, why, NEARLY if one.nearly else NOT_SHOWN, NOT_SHOWN
    return rows, f"{one.count:,}", percent(one.share.value), between(one.share)


def difference(one: Fault) -> str:
    """The difference from the rest, in points."""
    if not one.difference.known:
        return NOT_SHOWN if not one.shown else NOT_KNOWN
    return f"{100 * one.difference.value:+.1f} {between(one.difference)}"


def fault_name(one: Fault) -> str:
    """A fault of a field, by its breakdown."""
    return f"{what(one.field)} {KIND_WORDS[one.kind]}, by {one.by.replace('_', ' ')}"


def group_title(rows: Sequence[Fault]) -> str:
    """A fault by a breakdown, with the groups that it strikes more often than the rest."""
    named = fault_name(rows[0])
    worse = [one.group for one in rows if one.difference.known and one.difference.low > 0]
    if worse:
        return f"{capital(named)}: more often in {and_list(worse[:3])}"
    if any(one.difference.known for one in rows):
        return f"{capital(named)}: no group shown to have it more often"
    return f"{capital(named)}: differences not shown"


def over_title(rows: Sequence[Represented]) -> str:
    """A breakdown against the population, with the groups that stand too often or too seldom in it."""
    named = f"The source against the population, by {rows[0].by.replace('_', ' ')}"
    out = [one.group for one in rows if one.standing is Standing.FAIL]
    return f"{named}: " + (
        f"outside what is allowed: {and_list(out[:3])}"
        if out
        else "no group shown outside what is allowed"
    )


def over_cells(one: Represented) -> tuple[str, ...]:
    """A group against the population."""
    expected = percent(one.expected.value)
    if one.suppressed:
        expected = f"{between(one.expected, decimals=2)} %, kept back by its owner"
    if not one.shown:
        why = one.waits or NOT_SHOWN
        return one.group, why, expected, NOT_SHOWN, NOT_SHOWN, str(Standing.UNDETERMINED)
    times = NOT_KNOWN if isnan(one.ratio.value) else f"{one.ratio.value:.2f}"
    return (one.group, percent(one.share.value), expected, times, between(one.ratio, 1.0, 2),
            f"{SIGNS[one.standing]} {one.standing}")  # fmt: skip
