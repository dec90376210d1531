"""What a run left: leaves, states, files; and what happens to a run: a no, a delivery."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from licet.chapters.publishing import publish
from licet.files.runs import current
from tests.linkage.conftest import Made
from tests.linkage.town import (
    NOW,
    TODAY,
    USE,
    edit_use,
    event,
    store_of,
    write_feed,
)  # fmt: skip


def leak(monkeypatch: pytest.MonkeyPatch, chapter: ModuleType) -> None:
    """A chapter that writes outputs writes beside them a text that no permitted row holds."""
    real = chapter.write_outputs

    def leaking(folder: Path, *given: Any) -> None:
        real(folder, *given)
        pl.DataFrame({"person": ["somebody else"]}).write_parquet(folder / "beside.parquet")

    monkeypatch.setattr(chapter, "write_outputs", leaking)


def leaves(case: Made) -> list[tuple[str, dict[str, Any]]]:
    with store_of(case.root) as store:
        return [(entry.leaf.kind, dict(entry.leaf.body)) for entry in store.log.entries()]


def last(case: Made) -> tuple[str, dict[str, Any]]:
    return leaves(case)[-1]


def states(case: Made) -> list[str]:
    with store_of(case.root) as store:
        return [run.state for run in store.runs.all()]


def nothing_made(case: Made) -> None:
    assert not current(case.root, USE)
    assert not list((case.root / "runs").rglob("*.parquet"))
    assert not list((case.root / "runs").rglob("*.arrow"))


def new_version(case: Made, *edits: tuple[str, str], on: date = TODAY) -> None:
    edit_use(case.root, "version = 1\n", "version = 2\n")
    for before, after in edits:
        edit_use(case.root, before, after)
    publish(case.root, today=on)


def withdraw(case: Made, count: int) -> list[int]:
    crosswalk = pl.read_parquet(next((case.root / "runs").rglob("crosswalk.parquet")))
    owners = dict.fromkeys(case.town.owner[row] for row in crosswalk["row"])
    some = [n for n in owners if case.answers[n] == "yes"][:count]
    with store_of(case.root) as store:
        said = [event(case.town.people[n], "withdraw", 9) for n in some]
        store.permissions.append(said, now=NOW, sign=False)
    return some


def delivery(case: Made) -> Path:
    path = case.root / "education.csv"
    write_feed(
        path,
        "education",
        [{**row, "record": f"9{row['record']}", "upn": ""} for row in case.town.rows["education"]],
    )
    return path
