"""Names of those who said no, or were not asked, stand nowhere; with or without their rows all is equal.

Every person of the town has names that nobody else has. A name in a row that was not let in, as the
clerk spelled it there, is looked for in every table, file and temporary file, packed or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from licet.chapters.arriving import follow
from licet.chapters.linking import Linked, link
from licet.engines.duckdb import DuckDBEngine
from licet.engines.zone import Zone
from tests.linkage.conftest import Made
from tests.linkage.town import (
    NOW,
    TODAY,
    answer,
    drawn,
    event,
    store_of,
)  # fmt: skip


def texts_of_table(frame: pl.DataFrame) -> Iterator[str]:
    """Everything in a table, as text."""
    for name in frame.columns:
        yield from frame[name].cast(pl.String, strict=False).drop_nulls().unique().to_list()


def everything(folder: Path) -> str:
    """All that a folder holds: bytes as they are, and what packed files hold."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        parts += [path.as_posix(), path.read_bytes().decode("latin-1")]
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path)
            lists = [n for n, kind in frame.schema.items() if kind == pl.List]
            parts += texts_of_table(frame.drop(lists))
        elif path.suffix == ".arrow":
            parts += texts_of_table(pl.read_ipc(path))
    return "\n".join(parts)


def tables(connection: duckdb.DuckDBPyConnection) -> str:
    """Every table that an engine holds, temporary ones too."""
    names = connection.execute("select table_name from information_schema.tables").fetchall()
    parts = []
    for (name,) in names:
        parts += texts_of_table(
            pl.DataFrame(
                connection.execute(f'select columns(*)::varchar from "{name}"').to_arrow_table()
            )
        )
    return "\n".join(parts)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engine and its folder held at the moment the engine was closed."""
    found: list[str] = []
    close = DuckDBEngine.close

    def look(engine: DuckDBEngine) -> None:
        found.append(tables(engine._connection))
        found.append(everything(engine._spilled.parent))
        close(engine)

    monkeypatch.setattr(DuckDBEngine, "close", look)
    return found


def markers(case: Made, let_in: set[str]) -> set[str]:
    """Names in rows that were not let in, and in no row that was; and of mentions of such people."""
    town = case.town
    rows = {f"{feed}/{row['record']}": row for feed, of in town.rows.items() for row in of}
    theirs = {rows[name][part] for name in let_in for part in ("given", "middle")}
    people = {p.given for p in town.people if case.answers[p.number] == "yes"}
    out = {
        row[part]
        for name, row in rows.items()
        if name not in let_in
        for part in ("given", "middle")
    }
    named = {town.people[number].given for number in town.mentioned.values()}
    silent = {p.given for p in town.people if case.answers[p.number] != "yes"}
    return {name for name in (out - theirs - people) | (named & silent) if len(name) >= 6}


def let_in(found: Linked) -> set[str]:
    return set(pl.read_parquet(found.folder / "crosswalk.parquet")["row"])


def outputs(found: Linked) -> tuple[pl.DataFrame, ...]:
    """The outputs that name people: as written, and without what only says where a row lies."""
    return tuple(
        pl.read_parquet(found.folder / f"{name}.parquet") for name in ("persons", "crosswalk")
    )


def asked(published: Made, to: Path, seed: int) -> Made:
    """The town with another pattern of answers."""
    case = published.again(to)
    draw = np.random.default_rng([11, seed])
    shares = draw.dirichlet([4, 2, 1, 1])
    answers = drawn(case.town, draw, list(shares + np.array([0.2, 0.05, 0, 0])))
    answer(case.root, case.town, answers, draw, known=float(draw.random()))
    return Made(case.root, case.town, answers)


def test_no_name_of_a_refuser_stands_anywhere_and_their_rows_change_nothing(
    published: Made, tmp_path: Path, seen: list[str], full: bool
) -> None:
    for seed in range(200 if full else 1):
        case = asked(published, tmp_path / f"with-{seed}", seed)
        refusers = {n for n, word in case.answers.items() if word == "no"}
        without = case.again(tmp_path / f"without-{seed}")
        without.town.write(without.root, without=refusers)
        seen.clear()
        found = link(case.use, today=TODAY)
        rows = let_in(found)
        permitted = {n for n, word in case.answers.items() if word == "yes"}
        assert rows <= case.town.rows_of(permitted), "a row of somebody who did not say yes"
        forbidden = markers(case, rows)
        assert forbidden and len(seen) == 2
        places = [*seen, everything(case.root / "runs")]
        for text in places:
            assert [name for name in sorted(forbidden) if name in text] == []
        spared = link(without.use, today=TODAY)
        for one, other in zip(outputs(found), outputs(spared), strict=True):
            assert one.equals(other)


def test_withdrawing_lets_no_row_in(published: Made, tmp_path: Path, full: bool) -> None:
    for seed in range(20 if full else 1):
        case = asked(published, tmp_path / f"before-{seed}", seed)
        before = let_in(link(case.use, today=TODAY))
        draw = np.random.default_rng(seed)
        yes = [n for n, word in case.answers.items() if word == "yes"]
        leaving = [int(n) for n in draw.choice(yes, 3, replace=False)]
        with store_of(case.root) as store:
            said = [event(case.town.people[n], "withdraw", 9) for n in leaving]
            store.permissions.append(said, now=NOW)
        followed = follow(case.use, today=TODAY)
        assert followed is not None
        after = set(pl.read_parquet(followed[0].folder / "crosswalk.parquet")["row"])
        again = let_in(link(case.use, today=TODAY))
        assert after <= before and again <= after | (before - after)
        assert again == after, "following is what linking again lets in"
        assert not again & case.town.rows_of(leaving)


def test_a_name_of_somebody_who_withdrew_is_gone_from_the_run(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    one = next(
        n
        for n, word in sorted(case.answers.items())
        if word == "yes" and len(case.town.rows_of({n})) > 1 and n in case.town.mentioned.values()
    )
    person = case.town.people[one]
    assert person.given in everything(case.root / "runs")
    with store_of(case.root) as store:
        store.permissions.append([event(person, "withdraw", 9)], now=NOW)
    followed = follow(case.use, today=TODAY)
    assert followed is not None
    text = everything(case.root / "runs")
    assert person.given not in text and person.middle not in text
    with Zone(followed[0].folder) as zone:
        members, edges = zone.members(), zone.edges()
    assert not set(members["row"]) & case.town.rows_of({one})
    assert {*edges.a.tolist(), *edges.b.tolist()} <= set(members["node"])


def test_a_run_that_another_took_the_place_of_holds_no_row(linked: Made, tmp_path: Path) -> None:
    """Nobody would follow a no in it."""
    case = linked.again(tmp_path / "town")
    (first,) = (case.root / "runs" / "early-help").glob("2*")
    silent = next(p for p in case.town.people if case.answers[p.number] == "absent")
    answer(case.root, case.town, {silent.number: "yes"}, np.random.default_rng(1))
    second = link(case.use, today=TODAY)
    assert second.new and second.folder != first
    assert not list(first.rglob("*.arrow")) and not list(first.rglob("*.parquet"))
    assert not (first / "zone.duckdb").exists() and (first / "report.json").exists()
    with store_of(case.root) as store:
        assert [run.state for run in store.runs.all()] == ["destroyed", "released"]
        assert list(store.log.entries())[-1].leaf.kind == "destroyed"


def test_mentions_of_those_who_did_not_say_yes_reach_no_engine_file(linked: Made) -> None:
    silent = {p.given for p in linked.town.people if linked.answers[p.number] != "yes"}
    held = [pl.read_ipc(path) for path in linked.root.rglob("mentions/*.arrow")]
    kept = set(pl.concat(held)["given"].drop_nulls()) if held else set()
    assert kept and not kept & silent
