"""The floor in force is the strictest of gate, duties, use, conditions and workspace. With
"objection" people are told 30 days before, in a language they read, and can say no; with
"ask_first" only families who said yes are linked. A use that may be licensed but asks each family
anyway says both.
"""

from __future__ import annotations

import pytest

from licet.findings import Terms
from licet.gate import Permit
from tests.factories import everywhere, figure, reading, ruled, use
from tests.spec.tables import Row, cases, yes

TITLE = "Floors"

TABLE = """
verdicts | parents demand it | use       | condition | workspace | floor     | on screen                   | exit
-------- | ----------------- | --------- | --------- | --------- | --------- | --------------------------- | ----
granted  | no                | objection |           | objection | objection | LICENSED                    | 0
granted  | no                | objection | objection | objection | objection | LICENSED                    | 0
granted  | yes               | objection |           | objection | ask_first | LICENSED, BUT ASK EACH FAMILY | 5
granted  | no                | ask_first |           | objection | ask_first | LICENSED, BUT ASK EACH FAMILY | 5
granted  | no                | objection | ask_first | objection | ask_first | LICENSED, BUT ASK EACH FAMILY | 5
granted  | no                | objection |           | ask_first | ask_first | LICENSED, BUT ASK EACH FAMILY | 5
granted  | no                | ask_first | objection | objection | ask_first | LICENSED, BUT ASK EACH FAMILY | 5
unproven | no                | objection |           | objection | ask_first | NO LICENCE: ASK EACH FAMILY | 5
unproven | no                | objection | objection | objection | ask_first | NO LICENCE: ASK EACH FAMILY | 5
unproven | yes               | ask_first | ask_first | ask_first | ask_first | NO LICENCE: ASK EACH FAMILY | 5
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_floors(row: Row) -> None:
    cells = everywhere(dict.fromkeys(use().requirements, row["verdicts"]))
    demand = [figure("demand:ask_first", "all", 60, 843)] if yes(row["parents demand it"]) else []
    floors = [{"parameter": "floor", "value": row["condition"]}] if row["condition"] else []
    declared = use(permission_model=row["use"], conditions=floors)
    terms = Terms(floor=row["workspace"])
    ruling = ruled(declared, reading(cells, figures=demand), terms=terms)
    assert isinstance(ruling, Permit)
    found = (ruling.floor, ruling.heading, str(ruling.status))
    assert found == (row["floor"], row["on screen"], row["exit"])


def test_every_ground_for_the_floor_is_named() -> None:
    cells = everywhere(dict.fromkeys(use().requirements, "unproven"))
    demand = [figure("demand:ask_first", "all", 60, 843)]
    condition = {"parameter": "floor", "value": "ask_first"}
    declared = use(permission_model="ask_first", conditions=[condition])
    ruling = ruled(declared, reading(cells, figures=demand), terms=Terms(floor="ask_first"))
    assert isinstance(ruling, Permit)
    assert ruling.floor_reasons == (
        "not every required item is granted",
        "parents demand to be asked first",
        "the use declares it",
        "an accepted condition: floor = ask_first",
        "the workspace requires it",
    )
