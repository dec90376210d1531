"""Linked tables where nothing can be exchanged."""

from __future__ import annotations

import pytest

from licet.disclosure import Sum, protect
from licet.disclosure.exchanges import Ground


def test_without_an_exchange_everything_is_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ground, "cheapest", lambda *_, **__: None)
    assert protect([20, 4, 16], [Sum(0, (1, 2))]).all()
