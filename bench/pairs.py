"""The same pairs and fields given to Licet's engine and to recordlinkage: who finds the pairs of one person.

    python bench/pairs.py [WORKSPACE]

WORKSPACE: as ``bench/linkage.py`` leaves it, linked. recordlinkage 0.16 has an
environment of its own, made once. Both are given the permitted rows and every pair that Licet's blocks
bring together, and train themselves without labels. Precision and recall are over these pairs against the
truth the rows were made from; processor time is of whole processes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import polars as pl
from environments import peer_python
from figures import Figure, below, faster, record
from linkage import USE, WORKSPACE, people_of, run

PEER = Path(__file__).parent / "peers" / "recordlinkage_ecm.py"
PEER_NAME = "recordlinkage 0.16, ECM"
ENGINE = """
import json, sys, tempfile
from pathlib import Path
import polars as pl
from licet.chapters.joining import least_weight
from licet.engines.duckdb import DuckDBEngine
from licet.linkage.spec import LinkageSpec
rows, spec_file, out = sys.argv[1:4]
spec = LinkageSpec(**json.loads(Path(spec_file).read_text()))
with tempfile.TemporaryDirectory() as folder:
    engine = DuckDBEngine(Path(folder))
    engine.load(pl.read_parquet(rows))
    found = engine.score(spec, engine.train(spec)).at_least(least_weight(spec.link_above))
    engine.close()
pl.DataFrame({"a": found.a, "b": found.b}).write_parquet(out)
"""
PARTS = {
    "birth_year": "year({0}.birth)",
    "birth_day": "month({0}.birth) * 100 + day({0}.birth)",
    "initial": "substr({0}.given, 1, 1)",
}


def pairs_of(rows: pl.DataFrame, blocks: list[list[str]]) -> pl.DataFrame:
    """a, b: every pair that some block brings together, as the engine does."""
    connection = duckdb.connect()
    connection.register("rows", rows.to_arrow())
    parts = [
        "select l.node as a, r.node as b from rows l join rows r on "
        + " and ".join(f"{key.format('l')} = {key.format('r')}" for key in map(_key, block))
        + " where l.node < r.node and (l.source <> r.source or not l.alone)"
        for block in blocks
    ]
    return connection.execute(" union ".join(parts)).pl().sort("a", "b")


def _key(part: str) -> str:
    return PARTS.get(part, "{0}." + part)


def told(
    name: str, found: pl.DataFrame, true: pl.DataFrame, seconds: float, memory: int
) -> tuple[float, float, float]:
    """Print one line; precision, recall and F1."""
    both = found.join(true, on=["a", "b"], how="semi").height
    precision, recall = both / max(found.height, 1), both / max(true.height, 1)
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    print(
        f"{name:<22} precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}"
        f" {seconds:8.1f} s processor {memory:6,} MB"
    )
    return precision, recall, f1


def main() -> None:
    """Make the pairs, let both find, compare with the truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path, nargs="?", default=WORKSPACE)
    given = parser.parse_args()
    peer = peer_python("recordlinkage")
    if peer is None:
        raise SystemExit("recordlinkage could not be installed")
    from licet.engines.zone import read_rows

    runs = given.workspace / "runs" / USE
    folder = runs / (runs / "current").read_text(encoding="utf-8").strip()
    spec = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["specification"]
    rows = read_rows(folder)
    truth = pl.read_parquet(given.workspace / "truth" / "records.parquet").select("row", "person")
    person = rows.select("node", "row").join(truth, on="row").select("node", "person")
    pairs = pairs_of(rows, spec["blocks"])
    true = (
        pairs.join(person, left_on="a", right_on="node")
        .join(person, left_on="b", right_on="node", suffix="_b")
        .filter(pl.col("person") == pl.col("person_b"))
        .select("a", "b")
    )
    print(f"{rows.height:,} rows, {pairs.height:,} pairs, {true.height:,} of them of one person")
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / name for name in ("rows.parquet", "pairs.parquet", "found.parquet")]
        rows.write_parquet(files[0])
        pairs.write_parquet(files[1])
        (Path(place) / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
        _, seconds, memory, _ = run(
            ENGINE, str(files[0]), str(Path(place) / "spec.json"), str(files[2])
        )
        ours, mine = told("licet", pl.read_parquet(files[2]), true, seconds, memory), seconds
        held = memory
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [
            "/usr/bin/env",
            "time",
            "-f",
            "%M",
            str(peer),
            str(PEER),
            *map(str, files),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr[-3000:])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        memory = int(done.stderr.split()[-1]) // 1024
        theirs = told("recordlinkage 0.16 ECM", pl.read_parquet(files[2]), true, seconds, memory)
    lines = f"{rows.height:,} rows, {pairs.height:,} pairs, {true.height:,} of them of one person"
    found = [faster("scoring, processor time", mine, PEER_NAME, seconds)]
    found += [*beside(ours, theirs), below("most memory held", held, "MB")]
    record("pairs", people_of(given.workspace), lines, found)


def beside(ours: tuple[float, ...], theirs: tuple[float, ...]) -> list[Figure]:
    """Precision, recall and F1 of both."""
    return [
        Figure(what, f"{mine:.3f}", PEER_NAME, f"{other:.3f}", "")
        for what, mine, other in zip(("precision", "recall", "F1"), ours, theirs, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())
