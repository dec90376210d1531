"""The bundled vendor's score: it fails its audit in a workspace, and no list comes of it by any command."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from licet.audit.standing import Standing
from licet.chapters import auditing
from licet.chapters.forecast_release import release_model
from licet.chapters.forecasting import fit
from licet.chapters.grounds import NotLinked
from licet.chapters.identifying import identify
from licet.chapters.publishing import publish
from licet.errors import BadInput
from licet.files.town import write_town
from licet.files.workspace import init_workspace
from tests.linkage.town import store_of

pytestmark = pytest.mark.long

TODAY, MADE = date(2026, 11, 30), date(2026, 11, 2)
USE = "early-help-forecast"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled town, its uses published, and the vendor's score audited beside its use."""
    root = tmp_path_factory.mktemp("vendor") / "town"
    init_workspace(root, files("licet.bundled") / "town")
    write_town(root, today=MADE)
    publish(root, today=TODAY)
    done = auditing.forecast(
        root / "audits" / "vendor.toml", root / "vendor" / "scores.csv", today=TODAY
    )
    assert done.standing is Standing.FAIL and USE in done.logged
    return root


def test_the_audit_is_in_the_log_and_suspends_the_use(audited: Path) -> None:
    with store_of(audited) as store:
        leaves = [entry.leaf for entry in store.log.entries()]
    (found,) = [leaf.body for leaf in leaves if leaf.kind == "audit"]
    assert found["standing"] == "fail" and {"G1", "G2", "G4"} <= set(found["failed"])
    (held,) = [leaf.body for leaf in leaves if leaf.kind == "suspension"]
    assert (held["use"], held["state"]) == (USE, "suspended")


def test_no_list_comes_of_it(audited: Path) -> None:
    use = audited / "uses" / f"{USE}.toml"
    with pytest.raises(BadInput, match="unknown model 'vendor-score'"):
        release_model("vendor-score", audited, as_of=MADE, today=TODAY)
    with pytest.raises(NotLinked):
        identify(use, as_of=MADE, today=TODAY)
    with pytest.raises(BadInput, match="no forecast belongs to the use"):
        fit(use, today=TODAY)
    with store_of(audited) as store:
        assert not tuple(store.offers.of_use(USE))
        kinds = {entry.leaf.kind for entry in store.log.entries()}
    assert "list_offered" not in kinds
