"""The whole answer to "does the measured licence cover this use?": ruling, and what follows from it.

Beside the ruling: the smaller uses that would pass, the interviews that would settle what is open,
and which rulings change when an assumption does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from licet.conditions import Condition
from licet.evidence import Evidence, Printed
from licet.findings import Finding, Terms, conditions_of, misfits
from licet.gate import Permit, Ruling, rule
from licet.groups import ALL
from licet.licence import BLOCKING, UNKNOWN, Consensus, Verdict
from licet.planning import Need, interviews_needed
from licet.readings import Reading, Settings
from licet.use import Use
from licet.vocabulary import term

Measurer = Callable[[Settings], Sequence[Reading]]
"""Makes the readings of all evidence anew under other settings."""

EXPECTED_SHARES = (0.6, 0.7)
"""Where nothing was measured, the interviews needed are given for these true shares."""


@dataclass(frozen=True)
class SmallerUse:
    """A smaller use that passes: what it leaves out, and the ruling on it."""

    use: Use
    left_out: tuple[str, ...]
    ruling: Permit


@dataclass(frozen=True)
class Settlement:
    """What would settle one open cell. assumed: the true share that the need is computed for."""

    finding: Finding
    assumed: float
    need: Need


@dataclass(frozen=True)
class Variation:
    """The ruling under one other setting. open_cells: deciding cells whose verdict differs."""

    name: str
    ruling: Ruling
    changes_ruling: bool
    changed_cells: int


@dataclass(frozen=True)
class Assessment:
    """Everything that is said of a use today."""

    use: Use
    terms: Terms
    settings: Settings
    readings: tuple[Reading, ...]
    ruling: Ruling
    smaller: tuple[SmallerUse, ...]
    settle: tuple[Settlement, ...]
    variations: tuple[Variation, ...]
    unfit: tuple[tuple[Evidence, tuple[str, ...]], ...]

    @property
    def today(self) -> date:
        """The day of the ruling."""
        return self.ruling.today

    def group_label(self, group: str) -> str:
        """A group's name for people."""
        if group == ALL:
            return f"All {term('people', self.use.population.people).label.casefold()}"
        for reading in self.readings:
            if any(g.id == group for g in reading.evidence.groups):
                return reading.evidence.group_label(group)
        if group in self.use.unsurveyed_groups:
            return self.use.unsurveyed_groups[group].label
        return group

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition in force: those of the use, and those accepted in dialogue."""
        return conditions_of(self.use, self.terms)

    @property
    def deciding(self) -> Finding:
        """The cell that decides: weakest requirement, and of equal ones the largest shortfall."""
        return deciding(self.ruling)

    @property
    def synthetic(self) -> bool:
        """Whether any evidence that counts is synthetic."""
        return any(r.evidence.synthetic for r in self.counting)

    @property
    def counting(self) -> tuple[Reading, ...]:
        """The readings of evidence that counts for the use today."""
        unfit = {evidence.id for evidence, _ in self.unfit}
        return tuple(r for r in self.readings if r.evidence.id not in unfit)

    @property
    def supposed(self) -> tuple[str, ...]:
        """What was given by hand instead of what the evidence states: the ruling is a what-if."""
        found = [f"base of {self.group_label(g)} {b}" for g, b in self.settings.bases.items()]
        if self.settings.deff is not None:
            found.append(f"design effect {self.settings.deff:g}")
        if self.settings.method != "korn-graubard":
            found.append(f"{self.settings.method} interval")
        return tuple(found)


def assess(
    use: Use,
    measurer: Measurer,
    *,
    today: date,
    terms: Terms = Terms(),
    settings: Settings = Settings(),
    vary: bool = True,
) -> Assessment:
    """Rule on a use and say what follows. ``vary`` False leaves the sensitivity analysis out."""
    readings = tuple(measurer(settings))
    ruling = rule(use, readings, terms=terms, today=today)
    variations = tuple(_vary(use, measurer, readings, settings, terms, ruling)) if vary else ()
    unfit = tuple((r.evidence, misfits(use, r.evidence, today=today)) for r in readings)
    return Assessment(
        use=use,
        terms=terms,
        settings=settings,
        readings=readings,
        ruling=ruling,
        smaller=smaller_uses(use, ruling, readings, terms),
        settle=tuple(settlements(ruling, readings, use, settings)),
        variations=variations,
        unfit=tuple((evidence, why) for evidence, why in unfit if why),
    )


def deciding(ruling: Ruling) -> Finding:
    """The cell that a ruling turns on: among the blocking, else unknown, else all deciding cells,
    the one with the largest shortfall. Cells without figures come last."""
    cells = [f for f in ruling.decided if f.deciding]
    for verdicts in (BLOCKING, UNKNOWN, {Verdict.UNPROVEN}, {Verdict.GRANTED}):
        among = [f for f in cells if f.verdict in verdicts]
        if among:
            return max(among, key=lambda f: (f.shortfall, f.group != ALL, f.requirement, f.group))
    raise ValueError("a ruling without a finding")


def smaller_uses(
    use: Use, ruling: Ruling, readings: Sequence[Reading], terms: Terms
) -> tuple[SmallerUse, ...]:
    """The largest smaller uses that pass, by fewer services, no company, fewer kinds of analytics.

    Groups, reasons, collapse, baseline and evidence never change. A use of one service joins
    nothing and is not offered in place of one that joined several.
    """
    found: list[SmallerUse] = []
    for candidate in _candidates(use, ruling, terms):
        result = rule(candidate, readings, terms=terms, today=ruling.today)
        # Of a use that is permitted, only a smaller one that asks less of families is worth saying.
        if isinstance(result, Permit) and (
            not isinstance(ruling, Permit) or result.status < ruling.status
        ):
            found.append(SmallerUse(candidate, _left_out(use, candidate), result))
    found.sort(
        key=lambda s: (-len(s.use.services), s.use.operator != use.operator, s.ruling.status)
    )
    kept: list[SmallerUse] = []
    for small in found:
        if not any(_within(small, other) for other in kept):
            kept.append(small)
    return tuple(kept)


def _candidates(use: Use, ruling: Ruling, terms: Terms) -> Iterator[Use]:
    """At most a few: the services that pass at all, those that are granted; with and without company."""
    passing = _services(use, ruling, BLOCKING | UNKNOWN)
    granted = _services(use, ruling, BLOCKING | UNKNOWN | {Verdict.UNPROVEN})
    conditions = conditions_of(use, terms)
    excluded = {str(c.value) for c in conditions if c.parameter.startswith("exclude")}
    fewest = min(2, len(use.services))
    analytics = tuple(a for a in use.analytics if a not in excluded)
    for services, in_house in product(dict.fromkeys([passing, granted]), (False, True)):
        services = tuple(s for s in services if s not in excluded)
        if len(services) < fewest or not analytics:
            continue
        changes: dict[str, object] = {"services": services, "analytics": analytics}
        changes["sources"] = tuple(
            s for s in use.sources if s.service in services and not {s.name, s.owner} & excluded
        )
        if in_house:
            changes |= {"processor": "in_house", "companies": ()}
        gone = {f"trust:{s}" for s in use.services if s not in services}
        gone |= {f"processor:{o}" for o in (use.processor, use.operator)} if in_house else set()
        changes["overrides"] = tuple(o for o in use.overrides if o.lifts not in gone)
        if use.permission_model == "none_statutory":
            changes["permission_model"] = "ask_first"
        candidate = use.model_copy(update={**changes, "version": use.version + 1})
        if _left_out(use, candidate):
            yield candidate


def _services(use: Use, ruling: Ruling, without: Iterable[Verdict]) -> tuple[str, ...]:
    bad = set(without)
    return tuple(s for s in use.services if ruling.weakest(f"trust:{s}").verdict not in bad)


def _left_out(use: Use, smaller: Use) -> tuple[str, ...]:
    gone = [s for s in use.services if s not in smaller.services]
    gone += [a for a in use.analytics if a not in smaller.analytics]
    if use.permission_model != smaller.permission_model:
        gone.append(use.permission_model)
    if use.operator != smaller.operator or len(use.companies) > len(smaller.companies):
        gone.append("company" if use.operator == "commercial" or use.companies else use.operator)
    return tuple(gone)


def _within(small: SmallerUse, other: SmallerUse) -> bool:
    """Whether another that is kept is at least as large and at least as free."""
    return (
        set(small.use.services) <= set(other.use.services)
        and (small.use.operator == other.use.operator or small.use.operator == "in_house")
        and small.ruling.status >= other.ruling.status
    ) or (
        set(small.use.services) <= set(other.use.services)
        and small.ruling.status == other.ruling.status
    )


def settlements(
    ruling: Ruling, readings: Sequence[Reading], use: Use, settings: Settings
) -> Iterator[Settlement]:
    """Interviews that would settle each open deciding cell at 80 % power."""
    if not ruling.evidence_could_settle:
        return
    for finding in ruling.decided:
        if not finding.deciding or finding.verdict in BLOCKING | {Verdict.GRANTED}:
            continue
        if finding.measure is None or finding.judgement is None:
            for share in EXPECTED_SHARES:
                yield Settlement(finding, share, interviews_needed(share, 0.5, 1.5))
            continue
        deff = max(finding.measure.deff or 1.0, 1.0)
        permits = finding.measure.permits
        point = permits.point if permits else 1 - finding.measure.shown.point
        need = interviews_needed(
            round(point, 6), finding.judgement.baseline, round(deff, 3), level=settings.level
        )
        if finding.judgement.consensus is Consensus.UNDETERMINED:
            need = replace(need, effective=None, interviews=None)
        yield Settlement(finding, point, need)


def _vary(
    use: Use,
    measurer: Measurer,
    readings: Sequence[Reading],
    settings: Settings,
    terms: Terms,
    ruling: Ruling,
) -> Iterator[Variation]:
    """The ruling under every other setting that fits the evidence."""
    for name, other in _other_settings(readings, settings):
        varied = rule(
            use, tuple(measurer(replace(other, threshold=0))), terms=terms, today=ruling.today
        )
        before = {(f.requirement, f.group): f.verdict for f in ruling.decided if f.deciding}
        after = {(f.requirement, f.group): f.verdict for f in varied.decided if f.deciding}
        changed = sum(before.get(cell) != verdict for cell, verdict in after.items())
        same = (varied.kind, varied.status) == (ruling.kind, ruling.status)
        yield Variation(name, varied, not same, changed)


def _other_settings(
    readings: Sequence[Reading], settings: Settings
) -> Iterator[tuple[str, Settings]]:
    """Every other setting worth trying: interval, then what was assumed or declared."""
    if settings.method != "wilson":
        yield "Wilson interval", replace(settings, method="wilson")
    if settings.method != "korn-graubard":
        yield "Korn-Graubard interval", replace(settings, method="korn-graubard")
    printed = [r.evidence.printed for r in readings if r.evidence.printed]
    if printed:
        yield from _other_assumptions(printed, settings)
    if len(printed) < len(readings):
        yield from _other_declarations(settings)


def _other_assumptions(
    printed: Sequence[Printed], settings: Settings
) -> Iterator[tuple[str, Settings]]:
    now = settings.deff if settings.deff is not None else printed[0].deff
    for deff in (1.0, 1.5, 2.0):
        if deff != now:
            yield f"design effect {deff:g}", replace(settings, deff=deff)
    others = {
        (g, b) for evidence in printed for g, bases in evidence.other_bases.items() for b in bases
    }
    for group, base in sorted(others):
        if settings.bases.get(group) != base:
            bases = {**settings.bases, group: base}
            yield f"base of {group} {base}", replace(settings, bases=bases)


def _other_declarations(settings: Settings) -> Iterator[tuple[str, Settings]]:
    if settings.dont_know != "in":
        yield "don't-knows in the base", replace(settings, dont_know="in")
    if settings.dont_know == "in":
        yield "don't-knows out of the base", replace(settings, dont_know="out")
    yield "mildest yes counted as neutral", replace(settings, collapse="weakest_yes_neutral")
    yield "neutral answers out, two stances", replace(settings, collapse="without_neutral")
