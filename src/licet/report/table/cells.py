"""A table of shares as items, groups and cells, in the words in which people read it.

Pages and screens take their figures from here: after disclosure control, in whole or tenths of a
percent. Proportions (0-1) become percent here and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from licet.groups import ALL

if TYPE_CHECKING:
    from licet.report.table.tables import Table

NOT_SHOWN = "not shown"
NOBODY = "no answers"
NONE = "\u2013"
"""Where there is nothing to say: no rest to compare with, no interval."""

Column = tuple[str, str]
"""(kind, option): kind is "option" or "net"."""
Group = tuple[str, str]
"""(by, group): the variable and its level; (all, all) is the whole sample."""


@dataclass(frozen=True)
class Cell:
    """One option or net in one group, as in the long table (shares 0-1), None where not shown.

    shown: false if kept back. compared: whether the group has a rest to be compared with.
    difference_low, difference_high: the interval of the difference.
    """

    shown: bool
    compared: bool
    difference_low: float | None
    difference_high: float | None
    figures: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.figures[column]

    @property
    def empty(self) -> bool:
        """Nobody of this group gave a valid answer."""
        return self["n"] == 0

    @property
    def text(self) -> str:
        """``28 [13, 48]``, in whole percent; or why there is no figure."""
        if self.empty:
            return NOBODY
        if not self.shown:
            return NOT_SHOWN
        if self["estimate"] is None:
            return NONE
        if self["low"] is None:
            return f"{whole(self['estimate']):>3}"
        return f"{whole(self['estimate']):>3} [{percent(self['low'])}, {percent(self['high'])}]"


@dataclass(frozen=True)
class ItemTable:
    """One item. columns and groups in the order of the table, the whole sample first."""

    item: str
    wording: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    cells: Mapping[tuple[Group, Column], Cell]

    @property
    def by_variable(self) -> list[tuple[str, list[Group]]]:
        """The groups of each variable, in order; the whole sample is the first."""
        return [(by, list(groups)) for by, groups in groupby(self.groups, key=lambda g: g[0])]

    def row(self, group: Group) -> list[Cell]:
        """The cells of one group."""
        return [self.cells[group, column] for column in self.columns]

    def people(self, group: Group) -> str:
        """How many people of the group gave a valid answer."""
        return count(self.row(group)[0]["n"])

    def effective(self, group: Group) -> str:
        """What they are worth: the least and the greatest effective base of the figures shown."""
        bases = [cell["effective_base"] for cell in self.row(group)]
        if self.row(group)[0].empty:
            return NONE
        known = [base for base in bases if base is not None]
        if not known:
            return NOT_SHOWN
        ends = dict.fromkeys(count(end) for end in (min(known), max(known)))
        return "-".join(ends)


def item_tables(table: Table) -> list[ItemTable]:
    """Every item of a table, after disclosure control with the table's threshold."""
    published = table.to_polars(published=True)
    compared = table.frame["difference"].is_not_null()
    found: dict[str, dict[tuple[Group, Column], Cell]] = {}
    for row, has_rest in zip(published.iter_rows(named=True), compared, strict=True):
        place = ((row["by"], row["group"]), (row["kind"], row["option"]))
        found.setdefault(row["item"], {})[place] = _cell(row, has_rest, table.level)
    return [
        ItemTable(
            item,
            table.labels.get(item, ""),
            tuple(dict.fromkeys(column for _, column in cells)),
            tuple(dict.fromkeys(group for group, _ in cells)),
            cells,
        )
        for item, cells in found.items()
    ]


def _cell(row: Mapping[str, Any], has_rest: bool, level: float) -> Cell:
    from licet.survey.intervals import quantile_t

    low = high = None
    figures = [row["difference"], row["difference_se"], row["difference_df"]]
    if None not in figures:
        difference, se, df = figures
        reach = float(quantile_t(level, df)) * se if df > 0 else math.nan
        if math.isfinite(reach):
            # Two shares cannot be more than the whole apart.
            low, high = max(difference - reach, -1.0), min(difference + reach, 1.0)
    return Cell(not row["suppressed"], has_rest, low, high, row)


def percent(share: float, decimals: int = 0) -> str:
    """A proportion as a percentage without its sign; halves are rounded up."""
    scale = 10**decimals
    return f"{math.floor(round(share * 100 * scale, 6) + 0.5) / scale:.{decimals}f}"


def whole(share: float) -> str:
    """A share in whole percent, never 0 or 100 for one that is only near it."""
    if 0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 <= share < 1 else percent(share)


def points(difference: float | None, decimals: int = 1) -> str:
    """A difference of shares in points of a percent, with its sign."""
    if difference is None:
        return NONE
    text = percent(abs(difference), decimals)
    if not float(text):
        return text
    return ("+" if difference > 0 else "\u2212") + text


def count(people: float | None) -> str:
    """A number of people, or that it is not shown."""
    return NOT_SHOWN if people is None else f"{people:,.0f}"


def column_name(column: Column) -> str:
    """An option as it was put, or a net with the word before it."""
    kind, option = column
    return f"Net: {option}" if kind == "net" else option


def group_name(group: Group) -> str:
    """The level of a variable, or All."""
    by, name = group
    return "All" if by == ALL else name


def variable_label(by: str, labels: Mapping[str, str]) -> str:
    """What a file says of a variable, where that is more than its name; else nothing."""
    said = " ".join(labels.get(by, "").split())
    return "" if said == by else said


def variable_name(by: str, labels: Mapping[str, str]) -> str:
    """``Ethnic group of parent (eth6)``: the label of a variable with its name, or its name."""
    said = variable_label(by, labels)
    return f"{said} ({by})" if said else by


def share_of_all(group: Group) -> bool:
    """Whether this is the whole sample."""
    return group[0] == ALL


def interval_name(method: str, level: float) -> str:
    """``95 % interval (Korn-Graubard)``."""
    names = {"korn-graubard": "Korn-Graubard", "wilson": "Wilson", "logit": "logit"}
    return f"{level * 100:g} % interval ({names.get(method, method)})"


EFFECTIVE_BASE = (
    "how many people a simple random sample would need for the same precision; the least and the "
    "greatest over the answers shown"
)


def method_lines(table: Table) -> list[tuple[str, str]]:
    """How the figures were made: (what, how), sentences without their full stop."""
    named = interval_name(table.method, table.level)
    lines = [
        ("Shares", f"percent of people with a valid answer, with their {named}"),
        ("Weights", table.weights or "not said"),
        *(("Note", note.rstrip(".")) for note in table.notes),
        ("Effective base", EFFECTIVE_BASE),
    ]
    if table.anything_hidden:
        few = (
            f"a figure of fewer than {table.threshold} people, or one that would tell such a figure"
        )
        lines.append(("Not shown", f"{few} by subtraction. It does not mean 0"))
    return lines
