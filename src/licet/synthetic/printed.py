"""The printed shares that the synthetic answers have to reproduce.

Source: Edwards, Gillies and Gorin 2021, Data & Policy 3:e34, Tables 1 to 3 and the text. The
figures are those of ``bundled/town/evidence/parents-2021``; a test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HIGHER_OQI = (
    '(occupation == "Managerial or professional" and qualification == "Degree or above")'
    ' or (occupation == "Managerial or professional" and income == "Over 3700")'
    ' or (qualification == "Degree or above" and income == "Over 3700")'
)
"""The article does not define its composite. Here: at least two of the three."""

GROUPS: Mapping[str, str] = {
    "black": 'ethnicity == "Black"',
    "lone": 'household == "Lone parent"',
    "younger": "age < 30",
    "hh5plus": "household_size >= 5",
    "higher_oqi": HIGHER_OQI,
    "white_british": 'ethnicity == "White British"',
    "occ_managerial": 'occupation == "Managerial or professional"',
    "occ_routine": 'occupation == "Semi-routine or routine"',
    "edu_degree": 'qualification == "Degree or above"',
    "edu_none": 'qualification == "No qualifications"',
    "inc_over_3700": 'income == "Over 3700"',
    "inc_under_1200": 'income == "Under 1200"',
}
"""Groups of parents as expressions over the columns of the synthetic answers."""


@dataclass(frozen=True)
class Question:
    """One question with the shares to reproduce.

    scale: agreement, view or knowledge. percent: group to printed percentage of the counted
    answers. trust: how strongly a person's general trust moves the answer, and which way.
    against: the percentages count the opposing answers. assumed: groups whose percentage is not
    printed and was chosen here so that the answers are plausible.
    """

    id: str
    scale: str
    percent: Mapping[str, int]
    trust: float
    against: bool = False
    assumed: Mapping[str, int] | None = None

    @property
    def aims(self) -> dict[str, int]:
        """Every percentage to reproduce, assumed ones included."""
        return {**(self.assumed or {}), **self.percent}


_AFFECTED = ("all", "higher_oqi", "black", "lone", "younger", "hh5plus")
_COMPARED = (
    "all",
    "black",
    "white_british",
    "occ_managerial",
    "occ_routine",
    "edu_degree",
    "edu_none",
    "inc_over_3700",
    "inc_under_1200",
)


def _row(groups: tuple[str, ...], *percents: int) -> dict[str, int]:
    return dict(zip(groups, percents, strict=True))


def _awareness(id: str, *percents: int) -> Question:
    return Question(id, "knowledge", _row(_COMPARED, *percents), 0.0)


def _licence(id: str, *percents: int, against: bool = False) -> Question:
    trust = -1.0 if against else 1.0
    return Question(id, "agreement", _row(_AFFECTED, *percents), trust, against)


def _view(
    id: str, percent: Mapping[str, int], assumed: Mapping[str, int] | None = None
) -> Question:
    return Question(id, "view", percent, -0.7, assumed=assumed)


QUESTIONS: tuple[Question, ...] = (
    _awareness("aware_stored", 72, 81, 73, 80, 68, 79, 54, 80, 60),
    _awareness("aware_joined", 53, 67, 53, 61, 54, 60, 39, 61, 40),
    _licence("reason_unasked", 82, 86, 62, 74, 78, 80),
    _licence("reason_save", 83, 87, 71, 78, 84, 85),
    _licence("reason_target", 84, 87, 69, 84, 73, 79),
    _licence("reason_abuse", 90, 94, 85, 91, 84, 89),
    _licence("trust_social_work", 55, 55, 38, 52, 50, 55),
    _licence("trust_education", 47, 48, 39, 43, 48, 51),
    _licence("trust_early_years", 50, 52, 43, 47, 45, 52),
    _licence("trust_police", 49, 49, 28, 43, 50, 54),
    _licence("trust_immigration", 35, 33, 24, 31, 34, 38),
    _licence("processor_commercial", 55, 57, 60, 62, 51, 53, against=True),
    _view("concern_unknown_use", {"all": 60}),
    _view("concern_inaccurate", _row(_AFFECTED[2:], 79, 63, 57, 62), {"all": 54, "higher_oqi": 49}),
    _view(
        "concern_discrimination",
        {"black": 57, "lone": 52, "younger": 60},
        {"all": 45, "higher_oqi": 43, "hh5plus": 47},
    ),
    _view(
        "concern_put_off",
        {"black": 62, "lone": 52, "hh5plus": 54},
        {"all": 46, "higher_oqi": 43, "younger": 47},
    ),
    _view("demand_publish", {"all": 81}),
    _view("demand_ask_first", {"all": 60, "black": 66, "lone": 66}),
)
