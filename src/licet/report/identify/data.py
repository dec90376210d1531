"""What a rule came to as one JSON document. Counts are null where they are kept back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from licet.identify.words import NEVER_HINDERS, NO_IS_NORMAL


def json_text(found: Mapping[str, Any]) -> str:
    """Everything as one JSON document."""
    return json.dumps(document(found), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def document(found: Mapping[str, Any]) -> dict[str, Any]:
    """As plain values."""
    rule = found["rule"]
    return {
        "schema": "licet-identify-1",
        "use": rule.use,
        "rule": rule.id,
        "rule_version": rule.version,
        "rule_hash": rule.hash(),
        "kind": rule.kind,
        "level": rule.level,
        "run": found["run"],
        "as_of": found["as_of"].isoformat(),
        "ruling": found["heading"],
        "disclosure_threshold": found["threshold"],
        **found["counts"],
        "criteria": [
            {"id": one.id, "meaning": one.meaning, "gives": one.gives, "met": found["met"][one.id]}
            for one in rule.criteria
        ],
        "extracts": {name: day.isoformat() for name, day in found["extracts"].items()},
        "not_known": list(found["not_known"]),
        "released": not found["unmet"],
        "offered": found["offered"],
        "capacity": rule.offer.capacity if rule.offer else None,
        "unmet": [{"id": one.id, "text": one.text, "todo": one.todo} for one in found["unmet"]],
        "never": [NEVER_HINDERS, NO_IS_NORMAL],
    }
