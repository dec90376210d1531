"""What `run.py` measured, as figures for docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from figures import Figure, at_most, below, faster
from page import ASSESS_TARGET, NOTHING_HEAVY, REPORTS_TARGET, SVY_BY, TABLE_TARGETS, Page
from replication import TARGET as REPLICATES_TARGET
from scale import GROWTH_TARGET, KINDS, MANY, MANY_TARGET, MEMORY_TARGET
from survey_tables import GROUPS
from weights import TARGET as RAKING_TARGET

COUNTS = "licet compiled"
"""The path that the targets of many people and groups speak of."""


def survey_told(page: Page) -> list[str]:
    """Versions, what was left out, and how well figures agree."""
    here = [page.versions[name] for name in ("R",) if name in page.versions]
    here += [f"svy {page.versions['svy']}"] if "svy" in page.versions else []
    return [
        f"Peers: {', '.join(here) or 'none'}.",
        *(f"Left out: {sentence}" for sentence in page.missing),
        f"{page.compared:,} estimates and standard errors were compared with the peers': the largest "
        f"difference is {page.worst:.1g} of the figure.",
    ]


def survey_figures(page: Page) -> list[Figure]:
    """Every figure of a run, in the order of measuring."""
    return [*_tables(page), *_scale(page), *_replicates(page), *_raking(page), *_assess(page)]


def _tables(page: Page) -> Iterator[Figure]:
    for (rows, shape), times in page.tables.items():
        mine = [one for one in times if one.name in TABLE_TARGETS]
        for other in times if rows == page.rows else ():
            if other.name in {"R", "svy", SVY_BY}:
                call = {"R": shape.r, "svy": shape.svy}.get(other.name, "")
                peer = f"{other.name} ({call})" if call else other.name
                for one in mine:
                    least = TABLE_TARGETS[one.name]
                    what = f"{shape.title}, {one.name}"
                    yield faster(what, median(one.wall), peer, median(other.wall), least)


def _scale(page: Page) -> Iterator[Figure]:
    if page.scale is None:
        return
    few, many = f"{page.scale.few:,} answers", f"{page.scale.many:,} answers"
    for pairs, what, peer, most in (
        (page.scale.people, many, few, GROWTH_TARGET),
        (page.scale.groups, f"{MANY} groups", f"{GROUPS} groups", MANY_TARGET),
    ):
        for (path, shape), (small, large) in pairs.items():
            wanted = most if path == COUNTS else None
            told = f"{what}, {KINDS[shape]}, {path}"
            yield at_most(told, median(large.wall), peer, median(small.wall), wanted)
    for path, held in page.scale.memory.items():
        wanted = MEMORY_TARGET if path == COUNTS else None
        yield below(f"most memory held, {many}, {path}", held, "MB", wanted)


def _replicates(page: Page) -> Iterator[Figure]:
    times = page.replication.times if page.replication else {}
    for name in ("R", "svy"):
        for path in ("licet", COUNTS):
            if name in times and path in times:
                least = REPLICATES_TARGET if (name, path) == ("R", "licet") else None
                ours, theirs = (median(times[one].wall) for one in (path, name))
                yield faster(f"80 replicate weights, {path}", ours, name, theirs, least)


def _raking(page: Page) -> Iterator[Figure]:
    if page.weights is not None and page.weights.svy is not None:
        ours, theirs = median(page.weights.licet.wall), median(page.weights.svy.wall)
        yield faster("raking to four margins", ours, "svy", theirs, RAKING_TARGET)


def _assess(page: Page) -> Iterator[Figure]:
    r = next((runs for runs in page.assess if runs.name == "R"), None)
    for runs in page.assess:
        if r is not None and runs is not r:
            most = REPORTS_TARGET if "all reports" in runs.name else ASSESS_TARGET
            what = f"{runs.name}, processor time"
            yield at_most(what, median(runs.cpu), "R's script", median(r.cpu), most)
    if page.heavy:
        loaded = set(page.heavy.get("licet", ())) | set(page.heavy.get("import licet", ()))
        heavy = sorted(loaded & NOTHING_HEAVY)
        told = ", ".join(heavy) or "nothing heavy"
        yield Figure(
            "`licet` and `import licet` load", told, "", "", "", "nothing heavy", not heavy
        )
