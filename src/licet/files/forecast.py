"""Forecasts from their TOML documents, and what was kept of them: models and their cards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from licet.errors import BadInput
from licet.files.documents import read_documents
from licet.files.reading import MEGABYTE, read_bytes, shown
from licet.files.toml import read_toml
from licet.files.writing import check_folder, write_text, write_together
from licet.identify.forecast import Forecast
from licet.identify.scorecard import Model, model_of

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


MODELS = "models"
CARD = ("model-card.json", "model-card.html")


def model_path(root: Path, use: str, name: str) -> Path:
    """Where a kept model lies."""
    return Path(root) / MODELS / use / f"{name}.json"


def write_model(root: Path, model: Model) -> Path:
    """Keep a model, in place of one of the same forecast and kind; its path."""
    path = model_path(root, model.made.use, model.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, model.text())
    return path


def read_model(path: Path) -> Model:
    """A kept model. Refuses what Licet did not write."""
    try:
        data = json.loads(read_bytes(Path(path), MEGABYTE))
    except BadInput:
        raise
    except ValueError:
        data = None
    return model_of(data, shown(Path(path)))


def write_card(folder: Path, card: Mapping[str, Any], page: str) -> dict[str, Path]:
    """Write the card of a model as data and as a page; the paths by kind."""
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
    data, sheet = (folder / name for name in CARD)
    write_together({data: text.encode(), sheet: page.encode()})
    return {"card": data, "page": sheet}
