"""Worker: raking by svy, in its own environment. See ``bench/weights.py``."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import svy


def main(folder: Path) -> None:
    """Answer lines on standard input: a tolerance, or ``save PATH``, or ``memory``."""
    about = json.loads((folder / "margins.json").read_text(encoding="utf-8"))
    columns = {name: np.fromfile(folder / f"{name}.bin", dtype=np.int8) for name in about}
    weights = np.fromfile(folder / "weight.bin", dtype=np.float64)
    frame = pl.DataFrame({**columns, "weight": weights})
    controls = {name: dict(enumerate(targets)) for name, targets in about.items()}
    sample = svy.Sample(frame, svy.Design(wgt="weight"))
    made = None
    print(json.dumps({"ready": svy.__version__}), flush=True)
    for line in sys.stdin:
        ask, *rest = line.split()
        if ask == "memory":
            answer = {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
        elif ask == "save":
            made.data["raked"].to_numpy().astype(np.float64).tofile(rest[0])
            answer = {}
        else:
            wall, cpu = time.perf_counter(), time.process_time()
            made = sample.weighting.rake(
                controls=controls, wgt_name="raked", tol=float(ask), max_iter=1000
            )
            answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
