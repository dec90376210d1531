"""Tables as CSV on the Web: tidy rows, and beside each table what its columns mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from licet.register.entry import Figure, RegisterEntry, Requirement
from licet.register.lines import Line

Value = date | str | int | float | bool | None
Row = Sequence[Value]
SEPARATOR = ";"
"""Between several values of one cell."""


@dataclass(frozen=True)
class Column:
    """name: as in the head. form: of XML Schema. says: what it holds. several: many values in a cell."""

    name: str
    form: str
    says: str
    several: bool = False
    required: bool = False


USES: tuple[tuple[Column, Callable[[Line], Value]], ...] = (
    (Column("body", "string", "Whose use it is.", required=True), lambda o: o.body),
    (Column("use", "string", "The id of the use.", required=True), lambda o: o.id),
    (Column("version", "integer", "Its version."), lambda o: o.version),
    (Column("title", "string", "What it is called.", required=True), lambda o: o.title),
    (Column("ruling", "string", "What was ruled."), lambda o: o.ruling),
    (Column("state", "string", "Where it stands."), lambda o: o.state.id),
    (Column("services", "string", "The services that join records.", several=True),
     lambda o: _joined(o.services)),
    (Column("companies", "string", "Companies that take part.", several=True),
     lambda o: _joined(o.companies)),
    (Column("run_by", "string", "Who operates the linkage."), lambda o: o.run_by),
    (Column("paid_by_results", "boolean", "Whether somebody is paid by the number found."),
     lambda o: o.paid),
    (Column("forecast", "boolean", "Whether a forecast picks out families."), lambda o: o.forecast),
    (Column("start", "date", "From when."), lambda o: o.start),
    (Column("end", "date", "Until when."), lambda o: o.end),
    (Column("questions_waiting", "integer", "Questions without an answer yet."), lambda o: o.waiting),
    (Column("answers_overdue", "integer", "Answers that are overdue."), lambda o: o.overdue),
    (Column("longest_wait_days", "integer", "How long the oldest question waits."),
     lambda o: o.longest_wait),
    (Column("refused_runs", "integer", "Runs that were refused."), lambda o: o.refused_runs),
    (Column("evidence_until", "date", "When the last evidence that fits expires."),
     lambda o: o.evidence_until),
    (Column("confirmed", "boolean", "Whether the body itself published it."), lambda o: o.confirmed),
    (Column("known_from", "string", "Where it is known from, if it did not."), lambda o: o.known_from),
)  # fmt: skip
Cell = tuple[RegisterEntry, Requirement, Figure]
FIGURES: tuple[tuple[Column, Callable[[RegisterEntry, Requirement, Figure], Value]], ...] = (
    (Column("use", "string", "The id of the use.", required=True), lambda e, r, f: e.id),
    (Column("version", "integer", "Its version.", required=True), lambda e, r, f: e.version),
    (Column("ruling", "string", "What was ruled."), lambda e, r, f: e.ruling.heading),
    (Column("ruled_on", "date", "When."), lambda e, r, f: e.ruling.day),
    (Column("requirement", "string", "What was asked about.", required=True), lambda e, r, f: r.id),
    (Column("label", "string", "The same in words."), lambda e, r, f: r.label),
    (Column("wording", "string", "As it was asked."), lambda e, r, f: " / ".join(r.wordings)),
    (Column("evidence", "string", "The survey."), lambda e, r, f: f.evidence),
    (Column("group", "string", "Of which families; all is everybody.", required=True),
     lambda e, r, f: f.group),
    (Column("group_label", "string", "The same in words."), lambda e, r, f: f.group_label),
    (Column("in_force", "boolean", "Whether the ruling takes this figure."), lambda e, r, f: f.in_force),
    (Column("deciding", "boolean", "Whether the group decides."), lambda e, r, f: f.deciding),
    (Column("verdict", "string", "What the figure comes to."), lambda e, r, f: f.verdict),
    (Column("stance", "string", "Whose share it is: permits or opposes."), lambda e, r, f: f.stance),
    (Column("share", "number", "A share of people, 0 to 1; empty where it is kept back."),
     lambda e, r, f: f.share.point if f.share else None),
    (Column("low", "number", "Lower end of the 95 % interval."),
     lambda e, r, f: f.share.low if f.share else None),
    (Column("high", "number", "Upper end of the 95 % interval."),
     lambda e, r, f: f.share.high if f.share else None),
    (Column("base", "integer", "People who were asked."), lambda e, r, f: f.base),
    (Column("baseline", "number", "The share that is needed, 0 to 1."), lambda e, r, f: f.baseline),
    (Column("expires", "date", "When the survey stops counting."),
     lambda e, r, f: f.expires),
)  # fmt: skip


def uses_csv(lines: Iterable[Line]) -> str:
    """A row for each use."""
    return _csv([c for c, _ in USES], ([get(one) for _, get in USES] for one in lines))


def figures_csv(entry: RegisterEntry) -> str:
    """A row for each requirement, group and survey of one use."""
    return _csv(
        [c for c, _ in FIGURES],
        ([get(*cell) for _, get in FIGURES] for cell in _cells(entry)),
    )


def uses_metadata() -> dict[str, Any]:
    """What ``uses.csv`` holds, as CSV on the Web says it."""
    return _metadata("uses.csv", "Uses of records about families", [c for c, _ in USES])


def figures_metadata(entry: RegisterEntry, file: str) -> dict[str, Any]:
    """What the table of figures of a use holds. file: its name, without folder."""
    title = f"What families said: {entry.title}"
    return _metadata(file, title, [c for c, _ in FIGURES])


def _cells(entry: RegisterEntry) -> Iterator[Cell]:
    for requirement in entry.ruling.requirements:
        for figure in requirement.figures:
            yield entry, requirement, figure


def _joined(values: Sequence[str]) -> str:
    return SEPARATOR.join(value.replace(SEPARATOR, ",") for value in values)


def _csv(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\r\n")
    written.writerow([column.name for column in columns])
    for row in rows:
        written.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Value) -> str:
    """Text that a spreadsheet would run as a formula begins with a quote."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    text = "".join(sign for sign in str(value) if sign.isprintable() or sign == " ")
    return f"'{text}" if isinstance(value, str) and text[:1] in tuple("=+-@") else text


def _metadata(file: str, title: str, columns: Sequence[Column]) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": file,
        "dc:title": title,
        "dc:license": {
            "@id": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
        },
        "dialect": {"lineTerminators": ["\r\n"], "encoding": "utf-8"},
        "tableSchema": {"columns": [_column(one) for one in columns]},
    }


def _column(column: Column) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.says,
        "datatype": column.form,
    }
    if column.several:
        found["separator"] = SEPARATOR
    if column.required:
        found["required"] = True
    return found
