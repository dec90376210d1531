"""Are all lines and branches of the pure modules run by tests? `make coverage` asks.

Which modules are pure stands in one place: the contract in `pyproject.toml` that keeps files, databases,
network and clock from them. Measured are the tests below, none of which needs a server or Spark.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = "The rules are pure"
FOLDERS = (
    "unit", "spec", "generative", "oracles", "dialogue", "disclosure_attack", "audit", "simulation",
    "identify", "forecast", "register", "offers",
)  # fmt: skip
"""Those under `tests` that reach the rules. What drives a browser or a served site is left out."""
LEFT_OUT = ("register/test_browser.py", "register/test_served.py")

LEFT = {
    "audit/groups/overlaps.py": 1,
    "audit/score/stability.py": 1,
    "audit/source.py": 1,
    "disclosure/confusion.py": 2,
    "disclosure/linked.py": 1,
    "quality/ranking.py": 4,
}
"""Lines and branches of a module that no test reaches yet. A number only ever falls; new modules have none."""

SETTINGS = """\
[run]
branch = true
data_file = {folder}/data
source_pkgs =
    {modules}
[report]
exclude_also =
    {excluded}
"""


def pure_modules() -> tuple[str, ...]:
    """The modules of the contract."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = declared["tool"]["importlinter"]["contracts"]
    return tuple(next(c["source_modules"] for c in contracts if c["name"].startswith(CONTRACT)))


def settings(folder: Path) -> str:
    """The configuration of coverage.py. folder: where its data go."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    excluded = declared["tool"]["coverage"]["report"]["exclude_also"]
    return SETTINGS.format(
        folder=folder, modules="\n    ".join(pure_modules()), excluded="\n    ".join(excluded)
    )


def gaps(report: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """(module, its lines and branches that were not run) of every module with any. report: coverage.py's."""
    for name, found in sorted(report["files"].items()):
        lines = found["missing_lines"]
        jumps = [b for b in found["missing_branches"] if b[0] not in lines and b[1] not in lines]
        if lines or jumps:
            told = [*map(str, lines), *(f"{a}->{'exit' if b < 0 else b}" for a, b in jumps)]
            yield name.split("licet/", 1)[1], told


def measured(folder: Path) -> tuple[int, dict[str, Any]]:
    """The status of the tests, and coverage.py's report. folder: for files on the way."""
    (folder / "coverage.ini").write_text(settings(folder), encoding="utf-8")
    tests = [f"tests/{name}" for name in FOLDERS]
    spared = [f"--ignore=tests/{name}" for name in LEFT_OUT]
    status = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *spared, *tests, "--cov",
         f"--cov-config={folder / 'coverage.ini'}", f"--cov-report=json:{folder / 'report.json'}"],
        cwd=ROOT, check=False,
    ).returncode  # fmt: skip
    return status, json.loads((folder / "report.json").read_text(encoding="utf-8"))


def main() -> int:
    """0 if tests pass and no module has more gaps than ``LEFT`` allows it."""
    with tempfile.TemporaryDirectory() as made:
        status, report = measured(Path(made))
    found = dict(gaps(report))
    more = {name: told for name, told in found.items() if len(told) > LEFT.get(name, 0)}
    for name, told in more.items():
        print(f"src/licet/{name}: no test runs {', '.join(told)}")
    fewer = [name for name, most in LEFT.items() if len(found.get(name, [])) < most]
    if fewer:
        print(f"Fewer gaps than LEFT says, so it can be tightened: {', '.join(fewer)}")
    share = report["totals"]["percent_covered"]
    print(f"Pure modules: {share:.2f} % of lines and branches are run by tests.")
    return status or int(bool(more))


if __name__ == "__main__":
    sys.exit(main())
