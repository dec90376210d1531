"""Permitted rows to people and households, on any engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from math import log2
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from licet.chapters.admitting import Admitted
from licet.chapters.families import whole_families
from licet.engines.protocol import Edges, Engine, Model
from licet.errors import bad, counted
from licet.feeds.contract import Feed
from licet.linkage.addresses import address_keys
from licet.linkage.clusters import NO_BIRTH, cluster
from licet.linkage.households import Households, complete_households, households, residences
from licet.linkage.persons import Assigned, assign
from licet.linkage.relationships import Resolved, resolve
from licet.linkage.spec import FIELDS, LinkageSpec

if TYPE_CHECKING:
    from licet.store.opening import Store

NOBODY = pl.DataFrame(schema={"row": pl.String, "person": pl.String})


@dataclass(frozen=True)
class Secrets:
    """What makes ids that cannot be guessed. key: 32 secret bytes; use: its id; counter: of the run."""

    key: bytes
    use: str
    counter: int


@dataclass(frozen=True)
class People:
    """Who was found. assigned: rows and their persons, with what happened. resolved: relationships.

    households None: the use works on persons only.
    """

    assigned: Assigned
    resolved: Resolved
    households: Households | None


def fields_held(feeds: Sequence[Feed]) -> tuple[str, ...]:
    """The standard fields that at least one feed maps, in their order."""
    held: set[str] = set()
    for feed in feeds:
        named = {name for name, _ in feed.fields.columns()}
        held |= named
        held |= {"given", "middle", "family"} if "name" in named else set()
        held |= {"house", "street"} if "address" in named else set()
    return tuple(name for name in FIELDS if name in held)


def least_weight(probability: float) -> float:
    """The match weight, in bits, of a match probability."""
    return log2(probability / (1 - probability))


def check_volume(spec: LinkageSpec, candidates: Sequence[int], rows: int) -> None:
    """Refuse to compare more pairs than the specification allows; says which block is to blame."""
    total = sum(candidates)
    allowed = int(spec.bound * rows)
    if total <= allowed:
        return
    worst = int(np.argmax(candidates))
    raise bad(
        f"{counted(total, 'pair', 'pairs')} would be compared for {counted(rows, 'row', 'rows')}, "
        f"{candidates[worst]:,} of them because {' and '.join(spec.blocks[worst])} are equal",
        f"linkage {spec.id}: bound",
        f"at most {allowed:,} pairs: {spec.bound:g} for each row",
        "look for a value that stands for unknown (a name or date many rows share), narrow that "
        "block, or raise bound",
    )


def clusters(
    rows: pl.DataFrame,
    edges: Edges,
    spec: LinkageSpec,
    feeds: Sequence[Feed],
    must: Sequence[tuple[str, str]] = (),
    cannot: Sequence[tuple[str, str]] = (),
) -> pl.DataFrame:
    """row, label: which rows are one person. must, cannot: what reviewers said, by row ids."""
    names = rows["row"]
    place = dict(zip(names.to_list(), range(rows.height), strict=True)) if must or cannot else {}
    strong = edges.at_least(least_weight(spec.link_above))
    labels = cluster(
        rows.height,
        strong.a,
        strong.b,
        strong.weight,
        rows["source"].to_numpy(),
        alone(feeds),
        _here(must, place),
        _here(cannot, place),
        names.to_list() if must or cannot else None,
        births(rows),
    )
    return pl.DataFrame({"row": names, "label": labels})


def births(rows: pl.DataFrame) -> np.ndarray:
    """The date of birth of each row in days since 1970, ``NO_BIRTH`` where none is known."""
    days = rows["birth"].to_physical().cast(pl.Int64).fill_null(NO_BIRTH)
    return days.to_numpy()


def reviewed(store: Store, use: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What reviewers joined, and what they parted: pairs of row ids."""
    said = store.reviews.standing(use)
    return (
        [(one.first, one.second) for one in said if one.link == "must"],
        [(one.first, one.second) for one in said if one.link == "cannot"],
    )


def alone(feeds: Sequence[Feed]) -> tuple[int, ...]:
    """The numbers of the feeds that have one record per person."""
    return tuple(number for number, feed in enumerate(feeds) if feed.one_record_per_person)


def _here(pairs: Sequence[tuple[str, str]], place: dict[str, int]) -> list[tuple[int, int]]:
    return [(place[a], place[b]) for a, b in pairs if a in place and b in place]


def people(
    admitted: Admitted,
    clustered: pl.DataFrame,
    spec: LinkageSpec,
    secrets: Secrets,
    at: date,
    previous: pl.DataFrame = NOBODY,
    homes: pl.DataFrame | None = None,
) -> People:
    """Stable persons, their relationships and households.

    previous: row, person of the run before; homes: its households' membership.
    """
    gone = previous.join(clustered, on="row", how="anti")["row"].to_list()
    assigned = assign(previous, clustered, gone, secrets.key, secrets.use, secrets.counter)
    return People(
        assigned,
        *around(admitted, assigned.membership, spec, secrets, at, homes),
    )


def with_persons(rows: pl.DataFrame, membership: pl.DataFrame) -> pl.DataFrame:
    """Rows with their person, by row id. rows: with ``row``. membership: row, person, each row once.

    Rows and membership of a run mostly stand in one order: then nothing is looked up.
    """
    if not rows["row"].equals(membership["row"]):
        return rows.join(membership, on="row").sort("row")
    found = rows.with_columns(membership["person"])
    return found if found["row"].is_sorted() else found.sort("row")


def around(
    admitted: Admitted,
    membership: pl.DataFrame,
    spec: LinkageSpec,
    secrets: Secrets,
    at: date,
    homes: pl.DataFrame | None = None,
) -> tuple[Resolved, Households | None]:
    """Relationships and households of persons. Address keys are worked out unless the rows have them."""
    rows = with_persons(admitted.rows, membership)
    if "address" not in rows.columns:
        rows = rows.with_columns(address=address_keys(rows))
    if spec.scope == "person":
        return resolve(admitted.mentions, rows), None
    with ThreadPoolExecutor(1) as beside:
        lived = beside.submit(residences, rows)
        resolved = resolve(admitted.mentions, rows)
    found = households(
        lived.result(),
        at,
        secrets.key,
        secrets.use,
        secrets.counter,
        communal=frozenset().union(*(feed.communal_addresses for feed in admitted.feeds)),
        largest=min(feed.communal_above for feed in admitted.feeds),
        relationships=resolved.relationships,
        previous=homes,
    )
    whole = complete_households(found, admitted.incomplete)
    if spec.scope == "family":
        whole = whole_families(whole, resolved.relationships, membership, admitted.unnamed, at)
    return resolved, whole


def score(
    engine: Engine,
    rows: pl.DataFrame,
    spec: LinkageSpec,
    model: Model | None,
    say: Callable[[str], None] = lambda text: None,
) -> tuple[Model, Edges, tuple[int, ...]]:
    """Compare rows: the model, the edges kept, and how many pairs each block compared."""
    engine.load(rows)
    candidates = engine.candidates(spec)
    check_volume(spec, candidates, rows.height)
    say(f"  {counted(sum(candidates), 'pair', 'pairs')} to compare")
    if model is not None and model.spec != spec.hash():
        raise bad(
            "the model was trained for another specification",
            "--model",
            f"a model of the specification {spec.id!r}, version {spec.version}",
            "leave --model out: a model is then trained on the permitted rows",
        )
    used = model or engine.train(spec)
    return used, engine.score(spec, used), candidates
