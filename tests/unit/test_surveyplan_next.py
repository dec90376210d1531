"""Surveys planned from the last one, and as people ask for them on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from licet import flow
from licet.chapters import surveying
from licet.commands import plan as cli_plan
from licet.errors import BadInput
from licet.licence import Verdict
from licet.surveyplan.sizing import Aim
from licet.surveyplan.waves import KnownCell, next_wave


@pytest.fixture
def town(tmp_path: Path) -> Path:
    flow.init(tmp_path / "town")
    return tmp_path / "town"


def test_the_next_survey_starts_from_the_last(town: Path) -> None:
    found = surveying.next_survey(town / "evidence" / "parents-2021", aim=Aim("each", 0.8, 500))
    bases = {base.group: base.base for base in found.outlook.bases}
    assert bases == pytest.approx(
        {"all": 843, "black": 42, "lone": 93, "younger": 101, "hh5plus": 202}
    )
    shares = {(c.item, c.group): c.low for c in found.outlook.cells}
    assert 0.28 in [share for (_, group), share in shares.items() if group == "black"]
    assert found.sizing is not None and found.sizing.outlook is not None
    # Table 2 has two unproven cells of 25 printed and Table 3 has 22 of 30, with reference groups.
    assert all(group in bases for _, group in found.sizing.wanted)


def test_figures_kept_back_are_not_planned_with(town: Path) -> None:
    from dataclasses import replace

    from licet.files.codebook import read_evidence_folder
    from licet.readings import read
    from licet.surveyplan.waves import cells_of_reading

    ((evidence, answers),) = read_evidence_folder(town / "evidence" / "parents-2021")
    cells = cells_of_reading(read(evidence, answers))
    back = [
        replace(c, measure=replace(c.measure, hidden=frozenset({"permits", "opposes", "base"})))
        if c.group == "black" and c.measure
        else c
        for c in cells
    ]
    wave = next_wave(back, {}, title="t")
    assert "black" not in wave.plan.groups and any("black" in note for note in wave.notes)
    given_ = next_wave(back, {}, title="t", shares={"black": 0.05})
    assert all("black" not in item.shares for item in given_.plan.items.values())


def test_what_is_granted_has_to_be_granted_again() -> None:
    groups, verdicts = ("all", "black", "lone"), (Verdict.GRANTED, Verdict.ABSENT, Verdict.UNPROVEN)
    cells = [KnownCell("a", g, v, 3) for g, v in zip(groups, verdicts, strict=True)]
    shares = {"black": 0.05, "lone": 0.1}
    assert next_wave(cells, {}, title="t", shares=shares).wanted == (("a", "all"), ("a", "lone"))
    decided = next_wave(cells[:2], {}, title="t", shares={"black": 0.05})
    assert decided.wanted == () and "Nothing is open: every cell is decided." in decided.notes


def test_where_nothing_was_measured_a_share_is_assumed() -> None:
    cells = [KnownCell("a", group, Verdict.NOT_MEASURED, 3) for group in ("all", "black")]
    with pytest.raises(BadInput, match="known of 0 groups"):
        next_wave(cells, {}, title="t")
    wave = next_wave(cells, {}, title="t", shares={"black": 0.05})
    assert wave.plan.items["a"].share == (0.6, 0.6) and len(wave.wanted) == 2


app = typer.Typer()


cli_plan.add_to(app)


app.command()(lambda: None)  # so that the first command keeps its name


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["plan", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refusal(*arguments: object) -> BadInput:
    with pytest.raises(BadInput) as refused:
        run(*arguments)
    return refused.value


BY_HAND = (
    "--interviews",
    843,
    "--group",
    "black=.05",
    "--group",
    "lone=.11",
    "--boost",
    "black=200",
)


DOCUMENT = """\
title = "Parents 2027"
interviews = 1000
response_rate = 0.4
[groups.black]
label = "Black parents"
share = 0.05
boost = 200
[items.police]
label = "Police"
share = [0.45, 0.55]
shares.black = 0.3
"""


def test_as_before_without_a_plan() -> None:
    assert "Chance of each ruling" in run("--draws", 200)
    assert run("--base", "all=300", "--share", 0.7, "--draws", 200).count("%") > 4


def test_a_plan_by_hand_and_as_a_file(tmp_path: Path) -> None:
    screen = run(*BY_HAND, "--share", 0.7, "--cost", 30, "--boost-cost", 80, "--each", 0.8)
    assert "843 interviews and 200 in boosts; cost 41,290" in screen and "It takes" in screen
    path = tmp_path / "plan.toml"
    path.write_text(DOCUMENT)
    screen = run(path, "--draws", 500)
    assert "3,000 people to invite" in screen and "45-55 %" in screen
    assert max(map(len, screen.splitlines())) <= 80
    found = json.loads(run(path, "--json", "--boost", "black=0", "--half-width", 0.1))
    assert found["plan"]["groups"]["black"]["boost"] == 0 and found["invitations"] == 2500
    assert found["sizing"]["found"]["plan"]["groups"]["black"]["boost"] > 0
    run(path, "--out", tmp_path / "plan.html")
    page = (tmp_path / "plan.html").read_text("utf-8")
    assert "Parents 2027" in page and "<script" not in page
    assert refusal(path, "--out", tmp_path / "plan.doc")


def test_the_same_seed_gives_the_same_screen() -> None:
    assert run(*BY_HAND, "--seed", 3) == run(*BY_HAND, "--seed", 3) != run(*BY_HAND, "--seed", 4)


def test_what_a_use_leaves_open(town: Path) -> None:
    use = town / "uses" / "early-help.toml"
    screen = run("--use", use, "--today", "2026-11-30", "--most", 1000, "--cost", 30)
    assert "Next fieldwork for early-help" in screen and "Left out" in screen
    assert max(map(len, screen.splitlines())) <= 80
    assert "'black'" in str(refusal("--use", use, "--group", "blak=0.1"))


def test_faults_of_options_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(DOCUMENT)
    wrong = ("--boost", "black=²", "--group", "lone=x", "--each", 4, "--cost", -2)
    assert len(refusal("--interviews", 100, *wrong).faults) == 4
    assert len(refusal(path, "--from", "x", "--share", 0.5, "--deff", 2).faults) == 3
    assert len(refusal("--json", "--each", 0.8, "--cost", 3).faults) == 3
    assert len(refusal(*BY_HAND, "--each", 0.8, "--together", 0.8).faults) == 1
    assert "which is no group" in str(
        refusal("--interviews", 9, "--group", "a=.1", "--boost", "b=2")
    )
    assert "other" in str(refusal(tmp_path / "other" / "plan.toml"))
    path.write_text(DOCUMENT.replace("interviews", "intervews"))
    assert "'interviews'" in str(refusal(path))
