"""Common faults of British records: each has a level or a block, and every engine knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.engines.comparing import (
    BIRTH_SLIP,
    NEAR_FAMILY,
    NEAR_FAMILY_PLACE,
    NUMBER_SLIP,
    SWAPPED,
)
from licet.engines.duckdb import DuckDBEngine
from licet.engines.explaining import meeting_blocks, score_rows
from licet.engines.fitting import unmixed
from licet.engines.memory import MemoryEngine
from licet.engines.protocol import ROW_SCHEMA, Edges, Model
from licet.errors import BadInput
from licet.linkage.spec import LinkageSpec
from tests.conftest import FULL
from tests.engines.people import made, specification, trained

pytestmark = pytest.mark.long

PERSON: Mapping[str, Any] = {
    "given": "nasrin", "family": "rahman", "birth": date(1984, 3, 12), "sex": "female",
    "house": "14", "street": "mill lane", "postcode": "AB1 2CD", "nino": "QQ123456",
    "upn": "A123456789012", "nhs": "9434765919",
}  # fmt: skip
OTHER = "All other comparisons"


@dataclass(frozen=True)
class Ready:
    spec: LinkageSpec
    model: Model


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """A model of people who hold every field."""
    rows = made(300, 6).with_columns(upn=pl.format("A{}", pl.col("nino")))
    spec = specification(rows)
    return Ready(spec, trained(tmp_path_factory.mktemp("faults"), rows, spec))


def levels(ready: Ready, first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, str]:
    """The level of each comparison of two rows, as Splink finds it on DuckDB."""
    rows = [
        {"node": node, "source": node, "alone": False, **PERSON, **row}
        for node, row in enumerate((first, second))
    ]
    return {step.comparison: step.level for step in score_rows(ready.model, *rows).steps}


CASES: Mapping[str, tuple[dict[str, Any], dict[str, str]]] = {
    "names in each other's place": (
        {"given": "rahman", "family": "nasrin"}, {"given": SWAPPED, "home": NEAR_FAMILY_PLACE},
    ),
    "the same after a move": (
        {"given": "rahman", "family": "nasrin", "house": "3", "street": "high street",
         "postcode": "ZE9 9ZZ"},
        {"given": SWAPPED, "home": NEAR_FAMILY},
    ),
    "only one name in the other's place": (
        {"given": "rahman", "family": "whitlock"}, {"given": OTHER, "home": "place"},
    ),
    "neighbouring figures of birth changed about": (
        {"birth": date(1948, 3, 12)}, {"birth": BIRTH_SLIP},
    ),
    "a figure of birth wrong": ({"birth": date(1984, 3, 17)}, {"birth": BIRTH_SLIP}),
    "day and month changed about": ({"birth": date(1984, 12, 3)}, {"birth": BIRTH_SLIP}),
    "two figures of birth wrong": (
        {"birth": date(1984, 2, 13)}, {"birth": "Abs difference of 'birth <= 1 month'"},
    ),
    "a figure of a number wrong": ({"nino": "QQ123756"}, {"nino": NUMBER_SLIP}),
    "figures of a number changed about": ({"upn": "A123465789012"}, {"upn": NUMBER_SLIP}),
    "the numbers of twins follow each other": ({"nino": "QQ123457"}, {"nino": OTHER}),
    "a wrong figure never passes the check of an NHS number": (
        {"nhs": "9434756919"}, {"nhs": OTHER},
    ),
    "no house number": ({"house": None}, {"home": "family and place"}),
    "another house number": ({"house": "41"}, {"home": "family and place"}),
    "no house number, and a letter of the postcode wrong": (
        {"house": None, "postcode": "AB1 2CB"}, {"home": "family and place"},
    ),
    "postcode alone": ({"house": None, "street": None}, {"home": "family and place"}),
    "street alone": ({"house": None, "postcode": None}, {"home": "family"}),
    "another street of the postcode": (
        {"house": "3", "street": "high street"}, {"home": "family"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_common_fault_has_its_level(ready: Ready, name: str) -> None:
    other, expected = CASES[name]
    found = levels(ready, PERSON, other)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("name", list(CASES)[:: 1 if FULL else 4])
def test_it_has_the_same_level_whichever_row_is_first(ready: Ready, name: str) -> None:
    other = {**PERSON, **CASES[name][0]}
    assert levels(ready, other, PERSON) == levels(ready, PERSON, other)


def on_both(spec: LinkageSpec, model: Model, *rows: Mapping[str, Any]) -> list[Edges]:
    """All pairs of these rows, by DuckDB and by the plain engine."""
    numbered = [{"node": n, "source": n, "alone": False, **row} for n, row in enumerate(rows)]
    found = []
    for engine in (DuckDBEngine(Path("never-written"), threads=1), MemoryEngine()):
        engine.load(pl.DataFrame(numbered, schema=ROW_SCHEMA))
        counted = engine.candidates(spec)
        found.append(engine.score(spec, model))
        engine.close()
        assert sum(counted) >= len(found[-1])
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_plain_engine_weighs_it_the_same(ready: Ready, name: str) -> None:
    spec = ready.spec.model_copy(update={"blocks": (("sex",),), "keep_above": 1e-12})
    rule = {"blocking_rule": "l.sex = r.sex", "sql_dialect": "duckdb"}
    settings = {**ready.model.settings, "blocking_rules_to_generate_predictions": [rule]}
    model = replace(ready.model, settings=settings)
    fast, plain = on_both(spec, model, PERSON, {**PERSON, **CASES[name][0]})
    assert len(fast) == len(plain) == 1
    assert fast.weight[0] == pytest.approx(plain.weight[0], abs=1e-9)


@pytest.mark.parametrize(
    ("change", "block"),
    [
        ({"birth": None, "family": "hussain", "house": None}, ("given", "postcode")),
        ({"birth": None, "given": "nasreen", "house": "3"}, ("family", "initial", "postcode")),
        (
            {"birth": date(1974, 3, 12), "given": "rahman", "family": "nasrin", "house": None},
            ("birth_day", "postcode"),
        ),
    ],
)
def test_a_fault_does_not_keep_two_rows_from_being_compared(
    ready: Ready, change: dict[str, Any], block: tuple[str, ...]
) -> None:
    """No other block meets them."""
    numbers = dict.fromkeys(("nino", "upn", "nhs"))
    first, second = {**PERSON, **numbers}, {**PERSON, **numbers, **change}
    sources = [{"source": 0, "alone": False, **first}, {"source": 1, "alone": False, **second}]
    assert meeting_blocks(ready.spec, *sources) == (block,)
    spec = ready.spec.model_copy(update={"keep_above": 1e-12})
    for edges in on_both(spec, ready.model, first, second):
        assert edges.block.tolist() == [spec.blocks.index(block)]


def test_a_model_without_these_levels_is_refused_where_they_are_read_anew(ready: Ready) -> None:
    """DuckDB scores by the conditions in the model; the plain engine has its own."""
    comparisons = []
    for comparison in ready.model.settings["comparisons"]:
        levels = [dict(level) for level in comparison["comparison_levels"]]
        for level in levels:
            if level["label_for_charts"] == BIRTH_SLIP:
                level["label_for_charts"] = "Levenshtein distance of birth <= 1"
        comparisons.append({**comparison, "comparison_levels": levels})
    old = replace(ready.model, settings={**ready.model.settings, "comparisons": comparisons})
    engine = MemoryEngine()
    engine.load(made(20, 1))
    with pytest.raises(BadInput, match="levels of birth, and not those of this specification"):
        engine.score(ready.spec, old)


@pytest.mark.parametrize(
    ("m", "u", "left"),
    [
        # 0.001 x 0.7 of all pairs are known to be true.
        (0.9, 0.01, 0.01 - 0.00063),
        (0.9, 0.0007, 0.0007 / 8),
        (0.9, 0.0001, 0.0001 / 8),
        (0.0, 0.01, 0.01),
        (None, 0.01, 0.01),
    ],
)
def test_true_pairs_are_taken_out_of_chance(m: float | None, u: float, left: float) -> None:
    level = {"m_probability": m, "u_probability": u}
    model = {
        "probability_two_random_records_match": 0.001,
        "comparisons": [{"comparison_levels": [level]}],
    }
    unmixed(model, 0.7)
    assert level["u_probability"] == pytest.approx(left)
