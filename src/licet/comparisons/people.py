"""Answers made ready to compare: the design, who is in which group, and who permits what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from licet.comparisons.rules import Request
from licet.errors import BadInput, bad
from licet.evidence import LICENCE_KINDS, Evidence
from licet.groups import ALL
from licet.readings import Settings, sample_of, stance_column, stances_of
from licet.survey.design import Design
from licet.survey.estimates import Outcome

if TYPE_CHECKING:
    import polars as pl

    from licet.survey.answers import Answers

Flags = NDArray[np.bool_]
Codes = NDArray[np.integer]
Domain = tuple[str, str]
"""A group and the side of it meant: ``in`` or ``rest``."""

EVERYBODY: Domain = (ALL, "in")


@dataclass(frozen=True)
class People:
    """n people, what they answered, and in which domains they are.

    stances: by item, shape (n,): 0 permits, 1 opposes, 2 neutral, -1 outside the base. members: by
    domain, shape (n,), the whole sample first, every group followed by its rest; people of unknown
    membership are in neither. waves: by name, in order; none where everybody answered once.
    """

    evidence: Evidence
    design: Design
    stances: Mapping[str, Codes]
    members: Mapping[Domain, Flags]
    waves: Mapping[str, Flags]
    notes: tuple[str, ...] = ()

    @property
    def now(self) -> str:
        """The last wave; empty where there are none."""
        return list(self.waves)[-1] if self.waves else ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the evidence."""
        return tuple(group.id for group in self.evidence.groups)

    def inside(self, domain: Domain, wave: str = "") -> Flags:
        """Who is in a domain, in one wave."""
        found = self.members[domain]
        return found & self.waves[wave] if wave else found

    def outcomes(self, items: Sequence[str], stance: int = 0) -> list[Outcome]:
        """1 for those who take the stance, 0 for the others, NaN outside the base."""
        return [
            Outcome(item, np.where(codes >= 0, (codes == stance).astype(np.float64), np.nan))
            for item in items
            for codes in (self.stances[item],)
        ]

    def shown(self, wave: str, threshold: int) -> dict[tuple[str, Domain], bool]:
        """Whether the permitting share of each item in each domain may be shown."""
        return _shown(self, wave, threshold)


def people_of(evidence: Evidence, answers: Answers, settings: Settings, request: Request) -> People:
    """The people of an evidence. Raises BadInput for columns that do not fit."""
    from licet.survey.matrix import column_of, masks_of
    from licet.weighting.declaring import design_of

    assert evidence.design is not None
    answers = sample_of(evidence, answers)
    frame = answers.without_missing()
    declared = evidence.design
    if request.person and not declared.psu and not declared.replicates:
        declared = declared.model_copy(update={"psu": request.person})
    try:
        waves = _waves(column_of(frame, request.wave)) if request.wave else {}
        if waves and not (declared.psu or declared.replicates):
            raise _nobody_named(request)
        design = design_of(declared, frame)
        masks = masks_of(frame, {g.id: g.expression for g in evidence.groups})
        stances = {
            item.id: stance_column(answers, item, *stances_of(item, settings))[0].codes
            for item in evidence.items
        }
    except BadInput as error:
        raise error.within(f"evidence {evidence.id!r}") from None
    members: dict[Domain, Flags] = {EVERYBODY: np.ones(frame.height, dtype=np.bool_)}
    for group, mask in masks.items():
        members[group, "in"] = mask.fill_null(False).to_numpy()
        members[group, "rest"] = (~mask).fill_null(False).to_numpy()
    for item in evidence.items:
        if item.kind == "awareness":
            members[item.id, "knows"] = stances[item.id] == 0
            members[item.id, "does not know"] = stances[item.id] > 0
    return People(evidence, design, stances, members, waves, (*design.notes, *answers.notes))


def _nobody_named(request: Request) -> BadInput:
    return bad(
        "people are in several waves, and nothing says which rows are one person's",
        f"wave {request.wave!r}",
        "clusters (psu), replicate weights, or a column that numbers the people",
        "name that column: --person COLUMN",
    )


def _waves(column: pl.Series) -> dict[str, Flags]:
    from licet.survey.coding import code_column

    coded = code_column(column)
    if len(coded.levels) < 2:
        raise bad(
            f"{len(coded.levels)} wave in the answers",
            f"column {column.name!r}",
            "two waves or more, one below the other",
            "name the column that says which wave a row is of",
        )
    return {level: coded.codes == place for place, level in enumerate(coded.levels)}


def _shown(people: People, wave: str, threshold: int) -> dict[tuple[str, Domain], bool]:
    """By disclosure control of every item: counts of all domains are hidden together."""
    domains = list(people.members)
    weighted = people.design.weights > 0
    rows = np.stack([people.inside(domain, wave) & weighted for domain in domains])
    if threshold < 1:
        return {(item, domain): True for item in people.stances for domain in domains}
    aware = {item.id for item in people.evidence.items if item.kind == "awareness"}
    found: dict[tuple[str, Domain], bool] = {}
    for item in people.evidence.items:
        # Licence and other items by those who know; what people know itself by groups only.
        kept = [
            place
            for place, (name, side) in enumerate(domains)
            if side in ("in", "rest") or (name in aware and item.kind in LICENCE_KINDS)
        ]
        codes = people.stances[item.id]
        counts = np.stack(
            [rows[kept][:, codes == stance].sum(axis=1) for stance in range(3)], axis=1
        )
        visible = _visible(counts, rows[kept], threshold)
        found |= {
            (item.id, domains[place]): bool(show) for place, show in zip(kept, visible, strict=True)
        }
    return found


def _visible(counts: NDArray[np.int64], rows: Flags, threshold: int) -> Flags:
    """Whether the permitting share may be shown, shape (domains,).

    counts: shape (domains, 3), the whole sample, then pairs of a group and its rest. rows: shape
    (domains, n).
    """
    from licet.disclosure import breakdowns, suppress, visible_cell

    alone = np.array([visible_cell(int(row.sum()), int(row[0]), threshold) for row in counts])
    kept = np.flatnonzero(counts.any(axis=0))
    if 0 not in kept:
        return alone
    pairs = [[row, row + 1] for row in range(1, len(counts), 2)]
    first = rows[1::2].astype(np.float32)
    apart = breakdowns(np.rint(first @ first.T).astype(np.int64)) if len(first) else []
    sets = [[1 + 2 * place for place in places] for places in apart if len(places) > 1]
    hidden = suppress(counts[:, kept], [*pairs, *sets], threshold=threshold).hidden[:, 0]
    visible: Flags = ~hidden & alone
    return visible
