"""Wrong input to the commands on evidence: one clear message, status 2, nothing written."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from licet import cli
from licet.chapters import comparing
from licet.chapters.banners import banner
from licet.comparisons import Battery, Request
from licet.errors import BadInput
from licet.files.codebook import read_evidence
from licet.files.surveyplan import read_survey_plan
from licet.files.workspace import read_workspace
from tests import factories
from tests.unit.test_evidence_privacy import folder as three_hundred


def licet(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a refusal says on the screen."""
    with pytest.raises(SystemExit) as left:
        cli.main([str(argument) for argument in arguments])
    assert left.value.code == 2
    return " ".join(capsys.readouterr().err.split())


@pytest.fixture
def people(tmp_path: Path) -> Path:
    said = ["yes", "no", "maybe"]
    frame = pl.DataFrame({"q": said * 40, "r": ["a", "b"] * 60, "g": ["x"] * 60 + ["y"] * 60})
    frame.write_csv(tmp_path / "people.csv")
    return tmp_path / "people.csv"


BANNERS = {
    "net of another item": (["--net", "z:N=yes|no"], "unknown item 'z'", "nets (--net)"),
    "order with a wrong word": (["--order", "Yess|no"], "unknown option 'Yess'", "write 'yes'"),
    "order left unfinished": (["--order", "no|yes"], "leaves out 'maybe'", "item 'q'"),
    "outside that nobody said": (["--outside", "maybee"], "unknown option", "write 'maybe'"),
    "one level twice": (["--letters", "95,95"], "0.95 is named twice", "write 95"),
    "no number": (["--scale", "x"], "'x' is not a number", "where: licet banner --scale"),
}


@pytest.mark.parametrize("name", BANNERS)
def test_a_banner_refuses(
    name: str, people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more, *wanted = BANNERS[name]
    out = tmp_path / "made.html"
    start = ["banner", str(people), "--items", "q,r", "--by", "g", "--unweighted"]
    said = licet(*start, "--out", str(out), *more, capsys=capsys)
    assert all(words in said for words in wanted), said
    assert "where:" in said and "do:" in said and not out.exists()


def test_an_order_that_is_whole_is_taken(people: Path) -> None:
    made = banner(people, ["q"], ["g"], unweighted=True, order=["no", "maybe", "yes"], first=2)
    assert made.questions[0].rows


def test_a_banner_reads_another_encoding(tmp_path: Path) -> None:
    text = "q,g\n" + "Ja für alle,x\nnein,y\n" * 40
    (tmp_path / "people.csv").write_bytes(text.encode("cp1252"))
    made = banner(tmp_path / "people.csv", ["q"], ["g"], unweighted=True, encoding="cp1252")
    assert "Ja für alle" in [row.text for row in made.questions[0].rows]
    with pytest.raises(BadInput, match="an encoding for a folder"):
        banner(tmp_path, encoding="cp1252")


def test_a_banner_of_a_codebook_takes_no_options_of_its_own(tmp_path: Path) -> None:
    place = three_hundred(tmp_path / "one")
    for more in (
        {"outside": ["Refused"]},
        {"order": ["Trust"]},
        {"nets": {"police": {"N": ["x"]}}},
    ):
        with pytest.raises(BadInput, match="the codebook declares options and stances"):
            banner(place, **more)


def test_waves_need_to_say_whose_rows_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = licet("contrasts", three_hundred(tmp_path / "one"), "--wave", "wave", capsys=capsys)
    assert "where: --wave" in said and "add --person" in said


def codebook(place: Path, more: str = "", **changed: str) -> Path:
    text = factories.CODEBOOK_HEAD + factories.CODEBOOK_ANSWERS
    for old, new in changed.items():
        text = text.replace(f"[{old}]\n", f"[{old}]\n{new}\n")
    return factories.evidence_folder(place, text + more)


def test_a_battery_may_not_be_called_as_an_item(tmp_path: Path) -> None:
    battery = '[[batteries]]\nid = "police"\nlabel = "All"\nitems = ["police", "asked"]\n'
    with pytest.raises(BadInput, match="the battery 'police' has the id of an item") as caught:
        read_evidence(codebook(tmp_path / "one", battery))
    assert "batteries police: id" in str(caught.value) and "all_police" in str(caught.value)
    request = Request(batteries=(Battery("police", "All", ("police", "education")),))
    with pytest.raises(BadInput, match="has the id of an item"):
        comparing.contrasts(three_hundred(tmp_path / "two"), request)


@pytest.mark.parametrize("value", ["[]", '""'])
def test_replicates_without_a_column(tmp_path: Path, value: str) -> None:
    with pytest.raises(BadInput, match="no replicate column is named") as caught:
        read_evidence(codebook(tmp_path / "one", design=f"replicates = {value}"))
    assert "design.replicates" in str(caught.value) and len(caught.value.faults) == 1


def test_a_check_by_a_column_that_is_not_there(tmp_path: Path) -> None:
    place = codebook(tmp_path / "one", '[checks]\nmode = "regio"\n')
    with pytest.raises(BadInput, match="there is no column 'regio'") as caught:
        comparing.contrasts(place)
    assert "checks.mode" in str(caught.value) and "write 'region'" in str(caught.value)


def test_an_empty_plan_names_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("")
    with pytest.raises(BadInput) as caught:
        read_survey_plan(tmp_path / "plan.toml")
    keys = [fault.where.split(": ")[-1] for fault in caught.value.faults]
    assert keys == ["interviews", "groups", "items"]
    assert all(fault.todo for fault in caught.value.faults)


USAGE = {
    "no whole number": (["plan", "--seed", "x"], "'x' is not a whole number", "licet plan --seed"),
    "too small": (["plan", "--draws", "1"], "1 is outside what is allowed", "100 or more"),
    "argument missing": (["contrasts"], "EVIDENCE is missing", "A folder with a codebook.toml"),
    "option missing": (["banner", "x.csv"], "--out is missing", "do: add --out"),
    "option unknown": (["contrasts", "x", "--thresh", "9"], "unknown option --thresh",
                       "write --threshold if that is meant"),
    "command unknown": (["contrast"], "no such command 'contrast'", "Did you mean 'contrasts'"),
    "one too many": (["judge", "a", "b"], "unexpected extra argument", "do: licet judge --help"),
    "no value": (["banner", "x.csv", "--out"], "option '--out' requires", "where: licet --out"),
}  # fmt: skip


@pytest.mark.parametrize("name", USAGE)
def test_wrong_options_are_refused_like_wrong_files(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, *wanted = USAGE[name]
    said = licet(*arguments, capsys=capsys)
    assert said.startswith("licet: ") and "where:" in said and "do:" in said
    assert all(words in said for words in wanted), said


# --- [comparisons] of a workspace ---------------------------------------------------------------


def workspace(root: Path, section: str) -> Path:
    """A workspace with evidence of 400 people in it; the path of the evidence."""
    root.mkdir()
    (root / "licet.toml").write_text(f'name = "Town"\n[comparisons]\n{section}')
    (root / "evidence").mkdir()
    return three_hundred(root / "evidence" / "one")


def test_a_workspace_declares_what_is_appreciable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = workspace(tmp_path / "town", 'points = 3\nlevel = 0.99\nfamily = "item"\n')
    terms = comparing.comparison_terms(place)
    assert (terms.points, terms.level, terms.family) == (3, 0.99, "item")
    with pytest.raises(SystemExit):
        cli.main(["contrasts", str(place)])
    said = " ".join(capsys.readouterr().out.split())
    assert "at least 3 points apart, and the 99 % interval" in said and ", police: " in said
    with pytest.raises(SystemExit):
        cli.main(["contrasts", str(place), "--appreciable", "7", "--level", "0.9"])
    said = " ".join(capsys.readouterr().out.split())
    assert "at least 7 points apart, and the 90 % interval" in said
    assert comparing.comparison_terms(tmp_path).points == 5


@pytest.mark.parametrize(
    ("section", "where", "todo"),
    [
        ("points = 0.05", "comparisons.points", "write points = 5"),
        ('points = "5"', "comparisons.points", "points = 5 is usual"),
        ("points = 100", "comparisons.points", "points = 5 is usual"),
        ("level = 95", "comparisons.level", "write level = 0.95"),
        ("level = true", "comparisons.level", "level = 0.95 is usual"),
        ('family = "items"', "comparisons.family", "write 'item'"),
        ("point = 5", "comparisons.point", "write 'points'"),
    ],
)
def test_wrong_settings_are_named_with_their_key(
    tmp_path: Path, section: str, where: str, todo: str
) -> None:
    (tmp_path / "licet.toml").write_text(f'name = "Town"\n[comparisons]\n{section}\n')
    with pytest.raises(BadInput) as caught:
        read_workspace(tmp_path)
    (fault,) = caught.value.faults
    assert fault.where.endswith(where) and todo in fault.todo
