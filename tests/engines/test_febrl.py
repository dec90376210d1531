"""The febrl4 pairs: two registers of 5,000 Australian people who do not exist, and their true links.

No label is used. What is still missed (recall .9982 at .5, .9972 at .95) has too little left in common:
a number and nothing else, or the name and address of a parent with another number and year of birth,
which among real people is a parent. No pair that is found is wrong.
"""

from __future__ import annotations

from math import log2
from pathlib import Path

import polars as pl
import pytest

from licet.engines.duckdb import DuckDBEngine
from licet.engines.protocol import ROW_SCHEMA, Edges, held_fields
from licet.linkage.clusters import cluster
from licet.linkage.measures import pairwise
from licet.linkage.spec import standard_spec
from tests.suites import shared_file

pytestmark = pytest.mark.long

FIELDS = {
    "given": "given_name",
    "family": "surname",
    "house": "street_number",
    "street": "address_1",
    "postcode": "postcode",
    "nino": "soc_sec_id",  # the national number of these people
}


@pytest.fixture(scope="module")
def rows(shared: Path) -> pl.DataFrame:
    """``ROW_SCHEMA`` and ``truth``."""
    folder = shared_file(shared, "data/linkage/dataset4a.csv").parent
    tables = []
    for source, name in enumerate(("dataset4a.csv", "dataset4b.csv")):
        table = pl.read_csv(folder / name, infer_schema=False)
        table = table.rename({column: column.strip() for column in table.columns})
        table = table.with_columns(pl.all().str.strip_chars())
        table = table.with_columns(pl.when(pl.all() != "").then(pl.all()))
        tables.append(table.with_columns(source=pl.lit(source)))
    whole = pl.concat(tables).sort("rec_id").with_row_index("node")
    whole = whole.with_columns(
        **{field: pl.col(column) for field, column in FIELDS.items()},
        birth=pl.col("date_of_birth").str.to_date("%Y%m%d", strict=False),
        alone=pl.lit(True),
        truth=pl.col("rec_id").str.extract(r"rec-(\d+)-"),
    )
    known = [pl.col(name).cast(kind) for name, kind in ROW_SCHEMA.items() if name in whole.columns]
    return whole.select("truth", *known)


@pytest.fixture(scope="module")
def edges(rows: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Edges:
    """What the standard specification finds."""
    spec = standard_spec(held_fields(rows))
    engine = DuckDBEngine(tmp_path_factory.mktemp("febrl"), threads=2)
    try:
        engine.load(rows)
        return engine.score(spec, engine.train(spec))
    finally:
        engine.close()


@pytest.mark.parametrize(("above", "f1"), [(0.5, 0.999), (0.95, 0.998)])
def test_links_are_found_and_none_is_wrong(
    rows: pl.DataFrame, edges: Edges, above: float, f1: float
) -> None:
    kept = edges.at_least(log2(above / (1 - above)))
    source = rows["source"].to_numpy()
    found = cluster(rows.height, kept.a, kept.b, kept.weight, source, (0, 1))
    agreement = pairwise(found, rows["truth"])
    assert agreement.precision >= 0.9998, agreement
    assert agreement.f1 >= f1, agreement
