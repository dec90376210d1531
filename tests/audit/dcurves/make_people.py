"""Makes people.csv: 500 made-up people with two chances, the same bytes every time. NumPy alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEED = 20261123
PEOPLE = 500


def text() -> str:
    """The file. score, simple: chances 0-1, the second in steps of .05; y: 1 with the outcome."""
    rng = np.random.default_rng(SEED)
    truth = rng.beta(1.5, 4, PEOPLE)
    y = rng.random(PEOPLE) < truth
    score = np.clip(truth + rng.normal(0, 0.1, PEOPLE), 0, 1)
    simple = np.round(np.clip(truth + rng.normal(0, 0.2, PEOPLE), 0, 1) * 20) / 20
    rows = zip(score.tolist(), simple.tolist(), y.astype(int).tolist(), strict=True)
    lines = [",".join(map(repr, row)) for row in rows]
    return "\n".join(["score,simple,y", *lines, ""])


if __name__ == "__main__":
    (HERE / "people.csv").write_text(text(), encoding="utf-8", newline="\n")
