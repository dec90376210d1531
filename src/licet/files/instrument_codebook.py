"""The codebook of the answers that a questionnaire brings, to lie beside them.

It counts for nothing until its dates, sample and weights are filled in and ``draft`` is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from licet.files.drafts import quoted
from licet.instrument.document import NOT_ANSWERED, Instrument, Scale, Statement
from licet.instrument.form import draws_of
from licet.instrument.realigning import DRAWN

_DRAWS = {
    "flip": "options as written or flipped",
    "order": "blocks as written or rotated",
    "set": "which statements were asked",
}


def codebook_toml(instrument: Instrument) -> str:
    """A commented ``codebook.toml`` for ``answers.csv``, the realigned answers.

    Rotation and flips: the columns ``_set``, ``_order`` and ``_flip``, and the note of each item.
    """
    return "\n".join(
        [
            *_head(instrument),
            *_population(instrument),
            *_design(instrument),
            *_checks(instrument),
            *_scales(instrument),
            *_items(instrument),
            *_groups(instrument),
        ]
    )


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def _head(instrument: Instrument) -> Iterator[str]:
    yield f"""\
# Codebook of the answers to the questionnaire {instrument.stamp}.
# Lines with CHECK are yours to fill in.

id = {quoted(instrument.id)}
title = {quoted(instrument.title)}
# draft: the evidence counts for nothing until you have looked at each CHECK and taken this line out.
draft = true
# synthetic = true  # as long as the answers are those of `licet questionnaire simulate`
purpose = {quoted(instrument.purpose)}
setting = {quoted(instrument.setting)}
"""


def _population(instrument: Instrument) -> Iterator[str]:
    population = instrument.population
    yield "[population]"
    yield f"people = {quoted(population.people)}"
    yield f"area = {quoted(population.area)}"
    if population.child_ages:
        yield f"child_ages = {list(population.child_ages)}"
    if population.note:
        yield f"note = {quoted(population.note)}"
    modes = _list(instrument.modes)
    yield f"""
# The dates below are long past and such a sample cannot grant: correct them.
[fieldwork]
sample = "opt_in"  # CHECK: probability, census, quota or opt_in
start = 2000-01-01  # CHECK: first day of asking
end = 2000-12-31  # CHECK: last day of asking
expires = 2003-12-31  # CHECK: last day it counts; three years after the end is usual
modes = {modes}  # CHECK: those that were used
# interviews = 800
# response_rate = 0.5
# organisation = "who asked"
# ethics = "who approved it, with the reference"

# `licet questionnaire realign` writes this file.
[answers]
file = "answers.csv"
id = "respondent"
"""


def _design(instrument: Instrument) -> Iterator[str]:
    yield """\
# Add the weights to the answers, or say unweighted = true instead.
[design]
weight = "weight"  # CHECK
# strata = "stratum"
# psu = "cluster"
"""


def _checks(instrument: Instrument) -> Iterator[str]:
    yield "# Drawn and recorded for each person: `licet quality` checks whether it moved the answers."
    yield "[checks]"
    yield 'mode = "mode"  # how the questions were answered'
    for draw, values in draws_of(instrument).items():
        yield f'{draw} = "{DRAWN[draw]}"  # {_DRAWS[draw]} ({", ".join(values)})'
    yield 'empty = "not asked"\n'


def _scales(instrument: Instrument) -> Iterator[str]:
    yield f"# Fixed before any answer is opened. {NOT_ANSWERED}: asked, and left empty."
    for name, scale in instrument.scales.items():
        yield f"[scales.{name}]"
        yield f"options = {_list(scale.options)}"
        yield from _stances(scale)
        yield f"outside = {_list((*scale.outside, NOT_ANSWERED))}\n"


def _stances(scale: Scale) -> Iterator[str]:
    for key in ("permits", "agrees", "neutral", "opposes", "disagrees", "dont_know"):
        if getattr(scale, key):
            yield f"{key} = {_list(getattr(scale, key))}"


def _items(instrument: Instrument) -> Iterator[str]:
    for item, statements in instrument.items.items():
        first = statements[0]
        wording = " / ".join(statement.wording for statement in statements)
        yield f"""\
[[items]]
id = {quoted(item)}
column = {quoted(item)}
kind = {quoted(first.kind)}
subject = {quoted(first.subject)}
wording = {quoted(wording)}
scale = {quoted(first.scale)}
dont_know = {quoted(first.dont_know)}
note = {quoted(item_note(instrument, statements))}
"""


def item_note(instrument: Instrument, statements: Iterable[Statement]) -> str:
    """How an item was asked: case, example, set, flip, order, source and version of each wording."""
    told = []
    for statement in statements:
        block = next(block for block in instrument.blocks if block.id == statement.block)
        parts = [
            f"Asked of {statement.set} only (column _set)" if statement.set else "Asked of all"
        ]
        if block.flip:
            parts.append("options flipped for a random half (column _flip)")
        if block.order == "rotated":
            parts.append("order of the block turned round for a random half (column _order)")
        text = "; ".join(parts) + "."
        if statement.vignette:
            text += f" Case: {instrument.vignette(statement.vignette).text}"
        if statement.example:
            example = statement.example
            text += f" {example}" if "for example" in example.casefold() else f" Example: {example}"
        told.append(f"{text} Source: {statement.source}, version {statement.version}.")
    return " / ".join(told)


def _groups(instrument: Instrument) -> Iterator[str]:
    for group in instrument.groups:
        yield "[[groups]]"
        yield f"id = {quoted(group.id)}"
        yield f"label = {quoted(group.label)}"
        yield f"when = {quoted(' '.join(group.when.split()))}"
        if group.reference:
            yield "reference = true"
        if group.note:
            yield f"note = {quoted(group.note)}"
        yield ""
