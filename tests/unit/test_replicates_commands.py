"""Replicate weights and finite populations in codebooks and on the command line: exit status 2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from licet.cli import main
from tests.factories import CODEBOOK_ANSWERS, CODEBOOK_HEAD, evidence_folder, survey
from tests.unit.test_replicates import PEOPLE

USE = Path(__file__).resolve().parents[2] / "src/licet/bundled/town/uses/early-help.toml"

WRONG_DESIGNS: dict[str, tuple[str, list[str]]] = {
    "no kind": ('replicates = "r1-4"', ["no stated kind", "design: replicate_kind", "jk1, jkn"]),
    "kind": ('replicates = "r1-4"\nreplicate_kind = "jack1"', ["'jack1'", "design", "'jk1'"]),
    "columns": (
        'replicates = "r1-6"\nreplicate_kind = "jk1"',
        ["2 of 6 replicate columns are not in the answers, first 'r5'", "check the names"],
    ),
    "run": ('replicates = "r"\nreplicate_kind = "jk1"', ["'r' names no run", "NAME1-80"]),
    "rscales": (
        'replicates = "r1-4"\nreplicate_kind = "jk1"\nrscales = [1.0, 1.0]',
        ["2 rscales for 4 replicates", "4 numbers, or one for all"],
    ),
    "scale": (
        'replicates = "r1-4"\nreplicate_kind = "jk1"\nscale = 3',
        ["a scale of 3 with jk1", "(R-1)/R"],
    ),
    "rho": ('replicates = "r1-4"\nreplicate_kind = "fay"', ["Fay's replicates", "fay = 0.3"]),
    "words": ('replicates = ["r1", "region"]\nreplicate_kind = "jk1"', ["not numbers", "'region'"]),
    "df alone": ("df = 49", ["df without replicate weights", 'replicates = "NAME1-80"']),
    "population": ('fpc = "too_few"', ["were sampled of a population of 1", "'too_few'"]),
    "no population": ('fpc = "places"', ["no column 'places'", "place"]),
    "half a stage": ('ssu = "place"', ["a second stage is half declared", "all four"]),
    "key": ('replicate = "r1-4"', ["unknown key 'replicate'", "write 'replicates'"]),
}


def surveyed(folder: Path, keys: str) -> Path:
    """A folder of evidence whose design has these keys beside weight, strata and clusters."""
    data = survey()
    weights = np.array(data["w"])
    for part in range(4):
        left_out = np.arange(len(weights)) % 4 == part
        data[f"r{part + 1}"] = np.where(left_out, 0.0, weights * 4 / 3).tolist()
    data["too_few"] = [1.001] * len(weights)
    answers = CODEBOOK_ANSWERS.replace('psu = "place"', f'psu = "place"\n{keys}')
    return evidence_folder(folder, CODEBOOK_HEAD + answers, data)


@dataclass(frozen=True)
class Ran:
    status: object
    said: str
    error: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The program, in this process."""

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as left:
            main([*arguments])
        out, error = (" ".join(text.split()) for text in capsys.readouterr())
        return Ran(left.value.code, out, error)

    return ran


@pytest.mark.parametrize("name", WRONG_DESIGNS)
def test_a_codebook_with_a_wrong_design_ends_with_2(name: str, tmp_path: Path, run: Run) -> None:
    keys, told = WRONG_DESIGNS[name]
    folder = surveyed(tmp_path / "parents", keys)
    ran = run("assess", str(USE), "--evidence", str(folder), "--no-report")
    assert ran.status == 2 and not ran.said
    assert all(part in ran.error for part in told), ran.error


def test_a_wrong_design_in_a_workspace_is_found_by_check(tmp_path: Path, run: Run) -> None:
    run("init", str(tmp_path / "town"))
    keys, told = WRONG_DESIGNS["columns"]
    surveyed(tmp_path / "town" / "evidence" / "parents", keys)
    ran = run("check", str(tmp_path / "town"))
    assert ran.status == 2 and all(part in ran.error for part in told), ran


def test_a_right_design_is_assessed(tmp_path: Path, run: Run) -> None:
    """Strata and clusters stay declared; the standard errors come from the replicates."""
    folder = surveyed(tmp_path / "parents", 'replicates = "r1-4"\nreplicate_kind = "jk1"')
    ran = run("assess", str(USE), "--evidence", str(folder), "--no-report", "--today", "2025-06-01")
    assert ran.status == 4, ran.error
    assert "Standard errors from 4 jk1 replicate weights" in ran.said


def test_the_table_command_takes_replicates_and_populations(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "people.csv"
    PEOPLE.write_csv(path)
    base = ("table", str(path), "--items", "trust", "--weight", "w", "--threshold", "1")
    kind = ("--replicate-kind", "jk1", "--df", "7")
    ran = run(*base, "--replicates", "r1-8", *kind)
    assert ran.status == 0, ran.error
    assert "Standard errors from 8 jk1 replicate weights" in ran.said and "Taylor" not in ran.said
    assert run(*base, "--replicates", ",".join(f"r{n}" for n in range(1, 9)), *kind) == ran
    jkn = run(*base, "--replicates", "r1-8", "--replicate-kind", "jkn", "--rscales", "0.875")
    assert "8 jkn replicate weights" in jkn.said, jkn.error
    stages = run(*base, "--psu", "house", "--fpc", "houses", "--ssu", "room", "--ssu-fpc", "rooms")
    for part in ("Taylor linearisation", "finite population: houses", "second stage: room"):
        assert part in stages.said, stages


@pytest.mark.parametrize(
    ("option", "value", "where"),
    [
        ("--rscales", "half", "--rscales"),
        ("--rscales", ",", "--rscales"),
        ("--replicate-kind", "jk2", "replicate_kind"),
        ("--centre", "middle", "centre"),
        ("--df", "0", "df"),
        ("--scale", "3", "scale"),
        ("--fay", "0.3", "fay"),
    ],
)
def test_the_table_command_refuses_with_2(
    option: str, value: str, where: str, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "people.csv"
    PEOPLE.write_csv(path)
    jack = ("--replicates", "r1-8", *([] if "kind" in option else ["--replicate-kind", "jk1"]))
    ran = run("table", str(path), "--items", "trust", "--weight", "w", *jack, option, value)
    assert ran.status == 2 and f"where: {where}" in ran.error, ran
