"""Evidence over time: what licence was won or lost from wave to wave, and when to ask again.

``follow`` compares fieldworks of independent samples, ``follow_panel`` the waves of one panel. Items
are joined by their wording or by somebody's declared word; verdicts are those of each wave's own day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from licet.checks import NO_CHECKS, Checks, Link
from licet.comparisons.bases import Bases, bases_in
from licet.errors import bad, unknown
from licet.evidence import Evidence
from licet.readings import Reading, Settings, read
from licet.waves.changes import (
    Change,
    Due,
    Status,
    changes_with_bases,
    due,
    independent_changes,
)
from licet.waves.matching import Apart, Joined, Matching, match

if TYPE_CHECKING:
    from licet.survey.answers import Answers

__all__ = ["Apart", "Change", "Due", "Joined", "Status", "Wave", "Waves", "follow", "follow_panel"]


@dataclass(frozen=True)
class Wave:
    """One fieldwork: what was declared, its answers, and its links to the wave before.

    checks: what the codebook says of options outside every base.
    """

    evidence: Evidence
    answers: Answers | None = None
    links: tuple[Link, ...] = ()
    checks: Checks = NO_CHECKS


@dataclass(frozen=True)
class Waves:
    """Everything that is said of evidence over time.

    readings: in order of time. changes: step by step, then the last less the first. matchings: of
    each step; none for a panel, whose items are the same by their columns. panel: the column of waves
    and of people, empty for independent samples. bases: of each reading, which may be exact.
    """

    readings: tuple[Reading, ...]
    changes: tuple[Change, ...]
    matchings: tuple[Matching, ...]
    due: Due
    today: date
    threshold: int
    panel: tuple[str, ...] = ()
    bases: tuple[Bases, ...] = ()

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The pairs of waves that were compared, earlier and later."""
        return tuple(dict.fromkeys((c.earlier, c.later) for c in self.changes))

    def counts(self) -> dict[str, int]:
        """How many changes from wave to wave have each status."""
        between = {(a.evidence.id, b.evidence.id) for a, b in pairwise(self.readings)}
        found = [c.status for c in self.changes if (c.earlier, c.later) in between and c.status]
        return {status: found.count(status) for status in dict.fromkeys(found)}


def follow(
    waves: Sequence[Wave],
    *,
    today: date,
    items: Sequence[str] = (),
    settings: Settings = Settings(),
) -> Waves:
    """Fieldworks of independent samples, in order of time.

    items: only these, as the last wave calls them; each must be joined. Refuses fewer than two waves,
    the same wave twice, waves out of order or overlapping, another population, and waves of which no
    item is the same.
    """
    declared = [wave.evidence for wave in waves]
    _check_order(declared)
    matchings = [
        match(a, b, wave.links) for (a, b), wave in zip(pairwise(declared), waves[1:], strict=True)
    ]
    for matching, (a, b) in zip(matchings, pairwise(declared), strict=True):
        _check_joined(matching, a, b, items)
    readings = [read(wave.evidence, wave.answers, settings) for wave in waves]
    changes: list[Change] = []
    steps = [
        (a, b, m.items, m.groups) for (a, b), m in zip(pairwise(readings), matchings, strict=True)
    ]
    if len(readings) > 2:
        through = _through([m.items for m in matchings])
        groups = _through([m.groups for m in matchings])
        steps.append((readings[0], readings[-1], through, groups))
    for earlier, later, joined, groups in steps:
        chosen = [one for one in joined if not items or one.later in items]
        changes += independent_changes(earlier, later, chosen, groups, settings.threshold)
    bases = [bases_in(wave.evidence, wave.answers, wave.checks, settings) for wave in waves]
    last = due(declared[-1], today)
    return Waves(
        tuple(readings),
        tuple(changes_with_bases(changes, readings, bases, steps)),
        tuple(matchings),
        last,
        today,
        settings.threshold,
        bases=tuple(bases),
    )


def follow_panel(
    wave: Wave,
    column: str,
    person: str | None = None,
    *,
    today: date,
    settings: Settings = Settings(),
) -> Waves:
    """The waves of one panel, stacked in one file. column: of waves. person: who each row is of."""
    from licet.waves.panel import panel_changes, panel_readings

    if wave.answers is None:
        raise bad("printed figures have no waves", "--wave", "answers, one row per person and wave")
    readings = panel_readings(wave.evidence, wave.answers, column, person, settings)
    changes = panel_changes(wave.evidence, wave.answers, readings, column, person, settings)
    named = (column, person) if person else (column,)
    last = due(wave.evidence, today)
    bases = bases_in(wave.evidence, wave.answers, wave.checks, settings).in_waves
    return Waves(
        tuple(readings.values()),
        tuple(changes),
        (),
        last,
        today,
        settings.threshold,
        named,
        (bases,) * len(readings),
    )


def _through(steps: Sequence[tuple[Joined, ...]]) -> tuple[Joined, ...]:
    """What is joined in every step: the last wave's beside the first's."""
    found = list(steps[-1])
    for step in reversed(steps[:-1]):
        before = {one.later: one for one in step}
        found = [
            Joined(
                one.later,
                before[one.earlier].earlier,
                (*before[one.earlier].differences, *one.differences),
                "; ".join(filter(None, (before[one.earlier].reason, one.reason))),
            )
            for one in found
            if one.earlier in before
        ]
    return tuple(found)


def _check_order(declared: Sequence[Evidence]) -> None:
    if len(declared) < 2:
        raise bad("one wave", "waves", "two folders of evidence or more, the earliest first",
                  "for a panel in one file, name its column of waves: --wave COLUMN")  # fmt: skip
    seen: dict[str, str] = {}
    for one in declared:
        data = [code for name, code in one.files.items() if name != "codebook.toml"]
        for key in (f"id {one.id}", *(f"data {code}" for code in data)):
            if key in seen:
                raise bad(
                    f"the same wave twice: {seen[key]!r} and {one.id!r}",
                    "waves",
                    "each fieldwork once, with an id and answers of its own",
                    "take one of them out",
                )
            seen[key] = one.id
    for a, b in pairwise(declared):
        earlier, later = a.fieldwork, b.fieldwork
        if later.end < earlier.start:
            in_time = ", ".join(e.id for e in sorted(declared, key=lambda e: e.fieldwork.start))
            raise bad(
                f"waves out of order: {b.id!r} ({later.start} to {later.end}) was before "
                f"{a.id!r} ({earlier.start} to {earlier.end})",
                "waves",
                "the earliest first",
                f"name them in this order: {in_time}",
            )
        if later.start <= earlier.end:
            raise bad(
                f"waves overlap: {a.id!r} ended on {earlier.end}, {b.id!r} began on {later.start}",
                "waves",
                "a fieldwork that begins after the one before has ended",
                "correct the dates, or join them as one fieldwork",
            )


def _check_joined(matching: Matching, a: Evidence, b: Evidence, items: Sequence[str]) -> None:
    known = [item.id for item in b.items]
    joined = {one.later for one in matching.items}
    for name in items:
        if name not in known:
            raise unknown("item", name, known, "--items")
    wanted = [name for name in items if name not in joined] if items else []
    if matching.items and not wanted:
        return
    names = wanted or known
    why = next((one for one in matching.apart if one.name in names), None)
    said = f": {why.name}: {'; '.join(why.differences)}" if why else ""
    what = f"{wanted[0]!r} is not" if wanted else "no item is"
    raise bad(
        f"{what} the same in {a.id!r} and {b.id!r}{said}",
        "waves",
        "items asked and counted alike, or joined by somebody's word",
        'join them with a reason: --join "ITEM=why it does not matter", or [same_as.ITEM] in the codebook',
    )
