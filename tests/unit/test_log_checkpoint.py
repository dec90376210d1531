"""Checkpoints and keys against published notes; every byte of them counts."""

from __future__ import annotations

import sys

import pytest

from licet.errors import BadInput
from licet.log.checkpoint import (
    Checkpoint,
    Key,
    from_base64,
    make_key,
    read_checkpoint,
    read_key,
    read_note,
    sign,
    sign_text,
    signed_by,
)
from licet.log.tree import EMPTY_ROOT, leaf_hash
from tests.unit.test_log_cases import KEY, ORIGIN, SEED, STRANGER

# The example of Go's package note, which C2SP signed-note describes.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of C2SP tlog-checkpoint.
SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
ONE = Checkpoint(ORIGIN, 1, leaf_hash(b"one"))


def test_a_published_note_is_read_and_its_signature_fits() -> None:
    key, note = read_key(NEUMANN), read_note(NOTE.encode())
    assert key.text == NEUMANN and key.id.hex() == "c74f20a3"
    assert signed_by(note, key)
    other = read_note(NOTE.replace("answer", "Answer").encode())
    assert not signed_by(other, key)


def test_a_published_checkpoint_is_read() -> None:
    found, note = read_checkpoint(SOFA.encode())
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert found.text == note.text == SOFA.split("\n\n")[0] + "\n"


def test_signed_and_read_back() -> None:
    note = sign(ONE, SEED)
    found, signed = read_checkpoint(note)
    assert found == ONE and signed_by(signed, KEY)
    assert not signed_by(signed, make_key(ORIGIN, STRANGER))
    assert not signed_by(signed, make_key("log.example/other", SEED))
    assert sign(ONE, SEED) == note, "Ed25519 signs alike each time"
    assert read_key(KEY.text) == KEY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("20852163", "020852163"),
        ("20852163", "-1"),
        ("20852163", "+1"),
        ("20852163", "1_0"),
        ("20852163", "٣"),
        ("20852163", " 1"),
        ("20852163", "9" * 20),
        ("20852163", "0"),
        ("q2I=\n\n", "q2I=\nmore\n\n"),
        ("q2I=\n\n", "q2I=\n\nmore\n\n"),
        ("q2I=", "q2J="),
        ("q2I=", "q2I"),
        ("CsUY", "CsU"),
        ("example.com/behind-the-sofa\n20", "\n20"),
        ("example.com/behind-the-sofa\n20", "a b\n20"),
        ("example.com/behind-the-sofa\n20", "a+b\n20"),
        ("\n", "\r\n"),
        ("YQ8=\n", "YQ8=\n\n"),
        ("YQ8=\n", "YQ8="),
        ("YQ8=\n", "YQ9=\n"),
        ("—", "-"),
        ("— example", "—  example"),
        ("the-sofa Az3", "the-sofa  Az3"),
        ("the-sofa Az3", "the-sofa\u00a0Az3"),
        ("Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=", "AAAA"),
        ("\n\n", "\n"),
        ("example.com/behind-the-sofa\n20", "a\tb\n20"),
        ("20852163", "2085\x002163"),
        (SOFA, ""),
        (SOFA, "\n\n"),
        (SOFA, "\ufeff" + SOFA),
        (SOFA, SOFA + SOFA.split("\n\n")[1] * 16),
        (SOFA, SOFA + "x" * 100_000),
    ],
)  # fmt: skip
def test_a_checkpoint_is_read_in_one_way_only(before: str, after: str) -> None:
    assert before in SOFA
    with pytest.raises(BadInput):
        read_checkpoint(SOFA.replace(before, after).encode())


def test_a_note_holds_no_control_characters() -> None:
    for odd in ("\r", "\t", "\x00", "\x1b"):
        with pytest.raises(BadInput, match="control characters"):
            read_note(NOTE.replace("answer", f"ans{odd}wer").encode())


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (SOFA[:-1], "its last line does not end"),
        (SOFA + "x" * 100_000 + "\n", "it is too long"),
        (SOFA.replace("\n\n", "\n"), "no blank line"),
    ],
)
def test_what_is_wrong_with_a_note_is_said(data: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read_note(data.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BadInput, match="byte 3 is not UTF-8"):
        read_checkpoint(b"abc\xff")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        NEUMANN.replace("c74f20a3", "C74F20A3"),
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("PeterNeumann", "Peter Neumann"),
        NEUMANN.replace("PeterNeumann", "PeterNewmann"),
        NEUMANN.replace("ARpc", "ARpd"),
        NEUMANN.replace("ARpc", "Ahpc"),
        NEUMANN[:-1],
        NEUMANN + "=",
        NEUMANN + "\n",
        f"{NEUMANN}+x",
    ],
)
def test_a_key_is_read_in_one_way_only(text: str) -> None:
    with pytest.raises(BadInput):
        read_key(text)


def test_a_witness_may_sign_beside_the_log() -> None:
    witness = make_key("witness.example", STRANGER)
    theirs = sign_text(ONE.text, witness, STRANGER).decode().split("\n\n")[1]
    both = read_note(sign(ONE, SEED) + theirs.encode())
    assert signed_by(both, KEY) and signed_by(both, witness)


@pytest.mark.parametrize(
    "wrong",
    [
        Checkpoint("a b", 1, EMPTY_ROOT),
        Checkpoint(ORIGIN, -1, EMPTY_ROOT),
        Checkpoint(ORIGIN, 1, b"x"),
    ],
)
def test_what_could_not_be_read_back_is_not_signed(wrong: Checkpoint) -> None:
    with pytest.raises(BadInput):
        sign(wrong, SEED)


def test_odd_keys_and_texts_are_refused() -> None:
    with pytest.raises(BadInput, match="name"):
        make_key("a+b", SEED)
    with pytest.raises(BadInput, match="secret"):
        make_key("a", b"short")
    with pytest.raises(BadInput):
        sign_text("no line break", KEY, SEED)


def test_signing_without_the_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric", None)
    with pytest.raises(BadInput, match=r"install licet\[link\]"):
        sign(ONE, SEED)


def test_base64_has_one_form() -> None:
    assert from_base64("AA==") == b"\x00" and from_base64("") == b""
    for text in ("AB==", "AA=", "AA== ", "A A=", "ÄA==", "AA==\n"):
        assert from_base64(text) is None
    assert Key("x", b"\x00" * 32).text.startswith("x+")
