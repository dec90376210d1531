"""The made-up town written into a workspace: feeds, survey answers, permissions, and the truth apart.

Everything says that it is synthetic. The truth is for audits of Licet itself; no feed, no linkage
and no ruling may read it.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
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
    from licet.synthetic.town.lines import Lines
    from licet.synthetic.town.whole import Town

USE = "early-help"
SERVICES = ("education", "early_years", "social_work")
"""The use that the town's families were asked about, and the services that wrote to them."""
PERMISSIONS = f"permissions/synthetic-{USE}.csv"
RIGHTS_USE = "free-school-meals"
RIGHTS_SERVICES = ("education", "benefits")
"""The other use that they were asked about: it finds who misses a right."""
RIGHTS_PERMISSIONS = f"permissions/synthetic-{RIGHTS_USE}.csv"
LABELS = "truth/labels.csv"
"""Who is behind each row, with their groups, as ``licet audit linkage --truth`` takes it."""
SCORES, SCORES_PLAN = "vendor/scores.csv", "audits/vendor.toml"
"""A made-up vendor's score about the town's children, and the plan of its audit."""
NOTE = "SYNTHETIC: made by a program. Nobody in it exists."
CODEBOOK = ("evidence", "town-2026", "codebook.toml")
"""Of the survey: where it lies in the folder that comes with Licet, and in any workspace."""
_EXTRACT = re.compile(rb"(?m)^extract = .*$")
_INTERVIEWS = re.compile(rb"(?m)^interviews = .*$")
_UNTIL = re.compile(rb"(?m)^follow_up_until = .*$")
_FIT = re.compile(rb"(?m)^fit_before = .*$")
_GIVEN = (
    f"uses/{RIGHTS_USE}.toml", "uses/early-help-forecast.toml",
    f"criteria/{RIGHTS_USE}.toml", "criteria/early-help.toml",
)  # fmt: skip
"""Documents that a workspace gets as they come with Licet, where it has none of that name."""
_README = {
    "feeds/data/README.md": (
        "Made-up extracts of six services, and dated lines of their records (SERVICE_TABLE). The "
        "contracts are one folder up."
    ),
    "permissions/README.md": (
        "Made-up answers of families who were asked about the uses early-help and "
        "free-school-meals, a table each. `licet permission import` reads them; `records` holds "
        "ids of rows, with ; between; an empty `verified_by` means that nobody has checked who "
        "answered; an empty `service` means all."
    ),
    "truth/README.md": (
        "What is true of the made-up town, and the declared rates: who is behind each row, where "
        "and with whom people live, which errors were made, who was in need, who misses a right. "
        "For audits of Licet itself. No feed, linkage, rule or ruling may read it."
    ),
    "vendor/README.md": (
        "A made-up vendor's score about children of the town, and what came to be. It is there to "
        "be audited: licet audit forecast audits/vendor.toml --data vendor/scores.csv"
    ),
}


def write_town(
    folder: Path, people: int = 5000, seed: int = 1, today: date = TODAY
) -> tuple[Path, ...]:
    """Make the town and write it into a workspace folder; returns the files written, by name.

    Writes ``feeds/data``, ``evidence/town-2026``, ``permissions``, ``vendor`` and ``truth``; the
    contracts of the feeds, the codebook, two uses with their rules and the plan of an audit too,
    where there are none or only those that come with Licet. The files are the same for the same
    arguments. Refuses a folder that cannot be written, and a town that is too small or too large.
    """
    from licet.synthetic.town.answering import RIGHTS, answer
    from licet.synthetic.town.lines import make_lines
    from licet.synthetic.town.whole import make_town

    folder = Path(folder)
    check_folder(folder)
    town = make_town(people, seed, today)
    answered = answer(town, USE, SERVICES, seed)
    found: dict[Path, bytes] = {}
    for name, data in _documents(town, answered, seed):
        found[folder / name] = data
    lines = make_lines(town)
    rights = answer(town, RIGHTS_USE, RIGHTS_SERVICES, seed, mark="rights-", willing=RIGHTS)
    for name, data in _of_lines(town, lines, rights):
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
    yield LABELS, _csv(_labels(town))
    yield "truth/declared_errors.csv", _csv(differences.declared())
    yield "truth/declared_permission.csv", _csv(answering.declared())
    yield "truth/declared_shares.csv", _csv(asked.shares())
    size = f"{town.people.height:,} people, seed {town.seed}, extracts of {town.today}."
    for name, text in _README.items():
        yield name, f"# {NOTE}\n\n{text}\n\n{size}\n".encode()


def _labels(town: Town) -> pl.DataFrame:
    people = town.people.select("person", "sex", "ethnicity", lone_parent="lone")
    return town.truth.select("row", "person").join(people, on="person", maintain_order="left")


def _of_lines(town: Town, lines: Lines, rights: Answered) -> Iterator[tuple[str, bytes]]:
    """The value tables, what is true behind them, and what is made of them."""
    from licet.synthetic import vendor
    from licet.synthetic.town.lines import declared

    for (feed, table), frame in lines.tables.items():
        if feed in ("social_work", "health"):
            yield f"feeds/data/{feed}_{table}.parquet", parquet(frame)
        else:
            separator = ";" if feed == "early_years" else ","
            yield f"feeds/data/{feed}_{table}.csv", _csv(frame, separator)
    yield RIGHTS_PERMISSIONS, _csv(rights.answers)
    truth = {
        "needs": lines.needs,
        "events": lines.events,
        "entitled": lines.rights,
        "awards": lines.awards,
        "meals": lines.meals,
        "rights_asked": rights.asked,
        "rights_voices": rights.voices,
    }
    for name, frame in truth.items():
        yield f"truth/{name}.parquet", parquet(frame)
    yield "truth/declared_lines.csv", _csv(declared())
    yield SCORES, _csv(vendor.scored(town, lines))


def _declared(folder: Path, town: Town, made: dict[Path, bytes]) -> dict[Path, bytes]:
    """Contracts, codebook, plan, uses and rules that fit the town, unless somebody has changed those in
    the folder."""
    from licet.synthetic.vendor import FIT_AGO

    bundled = files("licet.bundled") / "town-2026"
    extract = f"extract = {town.today.isoformat()}".encode()
    answers = next(data for path, data in made.items() if path.name == "answers.csv")
    interviews = f"interviews = {answers.count(b'SYNTHETIC')}".encode()
    fit = (town.today - timedelta(days=FIT_AGO)).isoformat()
    until = f"follow_up_until = {town.today.isoformat()}".encode()
    changes: dict[str, dict[re.Pattern[bytes], bytes]] = {
        **{f"feeds/{name}.toml": {_EXTRACT: extract} for name in sorted(town.feeds)},
        "/".join(CODEBOOK): {_INTERVIEWS: interviews},
        SCORES_PLAN: {_UNTIL: until, _FIT: f"fit_before = {fit}".encode()},
        **{name: {} for name in _GIVEN},
    }
    found = {}
    for name, lines in changes.items():
        came = bundled.joinpath(*name.split("/")).read_bytes()
        path = folder / name
        if path.exists() and _without(path.read_bytes(), lines) != _without(came, lines):
            continue
        for line, text in lines.items():
            came = line.sub(text, came)
        found[path] = came
    return found


def _without(data: bytes, lines: Iterable[re.Pattern[bytes]]) -> bytes:
    for line in lines:
        data = line.sub(b"", data)
    return data


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
