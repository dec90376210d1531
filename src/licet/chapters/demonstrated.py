"""Where the demonstration takes place, and how a stage of it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import perf_counter
from typing import Any

from licet.chapters.auditing import Done
from licet.files.town import USE
from licet.files.workspace import Workspace, read_workspace

PEOPLE = 50_000
"""So many that an audit of the smallest use can tell its groups apart."""


@dataclass(frozen=True)
class Shown:
    """A stage as it is told. seconds: what it took. look: where more of it is."""

    stage: str
    text: str
    seconds: float
    look: str = ""

    def __str__(self) -> str:
        line = f"{self.stage:<10} {self.seconds:5.1f} s  {self.text}"
        return f"{line}\n{'':20}look: {self.look}" if self.look else line


@dataclass(frozen=True)
class Place:
    """Where the story takes place. today: the day to act on."""

    root: Path
    today: date
    people: int = PEOPLE
    started: float = field(default_factory=perf_counter)

    @property
    def workspace(self) -> Workspace:
        return read_workspace(self.root)

    def use(self, name: str = USE) -> Path:
        """The document of a use."""
        return self.root / "uses" / f"{name}.toml"

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A moment of the day."""
        return datetime.combine(self.today, time(hour, minute), UTC)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it returns, and the seconds that it took."""
    start = perf_counter()
    return work(), perf_counter() - start


def verdict(done: Done) -> str:
    """The standing of an audit with its first sentence, as its screen has them."""
    text = " ".join(done.text.split())
    start = text.index(f"{done.standing}: ")
    end = text.find(". ", start)
    return text[start : end + 1] if end > 0 else text[start:]


def page(done: Done) -> str:
    """Where the report of an audit is."""
    return str(done.paths["page"])
