"""The tree against a short plain one written from RFC 9162; every proof up to 59 leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.log.tree import (
    Place,
    append,
    consistency,
    extend,
    inclusion,
    leaf_hash,
    root,
    root_at,
    roots,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 59


def plain_root(data: Sequence[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word by word."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + plain_root(data[:k]) + plain_root(data[k:])).digest()


DATA = [b"leaf %d" % number for number in range(LARGEST)]
HASHES = [leaf_hash(data) for data in DATA]
ROOTS = [plain_root(DATA[:size]) for size in range(LARGEST + 1)]


def grown(size: int) -> dict[Place, bytes]:
    nodes: dict[Place, bytes] = {}
    extend(nodes, 0, HASHES[:size])
    return nodes


NODES = grown(LARGEST)


def kept(level: int, index: int) -> bytes:
    return NODES[level, index]


def test_cached_and_plain_roots_are_equal() -> None:
    nodes: dict[Place, bytes] = {}
    for size, leaf in enumerate(HASHES):
        added = append(lambda level, index: nodes[level, index], size, leaf)
        assert not nodes.keys() & added.keys(), "a node that is kept never changes"
        nodes.update(added)
        assert root_at(lambda level, index: nodes[level, index], size + 1) == ROOTS[size + 1]
    assert nodes == NODES
    for size in range(LARGEST + 1):
        assert root(HASHES[:size]) == ROOTS[size] == root_at(kept, size)
    assert roots(HASHES, range(LARGEST + 1)) == dict(enumerate(ROOTS))


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_proofs_need_no_node_beyond_the_tree(size: int) -> None:
    small = grown(size)

    def own(level: int, index: int) -> bytes:
        return small[level, index]

    for index in range(size):
        assert inclusion(own, index, size) == inclusion(kept, index, size)
        assert consistency(own, index + 1, size) == consistency(kept, index + 1, size)


def test_every_inclusion_proof_holds_and_holds_for_its_leaf_alone() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion(kept, index, size)
            assert verify_inclusion(HASHES[index], index, size, proof, ROOTS[size])
            other = (index + 1) % LARGEST
            assert not verify_inclusion(HASHES[other], index, size, proof, ROOTS[size])
            assert not verify_inclusion(
                HASHES[index], index, size, [*proof, HASHES[0]], ROOTS[size]
            )
            assert not verify_inclusion(HASHES[index], index, size, proof, ROOTS[size - 1])
            assert not verify_inclusion(HASHES[index], size, size, proof, ROOTS[size])
            assert not verify_inclusion(HASHES[index], -1, size, proof, ROOTS[size])
            if proof:
                assert not verify_inclusion(HASHES[index], index, size, proof[:-1], ROOTS[size])


def test_an_inclusion_proof_holds_for_its_place_alone() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion(kept, index, size)
            for other in set(range(size)) - {index}:
                assert not verify_inclusion(HASHES[index], other, size, proof, ROOTS[size])


def test_every_consistency_proof_holds_and_holds_for_its_trees_alone() -> None:
    for second in range(1, LARGEST + 1):
        for first in range(1, second + 1):
            proof = consistency(kept, first, second)
            old, new = ROOTS[first], ROOTS[second]
            assert verify_consistency(first, second, old, new, proof)
            assert not verify_consistency(0, second, ROOTS[0], new, proof)
            assert not verify_consistency(first, second, ROOTS[0], new, proof)
            assert not verify_consistency(first, second, old, ROOTS[0], proof)
            assert not verify_consistency(first, second, old, new, [*proof, HASHES[0]])
            if first < second:
                assert not verify_consistency(second, first, new, old, proof)
                assert not verify_consistency(first, second, new, old, proof)
                assert not verify_consistency(first, second, old, new, proof[:-1])


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=200), st.data())
def test_any_leaves_any_place(data: list[bytes], draw: st.DataObject) -> None:
    nodes: dict[Place, bytes] = {}
    size = extend(nodes, 0, map(leaf_hash, data))

    def get(level: int, index: int) -> bytes:
        return nodes[level, index]

    new = plain_root(data)
    index = draw.draw(st.integers(0, size - 1))
    proof = inclusion(get, index, size)
    assert root_at(get, size) == root([leaf_hash(part) for part in data]) == new
    assert verify_inclusion(leaf_hash(data[index]), index, size, proof, new)
    growth = consistency(get, index + 1, size)
    assert verify_consistency(index + 1, size, plain_root(data[: index + 1]), new, growth)
    if proof:
        at = draw.draw(st.integers(0, len(proof) - 1))
        bit = draw.draw(st.integers(0, 255))
        number = int.from_bytes(proof[at], "big") ^ 1 << bit
        proof[at] = number.to_bytes(32, "big")
        assert not verify_inclusion(leaf_hash(data[index]), index, size, proof, new)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
def test_a_proof_is_as_short_as_the_tree_is_high(size: int) -> None:
    for index in range(size):
        assert len(inclusion(kept, index, size)) <= (size - 1).bit_length()
