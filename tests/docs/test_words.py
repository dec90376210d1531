"""Glossary and promises: the words are those of the code, and what is promised can be looked up."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from licet.evidence import Stance
from licet.gate import Permit, Refusal, Undetermined
from licet.licence import Consensus, Verdict
from licet.survey.intervals import METHODS
from licet.use import FLOORS
from licet.vocabulary import KINDS
from tests.docs.runner import ROOT

GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^(?:- )?\*\*(.+?)\*\*", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def entries() -> list[str]:
    """Values are written as in files, in small letters; other words begin with a capital."""
    return ENTRY.findall(GLOSSARY)


@pytest.mark.parametrize(
    "word",
    [
        *map(str, Verdict),
        *map(str, Consensus),
        *KINDS,
        *(kind.kind for kind in (Permit, Refusal, Undetermined)),
        *FLOORS,
    ],
)
def test_every_word_of_a_ruling_has_one_entry(word: str) -> None:
    assert entries().count(word) == 1


def test_no_entry_is_defined_twice() -> None:
    found = entries()
    assert [word for word in sorted(set(found)) if found.count(word) > 1] == []


@pytest.mark.parametrize("word", [*Stance, *METHODS])
def test_stances_and_intervals_are_explained(word: str) -> None:
    assert word in GLOSSARY.casefold()


def test_headings_on_screen_are_explained() -> None:
    plain = " ".join(GLOSSARY.split())
    for heading in ("LICENSED", "NO LICENCE: ASK EACH FAMILY", "NOT PERMITTED", "NOT KNOWN"):
        assert f"**{heading}" in plain


def rows() -> list[list[str]]:
    lines = [line for line in PROMISES.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "promise"]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:60])
def test_a_promise_names_code_and_tests_that_exist(row: list[str]) -> None:
    _, code, tests = row
    assert NAMED.search(code) and NAMED.search(tests)
    for place, name in NAMED.findall(code):
        path = ROOT / place if place.startswith("docs/") else ROOT / "src" / "licet" / place
        assert name in names_in(path), f"{place} has no {name}"
    for place, name in NAMED.findall(tests):
        assert name in names_in(ROOT / place), f"{place} has no {name}"


def names_in(path: Path) -> set[str]:
    """The functions, classes and constants at the top of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


THREATS = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_of_threats_names_exists() -> None:
    named = NAMED.findall(THREATS)
    assert len(named) > 40
    assert [f"{place}::{name}" for place, name in named if name not in names_in(ROOT / place)] == []


def test_every_threat_says_what_stands_in_the_way_or_what_is_left() -> None:
    lines = [
        line for line in THREATS.splitlines() if line.startswith("| ") and "| who," not in line
    ]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [row for row in cells if len(row) != 3 or not row[0] or not (row[1] or row[2])] == []
