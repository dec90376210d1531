"""A linkage specification in Splink's terms. Nothing here runs: it only says what is compared.

Every level is made from Splink's own level library, so that each back end writes it in its own SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from licet.engines.protocol import ROW_SCHEMA
from licet.linkage.spec import BLOCK_PARTS, FIELDS, NUMBERS, LinkageSpec

NEAR_NAME = 0.88
"""Jaro-Winkler similarity, 0-1, from which two family names are nearly the same."""
NEAR_STREET = 0.92
WRONG = 1
"""Figures that may be wrong, missing or changed about with their neighbour, in a number or a date."""
SWAPPED = "near given, or names in each other's place"
BIRTH_SLIP = "one figure of birth wrong, or day and month changed about"
NUMBER_SLIP = "one figure wrong, not the last"
NEAR_FAMILY = "near family, or names in each other's place"
NEAR_FAMILY_PLACE = "near family or names in each other's place, and place"
GIVEN_LEVELS = (0.92, 0.88, 0.7)
ITERATIONS = (25, 5, 3, 2, 1)
"""Of training. On few rows many of them drive a chance to nothing, which ends it: then fewer are tried."""
ROW = "node"
"""The column that names a row inside an engine: whole numbers in the order of the row ids."""


def settings(spec: LinkageSpec, held: Sequence[str], iterations: int = ITERATIONS[0]) -> Any:
    """Splink's settings for a specification over rows that hold these fields.

    Rows of one source that has one row per person are never compared with each other: the column
    ``alone`` is true for them, ``source`` numbers the feed.
    """
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=ROW,
        blocking_rules_to_generate_predictions=[block(parts) for parts in spec.blocks],
        comparisons=[_comparison(name, held) for name in spec.comparisons],
        retain_intermediate_calculation_columns=True,
        max_iterations=iterations,
        retain_matching_columns=False,
        additional_columns_to_retain=[],
        # Without a name Splink draws one, and no two runs would give the same model.
        linker_uid=f"{spec.id}_{spec.version}".replace("-", "_"),
    )


def translated(model: Mapping[str, Any], spec: LinkageSpec, dialect: str) -> dict[str, Any]:
    """A model in the SQL of another back end: the same levels with the same probabilities."""
    text = str(model["comparisons"])
    held = [field for field in FIELDS if f'"{field}_l"' in text or f"`{field}_l`" in text]
    made = settings(spec, held).create_settings_dict(dialect)
    for name in ("comparisons", "blocking_rules_to_generate_predictions"):
        made[name] = [dict(one) for one in made[name]]
    for comparison, known in zip(made["comparisons"], model["comparisons"], strict=True):
        levels = [dict(level) for level in comparison["comparison_levels"]]
        for level, old in zip(levels, known["comparison_levels"], strict=True):
            level |= {key: value for key, value in old.items() if key != "sql_condition"}
        comparison["comparison_levels"] = levels
    for rule in made["blocking_rules_to_generate_predictions"]:
        rule["sql_dialect"] = dialect
    kept = {key: value for key, value in model.items() if key not in made or made[key] is None}
    chance = "probability_two_random_records_match"
    return {**kept, **made, chance: model[chance], "sql_dialect": dialect}


TERM_FREQUENCIES = ("given", "family")
"""Columns of which a rare value says more than a frequent one."""


def frequency_sql(column: str) -> str:
    """What share of the rows that know it has each value of a column."""
    return (
        f"select {column}, count(*) / sum(count(*)) over () as tf_{column} "
        f"from rows where {column} is not null group by {column} order by {column}"
    )


def count_sql(parts: Sequence[str], digest: str) -> str:
    """How many pairs a block would compare, without making them.

    digest: the back end's function that makes a 64-bit number of several values, which are counted in half
    the time of the values themselves.
    """
    keys = [_PARTS.get(part, part) for part in parts]
    known = " and ".join(f"{key} is not null" for key in keys)
    pairs = "select coalesce(sum(n * (n - 1) / 2), 0) as pairs from"
    return f"""
        with keyed as (
            select {digest}({", ".join(keys)}) as k, source, alone from rows where {known}
        ), whole as (
            {pairs} (select cast(count(*) as double) as n from keyed group by k) as sizes
        ), within as (
            {pairs} (
                select cast(count(*) as double) as n from keyed where alone group by k, source
            ) as sizes
        )
        select whole.pairs - within.pairs from whole cross join within
        """


def whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with every column of ``ROW_SCHEMA`` and no other; a field that is not held is missing.

    A model or a block may name a field that no row holds any more.
    """
    lacking = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in ROW_SCHEMA.items()
        if name not in rows.columns
    ]
    return rows.with_columns(lacking).select(pl.col(n).cast(k) for n, k in ROW_SCHEMA.items())


def block(parts: Sequence[str], within: bool = False) -> Any:
    """One blocking rule. within: also pairs inside a source that has one row per person."""
    from splink.blocking_rule_library import CustomRule, block_on

    if within:
        return block_on(*(_PARTS.get(part, part) for part in parts))
    equal = [f"l.{part} = r.{part}" for part in parts if part not in _PARTS]
    equal += [f"{_of('l', part)} = {_of('r', part)}" for part in parts if part in _PARTS]
    return CustomRule(" and ".join([*equal, "(l.source <> r.source or not l.alone)"]))


_PARTS = {
    "birth_year": "year(birth)",
    "birth_day": "month(birth) * 100 + day(birth)",
    "initial": "substr(given, 1, 1)",
}


def _of(side: str, part: str) -> str:
    field = BLOCK_PARTS[part]
    return _PARTS[part].replace(f"({field}", f"({side}.{field}")


def _comparison(name: str, held: Sequence[str]) -> Any:
    import splink.comparison_library as compare

    if name == "home":
        return _home(held)
    made = {"given": _given, "birth": _birth, "middle": _middle}.get(name)
    if made is not None:
        return made()
    return _number(name) if name in SLIPPING else compare.ExactMatch(name)


SLIPPING = ("upn", "nino")
"""Numbers without a check digit that is checked: a wrong figure stays in them. Such an nhs is null."""


def _swapped() -> Any:
    """Given and family name in each other's place, as where a form asks for the family name first.

    It counts as a near spelling does, and not by a level of its own: among random pairs it hardly ever
    happens, so its chance could not be measured.
    """
    from splink import comparison_level_library as level

    return level.ColumnsReversedLevel("given", "family", symmetrical=True)


def _given() -> Any:
    import splink.comparison_library as compare
    from splink import comparison_level_library as level

    near, *less = GIVEN_LEVELS
    alike = level.Or(level.JaroWinklerLevel("given", near), _swapped())
    levels: list[Any] = [
        level.NullLevel("given"),
        level.ExactMatchLevel("given", term_frequency_adjustments=True),
        alike.configure(label_for_charts=SWAPPED),
        *(level.JaroWinklerLevel("given", least) for least in less),
        level.ElseLevel(),
    ]
    return compare.CustomComparison(output_column_name="given", comparison_levels=levels)


def _birth() -> Any:
    import splink.comparison_library as compare
    from splink import ColumnExpression
    from splink import comparison_level_library as level

    turned = (
        "year(birth_l) = year(birth_r) and month(birth_l) = day(birth_r) "
        "and day(birth_l) = month(birth_r)"
    )
    slip = level.Or(
        level.DamerauLevenshteinLevel(ColumnExpression("birth").cast_to_string(), WRONG),
        level.CustomLevel(turned, "day and month changed about"),
    )
    apart: tuple[tuple[int, Any], ...] = ((1, "month"), (1, "year"), (10, "year"))
    levels: list[Any] = [
        level.NullLevel("birth"),
        level.ExactMatchLevel("birth"),
        slip.configure(label_for_charts=BIRTH_SLIP),
        *(
            level.AbsoluteDateDifferenceLevel(
                "birth", input_is_string=False, threshold=count, metric=unit
            )
            for count, unit in apart
        ),
        level.ElseLevel(),
    ]
    return compare.CustomComparison(output_column_name="birth", comparison_levels=levels)


def _number(name: str) -> Any:
    """A national number. Twins often hold numbers that follow each other: those are two numbers."""
    import splink.comparison_library as compare
    from splink import comparison_level_library as level

    last = level.CustomLevel(f"right({name}_l, 1) = right({name}_r, 1)", "the same last figure")
    slip = level.And(level.DamerauLevenshteinLevel(name, WRONG), last)
    levels: list[Any] = [
        level.NullLevel(name),
        level.ExactMatchLevel(name),
        slip.configure(label_for_charts=NUMBER_SLIP),
        level.ElseLevel(),
    ]
    return compare.CustomComparison(output_column_name=name, comparison_levels=levels)


def _middle() -> Any:
    """Middle names. Many services hold the initial only, which agrees with the name it begins."""
    import splink.comparison_library as compare
    from splink import comparison_level_library as level

    initial = (
        "(length(middle_l) = 1 or length(middle_r) = 1) "
        "and substr(middle_l, 1, 1) = substr(middle_r, 1, 1)"
    )
    levels: list[Any] = [
        level.NullLevel("middle"),
        level.ExactMatchLevel("middle"),
        level.CustomLevel(initial, "initial of middle"),
        level.ElseLevel(),
    ]
    return compare.CustomComparison(output_column_name="middle", comparison_levels=levels)


def _home(held: Sequence[str]) -> Any:
    """Family name and address as one piece of evidence. See ``licet.linkage.spec``."""
    import splink.comparison_library as compare
    from splink import comparison_level_library as level

    names = [level.ExactMatchLevel("family", term_frequency_adjustments=True)]
    near: list[Any] = [level.JaroWinklerLevel("family", NEAR_NAME), _swapped()]
    if "previous_family" in held:
        # Either row may be the earlier one: which of the two stands left is chance.
        near += [
            level.ColumnsReversedLevel("family", "previous_family"),
            level.ColumnsReversedLevel("previous_family", "family"),
            level.ExactMatchLevel("previous_family"),
        ]
    place = _place(held)
    alike = level.Or(*near)
    levels: list[Any] = []
    if place is not None:
        levels.append(
            level.And(names[0], place).configure(
                label_for_charts="family and place", tf_adjustment_column="family"
            )
        )
    levels.append(names[0].configure(label_for_charts="family"))
    if place is not None:
        levels.append(level.And(alike, place).configure(label_for_charts=NEAR_FAMILY_PLACE))
    levels.append(alike.configure(label_for_charts=NEAR_FAMILY))
    if place is not None:
        levels.append(place.configure(label_for_charts="place"))
    levels += [level.NullLevel("family"), level.ElseLevel()]
    return compare.CustomComparison(output_column_name="home", comparison_levels=levels)


def _place(held: Sequence[str]) -> Any:
    """The same place: the same UPRN; the same house in a street or postcode that is alike; or street and
    postcode alike, as where the house is missing or wrong; or the postcode, where that is all there is."""
    from splink import comparison_level_library as level

    found: list[Any] = []
    if "uprn" in held:
        found.append(level.ExactMatchLevel("uprn"))
    if {"house", "street"} <= set(held):
        found.append(
            level.And(level.ExactMatchLevel("house"), level.JaroWinklerLevel("street", NEAR_STREET))
        )
    if {"house", "postcode"} <= set(held):
        found.append(level.And(level.ExactMatchLevel("house"), level.ExactMatchLevel("postcode")))
    if {"street", "postcode"} <= set(held):
        alike = level.JaroWinklerLevel("street", NEAR_STREET)
        found.append(level.And(level.DamerauLevenshteinLevel("postcode", WRONG), alike))
        found.append(level.And(level.ExactMatchLevel("postcode"), level.NullLevel("street")))
    if not found:
        return None
    return level.Or(*found) if len(found) > 1 else found[0]


__all__ = [
    "BIRTH_SLIP",
    "GIVEN_LEVELS",
    "ITERATIONS",
    "NEAR_FAMILY",
    "NEAR_FAMILY_PLACE",
    "NEAR_NAME",
    "NEAR_STREET",
    "NUMBERS",
    "NUMBER_SLIP",
    "ROW",
    "SLIPPING",
    "SWAPPED",
    "TERM_FREQUENCIES",
    "WRONG",
    "block",
    "count_sql",
    "frequency_sql",
    "settings",
    "translated",
    "whole",
]
