"""The story, one function per stage, each a few calls long. Read this first.

    measure   evidence -> weighted shares with intervals             table, paper, judge
    rule      verdicts + a declared use -> a ruling with reasons     assess
    publish   reports of the ruling                                  write_reports
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from licet import assessment as assessing
from licet.assessment import Assessment
from licet.errors import bad
from licet.evidence import Evidence
from licet.files.codebook import read_evidence, read_evidence_folder
from licet.files.use import read_use
from licet.findings import Terms
from licet.measuring import PAPER, judge, paper, read_answers, table, table_of_file, write_table
from licet.readings import Reading, Settings, read
from licet.use import Use

if TYPE_CHECKING:
    from licet.survey.answers import Answers

Source = Evidence | tuple[Evidence, "Answers | None"] | str | Path
"""Evidence itself, with its answers, or a folder to read it from."""

def assess(
    use: Use | str | Path,
    evidence: Source | Iterable[Source] | None = None,
    *,
    today: date,
    settings: Settings = Settings(),
    terms: Terms | None = None,
    vary: bool = True,
) -> Assessment:
    """Rule on a use from evidence, and say what follows from it.

    use: a Use or the path of its TOML file. evidence: one or several of: Evidence in printed
    figures, (Evidence, Answers), a folder; None takes the evidence of the workspace around the use.
    today: the day to rule for. terms None: those of the workspace, else the defaults. vary: also
    try other settings. Raises BadInput with every fault found.
    """
    declared = use if isinstance(use, Use) else read_use(Path(use))
    workspace = None if isinstance(use, Use) else _workspace(Path(use))
    if evidence is None:
        if workspace is None:
            raise bad(
                "no evidence is named, and the use lies in no workspace",
                str(declared.id),
                "a folder with a codebook.toml, or with such folders",
                "add --evidence DIR, or put the use into a workspace: licet init town/",
            )
        evidence = workspace.evidence
    sources = _sources(evidence)
    if terms is None:
        terms = workspace.terms if workspace else Terms()

    def measure(settings: Settings) -> list[Reading]:
        return [read(one, answers, settings) for one, answers in sources]

    return assessing.assess(
        declared, measure, today=today, terms=terms, settings=settings, vary=vary
    )


def _workspace(use: Path):  # type: ignore[no-untyped-def]
    from licet.files.workspace import find_workspace

    return find_workspace(use)


def _sources(evidence: Source | Iterable[Source]) -> list[tuple[Evidence, Answers | None]]:
    if isinstance(evidence, Evidence):
        return [(evidence, None)]
    if isinstance(evidence, str | Path):
        return list(read_evidence_folder(Path(evidence)))
    if isinstance(evidence, tuple) and evidence and isinstance(evidence[0], Evidence):
        return [(evidence[0], evidence[1])]  # type: ignore[list-item]
    return [pair for one in evidence for pair in _sources(one)]  # type: ignore[arg-type]


def write_reports(assessment: Assessment, folder: Path) -> dict[str, Path]:
    """Write every report of a ruling below ``folder``; returns the paths by kind of report."""
    from licet.files.writing import write_bytes, write_text
    from licet.report.annex import annex
    from licet.report.assessment_csv import csv_text
    from licet.report.assessment_html import page
    from licet.report.assessment_json import json_text

    paths = {
        "report": folder / "assessment.html",
        "data": folder / "assessment.json",
        "table": folder / "assessment.csv",
        "annex": folder / "annex.docx",
    }
    texts = {"report": page(assessment), "data": json_text(assessment), "table": csv_text(assessment)}
    document = annex(assessment)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in texts.items():
        write_text(paths[kind], text)
    write_bytes(paths["annex"], document)
    return paths


