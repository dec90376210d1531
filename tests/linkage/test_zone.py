"""The zone and its files: few looked up or many in one pass, one file or several, kept or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow
import pyarrow.ipc
import pytest

from licet.engines import zone as zones
from licet.engines import zone_rows, zone_tables
from licet.engines.protocol import Edges
from licet.engines.zone import MEMBER, Zone, read_rows, remove_rows, write_rows
from licet.engines.zone_forgetting import discard, forget

ROWS, PEOPLE = 300, 60


class Told:
    """What was put into a zone, as plain lists."""

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        ends = {tuple(sorted(draw.choice(ROWS, 2, replace=False).tolist())) for _ in range(400)}
        self.edges = sorted((a, b, float(draw.normal())) for a, b in ends)
        self.members = [
            (n, f"feed/{n}", int(n % 3), int(draw.integers(9000)), f"p{n // 2}")
            for n in range(ROWS)
        ]
        self.fits = sorted(
            {(int(draw.integers(ROWS)), int(draw.integers(PEOPLE))) for _ in range(500)}
        )
        self.mentions = sorted(
            {
                (int(draw.integers(ROWS)), f"guardian{draw.integers(1, 3)}", int(n))
                for n in draw.integers(0, PEOPLE, 400)
            }
        )

    def fill(self, folder: Path) -> None:
        a, b, weight = (np.array(column) for column in zip(*self.edges, strict=True))
        fits = [(n, who, 5, False, True) for n, who in self.fits]
        named = [(n, where, who, 5, False, True, True) for n, where, who in self.mentions]
        with Zone(folder) as zone:
            zone.fill(
                pl.DataFrame(self.members, schema=MEMBER, orient="row"),
                Edges(a, b, weight, np.zeros(len(a), np.int16)),
                pl.DataFrame(fits, schema=zones.FIT, orient="row"),
                pl.DataFrame(named, schema=zones.MENTION_FIT, orient="row"),
                pl.DataFrame({"number": range(PEOPLE), "digest": map(str, range(PEOPLE))}),
            )
            zone.keep_facts(ledger="7", day="2026-11-30")


@pytest.fixture
def told(tmp_path: Path) -> Told:
    found = Told(1)
    found.fill(tmp_path)
    return found


@pytest.fixture(params=[0, 1_000], ids=["in one pass", "looked up"])
def opened(
    told: Told, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Zone]:
    monkeypatch.setattr(zone_tables, "LOOKED_UP", request.param)
    with Zone(tmp_path) as zone:
        yield zone


SOME = (3, 4, 17, 41, 250, 10_000)


def test_what_is_read_is_what_was_put_in(opened: Zone, told: Told) -> None:
    asked = set(SOME)
    edges = [edge for edge in told.edges if asked & set(edge[:2])]
    assert sorted(opened.edges_at(SOME)) == edges
    assert sorted(opened.members_at(SOME)) == [m for m in told.members if m[0] in asked]
    rows = [f"feed/{n}" for n in SOME]
    assert opened.members(rows).rows() == [m for m in told.members if m[0] in asked]
    assert opened.details(SOME) == {n: str(n) for n in SOME if n < PEOPLE}
    assert opened.extent() == (ROWS, ROWS - 1)
    assert opened.rows_from(ROWS - 2) == [f"feed/{n}" for n in (ROWS - 2, ROWS - 1)]


def test_who_fits_comes_with_everybody_else_who_fits_the_same(opened: Zone, told: Told) -> None:
    there = {node for node, who in told.fits if who in SOME} | {5, 6}
    expected = [pair for pair in told.fits if pair[0] in there]
    assert [fit[:2] for fit in opened.fits(SOME, (5, 6))] == expected
    places = {(node, where) for node, where, who in told.mentions if who in SOME}
    named = [m for m in told.mentions if m[:2] in places or m[0] in (5, 6)]
    assert [fit[:3] for fit in opened.mention_fits(SOME, (5, 6))] == named
    assert opened.fits(()) == opened.mention_fits(()) == []


def test_what_is_removed_is_gone_and_nothing_else(opened: Zone, told: Told) -> None:
    gone = set(SOME)
    places = [m[:2] for m in told.mentions[::7]]
    with opened.changing():
        opened.remove(SOME, ["d1", "d2", "d3"])
        opened.remove_mentions(places)
    assert opened.members().rows() == [m for m in told.members if m[0] not in gone]
    left = opened.edges()
    pairs = list(zip(left.a.tolist(), left.b.tolist(), strict=True))
    assert pairs == [e[:2] for e in told.edges if not gone & set(e[:2])]
    assert [f[:2] for f in opened.fits(range(PEOPLE))] == [f for f in told.fits if f[0] not in gone]
    assert [f[:3] for f in opened.mention_fits(range(PEOPLE))] == [
        m for m in told.mentions if m[0] not in gone and m[:2] not in places
    ]
    assert opened.gone() == {"d1", "d2", "d3"}


def test_who_is_not_as_they_were(opened: Zone) -> None:
    asked = pl.DataFrame({"number": [1, 2, 99], "digest": ["1", "other", "99"]})
    assert opened.strangers(asked) == {2, 99}


def test_a_change_that_fails_leaves_facts_as_they_were(opened: Zone) -> None:
    assert opened.fact("ledger") == "7"

    def fail() -> None:
        with opened.changing():
            opened.keep_facts(ledger="8")
            assert opened.fact("ledger") == "8"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert opened.fact("ledger") == "7" and opened.fact("unknown") == ""


def test_what_may_wait_is_kept_with_the_next_change_or_at_the_end(
    told: Told, tmp_path: Path
) -> None:
    with Zone(tmp_path) as zone:
        zone.keep_later(first="1")
        assert zone.fact("first") == "1"
        with zone.changing():
            zone.keep_facts(ledger="8")
        zone.keep_later(second="2")
    with Zone(tmp_path) as zone:
        kept = [zone.fact(name) for name in ("first", "second", "ledger", "day")]
    assert kept == ["1", "2", "8", "2026-11-30"]


def test_what_may_wait_is_lost_by_an_interruption(told: Told, tmp_path: Path) -> None:
    def fail() -> None:
        with Zone(tmp_path) as zone:
            zone.keep_later(first="1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with Zone(tmp_path) as zone:
        assert zone.fact("first") == ""


def _frame(nodes: range, names: tuple[str, ...]) -> pl.DataFrame:
    made = {
        "node": list(nodes),
        "row": [f"feed/{n}" for n in nodes],
        "place": ["guardian1" if n % 2 else "guardian2" for n in nodes],
        "given": [f"name {n}" for n in nodes],
        "birth": [date(2000, 1, 1)] * len(nodes),
    }
    return pl.DataFrame(made).select(names)


def test_rows_that_arrive_are_read_with_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later delivery may name its columns in another order, and begins files of its own."""
    monkeypatch.setattr(zone_rows, "SHARD", 8)
    write_rows(tmp_path, _frame(range(20), ("row", "place", "given", "birth", "node")))
    write_rows(tmp_path, _frame(range(20, 50), ("node", "row", "given", "place", "birth")))
    found = read_rows(tmp_path)
    assert found["node"].to_list() == list(range(50))
    assert found.select("row", "given").rows() == [(f"feed/{n}", f"name {n}") for n in range(50)]
    assert len(list((tmp_path / "rows").iterdir())) == 7


def test_rows_and_mentions_leave_the_files_they_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zone_rows, "SHARD", 8)
    columns = ("node", "row", "place", "given", "birth")
    write_rows(tmp_path, _frame(range(40), columns))
    write_rows(tmp_path, _frame(range(40), columns), "mentions")
    whole = list(range(8, 16))  # a whole file
    remove_rows(tmp_path, [1, *whole], [(1, "guardian1"), (5, "guardian1"), (6, "guardian1")])
    gone = {1, *whole}
    assert read_rows(tmp_path)["node"].to_list() == [n for n in range(40) if n not in gone]
    held = read_rows(tmp_path, kind="mentions")["node"].to_list()
    # node 5 is named at guardian1; node 6 at another place, which stays
    assert held == [n for n in range(40) if n not in gone | {5}]
    assert not (tmp_path / "rows" / "000001.arrow").exists()


def _bytes(path: Path) -> bytes:
    """Everything that stands in a file of rows, its compressed parts too."""
    with pyarrow.OSFile(str(path)) as file:
        table = pyarrow.ipc.open_file(file).read_all()
    chunks = [chunk for column in table.columns for chunk in column.chunks]
    return b"".join(buffer.to_pybytes() for chunk in chunks for buffer in chunk.buffers() if buffer)


def test_no_byte_of_a_row_stays_in_its_file(tmp_path: Path) -> None:
    """Long texts lie in memory that many rows share, which must not be written out with those that stay."""
    nodes = range(500)
    texts = [f"{n:05d} long enough not to lie in the row itself" for n in nodes]
    made = pl.DataFrame({"node": nodes, "place": "guardian1", "given": texts})
    write_rows(tmp_path, made)
    write_rows(tmp_path, made, "mentions")
    write_rows(tmp_path, made.head(300).tail(3).with_columns(given=pl.lit("another")))
    remove_rows(tmp_path, [7, 8], [(9, "guardian1")])
    held, named = (_bytes(tmp_path / kind / "000000.arrow") for kind in ("rows", "mentions"))
    assert [b"%05d long" % n in held for n in (6, 7, 8, 9, 298)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert [b"%05d long" % n in named for n in (6, 7, 8, 9, 298)] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_no_byte_of_a_row_stays_in_files_of_an_earlier_form(tmp_path: Path) -> None:
    texts = [f"{n:05d} long enough not to lie in the row itself" for n in range(500)]
    (tmp_path / "rows").mkdir()
    pl.DataFrame({"node": range(500), "given": texts}).write_ipc(tmp_path / "rows/000000.arrow")
    remove_rows(tmp_path, [7])
    held = _bytes(tmp_path / "rows" / "000000.arrow")
    assert b"00006 long" in held and b"00007 long" not in held
    assert read_rows(tmp_path)["given"].to_list() == [t for n, t in enumerate(texts) if n != 7]


def test_no_byte_of_a_row_stays_in_the_database(told: Told, tmp_path: Path) -> None:
    with Zone(tmp_path) as zone, zone.changing():
        zone.remove([123], ["digest"])
        zone.keep_facts(due="yes")
    assert b"feed/123" in (tmp_path / "zone.duckdb").read_bytes()  # or this shows nothing
    with Zone(tmp_path) as zone:
        before = zone.members(), zone.edges(), zone.fits(range(PEOPLE)), zone.gone()
    forget(tmp_path, "due")
    left = (tmp_path / "zone.duckdb").read_bytes()
    assert b"feed/123" not in left and b"feed/124" in left
    with Zone(tmp_path) as zone:
        assert zone.fact("due") == "" and zone.fact("ledger") == "7"
        after = zone.members(), zone.edges(), zone.fits(range(PEOPLE)), zone.gone()
        assert after[0].equals(before[0]) and after[2:] == before[2:]
        assert np.array_equal(after[1].weight, before[1].weight)
        indexes = zone._run("select index_name from duckdb_indexes()")
    assert ("member_row",) in indexes and len(indexes) == sum(map(len, zones.INDEXED.values()))
    assert [path.name for path in tmp_path.iterdir()] == ["zone.duckdb"]


def test_an_interruption_of_that_leaves_the_zone_as_it_was(told: Told, tmp_path: Path) -> None:
    (tmp_path / "zone.duckdb.part").write_bytes(b"half")
    (tmp_path / "zone.duckdb.part.wal").write_bytes(b"half")
    discard(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["zone.duckdb"]
    with Zone(tmp_path) as zone:
        assert zone.extent() == (ROWS, ROWS - 1)
