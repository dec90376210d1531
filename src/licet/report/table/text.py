"""The table of shares on a screen of fixed width.

A block per item. Groups stand across and options down, or the other way round where that takes
fewer lines (many groups, few options). Long labels are shortened but never to the same text.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from licet.report.table.cells import (
    ItemTable,
    column_name,
    group_name,
    method_lines,
    share_of_all,
    variable_label,
)

if TYPE_CHECKING:
    from licet.report.table.tables import Table

COLUMN = (6, 14)
"""Least and greatest width of a column: ``100 [100, 100]`` is the widest figure."""
LABELS = (12, 22, 34)
"""Width of the labels on the left: the least, the least to which they are cut to save a block of
columns, the greatest."""
HEAD_LINES = 3
"""Lines that a label above a column may take."""
LONGEST_TITLE = 400
SHORTEST_LABEL = 8
"""Of a variable, over columns: what is shorter says less than the variable's name."""


def text(table: Table, width: int = 80) -> str:
    """The whole table as it may be shown."""
    width = max(width, 60)
    items = table.item_tables
    across = [_item(item, _across(item, width, table.labels), width) for item in items]
    down = [_item(item, _down(item, width, table.labels), width) for item in items]
    blocks = min((across, down), key=lambda form: sum(len(lines) for lines in form))
    title = _cut(clean(table.title), LONGEST_TITLE, 0)
    head = [line for said in (*table.notices, title) for line in _wrap(said, width)]
    about = [
        line for what, how in method_lines(table) for line in _wrap(f"{what}: {how}.", width, "  ")
    ]
    return "\n".join([*head, *(line for block in blocks for line in ["", *block]), "", *about])


def _item(item: ItemTable, lines: list[str], width: int) -> list[str]:
    title = f"{item.item}: {item.wording}" if item.wording else item.item
    return [*_wrap(_cut(clean(title), LONGEST_TITLE, 0), width), *lines]


def _wrap(said: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(clean(said), width, subsequent_indent=indent, break_on_hyphens=False) or [
        ""
    ]


def _across(item: ItemTable, width: int, labels: Mapping[str, str]) -> list[str]:
    """Options and nets down, groups across."""
    names = [column_name(column) for column in item.columns]
    rows = [*names, "People", "Effective base"]
    columns = [
        [*(cell.text for cell in item.row(g)), f"{item.people(g):>3}", f"{item.effective(g):>3}"]
        for g in item.groups
    ]
    above = [_by(group) for group in item.groups]
    return _grid(rows, above, list(map(group_name, item.groups)), columns, width, labels)


def _down(item: ItemTable, width: int, labels: Mapping[str, str]) -> list[str]:
    """Groups down under their variable, options and nets across, people first."""
    rows: list[str] = []
    cells: list[list[str]] = []
    for by, groups in item.by_variable:
        whole = share_of_all(groups[0])
        if not whole:
            rows.append(_variable(by, labels, width))
            cells.append([""] * (len(item.columns) + 2))
        for group in groups:
            rows.append(("" if whole else "  ") + group_name(group))
            figures = [cell.text for cell in item.row(group)]
            cells.append([*figures, item.people(group), item.effective(group)])
    names = [*map(column_name, item.columns), "People", "Effective base"]
    columns = [list(column) for column in zip(*cells, strict=True)]
    columns[-2:] = [_flush_right(column) for column in columns[-2:]]
    return _grid(rows, [""] * len(names), names, columns, width, labels)


def _flush_right(cells: Sequence[str]) -> list[str]:
    """Numbers under each other by their last digit; words stay where they are."""
    widest = max((len(cell) for cell in cells if cell[:1].isdigit()), default=0)
    return [cell.rjust(widest) if cell[:1].isdigit() else cell for cell in cells]


def _by(group: tuple[str, str]) -> str:
    return "" if share_of_all(group) else group[0]


def _grid(
    rows: Sequence[str],
    above: Sequence[str],
    heads: Sequence[str],
    columns: Sequence[Sequence[str]],
    width: int,
    labels: Mapping[str, str],
) -> list[str]:
    """Columns in as many blocks as the width needs, the row labels before each.

    rows: labels. above, heads: what stands over each column (the variable, the level). columns:
    for each the text of every row. labels: of the variables over the columns. A row without
    figures heads those below it, and takes the whole line.
    """
    sizes = [_size(cells, head) for cells, head in zip(columns, heads, strict=True)]
    least, cut, most = LABELS
    heading = [not any(column[row] for column in columns) for row in range(len(rows))]
    under = [label for label, alone in zip(rows, heading, strict=True) if not alone]
    full = min(max(least, *(len(clean(label)) for label in under)), most)
    lefts = range(min(cut, full), full + 1)
    left = min(lefts, key=lambda left: (len(_blocks(sizes, width - left)), -left))
    short, titles = iter(shorten_all(under, left)), _heads(above, heads, sizes)
    names = [label if alone else next(short) for label, alone in zip(rows, heading, strict=True)]
    lines: list[str] = []
    for places in _blocks(sizes, width - left):
        lines += [""] if lines else []
        lines += _over([above[p] for p in places], [sizes[p] for p in places], left, labels)
        depth = max(len(titles[p]) for p in places)
        for row in range(depth):
            cells = [titles[p][row] if row < len(titles[p]) else "" for p in places]
            lines.append(_line("", cells, [sizes[p] for p in places], left))
        for row, label in enumerate(names):
            cells = [columns[p][row] for p in places]
            lines.append(_line(label, cells, [sizes[p] for p in places], left))
    return lines


def _size(cells: Sequence[str], head: str) -> int:
    """The width of a column: that of its figures, or of the longest word over them."""
    words = max(map(len, clean(head).split()), default=0)
    return min(max(COLUMN[0], words, *map(len, cells)), COLUMN[1])


def _blocks(sizes: Sequence[int], room: int) -> list[list[int]]:
    """Columns that fit beside each other, by number."""
    blocks: list[list[int]] = [[]]
    for place, size in enumerate(sizes):
        if blocks[-1] and sum(sizes[p] + 1 for p in blocks[-1]) + size + 1 > room:
            blocks.append([])
        blocks[-1].append(place)
    return blocks


def _line(label: str, cells: Sequence[str], sizes: Sequence[int], left: int) -> str:
    parts = (f" {cell:<{size}}" for cell, size in zip(cells, sizes, strict=True))
    return f"{label:<{left}}{''.join(parts)}".rstrip()


def _over(
    above: Sequence[str], sizes: Sequence[int], left: int, labels: Mapping[str, str]
) -> list[str]:
    """The variables over the columns, each once over its first; none if there is none."""
    if not any(above):
        return []
    line = " " * left
    for name, run in groupby(zip(above, sizes, strict=True), key=lambda pair: pair[0]):
        room = sum(size + 1 for _, size in run)
        line += " " + _variable(name, labels, room - 1).ljust(room - 1)
    return [line.rstrip()]


def _variable(by: str, labels: Mapping[str, str], room: int) -> str:
    """A variable as it is called, with its name; where both do not fit, the label is cut first."""
    name, said = clean(by), clean(variable_label(by, labels))
    whole = f"{said} ({name})"
    if said and len(whole) > room:
        rest = room - len(name) - 3
        whole = f"{_cut(said, rest, 0)} ({name})" if rest >= SHORTEST_LABEL else name
    return _cut(whole if said else name, room, 0)


def _heads(above: Sequence[str], heads: Sequence[str], sizes: Sequence[int]) -> list[list[str]]:
    """Each column's label in lines; labels of one variable stay different from each other."""
    found: list[list[str]] = []
    for _, run in groupby(zip(above, heads, sizes, strict=True), key=lambda column: column[0]):
        columns = list(run)
        for room in range(HEAD_LINES * COLUMN[1], COLUMN[0] - 1, -1):
            labels = shorten_all([head for _, head, _ in columns], room)
            folded = [
                _fold(label, size) for label, (_, _, size) in zip(labels, columns, strict=True)
            ]
            if all(len(lines) <= HEAD_LINES for lines in folded):
                break
        found += folded
    return found


def _fold(label: str, size: int) -> list[str]:
    return textwrap.wrap(label, size, break_on_hyphens=True) or [""]


def clean(label: str) -> str:
    """A label on one line, without anything that a terminal would obey. Leading space stays."""
    indent = len(label) - len(label.lstrip(" "))
    printable = "".join(c if c.isprintable() else " " for c in label)
    return " " * indent + " ".join(printable.split())


def shorten_all(labels: Sequence[str], width: int) -> list[str]:
    """Labels cut to ``width`` with an ellipsis; two different labels never become the same.

    Of labels that share their beginning more and more of the end is kept; if that does not tell
    them apart they are numbered.
    """
    labels = [clean(label) for label in labels]
    found = [_cut(label, width, 0) for label in labels]
    for place, label in enumerate(labels):
        twins = [p for p, other in enumerate(labels) if other != label and found[p] == found[place]]
        tail = 0
        while twins and tail < width - 4:
            tail += 1
            cuts = {p: _cut(labels[p], width, tail) for p in (place, *twins)}
            if len(set(cuts.values())) == len({labels[p] for p in cuts}):
                for p, cut in cuts.items():
                    found[p] = cut
                twins = []
        for number, p in enumerate((place, *twins), start=1) if twins else ():
            found[p] = f"{found[p][: width - 3]}\u2026{number}"
    return found


def _cut(label: str, width: int, tail: int) -> str:
    if len(label) <= width:
        return label
    return f"{label[: width - tail - 1].rstrip()}\u2026{label[len(label) - tail :]}"
