"""What must fit together in a questionnaire, every fault at once.

It also judges the sound parts of a document that has other faults, so that nobody mends one fault
only to be told the next: ``known`` then holds the names that were declared, sound or not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, Fault, nearest
from licet.groups import columns_of, parse

if TYPE_CHECKING:
    from licet.instrument.document import GroupOfPeople, Question, Statement

AGREEMENT_KINDS = frozenset({"demand", "concern", "awareness"})
"""Kinds whose scales may say agrees and disagrees: to share a worry permits nothing."""

NAMED = ("scale", "block", "set", "vignette")
"""Keys of a statement that name another part."""

Names = Mapping[str, Sequence[str]]
"""Declared names by what they name: scale, set, statement, ...; sound or not."""


def refuse_misfits(parts: Mapping[str, Any], known: Names | None = None) -> None:
    """Refuse parts that do not fit together. parts: by the keys of an instrument."""
    found = list(dict.fromkeys(misfits(parts, known or declared_names(parts))))
    if found:
        raise BadInput(*found)


def declared_names(parts: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names that the parts declare."""
    return {
        "scale": list(parts["scales"]),
        "set": list(parts["sets"]),
        "block": [block.id for block in parts["blocks"]],
        "vignette": [vignette.id for vignette in parts["vignettes"]],
        "question": [question.id for question in parts["questions"]],
        "statement": [statement.id for statement in parts["statements"]],
        "group": [group.id for group in parts["groups"]],
    }


def misfits(parts: Mapping[str, Any], known: Names) -> Iterator[Fault]:
    """Every fault between the parts."""
    yield from _doubles(parts, known)
    if len(parts["sets"]) == 1:
        todo = "name a second set, or take sets out"
        yield Fault(
            "a single set: there is nothing to rotate", "sets", "none, or two and more", todo
        )
    used = {key: {getattr(s, key) for s in parts["statements"]} for key in ("set", "vignette")}
    for number, statement in enumerate(parts["statements"], start=1):
        where = f"statements[{number}] {statement.id}"
        yield from _statement(statement, parts, known, where)
    sound = len(known["statement"]) == len(parts["statements"])
    if sound:
        yield from _unused(parts, used)
    yield from _items(parts["statements"])
    questions = {question.id: question for question in parts["questions"]}
    for number, group in enumerate(parts["groups"], start=1):
        yield from _group(group, questions, known["question"], f"groups[{number}] {group.id}")
    if sound and parts["groups"] and all(group.reference for group in parts["groups"]):
        allowed = "at least one group that is not a reference group"
        yield Fault("every group is a reference group", "groups", allowed)


def _doubles(parts: Mapping[str, Any], known: Names) -> Iterator[Fault]:
    names = {
        f"{thing}s": list(known[thing])
        for thing in ("vignette", "block", "statement", "question", "group")
    }
    names |= {"sets": list(parts["sets"]), "modes": list(parts["modes"])}
    for thing, listed in names.items():
        for name in sorted({name for name in listed if listed.count(name) > 1}):
            yield Fault(
                f"{name!r} is declared twice", thing, "each name once", "rename one of them"
            )
    statements = {*names["statements"], *(s.column for s in parts["statements"])}
    for name in names["questions"]:
        if name in statements:
            what = f"{name!r} is the name of a question and of a statement or item"
            yield Fault(what, "questions", "each name once: it is a column", "rename one of them")


def _statement(
    statement: Statement, parts: Mapping[str, Any], known: Names, where: str
) -> Iterator[Fault]:
    yield from unknown_names({key: getattr(statement, key) for key in NAMED}, known, where)
    scale = parts["scales"].get(statement.scale)
    if scale is None:
        return
    block = next((block for block in parts["blocks"] if block.id == statement.block), None)
    if block is not None and block.flip and not scale.flips:
        yield Fault(
            f"the block {block.id!r} flips options, the scale {statement.scale!r} cannot be flipped",
            f"{where}: scale",
            "a scale with flips = true, or a block with flip = false",
            "ask the statement in a block that does not flip",
        )
    if scale.agreement and statement.kind not in AGREEMENT_KINDS:
        yield Fault(
            f"the scale {statement.scale!r} says agrees or disagrees, but this is a "
            f"{statement.kind} statement",
            f"{where}: scale",
            "permits and opposes, for reason, trust and processor statements",
            "name a scale that says which options permit",
        )


def unknown_names(keys: Mapping[str, Any], known: Names, where: str) -> Iterator[Fault]:
    """Names of parts that a statement gives and nobody declared. keys: those of the statement."""
    for key in NAMED:
        name = keys.get(key)
        if isinstance(name, str) and name not in known[key]:
            yield _unknown(key, name, known[key], f"{where}: {key}")


def _unknown(thing: str, name: object, words: Sequence[str], where: str) -> Fault:
    near = nearest(str(name), words)
    todo = f"write {near!r} if that is meant" if near else f"declare it, or take {thing} out"
    allowed = ", ".join(words) or f"no {thing} is declared"
    return Fault(f"unknown {thing} {str(name)[:80]!r}", where, allowed, todo)


def _unused(parts: Mapping[str, Any], used: Mapping[str, set[str | None]]) -> Iterator[Fault]:
    """Vignettes, sets and blocks without any statement."""
    for vignette in parts["vignettes"]:
        if vignette.id not in used["vignette"]:
            what = f"no statement follows the vignette {vignette.id!r}"
            todo = f'add vignette = "{vignette.id}" to a statement, or take the vignette out'
            yield Fault(what, "vignettes", "a statement for each vignette", todo)
    for name in parts["sets"]:
        if len(parts["sets"]) > 1 and name not in used["set"]:
            what = f"nothing is asked of the set {name!r} alone"
            yield Fault(what, "sets", "a statement for each set", f'add set = "{name}"')
    for block in parts["blocks"]:
        if block.id not in {statement.block for statement in parts["statements"]}:
            what = f"the block {block.id!r} has no statement"
            yield Fault(what, "blocks", "a statement in each block", "take the block out")


def _items(statements: Iterable[Statement]) -> Iterator[Fault]:
    """Statements of one item: the same meaning, never two for the same person."""
    items: dict[str, list[Statement]] = {}
    for statement in statements:
        items.setdefault(statement.column, []).append(statement)
    for name, several in items.items():
        for key in ("kind", "subject", "scale", "dont_know"):
            values = list(dict.fromkeys(getattr(s, key) for s in several))
            if len(values) > 1:
                what = f"the statements of the item {name!r} differ in {key}"
                yield Fault(what, f"item {name!r}", " or ".join(values), "give each its own item")
        sets = [statement.set for statement in several]
        if len(several) > 1 and (None in sets or len(set(sets)) < len(sets)):
            yield Fault(
                f"the item {name!r} would be asked twice of the same people",
                f"item {name!r}",
                "each of its statements in a set of its own",
                "give each statement another set, or another item",
            )


def _group(
    group: GroupOfPeople, questions: Mapping[str, Question], known: Sequence[str], where: str
) -> Iterator[Fault]:
    for name in columns_of(group.when):
        if name not in (*known, "mode"):
            yield _unknown("question", name, known, f"{where}: when")
    for name, value in _compared(group.when):
        question = questions.get(name)
        if question is None:
            continue
        if isinstance(value, str) and question.number:
            yield Fault(f"{name!r} is a number, {value!r} is text", f"{where}: when", "a number")
        elif not isinstance(value, str) and question.options:
            allowed = ", ".join(map(repr, question.options))
            yield Fault(f"{name!r} is text, {value!r} is a number", f"{where}: when", allowed)
        elif question.options and value not in question.options:
            yield _unknown("option", value, question.options, f"{where}: when, {name}")
        elif value in question.unknown:
            what = f"{value!r} is no answer to {name!r}: nobody can be in a group by it"
            yield Fault(what, f"{where}: when", "an option that is not listed in unknown")


def _compared(expression: str) -> Iterator[tuple[str, Any]]:
    """Every column with each value it is compared with."""
    for node in ast.walk(parse(expression)):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        for left, right in pairwise(sides):
            names = [side.id for side in (left, right) if isinstance(side, ast.Name)]
            values = [
                part.value
                for side in (left, right)
                for part in ast.walk(side)
                if isinstance(part, ast.Constant)
            ]
            yield from ((name, value) for name in names[:1] for value in values)
