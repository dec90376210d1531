"""Engines are tested as they are; only what Splink would work out again of equal conditions is spared."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def conditions_are_worked_out_once(spared: None) -> None:
    """DuckDB takes as many threads as a test names, else one."""


@pytest.fixture
def spark_here() -> None:
    """For tests that start Spark: where it cannot be, `tests/suites.py` skips them."""
