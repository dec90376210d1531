"""Linking a million records: Licet whole, against the same Splink model run by hand.

    python bench/linkage.py WORKSPACE [--people 400000] [--rounds 3]

Makes the workspace once (minutes: everybody says yes), then runs, in turn and each in a process of its
own, ``licet link`` from feeds to released outputs, and Splink by hand over the same standardised rows
from Parquet through connected components, trained on as many pairs as licet does, and on every pair of the
training blocks (Splink's default). Prints wall and processor time, the ratio and the most memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from figures import Figure, at_most, below, record

DAY = date(2026, 6, 2)
USE = "bench"
SERVICES = ("education", "early_years", "social_work", "health", "housing")
WORKSPACE = Path(__file__).parent / "out" / "linkage"
PEOPLE = "people.txt"
"""In the workspace: how many people it was made of."""


def make(root: Path, people: int) -> None:
    """A town's feeds, a use of five services, and a ledger in which everybody said yes."""
    import town as towns

    from licet import flow

    made = towns.dense(people)
    flow.init(root)
    towns.write(made, root)
    _survey(root, made)
    source = (root / "uses" / "health-housing.toml").read_text(encoding="utf-8")
    (root / "uses" / f"{USE}.toml").write_text(_use(source), encoding="utf-8")
    _ledger(root, made)
    flow.publish(root, today=DAY)
    (root / PEOPLE).write_text(str(people), encoding="utf-8")


def people_of(root: Path) -> int:
    """Of how many people a workspace was made; 0 where it does not say."""
    path = root / PEOPLE
    return int(path.read_text(encoding="utf-8")) if path.exists() else 0


def _survey(root: Path, made: object) -> None:
    from importlib.resources import files

    from licet.synthetic.town import asked

    place = root / "evidence" / asked.ID
    place.mkdir(parents=True)
    book = files("licet.bundled") / "town-2026" / "evidence" / asked.ID / "codebook.toml"
    (place / "codebook.toml").write_text(book.read_text(encoding="utf-8"), encoding="utf-8")
    from licet.synthetic.town.whole import make_town

    (place / "answers.csv").write_text(asked.to_csv(asked.survey(make_town())), encoding="utf-8")


def _use(text: str) -> str:
    """The use health-housing over every feed but benefits, under a name of its own."""
    lines = []
    skipping = False
    for line in text.splitlines():
        if line.startswith("[[sources]]"):
            skipping = True
        elif line.startswith("[") and not line.startswith("[[sources]]"):
            skipping = False
        if skipping:
            continue
        if line.startswith("id = "):
            line = f'id = "{USE}"'
        if line.startswith("services = "):
            line = "services = [" + ", ".join(f'"{name}"' for name in SERVICES) + "]"
        lines.append(line)
    return "\n".join(lines) + "\n"


def _ledger(root: Path, made: object) -> None:
    import polars as pl

    from licet.chapters.stores import open_store
    from licet.files.workspace import read_workspace
    from licet.permission.events import NewEvent, Scope
    from licet.permission.identities import Identity

    held = made.truth.with_columns(row=pl.concat_str(["feed", "record"], separator="/"))  # type: ignore[attr-defined]
    rows = dict(held.group_by("person").agg("row").iter_rows())
    columns = ("person", "given", "family", "birth")
    people = made.people.select(*columns)  # type: ignore[attr-defined]
    at = datetime.combine(DAY - timedelta(days=1), datetime.min.time(), UTC)
    identities, events = [], []
    for person, given, family, birth in people.iter_rows():
        name = str(person)
        if person not in rows:
            continue
        known = tuple(rows[person])
        identities.append(
            Identity(
                handle=name, given=_plain(given), family=_plain(family), birth=birth, records=known
            )
        )
        age = (DAY - birth).days // 365.25
        relations = ["self"] if age >= 13 else []
        relations += ["parental_responsibility"] if age <= 16 else []
        for relation in relations:
            events.append(
                NewEvent(
                    subject=name,
                    expressed_by=name if relation == "self" else f"parent of {name}",
                    relation=relation,  # type: ignore[arg-type]
                    effect="grant",
                    at=at,
                    recorded_by="bench",
                    scope=Scope(use=USE, version=1),
                    verified_by="bench",
                    language="en",
                    notice_hash="0" * 64,
                    channel="import",
                )
            )
    with open_store(read_workspace(root)) as store:
        store.permissions.append(events, identities, now=at + timedelta(hours=1), sign=False)


def _plain(text: object) -> str | None:
    return str(text).casefold() if text else None


LICET = """
import sys
from datetime import date
from pathlib import Path
from licet import flow
found = flow.link(Path(sys.argv[1]), today=date.fromisoformat(sys.argv[2]))
print(found.folder)
"""

BY_HAND = """
import sys, logging
from pathlib import Path
import duckdb, json
from splink import DuckDBAPI, Linker
from licet.engines.comparing import block, settings
from licet.linkage.spec import LinkageSpec
rows, spec_file, out, most = sys.argv[1:5]
spec = LinkageSpec(**json.loads(Path(spec_file).read_text()))
con = duckdb.connect()
con.execute(f"create table rows as select * from read_parquet('{rows}')").fetchall()
held = [c for (c, *_) in con.execute("describe rows").fetchall()]
linker = Linker(DuckDBAPI(con).register("rows"), settings(spec, held), log_level=logging.ERROR)
training = linker.training
certain = [block(parts, within=True) for parts in spec.certain]
training.estimate_probability_two_random_records_match(certain, recall=spec.recall)
training.estimate_u_using_random_sampling(max_pairs=spec.pairs, seed=spec.seed)
for parts in spec.training:
    training.estimate_parameters_using_expectation_maximisation(
        block(parts, within=True), max_pairs=float(most) if most else None
    )
edges = linker.inference.predict(threshold_match_probability=spec.keep_above)
by = linker.clustering
clusters = by.cluster_pairwise_predictions_at_threshold(edges, threshold_match_probability=spec.link_above)
con.execute(f"copy (select * from {clusters.physical_name}) to '{out}' (format parquet)").fetchall()
"""


def run(code: str, *arguments: str) -> tuple[float, float, int, str]:
    """Wall seconds, processor seconds, most memory in MB, and what was printed, of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = perf_counter()
    done = subprocess.run(
        ["/usr/bin/env", "time", "-f", "%M", sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    wall = perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, processor, int(done.stderr.split()[-1]) // 1024, done.stdout.strip()


def main() -> None:
    """Make the workspace if it is not there, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path, nargs="?", default=WORKSPACE)
    parser.add_argument("--people", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    root: Path = given.workspace
    if not (root / "licet.toml").exists():
        make(root, given.people)
    from licet.engines.fitting import MOST

    hands = {"by hand": str(MOST), "by hand, every pair": ""}
    times: dict[str, list[tuple[float, float, int]]] = {"licet": [], **{hand: [] for hand in hands}}
    for number in range(given.rounds):
        shutil.rmtree(root / "runs", ignore_errors=True)
        day = (DAY + timedelta(days=number)).isoformat()
        *licet, folder = run(LICET, str(root / "uses" / f"{USE}.toml"), day)
        times["licet"].append(tuple(licet))  # type: ignore[arg-type]
        rows, spec = root / "rows.parquet", root / "spec.json"
        if not rows.exists():
            from licet.engines.zone import read_rows

            read_rows(Path(folder)).write_parquet(rows)
        manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
        spec.write_text(json.dumps(manifest["specification"]), encoding="utf-8")
        for hand, most in hands.items():
            *took, _ = run(BY_HAND, str(rows), str(spec), str(root / "clusters.parquet"), most)
            times[hand].append(tuple(took))  # type: ignore[arg-type]
        print(
            f"round {number + 1}: { {name: took[-1] for name, took in times.items()} }", flush=True
        )
    for place, what in enumerate(("wall s", "processor s", "memory MB")):
        mine = median(one[place] for one in times["licet"])
        print(f"{what:<12} licet {mine:8.1f}", end="")
        for hand in hands:
            theirs = median(one[place] for one in times[hand])
            print(f"   {hand} {theirs:8.1f}, ratio {mine / theirs:.2f}", end="")
        print()
    import polars as pl

    permitted = pl.scan_parquet(root / "rows.parquet").select(pl.len()).collect().item()
    size = people_of(root)
    rows = f"{permitted:,} permitted rows of {size:,} people, from feeds to released outputs"
    record("linkage", size, rows, told(times), rounds=given.rounds)


def told(times: dict[str, list[tuple[float, float, int]]]) -> list[Figure]:
    """Wall and processor time beside the same model by hand, and the most memory."""
    middle = {
        name: [median(column) for column in zip(*took, strict=True)] for name, took in times.items()
    }
    found = []
    for place, kind in enumerate(("", ", processor time")):
        for hand, most in (("by hand", 2), ("by hand, every pair", None)):
            peer = f"the same Splink model {hand}"
            ours, theirs = middle["licet"][place], middle[hand][place]
            found.append(at_most(f"licet link{kind}", ours, peer, theirs, most))
    return [*found, below("most memory held", middle["licet"][2], "MB", 4000)]


if __name__ == "__main__":
    main()
