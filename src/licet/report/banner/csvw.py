"""A banner as plain tables with their CSVW metadata: one row per figure, one row per comparison.

CSVW (W3C, CSV on the Web) describes every column, so that a program or an archive can read the
files in twenty years. Proportions are 0-1 here.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from licet.report.banner.notes import banner_notes
from licet.report.banner.tables import BannerTables
from licet.report.table.cells import NOBODY, NOT_SHOWN

if TYPE_CHECKING:
    import polars as pl

Described = tuple[str, str, str]
"""(name, datatype of CSVW, description)."""

TABLE: tuple[Described, ...] = (
    ("item", "string", "The question."),
    ("wording", "string", "How it was asked."),
    ("kind", "string", "option, net (a sum of options) or mean (of scores)."),
    ("row", "string", "The option, the net, or Mean score."),
    ("by", "string", "The variable of the group; all for everybody."),
    ("group", "string", "The level of the variable, or the group."),
    ("letter", "string", "The letter of the column under its heading."),
    ("people", "integer", "People of the group with a valid answer."),
    ("weighted_base", "number", "The sum of their weights."),
    ("effective_base", "number", "People drawn alone with equal chance who would tell as much."),
    ("chose", "integer", "People who gave this answer."),
    ("value", "number", "The weighted share, 0 to 1; of a mean, in scores."),
    ("standard_error", "number", "Design-based standard error of the value."),
    ("low", "number", "Lower end of the interval."),
    ("high", "number", "Upper end of the interval."),
    ("signs", "string", "Letters of the columns it is significantly higher than, or triangles."),
    ("shown", "string", "Empty; 'not shown' if kept back; 'no answers' if nobody answered."),
)
COMPARISONS: tuple[Described, ...] = (
    ("item", "string", "The question."),
    ("kind", "string", "option, net or mean."),
    ("row", "string", "The option, the net, or Mean score."),
    ("heading", "string", "The heading of the columns compared."),
    ("first", "string", "One column."),
    ("second", "string", "The other column, or the rest."),
    ("difference", "number", "First less second; shares 0 to 1."),
    ("standard_error", "number", "Design-based standard error of the difference."),
    ("df", "number", "Degrees of freedom of the t test."),
    ("p", "number", "Two-sided p."),
    ("adjusted_p", "number", "p adjusted as the notes say."),
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_KINDS = {"string": "String", "integer": "Int64", "number": "Float64"}


def tidy(banner: BannerTables) -> pl.DataFrame:
    """The columns of ``TABLE``, one row per question, row and column; null where not shown."""
    import polars as pl

    schema = {name: getattr(pl, _KINDS[kind]) for name, kind, _ in TABLE}
    return pl.DataFrame(list(_rows(banner)), schema=schema, orient="row")


def _rows(banner: BannerTables) -> Iterable[tuple[Any, ...]]:
    for question in banner.questions:
        for row, cells in zip(question.rows, question.cells, strict=True):
            for column, bases, cell in zip(banner.columns, question.bases, cells, strict=True):
                shown = "" if cell.shown else NOBODY if cell.empty else NOT_SHOWN
                yield (
                    *(question.item, question.wording, row.kind, row.label),
                    *(column.by, column.group, column.letter),
                    *(bases.people, bases.weighted, bases.effective),
                    *(cell.people, cell.value, cell.se, cell.low, cell.high, cell.signs, shown),
                )


def files_of(banner: BannerTables) -> dict[str, str]:
    """The text of each file by its name."""
    tables = {"table": (tidy(banner), TABLE), "comparisons": (banner.comparisons, COMPARISONS)}
    found = {}
    for name, (frame, described) in tables.items():
        found[f"{name}.csv"] = _csv(frame.columns, frame.iter_rows())
        found[f"{name}.csv-metadata.json"] = _metadata(f"{name}.csv", described, banner)
    return found


def _csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return out.getvalue()


def harmless(value: object) -> object:
    """Text that a spreadsheet would run gets an apostrophe before it; null is empty."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def _metadata(name: str, described: Sequence[Described], banner: BannerTables) -> str:
    columns = [
        {
            "name": column,
            "titles": column,
            "dc:description": text,
            "datatype": kind,
            "null": "",
            **({"required": True} if column in ("item", "kind", "row") else {}),
        }
        for column, kind, text in described
    ]
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": name,
        "dc:title": " ".join([*banner.notices, banner.title]),
        "dc:description": " ".join(f"{what}: {how}" for what, how in banner_notes(banner)),
        "notes": [
            "Text that starts with = + - @ or a control character has an apostrophe before it, so "
            "that no spreadsheet runs it."
        ],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tableSchema": {"columns": columns},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
