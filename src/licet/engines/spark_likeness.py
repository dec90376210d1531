"""Jaro-Winkler similarity in Spark's SQL, equal to the other engines'.

The function that comes with Splink counts half a swap where the others count none, so its values lie
a little lower: enough to put one pair in two thousand on another level. What it finds surely alike
or surely not is taken from it; the rest is counted here, letter by letter.
"""

from __future__ import annotations

from typing import Any

SURE, HOPELESS = 0.92, 0.5
"""From ``SURE`` up, and below ``HOPELESS``, half a swap cannot change on which side of any threshold
(0.7 to 0.92) two texts lie."""

_FOUND = """
create or replace temporary function licet_found(one string, other string)
returns struct<found: string, left: string>
return aggregate(
    sequence(1, length(one)),
    named_struct('found', cast('' as string), 'left', other),
    (s, i) -> case when locate(substr(one, i, 1), s.left, greatest(1, i - {reach}))
                        between 1 and i + {reach}
        then named_struct(
            'found', concat(s.found, substr(one, i, 1)),
            'left', overlay(s.left placing char(1)
                from locate(substr(one, i, 1), s.left, greatest(1, i - {reach})) for 1))
        else s end)
""".format(reach="greatest(greatest(length(one), length(other)) div 2 - 1, 0)")
"""The letters of ``one`` that are in ``other`` near the same place; there they are struck out."""

_SWAPPED = """
create or replace temporary function licet_swapped(found string, left string, other string)
returns int
return aggregate(
    sequence(1, length(found)), 0,
    (n, i) -> n + if(substr(found, i, 1) <> substr(array_join(transform(
        sequence(1, length(other)),
        j -> if(substr(left, j, 1) = char(1), substr(other, j, 1), '')), ''), i, 1), 1, 0)) div 2
"""

_JARO = """
create or replace temporary function licet_jaro(
    one string, other string, met struct<found: string, left: string>)
returns double
return case when length(met.found) = 0 then 0d else (
    length(met.found) / length(one) + length(met.found) / length(other)
    + (length(met.found) - licet_swapped(met.found, met.left, other)) / length(met.found)) / 3 end
"""

_GAINED = """
create or replace temporary function licet_gained(one string, other string, alike double)
returns double
return case when alike <= 0.7d then alike else alike + 0.1d * (1 - alike) * case
    when least(length(one), length(other)) > 3 and left(one, 4) = left(other, 4) then 4
    when least(length(one), length(other)) > 2 and left(one, 3) = left(other, 3) then 3
    when least(length(one), length(other)) > 1 and left(one, 2) = left(other, 2) then 2
    when left(one, 1) = left(other, 1) then 1 else 0 end end
"""

_JARO_WINKLER = f"""
create or replace temporary function jaro_winkler(one string, other string)
returns double
return case
    when one is null or other is null then null
    when jaro_winkler_of_splink(one, other) >= {SURE}d then jaro_winkler_of_splink(one, other)
    when jaro_winkler_of_splink(one, other) < {HOPELESS}d then jaro_winkler_of_splink(one, other)
    else licet_gained(one, other, licet_jaro(one, other, licet_found(one, other))) end
"""


def count_swaps_alike(session: Any) -> None:
    """Put the exact function in the place of the one that Splink registered."""
    from pyspark.sql.types import DoubleType

    session.udf.registerJavaFunction(
        "jaro_winkler_of_splink", "uk.gov.moj.dash.linkage.JaroWinklerSimilarity", DoubleType()
    )
    for statement in (_FOUND, _SWAPPED, _JARO, _GAINED, _JARO_WINKLER):
        session.sql(statement)
