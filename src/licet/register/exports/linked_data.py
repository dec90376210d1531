"""An entry as linked data: Data Privacy Vocabulary, DCAT, PROV, and our own terms. Nothing is fetched.

Conditions are written as ODRL constraints, and never worked out from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from licet.conditions import PARAMETERS
from licet.register.entry import Condition, Logged, RegisterEntry, Requirement
from licet.register.namespace import NAMESPACE, PREFIXES, TERMS
from licet.register.states import WORDS
from licet.vocabulary import VOCABULARY

Node = dict[str, Any]


def context() -> Node:
    """Prefixes, and what our shorter keys mean."""
    return dict(PREFIXES)


def linked_data(entry: RegisterEntry) -> Node:
    """The entry as JSON-LD. Addresses are relative to that of the document."""
    return {
        "@context": context(),
        "@id": "#use",
        "@type": ["sl:DataUse", "dpv:Process", "dcat:Dataset"],
        **_named(entry),
        **_declared(entry),
        "sl:hasRuling": _ruling(entry),
        "sl:hasLicence": {
            "@type": "sl:SocialLicence",
            "sl:hasFigure": [f for one in entry.ruling.requirements for f in _figures(one)],
        },
        "sl:hasCondition": [_condition(one) for one in entry.conditions if not one.ended],
        "sl:waitingQuestions": entry.dialogue.open,
        "prov:wasUsedBy": [_run(one) for one in entry.runs if one.kind != "explained"],
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:downloadURL": {"@id": one.path.rpartition("/")[2]},
                "dct:title": _text(one.label),
                "dcat:mediaType": one.form,
            }
            for one in entry.downloads
        ],
    }


def _named(entry: RegisterEntry) -> Node:
    """What it is called, where and when it is, where it stands."""
    use = entry.declared
    return {
        "dct:identifier": use.id,
        "dct:hasVersion": str(entry.version),
        "dct:title": _text(use.title),
        "dct:description": _text(use.summary),
        "dct:language": list(use.languages),
        "dct:spatial": _text(use.population.area),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(use.start),
            "dcat:endDate": _day(use.end),
        },
        "adms:status": {
            "@id": f"sl:state-{entry.state.id}",
            "rdfs:label": _text(entry.state.label),
        },
    }


def _declared(entry: RegisterEntry) -> Node:
    """Who does what with whose records, and why, in the words of the Data Privacy Vocabulary."""
    use = entry.declared
    floor = entry.ruling.floor or use.permission_model
    return {
        "dpv:hasDataController": {"@type": "dpv:DataController", "rdfs:label": use.controller},
        "dpv:hasDataProcessor": [_company(one) for one in use.companies],
        "dpv:hasPurpose": _terms("purpose", [use.purpose]) + _terms("reason", list(use.reasons)),
        "dpv:hasProcessing": _terms("analytics", list(use.analytics)),
        "dpv:hasDataSubject": _terms("people", [use.population.people]),
        "dpv:hasPersonalData": _terms("service", list(use.services)),
        "dpv:hasLegalBasis": _text(use.lawful_basis),
        "dpv:hasDuration": {
            "@type": "dpv:TemporalDuration",
            "dct:description": _text(use.retention),
        },
        "dpv:hasConsequence": _terms("action", [use.intended_action]),
        "sl:notAllowedAction": _terms("action", list(use.not_allowed_actions)),
        "sl:permissionFloor": _terms("permission model", [floor]),
        "sl:paidByResults": use.payment_by_results,
    }


def vocabulary() -> Node:
    """The shared words and our own terms as JSON-LD."""
    words = [
        {
            "@id": f"sl:{_name(kind, one.id)}",
            "@type": "skos:Concept",
            "skos:prefLabel": _text(one.label),
            "skos:definition": _text(one.definition),
            **({"skos:closeMatch": {"@id": one.dpv}} if one.dpv else {}),
        }
        for kind, terms in VOCABULARY.items()
        for one in terms.values()
    ]
    own = [
        {
            "@id": f"sl:{name}",
            "@type": "rdfs:Class" if name[0].isupper() else "rdf:Property",
            "rdfs:label": name,
            "rdfs:comment": _text(text),
        }
        for name, text in TERMS.items()
    ]
    states = [_concept(f"state-{id}", text) for id, text in WORDS.items()]
    parameters = [_concept(id, one.says) for id, one in PARAMETERS.items()]
    return {"@context": context(), "@graph": [*own, *words, *states, *parameters]}


def _concept(name: str, text: str) -> Node:
    return {
        "@id": f"sl:{name}",
        "@type": "skos:Concept",
        "skos:prefLabel": _text(name.replace("_", " ")),
        "skos:definition": _text(text),
    }


def _text(text: str) -> Node:
    return {"@value": text, "@language": "en"}


def _day(given: Any) -> Node:
    return {"@value": given.isoformat(), "@type": "xsd:date"}


def _name(kind: str, word: str) -> str:
    return f"{kind.replace(' ', '-')}-{word}"


def _terms(kind: str, names: list[str]) -> list[Node]:
    """Words of the vocabulary: the shared identifier where there is one, ours beside it."""
    found = []
    for name in names:
        term = VOCABULARY[kind][name]
        found.append(
            {
                "@id": term.dpv or f"sl:{_name(kind, name)}",
                "rdfs:label": _text(term.label),
                **({"skos:closeMatch": {"@id": f"sl:{_name(kind, name)}"}} if term.dpv else {}),
            }
        )
    return found


def _company(one: Any) -> Node:
    return {
        "@type": "dpv:DataProcessor" if one.sees_identifiable else "dpv:ThirdParty",
        "rdfs:label": one.name,
        "dct:identifier": one.number,
        "dct:description": _text(one.role),
    }


def _ruling(entry: RegisterEntry) -> Node:
    ruling = entry.ruling
    found: Node = {
        "@type": "sl:Ruling",
        "dct:type": ruling.kind,
        "rdfs:label": _text(ruling.heading),
        "dct:issued": _day(ruling.day),
        "rdfs:comment": [_text(text) for text in ruling.reasons],
    }
    return found | ({"dct:valid": _day(ruling.expires)} if ruling.expires else {})


def _figures(one: Requirement) -> list[Node]:
    return [
        {
            "@type": "sl:LicenceFigure",
            "sl:requirement": one.id,
            "sl:group": cell.group,
            "sl:verdict": cell.verdict,
            **_share(cell.share),
            **({"sl:baseline": cell.baseline} if cell.baseline is not None else {}),
        }
        for cell in one.figures
        if cell.in_force
    ]


def _share(share: Any) -> Mapping[str, float]:
    return (
        {}
        if share is None
        else {"sl:share": share.point, "sl:low": share.low, "sl:high": share.high}
    )


def _condition(one: Condition) -> Node:
    return {
        "@type": ["sl:Condition", "odrl:Constraint"],
        "odrl:leftOperand": {"@id": f"sl:{one.parameter}"},
        "odrl:operator": {"@id": "odrl:eq"},
        "odrl:rightOperand": one.value,
        "rdfs:comment": _text(one.text),
    }


def _run(one: Logged) -> Node:
    refused = one.kind == "run_refused"
    return {
        "@type": ["prov:Activity", "sl:RefusedRun"] if refused else "prov:Activity",
        "sl:logEntry": one.leaf,
        "dct:type": one.kind,
        "prov:atTime": {"@value": one.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "@type": "xsd:dateTime"},
        "rdfs:comment": _text(one.text),
    }


__all__ = ["NAMESPACE", "context", "linked_data", "vocabulary"]
