"""What the terminal says after a run, an arrival, or a run that was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from licet.report.linkage.screen import run_text
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
    rows: int, events: Mapping[str, int], left: int, mentions: int, folder: str
) -> str:
    """What an arrival changed. left, mentions: rows and mentions that a no took out before."""
    if rows == 0:
        lines = ["No new row: what was delivered is there already, not permitted, or withdrawn."]
    else:
        told = ", ".join(f"{count:,} {kind}" for kind, count in events.items())
        lines = [f"{rows:,} rows added. Persons: {told or 'none changed'}."]
    if left or mentions:
        lines.append(
            f"Before that the ledger was followed: {left:,} rows and {mentions:,} mentions left."
        )
    lines.append(f"Outputs: {plain(folder)}")
    return "\n".join(wrap(line) for line in lines)


def refused_text(reasons: tuple[str, ...]) -> str:
    """A refused run: its reasons, and that it was logged."""
    lines = ["NOT LINKED", *(plain(reason) for reason in reasons), "The refused run is in the log."]
    return "\n".join(wrap(line) for line in lines)
