"""From answers, design and groups to a banner: shares, disclosure control, then letters.

Letters are worked out last and only between figures that are shown, so that neither a letter nor
the number of tests can tell what is kept back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.disclosure import breakdowns, suppress_table
from licet.report.banner.gaps import differences
from licet.report.banner.letters import (
    Tests,
    adjusted,
    family_ids,
    pairs_within,
    signs,
    two_sided,
)
from licet.report.banner.means import Mean, means
from licet.report.banner.tables import (
    BannerCell,
    BannerColumn,
    BannerPlan,
    BannerQuestion,
    BannerRow,
    BannerTables,
    Bases,
)
from licet.survey.design import Design
from licet.survey.intervals import IntervalMethod
from licet.survey.matrix import Domains, Question, matrix, overlaps

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Asked:
    """One question of a banner. name, wording: as printed. scores: a number for each option that has

    one, for a row with their mean; options without a score are out of its base. notes: of this one.
    """

    question: Question
    name: str
    wording: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass
class _Grid:
    """One question as arrays. Shares, errors, bounds: (rows, columns). difference, se, df: (rows,

    comparisons). kept: (rows, columns), shown. rest: against the rest, as (rows, columns).
    """

    rows: list[BannerRow]
    numbers: dict[str, Floats]
    kept: Flags
    gap: tuple[Floats, Floats, Floats]
    rest: tuple[Floats, Floats, Floats]
    notes: tuple[str, ...] = ()


def build(
    design: Design,
    asked: Sequence[Asked],
    domains: Domains,
    columns: Sequence[BannerColumn],
    plan: BannerPlan,
    *,
    method: IntervalMethod = "korn-graubard",
    level: float = 0.95,
    title: str = "",
) -> BannerTables:
    """The banner of the questions in the shown domains. columns: one for each of these, in order."""
    questions = [one.question for one in asked]
    places = [place for place, shown in enumerate(domains.shown) if shown]
    overlap = overlaps(design, domains)[np.ix_(places, places)]
    frame = matrix(design, questions, domains, method=method, level=level)
    nets = {q.name: q.nets for q in questions}
    published = suppress_table(frame, plan.threshold, nets, _disjoint(columns, overlap))
    pairs = pairs_within(columns, overlap, plan.compare)
    shared = np.array([overlap[a, b] > 0 for a, b in pairs], dtype=np.bool_)
    gaps = differences(
        design, questions, domains, [(places[a], places[b]) for a, b in pairs], shared
    )
    averages = means(design, asked, domains, places, pairs, level)
    parts = published.partition_by("item", as_dict=True, maintain_order=True)
    grids = [
        _grid(parts[(one.question.name,)], one, columns, gap, averages.get(one.question.name))
        for one, gap in zip(asked, gaps, strict=True)
    ]
    tests, families = _tests(grids, columns, pairs, plan)
    said = signs(tests, columns, sum(len(grid.rows) for grid in grids), plan)
    found, start = [], 0
    for one, grid in zip(asked, grids, strict=True):
        found.append(_question(one, grid, said[start : start + len(grid.rows)]))
        start += len(grid.rows)
    return BannerTables(
        title=title,
        columns=tuple(columns),
        questions=tuple(found),
        comparisons=_comparison_frame(tests, asked, grids, columns),
        plan=plan,
        method=method,
        level=level,
        families=families,
    )


def _disjoint(
    columns: Sequence[BannerColumn], overlap: NDArray[np.int64]
) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Sets of groups of several variables that share nobody: see ``disclosure.breakdowns``."""
    groups = columns[1:]
    sets = breakdowns(overlap[1:, 1:]) if groups else []
    return tuple(
        tuple((groups[place].by, groups[place].group) for place in one)
        for one in sets
        if len({groups[place].by for place in one}) > 1
    )


_NUMBERS = ("n", "count", "weighted_base", "estimate", "se", "low", "high")
_REST = ("difference", "difference_se", "difference_df")


def _grid(
    part: pl.DataFrame,
    one: Asked,
    columns: Sequence[BannerColumn],
    gap: tuple[Floats, Floats, Floats],
    mean: Mean | None,
) -> _Grid:
    """The published rows of one item as arrays, with its mean as a last row."""
    question = one.question
    keys = [("option", level) for level in question.coded.levels]
    keys += [("net", net) for net in question.nets]
    row = {key: place for place, key in enumerate(keys)}
    column = {(c.by, c.group): place for place, c in enumerate(columns)}
    at = (
        np.array([row[key] for key in zip(part["kind"], part["option"], strict=True)]),
        np.array([column[key] for key in zip(part["by"], part["group"], strict=True)]),
    )

    def numbers(name: str) -> Floats:
        array = np.full((len(keys), len(columns)), np.nan)
        array[at] = part[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return array

    kept = np.zeros((len(keys), len(columns)), dtype=np.bool_)
    kept[at] = (part["suppressed"] == "").to_numpy()
    labels = [BannerRow("net" if kind == "net" else "option", label) for kind, label in keys]
    rest = (numbers(_REST[0]), numbers(_REST[1]), numbers(_REST[2]))
    grid = _Grid(labels, {name: numbers(name) for name in _NUMBERS}, kept, gap, rest, one.notes)
    return _with_mean(grid, mean, len(question.coded.levels)) if mean else grid


def _with_mean(grid: _Grid, mean: Mean, options: int) -> _Grid:
    """A last row. It tells of every option, so it is shown only where every option is."""
    shown = grid.kept[:options].all(axis=0)
    compared = np.isfinite(grid.rest[0][:options]).all(axis=0)
    blank = np.full_like(mean.value, np.nan)
    last = {"n": grid.numbers["n"][0], "weighted_base": grid.numbers["weighted_base"][0]}
    last |= {"count": blank, "low": mean.low, "high": mean.high}
    last |= {"estimate": mean.value, "se": mean.se}
    hide = {"estimate", "se", "low", "high"}

    def below(upper: Floats, row: Floats) -> Floats:
        return np.vstack([upper, row])

    numbers = {
        name: below(array, np.where(shown, last[name], np.nan) if name in hide else last[name])
        for name, array in grid.numbers.items()
    }
    return _Grid(
        [*grid.rows, BannerRow("mean", "Mean score")],
        numbers,
        np.vstack([grid.kept, shown]),
        tuple(below(a, b) for a, b in zip(grid.gap, mean.gap, strict=True)),  # type: ignore[arg-type]
        tuple(  # type: ignore[arg-type]
            below(a, np.where(shown & compared, b, np.nan))
            for a, b in zip(grid.rest, mean.rest, strict=True)
        ),
        (*grid.notes, *mean.notes),
    )


def _tests(
    grids: Sequence[_Grid],
    columns: Sequence[BannerColumn],
    pairs: Sequence[tuple[int, int]],
    plan: BannerPlan,
) -> tuple[Tests, int]:
    """Every test between figures that are shown, and how many families they make."""
    if plan.compare == "rest":
        first = np.arange(1, len(columns))
        second = np.full(len(first), -1)
    else:
        first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    names = list(dict.fromkeys(column.heading for column in columns))
    heading = np.array([names.index(columns[int(c)].heading) for c in first], dtype=np.int64)
    kinds: list[list[NDArray[Any]]] = []
    start = 0
    for number, grid in enumerate(grids):
        difference, se, df = (
            (array[:, 1:] for array in grid.rest) if plan.compare == "rest" else grid.gap
        )
        kept = _testable(grid)
        both = kept[:, first] & (kept[:, second] if plan.compare == "columns" else True)
        p = two_sided(difference, se, df)
        row, place = np.nonzero(both & np.isfinite(p))
        flat = (difference[row, place], se[row, place], df[row, place], p[row, place])
        kinds.append([row + start, first[place], second[place], *flat, heading[place]])
        kinds[-1].append(np.full(len(row), number))
        start += len(grid.rows)
    row, one, other, difference, se, df, p, at, question = (
        np.concatenate(list(parts)) for parts in zip(*kinds, strict=True)
    )
    family = family_ids(row, at, question, plan)
    fitted = adjusted(p, family, plan.multiplicity)
    return Tests(row, one, other, difference, se, df, p, fitted), len(np.unique(family))


def _testable(grid: _Grid) -> Flags:
    """Shown, and neither 0 nor everybody; a mean needs a standard error only."""
    share = np.array([row.kind != "mean" for row in grid.rows])[:, None]
    value = grid.numbers["estimate"]
    with np.errstate(invalid="ignore"):
        inside = ~share | ((value > 0) & (value < 1))
    found: Flags = grid.kept & np.isfinite(value) & inside
    return found


def _question(one: Asked, grid: _Grid, said: Sequence[Sequence[str]]) -> BannerQuestion:
    options = np.array([row.kind == "option" for row in grid.rows])
    numbers = grid.numbers
    cells = tuple(
        tuple(_cell(grid, row, column, said[row][column]) for column in range(len(said[row])))
        for row in range(len(grid.rows))
    )
    bases = []
    for column in range(numbers["n"].shape[1]):
        people = numbers["n"][0, column]
        weighted = _known(numbers["weighted_base"][0, column])
        share = numbers["estimate"][options, column]
        effective = _effective(share, numbers["se"][options, column], people)
        counted = None if np.isnan(people) else int(people)
        bases.append(Bases(counted, weighted, effective, counted == 0))
    return BannerQuestion(one.name, one.wording, tuple(grid.rows), tuple(bases), cells, grid.notes)


def _cell(grid: _Grid, row: int, column: int, said: str) -> BannerCell:
    def number(name: str) -> float | None:
        return _known(grid.numbers[name][row, column])

    empty = grid.numbers["n"][row, column] == 0
    shown = bool(grid.kept[row, column]) and not empty
    if not shown:
        return BannerCell(False, empty=bool(empty))
    people = number("count")
    return BannerCell(
        True,
        number("estimate"),
        said,
        number("se"),
        number("low"),
        number("high"),
        None if people is None else int(people),
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _effective(share: Floats, se: Floats, people: float) -> float | None:
    """Of the answers shown: one number for the column. All people, where no answer varies."""
    known = np.isfinite(share) & np.isfinite(se)
    if not known.any() or np.isnan(people):
        return None
    spread, variance = (share * (1 - share))[known].sum(), (se[known] ** 2).sum()
    return float(spread / variance) if variance > 0 and spread > 0 else float(people)


def _comparison_frame(
    tests: Tests, asked: Sequence[Asked], grids: Sequence[_Grid], columns: Sequence[BannerColumn]
) -> pl.DataFrame:
    rows = [(one.name, row) for one, grid in zip(asked, grids, strict=True) for row in grid.rows]

    def texts(values: Sequence[str], places: NDArray[np.int64]) -> pl.Series:
        return pl.Series(values, dtype=pl.String).gather(places)

    labels = [*(column.label for column in columns), "the rest"]
    return pl.DataFrame(
        {
            "item": texts([item for item, _ in rows], tests.row),
            "kind": texts([row.kind for _, row in rows], tests.row),
            "row": texts([row.label for _, row in rows], tests.row),
            "heading": texts([column.heading for column in columns], tests.first),
            "first": texts(labels, tests.first),
            "second": texts(labels, np.where(tests.second < 0, len(columns), tests.second)),
            "difference": tests.difference,
            "standard_error": tests.se,
            "df": tests.df,
            "p": tests.p,
            "adjusted_p": tests.adjusted,
        }
    )
