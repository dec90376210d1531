"""Indented JSON text is that of the standard library, to the last byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.report.json_text import indented

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.text() | PLAIN
VALUES = st.recursive(
    PLAIN | st.text(),
    lambda held: st.lists(held) | st.lists(held).map(tuple) | st.dictionaries(KEYS, held),
    max_leaves=30,
)


@given(VALUES, st.integers(0, 3))
def test_it_is_the_text_of_the_standard_library(value: Any, indent: int) -> None:
    expected = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    assert indented(value, indent) == expected


@pytest.mark.parametrize("value", [{"a": [float("nan")]}, [float("inf")], {"a": {1, 2}}, {(1,): 2}])
def test_what_json_cannot_hold_is_refused_alike(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)) as theirs:
        json.dumps(value, allow_nan=False)
    with pytest.raises(type(theirs.value)):
        indented(value)
