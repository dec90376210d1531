"""The house rules that a machine can check: small files, small functions, honest names."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "licet").rglob("*.py"))

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
# "licet/gate.py::rule": functions allowed to be longer, each with its reason beside it.
LONG_FUNCTIONS: frozenset[str] = frozenset()
NAMES_THAT_SAY_NOTHING = {"base", "core", "helper", "helpers", "misc", "util", "utils"}

# Written so that no pattern finds itself. Addresses of package indexes and paths of one
# machine would tie the project to whoever wrote them down.
NEVER_IN_A_TRACKED_FILE = {
    "a package index": re.compile(
        r"(?i)py[p]i\.(?:org|python\.org)|python[h]osted\.org|npm[j]s\.(?:org|com)|yarn[p]kg\.com"
        r"|\bdeb\.debian\.|anaconda\.o[r]g|cra[t]es\.io"
    ),
    "an index option": re.compile(r"--(?:extra-)?index-ur[l]|--find-link[s]|\"resolve[d]\""),
    "a path of one machine": re.compile(r"(?<![\w.*/-])/(?:home|Users|root|work|workspace)/\w"),
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions() -> Iterator[tuple[str, int]]:
    """Every function as ("licet/gate.py::rule", lines of its body: no signature, no docstring)."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT / 'src').as_posix()}::{node.name}"
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                first = body[0].lineno if body else node.lineno
                yield name, (node.end_lineno or node.lineno) - first + 1


def unseeded_generators() -> Iterator[str]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and not node.args and not node.keywords:
                called = node.func
                name = getattr(called, "attr", None) or getattr(called, "id", None)
                if name in {"default_rng", "SeedSequence"}:
                    yield f"{named(path)}:{node.lineno}"


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Every file that git holds or would pick up, as (name, text); binary files left out."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no list of tracked files. Next: run this in a clone that git made")
    for name in filter(None, listing.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_there_is_a_package_to_check() -> None:
    assert SOURCES, "src/licet holds no Python file"


def test_files_are_short() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = {name: lines for name, lines in functions() if lines > LONGEST_FUNCTION}
    assert {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS} == {}
    assert LONG_FUNCTIONS - long.keys() == set(), "short again: take them off LONG_FUNCTIONS"


def test_file_names_say_what_is_inside() -> None:
    parts = {named(path): {path.stem.strip("_"), path.parent.name} for path in SOURCES}
    assert [name for name, words in parts.items() if words & NAMES_THAT_SAY_NOTHING] == []


def test_no_generator_is_made_without_a_seed() -> None:
    assert list(unseeded_generators()) == []


def test_tracked_files_name_no_index_and_no_machine() -> None:
    found = [
        f"{name}:{number}: {what}"
        for name, text in tracked_texts()
        for what, pattern in NEVER_IN_A_TRACKED_FILE.items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line) or str(ROOT) in line
    ]
    assert found == []


LOCKS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "locks").rglob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    requirements = re.findall(r"^[a-z0-9].*(?:\n {4}--hash=\S+.*)*", text, flags=re.MULTILINE)
    assert "://" not in text
    assert [block for block in requirements if "--hash=sha256:" not in block] == []


def test_the_rules_are_never_long() -> None:
    """`make test` leaves out what is marked long: never a rule, nor a whole folder."""
    texts = {path: path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py"))}
    marked = {path for path, text in texts.items() if re.search(r"mark\.long\b|\bfew\(", text)}
    whole = {path for path, text in texts.items() if re.search(r"(?m)^pytestmark.*\.long\b", text)}
    assert [named(path) for path in marked if "spec" in path.parts] == []
    assert whole, "no module is marked as a whole: is this still how it is written?"
    assert {path.parent for path in whole} <= {path.parent for path in texts.keys() - whole}


def test_what_is_marked_long_is_said_and_run() -> None:
    settings, makefile, contributing = (
        (ROOT / name).read_text("utf-8")
        for name in ("pyproject.toml", "Makefile", "CONTRIBUTING.md")
    )
    assert '"long: ' in settings and "`make test-long`" in contributing
    assert '-m "not long"\n' in makefile and "-m long\n" in makefile
