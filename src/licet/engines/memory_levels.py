"""The levels of each comparison, read from the specification in plain Python, and what they weigh.

Written from ``licet.linkage.spec`` and from what Splink's documentation says of its levels, never from
the SQL that an engine runs: it is what the engines are checked against.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from typing import Any

from licet.engines.comparing import (
    BIRTH_SLIP,
    GIVEN_LEVELS,
    NEAR_FAMILY,
    NEAR_FAMILY_PLACE,
    NEAR_NAME,
    NEAR_STREET,
    NUMBER_SLIP,
    SLIPPING,
    SWAPPED,
    WRONG,
)
from licet.engines.likeness import damerau_levenshtein, jaro_winkler
from licet.errors import bad

Row = Mapping[str, Any]
Test = Callable[[Row, Row], bool]
Ladder = Sequence[tuple[str, Test]]
"""Levels from the top down, by name; the first that holds is the level of a pair."""

MISSING, ELSE = "missing", "else"
MONTH, YEAR = 30.4375, 365.25
"""Days, as Splink counts them."""
LEAST = 1e-300
"""Splink's smallest m and u."""

_likeness = lru_cache(maxsize=1 << 18)(jaro_winkler)


def _same(field: str) -> Test:
    return lambda one, other: one[field] is not None and one[field] == other[field]


def _like(field: str, least: float) -> Test:
    def test(one: Row, other: Row) -> bool:
        first, second = one[field], other[field]
        return first is not None and second is not None and _likeness(first, second) >= least

    return test


def _lacking(field: str) -> Test:
    return lambda one, other: one[field] is None or other[field] is None


def _always(one: Row, other: Row) -> bool:
    return True


def _wrong(first: str, second: str) -> bool:
    """Whether one figure was put in, taken out, replaced or changed about with its neighbour."""
    return damerau_levenshtein(first, second) <= WRONG


def _slip(one: Row, other: Row) -> bool:
    """One figure of a date of birth wrong, or its day and month changed about."""
    first, second = one["birth"], other["birth"]
    turned = (first.year, first.month, first.day) == (second.year, second.day, second.month)
    return turned or _wrong(first.isoformat(), second.isoformat())


def _number_slip(field: str) -> Test:
    return lambda one, other: (
        one[field][-1:] == other[field][-1:] and _wrong(one[field], other[field])
    )


def _swapped(one: Row, other: Row) -> bool:
    """Each row has as given name what is the family name of the other."""
    names = (one["given"], one["family"])
    return None not in names and names == (other["family"], other["given"])


def _near_postcode(one: Row, other: Row) -> bool:
    first, second = one["postcode"], other["postcode"]
    return first is not None and second is not None and _wrong(first, second)


def _initial(one: Row, other: Row) -> bool:
    """One of the rows holds the initial of the other's name."""
    first, second = one["middle"], other["middle"]
    return 1 in (len(first), len(second)) and first[0] == second[0]


def _within(days: float) -> Test:
    return lambda one, other: abs((one["birth"] - other["birth"]).days) <= days


def _renamed(one: Row, other: Row) -> bool:
    """The family name of one row is the previous one of the other, or both had the same."""
    before, after = one["previous_family"], other["previous_family"]
    if before is not None and before in (other["family"], after):
        return True
    return after is not None and after == one["family"]


def _both(first: Test, second: Test) -> Test:
    return lambda one, other: first(one, other) and second(one, other)


def _any(*tests: Test) -> Test:
    return lambda one, other: any(test(one, other) for test in tests)


def ladder(comparison: str, held: Collection[str]) -> Ladder:
    """The levels of a comparison. held: the fields that the model was trained on."""
    if comparison == "given":
        near, *less = GIVEN_LEVELS
        levels = [
            (MISSING, _lacking("given")),
            ("given", _same("given")),
            (SWAPPED, _any(_like("given", near), _swapped)),
            *((f"{least:g}", _like("given", least)) for least in less),
        ]
    elif comparison == "birth":
        levels = [
            (MISSING, _lacking("birth")),
            ("birth", _same("birth")),
            (BIRTH_SLIP, _slip),
            ("month", _within(MONTH)),
            ("year", _within(YEAR)),
            ("ten years", _within(10 * YEAR)),
        ]
    elif comparison == "middle":
        levels = [(MISSING, _lacking("middle")), ("middle", _same("middle")), ("initial", _initial)]
    elif comparison == "home":
        levels = _home(held)
    else:
        levels = [(MISSING, _lacking(comparison)), (comparison, _same(comparison))]
        if comparison in SLIPPING:
            levels.append((NUMBER_SLIP, _number_slip(comparison)))
    return [*levels, (ELSE, _always)]


def _place(held: Collection[str]) -> Test:
    street = _like("street", NEAR_STREET)
    ways = [
        ({"uprn"}, _same("uprn")),
        ({"house", "street"}, _both(_same("house"), street)),
        ({"house", "postcode"}, _both(_same("house"), _same("postcode"))),
        ({"street", "postcode"}, _both(street, _near_postcode)),
        ({"street", "postcode"}, _both(_lacking("street"), _same("postcode"))),
    ]
    return _any(*(test for fields, test in ways if fields <= set(held)))


def _home(held: Collection[str]) -> list[tuple[str, Test]]:
    place = _place(held)
    renamed = [_renamed] if "previous_family" in held else []
    near = _any(_like("family", NEAR_NAME), _swapped, *renamed)
    levels = [
        ("family and place", _both(_same("family"), place)),
        ("family", _same("family")),
        (NEAR_FAMILY_PLACE, _both(near, place)),
        (NEAR_FAMILY, near),
        ("place", place),
        (MISSING, _lacking("family")),
    ]
    alone = ("family", NEAR_FAMILY, MISSING)
    somewhere = {"uprn", "street", "postcode"} & set(held)
    return levels if somewhere else [level for level in levels if level[0] in alone]


_NAMED = {BIRTH_SLIP, NEAR_FAMILY, NEAR_FAMILY_PLACE, NUMBER_SLIP, SWAPPED}
"""Levels that models of earlier versions of the standard specification do not have."""


@dataclass(frozen=True)
class Weighed:
    """A level with its weight in bits. column: whose rarity counts too, "" for none.

    chance: bits, log2 of how often two different people agree on the column; share: what is counted of
    the difference, 0-1; least: the smallest share of rows a value is taken to have.
    """

    holds: Test
    weight: float
    column: str = ""
    chance: float = 0.0
    share: float = 1.0
    least: float = 0.0

    def rarity(self, one: Row, other: Row, frequencies: Mapping[str, Mapping[str, float]]) -> float:
        """Bits for a rare value, against a usual one; 0 where its frequency is not known."""
        if not self.column:
            return 0.0
        known = frequencies.get(self.column, {})
        found = [known[row[self.column]] for row in (one, other) if row[self.column] in known]
        if not found:
            return 0.0
        return self.share * (self.chance - log2(max(*found, self.least)))


def weighed(comparison: Mapping[str, Any]) -> list[Weighed]:
    """The levels of one comparison of a model in Splink's JSON form, from the top down."""
    name, levels = comparison["output_column_name"], comparison["comparison_levels"]
    text = " ".join(level["sql_condition"] for level in levels)
    rungs = ladder(name, [field for field in _HOME_FIELDS if f'"{field}_l"' in text])
    nulls = [bool(level.get("is_null_level")) for level in levels]
    labels = {level["label_for_charts"] for level in levels if "label_for_charts" in level}
    lacking = {rung for rung, _ in rungs} & _NAMED - labels if labels else set()
    if [rung == MISSING for rung, _ in rungs] != nulls or lacking:
        raise bad(
            f"the model has {len(levels)} levels of {name}, and not those of this specification",
            "model",
            ", ".join(rung for rung, _ in rungs),
            "train it anew with this version of Licet",
        )
    numbered = [level for level in levels if not level.get("is_null_level")]
    count = len(numbered)
    value = {id(level): count - 1 - place for place, level in enumerate(numbered)}
    chance = {
        rung: _known(level, "u_probability", value[id(level)], count)
        for (rung, _), level in zip(rungs, levels, strict=True)
        if id(level) in value
    }
    found = []
    for (rung, holds), level in zip(rungs, levels, strict=True):
        if rung == MISSING:
            found.append(Weighed(holds, 0.0))
            continue
        m = max(_known(level, "m_probability", value[id(level)], count), LEAST)
        column = level.get("tf_adjustment_column", "")
        share = float(level.get("tf_adjustment_weight", 0.0))
        least = float(level.get("tf_minimum_u_value", 0.0))
        usual = log2(chance[column]) if column else 0.0
        found.append(
            Weighed(holds, log2(m / max(chance[rung], LEAST)), column, usual, share, least)
        )
    return found


_HOME_FIELDS = ("previous_family", "uprn", "house", "street", "postcode")


def _known(level: Mapping[str, Any], name: str, value: int, count: int) -> float:
    """A probability of the model; where training never met the level, Splink's usual one."""
    if name in level:
        return float(level[name])
    m = 0.95 if value == count - 1 else 0.05 / (count - 1)
    if name == "m_probability":
        return m
    if value == count - 1:
        bits = 10.0
    else:
        bits = -5.0 if count == 2 else -5.0 + 8.0 * value / (count - 2)
    return m / 2.0**bits
