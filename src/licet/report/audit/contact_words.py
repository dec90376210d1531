"""The words and figures that screen and page of a contact audit share: concern evidence, never a cause."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from licet.audit.contact import EVERYBODY, Change, ContactAudit, Reading
from licet.audit.standing import Estimate
from licet.report.phrases import and_list

NOT_SHOWN, NOT_KNOWN = "not shown", "not known"
READINGS = {
    Reading.FEWER: "Consistent with keeping away",
    Reading.MORE: "More contacts than before foretold",
    Reading.EITHER: "No change shown either way",
    Reading.NOT_KNOWN: "Not known",
    Reading.NOT_SHOWN: "Not shown",
}
HEADS = ("Group", "Before", "Since", "At once", "Trend", "Overall", "Over the rest", "Reading")
NEVER_A_CAUSE = (
    "This is evidence of a concern, not of a cause: whatever else changed on or after that day is in the "
    "figures as well."
)
CHANGE_WORDS = (
    ("At once", "Contacts in the first period since, over what the trend before foretold: 0.9 is a tenth "
     "fewer."),
    ("Trend", "How much the trend changed: the ratio by which each later period moves further."),
    ("Overall", "Contacts of all periods since over what the trend before foretold."),
    ("Against a comparison", "The same ratios over those of the comparison: differences in differences."),
    ("Over the rest", "Overall, over that of all other groups; they are taken as independent."),
    ("Interval", "95 % unless said, Student's t, with the larger of the quasi-likelihood and the Newey-West "
     "standard error. Of twenty groups without any change about one would seem to have one."),
)  # fmt: skip
"""Explained where changes are first told."""
FIT_WORDS = (
    ("Smallest drop", "The smallest drop that these data would have shown in 80 of 100 cases. No change "
     "found below it is no sign that nobody keeps away."),
    ("Spread", "How much more counts vary than chance alone would make them: 1 is chance."),
)  # fmt: skip
MEANINGS = (
    ("Not known", "Too few periods or contacts to say."),
    ("Not shown", "Few contacts, or what would tell them. It is not 0."),
)  # fmt: skip


def heading(found: ContactAudit) -> str:
    """What was looked at."""
    return f"Contacts before and since {found.since.isoformat()}"


def answer(found: ContactAudit) -> str:
    """The first sentences."""
    whole = found.changes[0]
    parts = [f"Everybody: {reading(whole, found)}."]
    fewer = [one.group for one in found.changes[1:] if one.reading is Reading.FEWER]
    if fewer:
        parts.append(f"Consistent with keeping away in: {', '.join(fewer)}.")
    worse = [one.group for one in found.changes[1:] if one.rest.known and one.rest.high < 1]
    if worse:
        parts.append(f"More so than the other groups: {', '.join(worse)}.")
    return " ".join([*parts, NEVER_A_CAUSE])


def reading(one: Change, found: ContactAudit) -> str:
    """What a change is consistent with, in words."""
    against = "against the comparison" if found.compared else "against the trend before"
    if one.reading is Reading.NOT_KNOWN:
        return f"not known ({one.why_not})" if one.why_not else NOT_KNOWN
    if one.reading is Reading.NOT_SHOWN:
        return NOT_SHOWN
    size = f"{one.overall.value:.2f} {between(one.overall)} times as many contacts, {against}"
    if one.reading is Reading.EITHER:
        drop = 100 * (1 - one.smallest)
        return f"{size}: no change shown either way; a drop below {drop:.0f} % would hardly have been found"
    if one.reading is Reading.FEWER:
        return f"{size}: consistent with families keeping away"
    return f"{size}: more than before foretold"


SHORT = {
    Reading.FEWER: "fewer than foretold",
    Reading.MORE: "more than foretold",
    Reading.EITHER: "no change shown",
    Reading.NOT_KNOWN: NOT_KNOWN,
    Reading.NOT_SHOWN: NOT_SHOWN,
}
"""What a change comes to, in a title."""


def short(one: Change) -> str:
    """What a change comes to, in a few words."""
    return SHORT[one.reading]


def changes_title(found: ContactAudit) -> str:
    """The chart of all groups with what it comes to."""
    told = found.changes[1:] or found.changes
    fewer = [name(one.group) for one in told if one.reading is Reading.FEWER]
    more = [name(one.group) for one in told if one.reading is Reading.MORE]
    parts = [f"fewer of {and_list(fewer)}"] if fewer else []
    parts += [f"more of {and_list(more)}"] if more else []
    return f"Contacts since, over what was foretold: {'; '.join(parts) or 'no change shown'}"


def facts(found: ContactAudit) -> Iterator[str]:
    """How it was counted."""
    contacts = found.contacts
    days = contacts.periods
    unit = contacts.unit
    yield f"{len(days)} periods ({unit}), {days[0].isoformat()} to {days[-1].isoformat()}."
    yield (
        "Contacts per person: people are given." if contacts.people is not None else
        "Contacts are counted; how many people there were is not given, so a smaller population looks "
        "like fewer contacts."
    )  # fmt: skip
    if (contacts.count == 0).any():
        yield "Some periods have 0 contacts: if small counts were kept back in the file, these are not zeros."
    if found.compared:
        yield "Against a comparison: differences in differences of level and slope."
    else:
        yield "Without a comparison what changed everywhere looks like keeping away."
    if not any(one.seasonal for one in found.changes):
        yield "The months of the year are not in the model: too few periods."


def name(group: str) -> str:
    """A group, or everybody."""
    return "Everybody" if group == EVERYBODY else group


def number(count: int | None) -> str:
    """A count, or that it is not shown."""
    return NOT_SHOWN if count is None else f"{count:,}"


def between(estimate: Estimate) -> str:
    """An interval of a ratio."""
    return f"[{estimate.low:.2f}, {estimate.high:.2f}]"


def times(estimate: Estimate, one: Change, decimals: int = 2) -> str:
    """A ratio with its interval."""
    if not estimate.known:
        return NOT_SHOWN if one.reading is Reading.NOT_SHOWN else NOT_KNOWN
    ends = f"[{estimate.low:.{decimals}f}, {estimate.high:.{decimals}f}]"
    return f"{estimate.value:.{decimals}f} {ends}"


def cells(one: Change) -> tuple[str, ...]:
    """The row of a table."""
    return (name(one.group), number(one.before), number(one.after), times(one.level, one),
            times(one.slope, one, 3), times(one.overall, one), times(one.rest, one),
            READINGS[one.reading])  # fmt: skip


def diagnostics(one: Change) -> tuple[str, ...]:
    """How well the model fits."""
    if isnan(one.dispersion):
        return (name(one.group), NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)
    return (name(one.group), f"{100 * (1 - one.smallest):.0f} %", f"{one.dispersion:.2f}",
            f"{one.autocorrelation:.2f}")  # fmt: skip
