"""Our own terms, for what no shared vocabulary has a word for, and prefixes of those that are shared.

The namespace is a name, no place on the internet: it is the same in every register, and each register
publishes what the terms mean.
"""

from __future__ import annotations

from collections.abc import Mapping

NAMESPACE = "urn:uuid:3c1f0f5e-8f0a-4d57-9b0e-6a6c69636574#"
PREFIXES: Mapping[str, str] = {
    "sl": NAMESPACE,
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "sector-publicservices": "https://w3id.org/dpv/sector/publicservices#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "adms": "http://www.w3.org/ns/adms#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TERMS: Mapping[str, str] = {
    "DataUse": "One purpose for which named bodies join records about families.",
    "SocialLicence": "Whether the people whom a use falls on agree to it, as measured by a survey.",
    "LicenceFigure": "The share of one group that agrees to one reason, service or operator.",
    "Ruling": "What follows from the licence measured: Permit, Refusal or Undetermined.",
    "Condition": "What families changed by dialogue: a parameter of the use that is enforced.",
    "Question": "A question, an objection or a proposed condition of the public.",
    "RefusedRun": "A run that was not made, and why.",
    "hasRuling": "The ruling on a use.",
    "hasLicence": "The licence measured for a use.",
    "hasFigure": "A figure of the licence.",
    "hasCondition": "A condition of a use.",
    "requirement": "The reason, service or operator that a figure is about.",
    "group": "The social group that a figure is about.",
    "verdict": "granted, refused, absent, unproven, too few, expired or not measured.",
    "share": "A share of people, 0 to 1.",
    "low": "The lower end of a 95 % interval, 0 to 1.",
    "high": "The upper end of a 95 % interval, 0 to 1.",
    "baseline": "The share that is needed, 0 to 1.",
    "permissionFloor": "What families are offered at the least: ask first, or objection.",
    "state": "Where a use stands.",
    "reading": "How old a reader has to be for a text, in years.",
    "service": "A body that is trusted, or not, in its own right.",
    "paidByResults": "Whether somebody is paid by the number of families found.",
    "notAllowedAction": "What must never follow for a family.",
    "parameter": "The parameter that a condition sets.",
    "logEntry": "The place of a leaf in the register's log, from 0.",
    "waitingQuestions": "How many questions wait for an answer.",
}
"""Each term of the namespace, and what it means."""
