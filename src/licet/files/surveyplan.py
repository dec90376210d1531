"""The plan of a survey from its TOML document."""

from __future__ import annotations

from pathlib import Path

from licet.errors import BadInput
from licet.files.reading import shown
from licet.files.toml import read_toml
from licet.surveyplan.declaring import SurveyPlan, plan_of


def read_survey_plan(path: Path) -> SurveyPlan:
    """The plan declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    try:
        return plan_of(document)
    except BadInput as error:
        raise error.within(shown(path)) from None
