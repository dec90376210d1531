"""What a card says in words: figures of features, counts, gates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licet.disclosure.counts import count_text

MEASURES = {
    "lines": "how many lines",
    "days": "on how many days",
    "total": "in all",
    "since": "how lately the last one",
}
KINDS = {
    "one": "one variable",
    "scorecard": "scorecard",
    "logistic": "logistic regression",
    "boosted": "boosted trees",
    "rule": "declared rule",
}
PARTS = {
    "learn": "learnt from",
    "calibrate": "chances put right by",
    "test": "tried on, of other households",
}


def unit_words(card: Mapping[str, Any]) -> str:
    """What a row is, in the plural."""
    level = card["not_in_the_standard"]["level"]
    return "people" if level == "person" else "households"


def heading(card: Mapping[str, Any]) -> str:
    """What became of it, in a line."""
    own = chosen(card)
    if not card["not_in_the_standard"]["kept"]:
        return "It fails: no model is kept, and this stays a report"
    if own["standing"] == "PASS":
        return "Every gate passes; nobody is picked out by that alone"
    return "It is not shown either way: nobody may be picked out by it"


def chosen(card: Mapping[str, Any]) -> Mapping[str, Any]:
    """The candidate that was chosen."""
    beyond = card["not_in_the_standard"]
    found: Mapping[str, Any] = next(
        one for one in beyond["compared"] if one["kind"] == beyond["chosen"]
    )
    return found


def count_rows(card: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Part, rows, with the outcome."""
    least = card["not_in_the_standard"]["threshold"]
    for name, part in card["2.4.2_models"][0]["counts"].items():
        whole, had = (
            "not shown" if n is None else count_text(n, least)
            for n in (part["rows"], part["with_outcome"])
        )
        yield PARTS[name], whole, had


def gate_rows(card: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """A row for each candidate: its name, and what each gate came to."""
    for one in card["not_in_the_standard"]["compared"]:
        yield one["label"], *one["gates"].values()


def gate_names(card: Mapping[str, Any]) -> tuple[str, ...]:
    """G0 to G7."""
    return tuple(chosen(card)["gates"])


def number_rows(card: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """A row for each number of the model: what it is of, and its interval."""
    for one in card["2.4.2_models"][0]["numbers"]:
        said = f"{one['meaning'].rstrip('.')} ({MEASURES[one['measure']]}, {one['window']})"
        points = f"{one['value']:g}"
        yield said, points, f"{one['slope']:.2f} [{one['low']:.2f}, {one['high']:.2f}]"


def remembered(card: Mapping[str, Any]) -> str:
    """What the model remembers of people who withdrew, in sentences."""
    beyond = card["not_in_the_standard"]
    told, least = beyond["remembers"], beyond["threshold"]
    many = told["withdrawn_since"]
    if not many and not told["hidden"]:
        return f"Nobody whose answer let it learn has withdrawn since. {told['means']}"
    number = f"Fewer than {least}" if many is None else f"{count_text(many, least).capitalize()}"
    return f"{number} people whose answer let it learn have withdrawn since. {told['means']}"


def day_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """As of which days it was learnt and tried."""
    dates = card["not_in_the_standard"]["dates"]
    yield f"Learnt as of {_listed(dates['learn'])}; tried as of {_listed(dates['test'])}."
    if dates["calibrate"] != dates["learn"]:
        yield f"Chances were put right as of {_listed(dates['calibrate'])}."
    else:
        yield "Chances were put right as of the same dates, each by households that it did not learn from."
    if dates["left_out"]:
        yield f"Not used, because their outcomes reach into a later part: {_listed(dates['left_out'])}."


def _listed(days: list[str]) -> str:
    return ", ".join(days) if len(days) <= 4 else f"{len(days)} dates from {days[0]} to {days[-1]}"
