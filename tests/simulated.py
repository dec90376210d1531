"""pseudopeople, whose engine lets NumPy raise at every floating-point flag from its import on, for good."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest


def pseudopeople() -> Any:
    """The library; skips where it is absent. NumPy is as it was before: other tests share the process."""
    with np.errstate():
        return pytest.importorskip("pseudopeople", reason="pseudopeople is not installed here")
