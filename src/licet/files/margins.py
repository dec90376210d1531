"""Margins of the population, from a small CSV table or a TOML document.

CSV: columns margin, category and one of count, share (0-1) or percent. TOML:

    [percent.age]
    "16-34" = 30.1
    "35 or older" = 69.9

with ``count``, ``share`` or ``percent`` before the name of the margin. Joint cells: the margin is
``age * sex``, a category ``16-34 * female``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licet.errors import BadInput, Fault, bad, nearest
from licet.files.delimited import DELIMITERS, ragged, records, sniff
from licet.files.reading import MEGABYTE, decode, read_bytes, shown
from licet.files.toml import parse_toml
from licet.weighting.margins import Margin

LARGEST = 5 * MEGABYTE
MOST_FAULTS = 50
UNITS = ("count", "share", "percent")
SYNONYMS = {
    "variable": "margin",
    "level": "category",
    "value": "category",
    "n": "count",
    "people": "count",
    "proportion": "share",
    "pct": "percent",
    "%": "percent",
}
ALLOWED = {
    "count": "a number of people: 1234, 1,234 or 1234.5",
    "share": "a proportion from 0 to 1: 0.25",
    "percent": "a percentage from 0 to 100: 25, 25.1 or 25.1 %",
}
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,17})?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+(?:\.[0-9]{1,9})?")


@dataclass(frozen=True)
class _Entry:
    margin: str
    category: str
    unit: str
    target: float
    place: str


def read_margins(path: Path) -> tuple[Margin, ...]:
    """The margins of a .csv or .toml file, in its order. Refuses with all faults at once."""
    return parse_margins(read_bytes(Path(path), LARGEST), Path(path))


def parse_margins(data: bytes, path: Path) -> tuple[Margin, ...]:
    """The same for bytes already read; ``path`` is named in messages."""
    faults: list[Fault] = []
    if path.suffix.casefold() == ".toml":
        entries = _toml(parse_toml(data, path), path, faults)
    else:
        entries = _csv(decode(data, path, todo="save the table as CSV UTF-8"), path, faults)
    made = _made(entries, path, faults)
    if not made and not faults:
        faults.append(Fault("there are no margins", shown(path), "a row for each category"))
    if faults:
        raise BadInput(*faults[:MOST_FAULTS])
    return tuple(made)


def _csv(text: str, path: Path, faults: list[Fault]) -> list[_Entry]:
    if not text.strip():
        raise bad("the file is empty", shown(path), "columns margin, category, and count or share")
    delimiter = sniff(text, lambda name: _column(name) in ("margin", "category", *UNITS))
    found = records(text, path, delimiter)
    _, header = next(found, (1, [""]))
    unit, places = _header(header, path)
    entries = []
    for number, cells in found:
        if len(cells) != len(header):
            faults += ragged(path, number, cells, len(header), delimiter).faults
            continue
        where = f"{shown(path)}: row {number}"
        margin, category, cell = (cells[place].strip() for place in places)
        if not margin or not category:
            what = f"the {'category' if margin else 'margin'} is empty"
            faults.append(Fault(what, where, "text in both cells"))
            continue
        target = _number(cell, unit, delimiter)
        if target is None:
            what = f"{cell[:40]!r} is no {unit}" if cell else f"the {unit} is missing"
            faults.append(Fault(what, f"{where}, column {unit!r}", ALLOWED[unit]))
            continue
        entries.append(_Entry(margin, category, unit, target, where))
    return entries


def _column(name: str) -> str:
    plain = name.strip().casefold()
    return SYNONYMS.get(plain, plain)


def _header(header: list[str], path: Path) -> tuple[str, tuple[int, int, int]]:
    """The unit, and where margin, category and target stand."""
    names = [_column(name) for name in header]
    where = f"{shown(path)}: row 1"
    faults = [
        Fault(f"two columns for {name!r}", where, "one of them")
        for name in ("margin", "category", *UNITS)
        if names.count(name) > 1
    ]
    listed = ", ".join(header)[:200]
    for name in ("margin", "category"):
        if name not in names:
            near = nearest(name, header)
            todo = f"write {name!r} for {near!r} if that is meant" if near else f"add {name!r}"
            faults.append(Fault(f"the column {name!r} is missing", where, f"found: {listed}", todo))
    units = [unit for unit in UNITS if unit in names]
    if len(units) != 1:
        what = f"the columns {' and '.join(units)}" if units else "no column of targets"
        allowed = "one of count, share (0-1), percent (0-100)"
        faults.append(Fault(what, where, f"{allowed}; found: {listed}", "keep or add one of them"))
    if faults:
        raise BadInput(*faults)
    return units[0], (names.index("margin"), names.index("category"), names.index(units[0]))


def _number(cell: str, unit: str, delimiter: str) -> float | None:
    """A target as written; None if it is none. A comma is a decimal sign only in a file that does
    not separate cells by it."""
    plain = cell.removesuffix("%").strip() if unit == "percent" else cell
    decimal_comma = DELIMITERS[delimiter] != "comma" and "," in plain and "." not in plain
    if unit == "count" and _THOUSANDS.fullmatch(plain):
        return float(re.sub(r"[, \u00a0\u202f]", "", plain))
    if not _NUMBER.fullmatch(plain) or ("," in plain and not decimal_comma):
        return None
    return float(plain.replace(",", "."))


def _toml(document: dict[str, Any], path: Path, faults: list[Fault]) -> list[_Entry]:
    entries = []
    for unit, margins in document.items():
        if unit not in UNITS or not isinstance(margins, dict):
            near = nearest(unit, UNITS)
            todo = f"write {near!r} if that is meant" if near else "write [count.NAME]"
            allowed = "[count.NAME], [share.NAME] or [percent.NAME], categories below it"
            faults.append(Fault(f"unknown key {unit!r}", shown(path), allowed, todo))
            continue
        for margin, targets in margins.items():
            where = f"{shown(path)}: {unit}.{margin}"
            if not isinstance(targets, dict):
                faults.append(Fault("this is not a table of categories", where, f"[{unit}.NAME]"))
                continue
            for category, target in targets.items():
                number = _finite(target)
                if number is None:
                    what = f"{str(target)[:40]!r} is no {unit}"
                    faults.append(Fault(what, f"{where}.{category}", ALLOWED[unit]))
                else:
                    entries.append(_Entry(margin, category, unit, number, where))
    return entries


def _finite(value: Any) -> float | None:
    """A number of a TOML document; None for anything else, and for whole numbers beyond floats."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _spaced(text: str, margin: str) -> str:
    """The parts of a joint cell with the same spaces everywhere; other text as it is."""
    return " * ".join(part.strip() for part in text.split("*")) if "*" in margin else text


def _made(entries: Iterable[_Entry], path: Path, faults: list[Fault]) -> list[Margin]:
    by_margin: dict[str, list[_Entry]] = {}
    for entry in entries:
        by_margin.setdefault(_spaced(entry.margin, entry.margin), []).append(entry)
    made = []
    for name, rows in by_margin.items():
        units = {row.unit for row in rows}
        if len(units) > 1:
            what = f"the margin {name!r} has both {' and '.join(sorted(units))}"
            faults.append(Fault(what, shown(path), "one of them"))
            continue
        (unit,) = units
        targets = [row.target / 100 if unit == "percent" else row.target for row in rows]
        if not all(map(math.isfinite, targets)):
            faults.append(Fault("a target is not finite", rows[0].place, ALLOWED[unit]))
            continue
        try:
            categories = tuple(_spaced(row.category, name) for row in rows)
            made.append(
                Margin(name, categories, tuple(targets), "count" if unit == "count" else "share")
            )
        except BadInput as error:
            faults += error.within(shown(path)).faults
    return made
