"""Printed figures: percentages with bases, from a small delimited table.

One table serves two readers: ``read_figures`` for an evidence's ``figures.csv``,
``read_printed_table`` for a table somebody typed from a report.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licet.errors import BadInput, Fault, bad, unknown
from licet.evidence import PrintedFigure, Stance
from licet.files.delimited import Row, ragged, records, sniff
from licet.files.reading import MEGABYTE, decode, read_bytes, shown
from licet.groups import ALL
from licet.synonyms import meant_by
from licet.vocabulary import KINDS

LARGEST = 5 * MEGABYTE
MOST_FAULTS = 50
SYNONYMS = {
    "n": "base",
    "pct": "percent",
    "share": "percent",
    "%": "percent",
    "item_id": "item",
    "group_id": "group",
    "item_label": "label",
    "item_kind": "kind",
    "k_used": "k",
}
COLUMNS = ("item", "label", "group", "percent", "base", "stance", "k", "kind", "deff")
OTHER_NAMES = {
    "question": "item",
    "statement": "item",
    "who": "group",
    "subgroup": "group",
    "percentage": "percent",
    "per cent": "percent",
    "base size": "base",
    "sample size": "base",
    "unweighted base": "base",
    "unweighted n": "base",
    "people": "base",
    "stances": "k",
    "number of stances": "k",
    "design effect": "deff",
}
"""Names that are understood if no column has the right one: they may also stand for a remark."""
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PERCENT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,15}))?\s*%?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+")


@dataclass(frozen=True)
class PrintedRow:
    """One row of a table that is judged as printed. ``percent`` is 0-100; ``row`` as in the file.

    k: number of stances (None: not said). kind: a word of the vocabulary. deff: design effect.
    """

    row: int
    item: str
    group: str
    percent: float
    decimals: int
    base: int | None
    k: int | None = None
    stance: Stance = Stance.PERMITS
    kind: str | None = None
    deff: float | None = None


def read_figures(path: Path) -> tuple[PrintedFigure, ...]:
    """The printed figures of an evidence: columns item, group, percent, base, optional stance.

    An empty base stays None: ``read_evidence`` allows it for awareness only. Other columns (table,
    note) are left aside. Refuses with all faults at once, each with row and column.
    """
    return tuple(figure for _, figure in numbered_figures(Path(path)))


def numbered_figures(path: Path) -> list[tuple[int, PrintedFigure]]:
    """The same, each figure with its row number."""
    data = read_bytes(path, LARGEST)
    rows = parse_table(data, path, ("item", "group", "percent", "base"))
    return [
        (
            row.row,
            PrintedFigure(
                item=row.item,
                group=row.group,
                percent=row.percent,
                decimals=row.decimals,
                base=row.base,
                stance=row.stance,
            ),
        )
        for row in rows
    ]


def read_printed_table(path: Path) -> list[PrintedRow]:
    """Rows to judge: item (or label), percent, base; optional group, k, stance, kind, deff.

    Column names in any case; n, pct, share, %, question, who and such are understood. Refuses with
    all faults at once.
    """
    path = Path(path)
    return parse_table(read_bytes(path, LARGEST), path, ("item", "percent", "base"))


def parse_table(data: bytes, path: Path, needed: tuple[str, ...]) -> list[PrintedRow]:
    """The rows of the bytes of a table; ``path`` is named in messages."""
    todo = "save the table as CSV UTF-8 (in Excel: Save As, CSV UTF-8)"
    if data.startswith(_EXCEL):
        raise bad("this is a workbook, not a CSV file", shown(path), "a table as text", todo)
    text = decode(data, path, todo=todo, allowed="CSV UTF-8")
    if not text.strip():
        raise bad("the file is empty", shown(path), f"a header row with {', '.join(needed)}")
    delimiter = sniff(text, lambda name: _column(name) in (*COLUMNS, *OTHER_NAMES))
    found = records(text, path, delimiter)
    _, header = next(found, (1, [""]))
    columns = _columns(header, path, needed)
    rows: list[PrintedRow] = []
    faults: list[Fault] = []
    for number, cells in found:
        if len(cells) != len(header):
            faults += ragged(path, number, cells, len(header), delimiter).faults
            continue
        row = Row(number, tuple(cell.strip() for cell in cells))
        try:
            rows.append(_Cells(row, columns, path, "group" in needed).read())
        except BadInput as error:
            faults += error.faults
    return _checked(rows, faults, path)


def _column(name: str) -> str:
    """A name of the header in small letters; ``Base (n)``, ``BASE:`` and ``n`` are the base."""
    plain = " ".join(re.sub(r"\((n|%|unweighted)\)$|:$", "", name.strip().casefold()).split())
    return SYNONYMS.get(plain, plain)


def _columns(header: list[str], path: Path, needed: tuple[str, ...]) -> dict[str, int]:
    """Where each known column stands. Refuses missing, doubled and misspelled ones."""
    names = [_column(name) for name in header]
    names = [n if OTHER_NAMES.get(n, n) in names else OTHER_NAMES[n] for n in names]
    if "item" not in names:
        names = ["item" if name == "label" else name for name in names]
    faults = [
        Fault(
            f"two columns for {name!r}: {_named(header, names, name)}",
            f"{shown(path)}: row 1",
            "one of them",
            "give the other a different name",
        )
        for name in COLUMNS
        if name != "label" and names.count(name) > 1
    ]
    absent = [name for name in COLUMNS if name not in names and name != "label"]
    for name in dict.fromkeys(names):
        meant = difflib.get_close_matches(name, absent, n=1, cutoff=0.75)
        if name not in COLUMNS and meant:
            absent.remove(meant[0])
            todo = f"write {meant[0]!r} if that is meant"
            where = f"{shown(path)}: row 1"
            faults.append(Fault(f"unknown column {name!r}", where, ", ".join(COLUMNS), todo))
    for name in needed:
        if name in absent:
            what, todo = f"the column {name!r} is missing", f"add a column {name!r}"
            shown_names = ", ".join(header)[:200]
            also = ", ".join(o for o, n in {**SYNONYMS, **OTHER_NAMES}.items() if n == name)
            todo += f" (or {also})" if also else ""
            faults.append(Fault(what, f"{shown(path)}: row 1", f"found: {shown_names}", todo))
    if faults:
        raise BadInput(*faults)
    return {name: names.index(name) for name in COLUMNS if name in names}


def _named(header: list[str], names: list[str], name: str) -> str:
    """How the header calls the columns of one name."""
    return ", ".join(repr(h[:40]) for h, n in zip(header, names, strict=True) if n == name)


def _checked(rows: list[PrintedRow], faults: list[Fault], path: Path) -> list[PrintedRow]:
    faults = [*faults, *_doubles(rows, path)]
    if not rows and not faults:
        faults = [Fault("the table has no rows", shown(path), "a row for each figure")]
    if rows and not faults and _proportions(rows):
        faults = [
            Fault(
                "every figure is below 1: these look like proportions",
                shown(path),
                "percent from 0 to 100",
                "write 55, not 0.55",
            )
        ]
    if len(faults) > MOST_FAULTS:
        more = Fault(f"and {len(faults) - MOST_FAULTS} more faults of this kind", shown(path))
        faults = [*faults[:MOST_FAULTS], more]
    if faults:
        raise BadInput(*faults)
    return rows


def _proportions(rows: list[PrintedRow]) -> bool:
    return all(row.percent < 1 for row in rows) and any(row.percent > 0 for row in rows)


def _doubles(rows: Iterable[PrintedRow], path: Path) -> list[Fault]:
    first: dict[tuple[str, str, str], int] = {}
    faults = []
    for row in rows:
        before = first.setdefault((row.item, row.group, row.stance), row.row)
        if before != row.row:
            what = f"row {row.row} repeats row {before}: {row.item!r}, {row.group!r}, {row.stance}"
            faults.append(
                Fault(what, f"{shown(path)}: row {row.row}", "each item, group and stance once")
            )
    return faults


class _Cells:
    """The cells of one row by column, read with all their faults collected."""

    def __init__(self, row: Row, columns: dict[str, int], path: Path, of_evidence: bool) -> None:
        self._row, self._columns, self._path = row, columns, path
        self._of_evidence = of_evidence
        self._faults: list[Fault] = []

    def read(self) -> PrintedRow:
        percent, decimals = self._get("percent", _percent, (0.0, 0))
        group = self._get("group", _text, ALL, empty=None if self._of_evidence else ALL)
        row = PrintedRow(
            row=self._row.number,
            item=self._get("item", _text, ""),
            group=ALL if group.casefold() == ALL else group,
            percent=percent,
            decimals=decimals,
            base=self._get("base", whole_number, None, optional=self._of_evidence),
            k=self._get("k", _stances, None, empty=None, optional=True),
            stance=self._get("stance", _stance, Stance.PERMITS, optional=True),
            kind=self._get("kind", _kind, None, optional=True),
            deff=self._get("deff", _deff, None, optional=True),
        )
        if self._faults:
            raise BadInput(*self._faults)
        return row

    def _get(
        self,
        name: str,
        read: Callable[[str], Any],
        otherwise: Any,
        empty: Any = None,
        optional: bool = False,
    ) -> Any:
        """The value of a cell; ``otherwise`` if the column is absent or the cell is wrong."""
        if name not in self._columns:
            return otherwise
        cell = self._row.cells[self._columns[name]]
        if not cell and (optional or empty is not None):
            return otherwise if optional else empty
        try:
            return read(cell)
        except BadInput as error:
            place = f"{shown(self._path)}: row {self._row.number}, column {name!r}"
            self._faults += error.within(place).faults
            return otherwise


def _text(cell: str) -> str:
    if not cell:
        raise bad("the cell is empty", allowed="text")
    return cell


def _percent(cell: str) -> tuple[float, int]:
    """A percentage as printed and its number of decimals."""
    allowed = "a percentage from 0 to 100: 55, 55.0, 55,0 or 55 %"
    found = _PERCENT.fullmatch(cell)
    if not found:
        try:
            outside = not 0 <= float(cell.rstrip("% ").replace(",", ".")) <= 100
        except ValueError:
            outside = False
        what = "is outside 0 to 100" if outside else "is not a percentage"
        todo = "write the figure as printed; leave the row out if none is"
        raise bad(f"{cell[:40]!r} {what}" if cell else "the cell is empty", "", allowed, todo)
    whole, decimals = found[1], found[2] or ""
    value = float(f"{whole}.{decimals or 0}")
    if value > 100:
        raise bad(f"{cell[:40]!r} is outside 0 to 100", allowed=allowed)
    return value, len(decimals)


def whole_number(cell: str) -> int:
    """A positive whole number in the digits 0-9; thousands may be marked: 1,234."""
    plain = re.sub(r"[^0-9]", "", cell) if _THOUSANDS.fullmatch(cell) else cell
    if re.fullmatch(r"[0-9]{1,12}", plain) and int(plain) > 0:
        return int(plain)
    what = f"{cell[:40]!r} is not a positive whole number" if cell else "the base is missing"
    raise bad(what, "", "how many people answered: 843 or 1,234", _base_meant(cell))


def _base_meant(cell: str) -> str:
    """What to write instead of a base that is none; what it may be is said, never assumed."""
    digits = re.findall(r"[0-9]+", cell[:40])
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", cell):
        return f"write {''.join(digits)} if the point marks thousands; a base has no decimals"
    if re.fullmatch(r"[0-9]+[.,]0+", cell):
        return f"write {digits[0]}"
    if re.fullmatch(r"[0-9]+[.,][0-9]+", cell):
        return "write how many people were counted, not their weights added up"
    exact = len(cell) < 20 and not re.match(r"[-\u2212<>~\u2264\u2265]", cell)
    if exact and len(digits) == 1 and digits[0].strip("0"):
        return f"write the number alone: {digits[0]}"
    return "write how many people answered, or leave the row out"


def _stances(cell: str) -> int:
    if re.fullmatch(r"[0-9]{1,2}", cell) and int(cell) >= 2:
        return int(cell)
    raise bad(f"{cell[:40]!r} is not a number of stances", allowed="a whole number from 2 to 99")


def _stance(cell: str) -> Stance:
    if cell.casefold() in set(Stance):
        return Stance(cell.casefold())
    words = [str(stance) for stance in Stance]
    if re.match(r"(do not|don.?t|not) (know|sure)|dk$|unsure", cell.casefold()):
        todo = "leave the row out: not knowing is never a stance"
        raise bad(f"unknown stance {cell[:40]!r}", "", ", ".join(words), todo)
    raise unknown("stance", cell, words, meant=meant_by("stance", cell, words))


def _kind(cell: str) -> str:
    if cell.casefold() in KINDS:
        return cell.casefold()
    raise unknown("kind", cell, list(KINDS), meant=meant_by("kind", cell, list(KINDS)))


def _deff(cell: str) -> float:
    if re.fullmatch(r"[0-9]{1,4}(?:[.,][0-9]{1,6})?", cell):
        value = float(cell.replace(",", "."))
        if value >= 1:
            return value
    raise bad(f"{cell[:40]!r} is not a design effect", allowed="a number from 1 up")
