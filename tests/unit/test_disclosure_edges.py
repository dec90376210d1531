"""Linked tables where nothing can be exchanged, or nothing would be gained by it."""

from __future__ import annotations

import numpy as np
import pytest

from licet.disclosure import Sum, linked, protect
from licet.disclosure.exchanges import Ground


def test_without_an_exchange_everything_is_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ground, "cheapest", lambda *_, **__: None)
    counts = [20, 4, 16]
    assert protect(counts, [Sum(0, (1, 2))]).all()
    assert linked is not None and np.array(counts).sum() == 40
