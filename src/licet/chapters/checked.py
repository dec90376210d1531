"""What the public page checks: a receipt, the proof of an entry of the log, or an entry by its number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.chapters.stores import open_store
from licet.errors import bad
from licet.files.workspace import read_workspace
from licet.log import export
from licet.permission.receipts import Receipt, genuine
from licet.register.sentences import text_of

if TYPE_CHECKING:
    from licet.store.opening import Store

MOST = 100_000
"""Characters of what may be checked."""
_exports: dict[Path, tuple[int, Mapping[str, bytes]]] = {}


@dataclass(frozen=True)
class Looked:
    """What was found. sound: whether it is what it says it is. heading: an English text of the site."""

    sound: bool
    heading: str
    texts: tuple[str, ...] = ()


def look(root: Path, given: str) -> Looked:
    """Check what somebody pasted. Raises BadInput for what is none of the three."""
    text = given.strip()
    if len(text) > MOST:
        raise bad("that is too long to be a receipt or a proof", "given")
    with open_store(read_workspace(root)) as store:
        if text.isascii() and text.isdigit() and len(text) < 12:
            return _entry(store, int(text))
        value = _json(text)
        if "signature" in value:
            return _receipt(store, value)
        if "proof" in value:
            return _proof(store, text)
    raise bad(
        "this is no receipt, no proof and no number",
        "given",
        "the whole text of a receipt or proof, or a number",
        "Paste all of the file, from the first brace to the last",
    )


def log_file(root: Path, name: str) -> bytes | None:
    """A file of the log as strangers get it; None for a name that it does not have."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        size = store.log.size
        held = _exports.get(root)
        if held is None or held[0] != size:
            held = _exports[root] = (size, store.log.export())
    return held[1].get(name)


def _json(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = {}
    return value if isinstance(value, dict) else {}


def _entry(store: Store, index: int) -> Looked:
    size = store.log.size
    if index >= size:
        return Looked(False, "The log has no such entry.", (f"0 – {size - 1}",) if size else ())
    (entry,) = store.log.entries(index, index + 1)
    proof = store.log.proof(index)
    found, leaf = export.verify_proof(proof, store.log.key.encode() + b"\n")
    texts = (text_of(leaf) if leaf else "", entry.hash, proof.decode().strip())
    return Looked(found.sound, "The entry is in the log.", texts)


def _proof(store: Store, text: str) -> Looked:
    key = store.log.key.encode() + b"\n"
    found, leaf = export.verify_proof(text.encode() + b"\n", key)
    if leaf is None or any(one.part == "proof" for one in found.findings):
        return Looked(False, "This is no proof of an entry of this log.", _findings(found))
    if not found.sound:
        return Looked(False, "The proof is not signed with the key of this log.", _findings(found))
    return Looked(True, "The entry is in the log.", (text_of(leaf),))


def _findings(found: Any) -> tuple[str, ...]:
    return tuple(one.text for one in found.findings[:3])


def _receipt(store: Store, value: Mapping[str, Any]) -> Looked:
    """Genuine only if the very receipt was signed here; of whom it is, nobody is told."""
    from licet.store.receipts import by_id

    try:
        held = Receipt(
            str(value["receipt_id"]),
            str(value["event_id"]),
            str(value["content"]).encode(),
            bytes.fromhex(str(value["signature"])),
            str(value["key"]),
        )
        json.loads(held.content)
        signed = genuine(held) and held.receipt_id.isascii()
    except (KeyError, ValueError, AttributeError, RecursionError):
        return Looked(False, "This is no receipt.")
    if signed and held.receipt_id.isprintable():
        with store.reading() as connection:
            known = by_id(connection, held.receipt_id)
    else:
        known = None
    if known is None:
        return Looked(False, "This receipt is NOT from this register.")
    if (known.content, known.key, known.signature) != (held.content, held.key, held.signature):
        return Looked(False, "This receipt was changed: it is NOT what was given out.")
    return Looked(
        True, "The receipt is genuine: it was given out here and nothing in it was changed."
    )
