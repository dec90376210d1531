"""A suite that cannot run is one skip that says how to get it; `.ci/skips` lets no other skip pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import suites

SKIPS = Path(__file__).resolve().parents[2] / ".ci" / "skips"


class Item:
    """As much of a test as the hook looks at."""

    def __init__(self, *asks: str, given: str = "") -> None:
        self.fixturenames = asks
        self.callspec = SimpleNamespace(params={"kind": given})
        self.marks: list[Any] = []

    def add_marker(self, mark: Any) -> None:
        self.marks.append(mark)


def left_of(items: list[Item], monkeypatch: pytest.MonkeyPatch, *absent: str) -> list[Item]:
    """What is left of the tests on a machine without some programs; the number left out is right."""
    held = tuple(
        suites.Suite(one.name, one.fixture, lambda n=one.name: f"no {n}." if n in absent else "")
        for one in suites.SUITES
    )
    monkeypatch.setattr(suites, "SUITES", held)
    gone: list[Item] = []
    config: Any = SimpleNamespace(
        hook=SimpleNamespace(pytest_deselected=lambda items: gone.extend(items))
    )
    left: Any = list(items)
    suites.one_skip_each(config, left)
    assert len(left) + len(gone) == len(items)
    return left


def test_a_missing_program_is_one_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [Item("tmp_path"), Item("browser"), Item("url", given="postgresql"), Item("browser")]
    left = left_of(items, monkeypatch, "browser", "Spark")
    assert left == items[:3]
    assert [mark.kwargs["reason"] for item in left for mark in item.marks] == [
        "the browser suite (2 tests) is not run: no browser."
    ]


def test_with_every_program_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [Item("browser"), Item("postgresql"), Item("spark_here"), Item("office")]
    assert left_of(items, monkeypatch) == items
    assert not any(item.marks for item in items)


def test_a_parameter_makes_a_test_part_of_a_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [Item("url", given="sqlite"), Item("url", given="postgresql"), Item("postgresql")]
    left = left_of(items, monkeypatch, "PostgreSQL")
    assert left == items[:2] and len(items[1].marks) == 1


def case(name: str, why: str = "") -> str:
    skip = f'<skipped message="{why}"/>' if why else ""
    return f'<testcase classname="tests.a" name="{name}">{skip}</testcase>'


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (case("one"), case("two"), []),
        (case("one", "no shared data: x"), case("two", "R is not run again. Next: y"), []),
        (case("one", "no Chromium"), case("two"), ["tests.a::one: no Chromium"]),
        (case("one", "no PySpark"), case("one"), []),
        (case("one"), case("one", "no PySpark"), []),
        (
            case("one", "not today"),
            case("two", "no Java"),
            ["tests.a::one: not today", "tests.a::two: no Java"],
        ),
    ],
)
def test_only_skips_that_are_allowed_pass(
    first: str, second: str, told: list[str], tmp_path: Path
) -> None:
    files = []
    for number, cases in enumerate((first, second)):
        files.append(tmp_path / f"{number}.xml")
        files[-1].write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    done = subprocess.run([sys.executable, SKIPS, *files], capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"skipped: {line}" for line in told]
    assert done.returncode == int(bool(told))


def test_no_results_are_no_pass() -> None:
    done = subprocess.run([sys.executable, SKIPS], capture_output=True, text=True)
    assert done.returncode == 1
