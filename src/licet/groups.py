"""Social groups, defined once by expression and used everywhere alike.

A group is declared as a small expression over the columns of the answers, for example
``ethnicity == "Black"`` or ``age < 30 and children >= 3``. It is parsed against an allow-list
(names, text, numbers, comparisons, ``in``, ``and``, ``or``, ``not``) and can call nothing.
Groups may overlap and may be composites of others' columns.

A person whose answer to a column is missing is neither in a group that needs the answer nor among
the rest: membership is true, false or unknown (three-valued logic).
"""

from __future__ import annotations

import ast
import io
import operator
import re
import tokenize
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import inf
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, Fault, bad, nearest

if TYPE_CHECKING:
    import polars as pl

ALL = "all"
"""The id of the whole sample."""

NOT_KNOWN = "not known"
_FROM = re.compile(r"(under|below|less than|up to|<|over|above|more than|>|)[ =]*([0-9]+)")
_LESS = ("under", "below", "less than", "up to", "<")

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ALLOWED = 'column names, "text", numbers, == != < <= > >=, in [..], and, or, not, parentheses'
_LONGEST = 2000
_DEEPEST = 40


@dataclass(frozen=True)
class Group:
    """One social group.

    id: the word used in uses, figures and reports. expression: over the columns of the answers,
    empty for printed figures. reference: a comparison group (for example the best-off), which
    licenses nothing on its own. note: how a composite was made.
    """

    id: str
    label: str
    expression: str = ""
    reference: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not self.id or self.id == ALL:
            raise bad(f"a group cannot be called {self.id!r}", "groups", f"any id but {ALL!r}")
        if self.expression:
            columns_of(self.expression)


def in_order(name: str) -> tuple[bool, float, tuple[tuple[bool, int, str], ...], str]:
    """A key that sorts levels as people read them: under 5, 5-9, 10-14, 65+; words by the alphabet.

    What is not known comes last.
    """
    said = name.strip().casefold()
    first = _FROM.match(said)
    number = inf
    if first:
        aside = -0.5 if first[1] in _LESS else 0.5 if first[1] else 0.0
        number = int(first[2]) + aside
    parts = re.split(r"([0-9]+)", said)
    told = tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)
    return said == NOT_KNOWN, number, told, name


def numbered(names: Iterable[str]) -> bool:
    """Whether levels are bands of numbers, so that they have an order of their own: 0-4, 5-9."""
    told = [in_order(name) for name in names]
    return sum(key[1] < inf for key in told) * 2 > sum(not key[0] for key in told)


def ordered(names: Sequence[str]) -> list[str]:
    """Levels in their own order where they are bands of numbers, else as they come."""
    return sorted(names, key=in_order) if numbered(names) else list(names)


def _fault(expression: str, what: str) -> BadInput:
    return bad(what, f"expression {expression[:120]!r}", _ALLOWED)


def parse(expression: str) -> ast.expr:
    """The tree of an expression, every node of it on the allow-list. Refuses a wrong one.

    An expression may run over several lines; text in quotes stays as it is written.
    """
    if len(expression) > _LONGEST:
        raise _fault(expression, f"an expression longer than {_LONGEST} characters")
    try:
        line = re.sub(r"[\r\n]+", " ", expression).strip()
        tree = ast.parse(line, mode="eval").body
        # On one line a comment would swallow what comes after it.
        if "#" in line and any(
            token.type == tokenize.COMMENT
            for token in tokenize.generate_tokens(io.StringIO(line).readline)
        ):
            raise _fault(expression, "an expression may hold no comment (#)")
        _check(expression, tree, 0)
    except BadInput:
        raise
    except (SyntaxError, ValueError, MemoryError, RecursionError, tokenize.TokenError) as error:
        raise _fault(expression, f"this is not an expression ({error})") from None
    return tree


def _check(expression: str, node: ast.expr, depth: int) -> None:
    """Refuse every node that is not on the allow-list."""
    if depth > _DEEPEST:
        raise _fault(expression, "an expression nested too deeply")
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                _check_condition(expression, value, depth + 1)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check_condition(expression, operand, depth + 1)
        case ast.Compare():
            _check_compare(expression, node)
        case ast.Name():
            pass
        case ast.Call():
            raise _fault(expression, "an expression may not call anything")
        case _:
            raise _fault(expression, f"{type(node).__name__} is not allowed in an expression")


def _check_condition(expression: str, node: ast.expr, depth: int) -> None:
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
        raise _fault(expression, f"{node.value!r} is not a condition")
    if not (isinstance(node, ast.Constant) and isinstance(node.value, bool)):
        _check(expression, node, depth)


def _check_compare(expression: str, node: ast.Compare) -> None:
    for part in [node.left, *node.comparators]:
        _check_operand(expression, part)
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple | ast.Set) or not right.elts:
                raise _fault(expression, "'in' needs a list in brackets on its right, not empty")
        elif type(op) not in _COMPARE:
            raise _fault(expression, f"{type(op).__name__} is not allowed in an expression")


def _check_operand(expression: str, node: ast.expr) -> None:
    match node:
        case ast.Name():
            return
        case ast.Constant(value=str() | bool() | int() | float()):
            return
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return
        case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
            for element in elts:
                if isinstance(element, ast.Name | ast.List | ast.Tuple | ast.Set):
                    raise _fault(expression, "a list may hold only text and numbers")
                _check_operand(expression, element)
        case ast.Call():
            raise _fault(expression, "an expression may not call anything")
        case _:
            raise _fault(expression, f"{type(node).__name__} is not allowed in an expression")


def columns_of(expression: str) -> tuple[str, ...]:
    """The columns an expression names, in order of first use. Refuses a wrong expression."""
    tree = parse(expression)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    names.sort(key=lambda node: node.col_offset)
    return tuple(dict.fromkeys(node.id for node in names))


def membership(expression: str, columns: Iterable[str]) -> pl.Expr:
    """The expression as a Polars expression: true, false or null (unknown) per person.

    ``columns`` are those of the answers; naming another is refused with the nearest right one.
    """
    known = list(columns)
    for name in columns_of(expression):
        if name not in known:
            near = nearest(name, known)
            raise BadInput(
                Fault(
                    f"unknown column {name!r}",
                    f"expression {expression[:120]!r}",
                    ", ".join(known[:30]) + (" ..." if len(known) > 30 else ""),
                    f"write {near!r} if that is meant" if near else "name a column of the answers",
                )
            )
    return _build(parse(expression))


def _build(node: ast.expr) -> pl.Expr:
    import polars as pl

    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return reduce(operator.and_, map(_build, values))
        case ast.BoolOp(values=values):
            return reduce(operator.or_, map(_build, values))
        case ast.UnaryOp(operand=operand):
            return ~_build(operand)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            lefts = [left, *comparators[:-1]]
            return reduce(operator.and_, map(_compare, lefts, ops, comparators))
        case ast.Name(id=name):
            return pl.col(name).cast(pl.Boolean)
        case ast.Constant(value=value):
            return pl.lit(bool(value))
    raise AssertionError(type(node))  # pragma: no cover - `parse` lets no other node through


def _compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> pl.Expr:
    if isinstance(op, ast.In | ast.NotIn):
        inside: pl.Expr = reduce(operator.or_, [_operand(left) == v for v in _values(right)])
        return ~inside if isinstance(op, ast.NotIn) else inside
    result: pl.Expr = _COMPARE[type(op)](_operand(left), _operand(right))
    return result


def _values(node: ast.expr) -> list[Any]:
    assert isinstance(node, ast.List | ast.Tuple | ast.Set)
    return [ast.literal_eval(element) for element in node.elts]


def _operand(node: ast.expr) -> pl.Expr:
    import polars as pl

    return pl.col(node.id) if isinstance(node, ast.Name) else pl.lit(ast.literal_eval(node))
