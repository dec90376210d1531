"""Scales, questions and consent that could not be answered, and groups that compare unlike with unlike."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from licet.errors import BadInput
from licet.instrument.document import Consent, Instrument, Question, Scale
from licet.instrument.realigning import _text
from licet.instrument.template import template

SCALE: dict[str, Any] = {"options": ("Yes", "No"), "permits": ("Yes",), "opposes": ("No",)}
ASKED: dict[str, Any] = {"id": "age", "wording": "How old?", "source": "S", "version": 1}


@pytest.mark.parametrize(
    ("kind", "keys", "said"),
    [
        (Scale, SCALE | {"agrees": ("Yes",)}, "both 'permits' and 'agrees'"),
        (Scale, SCALE | {"options": ("Yes", "Yes", "No")}, "an option is offered twice"),
        (Scale, SCALE | {"options": ("Yes", "No", "Maybe")}, "no stance is given for 'Maybe'"),
        (Question, ASKED | {"options": ("a", "a")}, "an option is offered twice"),
        (
            Question,
            ASKED | {"number": (0, 9), "unknown": ("b",)},
            "unknown names what is no option",
        ),
        (Consent, {"wording": "W", "yes": "Yes", "no": "Yes", "farewell": "F"}, "the same words"),
    ],
)
def test_what_nobody_could_answer_is_refused(kind: Any, keys: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        kind(**keys)


MADE = template(("police", "education"), ("offer_unasked",)).model_dump()


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ('age == "old"', "'age' is a number, 'old' is text"),
        ("household == 3", "'household' is text, 3 is a number"),
    ],
)
def test_groups_compare_numbers_with_numbers(when: str, said: str) -> None:
    groups = [{**MADE["groups"][0], "when": when}]
    with pytest.raises(BadInput) as caught:
        Instrument(**MADE | {"groups": groups})
    assert said in str(caught.value)


def test_not_every_group_may_be_a_reference_group() -> None:
    groups = [{**group, "reference": True} for group in MADE["groups"]]
    with pytest.raises(BadInput, match="every group is a reference group"):
        Instrument(**MADE | {"groups": groups})


def test_cells_of_true_and_false_are_codes() -> None:
    assert _text(pl.Series("q", [True, False, None])).to_list() == ["1", "0", None]
