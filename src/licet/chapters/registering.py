"""The register's plain first form: published uses, their rulings and the log, as a folder of pages.

The folder needs no server and no script. It is made beside its place and put there whole; the same
register makes the same bytes.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from licet.assessment import Assessment
from licet.chapters import publishing
from licet.chapters.stating import state_of
from licet.chapters.stores import open_store
from licet.errors import bad
from licet.files.reading import shown
from licet.files.workspace import Workspace, find_workspace
from licet.files.writing import check_folder, write_bytes
from licet.log.checkpoint import read_checkpoint, to_base64
from licet.log.export import CHECKPOINT, KEY, LEAVES
from licet.log.leaves import Leaf, read_leaf
from licet.use import Use

MARK = "licet-site.json"
"""The file by which a site knows itself: the names of everything that belongs to it."""


@dataclass(frozen=True)
class Published:
    """One use as it stands in the register. new: whether anything of it was not in the log before."""

    use: Use
    assessment: Assessment
    new: bool

    @property
    def line(self) -> str:
        """For the screen."""
        when = "published now" if self.new else "published before"
        return (
            f"{self.use.id}, version {self.use.version}: {self.assessment.ruling.heading} ({when})"
        )


@dataclass(frozen=True)
class Site:
    """What was published, where the site is, and whether a byte of it changed."""

    uses: tuple[Published, ...]
    folder: Path
    changed: bool


def publish_site(path: Path, out: Path | None = None, *, today: date) -> Site:
    """Publish every use of a workspace, into its log and as a site.

    out: a new or empty folder, or a site made before; None takes ``site/`` of the workspace. Raises
    BadInput, before anything is published, for another folder, and as ``publishing.publish``.
    """
    workspace = find_workspace(Path(path))
    if workspace is None:
        raise bad(
            "this is no workspace", shown(path), "a folder with licet.toml", "licet init town/"
        )
    folder = (Path(out) if out is not None else workspace.root / "site").absolute()
    folder = folder.resolve() if folder.is_symlink() else folder
    _check_out(folder)
    found = [Published(*one) for one in publishing.publish(workspace.root, today=today)]
    files = site_files(workspace, found)
    return Site(tuple(found), folder, _put(folder, files))


def site_files(workspace: Workspace, published: Sequence[Published]) -> dict[str, bytes]:
    """Every file of the site, by its name."""
    from licet.report.register.data import Foot, entry, json_text
    from licet.report.register.page import index_page, use_page
    from licet.report.ruling import data, page

    with open_store(workspace) as store:
        log = store.log.export()
        states = [
            state_of(workspace, store, one.assessment, one.assessment.ruling.today)
            for one in published
        ]
    head, _ = read_checkpoint(log[CHECKPOINT])
    foot = Foot(head.origin, head.size, to_base64(head.root), log[KEY].decode().strip())
    leaves = [(place, read_leaf(line)) for place, line in enumerate(log[LEAVES].splitlines())]
    entries = [
        entry(
            one.assessment,
            publishing.versions(workspace.root, one.use.id),
            _about(leaves, one.use.id),
            publishing.MATERIAL,
            state,
        )
        for one, state in zip(published, states, strict=True)
    ]
    texts = {
        "index.html": index_page(workspace.name, entries, foot),
        "index.json": json_text(_index(entries)),
    }
    for one, told in zip(published, entries, strict=True):
        place = f"uses/{one.use.id}"
        texts |= {
            f"{place}.html": use_page(workspace.name, told, foot),
            f"{place}.json": json_text(told),
            f"{place}-ruling.html": page.page(one.assessment),
            f"{place}-ruling.json": data.json_text(one.assessment),
        }
    files = {name: text.encode() for name, text in texts.items()}
    files |= {f"log/{name}": held for name, held in log.items()}
    mark = {"made_by": "Licet", "files": sorted(files)}
    return {**files, MARK: (json.dumps(mark, indent=2) + "\n").encode()}


def _index(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    uses = [
        {
            "id": one["id"],
            "version": one["version"],
            "title": one["title"],
            "status": one["status"],
            "status_text": one["status_text"],
            "ruling": one["ruling"]["heading"],
            "entry": f"uses/{one['id']}.json",
        }
        for one in entries
    ]
    return {"schema": "licet-register-1", "uses": uses, "log": "log/checkpoint.txt"}


def _about(leaves: Sequence[tuple[int, Leaf]], use: str) -> list[tuple[int, Leaf]]:
    """The leaves that are about one use, with their places."""
    return [(place, leaf) for place, leaf in leaves if leaf.body.get("use") == use]


def _check_out(folder: Path) -> None:
    """Refuse a folder that holds anything but a site of ours, whole."""
    check_folder(folder)
    if not folder.parent.is_dir():
        parent = shown(folder.parent)
        raise bad("there is no such folder", parent, "a folder that exists", "make it first")
    if not folder.exists():
        return
    held = set(_names(folder))
    if not held:
        return
    allowed = "a new or empty folder, or a site that licet publish made"
    known = _marked(folder)
    if known is None:
        raise bad(
            "the folder is not empty and no site of Licet", shown(folder), allowed, "name another"
        )
    strange = sorted(held - known - {MARK})
    if strange:
        what = f"the site holds a file that Licet did not write: {strange[0]}"
        raise bad(what, shown(folder), allowed, "move it out: publishing replaces the whole folder")


def _names(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    ]


def _marked(folder: Path) -> set[str] | None:
    """The files that the site says it holds; None where it is no site."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(mark, dict) or mark.get("made_by") != "Licet":
        return None
    names = mark.get("files")
    return {str(name) for name in names} if isinstance(names, list) else None


def _put(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Put the site in its place, whole. False where it stands there already, byte for byte."""
    if folder.exists() and _same(folder, files):
        return False
    made = Path(tempfile.mkdtemp(prefix=".licet-site-", dir=folder.parent))
    new, old = made / "new", made / "old"
    try:
        for name, data in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, data)
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    except OSError as error:
        what = f"the site cannot be written ({error.strerror})"
        raise bad(
            what, shown(folder), "a folder that can be made", "name another with --out"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(made)
    return True


def _same(folder: Path, files: Mapping[str, bytes]) -> bool:
    return set(_names(folder)) == set(files) and all(
        (folder / name).read_bytes() == data for name, data in files.items()
    )
