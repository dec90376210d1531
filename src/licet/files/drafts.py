"""A codebook drafted from a survey file's labels and from what somebody says about the survey.

Every guess carries ``CHECK``. What cannot be known is set to the cautious side (such a sample cannot
grant, such evidence has expired) or left empty, and an empty key is refused when the codebook is
read. A draft counts for nothing until somebody takes ``draft = true`` out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import BadInput, Fault, bad, unknown
from licet.files.answers import read_answers
from licet.files.draft_facts import MARK, CodebookFacts, guessed, three_years_after, unsaid
from licet.files.draft_groups import groups_text
from licet.files.draft_items import drafted_items, items_text, quoted
from licet.files.guesses import (
    looks_like_identity,
    looks_like_psu,
    looks_like_strata,
    looks_like_weight,
    slug,
)
from licet.files.reading import shown

if TYPE_CHECKING:
    from licet.survey.answers import Answers

__all__ = ["draft_codebook", "lines_to_check", "quoted"]


def draft_codebook(path: Path, facts: CodebookFacts | None = None) -> str:
    """A commented ``codebook.toml`` for the survey file, to be saved in the same folder.

    Refuses columns and options that the file does not have, a file in which no column has two or
    more answers to choose from, and, where the facts say ``ready``, anything left to look at.
    """
    path, facts = Path(path), facts or CodebookFacts()
    answers = read_answers(path, facts.encoding)
    _known_columns(answers, facts, path)
    drafted = drafted_items(answers, facts, path)
    taken = {item.column for item in drafted.items}
    text = "".join(
        [
            _head(path, facts),
            _population(facts),
            _fieldwork(answers, facts),
            _file(path, answers, facts),
            _design(answers, facts),
            items_text(drafted, facts),
            groups_text(answers, facts, taken),
        ]
    )
    left = lines_to_check(text)
    if facts.ready and left:
        raise _not_ready(left, path)
    return text


def lines_to_check(text: str) -> list[tuple[int, str]]:
    """The lines of a draft that carry CHECK, each with its number."""
    numbered = enumerate(text.splitlines(), start=1)
    return [(n, line) for n, line in numbered if f"# {MARK}" in line]


def _not_ready(left: list[tuple[int, str]], path: Path) -> BadInput:
    shown_lines = "; ".join(line.strip()[:110] for _, line in left[:6])
    more = f"; and {len(left) - 6} more" if len(left) > 6 else ""
    return bad(
        f"{len(left)} lines are still to look at: {shown_lines}{more}",
        shown(path),
        "--ready only where you said everything yourself",
        "say these with the options, or leave --ready out and take draft = true out by hand",
    )


def _known_columns(answers: Answers, facts: CodebookFacts, path: Path) -> None:
    named = [("--items", name) for name in facts.items] + [("--by", name) for name in facts.by]
    named += [
        (f"--{option}", name)
        for option in ("weight", "strata", "psu")
        if (name := getattr(facts, option))
    ]
    faults: list[Fault] = []
    for option, name in named:
        if name not in answers.frame.columns:
            where = f"{shown(path)}: {option}"
            faults += unknown("column", name, answers.frame.columns, where).faults
    if faults:
        raise BadInput(*faults)


def _head(path: Path, facts: CodebookFacts) -> str:
    draft = """\
# draft: the evidence counts for nothing until you have looked at each CHECK and taken this line out.
draft = true
"""
    purpose = quoted(facts.purpose or "early_intervention")
    asked = "" if facts.purpose else unsaid("--purpose")
    acted = "" if facts.setting else unsaid("--setting")
    return f"""\
# Codebook drafted from the labels of {path.name!r}.
# What you have to look at is marked {MARK}: a guess, or something only you can say.

# id: the name of this evidence. title: what people see in reports.
id = {quoted(facts.id or slug(path.name.split(".")[0], "survey"))}
title = {quoted(facts.title or path.name)}{"" if facts.title else unsaid("--title")}
{"" if facts.ready else draft}\
# purpose: what the linkage asked about was for. Evidence counts only for uses of this purpose:
# early_intervention, entitlement, service_planning, evaluation, enforcement, health_information.
purpose = {purpose}{asked}
# setting: operational (named families are acted on) or research.
setting = {quoted(facts.setting or "operational")}{acted}
{"synthetic = true" if facts.synthetic else "# synthetic = true: made-up answers"}
# notice = "shown wherever a figure of this evidence is shown"

"""


def _population(facts: CodebookFacts) -> str:
    people = facts.people or "parents"
    who = "" if facts.people else unsaid("--people", "parents, young_people or adults")
    return f"""\
# Whose views were asked. area: from wide to narrow, for example "UK/England/Leeds".
[population]
people = {quoted(people)}{who}
area = {quoted(facts.area or "UK")}{"" if facts.area else unsaid("--area")}
{facts.child_ages_line(people)}
"""


def _fieldwork(answers: Answers, facts: CodebookFacts) -> str:
    kinds = unsaid("--sample", "probability, census, quota or opt_in")
    start = facts.start or min(date(2000, 1, 1), facts.end or date.max)
    end = facts.end or max(date(2000, 12, 31), start)
    expires, lasts = facts.expires, ""
    if facts.end and not expires:
        expires, lasts = three_years_after(facts.end), "  # three years after the end, as is usual"
    if not expires:  # the earliest day that fits: nothing counts before somebody looks
        expires, lasts = end, unsaid("--expires", "last day it counts")
    return f"""\
# How and when people were asked. A quota or opt_in sample cannot grant; a long past day expires.
[fieldwork]
sample = {quoted(facts.sample or "opt_in")}{"" if facts.sample else kinds}
start = {start}{"" if facts.start else unsaid("--start", "first day of asking")}
end = {end}{"" if facts.end else unsaid("--end", "last day of asking")}
expires = {expires}{lasts}
interviews = {answers.frame.height}
# modes = ["web", "telephone"]
# response_rate = 0.5
# organisation = "who asked"
# ethics = "who approved it, with the reference"

"""


def _file(path: Path, answers: Answers, facts: CodebookFacts) -> str:
    identity = next((name for name in answers.frame.columns if _tells_apart(name, answers)), None)
    same = "the column that tells every person apart"
    return (
        f"[answers]\nfile = {quoted(path.name)}\n"
        + (f"encoding = {quoted(facts.encoding)}\n" if facts.encoding else "")
        + (f"id = {quoted(identity)}\n\n" if identity else f'# id = "{same}"\n\n')
    )


def _tells_apart(name: str, answers: Answers) -> bool:
    values = answers.frame[name]
    return (
        looks_like_identity(name) and not values.null_count() and values.n_unique() == len(values)
    )


def _design(answers: Answers, facts: CodebookFacts) -> str:
    lines = [
        "# Weight, strata and first-stage clusters (PSUs): columns of the answers.",
        "[design]",
        *_weight(answers, facts),
        *_drawn("strata", facts.strata, looks_like_strata, answers),
        *_drawn("psu", facts.psu, looks_like_psu, answers),
    ]
    how = "a stratum with one PSU: error, remove, certainty, adjust or average"
    if facts.lonely_psu:
        lines.append(f"lonely_psu = {quoted(facts.lonely_psu)}")
    else:
        lines.append(f'# lonely_psu = "error"  # {how}')
    return "\n".join(lines) + "\n\n"


def _weight(answers: Answers, facts: CodebookFacts) -> list[str]:
    """The weight; none is chosen among several, and none is denied where one may be there."""
    if facts.weight:
        return [f"weight = {quoted(facts.weight)}"]
    if facts.unweighted:
        return ["unweighted = true"]
    found = _called_like(looks_like_weight, answers)
    found = [name for name in found if not answers.options.get(name)]
    if not found:
        nothing = "no column looks like a weight; else weight = the column"
        return [f"unweighted = true{unsaid('--weight or --unweighted', nothing)}"]
    if len(found) == 1 and _can_weigh(found[0], answers):
        return [f"weight = {quoted(found[0])}{guessed(answers.labels.get(found[0], ''))}"]
    one = "one of these, or unweighted = true"
    return [
        f"#{unsaid('--weight', one).removeprefix('  #')}",
        *(_candidate("weight", name, answers) for name in found[:12]),
    ]


def _drawn(
    key: str, said: str | None, looks: Callable[[str, str], bool], answers: Answers
) -> list[str]:
    if said:
        return [f"{key} = {quoted(said)}"]
    found = _called_like(looks, answers)
    if not found:
        return [f'# {key} = "none was recognised; name the column if people were drawn so"']
    why = f"one of these if people were drawn so, else take the lines out (--{key})"
    return [f"# {MARK}: {why}", *(_candidate(key, name, answers) for name in found[:6])]


def _candidate(key: str, name: str, answers: Answers) -> str:
    label = " ".join(answers.labels.get(name, "").split())[:60]
    return f"# {key} = {quoted(name)}" + (f"  # {label}" if label else "")


def _called_like(looks: Callable[[str, str], bool], answers: Answers) -> list[str]:
    names: Sequence[str] = answers.frame.columns
    return [name for name in names if looks(name, answers.labels.get(name, ""))]


def _can_weigh(name: str, answers: Answers) -> bool:
    """Whether a column has a number from 0 up for everybody, and not 0 for all."""
    values = answers.frame[name]
    if not values.dtype.is_numeric() or values.null_count():
        return False
    return bool(values.is_finite().all() and (values >= 0).all() and values.sum() > 0)
