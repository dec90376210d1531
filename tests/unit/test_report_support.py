"""What offering support comes to, with linkage and for everybody, stands on the page of the ruling."""

from __future__ import annotations

from licet.report.phrases import support_counts
from licet.use import PerThousand, Support


def test_both_ways_and_the_reason_are_said_in_counts() -> None:
    support = Support(
        with_linkage=PerThousand(offered=60, helped=24, wrongly=20, source="a trial"),
        universal=PerThousand(offered=400, helped=20.5, source="a count"),
        why_linkage="Too few workers.",
    )
    assert list(support_counts(support.model_dump())) == [
        (
            "Of 1,000 families, with linkage",
            "60 offered support, 24 helped, 20 approached who were not in need (a trial)",
        ),
        ("Of 1,000 families, for everybody", "400 offered support, 20.5 helped (a count)"),
        ("Why families are linked all the same", "Too few workers."),
    ]
    assert list(support_counts(Support().model_dump())) == []
