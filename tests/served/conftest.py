"""A town that is served, by the program that a council would run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest

from tests.served.visitor import Visitor


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(town: Path, *options: str, **environment: str) -> Iterator[str]:
    """The address of a town as long as it is served."""
    port = free_port()
    command = [sys.executable, "-m", "licet", "serve", str(town), "--port", str(port), *options]
    with (town / "served.txt").open("a+") as said:
        program = subprocess.Popen(
            command, stdout=said, stderr=said, env={**os.environ, **environment}
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, program, town / "served.txt")
            yield address
        finally:
            program.terminate()
            program.wait(20)


def _wait(address: str, program: subprocess.Popen, said: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if program.poll() is not None:
            break
        try:
            httpx.get(f"{address}/static/site.css", timeout=2)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"not served: {said.read_text()[-2000:]}")


def make_town(folder: Path, people: int = 500) -> Path:
    """A published town, with its uses and feeds; nobody was asked yet."""
    from licet.chapters.registering import publish_site
    from licet.chapters.workspaces import init
    from licet.files.town import write_town

    init(folder)
    write_town(folder, people, 7, date(2026, 11, 2))
    publish_site(folder, today=date(2026, 11, 2))
    return folder


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of this test process."""
    return make_town(tmp_path_factory.mktemp("served") / "town")


@pytest.fixture(scope="session")
def address(town: Path) -> Iterator[str]:
    """Where the town is served, with the accounts of the demonstration."""
    with served(town, "--demo") as found:
        yield found


@pytest.fixture
def visitor(address: str) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors: visitor() is anyone, visitor("owner") is signed in."""
    made: list[Visitor] = []

    def one(login: str = "") -> Visitor:
        made.append(Visitor(address))
        return made[-1].sign_in(login) if login else made[-1]

    yield one
    for visitor in made:
        visitor.close()
