"""A workspace: made, checked, looked at, and shown as an example."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from licet.assessment import Assessment
from licet.errors import BadInput, bad, counted
from licet.files.codebook import read_evidence_folder
from licet.files.workspace import (
    SETTINGS,
    Workspace,
    check_workspace,
    find_workspace,
    init_workspace,
    root_of,
)

if TYPE_CHECKING:
    pass

from licet.chapters.ruling import assess, assessment_screen, reports_folder, write_reports


def init(folder: Path) -> str:
    """Make a workspace that runs as it is; says what to type next."""
    init_workspace(folder, files("licet.bundled") / "town")
    return (
        f"A workspace is in {folder}: licet.toml, uses/, evidence/. It runs as it is.\n"
        f"Next: licet assess {folder / 'uses' / 'early-help.toml'}\n"
        f"      licet status {folder}"
    )


def check(path: Path, *, today: date) -> str:
    """Say that a workspace has no fault, and what to know of its evidence that is none.

    Raises BadInput with every fault of every file.
    """
    from licet.report.ruling.standing import check_text

    root = root_of(path)
    faults = check_workspace(root)
    if faults:
        raise BadInput(*faults)
    uses = len(list((root / "uses").glob("*.toml")))
    good = f"{root}: no fault in {SETTINGS}, {counted(uses, 'use', 'uses')} and their evidence."
    evidence = [one for one, _ in read_evidence_folder(root / "evidence")]
    return check_text(good, evidence, today)


def status(path: Path, *, today: date) -> str:
    """Where each use of a workspace stands today, and what to do next."""
    from licet.report.ruling.standing import standing_text

    workspace = _workspace(path)
    uses: list[tuple[str, Assessment | BadInput]] = []
    for use in workspace.uses:
        try:
            uses.append((use.name, assess(use, today=today, vary=False)))
        except BadInput as error:
            uses.append((use.name, error))
    evidence = [one for one, _ in read_evidence_folder(workspace.evidence)]
    return standing_text(workspace.name, today, uses, evidence)


def _workspace(path: Path) -> Workspace:
    workspace = find_workspace(path)
    if workspace is None:
        raise bad(
            "this is no workspace",
            str(path),
            "a folder with licet.toml, or a path in one",
            "make one: licet init town/",
        )
    return workspace


def demo(folder: Path, *, today: date) -> Iterator[str]:
    """The article's example: a workspace, its uses ruled on, reports written; a line per stage."""
    from licet.report.screens import plain

    if not (folder / "licet.toml").exists():
        init_workspace(folder, files("licet.bundled") / "town")
    workspace = _workspace(folder)
    yield f"{plain(workspace.name)} in {folder}; its evidence: the printed figures of a published article"
    screen = report = ""
    for use in workspace.uses:
        start = perf_counter()
        found = assess(use, today=today)
        path = write_reports(found, reports_folder(use, found))["report"]
        yield f"  {use.stem:<16} {found.ruling.heading:<28} {perf_counter() - start:4.1f} s"
        if use.stem == "early-help-wide":
            screen, report = assessment_screen(found), str(path)
    yield f"\nThe ruling on early-help-wide in full:\n\n{screen}\n"
    yield f"Report: {report}"
    yield f"All reports: {folder / 'reports'}"
    yield f"Next: licet explain {folder / 'uses' / 'early-help-wide.toml'}"
