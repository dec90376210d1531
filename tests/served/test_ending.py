"""Who ends the program that serves also ends the one that does its queued work."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.served.conftest import served

pytestmark = pytest.mark.long


def workers(town: Path) -> list[int]:
    """Processes that do the queued work of a town."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = entry.read_bytes().split(b"\0")
            if b"work" in words and str(town).encode() in words:
                found.append(int(entry.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc to look into")
def test_no_worker_is_left_behind(town: Path, address: str) -> None:
    before = set(workers(town))  # of the address that other tests visit
    with served(town):
        mine = set(workers(town)) - before
        assert len(mine) == 1
    end = time.monotonic() + 20
    while set(workers(town)) & mine and time.monotonic() < end:
        time.sleep(0.1)
    assert not set(workers(town)) & mine
