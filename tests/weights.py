"""Made-up people with weights, and margins that some weights of theirs surely meet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from hypothesis import strategies as st

from licet.weighting.margins import Aligned


def people(seed: int, n: int, widths: Sequence[int]) -> tuple[np.ndarray, list[Aligned]]:
    """Weights and margins that some weights of these people surely meet."""
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(0, 0.7, n)
    true = weights * rng.uniform(0.5, 2, n)
    margins = []
    for place, width in enumerate(widths):
        codes = np.append(np.arange(width), rng.integers(0, width, n - width)).astype(np.intp)
        names = tuple(f"v{place}c{category}" for category in range(width))
        margins.append(Aligned(f"v{place}", names, codes, np.bincount(codes, true)))
    return weights, margins


surveys = st.builds(
    people,
    st.integers(0, 10_000),
    st.integers(60, 300),
    st.lists(st.integers(2, 5), min_size=1, max_size=3),
)


DESIGN_WEIGHTS = np.array([2.0, 1.0, 3.0, 1.0, 2.0, 4.0, 1.0, 2.0, 2.0, 3.0])
AGE = np.array([0, 0, 1, 1, 0, 1, 0, 1, 1, 0], dtype=np.intp)
SEX = np.array([0, 1, 0, 1, 1, 0, 0, 1, 0, 1], dtype=np.intp)
MARGINS = [
    Aligned("age", ("a", "b"), AGE, np.array([9.0, 12.0])),
    Aligned("sex", ("f", "m"), SEX, np.array([11.0, 10.0])),
]

SIX_PEOPLE = pl.DataFrame(
    {
        "age": ["young", "young", "old", "old", "old", "young"],
        "sex": ["female", "male", "female", "male", "female", "female"],
        "house": [1, 2, 1, 2, 2, None],
    }
)
