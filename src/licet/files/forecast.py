"""Forecasts from their TOML documents, and what was kept of them: models and their cards."""

from __future__ import annotations

from pathlib import Path

from licet.errors import BadInput
from licet.files.documents import read_documents
from licet.files.reading import shown
from licet.files.toml import read_toml
from licet.identify.forecast import Forecast

FOLDER = "forecasts"


def read_forecast(path: Path) -> Forecast:
    """The forecast declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    try:
        return Forecast(**document)
    except BadInput as error:
        raise error.within(shown(path)) from None


def read_forecasts(root: Path) -> tuple[tuple[Path, Forecast], ...]:
    """Every forecast of a workspace with its document, by name; none if it has none.

    Refuses with the faults of all of them, and two forecasts with one id.
    """
    paths = sorted((Path(root) / FOLDER).glob("*.toml"))
    return read_documents(paths, read_forecast, "forecast")
