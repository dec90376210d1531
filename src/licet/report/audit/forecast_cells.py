"""The smallest parts of the document: a figure, a count, the name of a group."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

from licet.audit.people import GroupKey
from licet.audit.standing import Estimate
from licet.disclosure.bases import coarse
from licet.report.phrases import NOT_SHOWN

Part = dict[str, Any]
NOT_KNOWN = "not known"
EVERYBODY = "everybody"
DECIMALS = 6
"""Of figures in data."""


def number(value: float | None, decimals: int = DECIMALS) -> float | None:
    """A figure for data; None where it is not known or without end."""
    if value is None or not isfinite(value):
        return None
    return round(float(value), decimals)


def figure(estimate: Estimate, shown: bool, decimals: int = DECIMALS) -> Part:
    """A figure with its interval, or why there is none."""
    if not shown:
        return hidden()
    if not isfinite(estimate.value):
        return hidden(NOT_KNOWN)
    return {
        "value": number(estimate.value, decimals),
        "low": number(estimate.low, decimals),
        "high": number(estimate.high, decimals),
        "n": estimate.n or None,
        "shown": True,
        "why_not": "",
    }


def coarsened(one: Estimate, base: float, n: int = 0) -> Estimate:
    """A figure of so many people with as few digits as keep counts from being worked out."""
    value, low, high = (coarse(part, base) for part in (one.value, one.low, one.high))
    return Estimate(value, low, high, n=n)


def hidden(why: str = NOT_SHOWN) -> Part:
    """A figure that there is none of."""
    nothing: Part = dict.fromkeys(("value", "low", "high", "n"))
    return nothing | {"shown": False, "why_not": why}


def name_of(key: GroupKey | None) -> Part:
    """A group by its breakdown, its id and its label."""
    if key is None:
        return {"by": None, "group": None, "label": EVERYBODY}
    return {"by": key.by, "group": key.group, "label": key.label}


AT = ("period", "before", "after", "share", "threshold", "expected", "scenario", "stage", "definition",
      "challenger", "side", "who")  # fmt: skip
"""Keys of the document that say where a figure stands, beside ``NAMES``."""
NAMES = ("by", "group", "label", "versus", "measure")
CONTAINERS = ("rates", "figures")
"""Keys that name no figure."""


def figures_of(document: Part) -> Iterator[Part]:
    """Every figure of the document with where it stands: part, measure, by, group, label, versus, at."""
    for part, content in document.items():
        if part not in ("transparency", "gates"):
            yield from _walk(content, {"part": part}, ())


def _walk(content: Any, place: Part, path: tuple[str, ...]) -> Iterator[Part]:
    """path: keys since the last list, which name the figure."""
    if isinstance(content, list):
        for one in content:
            yield from _walk(one, place, ())
    elif isinstance(content, dict) and {"value", "shown", "why_not"} <= content.keys():
        names = [place.get("measure", ""), *(name for name in path if name not in CONTAINERS)]
        yield place | {"measure": " ".join(filter(None, names))} | content
    elif isinstance(content, dict):
        told = {key: content[key] for key in NAMES if isinstance(content.get(key), str)}
        at = [place.get("at", ""), *(f"{key} {content[key]}" for key in AT if _says(content, key))]
        for key, inner in content.items():
            yield from _walk(
                inner, place | told | {"at": ", ".join(filter(None, at))}, (*path, key)
            )


def _says(content: Part, key: str) -> bool:
    return isinstance(content.get(key), str | float)
