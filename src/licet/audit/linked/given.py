"""What users bring: truth, labelled pairs, samples, groups; read from frames, with every fault said.

Faults name lines and columns, never a row, a person or a value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.audit.linked.judged import Judged
from licet.audit.linked.rows import places, said_lines, unknown_rows
from licet.audit.linked.sampling import weights_of
from licet.audit.people import Codes
from licet.errors import BadInput, Fault, bad, nearest

TRUTH = ("row", "person")
PAIRS = ("row_a", "row_b", "same")
YES = ("yes", "y", "true", "1", "same", "match")
NO = ("no", "n", "false", "0", "different", "nonmatch", "non-match")
_SHORT = {"a": "row_a", "b": "row_b", "true_person": "person", "simulant_id": "person"}


@dataclass(frozen=True)
class Truth:
    """row, person (text), and whatever else is known of them: household, birth, groups. outside: rows
    that the feeds hold and the run does not. homes: household, people (how many live there), by all
    that was given, of whatever feed."""

    rows: pl.DataFrame
    outside: int
    homes: pl.DataFrame | None = None


def kind_of(frame: pl.DataFrame) -> str:
    """``truth``, ``pairs`` or ``sample``, by the columns. Refuses anything else."""
    names = set(renamed(frame).columns)
    if set(PAIRS) <= names:
        return "sample" if "weight" in names else "pairs"
    if set(TRUTH) <= names:
        return "truth"
    wanted = [word for word in (*TRUTH, *PAIRS) if word not in names]
    near = [word for name in names - {*TRUTH, *PAIRS} if (word := nearest(name, wanted))]
    raise bad(
        f"neither truth nor labelled pairs: the columns are {', '.join(frame.columns[:8]) or 'none'}",
        "columns",
        "row, person (and household, birth, groups); or row_a, row_b, same (and weight, stratum)",
        f"is {sorted(near)[0]!r} meant?" if near else "name the columns so",
    )


def renamed(frame: pl.DataFrame) -> pl.DataFrame:
    """With the names used here; those of the frame win."""
    found = {
        name: word
        for name, word in _SHORT.items()
        if name in frame.columns and word not in frame.columns
    }
    return frame.rename(found)


def truth_of(
    frame: pl.DataFrame,
    run: Mapping[str, int],
    known: pl.Series | None,
    where: str,
    elsewhere: Collection[str] = (),
) -> Truth:
    """Truth, checked. run: places of the run's rows; known: rows of the feeds that it was made from;
    elsewhere: feeds that this run has nothing to do with, whose rows tell of households alone.

    Refuses, all at once: no row, missing and repeated rows, rows of no run, no row of this run.
    """
    frame = _some(renamed(frame), where)
    faults = [*_missing(frame, TRUTH, where), *_repeated(frame, where)]
    rows = frame["row"].cast(pl.String)
    inside = rows.is_in(list(run)).fill_null(False)
    outside = ~inside if known is None else ~inside & rows.is_in(known.implode()).fill_null(False)
    other = ~inside & rows.str.extract("^([^/]*)/").is_in(list(elsewhere)).fill_null(False)
    strange = (~inside & ~outside if known is not None else ~inside) & rows.is_not_null() & ~other
    if strange.any():
        faults += unknown_rows(_lines(strange), frame.height, where).faults
    elif not inside.any():
        faults.append(Fault("no row of the run is among them", where, "truth of this run's rows"))
    if faults:
        raise BadInput(*faults)
    kept = frame.with_columns(pl.col("row", "person").cast(pl.String))
    left = int((~inside & ~other).sum())
    return Truth(kept.filter(~other), left, _homes(kept))


def _homes(frame: pl.DataFrame) -> pl.DataFrame | None:
    """How many people live in each household, as far as the truth tells."""
    if "household" not in frame.columns:
        return None
    named = frame.select(pl.col("household").cast(pl.String), "person").drop_nulls()
    return named.group_by("household").agg(people=pl.col("person").n_unique())


def judged_of(frame: pl.DataFrame, run: Mapping[str, int], where: str) -> Judged:
    """Labelled pairs or a sample, checked.

    Refuses, all at once: no pair, cells that are missing, answers that are neither yes nor no, pairs
    twice, a row beside itself, rows of no run, weights that are no positive numbers.
    """
    frame = _some(renamed(frame), where)
    weighted = "weight" in frame.columns
    faults = list(_missing(frame, (*PAIRS, *(["weight"] if weighted else [])), where))
    faults += [*_answers(frame, where), *_pairs(frame, where)]
    if weighted:
        faults += _weights(frame, where)
    ends = []
    for name in PAIRS[:2]:
        try:
            ends.append(places(run, frame[name], f"{where}: {name}"))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults)
    weight = (
        frame["weight"].cast(pl.Float64)
        if weighted
        else pl.Series([1.0]).new_from_index(0, frame.height)
    )
    heavy = weight.to_numpy().astype(np.float64)
    return Judged(ends[0], ends[1], _same(frame), heavy, _strata(frame, heavy), weighted)


def _same(frame: pl.DataFrame) -> Codes:
    return _answer(frame).is_in(YES).cast(pl.Int64).to_numpy()


def _answer(frame: pl.DataFrame) -> pl.Series:
    return frame["same"].cast(pl.String).str.strip_chars().str.to_lowercase()


def _strata(frame: pl.DataFrame, weight: NDArray[np.float64]) -> Codes:
    if "stratum" not in frame.columns:
        return weights_of(weight)
    ranks = frame["stratum"].cast(pl.String).fill_null("").rank("dense").cast(pl.Int64) - 1
    return ranks.to_numpy().astype(np.int64)


def _some(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    if frame.is_empty():
        raise bad(
            "there is nothing in it", where, "one row at least", "audit without truth instead"
        )
    return frame


def _missing(frame: pl.DataFrame, names: Sequence[str], where: str) -> list[Fault]:
    found = []
    for name in names:
        if name not in frame.columns:
            found.append(Fault(f"the column {name!r} is missing", where, ", ".join(names)))
        elif frame[name].null_count():
            lines = said_lines(_lines(frame[name].is_null()))
            what = f"{frame[name].null_count():,} cells of {name!r} are empty: {lines}"
            todo = "look at these pairs, or draw a smaller sample" if name == "same" else ""
            found.append(Fault(what, where, "a value in each", todo))
    if any(name not in frame.columns for name in names):
        raise BadInput(*found)
    return found


def _repeated(frame: pl.DataFrame, where: str) -> list[Fault]:
    again = ~frame["row"].is_first_distinct() & frame["row"].is_not_null()
    if not again.any():
        return []
    what = f"{int(again.sum()):,} rows stand there again: {said_lines(_lines(again))}"
    return [Fault(what, where, "each row once", "a row is of one person")]


def _answers(frame: pl.DataFrame, where: str) -> list[Fault]:
    known = _answer(frame).is_in([*YES, *NO]) | frame["same"].is_null()
    if known.all():
        return []
    what = f"{int((~known).sum()):,} answers say neither yes nor no: {said_lines(_lines(~known))}"
    return [Fault(what, f"{where}: same", "yes or no", "leave pairs out that nobody could judge")]


def _pairs(frame: pl.DataFrame, where: str) -> list[Fault]:
    one, other = (frame[name].cast(pl.String) for name in PAIRS[:2])
    alone = (one == other).fill_null(False)
    ends = pl.DataFrame({"one": one, "other": other}).select(
        pl.concat_str(
            pl.min_horizontal("one", "other"), pl.max_horizontal("one", "other"), separator="\n"
        ).alias("pair")
    )["pair"]
    again = ~ends.is_first_distinct() & ends.is_not_null()
    found = []
    if alone.any():
        what = (
            f"{int(alone.sum()):,} rows are compared with themselves: {said_lines(_lines(alone))}"
        )
        found.append(Fault(what, where, "two rows"))
    if again.any():
        what = f"{int(again.sum()):,} pairs stand there again: {said_lines(_lines(again))}"
        found.append(Fault(what, where, "each pair once, in whatever order"))
    return found


def _weights(frame: pl.DataFrame, where: str) -> list[Fault]:
    heavy = frame["weight"].cast(pl.Float64, strict=False)
    wrong = ((heavy <= 0) | heavy.is_nan() | heavy.is_infinite() | heavy.is_null()).fill_null(True)
    wrong &= frame["weight"].is_not_null()
    if not wrong.any():
        return []
    what = f"{int(wrong.sum()):,} weights are no numbers above 0: {said_lines(_lines(wrong))}"
    return [Fault(what, f"{where}: weight", "how many pairs each one stands for")]


def _lines(flags: pl.Series) -> NDArray[np.int64]:
    """Lines of a file with a header."""
    return np.flatnonzero(flags.to_numpy()) + 2
