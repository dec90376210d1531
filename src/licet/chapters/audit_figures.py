"""Figures by group of the audits that the log tells of, from the reports that it names by hash."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from licet.log.leaves import Leaf
from licet.register.entry import GroupFigure
from licet.report.phrases import NOT_SHOWN

MOST = 400
"""Figures shown of one audit; the report has all."""


def figures_of(
    root: Path, use: str, leaves: Sequence[tuple[int, Leaf]]
) -> Mapping[str, Sequence[GroupFigure]]:
    """By the hash of a report its figures by group; a report that is no longer there has none."""
    wanted = {leaf.body["report"] for _, leaf in leaves if leaf.kind == "audit"}
    if not wanted:
        return {}
    found = {}
    places = (root / "reports" / use, root / "reports")
    for path in (path for place in places for path in sorted(place.glob("*/*.json"))):
        data = path.read_bytes()
        name = sha256(data).hexdigest()
        if name in wanted and name not in found:
            found[name] = tuple(_figures(json.loads(data)))[:MOST]
    return found


def _figures(report: Any) -> Iterator[GroupFigure]:
    """Of a report of any kind: nothing that it keeps back is worked out here."""
    if "over_representation" in report:
        yield from _of_source(report)
    elif report.get("kind") == "linkage audit":
        yield from _of_linkage(report)
    elif str(report.get("schema", "")).startswith("licet-audit-forecast"):
        yield from _of_forecast(report)


def _of_linkage(report: Mapping[str, Any]) -> Iterator[GroupFigure]:
    from licet.report.audit.linkage_words import careful, label

    for part in ("clusters", "labels"):
        for row in (report.get(part) or {}).get("rates", ()):
            yield _figure(label(row["measure"]), row["group"], careful(row), row, row.get("base"))


def _of_source(report: Mapping[str, Any]) -> Iterator[GroupFigure]:
    for row in report["over_representation"]:
        shown = row["shown"] == "yes" and row["ratio"] is not None
        text = f"{row['ratio']:.2f} times ({row['verdict']})" if shown else NOT_SHOWN
        ends = {"value": row["ratio"], "low": row["ratio_low"], "high": row["ratio_high"]}
        measure = "How often a group is in the records, for each time it would be expected"
        yield _figure(
            measure,
            str(row["group"]),
            text,
            ends if shown else {},
            row["people"] if shown else None,
        )


def _of_forecast(report: Mapping[str, Any]) -> Iterator[GroupFigure]:
    from licet.report.audit.forecast_words import MEASURES

    for row in report["groups"]:
        for name, rate in row["rates"].items():
            text = f"{100 * rate['value']:.0f} %" if rate["shown"] else rate["why_not"]
            yield _figure(MEASURES.get(name, name), row["label"], text, rate, rate.get("n"))


def _figure(
    measure: str, group: str, text: str, ends: Mapping[str, Any], base: int | None
) -> GroupFigure:
    low, high = ends.get("low"), ends.get("high")
    if (
        low is not None
        and high is not None
        and "times" not in text
        and ends.get("value") is not None
    ):
        text = f"{text} [{100 * low:.0f}, {100 * high:.0f}]"
    return GroupFigure(
        measure=measure,
        group=group,
        text=text,
        value=ends.get("value"),
        low=low,
        high=high,
        base=base,
    )
