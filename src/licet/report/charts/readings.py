"""What one piece of evidence says of every item in every group, without a use: cells for charts.

The rule is that of a use (see ``findings``), for everything that was asked: an indicative sample
cannot grant, and evidence past its date is expired unless it blocks. Figures have passed
disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from licet.evidence import LICENCE_KINDS, Evidence, Item
from licet.findings import CANNOT_GRANT
from licet.groups import ALL
from licet.licence import BLOCKING, Measure, Rule, Share, Verdict, judge
from licet.readings import Reading
from licet.report.phrases import NOT_MEASURED, opposing_visible, share_text, visible
from licet.report.ruling.cells import group_order
from licet.report.table.cells import NOT_SHOWN
from licet.vocabulary import SUBJECT_LIST, label

Cell = dict[str, Any]
Shown = Mapping[str, Any]
"""A cell that is only read."""


def evidence_cells(reading: Reading, today: date | None = None) -> list[Cell]:
    """One cell per item and group, items as declared, the whole sample first.

    today: the day on which evidence past its date counts as expired; None: it is not looked at.
    """
    return [
        _cell(reading, item, group, today)
        for item in reading.evidence.items
        for group in group_order(reading.evidence)
    ]


def short_label(item: Item) -> str:
    """The subject of an item as people read it."""
    return label(SUBJECT_LIST[item.kind], item.subject)


def _cell(reading: Reading, item: Item, group: str, today: date | None) -> Cell:
    evidence, threshold = reading.evidence, reading.settings.threshold
    measure = reading.measures.get((item.id, group))
    k = reading.k[item.id]
    licence = item.kind in LICENCE_KINDS
    baseline = Rule().baseline(k) if licence else 1.5 / k
    shown = measure is not None and visible(measure, threshold)
    opposes = None
    if measure is not None and shown and opposing_visible(measure, threshold):
        opposes = measure.opposes
    permits = measure.permits if measure is not None and shown else None
    verdict = _verdict(measure, k, evidence, today) if licence else None
    against = opposes if opposes and (permits is None or verdict is Verdict.REFUSED) else None
    figure = NOT_SHOWN if measure else NOT_MEASURED
    if against or permits:
        figure = share_text(against or permits, baseline)  # type: ignore[arg-type]
        figure += " against" if against else ""
    return {
        "evidence": evidence.id,
        "item": item.id,
        "requirement": item.id,
        "kind": item.kind,
        "label": short_label(item),
        "group": group,
        "group_label": evidence.group_label(group),
        "reference": any(g.reference for g in evidence.groups if g.id == group),
        "shown": bool(against or permits),
        "measured": measure is not None,
        "verdict": str(verdict) if verdict else "",
        "baseline": baseline if item.kind != "awareness" else None,
        "permits": _share(permits),
        "opposes": _share(opposes),
        "neutral": _neutral(item, permits, opposes),
        "share": _share(against or permits),
        "figure": figure,
        "beside": "",
        "base": measure.base if measure and measure.base >= threshold else None,
        "end": evidence.fieldwork.end,
    }


def _verdict(measure: Measure | None, k: int, evidence: Evidence, today: date | None) -> Verdict:
    if measure is None:
        return Verdict.NOT_MEASURED
    verdict = judge(measure, k, Rule()).verdict
    if verdict is Verdict.GRANTED and evidence.fieldwork.sample in CANNOT_GRANT:
        verdict = Verdict.UNPROVEN
    expired = today is not None and evidence.fieldwork.expires < today
    return Verdict.EXPIRED if expired and verdict not in BLOCKING else verdict


def _neutral(item: Item, permits: Share | None, opposes: Share | None) -> float | None:
    """Those who neither permit nor oppose, where both others are known or nobody could oppose."""
    if permits is None:
        return None
    if opposes is not None:
        return max(1 - permits.point - opposes.point, 0.0)
    return 1 - permits.point if item.collapse and not item.collapse.opposes else None


def _share(share: Share | None) -> dict[str, float] | None:
    if share is None:
        return None
    return {name: float(getattr(share, name)) for name in ("point", "low", "high")}


def by_item(cells: Sequence[Shown]) -> Iterator[tuple[str, list[Shown]]]:
    """The cells of each item, in order."""
    for item in dict.fromkeys(cell["item"] for cell in cells):
        yield item, [cell for cell in cells if cell["item"] == item]


def of_group(cells: Sequence[Shown], group: str = ALL) -> list[Shown]:
    """The cells of one group."""
    return [cell for cell in cells if cell["group"] == group]
