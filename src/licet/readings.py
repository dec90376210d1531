"""Evidence to readings: what one fieldwork says of each item in each group, under stated settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from licet.errors import BadInput, bad, counted, unknown
from licet.evidence import Collapse, Evidence, Item
from licet.groups import ALL
from licet.licence import Measure, Share
from licet.published import Assumptions, measure_printed
from licet.survey.intervals import METHODS, IntervalMethod

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from licet.survey.answers import Answers
    from licet.survey.shares import Shares
    from licet.survey.totals import Column

LEVEL = 0.95
"""Of the intervals by which verdicts are judged, two-sided."""

CollapseChoice = Literal["declared", "weakest_yes_neutral", "without_neutral"]
"""As declared; the mildest permitting option counted as neutral; neutral answers out of the base."""


@dataclass(frozen=True)
class Settings:
    """How measures are made: what sensitivity analysis varies.

    deff, bases: for printed figures, None or empty takes what the evidence states. dont_know:
    None takes each item's base rule. confidence: of the interval that a grant needs, 0.95 or more;
    what is absent or refused is always judged at 0.95, so that asking for more never unblocks.
    threshold: fewest people that a share shown may stand for; 0 leaves disclosure control out, where
    nothing is to be shown.
    """

    method: IntervalMethod = "korn-graubard"
    confidence: float = LEVEL
    deff: float | None = None
    bases: Mapping[str, int] = field(default_factory=dict)
    dont_know: Literal["in", "out"] | None = None
    collapse: CollapseChoice = "declared"
    threshold: int = 10

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise unknown("interval method", self.method, METHODS)
        if not LEVEL <= self.confidence < 1:
            raise bad(f"a confidence of {self.confidence}", "confidence", f"{LEVEL} to below 1")
        if self.deff is not None and not 1 <= self.deff <= 100:
            allowed = "1 (simple random sample) to 100"
            raise bad(f"a design effect of {self.deff:g}", "deff", allowed)

    @property
    def level(self) -> float:
        """The confidence level of every interval shown."""
        return LEVEL


@dataclass(frozen=True)
class Reading:
    """What one fieldwork says. measures: by (item id, group id); absent where nobody answered.

    k: stances of each item as measured. notes: what had to be assumed, one sentence each.
    """

    evidence: Evidence
    measures: Mapping[tuple[str, str], Measure]
    k: Mapping[str, int]
    settings: Settings
    notes: tuple[str, ...] = ()


def read(evidence: Evidence, answers: Answers | None, settings: Settings = Settings()) -> Reading:
    """Measure every item of the evidence in the whole sample and every group."""
    if evidence.printed is not None:
        return _read_printed(evidence, settings)
    if answers is None:
        raise ValueError(f"evidence {evidence.id!r} needs its answers")
    return _read_answers(evidence, answers, settings)


def _read_printed(evidence: Evidence, settings: Settings) -> Reading:
    assert evidence.printed is not None
    deff = evidence.printed.deff if settings.deff is None else settings.deff
    assumptions = Assumptions(deff, settings.bases, settings.method, settings.level)
    measures = measure_printed(evidence.figures, assumptions)
    if settings.confidence > settings.level:
        firmer = measure_printed(evidence.figures, replace(assumptions, level=settings.confidence))
        measures = {key: _firm(m, firmer[key].permits) for key, m in measures.items()}
    notes = [
        f"Design effect {deff:g} assumed: printed figures carry none.",
        "A printed integer stands for half a point each way.",
    ]
    for group, base in sorted(settings.bases.items()):
        notes.append(
            f"{evidence.group_label(group)}: {counted(base, 'person', 'people')}, as given by hand."
        )
    k = {item.id: _printed_k(item, measures) for item in evidence.items}
    return Reading(evidence, measures, k, settings, (*notes, *_asked_more(settings)))


def _printed_k(item: Item, measures: Mapping[tuple[str, str], Measure]) -> int:
    """k as declared, or two where those for and against make up everybody."""
    everybody = measures.get((item.id, ALL))
    if everybody is None or everybody.permits is None or everybody.opposes is None:
        return item.k
    both = everybody.permits.point + everybody.opposes.point
    return 2 if item.k == 3 and both >= 0.995 else item.k


def _firm(measure: Measure, permits: Share | None) -> Measure:
    """The measure with the lower bound of its permitting share at a higher confidence."""
    if measure.permits is None or permits is None:
        return measure
    return replace(measure, permits=replace(measure.permits, firm_low=permits.low))


def _asked_more(settings: Settings) -> tuple[str, ...]:
    if settings.confidence <= settings.level:
        return ()
    return (
        f"The workspace grants only where the {100 * settings.confidence:g} % interval allows it.",
    )


def stances_of(item: Item, settings: Settings) -> tuple[Collapse, bool]:
    """The collapse under the settings, and whether don't-knows are in the base."""
    assert item.collapse is not None
    collapse = item.collapse
    if settings.collapse == "weakest_yes_neutral" and len(collapse.permits) > 1:
        collapse = Collapse(
            permits=collapse.permits[:-1],
            neutral=(*collapse.neutral, collapse.permits[-1]),
            opposes=collapse.opposes,
            dont_know=collapse.dont_know,
            outside=collapse.outside,
        )
    elif settings.collapse == "without_neutral" and collapse.neutral and collapse.opposes:
        collapse = Collapse(
            permits=collapse.permits,
            opposes=collapse.opposes,
            dont_know=collapse.dont_know,
            outside=(*collapse.outside, *collapse.neutral),
        )
    return collapse, (settings.dont_know or item.dont_know) == "in"


def _read_answers(evidence: Evidence, answers: Answers, settings: Settings) -> Reading:
    from licet.disclosure import breakdowns
    from licet.survey.matrix import domains_by_mask, masks_of, overlaps
    from licet.survey.shares import shares
    from licet.weighting.declaring import design_of

    declared = evidence.design
    assert declared is not None
    answers = sample_of(evidence, answers)
    frame = answers.without_missing()
    place = f"evidence {evidence.id!r}"
    try:
        design = design_of(declared, frame)
        domains = domains_by_mask(masks_of(frame, {g.id: g.expression for g in evidence.groups}))
        stances = {item.id: stances_of(item, settings) for item in evidence.items}
        columns, k = [], {}
        for item in evidence.items:
            column, k[item.id] = stance_column(answers, item, *stances[item.id])
            columns.append(column)
    except BadInput as error:
        raise error.within(place) from None
    results = shares(design, columns, domains.groupings)
    shown = [(d, domains.label[d]) for d, show in enumerate(domains.shown) if show]
    apart = breakdowns(overlaps(design, domains)[1::2, 1::2]) if settings.threshold else []
    measures = _measures(evidence, results, shown, settings, apart)
    notes = (*design.notes, *answers.notes, *_asked_more(settings))
    return Reading(evidence, measures, k, settings, notes)


def check_design(evidence: Evidence, answers: Answers) -> None:
    """Refuse a design that its columns do not bear out: scales, lonely PSUs, populations, margins."""
    from licet.weighting.declaring import design_of

    if evidence.design is not None:
        design_of(evidence.design, sample_of(evidence, answers).without_missing())


def sample_of(evidence: Evidence, answers: Answers) -> Answers:
    """The answers without the people of another wave: see ``Answers.in_sample``."""
    design = evidence.design
    if design is None:
        return answers
    asked = [item.column or item.id for item in evidence.items]
    return answers.in_sample(design.weight, design.columns, asked)


def stance_column(
    answers: Answers, item: Item, collapse: Collapse, dont_know: bool
) -> tuple[Column, int]:
    """The item as codes: 0 permits, 1 opposes, 2 neutral or don't know in the base; and k.

    Where neither the codebook nor the file lists the options as asked, a stance that nobody took does
    not count: an option that was never offered cannot lower the line.
    """
    import numpy as np

    from licet.survey.coding import code_column
    from licet.survey.matrix import column_of
    from licet.survey.totals import Column

    coded = code_column(column_of(answers.frame, item.column or item.id))
    codes = dict.fromkeys(collapse.permits, 0)
    codes |= dict.fromkeys(collapse.opposes, 1)
    codes |= dict.fromkeys(collapse.neutral, 2)
    codes |= dict.fromkeys(collapse.dont_know, 2 if dont_know else -1)
    lookup = np.array([*(codes.get(level, -1) for level in coded.levels), -1], dtype=np.int8)
    if item.options or answers.options.get(item.column or item.id):
        return Column(lookup[coded.codes], 3), collapse.k
    given = set(coded.levels)
    others = (collapse.neutral, collapse.opposes)
    k = 1 + sum(bool(given.intersection(options)) for options in others)
    return Column(lookup[coded.codes], 3), max(k, 2)


def _measures(
    evidence: Evidence,
    results: Shares,
    shown: Sequence[tuple[int, str]],
    settings: Settings,
    apart: Sequence[Sequence[int]],
) -> dict[tuple[str, str], Measure]:
    """Measures from estimates; a group in which nobody answered has none.

    apart: sets of groups, by place, of which no two share anybody.
    """
    import numpy as np

    from licet.survey.intervals import effective_base, interval

    p, se, n, df = results.estimate, results.se, results.n, results.df
    if settings.method == "korn-graubard":
        base = effective_base(p, se, n, df, settings.level)
    else:
        logit = settings.method == "logit"
        base = results.logit_base if logit else np.minimum(results.effective_base, n)
    worth = base
    low, high = interval(p, base, method=settings.method, level=settings.level, df=df)
    bounds = np.stack([p, low, high], axis=-1)
    firm = None
    if settings.confidence > settings.level:
        if settings.method == "korn-graubard":
            base = effective_base(p, se, n, df, settings.confidence)
        firm, _ = interval(p, base, method=settings.method, level=settings.confidence, df=df)
    found: dict[tuple[str, str], Measure] = {}
    for place, item in enumerate(evidence.items):
        first = results.options(place).start
        hidden = _hidden(results.count[:, results.options(place)], apart, settings.threshold)
        opposes = bool(item.collapse and item.collapse.opposes)
        for domain, group in shown:
            if results.n[domain, first] and np.isfinite(p[domain, first]):
                key = (item.id, ALL if domain == 0 else group)
                sides = bounds[domain, first : first + 2]
                effective = float(worth[domain, first])
                measure = _measure(results, domain, first, sides, effective, opposes)
                if firm is not None and measure.permits:
                    low_firm = float(firm[domain, first])
                    measure = _firm(measure, replace(measure.permits, low=low_firm))
                found[key] = replace(measure, hidden=hidden[domain])
    return found


def _hidden(
    counts: NDArray[np.int64], apart: Sequence[Sequence[int]], threshold: int
) -> list[frozenset[str]]:
    """What of one item may not be shown, per domain: stances, and "base" for how many answered.

    counts: shape (domains, 3), people who permit, oppose and are neutral: the whole sample, then
    each group followed by the rest. apart: sets of groups, by place, that share nobody; whoever is
    in none of them belongs to other groups, so that few need to be kept back for their sake.
    """
    import numpy as np

    from licet.disclosure import suppress

    kept = np.flatnonzero(counts.any(axis=0))
    if threshold < 1 or not len(kept):
        return [frozenset()] * len(counts)
    rests = [[row, row + 1] for row in range(1, len(counts), 2)]
    sets = [[1 + 2 * group for group in groups] for groups in apart if len(groups) > 1]
    found = suppress(counts[:, kept], rests, disjoint=sets, threshold=threshold)
    names = np.array([*np.array(["permits", "opposes", "neutral"])[kept], "base"])
    marks = np.column_stack([found.hidden, found.bases])
    return [frozenset(names[row].tolist()) for row in marks]


def _measure(
    result: Shares,
    domain: int,
    option: int,
    bounds: NDArray[np.float64],
    base: float,
    opposes: bool,
) -> Measure:
    """option: that of the permitting share. bounds: shape (2, 3), point, low and high of the

    permitting and of the opposing share.
    """
    permits, against = (Share(*map(float, side)) for side in bounds)
    deff = float(result.deff[domain, option])
    return Measure(
        permits,
        against if opposes else None,
        base=int(result.n[domain, option]),
        effective_base=base,
        deff=deff if deff == deff else None,
        df=float(result.df[domain, option]),
        se=float(result.se[domain, option]),
        count=int(result.count[domain, option]),
    )
