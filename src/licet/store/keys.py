"""The two secrets of a workspace: the key that signs, and the key that makes pseudonyms.

Each is a file of 32 bytes in hexadecimal that only its owner may read. It is made once and never
written over: a new signing key moves the old one aside. Whoever loses the pseudonym key loses
nothing of the ledger, but can no longer tell whether an event was recorded before.
"""

from __future__ import annotations

import hmac
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from licet.errors import bad

SIGNING, PSEUDONYM, WAITING = "signing.key", "pseudonym.key", "signing.key.next"
SIZE = 32


@dataclass(frozen=True)
class Keys:
    """signing, pseudonym: 32 secret bytes each. Their ``repr`` shows neither. mark: when the file of the
    key that signs was read, as the file system tells it."""

    folder: Path
    signing: bytes
    pseudonym: bytes
    mark: tuple[int, int] = (0, 0)

    def __repr__(self) -> str:
        return f"Keys({str(self.folder)!r})"

    def stand_in(self, purpose: str, text: str) -> str:
        """32 hexadecimal digits that stand for a text, and for one purpose only."""
        message = f"{purpose}\0{text}".encode()
        return hmac.digest(self.pseudonym, message, "sha256").hex()[:32]

    def secret(self, purpose: str) -> bytes:
        """A secret for one purpose, drawn from the pseudonym key."""
        return hmac.digest(self.pseudonym, f"secret\0{purpose}".encode(), "sha256")


def open_keys(folder: Path) -> Keys:
    """The keys of a folder, made where there are none.

    Raises BadInput where a file is no key or others may read it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signing = _key(folder / SIGNING)
    return Keys(folder, signing, _key(folder / PSEUDONYM), _mark(folder))


def renewed(keys: Keys) -> Keys:
    """The same keys, with the key that signs read again where another program changed it."""
    if _mark(keys.folder) == keys.mark:
        return keys
    mark = _mark(keys.folder)
    return Keys(keys.folder, _read(keys.folder / SIGNING), keys.pseudonym, mark)


def _mark(folder: Path) -> tuple[int, int]:
    held = (folder / SIGNING).stat()
    return held.st_mtime_ns, held.st_ino


def prepare_signing(keys: Keys) -> bytes:
    """A new signing key in a file beside the present one, which stays in force until ``settle_signing``.

    So that the log can name the new key before anything is signed with it.
    """
    waiting = keys.folder / WAITING
    waiting.unlink(missing_ok=True)
    return _write(waiting)


def settle_signing(keys: Keys, named: Callable[[bytes], bool]) -> Keys | None:
    """Take up the prepared key if it is the one that the log names; the old file is kept aside.

    None: no file here holds that key.
    """
    here, waiting = keys.folder / SIGNING, keys.folder / WAITING
    if named(present := _read(here)):  # another process was first
        return Keys(keys.folder, present, keys.pseudonym)
    if not waiting.exists() or not named(fresh := _read(waiting)):
        return None
    number = 1 + sum(1 for path in keys.folder.glob(f"{SIGNING}.*") if path.suffix[1:].isdigit())
    os.link(here, keys.folder / f"{SIGNING}.{number}")
    waiting.replace(here)
    return Keys(keys.folder, fresh, keys.pseudonym)


def _key(path: Path) -> bytes:
    try:
        return _write(path)
    except FileExistsError:
        return _read(path)


def _write(path: Path) -> bytes:
    """Write a new key whole or not at all."""
    fresh = os.urandom(SIZE)
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    if path.exists():
        raise FileExistsError(path)
    waiting.unlink(missing_ok=True)
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, fresh.hex().encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(waiting, path)  # fails where another process was first
    finally:
        waiting.unlink()
    return fresh


def _read(path: Path) -> bytes:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise bad("others may read this key", str(path), "mode 0600", f"chmod 600 {path}")
    try:
        found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        found = b""
    if len(found) != SIZE:
        todo = "put the right file back; without it nothing can be signed or found again"
        raise bad("this is no key", str(path), f"{SIZE} bytes in hexadecimal", todo)
    return found
