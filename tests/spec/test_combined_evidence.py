"""If several pieces of unexpired evidence fit, the weaker decides and all are shown. Expired
evidence grants nothing, but an absent or refused that it found stays until unexpired evidence is
granted, or unproven with the point at or above the baseline; a figure whose rounding hides its side
settles nothing. So a thinner survey beside a firm one
never buys more. A quota or opt-in sample cannot grant; what it refuses still blocks. "Above" and
"below" say where an unproven point lies.
"""

from __future__ import annotations

import pytest

from licet.findings import Terms
from licet.licence import Rule
from tests.factories import YESTERDAY, everywhere, figure, reading, ruled, use
from tests.spec.tables import Row, cases

TITLE = "Several pieces of evidence"

TABLE = """
first                | second               | third              | decides  | from
-------------------- | -------------------- | ------------------ | -------- | ------
granted              |                      |                    | granted  | first
granted              | granted              |                    | granted  | first
granted              | unproven above       |                    | unproven | second
granted              | too few              |                    | too few  | second
granted              | absent               |                    | absent   | second
refused              | granted              |                    | refused  | first
absent               | refused              | granted            | refused  | second
unproven above       | unproven below       |                    | unproven | second

expired granted      |                      |                    | expired  | first
expired unproven above |                    |                    | expired  | first
expired too few      |                      |                    | expired  | first
expired absent       |                      |                    | absent   | first
expired refused      |                      |                    | refused  | first
expired granted      | expired absent       |                    | absent   | second
expired absent       | expired refused      |                    | refused  | second

expired granted      | granted              |                    | granted  | second
expired granted      | too few              |                    | too few  | second
expired granted      | unproven below       |                    | unproven | second
expired absent       | granted              |                    | granted  | second
expired absent       | unproven above       |                    | unproven | second
expired absent       | unproven below       |                    | absent   | first
expired absent       | on the line          |                    | absent   | first
expired absent       | too few              |                    | absent   | first
expired absent       | under 10             |                    | absent   | first
expired absent       | refused              |                    | refused  | second
expired refused      | absent               |                    | refused  | first
expired refused      | granted              |                    | granted  | second
expired refused      | unproven below       |                    | refused  | first
expired absent       | granted              | unproven below     | absent   | first
expired absent       | granted              | too few            | absent   | first
expired absent       | granted              | unproven above     | unproven | third

quota granted        |                      |                    | unproven | first
opt_in granted       |                      |                    | unproven | first
census granted       |                      |                    | granted  | first
quota unproven above |                      |                    | unproven | first
quota too few        |                      |                    | too few  | first
quota absent         |                      |                    | absent   | first
opt_in refused       |                      |                    | refused  | first
granted              | quota granted        |                    | unproven | second
granted              | opt_in absent        |                    | absent   | second
expired quota absent | granted              |                    | granted  | second
expired absent       | quota granted        |                    | unproven | second
"""

_WAYS = ("expired", "quota", "opt_in", "census")


def _cell(text: str) -> tuple[str, dict[str, object]]:
    changes: dict[str, object] = {}
    while text.startswith(_WAYS):
        way, text = text.split(" ", 1)
        changes |= {"expires": YESTERDAY} if way == "expired" else {"sample": way}
    return text, changes


@pytest.mark.parametrize("row", cases(TABLE))
def test_combined_evidence(row: Row) -> None:
    readings = [reading(everywhere({"reason:offer_unasked": "granted"}), id="reasons")]
    for place in ("first", "second", "third"):
        if row[place]:
            verdict, changes = _cell(row[place])
            cells = everywhere({"trust:education": verdict})
            readings.append(reading(cells, id=place, **changes))
    ruling = ruled(use(), *readings)
    for group in ("all", "lone"):
        (found,) = [
            f for f in ruling.decided if (f.requirement, f.group) == ("trust:education", group)
        ]
        assert (found.verdict.value, found.evidence) == (row["decides"], row["from"])
    shown = {f.evidence for f in ruling.findings if f.requirement == "trust:education"}
    assert shown == {place for place in ("first", "second", "third") if row[place]}


@pytest.mark.parametrize("smallest_base", [10, 100])
def test_asking_for_larger_bases_settles_no_old_refusal(smallest_base: int) -> None:
    reasons = reading(everywhere({"reason:offer_unasked": "granted"}), id="reasons")
    old = [figure("trust:education", group, 20, 50) for group in ("all", "lone")]
    stale = reading(figures=old, id="old", expires=YESTERDAY)
    fresh = reading(everywhere({"trust:education": "unproven below"}), id="new")
    terms = Terms(Rule(smallest_base=smallest_base))
    assert ruled(use(), reasons, stale, fresh, terms=terms).heading == "NOT PERMITTED"
