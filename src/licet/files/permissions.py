"""Permissions from a table, and notices from text files.

A table has one answer a line. Every fault is told with its row number, as a spreadsheet counts: the
header is row 1. What a cell means for the ledger is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from licet.errors import BadInput, Fault, bad, nearest, unknown
from licet.files.delimited import ragged, records, sniff
from licet.files.reading import MEGABYTE, check_file, decode, read_bytes, shown
from licet.permission.events import CHANNELS, RELATIONS, Effect

LARGEST = 2_000 * MEGABYTE
LARGEST_NOTICE = MEGABYTE
LONGEST_CELL = 200

NEEDED = ("subject", "relation", "use", "effect", "at")
"""Columns that every table has."""

DETAILS = (
    "given", "middle", "family", "previous_family", "birth", "sex", "house", "street", "postcode",
    "uprn", "nhs", "upn", "nino",
)  # fmt: skip
"""Columns of details about the subject, as somebody wrote them."""

COLUMNS = (
    *NEEDED, *DETAILS, "language", "records", "expressed_by", "verified_by", "independent",
    "version", "purpose", "service", "category", "channel", "valid_until", "notice",
    "notice_language", "reason",
)  # fmt: skip
"""Every column that may stand in a table, in any order."""

ANSWERS: Mapping[str, Effect] = {
    "grant": "grant",
    "yes": "grant",
    "refuse": "refuse",
    "no": "refuse",
    "withdraw": "withdraw",
    "withdrawn": "withdraw",
    "defer": "defer",
    "later": "defer",
    "request": "request",
    "notify": "notify",
}
"""Words of the column effect. The first of a meaning is the ledger's own."""

_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One row that can be read. number: its row. cells: by column, "" where nothing is said."""

    number: int
    cells: Mapping[str, str]
    effect: Effect
    at: datetime
    version: int | None
    valid_until: date | None
    records: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Lines:
    """What a table says. faults: of rows that cannot be read; wrong: the subjects of those rows."""

    read: tuple[Line, ...]
    faults: tuple[Fault, ...]
    wrong: frozenset[str]


def read_permissions(path: Path) -> Lines:
    """The rows of a table (CSV, UTF-8; comma, semicolon or tab).

    Raises BadInput where it is no such table: no file, another encoding, a column that is missing,
    unknown or there twice, no rows, a row of another width.
    """
    path = Path(path)
    if not check_file(path):
        raise bad("the file is empty", shown(path), "a header and at least one row")
    text = decode(read_bytes(path, LARGEST), path)
    delimiter = sniff(text, lambda name: name.strip() in COLUMNS)
    rows = records(text, path, delimiter)
    _, header = next(rows, (0, []))
    names = _header([name.strip() for name in header], path)
    read: list[Line] = []
    faults: list[Fault] = []
    wrong: set[str] = set()
    for number, cells in rows:
        if len(cells) != len(names):
            raise ragged(path, number, cells, len(names), delimiter)
        held = dict(zip(names, (cell.strip() for cell in cells), strict=True))
        found = list(_faults(held))
        if found:
            faults += [fault.within(f"{shown(path)}: row {number}") for fault in found]
            wrong.add(held["subject"])
        else:
            read.append(_line(number, held))
    if not read and not faults:
        raise bad("the table has no rows", shown(path), "at least one row under the header")
    return Lines(tuple(read), tuple(faults), frozenset(wrong))


def _header(names: list[str], path: Path) -> list[str]:
    where = f"{shown(path)}: row 1"
    faults = []
    for name in NEEDED:
        if name not in names:
            near = nearest(name, [other for other in names if other not in COLUMNS])
            todo = f"call {near!r} so" if near else f"add a column {name!r}"
            faults.append(Fault(f"there is no column {name!r}", where, ", ".join(NEEDED), todo))
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            faults += unknown("column", name, COLUMNS, where).faults
        elif names.count(name) > 1:
            faults.append(Fault(f"the column {name!r} is there twice", where, "each column once"))
    if faults:
        raise BadInput(*faults)
    return names


def _faults(cells: Mapping[str, str]) -> Iterator[Fault]:
    """Everything in one row that cannot be read."""
    for name, value in cells.items():
        if len(value) > (10_000 if name == "records" else LONGEST_CELL) or not value.isprintable():
            what = f"{name} is too long or holds control characters"
            yield Fault(what, name, f"{LONGEST_CELL} printable characters at most")
    for name in NEEDED:
        if not cells[name]:
            yield Fault(f"{name} is empty", name, "a text")
    lists = (("effect", tuple(ANSWERS)), ("relation", tuple(RELATIONS)), ("channel", CHANNELS))
    for name, words in lists:
        if cells.get(name) and cells[name] not in words:
            yield unknown(name, cells[name], words, name).faults[0]
    yield from _numbers(cells)
    if cells["relation"] not in ("self", "") and not cells.get("expressed_by"):
        yield Fault(
            "nobody is named who said this", "expressed_by", "the office's own name for them"
        )
    if cells["relation"] == "self" and cells.get("expressed_by", "") not in ("", cells["subject"]):
        what = "somebody else said this, and the relation is 'self'"
        others = ", ".join(name for name in RELATIONS if name != "self")
        yield Fault(what, "relation", others, "name the relation, or leave expressed_by empty")


def _numbers(cells: Mapping[str, str]) -> Iterator[Fault]:
    for name in ("birth", "valid_until"):
        if cells.get(name) and _day(cells[name]) is None:
            yield Fault(f"{cells[name]!r} is no date", name, "a day that exists: 2026-11-30")
    if cells["at"] and _moment(cells["at"]) is None:
        allowed = "2026-11-30T09:15:00Z, with its time zone; or a day: 2026-11-30"
        yield Fault(f"{cells['at']!r} is no time", "at", allowed)
    version = cells.get("version", "")
    if version and not (version.isascii() and version.isdigit() and int(version) > 0):
        yield Fault(f"{version!r} is no version", "version", "a whole number from 1")
    for row in _rows(cells.get("records", "")):
        feed, slash, record = row.partition("/")
        if not (feed and slash and record):
            allowed = "FEED/RECORD, with ; between several: education/10023"
            yield Fault(f"{row[:80]!r} is no row of a feed", "records", allowed)


def _line(number: int, cells: Mapping[str, str]) -> Line:
    at = _moment(cells["at"])
    assert at is not None  # _faults has looked
    return Line(
        number,
        cells,
        ANSWERS[cells["effect"]],
        at,
        int(cells["version"]) if cells.get("version") else None,
        _day(cells.get("valid_until", "")),
        tuple(_rows(cells.get("records", ""))),
    )


def _rows(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """A moment in UTC; a day alone is its noon. None for what is neither, or has no time zone."""
    day = _day(text)
    if day is not None:
        return datetime.combine(day, _NOON)
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def notice_path(root: Path, use: str, language: str, told: bool) -> Path:
    """Where the notice of a use in a language is. told: where families are told, and not asked."""
    return Path(root) / "notices" / f"{use}-{language}{'-objection' if told else ''}.txt"


def read_notice(path: Path) -> str | None:
    """The text of a notice; None if there is no such file."""
    if not path.is_file():
        return None
    return decode(read_bytes(path, LARGEST_NOTICE), path, allowed="UTF-8")


__all__ = [
    "ANSWERS", "COLUMNS", "DETAILS", "NEEDED", "Line", "Lines", "notice_path",
    "read_notice", "read_permissions",
]  # fmt: skip
