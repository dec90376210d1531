"""What an assessment supposes, what else it tries, and how it calls groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licet.assessment import (
    _other_assumptions,
    _other_declarations,
    _other_settings,
    assess,
    deciding,
)
from licet.readings import Settings, read
from tests import factories
from tests.factories import TODAY


def test_what_was_given_by_hand_is_supposed_and_something_else_is_tried() -> None:
    declared = factories.evidence(factories.LICENSED)
    settings = Settings(method="wilson", deff=1.5, bases={"all": 300})
    found = assess(factories.use(), lambda how: [read(declared, None, how)], today=TODAY,
                   settings=settings, vary=False)  # fmt: skip
    assert found.supposed[1:] == ("design effect 1.5", "wilson interval")
    assert found.supposed[0].endswith("300") and found.variations == ()
    assert found.group_label("nobody") == "nobody"
    names = [name for name, _ in _other_settings(found.readings, settings)]
    assert names[0] == "Korn-Graubard interval" and "design effect 1.5" not in names


def test_bases_that_were_given_already_are_not_tried_again() -> None:
    printed = factories.evidence(factories.LICENSED).printed
    assert printed is not None
    others = printed.model_copy(update={"other_bases": {"all": (300, 400)}})
    names = [n for n, _ in _other_assumptions([others], Settings(bases={"all": 300}))]
    assert "base of all 400" in names and "base of all 300" not in names


def test_dont_knows_are_tried_the_other_way_than_now() -> None:
    inside = [name for name, _ in _other_declarations(Settings(dont_know="in"))]
    usual = [name for name, _ in _other_declarations(Settings())]
    assert "don't-knows out of the base" in inside and "don't-knows in the base" not in inside
    assert "don't-knows in the base" in usual and "don't-knows out of the base" not in usual


def test_a_ruling_without_a_finding_decides_nothing() -> None:
    found = assess(factories.use(), lambda how: [], today=TODAY, vary=False)
    with pytest.raises(ValueError, match="without a finding"):
        deciding(replace(found.ruling, decided=()))
