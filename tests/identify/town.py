"""A linked town with a rule of entitlement: lines of its feeds, audits, a decision. All made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from licet.audit.standing import Standing
from licet.chapters.deciding import decide, record_audit
from licet.chapters.publishing import publish
from licet.files.criteria import read_rule
from licet.files.use import read_use
from licet.files.workspace import find_workspace
from licet.identify.criteria import Rule
from tests.linkage.conftest import Made
from tests.linkage.town import (
    TODAY,
    USE,
    Town,
    answer,
    copied,
    drawn,
    edit_use,
    made,
    make_workspace,
    store_of,
)

RULE = "meals"
AS_OF = date(2026, 11, 1)
REPORT = "ab" * 32
SUPPORT = """\
[support.with_linkage]
offered = 60
helped = 24
wrongly = 20
source = "A trial in two wards, 2025."

[support.universal]
offered = 400
helped = 20
source = "The children's centres' own count, 2025."

"""
TABLES = {
    "education": """
[tables.meals]
record = "pupil"
happened = "day"
recorded = "entered"
known_faults = ["Schools tell of a change weeks later."]
[tables.meals.location]
kind = "csv"
path = "data/meals.csv"
[tables.meals.values.status]
column = "status"
kind = "word"
words = ["paid", "free"]
meaning = "Whether the meal is paid for"
""",
    "social_work": """
[tables.awards]
record = "case"
happened = "day"
[tables.awards.location]
kind = "csv"
path = "data/awards.csv"
[tables.awards.values.earnings]
column = "earned"
kind = "number"
meaning = "Pounds a month"
""",
}
DOCUMENT = """\
id = "meals"
title = "Free school meals that nobody claimed"
use = "early-help"
level = "household"
kind = "entitlement"
known_faults = ["Families who moved here this month are not in it."]

[[criteria]]
id = "low-income"
meaning = "The family gets a benefit that gives a right to free school meals."
feed = "social_work"
table = "awards"
where = "earnings < 617"
window = "90 days"
gives = "free school meals"

[[criteria]]
id = "paid-meals"
meaning = "A child's school meals are paid for."
feed = "education"
table = "meals"
where = "status = 'paid'"
window = "180 days"
gives = "free school meals"

[offer]
what = "Free school meals, and help with the form"
capacity = 1
reviewers = ["School office, desk 1", "School office, desk 2"]
"""


@dataclass(frozen=True)
class Case:
    """A workspace with its town. answers: what everybody said. meals, awards: (record, day, entered, what) of
    every line."""

    root: Path
    town: Town
    answers: Mapping[int, str]
    meals: tuple[tuple[Any, ...], ...]
    awards: tuple[tuple[Any, ...], ...]

    @property
    def use(self) -> Path:
        """The use that is linked."""
        return self.root / "uses" / f"{USE}.toml"

    @property
    def document(self) -> Path:
        """The rule."""
        return self.root / "criteria" / f"{RULE}.toml"

    @property
    def rule(self) -> Rule:
        """The rule as it stands."""
        return read_rule(self.document)

    def again(self, to: Path) -> Case:
        """The same in another folder."""
        copied(self.root, to)
        return replace(self, root=to)

    def edit(self, *changes: tuple[str, str]) -> None:
        """Edit the rule."""
        text = self.document.read_text(encoding="utf-8")
        for before, after in changes:
            assert before in text, before
            text = text.replace(before, after)
        self.document.write_text(text, encoding="utf-8")

    def audit(self, name: str, standing: Standing | None, **more: Any) -> None:
        """Log what an audit came to."""
        workspace = find_workspace(self.root)
        assert workspace is not None
        if name == "entitlement":
            more.setdefault("plan", self.rule.hash())
        record_audit(workspace, read_use(self.use), name, standing, REPORT, today=TODAY, **more)

    def audited(self, without: str = "", gates: Mapping[str, Standing] | None = None) -> None:
        """Every audit that is needed, all PASS."""
        for name in ("source", "linkage"):
            if name != without:
                self.audit(name, Standing.PASS)
        self.audit("contact", None)
        if without != "entitlement":
            passed = gates or dict.fromkeys(("G0", "G6", "G7"), Standing.PASS)
            self.audit("entitlement", Standing.PASS, audited=RULE, gates=passed)

    def decided(self, choice: str) -> None:
        """What the owner decides."""
        decide(self.use, choice, role="Head of Early Help", because="It was shown.", today=TODAY)

    def leaves(self) -> list[tuple[str, dict[str, Any]]]:
        """Every leaf of the log."""
        with store_of(self.root) as store:
            return [(entry.leaf.kind, dict(entry.leaf.body)) for entry in store.log.entries()]


def larger(root: Path) -> Made:
    """A workspace with a town of 140 families, most of whom said yes, in two groups by their street."""
    town = made(140, 3, noise=0.02)
    group = {p.number: "a" if p.street < "m" else "b" for p in town.people}
    told = {
        feed: tuple(
            {**row, "ethnicity": group[town.owner[f"{feed}/{row['record']}"]]}
            if "ethnicity" in row
            else row
            for row in rows
        )
        for feed, rows in town.rows.items()
    }
    town = replace(town, rows=told)
    make_workspace(root, town)
    draw = np.random.default_rng(5)
    answers = drawn(town, draw, (8, 1, 1, 0))
    answer(root, town, answers, draw, known=0.9)
    return Made(root, town, answers)


def with_rule(case: Made, most: int = 6) -> Case:
    """Tables of lines for two feeds, a rule over them, and a version of the use that compares support.

    most: fewer lines than this are of each record."""
    draw = np.random.default_rng(11)
    meals, awards = [], []
    for row in case.town.rows["education"]:
        for _ in range(int(draw.integers(0, most))):
            day = AS_OF - timedelta(days=int(draw.integers(-20, 260)))
            entered = day + timedelta(days=int(draw.integers(0, 30)))
            meals.append((row["record"], day, entered, str(draw.choice(["paid", "paid", "free"]))))
    for row in case.town.rows["social_work"]:
        for _ in range(int(draw.integers(0, most))):
            day = AS_OF - timedelta(days=int(draw.integers(-20, 120)))
            awards.append((row["record"], day, None, float(draw.choice([300, 616.99, 617, 900]))))
    data = case.root / "feeds" / "data"
    pl.DataFrame(meals, schema=["pupil", "day", "entered", "status"], orient="row").write_csv(data / "meals.csv")  # fmt: skip
    pl.DataFrame(awards, schema=["case", "day", "entered", "earned"], orient="row").select(
        "case", "day", "earned"
    ).write_csv(data / "awards.csv")
    for name, text in TABLES.items():
        path = case.root / "feeds" / f"{name}.toml"
        before = path.read_text("utf-8")
        assert "[audit_only]" not in before.split("[[mentions]]")[0]
        path.write_text(before + text, encoding="utf-8")
    (case.root / "criteria").mkdir()
    found = Case(case.root, case.town, case.answers, tuple(meals), tuple(awards))
    found.document.write_text(DOCUMENT, encoding="utf-8")
    edit_use(case.root, "version = 1\n", "version = 2\n")
    text = case.use.read_text(encoding="utf-8")
    place = text.index("\n[[sources]]") + 1
    case.use.write_text(text[:place] + SUPPORT + text[place:], encoding="utf-8")
    publish(case.root, today=TODAY)
    return found
