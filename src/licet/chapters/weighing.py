"""Weights for a file of answers: read, weigh, write both the answers and the record of how."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, unknown
from licet.files.reading import read_bytes, shown

if TYPE_CHECKING:
    from licet.survey.answers import Answers
    from licet.weighting.margins import Margin
    from licet.weighting.recipe import Recipe, Weighted

COLUMN = "final_weight"


@dataclass(frozen=True)
class WeightedAnswers:
    """Answers with their final weights. margins: the file of the margins, if there is one."""

    answers: Answers
    weighted: Weighted
    source: Path
    margins: Path | None

    def screen(self, column: str = COLUMN) -> str:
        """The diagnostics, 80 columns wide."""
        from licet.report.weighting import text

        return text(self.weighted, self.answers.name, column)


def weigh(
    path: str | Path,
    margins: str | Path | None = None,
    *,
    encoding: str | None = None,
    **how: Any,
) -> WeightedAnswers:
    """Final weights for the answers of a file; nothing is written.

    margins: a CSV or TOML file, see ``files.margins``. how: the other keys of ``Recipe``. Raises
    BadInput with the faults of answers, margins and recipe.
    """
    from licet.files.answers import read_answers
    from licet.files.margins import read_margins
    from licet.weighting.recipe import Recipe, weigh

    found: list[BadInput] = []
    declared: tuple[Margin, ...] = ()
    try:
        declared = read_margins(Path(margins)) if margins is not None else ()
        recipe: Recipe | None = Recipe(margins=declared, **how)
    except BadInput as error:
        found.append(error)
        recipe = None
    try:
        answers = read_answers(Path(path), encoding)
    except BadInput as error:
        found.append(error)
    if found or recipe is None:
        raise BadInput(*(fault for error in found for fault in error.faults))
    weighted = weigh(answers.without_missing(), recipe)
    notes = (*weighted.notes, *answers.notes)
    weighted = replace(weighted, notes=notes)
    return WeightedAnswers(answers, weighted, Path(path), Path(margins) if margins else None)


def record_path(out: Path) -> Path:
    """Where the record lies: weighted.csv has weighted.weights.json beside it."""
    return out.with_name(f"{out.stem}.weights.json")


def write_weighted(
    found: WeightedAnswers, out: Path, column: str = COLUMN, table: Path | None = None
) -> list[Path]:
    """Write answers with weights, the record beside them and, if named, the margins as a CSV table.

    All of them or none; never over a file that was read. Gives the paths.
    """
    import polars as pl

    from licet.files.weighted import check_out, weighted_bytes
    from licet.files.writing import check_not_read, write_together
    from licet.report.weighting import csv_text, record

    out = Path(out)
    inputs = [found.source, *([found.margins] if found.margins else [])]
    check_out(out, inputs, column, found.answers)
    weights = pl.Series(column, found.weighted.weights)
    data = weighted_bytes(found.answers, weights, found.source, out)
    about = {"answers": _about(found.source), "weighted": _of(out, data)}
    if found.margins is not None:
        about["margins"] = _about(found.margins)
    written = record(found.weighted, about, column)
    note = json.dumps(written, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    files = {out: data, record_path(out): note.encode()}
    if table is not None:
        check_not_read(table, *files, *inputs)
        if table.suffix.casefold() != ".csv":
            raise unknown("form of table", table.suffix, [".csv"], f"--table {shown(table)}")
        files[table] = csv_text(found.weighted).encode()
    write_together(files)
    return list(files)


def _about(path: Path) -> dict[str, str]:
    return _of(path, read_bytes(path, 1 << 40))


def _of(path: Path, data: bytes) -> dict[str, str]:
    return {"name": path.name, "sha256": hashlib.sha256(data).hexdigest()}
