"""From a survey file to a first ruling: drafts that fit each other, and the next step in words."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from licet import flow
from licet.chapters.drafting import draft_codebook, draft_use
from licet.cli import main
from licet.errors import BadInput
from licet.evidence import Evidence
from licet.files.codebook import read_evidence
from licet.files.draft_facts import CodebookFacts
from licet.files.use import read_use
from licet.files.use_draft import UseFacts
from licet.files.use_draft import draft_use as use_text
from licet.use import Use

TODAY = date(2026, 11, 30)
YES = {1.0: "Yes", 2.0: "No", 9.0: "Refused"}
SAID = shlex.split("""
--sample probability --start 2026-03-01 --end 2026-05-31 --people parents --area UK/England/Leeds
--child-ages 5-15 --purpose entitlement --setting operational --weight wt --base-rule out
--by gender --items school=trust:education,police=trust:police,why=reason:pay_entitlements
--permits Yes --opposes No --title Parents
""")


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    path = tmp_path / "parents.sav"
    rows = range(400)
    frame = pl.DataFrame(
        {
            "school": [1.0 if n % 10 else 2.0 for n in rows],
            "police": [2.0 if n % 10 else 1.0 for n in rows],
            "why": [1.0 if n % 12 else 2.0 for n in rows],
            "gender": [1.0 + n % 2 for n in rows],
            "wt": [1.0 + n % 3 / 10 for n in rows],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=["I trust schools", "I trust the police", "To pay what is due", "", ""],
        variable_value_labels={
            **dict.fromkeys(("school", "police", "why"), YES),
            "gender": {1.0: "Woman", 2.0: "Man"},
        },
        missing_ranges={name: [9.0] for name in ("school", "police", "why")},
    )
    return path


def licet(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return int(str(left.value.code)), printed.out + printed.err


def marked(text: str) -> list[int]:
    return [n for n, line in enumerate(text.splitlines(), start=1) if "# CHECK" in line]


def test_one_command_each_and_one_deleted_line_lead_to_a_ruling(
    survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, use = tmp_path / "mine", tmp_path / "my-use.toml"
    assert licet(capsys, "new", "codebook", survey, *SAID, "--out", mine)[0] == 0
    codebook = mine / "codebook.toml"
    said = ["--services", "education", "--evidence", mine, "--out", use, "--today", "2026-11-30"]
    assert licet(capsys, "new", "use", *said)[0] == 0
    assess = ["assess", use, "--evidence", mine, "--today", "2026-11-30", "--no-report"]
    status, text = licet(capsys, *assess)
    assert status == 4 and "it is a draft" in " ".join(text.split())
    codebook.write_text(codebook.read_text().replace("draft = true\n", ""))
    assert licet(capsys, *assess)[0] in (0, 5)


def test_ready_leads_to_a_ruling_without_any_edit(
    survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, use = tmp_path / "mine", tmp_path / "my-use.toml"
    status, text = licet(capsys, "new", "codebook", survey, *SAID, "--ready", "--out", mine)
    assert status == 0 and "CHECK" not in text and "draft = true" not in text
    licet(capsys, "new", "use", "--evidence", mine, "--out", use, "--today", "2026-11-30")
    ended = licet(capsys, "assess", use, "--evidence", mine, "--today", "2026-11-30", "--no-report")
    assert ended[0] == 3 and "police" in ended[1]


def test_what_comes_next_names_every_line_and_the_draft_line(survey: Path, tmp_path: Path) -> None:
    text = draft_codebook(survey, CodebookFacts(), tmp_path / "mine")
    codebook = tmp_path / "mine" / "codebook.toml"
    lines = codebook.read_text().splitlines()
    told = re.findall(rf"{re.escape(str(codebook))}:([\d, ]+)", text)
    *looks, draft = [[int(n) for n in part.split(",")] for part in told]
    assert lines[draft[0] - 1] == "draft = true"
    assert sorted(n for numbers in looks for n in numbers) == marked(codebook.read_text())
    command = text.strip().splitlines()[-1].strip()
    assert command == f"licet new use --out my-use.toml --evidence {tmp_path / 'mine'}"


def test_in_a_workspace_the_examples_are_named_and_then_it_is_checked(
    survey: Path, tmp_path: Path
) -> None:
    town = tmp_path / "town"
    flow.init(town)
    (town / "uses" / "early-help.toml").write_text(
        (town / "uses" / "early-help.toml").read_text() + "# mine now\n"
    )
    text = draft_codebook(survey, CodebookFacts(weight="wt"), town / "evidence" / "mine")
    gone = next(line for line in text.splitlines() if "rm -r" in line)
    assert "parents-2021" in gone and "early-help-wide.toml" in gone
    assert "early-help.toml" not in gone and "evidence/mine" not in gone
    assert text.splitlines()[-1].strip() == f"licet check {town}"


def test_an_earlier_draft_is_replaced_only_if_asked_and_only_if_it_is_one(
    survey: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    draft_codebook(survey, CodebookFacts(), mine)
    with pytest.raises(BadInput, match=r"exists already(.|\n)*--again"):
        draft_codebook(survey, CodebookFacts(), mine)
    draft_codebook(survey, CodebookFacts(title="Second"), mine, again=True)
    codebook = mine / "codebook.toml"
    assert 'title = "Second"' in codebook.read_text()
    codebook.write_text(codebook.read_text().replace("draft = true\n", ""))
    with pytest.raises(BadInput, match="exists already"):
        draft_codebook(survey, CodebookFacts(), mine, again=True)


def test_another_survey_of_the_same_name_is_never_kept_in_silence(
    survey: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / survey.name).write_bytes(b"another survey")
    with pytest.raises(BadInput, match="another file has its name"):
        draft_codebook(survey, CodebookFacts(), mine)
    (mine / survey.name).write_bytes(survey.read_bytes())
    draft_codebook(survey, CodebookFacts(), mine)


@pytest.mark.parametrize(
    ("today", "start", "end"),
    [
        (date(2026, 11, 30), date(2027, 2, 1), date(2029, 1, 31)),
        (date(2026, 10, 10), date(2027, 1, 1), date(2028, 12, 31)),
        (date(2028, 1, 1), date(2028, 4, 1), date(2030, 3, 31)),
    ],
)
def test_the_dates_of_a_use_are_counted_from_today(
    today: date, start: date, end: date, tmp_path: Path
) -> None:
    use = drafted(tmp_path, UseFacts(), today)
    assert (use.start, use.end) == (start, end)


def drafted(place: Path, facts: UseFacts, today: date = TODAY, *evidence: Evidence) -> Use:
    (place / "use.toml").write_text(use_text(facts, today, evidence), encoding="utf-8")
    return read_use(place / "use.toml")


def test_a_use_of_which_nothing_is_known_is_valid_and_marked(tmp_path: Path) -> None:
    use = drafted(tmp_path, UseFacts(title='A "quoted" @area@ title'))
    assert use.title == 'A "quoted" @area@ title'
    assert len(marked((tmp_path / "use.toml").read_text())) == 12


def test_a_use_of_which_all_is_said_has_nothing_left(tmp_path: Path) -> None:
    facts = UseFacts(
        id="x", title="T", controller="C", services=("health",), reasons=("save_money",),
        purpose="evaluation", setting="research", processor="commercial", people="adults",
        area="UK", analytics=("sharing",), action="none", groups=("lone",),
        start=date(2028, 2, 29), end=date(2028, 3, 1),
    )  # fmt: skip
    use = drafted(tmp_path, facts)
    assert marked((tmp_path / "use.toml").read_text()) == []
    assert (use.id, use.services, use.reasons) == ("x", ("health",), ("save_money",))
    assert (use.purpose, use.setting, use.processor) == ("evaluation", "research", "commercial")
    assert (use.affected_groups, use.intended_action) == (("lone",), "none")
    assert use.population.child_ages is None and use.end == date(2028, 3, 1)


def test_a_use_matches_the_evidence_it_is_drafted_for(
    survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    licet(capsys, "new", "codebook", survey, *SAID, "--ready", "--out", mine)
    evidence = read_evidence(mine)[0]
    use = drafted(tmp_path, UseFacts(), TODAY, evidence)
    assert use.population == evidence.population and use.purpose == "entitlement"
    assert use.services == ("education", "police") and use.reasons == ("pay_entitlements",)
    drafted(tmp_path, UseFacts(services=("education", "health")), TODAY, evidence)
    text = (tmp_path / "use.toml").read_text()
    assert "# Nobody was asked about: health." in text
    assert "# parents asked about: education, police." in text
    assert "# Groups of parents: gender-woman, gender-man." in text


def test_the_name_of_a_use_is_that_of_its_file_and_its_workspace_is_seen(tmp_path: Path) -> None:
    flow.init(tmp_path / "town")
    out = tmp_path / "town" / "uses" / "Early start.toml"
    text = draft_use(out, UseFacts(), today=TODAY)
    assert read_use(out).id == "early-start"
    assert "parents-2021 asked about: social_work" in out.read_text()
    assert f"licet assess '{out}'" in text.splitlines()[-1]
    with pytest.raises(BadInput, match="exists already"):
        draft_use(out, UseFacts(), today=TODAY)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"services": ["scools"]}, "unknown service"),
        ({"purpose": "fun"}, "unknown purpose"),
        ({"start": date(2027, 1, 1), "end": date(2026, 1, 1)}, "before it starts"),
    ],
)
def test_a_use_that_cannot_be_is_refused(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        UseFacts(**facts)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["codebook", "a.csv", "--start", "yesterday"], "'yesterday' is not a date"),
        (["codebook", "a.csv", "--child-ages", "15-5"], "cannot read --child-ages"),
        (["codebook", "a.csv", "--items", "a=trust"], "COLUMN=KIND:SUBJECT"),
        (["codebook", "a.csv", "--items", "a,a"], "given twice"),
        (["use", "--today", "soon"], "'soon' is not a date"),
    ],
)
def test_arguments_that_cannot_be_read_are_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = licet(capsys, "new", *arguments)
    assert status == 2 and said in text
