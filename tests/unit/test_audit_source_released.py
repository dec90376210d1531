"""Two releases of a source audit, a few rows between them: what changed cannot be worked out of the JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.audit.source import SourceAudit
from licet.chapters import auditing
from licet.chapters.auditing_source import audit_source, released_name, source_json, write_source
from licet.disclosure.releases import Printed
from licet.errors import BadInput
from licet.files.audit_released import read_released, released_text
from tests.audit.test_source import FEED, POPULATION, extract
from tests.conftest import FULL
from tests.disclosure_attack.attacker import Attacker

DAY = date(2026, 2, 2)
SINCE = "not updated: too few changed since 2026-02-02"
SEEDS = range(8) if FULL else range(1)
Key = tuple[str, str, str, str]


def big() -> pl.DataFrame:
    rows = pl.concat([extract()] * 3)
    return rows.with_columns(id=pl.int_range(pl.len()).cast(pl.String))


def fewer(seed: int) -> pl.DataFrame:
    """Four rows are gone."""
    frame = big()
    there = np.ones(frame.height, bool)
    there[np.random.default_rng(seed).choice(frame.height, 4, replace=False)] = False
    return frame.filter(pl.Series(there))


def two(seed: int) -> tuple[SourceAudit, SourceAudit, SourceAudit]:
    """The first release, the second in the knowledge of it, and the second as if it were the first."""
    first, frame = audit_source((FEED, big()), POPULATION), fewer(seed)
    earlier = [Printed(DAY, first.printed)]
    return (first, audit_source((FEED, frame), POPULATION, earlier=earlier),
            audit_source((FEED, frame), POPULATION))  # fmt: skip


def counts(document: dict[str, Any]) -> dict[Key, int | None]:
    """Rows of everybody and of groups, and rows with each fault."""
    found: dict[Key, int | None] = {}
    for row in document["faults"]:
        found[row["by"], row["group"], "", ""] = row["rows"]
        found[row["by"], row["group"], row["field"], row["fault"]] = row["count"]
    for row in document["over_representation"]:
        if row["people"] is not None:
            found[row["by"], row["group"], "", ""] = row["people"]
    return found


def attacker(told: dict[Key, int | None]) -> tuple[Attacker, dict[Key, int]]:
    """What is shown, and that groups of a breakdown are no more than everybody, and faults no more than rows."""
    places = {key: place for place, key in enumerate(told)}
    found = Attacker(len(places))
    for key, count in told.items():
        if count is not None:
            found.learn([places[key]], count)
        by, group, _, fault = key
        if fault:
            found.between({places[by, group, "", ""]: 1.0, places[key]: -1.0}, 0, np.inf)
    for key in told:
        if not key[0]:
            for by in {other[0] for other in told} - {""}:
                inside = [places[o] for o in told if o[0] == by and o[2:] == key[2:]]
                found.between(dict.fromkeys(inside, -1.0) | {places[key]: 1.0}, 0, 0)
    return found, places


def small(
    first: dict[Key, int | None], second: dict[Key, int | None]
) -> Iterator[tuple[Key, int, int]]:
    for key, was in first.items():
        now = second.get(key)
        if was is not None and now is not None and 0 < abs(now - was) < 10:
            yield key, was, now


@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_of_few_rows_cannot_be_worked_out(seed: int) -> None:
    first, second, free = (counts(json.loads(source_json(one))) for one in two(seed))
    changed = list(small(first, free))
    assert len(changed) >= 3, "there is something to find"
    assert not list(small(first, second)), "nothing is printed that tells it"
    found, places = attacker(second)
    for key, was, now in changed:
        least, most = found.range_of([places[key]])
        far = was + 10 if now > was else max(was - 10, 0)
        assert least <= min(was, far) and most >= max(was, far), (key, was, now, least, most)


def test_a_first_release_is_as_it_is_and_what_waits_says_so() -> None:
    first, second, free = two(0)
    assert not any(one.waits for one in (*first.faults, *free.faults))
    assert not any(one.waits for one in free.represented)
    again = audit_source((FEED, big()), POPULATION, earlier=[Printed(DAY, first.printed)])
    assert source_json(again) == source_json(first)
    waiting = {one.waits for one in second.faults} | {one.waits for one in second.represented}
    assert waiting == {"", SINCE}
    assert SINCE in source_json(second)


def test_the_record_lies_beside_the_output_and_holds_what_is_printed(tmp_path: Path) -> None:
    found = audit_source((FEED, big()), POPULATION)
    write_source(found, tmp_path)
    path = tmp_path / released_name(FEED.id)
    (record,) = read_released(path, FEED.id)
    assert record.cells == found.printed and record.day == found.day
    printed = {count for count in counts(json.loads(source_json(found))).values() if count}
    assert printed <= set(record.cells.values())
    assert not any(0 < count < 10 for count in record.cells.values())
    assert read_released(path, "another") == () == read_released(tmp_path / "none.json", FEED.id)
    write_source(found, tmp_path, (record,))
    assert len(read_released(path, FEED.id)) == 1, "nothing new was printed"


def test_a_broken_record_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "forecast-audit.released.json"
    for text in ("{", "[]", '{"schema": "other"}', released_text("a", [], Printed(DAY, {}))[:-30]):
        path.write_text(text)
        with pytest.raises(BadInput, match="printed before"):
            read_released(path, "a")


def test_the_program_reads_the_record_of_the_folder(tmp_path: Path) -> None:
    """Written twice into one folder, with four rows fewer the second time."""
    feed = tmp_path / "roll.toml"
    _write(feed, big())
    place = tmp_path / "out"
    auditing.source(feed, folder=place)
    _write(feed, fewer(0))
    done = auditing.source(feed, folder=place)
    assert "not updated: too few changed since" in done.json
    assert done.json == done.paths["data"].read_text()
    elsewhere = auditing.source(feed, folder=tmp_path / "new")
    assert "not updated" not in elsewhere.json


def _write(feed: Path, frame: pl.DataFrame) -> None:
    frame.write_csv(feed.parent / "roll.csv")
    feed.write_text(
        'id = "roll"\nservice = "education"\ntitle = "School roll"\nextract = 2026-09-01\n'
        'one_record_per_person = true\n[location]\nkind = "csv"\npath = "roll.csv"\n'
        '[fields]\nrecord = "id"\ngiven = "first"\nbirth = "dob"\nuprn = "uprn"\nseen_to = "until"\n'
        '[audit_only]\nethnicity = "eth"\ndisputed = "contested"\n',
        encoding="utf-8",
    )
