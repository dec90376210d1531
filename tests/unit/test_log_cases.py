"""Logs to test with: a body of every kind, and a small log of a made-up town, signed and exported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from licet.log import export
from licet.log.checkpoint import Checkpoint, make_key, sign
from licet.log.kinds import KINDS
from licet.log.leaves import read_leaf, write_leaf
from licet.log.tree import Place, extend, leaf_hash, root_at

ORIGIN = "log.example/town"
SEED, NEW_SEED, STRANGER = (bytes([number]) * 32 for number in (1, 2, 3))
START = datetime(2026, 11, 30, 9, tzinfo=UTC)
A, B, C = "a" * 64, "b" * 64, "c" * 64
USE = {"use": "early-help", "version": 2}
RUN = {"run": "2026-11-30-1", **USE}
KEY, NEW_KEY = make_key(ORIGIN, SEED), make_key(ORIGIN, NEW_SEED)

BODIES: dict[str, dict[str, Any]] = {
    "use_version": {**USE, "use_hash": A, "title": "Early help", "status": "proposed", "services": ["education", "housing"]},
    "ruling": {**USE, "use_hash": A, "ruling": "permit", "day": "2026-11-30", "evidence": ["town-2026"],
               "reasons": ["Trust in housing is unproven."], "floor": "ask_first", "expires": "2027-06-30",
               "heading": "NO LICENCE: ASK EACH FAMILY",
               "figures": [{"requirement": "trust:housing", "group": "all", "verdict": "unproven", "share": "0.52"}]},
    "run_started": {**RUN, "use_hash": A, "floor": "ask_first", "ledger_mark": B, "code": "0.1.0", "inputs": {"education-2026-11": C}},
    "run_finished": {**RUN, "ledger_mark": B, "outputs": {"persons.parquet": C}, "counts": {"persons": 1200, "households": None},
                     "excluded": {"never-asked": 310, "refused": 0}},
    "run_changed": {**RUN, "outputs": {"persons.parquet": C}},
    "run_refused": {"use": "early-help", "why": "expired", "reasons": ["The ruling held until 30 June 2027."]},
    "run_failed": {**RUN, "stage": "scoring", "fault": "disk-full"},
    "override": {**USE, "lifts": "trust:housing", "role": "Director of Children's Services", "reason": "A pilot.",
                 "published": "council.example/early-help", "start": "2026-12-01", "until": "2027-03-01"},
    "key_change": {"key": NEW_KEY.text, "previous": KEY.text, "reason": "The yearly change."},
    "permission_batch": {"batch": "2026-11-30", "root": C, "counts": {"grant": 40, "refuse": None}},
    "suspension": {**USE, "state": "suspended", "role": "Data protection officer", "reason": "A question is overdue."},
    "sealed": {"run": "2026-11-30-1", "use": "early-help", "why": "ruling-expired"},
    "unsealed": {"run": "2026-11-30-1", "use": "early-help", "why": "in-force"},
    "destroyed": {"run": "2026-11-30-1", "use": "early-help", "why": "retention-over", "outputs": {"persons.parquet": C}},
    "audit_plan": {"plan": "early-help-score", "plan_hash": C, "data_hash": C, "day": "2026-11-30"},
    "audit": {**USE, "audit": "forecast", "standing": "fail", "day": "2026-11-30", "report": C,
              "passed": ["G1"], "failed": ["G4"], "open": ["G2", "G5"]},
    "decision": {**USE, "decision": "narrow", "by_table": "do", "role": "Head of Early Help",
                 "reason": "Families asked for it.", "day": "2026-11-30", "until": "2027-06-30",
                 "reasons": ["The benefit is shown."]},
    "question": {"use": "early-help", "item": "q-3", "sort": "objection", "state": "opened", "day": "2026-11-30",
                 "due": "2026-12-30", "text": A},
    "answer": {"use": "early-help", "item": "q-3", "sort": "objection", "answer": "in_part", "role": "Head of Early Help",
               "day": "2027-01-04", "text": A, "late": 5},
    "condition": {"use": "early-help", "item": "q-3", "parameter": "exclude_service", "value": "police",
                  "role": "Head of Early Help", "day": "2026-12-01", "ruling": "permit"},
    "condition_ended": {"use": "early-help", "item": "q-3", "role": "Head of Early Help", "day": "2027-06-01",
                        "reason": "Families asked for it."},
    "rule_published": {**USE, "rule": "meals", "rule_version": 3, "rule_hash": B, "picks": "entitlement",
                       "title": "Free school meals"},
    "list_refused": {**USE, "rule": "meals", "rule_hash": B, "picks": "entitlement", "as_of": "2026-11-01",
                     "why": ["decision"], "reasons": ["Nobody decided that it is done."]},
    "list_offered": {**USE, "rule": "meals", "rule_hash": B, "picks": "entitlement", "as_of": "2026-11-01",
                     "counts": {"units": 1200, "offered": None}},
    "offer_seen": {"run": "2026-11-30-1", "use": "early-help", "role": "Early help, team 2"},
    "offers": {"use": "early-help", "version": 2, "rule": "free-school-meals", "day": "2026-12-31",
               "counts": {"picked": 120, "offered": 80, "taken_back": None}},
    "forecast_fitted": {**USE, "forecast": "early-need", "forecast_hash": B, "day": "2026-12-01",
                        "chosen": "scorecard", "standing": "fail", "failing": ["scorecard"],
                        "failed": ["G1", "G4"], "open": ["G6"]},
    "explained": {"run": "2026-11-30-1", "use": "early-help", "role": "Early help, team 2"},
    "act_batch": {"batch": "acts-00001", "root": C, "counts": {"voice_opened": 40, "dispute_raised": None}},
}  # fmt: skip


def leaves(number: int, start: int = 0) -> list[bytes]:
    """Leaves of all kinds in turn, but for the change of the key."""
    kinds = [kind for kind in BODIES if kind != "key_change"]
    found = []
    for index in range(start, start + number):
        kind = kinds[index % len(kinds)]
        found.append(write_leaf(kind, START + timedelta(minutes=index), BODIES[kind]))
    return found


def checkpoint(entries: Sequence[bytes], seed: bytes = SEED, origin: str = ORIGIN) -> bytes:
    """The signed checkpoint over leaves."""
    nodes = kept(entries)
    root = root_at(lambda level, index: nodes[level, index], len(entries))
    return sign(Checkpoint(origin, len(entries), root), seed)


def kept(entries: Sequence[bytes]) -> dict[Place, bytes]:
    """The kept nodes over leaves."""
    nodes: dict[Place, bytes] = {}
    extend(nodes, 0, (leaf_hash(entry) for entry in entries))
    return nodes


def town(number: int = 12, earlier: Sequence[int] = (5, 9)) -> dict[str, bytes]:
    """A log as it is exported, with earlier checkpoints."""
    entries = leaves(number)
    olds = [checkpoint(entries[:size]) for size in earlier]
    return export.exported(entries, checkpoint(entries), KEY.text, olds)


def proof(index: int = 3, number: int = 12) -> bytes:
    """The proof.json of one leaf."""
    entries = leaves(number)
    nodes = kept(entries)
    return export.proof_file(
        lambda level, place: nodes[level, place], index, entries[index], checkpoint(entries)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_body_here(kind: str) -> None:
    leaf = read_leaf(write_leaf(kind, START, BODIES[kind]))
    assert (leaf.kind, leaf.at, leaf.body) == (kind, START, BODIES[kind])
