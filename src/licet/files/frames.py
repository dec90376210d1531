"""Tables in memory as answers, and the names of their columns as programs give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, bad
from licet.groups import ALL

if TYPE_CHECKING:
    import polars as pl

    from licet.survey.answers import Answers


def answers_of(frame: Any) -> Answers:
    """A pandas, Polars or any frame that narwhals knows as answers; Answers are taken as they are.

    NaN is no answer, as in pandas. Refuses what is no table, and an empty one.
    """
    from licet.survey.answers import Answers

    if isinstance(frame, Answers):
        return frame
    found = rows_of(frame)
    if found.height == 0:
        raise bad("the table has no rows", "frame", "one row per person")
    return Answers(found, name="the table")


def rows_of(frame: Any) -> pl.DataFrame:
    """A pandas, Polars or any frame that narwhals knows, NaN being null. Refuses what is no table."""
    import polars as pl

    if isinstance(frame, pl.LazyFrame):
        try:
            frame = frame.collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise bad(f"the table cannot be read ({_first(error)})", "frame") from None
    if not isinstance(frame, pl.DataFrame):
        frame = _polars(frame)
    return without_nan(frame)


def without_nan(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every NaN null."""
    import polars as pl

    floats = [name for name, kind in frame.schema.items() if kind.is_float()]
    return frame.with_columns(pl.col(floats).fill_nan(None)) if floats else frame


_YES = ("yes", "true", "1")


def says_synthetic(frame: pl.DataFrame) -> bool:
    """Whether a table declares that no row of it is of a real person: in a column ``synthetic`` yes, or a
    column ``note`` that begins with SYNTHETIC, in any row."""
    import polars as pl

    for column in frame:
        said = column.drop_nulls().cast(pl.String, strict=False).str.strip_chars()
        if column.name.casefold() == "note" and said.str.starts_with("SYNTHETIC").any():
            return True
        if column.name.casefold() == "synthetic" and said.str.to_lowercase().is_in(_YES).any():
            return True
    return False


def _polars(frame: Any) -> pl.DataFrame:
    import narwhals as nw

    try:
        table = nw.from_native(frame)
    except TypeError:
        raise bad(
            f"a {type(frame).__name__} is not a table",
            "frame",
            "a pandas, Polars or PyArrow table, or licet.read_answers(path)",
        ) from None
    # Whatever else the library of the frame may raise is said of the table, not of Licet.
    except Exception as error:
        raise bad(f"the table cannot be read ({_first(error)})", "frame") from None
    try:
        return table.lazy().collect(backend="polars").to_native()
    except Exception as error:
        raise _unreadable(table, error) from None


def _unreadable(table: Any, error: Exception) -> BadInput:
    """Why a table cannot be read, and by which column."""
    for name in getattr(table, "columns", ()):
        try:
            table.select(name).lazy().collect(backend="polars")
        except Exception as of_column:
            return bad(
                f"the column cannot be read ({_first(of_column)})",
                f"column {name!r}",
                "values of one kind: text, numbers, true or false",
                f'write them as text: frame["{name}"] = frame["{name}"].astype(str), or leave the '
                "column out",
            )
    return bad(f"the table cannot be read ({_first(error)})", "frame", "", "make it anew in Polars")


def _first(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:160]


def names(value: Any, where: str) -> list[str]:
    """Column names from a list, tuple, array, Index or Series of texts; None is no name."""
    allowed = "a list of column names"
    if value is None:
        return []
    if isinstance(value, str):
        raise bad(f"{where} is one text", where, allowed, f'write ["{value}"]')
    if isinstance(value, bytes | Mapping) or not isinstance(value, Iterable):
        raise bad(f"{where} is a {type(value).__name__}", where, allowed)
    found = list(value)
    for name in found:
        if not isinstance(name, str):
            shown = f"{type(name).__name__} {str(name)[:40]!r}"
            raise bad(f"{shown} is not the name of a column", where, allowed)
    return [str(name) for name in dict.fromkeys(found)]


def name(value: Any, where: str) -> str | None:
    """The name of one column, or None."""
    if value is None or isinstance(value, str):
        return value
    raise bad(
        f"{where} is a {type(value).__name__}, not the name of a column",
        where,
        "the name of a column of the table",
        f'put it into the table and write {where}="NAME"',
    )


def threshold_of(value: Any) -> int:
    """Fewest people that a figure may stand for: a whole number from 1."""
    import operator

    try:
        found = operator.index(value)
    except TypeError:
        found = 0
    if found < 1 or isinstance(value, bool):
        raise bad(f"a threshold of {value!r}", "threshold", "1 person or more", "10 is usual")
    return found


def expressions(groups: Any, by: Iterable[str]) -> dict[str, str]:
    """Groups by expression, {"young": "age < 30"}. Refuses names that something else has."""
    allowed = 'a name and an expression for each: {"young": "age < 30"}'
    by = list(by)
    if ALL in by:
        raise bad(f"a column of by is called {ALL!r}", "by", "any other name", "rename the column")
    if groups is None:
        return {}
    if not isinstance(groups, Mapping):
        raise bad(f"groups is a {type(groups).__name__}", "groups", allowed)
    taken = {ALL: "the whole sample", **dict.fromkeys(by, "a column of by")}
    for group, expression in groups.items():
        if not isinstance(group, str) or not group.strip() or not isinstance(expression, str):
            raise bad(f"{group!r}: {str(expression)[:80]!r} is no group", "groups", allowed)
        if group in taken:
            what = f"the name {group!r} is that of {taken[group]}"
            raise bad(what, "groups", "a name of its own", f"call the group {group + '_group'!r}")
    return dict(groups)


def sums(nets: Any, items: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Nets of items, {"trust": {"any": ["Yes, always", "Yes, at times"]}}. Refuses other items."""
    from licet.errors import unknown

    allowed = 'options by name for each item: {"trust": {"any": ["A lot", "Some"]}}'
    if nets is None:
        return {}
    if not isinstance(nets, Mapping) or not all(isinstance(n, Mapping) for n in nets.values()):
        raise bad("nets are not options by name for each item", "nets", allowed)
    for item in nets:
        if item not in items:
            raise unknown("item", item, list(items), "nets (--net)")
    return {
        str(item): {str(net): names(options, f"net {net!r}") for net, options in made.items()}
        for item, made in nets.items()
    }
