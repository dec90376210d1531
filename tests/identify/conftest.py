"""The made-up town of the linkage tests, with tables of lines, a rule of entitlement and its proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from licet.chapters.linking import link
from tests.identify.town import Case, larger, with_rule
from tests.linkage.conftest import answered, equal_rows_are_trained_on_once, published, typed
from tests.linkage.town import TODAY

__all__ = ["answered", "equal_rows_are_trained_on_once", "many", "meals", "published", "typed"]


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A larger town with fewer errors, of two groups: linked, and nothing of it audited yet."""
    root: Path = tmp_path_factory.mktemp("many") / "town"
    case = with_rule(larger(root), most=30)
    link(case.use, today=TODAY)
    return case


@pytest.fixture(scope="session")
def meals(answered, tmp_path_factory: pytest.TempPathFactory) -> Case:  # type: ignore[no-untyped-def]
    """A town whose use has a rule of entitlement, linked, audited and decided: every condition holds."""
    root: Path = tmp_path_factory.mktemp("meals") / "town"
    case = with_rule(answered.again(root))
    link(case.use, today=TODAY)
    case.audited()
    case.decided("do")
    return case
