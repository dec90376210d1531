"""Models with nobody to choose from, and a forecast whose faults are of the whole."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from licet.errors import Fault
from licet.identify import applying
from licet.identify.cohort import Cohort
from licet.identify.features import _renamed
from licet.identify.notice import _else
from licet.identify.scorecard import Model, Term
from licet.identify.trial import _rows
from tests.forecast.made import forecast


def test_nobody_is_meant_where_nobody_is_or_nothing_speaks_for_an_offer() -> None:
    nobody = Cohort(
        forecast(),
        pl.DataFrame(
            {"unit": [], "absences": []},
            schema_overrides={"unit": pl.String, "absences": pl.Float64},
        ),
    )
    for slope in (1.0, -1.0):
        model = Model(
            "logistic", (Term("absences", "lines", slope, slope, slope, slope),), 0.0, (0.0, 1.0)
        )
        released: Any = SimpleNamespace(id=model.id, hash=model.hash())
        assert applying.meant(released, model, nobody) == ()
        with pytest.raises(ValueError, match="another model"):
            applying.meant(SimpleNamespace(id="x", hash="y"), model, nobody)  # type: ignore[arg-type]


def test_a_fault_of_the_whole_is_told_of_the_forecast() -> None:
    declared = forecast()
    many = len(declared.features)
    told = [*_renamed(declared, [Fault("the rule belongs to the use 'a'", "use"),
                                 Fault("x", f"criteria[{many + 1}].feed"), Fault("y", "criteria[1]")])]  # fmt: skip
    assert [(one.what, one.where) for one in told] == [
        ("the forecast belongs to the use 'a'", "use"), ("x", "outcome.feed"), ("y", "features[1]")]  # fmt: skip


def test_a_letter_in_every_language_says_nothing_of_translation() -> None:
    told: Any = SimpleNamespace(controller="Town Council", untranslated=())
    assert not any("translated" in text for text in _else(told))
    told.untranslated = ("Welsh",)
    assert any("not yet translated" in text for text in _else(told))


def test_groups_stand_beside_the_rows_of_their_households() -> None:
    declared = forecast()
    values = {one.id: [1.0, 2.0] for one in declared.features}
    rows = pl.DataFrame({"unit": ["a", "b"], "as_of": [declared.days[-1]] * 2, **values})
    cohort = Cohort(declared, rows, had=np.array([True, False]))
    groups = pl.DataFrame({"unit": ["b", "a"], "town": ["North", "South"]})
    found = _rows(cohort, np.array([0.9, 0.1]), 0.5, groups)
    assert found["town"].to_list() == ["South", "North"]
    assert found["flag"].to_list() == [1, 0]
