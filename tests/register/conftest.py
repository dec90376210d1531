"""A published workspace of three uses, made once: no families, no feeds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from licet.chapters import registering
from licet.chapters.entries import entry
from licet.chapters.stores import open_store
from licet.chapters.workspaces import init
from licet.files.workspace import find_workspace
from licet.register.entry import RegisterEntry

TODAY = date(2026, 11, 30)
AT = datetime(2026, 11, 30, 9, 15, tzinfo=UTC)
HASH = "0" * 64


@dataclass(frozen=True)
class Town:
    """A workspace, and where its site is."""

    root: Path

    @property
    def site(self) -> Path:
        return self.root / "site"

    def publish(self, out: Path | None = None, today: date = TODAY) -> registering.Site:
        return registering.publish_site(self.root, out, today=today)

    def entry(self, use: str = "early-help", today: date = TODAY) -> RegisterEntry:
        found = entry(self.root, use, today=today)
        assert found is not None
        return found

    def log(self, kind: str, **body: object) -> None:
        workspace = find_workspace(self.root)
        assert workspace is not None
        with open_store(workspace) as store:
            store.log.append(kind, {"use": "early-help", **body}, AT)

    def change(self, use: str, before: str, after: str) -> None:
        path = self.root / "uses" / f"{use}.toml"
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after), "utf-8")


def logged(town: Town) -> None:
    """A run that finished, one that was refused, an audit, a decision."""
    town.log("run_refused", why="nobody_asked", reasons=["Nobody has been asked yet."])
    town.log("run_started", run="r-1", version=1, use_hash=HASH, floor="ask_first", ledger_mark=HASH,
             code="licet", inputs={})  # fmt: skip
    town.log("run_finished", run="r-1", version=1, ledger_mark=HASH, outputs={},
             counts={"persons": 1830, "households": None}, excluded={"said_no": None})  # fmt: skip
    town.log("audit", version=1, audit="linkage", standing="pass", day="2026-11-30", report=HASH)
    town.log("decision", version=1, decision="build", by_table="build", role="Head of Early Help",
             reason="Ask first.", day="2026-11-30", until="2027-11-30", reasons=["Why."])  # fmt: skip


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Not to be changed: see ``town``."""
    root = tmp_path_factory.mktemp("register") / "town"
    init(root)
    (root / "uses" / "health-housing.toml").unlink()
    found = Town(root)
    found.publish()
    logged(found)
    found.publish()
    return found


@pytest.fixture
def town(made: Town, tmp_path: Path) -> Town:
    """A copy of it."""
    return Town(Path(shutil.copytree(made.root, tmp_path / "town")))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
