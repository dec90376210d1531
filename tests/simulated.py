"""pseudopeople, whose engine lets NumPy raise at every floating-point flag from its import on, for good."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np


def pseudopeople() -> Any:
    """The library. NumPy is as it was before: other tests share the process."""
    with np.errstate():
        return import_module("pseudopeople")
