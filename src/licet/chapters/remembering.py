"""What was ruled on a use, remembered: so that neither a page nor a second publishing rules on it again."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from licet.assessment import Assessment
from licet.files.seen_files import FORM, read_remembered, write_remembered
from licet.files.workspace import SETTINGS, Workspace
from licet.files.writing import write_bytes
from licet.register.entry import Ruled
from licet.register.ruled import ruled_of
from licet.version import __version__

if TYPE_CHECKING:
    from licet.store.opening import Store

RULED_AGAIN = "again"
"""The mark of an entry that was ruled on again for its conditions; publishing puts that into the log."""
GONE = "gone"
"""The mark of an entry whose use nobody declares any more: what was published stays in the register."""

TURNING = "rulings-turn.json"
"""The file of the store that says on which days rulings turn: made again wherever it is missing."""


def remember(root: Path, store: Store, found: Assessment, mark: str) -> None:
    """Keep what was ruled; the entry is made anew when it is next read."""
    from licet.report.json_text import readable
    from licet.report.ruling.data import document
    from licet.report.ruling.wording import marks, reason_texts

    whole = document(found)
    ruled = ruled_of(found.use, whole, reason_texts(found), marks(found))
    path = ruling_file(root, found.use.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, gzip.compress(readable(whole, strict=False).encode(), mtime=0))
    store.entries.rule(found.use.id, mark, ruled.model_dump_json())


def ruling_file(root: Path, use: str) -> Path:
    """Where the whole ruling of a use is kept, as it was published: its data, compressed."""
    return root / f"store/published/{use}/ruling.json.gz"


def marker(workspace: Workspace) -> Callable[[Path], str]:
    """Gives the mark of a use's document: of everything that a ruling on it is made from, but the day."""
    shared = sha256(f"licet {__version__}\n".encode())
    for path in _inputs(workspace):
        shared.update(f"{path.relative_to(workspace.root).as_posix()}\n".encode())
        shared.update(sha256(path.read_bytes()).digest())

    def mark(document: Path) -> str:
        own = shared.copy()
        own.update(document.read_bytes())
        return own.hexdigest()

    return mark


def _inputs(workspace: Workspace) -> Iterator[Path]:
    yield workspace.root / SETTINGS
    if workspace.evidence.is_dir():
        yield from sorted(path for path in workspace.evidence.rglob("*") if path.is_file())


def holding(workspace: Workspace, store: Store, texts: Mapping[str, str], today: date) -> set[str]:
    """Those uses whose ruling would come to the same today: no day has passed on which anything turns.

    texts: of their entries; "" for one that has to be made anew. On which days a ruling turns is remembered
    by the hash of the entry's text: rulings are long.
    """
    path = workspace.root / "store" / TURNING
    before = _known_days(path)
    names = {use: sha256(text.encode()).hexdigest() for use, text in texts.items() if text}
    days = {use: before[name] for use, name in names.items() if name in before}
    for use, ruled in store.entries.rulings([use for use in texts if use not in days]):
        turns = turning(Ruled.model_validate_json(ruled))
        days[use] = [day.isoformat() for day in turns]
    now = {name: days[use] for use, name in names.items() if use in days}
    if now != before:
        write_remembered(path, {"form": FORM, "days": now})
    return {
        use
        for use, turns_on in days.items()
        if holds(turns_on, today.isoformat()) and ruling_file(workspace.root, use).is_file()
    }


def _known_days(path: Path) -> dict[str, list[str]]:
    held = read_remembered(path).get("days")
    return {
        name: days
        for name, days in (held.items() if isinstance(held, dict) else ())
        if isinstance(days, list) and all(isinstance(day, str) for day in days)
    }


def turning(ruled: Ruled) -> list[date]:
    """The day of a ruling, then the days from which on ruling anew may come to something else."""
    use, made = ruled.use, ruled.ruling.day
    days = {use.start, use.end, use.review_by, ruled.ruling.expires}
    days |= {one.expires for one in ruled.ruling.evidence}
    for override in use.overrides:
        days |= {override.start, override.until}
    days |= {one.value for one in use.conditions if isinstance(one.value, date)}
    return [made, *sorted(day for day in days if day is not None and day >= made)]


def holds(days: Sequence[str], today: str) -> bool:
    """Whether ruling anew today would come to the same. days: see ``turning``; each as ISO 8601 has it."""
    made, *turns = days
    return made == today or (made < today and not any(day <= today for day in turns))
