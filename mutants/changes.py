"""The small changes that are made to a rule, one at a time, to see whether a test notices.

A change is one of: a comparison moved by one step or turned round; ``and`` for ``or``; a condition denied; a
filter left out; a sum for a difference, a product for a quotient; a number one higher; a truth value turned
round; a word altered; ``min`` for ``max``, ``any`` for ``all``; ``break`` for ``continue``; a refusal, a call
or an addition left out; an argument given by name left out.

Left alone: docstrings, types, and sentences for people (a text of three words or more, a part of an f-string,
what an error says), which other tests hold by their own rules; and safety nets that no right code falls into:
``strict`` of ``zip``, the width of whole numbers, whether an array is copied.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OTHER_OPERATOR: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any"}
OTHER_NAME |= {"minimum": "maximum", "maximum": "minimum"}
FAULTS = {"bad", "Fault", "BadInput", "TypeError", "ValueError", "KeyError"}
SAFETY_NETS = {("zip", "strict"), ("astype", "copy")}
"""Arguments that no right code comes to feel; ``dtype`` with a width is another."""
NAMES_OF_TYPES = {"Literal", "ClassVar", "Mapping", "dict", "tuple", "list"}
TYPES = {"Literal", "TypeVar", "cast", "NewType"}


@dataclass(frozen=True)
class Change:
    """One change of one file. where: the function or method around it, "" for the module itself.

    number: which of the equal changes within ``where``, from 1. lines: of the source, that run if it does.
    """

    file: str
    where: str
    before: str
    after: str
    number: int
    lines: range
    make: Callable[[], ast.Module]

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What stays the same when lines move."""
        return self.file, self.where, self.before, self.after, self.number

    def __str__(self) -> str:
        again = f" ({self.number})" if self.number > 1 else ""
        place = f"{self.file}:{self.lines.start} {self.where or 'module'}"
        return f"{place}: {self.before} -> {self.after}{again}"


def changes(path: Path, file: str) -> list[Change]:
    """Every change of one file, in the order of its lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    counted: Counter[tuple[str, str, str]] = Counter()
    found = []
    for spot in _spots(tree, "", None):
        for new in _others(spot):
            same = spot.where, _shown(spot.node), _shown(new)
            counted[same] += 1
            first = spot.statement.lineno
            lines = range(first, max(first, spot.node.end_lineno or first) + 1)
            made = _maker(tree, spot, new)
            found.append(Change(file, *same, counted[same], lines, made))
    return found


@dataclass(frozen=True)
class _Spot:
    """A node and where it hangs, with the statement and function around it."""

    node: ast.expr | ast.stmt
    parent: ast.AST
    field: str
    place: int | None
    where: str
    statement: ast.stmt
    in_fault: bool


def _spots(
    node: ast.AST,
    where: str,
    statement: ast.stmt | None,
    inside: bool = False,
    in_fault: bool = False,
) -> Iterator[_Spot]:
    """Every statement and expression that may be changed below ``node``. inside: of a function."""
    for field, value in ast.iter_fields(node):
        if _left_alone(node, field):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_text(child):
                continue
            if _is_safety_net(node, child):
                continue
            around = child if isinstance(child, ast.stmt) else statement
            if isinstance(child, ast.expr | ast.stmt) and around is not None:
                yield _Spot(child, node, field, place, where, around, in_fault)
            faulty = in_fault or (isinstance(child, ast.Call) and _called(child) in FAULTS)
            if isinstance(child, ast.ClassDef) and not inside:
                yield from _spots(child, f"{where}{child.name}.", around, False, faulty)
            elif isinstance(child, ast.FunctionDef) and not inside:
                yield from _spots_of_function(child, where)
            else:
                yield from _spots(child, where, around, inside, faulty)


def _spots_of_function(node: ast.FunctionDef, where: str) -> Iterator[_Spot]:
    for default in ("defaults", "kw_defaults"):
        for place, child in enumerate(getattr(node.args, default)):
            if child is not None:
                yield _Spot(child, node.args, default, place, where, node, False)
                yield from _spots(child, where, node)
    for place, child in enumerate(node.body):
        if not _is_text(child):
            named = where + node.name
            yield _Spot(child, node, "body", place, named, child, False)
            yield from _spots(child, named, child, inside=True)


def _left_alone(node: ast.AST, field: str) -> bool:
    if isinstance(node, ast.Call) and _called(node) in TYPES:
        return True
    named = getattr(getattr(node, "value", None), "id", "")
    if isinstance(node, ast.Subscript) and named in NAMES_OF_TYPES:
        return True
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    return field in {"annotation", "returns", "decorator_list", "type_params", "bases", "ctx"}


def _is_text(node: ast.AST) -> bool:
    """A docstring, or the text below a constant."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _others(spot: _Spot) -> Iterator[ast.expr | ast.stmt]:
    """What a node is changed into, each a copy."""
    node = spot.node
    if isinstance(node, ast.stmt):
        yield from _other_statements(node)
        return
    condition = isinstance(spot.parent, ast.If | ast.While | ast.IfExp) and spot.field == "test"
    plain = not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp)
    if plain and (condition or spot.field == "ifs"):
        yield ast.UnaryOp(ast.Not(), copy.deepcopy(node))
    if spot.field == "ifs":
        yield ast.Constant(True)
    if isinstance(node, ast.Constant):
        yield from _other_constants(node, spot)
    elif isinstance(node, ast.Call):
        yield from _other_calls(node, spot)
    else:
        yield from _other_expressions(node)


def _other_statements(node: ast.stmt) -> Iterator[ast.stmt]:
    a_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if a_call or isinstance(node, ast.Raise | ast.AugAssign | ast.Delete):
        yield ast.Pass()
    elif isinstance(node, ast.Break):
        yield ast.Continue()
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    if isinstance(node, ast.AugAssign) and type(node.op) in OTHER_OPERATOR:
        new = copy.deepcopy(node)
        new.op = OTHER_OPERATOR[type(node.op)]()
        yield new


def _other_expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            new = copy.deepcopy(node)
            new.ops[place] = OTHER_COMPARISON[type(op)]()
            yield new
    elif isinstance(node, ast.BoolOp):
        other = copy.deepcopy(node)
        other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield other
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield copy.deepcopy(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in OTHER_OPERATOR:
        changed = copy.deepcopy(node)
        changed.op = OTHER_OPERATOR[type(node.op)]()
        yield from () if _is_sentence(node.left) or _is_sentence(node.right) else (changed,)


def _is_sentence(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _other_constants(node: ast.Constant, spot: _Spot) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        for_people = spot.in_fault or value.count(" ") > 1 or isinstance(spot.parent, ast.JoinedStr)
        if not for_people and not isinstance(spot.parent, ast.FormattedValue):
            yield ast.Constant(f"XX{value}")


def _other_calls(node: ast.Call, spot: _Spot) -> Iterator[ast.expr]:
    other = OTHER_NAME.get(_called(node))
    if other:
        new = copy.deepcopy(node)
        if isinstance(new.func, ast.Name):
            new.func.id = other
        elif isinstance(new.func, ast.Attribute):
            new.func.attr = other
        yield new
    if _called(node) in FAULTS or spot.in_fault:
        return
    for place, keyword in enumerate(node.keywords):
        if keyword.arg and not _is_safety_net(node, keyword):
            new = copy.deepcopy(node)
            del new.keywords[place]
            yield new


def _is_safety_net(call: ast.AST, keyword: ast.AST) -> bool:
    if not isinstance(call, ast.Call) or not isinstance(keyword, ast.keyword):
        return False
    return (_called(call), keyword.arg) in SAFETY_NETS or keyword.arg == "dtype"


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node)
    return " ".join(text.split())


def _maker(tree: ast.Module, spot: _Spot, new: ast.expr | ast.stmt) -> Callable[[], ast.Module]:
    """Puts the change into the tree, copies it, and takes the change back."""

    def make() -> ast.Module:
        place_in(spot, ast.copy_location(new, spot.node))
        changed = ast.fix_missing_locations(copy.deepcopy(tree))
        place_in(spot, spot.node)
        return changed

    return make


def place_in(spot: _Spot, node: ast.AST) -> None:
    """Hang a node where the spot is."""
    if spot.place is None:
        setattr(spot.parent, spot.field, node)
    else:
        getattr(spot.parent, spot.field)[spot.place] = node


def functions(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """The code of functions and methods and of what is inside them, by name and first line."""
    found = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= functions(constant)
            found[constant.co_qualname, constant.co_firstlineno] = constant
    return found
