"""A central record over three towns, with what is only known from public sources."""

from __future__ import annotations

import json
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from licet.chapters.indexing import Central, index
from licet.errors import BadInput
from licet.register.entry import RegisterEntry
from licet.register.schema import entry_schema
from tests.register.conftest import TODAY, Town, contents
from tests.register.test_site import dead

PUBLIC = """body,title,source,seen,services,companies,payment_by_results,forecast
Bristol City Council,Think Family Database (NEET model),https://register.example/neet,2026-06-01,education;social_work;police,,no,yes
Exampleton (example),"Early help for FAMILIES,  run by the council",https://paper.example/1,2026-06-02,education,,,
Exampleton (example),Debt and families,https://paper.example/2,2026-06-03,benefits;tax,Example Analytics Ltd,yes,no
Silent District,,a request that was not answered,,,,,
"""


@pytest.fixture(scope="module")
def towns(made: Town, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sites of three bodies with their own logs."""
    sites = [made.site]
    for name in ("Westfield", "Norton"):
        root = Path(shutil.copytree(made.root, tmp_path_factory.mktemp("towns") / name))
        shutil.rmtree(root / "store")
        shutil.rmtree(root / "site")
        settings = (root / "licet.toml").read_text("utf-8")
        (root / "licet.toml").write_text(settings.replace("Exampleton (example)", name), "utf-8")
        if name == "Norton":
            (root / "uses" / "early-help.toml").unlink()
        Town(root).publish()
        sites.append(root / "site")
    return sites


@pytest.fixture(scope="module")
def record(towns: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Central:
    folder = tmp_path_factory.mktemp("record")
    public = folder / "public.csv"
    public.write_text(PUBLIC, "utf-8")
    return index(towns, folder / "all", public=public, today=TODAY)


def page(record: Central, name: str) -> str:
    return unescape((record.folder / name).read_text("utf-8"))


def test_three_towns_and_what_is_known_besides(record: Central) -> None:
    assert {body.name: (body.confirmed, len(body.public)) for body in record.bodies} == {
        "Bristol City Council": (0, 1),
        "Exampleton (example)": (3, 1),
        "Norton": (2, 0),
        "Silent District": (0, 0),
        "Westfield": (3, 0),
    }
    assert record.text.splitlines()[-1] == "Westfield: 3 uses published; log sound"
    assert dead(record.folder) == []


def test_what_the_body_did_not_publish_is_marked_on_every_list_and_page(record: Central) -> None:
    for name in ("index.html", "by/service/police.html", "by/confirmed/no.html"):
        row = page(record, name).split("Think Family Database (NEET model)")[1].split("</tr>")[0]
        assert "not confirmed by the body" in row, name
    for line in json.loads(page(record, "uses.json"))["uses"]:
        assert line["confirmed"] == (not line["known_from"])
    bristol = next(body for body in record.bodies if body.name.startswith("Bristol"))
    text = page(record, f"{bristol.path}.html")
    assert (
        "not confirmed by the body" in text and "https://register.example/neet (2026-06-01)" in text
    )
    assert "has published no register" in text


def test_a_public_use_that_the_body_published_since_stands_once(record: Central) -> None:
    exampleton = next(body for body in record.bodies if body.name.startswith("Exampleton"))
    assert [one.title for one in exampleton.public] == ["Debt and families"]


def test_who_has_no_entry_and_whose_evidence_has_expired_is_said(
    towns: list[Path], record: Central, tmp_path: Path
) -> None:
    text = page(record, "bodies.html")
    without = text.split("Without an entry")[1].split("<h2")[0]
    assert "Silent District" in without and "Bristol City Council" in without
    assert "Norton" not in without
    assert "None." in text.split("All evidence has expired")[1]
    later = index(towns, tmp_path / "all", today=date(2040, 1, 1))
    expired = (later.folder / "bodies.html").read_text("utf-8").split("All evidence has expired")[1]
    assert expired.count("<li>") >= 8
    assert (later.folder / "by/evidence/expired.html").is_file()


def test_every_entry_is_there_with_its_pages_and_in_the_published_form(record: Central) -> None:
    found = [
        json.loads(data) for name, data in contents(record.folder).items()
        if "/uses/" in name and name.endswith(".json")
        and not name.endswith((".atrs.json", "-metadata.json"))
    ]  # fmt: skip
    assert len(found) == 8
    for entry in found:
        jsonschema.validate(entry, entry_schema(), cls=jsonschema.Draft202012Validator)
        RegisterEntry.model_validate(entry)
    assert "A copy of what Norton published." in "".join(
        data.decode()
        for name, data in contents(record.folder).items()
        if "norton" in name and ".html" in name
    )


def test_a_second_index_changes_nothing(towns: list[Path], record: Central) -> None:
    public = record.folder.parent / "public.csv"
    again = index(towns, record.folder, public=public, today=TODAY)
    assert not again.put.changed


def test_a_site_that_was_changed_is_refused(towns: list[Path], tmp_path: Path) -> None:
    site = Path(shutil.copytree(towns[0], tmp_path / "site"))
    path = site / "uses" / "immigration.json"
    path.write_text(path.read_text("utf-8").replace("NOT PERMITTED", "LICENSED"), "utf-8")
    with pytest.raises(BadInput, match="not what was published"):
        index([site], tmp_path / "all", today=TODAY)
    assert not (tmp_path / "all").exists()


def test_a_broken_log_is_said(towns: list[Path], tmp_path: Path) -> None:
    site = Path(shutil.copytree(towns[0], tmp_path / "site"))
    leaves = site / "log" / "leaves.jsonl"
    leaves.write_bytes(
        leaves.read_bytes()
        .replace(b"NOT PERMITTED", b"NOT PERMITTEE")
        .replace(b"proposed", b"permitted")
    )
    found = index([site], tmp_path / "all", today=TODAY)
    assert "log broken" in found.text
    assert "BROKEN" in (found.folder / "bodies.html").read_text("utf-8")


WRONG = {
    "no site": (lambda towns, folder: ([folder], None), "no published register"),
    "twice": (lambda towns, folder: ([towns[0], towns[0]], None), "two sites are of"),
    "none": (lambda towns, folder: ([], None), "no site is named"),
    "a key": (lambda towns, folder: (towns, "[[use]]\nbody = 'A'\ntitle = 'B'\nsource = 'C'\nseen = 2026-01-01\nservice = 1"), "unknown key"),
    "a service": (lambda towns, folder: (towns, "[[use]]\nbody = 'A'\ntitle = 'B'\nsource = 'C'\nseen = 2026-01-01\nservices = ['polise']"), "polise"),
    "no source": (lambda towns, folder: (towns, "[[use]]\nbody = 'A'\ntitle = 'B'\nseen = 2026-01-01"), "source"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_put_together_is_refused(
    case: str, towns: list[Path], tmp_path: Path
) -> None:
    given, said = WRONG[case]
    (tmp_path / "empty").mkdir()
    sites, text = given(towns, tmp_path / "empty")
    public = None
    if text is not None:
        public = tmp_path / "public.toml"
        public.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=said):
        index(sites, tmp_path / "all", public=public, today=TODAY)
    assert not (tmp_path / "all").exists()


def test_the_command(towns: list[Path], tmp_path: Path) -> None:
    import typer

    from licet.commands import index as command

    app = typer.Typer()
    command.add_to(app)
    out = tmp_path / "all"
    asked = [*map(str, towns), "--out", str(out), "--today", TODAY.isoformat()]
    found = CliRunner().invoke(app, asked)
    assert found.exit_code == 0, found.output
    assert "Norton: 2 uses published; log sound" in found.stdout
    assert (out / "index.html").is_file()
