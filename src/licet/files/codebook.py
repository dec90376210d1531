"""Evidence from its folder: ``codebook.toml`` with the answers or the printed figures beside it."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, Fault, bad, nearest
from licet.evidence import Evidence, Fieldwork, Population, PrintedFigure
from licet.files import checks
from licet.files.answers import read_answers
from licet.files.codebook_parts import (
    read_batteries,
    read_groups,
    read_items,
    read_printed,
    read_scales,
)
from licet.files.figures import numbered_figures
from licet.files.reading import check_file, reason, shown
from licet.files.sections import Faults
from licet.files.toml import read_toml
from licet.groups import ALL
from licet.sampling import DesignDeclaration

if TYPE_CHECKING:
    from licet.survey.answers import Answers

CODEBOOK = "codebook.toml"
_TOP = ("id", "title", "purpose", "setting", "synthetic", "example_only", "draft", "notice")
_SECTIONS = ("population", "fieldwork", "answers", "design", "printed", "scales", "items", "groups",
             "batteries",             *checks.SECTIONS)  # fmt: skip


def read_evidence(folder: Path) -> tuple[Evidence, Answers | None]:
    """The evidence declared in ``folder``, and its answers if it has a survey file.

    Columns of items come as text, so that answers and options can be compared. Refuses with all
    faults of codebook and figures at once; if there are none, with all faults of the answers.
    """
    folder = Path(folder)
    path = folder / CODEBOOK
    faults = Faults(shown(path))
    document = faults.table(read_toml(path), "", (*_TOP, *_SECTIONS)) or {}
    source = _source(document, folder, faults)
    evidence = _evidence(document, source, folder, faults)
    faults.refuse()
    assert evidence is not None
    if "answers" not in document:
        return evidence, None
    return evidence, _answers(evidence, document, folder / source["file"])


def read_evidence_folder(path: Path) -> tuple[tuple[Evidence, Answers | None], ...]:
    """Every evidence in the folders below ``path``, or the one in ``path`` itself, sorted by id.

    Refuses a folder without any codebook and an id that two codebooks share; all faults at once.
    """
    path = Path(path)
    faults: list[Fault] = []
    found = []
    for folder in evidence_folders(path):
        try:
            found.append((folder, read_evidence(folder)))
        except BadInput as error:
            faults += error.faults
    first: dict[str, Path] = {}
    for folder, (evidence, _) in found:
        before = first.setdefault(evidence.id, folder)
        if before != folder:
            what = f"the id {evidence.id!r} is also that of {before.name!r}"
            where = f"{shown(folder / CODEBOOK)}: id"
            faults.append(Fault(what, where, "each evidence its own id", "change one of them"))
    if faults:
        raise BadInput(*faults)
    return tuple(sorted((read for _, read in found), key=lambda read: read[0].id))


def evidence_folders(path: Path) -> list[Path]:
    """The folders that hold a codebook: ``path`` itself, or those below it, by name."""
    todo = (
        f"make a folder in it with a {CODEBOOK}; `licet new codebook` drafts one from a survey file"
    )
    if path.is_file():
        allowed = "a folder of evidence, with answers and what they mean"
        todo = f"licet new codebook {shown(path)} --out FOLDER, then name that folder"
        raise bad("this is a file", shown(path), allowed, todo)
    if not path.is_dir():
        raise bad(
            "there is no such folder", shown(path), "a folder of evidence", "correct the path"
        )
    if (path / CODEBOOK).exists():
        return [path]
    try:
        folders = sorted(entry for entry in path.iterdir() if (entry / CODEBOOK).exists())
    except OSError as error:
        raise bad(f"the folder cannot be read ({reason(error)})", shown(path)) from None
    if not folders:
        raise bad("no evidence: no folder here has a codebook", shown(path), CODEBOOK, todo)
    return folders


def _source(document: dict[str, Any], folder: Path, faults: Faults) -> dict[str, Any]:
    """The table that names the data file, [answers] or [printed], if the file is there."""
    named = [name for name in ("answers", "printed") if name in document]
    if len(named) != 1:
        what = "both [answers] and [printed]" if named else "neither [answers] nor [printed]"
        faults.add(what, "", "one of the two", 'add [answers] with file = "answers.sav"')
    if "design" in document and named == ["printed"]:
        faults.add("printed figures have no design", "design", "[design] only with [answers]")
    if "design" not in document and named == ["answers"]:
        todo = 'add [design] with weight = "COLUMN", or unweighted = true'
        faults.add("no design is declared", "design", "[design]", todo)
    source: dict[str, Any] = {}
    for name in named:
        keys = ("file", "encoding", "id") if name == "answers" else ("file", "deff", "other_bases")
        source = faults.table(document[name], name, keys) or {}
        for key in ("file", "encoding", "id"):
            if key in source and not isinstance(source[key], str):
                faults.add(f"this is not text: {str(source[key])[:80]!r}", f"{name}.{key}", '"..."')
                source.pop(key)
            elif key == "file" and key not in source:
                faults.add("the key 'file' is missing", f"{name}.file", "", 'add file = "..."')
        if "file" in source and not _is_beside(source["file"], folder, name, faults):
            source.pop("file")
    return source


def _is_beside(name: str, folder: Path, section: str, faults: Faults) -> bool:
    """Whether the data file is in the evidence folder; noted if not."""
    parts = (*PurePosixPath(name).parts, *PureWindowsPath(name).parts)
    outside = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or ".." in parts
    try:
        inside = not outside and (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        inside = False
    if not name.strip() or not inside:
        allowed = "a file in the same folder, without .. and not from the root"
        faults.add(f"the file {name[:80]!r} is not in this folder", f"{section}.file", allowed)
        return False
    try:
        check_file(folder / name)
    except BadInput as error:
        faults.extend(fault.within(f"{section}.file") for fault in error.faults)
        return False
    return True


def _evidence(
    document: dict[str, Any], source: dict[str, Any], folder: Path, faults: Faults
) -> Evidence | None:
    """The evidence made from its sections, or None if any of them has a fault."""
    printed = "printed" in document
    parts: dict[str, Any] = {key: document[key] for key in _TOP if key in document}
    scales = read_scales(document.get("scales", {}), faults)
    parts["items"] = read_items(document.get("items", []), scales, printed, faults)
    parts["groups"] = read_groups(document.get("groups", []), printed, faults)
    items = _ids(document.get("items"))
    parts["batteries"] = read_batteries(document.get("batteries", []), items, faults)
    named = (_ids(document.get("items")), _ids(document.get("groups")))
    checks.check_sections(document, *named, faults)
    sections: dict[str, Any] = {"population": Population, "fieldwork": Fieldwork}
    if "design" in document and not printed:
        sections["design"] = DesignDeclaration
    for name, form in sections.items():
        table = faults.table(document.get(name, {}), name, form.model_fields)
        if name == "design" and table and table.get("replicates") in ([], ""):
            todo = 'write replicates = "NAME1-80", or take the line out'
            allowed = "at least one column of replicate weights"
            faults.add("no replicate column is named", "design.replicates", allowed, todo)
            table.pop("replicates")
        if name in document and table is not None:
            parts[name] = faults.attempt(name, partial(form, **table))
    if printed:
        groups = _ids(document.get("groups"))
        parts["printed"] = read_printed(source, groups, faults)
        parts["figures"] = _figures(document, source, folder, faults)
    parts["files"] = _hashes(folder, source)
    return _whole(parts, document, faults)


def _whole(parts: dict[str, Any], document: dict[str, Any], faults: Faults) -> Evidence | None:
    """The evidence; faults that only follow from faults already noted are left out."""
    try:
        return Evidence(**parts)
    except BadInput as error:
        follow = {"", *(name for name, part in parts.items() if part is None)}
        for name in ("items", "groups"):
            listed = document.get(name, [])
            if not _is_list(listed) or len(parts[name]) < len(listed):
                follow.add(name)
        for fault in error.faults:
            if fault.where not in follow and not fault.where.startswith("figure "):
                faults.extend([fault])
        return None


def _ids(tables: Any, kind: str | None = None) -> set[str]:
    """The ids that are declared, also in tables with other faults; those of one kind if asked."""
    entries = [entry for entry in tables if isinstance(entry, dict)] if _is_list(tables) else []
    chosen = [entry.get("id") for entry in entries if kind is None or entry.get("kind") == kind]
    return {id for id in chosen if isinstance(id, str)}


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _figures(
    document: dict[str, Any], source: dict[str, Any], folder: Path, faults: Faults
) -> tuple[PrintedFigure, ...]:
    """The printed figures; each must be of a declared item and group and have a base."""
    if "file" not in source:
        return ()
    path = folder / source["file"]
    try:
        rows = numbered_figures(path)
    except BadInput as error:
        faults.found += error.faults
        return ()
    known = {"item": _ids(document.get("items")), "group": {ALL, *_ids(document.get("groups"))}}
    awareness = _ids(document.get("items"), "awareness")
    good = []
    for row, figure in rows:
        where = f"{shown(path)}: row {row}"
        found = [*_unknown(known, figure, where)]
        if figure.base is None and figure.item not in awareness:
            todo = "add how many people of the group answered"
            found.append(Fault("the base is missing", f"{where}, column 'base'", "843", todo))
        faults.found += found
        good += [] if found else [figure]
    return tuple(good)


def _unknown(known: dict[str, set[str]], figure: PrintedFigure, where: str) -> list[Fault]:
    faults = []
    for thing, name in (("item", figure.item), ("group", figure.group)):
        if name not in known[thing]:
            near = nearest(name, known[thing])
            todo = f"write {near!r} if that is meant" if near else f"declare it in [[{thing}s]]"
            allowed = ", ".join(sorted(known[thing]))
            place = f"{where}, column {thing!r}"
            faults.append(Fault(f"unknown {thing} {name[:80]!r}", place, allowed, todo))
    return faults


def _hashes(folder: Path, source: dict[str, Any]) -> dict[str, str]:
    """SHA-256 of the codebook and its data file, by name."""
    hashes = {}
    for name in (CODEBOOK, *([source["file"]] if "file" in source else [])):
        with open(folder / name, "rb") as file:
            hashes[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def _answers(evidence: Evidence, document: dict[str, Any], path: Path) -> Answers:
    """The answers of the evidence, checked against its codebook."""
    from licet.files.agreement import check_answers, with_text_items
    from licet.readings import check_design

    source = document["answers"]
    answers = with_text_items(evidence, read_answers(path, source.get("encoding")))
    faults = check_answers(evidence, answers, source.get("id"))
    faults += checks.unknown_columns(document.get("checks", {}), answers.frame.columns)
    if faults:
        raise BadInput(*(fault.within(shown(path)) for fault in faults))
    try:
        check_design(evidence, answers)
    except BadInput as error:
        raise error.within(shown(path)) from None
    return answers
