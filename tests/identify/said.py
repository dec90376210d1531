"""Filters drawn at random, each with what it means of a line, three-valued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

START = date(2026, 1, 1)
NUMBERS = [-1.5, 0.0, 0.25, 1.0, 3.0]
WORDS = ["ill", "holiday", "other"]
DAYS = [START + timedelta(days=n) for n in range(4)]

Line = dict[str, Any]
Truth = bool | None


@dataclass(frozen=True)
class Said:
    """A filter as text, and what it means of a line: true, false or not known (None)."""

    text: str
    means: Callable[[Line], Truth]


def both(one: Truth, other: Truth) -> Truth:
    """And: false if either is, not known if either is not known, else true."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def opposite(one: Truth) -> Truth:
    return None if one is None else not one


def either(one: Truth, other: Truth) -> Truth:
    return opposite(both(opposite(one), opposite(other)))


SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def known(sign: str, one: Any, other: Any) -> Truth:
    return None if one is None or other is None else SIGNS[sign](one, other)


def written(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str | date) else str(value).lower()


ORDERED = st.one_of(
    st.tuples(st.sampled_from(["sessions", "late"]), st.sampled_from(NUMBERS)),
    st.tuples(st.just("due"), st.sampled_from(DAYS)),
)
UNORDERED = st.one_of(
    st.tuples(st.just("reason"), st.sampled_from(WORDS)),
    st.tuples(st.just("excused"), st.booleans()),
)


@st.composite
def comparisons(draw: st.DrawFn) -> Said:
    if draw(st.booleans()):
        (name, value), sign = draw(ORDERED), draw(st.sampled_from(sorted(SIGNS)))
    else:
        (name, value), sign = draw(UNORDERED), draw(st.sampled_from(["=", "<>", "!="]))
    if draw(st.booleans()):
        return Said(f"{name} {sign} {written(value)}", lambda line: known(sign, line[name], value))
    return Said(f"{written(value)} {sign} {name}", lambda line: known(sign, value, line[name]))


@st.composite
def lists(draw: st.DrawFn) -> Said:
    name, values = draw(st.sampled_from([("sessions", NUMBERS), ("reason", WORDS), ("due", DAYS)]))
    some = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
    text = ", ".join(written(one) for one in some)
    no = draw(st.booleans())

    def means(line: Line) -> Truth:
        inside = None if line[name] is None else line[name] in some
        return opposite(inside) if no else inside

    return Said(f"{name} {'not in' if no else 'in'} ({text})", means)


@st.composite
def ranges(draw: st.DrawFn) -> Said:
    name, values = draw(st.sampled_from([("late", NUMBERS), ("due", DAYS)]))
    low, high = draw(st.sampled_from(values)), draw(st.sampled_from(values))

    def means(line: Line) -> Truth:
        return both(known(">=", line[name], low), known("<=", line[name], high))

    return Said(f"{name} between {written(low)} and {written(high)}", means)


@st.composite
def knownness(draw: st.DrawFn) -> Said:
    name = draw(st.sampled_from(["sessions", "excused", "reason", "due"]))
    if draw(st.booleans()):
        return Said(f"{name} is not null", lambda line: line[name] is not None)
    return Said(f"{name} is null", lambda line: line[name] is None)


LEAVES = st.one_of(
    comparisons(),
    lists(),
    ranges(),
    knownness(),
    st.just(Said("excused", lambda line: line["excused"])),
    st.just(Said("true", lambda line: True)),
    st.sampled_from(["<", "=", ">="]).map(
        lambda sign: Said(
            f"sessions {sign} late", lambda line: known(sign, line["sessions"], line["late"])
        )
    ),
)


def joined(parts: st.SearchStrategy[Said]) -> st.SearchStrategy[Said]:
    def pair(found: tuple[Said, str, Said]) -> Said:
        one, word, other = found
        join = both if word == "and" else either
        return Said(
            f"({one.text}) {word} ({other.text})",
            lambda line: join(one.means(line), other.means(line)),
        )

    return st.one_of(
        st.tuples(parts, st.sampled_from(["and", "or"]), parts).map(pair),
        parts.map(lambda one: Said(f"not ({one.text})", lambda line: opposite(one.means(line)))),
    )


CONDITIONS = st.recursive(LEAVES, joined, max_leaves=8)
