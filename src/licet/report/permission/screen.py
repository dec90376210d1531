"""Permissions on the screen: letters written, receipts, a history, counts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from licet.permission.events import EFFECTS, RELATIONS, Event
from licet.permission.invitations import Reach
from licet.permission.receipts import WITHDRAWING, Receipt, receipt_id
from licet.permission.rules import REASONS, Decision
from licet.use import Floor
from licet.vocabulary import label

WIDTH = 80
FLOORS: Mapping[Floor, str] = {
    "ask_first": "families are asked first",
    "objection": "families are told, and can say no",
}
_OUTCOMES = {"granted": "may be used", "refused": "not used", "none": "not used"}
_KEPT = "kept back"


def invited_text(
    title: str,
    floor: Floor,
    reach: Sequence[Reach],
    letters: Mapping[str, int],
    undated: Mapping[str, int | None],
    unwritten: Sequence[str],
) -> str:
    """What inviting came to."""
    lines = [f"{title}: {FLOORS[floor]}", ""]
    heads = ("families", "reached", "no address", "no notice", "letters now")
    lines.append(f"{'':<20}" + "".join(f"{head:>12}" for head in heads))
    for one in reach:
        counts = (one.families, one.reached, one.no_address, one.no_language)
        cells = "".join(f"{_shown(count):>12}" for count in counts)
        lines.append(f"{label('service', one.service):<20}{cells}{letters[one.service]:>12,}")
    notes = ["Each service sees its own clients only; a family may be known to several."]
    if any(None in (r.families, r.reached, r.no_address, r.no_language) for r in reach):
        notes.append("Kept back: a small count, or one that would give a small one away.")
    if unwritten:
        notes.append(
            f"No notice is written in {', '.join(unwritten)}: who reads only that gets none."
        )
    for service, count in undated.items():
        if count != 0:
            many = "fewer than 10" if count is None else f"about {count:,}"
            notes.append(
                f"{label('service', service)}: {many} clients without a date of birth. A yes counts "
                "only once it is known."
            )
    return "\n".join([*lines, "", *_wrapped(notes)])


def _shown(count: int | None) -> str:
    return _KEPT if count is None else f"{count:,}"


def _wrapped(texts: Iterable[str], first: str = "", more: str = "") -> list[str]:
    return [
        line
        for text in texts
        for line in textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=more)
    ]


def receipt_text(receipt: Receipt) -> str:
    """A receipt, to be read and printed."""
    says = receipt.says
    told = says["recorded"]
    lines = [f"Receipt {receipt.receipt_id}", ""]
    lines += _wrapped([says["said"]])
    facts = [("About", told["about"]), ("When", f"{told['at'][:10]} {told['at'][11:16]} UTC")]
    facts += [("Said by", told["said_by"]), ("How", told["channel"].replace("_", " "))]
    facts.append(("Checked who", "yes" if told["verified"] else "not yet"))
    if told["valid_until"]:
        facts.append(("Until", told["valid_until"]))
    facts += [("Event", receipt.event_id)]
    lines += ["", *(f"{name + ':':<13}{text}" for name, text in facts)]
    if told["effect"] == "grant" and not told["verified"]:
        lines += _wrapped(["This yes counts only once somebody has checked who gave it."])
    lines += ["", "If you change your mind"]
    lines += _wrapped((says["withdrawing"][name] for name in WITHDRAWING), "- ", "  ")
    lines += ["", *_wrapped([says["not_the_legal_basis"]])]
    return "\n".join(lines)


def history_text(
    subject: str,
    handle: str,
    events: Sequence[Event],
    decisions: Sequence[tuple[str, str, Decision]],
    together: Sequence[str] = (),
) -> str:
    """Everything that was said about one subject, for the office. together: other handles of theirs."""
    lines = [f"{handle or 'erased'} ({subject})", ""]
    if together:
        also = f"The same person, by name, birth and home or record: {', '.join(together)}. "
        lines += [*_wrapped([also + "What was said there counts here."]), ""]
    for event in events:
        lines += _wrapped([_sentence(event)], "", "    ")
    lines += ["", "What follows today"]
    for use, service, decision in decisions:
        name = f"{use}, {label('service', service)}"
        lines += _wrapped(
            [f"{name}: {_OUTCOMES[decision.outcome]}. {decision.reason.text}"], "- ", "  "
        )
    lines += ["", *_wrapped(["For the office alone: never tell one holder what another said."])]
    return "\n".join(lines)


def _sentence(event: Event) -> str:
    said = f"{event.at:%Y-%m-%d %H:%M}  {EFFECTS[event.effect].label}"
    who = RELATIONS[event.relation].label
    parts = [f"{said}: {who} ({event.expressed_by[:10]}), about {event.scope}"]
    parts.append(event.channel.replace("_", " "))
    if event.language:
        parts.append(f"notice in {event.language}")
    if event.effect == "grant":
        parts.append(f"checked: {event.verified_by}" if event.verified_by else "not checked")
    parts.append(f"event {event.event_id}")
    return "; ".join(parts)


def counts_text(use: str, version: int, floor: Floor, table: pl.DataFrame) -> str:
    """How many are permitted, by service and reason. Reasons without anybody are left out."""
    lines = [f"{use}, version {version}: {FLOORS[floor]}; people, rounded to fives"]
    for (service,), of in table.group_by("service", maintain_order=True):
        lines += ["", label("service", str(service))]
        shown = of.filter(pl.col("subjects").is_null() | (pl.col("subjects") > 0))
        for reason, outcome, count in shown.select("reason", "outcome", "subjects").iter_rows():
            text = "Somebody said no." if reason == "refused" else REASONS[reason].text
            lines.append(f"  {_OUTCOMES[outcome]:<12}{text:<54}{_shown(count):>12}")
        if not shown.height:
            lines.append("  nobody is in the ledger")
    return "\n".join(lines)


def history_data(
    subject: str,
    events: Sequence[Event],
    decisions: Sequence[tuple[str, str, Decision]],
    together: Sequence[str] = (),
) -> dict[str, Any]:
    """The history as plain values."""
    told = [
        {"event_id": event.event_id, "receipt_id": receipt_id(event.event_id), **event.said()}
        for event in events
    ]
    follows = [
        {"use": use, "service": service, "outcome": d.outcome, "reason": d.reason.id}
        for use, service, d in decisions
    ]
    return {
        "subject": subject,
        "same_person": list(together),
        "events": told,
        "decisions": follows,
    }
