"""The scales and items of a drafted codebook: what each question is about, what each option means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import bad, unknown
from licet.files.draft_facts import CodebookFacts, guessed, unsaid
from licet.files.guesses import (
    ATTITUDE,
    demographic_rank,
    describes_the_survey,
    distinct_slug,
    guess_meaning,
)
from licet.files.reading import shown
from licet.files.stances import (
    LISTS,
    STANCES,
    Lists,
    asks_the_other_way,
    recognised_stances,
    sort_options,
)
from licet.files.values import plain
from licet.vocabulary import SUBJECT_LIST, VOCABULARY

if TYPE_CHECKING:
    from licet.survey.answers import Answers

_MOST_ITEMS = 20


@dataclass(frozen=True)
class DraftedItem:
    """A question: its subject may be ``""`` and its lists may lack options: nobody knows yet.

    loose: options that no list has. said: its kind and subject are given. sorted_by_hand: so are its
    stances. turned: it is put the other way round, so that stances given for others do not hold.
    """

    id: str
    column: str
    wording: str
    kind: str
    subject: str
    lists: Lists
    loose: tuple[str, ...]
    said: bool
    sorted_by_hand: bool
    turned: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left empty."""
        return bool(self.subject) and not self.loose


@dataclass(frozen=True)
class Drafted:
    """The items of a draft, and columns like a question of which too little is known."""

    items: tuple[DraftedItem, ...]
    left_out: tuple[str, ...] = ()


def quoted(text: str) -> str:
    """The text as a TOML string on one line."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def options_of(column: str, answers: Answers) -> list[str]:
    """The options of a column: its labels and whatever else occurs; none if there are too many."""
    values = answers.frame[column]
    if not (values.dtype.is_integer() or values.dtype == text_type()):
        return []
    seen = values.drop_nulls().unique(maintain_order=True)
    labels = answers.options.get(column, ())
    if not labels and len(seen) > 12:
        return []
    words = [plain(value) for value in (seen.to_list() if labels else seen.sort().to_list())]
    return list(dict.fromkeys([*labels, *words]))


def text_type() -> object:
    """The type of text columns; Polars is only loaded when a draft is made."""
    import polars as pl

    return pl.String


def drafted_items(answers: Answers, facts: CodebookFacts, path: Path) -> Drafted:
    """The items: the columns that are named, else those that look like questions on an attitude.

    Where nobody named columns, a question whose meaning is not recognised is left out and listed,
    unless that would leave none.
    """
    found = _named(answers, facts, path) if facts.items else _found(answers, facts)
    if not found:
        raise bad("no column looks like a question", shown(path), "", "name columns: --items a,b")
    _known_options(found, facts, path)
    whole = [item for item in found if item.is_whole]
    if facts.items or not whole:
        return Drafted(tuple(found[:_MOST_ITEMS] if not facts.items else found))
    return Drafted(tuple(whole), tuple(item.column for item in found if not item.is_whole))


def _named(answers: Answers, facts: CodebookFacts, path: Path) -> list[DraftedItem]:
    taken: set[str] = set()
    found = []
    for column in facts.items:
        item = _item(column, answers, facts, taken)
        if item is None:
            what = f"the column {column!r} has fewer than two answers to choose from"
            raise bad(what, shown(path), "a question with options", "leave it out of --items")
        found.append(item)
    return found


def _found(answers: Answers, facts: CodebookFacts) -> list[DraftedItem]:
    taken: set[str] = set()
    types = answers.frame.schema
    columns = [
        name
        for name in answers.frame.columns
        if demographic_rank(name) is None
        and name not in facts.by
        and types[name] == text_type()
        and not describes_the_survey(name, answers.labels.get(name, ""))
    ]
    for most, attitude in ((7, True), (5, False)):
        asking = [c for c in columns if not attitude or _on_an_attitude(c, answers)]
        found = [item for c in asking if (item := _item(c, answers, facts, taken, most))]
        if found:
            return found
    return []


def _on_an_attitude(column: str, answers: Answers) -> bool:
    words = f"{answers.labels.get(column, '')} {' '.join(answers.options.get(column, ()))}"
    return bool(ATTITUDE.search(words if answers.labels else f"{column} {words}"))


def _item(
    column: str, answers: Answers, facts: CodebookFacts, taken: set[str], most: int = 100
) -> DraftedItem | None:
    marks = answers.missing.get(column, frozenset())
    said, rest = sort_options(options_of(column, answers), marks)
    told = {option: name for name in LISTS for option in facts.stances.get(name, ())}
    if not 2 <= len(said) <= most:
        return None
    wording = " ".join(answers.labels.get(column, "").split()) or column
    meaning = facts.items.get(column)
    kind, subject = meaning or guess_meaning(wording)
    if not subject and guess_meaning(column)[1]:
        kind, subject = guess_meaning(column)
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    turned = asks_the_other_way(f"{wording} {column}", kind)
    if turned:  # what permits elsewhere may oppose here
        told = {option: name for option, name in told.items() if name not in STANCES}
    free = [option for option in said if option not in told]
    stances = recognised_stances(free, f"{wording} {column}", kind) if free == said else None
    for option in said:
        guess = next((n for n in STANCES if stances and option in stances[n]), "loose")
        lists.setdefault(told.get(option, guess), []).append(option)
    for name in ("dont_know", "outside"):
        for option in rest[name]:
            lists[told.get(option, name)].append(option)
    loose = tuple(lists.pop("loose", ()))
    return DraftedItem(
        distinct_slug(column, "item", taken), column, wording, kind, subject,
        {name: tuple(entries) for name, entries in lists.items()}, loose,
        meaning is not None, bool(said) and not free, turned,
    )  # fmt: skip


def _known_options(found: Sequence[DraftedItem], facts: CodebookFacts, path: Path) -> None:
    known = {o for item in found for o in (*item.loose, *sum(item.lists.values(), ()))}
    for name in LISTS:
        for option in facts.stances.get(name, ()):
            if option not in known:
                where = f"{shown(path)}: --{name.replace('_', '-')}"
                raise unknown("option", option, sorted(known), where)


def items_text(drafted: Drafted, facts: CodebookFacts) -> str:
    """Each scale once; items whose answers mean the same share one."""
    keys = {item.id: _scale_key(item) for item in drafted.items}
    named = {key: f"scale_{n}" for n, key in enumerate(dict.fromkeys(keys.values()), start=1)}
    text = """\
# Scales: which options permit, are neutral, or oppose. outside: no answer to the question.
# Decide on this before looking at results.

"""
    for key, name in named.items():
        alike = [item for item in drafted.items if keys[item.id] == key]
        outside = dict.fromkeys(o for item in alike for o in item.lists["outside"])
        text += _scale_text(name, replace(
            alike[0], lists={**alike[0].lists, "outside": tuple(outside)}
        ))  # fmt: skip
    text += """\
# Questions. kind: reason, trust and processor are read by the gate; demand, concern, awareness.
# subject: the word of the vocabulary that the question is about.
# dont_know: "in" or "out" of the base of the shares.

"""
    text += "".join(_item_text(item, named[keys[item.id]], facts) for item in drafted.items)
    if drafted.left_out:
        names = ", ".join(drafted.left_out[:30])
        more = f" and {len(drafted.left_out) - 30} more" if len(drafted.left_out) > 30 else ""
        text += f"# Not drafted, for it is not clear what they mean: {names}{more}.\n"
        text += "# To add one: --items COLUMN=KIND:SUBJECT, with --permits and --opposes.\n\n"
    return text


def _scale_key(item: DraftedItem) -> tuple[object, ...]:
    return (*(item.lists[name] for name in LISTS[:4]), item.loose, item.sorted_by_hand, item.turned)


def _scale_text(name: str, item: DraftedItem) -> str:
    if item.loose:
        how = "--permits, --neutral, --opposes"
        turned = unsaid("in this file", f"{item.column} is put the other way round")
        text = f"[scales.{name}]{turned if item.turned else unsaid(how)}\n"
        text += f"# To sort into these lists: {_list(item.loose)}\n"
        shown_lists: Sequence[str] = LISTS
    else:
        text = f"[scales.{name}]{'' if item.sorted_by_hand else guessed('every list')}\n"
        shown_lists = [list_name for list_name in LISTS if item.lists[list_name]]
    return text + "".join(f"{n} = {_list(item.lists[n])}\n" for n in shown_lists) + "\n"


def _item_text(item: DraftedItem, scale: str, facts: CodebookFacts) -> str:
    if item.subject:
        about = "" if item.said else guessed("kind and subject")
    else:
        words = ", ".join(VOCABULARY[SUBJECT_LIST[item.kind]])
        about = unsaid(f"--items {item.column}=KIND:SUBJECT", f"{item.kind}: {words}")
    counts = ""
    if item.lists["dont_know"]:
        rule = "" if facts.base_rule else guessed("--base-rule")
        counts = f'dont_know = "{facts.base_rule or "out"}"{rule}\n'
    return f"""\
[[items]]
id = {quoted(item.id)}
column = {quoted(item.column)}
kind = "{item.kind}"
subject = "{item.subject}"{about}
wording = {quoted(item.wording)}
scale = "{scale}"
{counts}
"""


__all__ = ["Drafted", "DraftedItem", "drafted_items", "items_text", "options_of", "quoted"]
