"""pseudopeople's whole town linked by the standard specification: what an audit of edges would not see.

Rows joined by everything that is connected. Figures of the run that this test was written from: false of
White people .013, naive interval [.012, .015]; of Asian people .035, naive [.026, .046], by households
[.013, .075]; on edges .005 and .010. One record per person and feed takes nearly all of it away.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from licet.audit.linked.audit import LinkageAudit
from licet.audit.linked.measured import LinkRate
from licet.chapters.auditing_linkage import audit_linkage
from licet.chapters.joining import clusters, least_weight
from licet.engines.duckdb import DuckDBEngine
from licet.engines.protocol import Edges, held_fields
from licet.linkage.components import connected
from licet.linkage.spec import standard_spec
from tests.simulated import pseudopeople

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LinkageAudit]:
    pseudopeople()
    from tests.engines.town import town

    made = town()
    spec = standard_spec(held_fields(made.rows))
    engine = DuckDBEngine(tmp_path_factory.mktemp("facts"), threads=2)
    try:
        engine.load(made.rows)
        edges = engine.score(spec, engine.train(spec))
    finally:
        engine.close()
    strong = edges.at_least(least_weight(0.9))
    parts = connected(made.rows.height, strong.a.astype(np.int32), strong.b.astype(np.int32))
    labels = {
        "connected": pl.Series(parts),
        "one per person": clusters(made.rows, edges, spec, made.feeds)["label"],
    }
    return {name: _audited(made, edges, found) for name, found in labels.items()}


def _audited(made, edges: Edges, found: pl.Series) -> LinkageAudit:
    names, homes = made.rows["row"], _homes()
    truth = pl.DataFrame({"row": names, "person": made.truth}).with_columns(
        household=pl.col("person").replace_strict(homes, default=None, return_dtype=pl.String),
        ethnicity=pl.col("person").replace_strict(made.group, default=None, return_dtype=pl.String),
    )
    kept = pl.DataFrame(
        {"row_a": names.gather(edges.a), "row_b": names.gather(edges.b), "weight": edges.weight}
    )
    return audit_linkage(
        pl.DataFrame({"row": names, "person": found.cast(pl.String)}),
        truth=truth, edges=kept, link_above=0.9, by=("ethnicity",), draws=400, today=date(2030, 1, 1),
    )  # fmt: skip


def _homes() -> dict[str, str]:
    """The household of each person, in the first census that has them."""
    import contextlib
    import io
    import warnings

    people = pseudopeople()

    found: dict[str, str] = {}
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        for year in (2030, 2020):
            census = people.generate_decennial_census(year=year, seed=7, config=people.NO_NOISE)
            pairs = zip(census["simulant_id"], census["household_id"], strict=True)
            found |= {str(person): str(home) for person, home in pairs}
    return found


def rate(audit: LinkageAudit, measure: str, group: str) -> LinkRate:
    assert audit.clusters is not None
    found = audit.clusters.rate(measure, group)
    assert found is not None
    return found


def test_naive_intervals_call_two_groups_apart_and_households_do_not(
    audits: dict[str, LinkageAudit],
) -> None:
    audit = audits["connected"]
    white, asian = (rate(audit, "false", group) for group in ("White", "Asian"))
    assert white.naive[1] < asian.naive[0]
    assert white.estimate.high > asian.estimate.low
    assert audit.clusters is not None
    gaps = {gap.key.group: gap for gap in audit.clusters.gaps if gap.measure == "false"}
    assert gaps["Asian"].enough and gaps["Asian"].band[0] < 0 < gaps["Asian"].band[1]


def test_clustering_makes_false_matches_that_edges_do_not_show(
    audits: dict[str, LinkageAudit],
) -> None:
    audit = audits["connected"]
    for group in ("White", "Latino", "Black", "Asian"):
        assert (
            rate(audit, "false", group).estimate.value
            > rate(audit, "edge_false", group).estimate.value
        )


def test_false_matches_are_of_one_household(audits: dict[str, LinkageAudit]) -> None:
    kinds = audits["connected"].kinds
    assert kinds is not None
    counts = dict(zip(kinds.kinds, kinds.counts[0].tolist(), strict=True))
    assert counts["household"] + counts["twins"] > 4 * counts["strangers"]


def test_one_record_per_person_takes_nearly_all_of_it_away(audits: dict[str, LinkageAudit]) -> None:
    for group in ("White", "Latino", "Black", "Asian"):
        held = rate(audits["one per person"], "false", group).estimate.value
        assert held < 0.003
        missed = [rate(audit, "missed", group).estimate.value for audit in audits.values()]
        assert missed[1] - missed[0] < 0.01


def test_few_pairs_are_insufficient(audits: dict[str, LinkageAudit]) -> None:
    audit = audits["connected"]
    assert audit.clusters is not None
    gaps = {gap.key.group: gap for gap in audit.clusters.gaps if gap.measure == "missed"}
    assert not gaps["AIAN"].enough and gaps["White"].enough
