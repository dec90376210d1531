"""Worker: rates by group with intervals, by licet. See ``bench/audit.py``."""

from __future__ import annotations

import json
import resource
import sys
import time
from itertools import combinations
from pathlib import Path

import polars as pl

from licet.audit.groups.rates import GroupRates, group_rates
from licet.audit.input.reading import people_of
from licet.audit.plan import Columns, Plan


def plan_of(frame: pl.DataFrame, cluster: str = "") -> Plan:
    """Every attribute and all pairs of them."""
    by = tuple(name for name in frame.columns if name not in {"y", "flag", "family"})
    columns = Columns(outcome="y", flag="flag", cluster=cluster)
    pairs = tuple(combinations(by, 2))
    return Plan(
        id="bench", title="Bench", outcome_means="made up", columns=columns, by=by,
        intersections=pairs,
    )  # fmt: skip


def main(folder: Path) -> None:
    """Answer lines on standard input: ``whole DRAWS`` (from the frame), ``draws DRAWS`` and

    ``families DRAWS`` (people read before), ``save PATH``, ``memory``.
    """
    frame = pl.read_parquet(folder / "people.parquet").with_columns(
        pl.exclude("y", "flag", "family").cast(pl.String)
    )
    people = {
        "draws": people_of(plan_of(frame), frame),
        "families": people_of(plan_of(frame, "family"), frame),
    }
    found: GroupRates | None = None
    print(json.dumps({"ready": "licet"}), flush=True)
    for line in sys.stdin:
        ask, *rest = line.split()
        if ask == "memory":
            answer = {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        elif ask == "save":
            assert found is not None
            save(found, rest[0])
            answer = {}
        else:
            wall, cpu = time.perf_counter(), time.process_time()
            asked = people_of(plan_of(frame), frame) if ask == "whole" else people[ask]
            found = group_rates(asked, draws=int(rest[0]))
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


def save(found: GroupRates, path: str) -> None:
    """Every rate of every group."""
    rows = [
        (one.key.by, one.key.group, one.measure, one.estimate.value)
        for one in found.rates
        if one.key is not None
    ]
    pl.DataFrame(rows, schema=["by", "group", "measure", "value"], orient="row").write_csv(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
