"""Licet: does the measured social licence cover this use of records about families?

    import licet
    table = licet.table(frame, items=["trust_a"], by=["ethnicity"], weight="wt")
    assessment = licet.assess("town/uses/early-help.toml", today=date(2021, 12, 1))
    assessment.ruling
    linkage = licet.link(assessment, ["town/feeds/education.toml", ...], "town/")
    audit = licet.audit_forecast("plan.toml", scored, today=date(2026, 11, 30))

Names are loaded when first used, so that ``import licet`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from licet.version import __version__

_HOMES = {
    "Assessment": "licet.assessment",
    "BadInput": "licet.errors",
    "Consensus": "licet.licence",
    "Evidence": "licet.evidence",
    "Feed": "licet.feeds.contract",
    "Identity": "licet.permission.identities",
    "Linkage": "licet.chapters.given",
    "NewEvent": "licet.permission.events",
    "NotLinked": "licet.chapters.grounds",
    "Permit": "licet.gate",
    "Refusal": "licet.gate",
    "RegisterEntry": "licet.register.entry",
    "Scope": "licet.permission.events",
    "Settings": "licet.readings",
    "Terms": "licet.findings",
    "Undetermined": "licet.gate",
    "Use": "licet.use",
    "Verdict": "licet.licence",
    "assess": "licet.flow",
    "audit_contact": "licet.chapters.auditing_contact",
    "audit_forecast": "licet.chapters.auditing_forecast",
    "audit_linkage": "licet.chapters.auditing_linkage",
    "audit_source": "licet.chapters.auditing_source",
    "banner": "licet.chapters.banners",
    "chart": "licet.chapters.charting",
    "index": "licet.chapters.indexing",
    "judge": "licet.flow",
    "link": "licet.chapters.given",
    "paper": "licet.flow",
    "publish_site": "licet.flow",
    "read_answers": "licet.flow",
    "read_evidence": "licet.flow",
    "read_feed": "licet.files.feeds",
    "read_use": "licet.flow",
    "register_entries": "licet.flow",
    "table": "licet.flow",
}

__all__ = ["__version__", *sorted(_HOMES)]

if TYPE_CHECKING:
    from licet.assessment import Assessment as Assessment
    from licet.chapters.auditing_contact import audit_contact as audit_contact
    from licet.chapters.auditing_forecast import audit_forecast as audit_forecast
    from licet.chapters.auditing_linkage import audit_linkage as audit_linkage
    from licet.chapters.auditing_source import audit_source as audit_source
    from licet.chapters.banners import banner as banner
    from licet.chapters.charting import chart as chart
    from licet.chapters.given import Linkage as Linkage
    from licet.chapters.given import link as link
    from licet.chapters.grounds import NotLinked as NotLinked
    from licet.chapters.indexing import index as index
    from licet.errors import BadInput as BadInput
    from licet.evidence import Evidence as Evidence
    from licet.feeds.contract import Feed as Feed
    from licet.files.feeds import read_feed as read_feed
    from licet.findings import Terms as Terms
    from licet.flow import assess as assess
    from licet.flow import judge as judge
    from licet.flow import paper as paper
    from licet.flow import publish_site as publish_site
    from licet.flow import read_answers as read_answers
    from licet.flow import read_evidence as read_evidence
    from licet.flow import read_use as read_use
    from licet.flow import register_entries as register_entries
    from licet.flow import table as table
    from licet.gate import Permit as Permit
    from licet.gate import Refusal as Refusal
    from licet.gate import Undetermined as Undetermined
    from licet.licence import Consensus as Consensus
    from licet.licence import Verdict as Verdict
    from licet.permission.events import NewEvent as NewEvent
    from licet.permission.events import Scope as Scope
    from licet.permission.identities import Identity as Identity
    from licet.readings import Settings as Settings
    from licet.register.entry import RegisterEntry as RegisterEntry
    from licet.use import Use as Use


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'licet' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
