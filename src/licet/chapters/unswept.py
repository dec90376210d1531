"""Work on millions of values, without Python's search for circles among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """A run makes millions of values and hardly a circle of them: Python looks for circles afterwards.

    A tenth of the time of a million rows, for 80 MB.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
