"""What R said, and of whom: the files beside this one, read in one place, and figures held to them."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent
TOLERANCE = 1e-9
KEY = ["item", "option", "by", "group"]
"""What a row of R's is about."""
MEASURES = ["n", "estimate", "se", "df", "deff", "difference", "difference_se"]
GROUPS = ["ethnicity", "lone", "age", "place"]
PERMITS = {
    "trust_a": ("trusts",),
    "trust_b": ("fully", "mostly"),
    "aware": ("yes",),
    "settled": ("yes",),
}
"""The battery of the fixtures, a mean of four shares: what counts as permitting, item by item."""

Row = dict[str, str]
Run = tuple[str, str, str]
"""A design, a policy for lonely PSUs, and whether replicates vary about the estimate (TRUE, FALSE, NA)."""


# --- people -------------------------------------------------------------------------------------


def design_path(name: str) -> Path:
    """The file of a design: of the kernel, or of the evidence."""
    old = HERE / "designs" / f"{name}.csv"
    return old if old.exists() else HERE / "evidence_designs" / f"{name}.csv"


@cache
def people(name: str, text: tuple[str, ...] = ()) -> pl.DataFrame:
    """The made-up people of a design. text: columns whose labels stay text although they are numbers."""
    path = design_path(name)
    present = [column for column in text if column in pl.read_csv(path, n_rows=0).columns]
    types = dict.fromkeys(present, pl.String)
    return pl.read_csv(path, infer_schema_length=None, schema_overrides=types)


# --- R's answers --------------------------------------------------------------------------------


def read_rows(path: Path) -> tuple[Row, ...]:
    """The rows of a file as text, as R wrote them."""
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def said(name: str) -> tuple[Row, ...]:
    """The rows of ``evidence_<name>.csv``."""
    return read_rows(HERE / f"evidence_{name}.csv")


@cache
def table_of(name: str) -> pl.DataFrame:
    """A file of R's as a table: labels as text, NA as null."""
    labels = ("design", "lonely_psu", "wave", "other_wave", *KEY, *(f"other_{key}" for key in KEY))
    return pl.read_csv(
        HERE / name,
        null_values="NA",
        schema_overrides=dict.fromkeys(labels, pl.String),
        infer_schema_length=None,
    )


def run_of(row: Row) -> Run:
    return row["design"], row["lonely_psu"], row["mse"]


def runs(name: str) -> list[Run]:
    """The designs, policies and centres that a fixture holds, each once."""
    return list(dict.fromkeys(run_of(row) for row in said(name)))


def rows_of(name: str, run: Run) -> list[Row]:
    return [row for row in said(name) if run_of(row) == run]


# --- ours against R's ---------------------------------------------------------------------------


def agrees(ours: float | None, r: float | None, tolerance: float = TOLERANCE) -> bool:
    if ours is None or r is None:
        return ours is None and r is None
    return math.isclose(ours, r, rel_tol=tolerance, abs_tol=1e-12)


def disagreements(table: pl.DataFrame, ours: str, r: str, tolerance: float = TOLERANCE) -> str:
    """One line for each row on which the two columns differ; empty if none does."""
    wrong = [row for row in table.iter_rows(named=True) if not agrees(row[ours], row[r], tolerance)]
    lines = [
        f"  {' / '.join(str(row[k]) for k in KEY)}: ours {row[ours]!r}, R {row[r]!r}"
        for row in wrong[:20]
    ]
    counted = f"{len(wrong)} of {table.height} rows differ in {ours}:"
    return "\n".join([counted, *lines]) if wrong else ""


def hold(
    rows: Sequence[Row], found: Sequence[dict[str, float]], tolerance: float = TOLERANCE
) -> None:
    """Every figure found is that of its row; R's NA is no number."""
    assert rows
    wrong = [
        (row, what, ours)
        for row, figures in zip(rows, found, strict=True)
        for what, ours in figures.items()
        if not _same(ours, row[what], tolerance)
    ]
    lines = [
        f"  {' '.join(list(row.values())[:14])}: {what} found {ours!r}, R {row[what]}"
        for row, what, ours in wrong[:20]
    ]
    assert not wrong, "\n".join([f"{len(wrong)} figures of {len(rows)} rows differ:", *lines])


def _same(ours: float, r: str, tolerance: float) -> bool:
    return math.isnan(ours) if r == "NA" else agrees(ours, float(r), tolerance)
