"""A data use from its TOML document."""

from __future__ import annotations

import json
from pathlib import Path

from licet.errors import BadInput
from licet.files.reading import shown
from licet.files.toml import read_toml
from licet.use import Use


def read_use(path: Path) -> Use:
    """The use declared in ``path``, its keys at the top level. Refuses with all faults at once."""
    path = Path(path)
    document = read_toml(path)
    try:
        return Use(**document)
    except BadInput as error:
        raise error.within(shown(path)) from None


def draft_use(id: str = "my-use", title: str = "A data use that is still to be described") -> str:
    """A commented TOML document of a use, valid as it is.

    Every value to look at carries CHECK. Its dates are long past, so that nothing can be run until
    somebody fills in the true ones.
    """
    return _DRAFT.replace("@id", json.dumps(id)).replace("@title", json.dumps(title))


_DRAFT = """\
# One data use: what would be linked, by whom, for what. Lines with CHECK are yours to correct.
# Lists are in brackets, text in quotes, dates without quotes.

# The name of this use. The version goes up by one whenever anything below changes.
id = @id
version = 1
title = @title  # CHECK
# What happens to whom and why, in at most 350 characters.
summary = ""
# proposed, in_dialogue, permitted, suspended, refused or ended.
status = "proposed"
# Languages that families are written to in.
languages = ["en"]

# Who answers for it, and whom a parent can ask.
controller = "Name of the public body"  # CHECK
team = ""
owner_role = ""
contact = ""

# Whose records are joined: social_work, education, early_years, police, immigration, health,
# housing, benefits, tax. Each must be trusted, in the whole sample and in every affected group.
services = ["education"]  # CHECK
# Why: offer_unasked, save_money, target_services, find_abuse, pay_entitlements.
reasons = ["offer_unasked"]  # CHECK
# early_intervention, entitlement, service_planning, evaluation, enforcement, health_information.
purpose = "early_intervention"  # CHECK
# operational: named families are acted on. research: they are not.
setting = "operational"
# sharing, matching, linking, warehousing, profiling, predictive_flagging, notification.
analytics = ["matching", "linking"]
# What may follow for a family: offer_of_support, information or none.
intended_action = "offer_of_support"  # CHECK
# What must never follow.
not_allowed_actions = [
    "sanction",
    "enforcement",
    "immigration_action",
    "debt_recovery",
    "automated_decision",
]

# Who runs it: in_house, public_partner or commercial.
processor = "in_house"  # CHECK
# ask_first, or objection with permission_reason = "why families are not asked first".
permission_model = "ask_first"
# Which law you rely on. Licet checks only that something is written: licence is not legality.
lawful_basis = ""
# Groups to add. Those of the evidence count anyway.
affected_groups = []
# true if anybody is paid by the number of families found.
payment_by_results = false

# First and last day of the linkage, and the day by which it is looked at again.
start = 2000-01-01  # CHECK
end = 2000-12-31  # CHECK
# review_by = 2000-07-01

# In your own words: how long records are kept, how a join is undone, what families gain, why it
# cannot be done with less, the two assessments, and how a family objects.
retention = ""
rollback = ""
benefits = ""
proportionality = ""
dpia = ""
equality_assessment = ""
appeals = ""

# Whose records are linked: parents, young_people or adults; the area from wide to narrow.
[population]
people = "parents"  # CHECK
area = "UK"  # CHECK
child_ages = [0, 15]  # CHECK: the youngest and oldest child meant

# What a family is offered, whether it works, and what could be done without linkage.
[support]
offer = ""
evidence_it_works = ""
universal_alternative = ""

# Each set of records that a service brings, one [[sources]] each.
# [[sources]]
# service = "education"
# name = "School census"

# Each company that takes part, one [[companies]] each. One that can see names or other
# identifying data makes the use commercial.
# [[companies]]
# name = "Name of the company"
# role = "runs the matching"
# sees_identifiable = true
"""
