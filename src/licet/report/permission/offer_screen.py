"""The queue of offers for the terminal: one household before one person, and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import join

from licet.disclosure.counts import count_text
from licet.identify.case import Case
from licet.identify.funnel import STEPS, Step
from licet.identify.notice import MEANS
from licet.identify.offers import STATES
from licet.identify.words import NEVER_HINDERS, NO_IS_NORMAL, day_words
from licet.report.screens import plain


def case_text(case: Case | None, typed: Sequence[str] = ()) -> str:
    """A household before a reviewer. typed: the words that name the use and who looks, as they were typed."""
    if case is None:
        return "No household waits for you."
    lines = [
        f"{case.title}: a household before you (PERSONAL DATA)",
        f"Item: {case.name}",
        "",
        case.why,
        "",
    ]
    lines += [
        f"What would be offered: {case.what}",
        f"Picked by {case.rule}, as of {day_words(case.as_of)}.",
    ]
    for one in case.people:
        lines += [
            "",
            " / ".join(one.names) or "no name known",
            f"  born: {' / '.join(one.born) or 'not known'}",
        ]
        lines += [f"  lives: {home}" for home in one.homes]
        lines += [f"  - {text}" for text in one.reasons]
    lines += ["", f"From: {', '.join(case.services)}", MEANS]
    lines += [f"Not known: {text}" for text in case.not_known]
    for by, text in case.words:
        lines.append(f"Written before, by {by}: {text}")
    lines += [
        "",
        NO_IS_NORMAL,
        NEVER_HINDERS,
        "",
        f"It can be decided until {day_words(case.until)}:",
    ]
    who = join(typed or ("--use", case.use))
    lines.append(
        f'licet review decide {case.name} {who} --decision offer|no_offer|second --because "..."'
    )
    return "\n".join(plain(line) for line in lines)


def counts_text(counts: Mapping[str, Mapping[str, int | None]], threshold: int) -> str:
    """How many are in which state, by rule."""
    if not counts:
        return "Nobody is in the queue."
    lines = []
    for rule, states in counts.items():
        lines.append(rule)
        lines += [
            f"  {name.replace('_', ' ')}: {count_text(states[name], threshold)}"
            for name in STATES
            if name in states
        ]
    return "\n".join(lines)


def funnel_text(title: str, steps: Sequence[Step], threshold: int) -> str:
    """How far those who were picked came."""
    if not steps:
        return f"{title}: nobody was picked out yet."
    lines = [title]
    last = ("", "", "")
    for one in steps:
        if (one.rule, one.by, one.group) != last:
            last = (one.rule, one.by, one.group)
            lines += ["", f"{one.rule}: " + (f"{one.by} = {one.group}" if one.by else "everybody")]
        share = f" ({one.share:.0%})" if one.share is not None else ""
        lines.append(f"  {STEPS[one.step]}: {count_text(one.count, threshold)}{share}")
    return "\n".join(plain(line) for line in lines)
