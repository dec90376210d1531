"""A data use drafted from what somebody says about it and from the evidence there is."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from licet.errors import BadInput, Fault
from licet.evidence import Evidence
from licet.files.draft_facts import Ages, child_ages_line, unsaid
from licet.files.draft_items import quoted
from licet.vocabulary import SUBJECT_LIST, VOCABULARY, term

_NOTICE_DAYS = 60
_LISTS = {"services": "service", "reasons": "reason", "analytics": "analytics"}
_WORDS = {
    "purpose": "purpose",
    "setting": "setting",
    "processor": "processor",
    "people": "people",
    "action": "action",
}


@dataclass(frozen=True)
class UseFacts:
    """Facts for a drafted use; None or empty: not known."""

    id: str | None = None
    title: str | None = None
    controller: str | None = None
    services: Sequence[str] = ()
    reasons: Sequence[str] = ()
    purpose: str | None = None
    setting: str | None = None
    processor: str | None = None
    people: str | None = None
    area: str | None = None
    child_ages: Ages | None = None
    analytics: Sequence[str] = ()
    action: str | None = None
    groups: Sequence[str] = ()
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        for option, kind in _LISTS.items():
            for word in getattr(self, option):
                faults += _unknown(kind, word, option)
        for option, kind in _WORDS.items():
            word = getattr(self, option)
            faults += _unknown(kind, word, option) if word is not None else []
        if self.start and self.end and self.end < self.start:
            what = f"the use ends ({self.end}) before it starts ({self.start})"
            faults.append(Fault(what, "--end"))
        if faults:
            raise BadInput(*faults)


def _unknown(kind: str, word: str, option: str) -> Sequence[Fault]:
    try:
        term(kind, word, f"--{option}")
    except BadInput as error:
        return error.faults
    return ()


def draft_use(facts: UseFacts, today: date, evidence: Sequence[Evidence] = ()) -> str:
    """A commented TOML document of a use, valid as it is.

    Every value nobody gave carries CHECK. What the use is about is taken from the evidence, the
    first that is no example, so that the two match; its dates are counted from ``today``.
    """
    start, end = _dates(facts, today)
    found = sorted(evidence, key=lambda one: one.example_only)
    model = found[0] if found else None
    population = model.population if model else None
    ages: Ages | None = facts.child_ages
    people = facts.people or (population.people if population else "parents")
    if ages is None and population and population.people == people:
        ages = population.child_ages or "any"
    words = {
        "id": quoted(facts.id or "my-use"),
        "title": _said(facts.title, "A data use that is still to be described", "--title"),
        "controller": _said(facts.controller, "Name of the public body", "--controller"),
        "services": _listed("services", facts.services, "trust", ["education"], found),
        "reasons": _listed("reasons", facts.reasons, "reason", ["offer_unasked"], found),
        "purpose": _said(facts.purpose, model.purpose if model else "early_intervention", "--purpose"),
        "setting": _said(facts.setting, model.setting if model else "operational", "--setting"),
        "analytics": _list(facts.analytics or ["matching", "linking"]),
        "action": _said(facts.action, "offer_of_support", "--action"),
        "processor": _said(facts.processor, "in_house", "--processor"),
        "measured_processors": _measured("processor", found),
        "groups": _list(facts.groups),
        "deciding": _deciding(found),
        "people": _said(facts.people, people, "--people"),
        "area": _said(facts.area, population.area if population else "UK", "--area"),
        "child_ages": _ages(facts, ages, people),
        "start": f"{start}{'' if facts.start else unsaid('--start')}",
        "end": f"{end}{'' if facts.end else unsaid('--end')}",
        "review": str(start + (end - start) / 2),
    }  # fmt: skip
    return re.sub(r"@(\w+)@", lambda name: words[name[1]], _DRAFT)


def _dates(facts: UseFacts, today: date) -> tuple[date, date]:
    """From the first of a month, when families can have been told, for two years."""
    if facts.start:
        start = facts.start
    else:
        soon = today + timedelta(days=_NOTICE_DAYS)
        start = date(soon.year + soon.month // 12, soon.month % 12 + 1, 1)
    if facts.end:
        return min(start, facts.end) if not facts.start else start, facts.end
    year = start.year + 2
    day = min(start.day, calendar.monthrange(year, start.month)[1])
    return start, date(year, start.month, day) - timedelta(days=1)


def _said(value: str | None, otherwise: str, option: str) -> str:
    return quoted(value) if value is not None else quoted(otherwise) + unsaid(option)


def _list(words: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(word) for word in words) + "]"


def _ages(facts: UseFacts, ages: Ages | None, people: str) -> str:
    line = child_ages_line(ages, people).rstrip("\n")
    return line if facts.child_ages or line.startswith("#") or "CHECK" in line else (
        line + unsaid("--child-ages", "as in the evidence")
    )  # fmt: skip


def _listed(
    key: str, said: Sequence[str], kind: str, otherwise: list[str], found: Sequence[Evidence]
) -> str:
    """The words said, else those the first evidence asked about; with what was not asked about."""
    measured = _asked(kind, found)
    words = said or _asked(kind, found[:1]) or otherwise
    line = f"{key} = {_list(words)}{'' if said else unsaid(f'--{key}')}"
    silent = [word for word in words if found and word not in measured]
    if silent:
        line += f"\n# Nobody was asked about: {', '.join(silent)}. The ruling will be: not known."
    return _measured(kind, found) + line


def _measured(kind: str, found: Sequence[Evidence]) -> str:
    """A comment for each evidence: what its items of this kind are about."""
    text = ""
    for one in found:
        about = _asked(kind, [one])
        text += f"# {one.id} asked about: {', '.join(about) if about else 'none of these'}.\n"
    return text


def _asked(kind: str, found: Sequence[Evidence]) -> list[str]:
    known = VOCABULARY[SUBJECT_LIST[kind]]
    subjects = {item.subject for one in found for item in one.items if item.kind == kind}
    return [word for word in known if word in subjects]


def _deciding(found: Sequence[Evidence]) -> str:
    text = ""
    for one in found:
        ids = [group.id for group in one.groups if not group.reference]
        text += f"# Groups of {one.id}: {', '.join(ids)}.\n"
    return text


_DRAFT = """\
# One data use: what would be linked, by whom, for what. Lines with CHECK are yours to correct.
# Lists are in brackets, text in quotes, dates without quotes.

# The name of this use. The version goes up by one whenever anything below changes.
id = @id@
version = 1
title = @title@
# What happens to whom and why, in at most 350 characters.
summary = ""
# proposed, in_dialogue, permitted, suspended, refused or ended.
status = "proposed"
# Languages that families are written to in.
languages = ["en"]

# Who answers for it, and whom a parent can ask.
controller = @controller@
team = ""
owner_role = ""
contact = ""

# Whose records are joined: social_work, education, early_years, police, immigration, health,
# housing, benefits, tax. Each must be trusted, in the whole sample and in every affected group.
@services@
# Why: offer_unasked, save_money, target_services, find_abuse, pay_entitlements.
@reasons@
# early_intervention, entitlement, service_planning, evaluation, enforcement, health_information.
purpose = @purpose@
# operational: named families are acted on. research: they are not.
setting = @setting@
# sharing, matching, linking, warehousing, profiling, predictive_flagging, notification.
analytics = @analytics@
# What may follow for a family: offer_of_support, information or none.
intended_action = @action@
# What must never follow.
not_allowed_actions = [
    "sanction",
    "enforcement",
    "immigration_action",
    "debt_recovery",
    "automated_decision",
]

# Who runs it: in_house, public_partner or commercial.
@measured_processors@processor = @processor@
# ask_first, or objection with permission_reason = "why families are not asked first".
permission_model = "ask_first"
# Which law you rely on. Licet checks only that something is written: licence is not legality.
lawful_basis = ""
# Groups to add. Those of the evidence count anyway.
@deciding@affected_groups = @groups@
# true if anybody is paid by the number of families found.
payment_by_results = false

# First and last day of the linkage, and the day by which it is looked at again.
start = @start@
end = @end@
# review_by = @review@

# In your own words: how long records are kept, how a join is undone, what families gain, why it
# cannot be done with less, the two assessments, and how a family objects.
retention = ""
# retention_days = 365
rollback = ""
benefits = ""
proportionality = ""
dpia = ""
equality_assessment = ""
appeals = ""

# Whose records are linked: parents, young_people or adults; the area from wide to narrow.
[population]
people = @people@
area = @area@
@child_ages@

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
