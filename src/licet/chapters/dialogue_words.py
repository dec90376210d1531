"""The dialogue on the screen."""

from __future__ import annotations

from licet.chapters.listening import Heard, Question
from licet.report.screens import columns, plain, wrap

NOT_ESTIMATE = "Votes of whoever came forward. No estimate, and never part of a ruling."


def list_text(found: Heard) -> str:
    """What waits, what was answered, what binds."""
    counts = found.counts
    lines = [
        f"{counts.waiting} waiting for an answer, {counts.overdue} of them overdue; "
        f"{counts.answered} answered."
    ]
    if counts.median_days is not None:
        lines[0] += f" Half were answered within {counts.median_days:g} days."
    rows = [("Item", "Use", "What", "State", "Days", "Due")]
    for one in found.questions:
        state = "overdue" if one.overdue else one.answer.casefold() or one.state
        rows.append((one.name, one.use, one.sort_label, state, str(one.days), str(one.due or "-")))
    if len(rows) > 1:
        lines += ["", columns(rows, (8, 20, 19, 17, 6))]
    if found.changed:
        lines += ["", "What people changed:"]
        lines += [
            wrap(f"- {use}: {says} ({item}, {day})") for use, _, says, item, day in found.changed
        ]
    return "\n".join(plain(line) if "\n" not in line else line for line in lines)


def question_text(one: Question) -> str:
    """One item."""
    words = one.words or (f"Taken down: {one.gone}" if one.gone else "")
    lines = [f"{one.name}: {one.sort_label} on {one.title}", "", words, "", one.sentence]
    if one.waiting:
        late = " It is overdue." if one.overdue else ""
        lines.append(f"Waiting {one.days} days; due by {one.due}.{late}")
    if one.must:
        lines.append(f"It must be answered: {one.must}")
    if one.answer:
        lines += ["", f"{one.answer}: {one.answer_words}"]
    if one.condition:
        lines.append(f"A condition binds: {one.condition}")
    lines += ["", *agreement_lines(one), NOT_ESTIMATE]
    return "\n".join(wrap(plain(line)) if line else "" for line in lines)


def agreement_lines(one: Question) -> list[str]:
    """How far each declared group agrees, a line each."""
    names = dict(one.groups)
    found = []
    for row in (one.agreement.all, *one.agreement.groups):
        name = names.get(row.group, "Everybody")
        if row.seen is None or row.low is None or row.share is None:
            found.append(f"{name}: not enough voices yet")
        else:
            found.append(f"{name}: {row.agree} of {row.seen} agree, at least {100 * row.low:.0f} %")
    if one.agreement.bridging is not None:
        found.append(f"Every group: at least {100 * one.agreement.bridging:.0f} % agree (bridging)")
    return found
