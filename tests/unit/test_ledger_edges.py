"""What is read from acts and events that stand out of their order, or end what was said."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from licet.conditions import agreed
from licet.errors import BadInput
from licet.log import leaves
from licet.log.leaves import Leaf, write_leaf
from licet.log.tree import verify_consistency
from licet.permission import disputes, voices
from tests.unit.test_log_cases import BODIES


def test_an_end_by_the_authority_ends_the_word_that_it_names() -> None:
    """Voided and expired words stay where they were said, with the authority's word in their place."""
    for effect in ("expire", "invalidate"):
        said = event("grant", 1)
        ended = event(effect, 2, supersedes=said.event_id)
        found = voices.words([ended, said])
        assert [word.effect for word in found.values()] == [effect]


def event(effect: str, number: int, supersedes: str | None = None) -> Any:
    at = datetime(2026, 1, number, tzinfo=UTC)
    scope = SimpleNamespace(place=("use", None, None, None))
    return SimpleNamespace(effect=effect, at=at, sequence=number, event_id=f"e{number}",
                           supersedes=supersedes, scope=scope)  # fmt: skip


def test_acts_of_another_kind_open_no_voice_and_move_no_dispute() -> None:
    act = SimpleNamespace(
        kind="signed_in",
        key="k",
        account="a",
        subject="s",
        data={},
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert voices.standing([act]) == ()  # type: ignore[list-item]
    assert disputes.folded([act]) == {}  # type: ignore[list-item]


def test_leaves_of_another_kind_change_no_condition() -> None:
    other = Leaf("decision", datetime(2026, 1, 1, tzinfo=UTC), {"use": "early-help"})
    assert agreed([other], "early-help") == ()


def test_a_leaf_has_a_greatest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaves, "LONGEST_LEAF", 100)
    with pytest.raises(BadInput, match=r"a leaf of [0-9]+ bytes"):
        write_leaf("use_version", datetime(2026, 1, 1, tzinfo=UTC), BODIES["use_version"])


def test_nothing_malformed_proves_that_a_log_only_grew() -> None:
    """RFC 9162, 2.1.4.2: roots and proofs are hashes of 32 bytes, and a proof is never empty."""
    root = bytes(32)
    assert not verify_consistency(3, 5, b"short", root, [root])
    assert not verify_consistency(3, 5, root, root, [])
