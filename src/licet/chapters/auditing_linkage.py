"""The audit of a run: how many matches it missed, how many are wrong, of whom; and pairs for review.

First the run in force follows the ledger to its end, so that nobody who said no is counted in it. Rows
that were left out are counted from the extracts, outside the zone. Nothing that is written holds a row,
a person or a score; only a review file names rows, for the reviewers it is made for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from licet.audit.linked import audit as audits
from licet.audit.linked.audit import Asked, LinkageAudit, RunRows
from licet.audit.linked.given import kind_of, renamed
from licet.audit.linked.sampling import (
    Review,
    draw_sample,
    frame_of_pairs,
    pairs_needed,
    strata_of,
)
from licet.chapters.auditing_runs import Opened, opened
from licet.chapters.given import Linkage
from licet.disclosure import THRESHOLD
from licet.errors import bad
from licet.files.audit_known import key_in, keyed
from licet.files.audit_linkage import read_table, with_key, write_review
from licet.files.frames import rows_of, says_synthetic
from licet.files.reading import shown
from licet.files.workspace import find_workspace
from licet.files.writing import check_folder, write_together

__all__ = [
    "LinkageAudit",
    "Review",
    "audit_linkage",
    "linkage_audit_data",
    "linkage_audit_json",
    "linkage_audit_text",
    "review_sample",
    "review_text",
    "write_linkage_audit",
    "write_review_file",
]

Table = Any
"""A path to CSV or Parquet, or a Polars, pandas or PyArrow table."""
WIDTHS = (0.05, 0.02, 0.01, 0.005)
"""Half widths of intervals for which the sampler says how many pairs they need."""


def audit_linkage(
    run: Table | Linkage,
    *,
    today: date,
    truth: Table | None = None,
    pairs: Table | None = None,
    groups: Table | None = None,
    relatives: Table | None = None,
    edges: Table | None = None,
    everybody: Table | None = None,
    link_above: float = 0.95,
    by: Sequence[str] = (),
    intersections: Sequence[Sequence[str]] = (),
    draws: int = 2000,
    seed: int = 1,
    level: float = 0.95,
    threshold: int = THRESHOLD,
) -> LinkageAudit:
    """Audit a linkage.

    run: the folder of a run, WORKSPACE/USE or the document of a use (its run in force is taken); what
    ``licet.link`` returns; or a table of row and person. truth: row, person (and household, birth,
    groups); or row_a, row_b, same for labelled pairs, with weight (and stratum) for a clerical sample.
    pairs: the latter, beside truth. groups: row or person, and columns. relatives: person and other, of
    the truth. by, intersections: columns, and columns crossed; household_size, age_band, sex and feed are
    worked out where they can be. For tables only: edges: row_a, row_b, weight in bits, joined from
    ``link_above`` (0-1); everybody: row, feed and audit columns of all rows, let in or not.

    Raises BadInput with every fault of what was given, and for a run that is sealed or destroyed.
    """
    asked = Asked(
        today, tuple(by), tuple(tuple(one) for one in intersections), draws, seed, level, threshold
    )
    found = _opened(run, today, edges, everybody, link_above)
    if relatives is not None:
        found = replace(found, rows=replace(found.rows, relatives=_table(relatives)))
    given = {"truth": None, "pairs": None} | {
        name: _table(one) for name, one in (("truth", truth), ("pairs", pairs)) if one is not None
    }
    named = {name: _named(one, name) for name, one in (("truth", truth), ("pairs", pairs))}
    if given["truth"] is not None and kind_of(given["truth"]) != "truth":
        if given["pairs"] is not None:
            raise bad("pairs are given twice", "truth, pairs", "truth by row, and pairs")
        given, named["pairs"] = {"truth": None, "pairs": given["truth"]}, named["truth"]
    _refuse_own(found.rows.rows, given["truth"], named["truth"])
    said = audits.audit_linked(
        found.rows,
        replace(asked, threshold=max(threshold, found.threshold)),
        truth=given["truth"],
        pairs=given["pairs"],
        groups=_table(groups) if groups is not None else None,
        named=(named["truth"], named["pairs"]),
    )
    about = {**found.about, "truth": _told_of(run, given)}
    tables = [one for one in (found.rows.rows, given["truth"], given["pairs"]) if one is not None]
    about["synthetic"] = bool(about.get("synthetic")) or any(map(says_synthetic, tables))
    return replace(said, about=about)


def _refuse_own(rows: pl.DataFrame, truth: pl.DataFrame | None, where: str) -> None:
    """Refuse a truth whose persons are those that the run made: it would find no fault."""
    if truth is None or not {"row", "person"} <= set(rows.columns):
        return
    held = rows.select(pl.col("row").cast(pl.String), made=pl.col("person").cast(pl.String))
    other = renamed(truth).select(pl.col("row", "person").cast(pl.String))
    both = held.join(other, on="row").drop_nulls()
    if both.height and (both["made"] == both["person"]).all():
        raise bad("every person in it is the one that the run made", where,
                  "persons as they are known from elsewhere", "bring other truth")  # fmt: skip


def _told_of(run: Table | Linkage, given: Mapping[str, pl.DataFrame | None]) -> dict[str, Any]:
    """What is kept of truth and pairs: how many rows, and in a workspace their keyed hash."""
    tables = {name: one for name, one in given.items() if one is not None}
    told: dict[str, Any] = {f"{name}_rows": one.height for name, one in tables.items()}
    workspace = find_workspace(Path(run)) if isinstance(run, str | Path) else None
    if workspace is not None and tables:
        key = key_in(workspace.root / "store" / "audits")
        key.keep()
        told["hash"] = keyed(pl.concat(tables.values(), how="diagonal_relaxed"), key)
    return told


def _opened(
    run: Table | Linkage, today: date, edges: Table, everybody: Table, link_above: float
) -> Opened:
    """A run, from wherever it is."""
    from licet.chapters.joining import least_weight

    if isinstance(run, str | Path):
        if edges is not None or everybody is not None:
            raise bad("a run on disk has its own edges and feeds", "run", "tables beside tables")
        return opened(Path(run), today)
    about: dict[str, object] = {"day": today.isoformat()}
    if isinstance(run, Linkage):
        frame = run.crosswalk
        if run.households is not None:
            homes = run.households.unique("person", keep="first").select("person", "household")
            frame = frame.join(homes, on="person", how="left")
        about |= {
            "use": run.manifest.get("use"),
            "title": run.report.get("title"),
            "run": run.run,
            "synthetic": bool(run.report.get("synthetic")),
            "report": dict(run.report),
        }
    else:
        frame = rows_of(run)
    if not 0.5 <= link_above < 1:
        raise bad(f"rows joined from {link_above:g}", "link_above", "0.5 or more, below 1")
    rows = RunRows(
        frame,
        _table(edges) if edges is not None else None,
        least_weight(link_above),
        _table(everybody) if everybody is not None else None,
    )
    return Opened(rows, about, THRESHOLD)


def _table(given: Table) -> pl.DataFrame:
    if isinstance(given, str | Path):
        return with_key(read_table(Path(given)), Path(given))
    return with_key(rows_of(given), None)


def _named(given: Table, name: str) -> str:
    return shown(Path(given)) if isinstance(given, str | Path) else name


def review_sample(
    run: Table | Linkage,
    pairs: int = 1000,
    *,
    reviewers: Sequence[str],
    today: date,
    seed: int = 1,
    half_width: float | None = None,
    edges: Table | None = None,
    link_above: float = 0.95,
) -> Review:
    """A stratified random sample of pairs of rows for people to look at.

    run: as ``audit_linkage`` takes it. pairs: how many; half_width (0-1): as many as intervals of missed
    and false need to be so wide each way instead. reviewers: the posts of those who will see the rows.
    Raises BadInput where nobody is named, the run has no pair, or no sample is wide enough.
    """
    posts = tuple(dict.fromkeys(" ".join(one.split()) for one in reviewers if one.strip()))
    if not posts:
        raise bad(
            "a review file names rows, and nobody is named who will look at them",
            "reviewers",
            "the post of each reviewer",
            'add --reviewer "Records office, desk 2"',
        )
    found = _opened(run, today, edges, None, link_above)
    frame = frame_of_pairs(*found.pairs())
    if frame.is_empty():
        raise bad("the run holds no pair of rows", "run", "a run with rows that were joined")
    strata = strata_of(frame)
    needed = {width: pairs_needed(strata, width) for width in WIDTHS}
    if half_width is not None:
        enough = pairs_needed(strata, half_width)
        if enough is None:
            what = f"no sample gives intervals of {half_width:g} each way"
            raise bad(what, "half width", f"all {frame.height:,} pairs are too few")
        pairs = enough
    sample = draw_sample(frame, pairs, seed)
    return Review(sample, needed, frame.height, posts, found.about)


def write_review_file(review: Review, path: Path) -> Path:
    """Write the pairs for the reviewers, a line for each: pair, row_a, row_b, same (empty), reviewer.

    Nothing in it says what a row holds or what the run made of it: how the pairs were drawn, which would
    tell, goes into a key beside it, for the auditor alone. Both are readable by their owner alone.
    """
    held = review.sample.pairs
    posts = [review.reviewers[place % len(review.reviewers)] for place in range(held.height)]
    told = held.with_columns(
        pair=pl.int_range(1, held.height + 1),
        same=pl.lit(None, pl.String),
        reviewer=pl.Series(posts, dtype=pl.String),
    )
    write_review(
        path,
        told.select("pair", "row_a", "row_b", "same", "reviewer"),
        told.select("pair", "row_a", "row_b", "stratum", "weight"),
    )
    return path


def review_text(review: Review) -> str:
    """What was drawn, and what more would give, for the terminal."""
    from licet.report.audit.linkage_screen import review_text as text

    return text(review)


Data = Mapping[str, Any]
"""What ``linkage_audit_data`` gives: make it once where several outputs are wanted."""


def linkage_audit_text(found: LinkageAudit | Data) -> str:
    """The audit for the terminal."""
    from licet.report.audit.linkage_screen import audit_text

    return audit_text(_data(found))


def linkage_audit_data(found: LinkageAudit) -> dict[str, Any]:
    """Everything that may be shown, as plain values."""
    from licet.report.audit.linkage_data import document

    return document(found)


def _data(found: LinkageAudit | Data) -> dict[str, Any]:
    return linkage_audit_data(found) if isinstance(found, LinkageAudit) else dict(found)


def linkage_audit_json(found: LinkageAudit | Data) -> str:
    """The same as JSON text."""
    from licet.report.audit.linkage_data import json_text

    return json_text(_data(found))


def write_linkage_audit(found: LinkageAudit | Data, folder: Path) -> dict[str, Path]:
    """Write page, data, table and, where XlsxWriter is there, a workbook; the paths by kind."""
    from licet.report.audit.linkage_data import csv_text, json_text
    from licet.report.audit.linkage_page import page
    from licet.report.audit.linkage_workbook import workbook_of

    data = _data(found)
    texts = {
        "page": ("linkage-audit.html", page(data)),
        "data": ("linkage-audit.json", json_text(data)),
        "table": ("linkage-audit.csv", csv_text(data)),
    }
    made = {kind: (name, text.encode("utf-8")) for kind, (name, text) in texts.items()}
    if find_spec("xlsxwriter"):
        made["workbook"] = ("linkage-audit.xlsx", workbook_of(data))
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_together({folder / name: content for name, content in made.values()})
    return {kind: folder / name for kind, (name, _) in made.items()}
