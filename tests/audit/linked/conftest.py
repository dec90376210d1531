"""A made-up town linked by plain rules and audited; and a workspace with a run, made once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.linked.audit import LinkageAudit
from licet.chapters.auditing_linkage import audit_linkage, linkage_audit_data
from tests.audit.linked.plain_linker import LinkedTown, linked_town

TODAY = date(2026, 6, 2)
KEPT = ("row", "person", "feed", "birth", "sex", "nhs", "upn", "alone")


@dataclass(frozen=True)
class Audited:
    """A town, which of its rows were let in, its audit, and what may be shown of it."""

    made: LinkedTown
    rows: pl.DataFrame
    edges: pl.DataFrame
    audit: LinkageAudit
    data: dict


@pytest.fixture(scope="session")
def town() -> LinkedTown:
    return linked_town(2500, 4)


@pytest.fixture(scope="session")
def audited(town: LinkedTown) -> Audited:
    """Of some families no row was let in."""
    draw = np.random.default_rng(1)
    homes = town.truth["household"].unique().sort()
    yes = homes.filter(pl.Series(draw.random(len(homes)) < 0.7))
    inside = town.truth.filter(pl.col("household").is_in(yes.implode())).select("row")
    rows = town.rows.join(inside, on="row").select(KEPT)
    edges = town.edges.join(inside, left_on="row_a", right_on="row").join(
        inside, left_on="row_b", right_on="row"
    )
    found = audit_linkage(
        rows,
        truth=town.truth,
        edges=edges,
        everybody=town.rows.select("row", "feed"),
        relatives=town.town.relationships.select("person", "other"),
        by=("ethnicity", "household_size", "age_band", "sex"),
        intersections=(("ethnicity", "sex"),),
        draws=300,
        today=TODAY,
    )
    return Audited(town, rows, edges, found, linkage_audit_data(found))


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose use is linked."""
    from licet.chapters.linking import link
    from tests.linkage import town as small

    root = tmp_path_factory.mktemp("audited") / "town"
    made = small.made(30, 3)
    small.make_workspace(root, made)
    draw = np.random.default_rng(5)
    answers = small.drawn(made, draw, (6, 2, 1, 1))
    small.answer(root, made, answers, draw)
    link(small.use_of(root), today=small.TODAY)
    truth = pl.DataFrame(
        {"row": list(made.owner), "person": [f"someone-{n:05d}" for n in made.owner.values()]}
    )
    truth.write_csv(root / "labels.csv")
    return root


@pytest.fixture(autouse=True)
def global_random_state_stays_untouched() -> Iterator[None]:
    """Splink names its own tables from the global state: it is put back, and nothing here draws from it."""
    before = random.getstate()
    yield
    random.setstate(before)
