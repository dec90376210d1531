"""The made-up town of the linkage tests, larger, with lines of need and a forecast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sklearn.ensemble  # read here: on reading they draw from the global state, once
import sklearn.linear_model  # noqa: F401

from licet.chapters.linking import link
from tests.forecast.town import Case, asked_again, with_forecast
from tests.linkage.conftest import Made, typed
from tests.linkage.town import TODAY, drawn, made, make_workspace

__all__ = ["typed"]


@pytest.fixture(scope="session")
def need(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A linked town with a forecast, nothing fitted."""
    root: Path = tmp_path_factory.mktemp("need") / "town"
    town = made(300, 4, 0.05)
    make_workspace(root, town)
    draw = np.random.default_rng(6)
    answers = drawn(town, draw, (18, 1, 0.5, 0.5))
    case = with_forecast(Made(root, town, answers))
    asked_again(case)
    link(case.use, today=TODAY)
    return case
