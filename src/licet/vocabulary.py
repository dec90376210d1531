"""The shared words: what a data use may be called, with definitions.

Councils that link records about families have no common vocabulary, so nobody can compare them.
Every word that a use or a codebook may say about services, reasons, purposes and so on is defined
here once; unknown words are refused with the nearest right one. ``dpv`` is the identifier of the
same idea in the W3C Data Privacy Vocabulary, where it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from licet.errors import unknown
from licet.synonyms import meant_by


@dataclass(frozen=True)
class Term:
    """One word: its id in files, its label in reports, its definition, its DPV identifier."""

    id: str
    label: str
    definition: str
    dpv: str | None = None


def _terms(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> Mapping[str, Term]:
    return {row[0]: Term(*row) for row in rows}


SERVICES = _terms(
    ("social_work", "Social work", "Council social workers for children and families."),
    ("education", "Education", "Schools and the council's education department.", "pd:School"),
    ("early_years", "Early years", "Nurseries, children's centres and early-years support."),
    ("police", "Police", "Police and criminal justice bodies.", "pd:Criminal"),
    ("immigration", "Immigration", "Bodies that decide on entry, stay and removal."),
    ("health", "Health", "General practice, hospitals, health visiting.", "pd:HealthRecord"),
    ("housing", "Housing", "Council housing, housing associations, homelessness services."),
    ("benefits", "Benefits", "Social security paid by the state or the council.", "pd:Income"),
    ("tax", "Tax", "Bodies that assess and collect taxes, council tax included.", "pd:Tax"),
)

REASONS = _terms(
    (
        "offer_unasked",
        "Offer unasked",
        "To find families who may need help but did not ask for it.",
        "dpv:PublicBenefit",
    ),
    ("save_money", "Spend less", "To spend less by acting before problems grow."),
    (
        "target_services",
        "Target services",
        "To aim services at the families found to need them.",
        "sector-publicservices:SocialAssistanceManagement",
    ),
    ("find_abuse", "Find abuse", "To find children who may be abused or neglected."),
    (
        "pay_entitlements",
        "Pay entitlements",
        "To find families who miss support they have a right to.",
        "sector-publicservices:PublicServiceEligibilityAssessment",
    ),
)

PURPOSES = _terms(
    (
        "early_intervention",
        "Early intervention",
        "Picking out families for support before problems are severe.",
        "sector-publicservices:SocialWelfareRiskAssessment",
    ),
    (
        "entitlement",
        "Entitlement",
        "Finding who has a right to a benefit or service and does not get it.",
        "sector-publicservices:PublicServiceEligibilityAssessment",
    ),
    ("service_planning", "Service planning", "Counting need by area or group; no family is named."),
    ("evaluation", "Evaluation", "Measuring afterwards whether a service worked."),
    ("enforcement", "Enforcement", "Detecting breaches of rules, fraud or crime."),
    (
        "health_information",
        "Health information",
        "Informing people about health and care.",
    ),
)

SETTINGS = _terms(
    ("operational", "Operational", "Acts on named families."),
    (
        "research",
        "Research",
        "Learns about groups; no family is acted on.",
        "dpv:ResearchAndDevelopment",
    ),
)

PROCESSORS = _terms(
    ("in_house", "In-house", "The public body links with its own staff.", "dpv:DataController"),
    ("public_partner", "Public partner", "Another public body links for it.", "dpv:DataProcessor"),
    ("commercial", "Company", "A company links or can see identifiable rows.", "dpv:DataProcessor"),
)

ANALYTICS = _terms(
    ("sharing", "Sharing", "One body gives records to another.", "dpv:Share"),
    ("matching", "Matching", "Two lists are compared to find the same people.", "dpv:Match"),
    ("linking", "Linking", "Records of one person from several bodies are joined.", "dpv:Combine"),
    ("warehousing", "Warehousing", "Joined records are kept in one store.", "dpv:Store"),
    ("profiling", "Profiling", "Joined records describe a person or family.", "dpv:Profiling"),
    (
        "predictive_flagging",
        "Predictive flagging",
        "A forecast picks out families.",
        "dpv:ScoringOfIndividuals",
    ),
    ("notification", "Notification", "An event in one body alerts another.", "dpv:Disclose"),
)

PERMISSION_MODELS = _terms(
    (
        "ask_first",
        "Ask first",
        "Only families who said yes are linked.",
        "dpv:OptingInToProcess",
    ),
    (
        "objection",
        "Objection",
        "Families are told 30 days before and can say no.",
        "dpv:OptingOutFromProcess",
    ),
    (
        "none_statutory",
        "None (statutory)",
        "A duty is claimed and nobody is asked. It can be published; Licet does not run it.",
        "dpv:CannotOptOutFromProcess",
    ),
)

ACTIONS = _terms(
    ("offer_of_support", "Offer of support", "A person offers help; no costs nothing."),
    ("information", "Information", "A letter tells of a right or a service."),
    ("none", "None", "Nobody is acted on."),
    ("sanction", "Sanction", "Forbidden: a penalty or loss of support."),
    ("enforcement", "Enforcement", "Forbidden: police, court or fraud action."),
    ("immigration_action", "Immigration action", "Forbidden: any act on a right to stay."),
    ("debt_recovery", "Debt recovery", "Forbidden: collecting money owed."),
    ("automated_decision", "Automated decision", "Forbidden: no person decides."),
)
FORBIDDEN_ACTIONS = frozenset(
    {"sanction", "enforcement", "immigration_action", "debt_recovery", "automated_decision"}
)

DEMANDS = _terms(
    ("ask_first", "Ask first", "Parents are asked before records are linked."),
    ("publish", "Publish", "Government tells the public what is linked."),
)

CONCERNS = _terms(
    ("unknown_use", "Use unknown", "Families do not know what is done with their records."),
    ("inaccurate", "Inaccurate", "Linked records are not always accurate or unbiased."),
    ("discrimination", "Discrimination", "Linkage leads to discrimination."),
    ("put_off", "Put off services", "Linkage puts families off using services."),
)

AWARENESS = _terms(
    ("stored", "Records are stored", "Knows that public bodies keep digital records on people."),
    ("joined", "Records are joined", "Knows that records can be joined to learn about a family."),
)

PEOPLE = _terms(
    ("parents", "Parents", "Parents and carers of dependent children.", "dpv:ParentOfDataSubject"),
    ("young_people", "Young people", "People aged 13 to 17, speaking for themselves.", "dpv:Child"),
    ("adults", "Adults", "All adults, parents or not.", "dpv:Adult"),
)

SAMPLE_KINDS = _terms(
    ("probability", "Probability", "Every member had a known chance of being asked."),
    ("census", "Census", "Everybody was asked."),
    ("quota", "Quota", "Recruited to fill quotas: cannot grant, what it refuses still blocks."),
    ("opt_in", "Opt-in", "Whoever came forward: cannot grant, what it refuses still blocks."),
)

KINDS = _terms(
    ("awareness", "Awareness", "Does the person know of the practice? Context only."),
    ("reason", "Reason", "Is this reason for linking acceptable? Read by the gate."),
    ("trust", "Trust", "Is this service trusted to join records? Read by the gate."),
    ("processor", "Processor", "Is this operator acceptable? Read by the gate."),
    ("concern", "Concern", "Is this worry shared? A consensus makes an audit due."),
    ("demand", "Demand", "Should this be done first? A consensus makes a duty."),
)

VOCABULARY: Mapping[str, Mapping[str, Term]] = {
    "service": SERVICES,
    "reason": REASONS,
    "purpose": PURPOSES,
    "setting": SETTINGS,
    "processor": PROCESSORS,
    "analytics": ANALYTICS,
    "permission model": PERMISSION_MODELS,
    "action": ACTIONS,
    "demand": DEMANDS,
    "concern": CONCERNS,
    "awareness": AWARENESS,
    "people": PEOPLE,
    "sample": SAMPLE_KINDS,
    "kind": KINDS,
}

SUBJECT_LIST: Mapping[str, str] = {
    "awareness": "awareness",
    "reason": "reason",
    "trust": "service",
    "processor": "processor",
    "concern": "concern",
    "demand": "demand",
}
"""Which list of words the subject of an item of each kind comes from."""


def term(kind: str, word: object, where: str = "") -> Term:
    """The term of list ``kind`` called ``word``; refused with the word that is probably meant."""
    words = VOCABULARY[kind]
    if isinstance(word, str) and word in words:
        return words[word]
    labels = {t.id: t.label for t in words.values()}
    raise unknown(kind, word, list(words), where, meant_by(kind, word, labels))


def label(kind: str, word: str) -> str:
    """The label of a known word, or the word itself."""
    found = VOCABULARY[kind].get(word)
    return found.label if found else word
