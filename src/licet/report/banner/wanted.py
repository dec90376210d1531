"""Whether what is asked of a banner's rows fits the items: nets, the order of options, what is no answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from licet.errors import BadInput, Fault, nearest, unknown
from licet.survey.matrix import column_of

if TYPE_CHECKING:
    from licet.survey.answers import Answers

Nets = Mapping[str, Mapping[str, Sequence[str]]]


def check_wanted(
    answers: Answers, items: Sequence[str], nets: Nets, order: Sequence[str], outside: Sequence[str]
) -> None:
    """Refuse, all at once: nets of other items, and options that no item has or that order leaves out."""
    faults = [_unknown("item", item, items, "nets (--net)") for item in nets if item not in items]
    options = {item: _options(answers, item) for item in items}
    known = list(dict.fromkeys(option for found in options.values() for option in found))
    for words, where in ((order, "order (--order)"), (outside, "outside (--outside)")):
        faults += [_unknown("option", word, known, where) for word in words if word not in known]
    if not faults and order:
        faults += _left_out(answers, options, order)
    if faults:
        raise BadInput(*faults)


def declared_already(nets: Nets, order: Sequence[str], outside: Sequence[str]) -> None:
    """Refuse what a codebook says: nets are its stances, and its options have their order."""
    given = {"nets (--net)": nets, "order (--order)": order, "outside (--outside)": outside}
    faults = [
        Fault(
            "the codebook declares options and stances",
            where,
            "for a survey file without a codebook",
            "leave it out, change the codebook, or name the survey file instead of the folder",
        )
        for where, value in given.items()
        if value
    ]
    if faults:
        raise BadInput(*faults)


def spelled_out(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    """``TRUST*`` and ``TRUST*_2`` as the columns that fit; other names as they are."""
    found: list[str] = []
    for name in names:
        pattern = re.escape(name).replace(r"\*", ".*")
        fits = [column for column in columns if re.fullmatch(pattern, column)]
        if "*" in name and name not in columns:
            if not fits:
                raise unknown("column", name, columns, "items (--items)")
            found += fits
        else:
            found.append(name)
    return list(dict.fromkeys(found))


def _unknown(thing: str, word: str, known: Sequence[str], where: str) -> Fault:
    near = nearest(word, known)
    todo = f"write {near!r} if that is meant" if near else "use one of the allowed words"
    shown = list(known) if len(known) <= 30 else [*known[:30], f"... {len(known)} in all"]
    return Fault(f"unknown {thing} {word[:80]!r}", where, ", ".join(shown), todo)


def _options(answers: Answers, item: str) -> list[str]:
    """The options of an item: of its labels, then others in the data."""
    column = column_of(answers.frame, item)
    labelled = answers.options.get(item, ())
    if not labelled and isinstance(column.dtype, pl.Enum):
        labelled = tuple(column.dtype.categories)
    values = column.drop_nulls().unique(maintain_order=True)
    return list(dict.fromkeys([*labelled, *map(_text, values.to_list())]))


def _text(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]


def _left_out(
    answers: Answers, options: Mapping[str, Sequence[str]], order: Sequence[str]
) -> list[Fault]:
    """Items that have some of the options in order and others too, so that it cannot be theirs."""
    found = []
    for item, known in options.items():
        own = answers.options.get(item) or isinstance(answers.frame.schema[item], pl.Enum)
        left = [option for option in known if option not in order]
        if own or not left or len(left) == len(known):
            continue
        what = f"the order leaves out {left[0]!r} of item {item!r}"
        todo = f"add {left[0]!r} to the order at its place"
        found.append(Fault(what, "order (--order)", "|".join(known), todo))
    return found
