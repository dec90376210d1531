"""Exported logs and proofs: what they hold, changed keys, witnesses, what is said of a check."""

from __future__ import annotations

import json
from time import process_time

import pytest

from licet.errors import BadInput
from licet.log import export
from licet.log.canonical import canonical
from licet.log.checkpoint import make_key, sign_text
from licet.log.leaves import write_leaf
from licet.log.tree import consistency
from licet.log.verified import SHOWN, Verified, verified_data, verified_text
from tests.unit.test_log_cases import (
    BODIES,
    KEY,
    NEW_KEY,
    NEW_SEED,
    ORIGIN,
    SEED,
    START,
    STRANGER,
    checkpoint,
    kept,
    leaves,
    proof,
    town,
)

KEY_FILE = KEY.text.encode() + b"\n"


def test_the_files_of_an_export() -> None:
    files = town()
    assert sorted(files) == [
        "SHA256SUMS", "checkpoint.txt", "checkpoints/5.txt", "checkpoints/9.txt", "key.txt", "leaves.jsonl",
    ]  # fmt: skip
    assert files["leaves.jsonl"].splitlines() == leaves(12)
    assert [json.loads(line)["kind"] for line in files["leaves.jsonl"].splitlines()][:2] == [
        "use_version",
        "ruling",
    ]
    assert files["key.txt"] == KEY_FILE


def test_an_empty_log_is_sound() -> None:
    files = export.exported([], checkpoint([]), KEY.text)
    found = export.verify_folder(files)
    assert found.sound and found.size == 0 and files["leaves.jsonl"] == b""
    assert not export.verify_folder({**files, "leaves.jsonl": b"\n"}).sound


def test_the_readers_own_key_counts_more_than_that_of_the_folder() -> None:
    entries = leaves(6)
    forged = export.exported(
        entries, checkpoint(entries, STRANGER), make_key(ORIGIN, STRANGER).text
    )
    assert export.verify_folder(forged).sound, "a key that comes with a forgery fits it"
    found = export.verify_folder(forged, KEY.text)
    assert {finding.part for finding in found.findings} == {"key", "signature"}
    assert export.verify_folder(town(), KEY.text).sound


def test_without_a_key_the_signature_is_said_not_to_be_checked() -> None:
    files = town()
    found = export.verify(files["leaves.jsonl"], files["checkpoint.txt"])
    assert found.sound and found.signature == "not checked" and "no key" in found.unchecked
    assert "NOT CHECKED: there is no key" in verified_text(found)


def rotated() -> tuple[list[bytes], list[bytes]]:
    """Leaves and earlier checkpoints of a log whose key was changed after six leaves."""
    entries = [*leaves(6), write_leaf("key_change", START, BODIES["key_change"]), *leaves(3, 6)]
    return entries, [checkpoint(entries[:4], SEED), checkpoint(entries[:8], NEW_SEED)]


def test_earlier_checkpoints_may_be_signed_with_a_key_that_was_replaced() -> None:
    entries, olds = rotated()
    found = export.verify_folder(
        export.exported(entries, checkpoint(entries, NEW_SEED), NEW_KEY.text, olds)
    )
    assert found.sound and [size for _, size in found.grown_from] == [4, 8]
    without = [*entries[:6], *entries[7:]]
    files = export.exported(without, checkpoint(without, NEW_SEED), NEW_KEY.text, olds[:1])
    assert [f.part for f in export.verify_folder(files).findings] == ["signature"]


def test_a_key_that_the_present_one_never_replaced_signs_nothing() -> None:
    stray = {"key": NEW_KEY.text, "previous": make_key(ORIGIN, STRANGER).text, "reason": "None."}
    entries = [*leaves(6), write_leaf("key_change", START, stray)]
    olds = [checkpoint(entries[:3], STRANGER)]
    files = export.exported(entries, checkpoint(entries), KEY.text, olds)
    assert [f.part for f in export.verify_folder(files).findings] == ["signature"]


def test_the_present_checkpoint_needs_the_present_key() -> None:
    entries, olds = rotated()
    files = export.exported(entries, checkpoint(entries, SEED), NEW_KEY.text, olds)
    assert [f.part for f in export.verify_folder(files).findings] == ["signature"]


def test_a_longer_checkpoint_shows_that_leaves_were_dropped() -> None:
    found = export.verify_folder(town(12, ()), earlier={"kept.txt": checkpoint(leaves(20))})
    assert [(f.part, f.file) for f in found.findings] == [("history", "kept.txt")]
    assert "holds 20 leaves, the log here only 12" in str(found.findings[0])


def test_two_logs_of_one_size_are_told_apart() -> None:
    other = checkpoint([*leaves(11), leaves(1, 40)[0]])
    found = export.verify_folder(town(12, ()), earlier={"kept.txt": other})
    assert [f.part for f in found.findings] == ["history"]


def test_a_signature_that_nobody_here_can_check_is_found() -> None:
    files = town(12, ())
    witness = make_key("witness.example", STRANGER)
    text = files["checkpoint.txt"].decode().split("\n\n")[0] + "\n"
    files["checkpoint.txt"] += sign_text(text, witness, STRANGER).split(b"\n\n")[1]
    files["SHA256SUMS"] = export.sums(files)
    assert [f.part for f in export.verify_folder(files).findings] == ["signature"]


def test_nothing_at_all_is_broken_not_a_fault_of_the_program() -> None:
    for files in (
        {},
        {"leaves.jsonl": b""},
        {"checkpoint.txt": b"\xff"},
        {"SHA256SUMS": b"\xff\n"},
    ):
        found = export.verify_folder(files)
        assert not found.sound and found.size is None
        assert "checkpoint" in verified_text(found)


def test_a_proof_shows_its_leaf() -> None:
    for index in range(12):
        found, leaf = export.verify_proof(proof(index), KEY_FILE)
        assert found.sound and found.signature == "valid" and found.size == 12
        assert leaf is not None and leaf.kind == json.loads(leaves(12)[index])["kind"]


def test_a_proof_of_another_leaf_place_log_or_size_is_refused() -> None:
    value = json.loads(proof(3))
    other, longer = json.loads(proof(4)), json.loads(proof(3, 13))
    changes = [
        {"leaf": other["leaf"]},
        {"index": 4},
        {"index": -1},
        {"index": 3.5},
        {"index": "3"},
        {"index": True},
        {"size": 13},
        {"proof": other["proof"]},
        {"proof": []},
        {"proof": [*value["proof"], value["proof"][0]]},
        {"proof": [1, 2]},
        {"proof": "x"},
        {"proof": [""] * 65},
        {"checkpoint": longer["checkpoint"]},
        {"checkpoint": longer["checkpoint"], "size": 13},
        {"checkpoint": checkpoint(leaves(12), STRANGER).decode()},
        {"checkpoint": 5},
        {"leaf": "{}"},
        {"leaf": value["leaf"] + "\n"},
        {"more": 1},
    ]
    assert export.verify_proof(canonical(value) + b"\n", KEY_FILE)[0].sound
    for change in changes:
        found, _ = export.verify_proof(canonical(value | change) + b"\n", KEY_FILE)
        assert not found.sound, change
    for data in (
        b"",
        b"\n",
        b"[]\n",
        b"null\n",
        proof()[:-1],
        proof() + b"\n",
        json.dumps(value).encode() + b"\n",
    ):
        assert not export.verify_proof(data, KEY_FILE)[0].sound


def test_a_proof_is_made_only_of_what_is_in_the_checkpoint() -> None:
    entries, nodes = leaves(5), kept(leaves(5))
    with pytest.raises(ValueError, match="no leaf 5"):
        export.proof_file(
            lambda level, index: nodes[level, index], 5, entries[0], checkpoint(entries)
        )


def test_growth_is_shown_without_any_leaf() -> None:
    entries, nodes = leaves(12), kept(leaves(12))
    early, late = checkpoint(entries[:5]), checkpoint(entries)
    growth = consistency(lambda level, index: nodes[level, index], 5, 12)
    assert export.verify_growth(early, late, growth)
    assert not export.verify_growth(early, late, growth[:-1])
    assert not export.verify_growth(late, early, growth)
    assert not export.verify_growth(checkpoint(entries[:5], origin="other.example"), late, growth)
    with pytest.raises(BadInput, match="earlier"):
        export.verify_growth(b"", late, growth)


def test_findings_say_file_line_and_bytes() -> None:
    files = town(12, ())
    lines = files["leaves.jsonl"].splitlines(keepends=True)
    start = sum(map(len, lines[:4]))
    lines[4] = lines[4].replace(b"early-help", b"early help")
    files["leaves.jsonl"] = b"".join(lines)
    found = export.verify_folder(files)
    leaf = next(finding for finding in found.findings if finding.part == "leaf")
    assert (leaf.lines, leaf.bytes) == ((5, 5), (start, start + len(lines[4]) - 1))
    assert str(leaf).startswith(f"leaves.jsonl, line 5, bytes {start:,}-")
    text, data = verified_text(found), verified_data(found)
    assert text.startswith("The log is BROKEN.") and "leaves.jsonl, line 5" in text
    assert "does not show that it is true" not in text
    assert data["sound"] is False and json.dumps(data)
    assert {"part": "leaf", "file": "leaves.jsonl", "lines": (5, 5)}.items() <= data["findings"][
        1
    ].items()


def test_many_findings_are_counted() -> None:
    files = town(12, ())
    files["leaves.jsonl"] = b"{}\n" * 100
    assert "findings in all" in verified_text(export.verify_folder(files))
    assert len(verified_text(export.verify_folder(files)).splitlines()) < SHOWN + 10


def test_what_a_sound_log_does_not_show_is_said() -> None:
    text = verified_text(export.verify_folder(town()))
    assert text.startswith("The log is SOUND.\n") and f"valid, by the key {KEY.text}" in text
    assert "It does not show that it is true." in text and "--earlier" in text
    assert "grown from: checkpoints/5.txt, 5 leaves" in text
    assert "1 leaf" in verified_text(export.verify_folder(town(1, ())))
    assert Verified(()).status == 0 and export.verify_folder({}).status == 3


def test_a_log_of_20_000_leaves_is_checked_in_seconds() -> None:
    entries = leaves(11) * 1819
    files = export.exported(entries, checkpoint(entries), KEY.text)
    start = process_time()
    assert export.verify_folder(files).sound
    assert process_time() - start < 20
