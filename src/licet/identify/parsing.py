"""The text of a filter as nodes of ``expressions``. Every refusal says what stands there.

First the signs are looked at one by one, then sqlglot reads the sentence, then each of its nodes is taken
over or refused: calls, sub-queries, arithmetic, casts, other tables, parameters, comments, a second
statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, Fault, bad, nearest
from licet.feeds.lines import LARGEST, PARTS
from licet.feeds.tables import Kind, Value
from licet.identify.expressions import (
    AllOf,
    Always,
    Among,
    AnyOf,
    Compared,
    Comparison,
    Field,
    Filter,
    Known,
    Missing,
    Not,
)

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

ALLOWED = (
    "values of the table, 'words', numbers, 'days', true, false; = <> < <= > >=, in (...), "
    "between ... and ..., is null, is not null; and, or, not, parentheses"
)
LONGEST = 2_000
DEEPEST = 40
_SIGN = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_][A-Za-z0-9_]*|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"""
    r"""|<=|>=|<>|!=|==|--|/\*|::|[=<>(),-]|\s+|.""",
    re.DOTALL,
)
_REFUSED = {
    "--": "a comment", "/*": "a comment", "#": "a comment", "{": "a comment", ";": "a second statement",
    "::": "a cast", "*": "a star", "+": "arithmetic", "/": "arithmetic", "%": "arithmetic",
    "|": "arithmetic", "&": "arithmetic", "^": "arithmetic", "?": "a parameter", "$": "a parameter",
    ":": "a parameter", "@": "a parameter", ".": "another table",
}  # fmt: skip
_WORDS = {
    "select": "a sub-query", "exists": "a sub-query", "with": "a sub-query", "from": "a sub-query",
    "cast": "a cast", "try_cast": "a cast", "case": "a choice (case)", "when": "a choice (case)",
    "if": "a choice (if)",
    "like": "a pattern (like)", "ilike": "a pattern (like)", "rlike": "a pattern (rlike)",
    "similar": "a pattern (similar)", "glob": "a pattern (glob)", "interval": "a length of time",
    "escape": "a pattern (escape)", "symmetric": "between symmetric", "collate": "a collation",
}  # fmt: skip
_NUMBER_KEPT = re.compile(r"[0-9]*\.?[0-9]{0,4}0*\Z")


@dataclass(frozen=True)
class Reader:
    """Reads the filters over one table. audit_only: names that only an audit may ask for."""

    values: Mapping[str, Value]
    audit_only: tuple[str, ...] = ()

    def read(self, text: str) -> Filter:
        """The filter that a text says. An empty one holds for every line."""
        if not text.strip():
            return Always(True)
        if len(text) > LONGEST:
            raise _fault(f"a filter longer than {LONGEST:,} characters", text)
        _look_at_signs(text)
        return self._filter(_tree(text), 0)

    def _filter(self, node: Expr, depth: int) -> Filter:
        from sqlglot import exp

        if depth > DEEPEST:
            raise _fault("a filter nested too deeply", "", f"{DEEPEST} levels at most")
        match node:
            case exp.Paren():
                return self._filter(_only(node, "this").this, depth + 1)
            case exp.And() | exp.Or():
                _only(node, "this", "expression")
                kind = AllOf if isinstance(node, exp.And) else AnyOf
                return kind(tuple(self._filter(part, depth + 1) for part in _chain(node)))
            case exp.Not():
                return Not(self._filter(_only(node, "this").this, depth + 1))
            case exp.Boolean():
                return Always(bool(node.this))
            case exp.Column():
                field = self._field(node)
                if field.kind != "yes_no":
                    what = f"{field.name!r} is no filter: it is {_KINDS[field.kind]}"
                    raise _fault(what, "", _example(field.name, self.values[field.name]))
                return field
        return self._compared(node)

    def _compared(self, node: Expr) -> Filter:
        from sqlglot import exp

        match node:
            case exp.Is():
                return self._missing(_only(node, "this", "expression"))
            case exp.In():
                return self._among(_only(node, "this", "expressions"))
            case exp.Between():
                _only(node, "this", "low", "high")
                low, high = (
                    self._pair(node.this, sign, node.args[end], node) for sign, end in _ENDS
                )
                return AllOf((low, high))
        for sign, name in _SIGNS.items():
            if type(node) is getattr(exp, name):
                _only(node, "this", "expression")
                return self._pair(node.this, sign, node.expression, node)
        raise _refused(node)

    def _missing(self, node: Expr) -> Missing:
        from sqlglot import exp

        field = self._operand(node.this)
        if not isinstance(node.expression, exp.Null) or not isinstance(field, Field):
            raise _fault(
                "'is' beside something else than null", _text(node), "is null, is not null"
            )
        return Missing(field)

    def _among(self, node: Expr) -> Among:
        field = self._operand(node.this)
        if not isinstance(field, Field):
            raise _fault("'in' without a value of the table before it", _text(node), ALLOWED)
        listed = node.args.get("expressions") or []
        if not listed:
            raise _fault("'in' with nothing in its list", _text(node), "at least one in the list")
        found = []
        for one in listed:
            option = self._operand(one)
            if isinstance(option, Field):
                raise _fault(f"{option.name!r} in a list", _text(node), "words, numbers or days")
            found.append(self._as(option, field, node))
        return Among(field, tuple(found))

    def _pair(self, left: Expr, sign: Comparison, right: Expr, node: Expr) -> Compared:
        one, other = self._operand(left), self._operand(right)
        if isinstance(one, Field) and isinstance(other, Field):
            if one.kind != other.kind or one.kind not in _ORDERED:
                what = f"{one.name!r} ({one.kind}) is compared with {other.name!r} ({other.kind})"
                raise _fault(what, _text(node), "two numbers, or two dates")
            return Compared(one, sign, other)
        field = one if isinstance(one, Field) else other
        if not isinstance(field, Field):
            raise _fault("a comparison without a value of the table", _text(node), ALLOWED)
        if sign not in ("=", "<>") and field.kind not in _ORDERED:
            what = f"{field.name!r} has no order: it is {_KINDS[field.kind]}"
            raise _fault(what, _text(node), "= <> in")
        return Compared(
            one if isinstance(one, Field) else self._as(one, field, node),
            sign,
            other if isinstance(other, Field) else self._as(other, field, node),
        )

    def _field(self, node: Expr) -> Field:
        _only(node, "this")
        name = str(node.this.name)
        if name in self.values:
            return Field(name, self.values[name].kind)
        if name in self.audit_only:
            what = f"a filter on the audit-only column {name!r}"
            todo = "take it out: only an audit may ask for it"
            raise bad(what, "", ", ".join(self.values), todo)
        near = nearest(name, self.values)
        todo = f"write {near!r} if that is meant" if near else "use a value of the table"
        if not near and not self.values:
            todo = "declare it under [tables.NAME.values] in the contract of the feed"
        raise bad(
            f"unknown value {name[:80]!r}", "", ", ".join(self.values) or "none is declared", todo
        )

    def _operand(self, node: Expr) -> Field | _Literal:
        from sqlglot import exp

        match node:
            case exp.Paren():
                return self._operand(_only(node, "this").this)
            case exp.Column():
                return self._field(node)
            case exp.Literal():
                return _Literal("word" if node.is_string else "number", str(node.this))
            case exp.Neg(this=exp.Literal(is_string=False) as inner):
                return _Literal("number", f"-{inner.this}")
            case exp.Boolean():
                return _Literal("yes_no", str(bool(node.this)).lower())
            case exp.Null():
                todo = "write 'is null' or 'is not null': nothing equals what is not known"
                raise _fault("a comparison with null", "", "is null, is not null", todo)
        raise _refused(node)

    def _as(self, literal: Field | _Literal, field: Field, node: Expr) -> Known:
        """What stands in the text as something of the kind of the value beside it."""
        assert isinstance(literal, _Literal)
        value, said = self.values[field.name], literal.text
        fits = literal.kind == ("word" if field.kind == "date" else field.kind)
        if not fits:
            beside = (
                f"{field.name!r} is {_KINDS[field.kind]}, and stands beside {_KINDS[literal.kind]}"
            )
            raise _fault(beside, _text(node), _example(field.name, value))
        if field.kind == "word" and said not in value.words:
            near = nearest(said, value.words)
            todo = f"write '{near}' if that is meant" if near else "use a declared word"
            shown = ", ".join(value.words[:30])
            raise _fault(f"{said[:60]!r} is no word of {field.name!r}", _text(node), shown, todo)
        if field.kind == "date" and not _is_day(said):
            raise _fault(f"{said[:40]!r} is no day", _text(node), _example(field.name, value))
        return Known(_parts(said, node) if field.kind == "number" else said, field.kind)


@dataclass(frozen=True)
class _Literal:
    kind: Kind
    text: str


_ORDERED = ("number", "date")
_ENDS: tuple[tuple[Comparison, str], ...] = ((">=", "low"), ("<=", "high"))
_SIGNS: Mapping[Comparison, str] = {
    "=": "EQ", "<>": "NEQ", "<": "LT", "<=": "LTE", ">": "GT", ">=": "GTE",
}  # fmt: skip
_KINDS: Mapping[str, str] = {
    "number": "a number", "yes_no": "yes or no", "date": "a date", "word": "a word",
}  # fmt: skip


def _example(name: str, value: Value) -> str:
    """How such a value is compared."""
    word = value.words[0].replace("'", "''") if value.words else ""
    return {
        "number": f"{name} >= 2",
        "yes_no": f"{name}, not {name}, {name} = true",
        "date": f"{name} < '2026-01-31'",
        "word": f"{name} = '{word}'",
    }[value.kind]


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _parts(text: str, node: Expr) -> str:
    """How many ten-thousandths a number is."""
    plain = text.removeprefix("-")
    if not _NUMBER_KEPT.match(plain) or abs(Decimal(text)) >= LARGEST:
        allowed = f"below {LARGEST:,}, with at most four places after the point"
        raise _fault(f"the number {text[:40]}", _text(node), allowed)
    return str(int(Decimal(text) * PARTS))


def _fault(what: str, said: str = "", allowed: str = ALLOWED, todo: str = "") -> BadInput:
    return BadInput(Fault(f"{what}: {said[:120]}" if said else what, "", allowed, todo))


def _refused(node: Expr) -> BadInput:
    """The refusal of a node that is not taken over."""
    from sqlglot import exp

    named: tuple[tuple[Any, str], ...] = (
        ((exp.Cast,), "a cast: a day stands in single quotes alone, '2026-01-31'"),
        ((exp.Subquery, exp.Select, exp.Exists, exp.SetOperation), "a sub-query"),
        ((exp.Func,), "a call"),
        ((exp.Star,), "a star"),
        ((exp.Binary, exp.Unary), "arithmetic, or a comparison of comparisons"),
        ((exp.Tuple,), "a list without 'in' before it"),
    )
    what = next((words for kinds, words in named if isinstance(node, kinds)), "no filter")
    return _fault(what, _text(node))


def _only(node: Expr, *names: str) -> Expr:
    """The node, if it says no more than this: ``in (select ...)`` and the like say more."""
    if any(value for name, value in node.args.items() if name not in names):
        raise _refused(node) if "query" not in node.args else _fault("a sub-query", _text(node))
    return node


def _chain(node: Expr) -> list[Expr]:
    """The parts of ``a and b and c``, which is read as ``(a and b) and c``."""
    parts: list[Expr] = []
    kind = type(node)
    while type(node) is kind:
        parts.append(_only(node, "this", "expression").expression)
        node = node.this
    return [node, *reversed(parts)]


def _text(node: Expr) -> str:
    return str(node.sql(comments=False))


def _look_at_signs(text: str) -> None:
    """Refuse what no filter holds, and say at which place of the text it stands.

    A value that is called as such a word stands in double quotes.
    """
    signs = [(found[0], found.start()) for found in _SIGN.finditer(text) if found[0].strip()]
    for place, (sign, start) in enumerate(signs):
        after = signs[place + 1][0] if place + 1 < len(signs) else ""
        small = sign.lower()
        if sign in ("'", '"', "`"):
            what = "quotes that do not end" if sign != "`" else "a sign of another language"
        elif sign == "==":
            raise _fault("'=='", text, ALLOWED, "write '='")
        elif sign == "-" and not (after[:1].isdigit() or after[:1] == "."):
            what = "arithmetic"
        elif small in _WORDS:
            what = _WORDS[small]
        elif sign in _REFUSED:
            what = _REFUSED[sign]
        elif len(sign) == 1 and not _PLAIN.match(sign):
            what = f"the sign {sign!r}"
        else:
            continue
        raise _fault(f"{what} at character {start + 1}", text)


_PLAIN = re.compile(r"[A-Za-z0-9_=<>(),-]")


def _tree(text: str) -> Expr:
    try:
        import sqlglot
    except ImportError:
        todo = "pip install 'licet[link]'"
        raise bad("sqlglot is not installed, and filters need it", "", "", todo) from None
    try:
        # As a filter and no statement: 'set', 'drop' and the like are then names as any other.
        return sqlglot.parse_one(text, into=sqlglot.exp.Condition)
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
        raise _fault("this is no filter", text) from None
