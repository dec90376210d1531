"""Letters to households that are offered support: one file each, for the printer, gone with the household."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from licet.chapters.stores import open_store
from licet.files.audit_linkage import write_private
from licet.files.runs import read_manifest
from licet.files.workspace import Workspace
from licet.identify.notice import Part, Told, letter
from licet.identify.offers import STANDS, Item
from licet.identify.words import sentence
from licet.report.permission.offer_letter import offer_page, offer_text
from licet.report.site.environment import own_name
from licet.vocabulary import label

if TYPE_CHECKING:
    from licet.chapters.offer_queue import Queue
    from licet.store.opening import Store


def folder_of(root: Path, use: str) -> Path:
    """Where the letters of a use's offers lie."""
    return root / "letters" / use / "offers"


def write(found: Queue, item: Item) -> Path:
    """Write the letter to a household, as a page and as text, readable by their owner alone."""
    folder = folder_of(found.workspace.root, found.use.id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = told_of(found, item)
    rows = found.rows_of(item)
    names = dict.fromkeys(
        " ".join(filter(None, (r.get("given"), r.get("family")))).title() for r in rows
    )
    homes = [r for r in rows if r.get("street") or r.get("house")]
    home = homes[0] if homes else {}
    lines = [" ".join(filter(None, (home.get("house"), home.get("street")))).title()]
    lines += [str(home.get("postcode") or "").upper()]
    page = offer_page(
        parts, found.use.controller, [*names], [line for line in lines if line], found.today,
        synthetic=_synthetic(found),
    )  # fmt: skip
    for suffix, text in (("html", page), ("txt", offer_text(parts))):
        path = folder / f"{item.name}.{suffix}"
        path.unlink(missing_ok=True)
        write_private(path, text)
    return folder / f"{item.name}.html"


def told_of(found: Queue, item: Item) -> tuple[Part, ...]:
    """What the letter to a household says; it names nobody."""
    use, store = found.use, found.store
    posts = [post for _, post, answer in item.said if answer == "offer"]
    words = [text for by, text in item.words if by in posts]
    services = {found.feeds[one.feed].service for one in item.reasons if one.feed in found.feeds}
    return letter(
        Told(
            use.title, use.controller, item.round.what,
            [label("service", one) for one in sorted(services)],
            list(dict.fromkeys(sentence(one, found.feeds) for one in item.reasons)),
            item.round.not_known, posts[-1] if posts else "a reviewer", words[-1] if words else "",
            store.offers.code(item.name), found.workspace.address, item.until,
            read_manifest(found.place.folder).get("floor") == "ask_first",
            [own_name(one) for one in use.languages if one != "en"],
            use.contact,
        )
    )  # fmt: skip


def sweep(root: Path, store: Store, use: str) -> None:
    """Delete every letter whose household is in the queue no more, or is offered nothing any more."""
    folder = folder_of(root, use)
    if not folder.is_dir():
        return
    kept = {
        one.name
        for one in store.offers.of_use(use)
        if one.state in (*STANDS, "contested", "taken_up")
    }
    for path in folder.iterdir():
        if path.stem not in kept and path.suffix in (".html", ".txt"):
            path.unlink(missing_ok=True)


def sweep_every(workspace: Workspace) -> None:
    """The same for every use that wrote such letters."""
    folders = sorted(workspace.root.glob("letters/*/offers"))
    if not folders:
        return
    with open_store(workspace) as store:
        for folder in folders:
            sweep(workspace.root, store, folder.parent.name)


def _synthetic(found: Queue) -> bool:
    return any(feed.synthetic for feed in found.feeds.values())
