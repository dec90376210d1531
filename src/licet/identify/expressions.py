"""Filters on a line: read, checked against the values of its table, and written as SQL.

A filter such as ``sessions >= 2 and reason in ('ill', 'other')`` is read by sqlglot and taken over node
by node: what is not named here does not get through. It can call nothing, work nothing out and see no
other table. What is written anew for an engine comes from the nodes below, never from the text.

A comparison with what is not known is not known (three-valued logic), and such a line does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, assert_never

from licet.feeds.tables import Kind

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

Dialect = Literal["duckdb", "spark"]
Comparison = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Field:
    """A value of the table."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Known:
    """What a value is compared with. text: a word, a day (2026-01-31), true or false, or for a number how
    many ten-thousandths it is."""

    text: str
    kind: Kind


@dataclass(frozen=True)
class Compared:
    left: Field | Known
    sign: Comparison
    right: Field | Known


@dataclass(frozen=True)
class Among:
    """The value is one of these."""

    field: Field
    options: tuple[Known, ...]


@dataclass(frozen=True)
class Missing:
    """Nothing is known of the value."""

    field: Field


@dataclass(frozen=True)
class Always:
    """True of every line, or of none."""

    holds: bool


@dataclass(frozen=True)
class Not:
    part: Filter


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class AnyOf:
    """One of the parts holds, or several."""

    parts: tuple[Filter, ...]


Filter = Field | Compared | Among | Missing | Always | Not | AllOf | AnyOf
"""A field stands alone where it is yes or no."""


def fields_of(line_filter: Filter) -> tuple[str, ...]:
    """The values that a filter asks for, each once, in their order."""
    match line_filter:
        case Field(name=name) | Among(field=Field(name=name)) | Missing(field=Field(name=name)):
            return (name,)
        case Compared(left=left, right=right):
            return tuple(dict.fromkeys(p.name for p in (left, right) if isinstance(p, Field)))
        case Not(part=part):
            return fields_of(part)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return tuple(dict.fromkeys(name for part in parts for name in fields_of(part)))
        case Always():
            return ()
        case never:
            assert_never(never)


def kinds_of(line_filter: Filter) -> Mapping[str, Kind]:
    """The kind of each value that a filter asks for."""
    match line_filter:
        case Field(name=name, kind=kind):
            return {name: kind}
        case Among(field=field) | Missing(field=field):
            return {field.name: field.kind}
        case Compared(left=left, right=right):
            return {one.name: one.kind for one in (left, right) if isinstance(one, Field)}
        case Not(part=part):
            return kinds_of(part)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return {name: kind for part in parts for name, kind in kinds_of(part).items()}
        case Always():
            return {}
        case never:
            assert_never(never)


def sql(line_filter: Filter, dialect: Dialect) -> str:
    """The filter in the words of an engine, every name quoted, in parentheses."""
    return f"({_written(line_filter).sql(dialect=dialect, comments=False)})"


def _written(line_filter: Filter) -> Expr:
    from sqlglot import exp

    match line_filter:
        case Field():
            return _operand(line_filter)
        case Always(holds=holds):
            return exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(int(holds)))
        case Missing(field=field):
            return exp.Is(this=_operand(field), expression=exp.null())
        case Among(field=field, options=options):
            return exp.In(this=_operand(field), expressions=[_operand(one) for one in options])
        case Compared(left=left, sign=sign, right=right):
            return _signs()[sign](this=_operand(left), expression=_operand(right))
        case Not(part=part):
            return exp.Not(this=exp.paren(_written(part), copy=False))
        case AllOf(parts=parts) | AnyOf(parts=parts):
            joined = _written(parts[0])
            kind = exp.And if isinstance(line_filter, AllOf) else exp.Or
            joined = exp.paren(joined, copy=False)
            for part in parts[1:]:
                joined = kind(this=joined, expression=exp.paren(_written(part), copy=False))
            return joined
        case never:
            assert_never(never)


def _operand(part: Field | Known) -> Expr:
    from sqlglot import exp

    if isinstance(part, Field):
        return exp.column(part.name, quoted=True)
    match part.kind:
        case "date":
            return exp.cast(exp.Literal.string(part.text), "date")
        case "yes_no":
            return exp.Boolean(this=part.text == "true")
        case "number":
            # As BIGINT, whatever the size of the number: it is never compared in floating point.
            return exp.cast(exp.Literal.string(part.text), "bigint")
        case "word":
            return exp.Literal.string(part.text)
        case never:
            assert_never(never)


def _signs() -> Mapping[Comparison, type[Expr]]:
    from sqlglot import exp

    return {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
