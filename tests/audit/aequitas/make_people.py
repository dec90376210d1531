"""Makes people.csv: 1,500 made-up people, the same bytes every time. NumPy alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEED = 20261123
PEOPLE = 1_500


def text() -> str:
    """The file. score: 1 flagged, 0 not; label_value: 1 with the outcome."""
    rng = np.random.default_rng(SEED)
    race = rng.choice(["Asian", "Black", "Mixed", "White"], PEOPLE, p=[0.15, 0.2, 0.05, 0.6])
    sex = rng.choice(["female", "male"], PEOPLE)
    age = rng.choice(["old", "prime", "young"], PEOPLE, p=[0.2, 0.5, 0.3])
    leaning = 0.3 * (race == "Black") + 0.2 * (age == "young") - 0.1 * (sex == "female")
    label = rng.random(PEOPLE) < 0.25 + leaning / 3
    score = rng.random(PEOPLE) < 0.15 + 0.45 * label + leaning / 2
    rows = zip(race, sex, age, score.astype(int), label.astype(int), strict=True)
    lines = [",".join(map(str, row)) for row in rows]
    return "\n".join(["race,sex,age,score,label_value", *lines, ""])


if __name__ == "__main__":
    (HERE / "people.csv").write_text(text(), encoding="utf-8", newline="\n")
