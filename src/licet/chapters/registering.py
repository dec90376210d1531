"""The register as a site: published uses, their rulings, versions, runs and the log, as a folder of files.

The folder needs no server and no script. What did not change is neither ruled on again nor written again.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.chapters import publishing
from licet.chapters.entries import read_entry, renew
from licet.chapters.listening import heard
from licet.chapters.remembering import GONE, holding, marker, ruling_file
from licet.chapters.site_plan import LATEST, OneUse, Shown, register_files
from licet.chapters.stores import open_store
from licet.errors import bad
from licet.files.reading import shown as told
from licet.files.workspace import Workspace, find_workspace, read_workspace
from licet.files.written_site import MARK, Planned, check_out, hash_of, put
from licet.log.checkpoint import to_base64
from licet.register.lines import Line

if TYPE_CHECKING:
    from licet.store.opening import Store

__all__ = ["MARK", "Published", "Site", "made_up", "publish_site", "site_head"]

SEEN = "site-seen.json"
"""The file of the store that says what was seen of the site's files: made again wherever it is missing."""

Row = tuple[str, str, str]
"""Of an entry as it is kept: use, mark, text."""


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
            "this is no workspace", told(path), "a folder with licet.toml", "licet init town/"
        )
    folder = (Path(out) if out is not None else workspace.root / "site").absolute()
    folder = folder.resolve() if folder.is_symlink() else folder
    check_out(folder)
    with open_store(workspace) as store:
        rows = list(store.entries.every())
        declared, anew = _published(workspace, store, rows, today)
        if renew(workspace, store, today) or anew:
            rows = list(store.entries.every())
        lines = [Line.model_validate_json(text) for text in store.entries.lines()]
        uses = [_one(workspace, *row) for row in rows]
        planned = _files(workspace, store, uses, lines, declared, today)
        done = put(folder, planned, workspace.root / "store" / SEEN)
    held = {one.id: one for one in lines}
    published = tuple(
        Published(use, held[use].version or 0, held[use].ruling, anew.get(use, False))
        for use, mark, _ in rows
        if mark != GONE
    )
    return Site(published, folder, done.written, done.removed, done.kept)


def _published(
    workspace: Workspace, store: Store, rows: Sequence[Row], today: date
) -> tuple[list[str], dict[str, bool]]:
    """Publish what changed, and mark what nobody declares any more.

    rows: the entries as they were. Returns the uses that are declared, in the order of their documents; and
    of those that were published again, whether anything of them is new.
    """
    known = {mark: use for use, mark, _ in rows}
    mark = marker(workspace)
    marked = {path: known.get(mark(path)) for path in workspace.uses}
    stale, looked_at = set(store.entries.stale(today)), set(marked.values())
    texts = {use: "" if use in stale else text for use, _, text in rows if use in looked_at}
    standing = holding(workspace, store, texts, today)
    anew = [path for path, use in marked.items() if use not in standing]
    done = publishing.publish(workspace.root, today=today, only=set(anew)) if anew else []
    again = {path: use.id for path, (use, _, _) in zip(anew, done, strict=True)}
    declared = [again[path] if path in again else str(use) for path, use in marked.items()]
    gone = {use for use, _, _ in rows} - set(declared)
    store.entries.set_mark(sorted(gone), GONE)
    return declared, {use.id: new for use, _, new in done}


def _one(workspace: Workspace, use: str, mark: str, text: str) -> OneUse:
    return OneUse(use, hash_of(text, mark), partial(read_entry, text), _ruling(workspace, use))


def _files(
    workspace: Workspace,
    store: Store,
    uses: list[OneUse],
    lines: list[Line],
    declared: list[str],
    today: date,
) -> Iterator[Planned]:
    """Everything that belongs into the folder; the pages that lead to others last."""
    from licet.report.site.around import Around

    name, synthetic, notices, log = site_head(workspace.root)
    around = Around(name=name, synthetic=synthetic, notices=notices, log=log)
    for file, data in store.log.export().items():
        yield Planned(f"log/{file}", "", partial(bytes, data))
    facets = defaultdict(list)
    for use, facet, value, label in store.entries.facets():
        facets[use].append((facet, value, label))
    shown = Shown([(line, tuple(facets[line.id])) for line in lines])
    titles = {one.id: one.title for one in lines}
    said = heard(workspace.root, today=today, titles={use: titles[use] for use in declared})
    yield from register_files(around, uses, shown, store.entries.latest(LATEST), said)


def _ruling(workspace: Workspace, use: str) -> Callable[[], bytes] | None:
    path = ruling_file(workspace.root, use)
    return (lambda: gzip.decompress(path.read_bytes())) if path.is_file() else None


def site_head(root: Path) -> tuple[str, bool, tuple[str, ...], Any]:
    """What every page says: the body, whether any use is made up, notices, the log's checkpoint."""
    from licet.chapters.entries import site_marks
    from licet.report.site.around import Log

    workspace = read_workspace(root)
    with open_store(workspace) as store:
        head, key = store.log.head()
        marks = site_marks(store)
    log = Log(head.origin, head.size, to_base64(head.root), key)
    return workspace.name, any(one.startswith("SYNTHETIC") for one in marks), marks, log


def made_up(root: Path) -> bool:
    """Whether a workspace holds evidence that is marked synthetic, as no council's own does."""
    from licet.files.codebook import evidence_folders, read_evidence
    from licet.files.workspace import read_workspace

    found = [read_evidence(folder)[0] for folder in evidence_folders(read_workspace(root).evidence)]
    return any(one.synthetic for one in found)
