"""What the reference shows of a forecast is one."""

from __future__ import annotations

import tomllib

from licet.feeds.contract import Feed
from licet.identify.features import bind_forecast
from licet.identify.forecast import Forecast
from tests.docs.runner import ROOT
from tests.identify.made import FEED


def test_the_forecast_shown_asks_the_table_shown() -> None:
    tables = {}
    for page in ("feed.md", "forecast.md"):
        text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
        tables[page] = tomllib.loads(text.split("```toml\n")[1].split("```")[0])
    bound = bind_forecast(Forecast(**tables["forecast.md"]), [Feed(**(FEED | tables["feed.md"]))])
    assert [one.declared.id for one in bound.features] == ["days-away", "last-holiday"]
    assert bound.cohort is not None and bound.declared.splits().test == bound.declared.days[-1:]
