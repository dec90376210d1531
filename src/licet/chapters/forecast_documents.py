"""The forecasts of a use: read, and held against feeds and use."""

from __future__ import annotations

from pathlib import Path

from licet.chapters.rules import faults_by_use
from licet.errors import BadInput, Fault, bad, unknown
from licet.files.feeds import read_feeds
from licet.files.forecast import read_forecasts
from licet.files.reading import shown
from licet.files.use import read_use
from licet.files.workspace import find_workspace
from licet.identify.features import BoundForecast, bind_forecast
from licet.identify.forecast import Forecast
from licet.use import Use


def chosen_forecast(path: Path, name: str | None) -> tuple[BoundForecast, str]:
    """The forecast of a use that is meant, held against its feeds, and where it is declared.

    Refuses no forecast, several where none is named, and one that does not fit the use or its feeds.
    """
    workspace = find_workspace(path)
    if workspace is None:
        todo = "make one: licet init town/"
        raise bad("the use lies in no workspace", str(path), "a use in uses/ of a workspace", todo)
    use = read_use(path)
    own = [(p, one) for p, one in read_forecasts(workspace.root) if one.use == use.id]
    names = [one.id for _, one in own]
    if not own:
        allowed = f'forecasts/NAME.toml with use = "{use.id}"'
        raise bad(f"no forecast belongs to the use {use.id!r}", "forecasts", allowed, "write one")
    if name is None and len(own) > 1:
        todo = "name one of them"
        raise bad("several forecasts belong to the use", "--forecast", ", ".join(names), todo)
    if name is not None and name not in names:
        raise unknown("forecast", name, names, "--forecast")
    place, declared = next(pair for pair in own if name in (None, pair[1].id))
    return _bound(place, declared, workspace.root, use), shown(place)


def _bound(place: Path, declared: Forecast, root: Path, use: Use) -> BoundForecast:
    try:
        return bind_forecast(declared, [feed for _, feed in read_feeds(root)], use)
    except BadInput as error:
        raise error.within(shown(place)) from None


def forecast_faults(root: Path) -> list[Fault]:
    """Everything that is wrong with the forecasts of a workspace, held against its uses and feeds."""
    return faults_by_use(
        root, read_forecasts, lambda path, forecast, use: _bound(path, forecast, root, use)
    )
