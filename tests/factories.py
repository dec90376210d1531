"""Uses and evidence for tests: everything has a harmless default, a test names only what matters.

``SAYS`` turns the word for a verdict into printed figures that give it, so that tables of rules can
speak in verdicts and still go through the whole gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from licet.evidence import Evidence, Fieldwork, Item, Population, Printed, PrintedFigure
from licet.findings import Terms
from licet.gate import Ruling, rule
from licet.groups import Group
from licet.readings import Reading, read
from licet.use import Use

TODAY = date(2026, 6, 1)
YESTERDAY = date(2026, 5, 31)
EXPIRES = date(2028, 12, 31)
USE_ENDS = date(2030, 12, 31)

SAYS: Mapping[str, tuple[tuple[float, int, str], ...]] = {
    "granted": ((80, 400, "permits"),),
    "unproven": ((52, 400, "permits"),),
    "unproven above": ((52, 400, "permits"),),
    "unproven below": ((48, 400, "permits"),),
    "on the line": ((50, 400, "permits"),),
    "too few": ((55, 15, "permits"),),
    "under 10": ((20, 9, "permits"),),
    "absent": ((30, 400, "permits"),),
    "refused": ((20, 400, "permits"), (70, 400, "opposes")),
    "not measured": (),
}
"""Percent, base and stance printed for three stances, by the verdict (design effect 1)."""


def population(**changes: Any) -> Population:
    """Parents of children under 16 in one town."""
    return Population(**{"people": "parents", "area": "UK/England/Town", **changes})


def use(**changes: Any) -> Use:
    """One service, one reason, in-house; the weakest permission model, so the gate sets the floor."""
    declared: dict[str, Any] = {
        "id": "early-help",
        "title": "Early help",
        "controller": "Town Council",
        "services": ("education",),
        "reasons": ("offer_unasked",),
        "purpose": "early_intervention",
        "intended_action": "offer_of_support",
        "population": population(),
        "permission_model": "objection",
        "permission_reason": "letters reach every family",
        "start": date(2026, 1, 1),
        "end": USE_ENDS,
    }
    return Use(**{**declared, **changes})


def item(requirement: str, k: int = 3, **changes: Any) -> Item:
    """A printed item, for example ``item("trust:police")``; its id is the requirement."""
    kind, subject = requirement.split(":", 1)
    declared = {"id": requirement, "kind": kind, "subject": subject, "wording": "?", "k": k}
    return Item(**{**declared, **changes})


def fieldwork(**changes: Any) -> Fieldwork:
    """A probability sample of 2019 that counts until ``EXPIRES``."""
    declared = {
        "sample": "probability",
        "start": date(2019, 1, 1),
        "end": date(2019, 12, 31),
        "expires": EXPIRES,
    }
    return Fieldwork(**{**declared, **changes})


def figure(
    requirement: str, group: str, percent: float, base: int | None, stance: str = "permits"
) -> PrintedFigure:
    """One printed percentage."""
    return PrintedFigure(item=requirement, group=group, percent=percent, base=base, stance=stance)


def says(requirement: str, group: str, verdict: str) -> list[PrintedFigure]:
    """The figures that make ``requirement`` come out as ``verdict`` in ``group``."""
    return [figure(requirement, group, *cell) for cell in SAYS[verdict]]


def evidence(
    cells: Mapping[tuple[str, str], str] | None = None,
    *,
    figures: Iterable[PrintedFigure] = (),
    groups: Iterable[str] | None = None,
    reference: Iterable[str] = (),
    items: Iterable[Item] | None = None,
    deff: float = 1.0,
    **changes: Any,
) -> Evidence:
    """Printed evidence. cells: the wanted verdict by (requirement, group)."""
    printed = [f for key, verdict in (cells or {}).items() for f in says(*key, verdict)]
    printed += list(figures)
    named = dict.fromkeys([key for key, _ in cells or {}] + [f.item for f in printed])
    if groups is None:
        groups = dict.fromkeys([g for _, g in cells or {}] + [f.group for f in printed] + ["lone"])
    apart = tuple(reference)
    own = ("sample", "start", "end", "expires")
    fields = {name: changes.pop(name) for name in own if name in changes}
    declared: dict[str, Any] = {
        "id": "survey",
        "title": "A survey",
        "population": population(),
        "fieldwork": fieldwork(**fields),
        "purpose": "early_intervention",
        "items": tuple(items) if items is not None else tuple(item(name) for name in named),
        "groups": tuple(Group(g, g, reference=g in apart) for g in groups if g != "all"),
        "printed": Printed(deff=deff),
        "figures": tuple(printed),
    }
    return Evidence(**{**declared, **changes})


def reading(cells: Mapping[tuple[str, str], str] | None = None, **changes: Any) -> Reading:
    """What printed evidence says: see ``evidence``."""
    return read(evidence(cells, **changes), None)


def everywhere(
    verdicts: Mapping[str, str], groups: Iterable[str] = ("lone",)
) -> dict[tuple[str, str], str]:
    """The same verdict of a requirement in the whole sample and in every group."""
    return {(key, g): verdict for key, verdict in verdicts.items() for g in ("all", *groups)}


LICENSED = everywhere({"reason:offer_unasked": "granted", "trust:education": "granted"})
"""What the default use needs to be licensed."""


def ruled(declared: Use, *readings: Reading, terms: Terms = Terms(), today: date = TODAY) -> Ruling:
    """The ruling on a use."""
    return rule(declared, readings, terms=terms, today=today)


def level(ruling: Ruling) -> int:
    """How much a ruling permits: nothing (0) < asking first (1) < telling, with objection (2)."""
    if ruling.kind != "Permit":
        return 0
    return {"ask_first": 1, "objection": 2}[ruling.floor]  # type: ignore[attr-defined]
