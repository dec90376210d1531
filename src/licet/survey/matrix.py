"""From a table of people to the matrix of shares: items x groups, with bases and intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.errors import BadInput, bad, unknown
from licet.groups import ALL
from licet.survey.answers import Answers
from licet.survey.coding import Coded, check_single, code_column
from licet.survey.design import Design
from licet.survey.intervals import IntervalMethod, effective_base, interval
from licet.survey.shares import Shares, shares
from licet.survey.totals import Column, Grouping, joint_counts

MOST_LEVELS = 500
"""Groups that one column may make."""


@dataclass(frozen=True)
class Question:
    """One item as coded: options in order, and nets (sums of options) by name."""

    name: str
    coded: Coded
    nets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Domains:
    """Groups as coded. by: the variable of each domain; label: its name. The whole sample is first.

    rest: index of the complement domain of each domain, or -1. shown: whether it is a row of the
    matrix (complements are not). member: shape (n,) codes are inside the groupings.
    """

    groupings: tuple[Grouping, ...]
    by: tuple[str, ...]
    label: tuple[str, ...]
    rest: tuple[int, ...]
    shown: tuple[bool, ...]


def domains_by_column(
    frame: pl.DataFrame, by: Sequence[str], orders: Mapping[str, tuple[str, ...]]
) -> Domains:
    """Every level of every column of ``by`` as a group, with its complement among known values."""
    groupings, names, labels = [], [ALL], [ALL]
    rest, shown = [-1], [True]
    for name in by:
        coded = code_column(column_of(frame, name), orders.get(name, ()))
        size = len(coded.levels)
        if size > MOST_LEVELS:
            raise bad(
                f"{size:,} different values",
                f"column {name!r}",
                f"at most {MOST_LEVELS} groups",
                "name a column of groups; make bands of a measured number first",
            )
        level = np.eye(size, dtype=np.bool_)
        # Of two levels each is the rest of the other; of more, the rests are domains of their own.
        members = level if size == 2 else np.hstack([level, ~level])
        others = [1, 0] if size == 2 else range(size, 2 * size)
        unseen = members.shape[1] - size
        codes = coded.codes
        if not coded.complete:
            codes = np.where(codes < 0, size, codes)
            members = np.vstack([members, np.zeros((1, size + unseen), dtype=np.bool_)])
        groupings.append(Grouping(codes, members))
        rest += [*(len(names) + other for other in others), *[-1] * unseen]
        names += [name] * (size + unseen)
        labels += [*coded.levels, *coded.levels[:unseen]]
        shown += [True] * size + [False] * unseen
    return Domains(tuple(groupings), tuple(names), tuple(labels), tuple(rest), tuple(shown))


def domains_by_mask(masks: Mapping[str, pl.Series]) -> Domains:
    """Groups given as true, false or null (unknown) per person."""
    groupings, names, labels, rest, shown = [], [ALL], [ALL], [-1], [True]
    for name, mask in masks.items():
        codes = mask.cast(pl.Int8).fill_null(2).to_numpy().astype(np.int32)
        members = np.array([[False, True], [True, False], [False, False]])
        groupings.append(Grouping(codes, members))
        rest += [len(names) + 1, -1]
        names += [name, name]
        labels += [name, name]
        shown += [True, False]
    return Domains(tuple(groupings), tuple(names), tuple(labels), tuple(rest), tuple(shown))


def join_domains(first: Domains, second: Domains) -> Domains:
    """Both sets of groups; the whole sample stays first and once."""
    shift = len(first.label) - 1
    return Domains(
        (*first.groupings, *second.groupings),
        (*first.by, *second.by[1:]),
        (*first.label, *second.label[1:]),
        (*first.rest, *(r + shift if r >= 0 else -1 for r in second.rest[1:])),
        (*first.shown, *second.shown[1:]),
    )


def overlaps(design: Design, domains: Domains) -> NDArray[np.int64]:
    """How many people with a weight are in both of two domains, shape (domains, domains)."""
    return joint_counts(domains.groupings, design.weights > 0)


_LOOKED_AT_FIRST = 20_000
"""Among so many people all groups that share anybody ordinarily do."""


def sharing(design: Design, domains: Domains) -> NDArray[np.bool_]:
    """Which two domains share anybody with a weight, shape (domains, domains)."""
    kept = design.weights > 0
    by = np.array(domains.by)
    for most in (_LOOKED_AT_FIRST, len(kept)):
        some = [Grouping(g.codes[:most], g.members) for g in domains.groupings]
        shared: NDArray[np.bool_] = joint_counts(some, kept[:most]) > 0
        # Levels of one column share nobody; for the others few people may not be enough.
        if (shared | (by[:, None] == by) & ~np.eye(len(by), dtype=np.bool_)).all():
            break
    return shared


def column_of(frame: pl.DataFrame, name: str) -> pl.Series:
    """A column, or the refusal of its name with the nearest right one."""
    if name not in frame.columns:
        raise unknown("column", name, frame.columns, "the answers")
    return frame[name]


def question(
    answers: Answers,
    name: str,
    nets: Mapping[str, Sequence[str]] | None = None,
    outside: Sequence[str] = (),
) -> Question:
    """Code one item. Empty cells, labels which the file marks as missing, and the options named in
    ``outside`` are outside the base."""
    column = column_of(answers.frame, name)
    check_single(column)
    gone = answers.missing.get(name, frozenset()) | set(outside)
    order = tuple(o for o in answers.options.get(name, ()) if o not in gone)
    if gone:
        no_answer = column.cast(pl.String).is_in(sorted(gone))
        column = pl.select(pl.when(~no_answer).then(column)).to_series()
    coded = code_column(column, order)
    if not coded.levels:
        raise bad("no valid answer", f"column {name!r}", "at least one answer", "name another item")
    if len(coded.levels) > 60:
        raise bad(
            f"{len(coded.levels)} different answers",
            f"column {name!r}",
            "at most 60 options",
            "name an item with options; make bands of a measured number first",
        )
    return Question(name, coded, _nets(coded, name, nets or {}))


def _nets(
    coded: Coded, name: str, nets: Mapping[str, Sequence[str]]
) -> Mapping[str, tuple[str, ...]]:
    for net, options in nets.items():
        for option in options:
            if option not in coded.levels:
                raise unknown("option", option, coded.levels, f"net {net!r} of item {name!r}")
    return {net: tuple(options) for net, options in nets.items()}


def matrix(
    design: Design,
    questions: Sequence[Question],
    domains: Domains,
    *,
    method: IntervalMethod = "korn-graubard",
    level: float = 0.95,
    compiled: bool = False,
) -> pl.DataFrame:
    """One row per item x option x group: see ``flow.table`` for the columns."""
    pairs = [(place, other) for place, other in enumerate(domains.rest) if other >= 0]
    columns: list[Column] = []
    names: list[str] = []
    options: list[str | None] = []
    kinds: list[str] = []
    for q in questions:
        columns.append(Column(q.coded.codes, len(q.coded.levels), q.coded.complete))
        names += [q.name] * len(q.coded.levels)
        options += q.coded.levels
        kinds += ["option"] * len(q.coded.levels)
        for net, members in q.nets.items():
            columns.append(_net(q, members))
            names += [q.name] * 2
            options += [net, _REST]
            kinds += ["net"] * 2
    result = shares(design, columns, domains.groupings, pairs, compiled=compiled)
    frame = _rows(names, options, kinds, result, domains)
    if _REST in options:
        frame = frame.filter(pl.col("option").is_not_null())
    return _with_intervals(frame, method, level)


_REST = None
"""Every valid answer outside a net is an option of its own to the kernel, and not shown."""


def _net(q: Question, members: Sequence[str]) -> Column:
    """A net as an item of two options: in the net, or another valid answer."""
    inside = [0 if level in members else 1 for level in q.coded.levels]
    return Column(np.array([*inside, -1], dtype=np.int8)[q.coded.codes], 2, q.coded.complete)


@dataclass(frozen=True)
class _Layout:
    """Where each row of the long table comes from: items first, then groups, then options.

    row, column, rest: shape (rows,), the domain, the option, and the domain of the rest or -1.
    pair: the place of the difference from the rest, or -1.
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    rest: NDArray[np.int64]
    pair: NDArray[np.int64]

    def cells(self, array: NDArray[np.generic]) -> pl.Series:
        """Values per (domain, option)."""
        return pl.Series(array[self.row, self.column], nan_to_null=True)

    def of_rest(self, array: NDArray[np.int64]) -> pl.Series:
        """The same of the rest, null where there is none."""
        found = array[self.rest, self.column].tolist()
        there = (self.rest >= 0).tolist()
        values = [n if is_there else None for n, is_there in zip(found, there, strict=True)]
        return pl.Series(values, dtype=pl.Int64)

    def pairs(self, array: NDArray[np.float64]) -> pl.Series:
        """Values per (pair, option), NaN where there is none."""
        padded = np.vstack([array, np.full((1, array.shape[1]), np.nan)])
        return pl.Series(padded[self.pair, self.column], nan_to_null=True)


def _layout(result: Shares, domains: Domains) -> _Layout:
    shown = np.flatnonzero(domains.shown)
    starts = np.flatnonzero(np.r_[True, np.diff(result.item) > 0])
    lengths = np.diff(np.r_[starts, len(result.item)])
    spans = zip(starts, lengths, strict=True)
    column = np.concatenate([np.tile(np.arange(a, a + n), len(shown)) for a, n in spans])
    row = np.concatenate([np.repeat(shown, n) for n in lengths])
    rest = np.array(domains.rest)
    pair = np.where(rest >= 0, np.cumsum(rest >= 0) - 1, -1)
    return _Layout(row, column, rest[row], pair[row])


def _rows(
    names: Sequence[str],
    options: Sequence[str | None],
    kinds: Sequence[str],
    result: Shares,
    domains: Domains,
) -> pl.DataFrame:
    """One row per option and shown domain."""
    layout = _layout(result, domains)

    def texts(values: Sequence[str | None], places: NDArray[np.int64]) -> pl.Series:
        # Rows are few: a list is several times as quick as Polars taking them by place.
        return pl.Series([values[place] for place in places.tolist()], dtype=pl.String)

    return pl.DataFrame(
        {
            "item": texts(names, layout.column),
            "option": texts(options, layout.column),
            "kind": texts(kinds, layout.column),
            "by": texts(domains.by, layout.row),
            "group": texts(domains.label, layout.row),
            "n": layout.cells(result.n),
            "count": layout.cells(result.count),
            "weighted_base": layout.cells(result.weight),
            "estimate": layout.cells(result.estimate),
            "se": layout.cells(result.se),
            "df": layout.cells(result.df),
            "deff": layout.cells(result.deff),
            "kish_base": layout.cells(result.kish),
            "effective_base": layout.cells(result.effective_base),
            "logit_base": layout.cells(result.logit_base),
            "rest_n": layout.of_rest(result.n),
            "rest_count": layout.of_rest(result.count),
            "difference": layout.pairs(result.difference),
            "difference_se": layout.pairs(result.difference_se),
            "difference_df": layout.pairs(result.difference_df),
        }
    )


def _with_intervals(frame: pl.DataFrame, method: IntervalMethod, level: float) -> pl.DataFrame:
    """With ``low`` and ``high`` in place of ``logit_base``."""
    p, se, n, df = (frame[c].to_numpy().astype(np.float64) for c in ("estimate", "se", "n", "df"))
    logit_base = frame.drop_in_place("logit_base").to_numpy()
    if method == "korn-graubard":
        base = effective_base(p, se, n, df, level)
    elif method == "wilson":
        base = np.minimum(frame["effective_base"].to_numpy(), n)
    else:
        base = logit_base
    low, high = interval(p, base, method=method, level=level, df=df)
    bounds = {"low": low, "high": high}
    return frame.hstack(
        [pl.Series(name, bound, nan_to_null=True) for name, bound in bounds.items()]
    )


def masks_of(frame: pl.DataFrame, expressions: Mapping[str, str]) -> dict[str, pl.Series]:
    """Each group's membership as true, false or null per person."""
    from licet.groups import columns_of, membership

    masks: dict[str, pl.Series] = {}
    for name, expression in expressions.items():
        try:
            inside = membership(expression, frame.columns)
            numbers = [c for c in columns_of(expression) if frame.schema[c].is_float()]
            known = frame.with_columns(pl.col(numbers).fill_nan(None)) if numbers else frame
            masks[name] = known.select(inside.alias(name))[name]
        except BadInput as error:
            raise error.within(f"group {name!r}") from None
        except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
            raise bad(
                f"the expression does not fit the columns ({str(error).splitlines()[0]})",
                f"group {name!r}: {expression!r}",
                "text compared with text, numbers with numbers",
                "look at the values of the column: text needs quotes",
            ) from None
        if masks[name].len() != frame.height:
            raise bad("the expression names no column", f"group {name!r}: {expression!r}")
    return masks
