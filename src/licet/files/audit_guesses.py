"""Which column of scored data may mean what: by its name and the kind of its values, never by a person.

Each guess is marked CHECK by the draft. Of an outcome it is looked at whether it is yes and no, and at
nothing else: the plan comes before the outcomes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from licet.audit.input.cellvalues import MOST_LEVELS, flags, numbers
from licet.audit.input.reading import CONSENT
from licet.audit.input.written import PLAIN_DAY, comma_columns, day_format, plainly
from licet.errors import BadInput, Fault, bad, unknown
from licet.files.guesses import (
    demographic_rank,
    looks_like_identity,
    looks_like_strata,
    looks_like_weight,
)

if TYPE_CHECKING:
    import polars as pl

GROUPS_AT_MOST = 12
"""Values of a column that is guessed to tell groups apart."""
FEATURES = 4

_NAMES: Mapping[str, str] = {
    "known_at": r"known|(outcome|result|closed).*(_on|_at|date|day)$",
    "as_of": r"scored_?(on|at)|as_?of|score.*(date|day)|(date|day).*scor|run_?(date|day|on)|^date$",
    "link_probability": r"(link|match).*(prob|chance)|prob.*(link|match)",
    "consent": r"consent|permission|opt_?(in|out)",
    "practice": r"practice|today|current|existing|already|worker",
    "arm": r"^arm$|_arm$|selection|how_(picked|chosen)|random",
    "outcome": r"outcome|^y$|result|within|came|happened|recid|regist|entered|removed|truth|label",
    "flag": r"flag|alert|high_?risk|selected|picked|positive",
    "score": r"score|risk|prob|decile|points|rating|rank|percentile",
    "cluster": r"famil|household|(^|_)hh(_|$|id)|address|uprn",
    "person": r"person|child|pupil|client|case|nhs|upn",
}
"""Words in the names of columns, in the order in which columns are given away."""

STAGES = r"review|screened|assess|visit|contacted|refer|offer|support|service"


@dataclass(frozen=True)
class Guessed:
    """Columns by what they may mean. said: the keys that somebody named. probability: whether all scores
    lie from 0 to 1. outcomes: columns that could be the outcome, where nobody has said which it is.
    date_format, decimal: how days and numbers are written."""

    columns: Mapping[str, str]
    by: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()
    probability: bool = False
    outcomes: tuple[str, ...] = ()
    date_format: str = PLAIN_DAY
    decimal: str = "."


@dataclass
class _Left:
    """Columns nobody has claimed yet."""

    frame: pl.DataFrame
    names: list[str] = field(default_factory=list)

    def take(self, fits: Callable[[str], bool]) -> str:
        found = next((name for name in self.names if fits(name)), "")
        if found:
            self.names.remove(found)
        return found


def guess_columns(
    frame: pl.DataFrame, said: Mapping[str, str], by: Sequence[str], where: str
) -> Guessed:
    """What the columns of ``frame`` may mean. said: columns that somebody named, by key; by: groups.

    Refuses columns that are not there or cannot be what is said of them, data without anything that
    could be an outcome, and data with neither score nor flag.
    """
    named = {key: name for key, name in said.items() if name}
    given, frame = frame, plainly(frame)
    _check_said(frame, named, by, where)
    left = _Left(frame, [n for n in frame.columns if n not in {*named.values(), *by}])
    found = dict(named)
    outcomes: tuple[str, ...] = ()
    for key, words in _NAMES.items():
        if key not in found and key != "outcome":
            found[key] = left.take(lambda n, k=key, w=words: _named(n, w) and _can(k, frame, n))  # type: ignore[misc]
        elif key not in found:
            outcomes, found[key] = _outcomes(left), ""
            left.names = [n for n in left.names if not (n in outcomes and _named(n, words))]
    found |= {key: found.get(key) or left.take(looks) for key, looks in _DESIGN.items()}
    if not (found["outcome"] or outcomes):
        raise bad("no column could be the outcome", where, "a column of 1 or yes, 0 or no",
                  "add it to the data, or name it with --outcome")  # fmt: skip
    if not found["score"] and not found["flag"]:
        raise bad("no column could be a score or a flag", where, "a column of numbers, or of 0 and 1",
                  "name it with --score or --flag")  # fmt: skip
    said_keys = frozenset({*named, *(["by"] if by else [])})
    return replace(_rest(frame, left, found, by, said_keys, outcomes), **_written(given, found))


def _written(frame: pl.DataFrame, found: Mapping[str, str]) -> dict[str, Any]:
    """How days and numbers are written, as far as columns tell."""
    days = [found[key] for key in ("as_of", "known_at") if found.get(key)]
    forms = [
        form
        for name in days
        if frame[name].dtype == _string() and (form := day_format(frame[name]))
    ]
    comma = comma_columns(frame, frame.columns)
    return {"date_format": forms[0] if forms else PLAIN_DAY, "decimal": "," if comma else "."}


def _string() -> object:
    import polars as pl

    return pl.String


_DESIGN: Mapping[str, Callable[[str], bool]] = {
    "weight": lambda name: looks_like_weight(name, ""),
    "stratum": lambda name: looks_like_strata(name, ""),
}


def _rest(
    frame: pl.DataFrame,
    left: _Left,
    found: dict[str, str],
    by: Sequence[str],
    said: frozenset[str],
    outcomes: tuple[str, ...],
) -> Guessed:
    """Groups, stages and features out of what is left."""
    groups = tuple(by) or tuple(_groups(left))
    left.names = [name for name in left.names if name not in groups]
    stages = tuple(n for n in left.names if _named(n, STAGES) and _binary(frame, n))
    left.names = [name for name in left.names if name not in stages]
    may = [
        n for n in left.names if n not in outcomes
    ]  # what may be the outcome is nothing to learn from
    features = tuple(n for n in may if _counts(frame, n))[:FEATURES]
    score = found["score"]
    chance = bool(score) and _within(numbers(frame, score), 0, 1)
    columns = {key: name for key, name in found.items() if name}
    return Guessed(columns, groups, stages, features, said, chance, outcomes)


def _check_said(
    frame: pl.DataFrame, named: Mapping[str, str], by: Sequence[str], where: str
) -> None:
    faults: list[Fault] = []
    asked = [*named.items(), *(("by", name) for name in by)]
    for key, name in asked:
        if name not in frame.columns:
            faults += unknown("column", name, frame.columns, f"--{key}").faults
            continue
        try:
            if key in ("outcome", "flag"):
                flags(frame, name, "an outcome" if key == "outcome" else "a flag")
            elif key == "score":
                numbers(frame, name)
            elif key == "by" and frame[name].n_unique() > MOST_LEVELS:
                allowed = f"at most {MOST_LEVELS} values"
                faults.append(Fault("too many values to be groups", f"--by {name}", allowed,
                                    "band it, as in age_band"))  # fmt: skip
        except BadInput as error:
            faults += error.within(where).faults
    names = [name for _, name in asked]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(Fault(f"the column {name!r} is said to be two things", where, "each once"))
    if faults:
        raise BadInput(*faults)


def _named(name: str, words: str) -> bool:
    return bool(re.search(words, name, re.I))


def _outcomes(left: _Left) -> tuple[str, ...]:
    """What could be the outcome: yes and no, by name first; else neither flag, nor practice, nor a step."""
    words = f"{_NAMES['flag']}|{_NAMES['practice']}|{STAGES}"
    both = [name for name in left.names if _binary(left.frame, name)]
    named = [name for name in both if _named(name, _NAMES["outcome"])]
    return tuple(named or [name for name in both if not _named(name, words)])


def _can(key: str, frame: pl.DataFrame, name: str) -> bool:
    """Whether the values of a column could mean this."""
    if key in ("as_of", "known_at"):
        return _is_date(frame[name])
    if key in ("flag", "practice"):
        return _binary(frame, name)
    if key == "score":
        return _counts(frame, name) and not _binary(frame, name)
    if key == "link_probability":
        return _counts(frame, name) and _within(numbers(frame, name), 0, 1)
    if key in ("consent", "arm"):
        said = {
            str(value).strip().casefold() for value in frame[name].drop_nulls().unique().head(20)
        }
        return bool(said) and (said <= {*CONSENT, ""} if key == "consent" else "random" in said)
    return _tells_apart(key, frame, name)


def _tells_apart(key: str, frame: pl.DataFrame, name: str) -> bool:
    """Ids: of a person as good as every row has its own, of a family many rows."""
    values = frame[name]
    if values.dtype.is_float() or values.null_count():
        return False
    kinds = values.n_unique()
    if key == "person":
        return kinds == len(values) and (
            looks_like_identity(name) or _named(name, _NAMES["person"])
        )
    return len(values) / 50 < kinds < len(values)


def _is_date(values: pl.Series) -> bool:
    import polars as pl

    if values.dtype in (pl.Date, pl.Datetime):
        return True
    return values.dtype == pl.String and bool(day_format(values))


def _binary(frame: pl.DataFrame, name: str) -> bool:
    try:
        return bool((flags(frame, name) >= 0).any())
    except BadInput:
        return False


def _counts(frame: pl.DataFrame, name: str) -> bool:
    """Whether a column holds numbers that are more than names of things."""
    values = frame[name]
    return bool(values.dtype.is_numeric()) and values.drop_nulls().n_unique() > 1


def _within(values: object, low: float, high: float) -> bool:
    import numpy as np

    known = np.asarray(values)[np.isfinite(np.asarray(values))]
    return bool(len(known)) and bool(((known >= low) & (known <= high)).all())


def _groups(left: _Left) -> Iterator[str]:
    """Columns that tell people apart by what they are, those that matter most for families first."""
    ranked = sorted(
        (rank, place, name)
        for place, name in enumerate(left.names)
        if (rank := demographic_rank(name)) is not None
        and 1 < left.frame[name].drop_nulls().n_unique() <= GROUPS_AT_MOST
        and not left.frame[name].dtype.is_float()
    )
    for _, _, name in ranked[:6]:
        yield name
