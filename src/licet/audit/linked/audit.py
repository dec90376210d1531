"""The whole linkage audit, from frames: clusters and edges, groups, kinds of error, signs, permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypedDict

import numpy as np
import polars as pl

from licet.audit.linked import breakdowns, given
from licet.audit.linked.judged import Judged, judge
from licet.audit.linked.kinds import FalseKinds, false_kinds
from licet.audit.linked.measured import Measured, measured
from licet.audit.linked.rows import LinkedRows, codes_of, families, grouped, levels_of, places
from licet.audit.linked.totals import pair_totals
from licet.audit.linked.untruthed import OLDEST, Signs, without_truth
from licet.audit.linked.wholly import Wholly, linked_rows, wholly_households, wholly_linked
from licet.audit.people import Codes, Floats, GroupKey
from licet.disclosure import THRESHOLD
from licet.errors import bad
from licet.survey.intervals import check_level

NUMBERS = ("nhs", "upn", "nino")


@dataclass(frozen=True)
class RunRows:
    """A run as frames.

    rows: row, person; and, where known, feed, household, address (a key, never shown), birth, sex, nhs,
    upn, nino, unlinkable (whether a row says too little to be joined), alone (whether its feed has one
    record per person). edges: row_a, row_b, weight (bits) of every kept pair. line: bits from which rows
    may be joined. outside: row, feed and audit-only columns of all rows of the feeds, let in or not.
    elsewhere: feeds that the run has nothing to do with. relatives: person, other, of the truth.
    """

    rows: pl.DataFrame
    edges: pl.DataFrame | None = None
    line: float = 0.0
    outside: pl.DataFrame | None = None
    elsewhere: tuple[str, ...] = ()
    relatives: pl.DataFrame | None = None


@dataclass(frozen=True)
class Asked:
    """What is asked of an audit. by: columns; intersections: columns crossed. level: of intervals.
    threshold: fewest people or pairs that a figure shown may stand for. today: for ages and dates."""

    today: date
    by: tuple[str, ...] = ()
    intersections: tuple[tuple[str, ...], ...] = ()
    draws: int = 2000
    seed: int = 1
    level: float = 0.95
    threshold: int = THRESHOLD


@dataclass(frozen=True)
class LinkageAudit:
    """What is known of a linkage; exact, so nothing of it is shown but through disclosure control.

    rows: of the run; with_truth: of these, those whose person is known; judged: pairs that people looked
    at; standing_for: how many those stand for, 0 where they are no sample. clusters: against truth;
    labels: against judged pairs; signs: without truth. wholly: of people, households and rows. about:
    what is told of the run: use, feeds, how rows were compared.
    """

    asked: Asked
    rows: int
    persons: int
    keys: tuple[GroupKey, ...] = ()
    with_truth: int = 0
    outside: int = 0
    judged: int = 0
    standing_for: float = 0.0
    clusters: Measured | None = None
    labels: Measured | None = None
    kinds: FalseKinds | None = None
    signs: Measured | None = None
    wholly: tuple[Wholly, ...] = ()
    about: Mapping[str, object] = field(default_factory=dict)


def audit_linked(
    run: RunRows,
    asked: Asked,
    *,
    truth: pl.DataFrame | None = None,
    pairs: pl.DataFrame | None = None,
    groups: pl.DataFrame | None = None,
    named: tuple[str, str] = ("truth", "pairs"),
) -> LinkageAudit:
    """Audit a run.

    truth: row, person; household and birth where known; groups. pairs: row_a, row_b, same; with weight
    (and stratum) where they are a sample. groups: row or person, and columns. named: what truth and
    pairs were read from. Raises BadInput with every fault of what was given.
    """
    _checked(asked)
    held = _ordered(run)
    at = {row: place for place, row in enumerate(held.rows["row"].to_list())}
    known = held.outside["row"].cast(pl.String) if held.outside is not None else None
    told = None
    if truth is not None:
        told = given.truth_of(truth, at, known, named[0], held.elsewhere)
    labels = given.judged_of(pairs, at, named[1]) if pairs is not None else None
    facts = _facts(held, told)
    sources = [
        one for one in (told.rows if told else None, groups, held.outside) if one is not None
    ]
    table = breakdowns.columns_by(asked.by, sources, facts, asked.today)
    stage = _Stage(held, asked, facts, table, told)
    found = LinkageAudit(asked, held.rows.height, held.rows["person"].n_unique())
    found = replace(found, signs=stage.signs(), wholly=stage.wholly())
    found = replace(found, keys=stage.rows(stage.inside).keys)
    if labels is not None:
        found = stage.with_labels(found, labels)
    return stage.with_truth(found) if told else found


def _checked(asked: Asked) -> None:
    check_level(asked.level)
    if asked.draws < 100:
        raise bad(f"{asked.draws} draws", "draws", "100 or more", "2000 is usual")
    if len(set(asked.by)) < len(asked.by):
        raise bad("a column is named twice", "--by", "each column once")


def _ordered(run: RunRows) -> RunRows:
    """Rows in the order of their ids. Refuses rows that stand twice or have no person."""
    missing = [name for name in ("row", "person") if name not in run.rows.columns]
    if missing:
        raise bad(f"the column {missing[0]!r} is missing", "clusters", "row, person")
    frame = run.rows.with_columns(pl.col("row", "person").cast(pl.String))
    if frame.is_empty():
        raise bad("there is no row in it", "clusters", "a run with rows")
    if frame.select("row", "person").null_count().sum_horizontal().item():
        raise bad("rows or persons are missing", "clusters", "a row and its person in each line")
    if frame["row"].n_unique() < frame.height:
        again = frame.height - frame["row"].n_unique()
        raise bad(f"{again:,} rows stand there again", "clusters", "each row once")
    return replace(run, rows=frame.sort("row"))


_OF_ROWS = ("feed", "household", "birth", "sex", "address")


def _facts(run: RunRows, truth: given.Truth | None) -> pl.DataFrame:
    """Every row that anything is known of: row, inside, person, found, household, birth, sex, feed.

    With truth person and household are true; without it they are those of the run.
    """
    kept = ["row", "person", *(name for name in _OF_ROWS if name in run.rows.columns)]
    rows = run.rows.select(kept).with_columns(found=pl.col("person"), inside=pl.lit(True))
    if run.outside is not None:
        held = [n for n in ("row", "feed") if n in run.outside.columns]
        left = run.outside.select(pl.col(held).cast(pl.String)).unique("row")
        left = left.join(rows, on="row", how="anti").with_columns(inside=pl.lit(False))
        rows = pl.concat([rows, left], how="diagonal_relaxed")
    if truth is not None:
        named = [name for name in ("household", "birth") if name in truth.rows.columns]
        other = truth.rows.select("row", "person", *named)
        if "birth" in named:
            other = other.with_columns(birth=breakdowns.births_of(other))
        if "household" in named:
            other = other.with_columns(pl.col("household").cast(pl.String))
        rows = rows.drop("person", *named, strict=False).join(
            other, on="row", how="left", maintain_order="left"
        )
        if truth.homes is not None:
            rows = rows.join(truth.homes, on="household", how="left", maintain_order="left")
    return rows.sort("inside", "row", descending=[True, False])


class _Chance(TypedDict):
    draws: int
    seed: int
    level: float


@dataclass(frozen=True)
class _Stage:
    """A run, what is known of its rows (in one order), and their groups."""

    run: RunRows
    asked: Asked
    facts: pl.DataFrame
    table: pl.DataFrame
    truth: given.Truth | None

    @property
    def inside(self) -> np.ndarray:
        """Which facts are of rows of the run: the first ones, in the order of the run's rows."""
        return self.facts["inside"].to_numpy()

    @property
    def known(self) -> np.ndarray:
        """Which of them have a person in the truth."""
        return self.facts["person"].is_not_null().to_numpy()

    @property
    def chance(self) -> _Chance:
        """How families are drawn anew."""
        return {"draws": self.asked.draws, "seed": self.asked.seed, "level": self.asked.level}

    @property
    def feed(self) -> Codes:
        """The feed of each fact, one for all where none is known."""
        if "feed" not in self.facts.columns:
            return np.zeros(self.facts.height, np.int64)
        return codes_of(self.facts["feed"])

    def rows(self, keep: np.ndarray) -> LinkedRows:
        """Some of the facts as arrays, with the edges between them."""
        facts, table = (frame.filter(pl.Series(keep)) for frame in (self.facts, self.table))
        person = codes_of(facts["person"])
        alone = np.arange(len(person)) + int(person.max(initial=0)) + 1
        whose = np.where(person >= 0, person, alone)
        persons = [name for name in self.asked.by if name != "feed"]
        levels = levels_of(table, whose, persons)
        levels = {
            **levels,
            **levels_of(table, np.arange(len(person)), ["feed"] * ("feed" in self.asked.by)),
        }
        levels = {name: levels[name] for name in self.asked.by}
        keys, member = grouped(levels, self.asked.intersections)
        a, b, _ = self._edges(keep, self.run.line)
        home = facts["household"] if "household" in facts.columns else None
        return LinkedRows(
            codes_of(facts["found"]),
            person if self.truth is not None else None,
            codes_of(home) if home is not None else np.full(len(person), -1, np.int64),
            _days(facts),
            a,
            b,
            keys,
            member if keys else np.zeros((len(person), 0), np.int8),
        )

    def _edges(self, keep: np.ndarray, least: float) -> tuple[Codes, Codes, Floats]:
        """Kept pairs of at least so many bits, both of whose rows are kept, as places among these."""
        nothing = np.zeros(0, np.int64)
        if self.run.edges is None or self.run.edges.is_empty():
            return nothing, nothing, np.zeros(0)
        place = np.full(len(keep), -1, np.int64)
        place[keep] = np.arange(int(keep.sum()))
        at = dict(zip(self.facts["row"].to_list(), place.tolist(), strict=True))
        strong = self.run.edges.filter(pl.col("weight") >= least)
        a, b = (places(at, strong[name], "edges") for name in ("row_a", "row_b"))
        both = (a >= 0) & (b >= 0)
        return a[both], b[both], strong["weight"].to_numpy()[both]

    def signs(self) -> Measured:
        """What can be said without truth, of all rows of the run; groups of the truth's people."""
        rows = self.rows(self.inside)
        held = self.run.rows
        a, b, weight = self._edges(self.inside, -np.inf)
        alone = held["alone"].to_numpy() if "alone" in held.columns else np.zeros(len(rows), bool)
        lost = held["unlinkable"].to_numpy() if "unlinkable" in held.columns else None
        signs = Signs(
            self.feed[self.inside],
            alone,
            _impossible(held, self.asked.today),
            lost,
            {name: codes_of(held[name]) for name in NUMBERS if name in held.columns},
            a,
            b,
            1 / (1 + np.exp2(-weight)),
        )
        born = _days(held)
        return without_truth(replace(rows, born=born), signs, **self.chance)

    def wholly(self) -> tuple[Wholly, ...]:
        """Permission times linkage, of rows; with truth, of people and households too."""
        if self.run.outside is None:
            return ()
        every = self.rows(np.ones(self.facts.height, bool))
        let_in = self.inside.astype(np.int64)
        found = [linked_rows(replace(every, true=None), let_in, self.feed, **self.chance)]
        if self.truth is not None:
            kept = self.known
            some, told = self.rows(kept), let_in[kept]
            found.append(wholly_linked(some, told, **self.chance))
            homes = wholly_households(some, told, **self.chance)
            found += [homes] if homes else []
        return tuple(found)

    def with_labels(self, found: LinkageAudit, labels: Judged) -> LinkageAudit:
        """With what judged pairs say."""
        rows = replace(self.rows(self.inside), true=None)
        said = judge(rows, labels, **self.chance)
        stands = float(labels.weight.sum()) if labels.drawn else 0.0
        return replace(found, labels=said, judged=len(labels.a), standing_for=stands)

    def with_truth(self, found: LinkageAudit) -> LinkageAudit:
        """With what truth says: of clusters, of edges, and of the kinds of false pairs."""
        assert self.truth is not None
        rows = self.rows(self.inside & self.known)
        totals = pair_totals(rows, families(rows))
        said = measured(
            totals, totals.drawn(self.asked.draws, self.asked.seed), level=self.asked.level
        )
        if self.run.edges is None:
            said = replace(
                said,
                rates=tuple(one for one in said.rates if not one.measure.startswith("edge_")),
                gaps=tuple(one for one in said.gaps if not one.measure.startswith("edge_")),
            )
        return replace(
            found,
            keys=rows.keys,
            with_truth=len(rows),
            outside=self.truth.outside,
            clusters=said,
            kinds=false_kinds(replace(rows, household=self._homes()), self._relatives()),
        )

    def _homes(self) -> Codes:
        """Who lives together, of the rows that are measured: by the truth, else by the rows' addresses.

        Never by the run's households: rows of one cluster are always in one of these.
        """
        assert self.truth is not None
        facts = self.facts.filter(pl.Series(self.inside & self.known))
        if "household" in self.truth.rows.columns:
            return codes_of(facts["household"])
        if "address" in facts.columns:
            return codes_of(facts["address"])
        return np.full(facts.height, -1, np.int64)

    def _relatives(self) -> tuple[Codes, Codes] | None:
        """Related persons, as codes of the persons among the rows that are measured."""
        if self.run.relatives is None:
            return None
        kept = self.facts.filter(pl.Series(self.inside & self.known))["person"]
        code = dict(zip(kept.to_list(), codes_of(kept).tolist(), strict=True))
        pairs = self.run.relatives.select(pl.col("person", "other").cast(pl.String))
        ends = pairs.select(
            pl.col(name).replace_strict(code, default=-1, return_dtype=pl.Int64)
            for name in pairs.columns
        ).filter((pl.col("person") >= 0) & (pl.col("other") >= 0))
        return ends["person"].to_numpy(), ends["other"].to_numpy()


def _days(frame: pl.DataFrame) -> Floats:
    """Dates of birth in days since 1970; NaN where not known."""
    born = breakdowns.births_of(frame)
    if born is None:
        return np.full(frame.height, np.nan)
    return born.to_physical().cast(pl.Float64).fill_null(np.nan).to_numpy()


def _impossible(frame: pl.DataFrame, today: date) -> np.ndarray:
    """Rows with a date of birth after today, or so long ago that nobody lives."""
    born = breakdowns.births_of(frame)
    if born is None:
        return np.zeros(frame.height, bool)
    first = date(today.year - OLDEST, 1, 1)
    return ((born > today) | (born < first)).fill_null(False).to_numpy()
