"""Which verdicts change when a setting does: interval, confidence, design effect, base rule, collapse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from licet.evidence import LICENCE_KINDS, Evidence
from licet.findings import CANNOT_GRANT, Terms
from licet.licence import Measure, Verdict, judge
from licet.quality.response import ResponseRow
from licet.readings import Reading, Settings

Measurer = Callable[[Settings], Reading]


@dataclass(frozen=True)
class CellSensitivity:
    """An item in a group: its verdict, and the others it gets. other: by name of the setting."""

    item: str
    group: str
    verdict: Verdict
    other: Mapping[str, Verdict]


@dataclass(frozen=True)
class Sensitivity:
    """names: every setting tried. cells: every licence item in every group."""

    names: tuple[str, ...]
    cells: tuple[CellSensitivity, ...]

    @property
    def changed(self) -> dict[str, int]:
        """How many verdicts each setting changes."""
        return {name: sum(name in cell.other for cell in self.cells) for name in self.names}


@dataclass(frozen=True)
class Silence:
    """A firm verdict that hangs on those who were asked and are outside the base.

    least, most: the permitting share if all of them opposed, or all permitted (0-1).
    """

    item: str
    group: str
    verdict: Verdict
    least: float
    most: float


def other_settings(evidence: Evidence, settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Every other setting that fits the evidence, with its name."""
    methods = {"korn-graubard": "Korn-Graubard interval", "wilson": "Wilson interval"}
    for method, name in methods.items():
        if method != settings.method:
            yield name, replace(settings, method=method)  # type: ignore[arg-type]
    if settings.confidence < 0.99:
        yield "99 % confidence for a grant", replace(settings, confidence=0.99)
    if evidence.printed is not None:
        now = settings.deff if settings.deff is not None else evidence.printed.deff
        for deff in (1.0, 1.5, 2.0):
            if deff != now:
                yield f"design effect {deff:g}", replace(settings, deff=deff)
        for group, bases in evidence.printed.other_bases.items():
            for base in bases:
                given = {**settings.bases, group: base}
                yield f"base of {group} {base}", replace(settings, bases=given)
        return
    rules = {"in": "don't-knows in the base", "out": "don't-knows out of the base"}
    for rule, name in rules.items():
        if any((settings.dont_know or item.dont_know) != rule for item in evidence.items):
            yield name, replace(settings, dont_know=rule)  # type: ignore[arg-type]
    yield "mildest yes counted as neutral", replace(settings, collapse="weakest_yes_neutral")
    yield "neutral answers out, two stances", replace(settings, collapse="without_neutral")


def sensitivity(reading: Reading, measurer: Measurer, terms: Terms) -> Sensitivity:
    """The verdicts of a reading, and those under every other setting."""
    before = verdicts(reading, terms)
    other: dict[tuple[str, str], dict[str, Verdict]] = {key: {} for key in before}
    names = []
    for name, settings in other_settings(reading.evidence, reading.settings):
        names.append(name)
        after = verdicts(measurer(replace(settings, threshold=0)), terms)
        for key, verdict in before.items():
            found = after.get(key, Verdict.NOT_MEASURED)
            if found is not verdict:
                other[key][name] = found
    cells = [CellSensitivity(*key, verdict, other[key]) for key, verdict in before.items()]
    return Sensitivity(tuple(names), tuple(cells))


def verdicts(reading: Reading, terms: Terms) -> dict[tuple[str, str], Verdict]:
    """The verdict of every licence item in every group, without expiry: of the fieldwork's own day."""
    kinds = {item.id: item.kind for item in reading.evidence.items}
    return {
        (item, group): verdict_of(reading, item, measure, terms)
        for (item, group), measure in reading.measures.items()
        if kinds[item] in LICENCE_KINDS
    }


def verdict_of(reading: Reading, item: str, measure: Measure, terms: Terms) -> Verdict:
    """One verdict; a quota or opt-in sample cannot grant."""
    verdict = judge(measure, reading.k[item], terms.rule).verdict
    granted = verdict is Verdict.GRANTED
    return (
        Verdict.UNPROVEN
        if granted and reading.evidence.fieldwork.sample in CANNOT_GRANT
        else verdict
    )


def silences(reading: Reading, rows: tuple[ResponseRow, ...], terms: Terms) -> tuple[Silence, ...]:
    """Firm verdicts that could be the other way round if all who are outside the base had one view.

    Only of cells whose non-response may be shown.
    """
    found = []
    known = verdicts(reading, terms)
    for row in rows:
        verdict = known.get((row.item, row.group))
        measure = reading.measures.get((row.item, row.group))
        if verdict is None or measure is None or measure.permits is None or not row.shown:
            continue
        share, gone = measure.permits.point, row.outside
        least, most = share * (1 - gone), share * (1 - gone) + gone
        line = terms.rule.baseline(reading.k[row.item])
        granted = verdict is Verdict.GRANTED and least < line
        if granted or (verdict in (Verdict.ABSENT, Verdict.REFUSED) and most >= line):
            found.append(Silence(row.item, row.group, verdict, least, most))
    return tuple(found)
