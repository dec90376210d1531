"""Fixtures and guards that every test folder shares."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from tests.ready import standing_ready
from tests.sparing import spare_commands, spare_engines, spare_training
from tests.suites import OFFICE, one_skip_each
from tests.tiers import folders_first, shared_out

ROOT = Path(__file__).resolve().parents[1]
FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}

# The short tier tries the same cases every time; the full tier looks for new ones.
settings.register_profile("short", max_examples=10, deadline=None, derandomize=True, database=None)
settings.register_profile("full", max_examples=1000, deadline=None, database=None, print_blob=True)
settings.load_profile("full" if FULL else "short")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share what is made once go to one worker (`tests/tiers.py`)."""
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if FULL else shared_out(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins first. What cannot run is told once for each suite that `-m` and `-k` left."""
    folders_first(items)
    one_skip_each(config, items)


def pytest_collection_finish() -> None:
    """Thousands of tests and modules last to the end: Python need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether every count that is stated anywhere shall be run (`make test-full`)."""
    return FULL


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data kept beside the repository; a clone on its own does without."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no shared data: the folder 'shared' is not beside the repository")
    return folder


@pytest.fixture(scope="session")
def office() -> str:
    """LibreOffice, for whoever wants a document opened in it."""
    assert OFFICE is not None, "tests/suites.py skips this suite"
    return OFFICE


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the models trained in this session, by all its processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "models"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Path | None]:
    """A folder with a `licet` that stands ready (`tests/ready.py`); None where each call is to start alone."""
    if FULL:
        yield None
    else:
        with standing_ready(tmp_path_factory.mktemp("ready"), models) as programs:
            yield programs


@pytest.fixture(scope="session")
def spared() -> Iterator[None]:
    """What Splink and DuckDB need not do again, or together (`tests/sparing.py`)."""
    with pytest.MonkeyPatch.context() as patched:
        spare_engines(patched)
        yield


@pytest.fixture(scope="session", autouse=True)
def commands_are_built_once() -> Iterator[None]:
    """Of the program as the tests call it within their own process (`tests/sparing.py`)."""
    with pytest.MonkeyPatch.context() as patched:
        spare_commands(patched)
        yield


@pytest.fixture
def trained_once(spared: None, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal rows are trained on once in a session; with LICET_FULL=1 every run trains."""
    if not FULL:
        spare_training(monkeypatch, models)


@pytest.fixture(autouse=True)
def global_random_state_stays_untouched() -> Iterator[None]:
    """Randomness is an argument: a test that draws from a global state could pass by luck."""
    before = _global_random_states()
    yield
    after = _global_random_states()
    touched = [name for name in before if before[name] != after[name]]
    if touched:
        pytest.fail(
            f"the test changed the global state of {' and '.join(touched)}: "
            "pass numpy.random.default_rng(seed) to what draws",
            pytrace=False,
        )


def _global_random_states() -> dict[str, object]:
    name, keys, *rest = np.random.get_state()  # noqa: NPY002 - read, never drawn from
    return {"random": random.getstate(), "numpy.random": (name, bytes(keys.data), *rest)}
