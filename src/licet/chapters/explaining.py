"""Why rows are one person: for a named officer, because it shows what the rows hold.

First the run in force follows the ledger to its end, so that nobody who said no is shown. Everything is
read from the run: the frozen model, the kept edges, what reviewers said. Nothing is trained.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from math import inf, isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from licet.chapters import arriving, releasing
from licet.chapters.joining import least_weight
from licet.chapters.stores import open_store
from licet.engines.explaining import meeting_blocks, score_rows, strongest_path
from licet.engines.zone import Zone, read_rows
from licet.errors import BadInput, bad
from licet.files.runs import RunPlace, current, read_manifest
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.linkage.measures import bridges
from licet.linkage.spec import FIELDS, LinkageSpec
from licet.log.forms import TEXT

if TYPE_CHECKING:
    from licet.store.reviews import Review

PERSON = re.compile(r"p[0-9a-f]{24}")
"""The form of a person's id."""
SHOWN = (*FIELDS, "seen_from", "seen_to")
"""What of a row is shown to the officer."""


@dataclass(frozen=True)
class Scene:
    """A run in force, open to be looked at. members: row, node, person; rows: in standard form."""

    place: RunPlace
    spec: LinkageSpec
    members: pl.DataFrame
    rows: pl.DataFrame
    edges: tuple[tuple[str, str, float], ...]
    reviews: tuple[Review, ...]

    @property
    def line(self) -> float:
        """From how many bits rows may be joined."""
        return least_weight(self.spec.link_above)


def explain_linked(
    what: Sequence[str], where: Path | None = None, *, officer: str, today: date
) -> dict[str, Any]:
    """Why two rows are one person or are not, or why all rows of a person are, as plain values.

    what: a person's id, or the id of one of its rows, or those of two rows. where: WORKSPACE/USE, or the
    document of a use. Raises
    BadInput where nobody is named, no run is in force, or the run does not know a row or the person.
    The log says that somebody looked, and who; neither the person nor a row is in it.
    """
    if not officer.strip():
        raise bad(
            "this shows what rows hold, and nobody is named who looks",
            "--as",
            "the post of the officer, as it may stand in the public log",
            'licet explain ... --as "Early help, team 2"',
        )
    path = named_use(where)
    workspace = find_workspace(path)
    assert workspace is not None
    use = read_use(path)
    place = readable_run(workspace, use.id, path, today)
    said: dict[str, Any] = {"use": use.id, "title": use.title, "run": place.run, "officer": officer}
    said |= {"day": today.isoformat(), "synthetic": _synthetic(place), "asked": list(what)}
    with open_store(workspace) as store:
        reviews = store.reviews.standing(use.id)
    with Zone(place.folder) as zone:
        if len(what) == 1:
            person = what[0] if PERSON.fullmatch(what[0]) else _person_of(zone, what[0], use.id)
            scene = _scene(place, zone, zone.members(zone.rows_of(person)), reviews)
            found = {**said, **_person(scene, person)}
        else:
            first, second = what
            known = zone.members([first, second])
            _known(known, what, use.id)
            persons = known["person"].unique().sort().to_list()
            together = zone.members([row for person in persons for row in zone.rows_of(person)])
            scene = _scene(place, zone, together, reviews)
            found = {**said, **_pair(scene, first, second)}
    _log(workspace, place, officer)
    return found


def _log(workspace: Workspace, place: RunPlace, officer: str) -> None:
    """Say in the log that somebody looked, and who; never at whom. Unless it does, nothing is shown."""
    role = " ".join(officer.split())
    if not TEXT.fits(role):
        raise bad("this cannot be written into the log", "--as", TEXT.allowed)
    with open_store(workspace) as store:
        store.log.append("explained", {"run": place.run, "use": place.use, "role": role})


def explanation_text(found: Mapping[str, Any]) -> str:
    """For the terminal."""
    from licet.report.linkage.explaining import explanation_text as text

    return text(found)


def explanation_page(found: Mapping[str, Any]) -> str:
    """The same with its chart as a page."""
    from licet.report.linkage.explaining import explanation_page as page

    return page(found)


def named_use(where: Path | None) -> Path:
    """The document of the use that is meant."""
    if where is not None and where.is_file():
        return where
    root = find_workspace(where.parent if where else Path())
    if root is None:
        allowed = "WORKSPACE/USE: town/early-help"
        raise bad("this lies in no workspace", str(where or "."), allowed, "add --in WORKSPACE/USE")
    linked = [path for path in root.uses if current(root.root, read_use(path).id)]
    chosen = [
        path for path in linked if where is None or where.name in (path.stem, read_use(path).id)
    ]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(str(root.root / path.stem) for path in linked) or "a use that was linked"
    what = "it is not said in which use" if where is None else f"no run in force of {where.name!r}"
    raise bad(what, "--in", names, "link first, or name another use")


def readable_run(workspace: Workspace, use: str, path: Path, today: date) -> RunPlace:
    """The run in force, after it followed the ledger. Refuses one that is sealed."""
    run = current(workspace.root, use)
    if not run:
        raise bad(
            "this use has no run in force", f"runs/{use}", "a use that was linked", "link first"
        )
    with open_store(workspace) as store:
        state = store.runs.get(run).state
    if state != "released":
        raise bad(
            f"the run is {state}", run, "a run that is in force", "nothing of it may be shown"
        )
    place = RunPlace(workspace.root, use, run)
    expires = read_manifest(place.folder).get("expires", today.isoformat())
    if today > date.fromisoformat(expires):
        what = f"the ruling of the run ended on {expires}"
        raise bad(what, run, "a run that is in force", "nothing of it may be shown")
    arriving.follow(path, today=today)
    return place


def _synthetic(place: RunPlace) -> bool:
    try:
        told = json.loads((place.folder / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(told.get("synthetic"))


def _known(members: pl.DataFrame, rows: Sequence[str], use: str) -> None:
    """Refuse rows that the run does not hold, without saying whether they exist elsewhere."""
    if rows[0] == rows[1]:
        raise bad(f"the row {rows[0]!r} is compared with itself", "", "two rows")
    missing = [row for row in rows if row not in set(members["row"])]
    if missing:
        raise _no_row(missing[0], use)


def _no_row(row: str, use: str) -> BadInput:
    return bad(
        f"the run of {use} holds no row {row!r}",
        "",
        "FEED/RECORD of a row that was let in",
        "correct the id; a row that was left out is not known here, whoever it is of",
    )


def _person_of(zone: Zone, row: str, use: str) -> str:
    """The person whose row it is."""
    found = zone.members([row])["person"].to_list()
    if not found:
        raise _no_row(row, use)
    return str(found[0])


def _scene(
    place: RunPlace, zone: Zone, members: pl.DataFrame, reviews: tuple[Review, ...]
) -> Scene:
    """What is needed of the rows of some persons, and nothing of others."""
    if members.is_empty():
        what = "the run holds no such person"
        raise bad(what, place.run, "p and 24 hexadecimal figures, of this use", "ids change by use")
    spec = LinkageSpec(**read_manifest(place.folder)["specification"])
    named = dict(members.select("node", "row").iter_rows())
    edges = tuple(
        (named[a], named[b], weight)
        for a, b, weight in sorted(zone.edges_at(named))
        if a in named and b in named
    )
    rows = read_rows(place.folder, list(named))
    here = tuple(one for one in reviews if {one.first, one.second} <= set(named.values()))
    return Scene(place, spec, members.select("row", "node", "person"), rows, edges, here)


def _pair(scene: Scene, first: str, second: str) -> dict[str, Any]:
    model = releasing.read_model(scene.place.folder)
    held = {row["row"]: row for row in scene.rows.to_dicts()}
    person = dict(scene.members.select("row", "person").iter_rows())
    score = score_rows(model, held[first], held[second])
    kept = {frozenset(edge[:2]): edge[2] for edge in scene.edges}
    return {
        "kind": "pair",
        "rows": [_shown_row(held[row], person[row]) for row in (first, second)],
        "same_person": person[first] == person[second],
        "score": asdict(score),
        "line": scene.line,
        "kept": kept.get(frozenset((first, second))),
        "blocks": [list(parts) for parts in meeting_blocks(scene.spec, held[first], held[second])],
        "path": [_edge(edge, scene) for edge in strongest_path(_inside(scene), first, second)],
        "reviews": _reviews(scene),
    }


def _person(scene: Scene, person: str) -> dict[str, Any]:
    found = _inside(scene)
    rows = scene.rows.sort("row")
    place = {row: number for number, row in enumerate(rows["row"])}
    ends = np.array([[place[a], place[b]] for a, b, _ in found], np.int64).reshape(-1, 2)
    alone = bridges(np.zeros(len(place), np.int64), ends[:, 0], ends[:, 1]).tolist()
    told = [
        {**_edge(edge, scene), "bridge": bridge} for edge, bridge in zip(found, alone, strict=True)
    ]
    return {
        "kind": "person",
        "person": person,
        "rows": [_shown_row(row, person) for row in rows.to_dicts()],
        "line": scene.line,
        "edges": told,
        "weakest": _weakest(scene, found),
        "households": list(_households(scene, person)),
        "relationships": list(_relationships(scene, person)),
        "earlier": list(_earlier(scene)),
        "reviews": _reviews(scene),
    }


def _inside(scene: Scene) -> tuple[tuple[str, str, float], ...]:
    """The edges that hold persons together: strong enough, inside one person; reviewers' are infinite."""
    person = dict(scene.members.select("row", "person").iter_rows())
    said = {frozenset((one.first, one.second)) for one in scene.reviews if one.link == "must"}
    found = {
        (a, b): weight
        for a, b, weight in scene.edges
        if person[a] == person[b] and weight >= scene.line and frozenset((a, b)) not in said
    }
    joined = [(one.first, one.second) for one in scene.reviews if one.link == "must"]
    found |= {pair: inf for pair in joined if person[pair[0]] == person[pair[1]]}
    return tuple((a, b, weight) for (a, b), weight in sorted(found.items()))


def _weakest(scene: Scene, found: Sequence[tuple[str, str, float]]) -> dict[str, Any] | None:
    """The edge on which the person hangs: the weakest of the strongest that hold all rows together."""
    at = {row: row for row in scene.rows["row"]}

    def root(row: str) -> str:
        while at[row] != row:
            row = at[row]
        return row

    last = None
    for a, b, weight in sorted(found, key=lambda edge: (-edge[2], edge[0], edge[1])):
        one, other = root(a), root(b)
        if one != other:
            at[max(one, other)] = min(one, other)
            last = (a, b, weight)
    return _edge(last, scene) if last else None


def _edge(edge: tuple[str, str, float], scene: Scene) -> dict[str, Any]:
    """An edge as values; one that reviewers made has no weight."""
    a, b, weight = edge
    return {
        "first": a,
        "second": b,
        "weight": None if isinf(weight) else weight,
        "reviewed": isinf(weight),
    }


def _shown_row(row: Mapping[str, Any], person: str) -> dict[str, Any]:
    fields = {name: _text(row[name]) for name in SHOWN if row.get(name) is not None}
    return {"row": row["row"], "feed": row["feed"], "person": person, "fields": fields}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _reviews(scene: Scene) -> list[dict[str, Any]]:
    return [asdict(one) for one in scene.reviews]


def _households(scene: Scene, person: str) -> Iterator[dict[str, Any]]:
    """The households of a person: who else is in them by id, since when, by which feed."""
    path = scene.place.folder / "households.parquet"
    if not path.exists():
        return
    homes = pl.read_parquet(path)
    for own in homes.filter(pl.col("person") == person).sort("household").to_dicts():
        others = homes.filter(pl.col("household") == own["household"])["person"].unique().sort()
        yield {
            "household": own["household"],
            "from": own["from"].isoformat() if own["from"] else None,
            "source": own["source"],
            "others": [other for other in others.to_list() if other != person],
        }


def _relationships(scene: Scene, person: str) -> Iterator[dict[str, Any]]:
    path = scene.place.folder / "relationships.parquet"
    if not path.exists():
        return
    found = pl.read_parquet(path)
    if not {"person", "other", "kind"} <= set(found.columns):
        return
    near = found.filter((pl.col("person") == person) | (pl.col("other") == person))
    for one in near.sort("person", "other", "kind").to_dicts():
        yield {name: one[name] for name in ("person", "other", "kind")}


def _earlier(scene: Scene) -> Iterator[dict[str, Any]]:
    """Which persons these rows were in earlier runs that are still there, the newest first."""
    rows = scene.rows["row"].to_list()
    folders = [path for path in scene.place.parent.iterdir() if (path / "zone.duckdb").is_file()]
    for folder in sorted(folders, key=lambda path: path.name, reverse=True):
        if folder.name == scene.place.run or folder.suffix:
            continue
        with Zone(folder) as zone:
            were = zone.members(rows)
        persons = were.group_by("person").agg(rows=pl.col("row").sort()).sort("person").to_dicts()
        yield {"run": folder.name, "persons": persons, "new": len(rows) - were.height}
