"""Comparisons of the bundled evidence and of small answers, worked out once for all tests."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Any

import polars as pl

from licet.comparisons import (
    BatteryRow,
    Comparison,
    Comparisons,
    compare,
)
from licet.evidence import Collapse, Evidence, Item
from licet.files.codebook import read_evidence
from licet.groups import Group
from licet.sampling import DesignDeclaration
from licet.survey.answers import Answers
from tests import factories as make


@cache
def bundled(name: str) -> tuple[Evidence, Answers | None]:
    place = files("licet.bundled") / name
    with as_file(place) as folder:
        return read_evidence(folder)


@cache
def article() -> Comparisons:
    return compare(*bundled("town/evidence/parents-2021"))


@cache
def synthetic() -> Comparisons:
    return compare(*bundled("parents-2020"))


def row(found: Comparisons, item: str, group: str, sort: str = "rest") -> Comparison:
    (one,) = [r for r in found.of(sort) if (r.one.item, r.one.group) == (item, group)]  # type: ignore[arg-type]
    return one


def battery(found: Comparisons, name: str, group: str) -> BatteryRow:
    (one,) = [b for b in found.batteries if (b.battery, b.group) == (name, group)]
    return one


def people(**columns: Any) -> tuple[Evidence, Answers]:
    """Unweighted answers to yes-or-no items; columns that start with q are the items."""
    frame = pl.DataFrame(columns)
    items = tuple(
        Item(
            id=name, kind="trust", subject=subject, wording="?", k=2,
            collapse=Collapse(permits=("yes",), opposes=("no",)),
        )
        for name, subject in zip([c for c in frame.columns if c[0] == "q"], ("police", "education", "health"), strict=False)
    )  # fmt: skip
    evidence = Evidence(
        id="small", title="Small", population=make.population(), fieldwork=make.fieldwork(),
        purpose="early_intervention", items=items, groups=(Group("in", "In", 'g == "in"'), Group("a", "A", 'h == "a"')),
        design=DesignDeclaration(unweighted=True),
    )  # fmt: skip
    return evidence, Answers(frame)


def yes(*counts: tuple[str, int]) -> list[str]:
    return [word for word, times in counts for _ in range(times)]


def small(n: int = 40, few: int = 0) -> tuple[Evidence, Answers]:
    """Two groups of n; ``few`` of the first say yes, half of the second."""
    answers = yes(("yes", few), ("no", n - few), ("yes", n // 2), ("no", n - n // 2))
    return people(
        q1=answers,
        q2=answers[::-1],
        g=yes(("in", n), ("out", n)),
        h=yes(("a", n // 2), ("b", n), ("a", n // 2)),
    )


def panel(n: int = 60) -> tuple[Evidence, Answers]:
    """The same people twice: nobody changes but five, who start to permit."""
    first = yes(("yes", n // 2), ("no", n - n // 2))
    second = yes(("yes", n // 2 + 5), ("no", n - n // 2 - 5))
    return people(
        q1=first + second, g=yes(("in", n // 2), ("out", n - n // 2)) * 2, h=["a"] * 2 * n,
        wave=yes(("1", n), ("2", n)), who=[*range(n)] * 2,
    )  # fmt: skip
