"""Runs in words, for the terminal."""

from __future__ import annotations

import json

from licet.chapters.arriving import Arrived
from licet.chapters.grounds import NotLinked
from licet.chapters.linking import Linked


def linked_text(linked: Linked) -> str:
    """A released run in words."""
    from licet.report.linkage.outcome import linked_text as text

    report = json.loads((linked.folder / "report.json").read_text(encoding="utf-8"))
    return text(report, str(linked.folder), linked.new)


def arrive_text(arrived: Arrived) -> str:
    """An arrival in words."""
    from licet.report.linkage.outcome import arrived_text

    change, before = arrived.change, arrived.followed
    moved = (change.rows, change.events, before.rows, before.mentions)
    return arrived_text(*moved, str(arrived.folder), arrived.threshold)


def refused_text(refusal: NotLinked) -> str:
    """A refused run in words."""
    from licet.report.linkage.outcome import refused_text as text

    return text(refusal.reasons)
