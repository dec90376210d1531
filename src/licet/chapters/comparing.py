"""Comparisons from a folder of evidence or from evidence in memory: what ``licet contrasts`` calls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from licet.checks import NO_CHECKS, Checks
from licet.comparisons import USUAL, Appreciable, Battery, Comparisons, Request, compare
from licet.errors import bad, unknown
from licet.evidence import Evidence
from licet.files.checks import checks_of
from licet.files.codebook import evidence_folders, read_evidence_folder
from licet.files.comparing import ComparisonTerms
from licet.files.workspace import find_workspace
from licet.files.writing import check_folder, write_together
from licet.groups import ALL
from licet.readings import Settings

if TYPE_CHECKING:
    from licet.survey.answers import Answers

__all__ = [
    "Appreciable",
    "Battery",
    "ComparisonTerms",
    "Request",
    "Settings",
    "comparison_terms",
    "contrasts",
    "contrasts_json",
    "contrasts_screen",
    "write_contrasts",
]

Source = Evidence | tuple[Evidence, "Answers | None"] | str | Path


def comparison_terms(folder: str | Path) -> ComparisonTerms:
    """The rule that the workspace of a folder declares in [comparisons], or the usual one."""
    workspace = find_workspace(Path(folder))
    return workspace.comparisons if workspace else ComparisonTerms()


def contrasts(
    evidence: Source,
    request: Request = USUAL,
    settings: Settings = Settings(),
    *,
    earlier: Source | None = None,
) -> Comparisons:
    """Groups against the rest, pairs, waves and batteries of one evidence, answers or printed.

    evidence: Evidence in printed figures, (Evidence, Answers), or a folder with one codebook. earlier:
    another fieldwork, independent of it, to compare with. A base of ``settings`` for an unknown
    group, and every name in the request that the evidence has not, raises BadInput.
    """
    (declared, answers), checks = _one(evidence), _checks(evidence)
    request.checked(declared)
    if settings.deff is not None and declared.printed is None:
        todo = "leave it out: answers have a design effect of their own"
        raise bad("a design effect for answers", "--deff", "with printed figures only", todo)
    for column, option in ((request.wave, "--wave"), (request.person, "--person")):
        if column is not None and answers is not None and column not in answers.frame.columns:
            raise unknown("column", column, answers.frame.columns, option)
    _people_named(request, declared)
    for group in settings.bases:
        known = [ALL, *(one.id for one in declared.groups)]
        if group not in known:
            raise unknown("group", group, known, "--base")
    before = None if earlier is None else _one(earlier)
    both = (checks, NO_CHECKS if earlier is None else _checks(earlier))
    return compare(declared, answers, request, settings, earlier=before, checks=both)


def _people_named(request: Request, declared: Evidence) -> None:
    """Refuse waves of answers that say nothing of whose rows they are."""
    design = declared.design
    if request.wave is None or request.person or design is None or design.psu or design.replicates:
        return
    raise bad(
        f"waves in the column {request.wave!r}, and nothing says which rows are one person's",
        "--wave",
        "--person COLUMN beside it; or clusters (psu) or replicate weights in the codebook",
        f"add --person and the column that numbers the people: --wave {request.wave} --person ID",
    )


def _checks(source: Source) -> Checks:
    """What the codebook says of options outside every base; nothing of evidence in memory."""
    if not isinstance(source, str | Path):
        return NO_CHECKS
    return checks_of(evidence_folders(Path(source))[0])


def _one(source: Source) -> tuple[Evidence, Answers | None]:
    if isinstance(source, Evidence):
        return source, None
    if isinstance(source, tuple):
        return source
    found = read_evidence_folder(Path(source))
    if len(found) > 1:
        raise bad(
            f"{len(found)} pieces of evidence",
            str(source),
            "one folder with a codebook.toml",
            f"name one of them: {', '.join(evidence.id for evidence, _ in found)}",
        )
    return found[0]


def contrasts_screen(found: Comparisons) -> str:
    """The comparisons for the terminal."""
    from licet.report.comparisons.screen import comparisons_text

    return comparisons_text(found)


def contrasts_json(found: Comparisons) -> str:
    """The comparisons as one JSON document."""
    from licet.report.comparisons.data import json_text

    return json_text(found)


def write_contrasts(found: Comparisons, folder: Path) -> dict[str, Path]:
    """Write page, tables and data below ``folder``; returns the paths by kind."""
    from licet.report.comparisons.data import batteries_csv, csv_text, json_text
    from licet.report.comparisons.page import page

    texts = {
        "page": ("comparisons.html", page(found)),
        "table": ("comparisons.csv", csv_text(found)),
        "batteries": ("batteries.csv", batteries_csv(found)),
        "data": ("comparisons.json", json_text(found)),
    }
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_together({folder / name: text.encode("utf-8") for name, text in texts.values()})
    return {kind: folder / name for kind, (name, _) in texts.items()}
