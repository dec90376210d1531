"""Foreign survey files, opened in a process of their own.

A damaged SPSS file can crash the library that parses it. That must not end a web server or show
anything but a clear refusal, so ``survey_child`` parses and this module asks it. The child is
started at the first request and kept for the next ones.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import pickle
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from licet.errors import bad
from licet.files.reading import MEGABYTE, shown

SECONDS, SECONDS_PER_MEGABYTE = 20.0, 3.0
"""Patience: a sound file takes under a second per megabyte; what takes longer is damaged."""

CHILD = Path(__file__).with_name("survey_child.py")
_lock = threading.Lock()
_children: dict[int, subprocess.Popen[bytes]] = {}


def read_foreign(path: Path, kind: str, encoding: str | None = None) -> tuple[Any, Any]:
    """The data of a file and what it says of its columns, as ``survey_child`` gives them.

    kind: sav, dta or parquet. Refuses a damaged file, whatever it does to its reader.
    """
    request = {"kind": kind, "path": os.path.abspath(path), "encoding": encoding}
    patience = SECONDS + SECONDS_PER_MEGABYTE * os.path.getsize(path) / MEGABYTE
    with _lock:
        answer = _ask(json.dumps(request).encode() + b"\n", patience)
    allowed = f"a whole {'Parquet' if kind == 'parquet' else 'SPSS or Stata'} file"
    if answer is None:
        what = "the file is damaged: reading it ended the reader"
        raise bad(what, shown(path), allowed, "open it in the program it comes from and save it")
    outcome, data, facts = answer
    if outcome == "bad":
        todo = "open it in the program it comes from and save it again"
        if "encod" in data.casefold() or "convert" in data.casefold():
            todo = 'name its encoding, for example encoding = "cp1252"'
        first = data.splitlines()[0][:200]
        raise bad(f"the file cannot be read ({first})", shown(path), allowed, todo)
    return data, facts


def _ask(request: bytes, patience: float) -> tuple[str, Any, Any] | None:
    """The child's answer, or None if it died or took too long. A dead child is replaced later."""
    child = _child()
    assert child.stdin and child.stdout
    alarm = threading.Timer(patience, child.kill)
    alarm.daemon = True
    alarm.start()
    try:
        child.stdin.write(request)
        child.stdin.flush()
        parts = _parts(child.stdout)
    except (OSError, MemoryError):
        parts = None
    finally:
        alarm.cancel()
    if parts is None:
        end_child()
        return None
    # The pickle comes from our own child over our own pipe, not from the file.
    answer: tuple[str, Any, Any] = pickle.loads(parts[0], buffers=parts[1:])
    return answer


def _parts(source: IO[bytes]) -> list[bytes] | None:
    """The pickle of an answer and the data that it refers to; None if not all of it came."""
    found: list[bytes] = []
    many = _number(source)
    while many is not None and len(found) < many:
        length = _number(source)
        part = None if length is None else _exactly(source, length)
        if part is None:
            return None
        found.append(part)
    return found or None


def _number(source: IO[bytes]) -> int | None:
    data = _exactly(source, 8)
    return None if data is None else int(struct.unpack(">Q", data)[0])


def _exactly(source: IO[bytes], count: int) -> bytes | None:
    data = source.read(count)
    return data if len(data) == count else None


def _child() -> subprocess.Popen[bytes]:
    """This process's child, started if need be; one inherited from a parent process is not used."""
    mine = _children.get(os.getpid())
    if mine is not None and mine.poll() is None:
        return mine
    end_child()
    command = [sys.executable, "-P", str(CHILD)]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    _children[os.getpid()] = child
    return child


@atexit.register
def end_child() -> None:
    """End this process's child, if it has one; the next request starts another."""
    child = _children.pop(os.getpid(), None)
    if child is None:
        return
    child.kill()
    for stream in (child.stdin, child.stdout):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()
    child.wait()
