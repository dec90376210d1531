"""scikit-learn is loaded before any test: loading it moves Python's global state of chance once."""

from __future__ import annotations

from contextlib import suppress

with suppress(ImportError):
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401
