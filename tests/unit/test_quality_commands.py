"""``licet quality`` and ``licet waves`` from folders: sections of the codebook, options, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from licet.commands import quality as cli_quality
from licet.commands import waves as cli_waves
from licet.errors import BadInput
from licet.files.checks import checks_of, links_of
from licet.files.codebook import read_evidence
from tests import factories

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    cli_quality.add_to(made)
    cli_waves.add_to(made)
    return made


def folder(place: Path, more: str = "") -> Path:
    head = factories.CODEBOOK_HEAD.replace('id = "parents"', f'id = "{place.name}"')
    return factories.evidence_folder(place, head + factories.CODEBOOK_ANSWERS + more)


CHECKS = """
[checks]
mode = "region"
refused = ["Refused"]
empty = "no answer"
[checks.position]
police = "place"
[same_as.police]
item = "trust_police"
reason = "only the order of two words"
"""


def test_sections_are_read(tmp_path: Path) -> None:
    place = folder(tmp_path / "one", CHECKS)
    read_evidence(place)
    checks, (link,) = checks_of(place), links_of(place)
    assert checks.mode == "region" and checks.position == {"police": "place"}
    assert (link.item, link.before) == ("police", "trust_police")


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ('[checks]\nmod = "region"\n', "write 'mode'"),
        ('[checks]\nempty = "nothing"\n', "checks"),
        ('[checks.position]\npolise = "place"\n', "write 'police'"),
        ("[same_as.police]\n", "reason"),
        ('[same_as.police]\nreason = " "\n', "nothing is said"),
        ('[same_as.polise]\nreason = "x"\n', "write 'police'"),
        ('[same_as]\npolice = "x"\n', "not a table"),
    ],
)
def test_every_fault_of_the_sections_is_named(more: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=complaint) as error:
        read_evidence(folder(tmp_path / "one", more))
    assert all("codebook.toml" in fault.where for fault in error.value.faults)


def test_quality_writes_its_reports(app: typer.Typer, tmp_path: Path) -> None:
    place = folder(tmp_path / "one", CHECKS.split("[same_as")[0])
    out = tmp_path / "out"
    done = RUNNER.invoke(app, ["quality", str(place), "--today", "2026-11-30", "--out", str(out)])
    assert done.exit_code == 0, done.output
    names = {path.name for path in out.iterdir()}
    assert {"quality.html", "quality.json", "quality-response.csv"} <= names
    json.loads((out / "quality.json").read_text("utf-8"))


def test_a_day_that_is_none_and_a_low_threshold(app: typer.Typer, tmp_path: Path) -> None:
    place = str(folder(tmp_path / "one"))
    for more, complaint in (
        (["--today", "2026-02-30"], "not a date"),
        (["--threshold", "3"], "threshold"),
    ):
        done = RUNNER.invoke(app, ["quality", place, *more])
        assert isinstance(done.exception, BadInput) and complaint in str(done.exception)


def test_waves_of_one_folder_and_of_folders_in_the_wrong_order(
    app: typer.Typer, tmp_path: Path
) -> None:
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two")
    for given, complaint in (
        ([one], "one wave"),
        ([one, one], "the same wave twice"),
        ([one, two], "the same wave twice"),
    ):
        done = RUNNER.invoke(app, ["waves", *map(str, given)])
        assert isinstance(done.exception, BadInput) and complaint in str(done.exception)


def test_a_join_needs_an_item_of_both_waves(app: typer.Typer, tmp_path: Path) -> None:
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two")
    done = RUNNER.invoke(app, ["waves", str(one), str(two), "--join", "polise=a slip"])
    assert isinstance(done.exception, BadInput) and "write 'police'" in str(done.exception)
