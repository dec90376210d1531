"""Figures of simulated answers say that they are simulated, in every form in which they go round."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from licet import cli
from tests.tiers import few

SYNTHETIC = Path("src/licet/bundled/parents-2020")


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two waves of simulated answers whose own notice says nothing of it."""
    folder = tmp_path_factory.mktemp("synthetic")
    for name, year in (("w2020", "2020"), ("w2023", "2023")):
        shutil.copytree(SYNTHETIC, folder / name)
        path = folder / name / "codebook.toml"
        text = path.read_text("utf-8").replace('id = "parents-2020"', f'id = "{name}"', 1)
        text = re.sub(r"^(start|end) = 2020", rf"\1 = {year}", text, flags=re.MULTILINE)
        text = re.sub(r"^(title|notice) = .*$", r'\1 = "Parents"', text, flags=re.MULTILINE)
        path.write_text(text, "utf-8")
    later = folder / "w2023" / "answers.csv"
    people = later.read_text("utf-8").splitlines(keepends=True)
    later.write_text("".join(people[:-5]), "utf-8")  # the same file twice is no second wave
    return folder


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit) as left:
        cli.main([str(argument) for argument in arguments])
    assert left.value.code == 0, capsys.readouterr().err
    return capsys.readouterr().out


def words(path: Path) -> str:
    """The text of a file; of an office document, that of all its parts."""
    if path.suffix not in (".docx", ".xlsx"):
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as parts:
        return " ".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


@pytest.mark.parametrize("command", few(["contrasts", "quality", "waves"], 1))
def test_screen_page_and_data_say_so(
    command: str, waves: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [waves / "w2020", waves / "w2023"][: 2 if command == "waves" else 1]
    screen = printed(capsys, command, *folders, "--out", tmp_path)
    data = printed(capsys, command, *folders, "--json")
    (page,) = tmp_path.glob("*.html")
    for text in (screen, data, words(page)):
        assert "synthetic" in text.casefold()
    assert "SYNTHETIC" in screen
    assert "SYNTHETIC: no person gave these answers." in words(page)


@pytest.mark.parametrize("name", ["tables.html", "tables.docx", "tables.xlsx"])
def test_a_banner_says_so(
    name: str, waves: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / name
    printed(capsys, "banner", waves / "w2020", "--items", "trust_police", "--out", out)
    assert "SYNTHETIC" in words(out)


@pytest.mark.parametrize("name", ["map.svg", "map.html"])
def test_a_chart_says_so(
    name: str, waves: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "chart", waves / "w2020", "--out", tmp_path / name)
    assert "SYNTHETIC" in words(tmp_path / name)
