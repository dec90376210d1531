"""The process in which foreign survey files are opened. Run as a script, never imported.

SPSS, Stata and Parquet files are parsed by compiled code, which a damaged file can crash. Here only
this process dies; see ``survey_process``. It reads requests as lines of JSON and answers each with
a pickle and the large data that it refers to, each behind its length (8 bytes) and all behind their
number (8 bytes). It imports nothing of licet: it starts wherever Python does.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import sys
from typing import Any

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

_FACTS = (
    "column_names_to_labels",
    "variable_value_labels",
    "missing_ranges",
    "missing_user_values",
    "readstat_variable_types",
)


def serve() -> None:
    """Answer requests until the input ends. Nothing a library prints reaches the user."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for line in sys.stdin.buffer:
        # A large table goes as it is, beside the pickle: within it every byte would be copied twice.
        beside: list[pickle.PickleBuffer] = []
        answer = pickle.dumps(_answer(json.loads(line)), protocol=5, buffer_callback=beside.append)
        answers.write(struct.pack(">Q", 1 + len(beside)))
        for part in (memoryview(answer), *(buffer.raw() for buffer in beside)):
            answers.write(struct.pack(">Q", part.nbytes))
            answers.write(part)
        answers.flush()


def _answer(request: dict[str, Any]) -> tuple[str, Any, Any]:
    """``("read", data, facts)`` or ``("bad", message, None)``."""
    try:
        _limit_memory(os.path.getsize(request["path"]))
        if request["kind"] == "parquet":
            return ("read", _parquet(request["path"]), None)
        return ("read", *_labelled(**request))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of compiled code is no Exception
        return ("bad", str(error).strip() or type(error).__name__, None)


def _limit_memory(size: int) -> None:
    """Bound what a damaged file of ``size`` bytes can claim, far above what a sound one needs."""
    if resource is not None:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = 8_000_000_000 + 100 * size
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _parquet(path: str) -> pickle.PickleBuffer:
    """The table as Arrow IPC bytes, which keep every type of column."""
    import polars as pl

    buffer = io.BytesIO()
    pl.read_parquet(path).write_ipc(buffer)
    return pickle.PickleBuffer(buffer.getbuffer())


def _labelled(kind: str, path: str, encoding: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns as lists of values, and what the file says of them."""
    import pyreadstat

    reader: Any = pyreadstat.read_dta if kind == "dta" else pyreadstat.read_sav
    options = {"encoding": encoding, "user_missing": True, "output_format": "dict"}
    try:
        columns, meta = reader(path, **options)
    except (OverflowError, ValueError):
        # Dates that no calendar holds: their numbers are kept, nobody groups by them.
        columns, meta = reader(path, **options, disable_datetime_conversion=True)
    if None in columns:
        raise ValueError("a column has no name")
    return dict(columns), {name: dict(getattr(meta, name) or {}) for name in _FACTS}


if __name__ == "__main__":
    serve()
