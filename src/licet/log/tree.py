"""The Merkle tree of RFC 9162 (RFC 6962): roots, and proofs that an entry is in and nothing changed.

A leaf is hashed as SHA-256(0x00 || data), a node as SHA-256(0x01 || left || right). Hashes of complete
subtrees never change, so they are kept by place, ``(level, index)``: level 0 holds the leaves, and node
``(l, i)`` stands for leaves ``i * 2**l`` to ``(i + 1) * 2**l - 1``. With these kept, a leaf is appended
and anything is proven in O(log n) reads. The standard library is enough.

Source: RFC 9162, section 2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Place = tuple[int, int]
"""Level and index of a complete subtree."""
Kept = Callable[[int, int], bytes]
"""Gives the kept hash at a level and index."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf's data, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees beside each other, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(kept: Kept, size: int, leaf: bytes) -> dict[Place, bytes]:
    """The nodes to keep when the leaf with hash ``leaf`` is added to a tree of ``size`` leaves.

    At most 1 + log2(size + 1) nodes, the leaf's own among them; two on average. Raises ValueError for a
    hash that is not 32 bytes.
    """
    if len(leaf) != HASH_BYTES:
        raise ValueError(f"a leaf hash has {HASH_BYTES} bytes, not {len(leaf)}")
    level, index, node = 0, size, leaf
    added = {(level, index): node}
    while index % 2:
        node = node_hash(kept(level, index - 1), node)
        level, index = level + 1, index // 2
        added[level, index] = node
    return added


def extend(nodes: MutableMapping[Place, bytes], size: int, leaves: Iterable[bytes]) -> int:
    """Append many leaf hashes to kept nodes in memory; the new size of the tree."""
    for leaf in leaves:
        nodes.update(append(lambda level, index: nodes[level, index], size, leaf))
        size += 1
    return size


def root_at(kept: Kept, size: int) -> bytes:
    """The root of the first ``size`` leaves, 32 bytes."""
    return EMPTY_ROOT if size == 0 else _hash_of(kept, 0, size)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, with nothing kept."""
    return roots(leaves, (len(leaves),))[len(leaves)]


def roots(leaves: Iterable[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """The roots of the first so many leaf hashes, by size, in one pass; sizes not reached are left out."""
    wanted = set(sizes)
    found = {0: EMPTY_ROOT} if 0 in wanted else {}
    peaks: list[tuple[int, bytes]] = []
    for size, leaf in enumerate(leaves, start=1):
        level, node = 0, leaf
        while peaks and peaks[-1][0] == level:
            node = node_hash(peaks.pop()[1], node)
            level += 1
        peaks.append((level, node))
        if size in wanted:
            found[size] = _joined([node for _, node in peaks])
    return found


def inclusion(kept: Kept, index: int, size: int) -> list[bytes]:
    """The proof that leaf ``index`` (from 0) is in the tree of ``size`` leaves, from the leaf upwards.

    Raises ValueError where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_part(end - start)
        if index < middle:
            proof.append(_hash_of(kept, middle, end))
            end = middle
        else:
            proof.append(_hash_of(kept, start, middle))
            start = middle
    return proof[::-1]


def consistency(kept: Kept, first: int, second: int) -> list[bytes]:
    """The proof that the tree of ``first`` leaves is the beginning of that of ``second``.

    Raises ValueError unless 1 <= first <= second.
    """
    if not 1 <= first <= second:
        raise ValueError(f"no tree of {first} leaves grows into one of {second}")
    proof: list[bytes] = []
    start, end = 0, second
    while first != end:
        middle = start + _left_part(end - start)
        if first <= middle:
            proof.append(_hash_of(kept, middle, end))
            end = middle
        else:
            proof.append(_hash_of(kept, start, middle))
            start = middle
    if start:  # else the verifier has this hash already: it is the first root
        proof.append(_hash_of(kept, start, end))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``proof`` shows that the leaf with hash ``leaf`` is number ``index`` under ``root``.

    False for anything malformed. Source: RFC 9162, section 2.1.3.2.
    """
    if not (_sizes(index, size) and 0 <= index < size and _hashes(leaf, root, *proof)):
        return False
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            node = node_hash(sibling, node)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the tree under ``first_root`` only grew into ``second_root``.

    False for anything malformed, and for ``first`` = 0, of which nothing can be shown.
    Source: RFC 9162, section 2.1.4.2.
    """
    if not (_sizes(first, second) and 1 <= first <= second):
        return False
    if first == second:  # nothing is hashed, so published vectors allow roots of any length here
        return not proof and bool(first_root) and first_root == second_root
    if not _hashes(first_root, second_root, *proof):
        return False
    path = list(proof)
    if first & (first - 1) == 0:  # a whole tree then: its root is the hash the proof starts from
        path.insert(0, first_root)
    if not path:
        return False
    place, last = first - 1, second - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _left_part(size: int) -> int:
    """The largest power of two below ``size``: the leaves of the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def _hash_of(kept: Kept, start: int, end: int) -> bytes:
    """The hash over leaves ``start`` to ``end`` - 1, where ``start`` begins a subtree of the tree."""
    return _joined([kept(level, index) for level, index in _complete(start, end)])


def _complete(start: int, end: int) -> Iterator[Place]:
    """The places of the complete subtrees that make up a range, from left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _joined(peaks: Sequence[bytes]) -> bytes:
    node = peaks[-1]
    for peak in reversed(peaks[:-1]):
        node = node_hash(peak, node)
    return node


def _sizes(*numbers: object) -> bool:
    return all(type(number) is int for number in numbers)


def _hashes(*hashes: object) -> bool:
    return all(isinstance(h, bytes) and len(h) == HASH_BYTES for h in hashes)
