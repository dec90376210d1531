"""The log as strangers get it: a folder of plain files, and proofs that travel alone; how to check them.

    leaves.jsonl           every leaf, one a line, the very bytes that are hashed
    checkpoint.txt         size and root, signed
    key.txt                the key to check the signature with
    checkpoints/12.txt     earlier checkpoints, named by their sizes
    SHA256SUMS             hashes of these files; says whether one was damaged on the way
    proof.json             of one leaf: leaf, place, proof and checkpoint

Only the checkpoint binds: whoever changes a file can change SHA256SUMS too. Nothing but the standard
library is needed; a signature is checked where ``cryptography`` is installed, else that is said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from licet.errors import BadInput, bad
from licet.log.canonical import canonical, read_canonical
from licet.log.checkpoint import (
    Checkpoint,
    Key,
    Note,
    from_base64,
    read_checkpoint,
    read_key,
    signed_by,
    to_base64,
)
from licet.log.history import compare, lines_of, signers
from licet.log.leaves import Leaf, read_leaf
from licet.log.tree import Kept, inclusion, leaf_hash, verify_consistency, verify_inclusion
from licet.log.verified import Finding, Part, Verified

LEAVES = "leaves.jsonl"
CHECKPOINT = "checkpoint.txt"
KEY = "key.txt"
EARLIER = "checkpoints/"
SUMS = "SHA256SUMS"
PROOF = "proof.json"
_PROOF_KEYS = ("checkpoint", "index", "leaf", "proof", "size")
Said = tuple[Literal["valid", "wrong", "not checked"], str]
"""Of a signature; and why it was not checked."""
NO_KEY = "there is no key to check it with"
NO_PACKAGE = "the package cryptography is not installed"


def exported(
    leaves: Iterable[bytes], checkpoint: bytes, key: str, earlier: Iterable[bytes] = ()
) -> dict[str, bytes]:
    """The files of an exported log by name. key: its text, without a line break."""
    files = {LEAVES: b"".join(leaf + b"\n" for leaf in leaves)}
    files |= {CHECKPOINT: checkpoint, KEY: key.encode() + b"\n"}
    for old in earlier:
        files[f"{EARLIER}{read_checkpoint(old)[0].size}.txt"] = old
    return {**files, SUMS: sums(files)}


def sums(files: Mapping[str, bytes]) -> bytes:
    """What SHA256SUMS says of the files, as the program sha256sum writes it."""
    named = sorted((name, data) for name, data in files.items() if name != SUMS)
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in named).encode()


def proof_file(kept: Kept, index: int, leaf: bytes, checkpoint: bytes) -> bytes:
    """The proof that leaf ``index`` (from 0) is in the log of the checkpoint, to go with a run.

    kept: gives the kept hashes of the tree. Raises ValueError where the checkpoint holds no such leaf.
    """
    size = read_checkpoint(checkpoint)[0].size
    proof = [to_base64(part) for part in inclusion(kept, index, size)]
    value = {"leaf": leaf.decode(), "index": index, "size": size, "proof": proof}
    return canonical({**value, "checkpoint": checkpoint.decode()}) + b"\n"


def verify_folder(
    files: Mapping[str, bytes], key: str | None = None, earlier: Mapping[str, bytes] | None = None
) -> Verified:
    """Check an exported folder, given as bytes by name.

    key: the text of a key that the reader trusts; without one, that of the folder. earlier: checkpoints
    that the reader kept, beside those of the folder.
    """
    findings: list[Finding] = []
    for name in (LEAVES, CHECKPOINT, KEY, SUMS):
        if name not in files:
            findings.append(Finding("file", name, "it is missing"))
    if SUMS in files and files[SUMS] != sums(files):
        findings.append(Finding("file", SUMS, _which_sums(files)))
    own = files.get(KEY)
    if key is not None and own is not None and own != key.encode() + b"\n":
        findings.append(Finding("key", KEY, "it is not the key that you gave"))
    olds = {name: data for name, data in files.items() if name.startswith(EARLIER)}
    trusted = own if key is None else key.encode() + b"\n"
    found = verify(
        files.get(LEAVES, b""), files.get(CHECKPOINT, b""), trusted, {**olds, **(earlier or {})}
    )
    return _with(found, findings)


def verify(
    leaves: bytes,
    checkpoint: bytes,
    key: bytes | None = None,
    earlier: Mapping[str, bytes] | None = None,
) -> Verified:
    """Check a log: every leaf, the root, the signature, and that it grew from earlier checkpoints.

    leaves, checkpoint, key: the bytes of leaves.jsonl, checkpoint.txt and key.txt. earlier: checkpoints
    by the names that findings call them. Raises nothing for whatever the bytes are.
    """
    findings: list[Finding] = []
    lines = lines_of(leaves, LEAVES, findings)
    signer = _key(key, findings)
    head, note = _head(checkpoint, CHECKPOINT, findings)
    heads: dict[str, Checkpoint] = {}
    keys = signers([line.leaf for line in lines if line.leaf], signer)
    for name, data in (earlier or {}).items():
        old, old_note = _head(data, name, findings)
        if old is None or old_note is None:
            continue
        if head is not None and old.origin != head.origin:
            text = f"it is of another log, {old.origin}"
            findings.append(Finding("checkpoint", name, text))
        _signed(old_note, old, keys, name, findings)
        heads[name] = old
    grown = compare(head, heads, lines, (LEAVES, CHECKPOINT), findings)
    if head is None or note is None:
        return Verified(tuple(findings), unchecked="there is no checkpoint that can be read")
    said = _signed(note, head, [signer] if signer else [], CHECKPOINT, findings)
    return _of(head, signer, said, findings, grown)


def verify_proof(data: bytes, key: bytes | None = None) -> tuple[Verified, Leaf | None]:
    """Check a proof.json: that its leaf is in the log of its checkpoint; gives the leaf too.

    key: the bytes of key.txt. Raises nothing for whatever the bytes are.
    """
    findings: list[Finding] = []
    signer = _key(key, findings)
    try:
        value = _proof(data)
        head, note = read_checkpoint(value["checkpoint"].encode(), PROOF)
        leaf = read_leaf(value["leaf"].encode(), PROOF)
    except BadInput as error:
        findings.append(Finding("proof", PROOF, error.faults[0].what))
        return Verified(tuple(findings), unchecked="the proof cannot be read"), None
    hashes = [from_base64(str(part)) or b"" for part in value["proof"]]
    shown = leaf_hash(value["leaf"].encode())
    if value["size"] != head.size:
        findings.append(Finding("proof", PROOF, "its size is not that of its checkpoint"))
    if not verify_inclusion(shown, value["index"], head.size, hashes, head.root):
        findings.append(Finding("proof", PROOF, "the leaf is not in the log of this checkpoint"))
    said = _signed(note, head, [signer] if signer else [], PROOF, findings)
    return _of(head, signer, said, findings), leaf


def verify_growth(earlier: bytes, later: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that one checkpoint's log grew into the other's, without any leaf.

    Signatures are not checked. Raises BadInput for what is no checkpoint.
    """
    (old, _), (new, _) = read_checkpoint(earlier, "earlier"), read_checkpoint(later, "later")
    return old.origin == new.origin and verify_consistency(
        old.size, new.size, old.root, new.root, proof
    )


def _of(
    head: Checkpoint,
    signer: Key | None,
    said: Said,
    findings: Sequence[Finding],
    grown: tuple[tuple[str, int], ...] = (),
) -> Verified:
    key = signer.text if signer else None
    return Verified(tuple(findings), head.origin, head.size, head.root, *said, key, grown)


def _with(found: Verified, findings: Sequence[Finding]) -> Verified:
    everything = (*findings, *found.findings)
    return replace(found, findings=everything)


def _which_sums(files: Mapping[str, bytes]) -> str:
    said = set(files[SUMS].decode(errors="replace").splitlines())
    right = sums(files).decode().splitlines()
    wrong = [line.partition("  ")[2] for line in right if line not in said]
    if wrong:
        return f"it does not fit {', '.join(wrong)}"
    return "it says more than the hashes of the files that are here, or says it otherwise"


def _key(data: bytes | None, findings: list[Finding]) -> Key | None:
    if data is None:
        return None
    try:
        text = data.decode()
        if not text.endswith("\n"):
            raise bad("its line does not end")
        return read_key(text[:-1])
    except (BadInput, UnicodeDecodeError) as error:
        what = error.faults[0].what if isinstance(error, BadInput) else "it is not UTF-8"
        findings.append(Finding("key", KEY, what))
    return None


def _head(
    data: bytes, name: str, findings: list[Finding]
) -> tuple[Checkpoint, Note] | tuple[None, None]:
    try:
        return read_checkpoint(data, name)
    except BadInput as error:
        findings.append(Finding("checkpoint", name, error.faults[0].what))
    return None, None


def _signed(
    note: Note, head: Checkpoint, keys: Sequence[Key], name: str, findings: list[Finding]
) -> Said:
    """Check the signature of a checkpoint by one of the log's keys; wrong ones become findings."""
    if not keys:
        return "not checked", NO_KEY
    part: Part = "signature"
    if any(key.name != head.origin for key in keys):
        findings.append(Finding(part, name, "the key is of another name than the log"))
        return "wrong", ""
    key = next((k for k in keys if k.id == note.signatures[0].key_id), None)
    if len(note.signatures) != 1 or key is None or note.signatures[0].name != key.name:
        findings.append(Finding(part, name, "it is signed by another key"))
        return "wrong", ""
    try:
        valid = signed_by(note, key)
    except ImportError:
        return "not checked", NO_PACKAGE
    if not valid:
        findings.append(
            Finding(part, name, "the signature does not fit: this is not what was signed")
        )
    return ("valid" if valid else "wrong"), ""


def _proof(data: bytes) -> dict[str, Any]:
    if not data.endswith(b"\n"):
        raise bad("its line does not end")
    value = read_canonical(data[:-1])
    if not isinstance(value, dict) or tuple(value) != _PROOF_KEYS:
        raise bad("it does not say checkpoint, index, leaf, proof and size, and nothing else")
    parts = value["proof"]
    texts = isinstance(value["checkpoint"], str) and isinstance(value["leaf"], str)
    numbers = type(value["index"]) is int and type(value["size"]) is int
    if not (texts and numbers and isinstance(parts, list)):
        raise bad("one of its values is of the wrong kind")
    return value


__all__ = [
    "CHECKPOINT", "EARLIER", "KEY", "LEAVES", "PROOF", "SUMS", "exported", "proof_file", "sums",
    "verify", "verify_folder", "verify_growth", "verify_proof",
]  # fmt: skip
