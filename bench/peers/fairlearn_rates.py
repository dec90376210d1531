"""Worker: rates by one attribute with fairlearn's bootstrap. See ``bench/audit.py``."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import fairlearn
import pandas as pd
from fairlearn.metrics import (
    MetricFrame,
    false_negative_rate,
    false_positive_rate,
    mean_prediction,
    selection_rate,
)
from sklearn.metrics import precision_score

METRICS = {
    "flag": selection_rate,
    "fpr": false_positive_rate,
    "fnr": false_negative_rate,
    "ppv": precision_score,
    "base": lambda y_true, y_pred: mean_prediction(y_true, y_true),
}


def main(folder: Path) -> None:
    """Answer lines on standard input: ``DRAWS ATTRIBUTE`` (0: rates alone), ``memory``."""
    frame = pd.read_parquet(folder / "people.parquet")
    print(json.dumps({"ready": fairlearn.__version__}), flush=True)
    for line in sys.stdin:
        ask, *rest = line.split()
        if ask == "memory":
            answer = {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        else:
            draws = int(ask)
            more = {"n_boot": draws, "ci_quantiles": [0.025, 0.975], "random_state": 1}
            wall, cpu = time.perf_counter(), time.process_time()
            MetricFrame(
                metrics=METRICS,
                y_true=frame["y"],
                y_pred=frame["flag"],
                sensitive_features=frame[rest],
                **(more if draws else {}),
            )
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
