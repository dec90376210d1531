"""Every leaf can be read by anybody as a sentence. Figures kept back are "not shown", never 0."""

from __future__ import annotations

import pytest

from licet.log.kinds import KINDS
from licet.log.leaves import read_leaf, write_leaf
from tests.spec.tables import Row, cases, rows
from tests.unit.test_log_cases import BODIES, KEY, NEW_KEY, START

TITLE = "What the log tells the public"

TABLE = """
kind             | sentence
---------------- | --------
use_version      | Version 2 of the use early-help was published as proposed: Early help. It joins records of education, housing.
ruling           | The use early-help, version 2, was ruled on: NO LICENCE: ASK EACH FAMILY. Trust in housing is unproven. Families are offered at least: ask_first. It holds until 2027-06-30.
run_started      | The run 2026-11-30-1 of the use early-help, version 2, was started under ask_first.
run_finished     | The run 2026-11-30-1 of the use early-help, version 2, finished. Counted: households not shown, persons 1,200. Left out: never-asked 310, refused 0.
run_changed      | The output of the run 2026-11-30-1 of the use early-help, version 2, was written anew: rows left it, or arrived.
run_refused      | A run of the use early-help was refused (expired). The ruling held until 30 June 2027.
run_failed       | The run 2026-11-30-1 of the use early-help, version 2, failed at scoring (disk-full). Nothing of it was released.
override         | For the use early-help, version 2, Director of Children's Services lets trust:housing pass from 2026-12-01 until 2027-03-01 in spite of its verdict: A pilot. Published: council.example/early-help.
key_change       | From here on the log is signed with the key NEW: The yearly change. Until then it was OLD.
permission_batch | The batch 2026-11-30 of permissions was sealed under ROOT. Counted: grant 40, refuse not shown.
act_batch        | The batch acts-00001 of what accounts and the desk did was sealed under ROOT. Counted: dispute_raised not shown, voice_opened 40.
suspension       | The use early-help, version 2, was suspended by Data protection officer: A question is overdue.
sealed           | The output of the run 2026-11-30-1 of the use early-help was sealed (ruling-expired).
unsealed         | The output of the run 2026-11-30-1 of the use early-help may be read again (in-force).
destroyed        | The output of the run 2026-11-30-1 of the use early-help was destroyed (retention-over).
audit_plan       | The plan early-help-score of an audit was fixed on 2026-11-30, before outcomes were opened.
audit            | The forecast audit of the use early-help, version 2, came to: fail. Failed: G4. Not shown either way: G2, G5.
decision         | On the use early-help, version 2, Head of Early Help decided: narrow. Families asked for it. It is decided anew by 2027-06-30. The evidence allowed at most: do.
question         | The objection q-3 on the use early-help is now: opened. An answer is due by 2026-12-30.
answer           | On the use early-help, Head of Early Help answered the objection q-3: in_part. The answer was 5 days late.
condition        | On the use early-help, Head of Early Help accepted the condition q-3: exclude_service = police. It binds from 2026-12-01 on. The ruling is then: permit.
condition_ended  | On the use early-help, Head of Early Help ended the condition q-3: Families asked for it.
rule_published   | What picks families out for the use early-help, version 2, was published: meals, version 3, entitlement: Free school meals
list_refused     | For the use early-help, version 2, nobody was picked out by meals as of 2026-11-01. Nobody decided that it is done.
list_offered     | For the use early-help, version 2, families picked out by meals as of 2026-11-01 went before reviewers, one at a time. Counted: offered not shown, units 1,200.
offer_seen       | A household that waits for an offer of support, of the run 2026-11-30-1 of the use early-help, was shown to: Early help, team 2.
offers           | What became of those whom free-school-meals picked out for the use early-help, version 2, until 2026-12-31. Counted: offered 80, picked 120, taken_back not shown.
forecast_fitted  | The forecast early-need of the use early-help, version 2, was fitted and audited on 2026-12-01: scorecard, fail. Nobody was picked out. Candidates that fail: scorecard. Failed: G1, G4. Not shown either way: G6.
explained        | Rows of the run 2026-11-30-1 of the use early-help were shown, with why they are one person, to: Early help, team 2.
"""
STANDS_FOR = {"NEW": NEW_KEY.text, "OLD": KEY.text, "ROOT": "c" * 64}


@pytest.mark.parametrize("row", cases(TABLE))
def test_sentences(row: Row) -> None:
    found = read_leaf(write_leaf(row["kind"], START, BODIES[row["kind"]])).sentence
    for word, meant in STANDS_FOR.items():
        found = found.replace(meant, word)
    assert found == row["sentence"]


def test_every_kind_has_its_sentence_here() -> None:
    assert [row["kind"] for row in rows(TABLE)] == list(KINDS)


def test_a_ruling_of_an_older_log_says_what_it_said() -> None:
    body = {key: value for key, value in BODIES["ruling"].items() if key != "heading"}
    assert "was ruled on: permit." in read_leaf(write_leaf("ruling", START, body)).sentence
