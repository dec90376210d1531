"""The notebook of the demonstration: made by its script, run whole, and able to be run again."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.docs.runner import ROOT

NOTEBOOK = ROOT / "docs" / "demonstration.ipynb"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("notebook", ROOT / "docs" / "notebook.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(kind: str) -> list[dict[str, Any]]:
    found = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def test_it_is_what_its_script_makes(script: ModuleType) -> None:
    for kind, place in (("markdown", 0), ("code", 1)):
        assert ["".join(cell["source"]) for cell in cells(kind)] == [
            one[place] for one in script.STORY
        ]


def test_every_cell_was_run_in_order_and_none_failed() -> None:
    assert [cell["execution_count"] for cell in cells("code")] == list(
        range(1, len(cells("code")) + 1)
    )
    outputs = [one for cell in cells("code") for one in cell["outputs"]]
    assert outputs and {one["output_type"] for one in outputs} == {"stream"}
    assert {one["name"] for one in outputs} == {"stdout"}
    text = "".join("".join(one["text"]) for one in outputs)
    assert "NOT PERMITTED" in text and "SOUND: " in text and str(Path.home()) not in text


@pytest.mark.long
def test_it_runs_again(script: ModuleType, tmp_path: Path) -> None:
    found = script.executed(tmp_path)
    said = "".join(
        one.text for cell in found.cells if cell.cell_type == "code" for one in cell.outputs
    )
    assert "An offer of support" in said and "SOUND: " in said
    assert (tmp_path / "demo-town" / "site" / "index.html").is_file()
