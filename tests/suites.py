"""Tests that need a program: each suite runs where it is, and is one skip that says how to get it elsewhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

CHROMIUM = (
    os.environ.get("LICET_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
)
OFFICE = shutil.which("soffice")


def postgresql_programs() -> Path | None:
    """The folder of initdb and pg_ctl: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def somebody() -> str | None:
    """An account that may run PostgreSQL, which refuses to be run by root; "" for oneself."""
    if os.geteuid() != 0:
        return ""
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()} if shutil.which("setpriv") else set()
    return next((name for name in ("postgres", "nobody") if name in known), None)


def _postgresql() -> str:
    if postgresql_programs() is None:
        return "no server of PostgreSQL (initdb, pg_ctl). Next: apt-get install postgresql"
    if somebody() is None:
        return "PostgreSQL refuses to be run by root. Next: apt-get install util-linux postgresql"
    return ""


def _spark() -> str:
    if shutil.which("java") is None:
        return "no Java. Next: apt-get install default-jre-headless, then make test-spark"
    if find_spec("pyspark") is None:
        return "no PySpark in this environment. Next: make test-spark, which downloads 455 MB once"
    return ""


@dataclass(frozen=True)
class Suite:
    """A suite. fixture: whoever asks for it belongs here, by name or as a parameter.

    missing: what is not here and how to get it; "" where the suite can run.
    """

    name: str
    fixture: str
    missing: Callable[[], str]

    def holds(self, item: pytest.Item) -> bool:
        """Whether a test belongs to this suite."""
        values = getattr(getattr(item, "callspec", None), "params", {}).values()
        asked = getattr(item, "fixturenames", ())
        return self.fixture in asked or any(value == self.fixture for value in _texts(values))


def _texts(values: Sequence[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


SUITES = (
    Suite(
        "browser",
        "browser",
        lambda: (
            ""
            if CHROMIUM
            else "no Chromium. Next: apt-get install chromium, or name one in LICET_CHROMIUM"
        ),
    ),
    Suite("PostgreSQL", "postgresql", _postgresql),
    Suite("Spark", "spark_here", _spark),
    Suite(
        "LibreOffice",
        "office",
        lambda: (
            ""
            if OFFICE
            else "no LibreOffice (soffice). Next: apt-get install libreoffice-calc-nogui libreoffice-writer-nogui"
        ),
    ),
)


def one_skip_each(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a suite that cannot run, keep the first test, as a skip that speaks for all of them."""
    for suite in SUITES:
        missing = suite.missing()
        held = [item for item in items if suite.holds(item)] if missing else []
        if held:
            tests = f"{len(held)} tests" if len(held) > 1 else "1 test"
            why = f"the {suite.name} suite ({tests}) is not run: {missing}"
            held[0].add_marker(pytest.mark.skip(reason=why))
            rest = set(held[1:])
            items[:] = [item for item in items if item not in rest]
            config.hook.pytest_deselected(items=held[1:])


def shared_file(shared: Path, name: str) -> Path:
    """A file or folder of the reference data; skips where it is not among them."""
    found = shared / name
    if not found.exists():
        pytest.skip(f"no shared data: {name} is not in the folder 'shared' beside the repository")
    return found
