"""A workspace: made, checked, looked at, and shown as an example."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from licet.assessment import Assessment
from licet.errors import BadInput, bad, counted
from licet.files.codebook import evidence_folders, read_evidence, read_evidence_folder
from licet.files.criteria import FOLDER
from licet.files.workspace import (
    SETTINGS,
    Workspace,
    check_workspace,
    find_workspace,
    init_workspace,
    root_of,
)

if TYPE_CHECKING:
    from licet.states import State

from licet.chapters.forecast_documents import forecast_faults
from licet.chapters.rules import rule_faults
from licet.chapters.ruling import assess
from licet.chapters.stating import looked_at, state_of


def init(folder: Path) -> str:
    """Make a workspace that runs as it is; says what to type next."""
    init_workspace(folder, files("licet.bundled") / "town")
    return (
        f"A workspace is in {folder}: licet.toml, uses/, evidence/. It runs as it is.\n"
        f"Next: licet assess {folder / 'uses' / 'early-help.toml'}\n"
        f"      licet status {folder}"
    )


def decides_about_people(path: Path) -> bool:
    """Whether something lies in a workspace with evidence that is neither an example nor made up."""
    workspace = find_workspace(path)
    if workspace is None:
        return False
    try:
        found = [read_evidence(folder)[0] for folder in evidence_folders(workspace.evidence)]
    except BadInput:  # what cannot be read is told by whatever is done with it
        return False
    return any(not (one.example_only or one.synthetic) for one in found)


def check(path: Path, *, today: date) -> str:
    """Say that a workspace has no fault, and what to know of its evidence that is none.

    Raises BadInput with every fault of every file.
    """
    from licet.report.ruling.standing import check_text

    root = root_of(path)
    faults = [*check_workspace(root), *rule_faults(root), *forecast_faults(root)]
    if faults:
        raise BadInput(*faults)
    uses = len(list((root / "uses").glob("*.toml")))
    rules = len(list((root / FOLDER).glob("*.toml")))
    more = (
        f", their evidence and {counted(rules, 'rule', 'rules')}"
        if rules
        else " and their evidence"
    )
    good = f"{root}: no fault in {SETTINGS}, {counted(uses, 'use', 'uses')}{more}."
    evidence = [one for one, _ in read_evidence_folder(root / "evidence")]
    return check_text(good, evidence, today)


def status(path: Path, *, today: date) -> str:
    """Where each use of a workspace stands today, and what to do next."""
    from licet.report.ruling.standing import standing_text

    workspace = _workspace(path)
    uses: list[tuple[str, tuple[Assessment, State] | BadInput]] = []
    with looked_at(workspace) as store:
        for use in workspace.uses:
            try:
                found = assess(use, today=today, vary=False)
            except BadInput as error:
                uses.append((use.name, error))
                continue
            uses.append((use.name, (found, state_of(workspace, store, found, today))))
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
