"""The town of the tests of identify, with households before reviewers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from licet.chapters.identifying import identify
from licet.chapters.linking import link
from licet.chapters.publishing import publish
from tests.identify.town import AS_OF, Case, with_rule
from tests.linkage.conftest import Made, equal_rows_are_trained_on_once, published, typed
from tests.linkage.town import TODAY, answer, drawn

__all__ = ["equal_rows_are_trained_on_once", "published", "typed"]
ROOM = 40


@pytest.fixture(scope="session")
def queued(published: Made, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A town in which most said yes, and everybody whom a wide rule means, before three posts."""
    found = published.again(tmp_path_factory.mktemp("queued") / "town")
    draw = np.random.default_rng(5)
    answers = drawn(found.town, draw, (9, 1, 0, 0))
    answer(found.root, found.town, answers, draw)
    case = with_rule(Made(found.root, found.town, answers))
    more = '"School office, desk 2", "School office, desk 3"'
    case.edit(("capacity = 1\n", f"capacity = {ROOM}\n"), ('"School office, desk 2"', more),
              ("earnings < 617", "earnings < 1000"), ('window = "90 days"', 'window = "366 days"'),
              ("status = 'paid'", "status = 'paid' or status = 'free'"),
              ('window = "180 days"', 'window = "366 days"'), ('id = "meals"\n', 'id = "meals"\nversion = 2\n'))  # fmt: skip
    publish(case.root, today=TODAY)
    link(case.use, today=TODAY)
    case.audited()
    case.decided("do")
    assert identify(case.use, as_of=AS_OF, today=TODAY).unmet == ()
    return case


@pytest.fixture
def town(queued: Case, tmp_path: Path) -> Case:
    """A town of one test."""
    return queued.again(tmp_path / "town")
