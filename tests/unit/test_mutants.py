"""The tool that changes rules: which changes it makes, and what its page must say."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = ROOT / "mutants"
MODULES = ("changes", "page")

RULE = '''"""A docstring."""
TABLE = {"yes": 1}
def rule(x: int, y: str = "a") -> bool:
    """A docstring."""
    if x < 3 and y in TABLE:
        raise ValueError("three words here")
    return not any(a == "b" for a in y if a)
'''
MADE = {
    ("", "'yes'", "'XXyes'"),
    ("", "1", "2"),
    ("", "'a'", "'XXa'"),
    ("rule", "x < 3 and y in TABLE", "x < 3 or y in TABLE"),
    ("rule", "x < 3", "x <= 3"),
    ("rule", "3", "4"),
    ("rule", "y in TABLE", "y not in TABLE"),
    ("rule", "raise ValueError('three words here')", "pass"),
    ("rule", "not any((a == 'b' for a in y if a))", "any((a == 'b' for a in y if a))"),
    ("rule", "any((a == 'b' for a in y if a))", "all((a == 'b' for a in y if a))"),
    ("rule", "a == 'b'", "a != 'b'"),
    ("rule", "'b'", "'XXb'"),
    ("rule", "a", "not a"),
    ("rule", "a", "True"),
}
"""Worked out by hand from the list at the top of mutants/changes.py."""


@pytest.fixture
def mutants(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The modules of the tool, as ``python mutants/run.py`` finds them."""
    if not MUTANTS.is_dir():
        pytest.skip("a distribution without the tool that changes rules")
    monkeypatch.syspath_prepend(str(MUTANTS))
    for name in MODULES:
        sys.modules.pop(name, None)
    yield {name: __import__(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)


def test_every_change_is_made_once(mutants: dict[str, ModuleType], tmp_path: Path) -> None:
    path = tmp_path / "rule.py"
    path.write_text(RULE, encoding="utf-8")
    made = mutants["changes"].changes(path, "rule.py")
    assert sorted((c.where, c.before, c.after) for c in made) == sorted(MADE)
    plain = ast.unparse(ast.parse(RULE))
    texts = [ast.unparse(change.make()) for change in made]
    assert plain not in texts and len(set(texts)) == len(texts)
    assert ast.unparse(made[0].make()) == texts[0], "a change leaves nothing behind"


def test_the_page_is_that_of_what_was_found(mutants: dict[str, ModuleType]) -> None:
    page = mutants["page"]
    found = page.noted()
    assert (ROOT / "docs" / "mutants.md").read_text(encoding="utf-8") == page.page(found)
    settled = tomllib.loads((MUTANTS / "modules.toml").read_text(encoding="utf-8"))["settled"]
    for part in settled:
        mine = {f: said for f, said in found.items() if f == part or f.startswith(f"{part}/")}
        assert page.unexplained(mine) == [], "give a reason in mutants/reasons.toml, or a test"
        tried = sum(said["tried"] for said in mine.values())
        lived = sum(len(said["survivors"]) for said in mine.values())
        assert tried > 0 and lived <= tried / 10, f"{part}: {lived} of {tried} changes live"


def test_every_rule_is_changed(mutants: dict[str, ModuleType]) -> None:
    groups = tomllib.loads((MUTANTS / "modules.toml").read_text(encoding="utf-8"))["group"]
    named = {file for group in groups for file in group["files"]}
    licet = ROOT / "src" / "licet"
    there = {
        "gate.py",
        "licence.py",
        *(f"linkage/{x}.py" for x in ("clusters", "components", "changes")),
    }
    for folder in ("permission", "log", "disclosure"):
        there |= {path.relative_to(licet).as_posix() for path in (licet / folder).glob("*.py")}
    empty = {"permission/__init__.py", "log/__init__.py"}
    assert named == there - empty
    assert [t for group in groups for t in group["tests"] if not (ROOT / t).is_file()] == []
