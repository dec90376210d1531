"""The register as a site: published uses, their rulings, versions, runs and the log, as a folder of files.

The folder needs no server and no script. What did not change is neither ruled on again nor written again.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.chapters import publishing
from licet.chapters.entries import entries, lines
from licet.chapters.listening import heard
from licet.chapters.remembering import GONE, holds, marker, ruling_file
from licet.chapters.site_plan import LATEST, register_files
from licet.chapters.stores import open_store
from licet.errors import bad
from licet.files.reading import shown
from licet.files.workspace import Workspace, find_workspace, read_workspace
from licet.files.written_site import MARK, Planned, check_out, put
from licet.log.checkpoint import to_base64
from licet.register.entry import RegisterEntry, Ruled

if TYPE_CHECKING:
    from licet.store.opening import Store

__all__ = ["MARK", "Published", "Site", "made_up", "publish_site", "site_head"]


@dataclass(frozen=True)
class Published:
    """One use as it stands in the register. new: whether anything of it was not in the log before."""

    id: str
    version: int
    heading: str
    new: bool

    @property
    def line(self) -> str:
        """For the screen."""
        when = "published now" if self.new else "published before"
        return f"{self.id}, version {self.version}: {self.heading} ({when})"


@dataclass(frozen=True)
class Site:
    """What was published, where the site is, and how many of its files changed."""

    uses: tuple[Published, ...]
    folder: Path
    written: int
    removed: int
    kept: int

    @property
    def changed(self) -> bool:
        """Whether a byte of the site changed."""
        return bool(self.written or self.removed)


def publish_site(path: Path, out: Path | None = None, *, today: date) -> Site:
    """Publish every use of a workspace, into its log and as a site.

    out: a new or empty folder, or a site made before; None takes ``site/`` of the workspace. A use whose
    document, evidence and settings are as they were, and for which no day has passed on which anything
    turns, is not ruled on again. Raises BadInput, before anything is published, for another folder, and as
    ``publishing.publish``.
    """
    workspace = find_workspace(Path(path))
    if workspace is None:
        raise bad(
            "this is no workspace", shown(path), "a folder with licet.toml", "licet init town/"
        )
    folder = (Path(out) if out is not None else workspace.root / "site").absolute()
    folder = folder.resolve() if folder.is_symlink() else folder
    check_out(folder)
    with open_store(workspace) as store:
        new = _published(workspace, store, today)
        found = list(entries(workspace.root, today=today))
        planned = list(_files(workspace, store, found, today))
        gone = {use for use, mark in store.entries.marks().items() if mark == GONE}
    done = put(folder, planned)
    uses = tuple(
        Published(one.id, one.version, one.ruling.heading, one.id in new)
        for one in found
        if one.id not in gone
    )
    return Site(uses, folder, done.written, done.removed, done.kept)


def _published(workspace: Workspace, store: Store, today: date) -> set[str]:
    """Publish what changed; the uses of which anything is new. What nobody declares any more is marked."""
    known = {mark: use for use, mark in store.entries.marks().items()}
    mark = marker(workspace)
    kept = {path: known[mark(path)] for path in workspace.uses if mark(path) in known}
    kept = {path: use for path, use in kept.items() if _holds(workspace, store, use, today)}
    anew = [path for path in workspace.uses if path not in kept]
    done = publishing.publish(workspace.root, today=today, only=anew)
    declared = {*kept.values(), *(use.id for use, _, _ in done)}
    store.entries.set_mark([use for use in known.values() if use not in declared], GONE)
    return {use.id for use, _, new in done if new}


def _holds(workspace: Workspace, store: Store, use: str, today: date) -> bool:
    held = store.entries.ruled(use)
    if held is None or not ruling_file(workspace.root, use).is_file():
        return False
    return holds(Ruled.model_validate_json(held[1]), today)


def _files(
    workspace: Workspace, store: Store, found: list[RegisterEntry], today: date
) -> Iterator[Planned]:
    """Everything that belongs into the folder; the pages that lead to others last."""
    from licet.report.site.around import Around

    name, synthetic, notices, log = site_head(workspace.root)
    around = Around(name=name, synthetic=synthetic, notices=notices, log=log)
    for file, data in store.log.export().items():
        yield Planned(f"log/{file}", "", partial(bytes, data))
    yield from register_files(
        around,
        found,
        lines(workspace.root, today=today),
        store.entries.latest(LATEST),
        lambda use: _ruling(workspace, use),
        heard(workspace.root, today=today),
    )


def _ruling(workspace: Workspace, use: str) -> Callable[[], bytes] | None:
    path = ruling_file(workspace.root, use)
    return (lambda: gzip.decompress(path.read_bytes())) if path.is_file() else None


def site_head(root: Path) -> tuple[str, bool, tuple[str, ...], Any]:
    """What every page says: the body, whether any use is made up, notices, the log's checkpoint."""
    from licet.chapters.entries import site_marks
    from licet.report.site.around import Log

    with open_store(read_workspace(root)) as store:
        head, key = store.log.head()
        marks = site_marks(store)
    log = Log(head.origin, head.size, to_base64(head.root), key)
    return read_workspace(root).name, any(one.startswith("SYNTHETIC") for one in marks), marks, log


def made_up(root: Path) -> bool:
    """Whether a workspace holds evidence that is marked synthetic, as no council's own does."""
    from licet.files.codebook import evidence_folders, read_evidence
    from licet.files.workspace import read_workspace

    found = [read_evidence(folder)[0] for folder in evidence_folders(read_workspace(root).evidence)]
    return any(one.synthetic for one in found)
