"""What a run says of itself: counts under disclosure control, and never a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from licet.chapters.joining import least_weight, with_persons
from licet.chapters.linked_shares import side_by_side, unlinkables
from licet.disclosure.counts import shown_count
from licet.linkage.measures import bridges, cluster_sizes
from licet.permission.reach import ROW_REASONS
from licet.survey.intervals import interval

if TYPE_CHECKING:
    from licet.chapters.admitting import Admitted
    from licet.chapters.grounds import PermittedGround
    from licet.chapters.releasing import Made
    from licet.feeds.contract import Feed

SIZES = (1, 2, 3, 4, 5, 6)
"""Sizes of persons and households that are told apart; the last stands for itself and more."""


def run_report(
    ground: PermittedGround, admitted: Admitted, made: Made, seconds: float
) -> dict[str, Any]:
    """The report of a run as plain values. ``counts`` are exact and stay inside; all else is shown.

    Proportions are 0-1, match weights in bits.
    """
    threshold = ground.assessment.terms.threshold
    line = least_weight(ground.spec.link_above)
    strong = made.edges.at_least(line)
    told = with_persons(admitted.rows.select("row", "node"), made.people.assigned.membership)
    labels = told.sort("node")["person"]
    codes = labels.rank("dense").cast(pl.Int64).to_numpy() - 1
    homes = made.people.households.homes if made.people.households else None
    counts = _counts(admitted, made, len(strong), homes)
    return {
        **_terms(ground),
        "seconds": round(seconds, 1),
        "counts": counts,
        "shown": {name: shown_count(count, threshold) for name, count in counts.items()},
        "feeds": [_feed(admitted, feed, threshold) for feed in admitted.feeds],
        "changes": _changes(admitted, threshold),
        "excluded": _shown(admitted.excluded, threshold),
        "by_group": _by_group(admitted, threshold),
        "reasons": dict(ROW_REASONS),
        "reach": _reach(admitted, threshold),
        "person_sizes": _sizes(dict(cluster_sizes(codes)), threshold),
        "household_sizes": _sizes(_household_sizes(homes), threshold),
        "bridges": shown_count(int(bridges(codes, strong.a, strong.b).sum()), threshold),
        "weights": _weights(made.edges.weight, line, threshold),
        "blocks": [
            {"block": list(parts), "pairs": shown_count(pairs, threshold)}
            for parts, pairs in zip(ground.spec.blocks, made.candidates, strict=True)
        ],
        "unlinkables": unlinkables(admitted, made, ground.spec, threshold),
        "permission_linkage": side_by_side(admitted, made, threshold),
        "events": _events(made.people.assigned.events, threshold),
        "parameters": _parameters(made.model.settings),
    }


def _terms(ground: PermittedGround) -> dict[str, Any]:
    """What was allowed, by whom, until when, and how rows are compared."""
    use, permit = ground.use, ground.permit
    return {
        "use": use.id,
        "title": use.title,
        "version": use.version,
        "controller": use.controller,
        "about": _about(ground),
        "day": ground.today.isoformat(),
        "heading": permit.heading,
        "floor": permit.floor,
        "expires": permit.expires.isoformat(),
        "synthetic": bool(ground.assessment.synthetic)
        or any(feed.synthetic for _, feed in ground.feeds),
        "threshold": ground.assessment.terms.threshold,
        "specification": ground.spec.model_dump(mode="json"),
    }


def _counts(
    admitted: Admitted, made: Made, joining: int, homes: pl.DataFrame | None
) -> dict[str, int]:
    """Exact counts of a run."""
    left_out = int(admitted.excluded["rows"].sum() or 0)
    return {
        "rows_read": admitted.rows.height + left_out,
        "rows_permitted": admitted.rows.height,
        "rows_left_out": left_out,
        "pairs_compared": sum(made.candidates),
        "edges_kept": len(made.edges),
        "edges_joining": joining,
        "persons": made.people.assigned.membership["person"].n_unique(),
        "persons_of_several_feeds": _of_several(admitted, made),
        "households": homes["household"].n_unique() if homes is not None else 0,
        "relationships": made.people.resolved.relationships.height,
    }


def report_files(report: Mapping[str, Any]) -> dict[str, str]:
    """The files of the report, by name. Exact counts are not in them."""
    from licet.report.linkage.page import page

    public = {name: value for name, value in report.items() if name != "counts"}
    data = json.dumps(public, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return {"report.json": data, "report.html": page(public)}


def _of_several(admitted: Admitted, made: Made) -> int:
    rows = with_persons(admitted.rows.select("row", "source"), made.people.assigned.membership)
    several = pl.col("source").min() != pl.col("source").max()
    return int(rows.group_by("person").agg(several=several)["several"].sum())


def _shown(excluded: pl.DataFrame, threshold: int) -> list[dict[str, Any]]:
    return [
        {"feed": feed, "reason": reason, "rows": shown_count(rows, threshold)}
        for feed, reason, rows in excluded.iter_rows()
    ]


def _by_group(admitted: Admitted, threshold: int) -> list[dict[str, Any]]:
    """The share of each group's rows that were let in, where the group is large enough to show."""
    told = admitted.by_group.group_by("feed", "column", "group").agg(
        rows=pl.col("rows").sum(),
        permitted=pl.col("rows").filter(pl.col("reason") == "permitted").sum(),
    )
    found = []
    for feed, column, group, rows, permitted in told.sort("feed", "column", "group").iter_rows():
        share = rounded_share(permitted, rows, threshold)
        low, high = share.interval if share else (None, None)
        found.append(
            {
                "feed": feed,
                "column": column,
                "group": group,
                "rows": shown_count(rows, threshold),
                "permitted": round(share.share, 2) if share else None,
                "low": round(low, 2) if low is not None else None,
                "high": round(high, 2) if high is not None else None,
            }
        )
    return found


@dataclass(frozen=True)
class RoundedShare:
    """A share worked out from counts as they are shown, so that it tells no more than they do."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """The share, 0-1."""
        return self.part / self.whole

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval, 0-1."""
        return _between(self.part, self.whole)


def rounded_share(part: int, whole: int, threshold: int) -> RoundedShare | None:
    """The share that may be shown; None where the part, or what is left of the whole, is too small."""
    shown, all_shown = shown_count(part, threshold), shown_count(whole, threshold)
    if not all_shown or shown is None or shown_count(whole - part, threshold) is None:
        return None
    return RoundedShare(all_shown if part == whole else min(shown, all_shown), all_shown)


def _about(ground: PermittedGround) -> dict[str, Any]:
    """What the use says of itself that a reader of the run must know, words of the vocabulary as ids."""
    use = ground.use
    return {
        "summary": use.summary,
        "services": list(use.services),
        "purpose": use.purpose,
        "processor": use.operator,
        "contact": use.contact,
        "appeals": use.appeals,
        "retention": use.retention,
        "rollback": use.rollback,
        "lawful_basis": use.lawful_basis,
    }


def _feed(admitted: Admitted, feed: Feed, threshold: int) -> dict[str, Any]:
    """What the provider of a feed has to disclose, and how many of its rows were let in."""
    permitted = admitted.rows.filter(pl.col("feed") == feed.id).height
    left_out = int(admitted.excluded.filter(pl.col("feed") == feed.id)["rows"].sum() or 0)
    return {
        "feed": feed.id,
        "service": feed.service,
        "title": feed.title,
        "owner": feed.owner,
        "extract": feed.extract.isoformat(),
        "period": feed.period,
        "population": feed.population,
        "known_faults": list(feed.known_faults),
        "alone": feed.one_record_per_person,
        "read": shown_count(permitted + left_out, threshold),
        "permitted": shown_count(permitted, threshold),
    }


def _changes(admitted: Admitted, threshold: int) -> list[dict[str, Any]]:
    """What standardisation changed before anything was compared, by feed."""
    return [
        {
            "feed": name,
            "field": one["field"],
            "what": one["meaning"],
            "rows": shown_count(one["rows"], threshold),
        }
        for name, frame in sorted(admitted.changes.items())
        for one in frame.select("field", "meaning", "rows").to_dicts()
    ]


def _reach(admitted: Admitted, threshold: int) -> dict[str, Any]:
    """How often details alone reach the row of a person whose record number is known.

    Where few rows were missed, their number is kept back: the rate is then told only by an upper end
    that would hold for any number below the threshold.
    """
    known = admitted.known
    told: dict[str, Any] = {"compared": shown_count(known, threshold)}
    for name, missed in (
        ("refusal_missed", known - admitted.found),
        ("grant_missed", known - admitted.reached),
    ):
        share = rounded_share(missed, known, threshold)
        low, high = share.interval if share else (0.0, _most(known, threshold))
        told |= {
            name: round(share.share, 4) if share else None,
            f"{name}_low": round(low, 4),
            f"{name}_high": round(high, 4),
        }
    return told


def _most(known: int, threshold: int) -> float:
    """The upper end that holds for any number missed below the threshold."""
    shown = shown_count(known, threshold)
    return _between(threshold - 1, shown)[1] if shown else 1.0


def _household_sizes(homes: pl.DataFrame | None) -> dict[int, int]:
    if homes is None or homes.is_empty():
        return {}
    sizes = homes.group_by("household").agg(n=pl.col("person").n_unique())["n"].value_counts()
    return dict(sizes.iter_rows())


def _sizes(sizes: Mapping[int, int], threshold: int) -> list[dict[str, Any]]:
    last = SIZES[-1]
    folded = dict.fromkeys(SIZES, 0)
    for size, count in sizes.items():
        folded[min(int(size), last)] += int(count)
    return [
        {
            "size": f"{size} or more" if size == last else str(size),
            "count": shown_count(n, threshold),
        }
        for size, n in folded.items()
    ]


def _weights(weights: np.ndarray, line: float, threshold: int) -> dict[str, Any]:
    """How many kept edges have which match weight, in steps of two bits."""
    if not len(weights):
        return {"line": round(line, 2), "bins": []}
    edges = np.arange(np.floor(weights.min() / 2) * 2, weights.max() + 2.001, 2.0)
    found, _ = np.histogram(weights, edges)
    return {
        "line": round(line, 2),
        "bins": [
            {"from": float(low), "to": float(low + 2), "edges": shown_count(int(n), threshold)}
            for low, n in zip(edges[:-1], found, strict=True)
        ],
    }


def _events(events: pl.DataFrame, threshold: int) -> dict[str, int | None]:
    counts = events["kind"].value_counts()
    return {kind: shown_count(int(n), threshold) for kind, n in sorted(counts.iter_rows())}


def _parameters(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every level of the model with its chances: m among the same person, u among two, 0-1."""
    found = []
    for comparison in settings.get("comparisons", []):
        for level in comparison.get("comparison_levels", []):
            if level.get("is_null_level"):
                continue
            m, u = level.get("m_probability"), level.get("u_probability")
            found.append(
                {
                    "comparison": comparison.get("output_column_name"),
                    "level": level.get("label_for_charts"),
                    "m": m,
                    "u": u,
                    "weight": float(np.log2(m / u)) if m and u else None,
                }
            )
    return found


def _between(part: int, whole: int) -> tuple[float, float]:
    """Wilson's interval of a share, 0-1."""
    if not whole:
        return 0.0, 1.0
    low, high = interval(part / whole, whole, method="wilson")
    return float(low), float(high)
