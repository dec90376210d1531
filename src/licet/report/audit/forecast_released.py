"""What two releases of a forecast audit may not tell together: figures that wait, and what was printed.

Cells of the tables are held by ``forecast_kept``. Every other figure is compared with the earlier one by
where it stands: people, and people times share, may not have moved by a few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from licet.disclosure.releases import Printed, held_words, told_before
from licet.report.audit.forecast_cells import AT, NAMES, Part, hidden

PARTS = ("heads", "groups", "gaps", "skill", "calibration", "benefit", "stability", "selective",
         "outside", "links", "funnel")  # fmt: skip
"""Parts of the document that tell of people."""
NOT_PEOPLE = ("repeats", "population")
"""Whole numbers that are no people of the data."""


def printed_of(document: Part, cells: Mapping[Any, int], day: date) -> Printed:
    """What a document printed, and of which groups. cells: counts of its tables that it shows."""
    figures = {}
    for name, holder, key in _told({part: document[part] for part in PARTS}, ()):
        value, people = _value(holder, key)
        figures[name] = (value, people)
    plan = document["plan"]
    groups = {name: plan[name] for name in ("by", "groups", "intersections")}
    return Printed(day, cells, figures, groups)


def hold_back(document: Part, free: Part, earlier: Sequence[Printed], since: date | None,
              threshold: int) -> date | None:  # fmt: skip
    """Keep back, in place, what would tell of too few; the day since when, None where nothing is.

    free: the document as it would be, had nothing been printed before.
    """
    if since is not None:
        _say_why(document, free, held_words(since))
    told = list(_told({part: document[part] for part in PARTS}, ()))
    for name, holder, key in told:
        day = told_before(name, *_value(holder, key), earlier, threshold)
        if day is None:
            continue
        since = day if since is None else max(since, day)
        if isinstance(holder[key], dict):
            holder[key] |= hidden(held_words(day))
            holder[key] |= {name: None for name in ("band", "bounds") if name in holder[key]}
        else:
            holder[key] = None
    return since


def _say_why(held: Any, free: Any, words: str) -> None:
    """Where a figure is not shown that would have been, say that it waits."""
    if isinstance(held, dict) and isinstance(free, dict):
        if held.get("shown") is False and free.get("shown") is True:
            held["why_not"] = words
        for key in held.keys() & free.keys():
            _say_why(held[key], free[key], words)
    elif isinstance(held, list) and isinstance(free, list) and len(held) == len(free):
        for one, other in zip(held, free, strict=True):
            _say_why(one, other, words)


def _value(holder: Any, key: Any) -> tuple[float, int]:
    one = holder[key]
    return (float(one["value"]), int(one["n"] or 0)) if isinstance(one, dict) else (1.0, int(one))


def _told(content: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any, Any]]:
    """Every figure shown and every whole number, by name, with what holds it and by which key."""
    items = enumerate(content) if isinstance(content, list) else content.items()
    for key, one in items:
        inner = (*path, key) if isinstance(key, str) else path
        if isinstance(one, dict) and "why_not" in one:
            if one["shown"]:
                yield " | ".join(inner), content, key
        elif type(one) is int and key not in NOT_PEOPLE:
            yield " | ".join(inner), content, key
        elif isinstance(one, dict | list):
            known = one if isinstance(one, dict) else {}
            at = [str(known[n]) for n in (*NAMES, *AT) if isinstance(known.get(n), str | float)]
            yield from _told(one, (*inner, *at))
