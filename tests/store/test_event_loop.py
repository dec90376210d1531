"""A store opens inside an event loop, as a notebook has one: in a process of its own, where nothing is set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WITHIN = """
import asyncio, sys
from pathlib import Path
from licet.chapters.stores import open_store
from licet.files.workspace import read_workspace

async def cell():
    with open_store(read_workspace(Path(sys.argv[1]))) as store:
        print(store.log.verify().size)

asyncio.run(cell())
"""


def test_a_store_opens_inside_an_event_loop(tmp_path: Path) -> None:
    (tmp_path / "licet.toml").write_text(
        'name = "Somewhere"\narea = "UK/England/Somewhere"\n', encoding="utf-8"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    done = subprocess.run(
        [sys.executable, "-c", WITHIN, str(tmp_path)],
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr
