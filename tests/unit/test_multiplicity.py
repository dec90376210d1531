"""Adjusted p values by hand, and refusals."""

from __future__ import annotations

from math import isnan, nan

import pytest

from licet.errors import BadInput
from licet.survey.multiplicity import adjusted, family_size


def test_four_tests_by_hand() -> None:
    """BH: p x 4 / rank, then the least from above: .04, .04 (.03 x 4 / 3), .04, .5. Holm: x 4, 3, 2, 1."""
    p = [0.02, 0.5, 0.01, 0.03]
    assert adjusted(p, "benjamini-hochberg") == pytest.approx([0.04, 0.5, 0.04, 0.04])
    assert adjusted(p, "holm") == pytest.approx([0.06, 0.5, 0.04, 0.06])


def test_an_unknown_p_is_no_member() -> None:
    found = adjusted([0.01, nan, 0.02], "holm")
    assert found[0] == pytest.approx(0.02) and isnan(found[1])
    assert family_size([0.01, nan, 0.02]) == 2
    assert adjusted([], "holm").tolist() == []


def test_what_is_no_chance_is_refused() -> None:
    with pytest.raises(BadInput):
        adjusted([1.2], "holm")
    with pytest.raises(BadInput):
        adjusted([0.5], "bonferroni")  # type: ignore[arg-type]
