"""The questions of a banner: options and nets as asked for, or stances as a codebook declares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from licet.errors import bad, unknown
from licet.evidence import LICENCE_KINDS, Item
from licet.report.banner.build import Asked
from licet.report.banner.means import scores_in_order
from licet.survey.matrix import Question, column_of, question

if TYPE_CHECKING:
    from licet.survey.answers import Answers


def asked_item(
    answers: Answers,
    name: str,
    nets: Mapping[str, Sequence[str]],
    outside: Sequence[str],
    first: int | None,
    last: int | None,
    scores: Any,
    order: Sequence[str] = (),
) -> Asked:
    """A column as a question, with nets by name and of the first and last options.

    order: of the options, where the column does not say it itself.
    """
    answers, known = _in_order(answers, name, order)
    if not known and (first or last or scores == "order"):
        raise bad(
            "the order of its options is not known",
            f"item {name!r}",
            "a labelled or numeric column, an Enum, or the options in order",
            'add order=["...", "..."] (--order "A|B|C"), or take first, last and means out',
        )
    found = question(answers, name, nets, outside)
    found = Question(found.name, found.coded, {**_ends(found, first, last), **found.nets})
    return Asked(found, name, answers.labels.get(name, ""), _scores(found, scores))


COUNTED = "Counted as an answer, in nets and means too: "


def with_doubts(asked: Asked, doubtful: Sequence[str]) -> Asked:
    """With a note on options that say nothing and yet stand in a net or have a score."""
    used = {*asked.scores, *(o for net in asked.question.nets.values() for o in net)}
    found = ", ".join(option for option in doubtful if option in used)
    if not found:
        return asked
    note = f"{COUNTED}{found}. Named as outside (--outside), it is none."
    return replace(asked, notes=(*asked.notes, note))


def _in_order(answers: Answers, name: str, order: Sequence[str]) -> tuple[Answers, bool]:
    """The answers with the order of the column's options, and whether anybody said it."""
    import polars as pl

    column = column_of(answers.frame, name)
    given = tuple(answers.options.get(name, ()))
    if not given and isinstance(column.dtype, pl.Enum):
        given = tuple(column.dtype.categories)
    if not given and {str(value) for value in column.drop_nulls().unique()} <= set(order):
        given = tuple(order)
    if given:
        answers = replace(answers, options={**answers.options, name: given})
    return answers, bool(given) or column.dtype.is_numeric() or column.dtype == pl.Boolean


def _ends(found: Question, first: int | None, last: int | None) -> dict[str, tuple[str, ...]]:
    """Nets of the first and of the last options. Not where they would hold all of them."""
    levels = found.coded.levels
    ends: dict[str, tuple[str, ...]] = {}
    for size, word, members in (
        (first, "first", levels[: first or 0]),
        (last, "last", levels[-(last or 0) :] if last else ()),
    ):
        if size is None:
            continue
        if size < 1:
            raise bad(f"a net of {size} options", f"{word} (--{word})", "1 or more", "2 is usual")
        if size < len(levels):
            ends[f"{word} {size} ({', '.join(members)})"] = tuple(members)
    return ends


def _scores(found: Question, scores: Any) -> dict[str, float]:
    if scores == "order":
        return scores_in_order(found) if len(found.coded.levels) > 2 else {}
    given = (scores or {}).get(found.name, {})
    return {level: float(given[level]) for level in given}


_STANCES = {
    "permits": ("Permits", "Agrees"),
    "neutral": ("Neutral", "Neutral"),
    "opposes": ("Opposes", "Disagrees"),
}
"""What a stance is called: of an item that licence is read from, and of any other."""


def asked_stances(answers: Answers, column: str, item: Item, scores: Any) -> Asked:
    """A declared item with a net for each stance, its base as the codebook rules."""
    collapse = item.collapse
    assert collapse is not None
    apart = () if item.dont_know == "in" else collapse.dont_know
    present = _present(answers, column)
    order = tuple(item.options or collapse.options)
    answers = replace(answers, options={**answers.options, column: order})
    outside = [option for option in (*collapse.outside, *apart) if option in present]
    coded = question(answers, column, {}, outside).coded
    strange = [level for level in coded.levels if level not in collapse.options]
    if strange:
        raise unknown("option", strange[0], collapse.options, f"item {item.id!r}: scale")
    members = {
        "permits": collapse.permits,
        "neutral": (*collapse.neutral, *(collapse.dont_know if item.dont_know == "in" else ())),
        "opposes": collapse.opposes,
    }
    called = 0 if item.kind in LICENCE_KINDS else 1
    nets = {
        _STANCES[stance][called]: tuple(o for o in options if o in coded.levels)
        for stance, options in members.items()
    }
    found = Question(column, coded, {net: options for net, options in nets.items() if options})
    dont_know = "in" if item.dont_know == "in" else "out of"
    if all(len(options) < 2 for options in found.nets.values()):
        # A net of each option would only say, and test, everything twice.
        found = replace(found, nets={})
    notes = (f"Don't-knows are {dont_know} the base.",) if collapse.dont_know else ()
    chosen = _scores(
        found, scores if scores == "order" else {column: (scores or {}).get(item.id, {})}
    )
    return Asked(found, item.id, item.wording, chosen, notes)


def _present(answers: Answers, column: str) -> set[str]:
    from licet.survey.coding import code_column

    return set(code_column(column_of(answers.frame, column)).levels)
