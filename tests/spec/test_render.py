"""The page of rules holds every table of this folder, whole."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tests.spec.render import CHAPTERS, render
from tests.spec.tables import pairs, rows

HERE = Path(__file__).parent


def test_every_module_of_rules_is_a_chapter() -> None:
    modules = {path.stem for path in HERE.glob("test_*.py")} - {Path(__file__).stem}
    assert modules == set(CHAPTERS)


def test_every_case_is_on_the_page() -> None:
    page = render()
    for name in CHAPTERS:
        module = import_module(f"tests.spec.{name}")
        assert f"## {module.TITLE}\n" in page
        assert "\n\n" not in (module.__doc__ or "").strip(), f"{name}: one paragraph"
        for row in rows(module.TABLE):
            assert "| " + " | ".join(row.values()) + " |" in page


def test_a_case_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        rows("a | b\n- | -\n1")


def test_pairs_split_at_the_first_space() -> None:
    assert pairs("police not measured, education granted") == {
        "police": "not measured",
        "education": "granted",
    }
