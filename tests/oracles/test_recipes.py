"""The committed fixtures come out of their recipes: the made-up people, and what R says of them."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracles.fixtures import HERE, TOLERANCE, read_rows


@pytest.mark.parametrize(
    ("recipe", "folder"),
    [("make_designs.py", "designs"), ("make_evidence_designs.py", "evidence_designs")],
)
def test_designs_come_out_of_their_recipe(recipe: str, folder: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, HERE / recipe, tmp_path], check=True)
    committed = sorted((HERE / folder).glob("*.csv"))
    assert committed
    assert [path.name for path in committed] == sorted(path.name for path in tmp_path.glob("*.csv"))
    for path in committed:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


@pytest.mark.skipif(
    os.environ.get("LICET_RERUN_R") != "1",
    reason="R is not run again. Next: set LICET_RERUN_R=1 (3 minutes)",
)
@pytest.mark.skipif(
    shutil.which("Rscript") is None,
    reason="R is not here to be run again. Next: apt-get install r-base-core r-cran-survey",
)
@pytest.mark.parametrize("part", ["survey", "evidence"])
def test_figures_come_out_of_r(part: str, tmp_path: Path) -> None:
    script = HERE / f"{part}_oracle.R"
    subprocess.run(["Rscript", script, tmp_path], check=True, capture_output=True)
    committed = sorted(HERE.glob(f"{part}_*.csv"))
    assert committed
    for path in committed:
        again, before = read_rows(tmp_path / path.name), read_rows(path)
        assert len(again) == len(before), path.name
        for old, new in zip(before, again, strict=True):
            for column, text in old.items():
                assert alike(text, new[column]), (path.name, column, old, new)


def alike(old: str, new: str) -> bool:
    """The same text, or the same number but for its last digits."""
    try:
        return old == new or math.isclose(float(old), float(new), rel_tol=TOLERANCE, abs_tol=1e-12)
    except ValueError:
        return False
