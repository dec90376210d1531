"""The log looked at from outside: an exported folder, a proof or a workspace, checked and shown.

``python -m licet.chapters.witnessing FOLDER`` does what ``licet log verify FOLDER`` does with Python's
standard library alone, for whoever trusts no installed package.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from licet.errors import BadInput, bad, unknown
from licet.files.reading import read_bytes, shown
from licet.files.writing import check_folder, write_together
from licet.log import export
from licet.log.checkpoint import read_checkpoint, read_key
from licet.log.history import Line, lines_of
from licet.log.kinds import KINDS
from licet.log.leaves import Leaf
from licet.log.verified import Finding, Verified, verified_data, verified_text

LARGEST = 2_000_000_000
"""Bytes of one exported file."""
SMALL = 1_000_000
_IN_FOLDER = (
    "a folder with leaves.jsonl and checkpoint.txt, a proof.json, or a workspace with a log"
)

__all__ = [
    "Entry", "entries", "entries_data", "entries_text", "verified_data", "verified_text", "verify",
    "write_export",
]  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One leaf of the log with its place, from 0."""

    index: int
    leaf: Leaf


def verify(path: Path, *, earlier: Sequence[Path] = (), key: Path | None = None) -> Verified:
    """Check an exported log, the log of a workspace, or a proof.json.

    earlier: checkpoints that were kept. key: a file with the key that the reader trusts. Raises BadInput
    for what cannot be read at all.
    """
    olds = {shown(old): _checkpoint(old) for old in earlier}
    trusted = None if key is None else _key(key)
    path = Path(path)
    if path.suffix == ".json":
        if olds:
            raise bad("a proof is not compared with a checkpoint", "--earlier", "a whole log")
        data = read_bytes(path, SMALL)
        return export.verify_proof(data, None if trusted is None else trusted.encode() + b"\n")[0]
    files, beside = _files(path)
    found = export.verify_folder(files, trusted, olds)
    return replace(found, findings=(*found.findings, *beside))


def entries(
    path: Path, *, kind: str | None = None, use: str | None = None, since: date | None = None
) -> tuple[Entry, ...]:
    """The leaves of a log from the oldest on: of one kind, about one use, since a day (UTC).

    Raises BadInput for a log that cannot be read and for a kind that nothing has.
    """
    findings: list[Finding] = []
    files, _ = _files(Path(path))
    lines = lines_of(files.get(export.LEAVES, b""), export.LEAVES, findings)
    if findings:
        todo = "licet log verify says all that is wrong with it"
        raise bad("the log is broken", str(findings[0]), "", todo)
    every = list(_entries(lines))
    kinds = list(dict.fromkeys([*KINDS, *(entry.leaf.kind for entry in every)]))
    if kind is not None and kind not in kinds:
        raise unknown("kind of leaf", kind, kinds, "--kind")
    return tuple(
        entry
        for entry in every
        if kind in (None, entry.leaf.kind)
        and use in (None, entry.leaf.body.get("use"))
        and (since is None or entry.leaf.at.date() >= since)
    )


def entries_text(found: Iterable[Entry]) -> str:
    """Leaves in sentences, one a paragraph."""
    lines = [
        f"{entry.index:>6}  {entry.leaf.at:%Y-%m-%d %H:%M}  {entry.leaf.sentence}"
        for entry in found
    ]
    return "\n".join(lines) or "The log holds nothing of that."


def entries_data(found: Iterable[Entry]) -> list[dict[str, Any]]:
    """Leaves as data, each with the sentence that the public reads."""
    return [
        {
            "index": entry.index,
            "kind": entry.leaf.kind,
            "at": entry.leaf.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "body": dict(entry.leaf.body),
            "sentence": entry.leaf.sentence,
        }
        for entry in found
    ]


def write_export(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files of ``export.exported`` to a folder, all or none; their paths.

    Raises BadInput where the files are no sound log, and where the folder cannot be written in.
    """
    found = export.verify_folder(files)
    if not found.sound:
        raise bad("this log is broken and is not written", str(found.findings[0]))
    check_folder(folder)
    targets = {Path(folder) / name: data for name, data in files.items()}
    for place in {path.parent for path in targets}:
        place.mkdir(parents=True, exist_ok=True)
    write_together(targets)
    return list(targets)


def of_store(workspace: Path) -> tuple[Mapping[str, bytes], tuple[Finding, ...]] | None:
    """The log that a workspace's store keeps, as the files of an export; None if it keeps none.

    The store is the one that the workspace works with: see ``stores.open_store``.
    With it what is wrong with the hashes that the store keeps beside the log. Raises BadInput.
    """
    from licet.chapters.stores import database_of, open_store
    from licet.files.workspace import read_workspace

    read = read_workspace(workspace)
    url, _ = database_of(read)
    start = "sqlite:///"
    if url.startswith(start) and not Path(url.removeprefix(start)).is_file():
        return None
    with open_store(read) as store:
        if not store.log.size:
            return None
        files = store.log.export()
        found = store.log.verify().findings
    return files, tuple(finding for finding in found if finding.file not in files)


def _files(path: Path) -> tuple[Mapping[str, bytes], tuple[Finding, ...]]:
    """The files of an exported log by name: those of the folder, of the store, or of log/ in it.

    With them what the store's own check found beside them.
    """
    if _holds_log(path):
        return _read(path), ()
    if (path / "licet.toml").is_file():
        kept = of_store(path)
        if kept is not None:
            return kept
    if _holds_log(path / "log"):
        return _read(path / "log"), ()
    if (path / "licet.toml").is_file():
        raise bad("this workspace has no log yet", shown(path), _IN_FOLDER)
    if not path.exists():
        raise bad("there is no such folder", shown(path), _IN_FOLDER, "correct the path")
    raise bad("no log is here", shown(path), _IN_FOLDER)


def _holds_log(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (export.LEAVES, export.CHECKPOINT))


def _read(folder: Path) -> dict[str, bytes]:
    fixed = [export.LEAVES, export.CHECKPOINT, export.KEY, export.SUMS]
    names = [name for name in fixed if (folder / name).exists()]
    olds = sorted((folder / export.EARLIER).glob("*"))
    names += [f"{export.EARLIER}{old.name}" for old in olds if not old.name.startswith(".")]
    return {name: read_bytes(folder / name, LARGEST) for name in names}


def _entries(lines: Iterable[Line]) -> Iterable[Entry]:
    for index, line in enumerate(lines):
        if line.leaf is not None:
            yield Entry(index, line.leaf)


def _checkpoint(path: Path) -> bytes:
    data = read_bytes(path, SMALL)
    read_checkpoint(data, shown(path))
    return data


def _key(path: Path) -> str:
    """The text of a key; one that was copied from a page may have other line ends around it."""
    try:
        text = read_bytes(path, SMALL).decode().strip()
    except UnicodeDecodeError:
        raise bad("this is not the text of a key", shown(path), "NAME+ID+BASE64") from None
    return read_key(text, shown(path)).text


def main(arguments: Sequence[str] | None = None) -> int:
    """``licet log verify`` without any installed package; gives the exit status."""
    parser = argparse.ArgumentParser(
        "python -m licet.chapters.witnessing", description=verify.__doc__
    )
    parser.add_argument("path", type=Path, nargs="?", default=Path())
    parser.add_argument("--earlier", type=Path, action="append", default=[])
    parser.add_argument("--key", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    try:
        found = verify(given.path, earlier=given.earlier, key=given.key)
    except BadInput as error:
        print(f"licet: {error}", file=sys.stderr)
        return 2
    what = "proof" if given.path.suffix == ".json" else "log"
    data = json.dumps(verified_data(found), indent=2, ensure_ascii=False)
    print(data if given.json else verified_text(found, what))
    return found.status


if __name__ == "__main__":
    raise SystemExit(main())
