"""The manual as a site: every page is in it, every link leads somewhere, nothing is fetched from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs import site
from tests.docs.runner import ROOT

HREF = re.compile(r"""<a\b[^>]*\bhref=["']?([^"'\s>]+)""")
PAGE = re.compile(r"""\bid=["']?([^"'\s>]+)""")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manual") / "site"
    site.build(folder)
    return folder


@pytest.mark.long
def test_every_page_is_in_it(built: Path) -> None:
    written = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    there = {
        path.relative_to(built).with_suffix(".md").as_posix() for path in built.rglob("*.html")
    }
    assert {name.removeprefix("docs/") for name in written} <= there
    assert {"index.md", "glossary.md", "changes.md", "working-on-it.md"} <= there


def test_every_link_inside_leads_to_a_page_and_a_place_on_it(built: Path) -> None:
    ids = {path: set(PAGE.findall(path.read_text("utf-8"))) for path in built.rglob("*.html")}
    lost, followed = [], 0
    for page in ids:
        for href in HREF.findall(page.read_text("utf-8")):
            if page.name == "404.html" or re.match(r"[a-z]+:", href):
                continue
            name, _, place = href.partition("#")
            target = (page.parent / name).resolve() if name else page
            if target.is_dir():
                target /= "index.html"
            followed += 1
            if target not in ids or (place and unquote(place) not in ids[target]):
                lost.append(f"{page.relative_to(built)}: {href}")
    assert followed > 1000
    assert lost == []


def test_no_page_fetches_anything_from_elsewhere(built: Path) -> None:
    assert site.FETCHED.search('<script src="https://elsewhere.example/x.js">')
    assert not any(site.FETCHED.search(path.read_text("utf-8")) for path in built.rglob("*.html"))


def test_a_page_that_no_section_names_ends_it() -> None:
    with pytest.raises(SystemExit, match=re.escape("names stray.md")):
        site.nav({**site.pages(), "stray.md": "# Stray"})
