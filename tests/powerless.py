"""Root may read and write everything: here it may do so no longer, for tests of what is refused."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

_VERSION = 0x20080522  # of the kernel's structures: capabilities(7)
_OVERRIDE = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


@contextmanager
def powerless() -> Iterator[None]:
    """Modes of files bind this thread, whoever runs it."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, held = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    _done(libc.capget(header, held))
    before = held[0]
    held[0] &= ~_OVERRIDE
    _done(libc.capset(header, held))
    try:
        yield
    finally:
        held[0] = before
        _done(libc.capset(header, held))


def _done(answer: int) -> None:
    if answer:
        raise OSError(ctypes.get_errno(), "capabilities could not be changed")
