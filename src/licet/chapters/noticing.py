"""Uses and notices as the screens of permission need them: read once, and as they were sent."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from licet.chapters.stores import open_store
from licet.errors import BadInput, bad
from licet.files.permissions import notice_path, read_notice
from licet.files.use import read_use
from licet.files.workspace import Workspace, read_workspace
from licet.report.permission.notices import ENGLISH, Notice, kept_notice, make_notice
from licet.use import Use


def declared_uses(workspace: Workspace) -> dict[str, Use]:
    """Every use of a workspace by its id. A document that did not change is not read again."""
    return {use.id: use for use in map(use_at, workspace.uses)}


def use_named(workspace: Workspace, name: str) -> Use | None:
    """The use of an id; of many only its own document is looked at, where that is called so."""
    path = workspace.root / "uses" / f"{name}.toml"
    if path.parent.name == "uses" and path.is_file() and (found := use_at(path)).id == name:
        return found
    return declared_uses(workspace).get(name)


def published(workspace: Workspace, use: Use) -> bool:
    """Whether a use is published and has not ended."""
    return use.status != "ended" and (workspace.root / "store" / "published" / use.id).is_dir()


def published_uses(workspace: Path) -> list[Use]:
    """Every published use, by title."""
    place = read_workspace(workspace)
    found = [use for use in declared_uses(place).values() if published(place, use)]
    return sorted(found, key=lambda use: use.title)


def title_of(workspace: Path, use: str) -> str:
    """The title of a use; "" where there is none of that name."""
    found = use_named(read_workspace(workspace), use) if use else None
    return found.title if found else ""


def published_names(workspace: Workspace) -> list[str]:
    """The ids of the uses that are published and whose document is there, in their order."""
    held = workspace.root / "store" / "published"
    published = {place.name for place in held.iterdir()} if held.is_dir() else set()
    return [path.stem for path in workspace.uses if path.stem in published]


def use_at(path: Path) -> Use:
    """The use of a document, read again only where the document changed."""
    held = path.stat()
    return _read(path, held.st_mtime_ns, held.st_size, held.st_ino)


@lru_cache(maxsize=8192)
def _read(path: Path, changed: int, size: int, place: int) -> Use:
    del changed, size, place  # another document where any of them is another
    return read_use(path)


def sent_notice(root: Path, use: Use | None, language: str, known: str) -> Notice | None:
    """The notice with this hash as it was sent; None where its text is kept nowhere.

    It counts as reviewed once the same text stands in ``notices/`` without its mark.
    """
    now = _present(root, use, language, known) if use is not None else None
    if now is not None:
        return now
    text = read_notice(root / "store" / "notices" / f"{known}.txt")
    found = kept_notice(text, language) if text is not None else None
    return found if found is not None and found.hash == known else None


def _present(root: Path, use: Use, language: str, known: str) -> Notice | None:
    path = notice_path(root, use.id, language, told=False)
    text = read_notice(path) or (ENGLISH["ask_first"] if language == "en" else None)
    try:
        found = make_notice(text, language, use) if text else None
    except BadInput:
        return None
    return found if found is not None and found.hash == known else None


def refuse_unreviewed(notice: Notice | None) -> None:
    """Refuse a yes to a notice that nobody who speaks its language has read. Raises BadInput."""
    if notice is not None and not notice.reviewed:
        raise bad(
            "Your yes cannot be taken yet: nobody who speaks this language has checked the notice",
            "language",
            "a notice that was checked; a no is always taken",
            "Wait for a new letter, or answer on a notice in another language that you read",
        )


def seal_batches(workspace: Path, *, at: datetime) -> list[str]:
    """Seal permissions, and what accounts and the desk did, into the log; the names of the batches.

    at: UTC. The log gets salted roots and counts, small ones kept back, and the digests of outputs that
    were written anew since the last time.
    """
    from licet.chapters import refreshing

    place = read_workspace(workspace)
    least = place.disclosure_threshold
    with open_store(place) as store:
        refreshing.keep_promises(place.root, store, at)
        sealed = (store.batches.publish(at, least), store.acts.publish(at, least))
        return [str(entry.leaf.body["batch"]) for entry in sealed if entry is not None]
