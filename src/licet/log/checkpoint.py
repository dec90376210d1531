"""Checkpoints: the size and root of the log at one moment, signed, as C2SP writes them.

A signed note is text, a blank line and signature lines. A checkpoint is a note of three lines: the
log's name (origin), its size and its root. What another program could read in two ways is refused, so
that no byte of a checkpoint can change unseen.

Sources: C2SP signed-note and tlog-checkpoint; RFC 8032 (Ed25519), by ``cryptography``, which is loaded
when something is signed or a signature checked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from licet.errors import bad
from licet.log.tree import EMPTY_ROOT, HASH_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
"""The kind of a key, in a key's id and in its text."""
SEED_BYTES = 32
LONGEST_NOTE = 100_000
MOST_SIGNATURES = 16
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_DASH = "\u2014 "


@dataclass(frozen=True)
class Signature:
    """One signature line: the signer's name, the 4 bytes that tell the key, and the signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A text and who signed it. The text ends with a line break; the signatures cover all of it."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Key:
    """A public key that signatures are checked with: whose it is, and its 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The 4 bytes by which signature lines name it."""
        return key_id(self.name, self.public)

    @property
    def text(self) -> str:
        """As it is published: name, id in hexadecimal and key in base64, with plus signs between."""
        return f"{self.name}+{self.id.hex()}+{to_base64(ED25519 + self.public)}"


@dataclass(frozen=True)
class Checkpoint:
    """What the log was: its name (origin), how many leaves it held, their root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def key_id(name: str, public: bytes) -> bytes:
    """The first 4 bytes of SHA-256(name || line break || 0x01 || key)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def to_base64(data: bytes) -> str:
    """The bytes in base64, standard alphabet."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes | None:
    """The bytes of base64 in its one canonical form; None for any other text."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    return data if to_base64(data) == text else None


def read_key(text: str, where: str = "the key") -> Key:
    """A key from its text, without a line break. Raises BadInput for anything but that text."""
    name, plus, rest = text.partition("+")
    key_hex, _, encoded = rest.partition("+")
    data = from_base64(encoded)
    allowed = "NAME+8 HEXADECIMAL DIGITS+BASE64, as in key.txt of an exported log"
    if not plus or not _is_name(name) or data is None:
        raise bad("this is not the text of a key", where, allowed)
    if len(data) != 1 + HASH_BYTES or data[:1] != ED25519:
        raise bad("this is not an Ed25519 key", where, allowed)
    key = Key(name, data[1:])
    if key_hex != key.id.hex():
        what = "the key is damaged: its id does not belong to its name and bytes"
        raise bad(what, where, allowed, "fetch the key again from whoever published it")
    return key


def make_key(name: str, seed: bytes) -> Key:
    """The public key that belongs to a secret of 32 bytes. Raises BadInput for a name or seed not fit."""
    if not _is_name(name):
        raise bad(f"{name!r} cannot name a key", "name", "text without spaces and plus signs")
    return Key(name, _private(seed).public_key().public_bytes_raw())


def sign(checkpoint: Checkpoint, seed: bytes) -> bytes:
    """The checkpoint as a signed note, under the log's own name.

    seed: the secret key, 32 bytes. Raises BadInput for a checkpoint that could not be read back.
    """
    text = checkpoint.text
    _checkpoint(text, "the checkpoint")
    return sign_text(text, make_key(checkpoint.origin, seed), seed)


def sign_text(text: str, key: Key, seed: bytes) -> bytes:
    """Any text as a signed note. Raises BadInput for a text that could not be read back."""
    signature = _private(seed).sign(text.encode())
    note = f"{text}\n{_DASH}{key.name} {to_base64(key.id + signature)}\n".encode()
    read_note(note)
    return note


def read_note(data: bytes, where: str = "the note") -> Note:
    """A signed note from its bytes; no signature is checked. Raises BadInput for any other bytes."""
    faulty = _note_fault(data)
    if faulty:
        raise bad(f"this is not a signed note: {faulty}", where, "a note as C2SP defines it")
    head, _, foot = data.decode().rpartition("\n\n")
    lines = foot[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise bad(f"{len(lines)} signatures", where, f"at most {MOST_SIGNATURES}")
    return Note(head + "\n", tuple(_signature(line, where) for line in lines))


def read_checkpoint(data: bytes, where: str = "the checkpoint") -> tuple[Checkpoint, Note]:
    """A checkpoint with its note. Raises BadInput for any byte that should not be there.

    Lines after the root, which C2SP allows, are refused: Licet writes none.
    """
    note = read_note(data, where)
    return _checkpoint(note.text, where), note


def signed_by(note: Note, key: Key) -> bool:
    """Whether ``key`` signed the note. Raises ImportError where ``cryptography`` is not installed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    for line in note.signatures:
        if (line.name, line.key_id) == (key.name, key.id):
            try:
                public = Ed25519PublicKey.from_public_bytes(key.public)
                public.verify(line.signature, note.text.encode())
            except InvalidSignature:
                return False
            return True
    return False


def _checkpoint(text: str, where: str) -> Checkpoint:
    allowed = "three lines: the log's name, its size, its root in base64"
    lines = text.split("\n")
    if len(lines) != 4:
        raise bad(f"a checkpoint of {len(lines) - 1} lines", where, allowed)
    origin, size, encoded = lines[:3]
    root = from_base64(encoded)
    if not _is_name(origin):
        raise bad("its first line is no name", where, "a name without spaces and plus signs")
    if not _SIZE.fullmatch(size):
        raise bad("its second line is no size", where, "a whole number without leading zeros")
    if root is None or len(root) != HASH_BYTES:
        raise bad("its third line is no root", where, "32 bytes in base64")
    if size == "0" and root != EMPTY_ROOT:
        raise bad("an empty log with the root of another", where, allowed)
    return Checkpoint(origin, int(size), root)


def _note_fault(data: bytes) -> str:
    """Why these bytes are no note; empty if they may be one."""
    if len(data) > LONGEST_NOTE:
        return "it is too long"
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return f"byte {error.start} is not UTF-8"
    if any(sign < " " and sign != "\n" for sign in text):
        return "it holds control characters"
    if not text.endswith("\n"):
        return "its last line does not end"
    if text.rpartition("\n\n")[0] == "":
        return "no blank line stands between text and signatures"
    return ""


def _signature(line: str, where: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    data = from_base64(encoded)
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise bad("a signature line is not one", where, "\u2014 NAME BASE64")
    if data is None or len(data) <= 4:
        raise bad("a signature is not the id of a key and bytes in base64", where)
    return Signature(name, data[:4], data[4:])


def _is_name(name: str) -> bool:
    """Without plus signs, spaces and anything invisible, so that two names cannot look alike by them."""
    odd = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Cn"}
    return 0 < len(name) <= 200 and not any(
        sign == "+" or unicodedata.category(sign) in odd for sign in name
    )


def _private(seed: bytes) -> Ed25519PrivateKey:
    if len(seed) != SEED_BYTES:
        raise bad(f"a secret key of {len(seed)} bytes", "seed", f"{SEED_BYTES} bytes")
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        todo = "install licet[link]"
        raise bad("signing needs the package cryptography", "", "", todo) from None
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed)
