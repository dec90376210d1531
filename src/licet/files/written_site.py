"""A written site: what is in its folder, and putting what changed in its place.

Each file is made only if what it is made from changed, and put in its place whole. The pages that lead to
others come last, so that a stop in the middle leaves a site that can be read; the next publishing goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json.encoder import encode_basestring_ascii as _text
from pathlib import Path

from licet.errors import bad
from licet.files.reading import reason, shown
from licet.files.seen_files import SeenFiles
from licet.files.writing import check_folder

MARK = "licet-site.json"
"""The file by which a site knows itself: everything that belongs to it, by hash."""
FORM = 2
Held = Mapping[str, Mapping[str, str]]
"""By the name of a file its hash and what it was made from, where that is known."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A file of a site. made_from: changes when the file has to be made anew; "" for always. make: its
    bytes."""

    name: str
    made_from: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Put:
    """What was done. written: files. removed: files that are no longer part of the site. kept: the rest."""

    written: int
    removed: int
    kept: int

    @property
    def changed(self) -> bool:
        """Whether a byte of the site changed."""
        return bool(self.written or self.removed)


def hash_of(*parts: str | bytes) -> str:
    """One hash of several texts."""
    found = sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()


def check_out(folder: Path) -> None:
    """Refuse a folder that holds anything but a site of ours, whole."""
    check_folder(folder)
    if not folder.parent.is_dir():
        parent = shown(folder.parent)
        raise bad("there is no such folder", parent, "a folder that exists", "make it first")
    if not folder.exists():
        return
    held = set(names(folder))
    if not held:
        return
    allowed = "a new or empty folder, or a site that licet made"
    known = marked(folder)
    if known is None:
        raise bad(
            "the folder is not empty and no site of Licet", shown(folder), allowed, "name another"
        )
    strange = sorted(held - set(known) - {MARK})
    if strange:
        what = f"the site holds a file that Licet did not write: {strange[0]}"
        raise bad(what, shown(folder), allowed, "move it out: publishing replaces the whole folder")


def names(folder: Path) -> list[str]:
    """Every file of a folder, as a path from it; what was left half written is none."""
    return sorted(_names(str(folder), ""))


def _names(folder: str, path: str) -> Iterator[str]:
    with contextlib.suppress(PermissionError), os.scandir(folder) as held:
        for one in held:
            if one.is_dir(follow_symlinks=False):
                yield from _names(one.path, f"{path}{one.name}/")
            elif not one.name.startswith(_HALF):
                yield f"{path}{one.name}"


def marked(folder: Path) -> dict[str, Mapping[str, str]] | None:
    """What the site says it holds, by name: the hash of each file and what it was made from.

    None where it is no site. A site of an older form says names alone.
    """
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(mark, dict) or mark.get("made_by") != "Licet":
        return None
    held = mark.get("files")
    if isinstance(held, list):
        return {str(name): {} for name in held}
    if not isinstance(held, dict):
        return None
    return {name: one if isinstance(one, dict) else {} for name, one in held.items()}


def put(folder: Path, planned: Iterable[Planned], seen: Path | None = None) -> Put:
    """Put a site in its place. planned: in the order of writing. Raises BadInput where it cannot be written.

    The mark is written first, with what was and what will be, and last, with what is. seen: the file in
    which hashes of the folder's files are remembered, so that what nobody touched is not read again.
    """
    before = marked(folder) if folder.exists() else {}
    before = before or {}
    files = SeenFiles(folder, seen)
    now, anew = _compared(files, planned, before)
    written = 0
    try:
        folder.mkdir(exist_ok=True)
        for one in anew:
            data = one.make()
            now[one.name] = {"hash": sha256(data).hexdigest(), "from": one.made_from}
            if not _whole(files, one, now[one.name]):
                if not written:
                    _replace(
                        folder / MARK,
                        _mark({name: before.get(name, {}) for name in {*now, *before}}),
                    )
                _replace(folder / one.name, data)
                files.wrote(one.name, now[one.name]["hash"])
                written += 1
        removed = _remove(folder, sorted(set(before) - set(now)))
        _replace_if_other(folder / MARK, _mark(now))
    except OSError as error:
        raise bad(
            f"the site cannot be written ({reason(error)})",
            shown(folder),
            "a folder that can be made",
            "name another with --out",
        ) from None
    files.keep()
    return Put(written, removed, len(now) - written)


def _compared(
    files: SeenFiles, planned: Iterable[Planned], before: Held
) -> tuple[dict[str, Mapping[str, str]], list[Planned]]:
    """What is said of every file, and those files that have to be made anew."""
    now: dict[str, Mapping[str, str]] = {}
    anew: list[Planned] = []
    for one in planned:
        known = now[one.name] = before.get(one.name, {})
        if not (one.made_from and known.get("from") == one.made_from and _whole(files, one, known)):
            anew.append(one)
    return now, anew


_HALF = ".licet-"


def _mark(held: Held) -> bytes:
    files = ",\n".join(f"{_text(name)}: {_said(held[name])}" for name in sorted(held))
    return f'{{"made_by": "Licet", "form": {FORM}, "files": {{\n{files}\n}}}}\n'.encode()


def _said(of: Mapping[str, str]) -> str:
    hash, made_from = of.get("hash"), of.get("from")
    if isinstance(hash, str) and isinstance(made_from, str):
        return f'{{"hash": {_text(hash)}, "from": {_text(made_from)}}}'
    return "{}"


def _whole(files: SeenFiles, one: Planned, known: Mapping[str, str]) -> bool:
    """Whether the file is there as it was written."""
    return "hash" in known and files.hash(one.name) == known["hash"]


def _same(path: Path, data: bytes) -> bool:
    with contextlib.suppress(OSError):
        return not path.is_symlink() and path.read_bytes() == data
    return False


def _replace_if_other(path: Path, data: bytes) -> None:
    if not _same(path, data):
        _replace(path, data)


def _replace(path: Path, data: bytes) -> None:
    """Whole or not at all. Not forced onto the disk: whatever is lost is made again from the register."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_HALF, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _remove(folder: Path, gone: Sequence[str]) -> int:
    """Files that are no longer part of the site, and folders that are empty then."""
    for name in gone:
        with contextlib.suppress(FileNotFoundError):
            (folder / name).unlink()
    for place in sorted(_folders(folder, gone), key=lambda p: -len(p.parts)):
        with contextlib.suppress(OSError):
            place.rmdir()
    return len(gone)


def _folders(folder: Path, gone: Sequence[str]) -> Iterator[Path]:
    for name in gone:
        for parent in (folder / name).parents:
            if parent == folder:
                break
            yield parent
