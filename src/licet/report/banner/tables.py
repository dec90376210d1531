"""A banner: the options of each question down, groups across, with bases and significance letters.

Values only, and only what may be shown: a banner is made after disclosure control, so that every
form it is written in (page, workbook, Word, CSV) says the same and none can say too much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from licet.groups import ALL
from licet.report.table.cells import NOBODY, NONE, NOT_SHOWN, count, whole

if TYPE_CHECKING:
    import polars as pl

Compare = Literal["columns", "rest", "none"]
Multiplicity = Literal["none", "holm", "bh"]
Family = Literal["row", "question", "all"]

SMALL_BASE = 30
"""A column with an effective base below this is marked with an asterisk."""

RowKind = Literal["option", "net", "mean"]


@dataclass(frozen=True)
class BannerPlan:
    """How columns are compared.

    compare: each column with the others of its variable, with the rest, or not at all. upper, lower:
    confidence levels of capital and small letters (0-1); lower None: no small ones. multiplicity:
    none, holm or bh (Benjamini-Hochberg), over the comparisons of a family: of one row in one
    variable, of one question, or of the whole banner. threshold: of disclosure control, people.
    """

    compare: Compare = "columns"
    upper: float = 0.95
    lower: float | None = 0.90
    multiplicity: Multiplicity = "bh"
    family: Family = "question"
    threshold: int = 10


@dataclass(frozen=True)
class BannerColumn:
    """One group. by, group: as in the long table; (all, all) is the total. heading, label: printed.

    letter: A, B, ... within its heading; the total has none.
    """

    by: str
    group: str
    heading: str
    label: str
    letter: str = ""

    @property
    def total(self) -> bool:
        """Whether this is everybody who was asked."""
        return self.by == ALL


@dataclass(frozen=True)
class BannerRow:
    """An option, a net of options, or the mean of scores. label: as printed."""

    kind: RowKind
    label: str

    @property
    def text(self) -> str:
        """The label with the word that says what it is."""
        return f"Net: {self.label}" if self.kind == "net" else self.label


@dataclass(frozen=True)
class Bases:
    """People of one column with a valid answer. None: not shown. empty: nobody answered.

    effective: over all answers shown, the sum of p(1-p) over the sum of squared standard errors.
    """

    people: int | None
    weighted: float | None
    effective: float | None
    empty: bool = False

    @property
    def small(self) -> bool:
        """Whether shares of this column are to be read with care."""
        return self.effective is not None and self.effective < SMALL_BASE

    def texts(self) -> tuple[str, str, str]:
        """People, weighted base, effective base as people read them."""
        if self.empty:
            return ("0", "0", NONE)
        return count(self.people), count(self.weighted), count(self.effective)


@dataclass(frozen=True)
class BannerCell:
    """One row in one column. value: a proportion 0-1, or a mean; None where not shown.

    signs: letters of the columns it is higher than, or a triangle against the rest. se, low, high:
    in the unit of the value. people: how many chose it, None for a mean.
    """

    shown: bool
    value: float | None = None
    signs: str = ""
    se: float | None = None
    low: float | None = None
    high: float | None = None
    people: int | None = None
    empty: bool = False

    def text(self, kind: RowKind) -> str:
        """The value in whole percent without its sign, or a mean with two decimals; or why none."""
        if self.empty:
            return NOBODY
        if not self.shown:
            return NOT_SHOWN
        if self.value is None:
            return NONE
        return f"{self.value:.2f}" if kind == "mean" else whole(self.value)


@dataclass(frozen=True)
class BannerQuestion:
    """One item. bases: one for each column. cells: rows by columns. notes: on this item alone."""

    item: str
    wording: str
    rows: tuple[BannerRow, ...]
    bases: tuple[Bases, ...]
    cells: tuple[tuple[BannerCell, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The wording after the name, where there is one."""
        return f"{self.item}: {self.wording}" if self.wording else self.item


@dataclass(frozen=True, eq=False)
class BannerTables:
    """Questions by columns, after disclosure control.

    comparisons: one row for each test between figures that are shown: item, kind, row, by, first,
    second, difference, standard_error, df, p, adjusted_p. families: how many there are of them.
    level: of the intervals. notes: on design and reading, in sentences. sources: file names with
    their SHA-256. notices: what heads every form (synthetic answers, for example).
    """

    title: str
    columns: tuple[BannerColumn, ...]
    questions: tuple[BannerQuestion, ...]
    comparisons: pl.DataFrame
    plan: BannerPlan = BannerPlan()
    method: str = "korn-graubard"
    level: float = 0.95
    weights: str = ""
    notes: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    families: int = 0

    @property
    def anything_hidden(self) -> bool:
        """Whether disclosure control keeps any figure back."""
        return any(
            not cell.shown and not cell.empty
            for question in self.questions
            for row in question.cells
            for cell in row
        )

    def to_polars(self) -> pl.DataFrame:
        """The published table, one row per item, row and column. See ``banner_csv.TABLE``."""
        from licet.report.banner.csvw import tidy

        return tidy(self)

    def to_html(self) -> str:
        """One page that needs nothing else."""
        from licet.report.banner.page import page

        return page(self)


def headings(columns: Sequence[BannerColumn]) -> list[tuple[str, list[int]]]:
    """Each heading with the places of its columns, in order."""
    places = range(len(columns))
    return [
        (heading, list(group))
        for heading, group in groupby(places, key=lambda place: columns[place].heading)
    ]


def blocks(columns: Sequence[BannerColumn], most: int) -> Iterator[list[int]]:
    """Places of columns for pages of at most ``most``: the total first on each, headings together.

    A heading that is wider than a page is divided.
    """
    totals = [place for place, column in enumerate(columns) if column.total]
    room = max(most - len(totals), 1)
    page: list[int] = []
    for _, places in headings(columns):
        others = [place for place in places if place not in totals]
        if page and len(page) + len(others) > room:
            yield totals + page
            page = []
        while len(others) > room:
            yield totals + others[:room]
            others = others[room:]
        page += others
    if page or len(columns) == len(totals):
        yield totals + page


def letter(place: int) -> str:
    """A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found
