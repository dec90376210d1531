"""The population that a source is held against: a table with the columns by, group and people.

Instead of people a column ``percent`` holds shares: those of a breakdown then add up to 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.errors import BadInput, Fault, bad, counted, nearest
from licet.files.audit_linkage import read_table
from licet.files.frames import rows_of, says_synthetic
from licet.files.reading import shown

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("by", "group", "people")
PERCENT = "percent"
"""The column of shares, where people are not counted."""
NEAR = 0.02
"""How far shares may add up to something else than a whole, because they are rounded."""


class Population(dict[str, dict[str, float]]):
    """People by breakdown and group, or shares of 100. synthetic: the table says that nobody is real."""

    synthetic: bool = False


def read_population(
    population: Path | str | Any,
    breakdowns: Iterable[str],
    *,
    zeros_below: int | None = None,
    sampled: bool = False,
) -> Population:
    """People of the population by breakdown and group, from a CSV or Parquet file or a table.

    breakdowns: the audit-only columns of the feed. zeros_below: what a 0 is below; without it zeros
    are refused, for they may be counts that were kept back. sampled: they were counted in a sample of a
    size that is said. Refuses with all faults at once; also percentages that are called people.
    """
    at_file = isinstance(population, Path | str)
    frame = read_table(Path(population)) if at_file else rows_of(population)
    where = shown(Path(population)) if at_file else "population"
    percent = PERCENT in frame.columns and "people" not in frame.columns
    columns = (*COLUMNS[:2], PERCENT) if percent else COLUMNS
    has_columns(frame, columns, where)
    faults: list[Fault] = []
    found = _read(frame.select(columns), tuple(breakdowns), where, faults)
    zeros = sum(1 for groups in found.values() for people in groups.values() if people == 0)
    if zeros and zeros_below is None:
        faults.append(
            Fault(
                f"{zeros} {'group has' if zeros == 1 else 'groups have'} 0 people: this may be a small "
                "count that was kept back",
                where,
                "zeros_below = N: a 0 stands for 0 to N - 1 people; 1: it is 0",
                "say --zeros-below 10 if counts below 10 were kept back",
            )
        )
    if zeros_below is not None and zeros_below < 1:
        faults.append(Fault(f"zeros below {zeros_below}", "--zeros-below", "1 or more"))
    if percent and (zeros_below or 1) > 1:
        faults.append(Fault("percentages tell nothing of small counts", "--zeros-below",
                            "1, or a column people", "give counts"))  # fmt: skip
    faults += _of_hundred(found, percent, sampled, where)
    if faults:
        raise BadInput(*faults)
    found.synthetic = says_synthetic(frame)
    return found


def _of_hundred(found: Population, percent: bool, sampled: bool, where: str) -> Iterator[Fault]:
    """Percentages that do not add up to 100, and people who do: then they are no people."""
    for by, groups in found.items():
        total = sum(groups.values())
        hundred = abs(total - 100) <= 100 * NEAR
        if percent and not hundred:
            yield Fault(f"the percentages of {by!r} add up to {total:g}", where, "100 for each breakdown",
                        "add the groups that are missing")  # fmt: skip
        if not percent and not sampled and (hundred or abs(total - 1) <= NEAR):
            yield Fault(
                f"the people of {by!r} add up to {total:g}: these look like shares, not people",
                where,
                f"how many people are in each group; or a column {PERCENT!r}, adding up to 100",
                f"write counts, or call the column {PERCENT!r} (people counted in a sample: say --sample)",
            )


def has_columns(frame: pl.DataFrame, names: Iterable[str], where: str) -> None:
    """Refuse a table without these columns, all at once, with the nearest there is."""
    faults = []
    for name in names:
        if name not in frame.columns:
            near = nearest(name, frame.columns)
            todo = f"write {name!r} for {near!r} if that is meant" if near else f"add {name!r}"
            listed = ", ".join(frame.columns)[:200]
            faults.append(Fault(f"the column {name!r} is missing", where, f"found: {listed}", todo))
    if faults:
        raise BadInput(*faults)


def _read(
    frame: pl.DataFrame, breakdowns: tuple[str, ...], where: str, faults: list[Fault]
) -> Population:
    found = Population()
    unknown: set[str] = set()
    for line, (by, group, people) in enumerate(frame.rows(), start=2):
        number, place = number_of(people), f"{where}: line {line}"
        if by is None or group is None:
            faults.append(Fault("by or group is empty", place, "a breakdown and one of its groups"))
        elif number is None:
            faults.append(Fault("the people are no count", place, "a number from 0",
                                "write 1234.5 for 1.234,5 and 1234 for 1,234"))  # fmt: skip
        elif str(by) not in breakdowns:
            unknown.add(str(by))
        elif str(group) in found.setdefault(str(by), {}):
            faults.append(Fault("the group stands there twice", place, "each group once"))
        else:
            found[str(by)][str(group)] = number
    for name in sorted(unknown):
        near = nearest(name, breakdowns)
        todo = (
            f"write {near!r} if that is meant" if near else "take it out, or add it to audit_only"
        )
        listed = ", ".join(breakdowns) or "the feed has none"
        faults.append(Fault(f"{name!r} is no audit-only column of the feed", where, listed, todo))
    for name, groups in found.items():
        if not sum(groups.values()):
            faults.append(Fault(f"nobody is in the population by {name!r}", where, "some people"))
    if not found and not faults:
        raise bad("there is nothing in it", where, "a row for each group")
    return found


def number_of(value: Any) -> float | None:
    """A number from 0; None for anything else, also for one with a sign that parts thousands."""
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if 0 <= number < 1e12 else None


def meet(
    source: Mapping[str, int], population: Mapping[str, float], by: str, where: str, threshold: int
) -> None:
    """Refuses groups of the source that the population does not have. Small ones are not named."""
    missing = [name for name in source if name not in population]
    if not missing:
        return
    named = [name for name in missing if source[name] >= threshold]
    near = nearest(named[0], list(population)) if named else None
    what = ", ".join(repr(name) for name in named[:5]) or "some that are too small to name"
    raise bad(
        f"{counted(len(missing), 'group', 'groups')} of the source "
        f"{'is' if len(missing) == 1 else 'are'} not in the population: {what}",
        f"{where}, by {by!r}",
        ", ".join(population)[:200],
        f"write {near!r} in one of both if that is meant" if near else "add a row for each",
    )
