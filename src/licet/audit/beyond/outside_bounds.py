"""One side of a comparison over everybody: what its counts allow, whatever those outside have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from licet.audit.input.population import FrameRow

Place = tuple[int, int]
"""A group's place, -1 for everybody, and its side: 1 in it, 0 the rest."""

KINDS = ("tp", "fp", "fn", "tn", "u1", "u0", "out1", "out0", "outu")


def sets_of(codes: Mapping[str, Any], groups: int) -> dict[Any, Any]:
    """tp .. tn; u1, u0: outcome not known, flagged or not; out1, out0, outu: no flag, by outcome."""
    y, flag = codes["y"], codes["flag"]
    kinds = {
        "tp": (flag == 1) & (y == 1), "fp": (flag == 1) & (y == 0),
        "fn": (flag == 0) & (y == 1), "tn": (flag == 0) & (y == 0),
        "u1": (flag == 1) & (y < 0), "u0": (flag == 0) & (y < 0),
        "out1": (flag < 0) & (y == 1), "out0": (flag < 0) & (y == 0), "outu": (flag < 0) & (y < 0),
    }  # fmt: skip
    found = {(-1, 1, kind): there for kind, there in kinds.items()}
    for place in range(groups):
        for side in (0, 1):
            here = codes[f"in {place}"] == side
            found |= {(place, side, kind): there & here for kind, there in kinds.items()}
    return found


class Side:
    """Bounds of one side, as functions of sums. No flag: outside."""

    def __init__(self, place: Place, row: FrameRow | None) -> None:
        self.place, self.row = place, row

    def get(self, s: Any) -> dict[str, Any]:
        # Numbers of NumPy: a side without known outcomes gives "not known" then, and no fault.
        return {kind: np.asarray(s[(*self.place, kind)], np.float64)[()] for kind in KINDS}

    def beyond(self, s: Any, most: bool) -> Any:
        """People of the frame that are not in the data at all."""
        if self.row is None:
            return 0.0
        there = sum(self.get(s).values())
        people = self.row.people.high if most else self.row.people.low
        return np.maximum(people - there, 0.0)

    def precision(self, s: Any, high: bool) -> Any:
        """Of the flagged, the share with the outcome."""
        k = self.get(s)
        picked = k["tp"] + k["fp"] + k["u1"]
        return (k["tp"] + (k["u1"] if high else 0.0)) / picked

    def recall(self, s: Any, high: bool) -> Any:
        k = self.get(s)
        found = k["tp"] + (k["u1"] if high else 0.0)
        cases = found + k["fn"] + k["out1"]
        if self.row is not None and self.row.outcome is not None:
            known = self.row.outcome.low if high else self.row.outcome.high
            return found / np.maximum(cases, known)
        return found / (cases if high else cases + k["u0"] + k["outu"] + self.beyond(s, True))

    def fpr(self, s: Any, high: bool) -> Any:
        k = self.get(s)
        wrong = k["fp"] + (k["u1"] if high else 0.0)
        clear = wrong + k["tn"] + k["out0"]
        return wrong / (clear if high else clear + k["u0"] + k["outu"] + self.beyond(s, True))

    def flagged(self, s: Any, high: bool) -> Any:
        k = self.get(s)
        return (k["tp"] + k["fp"] + k["u1"]) / (sum(k.values()) + self.beyond(s, not high))

    def inside(self, s: Any) -> Any:
        k = self.get(s)
        return k["tp"] / (k["tp"] + k["fn"])

    def base(self, s: Any) -> Any:
        k = self.get(s)
        return (k["tp"] + k["fn"]) / (k["tp"] + k["fn"] + k["fp"] + k["tn"])

    def at(self, s: Any, share: Any) -> Any:
        """Recall if this share of those of whom it is not known have the outcome."""
        k = self.get(s)
        found = k["tp"] + share * k["u1"]
        more = share * (k["u0"] + k["outu"] + self.beyond(s, True))
        return found / (found + k["fn"] + k["out1"] + more)
