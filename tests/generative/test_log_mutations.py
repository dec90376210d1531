"""Any changed, dropped, reordered or added byte in any exported file is found.

Files of logs of many sizes are damaged at random: flipped, lost, doubled and swapped bytes and lines,
other line ends, cuts, white space, keys given twice, numbers written otherwise. 10,000 in the full tier.
A change is found by ``verify`` alone, without the hashes that go with the folder; and without
``cryptography``, whatever is not the signature itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import numpy as np
import pytest

from licet.log import export
from licet.log.checkpoint import read_note
from licet.log.verified import Verified
from tests.unit.test_log_cases import KEY, checkpoint, leaves, proof, town

Mutation = Callable[[np.random.Generator, bytes], bytes]
Files = dict[str, bytes]


def place(rng: np.random.Generator, data: bytes, more: int = 0) -> int:
    return int(rng.integers(len(data) + more)) if len(data) + more > 0 else 0


def flip_a_bit(rng: np.random.Generator, data: bytes) -> bytes:
    at = place(rng, data)
    return data[:at] + bytes([data[at] ^ 1 << int(rng.integers(8))]) + data[at + 1 :]


def another_byte(rng: np.random.Generator, data: bytes) -> bytes:
    at = place(rng, data)
    return data[:at] + bytes([int(rng.integers(256))]) + data[at + 1 :]


def drop(rng: np.random.Generator, data: bytes) -> bytes:
    at = place(rng, data)
    return data[:at] + data[at + 1 + int(rng.integers(3)) :]


def add(rng: np.random.Generator, data: bytes) -> bytes:
    at = place(rng, data, 1)
    more = [
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"\t",
        b"\x00",
        b"a",
        b"0",
        b"\xef\xbb\xbf",
        "\u2028".encode(),
        b"=",
    ]
    return data[:at] + more[int(rng.integers(len(more)))] + data[at:]


def swap_bytes(rng: np.random.Generator, data: bytes) -> bytes:
    at = int(rng.integers(len(data) - 1))
    return data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]


def cut(rng: np.random.Generator, data: bytes) -> bytes:
    return data[: place(rng, data)]


def add_at_the_end(rng: np.random.Generator, data: bytes) -> bytes:
    more = [b"\n", b"\r\n", b" ", b"{}\n", b"\x00", b"\x1a", data]
    return data + more[int(rng.integers(len(more)))]


def line_ends(rng: np.random.Generator, data: bytes) -> bytes:
    return data.replace(b"\n", [b"\r\n", b"\r", b"\n\n"][int(rng.integers(3))])


def lines(rng: np.random.Generator, data: bytes) -> bytes:
    """A line lost, doubled, moved, or all in another order."""
    found = data.splitlines(keepends=True)
    at, to = place(rng, b"x" * len(found)), place(rng, b"x" * len(found))
    kind = int(rng.integers(4))
    if kind == 0:
        del found[at]
    elif kind == 1:
        found.insert(to, found[at])
    elif kind == 2:
        found.insert(to, found.pop(at))
    else:
        found.reverse()
    return b"".join(found)


def json_otherwise(rng: np.random.Generator, data: bytes) -> bytes:
    """The same values in other words: spaces, a key twice, an escape, a fraction."""
    ways = [
        (rb",", b", "),
        (rb":", b": "),
        (rb'\{"', b'{"at":"x","'),
        (rb'"e', rb'"\\u0065'),
        (rb"(\d)\}", rb"\1.0}"),
    ]
    pattern, new = ways[int(rng.integers(len(ways)))]
    hits = list(re.finditer(pattern, data))
    if not hits:
        return data
    hit = hits[int(rng.integers(len(hits)))]
    return data[: hit.start()] + hit.expand(new) + data[hit.end() :]


MUTATIONS: tuple[Mutation, ...] = (
    flip_a_bit, another_byte, drop, add, swap_bytes, cut, add_at_the_end, line_ends, lines, json_otherwise,
)  # fmt: skip


def of_verify(files: Files) -> Verified:
    earlier = {name: data for name, data in files.items() if name.startswith(export.EARLIER)}
    return export.verify(files[export.LEAVES], files[export.CHECKPOINT], files[export.KEY], earlier)


@pytest.fixture(scope="module")
def logs() -> list[Files]:
    return [town(1, ()), town(2, (1,)), town(8, (1, 4)), town(13, (5, 12)), town(20, (20,))]


def mutated(rng: np.random.Generator, data: bytes) -> bytes:
    while True:
        changed = MUTATIONS[int(rng.integers(len(MUTATIONS)))](rng, data)
        if changed != data:
            return changed


def test_logs_are_sound_before(logs: list[Files]) -> None:
    for files in logs:
        assert export.verify_folder(files).sound and of_verify(files).sound
        assert of_verify(files).signature == "valid"


def test_every_mutation_of_every_file_is_found(logs: list[Files], full: bool) -> None:
    rng = np.random.default_rng(4)
    done: dict[str, int] = {}
    for number in range(10_000 if full else 1_000):
        files = dict(logs[number % len(logs)])
        names = sorted(files)
        name = names[number // len(logs) % len(names)]
        files[name] = mutated(rng, files[name])
        kind = name.split("/")[0]
        done[kind] = done.get(kind, 0) + 1
        assert not export.verify_folder(files).sound, (name, files[name])
        if name != export.SUMS:
            found = of_verify(files)
            assert not found.sound, (name, files[name])
            # The finding tells which file; leaves that differ are told by the checkpoint they miss.
            assert (
                any(finding.file == name for finding in found.findings)
                or name == export.KEY
                or (name == export.CHECKPOINT or name.startswith(export.EARLIER))
            )
    assert done.keys() == {export.LEAVES, export.CHECKPOINT, export.KEY, export.SUMS, "checkpoints"}
    assert min(done.values()) > 100


def test_every_single_byte_changed_or_dropped_is_found(full: bool) -> None:
    files = town(3, (2,))
    for name, data in files.items():
        for at in range(0, len(data), 1 if full else 17):
            for changed in (
                data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
                data[:at] + bytes([data[at] ^ 32]) + data[at + 1 :],
                data[:at] + data[at + 1 :],
                data[:at] + data[at : at + 1] + data[at:],
            ):
                if changed == data:
                    continue
                broken = {**files, name: changed}
                assert not export.verify_folder(broken).sound, (name, at)
                assert name == export.SUMS or not of_verify(broken).sound, (name, at)


@pytest.mark.parametrize(
    "name", [export.LEAVES, export.CHECKPOINT, export.KEY, export.SUMS, "checkpoints/5.txt"]
)
def test_a_file_that_is_left_out_is_found(name: str) -> None:
    files = town(13, (5, 12))
    del files[name]
    found = export.verify_folder(files)
    assert not found.sound and any(finding.part == "file" for finding in found.findings)


def test_without_cryptography_all_but_the_signature_itself_is_found(
    logs: list[Files], full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    rng = np.random.default_rng(5)
    unseen = 0
    for number in range(2_000 if full else 120):
        files = dict(logs[number % len(logs)])
        names = sorted(set(files) - {export.SUMS})
        name = names[number // len(logs) % len(names)]
        before, files[name] = files[name], mutated(rng, files[name])
        found = of_verify(files)
        assert found.signature != "valid"
        if found.sound:
            assert "checkpoint" in name and "not installed" in found.unchecked
            old, new = read_note(before), read_note(files[name])
            assert old.text == new.text
            (one,), (other,) = old.signatures, new.signatures
            assert (one.name, one.key_id) == (other.name, other.key_id)
            unseen += 1
        assert not export.verify_folder(files).sound, "damage on the way is found all the same"
    assert unseen, "else nothing was tried"


def test_every_mutation_of_a_proof_is_found(full: bool) -> None:
    rng = np.random.default_rng(6)
    key = KEY.text.encode() + b"\n"
    for number in range(2_000 if full else 120):
        whole = proof(number % 12)
        assert export.verify_proof(whole, key)[0].sound
        assert not export.verify_proof(mutated(rng, whole), key)[0].sound


def test_a_rewritten_history_is_found_wherever_it_was_rewritten(full: bool) -> None:
    """Signed anew, so that only an earlier checkpoint tells; it tells within which lines."""
    size = 40
    entries = leaves(size)
    kept = {f"kept-{n}": checkpoint(entries[:n]) for n in range(1, size + 1, 3)}
    for at in range(0, size, 1 if full else 3):
        other = [*entries[:at], leaves(1, start=100 + at)[0], *entries[at + 1 :]]
        files = export.exported(other, checkpoint(other), KEY.text)
        found = export.verify_folder(files, earlier=kept)
        history = [finding for finding in found.findings if finding.part == "history"]
        assert len(history) == 1 and history[0].lines is not None
        first, last = history[0].lines
        assert first <= at + 1 <= last and last - first < 3
        assert export.verify_folder(files).sound
