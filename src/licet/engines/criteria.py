"""Rules counted by an engine, set-wise: every criterion over one table in one pass, for all as-of dates.

Only lines of records in the crosswalk are joined at all, and that holds permitted rows alone. Nothing that
happened or was written down after an as-of date is counted for it. A filter that is not known of a line
does not count it. DuckDB and Spark are told the same, written from one tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import polars as pl

from licet.errors import bad
from licet.identify.bound import BoundCriterion, BoundRule, as_of_dates
from licet.identify.counting import Counts, met_schema, settle
from licet.identify.expressions import Dialect, sql

CROSSWALK = ("feed", "record", "person")
"""Which person a row of a feed is of. A further column ``weight``: of the weakest link that holds it."""
Lines = Mapping[tuple[str, str], pl.DataFrame | str]
"""By feed and table: the typed lines (see ``feeds.lines``), or the name of the engine's table of them."""


class Tables(Protocol):
    """What holds tables and runs statements over them."""

    dialect: Dialect

    def give(self, name: str, frame: pl.DataFrame) -> None:
        """Make a frame known under a name, in place of what was known under it."""
        ...

    def take(self, name: str) -> None:
        """Forget what is known under a name."""
        ...

    def frame(self, statement: str) -> pl.DataFrame:
        """What a statement finds."""
        ...


class DuckDBTables:
    """The tables of a connection to DuckDB."""

    dialect: Dialect = "duckdb"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def give(self, name: str, frame: pl.DataFrame) -> None:
        self._connection.register(name, frame.to_arrow())

    def take(self, name: str) -> None:
        self._connection.unregister(name)

    def frame(self, statement: str) -> pl.DataFrame:
        return pl.DataFrame(pl.from_arrow(self._connection.execute(statement).to_arrow_table()))


def count(
    tables: Tables,
    rule: BoundRule,
    lines: Lines,
    crosswalk: pl.DataFrame,
    homes: pl.DataFrame | None,
    as_of: Sequence[date],
) -> Counts:
    """Whom a rule means as of each date, with reasons.

    crosswalk: the columns ``CROSSWALK``, of permitted rows only. homes: see ``counting.settle``. Refuses no
    as-of date, a row that is of two persons, and a table without its lines.
    """
    days = as_of_dates(as_of)
    keys = {feed: keys_of(crosswalk, feed) for feed in dict.fromkeys(f for f, _ in rule.tables())}
    order = {one.declared.id: place for place, one in enumerate(rule.criteria)}
    parts = [pl.DataFrame(schema=met_schema())]
    for (feed, table), criteria in rule.tables().items():
        held = lines.get((feed, table))
        if held is None:
            raise bad("the lines of a table are not there", f"{feed}: tables.{table}", "its lines")
        wide = counted_lines(tables, held, keys[feed], Pass(tuple(criteria), days, tables.dialect))
        parts += [
            _of_one(wide, number, one, order[one.declared.id])
            for number, one in enumerate(criteria)
        ]
    return settle(rule, pl.concat(parts), homes)


def keys_of(crosswalk: pl.DataFrame, feed: str) -> pl.DataFrame:
    """record, person, weight of the rows of one feed."""
    weight = pl.col("weight") if "weight" in crosswalk.columns else pl.lit(None)
    known = pl.col("record").is_not_null() & pl.col("person").is_not_null()
    found = crosswalk.filter(pl.col("feed") == feed, known).select(
        "record", "person", weight.cast(pl.Float64).alias("weight")
    )
    if found["record"].n_unique() < found.height:
        raise bad("a row is of two persons", f"crosswalk: {feed}", "each record once")
    return found


def counted_lines(
    tables: Tables, held: pl.DataFrame | str, keys: pl.DataFrame, asked: Pass
) -> pl.DataFrame:
    name = held if isinstance(held, str) else "given_lines"
    tables.give("given_keys", keys)
    try:
        if not isinstance(held, str):
            tables.give(name, held)
        try:
            return tables.frame(asked.statement(name, "given_keys"))
        finally:
            if not isinstance(held, str):
                tables.take(name)
    finally:
        tables.take("given_keys")


def _of_one(wide: pl.DataFrame, number: int, one: BoundCriterion, place: int) -> pl.DataFrame:
    """What was counted for one criterion: the rows of those who meet it."""
    declared = one.declared
    counted = "total" if declared.total else declared.count
    columns = {
        name: f"{name}_{number}" for name in ("lines", "days", "total", "first", "last", "weight")
    }
    read = [
        (pl.col(column) if column in wide.columns else pl.lit(None)).alias(name)
        for name, column in columns.items()
    ]
    found = wide.filter(pl.col(f"{counted}_{number}") >= declared.least)
    place_of = pl.lit(place).alias("criterion")
    schema: Any = met_schema()
    return found.select("as_of", "person", place_of, *read).cast(schema).select(list(schema))


@dataclass(frozen=True)
class Pass:
    """One pass over one table: its criteria, for all as-of dates."""

    criteria: tuple[BoundCriterion, ...]
    days: tuple[date, ...]
    dialect: Dialect

    def statement(self, lines: str, keys: str) -> str:
        """Per as-of date and person what each criterion counts, of those who meet one at least."""
        several = range(len(self.criteria))
        filters = ", ".join(f"{self._filter(n)} as holds_{n}" for n in several)
        totals = "".join(f", {total} as number_{n}" for n in several if (total := self._total(n)))
        last = day_of(self.days[-1])
        read = (
            f"select record, happened, recorded, {filters}{totals} from {lines} "
            f"where happened <= {last} and recorded <= {last}"
        )
        some = " or ".join(self._at_all(n) for n in several)
        joined = (
            f"select k.person, k.weight, l.*, {self._each_day()} as as_of from ({read}) l "
            f"join {keys} k on k.record = l.record where {some}"
        )
        flags = ", ".join(f"(holds_{n}{self._inside(n)}) as counts_{n}" for n in several)
        rest = "".join(f", number_{n}" for n in several if self._total(n))
        seen = (
            f"select as_of, person, weight, happened{rest}, {flags} from ({joined}) j "
            "where happened <= as_of and recorded <= as_of"
        )
        sums = ", ".join(column for n in several for column in self._sums(n))
        enough = " or ".join(self._enough(n) for n in several)
        counted = " or ".join(f"counts_{n}" for n in several)
        grouped = (
            f"select as_of, person, {sums} from ({seen}) s where {counted} group by as_of, person"
        )
        return f"select * from ({grouped}) g where {enough}"

    def _filter(self, number: int) -> str:
        held = sql(self.criteria[number].filter, self.dialect)
        total = self._total(number)
        return f"({held} and {total} is not null)" if total else held

    def _total(self, number: int) -> str:
        name = self.criteria[number].declared.total
        mark = '"' if self.dialect == "duckdb" else "`"
        return f"{mark}{name}{mark}" if name else ""

    def _each_day(self) -> str:
        if len(self.days) == 1:
            return day_of(self.days[0])
        listed = ", ".join(day_of(day) for day in self.days)
        return f"unnest([{listed}])" if self.dialect == "duckdb" else f"explode(array({listed}))"

    def _at_all(self, number: int) -> str:
        """That a line may count for one of the dates: most fall out before they are joined."""
        start = self.criteria[number].declared.starts(self.days[0])
        return f"(holds_{number} and happened > {day_of(start)})" if start else f"holds_{number}"

    def _inside(self, number: int) -> str:
        """That a line happened after the day before the window."""
        days = self.criteria[number].declared.days
        if days is None:
            return ""
        start = f"as_of - {days}" if self.dialect == "duckdb" else f"date_sub(as_of, {days})"
        return f" and happened > {start}"

    def _sums(self, number: int) -> list[str]:
        # With one criterion only its lines are left.
        only = f"filter (where counts_{number})" if len(self.criteria) > 1 else ""
        found = [
            f"count(*) {only} as lines_{number}",
            f"min(happened) {only} as first_{number}",
            f"max(happened) {only} as last_{number}",
            f"min(weight) {only} as weight_{number}",
        ]
        if self.criteria[number].declared.count == "days":
            found.append(f"count(distinct happened) {only} as days_{number}")
        if self._total(number):
            found.append(f"cast(sum(number_{number}) {only} as bigint) as total_{number}")
        return found

    def _enough(self, number: int) -> str:
        declared = self.criteria[number].declared
        counted = "total" if declared.total else declared.count
        return f"{counted}_{number} >= {declared.least}"


def day_of(day: date) -> str:
    return f"date '{day.isoformat()}'"
