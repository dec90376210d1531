"""Made-up people in rows of several services, with the faults that real rows have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from licet.engines.duckdb import DuckDBEngine
from licet.engines.protocol import ROW_SCHEMA, Edges, Model, held_fields
from licet.linkage.spec import LinkageSpec, standard_spec

STEMS = ("al", "ber", "cor", "da", "el", "fa", "gre", "hu", "is", "jo", "ka", "lu", "mo", "na")
ENDS = ("an", "bert", "dine", "fina", "la", "mir", "na", "ra", "sa", "ton", "vie", "wen")
STREETS = ("high street", "church lane", "park road", "station road", "mill lane", "long acre")
OTHER_SCRIPTS = ("мария", "марина", "анна", "инна", "محمد", "محمود", "فاطمة", "李娜", "ελένη")
SOURCES = {0: True, 1: False, 2: True}
"""Each source, and whether it has one row per person."""


def made(people: int, seed: int) -> pl.DataFrame:
    """Rows (``ROW_SCHEMA``) of this many people, in families that share a name and a home."""
    draw = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    family: dict[str, object] = {}
    for person in range(people):
        if not family or draw.random() < 0.4:
            family = _family(draw)
        own = _person(draw, family, person, rows)
        for source, alone in SOURCES.items():
            for _ in range(1 if alone else int(draw.integers(0, 3))):
                if draw.random() < 0.7:
                    rows.append({**_faulty(own, draw), "source": source, "alone": alone})
    numbered = [{"node": node, **row} for node, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema=ROW_SCHEMA)


def _name(draw: np.random.Generator) -> str:
    if draw.random() < 0.05:
        return str(draw.choice(OTHER_SCRIPTS))
    return str(draw.choice(STEMS)) + str(draw.choice(ENDS))


def _family(draw: np.random.Generator) -> dict[str, object]:
    street = str(draw.choice(STREETS))
    return {
        "family": _name(draw) + "son",
        "house": str(draw.integers(1, 40)),
        "street": street,
        "postcode": f"AB{STREETS.index(street)} {draw.integers(1, 5)}CD",
        "uprn": str(draw.integers(10_000, 99_999)),
        "birth": date(1950, 1, 1) + timedelta(int(draw.integers(0, 25_000))),
    }


def _person(
    draw: np.random.Generator, family: dict[str, object], number: int, rows: list[dict[str, object]]
) -> dict[str, object]:
    twin = bool(rows) and draw.random() < 0.05
    birth = family["birth"] if twin else date(1945, 1, 1) + timedelta(int(draw.integers(0, 27_000)))
    return {
        **family,
        "given": _name(draw),
        "middle": _name(draw) if draw.random() < 0.4 else None,
        "birth": birth,
        "sex": str(draw.choice(["female", "male"])),
        "nhs": f"9{number:09}" if draw.random() < 0.6 else None,
        "upn": None,
        "nino": f"qq{number:06}a" if draw.random() < 0.3 else None,
    }


def _faulty(person: dict[str, object], draw: np.random.Generator) -> dict[str, object]:
    row = dict(person)
    for field in ("given", "family", "street"):
        if draw.random() < 0.08:
            row[field] = _typo(str(row[field]), draw)
    for field, share in (("given", 0.02), ("family", 0.02), ("birth", 0.03), ("uprn", 0.5),
                         ("postcode", 0.1), ("house", 0.05), ("nhs", 0.3), ("sex", 0.1)):  # fmt: skip
        if draw.random() < share:
            row[field] = None
    if row["birth"] is not None and draw.random() < 0.06:
        slip = int(draw.choice([1, 9, 10, 30, 31, 365, 366, 3652, 3653]))
        row["birth"] = person["birth"] + timedelta(slip)  # type: ignore[operator]
    if row["middle"] is not None and draw.random() < 0.4:
        row["middle"] = str(row["middle"])[0]
    if draw.random() < 0.06:
        row["previous_family"], row["family"] = row["family"], _name(draw) + "ova"
    elif draw.random() < 0.03:
        row["previous_family"] = _name(draw)
    if draw.random() < 0.1:
        home = _family(draw)
        row |= {field: home[field] for field in ("house", "street", "postcode", "uprn")}
    return row


def _typo(text: str, draw: np.random.Generator) -> str:
    place = int(draw.integers(0, len(text)))
    kind = draw.integers(0, 3)
    if kind == 0:
        return text[:place] + text[place + 1 :] or text
    if kind == 1:
        return text[:place] + str(draw.choice(list("aeiou"))) + text[place:]
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def specification(rows: pl.DataFrame) -> LinkageSpec:
    """The standard one, with fewer random pairs: these sets are small."""
    return standard_spec(held_fields(rows), pairs=100_000, keep_above=0.1)


def trained(folder: Path, rows: pl.DataFrame, spec: LinkageSpec) -> Model:
    """A model trained on these rows by DuckDB."""
    engine = DuckDBEngine(folder, threads=1)
    try:
        engine.load(rows)
        return engine.train(spec)
    finally:
        engine.close()


def with_values(model: Model, level: int, **values: float) -> Model:
    """The model with other values in one level of its first comparison."""
    settings = dict(model.settings)
    first, *others = settings["comparisons"]
    levels = [dict(one) for one in first["comparison_levels"]]
    levels[level] |= values
    settings["comparisons"] = [{**first, "comparison_levels": levels}, *others]
    return replace(model, settings=settings)


def compared(edges: Edges) -> dict[tuple[int, int], tuple[float, int]]:
    """Weight and block of each pair."""
    columns = (edges.a, edges.b, edges.weight, edges.block)
    return {(a, b): (w, k) for a, b, w, k in zip(*(c.tolist() for c in columns), strict=True)}


def differences(one: Edges, other: Edges, least: float, within: float) -> list[object]:
    """Where two sets of edges differ by more than ``within`` bits. least: the weight kept from.

    A pair that one set lacks may weigh up to ``within`` more than ``least`` in the other.
    """
    first, second = compared(one), compared(other)
    found: list[object] = []
    for pair in sorted(first.keys() | second.keys()):
        left, right = first.get(pair), second.get(pair)
        if left is None or right is None:
            held = left or right
            if held is not None and held[0] > least + within:
                found.append((pair, left, right))
        elif abs(left[0] - right[0]) > within or left[1] != right[1]:
            found.append((pair, left, right))
    return found
