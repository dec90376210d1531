"""Made-up towns: one that is only published, one with answers, one that is linked. Each is made once."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from licet.chapters.linking import link
from tests.linkage.town import TODAY, Town, answer, copied, drawn, made, make_workspace, use_of


@dataclass(frozen=True)
class Made:
    """A workspace with its town. answers: what everybody said."""

    root: Path
    town: Town
    answers: dict[int, str]

    @property
    def use(self) -> Path:
        """The use that is linked."""
        return use_of(self.root)

    def again(self, to: Path) -> Made:
        """The same in another folder, keys and ledger included."""
        copied(self.root, to)
        return Made(to, self.town, self.answers)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A town whose use is published, with feeds and an empty ledger."""
    root, town = tmp_path_factory.mktemp("published") / "town", made(30, 3)
    make_workspace(root, town)
    return Made(root, town, {})


@pytest.fixture(scope="session")
def answered(published: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same with answers in the ledger."""
    found = published.again(tmp_path_factory.mktemp("answered") / "town")
    draw = np.random.default_rng(5)
    answers = drawn(found.town, draw, (6, 2, 1, 1))
    answer(found.root, found.town, answers, draw)
    return Made(found.root, found.town, answers)


@pytest.fixture(scope="session")
def linked(answered: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same, linked."""
    found = answered.again(tmp_path_factory.mktemp("linked") / "town")
    link(found.use, today=TODAY)
    return found


class Typed(Protocol):
    """Types a command: the words after `licet`."""

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def typed(ready: Path | None) -> Typed:
    first = [str(ready / "licet")] if ready else [sys.executable, "-m", "licet"]

    def typing(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*first, *words], capture_output=True, text=True, check=False)

    return typing


@pytest.fixture(autouse=True)
def equal_rows_are_trained_on_once(trained_once: None) -> None:
    """Of every run here. What training itself does is tested in tests/engines."""


@pytest.fixture(autouse=True)
def global_random_state_stays_untouched() -> Iterator[None]:
    """Splink names its own tables from the global state: it is put back, and nothing here draws from it."""
    before = random.getstate()
    yield
    random.setstate(before)
