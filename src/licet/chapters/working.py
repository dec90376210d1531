"""What background work comes to, in a line: for pages that show how far a job is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from licet.chapters.linking import link
from licet.chapters.permitting import follow_runs
from licet.chapters.registering import publish_site
from licet.errors import counted, unknown
from licet.files.use import read_use
from licet.files.workspace import read_workspace

Say = Callable[[str], None]


def use_path(root: Path, use: str) -> Path:
    """The document of a use by its id. Raises BadInput for one that is not there."""
    found = {path.stem: path for path in read_workspace(root).uses}
    if use not in found:
        raise unknown("use", use, list(found), "use")
    return found[use]


def uses_to_run(root: Path) -> list[dict[str, Any]]:
    """Every use of a workspace: id, title, version."""
    found = [read_use(path) for path in read_workspace(root).uses]
    return [{"id": one.id, "title": one.title, "version": one.version} for one in found]


def linked_line(root: Path, use: str, say: Say, *, today: date) -> str:
    """Link a use. Raises NotLinked where it is refused."""
    made = link(use_path(root, use), today=today, say=say)
    return f"The run {made.run} is in force." if made.new else f"The run {made.run} stands already."


def published_line(root: Path, *, today: date) -> str:
    """Publish every use."""
    site = publish_site(root, today=today)
    return f"{counted(len(site.uses), 'use is', 'uses are')} published."


def followed_line(root: Path, *, today: date) -> str:
    """Bring every run to the end of the ledger."""
    follow_runs(read_workspace(root), today=today)
    return "Every run has followed what people said."
