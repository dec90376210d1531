"""Waves of one panel in one file, stacked: the same people, whose answers hang together over time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from licet.comparisons import Request, compare
from licet.comparisons.people import people_of
from licet.errors import bad
from licet.evidence import Evidence
from licet.groups import ALL, Group
from licet.readings import Reading, Settings, read, sample_of
from licet.waves.changes import Change, change, verdict_in

if TYPE_CHECKING:
    from licet.survey.answers import Answers


def panel_readings(
    evidence: Evidence, answers: Answers, wave: str, person: str | None, settings: Settings
) -> dict[str, Reading]:
    """A reading for each wave, by its name, in the order of the names.

    Waves are domains: the design stays whole. Raises BadInput for columns that are not there.
    """
    people_of(evidence, answers, settings, Request(wave=wave, person=person))
    frame = sample_of(evidence, answers).without_missing()
    values = frame[wave].drop_nulls().unique().sort().to_list()
    groups: list[Group] = []
    for place, value in enumerate(values):
        here = f"{wave} == {_literal(value)}"
        groups.append(Group(f"w{place}", str(value), here))
        groups += [
            Group(f"w{place}.{g.id}", g.label, f"({g.expression}) and {here}", g.reference)
            for g in evidence.groups
        ]
    design = evidence.design
    assert design is not None
    if person and not design.psu and not design.replicates:
        design = design.model_copy(update={"psu": person})
    stacked = evidence.model_copy(update={"groups": tuple(groups), "design": design})
    whole = read(stacked, answers, settings)
    return {str(value): _of_wave(whole, evidence, place, str(value))
            for place, value in enumerate(values)}  # fmt: skip


def _literal(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        allowed = "a column of text or whole numbers"
        raise bad(f"{value!r} names no wave", "--wave", allowed, "write years or names of waves")
    return json.dumps(value, ensure_ascii=False)


def _of_wave(whole: Reading, evidence: Evidence, place: int, name: str) -> Reading:
    prefix = f"w{place}"
    called = {prefix: ALL} | {f"{prefix}.{g.id}": g.id for g in evidence.groups}
    measures = {
        (item, called[group]): measure
        for (item, group), measure in whole.measures.items()
        if group in called
    }
    named = evidence.model_copy(update={"id": name})
    return replace(whole, evidence=named, measures=measures)


def panel_changes(
    evidence: Evidence,
    answers: Answers,
    readings: dict[str, Reading],
    wave: str,
    person: str | None,
    settings: Settings,
) -> list[Change]:
    """Each wave less the one before, and the last less the first; what people share is allowed for."""
    request = Request(wave=wave, person=person, batteries=())
    rows = compare(evidence, answers, request, settings).of("waves")
    found = []
    for row in rows:
        later, earlier = row.one.wave, row.other.wave
        group = row.one.group
        cell = (row.one.item, group)
        verdicts = tuple(verdict_in(readings[w], *cell) for w in (earlier, later))
        found.append(change(earlier, later, cell, (verdicts[0], verdicts[1]), row))
    return found
