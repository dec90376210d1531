"""A use drafted in a browser: its document, and the ruling it would get before anything is linked."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from licet.assessment import Assessment
from licet.chapters.ruling import assess
from licet.errors import bad
from licet.files.codebook import read_evidence_folder
from licet.files.use import read_use
from licet.files.use_draft import UseFacts, draft_use
from licet.files.workspace import SETTINGS, read_workspace
from licet.files.writing import write_text
from licet.use import Use


@dataclass(frozen=True)
class Proposed:
    """text: the use as TOML, every guess marked CHECK. headline, reasons: of the ruling it would get.
    smaller: smaller uses that would pass, each by what it leaves out."""

    text: str
    assessment: Assessment
    headline: tuple[str, ...]
    reasons: tuple[str, ...]
    smaller: tuple[str, ...]

    @property
    def use(self) -> Use:
        """The use."""
        return self.assessment.use


def propose(root: Path, facts: UseFacts, *, today: date) -> Proposed:
    """Draft a use of a workspace and rule on it. Nothing is written.

    Raises BadInput for facts that do not fit, with every fault.
    """
    from licet.report.ruling.wording import headline, reason_texts

    workspace = read_workspace(root)
    evidence = [one for one, _ in read_evidence_folder(workspace.evidence)]
    text = draft_use(facts, today, evidence)
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / f"{facts.id}.toml"
        write_text(path, text)
        use = read_use(path)
    found = assess(use, workspace.evidence, today=today, terms=workspace.terms, vary=False)
    smaller = tuple(f"{', '.join(one.left_out)}: {one.ruling.heading}" for one in found.smaller)
    return Proposed(text, found, tuple(headline(found)), tuple(reason_texts(found)), smaller)


def keep_proposed(root: Path, proposed: Proposed) -> Path:
    """Write a drafted use into its workspace. Raises BadInput where one of that name is there."""
    workspace = read_workspace(root)
    path = workspace.root / "uses" / f"{proposed.use.id}.toml"
    if path.exists():
        raise bad(
            f"there is a use {proposed.use.id!r} already",
            f"{SETTINGS}: uses/",
            "a new name; whoever changes a use edits its file and gives it a new version",
            "choose another short name",
        )
    path.parent.mkdir(exist_ok=True)
    write_text(path, proposed.text)
    return path
