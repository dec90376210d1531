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

_REACH = "greatest(greatest(length(one), length(other)) div 2 - 1, 0)"
_AT = f"locate(substr(one, i, 1), s.left, greatest(1, i - {_REACH}))"
_THERE = """array_join(transform(sequence(1, length(other)),
    j -> if(substr(s.left, j, 1) = char(1), substr(other, j, 1), '')), '')"""
"""The letters of ``other`` that were met, in its own order."""
_SWAPPED = f"""aggregate(sequence(1, length(s.found)), 0,
    (n, k) -> n + if(substr(s.found, k, 1) <> substr({_THERE}, k, 1), 1, 0)) div 2"""
_JARO = f"""aggregate(
    sequence(1, length(one)),
    named_struct('found', cast('' as string), 'left', other),
    (s, i) -> case when {_AT} between 1 and i + {_REACH} then named_struct(
        'found', concat(s.found, substr(one, i, 1)),
        'left', overlay(s.left placing char(1) from {_AT} for 1)) else s end,
    s -> case when length(s.found) = 0 then 0d else (
        length(s.found) / length(one) + length(s.found) / length(other)
        + (length(s.found) - {_SWAPPED}) / length(s.found)) / 3 end)"""
"""found: the letters of ``one`` that are in ``other`` near the same place; in left, they are struck out."""
_GAINED = f"""aggregate(array({_JARO}), 0d, (none, alike) -> case
    when alike <= 0.7d then alike
    else alike + 0.1d * (1 - alike) * case
        when least(length(one), length(other)) > 3 and left(one, 4) = left(other, 4) then 4
        when least(length(one), length(other)) > 2 and left(one, 3) = left(other, 3) then 3
        when least(length(one), length(other)) > 1 and left(one, 2) = left(other, 2) then 2
        when left(one, 1) = left(other, 1) then 1 else 0 end end)"""
_JARO_WINKLER = f"""
create or replace temporary function jaro_winkler(one string, other string) returns double
return case
    when one is null or other is null then null
    when jaro_winkler_of_splink(one, other) >= {SURE}d then jaro_winkler_of_splink(one, other)
    when jaro_winkler_of_splink(one, other) < {HOPELESS}d then jaro_winkler_of_splink(one, other)
    else {_GAINED} end
"""


def count_swaps_alike(session: Any) -> None:
    """Put the exact function in the place of the one that Splink registered."""
    from pyspark.sql.types import DoubleType

    session.udf.registerJavaFunction(
        "jaro_winkler_of_splink", "uk.gov.moj.dash.linkage.JaroWinklerSimilarity", DoubleType()
    )
    session.sql("drop temporary function jaro_winkler")
    session.sql(_JARO_WINKLER)
