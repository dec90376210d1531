"""The plan of a survey from its TOML document."""

from __future__ import annotations

from pathlib import Path

from licet.errors import BadInput, Fault
from licet.files.reading import shown
from licet.files.toml import read_toml
from licet.surveyplan.declaring import SurveyPlan, plan_of

NEEDED = (
    ("interviews", "how many people are asked", "a whole number; or invited", "interviews = 1000"),
    ("groups", "the groups", "[groups.ID] for each", "[groups.ID] with share = 0.05 below it"),
    ("items", "the items", "[items.ID] for each", "[items.ID] with share = 0.6 below it"),
)
"""What a plan cannot be without: key, in words, what is allowed, and the line to write."""


def read_survey_plan(path: Path) -> SurveyPlan:
    """The plan declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    if not document:
        raise BadInput(
            *(
                Fault(
                    f"the plan says nothing of {what}",
                    f"{shown(path)}: {key}",
                    allowed,
                    f"add {line}",
                )
                for key, what, allowed, line in NEEDED
            )
        )
    try:
        return plan_of(document)
    except BadInput as error:
        raise error.within(shown(path)) from None
