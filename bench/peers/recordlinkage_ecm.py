"""recordlinkage (0.16) over given pairs of given rows: which pairs are of one person, without labels.

    python recordlinkage_ecm.py ROWS.parquet PAIRS.parquet FOUND.parquet

Its documented way: fields compared as equal or alike, missing counts as different, and expectation
maximisation (``ECMClassifier``) over the zeros and ones. Prints seconds of comparing and of classifying.
"""

from __future__ import annotations

import sys
from time import perf_counter

import pandas as pd
import recordlinkage

ALIKE = {"given": 0.88, "family": 0.88, "street": 0.92}
EQUAL = ("middle", "birth", "sex", "house", "postcode", "uprn", "nhs", "upn", "nino")


def main() -> None:
    """Compare, classify, write."""
    rows_file, pairs_file, found_file = sys.argv[1:]
    rows = pd.read_parquet(rows_file).set_index("node")
    pairs = pd.MultiIndex.from_frame(pd.read_parquet(pairs_file)[["a", "b"]])
    held = [name for name in EQUAL if name in rows and rows[name].notna().any()]
    start = perf_counter()
    compare = recordlinkage.Compare()
    for name, least in ALIKE.items():
        compare.string(name, name, method="jarowinkler", threshold=least, label=name)
    for name in held:
        compare.exact(name, name, label=name)
    features = compare.compute(pairs, rows, rows)
    compared = perf_counter()
    found = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(features)
    classified = perf_counter()
    found.to_frame(index=False, name=["a", "b"]).to_parquet(found_file)
    print(f"{compared - start:.1f} {classified - compared:.1f}")


if __name__ == "__main__":
    main()
