"""The quality of evidence, from a folder or from memory: what ``licet quality`` calls."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from licet.checks import NO_CHECKS, Checks
from licet.errors import bad
from licet.evidence import Evidence
from licet.files.checks import checks_of
from licet.files.codebook import evidence_folders, read_evidence
from licet.files.writing import check_folder, write_together
from licet.findings import Terms
from licet.quality import Quality, examine
from licet.readings import Settings
from licet.use import Use

if TYPE_CHECKING:
    from licet.assessment import Assessment
    from licet.survey.answers import Answers

__all__ = ["quality", "quality_json", "quality_screen", "write_quality"]

Source = Evidence | tuple[Evidence, "Answers | None"] | str | Path
"""Evidence in printed figures, with its answers, or a folder to read it from."""


def quality(
    evidence: Source,
    use: Use | str | Path | None = None,
    *,
    today: date,
    checks: Checks | None = None,
    margins: str | Path | None = None,
    settings: Settings = Settings(),
    terms: Terms | None = None,
) -> Quality:
    """Everything known of the quality of one evidence; with a use, also what would change its ruling.

    evidence: Evidence in printed figures, (Evidence, Answers), or a folder with one codebook. checks:
    None takes those of the codebook. margins: a file of known margins of the population. terms: None
    takes those of the use's workspace, if it has one. Raises BadInput.
    """
    from licet.files.margins import read_margins

    folder = only_folder(Path(evidence)) if isinstance(evidence, str | Path) else None
    declared, answers = read_evidence(folder) if folder else _in_memory(evidence)
    if checks is None:
        checks = checks_of(folder) if folder else NO_CHECKS
    ruled = None
    if use is not None:
        ruled = _assess(use, (declared, answers), today, settings, terms)
        settings, terms = ruled.settings, ruled.terms
    return examine(
        declared,
        answers,
        checks,
        today=today,
        settings=settings,
        terms=terms or Terms(),
        margins=read_margins(Path(margins)) if margins is not None else (),
        assessment=ruled,
    )


def only_folder(path: Path) -> Path:
    """The one folder with a codebook at or below ``path``. Refuses several."""
    found = evidence_folders(path)
    if len(found) > 1:
        raise bad(
            f"{len(found)} pieces of evidence",
            str(path),
            "one folder with a codebook.toml",
            f"name one of them: {', '.join(folder.name for folder in found)}",
        )
    return found[0]


def _in_memory(source: Source) -> tuple[Evidence, Answers | None]:
    if isinstance(source, Evidence):
        return source, None
    assert isinstance(source, tuple)
    return source


def _assess(
    use: Use | str | Path,
    pair: Source,
    today: date,
    settings: Settings,
    terms: Terms | None,
) -> Assessment:
    from licet.chapters.ruling import assess

    return assess(use, pair, today=today, settings=settings, terms=terms)


def quality_screen(found: Quality) -> str:
    """The page for the terminal, short."""
    from licet.report.quality.screen import quality_text

    return quality_text(found)


def quality_json(found: Quality) -> str:
    """Everything as one JSON document."""
    from licet.report.quality.data import json_text

    return json_text(found)


def write_quality(found: Quality, folder: Path) -> dict[str, Path]:
    """Write page, tables and data below ``folder``; returns the paths by kind."""
    from licet.report.quality.data import json_text, tables
    from licet.report.quality.page import page

    texts = {"page": ("quality.html", page(found)), "data": ("quality.json", json_text(found))}
    texts |= {name: (f"quality-{name}.csv", text) for name, text in tables(found).items()}
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_together({folder / name: text.encode("utf-8") for name, text in texts.values()})
    return {kind: folder / name for kind, (name, _) in texts.items()}
