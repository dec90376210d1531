"""A made-up town of any size for benchmarks, its feeds as Parquet: ``python bench/town.py OUT``.

As dense as the records on which linking was first measured: 979,080 records of 400,000 people.
Writes OUT/feeds/*.toml, OUT/feeds/data/*.parquet and, apart from them, OUT/truth/records.parquet.
"""

from __future__ import annotations

import argparse
import re
from importlib.resources import files
from pathlib import Path
from time import perf_counter

import polars as pl

from licet.files.town import parquet
from licet.synthetic.town.whole import Town, make_town

PEOPLE, RECORDS = 400_000, 979_080
REGISTERS = ("education", "health")
_LOCATION = re.compile(r"(?ms)^\[location\]\n.*?\n\n")
_TABLES = re.compile(r"(?ms)^# Value tables.*")


def dense(people: int = PEOPLE, seed: int = 3) -> Town:
    """A town with ``RECORDS / PEOPLE`` records a person, within about 1 %."""
    sample = make_town(min(people, 20_000), seed)
    many = sample.truth.filter(~pl.col("feed").is_in(REGISTERS))
    known = many.select("feed", "person").unique().height
    missing = RECORDS / PEOPLE * sample.people.height - sample.truth.height
    return make_town(people, seed, more=max(missing / known, 0.0))


def write(town: Town, out: Path) -> None:
    """The feeds with contracts that read them as Parquet, and the truth apart."""
    data = out / "feeds" / "data"
    data.mkdir(parents=True, exist_ok=True)
    (out / "truth").mkdir(exist_ok=True)
    bundled = files("licet.bundled") / "town-2026" / "feeds"
    for name, frame in town.feeds.items():
        (data / f"{name}.parquet").write_bytes(parquet(frame))
        contract = (bundled / f"{name}.toml").read_text(encoding="utf-8")
        place = f'[location]\nkind = "parquet"\npath = "data/{name}.parquet"\n\n'
        contract = _TABLES.sub("", _LOCATION.sub(place, contract))  # no lines are made here
        (out / "feeds" / f"{name}.toml").write_text(contract, encoding="utf-8")
    (out / "truth" / "records.parquet").write_bytes(parquet(town.truth))


def main() -> None:
    """Make, write, and say how large and how long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=3)
    given = parser.parse_args()
    start = perf_counter()
    town = dense(given.people, given.seed)
    made = perf_counter()
    write(town, given.out)
    print(
        f"{town.truth.height:,} records of {given.people:,} people: made in {made - start:.1f} s, "
        f"written in {perf_counter() - made:.1f} s"
    )


if __name__ == "__main__":
    main()
