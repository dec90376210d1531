"""What of a linkage audit may be shown: counts rounded, small ones kept back, shares made from these.

A count of pairs that leaves is rounded to fives and none below the threshold is told, so no two of them
can be subtracted (``disclosure.counts``). A share is that of the counts as shown, with the interval moved
along. Where few pairs are wrong only an upper end is told, which would hold for any number below the
threshold. Tables of people, which add up, are protected as linked tables (``disclosure.linked``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, isfinite
from typing import Any

import numpy as np

from licet.audit.linked.measured import ENOUGH, LinkGap, LinkRate, Measured
from licet.audit.linked.rows import CROSSED, NOT_KNOWN
from licet.audit.linked.wholly import Wholly
from licet.audit.people import TOGETHER, GroupKey
from licet.disclosure.counts import shown_count
from licet.disclosure.linked import Sum, protect
from licet.survey.intervals import interval

Row = dict[str, Any]
YES, UP_TO, NO = "yes", "upper end only", "not shown"
EVERYBODY = "everybody"
COMPLEMENT = {"precision": "false", "recall": "missed"}
B_CUBED = {"b_cubed_precision": "false", "b_cubed_recall": "missed"}


def rate_rows(found: Measured, threshold: int, level: float) -> list[Row]:
    """A row for each measure and group: measure, by, group, value, low, high, naive_low, naive_high,
    wrong, base, families, enough, shown. Shares 0-1; counts as shown, None where kept back."""
    rows: dict[tuple[str, GroupKey | None], Row] = {}
    for rate in found.rates:
        if rate.measure not in {*COMPLEMENT, *B_CUBED, "f1"}:
            rows[rate.measure, rate.key] = _share_row(rate, threshold, level)
    for rate in found.rates:
        if (of := COMPLEMENT.get(rate.measure)) and (of, rate.key) in rows:
            rows[rate.measure, rate.key] = _complement(rate.measure, rows[of, rate.key])
        elif of := B_CUBED.get(rate.measure):
            rows[rate.measure, rate.key] = _mean(rate, rows.get((of, rate.key)), threshold)
        elif rate.measure == "f1":
            both = rows.get(("missed", rate.key)), rows.get(("false", rate.key))
            rows["f1", rate.key] = _f1(rate, both)
    return [rows[rate.measure, rate.key] for rate in found.rates]


def _place(measure: str, key: GroupKey | None) -> Row:
    return {
        "measure": measure,
        "by": key.by if key else None,
        "group": key.label if key else EVERYBODY,
    }


_NOTHING: Mapping[str, Any] = dict.fromkeys(("value", "low", "high", "naive_low", "naive_high"))


def _share_row(rate: LinkRate, threshold: int, level: float) -> Row:
    wrong, whole = rate.seen, rate.estimate.n
    # That all pairs of a group are wrong tells it of everybody in it.
    left = shown_count(whole - wrong, threshold) if whole > wrong else None
    if not whole:
        left = 0
    row = {
        **_place(rate.measure, rate.key),
        **_NOTHING,
        "wrong": shown_count(wrong, threshold),
        "base": shown_count(whole, threshold),
        "families": shown_count(rate.families, threshold),
        "enough": whole >= ENOUGH,
        "shown": NO,
    }
    if not row["base"] or not row["families"] or left is None:
        return row | {"wrong": None if row["base"] is None or left is None else row["wrong"]}
    if row["wrong"] is None:
        high = _most(rate, row, threshold, level)
        return row | {"low": 0.0, "high": _four(high), "shown": UP_TO}
    value = min(row["wrong"] / row["base"], 1.0)
    if rate.weighted:
        value = round(rate.estimate.value, 3)
    return row | _moved(rate, value) | {"shown": YES}


def _most(rate: LinkRate, row: Row, threshold: int, level: float) -> float:
    """An upper end that holds for any number below the threshold; of a sample, that of its interval."""
    if rate.weighted:
        return min(ceil(100 * rate.estimate.high) / 100, 1.0)
    share = min((threshold - 1) / row["base"], 1.0)
    return float(interval(share, min(row["families"], row["base"]), level=level)[1])


def _moved(rate: LinkRate, value: float) -> Row:
    """The value shown with both intervals moved along with it."""
    by = value - rate.estimate.value
    ends = (rate.estimate.low, rate.estimate.high, *rate.naive)
    low, high, naive_low, naive_high = (_four(min(max(end + by, 0.0), 1.0)) for end in ends)
    return {"value": _four(value), "low": min(low, _four(value)), "high": max(high, _four(value)),
            "naive_low": naive_low, "naive_high": naive_high}  # fmt: skip


def _complement(measure: str, row: Row) -> Row:
    def other(name: str) -> float | None:
        return None if row[name] is None else _four(1 - row[name])

    ends = {"value": other("value"), "low": other("high"), "high": other("low")}
    naive = {"naive_low": other("naive_high"), "naive_high": other("naive_low")}
    shown = "lower end only" if row["shown"] == UP_TO else row["shown"]
    return {**row, "measure": measure, **ends, **naive, "wrong": row["wrong"], "shown": shown}


def _mean(rate: LinkRate, of: Row | None, threshold: int) -> Row:
    """B-cubed: a mean over rows, shown where the pairs that it tells of are."""
    row = {
        **_place(rate.measure, rate.key),
        **_NOTHING,
        "wrong": None,
        "base": shown_count(rate.estimate.n, threshold),
        "families": shown_count(rate.families, threshold),
        "enough": rate.estimate.n >= ENOUGH,
        "shown": NO,
    }
    if of is None or of["shown"] != YES or not row["base"]:
        return row
    return row | _moved(rate, round(rate.estimate.value, 3)) | {"shown": YES}


def _f1(rate: LinkRate, of: tuple[Row | None, Row | None]) -> Row:
    missed, false = of
    row = {**_place("f1", rate.key), **_NOTHING, "wrong": None, "base": None, "families": None,
           "enough": False, "shown": NO}  # fmt: skip
    if missed is None or false is None or missed["shown"] != YES or false["shown"] != YES:
        return row
    recall, precision = 1 - missed["value"], 1 - false["value"]
    together = recall + precision
    row |= {name: missed[name] for name in ("base", "families")}
    row["enough"] = missed["enough"] and false["enough"]
    value = 2 * recall * precision / together if together else 0.0
    return row | _moved(rate, value) | {"shown": YES}


def _four(value: float) -> float:
    return round(float(value), 4)


def gap_rows(found: Measured, rates: Sequence[Row], threshold: int) -> list[Row]:
    """A row for each comparison with the rest: value, low, high, band_low, band_high, p, smallest_found,
    enough, shown, says (``more``, ``fewer``, ``not shown either way``, or on which side pairs
    are too few)."""
    at = {(row["measure"], row["by"], row["group"]): row for row in rates}
    exact = {(rate.measure, rate.key): rate for rate in found.rates}
    return [_gap_row(gap, at, exact, threshold) for gap in found.gaps]


def _gap_row(
    gap: LinkGap,
    at: Mapping[tuple[str, str | None, str], Row],
    exact: Mapping[tuple[str, GroupKey | None], LinkRate],
    threshold: int,
) -> Row:
    row: Row = {**_place(gap.measure, gap.key), "versus": "rest"}
    row |= dict.fromkeys(("value", "low", "high", "band_low", "band_high", "p", "smallest_found"))
    outside = " outside it" if gap.few == "rest" else ""
    row |= {"enough": gap.enough, "shown": NO, "says": f"too few pairs{outside}"}
    if not gap.enough:
        return row
    row |= {"smallest_found": float(f"{gap.smallest_found:.2g}"), "says": NO}
    own = at[gap.measure, gap.key.by, gap.key.label]
    rest = _rest_share(exact[gap.measure, None], exact[gap.measure, gap.key], own, threshold)
    if own["shown"] != YES or rest is None:
        return row
    value = _four(own["value"] - rest)
    by = value - gap.difference.value
    ends = (gap.difference.low, gap.difference.high, *gap.band)
    low, high, band_low, band_high = (_four(end + by) for end in ends)
    told = "not shown either way"
    if band_low > 0 or band_high < 0:
        told = "more" if band_low > 0 else "fewer"
    p = round(gap.p, 3) if gap.p >= 0.001 else 0.001
    return row | {"value": value, "low": low, "high": high, "band_low": band_low,
                  "band_high": band_high, "p": p, "shown": YES, "says": told}  # fmt: skip


def _rest_share(whole: LinkRate, own: LinkRate, row: Row, threshold: int) -> float | None:
    """The share in the rest from its counts as shown; None where these may not be."""
    top, base = (a - b for a, b in zip(whole.counts, own.counts, strict=True))
    wrong, n = whole.seen - own.seen, whole.estimate.n - own.estimate.n
    shown, every = shown_count(wrong, threshold), shown_count(n, threshold)
    if shown is None or not every or shown_count(n - wrong, threshold) is None:
        return None
    return round(top / base, 3) if whole.weighted else min(shown / every, 1.0)


def wholly_rows(found: Wholly, threshold: int) -> list[Row]:
    """Permission, linkage and both of each group: of, by, group, units, and each with low and high."""
    hidden = _protected(found, threshold)
    rates = {(rate.measure, rate.key): rate for rate in found.measured.rates}
    keys = [None, *_keys(found)]
    rows = []
    for place, key in enumerate(keys):
        units, let_in, linked = found.counts[place].tolist()
        row: Row = {"of": found.of, **_place("wholly", key), "units": shown_count(units, threshold)}
        del row["measure"]
        cell = hidden[place]
        visible = {
            "permission": not cell["left"],
            "linkage": not (cell["linked"] or cell["apart"]),
            "both": not cell["linked"],
        }
        # All or nobody let in, or linked, tells it of each of them; and two of the three tell the third.
        if let_in in (0, units):
            visible |= dict.fromkeys(("permission", "linkage") if let_in else visible, False)
        if linked in (0, let_in):
            visible |= dict.fromkeys(("linkage", "both"), False)
        counts = {
            "permission": (let_in, units),
            "linkage": (linked, let_in),
            "both": (linked, units),
        }
        for name, (part, whole) in counts.items():
            row |= _part(
                name, part, whole, rates[name, key], visible[name] and not cell["base"], threshold
            )
        rows.append(row)
    return rows


def _part(name: str, part: int, whole: int, rate: LinkRate, visible: bool, threshold: int) -> Row:
    shown, every = shown_count(part, threshold), shown_count(whole, threshold)
    small = shown_count(whole - part, threshold) is None
    if not visible or shown is None or not every or small:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    value = min((every if part == whole else shown) / every, 1.0)
    moved = _moved(rate, value)
    return {name: moved["value"], f"{name}_low": moved["low"], f"{name}_high": moved["high"]}


def _keys(found: Wholly) -> list[GroupKey]:
    return [rate.key for rate in found.measured.rates if rate.measure == "both" and rate.key]


PARTS = ("base", "linked", "apart", "left")
WANTED: Mapping[object, float] = {"all": 1000.0, False: 30.0, True: 1.0}
"""How much a row is wanted: everybody; a level of a column; a crossed one."""


def _protected(found: Wholly, threshold: int) -> list[dict[str, bool]]:
    """Which cells of each row are kept back, so that no small one follows from the others."""
    keys = _keys(found)
    units, let_in, linked = found.counts.T
    table = np.stack([units, linked, let_in - linked, units - let_in], axis=1)
    cells = table.ravel().tolist()
    sums = [Sum(4 * row, (4 * row + 1, 4 * row + 2, 4 * row + 3)) for row in range(len(table))]
    unknown = {key.by for key in keys if key.group == NOT_KNOWN}
    for total, parts, columns in _breakdowns(keys):
        open_ = len(columns) > 1 and not unknown.isdisjoint(columns)
        for column in range(4):
            of = [4 * part + column for part in parts]
            if open_:  # people of unknown group are in no crossed row
                cells.append(cells[4 * total + column] - sum(cells[cell] for cell in of))
                of.append(len(cells) - 1)
            sums.append(Sum(4 * total + column, tuple(of)))
    quiet = np.arange(len(cells)) >= table.size
    wanted = np.repeat([WANTED["all"], *(WANTED[CROSSED in key.by] for key in keys)], 4)
    prefer = [*wanted.tolist(), *[1.0] * (len(cells) - table.size)]
    mask = protect(cells, sums, threshold=threshold, hidden=quiet, exempt=quiet, prefer=prefer)
    return [
        dict(zip(PARTS, mask[4 * row : 4 * row + 4].tolist(), strict=True))
        for row in range(len(table))
    ]


def _breakdowns(keys: Sequence[GroupKey]) -> Iterator[tuple[int, list[int], list[str]]]:
    """Rows that are parts of others, and by which columns: the levels of a column of everybody, and
    crossed ones of each level."""
    for by in dict.fromkeys(key.by for key in keys):
        own = [place for place, key in enumerate(keys, start=1) if key.by == by]
        columns = by.split(CROSSED)
        yield 0, own, columns
        for place, column in enumerate(columns if len(columns) > 1 else ()):
            for total, key in enumerate(keys, start=1):
                if key.by == column and key.group != NOT_KNOWN:
                    of = [n for n in own if keys[n - 1].group.split(TOGETHER)[place] == key.group]
                    yield total, of, columns


def kind_rows(
    counts: np.ndarray, kinds: Sequence[str], keys: Sequence[GroupKey], threshold: int
) -> list[Row]:
    """False pairs by kind: by, group, kind, pairs."""
    rows = []
    for place, key in enumerate([None, *keys]):
        for kind, number in zip(kinds, counts[place].tolist(), strict=True):
            row = _place("kind", key)
            rows.append({**row, "measure": kind, "pairs": shown_count(int(number), threshold)})
    return rows


def finite(value: float) -> float | None:
    """A number, or None."""
    return float(value) if isfinite(value) else None
