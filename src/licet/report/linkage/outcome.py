"""What the terminal says after a run, an arrival, or a run that was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from licet.disclosure.counts import count_text, shown_count
from licet.report.linkage.screen import run_text
from licet.report.linkage.words import WHY
from licet.report.phrases import and_list
from licet.report.ruling.page import day
from licet.report.screens import plain, wrap


def linked_text(report: Mapping[str, Any], folder: str, new: bool) -> str:
    """A released run. report: as its report.json holds it."""
    lines = ["", run_text(dict(report)), ""]
    if not new:
        lines.append("Nothing has changed since this run was made; it stands.")
    lines += [
        f"People, crosswalk, households: {plain(folder)}",
        f"Report: {plain(folder)}/report.html",
        "Its digests are in the log, and the proof of that beside it. Next: licet log verify",
    ]
    return "\n".join(lines)


def arrived_text(
    rows: int, events: Mapping[str, int], left: int, mentions: int, folder: str, least: int
) -> str:
    """What an arrival changed, in counts as they may be shown: how many of a few delivered rows were let in
    would say who of them said yes. left, mentions: rows and mentions that a no took out before. least: the
    threshold.
    """
    if rows == 0:
        lines = ["No new row: what was delivered is there already, not permitted, or withdrawn."]
    else:
        told = ", ".join(f"{_count(count, least)} {kind}" for kind, count in events.items())
        many = _count(rows, least)
        lines = [f"Rows added: {many}. Persons: {told or 'none changed'}."]
    if left or mentions:
        gone = f"rows {_count(left, least)}, mentions {_count(mentions, least)}"
        lines.append(f"Before that the ledger was followed, and there left: {gone}.")
    lines.append(f"Outputs: {plain(folder)}")
    return "\n".join(wrap(line) for line in lines)


def _count(count: int, least: int) -> str:
    return count_text(shown_count(count, least), least)


def refused_text(reasons: tuple[str, ...]) -> str:
    """A refused run: its reasons, and that it was logged."""
    lines = ["NOT LINKED", *(plain(reason) for reason in reasons), "The refused run is in the log."]
    return "\n".join(wrap(line) for line in lines)


def runs_text(found: Sequence[Mapping[str, Any]]) -> str:
    """Every run with its state, in a few lines each."""
    if not found:
        return "No run was made yet. Next: licet link uses/NAME.toml"
    lines = []
    for one in found:
        why = f" ({WHY.get(one['why'], one['why'])})" if one["why"] else ""
        state = f"  {one['state']}{why}, since {day(one['since'])}"
        lines.append(f"{plain(one['use'])}  {plain(one['run'])}")
        lines.append(wrap(state + _until(one), "    "))
        if one["files"]:
            lines.append(wrap(f"  gave out: {', '.join(one['files'])}", "    "))
    return "\n".join(lines)


def _until(one: Mapping[str, Any]) -> str:
    if not one["until"]:
        return ""
    return f"; its ruling {'held' if one['why'] == 'ruling' else 'holds'} until {day(one['until'])}"


def kept_text(
    ended: Sequence[Mapping[str, Any]], followed: Sequence[Mapping[str, Any]], least: int
) -> str:
    """What was done to runs: sealed, opened again, destroyed, brought to the end of the ledger.

    least: the threshold, because this is nobody's own act: it goes into the mail of a timer.
    """
    lines = [
        f"{one['state'].capitalize()}: {plain(one['use'])}, run {plain(one['run'])} "
        f"({WHY.get(one['why'], one['why'])})."
        for one in ended
    ]
    for one in followed:
        left = ((one["rows"], "rows left"), (one["mentions"], "names were blanked"))
        told = and_list([f"{_count(count, least)} {what}" for count, what in left if count])
        run = f"{plain(one['use'])}, run {plain(one['run'])}"
        lines += [f"Followed the ledger: {run}: {told}."] if told else []
    return "\n".join(wrap(line, "  ") for line in lines) or "Every run is as it ought to be."
