"""The pages made from the code are those it would make today, and nothing is left undocumented."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs import keys, python_api, reference_pages, schemas
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


def told_of(page: str, name: str) -> str:
    """What stands on a page below a heading of the second order."""
    return page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def options() -> list[tuple[str, str]]:
    """Every command with every option and argument that it takes."""
    import typer

    from licet.cli import app

    def below(command: Any, name: str) -> Iterator[tuple[str, str]]:
        for one in command.params:
            if not getattr(one, "hidden", False):
                long = max([*one.opts, *one.secondary_opts], key=len)
                yield name, long if long.startswith("-") else one.metavar or long
        for word, inner in getattr(command, "commands", {}).items():
            yield from below(inner, f"{name} {word}")

    return list(below(typer.main.get_command(app), "licet"))


def without_a_line(page: str) -> list[tuple[str, str]]:
    return [
        (name, option)
        for name, option in options()
        if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", told_of(page, name))
    ]


def test_every_option_of_every_command_has_a_line() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert len(options()) > 200
    assert without_a_line(page) == []
    less = page.replace("--deff", "--def")
    assert ("licet assess", "--deff") in without_a_line(less)


def test_every_command_that_ends_with_a_status_of_its_own_is_on_the_page_of_statuses() -> None:
    import typer

    from licet.cli import app

    def below(command: Any, name: str) -> Iterator[str]:
        inner = getattr(command, "commands", {})
        if not inner and "typer.Exit" in inspect.getsource(inspect.unwrap(command.callback)):
            yield name
        for word, one in inner.items():
            yield from below(one, f"{name} {word}")

    page = (REFERENCE / "exit-status.md").read_text(encoding="utf-8")
    own = list(below(typer.main.get_command(app), "licet"))
    assert {"licet assess", "licet log verify", "licet permission receipt"} <= set(own)
    told = [name for name in own if f"`{name}`" in page or f"`{name.rpartition(' ')[0]}`" in page]
    assert told == own


PAGES_OF_SCHEMAS = {name: REFERENCE / page for name, (page, _) in reference_pages.DOCUMENTS.items()}


def keys_of(schema: Any, before: str = "") -> Iterator[str]:
    """Every key that a schema allows anywhere; before: the section of a workspace's settings."""
    for part in schema.get("definitions", {}).values():
        yield from keys_of(part)
    for key, part in schema.get("properties", {}).items():
        if not before and "properties" in part and schema.get("title") == "workspace":
            yield from keys_of(part, f"{key}.")
            continue
        yield before + key
        yield from keys_of(part, before)
        yield from keys_of(part.get("items", {}), before)


@pytest.mark.parametrize("name", sorted(schemas.schemas()))
def test_every_key_that_a_schema_allows_has_a_row(name: str) -> None:
    page = PAGES_OF_SCHEMAS[name].read_text(encoding="utf-8")
    wanted = set(keys_of(json.loads(schemas.schemas()[name])))
    assert len(wanted) > 5
    assert [key for key in sorted(wanted) if f"\n| `{key}` | " not in page] == []
    one = min(wanted)
    assert f"\n| `{one}` | " not in page.replace(f"\n| `{one}` | ", "\n| gone | ")


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


def functions() -> list[str]:
    import licet

    return [name for name in licet.__all__ if inspect.isfunction(getattr(licet, name))]


@pytest.mark.parametrize("name", functions())
def test_every_public_function_says_what_it_takes_gives_refuses_and_follows(name: str) -> None:
    import licet

    told = told_of((REFERENCE / "python.md").read_text(encoding="utf-8"), f"licet.{name}")
    assert re.search(r"Raises|[Rr]efuses", told), "errors"
    assert "\nFollows: " in told, "source"
    if "Iterator" not in str(inspect.signature(getattr(licet, name)).return_annotation):
        assert "\nGives " in told, "what comes out"
    taken = inspect.signature(getattr(licet, name)).parameters
    assert [one for one in taken if f"\n    {one}: " not in told] == []


def test_a_public_function_of_which_nothing_is_said_stops_the_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(python_api.FOLLOWS, "table")
    with pytest.raises(SystemExit, match=r"says nothing of what licet\.table follows"):
        reference_pages.python_page()
    monkeypatch.undo()
    monkeypatch.delitem(python_api.GIVES, "Table")
    with pytest.raises(SystemExit, match="does not say where Table is"):
        reference_pages.python_page()


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
