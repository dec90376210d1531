"""Whether a codebook and its answers agree: columns, ids, options, weights, groups.

Pure: values in, faults out. The place of a fault is a column of the answers or a group.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, Fault, counted, nearest
from licet.evidence import Collapse, Evidence, Item
from licet.files.values import plain
from licet.groups import Group, columns_of, membership, parse
from licet.readings import sample_of

if TYPE_CHECKING:
    import polars as pl

    from licet.survey.answers import Answers

_STANCES = ("permits", "neutral", "opposes")
_SHOWN = 12


def with_text_items(evidence: Evidence, answers: Answers) -> Answers:
    """The answers with every item column as text: a file of codes has options ``1``, ``2``, ..."""
    import polars as pl

    changed, notes = [], []
    for name in dict.fromkeys(item.column for item in evidence.items if item.column):
        if name not in answers.frame.columns or answers.frame.schema[name] == pl.String:
            continue
        series = answers.frame[name]
        codes = series.drop_nulls().unique()
        words = pl.Series([plain(code) for code in codes.to_list()], dtype=pl.String)
        changed.append(series.replace_strict(codes, words, default=None, return_dtype=pl.String))
        notes.append(f"{name}: its values are read as options, as text")
    if not changed:
        return answers
    frame = answers.frame.with_columns(changed)
    return replace(answers, frame=frame, notes=(*answers.notes, *notes))


def check_answers(
    evidence: Evidence, answers: Answers, id_column: str | None = None
) -> list[Fault]:
    """Everything in which the codebook and its answers disagree; empty if they agree.

    id_column: the column that must tell every person apart.
    """
    faults = [
        *_columns(evidence, answers, id_column),
        *_replicates(evidence, answers),
        *_ids(answers, id_column),
        *_options(evidence, answers),
        *_weights(evidence, sample_of(evidence, answers)),
        *_design_gaps(evidence, sample_of(evidence, answers)),
    ]
    for group in evidence.groups:
        if group.expression:
            faults += _group(group, answers)
    return list(dict.fromkeys(faults))


_DRAWN = ("strata", "psu", "fpc", "ssu", "ssu_fpc")
"""Keys of a design that name a column which says how people were drawn."""


def _replicates(evidence: Evidence, answers: Answers) -> Iterator[Fault]:
    """Replicate columns that the answers do not have, in one fault."""
    declared = evidence.design.replicates if evidence.design else ()
    gone = [name for name in declared if name not in answers.frame.columns]
    if gone:
        near = nearest(gone[0], answers.frame.columns)
        yield Fault(
            f"{len(gone)} of {len(declared)} replicate columns are not in the answers, "
            f"first {gone[0]!r}",
            "replicates",
            "columns of the file",
            f"did you mean {near!r}? check how many there are" if near else "check the names",
        )


def _columns(evidence: Evidence, answers: Answers, id_column: str | None) -> Iterator[Fault]:
    """Columns that the codebook names and the answers do not have."""
    named = [(f"item {item.id!r}", item.column or item.id) for item in evidence.items]
    if evidence.design:
        keys = ("weight", *_DRAWN)
        named += [(key, getattr(evidence.design, key)) for key in keys]
    named += [
        (f"group {group.id!r}", name)
        for group in evidence.groups
        if group.expression
        for name in columns_of(group.expression)
    ]
    known = answers.frame.columns
    for user, name in [("id", id_column), *named]:
        if name is not None and name not in known:
            near = nearest(name, known)
            todo = f"write {near!r} if that is meant" if near else "name a column of the answers"
            yield Fault(f"{user}: there is no column {name!r}", user, _listed(known), todo)


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    more = f" ... {len(every)} in all" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more


def _quoted(words: Iterable[str]) -> str:
    return _listed(repr(word) for word in words)


def _ids(answers: Answers, id_column: str | None) -> Iterator[Fault]:
    if id_column is None or id_column not in answers.frame.columns:
        return
    ids = answers.frame[id_column]
    where, todo = f"column {id_column!r}", "each person once, or name another id column"
    if ids.null_count():
        yield _rows("the id is missing", ids.is_null(), where, "an id for each person", todo)
    doubled = ids.is_duplicated() & ids.is_not_null()
    if doubled.any():
        first = ids.filter(doubled).head(1).item()
        what = f"the same id stands for several people, first {str(first)[:40]!r}"
        yield _rows(what, doubled, where, "each id once", todo)


def _rows(what: str, wrong: pl.Series, where: str, allowed: str, todo: str) -> Fault:
    """A fault of some rows: how many, and the first, the first person being row 1."""
    first = wrong.arg_true().head(1).item() + 1
    return Fault(
        f"{what}: {counted(int(wrong.sum()), 'row', 'rows')}, first row {first:,}",
        where,
        allowed,
        todo,
    )


def _options(evidence: Evidence, answers: Answers) -> Iterator[Fault]:
    items = [i for i in evidence.items if i.collapse and i.column in answers.frame.columns]
    seen = {item.id: _seen(item, answers) for item in items}
    for item in items:
        assert item.collapse is not None
        alike = [other for other in items if other.collapse == item.collapse]
        anywhere = set().union(*(seen[other.id] for other in alike))
        yield from _undeclared(item, item.collapse, seen[item.id], answers)
        if item.column in answers.options:
            yield from _never_there(item, item.collapse, seen[item.id], anywhere)
        yield from _contradicted(item, item.collapse, answers)


def _seen(item: Item, answers: Answers) -> dict[str, None]:
    """The options of an item's column: those of its labels, then others in the data."""
    column = str(item.column)
    values = answers.frame[column].drop_nulls().unique(maintain_order=True).to_list()
    return dict.fromkeys([*answers.options.get(column, ()), *map(str, values)])


def _undeclared(
    item: Item, collapse: Collapse, seen: Iterable[str], answers: Answers
) -> Iterator[Fault]:
    column = str(item.column)
    marks = answers.missing.get(column, frozenset())
    loose = [option for option in seen if option not in marks and option not in collapse.options]
    if not loose:
        return
    near = nearest(loose[0], collapse.options)
    todo = "add it to the list it belongs to (outside: no answer to this question)"
    if near:
        todo = f"the codebook says {near!r}: correct it if that is meant, or {todo}"
    yield Fault(
        f"an undeclared collapse: no stance is given for {_quoted(loose)}",
        f"item {item.id!r}, column {column!r}",
        _lists(collapse),
        todo,
    )


def _lists(collapse: Collapse) -> str:
    lists = {name: getattr(collapse, name) for name in type(collapse).model_fields}
    return "; ".join(f"{name}: {_quoted(options)}" for name, options in lists.items() if options)


def _never_there(
    item: Item, collapse: Collapse, seen: Iterable[str], anywhere: Iterable[str]
) -> Iterator[Fault]:
    """Codebook options that no label has. Marks for no answer may be missing from some items."""
    stances = {option for name in _STANCES for option in getattr(collapse, name)}
    labels = list(seen)
    for option in collapse.options:
        if option in (labels if option in stances else anywhere):
            continue
        near = nearest(option, labels)
        yield Fault(
            f"labels disagree with the codebook: no label of the column is {option!r}",
            f"item {item.id!r}, column {str(item.column)!r}",
            _quoted(labels),
            f"write {near!r} if that is meant" if near else f"take {option!r} out of the scale",
        )


def _contradicted(item: Item, collapse: Collapse, answers: Answers) -> Iterator[Fault]:
    marks = answers.missing.get(str(item.column), frozenset())
    for name in _STANCES:
        for option in getattr(collapse, name):
            if option in marks:
                yield Fault(
                    f"the file marks {option!r} as missing, the codebook counts it as {name}",
                    f"item {item.id!r}, column {str(item.column)!r}",
                    "dont_know or outside",
                    "move it to outside, or take the mark out of the file",
                )


def _weights(evidence: Evidence, answers: Answers) -> Iterator[Fault]:
    import polars as pl

    name = evidence.design.weight if evidence.design else None
    if name is None or name not in answers.frame.columns:
        return
    raw, where = answers.without_missing()[name], f"weight, column {name!r}"
    allowed = "a number from 0 up for each person, not all 0"
    if not raw.dtype.is_numeric() and raw.dtype != pl.String:
        yield Fault(
            f"the weight is {raw.dtype}, not a number", where, allowed, "name another column"
        )
        return
    weights = raw.cast(pl.Float64, strict=False)
    wrong = weights.is_null() & raw.is_not_null() | ~weights.is_finite().fill_null(True)
    if wrong.any():
        what = f"a weight is not a number, first {str(raw.filter(wrong).head(1).item())[:40]!r}"
        yield _rows(what, wrong, where, allowed, "write weights with a decimal point: 0.85")
        return
    if raw.is_null().any():
        todo = "leave these people out of the file, or give them weight 0"
        yield _rows("the weight is missing", raw.is_null(), where, allowed, todo)
    negative = (weights < 0).fill_null(False)
    if negative.any():
        yield _rows("a weight is negative", negative, where, allowed, "correct the weights")
    elif not weights.sum():
        every = pl.Series([True] * len(weights))
        yield _rows("the weights add up to 0", every, where, allowed, "name the weight column")
    elif raw.dtype == pl.String:
        yield Fault("the weights are text", where, allowed, "save them as numbers")


def _design_gaps(evidence: Evidence, answers: Answers) -> Iterator[Fault]:
    for key in _DRAWN:
        name = getattr(evidence.design, key, None)
        if name is not None and name in answers.frame.columns:
            gaps = answers.without_missing()[name].is_null()
            if gaps.any():
                allowed = "a value for each person"
                yield _rows("the value is missing", gaps, f"{key}, column {name!r}", allowed, "")


def _group(group: Group, answers: Answers) -> list[Fault]:
    """Faults of a group: it compares text with numbers, or names a label that no column has."""
    import polars as pl

    frame = answers.without_missing()
    where = f"group {group.id!r}: {group.expression[:120]}"
    if not set(columns_of(group.expression)) <= set(frame.columns):
        return []  # the missing columns are noted already
    faults = labels_nobody_has(group.expression, answers, where)
    try:
        frame.select(membership(group.expression, frame.columns).cast(pl.Boolean))
    except BadInput as error:
        faults += error.faults
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
        kinds = ", ".join(f"{n} is {_kind(frame[n])}" for n in columns_of(group.expression))
        what = f"the expression does not fit the answers ({str(error).splitlines()[0][:120]})"
        todo = "put text in quotes, numbers without, true or false in no quotes"
        faults.append(Fault(what, where, kinds, todo))
    return faults


def _kind(series: pl.Series) -> str:
    return "a number" if series.dtype.is_numeric() else f"{series.dtype}".casefold()


def labels_nobody_has(expression: str, answers: Answers, where: str) -> list[Fault]:
    """Labels in an expression that the column does not have, with the nearest right one.

    In a column without labels only a near miss is told: a value may just not occur. Columns that
    the answers do not have are passed over.
    """
    found = []
    for column, text in _compared(expression):
        if column not in answers.frame.columns:
            continue
        options = answers.options.get(column)
        values = options or answers.frame[column].drop_nulls().unique(maintain_order=True).to_list()
        words = [value for value in values if isinstance(value, str)]
        near = nearest(text, words)
        if text in words or not words or (options is None and near is None):
            continue
        todo = f"write {near!r} if that is meant" if near else "use a label of the column"
        found.append(Fault(f"nobody's {column!r} is {text!r}", where, _quoted(words), todo))
    return found


def _compared(expression: str) -> Iterator[tuple[str, str]]:
    """Every column with each text it is compared to for equality."""
    for node in ast.walk(parse(expression)):
        if not isinstance(node, ast.Compare):
            continue
        lefts: list[ast.expr] = [node.left, *node.comparators[:-1]]
        for left, op, right in zip(lefts, node.ops, node.comparators, strict=True):
            if isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                names = [side.id for side in (left, right) if isinstance(side, ast.Name)]
                texts: list[Any] = [
                    part.value
                    for side in (left, right)
                    for part in ast.walk(side)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                ]
                yield from ((name, text) for name in names[:1] for text in texts)
