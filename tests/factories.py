"""Uses and evidence for tests: everything has a harmless default, a test names only what matters.

``SAYS`` turns the word for a verdict into printed figures that give it, so that tables of rules can
speak in verdicts and still go through the whole gate. Below are the files of one small survey of
parents and of a workspace around it, as texts that a test changes in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

import licet
from licet.errors import BadInput
from licet.evidence import Evidence, Fieldwork, Item, Population, Printed, PrintedFigure
from licet.findings import Terms
from licet.gate import Ruling, rule
from licet.groups import Group
from licet.readings import Reading, read
from licet.surveyplan.declaring import SurveyPlan, plan_of
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


def planned(**changes: Any) -> SurveyPlan:
    """The plan of a survey: 1,000 interviews, two groups, one item."""
    document: dict[str, Any] = {
        "interviews": 1000,
        "groups": {"black": {"share": 0.05}, "lone": {"share": 0.11}},
        "items": {"police": {"share": 0.6}},
    }
    return plan_of({**document, **changes})


# --- files of a small survey of parents, and of a workspace around it --------------------------

CODEBOOK_HEAD = """\
id = "parents"
title = "Parents"
purpose = "early_intervention"
[population]
people = "parents"
area = "UK"
[fieldwork]
sample = "probability"
start = 2025-01-01
end = 2025-02-01
expires = 2028-02-01
"""
TRUST_SCALE = """\
[scales.trust]
options = ["Trust", "Neither", "Distrust"]
permits = ["Trust"]
neutral = ["Neither"]
opposes = ["Distrust"]
"""
ASKED_POLICE = """\
[[items]]
id = "police"
kind = "trust"
subject = "police"
wording = "Do you trust the police?"
scale = "trust"
"""
PRINTED_POLICE = """\
[[items]]
id = "police"
kind = "trust"
subject = "police"
wording = "Trusts the police"
k = 3
"""
LONE_PARENTS = '[[groups]]\nid = "lone"\nlabel = "Lone parents"\n'
CODEBOOK_ANSWERS = f"""\
[answers]
file = "answers.sav"
id = "person"
[design]
weight = "w"
strata = "region"
psu = "place"
{TRUST_SCALE}dont_know = ["Don't know"]
outside = ["Refused"]
[scales.agree]
agrees = ["Yes"]
disagrees = ["No"]
{ASKED_POLICE}dont_know = "in"
[[items]]
id = "asked"
column = "q2"
kind = "demand"
subject = "ask_first"
wording = "Should parents be asked first?"
scale = "agree"
[[groups]]
id = "black"
label = "Black parents"
when = 'ethnicity == "Black"'
[[groups]]
id = "rest"
label = "White parents"
when = 'ethnicity == "White" and age >= 20'
reference = true
note = "for comparison"
"""
CODEBOOK_PRINTED = f"""\
[printed]
file = "figures.csv"
deff = 2.0
[printed.other_bases]
lone = [8]
{PRINTED_POLICE}[[items]]
id = "stored"
kind = "awareness"
subject = "stored"
wording = "Knows"
k = 2
"""
PRINTED_FIGURES = (
    "item,group,percent,base\npolice,all,55,843\npolice,lone,43.5,93\nstored,lone,70,\n"
)
SURVEY_LABELS = {
    "police": {1.0: "Trust", 2.0: "Neither", 3.0: "Distrust", 8.0: "Don't know", -1.0: "Refused"},
    "q2": {1.0: "Yes", 2.0: "No"},
    "ethnicity": {1.0: "White", 2.0: "Black"},
}


def survey(people: int = 40) -> dict[str, list[Any]]:
    """Answers by column, as codes."""
    numbers = range(people)
    return {
        "person": [float(1 + n) for n in numbers],
        "police": [[1.0, 2.0, 3.0, 8.0, -1.0][n % 5] for n in numbers],
        "q2": [1.0 + n % 2 for n in numbers],
        "ethnicity": [1.0 + n % 2 for n in numbers],
        "age": [20.0 + n for n in numbers],
        "w": [1 + n / 10 for n in numbers],
        "region": [f"r{n % 3}" for n in numbers],
        "place": [float(n % 9) for n in numbers],
    }


def evidence_folder(
    place: Path,
    codebook: str = CODEBOOK_HEAD + CODEBOOK_ANSWERS,
    data: dict[str, list[Any]] | None = None,
    labels: dict[str, dict[Any, str]] | None = None,
    figures: str = PRINTED_FIGURES,
) -> Path:
    """A folder of evidence: a codebook, answers in an SPSS file, and printed figures."""
    place.mkdir(exist_ok=True)
    (place / "codebook.toml").write_text(codebook, encoding="utf-8")
    (place / "figures.csv").write_text(figures, encoding="utf-8")
    pyreadstat.write_sav(
        pl.DataFrame(data or survey()),
        str(place / "answers.sav"),
        variable_value_labels=SURVEY_LABELS if labels is None else labels,
        missing_ranges={"police": [-1]},
    )
    return place


USE_TEXT = """\
id = "early-help"
title = "Early help"
controller = "Council"
services = ["police"]
reasons = ["offer_unasked"]
purpose = "early_intervention"
intended_action = "offer_of_support"
affected_groups = ["lone"]
start = 2026-01-01
end = 2027-01-01
[population]
people = "parents"
area = "UK/England"
"""
SETTINGS = 'name = "Town"\narea = "UK/England"\n'
PRINTED_CODEBOOK = (
    CODEBOOK_HEAD + '[printed]\nfile = "figures.csv"\n' + PRINTED_POLICE + LONE_PARENTS
)


def town(
    root: Path, settings: str = SETTINGS, use: str = USE_TEXT, codebook: str = PRINTED_CODEBOOK
) -> Path:
    """A workspace with one use and one piece of evidence."""
    (root / "uses").mkdir(parents=True)
    (root / "evidence" / "parents").mkdir(parents=True)
    (root / "licet.toml").write_text(settings)
    (root / "uses" / "early-help.toml").write_text(use)
    (root / "evidence" / "parents" / "codebook.toml").write_text(codebook)
    figures = "item,group,percent,base\npolice,all,55,843\n"
    (root / "evidence" / "parents" / "figures.csv").write_text(figures)
    return root


PEOPLE = pl.DataFrame(
    {
        "trust": ["yes", "no", "yes", None] * 30,
        "race": ["White", "Black", "White", "Asian"] * 30,
        "w": [1.0, 2.0, 0.5, 1.5] * 30,
        "age": [20, 40, 60, 80] * 30,
        "st": ["a"] * 119 + ["b"],
    }
)


def table_refusal(**changed: Any) -> str:
    """The refusal of a table of PEOPLE with these arguments."""
    how: dict[str, Any] = {"frame": PEOPLE, "items": ["trust"], "by": ["race"], "unweighted": True}
    with pytest.raises(BadInput) as error:
        licet.table(**{**how, **changed}).to_text()
    return str(error.value)
