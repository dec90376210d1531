"""Worker: raking by licet, and residuals of scores. See ``bench/weights.py``."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from licet.weighting.calibration import Calibration
from licet.weighting.margins import Margin, align
from licet.weighting.raking import rake

SCORES = 20


def main(folder: Path) -> None:
    """Answer lines on standard input: a tolerance, ``residuals``, ``save PATH``, or ``memory``."""
    about = json.loads((folder / "margins.json").read_text(encoding="utf-8"))
    frame = pl.DataFrame({n: np.fromfile(folder / f"{n}.bin", dtype=np.int8) for n in about})
    weights = np.fromfile(folder / "weight.bin", dtype=np.float64)
    margins = [Margin(n, tuple(map(str, range(len(t)))), tuple(t)) for n, t in about.items()]
    raked, laid = weights, ()
    print(json.dumps({"ready": "licet"}), flush=True)
    for line in sys.stdin:
        ask, *rest = line.split()
        wall, cpu = time.perf_counter(), time.process_time()
        if ask == "memory":
            answer = {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        elif ask == "save":
            raked.tofile(rest[0])
            answer = {}
        elif ask == "residuals":
            scores = np.random.default_rng(1).normal(size=(len(raked), SCORES))
            wall, cpu = time.perf_counter(), time.process_time()
            codes = tuple(margin.codes for margin in laid)
            Calibration(codes, raked, weights).residuals(scores)
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        else:
            laid, _ = align(frame, margins, weights)
            raked = rake(weights, laid, tolerance=float(ask)).weights
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
