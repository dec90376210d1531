"""The plain engine's own promises, and its arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import log2
from pathlib import Path

import polars as pl
import pytest

from licet.engines.memory import MemoryEngine
from licet.engines.protocol import ROW_SCHEMA, Model
from licet.errors import BadInput, LicetError
from licet.linkage.spec import LinkageSpec, standard_spec

SPEC = standard_spec(["given", "family", "birth"], keep_above=0.01).model_copy(
    update={"comparisons": ("given", "sex")}
)


def level(condition: str, m: float | None = None, u: float | None = None, **more: object) -> object:
    found = {"sql_condition": condition, **more}
    return found | ({} if m is None else {"m_probability": m, "u_probability": u})


GIVEN = [
    level("null", is_null_level=True),
    level("=", 0.8, 0.01, tf_adjustment_column="given", tf_adjustment_weight=0.5),
    level("0.92", 0.05, 0.02),
    level("0.88", 0.05, 0.02),
    level("0.7", 0.05, 0.05),
    level("ELSE", 0.05, 0.9),
]
SEX = [level("null", is_null_level=True), level("=", 0.9, 0.5), level("ELSE", 0.1, 0.5)]
MODEL = Model(
    {
        "probability_two_random_records_match": 0.2,
        "comparisons": [
            {"output_column_name": "given", "comparison_levels": GIVEN},
            {"output_column_name": "sex", "comparison_levels": SEX},
        ],
    },
    {"given": pl.DataFrame({"given": ["ann", "bo"], "tf_given": [0.04, 0.0001]})},
    SPEC.hash(),
)
BORN = date(1980, 1, 1)


def weight(
    one: dict[str, object], other: dict[str, object], model: Model = MODEL, spec: LinkageSpec = SPEC
) -> float:
    rows = [
        {"node": node, "source": node, "alone": False, "birth": BORN, "family": "x", **row}
        for node, row in enumerate((one, other))
    ]
    engine = MemoryEngine()
    engine.load(pl.DataFrame(rows, schema=ROW_SCHEMA))
    found = engine.score(spec.model_copy(update={"keep_above": 1e-9}), model)
    assert found.a.tolist() == [0] and found.b.tolist() == [1]
    return float(found.weight[0])


START = log2(0.2 / 0.8)


@pytest.mark.parametrize(
    ("one", "other", "bits"),
    [
        # Half of what the name is rarer or commoner than usual: log2(0.01 / 0.04) is -2 bits.
        ({"given": "ann"}, {"given": "ann"}, log2(80) - 1.0),
        ({"given": "bo"}, {"given": "bo"}, log2(80) + 0.5 * log2(100)),
        # A name that the model never met weighs as a usual one.
        ({"given": "cy"}, {"given": "cy"}, log2(80)),
        ({"given": "ann"}, {"given": None}, 0.0),
        ({"given": "ann"}, {"given": "bert"}, log2(0.05 / 0.9)),
        ({"given": "martha"}, {"given": "marhta"}, log2(2.5)),
        ({"given": None, "sex": "male"}, {"given": None, "sex": "male"}, log2(0.9 / 0.5)),
        ({"given": None, "sex": "male"}, {"given": None, "sex": "female"}, log2(0.1 / 0.5)),
    ],
)
def test_weights_by_hand(one: dict[str, object], other: dict[str, object], bits: float) -> None:
    assert weight(one, other) == pytest.approx(START + bits, abs=1e-12)


def test_the_least_share_of_a_name_holds() -> None:
    levels = [GIVEN[0], {**GIVEN[1], "tf_minimum_u_value": 0.001}, *GIVEN[2:]]  # type: ignore[dict-item]
    comparisons = [
        {"output_column_name": "given", "comparison_levels": levels},
        MODEL.settings["comparisons"][1],
    ]
    model = replace(MODEL, settings={**MODEL.settings, "comparisons": comparisons})
    found = weight({"given": "bo"}, {"given": "bo"}, model)
    assert found == pytest.approx(START + log2(80) + 0.5 * log2(10), abs=1e-12)


def test_what_training_never_met_weighs_as_splink_has_it() -> None:
    """Splink's usual m and u of a level are those of weights from -5 to 10 bits."""
    bare = [{k: v for k, v in one.items() if "prob" not in k} for one in GIVEN]  # type: ignore[attr-defined]
    comparisons = [
        {"output_column_name": "given", "comparison_levels": bare},
        MODEL.settings["comparisons"][1],
    ]
    model = replace(MODEL, settings={**MODEL.settings, "comparisons": comparisons}, frequencies={})
    found = [
        weight({"given": one}, {"given": other}, model) - START
        for one, other in (("ann", "ann"), ("martha", "marhta"), ("ann", "bert"))
    ]
    assert found == pytest.approx([10.0, 3.0, -5.0], abs=1e-9)


def test_it_never_trains() -> None:
    with pytest.raises(LicetError, match="cannot train"):
        MemoryEngine().train(SPEC)


def test_a_model_of_other_comparisons_is_refused() -> None:
    engine = MemoryEngine()
    engine.load(pl.DataFrame(schema=ROW_SCHEMA))
    other = SPEC.model_copy(update={"comparisons": ("given", "birth")})
    with pytest.raises(BadInput, match="the model compares given, sex"):
        engine.score(other, MODEL)
    comparisons = [{"output_column_name": "given", "comparison_levels": GIVEN[:-2]}]
    short = {**MODEL.settings, "comparisons": [*comparisons, MODEL.settings["comparisons"][1]]}
    with pytest.raises(BadInput, match="4 levels of given"):
        engine.score(SPEC, replace(MODEL, settings=short))


def test_no_rows_give_no_edges(tmp_path: Path) -> None:
    engine = MemoryEngine()
    engine.load(pl.DataFrame(schema=ROW_SCHEMA))
    assert len(engine.score(SPEC, MODEL)) == 0
    assert engine.candidates(SPEC) == (0,) * len(SPEC.blocks)
    engine.close()
