"""What may be decided on a use. The first row that fits tells the least strict decision; an owner may
decide more strictly, never less. "linkage", "forecast", "contact": what the audit came to, empty where
none was made. "worry" is a concern that most people share. "helped": families helped per 1,000, with
linkage against support for everybody without it.
"""

from __future__ import annotations

from datetime import date

import pytest

from licet.audit.standing import Standing
from licet.decision import CHOICES, DUE, Audited, Known, allowed, decide
from licet.errors import BadInput
from licet.use import PerThousand, Support
from tests.factories import use
from tests.spec.tables import Row, cases

TITLE = "What may be decided"

TABLE = """
ruling             | asked | forecast? | worry          | linkage      | forecast     | contact  | helped            | decision
------------------ | ----- | --------- | -------------- | ------------ | ------------ | -------- | ----------------- | --------
permit             | yes   | no        |                | PASS         |              |          | 30 against 20     | do
permit             | yes   | yes       |                | PASS         | PASS         |          | 30 against 20     | do
refusal            | yes   | no        |                | PASS         |              |          | 30 against 20     | stop
refusal, smaller   | yes   | no        |                | PASS         |              |          | 30 against 20     | narrow
undetermined       | yes   | no        |                | PASS         |              |          | 30 against 20     | build
undetermined, smaller | yes | no       |                | PASS         |              |          | 30 against 20     | narrow
permit             | yes   | no        |                | FAIL         |              |          | 30 against 20     | stop
refusal, smaller   | yes   | no        |                | FAIL         |              |          | 30 against 20     | stop
permit             | yes   | yes       |                | PASS         | FAIL         |          | 30 against 20     | stop
permit             | yes   | no        |                | UNDETERMINED |              |          | 30 against 20     | build
permit             | yes   | no        |                |              |              |          | 30 against 20     | build
permit             | yes   | yes       |                | PASS         |              |          | 30 against 20     | build
permit             | yes   | yes       |                | PASS         | UNDETERMINED |          | 30 against 20     | build
permit             | no    | no        |                | PASS         |              |          | 30 against 20     | build
permit             | yes   | no        | put_off        | PASS         |              |          | 30 against 20     | build
permit             | yes   | no        | put_off        | PASS         |              | evidence | 30 against 20     | do
permit             | yes   | no        | discrimination | PASS         |              |          | 30 against 20     | do
permit             | yes   | no        |                | PASS         |              |          |                   | build
permit             | yes   | no        |                | PASS         |              |          | 30 against nobody knows | build
permit             | yes   | no        |                | PASS         |              |          | 20 against 30     | build
permit             | yes   | no        |                | PASS         |              |          | 20 against 30, said why | do
permit             | yes   | no        |                | PASS         |              |          | 0 against 0, said why | build
"""

DAY = date(2026, 11, 1)


def known(row: Row) -> Known:
    """What a row of the table says."""
    audits = {
        name: Audited(None if row[name] == "evidence" else Standing(row[name]), DAY, "0" * 64)
        for name in ("linkage", "forecast", "contact")
        if row[name]
    }
    ruling, _, smaller = row["ruling"].partition(", ")
    return Known(
        ruling,
        (("police",),) if smaller else (),
        row["asked"] == "yes",
        row["forecast?"] == "yes",
        DUE[row["worry"]] if row["worry"] else (),
        audits,
        support(row["helped"]),
    )


def support(text: str) -> Support:
    """Support as "30 against 20, said why"."""
    if not text:
        return Support()
    counts, _, why = text.partition(", ")
    linked, _, universal = counts.partition(" against ")

    def ways(helped: str) -> PerThousand | None:
        if not helped.isdigit():
            return None
        return PerThousand(offered=100, helped=float(helped), source="a trial")

    return Support(
        evidence_it_works="a trial",
        with_linkage=ways(linked),
        universal=ways(universal),
        why_linkage="too few workers" if why else "",
    )


@pytest.mark.parametrize("row", cases(TABLE))
def test_decision(row: Row) -> None:
    facts = known(row)
    assert allowed(facts).decision == row["decision"]
    for choice in CHOICES:
        if CHOICES.index(choice) >= CHOICES.index(row["decision"]):
            made = decide(use(), facts, choice, role="Owner", because="x", today=DAY, until=DAY)
            assert (made.decision, made.by_table) == (choice, row["decision"])
        else:
            with pytest.raises(BadInput, match="less strict"):
                decide(use(), facts, choice, role="Owner", because="x", today=DAY, until=DAY)
