"""What feeds are like as one JSON document. Counts are null where they are not shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from licet.feeds.profile import Profile


def json_text(found: Sequence[Profile]) -> str:
    """Everything as one JSON document."""
    document = {"feeds": [feed_data(one) for one in found]}
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def feed_data(found: Profile) -> dict[str, Any]:
    """One feed: what it declares, and what was counted."""
    feed = found.feed
    communal, people = found.communal
    return {
        "id": feed.id,
        "service": feed.service,
        "title": feed.title,
        "synthetic": feed.synthetic,
        "owner": feed.owner,
        "extract": feed.extract.isoformat(),
        "contract": feed.hash(),
        "period": feed.period,
        "population": feed.population,
        "one_record_per_person": feed.one_record_per_person,
        "known_faults": list(feed.known_faults),
        "audit_only": list(feed.audit_only),
        "disclosure_threshold": found.threshold,
        "rows": found.rows,
        "rows_like_another": found.repeated,
        "communal_addresses": communal,
        "rows_at_communal_addresses": people,
        "address_last_known_true": dict(found.stale),
        "mentions": dict(found.mentions),
        "fields": [
            {"field": one.field, "column": one.column, **one.parts, "distinct": one.distinct,
             "rows_of_most_frequent_values": list(one.top)}
            for one in found.fields
        ],
        "changes": [vars(one) for one in found.changes],
        "missing_by_group": [vars(one) for one in found.groups],
        "tables": [vars(one) | {"missing": dict(one.missing)} for one in found.tables],
    }  # fmt: skip
