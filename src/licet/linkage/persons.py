"""Stable person ids: what clusters become, and what happened to persons since last time.

An id says nothing of the rows behind it: it is an HMAC-SHA256 under a secret key, of the use, the
first row and a counter, so ids of two uses never meet and none comes twice. Where clusters change, an
id stays with the rows it had most of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from licet.errors import BadInput, Fault, bad, counted

KINDS = ("created", "joined", "merged", "moved", "split", "withdrawn")
"""What can happen to rows: a new person; new rows of a known one; a person whose rows all went to
one other; rows from one person to another; rows of one that are a new person; rows that left."""

MEMBERSHIP = {"row": pl.String(), "person": pl.String()}
EVENTS = {
    "kind": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "rows": pl.List(pl.String),
}
LEFT = {"row": pl.String(), "left": pl.Boolean()}
LENGTH = 24
"""Hexadecimal figures of an id: 96 bits, so that two alike are not to be expected among billions."""


@dataclass(frozen=True)
class Assigned:
    """Persons as they are now, and what happened.

    membership: row, person; each row once, by row. events: kind, before and after (person ids; empty
    where there was or is none), rows (row ids, ascending); each row in one event at most; by kind,
    before, after.
    """

    membership: pl.DataFrame
    events: pl.DataFrame


def named(
    key: bytes, prefix: str, use: str, parts: Sequence[str], last: Iterable[str]
) -> list[str]:
    """Ids: prefix and 24 hexadecimal figures of HMAC-SHA256 over use, parts and one of ``last``.

    All but the last go in with their length, so that no two lists of texts give the same id.
    """
    raw = [text.encode() for text in (prefix, use, *parts)]
    head = b"".join(len(text).to_bytes(4, "big") + text for text in raw)
    inner, outer = _keyed(key)
    inner.update(head)

    def one(text: str) -> str:
        inside, around = inner.copy(), outer.copy()
        inside.update(text.encode())
        around.update(inside.digest())
        return prefix + around.hexdigest()[:LENGTH]

    return [one(text) for text in last]


def _keyed(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Both hashes of HMAC-SHA256 (RFC 2104) as they stand once they have the key.

    ``hmac`` would take the key in anew for each of a million texts, which is most of its time.
    """
    size = hashlib.sha256().block_size
    whole = (hashlib.sha256(key).digest() if len(key) > size else key).ljust(size, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ mask for byte in whole)) for mask in (0x36, 0x5C))
    return inner, outer


def assign(
    previous: pl.DataFrame,
    clusters: pl.DataFrame,
    withdrawn: Collection[str],
    key: bytes,
    use: str,
    counter: int,
    issued: Collection[str] = (),
    prefix: str = "p",
) -> Assigned:
    """Give every cluster a person id, and tell what happened.

    previous: row, person, as it was; persons none of whose rows are clustered or withdrawn may be
    left out or stay in, and keep everything. clusters: row, label; of whole connected components,
    each row once. withdrawn: rows that left. key: 32 secret bytes of the workspace; use: its id;
    counter: greater than at any time before in this use, for new ids. issued: ids of the past, none
    of which may come again.

    The person of a cluster is the one that most of its rows had, ties to the lowest id; where two
    clusters have the same claim, the one with more of that person's rows has it, ties to the one
    with fewer rows of others, then to the one with the lowest row. Refuses rows given twice, rows
    both withdrawn and clustered, persons of whom only a part is given, a short key, and a counter
    used before.
    """
    _refuse(previous, clusters, withdrawn, key)
    known = clusters.join(previous, on="row", how="semi").select("label").unique()
    clear = clusters.join(known, on="label", how="anti").sort("row")
    arrived = clear.group_by("label", maintain_order=True).agg(rows=pl.col("row"))
    changed = clusters.join(known, on="label", how="semi")
    first = changed.group_by("label").agg(first=pl.col("row").min())
    now = changed.join(first, on="label").select("row", "first")
    rows = previous.join(now, on="row", how="full", coalesce=True)
    kept = _survivors(rows.drop_nulls())
    apart = first.select("first").join(kept, on="first", how="anti")["first"].sort()
    starts = [*arrived["rows"].list.first().to_list(), *apart.to_list()]
    ids = pl.Series("after", named(key, prefix, use, [str(counter)], starts), dtype=pl.String)
    _refuse_known(ids, previous, issued, counter)
    born = pl.DataFrame({"first": apart, "after": ids[len(arrived) :]})
    names = pl.concat([kept.select("first", after="person"), born])
    left = pl.DataFrame({"row": sorted(withdrawn), "left": True}, schema=LEFT)
    stays = pl.col("first").is_null() & pl.col("left").is_null()
    found = (
        rows.join(names, on="first", how="left")
        .join(left, on="row", how="left")
        .select("row", before="person", after=pl.when(stays).then("person").otherwise("after"))
    )
    new = arrived.select("rows", after=ids[: len(arrived)])
    membership = pl.concat(
        [
            found.drop_nulls("after").select("row", person="after"),
            new.explode("rows").select(row="rows", person="after"),
        ]
    ).sort("row")
    return Assigned(membership, _events(found, born["after"], new))


def _refuse_known(
    ids: pl.Series, previous: pl.DataFrame, issued: Collection[str], counter: int
) -> None:
    """New ids must be new. They are looked for, not the past gone through: that is the longer list."""
    new = pl.DataFrame({"person": ids})
    again = previous.join(new, on="person", how="semi").height > 0
    if again or (len(issued) > 0 and not set(ids).isdisjoint(issued)):
        raise bad(
            f"counter {counter} was used before: it would give a person an id of the past",
            "counter",
            "a number greater than at any time before in this use",
        )


def _refuse(
    previous: pl.DataFrame, clusters: pl.DataFrame, withdrawn: Collection[str], key: bytes
) -> None:
    faults = []
    if len(key) < 32:
        faults.append(Fault(f"the key has {len(key)} bytes", "key", "32 secret bytes or more"))
    for name, frame in (("previous", previous), ("clusters", clusters)):
        if frame["row"].n_unique() < len(frame):
            twice = frame.filter(pl.col("row").is_duplicated())["row"].sort()[0]
            faults.append(Fault(f"row {twice} is there twice", name, "each row once"))
    gone = pl.DataFrame({"row": sorted(withdrawn)}, schema={"row": pl.String})
    back = clusters.join(gone, on="row", how="semi")["row"].sort()
    if len(back):
        faults.append(Fault(f"row {back[0]} is withdrawn and clustered", "clusters"))
    absent = previous.join(clusters, on="row", how="anti").join(gone, on="row", how="anti")
    given = previous.join(absent, on="row", how="anti")
    partly = absent.join(given, on="person", how="semi")["row"].sort()
    if len(partly):
        what = f"{counted(len(partly), 'row', 'rows')} of persons who changed, {partly[0]} first"
        todo = "give whole connected components, and every row that left"
        faults.append(Fault(f"{what}, neither clustered nor withdrawn", "clusters", todo=todo))
    if faults:
        raise BadInput(*faults)


def _survivors(retained: pl.DataFrame) -> pl.DataFrame:
    """first, person: which cluster goes on with which person. retained: row, person, first."""
    shares = retained.group_by("person", "first").agg(rows=pl.len())
    torn = shares.filter(pl.col("person").is_duplicated())
    mixed = shares.filter(pl.col("first").is_duplicated())
    several = pl.concat([torn, mixed]).unique()
    plain = shares.join(several, on=["person", "first"], how="anti").select("first", "person")
    claims = several.join(shares.group_by("first").agg(size=pl.col("rows").sum()), on="first").sort(
        "rows", "size", "person", "first", descending=[True, False, False, False]
    )
    taken: set[str] = set()
    settled: dict[str, str] = {}
    for person, first in claims.select("person", "first").iter_rows():
        if person not in taken and first not in settled:
            taken.add(person)
            settled[first] = person
    rest = pl.DataFrame({"first": list(settled), "person": list(settled.values())})
    return pl.concat([plain, rest.cast(pl.String)])


def _events(found: pl.DataFrame, born: pl.Series, arrived: pl.DataFrame) -> pl.DataFrame:
    """found: row, before, after (null where none); born: new ids in it; arrived: rows, after."""
    changed = found.filter(pl.col("before").ne_missing(pl.col("after"))).sort("row")
    new = pl.col("after").is_in(born.implode())
    joined = changed.filter(pl.col("before").is_null() & new)
    created = (
        pl.concat(
            [arrived, joined.group_by("after").agg(rows=pl.col("row")).select("rows", "after")]
        )
        .with_columns(kind=pl.lit("created"), before=pl.lit(""))
        .sort("after")
    )
    rest = changed.filter(pl.col("before").is_not_null() | ~new)
    alive = rest.select(person="before").join(found, left_on="person", right_on="after", how="semi")
    ended = ~pl.col("before").is_in(alive["person"].unique().implode())
    to_one = pl.col("after").drop_nulls().n_unique().over("before") == 1
    kind = (
        pl.when(pl.col("after").is_null())
        .then(pl.lit("withdrawn"))
        .when(pl.col("before").is_null())
        .then(pl.lit("joined"))
        .when(new)
        .then(pl.lit("split"))
        .when(ended & to_one)
        .then(pl.lit("merged"))
        .otherwise(pl.lit("moved"))
    )
    others = (
        rest.with_columns(kind=kind)
        .with_columns(pl.col("before", "after").fill_null(""))
        .group_by("kind", "before", "after", maintain_order=True)
        .agg(rows=pl.col("row"))
        .sort("kind", "before", "after")
    )
    casts = [pl.col(name).cast(dtype) for name, dtype in EVENTS.items()]
    return pl.concat([created.select(casts), others.select(casts)])


def replay(membership: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """The membership (row, person; by row) that these events make of the one given.

    Refuses events that do not fit it: rows that were with somebody else, or with nobody.
    """
    told = events.explode("rows").select("kind", "before", "after", row="rows")
    found = membership.join(told, on="row", how="full", coalesce=True)
    held = pl.col("person").fill_null("")
    wrong = found.filter(pl.col("kind").is_not_null() & (held != pl.col("before")))
    if len(wrong):
        raise bad(
            f"an event does not fit what is there: row {wrong['row'].sort()[0]}",
            "events",
            "the events that follow this membership, all of them and in order",
        )
    person = pl.when(pl.col("kind").is_null()).then("person").otherwise("after")
    return (
        found.with_columns(person=person)
        .filter(pl.col("person") != "")
        .select(*MEMBERSHIP)
        .sort("row")
    )
