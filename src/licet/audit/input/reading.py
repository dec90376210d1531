"""The people of an audit from a frame: what the plan names, checked before anything is computed.

Every fault is found before the first figure: a wrong input gives one message and no report. Messages
name columns and count people; they never repeat a value of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from licet.audit.groups.small_names import told_levels
from licet.audit.input.cellvalues import days, flags, misfit, numbers, within_0_and_1, words
from licet.audit.input.flagging import about, by_score, tie_words
from licet.audit.input.reading_groups import Levels, groups_of, held
from licet.audit.input.written import as_declared, comma_columns
from licet.audit.people import Codes, Flags, Floats, People
from licet.audit.plan import Definition, Plan
from licet.disclosure.counts import shown_count
from licet.errors import BadInput, Fault, bad, counted, nearest, unknown
from licet.groups import columns_of

if TYPE_CHECKING:
    import polars as pl

CONSENT = ("in", "out", "unknown")
T = TypeVar("T")


def people_of(plan: Plan, frame: pl.DataFrame, threshold: int = 0) -> People:
    """The people as arrays. frame: one row per person and day of the score. threshold: of disclosure
    control, for what is noted; the plan's, if that is the stricter.

    Refuses (BadInput) columns that are not there, with the nearest right name; an outcome that is
    missing for all or the same for all; a score without a finite value; flags that are neither yes nor
    no; negative weights; probabilities outside 0-1; a person twice without a day; the same people
    before and after the day that parts training from test; groups that nobody is in; too many groups.
    """
    check_columns(plan, frame.columns)
    frame = as_declared(plan, frame)
    faults: list[Fault] = []
    closed = _closed(plan, frame, faults, max(threshold, plan.threshold))
    opened = _opened(plan, frame, faults)
    if faults:
        raise BadInput(*faults)
    found = People(plan, **closed, **opened)
    _check(found)
    return found


def check_closed(plan: Plan, frame: pl.DataFrame) -> None:
    """Refuse what is wrong with everything but the outcomes, which the frame need not hold yet."""
    check_columns(plan, [*frame.columns, *plan.outcome_columns])
    frame = as_declared(plan, frame)
    faults: list[Fault] = []
    _closed(plan, frame, faults, plan.threshold)
    if faults:
        raise BadInput(*faults)


def _tried(make: Callable[[], T], otherwise: T, faults: list[Fault]) -> T:
    """What is made, or ``otherwise`` with its faults among the others."""
    try:
        return make()
    except BadInput as error:
        faults.extend(error.faults)
        return otherwise


def _closed(plan: Plan, frame: pl.DataFrame, faults: list[Fault], threshold: int) -> dict[str, Any]:
    """The fields of People that need no outcome. Faults are added to those there are."""
    if not frame.height:
        raise bad("the data hold nobody", "data", "one row per person")
    nobody = np.zeros(frame.height)
    before = len(faults)
    weight = _tried(lambda: _weights(plan, frame), nobody, faults)
    score = _tried(lambda: _score(plan, frame), nobody, faults)
    as_of = _tried(lambda: _optional(frame, plan.columns.as_of, days), None, faults)
    cluster = _tried(lambda: _clusters(plan, frame, as_of), nobody.astype(np.int64), faults)
    stratum = _tried(lambda: _stratum(plan, frame), nobody.astype(np.int64), faults)
    levels, keys, member = _tried(lambda: groups_of(plan, frame), NO_GROUPS, faults)
    others = _tried(lambda: _others(plan, frame), NO_OTHERS, faults)
    if len(faults) > before:
        return {}
    score, notes = _without_refusals(score, others["consent"], threshold)
    flag, tied = _tried(lambda: _flag(plan, frame, score, weight), NO_FLAG, faults)
    if others["consent"] is not None and len(flag):
        flag = np.where(others["consent"] == "out", -1, flag).astype(np.int8)
    return {
        "score": score, "flag": flag, "weight": weight, "cluster": cluster, "stratum": stratum,
        "keys": keys, "member": member, "levels": levels, "as_of": as_of, "tied": tied,
        "notes": (*notes, *_gap_notes(score, flag, plan, threshold), *_tie_notes(plan, tied, threshold)),
        **others,
    }  # fmt: skip


def _opened(plan: Plan, frame: pl.DataFrame, faults: list[Fault]) -> dict[str, Any]:
    """The fields of People that hold outcomes."""
    nobody = np.zeros(frame.height)
    column = plan.columns.known_at
    return {
        "y": _tried(lambda: _outcome(plan, frame), nobody, faults),
        "known_at": _tried(lambda: _optional(frame, column, days), None, faults),
        "outcomes": _tried(lambda: _definitions(plan, frame), NO_OUTCOMES, faults),
    }


NO_OTHERS: dict[str, Any] = {}
NO_FLAG: tuple[Flags, tuple[int, int] | None] = (np.zeros(0, np.int8), None)
NO_OUTCOMES: dict[str, Flags] = {}
NO_GROUPS: tuple[Levels, tuple[Any, ...], Flags] = ({}, (), np.zeros((0, 0), np.int8))


OF_OUTCOMES = ("columns: outcome", "outcomes")


def check_columns(plan: Plan, columns: list[str]) -> None:
    """Refuse every name of the plan that is no column, all at once, with the nearest right one."""
    faults: list[Fault] = []
    for where, name in named_columns(plan):
        if name not in columns:
            faults += unknown("column", name, columns, where, nearest(name, columns)).faults
        elif name == plan.columns.outcome and not where.startswith(OF_OUTCOMES):
            allowed = "columns that were known before the outcome"
            faults.append(Fault(f"{name!r} is the outcome itself", where, allowed, "name another"))
    if faults:
        raise BadInput(*dict.fromkeys(faults))


def named_columns(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every column that the plan names, as (where, name)."""
    for key, value in plan.columns:
        if value:
            yield f"columns: {key}", value
    for column in plan.by:
        yield "by", column
    for group in plan.groups:
        yield from ((f"groups: {group.id}", name) for name in columns_of(group.expression))
    for other in plan.outcomes:
        yield from ((f"outcomes: {other.id}", name) for name in other.columns)
    for stage in plan.stages:
        yield f"stages: {stage.id}", stage.column
    for name in feature_columns(plan):
        yield "challengers", name
    for name in plan.challengers.scores:
        yield "challengers: scores", name


def feature_columns(plan: Plan) -> tuple[str, ...]:
    """The columns that simple models and re-runs under linkage errors use."""
    asked = plan.challengers
    named = [*filter(None, [asked.one]), *asked.two, *asked.four, *plan.link_errors.features]
    return tuple(dict.fromkeys(named))


def _optional(frame: pl.DataFrame, column: str, read: Callable[[pl.DataFrame, str], T]) -> T | None:
    return read(frame, column) if column else None


def _outcome(plan: Plan, frame: pl.DataFrame) -> Floats:
    column = plan.columns.outcome
    found = flags(frame, column, "an outcome")
    known = found >= 0
    if not known.any():
        todo = "no data: do not use the score; wait until outcomes are known"
        raise bad("the outcome is missing for all", column, "0 or 1 for at least some", todo)
    if len(np.unique(found[known])) < 2:
        which = "had" if (found[known] == 1).all() else "did not have"
        what = f"all {int(known.sum()):,} people whose outcome is known {which} it"
        todo = "check how the outcome was made: with one outcome nothing can be told apart"
        raise bad(what, column, "people with it and people without", todo)
    return np.where(known, found, np.nan).astype(np.float64)


def _score(plan: Plan, frame: pl.DataFrame) -> Floats:
    column = plan.columns.score
    if not column:
        return np.full(frame.height, np.nan)
    found = numbers(frame, column)
    if np.isnan(found).all():
        raise bad("the score has no value for anybody", column, "a finite number for each person")
    if plan.probability:
        todo = "if it is no probability, leave probability out of the plan"
        within_0_and_1(found, column, "score", todo)
    if not plan.higher_is_riskier:
        return 1 - found if plan.probability else -found
    return found


def _weights(plan: Plan, frame: pl.DataFrame) -> Floats:
    column = plan.columns.weight
    if not column:
        return np.ones(frame.height)
    found = numbers(frame, column)
    for wrong, what in (
        (found < 0, "a negative weight"),
        (np.isnan(found), "no weight"),
    ):
        if wrong.any():
            allowed = "a weight of 0 or more for everybody"
            raise misfit(column, int(wrong.sum()), what, allowed)
    if not found.any():
        raise bad("all weights are 0", column, "a weight above 0 for at least some")
    return found


def _clusters(plan: Plan, frame: pl.DataFrame, as_of: Floats | None) -> Codes:
    """Codes of clusters: the declared ones; else of persons, where one has several rows."""
    rows: Codes = np.arange(frame.height, dtype=np.int64)
    names = plan.columns
    person = codes_of_ids(frame, names.person) if names.person else rows
    cluster = codes_of_ids(frame, names.cluster) if names.cluster else person
    repeated = frame.height - int(person.max()) - 1
    if repeated and as_of is None:
        todo = 'add as_of = "..." with the column of the day when the score was made, or keep one row each'
        raise misfit(names.person, _several(person), "several rows, and no day tells them apart",
                     "one row per person, or per person and day (as_of)", todo)  # fmt: skip
    if repeated and as_of is not None:
        _check_days(plan, person, as_of)
    return cluster


def codes_of_ids(frame: pl.DataFrame, column: str) -> Codes:
    """Codes 0.. of a column of ids; every empty cell is one of its own. Refuses ids missing for all."""
    import polars as pl

    series = frame[column]
    if series.null_count() == len(series):
        raise bad("the column is empty", column, "a value for each person")
    found: Codes = series.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    empty = found < 0
    found = np.where(empty, found.max(initial=-1) + np.cumsum(empty), found)
    return found.astype(np.int64)


def _several(person: Codes) -> int:
    return int((np.bincount(person) > 1).sum())


def _check_days(plan: Plan, person: Codes, as_of: Floats) -> None:
    pairs = np.column_stack([person.astype(np.float64), np.nan_to_num(as_of, nan=-1e9)])
    twice = len(pairs) - len(np.unique(pairs, axis=0))
    if twice:
        what = "two rows of the same day"
        raise misfit(plan.columns.person, twice, what, "one row per person and day (as_of)")
    if plan.challengers.fit_before is None:
        return
    before = as_of < plan.challengers.fit_before.toordinal() - _EPOCH
    both = np.intersect1d(person[before], person[~before & ~np.isnan(as_of)])
    if len(both):
        what = f"{counted(len(both), 'person is', 'people are')} in training and in test"
        todo = "keep each person's rows on one side, or leave fit_before out: folds keep people together"
        raise bad(what, "challengers: fit_before", "each person on one side of the day", todo)


_EPOCH = 719_163
"""The ordinal of 1970-01-01."""


def _stratum(plan: Plan, frame: pl.DataFrame) -> Codes:
    column = plan.columns.stratum
    if not column:
        return np.zeros(frame.height, dtype=np.int64)
    return codes_of_ids(frame, column)


def _flag(
    plan: Plan, frame: pl.DataFrame, score: Floats, weight: Floats
) -> tuple[Flags, tuple[int, int] | None]:
    """The flags of the data; without them, by the plan's rule."""
    if plan.columns.flag:
        found = flags(frame, plan.columns.flag)
        if not (found >= 0).any():
            raise bad("the flag is missing for all", plan.columns.flag, "0 or 1 for each person")
        return found, None
    rule = plan.flagged
    if (rule.at_least, rule.people, rule.share) == (None, None, None):
        allowed = "flag = a column, or [flagged] with at_least, people or share"
        todo = "add [flagged] with people = the number of families that can be seen"
        raise bad("nothing says who is flagged", "flagged", allowed, todo)
    at_least = rule.at_least
    if at_least is not None and not plan.higher_is_riskier:
        at_least = 1 - at_least if plan.probability else -at_least
    return by_score(rule, score, weight, plan.seed, at_least)


def _tie_notes(plan: Plan, tied: tuple[int, int] | None, threshold: int) -> tuple[str, ...]:
    return (tie_words(tied, plan.flagged.ties, threshold),) if tied and tied[0] > 1 else ()


def _gap_notes(score: Floats, flag: Flags, plan: Plan, threshold: int) -> Iterator[str]:
    """People with a flag and no score, or the other way round: in which figures they are."""
    if not (plan.columns.score and plan.columns.flag):
        return
    for number, what, stand in (
        (int((np.isnan(score) & (flag >= 0)).sum()), "a flag but no score",
         "they are in the rates of groups, and in no figure of the score"),
        (int((~np.isnan(score) & (flag < 0)).sum()), "a score but no flag",
         "they are in the figures of the score, and in no rate of a group"),
    ):  # fmt: skip
        if number:
            many = shown_count(number, threshold)
            who = f"About {many:,}" if many else f"Fewer than {threshold}"
            yield f"{who} people have {what}: {stand}."


def _without_refusals(
    score: Floats, consent: NDArray[np.str_] | None, threshold: int
) -> tuple[Floats, tuple[str, ...]]:
    """Scores of people who said no are not used, and it is said that there were some."""
    if consent is None:
        return score, ()
    scored = (consent == "out") & ~np.isnan(score)
    if not scored.any():
        return score, ()
    said = about(int(scored.sum()), threshold)
    note = f"Refusals: {said} said no and have a score all the same; it is not used, and ought not to exist."
    return np.where(scored, np.nan, score), (note,)


def _others(plan: Plan, frame: pl.DataFrame) -> dict[str, Any]:
    """What is optional: by the names of the fields of People."""
    names = plan.columns
    if comma := comma_columns(frame, feature_columns(plan)):
        what = f"{', '.join(comma)}: numbers with a decimal comma"
        raise bad(what, "challengers", "numbers such as 0.43", 'add decimal = "," to the plan')
    link = _optional(frame, names.link_probability, numbers)
    if link is not None:
        within_0_and_1(link, names.link_probability, "link probability")
    return {
        "practice": _optional(frame, names.practice, flags),
        "arm": _arm(plan, frame),
        "consent": _consent(plan, frame),
        "link_probability": link,
        "stages": {step.id: flags(frame, step.column, "a stage") for step in plan.stages},
        "features": frame.select(feature_columns(plan)) if feature_columns(plan) else None,
        "rivals": {name: numbers(frame, name) for name in plan.challengers.scores},
    }


def _definitions(plan: Plan, frame: pl.DataFrame) -> dict[str, Flags]:
    return {other.id: _definition(other, frame) for other in plan.outcomes}


def _definition(other: Definition, frame: pl.DataFrame) -> Flags:
    had = held(other.expression, frame, f"outcomes: {other.id}")
    if other.among:
        among = held(other.among, frame, f"outcomes: {other.id}: among")
        had = np.where(among == 1, had, -1).astype(np.int8)
    return had


def _arm(plan: Plan, frame: pl.DataFrame) -> NDArray[np.str_] | None:
    found = _optional(frame, plan.columns.arm, words)
    if plan.selection.random:
        if found is None:
            raise bad("a random arm is named, but no column of arms", "columns: arm",
                      "the column that says how people came to be looked into")  # fmt: skip
        names, many = np.unique(found[found != ""], return_counts=True)
        known = dict(zip(names.tolist(), many.tolist(), strict=True))
        if plan.selection.random not in known:
            told = told_levels(known, plan.threshold)
            raise unknown("arm", plan.selection.random, told, "selection: random")
    return found


def _consent(plan: Plan, frame: pl.DataFrame) -> NDArray[np.str_] | None:
    found = _optional(frame, plan.columns.consent, words)
    if found is None:
        return None
    found = np.where(np.char.lower(found) == "", "unknown", np.char.lower(found))
    wrong = int((~np.isin(found, CONSENT)).sum())
    if wrong:
        raise misfit(plan.columns.consent, wrong, "another consent", ", ".join(CONSENT))
    return found


def _check(people: People) -> None:
    """What can only be seen once all is read."""
    both = ~np.isnan(people.y) & (people.flag >= 0)
    if not both.any():
        what = "nobody has both a flag or score and a known outcome"
        raise bad(what, people.plan.columns.outcome, "people with both")
    if len(np.unique(people.y[both])) < 2:
        what = "all people with a flag or score whose outcome is known had the same outcome"
        raise bad(what, people.plan.columns.outcome, "people with it and people without")
