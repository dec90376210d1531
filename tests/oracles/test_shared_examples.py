"""The codebooks of examples/ on the public files they are written for: R's figures, as evidence.

The data lie outside the repository (fixture ``shared``) and the tests are skipped without them.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

import licet
from licet.evidence import Evidence
from licet.files.codebook import read_evidence_folder
from licet.groups import ALL
from licet.licence import Measure
from licet.readings import Reading, Settings, read
from licet.survey.answers import Answers

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DATA = {
    "hints6": "hints6/hints6_public.sav",
    "gss-panel": "gss_panel/gss_panel_2016_2018_2020_subset.dta",
}
TOLERANCE = 1e-6
USE = files("licet.bundled") / "town" / "uses" / "early-help.toml"

HINTS_ITEMS = {
    "TrustHCSystem": "health_system",
    "CancerTrustDoctor": "doctor",
    "CancerTrustGov": "health_agencies",
    "WillingShareData_HCP": "share_with_provider",
}
HINTS_GROUPS = {
    "all": ALL,
    "Non-Hispanic Black or African American": "black",
    "Hispanic": "hispanic",
    "Non-Hispanic Asian": "asian",
    "Non-Hispanic Other": "other_ethnicity",
    "Non-Hispanic White": "white",
    "Less than High School": "edu_less",
    "High School Graduate": "edu_school",
    "Some College": "edu_some",
    "College Graduate or More": "edu_college",
    "18-34": "age_18_34",
    "35-39": "age_35_39",
    "40-44": "age_40_44",
    "45+": "age_45",
    "lone parent": "lone_parent",
    "couple parent": "couple_parent",
}
GSS_ITEMS = {
    "cctv should have right (1,2)": "cctv",
    "emonitor should have right (1,2)": "emails",
    "tapphone should have right (1,2)": "tap_phones",
    "givinfusa should have right (1,2)": "not_without_knowledge",
    "conmedic great deal (1)": "medicine",
}
GSS_GROUPS = {
    "all": ALL,
    "black": "black",
    "other": "other_race",
    "white": "white",
    "less than high school": "edu_less",
    "graduate": "edu_graduate",
    "female": "women",
    "male": "men",
}


def put_together(name: str, shared: Path, folder: Path) -> Path:
    """The folder of an example with the data beside the codebook, as its README asks."""
    made = folder / name
    shutil.copytree(EXAMPLES / name, made)
    shutil.copy(shared / "data" / "surveys" / DATA[name], made)
    return made


@pytest.fixture(scope="module")
def folders(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    below = tmp_path_factory.mktemp("evidence")
    return {name: put_together(name, shared, below) for name in DATA}


@pytest.fixture(scope="module")
def evidence(folders: dict[str, Path]) -> dict[str, tuple[Evidence, Answers]]:
    """Both examples as one folder of evidence gives them."""
    found = read_evidence_folder(folders["hints6"].parent)
    return {one.id: (one, answers) for one, answers in found if answers is not None}


@pytest.fixture(scope="module")
def golden(shared: Path) -> pl.DataFrame:
    return pl.read_csv(shared / "data/surveys/golden_subgroups.csv", infer_schema_length=None)


def compared(
    golden: pl.DataFrame, reading: Reading, items: dict[str, str], groups: dict[str, str]
) -> list[tuple[dict[str, object], Measure]]:
    """R's rows of the items and groups that the codebook declares, each with our measure."""
    rows = golden.filter(pl.col("item").is_in([*items]), pl.col("level").is_in([*groups]))
    return [
        (row, reading.measures[items[row["item"]], groups[row["level"]]])
        for row in rows.iter_rows(named=True)
    ]


def assert_r(row: dict[str, object], measure: Measure, turned: bool = False) -> None:
    """Share, standard error, logit interval, df and base as R has them. turned: the other share."""
    assert measure.permits is not None
    r = [float(str(row[key])) for key in ("est", "lo", "hi")]
    wanted = [1 - r[0], 1 - r[2], 1 - r[1]] if turned else r
    ours = [measure.permits.point, measure.permits.low, measure.permits.high]
    for one, other in zip([*ours, measure.se], [*wanted, row["se"]], strict=True):
        assert math.isclose(one, float(str(other)), abs_tol=TOLERANCE), row
    assert (measure.base, measure.df) == (row["n"], row["df"]), row


def test_hints_as_evidence_has_the_figures_of_r(
    evidence: dict[str, tuple[Evidence, Answers]], golden: pl.DataFrame
) -> None:
    reading = read(*evidence["hints6"], Settings(method="logit"))
    rows = compared(golden.filter(dataset="hints6_JK1"), reading, HINTS_ITEMS, HINTS_GROUPS)
    assert len(rows) == len(HINTS_ITEMS) * len(HINTS_GROUPS)
    for row, measure in rows:
        assert_r(row, measure)
    assert "Standard errors from 50 jk1 replicate weights." in reading.notes


def test_gss_as_evidence_has_the_figures_of_r(
    evidence: dict[str, tuple[Evidence, Answers]], golden: pl.DataFrame
) -> None:
    """R's figures leave don't-knows out of every base; so does this reading."""
    reading = read(*evidence["gss-panel"], Settings(method="logit", dont_know="out"))
    rows = compared(golden.filter(dataset="gss2016"), reading, GSS_ITEMS, GSS_GROUPS)
    assert len(rows) == len(GSS_ITEMS) * len(GSS_GROUPS)
    for row, measure in rows:
        assert_r(row, measure, turned=str(row["item"]).startswith("givinfusa"))
    assert any(note.startswith("2,348 people without weight wtssall_1a") for note in reading.notes)


def test_gss_counts_dont_knows_in_the_base_where_its_codebook_says_so(
    evidence: dict[str, tuple[Evidence, Answers]],
) -> None:
    """Counts of NORC's codebook: 694 + 969 + 279 on medicine, 12 did not know; cctv 1,358 and 19."""
    as_declared = read(*evidence["gss-panel"]).measures
    all_in = read(*evidence["gss-panel"], Settings(dont_know="in")).measures
    assert as_declared["medicine", ALL].base == 694 + 969 + 279 + 12
    assert as_declared["cctv", ALL].base == 345 + 534 + 264 + 215
    assert all_in["cctv", ALL].base == 345 + 534 + 264 + 215 + 19


@pytest.mark.long
@pytest.mark.parametrize("name", DATA)
def test_a_use_for_families_finds_nothing_in_an_example(
    name: str, folders: dict[str, Path], tmp_path: Path, ready: Path | None
) -> None:
    """Adults of the US were asked, on other matters: not known (4), and the screen says why."""
    use = tmp_path / "early-help.toml"
    use.write_text(USE.read_text(encoding="utf-8"), encoding="utf-8")
    command = [str(ready / "licet")] if ready else [sys.executable, "-m", "licet"]
    command += ["assess", str(use)]
    command += ["--evidence", str(folders[name]), "--today", "2024-06-01", "--no-report"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 4, run.stderr
    said = " ".join(run.stdout.split())
    assert said.startswith("NOT KNOWN. No evidence counts for this use")
    assert "it asked adults in US, the use is about parents" in said


@pytest.mark.parametrize("name", DATA)
def test_without_its_data_an_example_says_which_file_to_put_there(
    name: str, tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLES / name, tmp_path / name)
    with pytest.raises(licet.BadInput, match=Path(DATA[name]).name):
        licet.read_evidence(tmp_path / name)
    assert Path(DATA[name]).name in (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
