"""Looking permissions up: one subject's history, counts of everybody, receipts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.inviting import workspace_of
from licet.chapters.permitting import use_called
from licet.chapters.publishing import material_version
from licet.chapters.ruling import assess
from licet.chapters.stores import open_store
from licet.disclosure.counts import shown_count
from licet.errors import BadInput, bad
from licet.files.reading import decode, read_bytes, shown
from licet.files.use import read_use
from licet.files.workspace import Workspace
from licet.gate import Permit
from licet.permission.events import SPOKEN, Event
from licet.permission.exclusions import excluded
from licet.permission.receipts import Receipt, genuine, receipt_content, receipt_id
from licet.permission.rules import Decision, Question
from licet.use import Floor, Use

if TYPE_CHECKING:
    from licet.store.opening import Store

LARGEST_RECEIPT = 100_000


@dataclass(frozen=True)
class History:
    """What was said about one subject, and what follows today for each use and service. together: the
    handles of others that are the same person, whose words count as well."""

    subject: str
    handle: str
    events: tuple[Event, ...]
    decisions: tuple[tuple[str, str, Decision], ...]
    together: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counted:
    """How many subjects each decision is about, under disclosure control: service, reason, outcome,
    subjects (null where kept back)."""

    use: str
    version: int
    floor: Floor
    counts: pl.DataFrame


@dataclass(frozen=True)
class Checked:
    """Whether a receipt is what the ledger holds, and why not."""

    genuine: bool
    why: str


def history(workspace: Path, subject: str, *, today: date) -> History:
    """The history of one subject, by handle or pseudonym: for the office alone."""
    place = workspace_of(workspace)
    with open_store(place) as store:
        name = store.permissions.pseudonym(subject)
        events = store.permissions.history(name)
        people = store.permissions.subjects()
        handles = dict(people.select("subject", "handle").iter_rows())
        same = store.permissions.heard_with([name]).get(name, ())
        decided = []
        for path in place.uses:
            use = read_use(path)
            floor = floor_of(path, use, today)
            for service in use.services:
                question = _question(place, use, service, floor, today)
                decided.append((use.id, service, store.permissions.decision(name, question)))
    others = tuple(sorted(handles[one] for one in same))
    return History(name, handles[name] or "", events, tuple(decided), others)


def counts(workspace: Path, use: str | None = None, *, today: date) -> tuple[Counted, ...]:
    """How many are permitted, refused or unanswered, by use, service and reason. People who are known
    by several handles count once."""
    place = workspace_of(workspace)
    uses = {one.id: (path, one) for path in place.uses for one in [read_use(path)]}
    chosen = (
        list(uses) if use is None else [use_called(use, {n: u for n, (_, u) in uses.items()}).id]
    )
    found = []
    with open_store(place) as store:
        for name in chosen:
            path, one = uses[name]
            floor = floor_of(path, one, today)
            table = _counts(store, place, one, floor, today)
            found.append(Counted(one.id, one.version, floor, table))
    return tuple(found)


def _counts(store: Store, place: Workspace, use: Use, floor: Floor, today: date) -> pl.DataFrame:
    decisions = store.permissions.decisions(
        use.id,
        use.version,
        use.purpose,
        use.services,
        floor,
        on=today,
        material=material_version(place.root, use),
    )
    once = decisions.join(store.permissions.counted_once(), on="subject", how="left").unique(
        ["service", pl.coalesce("person", "subject")], keep="first", maintain_order=True
    )
    found = excluded(once, place.disclosure_threshold)
    # Rounded as well: services are counted apart, and a difference of two could be small.
    rounded = pl.col("subjects").map_elements(
        lambda count: shown_count(count, place.disclosure_threshold), return_dtype=pl.Int64
    )
    return found.with_columns(rounded)


def floor_of(path: Path, use: Use, today: date) -> Floor:
    """The permission floor in force: that of the ruling, or the stricter one where there is none."""
    ruling = assess(path, today=today, vary=False).ruling
    return ruling.floor if isinstance(ruling, Permit) else "ask_first"


def _question(place: Workspace, use: Use, service: str, floor: Floor, today: date) -> Question:
    material = material_version(place.root, use)
    return Question(use.id, use.version, use.purpose, service, floor, today, material)


def receipt(workspace: Path, name: str) -> Receipt:
    """The receipt of an event, by the id of the event or of the receipt."""
    with open_store(workspace_of(workspace)) as store:
        return _receipt(store, name)


def _receipt(store: Store, name: str) -> Receipt:
    known = next(
        (
            event.event_id
            for event in store.permissions.events()
            if event.effect in SPOKEN and name in (event.event_id, receipt_id(event.event_id))
        ),
        None,
    )
    if known is None:
        todo = "licet permission show SUBJECT lists them"
        raise bad(f"there is no receipt {name[:80]!r}", "receipt", "its id, or the event's", todo)
    return store.permissions.receipt(known)


def receipt_json(one: Receipt) -> str:
    """A receipt as a file that ``verify`` reads."""
    data = {
        "receipt_id": one.receipt_id,
        "event_id": one.event_id,
        "content": one.content.decode(),
        "signature": one.signature.hex(),
        "key": one.key,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def verify(workspace: Path, file: Path, name: str | None = None) -> Checked:
    """Whether a receipt in a file is genuine, and what the ledger holds.

    Raises BadInput for a file that is no receipt.
    """
    held = _read_receipt(file)
    if name is not None and name not in (held.receipt_id, held.event_id):
        return Checked(False, f"it is receipt {held.receipt_id}, not {name}")
    with open_store(workspace_of(workspace)) as store:
        try:
            known = _receipt(store, held.event_id)
        except BadInput:
            return Checked(False, "the ledger holds no such event")
        if known.receipt_id != held.receipt_id or known.content != held.content:
            return Checked(False, "it does not say what the ledger holds")
        event = next(e for e in store.permissions.events() if e.event_id == held.event_id)
    if receipt_content(event) != held.content:
        return Checked(False, "it does not say what the ledger holds")
    if not genuine(held, known.key):
        return Checked(False, "the signature is not that of this authority")
    return Checked(True, "signed by this authority, and what the ledger holds")


def _read_receipt(path: Path) -> Receipt:
    try:
        data: Mapping[str, Any] = json.loads(decode(read_bytes(path, LARGEST_RECEIPT), path))
        texts = {name: data[name] for name in ("receipt_id", "event_id", "key", "content")}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError
        content = texts.pop("content").encode()
        json.loads(content)
        return Receipt(**texts, content=content, signature=bytes.fromhex(data["signature"]))
    except BadInput:
        raise
    except (ValueError, TypeError, KeyError):
        allowed = "a file that licet permission receipt --out wrote"
        raise bad("this is no receipt", shown(path), allowed) from None
