"""A `licet` that stands ready: each call is split off a process that has read all its modules.

Starting Python and reading NumPy, Polars, SciPy and Licet takes about a second of processor time, far
more than most commands need for their work. Here it is paid once: `python -m tests.ready SOCKET MODELS`
reads everything, then splits itself for each call. A call still is a process of its own, with its own folder,
environment, streams and exit status. The `licet` in `programs` is a small program that hands them over.

Nor does a call do again what `tests/sparing.py` spares. With LICET_FULL=1 nothing of this is used, so that
what a command forgot to import is found there.
"""

from __future__ import annotations

import array
import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

SECONDS_ALLOWED = 300
READ_BEFORE = (
    "licet.cli", "licet.flow", "licet.files.town", "licet.report.banner.workbook", "licet.survey",
    "altair", "cryptography.hazmat.primitives.asymmetric.ed25519", "django.db", "docx", "duckdb",
    "jinja2", "polars", "pyarrow", "pyreadstat", "scipy.stats", "splink", "vl_convert", "xlsxwriter",
)  # fmt: skip
"""Modules that every call finds already read. None of them opens a file or asks the clock."""

PROGRAM = """\
#!{python} -IS
import array, json, os, socket, sys

code, words = "", sys.argv[1:]
if os.path.basename(sys.argv[0]) == "ready-python":
    code, words = words[0], []
call = json.dumps([os.getcwd(), dict(os.environ), words, code]).encode()
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    streams = array.array("i", [0, 1, 2])
    line.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    line.sendall(call)
    line.shutdown(socket.SHUT_WR)
    status = line.makefile("rb").read()
sys.exit(int(status or 70))
"""


@contextmanager
def standing_ready(folder: Path, models: Path) -> Iterator[Path]:
    """The folder of the programs `licet` and `ready-python CODE`, as long as this lasts.

    models: a folder of trained models that several may share.
    """
    address, programs = folder / "call", folder / "bin"
    programs.mkdir(parents=True)
    program = PROGRAM.format(python=sys.executable, address=str(address))
    for name in ("licet", "ready-python"):
        (programs / name).write_text(program, encoding="utf-8")
        (programs / name).chmod(0o755)
    listening = subprocess.Popen(
        [sys.executable, "-m", "tests.ready", str(address), str(models)],
        cwd=Path(__file__).resolve().parents[1],
        env={name: value for name, value in os.environ.items() if not name.startswith("LICET_")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert listening.stdin is not None and listening.stdout is not None
    try:
        assert listening.stdout.readline() == b"ready\n", "nothing stands ready"
        yield programs
    finally:
        listening.stdin.close()  # the end of its input is the end of its work
        listening.wait(30)
        listening.stdout.close()


def _spare(models: Path) -> None:
    import typer.main

    from licet.cli import app
    from tests.sparing import spare_commands, spare_engines, spare_training

    patched = pytest.MonkeyPatch()  # as long as this process and those split off it last
    spare_commands(patched)
    typer.main.get_command(app)
    spare_engines(patched)
    spare_training(patched, models)


def _listen(address: str, models: Path) -> None:
    for name in READ_BEFORE:
        importlib.import_module(name)
    _spare(models)
    gc.collect()
    gc.freeze()  # what was read is never looked through again, so it stays shared
    ended, woken = os.pipe2(os.O_NONBLOCK)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken)
    lines: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        print("ready", flush=True)
        while True:
            heard, _, _ = select.select([door, ended, 0], [], [])
            if 0 in heard:
                return
            if ended in heard:
                os.read(ended, 1024)
                _bury(lines)
            if door in heard:
                line, _ = door.accept()
                process = os.fork()
                if process == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _answer(line)
                lines[process] = line


def _bury(lines: dict[int, socket.socket]) -> None:
    """Tell the status of each call that has ended, as a shell would."""
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            status = os.waitstatus_to_exitcode(found[1])
            with suppress(OSError), lines.pop(found[0]) as line:
                line.sendall(str(status if status >= 0 else 128 - status).encode())
                line.shutdown(socket.SHUT_RDWR)


def _answer(line: socket.socket) -> None:
    """Do what one call asks for and end with its status."""
    status = 70
    try:
        signal.alarm(SECONDS_ALLOWED)
        streams = array.array("i")
        _, told, _, _ = line.recvmsg(1, socket.CMSG_SPACE(3 * streams.itemsize))
        streams.frombytes(told[0][2])
        for place, stream in enumerate(streams):
            os.dup2(stream, place)
            os.close(stream)
        # Python remembers of a stream whether it can be wound back: these are others than before.
        was = (sys.stdin, sys.stdout, sys.stderr)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(place, mode, encoding=old.encoding, errors=old.errors, closefd=False)
            for place, mode, old in zip(range(3), "rww", was, strict=True)
        )
        folder, environment, words, code = json.load(line.makefile("rb"))
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        status = _status(words, code)
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _status(words: list[str], code: str) -> int:
    try:
        if code:
            sys.argv, sys.path[0] = ["-c"], ""
            exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
            return 0
        from licet.cli import main

        sys.argv = ["licet", *words]
        main(words)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    _listen(sys.argv[1], Path(sys.argv[2]))
