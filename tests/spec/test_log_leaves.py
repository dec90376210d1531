"""The log says only what its table of kinds allows. Counts of 1 to 9 and shares of groups as numbers
never enter, a figure kept back is null, and there is no key for a person, a pseudonym or a row. Each
line changes one key of a leaf that is otherwise right; "-" takes the key away.
"""

from __future__ import annotations

import json

import pytest

from licet.errors import BadInput
from licet.log.leaves import read_leaf, write_leaf
from tests.spec.tables import Row, cases
from tests.unit.test_log_cases import BODIES, START

TITLE = "What may stand in the log"

TABLE = """
kind             | key         | value                                | the log
---------------- | ----------- | ------------------------------------ | -------
run_finished     | counts      | {"persons": 1200}                    | takes it
run_finished     | counts      | {"persons": 10}                      | takes it
run_finished     | counts      | {"persons": 9}                       | refuses it
run_finished     | counts      | {"persons": 1}                       | refuses it
run_finished     | counts      | {"persons": 0}                       | takes it
run_finished     | counts      | {"persons": null}                    | takes it
run_finished     | counts      | {"persons": 12.5}                    | refuses it
run_finished     | counts      | {"persons": -20}                     | refuses it
run_finished     | counts      | {"persons": true}                    | refuses it
run_finished     | counts      | {"persons": 9007199254740992}        | refuses it
run_finished     | counts      | {"a b": 1200}                        | refuses it
run_finished     | counts      | -                                    | refuses it
run_finished     | person      | "p-1"                                | refuses it
run_finished     | outputs     | {"persons.parquet": "abc"}           | refuses it
run_finished     | version     | "2"                                  | refuses it
run_finished     | version     | 0                                    | refuses it
run_changed      | counts      | {"withdrawn": 1200}                  | refuses it
run_changed      | why         | "withdrawn"                          | refuses it
explained        | role        | "Early help, team 2"                 | takes it
explained        | role        | -                                    | refuses it
explained        | person      | "p0123456789abcdef01234567"          | refuses it
explained        | rows        | ["education/10023"]                  | refuses it
list_offered     | counts      | {"offered": null, "units": 1200}     | takes it
list_offered     | counts      | {"offered": 3}                       | refuses it
list_offered     | people      | ["p0123456789abcdef01234567"]        | refuses it
list_refused     | household   | "h0123456789abcdef01234567"          | refuses it
audit            | standing    | "passed"                             | refuses it
audit            | person      | "p0123456789abcdef01234567"          | refuses it
audit            | failed      | ["G4"]                               | takes it
audit            | failed      | ["G4: 0.31 of group x"]              | refuses it
decision         | decision    | "postpone"                           | refuses it
decision         | role        | -                                    | refuses it
run_started      | inputs      | {"education/10023": "x"}             | refuses it
run_started      | floor       | "none"                               | refuses it
run_started      | run         | "education/10023"                    | refuses it
run_started      | engine      | "duckdb"                             | takes it
run_started      | engine      | "duck db"                            | refuses it
run_failed       | fault       | "disk-full"                          | takes it
run_failed       | fault       | "no row for Mary Bennett"            | refuses it
run_failed       | reason      | "no row for Mary Bennett"            | refuses it
run_refused      | reasons     | ["No ruling allows it."]             | takes it
run_refused      | reasons     | ["The same.", "The same."]           | refuses it
run_refused      | reasons     | "No ruling allows it."               | refuses it
ruling           | ruling      | "permitted"                          | refuses it
ruling           | day         | "2026-11-31"                         | refuses it
ruling           | figures     | [{"requirement": "trust:police", "group": "all", "verdict": "absent", "share": "0.42"}] | takes it
ruling           | figures     | [{"requirement": "trust:police", "group": "all", "verdict": "absent", "share": "1.42"}] | refuses it
ruling           | figures     | [{"requirement": "trust:police", "group": "all", "verdict": "absent", "share": 1}]      | refuses it
ruling           | figures     | [{"requirement": "trust:police", "group": "all"}]                                       | refuses it
permission_batch | counts      | {"grant": 40, "refuse": null}        | takes it
permission_batch | counts      | {"grant": 40, "refuse": 3}           | refuses it
permission_batch | subject     | "a pseudonym"                        | refuses it
permission_batch | reason      | "moved away"                         | refuses it
act_batch        | counts      | {"voice_opened": 12}                 | takes it
act_batch        | account     | "a pseudonym"                        | refuses it
suspension       | reason      | ""                                   | refuses it
suspension       | reason      | "two\\nlines"                        | refuses it
suspension       | reason      | "turned \\u202e round"               | refuses it
use_version      | services    | ["education"]                        | takes it
use_version      | title       | "Cymorth cynnar"                     | takes it
key_change       | key         | "log.example/town"                   | refuses it
question         | words       | "Why are police records in it?"      | refuses it
question         | asked_by    | "p0123456789abcdef01234567"          | refuses it
question         | state       | "liked"                              | refuses it
answer           | reason      | "as we told Mary Bennett"            | refuses it
condition        | parameter   | -                                    | refuses it
condition        | text        | "in the words of a parent"           | refuses it
condition_ended  | reason      | -                                    | refuses it
override         | until       | "soon"                               | refuses it
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_what_may_stand_in_the_log(row: Row) -> None:
    body = dict(BODIES[row["kind"]])
    value = row["value"].replace("\\\\", "\\")
    if value == "-":
        del body[row["key"]]
    else:
        body[row["key"]] = json.loads(value)
    if row["the log"] == "takes it":
        leaf = read_leaf(write_leaf(row["kind"], START, body))
        assert leaf.body == body
    else:
        with pytest.raises(BadInput) as caught:
            write_leaf(row["kind"], START, body)
        assert row["key"] in str(caught.value)
