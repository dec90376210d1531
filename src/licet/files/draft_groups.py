"""The groups of a drafted codebook: the values of demographic columns, or what somebody names."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import bad, unknown
from licet.files.draft_facts import CodebookFacts, guessed, unsaid
from licet.files.draft_items import options_of, quoted, text_type
from licet.files.guesses import ATTITUDE, demographic_rank, describes_the_survey, distinct_slug
from licet.files.reading import shown
from licet.files.stances import sort_options
from licet.files.values import plain
from licet.groups import columns_of

if TYPE_CHECKING:
    from licet.survey.answers import Answers

MOST_LEVELS = 30
_MOST_COLUMNS, _MOST_GUESSED_LEVELS = 6, 8
_HEAD = """\
# Groups: licence is decided in the whole sample and in every group that is not a reference group.
# when: an expression over the columns, for example 'ethnicity == "Black" and children >= 3'.
# reference = true marks a comparison group, for example the best-off.

"""


def groups_text(answers: Answers, facts: CodebookFacts, taken: set[str]) -> str:
    """The groups; if none is named or recognised, a line that says so and no made-up group.

    taken: columns of items. Refuses a column that tells too many people apart to make groups.
    """
    ids: set[str] = set()
    made: list[tuple[str, str]] = []
    said = {column: _said_levels(column, answers) for column in facts.by}
    twice = _said_twice(said)
    for column, values in said.items():
        made += [_group(column, value, ids, "", twice) for value in values]
    for label, expression in facts.groups.items():
        made.append(_expressed(label, expression, ids, answers))
    if not facts.by and not facts.groups:
        seen = _recognised(answers, facts, taken)[:_MOST_COLUMNS]
        levels = {column: _levels(column, answers) for column in seen}
        twice = _said_twice(levels)
        for column, (first, *others) in levels.items():
            made.append(_group(column, first, ids, guessed(f"groups of {column}"), twice))
            made += [_group(column, value, ids, "", twice) for value in others]
    known = [id for id, _ in made]
    for name in facts.reference:
        if name not in known:
            raise unknown("group", name, known, "--reference")
    if not made:
        return _HEAD + f"#{unsaid('--by', 'columns whose values are groups').removeprefix('  #')}\n"
    return _HEAD + "".join(
        text + ("reference = true\n\n" if id in facts.reference else "\n") for id, text in made
    )


def _said_twice(levels: Mapping[str, Sequence[object]]) -> set[str]:
    """Values that do not say of themselves what they are of: found in two columns, numbers, yes, no."""
    every = [plain(value) for values in levels.values() for value in values]
    vague = {value for value in every if value.casefold() in ("yes", "no", "true", "false")}
    return vague | {v for v in every if every.count(v) > 1 or not any(c.isalpha() for c in v)}


def _group(
    column: str, value: object, ids: set[str], mark: str, twice: set[str]
) -> tuple[str, str]:
    name = plain(value)
    id = distinct_slug(f"{column}-{plain(value)}", "group", ids)
    literal = quoted(value) if isinstance(value, str) else str(value)
    label = f"{name} ({column})" if name in twice else name
    return id, _text(id, label, f"{column} == {literal}", mark)


def _expressed(label: str, expression: str, ids: set[str], answers: Answers) -> tuple[str, str]:
    for name in columns_of(expression):
        if name not in answers.frame.columns:
            raise unknown("column", name, answers.frame.columns, f"--group {label}")
    id = distinct_slug(label, "group", ids)
    return id, _text(id, label, expression, "")


def _text(id: str, label: str, expression: str, mark: str) -> str:
    return f"[[groups]]\nid = {quoted(id)}\nlabel = {quoted(label)}{mark}\nwhen = {quoted(expression)}\n"


def _said_levels(column: str, answers: Answers) -> list[object]:
    """The values of a column somebody named. Refuses one that could tell single people apart."""
    where = f"{shown(Path(answers.name))}: --by {column}"
    if not _is_a_word(column):
        raise bad(f"the column {column!r} cannot stand in an expression", where, "a plain name")
    values = answers.without_missing()[column].drop_nulls().unique(maintain_order=True)
    if len(values) > MOST_LEVELS or len(values) == answers.frame.height:
        raise bad(
            f"{column!r} has {len(values):,} different values: too many for groups",
            where,
            f"at most {MOST_LEVELS}, and fewer than people",
            f'say the groups by expression: --group "young={column} < 30"',
        )
    if not (values.dtype.is_integer() or values.dtype.is_float() or values.dtype == text_type()):
        raise bad(f"{column!r} is {values.dtype}, not text or numbers", where)
    found: list[object] = list(values.sort().to_list())
    if values.dtype == text_type():
        order = dict.fromkeys([*answers.options.get(column, ()), *map(str, found)])
        said, _ = sort_options([o for o in order if o in set(found)], ())
        found = list(said)
    if not found:
        raise bad(f"nobody has an answer in {column!r}", where, "", "name another column")
    return found


def _recognised(answers: Answers, facts: CodebookFacts, taken: set[str]) -> list[str]:
    """Columns that tell groups apart, the kinds that matter most for families first."""
    design = {facts.weight, facts.strata, facts.psu}
    types = answers.frame.schema
    ranks = {
        column: rank
        for column in answers.frame.columns
        if column not in taken | design
        and _is_a_word(column)
        and (rank := _rank(column, answers)) is not None
        and types[column] == text_type()
        and not describes_the_survey(column, answers.labels.get(column, ""))
        and 2 <= len(_levels(column, answers)) <= _MOST_GUESSED_LEVELS
        and len(_levels(column, answers)) < answers.frame.height
        and not ATTITUDE.search(_words(column, answers))
    }
    return _spread(sorted(ranks, key=lambda column: ranks[column]), ranks)


def _words(column: str, answers: Answers) -> str:
    return f"{answers.labels.get(column, '')} {' '.join(_levels(column, answers))}"


def _is_a_word(column: str) -> bool:
    return column.isidentifier() and not keyword.iskeyword(column)


def _rank(column: str, answers: Answers) -> int | None:
    """How well a column tells groups apart: its name counts before its wording."""
    named = demographic_rank(column)
    worded = demographic_rank(answers.labels.get(column, ""))
    return named if named is not None or worded is None else 100 + worded


def _spread(columns: list[str], ranks: dict[str, int]) -> list[str]:
    """The columns with one of each kind first, so that six of them are not six of one kind."""
    seen: dict[int, int] = {}
    rounds = {}
    for column in columns:
        rounds[column] = seen.get(ranks[column], 0)
        seen[ranks[column]] = rounds[column] + 1
    return sorted(columns, key=lambda column: rounds[column])


def _levels(column: str, answers: Answers) -> list[str]:
    """The labels of a column that somebody has and that are answers."""
    said, _ = sort_options(options_of(column, answers), answers.missing.get(column, ()))
    seen = set(answers.frame[column].drop_nulls().unique().to_list())
    return [option for option in said if option in seen]
