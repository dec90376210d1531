"""How many people are not used, and why: counts under disclosure control."""

from __future__ import annotations

import polars as pl

from licet.disclosure import THRESHOLD, suppress
from licet.permission.rules import REASONS

TOGETHER = ("person_no", "holder_no")
"""Reasons that are never told apart: who of a family said no is nobody's business."""

REFUSED = "refused"


def excluded(decisions: pl.DataFrame, threshold: int = THRESHOLD) -> pl.DataFrame:
    """Count decisions by service and reason.

    decisions: columns service, effect, reason, one line a subject. Gives service, reason (``refused``
    for any no), outcome, subjects: null where a count is kept back. Every reason is listed, so that
    nobody learns from a missing line.
    """
    schema = {"service": pl.String, "reason": pl.String, "outcome": pl.String, "subjects": pl.Int64}
    parts = [pl.DataFrame(schema=schema)]
    names = {name: REFUSED if name in TOGETHER else name for name in REASONS}
    reasons = list(dict.fromkeys(names.values()))
    outcomes = {names[name]: reason.outcome for name, reason in REASONS.items()}
    for (service,), of in decisions.group_by("service", maintain_order=True):
        said = of["reason"].cast(pl.String).replace(names)
        found = dict(said.value_counts().iter_rows())
        counts = [found.get(name, 0) for name in reasons]
        hidden = suppress([counts], threshold=threshold).hidden[0]
        shown = [None if hide else count for count, hide in zip(counts, hidden, strict=True)]
        outcome = [outcomes[name] for name in reasons]
        columns = {"service": [service] * len(reasons), "reason": reasons, "outcome": outcome}
        parts.append(pl.DataFrame({**columns, "subjects": shown}, schema=schema))
    return pl.concat(parts)
