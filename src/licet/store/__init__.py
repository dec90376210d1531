"""The store: ledger, log and runs in a database. Values in, values out.

``Store.open(url, keys)`` opens one. Nothing of Django is loaded before that.
"""

from __future__ import annotations

from licet.store.opening import Store

__all__ = ["Store"]
