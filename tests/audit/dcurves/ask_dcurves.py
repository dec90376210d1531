"""Asks dcurves 1.1.7 for net benefits. Run it in an environment of its own (it needs pandas 2).

It writes benefits.csv beside itself: a row for each model and threshold, figures with 17 digits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from dcurves import dca

HERE = Path(__file__).parent
THRESHOLDS = np.round(np.linspace(0.1, 0.5, 9), 6)


def main() -> None:
    """People in, net benefits out."""
    people = pd.read_csv(HERE / "people.csv")
    table = dca(data=people, outcome="y", modelnames=["score", "simple"], thresholds=THRESHOLDS)
    table[["model", "threshold", "net_benefit"]].to_csv(
        HERE / "benefits.csv", index=False, float_format="%.17g", lineterminator="\n"
    )


if __name__ == "__main__":
    main()
