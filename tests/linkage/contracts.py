"""The contracts of the made-up town's feeds, and the columns of their files."""

from __future__ import annotations

from collections.abc import Mapping

CONTRACTS: Mapping[str, str] = {
    "education": """\
id = "education"
service = "education"
title = "School roll (made up)"
extract = 2026-06-01
one_record_per_person = true
[location]
kind = "csv"
path = "data/education.csv"
[fields]
record = "record"
given = "given"
middle = "middle"
family = "family"
birth = "birth"
sex = "sex"
house = "house"
street = "street"
postcode = "postcode"
upn = "upn"
[[mentions]]
role = "guardian"
relationship = "parent"
given = "guardian_given"
family = "guardian_family"
[audit_only]
ethnicity = "ethnicity"
""",
    "early_years": """\
id = "early_years"
service = "early_years"
title = "Children's centres (made up)"
extract = 2026-06-01
one_record_per_person = false
[location]
kind = "csv"
path = "data/early_years.csv"
[fields]
record = "record"
given = "given"
middle = "middle"
family = "family"
birth = "birth"
sex = "sex"
house = "house"
street = "street"
postcode = "postcode"
nhs = "nhs"
[[mentions]]
role = "contact"
relationship = "relative"
given = "contact_given"
family = "contact_family"
birth = "contact_birth"
""",
    "social_work": """\
id = "social_work"
service = "social_work"
title = "Early help records (made up)"
extract = 2026-06-01
one_record_per_person = false
[location]
kind = "csv"
path = "data/social_work.csv"
[fields]
record = "record"
given = "given"
middle = "middle"
family = "family"
birth = "birth"
sex = "sex"
house = "house"
street = "street"
postcode = "postcode"
uprn = "uprn"
[[mentions]]
role = "partner"
relationship = "partner"
given = "partner_given"
family = "partner_family"
record = "partner_record"
""",
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "education": (
        "record", "given", "middle", "family", "birth", "sex", "house", "street", "postcode",
        "upn", "guardian_given", "guardian_family", "ethnicity",
    ),
    "early_years": (
        "record", "given", "middle", "family", "birth", "sex", "house", "street", "postcode",
        "nhs", "contact_given", "contact_family", "contact_birth",
    ),
    "social_work": (
        "record", "given", "middle", "family", "birth", "sex", "house", "street", "postcode",
        "uprn", "partner_given", "partner_family", "partner_record",
    ),
}  # fmt: skip
MENTIONED: Mapping[str, tuple[str, ...]] = {
    feed: tuple(
        name for name in columns if name.split("_")[0] in ("guardian", "contact", "partner")
    )
    for feed, columns in COLUMNS.items()
}
"""The columns of each feed that name somebody else."""
