"""What is left to the tests marked `long`, and how tests are shared among the processes of a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

TOGETHER = (
    "tests/served/browser/", "tests/served/", "tests/web_permission/", "tests/linkage/", "tests/offers/",
    "tests/identify/", "tests/forecast/", "tests/store/", "tests/register/", "tests/engines/",
    "tests/disclosure_attack/",
)  # fmt: skip
"""Folders whose tests share what is made once in a process: a town, a server, a browser. Longest first."""


def few(cases: Iterable[Any], kept: int = 1) -> list[Any]:
    """Of many like cases the first ``kept`` stay in `make test`; the others are marked long.

    A tuple is one case of several arguments; anything else is a case of one.
    """
    return [case if place < kept else _long(case) for place, case in enumerate(cases)]


def _long(case: Any) -> Any:
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.long)


def shared_out(config: pytest.Config, log: Any) -> Any:
    """A scheduler: a folder of `TOGETHER`, longest first, goes to one process; so does any other module.

    At the end only small modules are left, to even out.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFolder(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return next((folder for folder in TOGETHER if path.startswith(folder)), path)

    config.option.loadscopereorder = False
    return ByFolder(config, log)


def folders_first(items: list[pytest.Item]) -> None:
    """Put the tests of the folders of `TOGETHER` before the others, in place; else their order stays."""
    items.sort(key=lambda item: next(
        (n for n, folder in enumerate(TOGETHER) if item.nodeid.startswith(folder)), len(TOGETHER)
    ))  # fmt: skip
