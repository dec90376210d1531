"""The made-up town written into a workspace: feeds, survey answers, permissions, and the truth apart.

Everything says that it is synthetic. The truth is for audits of Licet itself; no feed, no linkage
and no ruling may read it.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from licet.errors import bad
from licet.files.reading import reason, shown
from licet.files.writing import check_folder, write_together
from licet.synthetic.town.rates import TODAY

if TYPE_CHECKING:
    import polars as pl

    from licet.synthetic.town.answering import Answered
    from licet.synthetic.town.whole import Town

USE = "early-help"
SERVICES = ("education", "early_years", "social_work")
"""The use that the town's families were asked about, and the services that wrote to them."""
PERMISSIONS = f"permissions/synthetic-{USE}.csv"
NOTE = "SYNTHETIC: made by a program. Nobody in it exists."
CODEBOOK = ("evidence", "town-2026", "codebook.toml")
"""Of the survey: where it lies in the folder that comes with Licet, and in any workspace."""
_EXTRACT = re.compile(rb"(?m)^extract = .*$")
_INTERVIEWS = re.compile(rb"(?m)^interviews = .*$")
_README = {
    "feeds/data/README.md": "Made-up extracts of six services. The contracts are one folder up.",
    "permissions/README.md": (
        "Made-up answers of families who were asked about the use early-help. `licet permission "
        "import` reads the table; `records` holds ids of rows, with ; between; an empty "
        "`verified_by` means that nobody has checked who answered; an empty `service` means all."
    ),
    "truth/README.md": (
        "What is true of the made-up town, and the declared rates: who is behind each row, where "
        "and with whom people live, which errors were made. For audits of Licet itself. No feed, "
        "linkage or ruling may read it."
    ),
}


def write_town(
    folder: Path, people: int = 5000, seed: int = 1, today: date = TODAY
) -> tuple[Path, ...]:
    """Make the town and write it into a workspace folder; returns the files written, by name.

    Writes ``feeds/data``, ``evidence/town-2026``, ``permissions`` and ``truth``; the contracts of
    the feeds and the codebook too, where there are none or only those that come with Licet. The
    files are the same for the same arguments. Refuses a folder that cannot be written, and a town
    that is too small or too large.
    """
    from licet.synthetic.town.answering import answer
    from licet.synthetic.town.whole import make_town

    folder = Path(folder)
    check_folder(folder)
    town = make_town(people, seed, today)
    answered = answer(town, USE, SERVICES, seed)
    found: dict[Path, bytes] = {}
    for name, data in _documents(town, answered, seed):
        found[folder / name] = data
    found |= _declared(folder, town, found)
    return _written(found)


def _written(found: dict[Path, bytes]) -> tuple[Path, ...]:
    try:
        for parent in sorted({path.parent for path in found}):
            parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        where = shown(next(iter(found)).parent)
        raise bad(
            f"the folder cannot be made ({reason(error)})", where, "a folder to write in"
        ) from None
    write_together(found)
    return tuple(sorted(found))


def _documents(town: Town, answered: Answered, seed: int) -> Iterator[tuple[str, bytes]]:
    """Every generated file: its name in the workspace, and what is in it."""
    from licet.synthetic.town import answering, asked, differences

    feeds = town.feeds
    for name in ("education", "benefits"):
        yield f"feeds/data/{name}.csv", _csv(feeds[name])
    yield "feeds/data/early_years.csv", _csv(feeds["early_years"], ";")
    for name in ("social_work", "health"):
        yield f"feeds/data/{name}.parquet", parquet(feeds[name])
    yield "feeds/data/housing.sqlite3", _sqlite(feeds["housing"], "household_members")
    yield f"evidence/{asked.ID}/answers.csv", asked.to_csv(asked.survey(town, seed)).encode()
    yield PERMISSIONS, _csv(answered.answers)
    truth = {
        "people": town.people,
        "dwellings": town.dwellings,
        "residences": town.residences,
        "relationships": town.relationships,
        "truth": town.truth,
        "errors": town.errors,
        "asked": answered.asked,
        "voices": answered.voices,
    }
    for name, frame in truth.items():
        yield f"truth/{name}.parquet", parquet(frame)
    yield "truth/declared_errors.csv", _csv(differences.declared())
    yield "truth/declared_permission.csv", _csv(answering.declared())
    yield "truth/declared_shares.csv", _csv(asked.shares())
    size = f"{town.people.height:,} people, seed {town.seed}, extracts of {town.today}."
    for name, text in _README.items():
        yield name, f"# {NOTE}\n\n{text}\n\n{size}\n".encode()


def _declared(folder: Path, town: Town, made: dict[Path, bytes]) -> dict[Path, bytes]:
    """Contracts and codebook that fit the town, unless somebody has changed those in the folder."""
    bundled = files("licet.bundled") / "town-2026"
    extract = f"extract = {town.today.isoformat()}".encode()
    answers = next(data for path, data in made.items() if path.name == "answers.csv")
    interviews = f"interviews = {answers.count(b'SYNTHETIC')}".encode()
    parts = [(f"feeds/{name}.toml", _EXTRACT, extract) for name in sorted(town.feeds)]
    parts.append(("/".join(CODEBOOK), _INTERVIEWS, interviews))
    found = {}
    for name, line, text in parts:
        came = bundled.joinpath(*name.split("/")).read_bytes()
        path = folder / name
        if path.exists() and line.sub(b"", path.read_bytes()) != line.sub(b"", came):
            continue
        found[path] = line.sub(text, came)
    return found


def _csv(frame: pl.DataFrame, separator: str = ",") -> bytes:
    return frame.write_csv(separator=separator).encode()


def parquet(frame: pl.DataFrame) -> bytes:
    """A table as Parquet that says that it is synthetic."""
    data = io.BytesIO()
    frame.write_parquet(data, metadata={"note": NOTE})
    return data.getvalue()


def _sqlite(frame: pl.DataFrame, table: str) -> bytes:
    """A SQLite database with one table of text, and one that says that it is synthetic."""
    columns = ", ".join(f'"{name}" TEXT' for name in frame.columns)
    places = ", ".join("?" for _ in frame.columns)
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f'CREATE TABLE "{table}" ({columns})')
        base.executemany(f'INSERT INTO "{table}" VALUES ({places})', frame.rows())
        base.execute("CREATE TABLE read_me (note TEXT)")
        base.execute("INSERT INTO read_me VALUES (?)", (NOTE,))
        base.commit()
        return base.serialize()
