"""The pages made from the code are those it would make today, and nothing is left undocumented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from docs import keys, reference_pages
from docs.build import DOCS, REFERENCE, pages
from licet.declared import Declared
from tests.docs.runner import ROOT

CODEBOOK = (REFERENCE / "codebook.md").read_text(encoding="utf-8")
USE = (REFERENCE / "use.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^\s*(```|~~~).*?^\s*\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
MARKDOWN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


@pytest.fixture(scope="module")
def fresh() -> dict[Path, str]:
    return pages()


def test_the_committed_pages_are_a_fresh_build(fresh: dict[Path, str]) -> None:
    stale = [
        str(path.relative_to(ROOT))
        for path, text in fresh.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "make docs"


def test_every_page_of_the_reference_is_built(fresh: dict[Path, str]) -> None:
    assert sorted(REFERENCE.glob("*.md")) == sorted(p for p in fresh if p.parent == REFERENCE)


def test_every_command_has_its_help_on_the_page() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    names = [name for name, _ in reference_pages.commands()]
    assert {"licet assess", "licet new codebook"} <= set(names)
    assert [name for name in names if f"\n## {name}\n" not in page] == []


def forms() -> list[type[Declared]]:
    """Every form a document can hold."""
    import licet.evidence
    import licet.use

    found = [*vars(licet.evidence).values(), *vars(licet.use).values()]
    return sorted(
        {f for f in found if isinstance(f, type) and issubclass(f, Declared) and f is not Declared},
        key=lambda form: form.__name__,
    )


# Fields that no document writes: read from figures.csv or worked out from the files themselves.
NOT_IN_A_DOCUMENT = {
    "Evidence": {"figures", "files"},
    "Item": {"collapse", "options"},
    "PrintedFigure": {"item", "group", "percent", "decimals", "base", "stance"},
}


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.__name__)
def test_every_key_of_every_form_has_a_row(form: Any) -> None:
    wanted = set(form.model_fields) - NOT_IN_A_DOCUMENT.get(form.__name__, set())
    page = USE if form.__module__ in ("licet.use", "licet.conditions") else CODEBOOK
    assert [key for key in sorted(wanted) if f"\n| `{key}` | " not in page] == []


def test_every_setting_has_a_row() -> None:
    from licet.files import workspace

    page = (REFERENCE / "workspace.md").read_text(encoding="utf-8")
    wanted = [f"gate.{key}" for key in workspace._GATE]
    wanted += [f"disclosure.{key}" for key in workspace._LIMITS["disclosure"]]
    assert [key for key in wanted if f"\n| `{key}` | " not in page] == []


def test_a_key_without_a_meaning_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {table: dict(rows) for table, rows in keys.described().items()}
    del told["use"]["services"]
    monkeypatch.setattr(keys, "described", lambda: told)
    with pytest.raises(SystemExit, match=r"\[use\] says nothing of \['services'\]"):
        keys.use_page()
    told["use"]["services"], told["use"]["sevices"] = "", ""
    with pytest.raises(SystemExit, match=r"\[use\] has no key \['sevices'\]"):
        keys.use_page()


def test_every_public_name_is_on_the_python_page() -> None:
    import licet

    page = (REFERENCE / "python.md").read_text(encoding="utf-8")
    names = [name for name in licet.__all__ if not name.startswith("__")]
    assert [name for name in names if f"\n## licet.{name}\n" not in page] == []


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    dead = []
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            dead.append(target)
    assert dead == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
