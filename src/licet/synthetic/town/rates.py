"""How often what happens in the town: declared tables, all of them made up.

Proportions from 0 to 1 unless said otherwise. Errors and what differs between groups are in
``differences``; permission is in ``answering``; the survey in ``asked``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

TODAY = date(2026, 6, 1)
"""The day of the extracts that come with Licet."""
FEWEST_PEOPLE, MOST_PEOPLE = 500, 2_000_000

KINDS: Mapping[str, float] = {
    "single": 0.29,
    "couple": 0.25,
    "parents": 0.24,
    "lone": 0.11,
    "blended": 0.045,
    "three_generations": 0.03,
    "shared": 0.035,
}
"""Kinds of families and households, as shares of them all. shared: adults who are not related."""

CHILDREN: Mapping[str, tuple[float, ...]] = {
    "parents": (0.40, 0.40, 0.14, 0.06),
    "lone": (0.53, 0.32, 0.11, 0.04),
    "blended": (0.0, 0.45, 0.38, 0.17),
    "three_generations": (0.38, 0.38, 0.18, 0.06),
}
"""Chances of 1, 2, 3, 4 children by kind of family."""

FIRST_BIRTH: Mapping[str, tuple[float, float]] = {
    "parents": (29.0, 4.8),
    "lone": (24.5, 4.8),
    "blended": (25.5, 4.5),
    "three_generations": (27.0, 5.0),
}
"""Mother's age at her first birth, years: mean and standard deviation."""

MARRIED = 0.70  # of couples
SAME_SEX = 0.015  # of couples
LONE_FATHERS = 0.12  # of lone parents
OTHER_PARENT_IN_TOWN = 0.62  # of lone parents, and of parents of older children in blended families
TWO_HOMES = 0.45  # of children whose parents live apart in the town
TWINS = 0.03  # of the gaps between two brothers or sisters
ALIKE = 0.06  # of children: a given name much like that of the one before
JUNIOR = 0.02  # of sons: the father's given name
OTHER_COMMUNITY = 0.08  # of partners
OUTSIDE_NAME = 0.40  # of children of unmarried parents: not the father's family name
MOVED, MOVED_AGAIN = 0.38, 0.12  # of families, in the last YEARS_KNOWN years
YEARS_KNOWN = 7.0
DWELLINGS_PER_FAMILY = 1.12

TENURE: Mapping[str, tuple[float, float, float]] = {
    "single": (0.52, 0.24, 0.24),
    "couple": (0.72, 0.11, 0.17),
    "parents": (0.66, 0.15, 0.19),
    "lone": (0.26, 0.44, 0.30),
    "blended": (0.48, 0.28, 0.24),
    "three_generations": (0.60, 0.25, 0.15),
    "shared": (0.04, 0.06, 0.90),
}
"""Chances of owner, social tenant, private tenant by kind of family."""
TENURES = ("Owner", "Social tenant", "Private tenant")

INCOME_LEANING: Mapping[str, float] = {
    "single": -0.2,
    "couple": 0.4,
    "parents": 0.45,
    "lone": -0.75,
    "blended": 0.0,
    "three_generations": -0.1,
    "shared": -0.2,
}
"""What the kind of family adds to its standing, in standard deviations."""
INCOMES = ("Under 1200", "1200 to 3700", "Over 3700")
INCOME_CUTS = (-0.95, 0.65)
"""Standings between the bands of monthly household income."""

CARE_HOME, STUDENT_HALL, REFUGE = 0.05, 0.04, 0.035
"""Of single people: in a care home, in the student hall. Of lone parents: in the refuge."""

COVERAGE: Mapping[str, Mapping[str, float]] = {
    "education": {"child": 0.95},
    "early_years": {"child": 0.74, "mother": 0.62, "father": 0.22},
    "social_work": {"family": 0.055, "member": 0.85},
    "health": {"child": 0.985, "woman": 0.975, "man": 0.945},
    "housing": {"tenant": 0.96, "applicant": 0.10},
    "benefits": {"parent": 0.72, "low": 0.60, "other": 0.07},
}
"""Who has a record in a service: the chance of a person, or of a whole family and its members."""

AGES: Mapping[str, tuple[float, float]] = {"education": (4.0, 18.0), "early_years": (0.0, 5.5)}
"""Ages, in years, of the children that a service sees."""

COPIES: Mapping[str, tuple[float, ...]] = {
    "early_years": (0.52, 0.30, 0.13, 0.05),
    "social_work": (0.70, 0.22, 0.08),
    "housing": (0.93, 0.07),
    "benefits": (0.66, 0.25, 0.09),
}
"""Chances of 1, 2, 3, 4 records of one person in services that are no true registers."""

UPDATED: Mapping[str, float] = {
    "education": 220.0,
    "early_years": 260.0,
    "social_work": 620.0,
    "health": 640.0,
    "housing": 330.0,
    "benefits": 210.0,
}
"""Mean days since a service last asked for name and address. Health is slow; so are closed cases."""

SEEN_MORE: tuple[tuple[str, float], ...] = (
    ("lone", 2.0),
    ("black", 1.6),
    ("younger", 1.7),
    ("hh5plus", 1.3),
    ("low_income", 2.2),
)
"""How many times as likely social work is to know a family, by group; the factors multiply."""
