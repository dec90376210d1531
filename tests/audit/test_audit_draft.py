"""Drafts of audit plans: valid as they are, every guess marked, and what cannot be is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.audit.input.reading import people_of
from licet.audit.plan import Plan
from licet.cli import main
from licet.errors import BadInput
from licet.files.audit_draft import FILES, PlanFacts, draft_plan, example
from licet.files.audit_plan import read_plan, read_scored
from licet.synthetic import scores

WANTED = {
    "outcome": "support_within_a_year",
    "person": "child",
    "score": "score",
    "flag": "flagged",
    "cluster": "family",
    "as_of": "scored_on",
    "known_at": "known_on",
    "practice": "flagged_today",
    "link_probability": "link_probability",
    "consent": "consent",
}


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("draft") / "scored.csv"
    scores.scored(families=400).write_csv(path)
    return path


def file_of(folder: Path, **columns: Any) -> Path:
    path = folder / "data.csv"
    pl.DataFrame(columns).write_csv(path)
    return path


def vendor(folder: Path, **more: Any) -> Path:
    """200 people of a vendor's sheet: a chance, what happened, and a town."""
    return file_of(
        folder,
        client_no=[f"K{n:03d}" for n in range(200)],
        risk=[n / 200 for n in range(200)],
        happened=["yes" if n % 7 == 0 else "no" for n in range(200)],
        **more,
    )


def ends(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


OUTCOME = PlanFacts(outcome="support_within_a_year")


def test_the_draft_is_a_plan_and_guesses_the_columns(scored: Path) -> None:
    plan = Plan(**tomllib.loads(draft_plan(scored, OUTCOME)))
    assert {key: value for key, value in plan.columns if value} == WANTED
    assert set(plan.by) == set(scores.GROUPED)
    assert [stage.id for stage in plan.stages] == ["flagged", "reviewed", "visited", "supported"]
    assert plan.challengers.four == ("absence_rate", "house_moves", "earlier_contact", "arrears")


def test_every_guess_carries_check_and_what_was_said_does_not(scored: Path) -> None:
    lines = draft_plan(scored, OUTCOME).splitlines()
    for key, column in WANTED.items():
        if key == "outcome":
            continue
        line = next(line for line in lines if line.startswith(f'{key} = "{column}"'))
        assert "# CHECK" in line
    facts = PlanFacts(
        outcome="support_within_a_year", score="score", flag="flagged", by=("sex",),
        title="A score", means="support came",
    )  # fmt: skip
    said = draft_plan(scored, facts).splitlines()
    for start in ("outcome =", "score =", "flag =", "by =", "title =", "outcome_means ="):
        line = next(line for line in said if line.startswith(start))
        assert "CHECK" not in line, line


def test_a_draft_tells_nothing_of_outcomes_and_of_nobody(scored: Path, tmp_path: Path) -> None:
    text = draft_plan(scored)
    held = pl.read_csv(scored)
    assert not any(value in text for column in ("child", "family") for value in held[column])
    others = held.with_columns(support_within_a_year=1 - pl.col("support_within_a_year"))
    others.write_csv(tmp_path / "scored.csv")
    assert draft_plan(tmp_path / "scored.csv") == text


def test_a_score_alone_asks_who_is_flagged_and_knows_a_chance(tmp_path: Path) -> None:
    text = draft_plan(vendor(tmp_path), PlanFacts(outcome="happened"))
    plan = Plan(**tomllib.loads(text))
    assert plan.columns.outcome == "happened" and plan.columns.score == "risk"
    assert plan.columns.person == "client_no" and not plan.columns.flag
    assert plan.probability and plan.flagged.share == 0.1
    asked = next(line for line in text.splitlines() if line.startswith("share ="))
    assert "CHECK, still to say" in asked


def test_a_flag_alone_will_do(tmp_path: Path) -> None:
    path = file_of(tmp_path, alert=[0, 1] * 40, result=[0, 0, 1, 1] * 20)
    plan = Plan(**tomllib.loads(draft_plan(path, PlanFacts(outcome="result"))))
    assert plan.columns.flag == "alert" and plan.columns.outcome == "result"
    assert not plan.columns.score and plan.by == ()


def test_the_outcome_is_left_to_be_said_with_what_it_may_be(tmp_path: Path, scored: Path) -> None:
    path = vendor(tmp_path, zeta=[0, 1] * 100).read_text().replace("happened", "kappa")
    (tmp_path / "data.csv").write_text(path)
    for data, may in ((tmp_path / "data.csv", "kappa, zeta"), (scored, "support_within_a_year")):
        text = draft_plan(data)
        line = next(line for line in text.splitlines() if line.startswith("# outcome ="))
        assert line == f'# outcome = "..."  # CHECK, still to say (--outcome): perhaps {may}'
        with pytest.raises(BadInput, match="the key 'outcome' is missing"):
            Plan(**tomllib.loads(text))
        challengers = text[text.index("[challengers]") : text.index("[harm]")]
        assert not any(name in challengers for name in may.split(", ")), "nothing is learnt from it"


def test_days_and_decimals_are_drafted_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    lines = [f'K{n},"0,{n + 10}",{n % 28 + 1:02d}/03/2024,{n % 2}' for n in range(80)]
    path.write_text("\n".join(["client,Risk score,Date scored,result", *lines]))
    text = draft_plan(path, PlanFacts(outcome="result"))
    plan = Plan(**tomllib.loads(text))
    assert (plan.columns.as_of, plan.columns.score) == ("Date scored", "Risk score")
    assert (plan.date_format, plan.decimal) == ("%d/%m/%Y", ",")
    people = people_of(plan, read_scored(path))
    assert people.as_of is not None and people.score.max() == pytest.approx(0.89)


def test_names_with_quotes_are_written_as_toml(tmp_path: Path) -> None:
    path = file_of(tmp_path, **{'the "score"': [0.5, 2.5] * 20, "y\\n": [0, 1] * 20})
    plan = Plan(**tomllib.loads(draft_plan(path, PlanFacts(outcome="y\\n"))))
    assert plan.columns.score == 'the "score"' and plan.columns.outcome == "y\\n"


@pytest.mark.parametrize(
    ("columns", "facts", "said"),
    [
        ({"score": [1.5, 2.5]}, {}, "no column could be the outcome"),
        ({"result": [0, 1], "town": ["N", "S"]}, {}, "no column could be a score or a flag"),
        ({"result": [0, 1], "score": [1.5, 2.5]}, {"outcome": "reslt"}, "unknown column 'reslt'"),
        ({"result": [0, 1], "score": [1.5, 2.5]}, {"outcome": "score"}, "neither yes nor no"),
        ({"result": [0, 1], "score": ["a", "b"]}, {"score": "score"}, "no number"),
        ({"result": [0, 1], "score": [1.5, 2.5]}, {"flag": "score"}, "neither yes nor no"),
        ({"result": [0, 1], "score": [1.5, 2.5]}, {"outcome": "result", "flag": "result"},
         "said to be two things"),
        ({"result": [0, 1] * 50, "score": [1.5, 2.5] * 50, "id": list(range(100))},
         {"by": ("id",)}, "too many values to be groups"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    tmp_path: Path, columns: dict[str, Any], facts: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        draft_plan(file_of(tmp_path, **columns), PlanFacts(**facts))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = file_of(tmp_path, result=[0, 1], score=[1.5, 2.5])
    with pytest.raises(BadInput) as refused:
        draft_plan(path, PlanFacts(outcome="reslt", score="scre", by=("town",)))
    assert len(refused.value.faults) == 3


def test_the_command_writes_the_draft_and_says_what_is_next(
    scored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.toml"
    assert ends(["new", "audit-plan", str(scored), "--outcome", "reviewed", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert read_plan(out).columns.score == "score"
    assert f"(CHECK): {out}:" in said
    assert f"licet audit forecast {out} --data {scored}" in said
    assert ends(["new", "audit-plan", str(scored), "--out", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert ends(["audit", "forecast", str(out), "--data", str(scored)]) == 2
    refused = capsys.readouterr().err
    assert "lines still say CHECK" in refused and "take its # CHECK away" in refused


def test_without_a_place_the_draft_is_printed(
    scored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends(["new", "audit-plan", str(scored), "--by", "sex, age_band"]) == 0
    assert tomllib.loads(capsys.readouterr().out)["by"] == ["sex", "age_band"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "neither data nor an example is named"),
        (["scored.csv", "--example", "here"], "both are named"),
        (["--example", "here", "--by", "sex"], "an example takes no other option"),
        (["nowhere.csv"], "nowhere.csv"),
        (["data.sas7bdat"], "unknown kind of data file"),
    ],
)
def test_wrong_arguments_end_with_2(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ends(["new", "audit-plan", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_example_is_whole_marked_and_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "try"
    assert ends(["new", "audit-plan", "--example", str(folder)]) == 0
    said = capsys.readouterr().out
    assert f"licet audit forecast {folder / 'plan.toml'}" in said and "SYNTHETIC" in said
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    for path in folder.iterdir():
        assert "SYNTHETIC" in "".join(path.read_text().splitlines()[:2]), path.name
    assert ends(["new", "audit-plan", "--example", str(folder)]) == 2
    assert "name another folder" in capsys.readouterr().err


def test_the_example_is_marked_and_leaves_nothing_to_look_at() -> None:
    texts = example()
    plan = Plan(**tomllib.loads(texts["plan.toml"]))
    assert plan.title.startswith("SYNTHETIC") and texts["plan.toml"].startswith("# SYNTHETIC")
    assert "CHECK" not in texts["plan.toml"]
    assert texts == example()
