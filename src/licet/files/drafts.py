"""Drafts to start from: a codebook from a survey file's labels, and an empty use.

A draft loads as it is. Every guess carries ``CHECK``; what cannot be known is set to the cautious
side: the sample cannot grant and the evidence has expired until somebody fills in the truth.
"""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import bad, unknown
from licet.files.answers import read_answers
from licet.files.guesses import (
    ATTITUDE,
    LISTS,
    PSU,
    STRATA,
    WEIGHT,
    Lists,
    demographic_rank,
    distinct_slug,
    guess_meaning,
    guess_stances,
    slug,
)
from licet.files.reading import shown
from licet.files.use import draft_use
from licet.files.values import plain

if TYPE_CHECKING:
    from licet.survey.answers import Answers

__all__ = ["draft_codebook", "draft_use", "quoted"]

_MOST_ITEMS, _MOST_GROUP_COLUMNS = 20, 6


@dataclass(frozen=True)
class _Item:
    id: str
    column: str
    wording: str
    lists: Lists


def draft_codebook(
    path: Path, items: Sequence[str] | None = None, weight: str | None = None
) -> str:
    """A commented ``codebook.toml`` for the survey file, to be saved in the same folder.

    items: the columns to draft, else those that look like attitude questions. weight: the weight
    column, else one with a usual name. Refuses columns that the file does not have, and a file in
    which no column has two or more answers to choose from.
    """
    path = Path(path)
    answers = read_answers(path)
    columns = answers.frame.columns
    for name in [*(items or ()), *([weight] if weight else [])]:
        if name not in columns:
            raise unknown("column", name, columns, shown(path))
    drafted = _items(answers, items, path)
    taken = {item.column for item in drafted}
    return "".join(
        [
            _head(path, answers),
            _design(answers, weight),
            _scales_and_items(drafted),
            _groups(answers, taken),
        ]
    )


def quoted(text: str) -> str:
    """The text as a TOML string on one line."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def _head(path: Path, answers: Answers) -> str:
    return f"""\
# Codebook drafted from the labels of {path.name!r}. Lines with CHECK are guesses: look at each.

# id: the name of this evidence. title: what people see in reports.
id = {quoted(slug(path.name.split(".")[0], "survey"))}
title = {quoted(path.name)}  # CHECK
# draft: the evidence counts for nothing until you have looked at each CHECK and taken this line out.
draft = true
# purpose: what the linkage asked about was for. Evidence counts only for uses of this purpose.
purpose = "early_intervention"  # CHECK
# setting: operational (named families are acted on) or research.
setting = "operational"  # CHECK
# notice = "shown wherever a figure of this evidence is shown"

# Whose views were asked. area: from wide to narrow, for example "UK/England/Leeds".
[population]
people = "parents"  # CHECK: parents, young_people or adults
area = "UK"  # CHECK
# child_ages = [0, 15]

# How and when people were asked. The dates below are long past and such a sample cannot grant:
# correct them.
[fieldwork]
sample = "opt_in"  # CHECK: probability, census, quota or opt_in
start = 2000-01-01  # CHECK: first day of asking
end = 2000-12-31  # CHECK: last day of asking
expires = 2003-12-31  # CHECK: last day it counts; three years after the end is usual
interviews = {answers.frame.height}
# modes = ["web", "telephone"]
# response_rate = 0.5
# organisation = "who asked"
# ethics = "who approved it, with the reference"

[answers]
file = {quoted(path.name)}
# id = "the column that tells every person apart"

"""


def _design(answers: Answers, weight: str | None) -> str:
    names = answers.frame.columns
    chosen = weight or next((name for name in names if _can_weigh(name, answers)), None)
    lines = [
        "# Weight, strata and first-stage clusters (PSUs): columns of the answers.",
        "[design]",
    ]
    if chosen:
        lines.append(f"weight = {quoted(chosen)}" + ("" if weight else "  # CHECK"))
    else:
        lines.append("unweighted = true  # CHECK: no column was recognised that weighs everybody")
        candidates = [name for name in names if WEIGHT.match(name)][:5] or ["the weight column"]
        lines += [f"# weight = {quoted(n)}  # instead of the line above" for n in candidates]
    for key, pattern in (("strata", STRATA), ("psu", PSU)):
        for name in [name for name in names if pattern.match(name)][:3]:
            lines.append(f"# {key} = {quoted(name)}  # CHECK")
    return "\n".join(lines) + "\n\n"


def _can_weigh(name: str, answers: Answers) -> bool:
    """Whether a column has the name of a weight and a positive number for everybody."""
    values = answers.frame[name]
    if not WEIGHT.match(name) or not values.dtype.is_numeric() or values.null_count():
        return False
    return bool(values.is_finite().all() and (values >= 0).all() and values.sum() > 0)


def _options(column: str, answers: Answers) -> list[str]:
    """The options of a column: its labels and whatever else occurs; none if there are too many."""
    values = answers.frame[column]
    if not (values.dtype.is_integer() or values.dtype == _text_type()):
        return []
    seen = values.drop_nulls().unique(maintain_order=True)
    labels = answers.options.get(column, ())
    if not labels and len(seen) > 12:
        return []
    words = [plain(value) for value in (seen.to_list() if labels else seen.sort().to_list())]
    return list(dict.fromkeys([*labels, *words]))


def _text_type() -> object:
    """The type of text columns; Polars is only loaded when a draft is made."""
    import polars as pl

    return pl.String


def _items(answers: Answers, wanted: Sequence[str] | None, path: Path) -> list[_Item]:
    taken: set[str] = set()
    if wanted:
        found = []
        for column in dict.fromkeys(wanted):
            item = _item(column, answers, taken)
            if item is None:
                what = f"the column {column!r} has fewer than two answers to choose from"
                raise bad(what, shown(path), "a question with options", "leave it out of --items")
            found.append(item)
        return found
    labelled = [c for c in answers.frame.columns if demographic_rank(c) is None]
    for most, attitude in ((7, True), (5, False)):
        found = []
        for column in labelled:
            wording = (
                f"{answers.labels.get(column, '')} {' '.join(answers.options.get(column, ()))}"
            )
            if attitude and not ATTITUDE.search(wording if answers.labels else column + wording):
                continue
            if answers.frame.schema[column] != _text_type():
                continue
            item = _item(column, answers, taken, most)
            if item:
                found.append(item)
        if found:
            return found if attitude else found[:_MOST_ITEMS]
    raise bad("no column looks like a question", shown(path), "", "name columns: --items a,b")


def _item(column: str, answers: Answers, taken: set[str], most: int = 100) -> _Item | None:
    marks = answers.missing.get(column, frozenset())
    lists = guess_stances(_options(column, answers), marks)
    if lists is None or sum(len(lists[name]) for name in LISTS[:3]) > most:
        return None
    wording = answers.labels.get(column, "").strip() or column
    return _Item(distinct_slug(column, "item", taken), column, wording, lists)


def _scales_and_items(items: list[_Item]) -> str:
    """Each scale once; items whose answers mean the same share one."""
    named: dict[tuple[tuple[str, ...], ...], str] = {}
    outside: dict[str, dict[str, None]] = {}
    for item in items:
        key = tuple(item.lists[name] for name in LISTS[:4])
        name = named.setdefault(key, f"scale_{len(named) + 1}")
        outside.setdefault(name, {}).update(dict.fromkeys(item.lists["outside"]))
    text = """\
# Scales: which options permit, are neutral, or oppose. outside: no answer to the question.
# Decide on this before looking at results.

"""
    for key, name in named.items():
        text += f"[scales.{name}]  # CHECK every list\n"
        lists = dict(zip(LISTS[:4], key, strict=True)) | {"outside": tuple(outside[name])}
        text += "".join(f"{n} = {_list(options)}\n" for n, options in lists.items() if options)
        text += "\n"
    text += """\
# Questions. kind: reason, trust and processor are read by the gate; demand, concern, awareness.
# subject: the word of the vocabulary that the question is about.
# dont_know: "in" or "out" of the base of the shares.

"""
    for item in items:
        kind, subject = guess_meaning(f"{item.wording} {item.column}")
        scale = named[tuple(item.lists[name] for name in LISTS[:4])]
        text += f"""\
[[items]]
id = {quoted(item.id)}
column = {quoted(item.column)}
kind = "{kind}"  # CHECK
subject = "{subject}"  # CHECK
wording = {quoted(item.wording)}
scale = "{scale}"
dont_know = "out"  # CHECK

"""
    return text


def _groups(answers: Answers, taken: set[str]) -> str:
    """Groups from demographic columns; if none is recognised, one to replace."""
    text = """\
# Groups: licence is decided in the whole sample and in every group that is not a reference group.
# when: an expression over the columns, for example 'ethnicity == "Black" and children >= 3'.
# reference = true marks a comparison group, for example the best-off.

"""
    usable = [c for c in answers.frame.columns if c.isidentifier() and not keyword.iskeyword(c)]
    ranks = {c: _rank(c, answers) for c in usable}
    columns = [
        c
        for c in sorted(usable, key=lambda c: ranks[c] or 0)
        if c not in taken
        and ranks[c] is not None
        and not ATTITUDE.search(f"{answers.labels.get(c, '')} {' '.join(_levels(c, answers))}")
        and answers.frame.schema[c] == _text_type()
        and 2 <= len(_levels(c, answers)) <= 8
    ]
    columns = _spread(columns, ranks)
    ids: set[str] = set()
    made = [_group(c, v, ids) for c in columns[:_MOST_GROUP_COLUMNS] for v in _levels(c, answers)]
    if not made and usable:
        made = [_group(c, v, ids) for c in usable for v in _anything(c, answers)][:1]
    return text + "".join(made)


def _rank(column: str, answers: Answers) -> int | None:
    """How well a column tells groups apart: its name counts before its wording."""
    named = demographic_rank(column)
    worded = demographic_rank(answers.labels.get(column, ""))
    return named if named is not None or worded is None else 100 + worded


def _spread(columns: list[str], ranks: dict[str, int | None]) -> list[str]:
    """The columns with one of each kind first, so that six of them are not six of one kind."""
    seen: dict[int | None, int] = {}
    rounds = {}
    for column in columns:
        rounds[column] = seen.get(ranks[column], 0)
        seen[ranks[column]] = rounds[column] + 1
    return sorted(columns, key=lambda column: rounds[column])


def _levels(column: str, answers: Answers) -> list[str]:
    """The labels of a column that somebody has and that are answers."""
    lists = guess_stances(_options(column, answers), answers.missing.get(column, ()))
    if lists is None:
        return []
    said = {option for name in LISTS[:3] for option in lists[name]}
    seen = set(answers.frame[column].drop_nulls().unique().to_list())
    return [o for o in _options(column, answers) if o in said and o in seen]


def _anything(column: str, answers: Answers) -> list[object]:
    values: list[object] = answers.without_missing()[column].drop_nulls().head(1).to_list()
    return [value for value in values if isinstance(value, str | int | float)]


def _group(column: str, value: object, ids: set[str]) -> str:
    id = distinct_slug(f"{column}-{plain(value)}", "group", ids)
    literal = quoted(value) if isinstance(value, str) else str(value)
    return f"""\
[[groups]]
id = {quoted(id)}
label = {quoted(f"{plain(value)} ({column})")}  # CHECK
when = {quoted(f"{column} == {literal}")}  # CHECK

"""
