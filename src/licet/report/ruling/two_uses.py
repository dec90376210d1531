"""Two uses on the same evidence, side by side: rulings, items, and what only one of them has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from licet.assessment import Assessment
from licet.findings import affected_groups
from licet.report.phrases import and_list
from licet.report.ruling.screen import identity, short_figure, short_group, short_label
from licet.report.ruling.wording import NOT_LEGAL_ADVICE, headline, marks, sentence, thing
from licet.report.screens import columns, wrap
from licet.use import Use, requirement_label
from licet.vocabulary import label

NAMES = ("A", "B")
ITEM, SIDE = 21, 27
"""Widths of the table: the item, and each use."""


def comparison_text(first: Assessment, second: Assessment) -> str:
    """Both rulings, each item under both uses with the group that decides it, and differences."""
    pair = (first, second)
    parts = ["\n".join(wrap(mark) for mark in dict.fromkeys([*marks(first), *marks(second)]))]
    parts += [
        "\n".join(wrap(line, " " * 3) for line in _opening(name, found))
        for name, found in zip(NAMES, pair, strict=True)
    ]
    parts.append(_table(pair))
    parts.append("\n".join(wrap(line, " " * 3) for line in _differences(pair)))
    return "\n\n".join(filter(None, [*parts, wrap(NOT_LEGAL_ADVICE)]))


def _opening(name: str, found: Assessment) -> Iterator[str]:
    yield f"{name}: {found.use.title}. {identity(found.use)}"
    yield from (f"   {line}" for line in headline(found))


def _table(pair: tuple[Assessment, Assessment]) -> str:
    rows: list[tuple[str, ...]] = [("Required", *NAMES)]
    for key in dict.fromkeys(key for found in pair for key in found.use.requirements):
        labels = {short_label(f, key) for f in pair if key in f.use.requirements}
        name = labels.pop() if len(labels) == 1 else requirement_label(key)
        rows.append((name, *(_cell(found, key) for found in pair)))
    return columns(rows, (ITEM, SIDE))


def _cell(found: Assessment, key: str) -> str:
    """``absent: Black 28 [13,48]``: the verdict, and the group that decides it."""
    if key not in found.use.requirements:
        return "not in this use"
    weakest = found.ruling.weakest(key)
    if weakest.measure is None:
        return f"{weakest.verdict}: {short_group(weakest.group, found)}"
    figure = short_figure(weakest, found)
    room = SIDE - len(f"{weakest.verdict}:  {figure}")
    name = short_group(weakest.group, found)
    name = name if len(name) <= room else name[: max(room - 1, 0)] + "…"
    return f"{weakest.verdict}: {name} {figure}"


def _differences(pair: tuple[Assessment, Assessment]) -> Iterator[str]:
    """What only one of the uses has, and what both declare but differently."""
    has = [_parts(found) for found in pair]
    for name, own, other in zip(NAMES, has, reversed(has), strict=True):
        only = [
            f"{and_list(extra)} ({kind})"
            for kind in own
            if (extra := [part for part in own[kind] if part not in other[kind]])
        ]
        yield sentence(f"Only in {name}: {'; '.join(only) or 'nothing'}")
    declared = [_declared(found.use) for found in pair]
    for kind, value in declared[0].items():
        if value != declared[1][kind]:
            yield sentence(f"{kind}: {value} in A, {declared[1][kind]} in B")


def _parts(found: Assessment) -> dict[str, list[str]]:
    """What a use consists of and what follows from it, in words, by kind."""
    use, ruling = found.use, found.ruling
    groups = affected_groups(use, found.readings, found.terms)
    return {
        "to be licensed": [thing(key) for key in use.requirements],
        "analytics": _words("analytics", use.analytics),
        "company": [company.name for company in use.companies],
        "group that decides": [found.group_label(group) for group in groups],
        "duty": _words("demand", (duty.subject for duty in ruling.duties)),
        "concern": _words("concern", (concern.subject for concern in ruling.concerns)),
    }


def _words(kind: str, ids: Iterable[str]) -> list[str]:
    return [label(kind, one).casefold() for one in ids]


def _declared(use: Use) -> dict[str, str]:
    """What both uses declare, in words."""
    ages = use.population.child_ages
    children = f" of children aged {ages[0]}-{ages[1]}" if ages else ""
    return {
        "purpose": label("purpose", use.purpose).casefold(),
        "setting": label("setting", use.setting).casefold(),
        "what may follow": label("action", use.intended_action).casefold(),
        "run by": label("processor", use.operator).casefold(),
        "permission": label("permission model", use.permission_model).casefold(),
        "people": f"{label('people', use.population.people).casefold()}{children}"
        f" in {use.population.area}",
        "from, until": f"{use.start} to {use.end}",
    }
