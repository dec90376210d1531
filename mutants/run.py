"""Change the rules a little, one change at a time, and see that a test notices: ``make mutants``.

    python mutants/run.py                          every change of every file of modules.toml
    python mutants/run.py gate.py licence.py       of these files
    python mutants/run.py --sample 150 --seed 1    of each file 150 changes, drawn by chance
    python mutants/run.py --survivors              those again that no test found out last time,
                                                   and all of a file that is new or was altered

What was found is kept in found.json; docs/mutants.md is written from it and from reasons.toml.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import random
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SOURCE = ROOT / "src"
LICET = SOURCE / "licet"
FOUND = HERE / "found.json"

LOADED_FIRST = (
    *("numpy", "numpy.random", "numpy.testing", "scipy", "scipy.stats", "scipy.sparse.csgraph"),
    *("scipy.optimize", "polars", "hypothesis", "hypothesis.extra.numpy", "pydantic", "narwhals"),
    *("typer.testing", "altair", "jinja2", "jsonschema", "rfc8785", "coverage", "django"),
    "cryptography.hazmat.primitives.asymmetric.ed25519",
)
"""Libraries that hold nothing of a rule: loaded once, before any change."""


def files_of(group: dict[str, Any]) -> dict[str, Path]:
    """The files of a part of modules.toml, by their names below src/licet."""
    return {file: LICET / file for file in group["files"]}


def module_of(file: str) -> str:
    """The name by which a file is imported."""
    parts = ["licet", *Path(file).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def main(asked: Sequence[str] | None = None) -> int:
    """Try the changes, note what was found, write the page. 1 if a change lives without a reason."""
    arguments = _arguments(asked)
    from changes import changes
    from page import unexplained, write_page

    found = json.loads(FOUND.read_text(encoding="utf-8")) if FOUND.is_file() else {}
    groups = tomllib.loads((HERE / "modules.toml").read_text(encoding="utf-8"))["group"]
    for name in LOADED_FIRST:
        importlib.import_module(name)
    for group in groups:
        files = files_of(group)
        chosen = {f: p for f, p in files.items() if not arguments.files or f in arguments.files}
        wanted, every = [], {}
        for file, path in chosen.items():
            made = changes(path, file)
            every[file] = len(made)
            wanted += _wanted(made, arguments, found.get(file))
        if wanted:
            _try(group["tests"], chosen, wanted, every, arguments, found)
            FOUND.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write_page(found)
    for survivor in unexplained(found):
        print(f"no reason in mutants/reasons.toml: {survivor}")
    return 1 if unexplained(found) else 0


def _arguments(asked: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "files", nargs="*", help="files below src/licet; all of modules.toml by default"
    )
    parser.add_argument(
        "--sample", type=int, help="of each file only so many changes, drawn by chance"
    )
    parser.add_argument("--seed", type=int, default=1, help="of that chance")
    parser.add_argument(
        "--survivors",
        action="store_true",
        help="only those that lived last time; all of what is new",
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    return parser.parse_args(asked)


def _digest(file: str) -> str:
    return hashlib.sha256((LICET / file).read_bytes()).hexdigest()[:16]


def _unaltered(file: str, before: Any) -> bool:
    """Whether the file is the one that was counted: only then are its survivors all there are."""
    return before is not None and before["source"] == _digest(file)


def _wanted(made: list[Any], arguments: argparse.Namespace, before: Any) -> list[Any]:
    """Of the changes of one file those to try."""
    if arguments.survivors and made and _unaltered(made[0].file, before):
        # equal changes of one function are tried together: their numbers may move
        lived = {tuple(s["key"][:4]) for s in before["survivors"]}
        return [c for c in made if c.key[:4] in lived]
    if arguments.sample and arguments.sample < len(made):
        chance = random.Random(f"{arguments.seed} {made[0].file}")
        drawn = set(chance.sample(range(len(made)), arguments.sample))
        return [c for k, c in enumerate(made) if k in drawn]
    return made


def _try(
    tests: list[str],
    files: dict[str, Path],
    wanted: list[Any],
    every: dict[str, int],
    arguments: argparse.Namespace,
    found: dict[str, Any],
) -> None:
    """Try the changes of some files that share their tests, and add to ``found``."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        _in_functions(tests, files, wanted, arguments.jobs, out)
        said = json.loads((out / "functions.json").read_text(encoding="utf-8"))
        outcome = {int(k): tuple(v) for k, v in said["outcome"].items()}
        between = time.perf_counter()
        outcome |= _outside(tests, files, wanted, outcome, arguments.jobs, out, said["kills"])
    ended = time.perf_counter()
    print(
        f"{len(wanted)} changes: {between - began:.0f} s, then {ended - between:.0f} s", flush=True
    )
    for file in files:
        mine = [(c, outcome[k]) for k, c in enumerate(wanted) if c.file == file]
        _add(found, file, mine, every[file], arguments)


def _in_functions(
    tests: list[str], files: dict[str, Path], wanted: list[Any], jobs: int, out: Path
) -> None:
    """The changes inside functions, in a child that loads Licet once."""
    import pytest
    from trying import QUIET, Prepared

    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = pytest.main([*QUIET, *tests], plugins=[Prepared(files, wanted, jobs, out)])
        finally:
            sys.stdout.flush()
            os._exit(int(code) not in (0, 5))
    os.waitpid(child, 0)
    if not (out / "functions.json").is_file():
        raise SystemExit(f"the tests could not be run: {' '.join(tests)}")


def _outside(
    tests: list[str],
    files: dict[str, Path],
    wanted: list[Any],
    outcome: dict[int, tuple[str, str]],
    jobs: int,
    out: Path,
    kills: list[list[Any]],
) -> dict[int, tuple[str, str]]:
    """The changes outside functions, each with Licet loaded anew."""
    from trying import Pool, note, read_seen, run_fresh

    seen = read_seen(out / "seen.json")
    seen.kills.update({(place, test): count for place, test, count in kills})
    whole = sum(seen.seconds.values()) + 20
    pool, later = Pool(jobs), {}
    for number, change in enumerate(wanted):
        if number in outcome:
            continue
        path, module = files[change.file], module_of(change.file)

        def work(change: Any = change, path: Path = path, module: str = module) -> str:
            return run_fresh(change, path, module, tests, seen)

        for ended in pool.start(number, work, whole):
            note(ended, later, wanted, seen)
    for ended in pool.rest():
        note(ended, later, wanted, seen)
    return later


def _add(
    found: dict[str, Any],
    file: str,
    mine: list[tuple[Any, tuple[str, str]]],
    every: int,
    arguments: argparse.Namespace,
) -> None:
    """What became of the changes of one file. After ``--survivors`` the rest stays as it was."""
    lived = [
        {"key": list(c.key), "line": c.lines.start, "how": by or how}
        for c, (how, by) in mine
        if how != "killed"
    ]
    if arguments.survivors and _unaltered(file, found.get(file)):
        found[file]["survivors"] = lived
        return
    found[file] = {
        "changes": every,
        "tried": len(mine),
        "seed": arguments.seed if len(mine) < every else None,
        "source": _digest(file),
        "survivors": lived,
    }


if __name__ == "__main__":
    sys.path[:0] = [str(SOURCE), str(ROOT)]
    os.chdir(ROOT)
    raise SystemExit(main())
